"""The report's figures, charts and sentences one by one, for a notebook or a script.

    from reports.analysis import open_analysis

    year = open_analysis(".", 2025)
    year.metric("closure_rate").by("month")            # a pandas DataFrame: value, n, target, status, …
    year.metric("closure_rate", priority="urgent").rows()
    year.sentence("closure_rate")                      # as the report would say it
    year.sentence("closure_rate", month=7)             # a month or a quarter of it
    year.chart("closure_rate")                         # the months, in the house's style
    year.chart("closure_rate", by="category")          # each category with its interval and last year
    year.figure("图 2-4")                               # a chart of the report itself
    year.sql("select count(*) as tickets from warehouse.tickets")

Everything reads the warehouse that `annual-report load` wrote, and nothing changes it. What comes out equals what the
report of the workspace prints, seen by its audience.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import pandas as pd
from markupsafe import Markup

from queries.ask import GRAINS, Question, metric, metrics
from queries.figures import Figures, open_figures
from queries.period import Period
from reports import figure_chart, figure_words
from reports.annual import compose
from reports.audience import audience_of, seen_by
from reports.build import require_events
from reports.charts.style import HouseFigure
from reports.desk import Desk
from reports.document import Chart, Document, Table
from reports.findings import Finding, finding
from reports.numbers import JOINT, Address
from workspace import Language, Workspace, WrongUse, open_workspace

ROOM_FOR_THE_TITLE = 54
TOP_LEFT = {
    "x": 0,
    "y": 1,
    "xref": "container",
    "yref": "container",
    "yanchor": "top",
    "pad": {"l": 8, "t": 8},
}


class NothingToShow(WrongUse):
    """The data hold no figure of the metric and slice asked for, or the report has no such chart or table."""


def open_analysis(folder: str | Path, year: int) -> Analysis:
    """The year's analysis of the workspace in `folder`, open until `close` or the end of a `with` block.

    Raises queries.figures.NoWarehouse, reports.build.YearWithoutData.
    """
    workspace = open_workspace(Path(folder))
    figures = open_figures(workspace)
    try:
        seen = seen_by(figures, audience_of(workspace))
        require_events(seen, year)
        return Analysis(workspace, seen, year)
    except BaseException:
        figures.close()
        raise


class Analysis:
    """One year of one workspace. A context manager: leaving it closes the warehouse."""

    def __init__(self, workspace: Workspace, figures: Figures, year: int) -> None:
        self.workspace = workspace
        self.figures = figures
        self.year = year
        self._desk = Desk(figures, workspace, year)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the warehouse; what was handed out stays valid."""
        self.figures.close()

    @property
    def language(self) -> Language:
        """The language of the workspace, in which sentences and charts speak."""
        return self.workspace.language

    @staticmethod
    def metrics() -> pd.DataFrame:
        """What may be asked: one line a metric with title, unit, slices and definition, indexed by name."""
        return metrics()

    def metric(self, name: str, **where: str) -> Question:
        """A question about the year: `.total()`, `.by("month")`, `.by("community")`, `.rows()` answer it.

        Raises queries.catalog.UnknownMetric.
        """
        return metric(self.figures.catalog[name].name, self.figures).year(self.year).where(**where)

    def finding(self, name: str, month: int | None = None, quarter: int | None = None, **where: str) -> Finding:
        """The figure of the year, a month or a quarter with everything that a sentence may say of it.

        Raises NothingToShow, and what `metric` raises.
        """
        self.metric(name, **where).total()  # names an unknown metric or slice in words
        period = Period(self.year, quarter, month)
        address = Address(name, period.label, tuple(where.items()))
        held = finding(self._desk.ledger, self._desk.ledger.at(address))
        if held is None:
            raise _nothing(name, where)
        return held

    def sentence(self, name: str, month: int | None = None, quarter: int | None = None, **where: str) -> str:
        """The figure of the year, a month or a quarter in one sentence, in the clauses of the report's prose.

        Raises what `finding` raises.
        """
        return _plain(figure_words.sentence(self._desk, self.finding(name, month, quarter, **where)))

    def chart(self, name: str, by: str = "month", **where: str) -> HouseFigure:
        """A metric by month or by the values of a slice, as the house draws it, under what it says.

        Raises NothingToShow, and what `metric` raises.
        """
        self.metric(name, **where).by(by)
        held = self.finding(name, None, None, **where)
        of_months = by == "month"
        drawn = (
            None
            if by in GRAINS and not of_months
            else (figure_chart.by_month(self._desk, held) if of_months else figure_chart.by_slice(self._desk, held, by))
        )
        if drawn is None:
            raise _nothing(name, where)
        return _titled(drawn)

    @cached_property
    def report(self) -> Document:
        """The report of the year, composed when it is first asked for."""
        return compose(self.figures, self.workspace, self.year)

    def contents(self) -> pd.DataFrame:
        """The charts and tables of the report: label, title, section, indexed by label."""
        rows = [(block.label, _plain(block.title), title) for title, block in self._blocks()]
        held = pd.DataFrame(rows, columns=["label", "title", "section"])
        return held.set_index("label")

    def figure(self, label: str) -> Any:
        """A chart of the report by its label, such as 图 2-4. Raises NothingToShow."""
        found = self._block(label)
        if not isinstance(found, Chart):
            raise _no_such_block(label)
        return found.picture

    def table(self, label: str) -> pd.DataFrame:
        """A table of the report by its label, such as 表 2-1, as printed. Raises NothingToShow."""
        found = self._block(label)
        if not isinstance(found, Table):
            raise _no_such_block(label)
        headings = [column.heading for column in found.columns]
        return pd.DataFrame([[_plain(cell) for cell in row] for row in found.rows], columns=headings)

    def sql(self, statement: str, parameters: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """What a statement selects from the warehouse (schema `warehouse`), which it cannot change."""
        return self.figures.connection.execute(statement, dict(parameters or {})).df()

    def _blocks(self) -> Iterator[tuple[str, Chart | Table]]:
        for chapter in (*self.report.chapters, *self.report.appendices):
            for section in chapter.sections:
                for block in section.blocks:
                    if isinstance(block, Chart | Table):
                        yield section.title or chapter.title, block

    def _block(self, label: str) -> Chart | Table:
        for _, block in self._blocks():
            if block.label.replace(JOINT, " ") == label.replace(JOINT, " "):
                return block
        raise _no_such_block(label)


def _titled(chart: Chart) -> HouseFigure:
    """The picture under its message, with its caption below that."""
    picture = cast(HouseFigure, chart.picture)
    title = {"text": _plain(chart.title), "subtitle": {"text": _plain(chart.caption), "font": {"size": 12}}}
    picture.update_layout(
        title={**title, **TOP_LEFT, "font": {"size": 14}},
        margin={"t": picture.layout.margin.t + ROOM_FOR_THE_TITLE},
    )
    if picture.layout.height:
        picture.update_layout(height=picture.layout.height + ROOM_FOR_THE_TITLE)
    return picture


def _plain(text: Markup) -> str:
    return str(text.striptags()).replace(JOINT, " ")


def _nothing(name: str, where: Mapping[str, str]) -> NothingToShow:
    asked = "".join(f"，{key} = {value}" for key, value in where.items())
    return NothingToShow(
        f"数据中没有 {name}{asked} 的数值。请换一个指标、切片或年度，metrics() 列出全部指标。",
        f"The data hold no figure of {name}{asked.replace('，', ', ')}. Choose another metric, slice or year; "
        "metrics() lists all metrics.",
    )


def _no_such_block(label: str) -> NothingToShow:
    return NothingToShow(
        f"报告中没有 {label}。contents() 列出全部图表。",
        f"The report has no {label}. contents() lists its figures and tables.",
    )
