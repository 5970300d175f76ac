"""Section: 巡检与设施. Inspections and maintenance, what they found, failures of critical equipment."""

from __future__ import annotations

from typing import Any

from reports import charts
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame, present
from reports.document import Chart, Section
from reports.findings import Finding

FEWEST_SYSTEMS = 2
MOST_SYSTEMS = 10
METRICS = (
    "inspection_completion_rate",
    "maintenance_completion_rate",
    "finding_rectified_rate",
    "critical_failures",
)


def facilities(desk: Desk) -> Section | None:
    """巡检与设施: plan and completion → findings and what was rectified → failures of critical equipment."""
    inspected, maintained, rectified, failures = (desk.finding(metric) for metric in METRICS)
    if not present((inspected, maintained, rectified, failures)):
        return None
    progress = progress_chart(desk, inspected, rectified)
    dots = failures_chart(desk, failures)
    plan = desk.paragraph("facilities.plan", inspected=inspected, maintained=maintained, chart=progress)
    found = desk.paragraph(
        "facilities.found",
        rectified=rectified,
        overdue=rectified and rectified.detail("overdue_count"),
        most=_most_findings(desk) if rectified else None,
        chart=progress if plan is None else None,
    )
    return desk.section("facilities", [plan, found, progress, failures_paragraph(desk, failures, dots), dots])


def _systems(desk: Desk, metric: str) -> list[Finding]:
    return [one for one in desk.findings(metric, "system") if one.name != BLANK]


def _most_findings(desk: Desk) -> Finding | None:
    """The system in which most was found, where no other has as many."""
    ranked = sorted(_systems(desk, "finding_rectified_rate"), key=lambda one: -amount(one.denominator))
    if len(ranked) < FEWEST_SYSTEMS or amount(ranked[0].denominator) == amount(ranked[1].denominator):
        return None
    return ranked[0]


def progress_chart(desk: Desk, inspected: Finding | None, rectified: Finding | None) -> Chart | None:
    """By system: inspections planned and done, findings and those rectified."""
    planned, found = _systems(desk, "inspection_completion_rate"), _systems(desk, "finding_rectified_rate")
    if inspected is None or len(planned) < FEWEST_SYSTEMS:
        return None
    shown = [one.name for one in planned[:MOST_SYSTEMS]]
    panels = (("panel_inspections", planned), ("panel_findings", found))
    rows = [_progress(desk, panel, one) for panel, held in panels for one in held if one.name in shown]
    return desk.chart(
        "inspections",
        charts.progress_panels(frame(rows), desk.style),
        desk.say("facilities.progress_title", inspected=inspected, rectified=rectified),
        desk.say("facilities.progress_caption", inspected=inspected, rectified=rectified),
    )


def _progress(desk: Desk, panel: str, one: Finding) -> dict[str, Any]:
    return {
        "label": desk.writer.spoken(one.name),
        "panel": desk.label(panel),
        "whole": amount(one.denominator),
        "part": amount(one.numerator),
        "text": f"{desk.text(one.numerator)} / {desk.text(one.denominator)}",
    }


def failures_paragraph(desk: Desk, failures: Finding | None, chart: Chart | None) -> Any:
    """How often critical equipment failed and how long it stood still; counts, never a boast of none."""
    if failures is None:
        return None
    return desk.paragraph(
        "facilities.failures",
        failures=failures,
        hours=desk.chosen("details:stop_hours", failures, "in_hours"),
        previous_hours=desk.chosen("previous_details:stop_hours", failures, "in_hours"),
        longest=desk.chosen("details:longest_stop_hours", failures, "in_hours"),
        unknown=failures.detail("stop_hours_unknown_count"),
        systems=[one for one in _systems(desk, "critical_failures") if amount(one.value)],
        chart=chart,
    )


def failures_chart(desk: Desk, failures: Finding | None) -> Chart | None:
    """Failures by critical system, two years."""
    systems = [one for one in _systems(desk, "critical_failures") if one.previous is not None]
    if failures is None or len(systems) < FEWEST_SYSTEMS:
        return None
    rows = [
        {
            "label": desk.writer.spoken(one.name),
            "before": amount(one.previous),
            "after": amount(one.value),
            "text": desk.text(one.value, desk.label("count_of_failures")),
        }
        for one in systems[:MOST_SYSTEMS]
    ]
    return desk.chart(
        "critical_failures",
        charts.two_year_dots(frame(rows), desk.style),
        desk.say("facilities.failures_title", failures=failures),
        desk.say("facilities.failures_caption", failures=failures),
    )
