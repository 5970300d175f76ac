"""An explanation in words, for a terminal or a notebook, in Chinese or English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final

import pandas as pd

from queries.engine import Number
from queries.explain import Explanation, SourceFile
from queries.figure import Figure
from workspace import Language

MOST_DECIMALS: Final = 4
MISSING: Final = "—"
SHORT_SHA256: Final = 12


def describe(explanation: Explanation, language: Language) -> str:
    """The explanation as lines of text: definition, value and its parts, files, parameters, SQL."""
    metric, words = explanation.metric, _WORDS[language]
    facts = [f"{words[name]}{words['colon']}{text}" for name, text in _facts(explanation, language) if text]
    return "\n".join(
        [
            f"{metric.title.text(language)}  {metric.name}  {explanation.figure.period}",
            *facts,
            *_list(words["files"], files_in_words(explanation, language)),
            *_list(words["parameters"], parameters_in_words(explanation)),
            f"SQL ({metric.path.name}){words['colon'].rstrip()}",
            explanation.sql,
        ]
    )


def files_in_words(explanation: Explanation, language: Language) -> tuple[str, ...]:
    """The files behind the figure, each with its sheet, its rows and the beginning of its SHA-256."""
    return tuple(_file(file, language) for file in explanation.files)


def parameters_in_words(explanation: Explanation) -> tuple[str, ...]:
    """What is bound to the statement, as $name = value."""
    return tuple(f"${name} = {_bound(value)}" for name, value in explanation.parameters.items())


def in_words(value: Number | None, unit: str, language: Language) -> str:
    """A figure of a catalogue's `unit`, to four decimals at most: 98.2143%, 26.5 小时; 1,234.50 元; — where none."""
    if value is None:
        return MISSING
    if unit == "percent":
        return f"{digits(float(value) * 100)}%"
    word = _WORDS[language].get(f"unit_{unit}")
    text = f"{value:,.2f}" if unit == "yuan" else digits(value)
    return f"{text} {word}" if word else text


def digits(value: Number | None) -> str:
    """A number with thousands commas; a float to four decimals, or to ten digits where those would make it whole."""
    if value is None:
        return MISSING
    if not isinstance(value, float):
        return f"{value:,}"
    text = f"{value:,.{MOST_DECIMALS}f}".rstrip("0").rstrip(".")
    return text if "." in text or float(text.replace(",", "")) == value else f"{value:,.10g}"


def rows_as_text(rows: pd.DataFrame) -> str:
    """A header and every evidence row, one a line, cells parted by tabs, neither wrapped nor cut."""
    lines = ["\t".join(rows.columns)]
    lines += ["\t".join(map(_cell, row)) for row in rows.itertuples(index=False)]
    return "\n".join(lines)


def _facts(explanation: Explanation, language: Language) -> Iterator[tuple[str, str]]:
    """Each thing that may be said about the figure, with its name; empty where there is nothing to say."""
    metric, figure, words = explanation.metric, explanation.figure, _WORDS[language]
    joint = words["joint"]
    yield "definition", metric.definition.text(language)
    yield "slice", joint.join(f"{name} = {value}" for name, value in figure.slice.items())
    value = in_words(figure.value, figure.unit, language)
    yield "value", joint.join((value, words["rows_counted"].format(figure.n), words[figure.status]))
    yield "aggregate", words[f"aggregate_{metric.aggregate}"]
    yield "parts", _parts(figure)
    yield "interval", _range(figure.low, figure.high, figure.unit, language)
    yield "target", _target(figure, language)
    yield "previous", _previous(figure, language)
    yield "change", _change(figure, language)
    yield "details", joint.join(f"{name} = {digits(value)}" for name, value in figure.details.items())
    as_exported = words["aside"].format(words["as_exported"]) if figure.is_as_exported else ""
    yield "as_of", figure.as_of.isoformat() + as_exported


def _parts(figure: Figure) -> str:
    if figure.numerator is None:
        return ""
    return f"{digits(figure.numerator)} ÷ {digits(figure.denominator)}"


def _range(low: float | None, high: float | None, unit: str, language: Language) -> str:
    """Two bounds of a value; an open one is a dash; empty where there is neither."""
    if low is None and high is None:
        return ""
    return f"{in_words(low, unit, language)}{_WORDS[language]['to']}{in_words(high, unit, language)}"


def _target(figure: Figure, language: Language) -> str:
    if figure.target is None:
        return ""
    words = _WORDS[language]
    statistic = words.get(f"statistic_{figure.target_statistic}")
    return in_words(figure.target, figure.unit, language) + (words["aside"].format(statistic) if statistic else "")


def _previous(figure: Figure, language: Language) -> str:
    if figure.previous is None:
        return ""
    words = _WORDS[language]
    parts = f" = {digits(figure.previous_numerator)} ÷ {digits(figure.previous_denominator)}"
    value = in_words(figure.previous, figure.unit, language) + (parts if figure.previous_numerator is not None else "")
    return value + words["until"].format(figure.previous_as_of)


def _change(figure: Figure, language: Language) -> str:
    if figure.change is None:
        return ""
    words = _WORDS[language]
    word = words.get("percentage_points" if figure.unit == "percent" else f"unit_{figure.unit}", "")
    change = f"{digits(_scaled(figure.change, figure))} {word}".rstrip()
    bounds = _range(_scaled(figure.change_low, figure), _scaled(figure.change_high, figure), "", language)
    return change + (words["aside"].format(f"{words['interval']} {bounds}") if bounds else "")


def _scaled(number: Number | None, figure: Figure) -> float | None:
    """A difference of shares in percentage points; any other as it is."""
    if number is None:
        return None
    return float(number) * 100 if figure.unit == "percent" else float(number)


def _file(file: SourceFile, language: Language) -> str:
    sheet = f" [{file.sheet}]" if file.sheet else ""
    rows = _WORDS[language]["rows_kept"].format(file.rows_kept)
    return f"{file.path}{sheet}  {rows}  sha256 {file.sha256[:SHORT_SHA256]}"


def _list(heading: str, lines: Iterable[str]) -> list[str]:
    listed = [f"  {line}" for line in lines]
    return [heading, *listed] if listed else []


def _bound(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return f"'{value}'" if isinstance(value, str) else str(value)


def _cell(value: object) -> str:
    if value is None or value is pd.NaT or value != value:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).replace("\t", " ").replace("\n", " ").replace("\r", " ")


_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {
        "definition": "口径",
        "slice": "范围",
        "value": "数值",
        "aggregate": "算法",
        "aggregate_count": "计入的行数",
        "aggregate_sum": "value 之和",
        "aggregate_mean": "value 的平均",
        "aggregate_median": "value 的中位数",
        "aggregate_ratio": "numerator 之和 ÷ denominator 之和",
        "aggregate_duration": "hours 按 Kaplan–Meier 估计的中位数，ended = 0 的尚未结束",
        "parts": "分子 ÷ 分母",
        "interval": "95% 区间",
        "previous": "上年同期",
        "until": "（截至 {}）",
        "change": "变化",
        "target": "目标",
        "details": "另列",
        "as_of": "截至日（含）",
        "as_exported": "含没有日期的字段，按导出时状态",
        "files": "数据文件",
        "rows_kept": "纳入 {:,} 行",
        "parameters": "参数（$end、$as_of 为不含的零点）",
        "colon": "：",
        "joint": "，",
        "aside": "（{}）",
        "to": "～",
        "rows_counted": "计入 {:,} 行",
        "unit_hours": "小时",
        "unit_days": "天",
        "unit_yuan": "元",
        "unit_score": "分",
        "unit_points": "分",
        "percentage_points": "个百分点",
        "met": "达标",
        "missed": "未达标",
        "no_target": "未设目标",
        "insufficient": "样本不足",
        "not_available": "不可计算",
        "statistic_mean": "平均",
        "statistic_median": "中位数",
        "statistic_p90": "九成用时",
        "statistic_share": "占比",
    },
    "en": {
        "definition": "Definition",
        "slice": "Kept to",
        "value": "Value",
        "aggregate": "Computed as",
        "aggregate_count": "number of rows counted",
        "aggregate_sum": "sum of value",
        "aggregate_mean": "mean of value",
        "aggregate_median": "median of value",
        "aggregate_ratio": "sum of numerator ÷ sum of denominator",
        "aggregate_duration": "Kaplan–Meier median of hours; rows with ended = 0 are still open",
        "parts": "Numerator ÷ denominator",
        "interval": "95 % interval",
        "previous": "Year before",
        "until": " (as of {})",
        "change": "Change",
        "target": "Target",
        "details": "Shown apart",
        "as_of": "Last day known",
        "as_exported": "rests on fields without a date, which are as on the day of the export",
        "files": "Files",
        "rows_kept": "{:,} rows kept",
        "parameters": "Parameters ($end and $as_of are exclusive midnights)",
        "colon": ": ",
        "joint": ", ",
        "aside": " ({})",
        "to": " to ",
        "rows_counted": "{:,} rows counted",
        "unit_hours": "hours",
        "unit_days": "days",
        "unit_yuan": "yuan",
        "unit_score": "points",
        "unit_points": "points",
        "percentage_points": "percentage points",
        "met": "met",
        "missed": "missed",
        "no_target": "no target set",
        "insufficient": "too few rows",
        "not_available": "cannot be computed",
        "statistic_mean": "mean",
        "statistic_median": "median",
        "statistic_p90": "90th percentile",
        "statistic_share": "share",
    },
}
