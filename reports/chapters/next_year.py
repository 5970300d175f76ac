"""Section: 下一年度计划. A table of what to do, each line from a finding; a table of the targets proposed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.chapters import attention
from reports.desk import Desk
from reports.document import Chart, Section, Table
from reports.findings import Finding
from reports.narrative import capitalised
from reports.numbers import Quantity

MOST_PLAN_LINES = 9
FEWEST_LONG_TICKETS = 10
LONG_TICKET_HOURS = 168
FAMILIES: Mapping[str, str] = {
    "collection_rate": "collection",
    "arrears_recovery_rate": "recovery",
    "combined_collection_rate": "collection",
    "arrears_amount": "recovery",
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
    "first_time_fix_rate": "first_fix",
    "fault_interval": "equipment",
    "satisfaction_rate": "satisfaction",
    "satisfaction_score": "satisfaction",
}
EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "collection": ("fees", "fee_account"),
    "recovery": ("ageing", "fee_account", "fees"),
    "duration": ("completion_curve", "fault_types_table"),
    "level": ("urgent_levels", "complaint_levels", "response_levels"),
    "closure": ("closure", "closure_by_month"),
    "backlog": ("closure",),
    "repeat": ("repeats",),
    "equipment": ("fault_strip",),
    "satisfaction": ("dimensions_table", "dimensions"),
}


@dataclass(frozen=True)
class PlanLine:
    """One thing to do: what, to which number, by which post, until when, on which evidence."""

    task: Markup
    aim: Markup
    duty: str
    deadline: Markup
    basis: Chart | Table | None


def plan(desk: Desk) -> Section | None:
    """下一年度计划: what to do, line by line, then the target proposed for each figure that has one."""
    lines = list(plan_lines(desk))[:MOST_PLAN_LINES]
    table = plan_table(desk, lines) if lines else None
    proposals = proposals_table(desk)
    has_gaps = bool(attention.missed(desk) or attention.worsened(desk))
    return desk.section(
        "plan",
        [
            desk.paragraph("results.plan_intro", has_gaps=has_gaps, table=table) if table else None,
            table,
            desk.paragraph("results.proposals", table=proposals) if proposals else None,
            proposals,
        ],
    )


def plan_table(desk: Desk, lines: list[PlanLine]) -> Table:
    """One line a thing to do."""
    columns = [
        ("column_item", "left"),
        ("column_aim", "left"),
        ("column_duty", "left"),
        ("column_deadline", "left"),
        ("column_basis", "left"),
    ]
    rows = [
        [
            line.task,
            line.aim,
            desk.plain(line.duty),
            line.deadline,
            desk.say("results.basis_cell", cited=line.basis),
        ]
        for line in lines
    ]
    has_fees = any(desk.finding(metric) is not None for metric in ("collection_rate", "arrears_amount"))
    if not desk.audience.shows_staff:
        duty = columns.index(("column_duty", "left"))
        columns, rows = [*columns[:duty], *columns[duty + 1 :]], [[*row[:duty], *row[duty + 1 :]] for row in rows]
    note = desk.say("results.plan_note", has_fees=has_fees, has_duty=desk.audience.shows_staff)
    return desk.table("plan_table", desk.say("results.plan_title"), columns, rows, note=note)


def plan_lines(desk: Desk) -> Iterator[PlanLine]:
    """The lines: missed targets and what got worse, one of a family, then old arrears, long tickets, measures, data."""
    seen: set[str] = set()
    for one in (*attention.missed(desk), *attention.worsened(desk)):
        family = FAMILIES.get(one.metric, "other")
        if family not in seen and one.judged is not None and proposal(desk, one) is not None:
            seen.add(family)
            yield _gap_line(desk, one, family)
    yield from _arrears_line(desk)
    yield from _long_tickets_line(desk)
    yield from _measures_line(desk)
    if not desk.targets():
        yield _line(desk, "targets", None)
    yield from _data_line(desk)


def _gap_line(desk: Desk, one: Finding, family: str) -> PlanLine:
    aim = proposal(desk, one)
    slots = {"f": one, "subject": desk.subject(one), "aim": aim, "is_reached": is_reached(one, aim)}
    return _line(desk, family, evidence(desk, one), **slots)


def _arrears_line(desk: Desk) -> Iterator[PlanLine]:
    """The arrears of more than three years: they are seldom in a target."""
    oldest = attention.oldest_arrears(desk)
    if oldest is not None:
        yield _line(desk, "oldest", desk.cited("ageing"), f=oldest, aim=proposal(desk, oldest))


def _long_tickets_line(desk: Desk) -> Iterator[PlanLine]:
    """The repairs that took longer than a week."""
    where = {"kind": "repair"}
    count = desk.number("resolution_time", f"hours_over:{LONG_TICKET_HOURS}", "count", **where)
    if count is not None and float(count.value) >= FEWEST_LONG_TICKETS:
        fewer = f"fewer_by_a_third:hours_over:{LONG_TICKET_HOURS}"
        aim = desk.number("resolution_time", fewer, "count", **where)
        yield _line(desk, "long", desk.cited("completion_curve", "fault_types_table"), count=count, aim=aim)


def _measures_line(desk: Desk) -> Iterator[PlanLine]:
    """The measures without a conclusion."""
    count = desk.measure_count("insufficient_evidence") if desk.measures else None
    if count is not None and count.value:
        yield _line(desk, "measures", desk.cited("initiatives_table"), count=count)


def _data_line(desk: Desk) -> Iterator[PlanLine]:
    """The rows that could not be used."""
    quarantined = desk.account_number("rows:quarantined")
    if quarantined is not None and quarantined.value:
        yield _line(desk, "data", None, count=quarantined)


def _line(desk: Desk, family: str, basis: Chart | Table | None, **slots: object) -> PlanLine:
    """A line in the words of its family; a slot that the family does not need is None."""
    given = {"f": None, "subject": "", "aim": None, "is_reached": False, "count": None, **slots}
    return PlanLine(
        task=desk.say("results.plan_task", family=family, **given),
        aim=desk.say("results.plan_aim", family=family, **given),
        duty=desk.writer.word("duties", family),
        deadline=desk.say("results.plan_deadline", family=family, next_year=desk.year + 1),
        basis=basis,
    )


def evidence(desk: Desk, one: Finding) -> Chart | Table | None:
    """The chart or table that a gap or a plan line rests on."""
    return desk.cited(*EVIDENCE.get(FAMILIES.get(one.metric, ""), ()), "targets_table")


def proposal(desk: Desk, one: Finding) -> Quantity | None:
    """The target proposed for the next year, in the unit in which the figure is judged."""
    return desk.chosen("proposed_target", one, one.judged.form) if one.judged is not None else None


def is_reached(one: Finding, aim: Quantity | None) -> bool:
    """Whether the year already stands where the aim is, so that it is to be kept."""
    if aim is None or one.judged is None:
        return False
    reached, wanted = float(one.judged.value), float(aim.value)
    return reached <= wanted if one.better == "lower" else reached >= wanted


def proposals_table(desk: Desk) -> Table | None:
    """The year's targets with what was reached and what is proposed for the next year, and why."""
    rows = [_proposal_row(desk, one) for one in desk.targets() if one.judged is not None and one.target is not None]
    if not rows:
        return None
    columns = [
        ("column_metric", "left"),
        ("column_this_target", "right"),
        ("column_actual", "right"),
        ("column_next_target", "right"),
        ("column_how_set", "left"),
    ]
    title = desk.say("results.proposals_title", next_year=desk.year + 1)
    return desk.table("proposals_table", title, columns, rows, note=desk.say("results.rule"))


def _proposal_row(desk: Desk, one: Finding) -> list[Markup]:
    assert one.target is not None
    aim = proposal(desk, one)
    return [
        desk.name(capitalised(desk.subject(one))),
        desk.cell(one.target, f"short {one.target.form}"),
        desk.cell(one.judged),
        desk.cell(aim, f"short {aim.form}" if aim else None),
        desk.plain(desk.writer.word("how_set", _how_set(one, aim))),
    ]


def _how_set(one: Finding, aim: Quantity | None) -> str:
    """The part of the rule that gave the proposal."""
    if one.is_missed:
        return "kept_missed"
    if not one.is_met:
        return "kept_unjudged"
    if one.is_narrow:
        return "kept_narrow"
    is_moved = aim is not None and one.target is not None and aim.value != one.target.value
    return "raised" if is_moved else "kept_step"
