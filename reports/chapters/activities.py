"""Section: 业主活动支持. Events, who came, services to households; households, persons and attendances kept apart."""

from __future__ import annotations

from reports import charts
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame, present
from reports.document import Chart, Paragraph, Section
from reports.evidence_counts import part_sums
from reports.findings import Finding

FEWEST_EVENTS_DRAWN = 3
MOST_EVENTS_DRAWN = 12


def activities(desk: Desk) -> Section | None:
    """业主活动支持: events → households and attendances → services → how far notices of them reached."""
    events, services = desk.finding("activity_count"), desk.finding("service_households")
    if not present((events, services)):
        return None
    chart = events_chart(desk, events)
    return desk.section(
        "activities", [events_paragraph(desk, events, chart), chart, services_paragraph(desk, services)]
    )


def events_paragraph(desk: Desk, events: Finding | None, chart: Chart | None) -> Paragraph | None:
    """How many events of which kinds, how many households and attendances, and how many of those invited came."""
    if events is None:
        return None
    kinds = [one for one in desk.findings("activity_count", "category") if one.name != BLANK]
    return desk.paragraph(
        "activities.events",
        events=events,
        kinds=kinds,
        households=events.detail("attended_households"),
        attendances=events.detail("person_times"),
        participation=desk.finding("activity_participation_rate"),
        chart=chart,
    )


def events_chart(desk: Desk, events: Finding | None) -> Chart | None:
    """Households at each event, the best attended first; the same event in several communities is one bar."""
    if events is None or not (households := events.detail("attended_households")) or not households.value:
        return None
    sums = part_sums(desk.ledger, events.address, "name", "attended_households")
    shown = sums[sums > 0].head(MOST_EVENTS_DRAWN)
    if len(shown) < FEWEST_EVENTS_DRAWN:
        return None
    best = str(shown.index[0])
    rows = []
    for name in shown.index:
        number = desk.chosen(f"part_sum:attended_households/name/{name}", events, "count")
        text = desk.text(number, desk.label("count_of_activity_households"))
        rows.append({"label": str(name), "value": amount(number), "previous": None, "text": text})
    return desk.chart(
        "events",
        charts.horizontal_bars(frame(rows), desk.style),
        desk.say(
            "activities.events_title",
            best=best,
            came=desk.chosen(f"part_sum:attended_households/name/{best}", events, "count"),
        ),
        desk.say("activities.events_caption", events=events, is_cut=len(sums) > MOST_EVENTS_DRAWN),
    )


def services_paragraph(desk: Desk, services: Finding | None) -> Paragraph | None:
    """Households that were given a service, each counted once, with the number of services beside."""
    if services is None:
        return None
    return desk.paragraph(
        "activities.services",
        services=services,
        times=services.detail("service_times"),
        unknown=services.detail("unknown_household_count"),
    )
