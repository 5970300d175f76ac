"""Where a figure comes from: its definition, the SQL as run, its parts, and the files behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from queries.availability import kinds_behind
from queries.catalog import Metric
from queries.engine import counted_condition
from queries.figure import Figure
from queries.figures import Figures
from queries.period import Period
from workspace import Language


@dataclass(frozen=True)
class Explanation:
    """One figure with its metric, the SQL that selected its rows, what was bound to it, and its files."""

    metric: Metric
    figure: Figure
    sql: str
    parameters: Mapping[str, Any]
    kept: str
    files: tuple[str, ...]


def explain(
    figures: Figures,
    metric: str,
    year: int,
    month: int | None = None,
    where: Mapping[str, str] | None = None,
) -> Explanation:
    """How the figure of the year, or of one month, comes about. Raises UnknownMetric, UnknownSlice."""
    question = figures.question(metric, year, where, None)
    figure = figures.of(metric, year, where) if month is None else figures.of_month(metric, year, month, where)
    return Explanation(
        metric=question.metric,
        figure=figure,
        sql=question.metric.sql,
        parameters=figures.engine.parameters(question.metric, question.window(Period(year, month=month))),
        kept=_kept(question.metric, question.filter, month),
        files=_files(figures, question.metric),
    )


def describe(explanation: Explanation, language: Language) -> str:
    """The explanation as text for a terminal, in `language`."""
    metric, figure = explanation.metric, explanation.figure
    words = _WORDS[language]
    lines = [
        f"{metric.title.text(language)}  {metric.name}  {figure.period}",
        _line(words, "definition", metric.definition.text(language)),
        _line(words, "value", f"{_number(figure.value)} {metric.unit}, n = {figure.n}, {words[figure.status]}"),
        *_parts(figure, words),
        _line(words, "as_of", figure.as_of.isoformat()),
        _line(words, "files", ", ".join(explanation.files) or "-"),
        _line(words, "parameters", ", ".join(f"${name} = {_bound(v)}" for name, v in explanation.parameters.items())),
        _line(words, "kept", explanation.kept),
        f"SQL ({metric.path.name}):",
        explanation.sql.rstrip(),
    ]
    return "\n".join(lines)


def rows_as_text(rows: pd.DataFrame) -> str:
    """A header and every evidence row, one a line, cells parted by tabs, neither wrapped nor cut."""
    lines = ["\t".join(rows.columns)]
    lines += ["\t".join(map(_cell, row)) for row in rows.itertuples(index=False)]
    return "\n".join(lines)


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "definition": "定义",
        "value": "数值",
        "parts": "分子、分母",
        "interval": "95% 区间",
        "previous": "上年同期",
        "details": "另列",
        "as_of": "截至日（含）",
        "files": "数据文件",
        "parameters": "参数（$as_of、$end 为不含的零点）",
        "kept": "计入的行",
        "colon": "：",
        "met": "达标",
        "missed": "未达标",
        "no_target": "未设目标",
        "insufficient": "样本不足",
        "not_available": "不可计算",
    },
    "en": {
        "definition": "Definition",
        "value": "Value",
        "parts": "Numerator, denominator",
        "interval": "95 % interval",
        "previous": "Year before",
        "details": "Shown apart",
        "as_of": "Last day known",
        "files": "Files",
        "parameters": "Parameters ($as_of and $end are exclusive midnights)",
        "kept": "Rows counted",
        "colon": ": ",
        "met": "met",
        "missed": "missed",
        "no_target": "no target",
        "insufficient": "too few",
        "not_available": "not available",
    },
}


def _line(words: Mapping[str, str], name: str, text: str) -> str:
    return f"{words[name]}{words['colon']}{text}"


def _parts(figure: Figure, words: Mapping[str, str]) -> list[str]:
    lines = []
    if figure.numerator is not None:
        lines.append(_line(words, "parts", f"{_number(figure.numerator)}, {_number(figure.denominator)}"))
    if figure.low is not None or figure.high is not None:
        lines.append(_line(words, "interval", f"{_number(figure.low)} .. {_number(figure.high)}"))
    if figure.previous is not None:
        lines.append(_line(words, "previous", f"{_number(figure.previous)} ({figure.previous_as_of})"))
    if figure.details:
        listed = ", ".join(f"{name} = {_number(value)}" for name, value in figure.details.items())
        lines.append(_line(words, "details", f"{listed}"))
    return lines


def _kept(metric: Metric, where: Mapping[str, str], month: int | None) -> str:
    conditions = [f"{name} = '{value}'" for name, value in sorted(where.items())]
    if month is not None and not metric.is_stock:
        conditions.append(f"month(occurred_at) = {month}")
    counted = counted_condition(metric)
    if counted != "true":
        conditions.append(counted)
    return " and ".join(conditions) or "*"


def _files(figures: Figures, metric: Metric) -> tuple[str, ...]:
    kinds = kinds_behind(metric)
    files = figures.files()
    behind = files[files["kind"].isin(kinds)]
    return tuple(
        f"{path} [{sheet}]" if sheet else path for path, sheet in zip(behind["path"], behind["sheet"], strict=True)
    )


def _number(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _bound(value: object) -> str:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).replace("\t", " ").replace("\n", " ").replace("\r", " ")
