"""What lands in data/raw: the simulated years as exports of four systems, each with its own headers and faults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from pipelines.sample.company import COMMUNITIES, Company
from pipelines.sample.fees import Bill, Payment
from pipelines.sample.sheets import (
    Cell,
    Sheet,
    excel_serial,
    full_width,
    with_blank_rows,
    with_cells,
    with_note,
    with_rows_twice,
    with_total,
    write_csv,
    write_xlsx,
)
from pipelines.sample.survey import Invitation
from pipelines.sample.tickets import Ticket, known_by

QUARTER_END = dt.datetime(2025, 3, 31, 23, 59)
FIRM = "澄屿物业服务有限公司"
COST_AS_TEXT = 1_234.50  # one cost of materials is typed as text

KIND_WORDS = {"repair": "报修", "complaint": "投诉", "inquiry": "咨询", "suggestion": "建议", "praise": "表扬"}
CLOSURE_WORDS = {
    "normal": "正常关闭",
    "forced": "强制结单",
    "timeout": "超时自动关闭",
    "unhandled": "未处理关闭",
    "duplicate": "重复工单",
    "misdial": "误报",
    "withdrawn": "业主撤单",
}

Column = Callable[[Ticket], Cell]
TICKET_COLUMNS: Mapping[str, Column] = {
    "工单编号": lambda ticket: ticket.ticket_id,
    "工单类型": lambda ticket: KIND_WORDS[ticket.request.kind],
    "一级分类": lambda ticket: ticket.request.category,
    "二级分类": lambda ticket: ticket.request.subcategory,
    "紧急程度": lambda ticket: "紧急" if ticket.request.is_urgent else "一般",
    "工单状态": lambda ticket: ticket.status,
    "关闭方式": lambda ticket: CLOSURE_WORDS.get(ticket.closure_type or ""),
    "项目名称": lambda ticket: ticket.request.place.community,
    "业态": lambda ticket: ticket.request.place.business_type,
    "楼栋": lambda ticket: ticket.request.place.building,
    "单元": lambda ticket: ticket.request.place.unit,
    "房号": lambda ticket: ticket.request.place.room,
    "公共位置": lambda ticket: ticket.request.place.public,
    "设备编号": lambda ticket: ticket.request.place.asset.asset_id if ticket.request.place.asset else None,
    "关联事件编号": lambda ticket: ticket.request.incident_id,
    "受理渠道": lambda ticket: ticket.request.channel,
    "问题描述": lambda ticket: ticket.description,
    "报事人": lambda ticket: "匿名" if ticket.is_anonymous else ticket.request.place.reporter.owner,
    "联系电话": lambda ticket: None if ticket.is_anonymous else ticket.request.place.reporter.phone,
    "报事时间": lambda ticket: ticket.opened_at,
    "派单时间": lambda ticket: ticket.dispatched_at,
    "响应时间": lambda ticket: ticket.responded_at,
    "到场时间": lambda ticket: ticket.arrived_at,
    "查明原因时间": lambda ticket: ticket.diagnosed_at,
    "方案出具时间": lambda ticket: ticket.plan_issued_at,
    "整改完成时间": lambda ticket: ticket.rectified_at,
    "约谈时间": lambda ticket: ticket.interviewed_at,
    "雨停时间": lambda ticket: ticket.clock_started_at,
    "完成时间": lambda ticket: ticket.resolved_at,
    "回访时间": lambda ticket: ticket.followed_up_at,
    "关闭时间": lambda ticket: ticket.closed_at,
    "撤单时间": lambda ticket: ticket.cancelled_at,
    "重开时间": lambda ticket: ticket.reopened_at,
    "重开次数": lambda ticket: ticket.reopened_count,
    "上门次数": lambda ticket: ticket.visit_count,
    "照片数": lambda ticket: ticket.evidence_count,
    "是否误报警": lambda ticket: _yes_no(ticket.is_false_alarm),
    "是否有效投诉": lambda ticket: _yes_no(ticket.is_justified),
    "是否匿名": lambda ticket: _yes_no(ticket.is_anonymous),
    "维修单位": lambda ticket: ticket.request.vendor.name if ticket.request.vendor else None,
    "处理人": lambda ticket: ticket.handler,
    "满意度评分": lambda ticket: ticket.rating,
    "评价时间": lambda ticket: ticket.rated_at,
    "材料费（元）": lambda ticket: ticket.cost,
    "更换配件": lambda ticket: ticket.parts_replaced,
}
QUARTER_HEADERS = {  # the ticket system's layout before its change in the spring of 2025: fewer columns, other names
    "报修单号": "工单编号",
    "工单类型": "工单类型",
    "问题分类": "一级分类",
    "优先级": "紧急程度",
    "状态": "工单状态",
    "小区": "项目名称",
    "楼栋": "楼栋",
    "房号": "房号",
    "来源": "受理渠道",
    "报修人": "报事人",
    "报修时间": "报事时间",
    "完成时间": "完成时间",
    "关闭时间": "关闭时间",
}


def _yes_no(answer: bool | None) -> str | None:
    return None if answer is None else "是" if answer else "否"


def ticket_exports(raw: Path, tickets: Sequence[Ticket]) -> list[Path]:
    """Tickets of 2024 and 2025 as workbooks, and a first-quarter export of 2025 that overlaps the full year."""
    of_2024 = [ticket for ticket in tickets if ticket.opened_at.year == 2024]
    of_2025 = [ticket for ticket in tickets if ticket.opened_at.year == 2025]
    quarter = [known_by(ticket, QUARTER_END) for ticket in of_2025 if ticket.opened_at <= QUARTER_END]
    return [
        write_xlsx(raw / "工单_2024年.xlsx", [_tickets_2024(of_2024)]),
        write_csv(raw / "工单_2025年1-3月.csv", _tickets_quarter(quarter), "gb18030"),
        write_xlsx(raw / "工单_2025年.xlsx", [_tickets_2025(of_2025), _explanation()]),
    ]


def _ticket_sheet(name: str, tickets: Iterable[Ticket], headers: Mapping[str, str], titles: tuple[str, ...]) -> Sheet:
    columns = [TICKET_COLUMNS[source] for source in headers.values()]
    rows = tuple(tuple(column(ticket) for column in columns) for ticket in tickets)
    return Sheet(name, tuple(headers), rows, titles)


def _full_layout() -> dict[str, str]:
    return {header: header for header in TICKET_COLUMNS}


def _tickets_2024(tickets: Sequence[Ticket]) -> Sheet:
    titles = (f"{FIRM}  工单明细表（2024年度）", "统计期间：2024-01-01 至 2024-12-31  导出时间：2026-01-05 09:12")
    sheet = _ticket_sheet("工单明细", tickets, _full_layout(), titles)
    routine = _rows_where(sheet, "完成时间", lambda cell: cell is not None)
    costly = _rows_where(sheet, "材料费（元）", lambda cell: cell is not None)
    sheet = with_cells(
        sheet,
        {
            (11, "报事时间"): "待补录",
            (routine[40], "上门次数"): "两次",
            (costly[6], "材料费（元）"): "约50",
            (costly[9], "材料费（元）"): f"￥{COST_AS_TEXT:,.2f}",
            **{(row, "更换配件"): "--" for row in routine[60:64]},
            **{(row, "方案出具时间"): "/" for row in routine[80:83]},
        },
    )
    sheet = with_blank_rows(with_rows_twice(sheet, (200, 1733, 3021)), (1500,))
    cost = COST_AS_TEXT + sum(cell for cell in _column(sheet, "材料费（元）") if isinstance(cell, float))
    return with_note(with_total(sheet, {"材料费（元）": round(cost, 2)}), "注：本表由工单系统自动生成，含已撤销工单。")


def _tickets_quarter(tickets: Sequence[Ticket]) -> Sheet:
    titles = ("2025年一季度工单导出", "导出时间：2025-04-01 08:40")
    sheet = _ticket_sheet("工单", tickets, QUARTER_HEADERS, titles)
    return with_rows_twice(sheet, (77, 901))


def _tickets_2025(tickets: Sequence[Ticket]) -> Sheet:
    titles = (f"{FIRM}  工单明细表（2025年度）", "统计期间：2025-01-01 至 2025-12-31  导出时间：2026-01-05 09:26")
    sheet = _ticket_sheet("工单明细", tickets, _full_layout(), titles)
    done = _rows_where(sheet, "完成时间", lambda cell: cell is not None)
    at_home = _rows_where(sheet, "房号", lambda cell: cell is not None)
    visited = _rows_where(sheet, "上门次数", lambda cell: cell is not None)
    opened = {row: sheet.rows[row][sheet.header.index("报事时间")] for row in done[300:312]}
    sheet = with_cells(
        sheet,
        {
            **{(row, "报事时间"): _as_typed(moment, style) for style, (row, moment) in enumerate(opened.items())},
            **{(row, "完成时间"): _excel_serial(sheet, row, "完成时间") for row in done[1500:1503]},
            **{(row, "楼栋"): full_width(str(_cell(sheet, row, "楼栋"))) for row in at_home[700:706]},
            **{(row, "上门次数"): full_width("1") for row in visited[100:103]},
            **{(row, "更换配件"): "无" for row in done[900:910]},
            (at_home[1200], "问题描述"): _with_phone(sheet, at_home[1200]),
            (at_home[1905], "问题描述"): _with_phone(sheet, at_home[1905]),
            (4100, "报事时间"): "2025-11-31 10:20",
            (visited[2000], "照片数"): "3张左右",
        },
    )
    return with_note(with_blank_rows(with_rows_twice(sheet, (350, 2210)), (2600, 2601)), "制表：客服部")


def _explanation() -> Sheet:
    rows = (
        ("工单状态", "以导出时为准"),
        ("满意度评分", "超时自动关闭的工单由系统默认为 5 分"),
        ("雨停时间", "仅暴雨积水类填写"),
    )
    return Sheet("填报说明", ("字段", "口径说明"), rows)


def _cell(sheet: Sheet, row: int, header: str) -> Cell:
    return sheet.rows[row][sheet.header.index(header)]


def _column(sheet: Sheet, header: str) -> list[Cell]:
    position = sheet.header.index(header)
    return [row[position] for row in sheet.rows]


def _rows_where(sheet: Sheet, header: str, holds: Callable[[Cell], bool]) -> list[int]:
    return [number for number, cell in enumerate(_column(sheet, header)) if holds(cell)]


def _as_typed(moment: Cell, style: int) -> str:
    assert isinstance(moment, dt.datetime)
    day, clock = f"{moment.year}/{moment.month}/{moment.day}", f"{moment.hour}:{moment:%M}"
    half = "上午" if moment.hour < 12 else "下午"
    return (
        f"{day} {clock}",
        f"{moment.year}年{moment.month}月{moment.day}日 {clock}",
        f"{day} {half}{(moment.hour - 1) % 12 + 1}:{moment:%M}",
        f"{moment:%Y.%m.%d %H:%M}",
    )[style % 4]


def _excel_serial(sheet: Sheet, row: int, header: str) -> float:
    moment = _cell(sheet, row, header)
    assert isinstance(moment, dt.datetime)
    return excel_serial(moment)


def _with_phone(sheet: Sheet, row: int) -> str:
    person, phone = _cell(sheet, row, "报事人"), _cell(sheet, row, "联系电话")
    return f"{_cell(sheet, row, '问题描述')}，联系{person}{phone}"


def fee_exports(raw: Path, bills: Sequence[Bill], payments: Sequence[Payment]) -> list[Path]:
    """Bills and payments as workbooks, those of 2025 apart from those of 2024 and before."""
    earlier = [bill for bill in bills if bill.period_start.year <= 2024]
    later = [bill for bill in bills if bill.period_start.year >= 2025]
    paid_earlier = [payment for payment in payments if payment.paid_on.year <= 2024]
    paid_later = [payment for payment in payments if payment.paid_on.year == 2025]
    return [
        write_xlsx(raw / "应收账单_2024年及以前.xlsx", [_bills("2024年及以前（往年仅列未结清账单）", earlier)]),
        write_xlsx(raw / "应收账单_2025年.xlsx", [_bills_2025(later)]),
        write_xlsx(raw / "收款流水_2024年及以前.xlsx", [_payments(paid_earlier)]),
        write_xlsx(raw / "收款流水_2025年.xlsx", [_payments_2025(paid_later)]),
    ]


def _yuan(cents: int) -> float | None:
    return cents / 100 if cents else None


def _bills(span: str, bills: Sequence[Bill]) -> Sheet:
    header = (
        "账单编号", "收费项目", "项目名称", "楼栋", "房号", "业主姓名", "房屋状态", "账期开始", "账期结束", "应缴日期",
        "应收金额（元）", "减免金额（元）", "减免日期", "冲抵金额（元）", "冲抵日期", "实收金额（元）", "是否分期",
    )  # fmt: skip
    rows = tuple(
        (
            bill.bill_id, bill.fee_item, bill.home.community, bill.home.building, bill.home.room, bill.home.owner,
            bill.home.unit_state, bill.period_start, bill.period_end, bill.due_on,
            bill.due_cents / 100, _yuan(bill.waived_cents), bill.waived_on, _yuan(bill.offset_cents), bill.offset_on,
            bill.paid_cents / 100, "是" if bill.is_instalment else None,
        )
        for bill in bills
    )  # fmt: skip
    titles = (f"{FIRM}  应收明细  {span}", "范围：全部项目  导出时间：2026-01-04 17:30")
    sheet = Sheet("应收明细", header, rows, titles)
    due = sum(bill.due_cents for bill in bills) / 100
    paid = sum(bill.paid_cents for bill in bills) / 100
    return with_total(sheet, {"应收金额（元）": due, "实收金额（元）": paid})


def _bills_2025(bills: Sequence[Bill]) -> Sheet:
    sheet = _bills("2025年（含2026年一季度预缴）", bills)
    amount = "应收金额（元）"
    waived = _rows_where(sheet, "减免金额（元）", lambda cell: cell is not None)
    sheet = with_cells(
        sheet,
        {
            **{(row, amount): f"￥{_cell(sheet, row, amount):,.2f}" for row in (30, 31, 32)},
            **{(row, amount): full_width(f"{_cell(sheet, row, amount):.2f}") for row in (410, 411)},
            **{(row, "房屋状态"): "/" for row in (700, 701)},
            (waived[2], "减免金额（元）"): "按三成",
            (waived[3], "减免日期"): None,
            (1500, "账期开始"): "2025-06-31",
        },
    )
    return with_note(with_rows_twice(sheet, (260, 1900)), "注：减免须经项目经理审批。")


def _payments(payments: Sequence[Payment]) -> Sheet:
    header = ("收款单号", "账单编号", "收款日期", "实收金额（元）", "收款方式")
    rows: list[tuple[Cell, ...]] = []
    for number, payment in enumerate(payments, start=1):
        code = f"S{payment.paid_on:%y%m}{number:05d}"
        rows.append((code, payment.bill_id, payment.paid_on, payment.cents / 100, payment.channel))
    return Sheet("收款流水", header, tuple(rows))


def _payments_2025(payments: Sequence[Payment]) -> Sheet:
    sheet = _payments(payments)
    sheet = with_cells(
        sheet,
        {
            **{(row, "收款日期"): _chinese_day(_cell(sheet, row, "收款日期")) for row in (90, 91, 92, 93)},
            (500, "实收金额（元）"): f"{_cell(sheet, 500, '实收金额（元）'):,.2f}元",
        },
    )
    total = sum(payment.cents for payment in payments) / 100
    return with_total(with_rows_twice(sheet, (611, 2044, 2045)), {"实收金额（元）": total})


def _chinese_day(day: Cell) -> str:
    assert isinstance(day, dt.date)
    return f"{day.year}年{day.month}月{day.day}日"


def survey_exports(raw: Path, waves: Mapping[int, Sequence[Invitation]]) -> list[Path]:
    """The survey of 2024 as text, that of 2025 as a workbook: a row an invitation, a column a dimension."""
    of_2025 = _survey(waves[2025])
    answered = _rows_where(of_2025, "答卷时间", lambda cell: cell is not None)
    of_2025 = with_cells(
        of_2025,
        {
            **{(row, "环境保洁"): full_width(str(_cell(of_2025, row, "环境保洁"))) for row in answered[50:54]},
            (answered[77], "绿化养护"): "看不出来",
            **{(row, "意见建议"): "无" for row in answered[100:120]},
        },
    )
    titles = ("2025年度业主满意度调查  发放与回收明细", "导出时间：2026-01-04 10:05")
    of_2025 = Sheet(of_2025.name, of_2025.header, of_2025.rows, titles)
    return [
        write_csv(raw / "满意度调查_2024年.csv", with_rows_twice(_survey(waves[2024]), (15,)), "gb18030"),
        write_xlsx(raw / "满意度调查_2025年.xlsx", [with_note(of_2025, "注：评分 5 为很满意，1 为很不满意。")]),
    ]


def _survey(invitations: Sequence[Invitation]) -> Sheet:
    dimensions = tuple(next(each.scores for each in invitations if each.scores))
    header = (
        *("问卷编号", "调查批次", "项目", "业态", "楼栋", "房号", "发放方式", "发放日期", "答卷时间"),
        *dimensions,
        *("推荐意愿", "意见建议"),
    )
    rows = tuple(
        (
            each.response_id, each.wave, each.home.community, each.home.business_type, each.home.building,
            each.home.room, each.channel, each.sent_on, each.answered_at,
            *(each.scores.get(dimension) for dimension in dimensions), each.recommendation, each.comment,
        )
        for each in invitations
    )  # fmt: skip
    return Sheet("答卷明细", header, rows)


def register_exports(raw: Path, company: Company) -> list[Path]:
    """The list of communities as text and the register of lifts and pumps, both as text."""
    homes_by_community = [company.homes_of(each.name) for each in COMMUNITIES]
    communities = Sheet(
        "项目",
        ("项目名称", "业态", "总户数", "入住户数", "建筑面积（㎡）", "接管日期"),
        tuple(
            (
                each.name, each.business_type, len(homes), sum(home.is_occupied for home in homes),
                round(sum(home.area_m2 for home in homes)), each.taken_over_on,
            )
            for each, homes in zip(COMMUNITIES, homes_by_community, strict=True)
        ),
    )  # fmt: skip
    assets = Sheet(
        "设备台账",
        ("设备编号", "所属系统", "项目名称", "楼栋", "设备名称", "投用日期"),
        tuple(
            (each.asset_id, each.system, each.community, each.building, each.name, each.in_service_on)
            for each in (*company.lifts, *company.pumps)
        ),
        titles=(f"{FIRM}  设施设备台账（电梯、水泵）",),
    )
    households = {"总户数": len(company.homes)}
    return [
        write_csv(raw / "项目一览.csv", with_total(communities, households), "utf-8-sig"),
        write_csv(raw / "设备台账.csv", assets, "utf-8"),
    ]
