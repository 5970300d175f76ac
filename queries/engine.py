"""Runs a metric's SQL once into a table of evidence and groups that over grouping sets.

One pass gives every month, quarter and half, another every value of every slice; the year's total alone needs neither.

The names of the columns that evidence must have are those of DESIGN, section 4. A row with a reason in the optional
column `set_apart` is counted under that reason and nowhere else. Two more columns are optional. `cluster` says which
rows go right or wrong together (null: the row alone); `pair` who answered, so that the same person is known in
another year (null: nobody known). Their sums are taken for the groupings whose figures are asked for, not for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from queries.catalog import Metric
from queries.clusters import ClusterSums, PairSums
from queries.durations import DurationCounts, count_durations
from queries.evidence import CLUSTER, PAIR, Asked, Evidence, Source, asked, bears_clusters
from queries.intervals import Sample
from queries.period import Window
from workspace import WrongUse

Number = int | float | Decimal
MONTH: Final = "occurred_month"
QUARTER: Final = "occurred_quarter"
HALF: Final = "occurred_half"
BY_PERIOD: Final = (MONTH, QUARTER, HALF)
HALF_OF_YEAR: Final = "case when month(occurred_at) <= 6 then 1 else 2 end"


class UnknownSlice(WrongUse):
    """A metric was asked for by a slice that it does not have."""


@dataclass(frozen=True)
class Total:
    """What one group of evidence adds up to.

    `n` is the number of rows counted. `numerator` and `denominator` belong to ratios, `sample` to means,
    `durations` to durations; `value` is what the aggregate says, None where there is nothing to say. `clusters` are
    given for shares and means whose evidence names clusters.
    """

    n: int
    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    sample: Sample | None = None
    durations: DurationCounts | None = None
    details: Mapping[str, Number] = field(default_factory=dict)
    clusters: ClusterSums | None = None


@dataclass(frozen=True)
class GroupKey:
    """Which group: the grouping (None for all, one of BY_PERIOD or a slice) and its value."""

    grouping: str | None = None
    value: str | int | None = None


Totals = Mapping[GroupKey, Total]
_Kept = tuple[tuple[str, str], ...]
NOTHING: Final = Total(0, None)


def empty_total(metric: Metric) -> Total:
    """The total of no rows: zero for a count or a sum, no value for anything else."""
    return Total(0, 0) if metric.aggregate in ("count", "sum") else NOTHING


class Engine:
    """Evidence and its totals over one connection, each computed at most once.

    `row_count` says how many rows the exports held: those of a large company are gathered in other ways.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: Mapping[str, Any], row_count: int = 0) -> None:
        self.connection = connection
        self.evidence = Evidence(connection, settings, row_count)
        self._totals: dict[tuple[Asked, _Kept, tuple[str, ...]], Totals] = {}
        self._clusters: dict[tuple[Asked, _Kept, str | None], Mapping[GroupKey, ClusterSums]] = {}
        self._pairs: dict[tuple[Asked, Asked, _Kept, str | None], Mapping[GroupKey, PairSums]] = {}

    def totals(self, metric: Metric, window: Window, where: Mapping[str, str], grouping: str | None = None) -> Totals:
        """The totals of the evidence that fits `where`: of all of it, or by month, quarter and half, or by every slice.

        `grouping` names one of them; its fellows come with it from the same pass.
        """
        groupings = _groupings(metric, grouping)
        key = (asked(metric, window), _kept(where), groupings)
        if key not in self._totals:
            source = self.evidence.source(metric, window, metric.slices if groupings else tuple(where))
            self._totals[key] = _group(self.connection, metric, source, where, groupings)
        return self._totals[key]

    def has_totals(self, metric: Metric, window: Window, where: Mapping[str, str], grouping: str) -> bool:
        """Whether these totals are known already, so that asking for them costs nothing."""
        return (asked(metric, window), _kept(where), _groupings(metric, grouping)) in self._totals

    def cluster_sums(
        self, metric: Metric, window: Window, where: Mapping[str, str], grouping: str | None = None
    ) -> Mapping[GroupKey, ClusterSums]:
        """The clusters of the evidence counted: of all of it, by month, quarter and half, or by one slice.

        Empty where the evidence names no clusters, or where the aggregate has no use for them.
        """
        key = (asked(metric, window), _kept(where), MONTH if grouping in BY_PERIOD else grouping)
        if key not in self._clusters:
            self._clusters[key] = self._sum_clusters(metric, window, where, _split_by(grouping))
        return self._clusters[key]

    def _sum_clusters(
        self, metric: Metric, window: Window, where: Mapping[str, str], groupings: Sequence[str]
    ) -> Mapping[GroupKey, ClusterSums]:
        if not bears_clusters(metric) or not self.evidence.has_column(metric, window, CLUSTER):
            return {}
        source = self.evidence.source(metric, window, metric.slices if groupings else tuple(where))
        return _cluster_sums(self.connection, metric, source, where, groupings)

    def pair_sums(
        self, metric: Metric, window: Window, earlier: Window, where: Mapping[str, str], grouping: str | None = None
    ) -> Mapping[GroupKey, PairSums]:
        """Who is in the evidence of both windows, in groups as those of `cluster_sums`; empty where that is unknown."""
        key = (
            asked(metric, window),
            asked(metric, earlier),
            _kept(where),
            MONTH if grouping in BY_PERIOD else grouping,
        )
        if key not in self._pairs:
            self._pairs[key] = self._sum_pairs(metric, (window, earlier), where, _split_by(grouping))
        return self._pairs[key]

    def _sum_pairs(
        self, metric: Metric, windows: tuple[Window, Window], where: Mapping[str, str], groupings: Sequence[str]
    ) -> Mapping[GroupKey, PairSums]:
        if not bears_clusters(metric) or not self.evidence.has_column(metric, windows[0], PAIR):
            return {}
        slices = metric.slices if groupings else tuple(where)
        now, earlier = (self.evidence.source(metric, window, slices) for window in windows)
        return _pair_sums(self.connection, metric, (now, earlier), where, groupings)

    def evidence_table(self, metric: Metric, window: Window) -> str:
        """The name of the temporary table that holds the metric's evidence. Raises MetricSqlWrong."""
        return self.evidence.table(metric, window)

    def parameters(self, metric: Metric, window: Window) -> dict[str, Any]:
        """The parameters that the metric's SQL names, and their values for `window`."""
        return self.evidence.parameters(metric, window)

    def slice_values(self, metric: Metric, window: Window, names: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """The values that each of these slices has in the evidence. Raises MetricSqlWrong."""
        source = self.evidence.source(metric, window, names)
        rows = self.connection.execute(f"select distinct {', '.join(names)} from {source.sql}", source.parameters)
        columns = list(zip(*rows.fetchall(), strict=True)) or [()] * len(names)
        return {
            name: frozenset(str(value) for value in column if value is not None)
            for name, column in zip(names, columns, strict=True)
        }


def _kept(where: Mapping[str, str]) -> _Kept:
    return tuple(sorted(where.items()))


def condition(metric: Metric, where: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The SQL condition for `where` and its parameters. Raises UnknownSlice for a name that is no slice."""
    for name in where:
        if name not in metric.slices:
            raise unknown_slice(metric, name)
    parts = [f"{name} = $where_{name}" for name in sorted(where)]
    return " and ".join(parts) or "true", {f"where_{name}": value for name, value in where.items()}


def unknown_slice(metric: Metric, name: str) -> UnknownSlice:
    """The error for a slice that `metric` does not have."""
    return UnknownSlice(
        f"指标 {metric.name} 不能按 {name} 细分。可用的有：{'、'.join(metric.slices) or '无'}。",
        f"{metric.name} has no slice {name}. It has: {', '.join(metric.slices) or 'none'}.",
    )


def counted_condition(metric: Metric) -> str:
    """The SQL condition for a row that enters the figure."""
    parts = ["set_apart is null"] if metric.set_apart else []
    if metric.aggregate == "duration":
        parts.append("hours >= 0")
    return " and ".join(parts) or "true"


def _groupings(metric: Metric, grouping: str | None) -> tuple[str, ...]:
    """The groupings that one pass answers together with `grouping`."""
    if grouping is None:
        return ()
    return BY_PERIOD if grouping in BY_PERIOD else metric.slices


def _split_by(grouping: str | None) -> tuple[str, ...]:
    """The groupings of one pass over clusters or pairs: slices one by one, for each costs about as much as all do."""
    if grouping is None:
        return ()
    return BY_PERIOD if grouping in BY_PERIOD else (grouping,)


def _group(
    connection: duckdb.DuckDBPyConnection,
    metric: Metric,
    source: Source,
    where: Mapping[str, str],
    groupings: Sequence[str],
) -> dict[GroupKey, Total]:
    """Totals of the evidence: by each of `groupings`, or of all of it."""
    fits, kept = condition(metric, where)
    columns = _total_columns(metric)
    fitting = Source(f"{_with_periods(groupings, source.sql)}\nwhere {fits}", {**source.parameters, **kept})
    rows = connection.execute(
        f"select {_grouping_columns(groupings)}, {', '.join(columns.values())}\n"
        f"from {fitting.sql}\n{_group_by(groupings)}",
        dict(fitting.parameters),
    ).fetchall()
    found = {_key(groupings, row): dict(zip(columns, row[len(groupings) + 1 :], strict=True)) for row in rows}
    curves = _durations(connection, metric, fitting, found) if metric.aggregate == "duration" else {}
    return {key: _total(metric, row, curves.get(key)) for key, row in found.items()}


def _with_periods(groupings: Sequence[str], evidence: str) -> str:
    if MONTH not in groupings:
        return evidence
    parts = f"month(occurred_at) as {MONTH}, quarter(occurred_at) as {QUARTER}, {HALF_OF_YEAR} as {HALF}"
    return f"(select *, {parts} from {evidence}) as evidence"


def _grouping_columns(groupings: Sequence[str]) -> str:
    mask = f"grouping({', '.join(groupings)}) as mask" if groupings else "0 as mask"
    return ", ".join((mask, *groupings))


def _group_by(groupings: Sequence[str], *also: str) -> str:
    sets = ", ".join(f"({', '.join((name, *also))})" for name in groupings) or f"({', '.join(also)})"
    return f"group by grouping sets ({sets})" if groupings or also else ""


def _key(groupings: Sequence[str], row: Sequence[Any]) -> GroupKey:
    """The group of a row that begins with grouping(…): its bits are 0 for the column that was grouped."""
    for position, name in enumerate(groupings):
        if not row[0] >> (len(groupings) - 1 - position) & 1:
            return GroupKey(name, row[position + 1])
    return GroupKey()


def _total_columns(metric: Metric) -> dict[str, str]:
    """Name and SQL of each aggregate column."""
    counted = counted_condition(metric)
    columns = {"n": f"count(case when {counted} then 1 end)"}
    columns |= {name: sql.format(counted=counted) for name, sql in _AGGREGATES[metric.aggregate].items()}
    for reason in metric.set_apart:
        columns[f"{reason}_count"] = f"count(case when set_apart = '{reason}' then 1 end)"
    for name, how in metric.details.items():
        columns[name] = f"coalesce({how}(case when {counted} then {name} end), 0)"
    return columns


_AGGREGATES: Final[Mapping[str, Mapping[str, str]]] = {
    "count": {},
    "sum": {"value": "coalesce(sum(case when {counted} then value end), 0)"},
    "mean": {
        "value": "avg(case when {counted} then value end)",
        "standard_deviation": "stddev_samp(case when {counted} then value end)",
    },
    "median": {"value": "median(case when {counted} then value end)"},
    "ratio": {
        "numerator": "coalesce(sum(case when {counted} then numerator end), 0)",
        "denominator": "coalesce(sum(case when {counted} then denominator end), 0)",
    },
    "duration": {
        "open_count": "count(case when {counted} and ended = 0 then 1 end)",
        "negative_count": "count(case when hours < 0 then 1 end)",
    },
}


def _total(metric: Metric, row: Mapping[str, Any], durations: DurationCounts | None) -> Total:
    shown = [*metric.details, *(f"{reason}_count" for reason in metric.set_apart)]
    if metric.aggregate == "duration":
        shown += ["open_count", "negative_count"]
    details = {name: row[name] for name in shown}
    n = row["n"]
    match metric.aggregate:
        case "count":
            return Total(n, n, details=details)
        case "ratio":
            value = _divided(row["numerator"], row["denominator"])
            return Total(n, value, row["numerator"], row["denominator"], details=details)
        case "duration":
            counts = durations or count_durations(np.empty(0), np.empty(0))
            return Total(n, counts.median, durations=counts, details=details | _duration_details(counts))
        case "mean" if n:
            sample = Sample(row["value"], row["standard_deviation"] or 0.0, n)
            return Total(n, row["value"], sample=sample, details=details)
        case _:
            return Total(n, row["value"], details=details)


def _divided(numerator: Number, denominator: Number) -> float | None:
    return float(numerator) / float(denominator) if denominator else None


def _duration_details(counts: DurationCounts) -> dict[str, Any]:
    return {"p90": counts.p90, "restricted_mean_hours": counts.restricted_mean()}


def _terms(metric: Metric) -> str:
    """The SQL of what a row adds to a ratio's two parts; a mean's are its value and 1."""
    if metric.aggregate == "ratio":
        return "cast(numerator as double) as part, cast(denominator as double) as whole"
    whole = "cast(case when value is null then 0 else 1 end as double) as whole"
    return f"cast(coalesce(value, 0) as double) as part, {whole}"


def _summed_by(metric: Metric, evidence: str, where: Mapping[str, str], groupings: Sequence[str], unit: str) -> str:
    """The SQL of the sums of each cluster or pair (the column `unit`) in each group of the evidence counted."""
    fits, _ = condition(metric, where)
    return (
        f"select {_grouping_columns(groupings)}, {unit}, count(*) as cases, sum(part) as part, sum(whole) as whole,"
        " sum(part * part) as part_squares, sum(part * whole) as products, sum(whole * whole) as whole_squares\n"
        f"from (select *, {_terms(metric)} from {_with_periods(groupings, evidence)}) as evidence\n"
        f"where {fits} and {counted_condition(metric)}\n{_group_by(groupings, unit)}"
    )


def _cluster_sums(
    connection: duckdb.DuckDBPyConnection,
    metric: Metric,
    source: Source,
    where: Mapping[str, str],
    groupings: Sequence[str],
) -> dict[GroupKey, ClusterSums]:
    """The sums over the clusters of every group; a row without a cluster is one of its own."""
    columns = ", ".join(("mask", *groupings))
    alone = f"case when {CLUSTER} is null then"
    rows = connection.execute(
        f"select {columns}, count({CLUSTER}) + coalesce(sum({alone} cases end), 0),"
        f" sum({alone} part_squares else part * part end), sum({alone} products else part * whole end),"
        f" sum({alone} whole_squares else whole * whole end)\n"
        f"from ({_summed_by(metric, source.sql, where, groupings, CLUSTER)}) as clusters\ngroup by {columns}",
        {**source.parameters, **condition(metric, where)[1]},
    ).fetchall()
    return {_key(groupings, row): ClusterSums(int(row[-4]), *row[-3:]) for row in rows}


def _pair_sums(
    connection: duckdb.DuckDBPyConnection,
    metric: Metric,
    sources: tuple[Source, Source],
    where: Mapping[str, str],
    groupings: Sequence[str],
) -> dict[GroupKey, PairSums]:
    """The sums over those who are in the same group of both tables, this year's and the earlier year's."""
    now, earlier = (_summed_by(metric, source.sql, where, groupings, PAIR) for source in sources)
    same = " and ".join(f"now.{name} is not distinct from earlier.{name}" for name in ("mask", *groupings))
    columns = ", ".join(f"now.{name}" for name in ("mask", *groupings))
    rows = connection.execute(
        f"select {columns}, count(*), sum(now.part * earlier.part), sum(now.part * earlier.whole),"
        " sum(now.whole * earlier.part), sum(now.whole * earlier.whole)\n"
        f"from ({now}) as now\ninner join ({earlier}) as earlier\non now.{PAIR} = earlier.{PAIR} and {same}\n"
        f"group by {columns}",
        condition(metric, where)[1],
    ).fetchall()
    return {_key(groupings, row): PairSums(int(row[-5]), *row[-4:]) for row in rows}


def _durations(
    connection: duckdb.DuckDBPyConnection, metric: Metric, fitting: Source, keys: Iterable[GroupKey]
) -> dict[GroupKey, DurationCounts]:
    """The distinct durations of every group: rows in the order of their hours, dealt out to the groups."""
    groups: dict[str, list[str | int]] = {}
    for key in keys:
        if key.grouping is not None and key.value is not None:
            groups.setdefault(key.grouping, []).append(key.value)
    codes = [f", {_code(name, values)} as {name}" for name, values in groups.items()]
    columns = _ascending(
        connection.execute(
            f"select hours, ended{''.join(codes)}\nfrom {fitting.sql} and {counted_condition(metric)}",
            dict(fitting.parameters),
        ).fetchnumpy()
    )
    hours, ended = (np.asarray(columns[name], dtype=np.float64) for name in ("hours", "ended"))
    curves = {
        GroupKey(name, values[code]): count_durations(hours[rows], ended[rows])
        for name, values in groups.items()
        for code, rows in _rows_by_code(np.asarray(columns[name]))
    }
    return curves or {GroupKey(): count_durations(hours, ended)}


def _ascending(columns: Mapping[str, Any]) -> Mapping[str, Any]:
    """The rows by their hours, as a large company's evidence is kept already."""
    hours = columns["hours"]
    if np.all(hours[1:] >= hours[:-1]):
        return columns
    order = np.argsort(hours)
    return {name: column[order] for name, column in columns.items()}


def _code(name: str, values: Sequence[str | int]) -> str:
    """The SQL of a value's position among `values`."""
    if all(isinstance(value, int) for value in values):
        return f"cast(list_position([{', '.join(map(str, values))}], {name}) - 1 as utinyint)"
    listed = ", ".join("'" + str(value).replace("'", "''") + "'" for value in values)
    return f"enum_code(cast({name} as enum({listed})))"


def _rows_by_code(codes: npt.NDArray[np.integer[Any]]) -> Iterator[tuple[int, npt.NDArray[np.intp]]]:
    """Each code with its rows, in their order."""
    by_code = np.argsort(codes, kind="stable")
    borders = np.flatnonzero(np.diff(codes[by_code])) + 1
    for rows in np.split(by_code, borders):
        if rows.size:
            yield int(codes[rows[0]]), rows
