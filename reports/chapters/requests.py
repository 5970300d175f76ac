"""Chapter: 投诉与报修管理. Complaints and their time limits, urgent repairs, closure, faults that come back."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from reports import charts
from reports.chapters import attention
from reports.chapters.service import levels_table
from reports.derivations import BLANK, counted, faults_by_asset
from reports.desk import Desk, amount, frame, present
from reports.document import Block, Chapter, Chart, Paragraph, Section, Table
from reports.findings import FEWEST_CASES, Finding, driver, finding

COMPLAINT = {"kind": "complaint"}
FEWEST_MONTHS_DRAWN = 3
MOST_CLASSES = 4
MOST_LATE_MONTHS = 6
THIN_MONTH = 50
MOST_CATEGORIES = 8
TOP_PLACES = 10
FEWEST_REPEATS = 20
FEWEST_PLACES = 5
OFTEN = 3
MOST_ASSETS = 10
MOST_LEADERS = 4
MENDED_BY_MEASURES = ("repeat_fault_rate", "repeat_fault_count", "rework_rate", "chase_rate", "fault_interval")
MOST_MEASURES = 4


def compose(desk: Desk, ordinal: int) -> Chapter | None:
    """The chapter, or None without tickets."""
    kinds = [desk.finding("ticket_volume", kind=kind) for kind in ("complaint", "repair")]
    key = "requests" if present(kinds) else "requests_of_any_kind"
    return desk.chapter(key, ordinal, (complaints, urgent_repairs, closure, repeated_faults))


def complaints(desk: Desk) -> Section | None:
    """投诉分类与响应: total → classes → the class that changed most → each stage's time limit."""
    total = desk.finding("ticket_volume", **COMPLAINT)
    if total is None or total.value is None or not total.value.value:
        return None
    classes = [one for one in desk.findings("ticket_volume", "category", COMPLAINT) if one.name != BLANK]
    chart = classes_chart(desk, total, classes[:MOST_CLASSES])
    per_hundred = desk.finding("complaints_per_100_households")
    text = desk.paragraph(
        "requests.complaints",
        total=total,
        per_hundred=per_hundred,
        classes=[(one, desk.chosen("share:category", one, "rate")) for one in classes[:MOST_CLASSES]],
        chart=chart,
    )
    moved = driver(desk.ledger.by("ticket_volume", "category", COMPLAINT))
    changed = desk.paragraph("requests.driver", f=finding(desk.ledger, moved), rest_clause=None)
    looked_into = complaints_looked_into(desk, total, per_hundred)
    return desk.section("complaints", [text, chart, changed, looked_into, *complaint_levels(desk)])


def complaints_looked_into(desk: Desk, total: Finding, per_hundred: Finding | None) -> Paragraph | None:
    """How many incidents the complaints were about, how many were justified, how many came again."""
    justified = per_hundred and per_hundred.detail("justified_count")
    incidents = per_hundred and per_hundred.detail("incident_count")
    has_fewer = incidents is not None and per_hundred is not None and incidents.value != amount(per_hundred.numerator)
    is_known = justified is not None and bool(justified.value)
    return desk.paragraph(
        "requests.looked_into",
        incidents=incidents if has_fewer else None,
        justified=justified if is_known else None,
        share=desk.number(per_hundred.metric, "detail_share:justified_count", "rate")
        if per_hundred is not None and is_known and amount(per_hundred.numerator) >= FEWEST_CASES
        else None,
        repeated=desk.finding("repeat_complaint_rate"),
    )


def classes_chart(desk: Desk, total: Finding, classes: list[Finding]) -> Chart | None:
    """Each class by month, last year in grey."""
    if len(classes) < 2:
        return None
    rows: list[dict[str, Any]] = []
    for one in classes:
        for month in desk.months("ticket_volume", one.address.where):
            rows.append(
                {
                    "panel": one.name,
                    "month": int(month.address.period[-2:]),
                    "value": amount(month.value),
                    "previous": amount(month.previous) if month.previous else None,
                }
            )
    if len({row["month"] for row in rows if row["value"]}) < FEWEST_MONTHS_DRAWN:
        return None
    moves = [amount(one.change) for one in classes if one.change is not None]
    return desk.chart(
        "complaint_classes",
        charts.monthly_small_multiples(frame(rows), desk.style),
        desk.say(
            "requests.classes_title",
            total=total,
            classes=classes,
            fell=sum(move < 0 for move in moves),
            rose=sum(move > 0 for move in moves),
        ),
        desk.say("requests.classes_caption", total=total),
        height_millimetres=68,
    )


def complaint_levels(desk: Desk) -> list[Block | None]:
    """How the stages of a complaint kept their time limits."""
    levels = desk.levels("service_level_attainment", COMPLAINT)
    if not levels:
        return []
    large = [one for one in levels if not one.is_small]
    kept = max(large, key=lambda one: amount(one.value), default=None)
    broken = min((one for one in large if not one.is_all), key=lambda one: amount(one.value), default=None)
    chart = dumbbell(desk, large, broken)
    table = levels_table(desk, "complaint_levels", levels, "requests.complaint_table_title")
    text = desk.paragraph(
        "requests.complaint_levels",
        kept=kept if kept != broken else None,
        broken=broken,
        chart=chart,
        table=table,
    )
    return [text, chart, table, desk.paragraph("requests.visits", f=desk.finding("follow_up_attainment"))]


def dumbbell(desk: Desk, levels: list[Finding], broken: Finding | None) -> Chart | None:
    """Actual share against target, one row a level."""
    if len(levels) < 2:
        return None
    rows = [
        {
            "label": desk.writer.spoken(one.name),
            "actual": amount(one.value),
            "target": amount(one.target) if one.target else None,
            "text": desk.text(one.value),
        }
        for one in levels
    ]
    return desk.chart(
        "complaint_stages",
        charts.dumbbell(frame(rows), desk.style),
        desk.say("requests.complaint_levels_title", broken=broken),
        desk.say("requests.levels_caption", as_of=levels[0].as_of),
        height_millimetres=16 + 6 * len(rows),
    )


def urgent_repairs(desk: Desk) -> Section | None:
    """紧急报修闭环率: the year → months kept → in which months it was not → the other urgent levels."""
    held = desk.finding("resolution_attainment", level="utility_emergency_resolution") or desk.finding(
        "closure_rate", kind="repair", priority="urgent"
    )
    if held is None:
        return None
    level = held.address.where.get("level")
    subject = desk.writer.spoken(level) if level else desk.label("urgent")
    months = desk.months(held.metric, held.address.where)
    chart = urgent_chart(desk, held, subject, months)
    table = urgent_table(desk)
    late = [month for month in months if month.lacking is not None and month.lacking.value]
    text = desk.paragraph(
        "requests.urgent",
        f=held,
        subject=subject,
        met=desk.chosen("months_met", held, "count"),
        judged=desk.chosen("months_judged", held, "count"),
        late_months=late if 0 < len(late) <= MOST_LATE_MONTHS else [],
        is_thin=all(month.cases < THIN_MONTH for month in months),
        signals=months_outside(desk, held),
        chart=chart,
        table=table,
    )
    return desk.section("urgent_repairs", [text, chart, table])


def months_outside(desk: Desk, held: Finding) -> dict[str, list[str]] | None:
    """The whole and ripe months above and below what earlier months let expect; None where these are too few."""
    limits = desk.ledger.monthly_limits(held.metric, held.address.where)
    if limits.method is None:
        return None
    return {side: [point.period for point in limits.points if point.reason == side] for side in ("above", "below")}


def urgent_chart(desk: Desk, held: Finding, subject: str, months: tuple[Finding, ...]) -> Chart | None:
    """The rate by month with the number of cases under each month."""
    if len(months) < 3:
        return None
    worst = max(months, key=lambda month: amount(month.lacking))
    rows = [
        {
            "month": int(month.address.period[-2:]),
            "value": amount(month.value),
            "n": month.cases,
            "is_hatched": desk.is_partial(month),
        }
        for month in months
    ]
    target = float(held.target.value) if held.target else None
    return desk.chart(
        "urgent_by_month",
        charts.monthly_dots(frame(rows), desk.style, target),
        desk.say("requests.urgent_title", f=held, worst=worst),
        desk.say("requests.urgent_caption", subject=subject, f=held),
        height_millimetres=48,
    )


def urgent_table(desk: Desk) -> Table | None:
    """The service levels of urgent repairs side by side."""
    levels = desk.levels("service_level_attainment", {"kind": "repair", "priority": "urgent"})
    return levels_table(desk, "urgent_levels", levels, "requests.urgent_table_title") if len(levels) > 1 else None


def closure(desk: Desk) -> Section | None:
    """工单闭环: the share closed within a fixed age, by month, category and project."""
    held = desk.finding("closure_within_30_days")
    if held is None or held.is_small:
        return None
    window = desk.parameter("closure_within_30_days", "closure_window_days")
    months = [month for month in desk.months("closure_within_30_days") if not month.is_small]
    chart = closure_chart(desk, held, months, window)
    categories = desk.ranking("closure_within_30_days", "category")
    table = closure_table(desk, window)
    text = desk.paragraph(
        "requests.closure",
        f=held,
        signals=months_outside(desk, held) if chart else None,
        ranking=categories,
        projects=desk.ranking("closure_within_30_days", "community"),
        window=window,
        chart=chart,
        table=table,
    )
    return desk.section("closure", [text, chart, table])


def closure_chart(desk: Desk, held: Finding, months: list[Finding], window: Any) -> Chart | None:
    """Closed within the window by month of opening; unripe months hatched."""
    if len(months) < 3:
        return None
    rows: list[dict[str, Any]] = [
        {
            "month": int(month.address.period[-2:]),
            "value": amount(month.value),
            "n": month.cases,
            "is_hatched": desk.is_unripe(month),
        }
        for month in months
    ]
    last = max(row["month"] for row in rows)
    rows += [
        {"month": month, "value": None, "n": None, "is_hatched": True} for month in range(last + 1, desk.last_month + 1)
    ]
    return desk.chart(
        "closure_by_month",
        charts.monthly_dots(frame(rows), desk.style, float(held.target.value) if held.target else None),
        desk.say("requests.closure_title", f=held, window=window),
        desk.say("requests.closure_caption", f=held, window=window),
        height_millimetres=48,
    )


def closure_table(desk: Desk, window: Any) -> Table | None:
    """Closed within the window by category."""
    categories = [one for one in desk.findings("closure_within_30_days", "category") if one.name != BLANK]
    if len(categories) < 2:
        return None
    rows = [
        [
            desk.name(one.name),
            desk.cell(one.denominator),
            desk.cell(one.lacking),
            desk.rate_cell(one),
            desk.cell(one.previous if one.movement.kind not in ("small", "first_year") else None),
        ]
        for one in categories[:MOST_CATEGORIES]
    ]
    columns = [
        ("column_class", "left"),
        ("column_ripe", "right"),
        ("column_not_closed", "right"),
        ("column_closed_in_time", "right"),
        ("column_previous_rate", "right"),
    ]
    return desk.table(
        "closure",
        desk.say("requests.closure_table_title"),
        columns,
        rows,
        note=desk.say("requests.closure_table_note", window=window),
    )


def repeated_faults(desk: Desk) -> Section | None:
    """重复问题: repeats, rework and chasing apart → where they gather → how often equipment fails."""
    repeat, rework = desk.finding("repeat_fault_rate"), desk.finding("rework_rate")
    if repeat is None and rework is None:
        return None
    text = desk.paragraph(
        "requests.repeats",
        repeat=repeat,
        rework=rework,
        chase=desk.finding("chase_rate"),
        first_fix=desk.finding("first_time_fix_rate"),
        window=desk.parameter("repeat_fault_rate", "repeat_window_days"),
        chart=None,
    )
    return desk.section("repeated_faults", [text, *places(desk, repeat), *intervals(desk), rectifications(desk)])


def rectifications(desk: Desk) -> Paragraph | None:
    """Which measures were taken against what comes back; what became of them is told in the chapter on measures."""
    names = [one.initiative.name for one in desk.ledger.initiatives if one.metric in MENDED_BY_MEASURES]
    return desk.paragraph("requests.rectifications", names=names[:MOST_MEASURES]) if names else None


def places(desk: Desk, repeat: Finding | None) -> list[Block | None]:
    """Where repeats gather: the places, or the kinds of fault where hardly a place comes back often."""
    if repeat is None or amount(repeat.numerator) < FEWEST_REPEATS:
        return []
    by_place = counted(desk.ledger, repeat.address, "place_label")
    column = "place_label" if (by_place >= OFTEN).sum() >= FEWEST_PLACES else "subcategory"
    counts = by_place if column == "place_label" else counted(desk.ledger, repeat.address, column)
    if len(counts) < TOP_PLACES // 2:
        return []
    shown = min(TOP_PLACES, len(counts))
    what = desk.label("places" if column == "place_label" else "faults")
    share = desk.chosen(f"top_share:{column}-{shown}", repeat, "rate")
    first_count = desk.chosen(f"one_count:{column}-1", repeat, "count")
    drawn = desk.chosen(f"top_size:{column}-{shown}", repeat, "count")
    rows = [
        {
            "label": _plain_place(str(name)),
            "count": amount(desk.chosen(f"one_count:{column}-{rank}", repeat, "count")),
            "share": amount(desk.chosen(f"top_share:{column}-{rank}", repeat, "rate")),
        }
        for rank, name in enumerate(counts.index[:shown], start=1)
    ]
    chart = desk.chart(
        "repeats",
        charts.pareto(frame(rows), desk.style),
        desk.say("requests.concentrated_title", what=what, count=drawn, share=share),
        desk.say("requests.concentrated_caption", total=repeat.numerator, as_of=repeat.as_of),
        height_millimetres=14 + 5 * shown,
    )
    text = desk.paragraph(
        "requests.concentrated",
        what=what,
        count=drawn,
        share=share,
        first=_plain_place(str(counts.index[0])),
        first_count=first_count,
        place=_plain_place(str(by_place.index[0])) if column != "place_label" and leads(by_place) else None,
        place_count=desk.chosen("one_count:place_label-1", repeat, "count"),
        chart=chart,
    )
    return [text, chart]


def _plain_place(label: str) -> str:
    """A place without the words that its next word repeats: 3号楼 3号楼1号客梯 is 3号楼1号客梯."""
    words = label.split(" ")
    return " ".join(word for word, after in pairwise([*words, ""]) if not after.startswith(word))


def leads(counts: pd.Series[int]) -> bool:
    """Whether one place comes back often, and more often than any other."""
    return len(counts) > 1 and bool(counts.iloc[0] >= OFTEN and counts.iloc[0] > counts.iloc[1])


def intervals(desk: Desk) -> list[Block | None]:
    """How many days lie between faults, and a strip of the dates for the assets that fail most."""
    held = desk.first_finding(attention.FAULT_INTERVAL)
    if held is None:
        return []
    strip = fault_strip(desk, held)
    counts = faults_by_asset(desk.ledger, held.address)
    text = desk.paragraph(
        "requests.intervals",
        f=held,
        first=leaders(counts) if strip else [],
        first_count=desk.chosen("fault_count:1", held, "count") if strip else None,
        chart=strip,
    )
    return [text, strip]


def leaders(counts: pd.Series[int]) -> list[str]:
    """The assets that share the largest number of faults; none where they are too many to name."""
    names = [str(name) for name in counts[counts == counts.iloc[0]].index]
    return names if len(names) <= MOST_LEADERS else []


def fault_strip(desk: Desk, held: Finding) -> Chart | None:
    """A line per asset, a tick per fault."""
    counts = faults_by_asset(desk.ledger, held.address)
    if len(counts) < 2 or counts.iloc[0] < 3:
        return None
    shown = counts.head(MOST_ASSETS)
    rows = desk.ledger.evidence(held.metric, held.address.where)
    faults = rows[(rows["denominator"].astype(float) > 0) & rows["asset_id"].isin(shown.index)]
    strip: list[dict[str, Any]] = [
        {"label": asset, "at": at, "mark": ""}
        for asset, at in faults[["asset_id", "occurred_at"]].itertuples(index=False)
    ]
    rectified = rectified_assets(desk, held, faults)
    strip += [{"label": asset, "at": day, "mark": desk.label("rectified")} for asset, day in rectified]
    first_count = desk.chosen("fault_count:1", held, "count")
    return desk.chart(
        "fault_strip",
        charts.event_strip(frame(strip), desk.style),
        desk.say("requests.intervals_title", first=leaders(counts), first_count=first_count),
        desk.say(
            "requests.intervals_caption",
            f=held,
            shown=desk.chosen(f"assets_with_faults:{MOST_ASSETS}", held, "count"),
            has_rectified=bool(rectified),
        ),
        height_millimetres=16 + 5 * len(shown),
    )


def rectified_assets(desk: Desk, held: Finding, faults: pd.DataFrame) -> list[tuple[str, pd.Timestamp]]:
    """The assets drawn at which a measure against this figure was taken, with the day of its start."""
    found = []
    for one in desk.ledger.initiatives:
        place = one.place
        if one.metric != held.metric or place.slice_name not in faults.columns:
            continue
        treated = faults[faults[place.slice_name].isin(place.treated)]
        for name, values in place.within.items():
            treated = treated[treated[name].isin(values)] if name in treated.columns else treated
        started = pd.Timestamp(one.initiative.started_on)
        found += [(str(asset), started) for asset in sorted(set(treated["asset_id"]))]
    return found
