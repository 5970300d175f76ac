"""A report that never was, for the tests of the layout: every kind of block, every chart kind, long tables.

All names and numbers are invented.
"""

from __future__ import annotations

from itertools import chain

from demo_charts import GALLERY
from markupsafe import Markup, escape

from reports.document import (
    Block,
    Card,
    CardRow,
    Chapter,
    Chart,
    Column,
    Cover,
    Document,
    KeyFigures,
    NumberedList,
    Paragraph,
    Section,
    SparklinePoint,
    Table,
    Verdict,
)

ACCENT = "#1f5f6b"
HOSTILE = "<script>alert('x')</script>\"><img src=https://example.invalid/x onerror=alert(1)>"
MONTHLY_VALUES = (0.62, 0.66, 0.71, 0.7, 0.74, 0.78, 0.69, 0.73, 0.8, 0.82, None, 0.84)
LINE = tuple(SparklinePoint(f"{month} 月", value) for month, value in enumerate(MONTHLY_VALUES, start=1))
TABLE_ROWS = 60


def figure(text: str) -> Markup:
    """A number as the words write it."""
    address = Markup('class="figure" value="0.9" data-metric="closure_rate" data-period="2025" data-slice="{}"')
    return Markup("<data {}>{}</data>").format(address, text)


def words(text: str) -> Markup:
    """A sentence in which every text between braces is a figure."""
    parts = text.replace("}", "{").split("{")
    return Markup("").join(figure(part) if index % 2 else escape(part) for index, part in enumerate(parts))


def card(
    name: str,
    value: str,
    previous: str,
    change: str,
    *,
    target: str = "—",
    verdict: Verdict = "no_target",
    verdict_text: str = "未设目标",
    distance: str = "",
    note: str = "",
    n: str = "",
) -> Card:
    """A key figure with a twelve-month line."""
    return Card(
        name=name,
        value=figure(value),
        previous=figure(previous),
        change=words(change),
        is_change_clear=change != "持平",
        target=Markup(target),
        verdict=verdict,
        verdict_text=verdict_text,
        distance=words(distance),
        note=words(note),
        n_text=Markup(n),
        sparkline=LINE,
        sparkline_target=0.75 if verdict in ("met", "missed") else None,
    )


def met(name: str, value: str, previous: str, change: str, target: str, note: str, n: str) -> Card:
    """A key figure that met its target."""
    own = {"target": target, "verdict_text": "● 达标", "note": note, "n": n}
    return card(name, value, previous, change, verdict="met", **own)


def missed(name: str, value: str, previous: str, change: str, target: str, distance: str, n: str) -> Card:
    """A key figure that missed its target."""
    own = {"target": target, "verdict_text": "未达标", "distance": distance, "n": n}
    return card(name, value, previous, change, verdict="missed", **own)


OVERVIEW = (
    CardRow(
        "今年有多少事、还剩多少",
        (
            card("受理工单", "5,126 件", "4,903 件", "增加{223 件}"),
            card("投诉", "412 起", "486 起", "减少{74 起}", note="每百户{10.7 起}"),
            card("年末未结工单", "132 件", "151 件", "减少{19 件}", note="其中超时{34 件}，最长{61 天}"),
        ),
    ),
    CardRow(
        "来得快不快",
        (
            missed("紧急报修 30 分钟响应及时率", "96.4%", "94.8%", "提高{1.6 个百分点}", "98%", "差{14 件}", "874 件"),
            met("水电燃气突发 2 小时修复率", "98.1%", "97.2%", "持平", "98%", "12 个月中{9 个月}达标", "312 件"),
            card("24 小时内修复率", "78.4%", "70.1%", "提高{8.3 个百分点}", note="一半在{9.6 小时}内，九成{52 小时}"),
        ),
    ),
    CardRow(
        "修得彻不彻底",
        (
            card("全流程闭环率", "86.1%", "83.1%", "提高{3.0 个百分点}", note="工单闭环率{97.0%}", n="5,126 件"),
            card("返修率", "4.3%", "5.9%", "下降{1.6 个百分点}", note="窗口 30 天", n="2,710 件"),
            met("电梯平均故障间隔", "108 台·天/次", "93 台·天/次", "持平", "90 台·天/次", "困人{2 起}", "88 次"),
        ),
    ),
    CardRow(
        "钱收没收上来、业主认不认",
        (
            missed("当年收缴率", "94.6%", "93.2%", "提高{1.4 个百分点}", "95%", "差{5.1 万元}", ""),
            card("年末欠费", "212.4 万元", "236.5 万元", "减少{24.1 万元}", note="清欠率{38.2%}，综合收缴率{85.9%}"),
            met("总体满意率", "84.1%", "81.0%", "持平", "84%", "回收率{46.0%}", "1,104 份"),
        ),
    ),
)

OPENING = words(
    "{2025} 年客服部受理各类工单{5,126 件}，较上年增加{223 件}，增长{4.5%}。其中报修{2,984 件}，"
    "咨询{1,506 件}，投诉{412 起}，建议和表扬{224 件}。投诉较上年减少{74 起}，折合每百户{10.7 起}，"
    "上年为{12.6 起}；两年在管户数均为{3,862 户}，减少与户数变动无关。"
)
CLOSURE = words(
    "截至 12 月 31 日，已关闭{4,973 件}，工单闭环率{97.0%}，较上年提高{2.1 个百分点}。若要求登记、派单、"
    "处理、回访四个环节齐全，则为{86.1%}，提高{3.0 个百分点}（见图 1-1）。两种口径相差{561 件}，"
    "其中{484 件}缺回访记录，可见短处在回访而不在处理。另有{21 件}为强制结单，未计入闭环；{132 件}年末仍在办理。"
)
REPAIRS = words(
    "全年受理报修{2,984 件}。从登记到修复，一半工单在{9.6 小时}内办完，上年为{13.8 小时}；九成工单在"
    "{52 小时}内办完，上年为{71 小时}。24 小时内修复的占{78.4%}，较上年提高{8.3 个百分点}（95% 区间"
    "{6.1}～{10.5 个百分点}）。平均处理周期{25.1 小时}，较上年缩短{9.2 小时}，仍比 24 小时的目标多"
    "{1.1 小时}。平均数偏高，是少数长单所致：超过 7 天才修复的{68 件}，占件数的{2.3%}，却占全部用时的"
    "{41.2%}，其中外墙渗漏{39 件}。"
)
MESSAGES = {
    "bullet_bars": "18 项目标达成 12 项",
    "waterfall": "年末欠费比年初少 24.1 万元",
    "stacked_bars": "三年以上占四分之一",
    "heat_map": "19—21 时最集中",
    "completion_curve": "24 小时内修复 78.4%",
    "slope": "八类报修中六类比上年快",
    "monthly_small_multiples": "四类投诉均减少",
    "dumbbell": "到场及时，整改和回访未到位",
    "monthly_dots": "未闭环的 6 件全在 1 月、7 月、8 月",
    "monthly_bars": "工单量 9 月最高",
    "pareto": "12 处占返修的三成",
    "event_strip": "更换曳引轮后故障减少",
    "dot_interval": "绿化是唯一明显下降的一项",
    "quadrant": "保洁、停车和客服最需要改进",
    "horizontal_bars": "电话仍是第一渠道",
    "funnel_plot": "金桂园高于预期范围",
}
CHAPTERS = ("年度工作概述", "核心服务执行", "投诉与报修管理", "沟通与满意度建设", "质量改进措施", "成果与未来计划")
SECTIONS = ("核心任务完成情况", "服务范围与对象覆盖", "团队配置与职责分工")


def chart(kind: str, chapter: int, number: int) -> Chart:
    """The chart of one kind with its message and caption."""
    return Chart(
        anchor=f"figure-{chapter}-{number}",
        label=f"图 {chapter}-{number}",
        title=Markup(MESSAGES[kind]),
        caption=Markup("统计期内受理的报修，截至 2025 年 12 月 31 日；n=2,984 件。灰色为上年同期。"),
        alternative_text=f"{MESSAGES[kind]}。数值见正文和附表。",
        picture=GALLERY[kind]["normal"](),
    )


def cells(*texts: str) -> tuple[Markup, ...]:
    """One row of a table."""
    return tuple(map(Markup, texts))


def buildings_table() -> Table:
    """A table over several pages with a totals row."""
    body = [
        cells(
            f"云栖苑 {number} 号楼",
            f"{1000 + number * 37:,}",
            f"{number * 9.5:,.2f}",
            f"{90 + number % 10}.0%",
            "▲ 未达标，差 3 件" if number % 4 == 0 else "● 达标",
        )
        for number in range(1, TABLE_ROWS + 1)
    ]
    right = [Column(heading, "right") for heading in ("工单（件）", "应收（万元）", "收缴率")]
    return Table(
        anchor="table-1-1",
        label="表 1-1",
        title=Markup("各楼栋工单与收费"),
        columns=(Column("楼栋"), *right, Column("判定")),
        rows=(*body, cells("合计", "61,234", "9,876.50", "94.6%", "")),
        note=Markup("注：因四舍五入，分项之和与合计可能略有出入。数据来源：工单系统（2026 年 1 月 5 日导出）。"),
        total_rows=1,
    )


def definitions_table() -> Table:
    """Two columns, one of them long text."""
    text = "统计期内受理的工单中，截至统计日已关闭的比例。撤单不计入；强制结单计入分母、不计入分子；超时关闭的另列。"
    names = ("工单闭环率", "全流程闭环率", "返修率", "催单率", "当年收缴率", "清欠率", "综合收缴率", "总体满意率")
    return Table(
        anchor="table-a-1",
        label="表 A-1",
        title=Markup("指标口径"),
        columns=(Column("指标"), Column("口径")),
        rows=tuple(cells(name, text) for name in names),
    )


PLAN = NumberedList(
    cells(
        "清理三年以上欠费。对 51.7 万元逐户核实成因，6 月底前完成分类，全年清回不少于 15 万元；"
        "不采取停水、停电方式催收。（依据：表 1-1）",
        "压减长单。超过 7 天未修复的报修每周通报一次，全年由 68 件减到 40 件以内，"
        "平均处理周期降到 24 小时以内。（依据：图 2-3）",
        "补足回访。邻里纠纷类三次回访完成率由 81.4% 提高到 90% 以上，"
        "由各楼栋管家负责，客服主管每月抽查。（依据：表 1-1）",
    )
)
BY_HAND = Paragraph(Markup("7 月的 3 件均发生在 12 日夜间暴雨期间〔人工填报〕。"), is_hand_entered=True)
COVER = Cover(
    "云栖物业服务有限公司",
    "客户服务部",
    "2025 年度工作总结",
    "统计期：2025 年 1—12 月",
    "客服部经理",
    "2026 年 1 月 12 日",
)
KEY_FIGURES = KeyFigures(
    "2025 年关键指标",
    OVERVIEW,
    (
        words("报修处理明显加快，24 小时内修复率由{70.1%}提高到{78.4%}，返修率由{5.9%}降到{4.3%}。"),
        words("比上年差的有两项：绿化满意率下降{4.6 个百分点}，往年欠费清欠率下降{3.3 个百分点}。"),
        words("需要请公司研究的是三年以上欠费{51.7 万元}的处理办法。"),
    ),
    Markup("统计期 2025 年 1—12 月；截至 12 月 31 日；3 个项目，无新接与退出；纳入 18,204 行，隔离 37 行。"),
)


def section(chapter: int, number: int, kind: str | None) -> Section:
    """A section with prose, one chart where a kind is left, and prose about it."""
    blocks: list[Block] = [Paragraph(OPENING if number == 1 else REPAIRS)]
    if kind:
        blocks += [chart(kind, chapter, number), Paragraph(CLOSURE)]
    if (chapter, number) == (1, 3):
        blocks.append(buildings_table())
    if (chapter, number) == (6, 3):
        blocks += [PLAN, BY_HAND]
    ordinal = "一二三"[number - 1]
    return Section(f"section-{chapter}-{number}", f"（{ordinal}）", SECTIONS[number - 1], tuple(blocks))


def full_document() -> Document:
    """Six chapters, sixteen charts, twelve cards, a table over several pages."""
    kinds = chain(MESSAGES, [None] * 3)
    chapters = [
        Chapter(
            f"chapter-{chapter}",
            f"0{chapter}",
            title,
            tuple(section(chapter, number, next(kinds)) for number in (1, 2, 3)),
        )
        for chapter, title in enumerate(CHAPTERS, start=1)
    ]
    definitions = Section("appendix-a-1", "", "", (definitions_table(),))
    return Document(
        language="zh",
        year=2025,
        accent=ACCENT,
        cover=COVER,
        key_figures=KEY_FIGURES,
        chapters=tuple(chapters),
        appendices=(Chapter("appendix-a", "附录 A", "指标口径与数据说明", (definitions,)),),
        metric_titles={"closure_rate": "工单闭环率"},
    )


def sparse_document() -> Document:
    """One card, one chapter with one section, no cover details, hostile text wherever the data can bring it."""
    bad = escape(HOSTILE)
    picture = GALLERY["horizontal_bars"]["long"]()
    blocks = (
        Paragraph(bad),
        Chart("figure-1-1", "图 1-1", bad, Markup(""), HOSTILE, picture),
        Table("table-1-1", "表 1-1", bad, (Column(HOSTILE), Column("件", "right")), ((bad, Markup("1")),)),
    )
    only = card("受理工单", "17 件", "", "", verdict="insufficient", verdict_text="样本不足")
    return Document(
        language="zh",
        year=2025,
        accent=ACCENT,
        cover=Cover(HOSTILE, "", "2025 年度工作总结", "", "", ""),
        key_figures=KeyFigures("关键指标", (CardRow("有多少事", (only,)),), (), Markup("")),
        chapters=(Chapter("chapter-1", "01", "年度工作概述", (Section("section-1-1", "", "", blocks),)),),
        appendices=(),
    )
