"""Section: 费用收缴. The fee account of the year, the arrears by age, who paid and how."""

from __future__ import annotations

from markupsafe import Markup

from reports import charts
from reports.desk import Desk, amount, frame, present
from reports.document import Block, Chart, Paragraph, Section, Table
from reports.findings import Finding
from reports.numbers import Quantity

OLDEST = "over_3_years"
AGES = ("up_to_90_days", "91_to_180_days", "181_to_365_days", "1_to_2_years", "2_to_3_years", OLDEST)
FEE_STEPS = ("opening", "billed", "waived", "collected", "recovered", "written_off", "closing")
PROPERTY_FEE_WORDS = ("物业", "管理费", "property fee", "management fee", "service charge")
YEAR_END = (12, 31)
UNIT_CLASSES = ("developer_held", "vacant")


def fees(desk: Desk) -> Section | None:
    """费用收缴: billed, waived, collected → this year's rate → old arrears → combined → balance and its age."""
    due = desk.finding("amount_due")
    current = desk.finding("collection_rate")
    if due is None and current is None:
        return None
    arrears = desk.finding("arrears_amount")
    waterfall = account_chart(desk, current)
    table = fees_table(desk)
    ageing = ageing_chart(desk, arrears)
    known = current or due
    paragraph = desk.paragraph(
        "fees.fees",
        fee_name=fee_name(desk),
        due=due,
        waived=desk.number("collection_rate", "fee_account:waived_now", "money"),
        current=current,
        old=desk.finding("arrears_recovery_rate"),
        combined=desk.finding("combined_collection_rate"),
        arrears=arrears,
        closing=desk.number("collection_rate", "fee_account:closing", "money"),
        drop=desk.number("collection_rate", "fee_account:drop", "money"),
        as_of=known.as_of if known else desk.as_of,
        is_late=bool(current and (current.as_of.month, current.as_of.day) != YEAR_END),
        chart=waterfall,
        table=table,
    )
    return desk.section("fees", [paragraph, payers(desk), waterfall, *ageing, apart(desk, arrears), table])


def payers(desk: Desk) -> Paragraph | None:
    """How many households paid in full, how much came in online, and what is paid by instalments."""
    households = desk.finding("household_collection_rate")
    online = desk.finding("online_payment_share")
    instalments = desk.finding("instalment_share")
    if not present((households, online, instalments)):
        return None
    has_instalments = instalments is not None and amount(instalments.numerator) > 0
    return desk.paragraph(
        "fees.payers",
        households=households,
        part_payers=households and households.detail("part_payer_count"),
        non_payers=households and households.detail("non_payer_count"),
        online=online,
        instalments=instalments if has_instalments else None,
        instalment_bills=instalments and instalments.detail("instalment_bill_count"),
        instalment_collected=instalments and instalments.detail("instalment_collected_amount"),
    )


def apart(desk: Desk, arrears: Finding | None) -> Paragraph | None:
    """What of the arrears falls on homes that nobody lives in, and what was written off."""
    classes = [(name, arrears.detail(f"{name}_amount")) for name in UNIT_CLASSES] if arrears else []
    held = [(name, owed) for name, owed in classes if owed is not None and owed.value]
    written_off = desk.finding("written_off_amount")
    return desk.paragraph(
        "fees.apart",
        classes=held,
        written_off=written_off if written_off is not None and amount(written_off.value) > 0 else None,
    )


def fee_name(desk: Desk) -> str:
    """物业服务费 where the bills say so, else the plain word for fees."""
    items = [one.name for one in desk.findings("amount_due", "fee_item")]
    is_property = any(word in item for item in items for word in PROPERTY_FEE_WORDS)
    return desk.label("property_fee" if is_property else "any_fee")


def account_chart(desk: Desk, current: Finding | None) -> Chart | None:
    """The waterfall from the opening to the closing balance; it adds up to the cent."""
    steps = {name: desk.number("collection_rate", f"fee_account:{name}", "money") for name in (*FEE_STEPS, "drop")}
    if current is None or any(step is None for step in steps.values()):
        return None
    shown = [name for name in FEE_STEPS if name in ("opening", "closing") or amount(steps[name])]
    rows = [
        {
            "label": desk.writer.word("fee_steps", name),
            "amount": _step_amount(name, steps[name], desk),
            "measure": {"opening": "absolute", "closing": "total"}.get(name, "relative"),
            "text": desk.text(steps[name], "wan"),
        }
        for name in shown
    ]
    return desk.chart(
        "fee_account",
        charts.waterfall(frame(rows), desk.style, desk.label("wan")),
        desk.say("fees.account_title", drop=steps["drop"]),
        desk.say("fees.account_caption", opening=steps["opening"], closing=steps["closing"], as_of=current.as_of),
        height_millimetres=42,
    )


def _step_amount(name: str, step: Quantity | None, desk: Desk) -> float:
    yuan = amount(step) / desk.money_unit
    return -yuan if name in ("waived", "collected", "recovered", "written_off") else yuan


def ageing_chart(desk: Desk, arrears: Finding | None) -> list[Block | None]:
    """The arrears by age, two years, with the sentence about the oldest part."""
    ages = {one.name: one for one in desk.findings("arrears_amount", "ageing")}
    oldest = ages.get(OLDEST)
    if arrears is None or oldest is None or not oldest.value or not oldest.value.value:
        return []
    rows = []
    for year, statistic in ((desk.year - 1, "previous"), (desk.year, "value")):
        for age in AGES:
            owed = getattr(ages[age], statistic) if age in ages else None
            if owed is not None:
                label = desk.text(owed, "wan")
                part = desk.writer.word("ageing", age)
                rows.append({"bar": str(year), "part": part, "value": amount(owed), "text": label})
    share = desk.chosen("share:ageing", oldest, "rate")
    chart = desk.chart(
        "ageing",
        charts.stacked_bars(frame(rows), desk.style),
        desk.say("fees.ageing_title", share=share),
        desk.say("fees.ageing_caption", arrears=arrears, as_of=arrears.as_of),
        height_millimetres=56,
    )
    previous_share = desk.chosen("previous_share:ageing", oldest, "rate")
    text = desk.paragraph("fees.ageing", oldest=oldest, share=share, previous_share=previous_share, chart=chart)
    return [text, chart]


def fees_table(desk: Desk) -> Table | None:
    """Billed, collected and both rates by project, in yuan to the cent."""
    due = desk.findings("amount_due", "community")
    if len(due) < 2:
        return None
    rows = [_fee_row(desk, desk.name(one.name), {"community": one.name}) for one in due]
    return desk.table(
        "fees",
        desk.say("fees.fees_table_title"),
        [
            ("column_community", "left"),
            ("column_amount_due", "right"),
            ("column_collected", "right"),
            ("column_collection_rate", "right"),
            ("column_arrears_recovery_rate", "right"),
            ("column_arrears", "right"),
        ],
        [*rows, _fee_row(desk, desk.plain(desk.label("all")), {})],
        note=desk.say("fees.fees_table_note"),
        total_rows=1,
    )


def _fee_row(desk: Desk, heading: Markup, where: dict[str, str]) -> list[Markup]:
    current = desk.finding("collection_rate", **where)
    old = desk.finding("arrears_recovery_rate", **where)
    due, arrears = desk.finding("amount_due", **where), desk.finding("arrears_amount", **where)
    return [
        heading,
        desk.cell(due and due.value, "cents"),
        desk.cell(current and current.numerator, "cents"),
        desk.cell(current and current.value),
        desk.cell(old and old.value),
        desk.cell(arrears and arrears.value, "cents"),
    ]
