"""Section: 应急响应. Incidents and drills along the year, arrival and handling, what missed the limit."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from reports import charts
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame, present
from reports.document import Chart, Section, Table
from reports.findings import Finding

MOST_TYPES = 5
MOST_TOLD = 4
MOST_LISTED = 20
ATTAINMENT = "incident_response_attainment"
FEWEST_DRAWN = 5


def emergencies(desk: Desk) -> Section | None:
    """应急响应: how many of which types → arrival and handling → drills → what missed the limit."""
    incidents, drills = desk.finding("incident_count"), desk.finding("drills")
    if not present((incidents, drills)):
        return None
    attained = desk.finding(ATTAINMENT)
    timeline = timeline_chart(desk, incidents, drills, attained)
    return desk.section(
        "emergencies",
        [
            incidents_paragraph(desk, incidents, timeline),
            handling_paragraph(desk, attained),
            drills_paragraph(desk, drills, None if incidents else timeline),
            timeline,
            *late_ones(desk, attained),
        ],
    )


def _types(desk: Desk, metric: str) -> list[Finding]:
    return [one for one in desk.findings(metric, "category") if one.name != BLANK and amount(one.value)]


def incidents_paragraph(desk: Desk, incidents: Finding | None, chart: Chart | None) -> Any:
    """How many incidents, of which types, and whom they touched."""
    if incidents is None:
        return None
    return desk.paragraph(
        "emergencies.incidents",
        incidents=incidents,
        types=_types(desk, "incident_count")[:MOST_TYPES],
        affected=incidents.detail("affected_households"),
        trapped=incidents.detail("people_trapped"),
        injured=incidents.detail("injured"),
        chart=chart,
    )


def handling_paragraph(desk: Desk, attained: Finding | None) -> Any:
    """Whether somebody came in time, and how long the incidents lasted."""
    duration = desk.finding("incident_handling_time")
    return desk.paragraph(
        "emergencies.handling",
        attained=attained,
        minutes=desk.parameter(ATTAINMENT, "incident_response_minutes"),
        unrecorded=attained and attained.detail("unrecorded_count"),
        duration=duration if duration is not None and duration.value is not None else None,
        p90=duration and duration.detail("p90"),
    )


def drills_paragraph(desk: Desk, drills: Finding | None, chart: Chart | None) -> Any:
    """How many drills, of which kinds, with how many taking part."""
    if drills is None:
        return None
    return desk.paragraph(
        "emergencies.drills",
        drills=drills,
        types=_types(desk, "drills"),
        participants=drills.detail("participant_times"),
        chart=chart,
    )


def timeline_chart(
    desk: Desk, incidents: Finding | None, drills: Finding | None, attained: Finding | None
) -> Chart | None:
    """Incidents by type and the drills, day by day."""
    late = set(_late_rows(desk)["evidence_id"]) if attained else set()
    rows = [
        {
            "lane": row["category"] if row["category"] in _drawn_types(desk) else desk.label("other_types"),
            "at": row["occurred_at"],
            "mark": "missed" if row["evidence_id"] in late else "dot",
            "kind": desk.label("mark_late" if row["evidence_id"] in late else "mark_incident"),
        }
        for row in _evidence(desk, "incident_count", incidents)
    ]
    rows.sort(key=lambda row: _place(desk, row["lane"]))
    drill = desk.label("mark_drill")
    rows += [
        {"lane": drill, "at": row["occurred_at"], "mark": "tick", "kind": drill}
        for row in _evidence(desk, "drills", drills)
    ]
    if len(rows) < FEWEST_DRAWN:
        return None
    return desk.chart(
        "emergencies",
        charts.year_timeline(frame(rows), desk.style),
        desk.say("emergencies.timeline_title", incidents=incidents, drills=drills, attained=attained),
        desk.say("emergencies.timeline_caption", has_late=bool(late)),
    )


def _evidence(desk: Desk, metric: str, held: Finding | None) -> list[dict[str, Any]]:
    if held is None:
        return []
    rows = desk.ledger.evidence(metric).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _drawn_types(desk: Desk) -> list[str]:
    return [one.name for one in _types(desk, "incident_count")[:MOST_TYPES]]


def _place(desk: Desk, lane: str) -> int:
    drawn = _drawn_types(desk)
    return drawn.index(lane) if lane in drawn else len(drawn)


def _late_rows(desk: Desk) -> pd.DataFrame:
    rows = desk.ledger.evidence(ATTAINMENT)
    return rows[rows["numerator"].astype(float) == 0].sort_values(["occurred_at", "evidence_id"])


def late_ones(desk: Desk, attained: Finding | None) -> list[Any]:
    """The incidents to which nobody came within the limit, by date, type and building; many of them as a table."""
    if attained is None or not amount(attained.lacking):
        return []
    rows = [{str(name): value for name, value in row.items()} for row in _late_rows(desk).to_dict("records")]
    if not rows:
        return []
    if len(rows) > MOST_TOLD:
        table = late_table(desk, rows[:MOST_LISTED])
        return [desk.paragraph("emergencies.late", attained=attained, told=[], table=table), table]
    told = [(row["occurred_at"].date(), row["category"], _place_of(row)) for row in rows]
    return [desk.paragraph("emergencies.late", attained=attained, told=told, table=None)]


def late_table(desk: Desk, rows: list[dict[str, Any]]) -> Table:
    """One line an incident that missed the limit."""
    cells = [
        [
            desk.say("emergencies.day_of", day=row["occurred_at"].date()),
            desk.name(row["category"]),
            desk.name(" ".join(_place_of(row))) if _place_of(row) else Markup("—"),
        ]
        for row in rows
    ]
    columns = [("column_day", "left"), ("column_incident_type", "left"), ("column_building", "left")]
    return desk.table("late_incidents", desk.say("emergencies.late_title"), columns, cells)


def _place_of(row: dict[str, Any]) -> list[str]:
    """Community and building; never a flat."""
    return [str(row[name]) for name in ("community", "building") if row.get(name) not in (None, BLANK)]
