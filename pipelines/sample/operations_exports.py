"""The exports around tickets, fees and surveys: flow records, registers, and what the office keeps by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.sample.adjustments import Adjustment
from pipelines.sample.community_life import Activity, Notice, Service
from pipelines.sample.emergencies import Drill, Emergency
from pipelines.sample.exports import FIRM
from pipelines.sample.flow import TicketEvent
from pipelines.sample.records import FACTS, INITIATIVES
from pipelines.sample.routine import Inspection, Upkeep
from pipelines.sample.sheets import (
    Sheet,
    full_width,
    with_blank_rows,
    with_cells,
    with_note,
    with_rows_twice,
    with_total,
    write_csv,
    write_xlsx,
)
from pipelines.sample.training import LEADS_TO_CERTIFICATE, Attendance
from pipelines.sample.training import PASS_MARK as MARK_OF_COURSES
from pipelines.sample.vendor_marks import PASS_MARK, SERVICES, Review

YEARS = "2024-2025年"
EXPORTED = "导出时间：2026-01-05 10:20"


def flow_export(raw: Path, events: Sequence[TicketEvent]) -> list[Path]:
    """The flow records of the exceptional tickets; those of all tickets would be ten times as many."""
    titles = (f"{FIRM}  工单流转记录（仅列有挂起、转派或重开的工单）", EXPORTED)
    header = ("工单编号", "操作时间", "操作", "操作人", "变更前", "变更后", "操作说明")
    rows = tuple((each.ticket_id, each.at, each.event, each.by, each.old, each.new, each.note) for each in events)
    sheet = with_rows_twice(Sheet("流转记录", header, rows, titles), (40, 1200))
    return [write_xlsx(raw / f"工单流转记录_{YEARS}.xlsx", [sheet])]


def adjustment_export(raw: Path, adjustments: Sequence[Adjustment]) -> list[Path]:
    """The register of waivers and offsets, without numbers of its own."""
    header = ("账单编号", "收费项目", "项目名称", "调整类型", "调整金额（元）", "调整日期", "调整原因", "审批人")
    rows = tuple(
        (
            each.bill.bill_id, each.bill.fee_item, each.bill.home.community, each.kind, each.cents / 100,
            each.adjusted_on, each.reason, each.approved_by,
        )
        for each in adjustments
    )  # fmt: skip
    sheet = Sheet("减免冲抵", header, rows, (f"{FIRM}  费用减免与冲抵台账", EXPORTED))
    sheet = with_cells(sheet, {(21, "调整金额（元）"): f"￥{rows[21][4]:,.2f}", (60, "审批人"): None})
    total = {"调整金额（元）": sum(each.cents for each in adjustments) / 100}
    return [write_xlsx(raw / f"费用减免与冲抵_{YEARS}.xlsx", [with_total(sheet, total)])]


def routine_exports(raw: Path, inspections: Sequence[Inspection], maintenance: Sequence[Upkeep]) -> list[Path]:
    """The inspection app's records and the vendors' maintenance records, each as a workbook."""
    return [
        write_xlsx(raw / f"巡检记录_{YEARS}.xlsx", [_inspections(inspections)]),
        write_xlsx(raw / f"设备维保_{YEARS}.xlsx", [_maintenance(maintenance)]),
    ]


def _inspections(inspections: Sequence[Inspection]) -> Sheet:
    header = (
        "任务编号", "计划日期", "完成时间", "项目名称", "专业", "巡检区域", "巡检人", "任务状态", "巡检结果",
        "发现问题数", "存在问题", "整改完成时间",
    )  # fmt: skip
    rows = tuple(
        (
            each.number, each.planned_on, each.done_at, each.point.community, each.point.system, each.point.area,
            each.inspector, each.status, _result(each), each.finding_count if each.done_at else None, each.finding,
            each.rectified_at,
        )
        for each in inspections
    )  # fmt: skip
    sheet = Sheet("巡检记录", header, rows, (f"{FIRM}  设施设备与公共区域巡检记录", EXPORTED))
    done = [number for number, each in enumerate(inspections) if each.done_at]
    sheet = with_cells(
        sheet,
        {
            **{(row, "发现问题数"): full_width("0") for row in done[200:203]},
            (done[500], "完成时间"): "当日下午",
            **{(row, "存在问题"): "无" for row in done[700:720] if not inspections[row].finding},
        },
    )
    return with_note(with_blank_rows(with_rows_twice(sheet, (90, 1100)), (835,)), "注：未完成的任务次日自动关闭。")


def _result(inspection: Inspection) -> str | None:
    if inspection.done_at is None:
        return None
    return "异常" if inspection.finding_count else "正常"


def _maintenance(maintenance: Sequence[Upkeep]) -> Sheet:
    header = (
        "维保单号", "计划日期", "设备编号", "设备名称", "系统", "项目名称", "维保项目", "维保单位", "维保人员",
        "完成时间", "状态",
    )  # fmt: skip
    rows = tuple(
        (
            each.number, each.planned_on, each.asset.asset_id if each.asset else None,
            each.asset.name if each.asset else None, each.system, each.community, each.item, each.vendor.name,
            each.technician, each.done_at, "已完成" if each.done_at else "漏保",
        )
        for each in maintenance
    )  # fmt: skip
    sheet = Sheet("维保记录", header, rows, (f"{FIRM}  电梯、水泵、消防维保记录", EXPORTED))
    return with_rows_twice(with_cells(sheet, {(33, "完成时间"): "/", (410, "设备名称"): "--"}), (12, 700))


def emergency_export(raw: Path, emergencies: Sequence[Emergency], drills: Sequence[Drill]) -> list[Path]:
    """Emergencies and drills on two sheets of one workbook."""
    return [write_xlsx(raw / f"应急事件与演练_{YEARS}.xlsx", [_emergencies(emergencies), _drills(drills)])]


def _emergencies(emergencies: Sequence[Emergency]) -> Sheet:
    header = (
        "事件编号", "事件类型", "事件名称", "事件等级", "发生时间", "到场时间", "恢复时间", "项目名称", "设备编号",
        "是否关键设备", "停运小时数", "被困人数", "受伤人数", "影响户数", "处置措施", "现场负责人",
    )  # fmt: skip
    rows = tuple(
        (
            each.number, each.category, each.title, each.level, each.started_at, each.responded_at, each.ended_at,
            each.community, each.asset.asset_id if each.asset else None, "是" if each.asset else None,
            each.stop_hours, each.people_trapped, 0, each.affected_households, each.response, each.commander,
        )
        for each in emergencies
    )  # fmt: skip
    return with_note(
        Sheet("突发事件", header, rows, (f"{FIRM}  突发事件台账", EXPORTED)), "注：设备停运以恢复运行为准。"
    )


def _drills(drills: Sequence[Drill]) -> Sheet:
    header = ("演练名称", "演练类型", "演练日期", "项目名称", "演练地点", "参加人数", "演练负责人", "演练评估")
    rows = tuple(
        (
            each.title, each.scenario, each.held_on, each.community, each.place, each.participants, each.leader,
            each.evaluation,
        )
        for each in drills
    )  # fmt: skip
    return with_cells(Sheet("应急演练", header, rows), {(2, "参加人数"): f"{drills[2].participants}人"})


def vendor_export(raw: Path, reviews: Sequence[Review]) -> list[Path]:
    """The monthly marks of the vendors, as the text that the office software of an older machine writes."""
    header = ("供应商名称", "服务内容", "考核月份", "考核得分", "合格分", "考核结果", "扣款金额（元）", "考核人")
    rows = tuple(
        (
            each.vendor.name, SERVICES[each.vendor], f"{each.month.year}年{each.month.month}月", each.score, PASS_MARK,
            "合格" if each.is_passed else "不合格", each.penalty_yuan or None, each.reviewer,
        )
        for each in reviews
    )  # fmt: skip
    sheet = with_total(Sheet("外包考核", header, rows), {"扣款金额（元）": sum(each.penalty_yuan for each in reviews)})
    return [write_csv(raw / f"外包考核_{YEARS}.csv", sheet, "gb18030")]


def community_exports(
    raw: Path, activities: Sequence[Activity], notices: Sequence[Notice], services: Sequence[Service]
) -> list[Path]:
    """Activities and notices as text, services as a workbook."""
    return [
        write_csv(raw / f"业主活动_{YEARS}.csv", _activities(activities), "utf-8-sig"),
        write_csv(raw / f"通知公告_{YEARS}.csv", _notices(notices), "utf-8"),
        write_xlsx(raw / f"便民服务_{YEARS}.xlsx", [_services(services)]),
    ]


def _activities(activities: Sequence[Activity]) -> Sheet:
    header = (
        "活动编号", "活动名称", "活动类型", "活动日期", "项目名称", "活动地点", "邀请户数", "参与户数", "参与人数",
        "参与人次", "活动费用（元）", "组织人",
    )  # fmt: skip
    rows = tuple(tuple(vars(each).values()) for each in activities)
    sheet = Sheet("业主活动", header, rows)
    cost = sum(each.cost_yuan for each in activities)
    return with_total(with_cells(sheet, {(7, "参与人数"): "五十多人"}), {"活动费用（元）": cost})


def _notices(notices: Sequence[Notice]) -> Sheet:
    header = (
        "通知编号", "通知标题", "通知类型", "发布渠道", "发布日期", "项目名称", "应通知户数", "送达户数", "已读户数"
    )  # fmt: skip
    rows = tuple(tuple(vars(each).values()) for each in notices)
    return with_rows_twice(Sheet("通知公告", header, rows), (14,))


def _services(services: Sequence[Service]) -> Sheet:
    header = (
        "服务日期", "服务项目", "项目名称", "楼栋", "单元", "房号", "业主姓名", "联系电话", "特殊群体类别", "服务人员"
    )  # fmt: skip
    rows = tuple(
        (
            each.served_on, each.item, each.home.community, each.home.building, each.home.unit, each.home.room,
            each.home.owner, each.home.phone, each.group, each.provider,
        )
        for each in services
    )  # fmt: skip
    sheet = Sheet("便民服务", header, rows, (f"{FIRM}  便民与特殊群体服务登记", EXPORTED))
    return with_note(with_cells(sheet, {(52, "服务日期"): "2024-02-30", (90, "联系电话"): "/"}), "制表：客服部")


def training_export(raw: Path, attendances: Sequence[Attendance]) -> list[Path]:
    """Who sat which course: a row a person and course."""
    header = (
        "工号", "姓名", "岗位", "培训课程", "培训类别", "培训日期", "学时", "考核成绩", "合格线", "是否合格",
        "是否取证", "证书有效期至", "讲师",
    )  # fmt: skip
    rows = tuple(
        (
            each.employee_no, each.person, each.post, each.course, each.category, each.trained_on, each.hours,
            each.score, MARK_OF_COURSES, "合格" if each.is_passed else "不合格",
            _certified(each), each.certificate_expires_on, each.trainer,
        )
        for each in attendances
    )  # fmt: skip
    sheet = Sheet("培训记录", header, rows, (f"{FIRM}  员工培训与取证记录", EXPORTED))
    return [write_xlsx(raw / f"员工培训_{YEARS}.xlsx", [with_cells(sheet, {(17, "考核成绩"): "优"})])]


def _certified(attendance: Attendance) -> str | None:
    """Nothing, where the course leads to no certificate."""
    if attendance.course not in LEADS_TO_CERTIFICATE:
        return None
    return "是" if attendance.is_passed else "否"


def hand_kept_exports(raw: Path) -> list[Path]:
    """The figures and measures that the department writes down itself."""
    facts = Sheet(
        "人工填报",
        ("年度", "指标名称", "数值", "单位", "数据来源", "填报人", "填报日期"),
        tuple(tuple(vars(fact).values()) for fact in FACTS),
    )
    initiatives = Sheet(
        "改进措施",
        ("措施名称", "开始日期", "对应指标", "适用范围", "责任人", "措施说明"),
        tuple(tuple(vars(initiative).values()) for initiative in INITIATIVES),
    )
    return [
        write_csv(raw / "人工填报_2025年度.csv", facts, "utf-8-sig"),
        write_csv(raw / "改进措施_2025年.csv", initiatives, "utf-8-sig"),
    ]
