"""The document model: what is on the page, before anything decides how it looks.

The same Document feeds the PDF and the HTML. Text is Markup that holds nothing but sentences in which every
figure is a `<data>` element (see reports.numbers); placement and looks belong to the templates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from markupsafe import Markup

from workspace import Language

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as PlotlyFigure

    from reports.charts.plotted import Plotted
    from reports.charts.series import ChartSeries
    from reports.render.pictures import Specification

NO_TEXT = Markup("")
Verdict = Literal["met", "missed", "no_target", "insufficient", "not_available"]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose, generated from findings or typed by a person."""

    text: Markup
    is_hand_entered: bool = False


@dataclass(frozen=True)
class Chart:
    """A numbered figure. `label` is 图 2-3; `title` states the message, `caption` the definition and n."""

    anchor: str
    label: str
    title: Markup
    caption: Markup
    alternative_text: str
    picture: PlotlyFigure | Specification
    height_millimetres: int = 72  # where the picture's own rows do not decide (layout.height)
    plotted: tuple[Plotted, ...] = ()  # what the picture shows, for the fact check
    series: ChartSeries | None = None  # the same as plain series, for programs that draw their own charts


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading (unit included) and how its cells align."""

    heading: str
    align: Literal["left", "right", "centre"] = "left"


@dataclass(frozen=True)
class Table:
    """A numbered table. `label` is 表 3-1; cells are ready text, figures in them `<data>` elements."""

    anchor: str
    label: str
    title: Markup
    columns: tuple[Column, ...]
    rows: tuple[tuple[Markup, ...], ...]
    note: Markup = NO_TEXT
    total_rows: int = 0  # that many last rows are totals


@dataclass(frozen=True)
class NumberedList:
    """Plan lines and the like: one thing a line."""

    items: tuple[Markup, ...]


Block = Paragraph | Chart | Table | NumberedList


@dataclass(frozen=True)
class Section:
    """A section of a chapter; its heading is numbered unless it is the only one."""

    anchor: str
    number: str  # （一）, or "" for the only section of a chapter
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter with its ordinal as printed (01)."""

    anchor: str
    number: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class SparklinePoint:
    """One month of a card's sparkline; value None where the month has no figure."""

    month: str
    value: float | None


@dataclass(frozen=True)
class Card:
    """One key figure. All texts are ready to print; `verdict` decides the shape ● ▲ ○ —."""

    name: str
    value: Markup
    previous: Markup
    change: Markup
    is_change_clear: bool
    target: Markup
    verdict: Verdict
    verdict_text: str
    distance: Markup
    note: Markup
    n_text: Markup
    sparkline: tuple[SparklinePoint, ...] = ()
    sparkline_target: float | None = None


@dataclass(frozen=True)
class CardRow:
    """A row of the key-figures page: the question that it answers and its cards (at most three)."""

    question: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class KeyFigures:
    """The one-page overview: rows of cards, three sentences, one line about the data."""

    title: str
    rows: tuple[CardRow, ...]
    sentences: tuple[Markup, ...]
    data_line: Markup


@dataclass(frozen=True)
class Cover:
    """The cover; empty fields are not printed."""

    organisation: str
    department: str
    title: str
    period: str
    presenter: str
    date: str
    logo: str = ""  # a data: address


@dataclass(frozen=True)
class Document:
    """A whole report in one language. `chapters` holds only what the data can fill."""

    language: Language
    year: int
    accent: str
    cover: Cover
    key_figures: KeyFigures
    chapters: tuple[Chapter, ...]
    appendices: tuple[Chapter, ...]
    labels: dict[str, str] = field(default_factory=dict)  # fixed words of the layout: contents, search, …
    metric_titles: dict[str, str] = field(default_factory=dict)  # metric → title, for the tooltip of a figure
    form: Literal["report", "review"] = "report"  # a review has a slim head in place of cover, contents and cards
