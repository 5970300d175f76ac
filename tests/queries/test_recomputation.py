"""Every metric computed a second time, in plain pandas, from the same warehouse of the sample."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipelines.build import load
from queries.catalog import load_catalog
from queries.figures import Figures, open_figures
from workspace import open_workspace

SAMPLE = Path(__file__).parents[2] / "data" / "raw"
DAY = pd.Timedelta(days=1)
WINDOW = 30 * 86_400
ASKED = [(2024, date(2024, 12, 31)), (2025, date(2025, 12, 31)), (2025, date(2025, 6, 30))]


@dataclass(frozen=True)
class World:
    """The warehouse as data frames, a year, and the midnight up to which facts are known."""

    tables: dict[str, pd.DataFrame]
    year: int
    as_of: pd.Timestamp

    @property
    def start(self) -> pd.Timestamp:
        return pd.Timestamp(self.year, 1, 1)

    @property
    def end(self) -> pd.Timestamp:
        return min(pd.Timestamp(self.year + 1, 1, 1), self.as_of)

    def within(self, moments: pd.Series) -> pd.Series:
        return (moments >= self.start) & (moments < self.end)

    def known(self, moments: pd.Series) -> pd.Series:
        return moments < self.as_of

    @property
    def all_tickets(self) -> pd.DataFrame:
        """Tickets opened before the as-of that have not been cancelled by then."""
        tickets = self.tables["tickets"]
        cancelled_at = tickets.cancelled_at.fillna(tickets.closed_at).fillna(tickets.opened_at)
        left = tickets.is_cancelled & self.known(cancelled_at)
        return tickets[self.known(tickets.opened_at) & ~left]

    @property
    def tickets(self) -> pd.DataFrame:
        return self.all_tickets[self.within(self.all_tickets.opened_at)]

    @property
    def bills(self) -> pd.DataFrame:
        """Property bills with what had been waived and settled, by the start of the year and by the as-of, in cents."""
        bills = self.tables["bills"].query("fee_class == 'property'").set_index("bill_id").copy()
        payments = self.tables["payments"]
        for name, moment in (("before", self.start), ("now", self.as_of)):
            counted = payments[payments.paid_on.isna() | (payments.paid_on < moment)]
            paid = cents(counted.amount).groupby(counted.bill_id).sum()
            waived = bills.waived_on.isna() | (bills.waived_on < moment)
            offset = bills.offset_on.isna() | (bills.offset_on < moment)
            bills[f"waived_{name}"] = cents(bills.amount_waived).where(waived, 0)
            bills[f"settled_{name}"] = paid.reindex(bills.index).fillna(0) + cents(bills.amount_offset).where(offset, 0)
        bills["due"] = cents(bills.amount_due)
        bills["dues"] = (bills.due - bills.waived_now).clip(lower=0)
        bills["open"] = (bills.due - bills.waived_now - bills.settled_now).clip(lower=0)
        return bills

    @property
    def bills_of_year(self) -> pd.DataFrame:
        return self.bills[self.within(self.bills.period_start)]

    @property
    def older_bills(self) -> pd.DataFrame:
        return self.bills[self.bills.period_start < self.start]


def cents(amounts: pd.Series) -> pd.Series:
    return (amounts.astype(float) * 100).round().astype("int64")


def seconds(later: pd.Series, earlier: pd.Series | pd.Timestamp) -> pd.Series:
    return (later - earlier).dt.total_seconds()


Answer = tuple[Any, Any]


def share(selected: pd.Series) -> Answer:
    return int(selected.sum()), len(selected)


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
    tickets = tickets[world.within(tickets.opened_at) & ~tickets.is_never_a_fault]
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
        levels = levels[levels.is_computable & levels.due_at.notna()]
        reached = world.known(levels.reached_at)
        unrecorded = levels.is_unrecorded & world.known(levels.resolved_at.fillna(levels.opened_at)) & ~reached
        counted = levels[~unrecorded & (reached | world.known(levels.due_at))]
        return share(world.known(counted.reached_at) & (counted.reached_at <= counted.due_at))

    return compute


def follow_up_rate(world: World) -> Answer:
    tickets = world.tickets
    rated = tickets.rating.notna() & ~tickets.is_default_rating
    before = ~(tickets.rated_at >= tickets.followed_up_at.fillna(world.as_of))
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


def ticket_rating(world: World) -> Answer:
    tickets = world.tickets
    rated = tickets[
        tickets.rating.notna() & ~tickets.is_default_rating & (tickets.rated_at.isna() | world.known(tickets.rated_at))
    ]
    return rated.rating.mean(), len(rated)


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


def overall_answers(world: World) -> pd.DataFrame:
    answers = world.tables["survey_answers"].query("dimension == 'overall'")
    return answers[world.within(answers.surveyed_at) & world.known(answers.answered_at.fillna(answers.surveyed_at))]


def survey_response_rate(world: World) -> Answer:
    sent = world.tables["survey_responses"]
    sent = sent[world.within(sent.surveyed_at) & sent.has_invitations]
    return share(sent.is_answered & world.known(sent.answered_at.fillna(sent.surveyed_at)))


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
    "ticket_rating": ticket_rating,
    "amount_due": lambda world: (world.bills_of_year.due.sum() / 100, None),
    "amount_collected": lambda world: (collected(world.bills_of_year) / 100, None),
    "collection_rate": collection_rate,
    "arrears_recovery_rate": arrears_recovery_rate,
    "combined_collection_rate": combined_collection_rate,
    "balance": balance,
    "arrears_amount": arrears_amount,
    "overpaid_amount": overpaid_amount,
    "satisfaction_rate": lambda world: share(overall_answers(world).is_satisfied),
    "satisfaction_score": lambda world: (overall_answers(world).score_100.mean(), len(overall_answers(world))),
    "survey_response_rate": survey_response_rate,
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Figures, dict[str, pd.DataFrame]]]:
    """The committed sample, loaded, with its warehouse as data frames."""
    folder = tmp_path_factory.mktemp("sample")
    shutil.copytree(SAMPLE, folder / "data" / "raw")
    workspace = open_workspace(folder)
    load(workspace)
    with open_figures(workspace) as figures:
        names = ("tickets", "ticket_service_levels", "bills", "payments", "survey_responses", "survey_answers")
        tables = {
            name: figures.connection.execute(f"select * from warehouse.{name}").df()
            for name in (*names, "assets", "communities")
        }
        yield figures, tables


def answered(figures: Figures, metric: str, year: int, last_day: date) -> Answer:
    """The engine's figure in the form of a recomputation."""
    figure = figures.of(metric, year, as_of=last_day)
    if figure.numerator is not None:
        return float(figure.numerator), float(figure.denominator)
    is_sample = figures.catalog[metric].aggregate in ("duration", "mean")
    return (None if figure.value is None else float(figure.value)), (figure.n if is_sample else None)


def numbers(answer: Answer) -> list[float]:
    return [float("nan") if part is None else float(part) for part in answer]


@pytest.mark.parametrize(("year", "last_day"), ASKED, ids=str)
@pytest.mark.parametrize("metric", sorted(load_catalog()))
def test_pandas_gives_the_same_figure(
    sample: tuple[Figures, dict[str, pd.DataFrame]], metric: str, year: int, last_day: date
) -> None:
    """Counts and money exactly, the rest to 1e-9."""
    figures, tables = sample
    world = World(tables, year, pd.Timestamp(last_day) + DAY)
    expected = RECOMPUTED[metric](world)
    found = answered(figures, metric, year, last_day)
    assert numbers(found) == pytest.approx(numbers(expected), rel=1e-9, abs=1e-9, nan_ok=True), metric
    assert last_day.month < 12 or any(found), "the sample must say something about every metric"
