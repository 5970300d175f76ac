"""Chapter: 成果与未来计划. Targets, gaps and where they lie, next year's plan line by line."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from reports.chapters import attention
from reports.desk import Desk
from reports.document import Block, Chapter, Chart, NumberedList, Section, Table
from reports.findings import Finding
from reports.narrative import capitalised

MOST_GAPS = 4
MOST_NARROW = 3
GAPS_A_PARAGRAPH = 3
MOST_PLAN_LINES = 6
MOST_LATE_MONTHS = 4
FAMILIES: Mapping[str, str] = {
    "collection_rate": "collection",
    "arrears_recovery_rate": "collection",
    "combined_collection_rate": "collection",
    "arrears_amount": "collection",
    "resolution_time": "duration",
    "resolved_within_24_hours": "duration",
    "first_response_time": "level",
    "response_attainment": "level",
    "resolution_attainment": "level",
    "service_level_attainment": "level",
    "backlog": "backlog",
    "closure_rate": "closure",
    "closure_within_30_days": "closure",
    "full_loop_rate": "closure",
    "follow_up_rate": "closure",
    "repeat_fault_rate": "repeat",
    "rework_rate": "repeat",
    "first_time_fix_rate": "repeat",
    "fault_interval": "equipment",
    "satisfaction_rate": "satisfaction",
    "satisfaction_score": "satisfaction",
}
EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "collection": ("fees", "fee_account"),
    "duration": ("completion_curve", "fault_types_table"),
    "level": ("urgent_levels", "complaint_levels", "response_levels", "targets_table"),
    "closure": ("closure", "closure_by_month", "targets_table"),
    "backlog": ("closure",),
    "repeat": ("repeats", "targets_table"),
    "equipment": ("fault_strip", "targets_table"),
    "satisfaction": ("dimensions_table", "dimensions"),
}
SLICES_EXAMINED = ("category", "community", "vendor", "subcategory")


def compose(desk: Desk, ordinal: int) -> Chapter | None:
    """The chapter; there is always a plan."""
    return desk.chapter("results", ordinal, (targets, gaps, plan))


def targets(desk: Desk) -> Section | None:
    """目标完成情况: how many, the missed ones one by one, the met ones with little margin."""
    if not desk.targets():
        return desk.section("targets", [desk.paragraph("results.no_targets")])
    table = targets_table(desk)
    narrow = sorted((one for one in desk.targets() if one.is_narrow), key=attention.margin)[:MOST_NARROW]
    text = desk.paragraph(
        "results.targets",
        total=desk.target_count("all"),
        met=desk.target_count("met"),
        missed_count=desk.target_count("missed"),
        insufficient=desk.target_count("insufficient"),
        missed=[(one, desk.subject(one), desk.thing(one)) for one in attention.missed(desk)],
        narrow=[desk.subject(one) for one in narrow],
        table=table,
    )
    return desk.section("targets", [text, table])


def targets_table(desk: Desk) -> Table:
    """All targets: target, actual, distance in things, verdict."""
    rows = [_target_row(desk, one) for one in desk.targets()]
    columns = [
        ("column_metric", "left"),
        ("column_target", "right"),
        ("column_actual", "right"),
        ("column_previous", "right"),
        ("column_distance", "right"),
        ("column_verdict", "centre"),
    ]
    return desk.table(
        "targets_table",
        desk.say("results.targets_table_title"),
        columns,
        rows,
        note=desk.say("results.targets_table_note"),
    )


def _target_row(desk: Desk, one: Finding) -> list[Markup]:
    is_value = (one.judged is not None and one.judged == one.value) or one.unit != "hours"
    form = None if one.distance is None or one.distance.form != "count" else f"count {desk.thing(one)}"
    return [
        desk.name(capitalised(desk.subject(one))),
        desk.cell(one.target, f"short {one.target.form}" if one.target else None),
        desk.cell(one.judged),
        desk.cell(one.previous if is_value else desk.previous_judged(one)),
        desk.cell(one.distance if one.is_missed else None, form),
        desk.verdict_cell(one),
    ]


def gaps(desk: Desk) -> Section | None:
    """存在的问题与差距: how large, in which slice or month, and what is known of the cause."""
    missed = attention.missed(desk)[:MOST_GAPS]
    seen = {(one.metric, one.address.slice) for one in missed}
    worse = [one for one in attention.worsened(desk) if (one.metric, one.address.slice) not in seen]
    sentences = [missed_sentences(desk, one) for one in missed]
    sentences += [worsened_sentences(desk, one) for one in worse[: MOST_GAPS - len(missed) + 1]]
    if sentences:
        paragraphs: list[Block | None] = [desk.together(part) for part in _in_threes(sentences)]
        return desk.section("gaps", [*paragraphs, desk.paragraph("results.causes")])
    if not attention.can_judge(desk):
        return desk.section("gaps", [])
    return desk.section("gaps", [desk.paragraph("results.no_gaps", has_targets=bool(desk.targets()))])


def _in_threes(texts: list[Markup]) -> list[list[Markup]]:
    """Paragraphs of at most three gaps each."""
    return [texts[start : start + GAPS_A_PARAGRAPH] for start in range(0, len(texts), GAPS_A_PARAGRAPH)]


def missed_sentences(desk: Desk, one: Finding) -> Markup:
    """One missed target: its distance, the slice that stands out, the months in which it gathers."""
    late = [
        month
        for month in desk.months(one.metric, one.address.where)
        if one.base == "events" and one.better == "higher" and month.lacking is not None and month.lacking.value
    ]
    return desk.say(
        "results.gap",
        f=one,
        subject=desk.subject(one),
        thing=desk.thing(one),
        worst=worst_slice(desk, one),
        worst_thing=None,
        months=late if 0 < len(late) <= MOST_LATE_MONTHS else [],
        cited=evidence(desk, one),
        is_first=False,
    )


def worsened_sentences(desk: Desk, one: Finding) -> Markup:
    """One figure that got worse without missing a target."""
    return desk.say(
        "results.gap_worsened",
        f=one,
        subject=desk.subject(one),
        worst=worst_slice(desk, one),
        cited=evidence(desk, one),
    )


def worst_slice(desk: Desk, one: Finding) -> Finding | None:
    """The slice that is worse than all the others beyond chance, from the first slice that has one."""
    if one.aggregate != "ratio" or one.base in ("money", "exposure"):
        return None
    for split in SLICES_EXAMINED:
        if split not in one.address.where:
            worst = desk.ranking(one.metric, split, one.address.where).worst
            if worst is not None:
                return worst
    return None


def evidence(desk: Desk, one: Finding) -> Chart | Table | None:
    """The chart or table that a gap or a plan line rests on."""
    if one.metric == "first_time_fix_rate":
        return desk.cited("targets_table")
    return desk.cited(*EVIDENCE.get(FAMILIES.get(one.metric, ""), ()), "targets_table")


def plan(desk: Desk) -> Section | None:
    """下一年度计划: one line for each gap, the farthest target first; then the oldest arrears, data and targets."""
    lines = list(plan_lines(desk))
    has_gaps = bool(attention.missed(desk) or attention.worsened(desk))
    if len(lines) == 1:
        return desk.section("plan", [desk.together(lines)])
    intro = desk.paragraph("results.plan_intro", has_gaps=has_gaps) if lines else None
    return desk.section("plan", [intro, NumberedList(tuple(lines)) if lines else None])


def plan_lines(desk: Desk) -> list[Markup]:
    """The lines, one of a family, so that no two ask for the same thing."""
    lines: list[Markup] = []
    oldest = attention.oldest_arrears(desk)
    if oldest is not None:
        lines.append(
            desk.say("results.plan_arrears", oldest=oldest, cited=desk.cited("ageing"), half=f"{desk.year + 1}-06")
        )
    seen: set[str] = set()
    for one in (*attention.missed(desk), *attention.worsened(desk)):
        family = FAMILIES.get(one.metric, "")
        if family not in seen and len(lines) < MOST_PLAN_LINES and one.judged is not None:
            seen.add(family)
            lines.append(plan_line(desk, one, family))
    if not desk.targets():
        lines.append(desk.say("results.plan_targets"))
    quarantined = desk.account_number("rows:quarantined")
    if quarantined is not None and quarantined.value:
        lines.append(desk.say("results.plan_data", quarantined=quarantined))
    return lines


def plan_line(desk: Desk, one: Finding, family: str) -> Markup:
    """What to do about one gap, to which number, by when, on what evidence."""
    return desk.say(
        "results.plan_line",
        f=one,
        subject=desk.subject(one),
        cited=evidence(desk, one),
        family=family,
        worst=worst_slice(desk, one),
    )
