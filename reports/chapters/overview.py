"""Chapter: 年度工作概述. Tickets and complaints, fee collection, what the report covers."""

from __future__ import annotations

from markupsafe import Markup

from reports import charts
from reports.derivations import BLANK
from reports.desk import Desk, frame, present
from reports.document import Block, Chapter, Chart, Paragraph, Section, Table
from reports.findings import Finding
from reports.numbers import Quantity

FEWEST_TARGETS_DRAWN = 3
LONGEST_BULLET = 1.5
OLDEST = "over_3_years"
AGES = ("up_to_90_days", "91_to_180_days", "181_to_365_days", "1_to_2_years", "2_to_3_years", OLDEST)
FEE_STEPS = ("opening", "billed", "waived", "collected", "recovered", "written_off", "closing")
PROPERTY_FEE_WORDS = ("物业", "管理费", "property fee", "management fee", "service charge")
YEAR_END = (12, 31)


def compose(desk: Desk, ordinal: int) -> Chapter | None:
    """The chapter, or None where neither tickets, bills nor surveys were loaded."""
    return desk.chapter("overview", ordinal, (core_tasks, fees, scope))


def core_tasks(desk: Desk) -> Section | None:
    """工单与投诉: volume → closure, both ways of counting → backlog → targets."""
    volume = desk.finding("ticket_volume")
    if volume is None:
        return None
    bullets = targets_chart(desk)
    has_complaints = desk.finding("ticket_volume", kind="complaint") is not None
    return desk.section(
        "core_tasks" if has_complaints else "core_tasks_of_tickets",
        [
            volume_paragraph(desk, volume),
            closure_paragraph(desk),
            targets_paragraph(desk, bullets),
            bullets,
        ],
    )


def volume_paragraph(desk: Desk, volume: Finding) -> Paragraph | None:
    """How much came in, of which kinds."""
    kinds = [one for one in desk.findings("ticket_volume", "kind") if one.name != BLANK]
    return desk.paragraph(
        "overview.volume",
        department=desk.setting("department"),
        volume=volume,
        kinds=kinds,
        complaints=desk.finding("ticket_volume", kind="complaint"),
    )


def closure_paragraph(desk: Desk) -> Paragraph | None:
    """Both closure rates side by side, what lies between them, and what is left at the end of the year."""
    closure, full_loop = desk.finding("closure_rate"), desk.finding("full_loop_rate")
    is_same_base = closure and full_loop and _value(closure.denominator) == _value(full_loop.denominator)
    return desk.paragraph(
        "overview.closure",
        closure=closure,
        full_loop=full_loop,
        gap=desk.number("closure_rate", "numerator_gap:full_loop_rate", "count") if is_same_base else None,
        without_follow_up=full_loop and full_loop.detail("closed_without_follow_up_count"),
        forced=closure and closure.detail("force_closed_count"),
        undated=closure and closure.detail("closed_undated_count"),
        backlog=desk.finding("backlog"),
        as_of=closure.as_of if closure else desk.as_of,
        chart=None,
    )


def targets_paragraph(desk: Desk, chart: Chart | None) -> Paragraph | None:
    """How many targets were met."""
    counts = {name: desk.target_count(name) for name in ("all", "met", "missed", "insufficient")}
    if not counts["all"] or not counts["all"].value:
        return None
    return desk.paragraph(
        "overview.targets",
        total=counts["all"],
        met=counts["met"],
        missed=counts["missed"],
        insufficient=counts["insufficient"],
        chart=chart,
    )


def targets_chart(desk: Desk) -> Chart | None:
    """One bar a target: actual over target, turned so that right is better."""
    held = [one for one in desk.targets() if one.verdict in ("met", "missed") and one.target and one.judged]
    if len(held) < FEWEST_TARGETS_DRAWN:
        return None
    rows = [
        {
            "label": desk.subject(one),
            "value": min(_attainment(one), LONGEST_BULLET),
            "target": 1.0,
            "text": f"{desk.text(one.judged)} / {desk.text(one.target, f'short {one.target.form}')}",
            "verdict": one.verdict,
        }
        for one in held
        if one.target
    ]
    return desk.chart(
        "targets",
        charts.bullet_bars(frame(rows), desk.style),
        desk.say("overview.targets_title", total=desk.target_count("all"), met=desk.target_count("met")),
        desk.say("overview.targets_caption", as_of=desk.as_of),
        height_millimetres=min(120, 18 + 5 * len(rows)),
    )


def _attainment(one: Finding) -> float:
    """Actual ÷ target; target ÷ actual where less is better."""
    reached, wanted = _value(one.judged) or 0.0, _value(one.target) or 0.0
    above, below = (wanted, reached) if one.better == "lower" else (reached, wanted)
    return above / below if below else LONGEST_BULLET


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
        "overview.fees",
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
    return desk.section("fees", [paragraph, waterfall, *ageing, table])


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
    shown = [name for name in FEE_STEPS if name in ("opening", "closing") or _value(steps[name])]
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
        desk.say("overview.account_title", drop=steps["drop"]),
        desk.say("overview.account_caption", opening=steps["opening"], closing=steps["closing"], as_of=current.as_of),
        height_millimetres=42,
    )


def _step_amount(name: str, step: Quantity | None, desk: Desk) -> float:
    amount = (_value(step) or 0.0) / desk.money_unit
    return -amount if name in ("waived", "collected", "recovered", "written_off") else amount


def ageing_chart(desk: Desk, arrears: Finding | None) -> list[Block | None]:
    """The arrears by age, two years, with the sentence about the oldest part."""
    ages = {one.name: one for one in desk.findings("arrears_amount", "ageing")}
    oldest = ages.get(OLDEST)
    if arrears is None or oldest is None or not oldest.value or not oldest.value.value:
        return []
    rows = []
    for year, statistic in ((desk.year - 1, "previous"), (desk.year, "value")):
        for age in AGES:
            amount = getattr(ages[age], statistic) if age in ages else None
            if amount is not None:
                label = desk.text(amount, "wan")
                part = desk.writer.word("ageing", age)
                rows.append({"bar": str(year), "part": part, "value": float(amount.value), "text": label})
    share = desk.chosen("share:ageing", oldest, "rate")
    chart = desk.chart(
        "ageing",
        charts.stacked_bars(frame(rows), desk.style),
        desk.say("overview.ageing_title", share=share),
        desk.say("overview.ageing_caption", arrears=arrears, as_of=arrears.as_of),
        height_millimetres=56,
    )
    previous_share = desk.chosen("previous_share:ageing", oldest, "rate")
    text = desk.paragraph("overview.ageing", oldest=oldest, share=share, previous_share=previous_share, chart=chart)
    return [text, chart]


def fees_table(desk: Desk) -> Table | None:
    """Billed, collected and both rates by project, in yuan to the cent."""
    due = desk.findings("amount_due", "community")
    if len(due) < 2:
        return None
    rows = [_fee_row(desk, desk.name(one.name), {"community": one.name}) for one in due]
    return desk.table(
        "fees",
        desk.say("overview.fees_table_title"),
        [
            ("column_community", "left"),
            ("column_amount_due", "right"),
            ("column_collected", "right"),
            ("column_collection_rate", "right"),
            ("column_arrears_recovery_rate", "right"),
            ("column_arrears", "right"),
        ],
        [*rows, _fee_row(desk, desk.plain(desk.label("all")), {})],
        note=desk.say("overview.fees_table_note"),
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


def scope(desk: Desk) -> Section | None:
    """服务范围: the projects that the data cover, with their main figures side by side."""
    main = next(
        (metric for metric in ("ticket_volume", "amount_due", "satisfaction_rate") if desk.finding(metric)), None
    )
    projects = [one for one in desk.findings(main, "community") if one.name != BLANK] if main else []
    if main is None or len(projects) < 2:
        return None
    table = scope_table(desk, [one.name for one in projects])
    largest = projects[0] if main == "ticket_volume" else None
    text = desk.paragraph(
        "overview.scope",
        count=desk.number(main, "slices:community", "count"),
        names=[one.name for one in projects],
        largest=largest,
        share=desk.chosen("share:community", largest, "rate") if largest else None,
        table=table,
    )
    return desk.section("scope", [text, table])


def scope_table(desk: Desk, names: list[str]) -> Table:
    """One row a project; only the columns that the data fill."""
    repairs = {"kind": "repair"} if desk.finding("ticket_volume", kind="repair") else {}
    columns = {
        "column_tickets": ("ticket_volume", {}, "count"),
        "column_complaints": ("ticket_volume", {"kind": "complaint"}, "count"),
        "column_per_hundred": ("complaints_per_100_households", {}, "plain"),
        "column_closure_rate": ("closure_rate", {}, None),
        "column_within_24_hours": ("resolved_within_24_hours", repairs, None),
        "column_collection_rate": ("collection_rate", {}, None),
        "column_satisfaction_rate": ("satisfaction_rate", {}, None),
    }
    held = {
        heading: [desk.finding(metric, **where, community=name) for name in names]
        for heading, (metric, where, _) in columns.items()
    }
    kept = [heading for heading in columns if present(held[heading])]
    rows = [
        [desk.name(name), *(desk.rate_cell(held[heading][position], columns[heading][2]) for heading in kept)]
        for position, name in enumerate(names)
    ]
    return desk.table(
        "scope",
        desk.say("overview.scope_table_title"),
        [("column_community", "left"), *((heading, "right") for heading in kept)],
        rows,
        note=desk.say("overview.scope_table_note", as_of=desk.as_of),
    )


def _value(number: Quantity | None) -> float | None:
    return None if number is None else float(number.value)


def _size(one: Finding) -> float:
    return _value(one.value) or 0.0
