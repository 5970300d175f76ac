"""Chapter: 核心服务执行. Reception by channel and hour, response levels, how long repairs take, events for owners."""

from __future__ import annotations

from typing import Any

import pandas as pd

from queries.significance import SIGNIFICANCE, probability
from reports import charts
from reports.chapters.activities import activities
from reports.chapters.vendors import vendors
from reports.derivations import BLANK, longest_by
from reports.desk import Desk, amount, frame
from reports.document import Block, Chapter, Chart, Paragraph, Section, Table
from reports.evidence_counts import clock_parts
from reports.findings import FEWEST_CASES, Finding

MOST_CHANNELS = 5
MOST_SUBJECTS = 3
MOST_TYPES_DRAWN = 8
MOST_TYPES_LISTED = 12
BUSY_HOURS = 2
NIGHT = "22-6"
LONG_TICKET_HOURS = 7 * 24
FEWEST_OF_LONG = 5
FEWEST_MONTHS_DRAWN = 3
FEWEST_FOR_THE_CLOCK = 300
CURVE_UP_TO_HOURS = 96
MOST_CURVE_POINTS = 160
RESOLUTION_HOURS = 24


def compose(desk: Desk, ordinal: int) -> Chapter | None:
    """The chapter, or None without tickets and events."""
    return desk.chapter("service", ordinal, (reception, repair_times, activities))


def reception(desk: Desk) -> Section | None:
    """日常接待: months → channels → hours of the day → response levels."""
    volume = desk.finding("ticket_volume")
    if volume is None:
        return None
    parts = (
        months_chart(desk, volume),
        channels(desk, volume),
        hours_of_day(desk, volume),
        response_levels(desk),
        [subjects(desk)],
    )
    return desk.section("reception", [block for part in parts for block in part])


def months_chart(desk: Desk, volume: Finding) -> list[Block | None]:
    """Tickets by month beside last year, with the sentence that cites the chart."""
    months = desk.months("ticket_volume")
    whole = [month for month in months if not desk.is_partial(month)]
    if len(whole) < FEWEST_MONTHS_DRAWN:
        return []
    busiest, quietest = max(whole, key=_count), min(whole, key=_count)
    rows = [
        {
            "month": int(month.address.period[-2:]),
            "value": amount(month.value),
            "previous": amount(month.previous) if month.previous else None,
            "is_hatched": desk.is_partial(month),
        }
        for month in months
    ]
    chart = desk.chart(
        "volume_by_month",
        charts.monthly_bars(frame(rows), desk.style),
        desk.say("service.months_title", busiest=busiest, volume=volume),
        desk.say("service.months_caption", volume=volume, as_of=volume.as_of),
        height_millimetres=40,
    )
    text = desk.paragraph(
        "service.months_text",
        busiest=busiest,
        quietest=quietest,
        outside=months_outside(desk),
        festival=festival_months(desk, volume),
        chart=chart,
    )
    return [text, chart]


def months_outside(desk: Desk) -> list[tuple[str, bool]] | None:
    """The months beyond what the same month of last year lets expect, and whether above; None without such limits."""
    limits = desk.ledger.monthly_limits("ticket_volume")
    if limits.method is None:
        return None
    return [(point.period, point.reason == "above") for point in limits.points if point.reason in ("above", "below")]


def festival_months(desk: Desk, volume: Finding) -> dict[str, Any] | None:
    """January and February together, for the Spring Festival moves between them; None where either year lacks them."""
    figure = desk.ledger.january_february("ticket_volume")
    if figure is None or not figure.previous or figure.value is None:
        return None
    return {name: desk.chosen(f"january_february:{name}", volume, "count") for name in ("value", "previous", "change")}


def _count(month: Finding) -> float:
    return amount(month.value)


def channels(desk: Desk, volume: Finding) -> list[Block | None]:
    """Through which channels tickets came in, two years."""
    known = [one for one in desk.findings("ticket_volume", "channel") if one.name != BLANK]
    if len(known) < 2 or amount(known[1].value) < FEWEST_CASES:
        return []
    shares = [(one, desk.chosen("share:channel", one, "rate")) for one in known[:3]]
    rows = []
    for year, statistic in ((desk.year - 1, "previous"), (desk.year, "value")):
        for one in known[:MOST_CHANNELS]:
            number = getattr(one, statistic)
            if number is not None:
                text = desk.text(number, "count")
                rows.append({"bar": str(year), "part": one.name, "value": amount(number), "text": text})
    chart = desk.chart(
        "channels",
        charts.stacked_bars(frame(rows), desk.style),
        desk.say("service.channels_title", first=known[0], share=shares[0][1]),
        desk.say("service.channels_caption", volume=volume),
        height_millimetres=56,
    )
    return [desk.paragraph("service.channels", shares=shares, chart=chart), chart]


def hours_of_day(desk: Desk, volume: Finding) -> list[Block | None]:
    """Weekday by hour; nothing where the export has no time of day."""
    opened = desk.ledger.evidence("ticket_volume")["occurred_at"]
    if len(opened) < FEWEST_FOR_THE_CLOCK or opened.dt.hour.nunique() < RESOLUTION_HOURS // 2:
        return []
    busiest = _busiest_hours(opened)
    share = desk.chosen(f"clock_share:{busiest}", volume, "rate")
    counts = pd.DataFrame({"weekday": opened.dt.day_of_week, "hour": opened.dt.hour}).value_counts()
    weekdays = desk.writer.words("weekdays")
    rows = [
        {"row": weekdays[day], "column": str(hour), "value": int(counts.get((day, hour), 0))}
        for day in range(7)
        for hour in range(24)
    ]
    chart = desk.chart(
        "hours_of_day",
        charts.heat_map(frame(rows), desk.style, weekdays, [str(hour) for hour in range(24)]),
        desk.say("service.clock_title", hours=busiest, share=share),
        desk.say("service.clock_caption", volume=volume),
        height_millimetres=58,
    )
    night = desk.chosen(f"clock_share:{NIGHT}", volume, "rate")
    return [desk.paragraph("service.clock", hours=busiest, share=share, night=night, chart=chart), chart]


def _busiest_hours(opened: pd.Series[Any]) -> str:
    """The two neighbouring hours with the most tickets, as 19-21."""
    counts = opened.dt.hour.value_counts()
    first = max(
        range(24 - BUSY_HOURS + 1), key=lambda hour: sum(counts.get(hour + step, 0) for step in range(BUSY_HOURS))
    )
    return f"{first}-{first + BUSY_HOURS}"


def response_levels(desk: Desk) -> list[Block | None]:
    """The response levels one by one, the urgent one first."""
    levels = desk.levels("response_attainment")
    if not levels:
        return []
    table = levels_table(desk, "response_levels", levels)
    large = [one for one in levels if not one.is_small and one.lacking is not None and one.lacking.value]
    worst = min(large, key=lambda one: amount(one.value), default=None)
    first = levels[0]
    text = desk.paragraph(
        "service.levels",
        best=None,
        worst=worst,
        first=first,
        unrecorded=first.detail("unrecorded_count"),
        table=table,
    )
    return [text, table, by_night(desk, first)]


def by_night(desk: Desk, level: Finding) -> Paragraph | None:
    """How the first level was kept at night and in working hours, where both have enough cases."""
    level = desk.finding("response_attainment", **level.address.where) or level
    day = working_hours(desk)
    cases = {hours: desk.chosen(f"clock_cases:{hours}", level, "count") for hours in (NIGHT, day)}
    if any(amount(number) < FEWEST_CASES for number in cases.values()):
        return None
    parts = [clock_parts(desk.ledger, level.address, hours) for hours in (NIGHT, day)]
    table = [(inside, whole - inside) for inside, whole in parts]
    return desk.paragraph(
        "service.by_night",
        level=level,
        night=NIGHT,
        day=day,
        night_cases=cases[NIGHT],
        day_cases=cases[day],
        night_rate=desk.chosen(f"clock_rate:{NIGHT}", level, "rate"),
        day_rate=desk.chosen(f"clock_rate:{day}", level, "rate"),
        gap=desk.chosen(f"clock_gap:{NIGHT}/{day}", level, "points"),
        is_clear=probability(table) < SIGNIFICANCE,
    )


def working_hours(desk: Desk) -> str:
    """From the first to the last of the working hours of the settings, as 9-18."""
    spans = desk.workspace.settings["calendar"]["working_hours"]
    edges = [int(part.partition(":")[0]) for span in spans for part in span.split("-")]
    return f"{min(edges)}-{max(edges)}"


def subjects(desk: Desk) -> Paragraph | None:
    """What inquiries are mostly about."""
    inquiries = desk.finding("ticket_volume", kind="inquiry")
    if inquiries is None or inquiries.is_small:
        return None
    split = next((split for split in ("category", "subcategory") if len(_subjects(desk, split)) > 1), None)
    held = _subjects(desk, split)[:MOST_SUBJECTS] if split else []
    if not held:
        return None
    shares = [(one, desk.chosen(f"share:{split}", one, "rate")) for one in held]
    return desk.paragraph("service.subjects", inquiries=inquiries, shares=shares)


def _subjects(desk: Desk, split: str) -> list[Finding]:
    return [one for one in desk.findings("ticket_volume", split, {"kind": "inquiry"}) if one.name != BLANK]


def levels_table(desk: Desk, key: str, levels: tuple[Finding, ...], title: str = "service.levels_title") -> Table:
    """Service levels: how many were due, how many kept, the rate beside last year and the target."""
    columns = [
        ("column_level", "left"),
        ("column_cases", "right"),
        ("column_in_time", "right"),
        ("column_rate", "right"),
        ("column_previous_rate", "right"),
        ("column_target", "right"),
        ("column_verdict", "centre"),
    ]
    rows = [
        [
            desk.name(one.name),
            desk.cell(one.denominator),
            desk.cell(one.numerator),
            desk.rate_cell(one),
            desk.cell(one.previous if not one.is_small and amount(one.previous_n) >= FEWEST_CASES else None),
            desk.cell(one.target, "short rate"),
            desk.verdict_cell(one),
        ]
        for one in levels
    ]
    return desk.table(key, desk.say(title), columns, rows, note=desk.say("service.levels_note"))


def repair_times(desk: Desk) -> Section | None:
    """报修处理时效: how many → half and nine tenths → within 24 hours → mean → what makes the mean long."""
    where = {"kind": "repair"} if desk.finding("ticket_volume", kind="repair") else {}
    duration = desk.finding("resolution_time", **where)
    count = desk.finding("ticket_volume", **where)
    if duration is None or count is None:
        return None
    what = desk.label("repairs" if where else "tickets")
    within = desk.finding("resolved_within_24_hours", **where)
    curve = None if duration.is_small else completion_chart(desk, duration, within, what)
    text = durations_paragraph(desk, duration, within, count, what, curve)
    key = "repair_times" if where else "request_times"
    return desk.section(key, [text, curve, *fault_types(desk, where), *vendors(desk, where)])


def durations_paragraph(
    desk: Desk, duration: Finding, within: Finding | None, count: Finding, what: str, chart: Chart | None
) -> Paragraph | None:
    """The times in words."""
    over = f"hours_over:{LONG_TICKET_HOURS}"
    longest = longest_by(desk.ledger, duration.address, LONG_TICKET_HOURS, "category")
    share_of_long = desk.chosen(f"hours_over_top:category-{LONG_TICKET_HOURS}", duration, "count")
    is_worth_naming = len(longest) > 0 and longest.iloc[0] >= FEWEST_OF_LONG
    long = desk.chosen(over, duration, "count")
    return desk.paragraph(
        "service.durations",
        what=what,
        count=count,
        duration=duration,
        p90=duration.detail("p90"),
        previous_p90=duration.detail("previous p90"),
        mean=duration.detail("restricted_mean_hours"),
        mean_change=desk.chosen("detail_change:restricted_mean_hours", duration, "in_hours"),
        within=within,
        long=long,
        long_share=desk.chosen(over.replace("over", "over_share"), duration, "rate"),
        long_time_share=desk.chosen(over.replace("over", "over_time_share"), duration, "rate"),
        long_driver=(str(longest.index[0]), share_of_long) if is_worth_naming else None,
        as_of=duration.as_of,
        chart=chart,
    )


def completion_chart(desk: Desk, duration: Finding, within: Finding | None, what: str) -> Chart | None:
    """The share repaired by each hour, two years (Kaplan–Meier)."""
    where = duration.address.where
    rows: list[dict[str, Any]] = []
    marks = []
    for year in (desk.year - 1, desk.year):
        curve = desk.ledger.figures.duration_curve(duration.metric, year, where)
        held = curve[curve["hours"] <= CURVE_UP_TO_HOURS]
        if len(held) == 0 or (year != desk.year and duration.movement.kind in ("first_year", "small")):
            continue
        thinned = held.iloc[:: max(1, len(held) // MOST_CURVE_POINTS)]
        rows += [{"series": str(year), "hours": h, "share": s} for h, s in thinned.itertuples(index=False)]
        mark = None if within is None else within.value if year == desk.year else within.previous
        marks.append(f"{year}  {desk.text(mark)}" if mark else "")
    if not rows:
        return None
    return desk.chart(
        "completion_curve",
        charts.completion_curve(frame(rows), desk.style, mark_hours=RESOLUTION_HOURS, mark_texts=marks),
        desk.say("service.curve_title", what=what, within=within, duration=duration),
        desk.say("service.curve_caption", what=what, n=duration.n, as_of=duration.as_of),
        height_millimetres=44,
    )


def fault_types(desk: Desk, where: dict[str, str]) -> list[Block | None]:
    """Which types of fault are repaired fast, which slowly, and how that changed."""
    split = "category" if len(known(desk, "category", where)) > 1 else "subcategory"
    ranking = desk.ranking("resolved_within_24_hours", split, where)
    types = known(desk, split, where)
    if len(types) < 2 or not ranking.findings:
        return []
    chart = types_chart(desk, [one for one in types if one.movement.kind not in ("first_year", "small")], ranking)
    table = types_table(desk, split, where, types[:MOST_TYPES_LISTED])
    return [desk.paragraph("service.types", ranking=ranking, chart=chart, table=table), table, chart]


def known(desk: Desk, split: str, where: dict[str, str]) -> list[Finding]:
    """The types of fault with enough cases, the most frequent first; blanks apart."""
    held = desk.findings("resolved_within_24_hours", split, where)
    return [one for one in held if one.name != BLANK and not one.is_small]


def types_chart(desk: Desk, types: list[Finding], ranking: Any) -> Chart | None:
    """A slope from last year to this one for the most frequent types."""
    drawn = types[:MOST_TYPES_DRAWN]
    if len(drawn) < 2:
        return None
    rows = [
        {
            "label": one.name,
            "before": amount(one.previous),
            "after": amount(one.value),
            "text_before": desk.text(one.previous),
            "text_after": desk.text(one.value),
        }
        for one in drawn
    ]
    return desk.chart(
        "fault_types",
        charts.slope(frame(rows), desk.style, (str(desk.year - 1), str(desk.year))),
        desk.say("service.types_title", ranking=ranking),
        desk.say("service.types_caption", as_of=drawn[0].as_of),
        height_millimetres=70,
    )


def types_table(desk: Desk, split: str, where: dict[str, str], types: list[Finding]) -> Table:
    """Cases, both times and the share within 24 hours by type."""
    rows = []
    for one in types:
        times = desk.finding("resolution_time", **where, **{split: one.name})
        rows.append(
            [
                desk.name(one.name),
                desk.cell(one.n),
                desk.cell(times and times.value, "hours"),
                desk.cell(times and times.detail("p90"), "hours"),
                desk.rate_cell(one),
                desk.cell(one.previous if one.movement.kind != "small" else None),
            ]
        )
    headings = ("column_repairs", "column_median", "column_p90", "column_within_24_hours", "column_previous_rate")
    first = "column_fault_type" if where else "column_request_type"
    return desk.table(
        "fault_types_table",
        desk.say("service.types_table_title"),
        [(first, "left"), *((heading, "right") for heading in headings)],
        rows,
        note=desk.say("service.types_table_note"),
    )
