"""Where the evidence of a metric is gathered: a temporary table of it, a coded one of what is summed, or the query.

Evidence that is asked for again and again is kept in a table. A large company's is kept only as far as it is summed,
with slices as codes, which take a fraction of the room and of the time to group by; where one pass answers most of
what is asked, the query itself is taken and nothing is kept. The oldest tables go when there are too many rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import duckdb

from queries.catalog import Metric
from queries.period import Window
from workspace import AnnualReportError

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "count": (),
    "sum": ("value",),
    "mean": ("value",),
    "median": ("value",),
    "ratio": ("numerator", "denominator"),
    "duration": ("hours", "ended"),
}
IDENTITY: Final = ("evidence_id", "occurred_at")
CLUSTER: Final = "cluster"
PAIR: Final = "pair"

# From here on it pays to ask a query twice rather than to keep what it finds, and to code texts before grouping them.
ROWS_OF_A_LARGE_COMPANY: Final = 200_000
MOST_ROWS_KEPT: Final = 4_000_000
FEWEST_TABLES_KEPT: Final = 6  # as many as one question puts together

Asked = tuple[str, datetime, datetime, datetime]
"""What identifies the evidence of a metric and a window."""


class MetricSqlWrong(AnnualReportError):
    """A metric's SQL fails or does not select the columns that its header needs."""


@dataclass(frozen=True)
class Source:
    """What to select evidence from: the name of a table, or a query in parentheses with its parameters."""

    sql: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


class Evidence:
    """The evidence of metrics over one connection; `row_count` says how many rows the exports held."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: Mapping[str, Any], row_count: int = 0) -> None:
        self.tables_made = 0
        self._connection = connection
        self._settings = settings
        self._is_large = row_count >= ROWS_OF_A_LARGE_COMPANY
        self._tables: dict[tuple[Asked, tuple[str, ...] | None], str] = {}
        self._row_counts: dict[str, int] = {}
        self._columns: dict[str, frozenset[str]] = {}
        self._codes: dict[tuple[str, tuple[str, ...]], str | None] = {}

    def table(self, metric: Metric, window: Window) -> str:
        """The name of a temporary table of the evidence, good until some more have been asked for.

        Raises MetricSqlWrong.
        """
        key = asked(metric, window), None
        if key not in self._tables:
            name = self._make(metric, metric.sql, self.parameters(metric, window))
            self._check_columns(metric, name)
            self._tables[key] = name
            self._drop_oldest()
        return self._tables[key]

    def source(self, metric: Metric, window: Window, slices: Sequence[str]) -> Source:
        """What to sum up the evidence from, with at least these of the metric's slices. Raises MetricSqlWrong."""
        if (asked(metric, window), None) in self._tables or self._is_kept_whole(metric):
            return Source(self.table(metric, window))
        if metric.is_stock and not bears_clusters(metric):
            self._require_columns(metric, window)
            return Source(f"(\n{metric.sql}) as evidence", self.parameters(metric, window))
        return Source(self._summed_table(metric, window, slices if metric.is_stock else metric.slices))

    def _is_kept_whole(self, metric: Metric) -> bool:
        """Whether the rows are few; of a stock's many windows only the first is kept, to learn its columns."""
        return not self._is_large and not (metric.is_stock and metric.name in self._columns)

    def has_column(self, metric: Metric, window: Window, name: str) -> bool:
        """Whether the evidence has a column of this name, such as the optional ones. Raises MetricSqlWrong."""
        self._require_columns(metric, window)
        return name in self._columns[metric.name]

    def parameters(self, metric: Metric, window: Window) -> dict[str, Any]:
        """The parameters that the metric's SQL names, and their values for `window`."""
        known = {name: _setting(self._settings, name, value) for name, value in metric.parameters.items()}
        known |= {"start": window.start, "end": window.end, "as_of": window.as_of}
        return {name: known[name] for name in sorted(metric.parameter_names)}

    def _summed_table(self, metric: Metric, window: Window, slices: Sequence[str]) -> str:
        """The name of a table of what is summed and of these slices, as codes if there are many rows."""
        key = asked(metric, window), tuple(sorted(slices))
        if key not in self._tables:
            self._require_columns(metric, window)
            self._tables[key] = self._make_summed(metric, self.parameters(metric, window), key[1])
            self._drop_oldest()
        return self._tables[key]

    def _make_summed(self, metric: Metric, parameters: Mapping[str, Any], slices: Sequence[str]) -> str:
        codes = {name: self._code(metric, name) for name in slices} if self._is_large else {}
        try:
            return self._make(metric, self._summed(metric, slices, codes), parameters)
        except MetricSqlWrong as error:
            if not isinstance(error.__cause__, duckdb.ConversionException):
                raise
            # the metric makes texts of its own, which have no code
            return self._make(metric, self._summed(metric, slices, {}), parameters)

    def _summed(self, metric: Metric, slices: Sequence[str], codes: Mapping[str, str | None]) -> str:
        summed = ["occurred_at", *COLUMNS[metric.aggregate], *metric.details]
        summed += [name for name in (CLUSTER, PAIR, "set_apart") if name in self._columns[metric.name]]
        columns = [f"cast({name} as {codes[name]}) as {name}" if codes.get(name) else name for name in slices]
        ordered = "\norder by hours" if metric.aggregate == "duration" else ""
        return f"select {', '.join(dict.fromkeys(summed + columns))} from (\n{metric.sql}) as evidence{ordered}"

    def _code(self, metric: Metric, name: str) -> str | None:
        """The enumerated type of the texts that a slice has in the tables of `metric`; None where no table has it."""
        key = name, tuple(table for table in metric.tables if (table, name) in self._text_columns)
        if key not in self._codes:
            self._codes[key] = self._make_code(*key)
        return self._codes[key]

    def _make_code(self, column: str, tables: Sequence[str]) -> str | None:
        if not tables:
            return None
        code = f"code_{len(self._codes)}"
        texts = " union ".join(f"select distinct {column} from warehouse.{table}" for table in tables)
        self._connection.execute(
            f"create temp type {code} as enum (select {column} from ({texts}) where {column} is not null order by 1)"
        )
        return code

    @cached_property
    def _text_columns(self) -> frozenset[tuple[str, str]]:
        """The tables of the warehouse with those of their columns that hold texts."""
        return frozenset(
            self._connection.execute(
                "select table_name, column_name from information_schema.columns"
                " where table_schema = 'warehouse' and data_type = 'VARCHAR'"
            ).fetchall()
        )

    def _make(self, metric: Metric, sql: str, parameters: Mapping[str, Any]) -> str:
        name = f"evidence_{self.tables_made}"
        with _sql_of(metric):
            (rows,) = self._connection.execute(f"create temp table {name} as\n{sql}", parameters).fetchone() or (0,)
        self.tables_made += 1
        self._row_counts[name] = rows
        return name

    def _drop_oldest(self) -> None:
        while len(self._tables) > FEWEST_TABLES_KEPT and sum(self._row_counts.values()) > MOST_ROWS_KEPT:
            name = self._tables.pop(next(iter(self._tables)))
            self._connection.execute(f"drop table {name}")
            del self._row_counts[name]

    def _require_columns(self, metric: Metric, window: Window) -> None:
        if metric.name not in self._columns:
            with _sql_of(metric):
                self._connection.execute(
                    f"select * from (\n{metric.sql}) as evidence limit 0", self.parameters(metric, window)
                )
            self._keep_columns(metric, [column[0] for column in self._connection.description or ()])

    def _check_columns(self, metric: Metric, table: str) -> None:
        if metric.name not in self._columns:
            self._keep_columns(metric, [row[0] for row in self._connection.execute(f"describe {table}").fetchall()])

    def _keep_columns(self, metric: Metric, found: Sequence[str]) -> None:
        needed = [*IDENTITY, *COLUMNS[metric.aggregate], *metric.slices, *metric.headline, *metric.details]
        missing = [name for name in needed if name not in found]
        if metric.set_apart and "set_apart" not in found:
            missing.append("set_apart")
        if missing:
            raise MetricSqlWrong(
                f"指标文件 {metric.path.name} 的查询缺少列 {'、'.join(missing)}。请在 select 中补上。",
                f"The query of {metric.path.name} lacks the columns {', '.join(missing)}. Add them to its select.",
            )
        self._columns[metric.name] = frozenset(found)


def asked(metric: Metric, window: Window) -> Asked:
    """What identifies the evidence of `metric` in `window`."""
    return metric.name, window.start, window.end, window.as_of


def bears_clusters(metric: Metric) -> bool:
    """Whether a figure of `metric` is a share of cases or a mean."""
    return metric.aggregate == "mean" or (metric.aggregate == "ratio" and metric.base in ("events", "households"))


def _setting(settings: Mapping[str, Any], name: str, declared: object) -> object:
    """A declared parameter, unless settings override it under [parameters] or as [first_word] other_words."""
    if name in settings.get("parameters", {}):
        return settings["parameters"][name]
    for table, values in settings.items():
        if name.startswith(f"{table}_") and isinstance(values, dict):
            return values.get(name.removeprefix(f"{table}_"), declared)
    return declared


@contextmanager
def _sql_of(metric: Metric) -> Iterator[None]:
    """Turn what the database says about a metric's SQL into MetricSqlWrong."""
    try:
        yield
    except duckdb.Error as error:
        raise MetricSqlWrong(
            f"指标文件 {metric.path.name} 的 SQL 无法执行：{error}。请改正后重试。",
            f"The SQL of {metric.path.name} cannot be run: {error}. Correct it and try again.",
        ) from error
