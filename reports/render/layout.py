"""What both renderers share: the page template, its filters and the fixed words of the layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from reports.charts.labels import text_width
from reports.charts.style import VERDICT_SHAPES
from reports.deck import Deck
from reports.document import Card, Chart, Document, NumberedList, Paragraph, Table
from reports.render import pictures
from reports.render.slide_texts import Box, fitted, fitting_size
from reports.render.sparkline import sparkline
from reports.render.typesetting import typeset
from workspace import AnnualReportError, Language

TEXT_WIDTH_MILLIMETRES = 156
TEMPLATES = Path(__file__).parent.parent / "templates"
_SHORT_TEXT_EMS = 12
_BRIEF_HEADING_EMS = 6
_LONG_VALUE_EMS = 5.6
_ROOMY_CONTENTS = 28  # lines that fit on one page at full size
_LINE_EMS = 42
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

_DECK_GAP_POINTS = 14.0
_DECK_PLACES: Mapping[str, tuple[Box, tuple[float, ...]]] = {  # inches on a slide of 13.333 × 7.5
    "alone": (Box(0, 0, 11.9, 4.7), (21, 19, 17, 15, 13, 11, 10)),
    "beside": (Box(0, 0, 3.6, 4.7), (15, 14, 13, 12, 11, 10, 9, 8)),
    "above": (Box(0, 0, 11.9, 1.2), (15, 14, 13, 12, 11, 10)),
}
_DECK_TABLE = Box(0, 0, 11.9, 3.4)
_LANGUAGE_TAGS: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}


class AccentUnreadable(AnnualReportError):
    """The accent colour of the settings is not #rrggbb."""

    def __init__(self, accent: str) -> None:
        super().__init__(
            f"设置 report.accent 的值“{accent}”不是颜色。请写成 #rrggbb，例如 #1f5f6b。",
            f"report.accent is “{accent}”, which is no colour. Write it as #rrggbb, for example #1f5f6b.",
        )


def page(document: Document, medium: str, **values: Any) -> str:
    """The whole HTML page of `document` for `medium` print or screen; `values` go to the template."""
    return page_template().render(medium=medium, **_shared(document), **values)


def deck_page(deck: Deck, stylesheet: Markup) -> str:
    """The slides as one HTML page for print."""
    template = _environment().get_template("deck.html.jinja")
    return template.render(slides=deck.slides, stylesheet=stylesheet, **_shared(deck.document))


def _shared(document: Document) -> dict[str, Any]:
    """What every page of a document takes."""
    require_colour(document.accent)
    cover, title = document.cover, full_title(document)
    return {
        "document": document,
        "language_tag": _LANGUAGE_TAGS[document.language],
        "title": title,
        "page_title": " ".join(part for part in (cover.organisation, cover.department, title) if part),
        "words": {**document.labels, **layout_words(document.language)},
        "shapes": VERDICT_SHAPES,
    }


def layout_words(language: Language) -> Mapping[str, str]:
    """The fixed words of the page itself: its controls, its landmarks, the headings of what opens."""
    labels = _labels(language)
    shared = {name: labels[name] for name in ("contents", "previous_year", "change", "target")}
    return {**shared, **labels["layout"]}


def fixed_words(language: Language, group: str) -> Mapping[str, str]:
    """The fixed words of one group of labels, such as those of the workbook."""
    words: Mapping[str, str] = _labels(language)[group]
    return words


@lru_cache(maxsize=2)
def _labels(language: Language) -> Mapping[str, Any]:
    module: Any = _environment().get_template(f"{language}/labels.jinja").make_module({"is_whole_year": True})
    labels: Mapping[str, Any] = module.labels
    return labels


def page_template() -> jinja2.Template:
    """The template of the page, compiled once in a process."""
    return _environment().get_template("document.html.jinja")


def charts_of(document: Document) -> Iterator[Chart]:
    """The charts of a document in order."""
    for chapter in document.chapters + document.appendices:
        for section in chapter.sections:
            yield from (block for block in section.blocks if isinstance(block, Chart))


def full_title(document: Document) -> str:
    """The title of the report with its year."""
    return _with_year(document.cover.title, document.year)


def _with_year(title: str, year: int) -> str:
    return title if str(year) in title else f"{year} {title}"


def require_colour(accent: str) -> None:
    """Raise AccentUnreadable unless `accent` is #rrggbb: it goes into style sheets and drawings."""
    if not _COLOUR.fullmatch(accent):
        raise AccentUnreadable(accent)


def layout_file(name: str) -> str:
    """The text of a style sheet or script of the layout."""
    return (TEMPLATES / "layout" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        typeset=typeset,
        sparkline=_sparkline,
        without_shape=_without_shape,
        picture=_picture,
        picture_height=_picture_height,
        chart_height=_chart_height,
        is_short=_is_short,
        is_brief=_is_brief,
        is_long=_is_long,
        has_many_lines=_has_many_lines,
        paragraph_classes=_paragraph_classes,
        deck_size=_deck_size,
        table_size=_table_size,
    )
    environment.tests.update(
        {name: _is_a(kind) for name, kind in _BLOCKS.items()},
    )
    return environment


_BLOCKS: Mapping[str, type] = {"paragraph": Paragraph, "chart": Chart, "table": Table, "numbered_list": NumberedList}


def _is_a(kind: type) -> Callable[[object], bool]:
    return lambda block: isinstance(block, kind)


def _without_shape(text: str) -> str:
    """A verdict's word; its shape is set by the layout."""
    return text.lstrip("".join(VERDICT_SHAPES.values()) + " \u00a0")


def _sparkline(card: Card, colour: str) -> Markup:
    return sparkline(card.sparkline, card.sparkline_target, card.name, colour)


def _is_short(table: Table, index: int) -> bool:
    """Whether every text of a column fits on one line of a dozen characters."""
    texts = [row[index].striptags() for row in table.rows]
    return all(text_width(text, 1) <= _SHORT_TEXT_EMS for text in texts)


def _is_brief(heading: str) -> bool:
    """Whether a heading is too short to be broken."""
    return text_width(heading, 1) <= _BRIEF_HEADING_EMS


def _is_long(value: Markup) -> bool:
    """Whether a card's value leaves its verdict too little room at full size."""
    return text_width(value.striptags(), 1) > _LONG_VALUE_EMS


def _has_many_lines(document: Document) -> bool:
    """Whether the contents must be set closer to stay on one page."""
    chapters = document.chapters + document.appendices
    lines = sum(1 + len(chapter.sections) if len(chapter.sections) > 1 else 1 for chapter in chapters)
    return lines > _ROOMY_CONTENTS


def _paragraph_classes(paragraph: Paragraph) -> str:
    """How a paragraph is set: one of a single line does not stay alone below a heading at the foot of a page."""
    is_one_line = text_width(paragraph.text.striptags(), 1) <= _LINE_EMS
    classes = {"hand-entered": paragraph.is_hand_entered, "one-line": is_one_line}
    return " ".join(name for name, holds in classes.items() if holds)


def _deck_size(texts: Sequence[str], place: str) -> float:
    """The size in points at which the sentences of a slide fit beside a chart, above a table, or alone."""
    box, sizes = _DECK_PLACES[place]
    return fitting_size(texts, box, sizes, gap=_DECK_GAP_POINTS)


def _table_size(table: Table) -> float:
    """The size in points at which a table fits its slide."""
    rows = [[column.heading for column in table.columns], *([cell.striptags() for cell in row] for row in table.rows)]
    return fitted(rows, _DECK_TABLE)[0]


def drawing(chart: Chart) -> str:
    """The chart as the SVG document that stands in the page."""
    return pictures.svg(chart.picture, TEXT_WIDTH_MILLIMETRES, _picture_height(chart))


def raster(chart: Chart) -> bytes:
    """The chart as a PNG, fine enough for print."""
    return pictures.png(chart.picture, TEXT_WIDTH_MILLIMETRES, _picture_height(chart))


def _picture(chart: Chart) -> str:
    return pictures.data_uri(chart.picture, TEXT_WIDTH_MILLIMETRES, _picture_height(chart))


def _picture_height(chart: Chart) -> float:
    return pictures.height_millimetres(chart.picture, chart.height_millimetres)


def _chart_height(chart: Chart) -> int:
    return round(_picture_height(chart) * pictures.PIXELS_PER_MILLIMETRE)
