"""Every metric computed a second time, in plain pandas, from the same warehouse of the sample."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from queries.catalog import load_catalog
from tests.queries.world import ASKED, DAY, Answer, LoadedSample, World, check_recomputed, seconds, share

WINDOW = 30 * 86_400


def closed(world: World, tickets: pd.DataFrame) -> pd.Series:
    return ~tickets.is_force_closed & (world.known(tickets.closed_at) | tickets.is_closed_undated)


def closure_rate(world: World) -> Answer:
    return share(closed(world, world.tickets))


def closure_within_30_days(world: World) -> Answer:
    tickets = world.tickets
    old = tickets[
        (world.as_of - tickets.opened_at >= 30 * DAY) & ~(tickets.is_closed_undated & ~tickets.is_force_closed)
    ]
    return share(closed(world, old) & (seconds(old.closed_at, old.opened_at) <= WINDOW))


def full_loop_rate(world: World) -> Answer:
    tickets = world.tickets
    stages = [world.known(tickets[f"{stage}_at"]) for stage in ("dispatched", "resolved", "followed_up", "closed")]
    return share(np.logical_and.reduce(stages) & ~tickets.is_force_closed)


def resolved_within_24_hours(world: World) -> Answer:
    tickets = world.tickets
    negative = tickets.resolved_at < tickets.opened_at
    resolved = world.known(tickets.resolved_at)
    unrecorded = ~resolved & ~tickets.is_force_closed & (world.known(tickets.closed_at) | tickets.is_closed_undated)
    counted = tickets[(world.as_of - tickets.opened_at >= DAY) & ~negative & ~unrecorded]
    quick = seconds(counted.resolved_at, counted.opened_at) <= 86_400
    return share(quick & world.known(counted.resolved_at) & ~counted.is_force_closed)


def kaplan_meier_median(world: World, milestone: str) -> Answer:
    """Case by case, the slow way: the median, and how many cases there are."""
    tickets = world.tables["tickets"]
    known_at = tickets.cancelled_at.fillna(tickets.closed_at).fillna(tickets.opened_at)
    tickets = tickets[world.within(tickets.opened_at) & ~(tickets.is_never_a_fault & world.known(known_at))]
    cancelled_at = tickets.cancelled_at.fillna(tickets.closed_at)
    forced_at = tickets.closed_at.fillna(tickets.resolved_at)
    left_at = cancelled_at.where(tickets.is_cancelled, forced_at.where(tickets.is_force_closed))
    reached, left = world.known(tickets[milestone]), world.known(left_at)
    resolved = world.known(tickets.resolved_at) if milestone != "resolved_at" else False
    gone = world.known(tickets.closed_at) | tickets.is_closed_undated | resolved
    ended = reached & ~left if milestone == "resolved_at" else reached
    until = left_at.where(left & ~ended, tickets[milestone].where(ended, world.as_of))
    has_left = (tickets.is_cancelled | tickets.is_force_closed) & left_at.isna()
    keep = ~has_left & (reached | left | ~gone)
    hours = seconds(until, tickets.opened_at)[keep] / 3600
    cases = sorted((hour, not end) for hour, end in zip(hours, ended[keep], strict=True) if hour >= 0)
    surviving = 1.0
    for position, (hour, is_open) in enumerate(cases):
        if not is_open:
            surviving *= 1 - 1 / (len(cases) - position)
        if surviving <= 0.5 + 1e-9:
            return hour, len(cases)
    return None, len(cases)


def attainment(*milestones: str) -> Callable[[World], Answer]:
    def compute(world: World) -> Answer:
        levels = world.tables["ticket_service_levels"].merge(world.tickets, on="ticket_id")
        if milestones:
            levels = levels[levels.milestone.isin(milestones)]
        levels = levels[levels.is_computable & ~(levels.started_at >= world.as_of)]
        reached = world.known(levels.reached_at)
        unrecorded = levels.is_unrecorded & world.known(levels.resolved_at) & ~reached
        is_due = world.known(levels.due_at) & ~levels.is_paused & ~unrecorded
        in_time = reached & levels.needs_met & (levels.is_paused | (levels.reached_at <= levels.due_at))
        return share(in_time[reached | is_due])

    return compute


def follow_up_rate(world: World) -> Answer:
    tickets = world.tickets
    rated = tickets.rating.notna() & ~tickets.is_default_rating
    before = ~(tickets.rated_at >= tickets.followed_up_at) & ~(tickets.rated_at >= world.as_of)
    anonymous = tickets.is_anonymous.map(lambda value: value is True or value is np.True_)
    due = tickets[
        world.known(tickets.resolved_at) & tickets.kind.isin(["repair", "complaint"]) & ~anonymous & ~(rated & before)
    ]
    return share(world.known(due.followed_up_at))


def repairs(world: World) -> pd.DataFrame:
    """Repairs in their sequence at each place and fault, with the neighbours."""
    tickets = world.all_tickets.query("kind == 'repair'").copy()
    tickets["fault"] = tickets.subcategory.where(tickets.subcategory != "未填", tickets.category)
    tickets = tickets[tickets.place_id.notna()].sort_values(["opened_at", "ticket_id"])
    groups = tickets.groupby(["place_id", "fault"])
    tickets["previous_opened_at"] = groups.opened_at.shift(1)
    tickets["previous_resolved_at"] = groups.resolved_at.shift(1)
    tickets["previous_ended_at"] = (
        tickets.assign(e=tickets.resolved_at.fillna(tickets.closed_at)).groupby(["place_id", "fault"]).e.shift(1)
    )
    tickets["next_opened_at"] = groups.opened_at.shift(-1)
    return tickets[world.within(tickets.opened_at)]


def repeat_fault_rate(world: World) -> Answer:
    tickets = repairs(world)
    base = tickets.previous_opened_at.where(
        ~(tickets.previous_resolved_at < tickets.opened_at), tickets.previous_resolved_at
    )
    return share(seconds(tickets.opened_at, base) <= WINDOW)


def chase_rate(world: World) -> Answer:
    tickets = repairs(world)
    still_open = ~(tickets.previous_ended_at <= tickets.opened_at)
    return share(still_open & (seconds(tickets.opened_at, tickets.previous_opened_at) <= WINDOW))


def with_full_window(world: World) -> tuple[pd.DataFrame, pd.Series]:
    tickets = repairs(world)
    tickets = tickets[world.known(tickets.resolved_at) & (world.as_of - tickets.resolved_at >= 30 * DAY)]
    gap = seconds(tickets.next_opened_at, tickets.resolved_at)
    return tickets, (gap >= 0) & (gap <= WINDOW)


def rework_rate(world: World) -> Answer:
    return share(with_full_window(world)[1])


def first_time_fix_rate(world: World) -> Answer:
    tickets, recurred = with_full_window(world)
    reopened = world.known(tickets.reopened_at) | (tickets.reopened_at.isna() & (tickets.reopened_count.fillna(0) > 0))
    return share(~reopened & (tickets.visit_count.fillna(1) <= 1) & ~recurred)


def fault_interval(world: World) -> Answer:
    """Day by day for the exposure, report by report for the faults."""
    assets = world.tables["assets"]
    days = sum(
        max(0, (world.end - max(world.start, pd.Timestamp(since) if pd.notna(since) else world.start)).days)
        for since in assets.in_service_on
    )
    tickets = world.all_tickets.query("kind == 'repair'")
    tickets = tickets[tickets.asset_id.isin(assets.asset_id) & ~tickets.is_false_alarm.eq(True).fillna(False)]
    faults = 0
    for _, reports in tickets.sort_values(["opened_at", "ticket_id"]).groupby("asset_id"):
        busy_until = None
        for report in reports.itertuples():
            is_new = busy_until is None or report.opened_at - busy_until > DAY
            faults += is_new and world.start <= report.opened_at < world.end
            ended_at = report.resolved_at if pd.notna(report.resolved_at) else report.closed_at
            ended_at = ended_at if pd.notna(ended_at) and ended_at < world.as_of else world.as_of
            busy_until = ended_at if busy_until is None else max(busy_until, ended_at)
    return days, faults


def backlog(world: World) -> Answer:
    tickets = world.all_tickets
    return int((~world.known(tickets.closed_at) & ~tickets.is_closed_undated).sum()), None


def complaints_per_100_households(world: World) -> Answer:
    served = 0.0
    days_in_year = (pd.Timestamp(world.year + 1, 1, 1) - world.start).days
    for community in world.tables["communities"].itertuples():
        since = max(world.start, pd.Timestamp(community.valid_from)) if pd.notna(community.valid_from) else world.start
        until = min(world.end, pd.Timestamp(community.valid_to)) if pd.notna(community.valid_to) else world.end
        served += community.households / 100 * max(0, (until - since).days) / days_in_year
    known = world.tickets.community.isin(world.tables["communities"].community)
    return int(((world.tickets.kind == "complaint") & known).sum()), served


def collected(bills: pd.DataFrame) -> int:
    return int(np.minimum(bills.settled_now, bills.dues).sum())


def collection_rate(world: World) -> Answer:
    return collected(world.bills_of_year) / 100, world.bills_of_year.dues.sum() / 100


def arrears_recovery_rate(world: World) -> Answer:
    bills = world.older_bills
    before = np.minimum(bills.settled_before, bills.dues)
    return (collected(bills) - before.sum()) / 100, (bills.dues - before).sum() / 100


def combined_collection_rate(world: World) -> Answer:
    parts = collection_rate(world), arrears_recovery_rate(world)
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def balance(world: World) -> Answer:
    return world.bills[world.bills.period_start < world.as_of].open.sum() / 100, None


def arrears_amount(world: World) -> Answer:
    bills = world.bills
    return bills[(bills.period_start < world.as_of) & (bills.due_on < world.as_of)].open.sum() / 100, None


def overpaid_amount(world: World) -> Answer:
    bills = world.bills[world.bills.period_start < world.as_of]
    return (bills.settled_now - bills.dues).clip(lower=0).sum() / 100, None


RECOMPUTED: dict[str, Callable[[World], Answer]] = {
    "ticket_volume": lambda world: (len(world.tickets), None),
    "closure_rate": closure_rate,
    "closure_within_30_days": closure_within_30_days,
    "full_loop_rate": full_loop_rate,
    "first_response_time": lambda world: kaplan_meier_median(world, "responded_at"),
    "resolution_time": lambda world: kaplan_meier_median(world, "resolved_at"),
    "resolved_within_24_hours": resolved_within_24_hours,
    "response_attainment": attainment("responded_at"),
    "resolution_attainment": attainment("resolved_at"),
    "service_level_attainment": attainment(),
    "follow_up_rate": follow_up_rate,
    "first_time_fix_rate": first_time_fix_rate,
    "repeat_fault_rate": repeat_fault_rate,
    "chase_rate": chase_rate,
    "rework_rate": rework_rate,
    "fault_interval": fault_interval,
    "backlog": backlog,
    "complaints_per_100_households": complaints_per_100_households,
    "amount_due": lambda world: (world.bills_of_year.due.sum() / 100, None),
    "amount_collected": lambda world: (collected(world.bills_of_year) / 100, None),
    "collection_rate": collection_rate,
    "arrears_recovery_rate": arrears_recovery_rate,
    "combined_collection_rate": combined_collection_rate,
    "balance": balance,
    "arrears_amount": arrears_amount,
    "overpaid_amount": overpaid_amount,
}


@pytest.mark.parametrize(("year", "last_day"), ASKED, ids=str)
@pytest.mark.parametrize("metric", sorted(RECOMPUTED))
def test_pandas_gives_the_same_figure(sample: LoadedSample, metric: str, year: int, last_day: date) -> None:
    """Counts and money exactly, the rest to 1e-9."""
    check_recomputed(sample, RECOMPUTED[metric], metric, year, last_day)


def test_every_metric_is_computed_a_second_time() -> None:
    """In one of the files test_recomputation*.py, and nowhere twice."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("test_recomputation*.py"))
    listed = [metric for name in names for metric in importlib.import_module(f"tests.queries.{name}").RECOMPUTED]
    assert sorted(listed) == sorted(load_catalog())
