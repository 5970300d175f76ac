"""Chapter: 年度工作概述. Tickets and complaints, facilities, fees, emergencies, what the report covers, the team."""

from __future__ import annotations

from reports import charts
from reports.chapters.emergencies import emergencies
from reports.chapters.facilities import facilities
from reports.chapters.fees import fees
from reports.chapters.scope import scope
from reports.chapters.team import team
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame
from reports.document import Chapter, Chart, Paragraph, Section
from reports.findings import Finding

FEWEST_TARGETS_DRAWN = 3
LONGEST_BULLET = 1.5


def compose(desk: Desk, ordinal: int) -> Chapter | None:
    """The chapter, or None where nothing was loaded that it speaks of."""
    return desk.chapter("overview", ordinal, (core_tasks, facilities, fees, emergencies, scope, team))


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
    is_same_base = closure and full_loop and amount(closure.denominator) == amount(full_loop.denominator)
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
    counts = {name: desk.target_count(name) for name in ("all", "met", "missed", "insufficient", "not_available")}
    if not counts["all"] or not counts["all"].value:
        return None
    return desk.paragraph(
        "overview.targets",
        total=counts["all"],
        met=counts["met"],
        missed=counts["missed"],
        insufficient=counts["insufficient"],
        unknown=counts["not_available"],
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
    reached, wanted = amount(one.judged), amount(one.target)
    above, below = (wanted, reached) if one.better == "lower" else (reached, wanted)
    return above / below if below else LONGEST_BULLET
