"""Asking for figures in a notebook or a script: `metric("closure_rate").year(2025).by("month")`.

A question is built step by step and answered with a pandas DataFrame that knows where it came from:

    from queries.ask import metric

    closed = metric("closure_rate").year(2025)
    closed.total()                                     # one line: the year
    closed.where(priority="urgent").by("community")    # one line a community
    months = closed.by("month")
    months["value"]                                    # a pandas Series, indexed 2025-01, 2025-02, …
    months.sql                                         # what selects the rows, run with months.parameters
    months.rows("2025-06")                             # the rows behind one line
    print(months.explain("2025-06"))                   # its definition, parts, interval and files

The numbers are those of `annual-report metrics --format json` and of the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, Final

import pandas as pd

from queries.catalog import Metric, load_catalog
from queries.explain import Explanation, evidence_sql, explain, rows_behind
from queries.explanation_text import MISSING, describe, in_words
from queries.figures import Figure, Figures, open_figures
from queries.period import Period
from workspace import Language, WrongUse, open_workspace

GRAINS: Final = ("month", "quarter")
TOTAL: Final = "year"
_ABOUT_THE_QUESTION: Final = ("metric", "period", "slice", "unit")
_IN_THE_UNIT: Final = ("value", "low", "high", "previous", "target", "p90")


class YearMissing(WrongUse):
    """A question was put without a year."""


class NoSuchLine(WrongUse):
    """An answer was asked for a line that it does not have, or for all lines where only one makes sense."""


def metric(name: str, source: str | Path | Figures = ".") -> Question:
    """A question about the metric `name`, to be completed by `.year(…)`.

    `source` is a workspace's folder, whose warehouse is opened read-only for each answer and closed again; or open
    Figures, which keep the evidence between answers and which the caller closes.
    """
    return Question(name, source if isinstance(source, Figures) else Path(source))


def metrics(folder: Path | None = None) -> pd.DataFrame:
    """What may be asked: one line a metric with title, unit, slices and definition, indexed by name.

    `folder` holds the metric files; by default the program's own.
    """
    catalog = load_catalog(folder)
    rows = [_described(one) for one in catalog.values()]
    return pd.DataFrame(rows, index=pd.Index(list(catalog), name="metric"))


@dataclass(frozen=True)
class Question:
    """A metric, a year and what to keep. Each method returns a new question; `total` and `by` answer it."""

    name: str
    source: Path | Figures
    asked_year: int | None = None
    kept: Mapping[str, str] = field(default_factory=dict)
    last_day: date | None = None

    def year(self, year: int) -> Question:
        """The question about `year`."""
        return replace(self, asked_year=year)

    def where(self, **slices: str) -> Question:
        """The question about the rows of these slices only: `where(kind="repair", community="碧水湾")`."""
        return replace(self, kept={**self.kept, **slices})

    def as_of(self, last_day: date | str) -> Question:
        """The question as it would have been answered at the end of `last_day` (2025-06-30)."""
        return replace(self, last_day=date.fromisoformat(last_day) if isinstance(last_day, str) else last_day)

    def total(self) -> Answer:
        """The year in one line. Raises YearMissing, UnknownMetric, UnknownSlice, NoWarehouse."""
        with self._figures() as figures:
            return self._answer(figures, TOTAL, [figures.of(self.name, self._year, self.kept, self.last_day)])

    def by(self, split: str) -> Answer:
        """One line for each month or quarter begun, or for each value of a slice.

        Raises YearMissing, UnknownMetric, UnknownSlice, NoWarehouse.
        """
        with self._figures() as figures:
            return self._answer(figures, split, figures.by(self.name, self._year, split, self.kept, self.last_day))

    def explained(self, month: int | None = None, quarter: int | None = None) -> tuple[Explanation, Language]:
        """How the year's figure, or that of a month or quarter, comes about; and the language of the workspace."""
        with self._figures() as figures:
            return self._explanation(figures, month, quarter), figures.language

    def rows(self, month: int | None = None, quarter: int | None = None) -> pd.DataFrame:
        """The rows that the year's figure, or that of a month or quarter, counts; persons as pseudonyms only."""
        with self._figures() as figures:
            return rows_behind(figures, self._explanation(figures, month, quarter))

    def selected(self, sql: str, parameters: Mapping[str, Any]) -> pd.DataFrame:
        """What a statement selects from the warehouse, which it cannot change."""
        with self._figures() as figures:
            return figures.connection.execute(sql, dict(parameters)).df()

    def _explanation(self, figures: Figures, month: int | None, quarter: int | None) -> Explanation:
        return explain(figures, self.name, self._year, month, self.kept, quarter, self.last_day)

    @property
    def _year(self) -> int:
        if self.asked_year is None:
            raise YearMissing(
                f'没有写明年度。请写 metric("{self.name}").year(2025)。',
                f'No year was named. Write metric("{self.name}").year(2025).',
            )
        return self.asked_year

    @contextmanager
    def _figures(self) -> Iterator[Figures]:
        if isinstance(self.source, Figures):
            yield self.source
            return
        with open_figures(open_workspace(self.source)) as figures:
            yield figures

    def _answer(self, figures: Figures, split: str, lines: Sequence[Figure]) -> Answer:
        figures.require_known_values([self.name], self._year, self.kept, self.last_day)
        asked = figures.question(self.name, self._year, self.kept, self.last_day, "" if split == TOTAL else split)
        sql, parameters = evidence_sql(figures, asked, Period(self._year))
        answer = Answer(
            [_values(line) for line in lines], index=pd.Index([_key(line, split) for line in lines], name=split)
        )
        answer.question, answer.split, answer.sql, answer.parameters = self, split, sql, parameters
        answer.heading, answer.language = _heading(asked.metric, self, figures.language), figures.language
        answer.unit, answer.is_stock = asked.metric.unit, asked.metric.is_stock
        return answer


class Answer(pd.DataFrame):
    """The figures of one question, a line each: the columns of `metrics --format json`, indexed by month or slice.

    What is computed from it (a selection, a sum) is a plain DataFrame. `sql` selects the rows behind all lines when
    it is run with `parameters`.
    """

    _metadata = ["question", "split", "sql", "parameters", "heading", "language", "unit", "is_stock"]  # noqa: RUF012
    question: Question
    split: str
    sql: str
    parameters: Mapping[str, Any]
    heading: str
    language: Language
    unit: str
    is_stock: bool

    def rows(self, line: str | None = None) -> pd.DataFrame:
        """The rows that one line counts, named by its index; without a name, those of all lines.

        Raises NoSuchLine; also for all months of a stock, of which each sees the rows as they were at its own end.
        """
        if line is not None:
            asked, part = self._asked(line)
            return asked.rows(**part)
        if self.is_stock and self.split in GRAINS:
            raise NoSuchLine(
                f"{self.heading} 每期按期末的状态计，没有跨期的明细。请写明期间，例如 rows({self.index[-1]!r})。",
                f"{self.heading} is seen at each period's end. Name a period, for example rows({self.index[-1]!r}).",
            )
        return self.question.selected(self.sql, self.parameters)

    def explain(self, line: str | None = None) -> str:
        """Definition, parts, interval, files and SQL of one line, named by its index; without a name, of the year.

        Raises NoSuchLine.
        """
        asked, part = (self.question, {}) if line is None else self._asked(line)
        return describe(*asked.explained(**part))

    def _asked(self, line: str) -> tuple[Question, dict[str, int]]:
        """The question that one line answers, and the part of the year."""
        if line not in self.index:
            raise NoSuchLine(
                f"没有 {line!r} 这一行。可用的有：{'、'.join(self.index)}。",
                f"There is no line {line!r}. There are: {', '.join(self.index)}.",
            )
        if self.split in GRAINS:
            return self.question, {self.split: int(line[-2:].lstrip("Q"))}
        return (self.question if self.split == TOTAL else self.question.where(**{self.split: line})), {}

    def _repr_html_(self) -> str:
        """The table for a notebook, with title and units."""
        shown = pd.DataFrame(self)
        for name in shown.columns.intersection(list(_IN_THE_UNIT)):
            shown[name] = [in_words(_number(value), self.unit, self.language) for value in shown[name]]
        table = shown.to_html(max_rows=pd.get_option("display.max_rows"), na_rep=MISSING)
        return f"<p><strong>{escape(self.heading)}</strong></p>{table}"


def _described(one: Metric) -> dict[str, str]:
    return {
        "title_zh": one.title.zh,
        "title_en": one.title.en,
        "unit": one.unit,
        "section": one.section,
        "slices": ", ".join(one.slices),
        "definition_zh": one.definition.zh,
        "definition_en": one.definition.en,
    }


def _values(line: Figure) -> dict[str, Any]:
    return {name: value for name, value in line.to_json().items() if name not in _ABOUT_THE_QUESTION}


def _key(line: Figure, split: str) -> str:
    return line.period if split in (*GRAINS, TOTAL) else line.slice[split]


def _heading(asked: Metric, question: Question, language: Language) -> str:
    kept = ", ".join(f"{name} = {value}" for name, value in question.kept.items())
    return f"{asked.title.text(language)} {question.asked_year}" + (f" · {kept}" if kept else "")


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else value
