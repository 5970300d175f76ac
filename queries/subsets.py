"""Totals of any part of a metric's evidence: some values of a slice, some days, also over the turn of a year.

The part is a query over the evidence that the engine has gathered already, so a total of it is everything that a total
of a whole year is: rows, parts of a ratio, durations, clusters, what is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from queries.catalog import Metric
from queries.engine import GroupKey, Total, empty_total
from queries.figures import Figures, Question
from queries.period import Period, Window

Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Span:
    """The moments from `start` until before `end`."""

    start: datetime
    end: datetime

    @property
    def years(self) -> range:
        """The calendar years that it touches."""
        ends_at_new_year = self.end == Period(self.end.year).start
        return range(self.start.year, self.end.year + (not ends_at_new_year))


@dataclass(frozen=True)
class Subset:
    """A part of the evidence, seen at the question's as-of: what happened in `span` (None: in the question's year).

    `kept` names slices, or other columns of the evidence, with the values of each that are kept; `left_out` those
    that are not. `added` are further columns, each with the SQL expression of its values.
    """

    question: Question
    span: Span | None = None
    kept: Values = field(default_factory=dict)
    left_out: Values = field(default_factory=dict)
    added: Mapping[str, str] = field(default_factory=dict)


def total_of(figures: Figures, subset: Subset) -> Total:
    """The total of `subset`. Raises MetricSqlWrong."""
    asked = _asked(figures, subset)
    total = figures.engine.totals(*asked).get(GroupKey(), empty_total(subset.question.metric))
    return replace(total, clusters=figures.engine.cluster_sums(*asked).get(GroupKey()))


def totals_by(figures: Figures, subset: Subset, column: str) -> dict[str, Total]:
    """The total of each value of `column`, a slice or another column of the subset. Raises MetricSqlWrong."""
    metric, window, where = _asked(figures, subset)
    split = replace(metric, slices=tuple(dict.fromkeys((*where, column))))
    clusters = figures.engine.cluster_sums(split, window, where, column)
    totals = figures.engine.totals(split, window, where, column)
    return {
        str(key.value): replace(total, clusters=clusters.get(key))
        for key, total in totals.items()
        if key.grouping == column and key.value is not None
    }


def values_of(figures: Figures, question: Question, column: str) -> frozenset[str]:
    """The values that `column` has in the evidence of the question's year. Raises MetricSqlWrong."""
    table = _table(figures, question)
    rows = figures.connection.execute(f"select distinct {column} from {table} where {column} is not null").fetchall()
    return frozenset(str(row[0]) for row in rows)


def evidence_columns(figures: Figures, question: Question) -> frozenset[str]:
    """The columns of the evidence of the question's year. Raises MetricSqlWrong."""
    rows = figures.connection.execute(f"describe {_table(figures, question)}").fetchall()
    return frozenset(row[0] for row in rows)


def _asked(figures: Figures, subset: Subset) -> tuple[Metric, Window, Mapping[str, str]]:
    """A metric whose evidence is the subset, the window under which the engine keeps it, and the filter."""
    question = subset.question
    sql = "\nunion all\n".join(_queries(figures, subset))
    metric = replace(question.metric, name=f"{question.metric.name}: {sql}", sql=sql)
    return metric, question.window(Period(question.year)), question.filter


def _queries(figures: Figures, subset: Subset) -> Iterator[str]:
    years = subset.span.years if subset.span else (subset.question.year,)
    condition = " and ".join(_conditions(subset)) or "true"
    columns = ", ".join(("*", *(f"{expression} as {name}" for name, expression in subset.added.items())))
    for year in years:
        yield f"select {columns} from {_table(figures, replace(subset.question, year=year))} where {condition}"


def _conditions(subset: Subset) -> Iterator[str]:
    if subset.span:
        yield f"occurred_at >= timestamp '{subset.span.start}' and occurred_at < timestamp '{subset.span.end}'"
    for name, values in subset.kept.items():
        yield f"{name} in ({_listed(values)})" if values else "false"
    for name, values in subset.left_out.items():
        yield f"{name} not in ({_listed(values)})" if values else "true"


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in sorted(values))


def _table(figures: Figures, question: Question) -> str:
    return figures.engine.evidence_table(question.metric, question.window(Period(question.year)))
