"""What the department writes down by hand: figures that no system holds, and the measures that it took."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipelines.sample.company import BAD_DRAIN_VENDOR, CLERKS, HIGH_RISE, MANAGERS


@dataclass(frozen=True)
class Fact:
    """One figure of a year. Without a source it may not be used, which the load has to say."""

    year: int
    name: str
    value: str
    unit: str
    source: str | None
    person: str
    recorded_on: dt.date


@dataclass(frozen=True)
class Initiative:
    """One measure, the metric that it should move, and the part of the estate where it was taken."""

    name: str
    started_on: dt.date
    metric: str
    scope: str | None
    owner: str
    note: str


_JANUARY = dt.date(2026, 1, 6)
FACTS = (
    Fact(2025, "客服部编制人数", "22", "人", "2025年度岗位编制批复", MANAGERS[1], _JANUARY),
    Fact(2025, "客服部年末在岗人数", "22", "人", "人力资源部12月花名册", MANAGERS[1], _JANUARY),
    Fact(2025, "客服部离职人数", "2", "人", "人力资源部离职台账", MANAGERS[1], _JANUARY),
    Fact(2024, "客服部年末在岗人数", "21", "人", "人力资源部12月花名册", MANAGERS[1], dt.date(2025, 1, 8)),
    Fact(2024, "上年报告：工单闭环率", "95.2%", "%", "2024年度客服部工作总结第3页", CLERKS[0], _JANUARY),
    Fact(2024, "上年报告：业主满意率", "80.6%", "%", "2024年度客服部工作总结第9页", CLERKS[0], _JANUARY),
    Fact(2024, "上年报告：物业费收缴率", "92.9%", "%", "2024年度客服部工作总结第12页", CLERKS[0], _JANUARY),
    Fact(2025, "行业基准：业主满意率", "81.5%", "%", "市物业协会2025年行业报告", CLERKS[3], _JANUARY),
    Fact(2025, "行业基准：物业费收缴率", "91.8%", "%", "市物业协会2025年行业报告", CLERKS[3], _JANUARY),
    Fact(2025, "公共区域经营收益", "38.6万", "元", "财务部2025年公共收益台账", MANAGERS[2], _JANUARY),
    Fact(2025, "业主锦旗与感谢信", "17", "件", "前台登记簿", CLERKS[1], _JANUARY),
    Fact(2025, "志愿服务时长", "约300", "小时", "社区居委会证明", CLERKS[1], _JANUARY),
    Fact(2025, "节约用电量", "12600", "千瓦时", None, CLERKS[4], _JANUARY),
)
INITIATIVES = (
    Initiative(
        "紧急报修双人值守", dt.date(2025, 1, 1), "响应及时率", None, MANAGERS[0],
        "夜班由单人改为双人，接单与上门分开",
    ),
    Initiative(
        "小程序报修推广", dt.date(2025, 3, 1), "首次响应时长", HIGH_RISE, CLERKS[2],
        "前台引导扫码报修，派单不再转录",
    ),
    Initiative(
        "疏通外包整改约谈", dt.date(2025, 4, 1), "返修率", BAD_DRAIN_VENDOR.name, MANAGERS[2],
        "约谈并减少派单，返修不另付费",
    ),
    Initiative(
        "回访专员制", dt.date(2025, 5, 1), "回访率", None, CLERKS[0],
        "每日下班前完成前一日工单的回访",
    ),
    Initiative(
        "3号楼、7号楼电梯更换门机与控制板", dt.date(2025, 7, 1), "平均故障间隔", "3号楼、7号楼", MANAGERS[0],
        "四台电梯由维保单位更换主要部件",
    ),
)  # fmt: skip
