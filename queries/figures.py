"""The figures: every number of the product, asked for by metric, year and slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import TracebackType
from typing import Any, Final, Self

import duckdb
import pandas as pd

from queries.availability import Availability
from queries.catalog import Catalog, Metric, load_catalog
from queries.change import change_interval, cluster_details, difference, value_interval
from queries.clusters import PairSums
from queries.engine import (
    HALF,
    MONTH,
    NOTHING,
    QUARTER,
    Engine,
    GroupKey,
    Total,
    condition,
    counted_condition,
    empty_total,
    unknown_slice,
)
from queries.figure import Figure
from queries.period import (
    Period,
    Window,
    as_of_a_year_before,
    begun,
    default_as_of,
    halves,
    last_day_known,
    midnight_after,
    months,
    quarters,
)
from queries.privacy import PERSON_SLICES, PERSON_TOTALS, hidden, smallest_shown
from queries.rolling import label, together, twelve_months_to
from queries.slice_values import require_known_values
from queries.targets import Target, check_target, read_targets, target_for
from queries.verdicts import is_decided_by_one_case, status
from workspace import AnnualReportError, Language, Workspace

__all__ = ["Figure", "Figures", "NoWarehouse", "open_figures"]

NATURAL_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "ageing": (
        "up_to_90_days",
        "91_to_180_days",
        "181_to_365_days",
        "1_to_2_years",
        "2_to_3_years",
        "over_3_years",
    ),
}

PARTS_OF_A_YEAR: Final = {"month": months, "quarter": quarters, "half": halves}

# Below this, sharing a query out between threads takes longer than the query.
ROWS_WORTH_A_SECOND_THREAD: Final = 200_000


class NoWarehouse(AnnualReportError):
    """There is no loaded database yet, or it was made by another version."""


@dataclass(frozen=True)
class Question:
    """A metric, a year, what to keep, and the exclusive midnight up to which facts are known.

    `where` is what was asked; `filter` is that and the metric's headline where the question leaves it open.
    """

    metric: Metric
    year: int
    where: Mapping[str, str]
    filter: Mapping[str, str]
    as_of: datetime

    def known_until(self, period: Period) -> datetime:
        """The as-of of `period`: its own end for a stock, the year's as-of for a flow."""
        return min(period.end, self.as_of) if self.metric.is_stock else self.as_of

    def window(self, period: Period) -> Window:
        """The window in which the evidence for `period` is gathered: a flow's months come from the year's."""
        return Window(period if self.metric.is_stock else Period(self.year), self.known_until(period))

    def year_before(self) -> Question:
        """The same question at the same age a year before."""
        return replace(self, year=self.year - 1, as_of=as_of_a_year_before(self.as_of))


def open_figures(
    workspace: Workspace, as_of: date | None = None, catalog: Catalog | None = None, until: date | None = None
) -> Figures:
    """The figures of `workspace`, read-only; `as_of` is the last day known, for every question that names none.

    `until` is the day after which nothing is looked at: the data of a metric may end before it, and then do.

    Raises NoWarehouse, MetricHeaderWrong, TargetWrong.
    """
    if not workspace.database.is_file():
        raise NoWarehouse(
            f"还没有数据库 {workspace.relative(workspace.database)}。请先运行 annual-report load。",
            f"There is no database {workspace.relative(workspace.database)} yet. Run annual-report load first.",
        )
    metrics = load_catalog() if catalog is None else catalog
    connection = duckdb.connect(workspace.database, read_only=True)
    try:
        return Figures(connection, workspace, metrics, as_of, until)
    except duckdb.CatalogException as error:
        connection.close()
        raise NoWarehouse(
            f"数据库 {workspace.relative(workspace.database)} 不完整（{error}）。请重新运行 annual-report load。",
            f"The database {workspace.relative(workspace.database)} is incomplete ({error}). Run annual-report load.",
        ) from error


class Figures:
    """The figures of one workspace's warehouse. A context manager: leaving it closes the connection."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        workspace: Workspace,
        catalog: Catalog,
        as_of: date | None = None,
        until: date | None = None,
    ) -> None:
        self.connection = connection
        self.catalog = catalog
        self.language: Language = workspace.language
        self.availability = Availability(connection)
        self.engine = Engine(connection, workspace.settings, self.availability.row_count)
        if self.availability.row_count < ROWS_WORTH_A_SECOND_THREAD:
            connection.execute("set threads = 1")
        self.targets = _checked_targets(read_targets(workspace.settings), catalog)
        self._smallest_shown = smallest_shown(workspace.settings)
        self._as_of = as_of
        self._until = until

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; figures handed out before stay valid."""
        self.connection.close()

    def of(self, metric: str, year: int, where: Mapping[str, str] | None = None, as_of: date | None = None) -> Figure:
        """The figure of the year. Raises UnknownMetric, UnknownSlice."""
        question = self.question(metric, year, where, as_of)
        return self._figure(question, Period(year), GroupKey(), question.where)

    def by(
        self,
        metric: str,
        year: int,
        slice_name: str,
        where: Mapping[str, str] | None = None,
        as_of: date | None = None,
    ) -> list[Figure]:
        """One figure for each month, quarter or half that had begun, or for each value of a slice; no total.

        Of a slice that names persons, those with few cases are left out, and as many more as it takes that the total
        does not give them away.

        Raises UnknownMetric, UnknownSlice.
        """
        question = self.question(metric, year, where, as_of)
        if slice_name in PARTS_OF_A_YEAR:
            return [self._of_part(question, period) for period in self._parts(question, slice_name)]
        if slice_name not in question.metric.slices:
            raise unknown_slice(question.metric, slice_name)
        question = self.question(metric, year, where, as_of, sliced_by=slice_name)
        totals = self.engine.totals(question.metric, question.window(Period(year)), question.filter, slice_name)
        sizes = {str(key.value): total.n for key, total in totals.items() if key.grouping == slice_name}
        values = sizes.keys() - self._hidden(slice_name, sizes)
        return [
            self._figure(question, Period(year), GroupKey(slice_name, value), {**question.where, slice_name: value})
            for value in sorted(values, key=lambda value: _position(slice_name, value))
        ]

    def is_split(self, metric: str, year: int, slice_name: str, where: Mapping[str, str] | None = None) -> bool:
        """Whether the figures by this slice have been asked for before, so that one of them costs nothing."""
        question = self.question(metric, year, where, None, sliced_by=slice_name)
        return self.engine.has_totals(question.metric, question.window(Period(year)), question.filter, slice_name)

    def of_part(
        self, metric: str, period: Period, where: Mapping[str, str] | None = None, as_of: date | None = None
    ) -> Figure:
        """The figure of one month, quarter or half that has begun. Raises UnknownMetric, UnknownSlice."""
        return self._of_part(self.question(metric, period.year, where, as_of), period)

    def require_known_values(
        self, metrics: Sequence[str], year: int, where: Mapping[str, str], as_of: date | None = None
    ) -> None:
        """Raise UnknownSliceValue for a value of `where` that no row of `metrics` has in the year or the one before.

        Not part of `of` and `by`: a report may ask for what a company never had, and gets n = 0.
        """
        asked = [self.question(name, year, where, as_of) for name in metrics if where]
        known: dict[str, set[str]] = {name: set() for name in where}
        for one in asked:
            for question in (one, one.year_before()) if self.availability.has_metric(one.metric) else ():
                window = question.window(Period(question.year))
                for name, values in self.engine.slice_values(question.metric, window, tuple(where)).items():
                    known[name] |= values
        require_known_values(known, where)

    def question(
        self, name: str, year: int, where: Mapping[str, str] | None, as_of: date | None, sliced_by: str = ""
    ) -> Question:
        """What is asked, with the as-of settled; `sliced_by` lifts the headline of that slice.

        Raises UnknownMetric, UnknownSlice.
        """
        metric = self.catalog[name]
        asked = dict(where or {})
        condition(metric, asked)
        headline = {name: value for name, value in metric.headline.items() if name != sliced_by}
        last_day = as_of or self._as_of
        known = midnight_after(last_day) if last_day else self._default_as_of(metric, year)
        return Question(metric, year, asked, {**headline, **asked}, known)

    def evidence(
        self,
        metric: str,
        year: int,
        where: Mapping[str, str] | None = None,
        month: int | None = None,
        as_of: date | None = None,
    ) -> pd.DataFrame:
        """The rows that the figure of the year, or of one month, counts, ordered by occurred_at and evidence_id.

        The columns are those of the metric's SQL; persons appear as pseudonyms only.
        """
        question = self.question(metric, year, where, as_of)
        period = Period(year, month=month)
        is_stock = question.metric.is_stock
        table = self.engine.evidence_table(question.metric, question.window(period if is_stock else Period(year)))
        fits, parameters = condition(question.metric, question.filter)
        in_month = "true" if month is None or is_stock else f"month(occurred_at) = {int(month)}"
        return self.connection.execute(
            f"select * from {table} where {fits} and {in_month} and {counted_condition(question.metric)}"
            " order by occurred_at, evidence_id",
            parameters,
        ).df()

    def duration_curve(
        self, metric: str, year: int, where: Mapping[str, str] | None = None, as_of: date | None = None
    ) -> pd.DataFrame:
        """The share resolved by each number of hours (1 − Kaplan–Meier's S), columns hours and share_resolved."""
        question = self.question(metric, year, where, as_of)
        total = self._total(question, Period(year), GroupKey())
        if total.durations is None:
            raise TypeError(f"{metric} is no duration")
        hours, share_resolved = total.durations.curve()
        return pd.DataFrame({"hours": hours, "share_resolved": share_resolved})

    def as_of(self, metric: str, year: int) -> date:
        """The last day known for `metric` in `year`."""
        return last_day_known(self.question(metric, year, None, None).as_of)

    def is_available(self, metric: str) -> bool:
        """Whether the exports hold what `metric` needs."""
        return self.availability.has_metric(self.catalog[metric])

    def provided(self, kind: str) -> bool:
        """Whether an export of `kind` has been loaded."""
        return self.availability.has_kind(kind)

    def years(self) -> list[int]:
        """The years in which tickets were opened, fee periods began or surveys were answered, ascending."""
        rows = self.connection.execute(
            "select distinct year(opened_at) as happened from warehouse.tickets"
            " union select distinct year(period_start) from warehouse.bills"
            " union select distinct year(surveyed_at) from warehouse.survey_responses order by 1"
        ).fetchall()
        return [int(row[0]) for row in rows if row[0] is not None]

    def judged_targets(self, year: int) -> list[tuple[Target, list[Figure]]]:
        """Each target of `year` with the figures that it judges: one, or one for each month or quarter begun."""
        return [(target, self._judged(target)) for target in self.targets if target.year == year]

    def account(self) -> pd.DataFrame:
        """What became of every row read, one line a file and sheet."""
        return self._table("row_account", "file_id, sheet")

    def issues(self) -> pd.DataFrame:
        """What the load found wrong, one line an issue."""
        return self._table("issues", "file_id, sheet, row_number, field")

    def checks(self) -> pd.DataFrame:
        """The outcome of each check."""
        return self._table("check_results", "name")

    def communities(self) -> pd.DataFrame:
        """The register of communities, one line a community and span of time in which its size held."""
        return self._table("communities", "community, valid_from nulls first")

    def files(self) -> pd.DataFrame:
        """The files read."""
        return self._table("source_files", "file_id, sheet")

    def _table(self, name: str, order: str) -> pd.DataFrame:
        return self.connection.execute(f"select * from warehouse.{name} order by {order}").df()

    def _default_as_of(self, metric: Metric, year: int) -> datetime:
        _, newest = self.availability.span(metric)
        known = default_as_of(Period(year), newest)
        return known if self._until is None else min(known, midnight_after(self._until))

    def _parts(self, question: Question, grain: str) -> list[Period]:
        return begun(PARTS_OF_A_YEAR[grain](question.year), question.as_of)

    def _of_part(self, question: Question, period: Period) -> Figure:
        return self._figure(question, period, GroupKey(), question.where)

    def _figure(
        self,
        question: Question,
        period: Period,
        key: GroupKey,
        where: Mapping[str, str],
        judging: Target | None = None,
    ) -> Figure:
        """One figure, judged by `judging` or else by the first target that applies."""
        metric = question.metric
        is_available = self.availability.has_metric(metric)
        total = self._total(question, period, key)
        earlier = self._earlier(question, period, key)
        target = judging or target_for(self.targets, metric, period, where)
        interval = value_interval(metric, total)
        is_headline = key == GroupKey() and period.grain == "year"
        change = change_interval(metric, total, earlier, is_headline, self._pairs(question, period, key, earlier))
        rolling = self._rolling(question, period, total, target, where)
        return Figure(
            metric=metric.name,
            period=period.label,
            slice=dict(where),
            as_of=last_day_known(question.known_until(period)),
            unit=metric.unit,
            value=total.value,
            n=total.n,
            numerator=total.numerator,
            denominator=total.denominator,
            low=interval.low,
            high=interval.high,
            previous=None if earlier is None else earlier.value,
            previous_n=None if earlier is None else earlier.n,
            previous_numerator=None if earlier is None else earlier.numerator,
            previous_denominator=None if earlier is None else earlier.denominator,
            previous_details={} if earlier is None else _details(earlier),
            previous_as_of=last_day_known(question.year_before().known_until(period.year_before())),
            change=None if earlier is None else difference(total.value, earlier.value),
            change_low=change.low,
            change_high=change.high,
            target=None if target is None else target.value,
            target_statistic=None if target is None else target.statistic,
            target_direction=None if target is None else target.direction_for(metric),
            status=status(metric, is_available, total, target) if rolling is None else rolling.status,
            details=_details(total),
            is_duration=metric.aggregate == "duration",
            is_as_exported=self.availability.is_as_exported(metric),
            rolling=rolling,
        )

    def _total(self, question: Question, period: Period, key: GroupKey) -> Total:
        metric = question.metric
        if not self.availability.has_metric(metric) or self._names_hidden_person(question):
            return NOTHING
        key = _key_of(metric, period, key)
        window = question.window(period)
        totals = self.engine.totals(metric, window, question.filter, key.grouping)
        clusters = self.engine.cluster_sums(metric, window, question.filter, key.grouping)
        total = totals.get(key, empty_total(metric))
        is_few = metric.name in PERSON_TOTALS and 0 < total.n < self._smallest_shown
        return NOTHING if is_few else replace(total, clusters=clusters.get(key))

    def _earlier(self, question: Question, period: Period, key: GroupKey) -> Total | None:
        """The same total a year before; None where nothing had been recorded by then."""
        if not self.availability.has_metric(question.metric):
            return None
        before, period_before = question.year_before(), period.year_before()
        first_event, _ = self.availability.span(question.metric)
        total = self._total(before, period_before, key)
        has_begun = first_event is not None and first_event < period_before.end
        return total if has_begun or total.n else None

    def _pairs(self, question: Question, period: Period, key: GroupKey, earlier: Total | None) -> PairSums | None:
        """Who is in the figure of both years; None where the evidence does not say who is who."""
        if earlier is None or not earlier.n:
            return None
        key = _key_of(question.metric, period, key)
        before = question.year_before().window(period.year_before())
        pairs = self.engine.pair_sums(question.metric, question.window(period), before, question.filter, key.grouping)
        return pairs.get(key)

    def _rolling(
        self, question: Question, period: Period, total: Total, target: Target | None, where: Mapping[str, str]
    ) -> Figure | None:
        """The figure of the twelve months that end with a month of too few cases for its target; else None."""
        metric = question.metric
        if target is None or period.grain != "month" or not self.availability.has_metric(metric):
            return None
        if not is_decided_by_one_case(metric, total, target):
            return None
        first_event, _ = self.availability.span(metric)
        months = twelve_months_to(period, first_event) or [period]
        both_years = together([self._total(replace(question, year=month.year), month, GroupKey()) for month in months])
        interval = value_interval(metric, both_years)
        return Figure(
            metric=metric.name,
            period=label(months),
            slice=dict(where),
            as_of=last_day_known(question.as_of),
            unit=metric.unit,
            value=both_years.value,
            n=both_years.n,
            numerator=both_years.numerator,
            denominator=both_years.denominator,
            low=interval.low,
            high=interval.high,
            target=target.value,
            target_statistic=target.statistic,
            target_direction=target.direction_for(metric),
            status=status(metric, True, both_years, target),
            details=_details(both_years),
        )

    def _hidden(self, slice_name: str, sizes: Mapping[str, int]) -> frozenset[str]:
        return hidden(sizes, self._smallest_shown) if slice_name in PERSON_SLICES else frozenset()

    def _names_hidden_person(self, question: Question) -> bool:
        """Whether `where` asks for one person who has too few cases in the year to be shown."""
        for name in question.where.keys() & set(PERSON_SLICES):
            others = {other: value for other, value in question.filter.items() if other != name}
            totals = self.engine.totals(question.metric, question.window(Period(question.year)), others, name)
            sizes = {str(key.value): total.n for key, total in totals.items() if key.grouping == name}
            if question.where[name] in self._hidden(name, sizes):
                return True
        return False

    def _judged(self, target: Target) -> list[Figure]:
        """The figures that `target` judges, which need not be the first target that applies to them."""
        question = self.question(target.metric, target.year, target.where, None)
        parts = [Period(target.year)] if target.grain == "year" else self._parts(question, target.grain)
        return [self._figure(question, part, GroupKey(), question.where, target) for part in parts]


def _key_of(metric: Metric, period: Period, key: GroupKey) -> GroupKey:
    """The group of a flow's month or quarter, which comes from the year's evidence; else `key`."""
    if metric.is_stock or period.grain == "year":
        return key
    if period.half is not None:
        return GroupKey(HALF, period.half)
    return GroupKey(MONTH, period.month) if period.grain == "month" else GroupKey(QUARTER, period.quarter)


def _details(total: Total) -> Mapping[str, Any]:
    return {**total.details, **cluster_details(total)}


def _checked_targets(targets: Sequence[Target], catalog: Catalog) -> list[Target]:
    for target in targets:
        check_target(target, catalog[target.metric])
    return list(targets)


def _position(slice_name: str, value: str) -> tuple[int, str]:
    """Where a slice value stands in a list: in its natural order if it has one, else by its text."""
    order = NATURAL_ORDER.get(slice_name, ())
    return (order.index(value) if value in order else len(order), value)
