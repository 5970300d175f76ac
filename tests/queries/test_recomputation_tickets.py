"""Times of dispatch, reopenings, repeats, alarms, vendors and costs computed a second time, in plain pandas."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from scipy import stats

from tests.queries.world import ASKED, Answer, LoadedSample, World, cents, check_recomputed, seconds, share

WINDOW = 30 * 86_400
OWN_TEAMS = ("项目工程班", "工程部", "物业工程部", "自有班组", "自修", "own team")


def is_true(answers: pd.Series) -> pd.Series:
    """Yes or no as booleans, with nothing counted as no."""
    return answers.astype("boolean").fillna(False).astype(bool)


def dispatch_time(world: World) -> Answer:
    """The median of scipy's Kaplan–Meier curve, and the cases."""
    tickets = world.tables["tickets"]
    tickets = tickets[world.within(tickets.opened_at)]
    cancelled_at = tickets.cancelled_at.fillna(tickets.closed_at)
    known_as_none = tickets.is_never_a_fault & world.known(cancelled_at.fillna(tickets.opened_at))
    forced_at = tickets.closed_at.fillna(tickets.resolved_at)
    left_at = cancelled_at.where(tickets.is_cancelled, forced_at.where(tickets.is_force_closed))
    dispatched, left = world.known(tickets.dispatched_at), world.known(left_at)
    later = world.known(tickets[["responded_at", "resolved_at", "closed_at"]].min(axis=1)) | tickets.is_closed_undated
    undated = (tickets.is_cancelled | tickets.is_force_closed) & left_at.isna()
    keep = ~known_as_none & ~undated & (dispatched | left | ~later)
    until = tickets.dispatched_at.where(dispatched, left_at.where(left, world.as_of))
    hours = (seconds(until, tickets.opened_at) / 3600)[keep]
    curve = stats.ecdf(stats.CensoredData.right_censored(hours.to_numpy(), ~dispatched[keep].to_numpy())).sf
    return curve.quantiles[curve.probabilities <= 0.5 + 1e-9].min(), int(keep.sum())


def follow_up_attainment(world: World) -> Answer:
    disputes = world.tickets.query("kind == 'complaint' and category == '邻里纠纷类'")
    visits = disputes.visit_count.astype("float")
    settled = world.known(disputes.resolved_at) | world.known(disputes.closed_at)
    forced = disputes.is_force_closed & world.known(disputes.closed_at)
    return share((visits >= 3)[(visits >= 3) | forced | (settled & visits.notna())])


def reopen_rate(world: World) -> Answer:
    """From the flow record, and the tickets' own times where it has none."""
    events = world.tables["ticket_events"].query("event == 'reopened'")
    tickets = world.tickets
    in_record = tickets.ticket_id.isin(events.ticket_id)
    by_record = tickets.ticket_id.isin(events[world.known(events.event_at)].ticket_id)
    reopened = by_record | (~in_record & world.known(tickets.reopened_at))
    without_date = (tickets.reopened_count.fillna(0) > 0) & ~in_record & tickets.reopened_at.isna()
    done = world.known(tickets.resolved_at) | world.known(tickets.closed_at) | reopened
    return share((reopened | without_date)[done])


def repeats(world: World, kind: str) -> pd.Series:
    """For each ticket of the kind whether it repeats the one before at its place, walked through one by one."""
    tickets = world.all_tickets
    tickets = tickets[(tickets.kind == kind) & tickets.place_id.notna()].sort_values(["opened_at", "ticket_id"])
    previous: dict[tuple[int, str], tuple[pd.Timestamp, pd.Timestamp]] = {}
    found = {}
    for ticket in tickets.itertuples():
        key = (ticket.place_id, ticket.category if ticket.subcategory == "未填" else ticket.subcategory)
        opened_at, resolved_at = previous.get(key, (pd.NaT, pd.NaT))
        since = resolved_at if resolved_at < ticket.opened_at else opened_at
        if ticket.opened_at >= world.start:
            found[ticket.ticket_id] = (ticket.opened_at - since).total_seconds() <= WINDOW
        previous[key] = (ticket.opened_at, ticket.resolved_at)
    return pd.Series(found)


def false_alarm_rate(world: World) -> Answer:
    alarms = world.tickets[(world.tickets.category == "消防报警") | is_true(world.tickets.is_false_alarm)]
    return share(is_true(alarms.is_false_alarm)[alarms.is_false_alarm.notna()])


def backlog_age(world: World) -> Answer:
    tickets = world.all_tickets
    still_open = tickets[~world.known(tickets.closed_at) & ~tickets.is_closed_undated]
    ages = (world.as_of - still_open.opened_at).dt.total_seconds() / 86_400
    return ages.median(), len(ages)


def vendor_attainment(world: World) -> Answer:
    tickets = world.tickets[~world.tickets.vendor.isin(["未填", *OWN_TEAMS])]
    levels = world.tables["ticket_service_levels"].merge(tickets, on="ticket_id")
    levels = levels[levels.is_computable & ~(levels.started_at >= world.as_of)]
    reached = world.known(levels.reached_at)
    unrecorded = levels.is_unrecorded & world.known(levels.resolved_at) & ~reached
    due = world.known(levels.due_at) & ~levels.is_paused
    in_time = reached & levels.needs_met & (levels.is_paused | (levels.reached_at <= levels.due_at))
    return share(in_time[reached | (due & ~unrecorded)])


def repair_cost(world: World) -> Answer:
    repairs = world.tickets[(world.tickets.kind == "repair") & world.tickets.cost.notna()]
    return cents(repairs.cost).sum() / 100, None


RECOMPUTED = {
    "dispatch_time": dispatch_time,
    "follow_up_attainment": follow_up_attainment,
    "reopen_rate": reopen_rate,
    "repeat_fault_count": lambda world: (int(repeats(world, "repair").sum()), None),
    "repeat_complaint_rate": lambda world: share(repeats(world, "complaint")),
    "false_alarm_rate": false_alarm_rate,
    "backlog_age": backlog_age,
    "vendor_attainment": vendor_attainment,
    "repair_cost": repair_cost,
}


@pytest.mark.parametrize(("year", "last_day"), ASKED, ids=str)
@pytest.mark.parametrize("metric", sorted(RECOMPUTED))
def test_pandas_gives_the_same_figure(sample: LoadedSample, metric: str, year: int, last_day: date) -> None:
    """Counts and money exactly, the rest to 1e-9."""
    check_recomputed(sample, RECOMPUTED[metric], metric, year, last_day)


@pytest.mark.parametrize(("year", "last_day"), ASKED, ids=str)
def test_complaints_are_also_counted_by_finding_and_by_incident(
    sample: LoadedSample, year: int, last_day: date
) -> None:
    """The parts beside complaints_per_100_households, recomputed with sets of incidents."""
    figure = sample.figures.of("complaints_per_100_households", year, as_of=last_day)
    world = World(sample.tables, year, pd.Timestamp(last_day) + pd.Timedelta(days=1))
    complaints = world.tickets.query("kind == 'complaint'")
    incidents = complaints.incident_id.fillna(complaints.ticket_id)
    justified = is_true(complaints.is_justified)
    assert figure.numerator == len(complaints)
    assert dict(figure.details) == {
        "justified_count": int(justified.sum()),
        "incident_count": incidents.nunique(),
        "justified_incident_count": incidents[justified].nunique(),
        "community_without_households_count": 0,
    }
