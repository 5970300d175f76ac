"""Where a figure comes from: its definition, the SQL that selects the rows it counts, and the files behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from queries.availability import kinds_behind
from queries.catalog import Metric
from queries.engine import HALF_OF_YEAR, condition, counted_condition
from queries.figure import Figure
from queries.figures import Figures, Question
from queries.period import Period, last_day_known
from workspace import WrongUse


class PeriodNotBegun(WrongUse):
    """A part of the year was asked for that begins after the last day known."""


@dataclass(frozen=True)
class SourceFile:
    """One sheet of an export: `rows_kept` of its rows are in the warehouse; `sha256` is that of the whole file."""

    path: str
    sheet: str
    rows_kept: int
    sha256: str


@dataclass(frozen=True)
class Explanation:
    """One figure with its metric, the SQL that selects the rows it counts, what is bound to it, and the files."""

    metric: Metric
    figure: Figure
    sql: str
    parameters: Mapping[str, Any]
    files: tuple[SourceFile, ...]


def explain(
    figures: Figures,
    metric: str,
    year: int,
    month: int | None = None,
    where: Mapping[str, str] | None = None,
    quarter: int | None = None,
    as_of: date | None = None,
) -> Explanation:
    """How the figure of the year, or of a month or quarter of it, comes about; `as_of` is the last day known.

    Raises UnknownMetric, UnknownSlice, UnknownSliceValue, PeriodNotBegun, MetricSqlWrong.
    """
    question = figures.question(metric, year, where, as_of)
    period = Period(year, quarter, month)
    _require_begun(question, period)
    figures.require_known_values([metric], year, where or {}, as_of)
    figure = _figure(figures, question, period, as_of)
    return explanation_of(figures, figure, files_behind(figures, question.metric))


def explanation_of(figures: Figures, figure: Figure, files: tuple[SourceFile, ...]) -> Explanation:
    """How a figure that is at hand comes about; `files` are those behind its metric."""
    question, period = _asked(figures, figure)
    sql, parameters = evidence_sql(figures, question, period)
    return Explanation(question.metric, figure, sql, parameters, files)


def evidence_sql(figures: Figures, question: Question, period: Period) -> tuple[str, dict[str, Any]]:
    """The statement that selects the rows counted for `question` in `period`, and the parameters to bind."""
    lines = ["select *", "from (", question.metric.sql.rstrip(), ") as evidence", *_counted_in_order(question, period)]
    _, kept = condition(question.metric, question.filter)
    return "\n".join(lines), figures.engine.parameters(question.metric, question.window(period)) | kept


def _counted_in_order(question: Question, period: Period) -> list[str]:
    """The lines that keep the evidence counted for `question` in `period`, oldest first."""
    fits, _ = condition(question.metric, question.filter)
    conditions = (fits, _within(question.metric, period), counted_condition(question.metric))
    kept = " and ".join(text for text in conditions if text != "true") or "true"
    return [f"where {kept}", "order by occurred_at, evidence_id"]


def rows_behind(figures: Figures, explanation: Explanation) -> pd.DataFrame:
    """The rows that the explained figure counts, as its SQL selects them; persons appear as pseudonyms only.

    None where the figure cannot be computed, because the exports lack a field that it requires, or is not shown,
    because it tells of one person who has too few cases.
    """
    rows = figures.connection.execute(explanation.sql, dict(explanation.parameters)).df()
    is_shown = explanation.figure.status != "not_available" and explanation.figure.n > 0
    return rows if is_shown else rows.head(0)


def first_rows(figures: Figures, figure: Figure, most: int) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The first `most` of the rows that a figure counts, from evidence gathered once: names of columns, and rows."""
    question, period = _asked(figures, figure)
    if figure.status == "not_available":
        most = 0
    table = figures.engine.evidence_table(question.metric, question.window(period))
    lines = [f"select * from {table}", *_counted_in_order(question, period), f"limit {most}"]
    _, kept = condition(question.metric, question.filter)
    found = figures.connection.execute("\n".join(lines), kept)
    return tuple(column[0] for column in found.description or ()), found.fetchall()


def _asked(figures: Figures, figure: Figure) -> tuple[Question, Period]:
    """The question that a figure answers, and the period."""
    period = Period.named(figure.period)
    return figures.question(figure.metric, period.year, figure.slice, figure.as_of), period


def _within(metric: Metric, period: Period) -> str:
    """The condition for a flow's rows of a part of the year; a stock's rows are gathered for the part itself."""
    if metric.is_stock or period.grain == "year":
        return "true"
    if period.half is not None:
        return f"{HALF_OF_YEAR} = {period.half}"
    return f"{period.grain}(occurred_at) = {period.month or period.quarter}"


def _figure(figures: Figures, question: Question, period: Period, as_of: date | None) -> Figure:
    name, where = question.metric.name, question.where
    if period.grain == "year":
        return figures.of(name, period.year, where, as_of)
    return figures.of_part(name, period, where, as_of)


def _require_begun(question: Question, period: Period) -> None:
    if period.start >= question.as_of:
        last_day = last_day_known(question.as_of)
        raise PeriodNotBegun(
            f"{period.label} 晚于数据截至日 {last_day}。请改用更早的期间。",
            f"{period.label} begins after the last day known, {last_day}. Ask for an earlier period.",
        )


def files_behind(figures: Figures, metric: Metric) -> tuple[SourceFile, ...]:
    """The sheets of the kinds that the metric reads, in the order of the account."""
    sheets = figures.files().merge(figures.account()[["file_id", "sheet", "kept"]], on=["file_id", "sheet"])
    behind = sheets[sheets["kind"].isin(kinds_behind(metric))]
    columns = (behind["path"], behind["sheet"], behind["kept"], behind["sha256"])
    return tuple(SourceFile(path, sheet or "", int(kept), sha) for path, sheet, kept, sha in zip(*columns, strict=True))
