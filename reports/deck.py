"""The report as slides: one message a slide, its chart or table, the sentences that belong to it, and notes.

Every text of a deck is a text of the document: sentences are chosen, never written anew. What a slide has no room for
is in its notes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Literal

from markupsafe import Markup

from reports.charts.labels import text_width
from reports.document import (
    NO_TEXT,
    Block,
    CardRow,
    Chapter,
    Chart,
    Document,
    NumberedList,
    Paragraph,
    Section,
    Table,
)

SlideKind = Literal["cover", "contents", "cards", "divider", "figure", "text"]
MOST_SENTENCES, MOST_SENTENCES_ALONE = 4, 6
LONGEST_TITLE_EMS = 34
MOST_TABLE_LINES, LINE_EMS = 12, 48
_REFERENCE = re.compile(r"（见[图表][^（）]*）| ?\(see (?:Figure|Table)[^()]*\)")
_POINTS_AT = re.compile(r"(?:[图表][\xa0 ]?|(?:Figure|Table)[\xa0 ])[0-9A-Z]+-\d+")
_SENTENCE_END = {"zh": re.compile(r"(?<=。)"), "en": re.compile(r"(?<=[.!?])\s+(?=[A-Z“\d\u4e00-\u9fff])")}
_TAG = re.compile(r"<[^>]*>")
_METRIC = re.compile(r'<data [^>]*?data-metric="([^"]*)"[^>]*?data-period="([^"]*)"')
_DEFINITION = re.compile(r'<span class="definition" data-metric="([^"]*)">(.*?)</span>', re.DOTALL)


@dataclass(frozen=True)
class Slide:
    """One slide: its message, what shows it, the sentences beside it, and what the speaker has at hand.

    The contents have no title of their own: their heading is a word of the layout. `table` holds the rows of this
    slide only; `part` says which of how many it is.
    """

    kind: SlideKind
    title: str
    sentences: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    cards: tuple[CardRow, ...] = ()
    part: tuple[int, int] = (1, 1)
    number: str = ""
    notes: tuple[str, ...] = ()
    is_hand_entered: bool = False


@dataclass(frozen=True)
class Deck:
    """A whole presentation in one language; `document` is what it was made from."""

    document: Document
    slides: tuple[Slide, ...]


def deck_of(document: Document) -> Deck:
    """The slides of a report: cover, contents, key figures, then a divider and the messages of each chapter."""
    notes = _Notes(document)
    slides = [Slide("cover", document.cover.title), _contents(document), *_key_figures(document, notes)]
    for chapter in document.chapters:
        slides.append(_divider(chapter))
        slides += chapter_slides(chapter, document, notes)
    slides += _data_statement(document)
    return Deck(document, tuple(slides))


def review_deck(document: Document) -> Deck:
    """The slides of a review: one a page of it, its table with the first sentences above."""
    notes = _Notes(document)
    return Deck(document, tuple(_review_slide(chapter, document, notes) for chapter in document.chapters))


def _review_slide(chapter: Chapter, document: Document, notes: _Notes) -> Slide:
    blocks = [block for section in chapter.sections for block in section.blocks]
    told = [block.text for block in blocks if isinstance(block, Paragraph)]
    table = next((block for block in blocks if isinstance(block, Table)), None)
    sentences = tuple(_without_references(one) for text in told for one in _sentences(text, document))
    spoken = (*(_plain(text) for text in told), *(_caption(table) if table else ()), *notes.behind(_cells(table)))
    heading = f"{document.cover.period} · {chapter.title}"
    if table is None:
        return Slide("text", heading, sentences, notes=spoken)
    return Slide("figure", heading, sentences[:2], table=table, notes=spoken)


def _contents(document: Document) -> Slide:
    titles = (f"{chapter.number} {chapter.title}" for chapter in document.chapters)
    return Slide("contents", "", tuple(titles))


def _key_figures(document: Document, notes: _Notes) -> Iterator[Slide]:
    page = document.key_figures
    told = (*page.sentences, *((page.data_line,) if page.data_line else ()))
    metrics = [text for row in page.rows for card in row.cards for text in (card.value, card.note)]
    spoken = tuple(_plain(text) for text in told)
    yield Slide("cards", page.title, cards=page.rows, notes=(*spoken, *notes.behind(metrics)))
    if page.sentences:
        first, *others = (_plain(sentence) for sentence in page.sentences)
        yield Slide("text", page.title, (first, *others), notes=spoken)


def _divider(chapter: Chapter) -> Slide:
    titles = tuple(section.title for section in chapter.sections if len(chapter.sections) > 1)
    return Slide("divider", chapter.title, titles, number=chapter.number)


def chapter_slides(chapter: Chapter, document: Document, notes: _Notes) -> Iterator[Slide]:
    """The slides of the sections of a chapter."""
    for section in chapter.sections:
        yield from _section_slides(section, chapter, document, notes)


def _section_slides(section: Section, chapter: Chapter, document: Document, notes: _Notes) -> list[Slide]:
    """A slide a chart and table with the sentences that stand before it; what stands after the last has its own."""
    heading = section.title or chapter.title
    slides: list[Slide] = []
    waiting: list[Paragraph] = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            waiting.append(block)
            continue
        slides += _figure_slides(block, waiting, heading, document, notes)
        waiting = []
    left = list(_text_slides(waiting, heading, document, notes))
    if slides and len(left) == 1 and len(left[0].sentences) == 1 and not left[0].is_hand_entered:
        return [*slides[:-1], _with(slides[-1], left[0])]
    return [*slides, *left]


def _with(slide: Slide, other: Slide) -> Slide:
    """A slide with the one sentence that would be lonely on its own; in the notes where there is no room."""
    has_room = len(slide.sentences) < MOST_SENTENCES
    sentences = (*slide.sentences, *other.sentences) if has_room else slide.sentences
    return replace(slide, sentences=sentences, notes=tuple(dict.fromkeys((*slide.notes, *other.notes))))


def _figure_slides(
    block: Chart | Table | NumberedList,
    before: Sequence[Paragraph],
    heading: str,
    document: Document,
    notes: _Notes,
) -> Iterator[Slide]:
    if isinstance(block, NumberedList):
        items = tuple(_plain(item) for item in block.items)
        yield Slide("text", heading, items, notes=tuple(_plain(one.text) for one in before))
        return
    typed = [one for one in before if one.is_hand_entered]
    yield from _text_slides(typed, heading, document, notes)
    told = [one.text for one in before if not one.is_hand_entered]
    sentences = [sentence for text in told for sentence in _sentences(text, document)]
    title = _plain(block.title)
    if isinstance(block, Table):
        title, sentences = _message(title, heading, block.label, sentences, document)
    else:
        sentences = _nearest(sentences, block.label)
    shown = tuple(_without_references(one) for one in sentences if _without_references(one) != title)[:MOST_SENTENCES]
    spoken = (*(_plain(text) for text in told), *_caption(block), *notes.behind([*told, block.title, *_cells(block)]))
    slide = Slide("figure", title, shown, notes=spoken)
    if isinstance(block, Chart):
        yield replace(slide, chart=block)
        return
    parts = _parts(block)
    for position, table in enumerate(parts, start=1):
        yield replace(slide, table=table, part=(position, len(parts)), sentences=shown if position == 1 else ())


def _message(
    title: str, heading: str, label: str, sentences: Sequence[str], document: Document
) -> tuple[str, list[str]]:
    """A table's slide says what the short sentence that points at it says; without one, the table's own title."""
    pointing = [one for one in sentences if _points_at(one, label)]
    for one in pointing:
        message = _without_references(one).rstrip("。.")
        if text_width(message, 1) <= LONGEST_TITLE_EMS and not _POINTS_AT.search(message):
            return message, [other for other in sentences if other is not one]
    joint = "：" if document.language == "zh" else ": "
    part = heading.split(joint)[-1]
    longer = f"{part[:1].upper()}{part[1:]}{joint}{title}"
    return longer if text_width(longer, 1) <= LONGEST_TITLE_EMS else title, list(sentences)


def _nearest(sentences: Sequence[str], label: str) -> list[str]:
    """The sentences from the paragraph that points at a figure, before others of the section."""
    pointing = [index for index, one in enumerate(sentences) if _points_at(one, label)]
    if not pointing:
        return list(sentences)
    first = pointing[0]
    return [*sentences[first:], *sentences[:first]]


def _points_at(sentence: str, label: str) -> bool:
    return label.replace("\xa0", " ") in sentence.replace("\xa0", " ")


def _text_slides(paragraphs: Sequence[Paragraph], heading: str, document: Document, notes: _Notes) -> Iterator[Slide]:
    """Paragraphs without a figure as slides of their own; what a person wrote stands alone."""
    for is_typed in (True, False):
        chosen = [one.text for one in paragraphs if one.is_hand_entered == is_typed]
        sentences = [sentence for text in chosen for sentence in _sentences(text, document)]
        if not sentences:
            continue
        spoken = (*(_plain(text) for text in chosen), *notes.behind(chosen))
        shown = tuple(_without_references(one) for one in sentences)
        for part in _evenly(shown, MOST_SENTENCES_ALONE):
            yield Slide("text", heading, part, notes=spoken, is_hand_entered=is_typed)


def _evenly(sentences: Sequence[str], at_most: int) -> Iterator[tuple[str, ...]]:
    """Sentences in parts of about one size."""
    count = -(-len(sentences) // at_most)
    size = -(-len(sentences) // count)
    for start in range(0, len(sentences), size):
        yield tuple(sentences[start : start + size])


def _data_statement(document: Document) -> Iterator[Slide]:
    """The first sentences of the appendix about the data."""
    for chapter in document.appendices:
        anchors = {section.anchor for section in chapter.sections}
        if not any("data" in anchor for anchor in (*anchors, chapter.anchor)):
            continue
        told = [b.text for section in chapter.sections for b in section.blocks if isinstance(b, Paragraph)]
        bare = [_without_references(one) for text in told for one in _sentences(text, document)]
        sentences = [one for one in bare if not _POINTS_AT.search(one)]
        if sentences:
            yield Slide("text", chapter.title, tuple(sentences[:MOST_SENTENCES_ALONE]), notes=tuple(map(_plain, told)))


def _parts(table: Table) -> list[Table]:
    """The table in pieces of about one height that a slide holds; totals stay with the last rows."""
    if sum(map(_row_lines, table.rows)) <= MOST_TABLE_LINES:
        return [table]
    count = -(-sum(map(_row_lines, table.rows)) // (MOST_TABLE_LINES - 1))
    size = -(-(len(table.rows) - table.total_rows) // count)
    starts = list(range(0, len(table.rows) - table.total_rows, size))
    ends = [*starts[1:], len(table.rows)]
    return [
        replace(table, rows=table.rows[start:end], total_rows=table.total_rows if end == len(table.rows) else 0)
        for start, end in zip(starts, ends, strict=True)
    ]


def _row_lines(row: Sequence[Markup]) -> int:
    """About how many lines a row takes on a slide."""
    return max(1, math.ceil(sum(text_width(_plain(cell), 1) for cell in row) / LINE_EMS))


def _caption(block: Block) -> tuple[str, ...]:
    text = block.caption if isinstance(block, Chart) else block.note if isinstance(block, Table) else NO_TEXT
    return (_plain(text),) if text else ()


def _cells(block: Block | None) -> list[Markup]:
    return [cell for row in block.rows for cell in row] if isinstance(block, Table) else []


def _sentences(text: Markup, document: Document) -> list[str]:
    """A paragraph taken apart at its full stops."""
    parts = _SENTENCE_END[document.language].split(_plain(text))
    return [part.strip() for part in parts if part.strip()]


def _without_references(sentence: str) -> str:
    """A sentence without the numbers of figures and tables, which slides do not carry."""
    return _REFERENCE.sub("", sentence).strip()


def _plain(text: Markup | str) -> str:
    return unescape(_TAG.sub("", str(text))).replace("\xa0", " ").strip()


class _Notes:
    """What the speaker has at hand: for each number its metric, how that is defined, and how to see its rows."""

    def __init__(self, document: Document) -> None:
        self._titles: Mapping[str, str] = document.metric_titles
        self._language = document.language
        self._definitions = dict(_definitions(document))

    def behind(self, texts: Iterable[Markup]) -> tuple[str, ...]:
        """One line a metric that stands in the texts: title and definition, then the commands that list its rows."""
        periods: dict[str, str] = {}
        for text in texts:
            for metric, period in _METRIC.findall(str(text)):
                periods.setdefault(metric, period[:4])
        lines = []
        for metric in periods:
            if metric in self._definitions:
                joint = "：" if self._language == "zh" else ": "
                lines.append(f"{self._titles.get(metric, metric)}{joint}{self._definitions[metric]}")
        commands = [
            f"annual-report explain {name} --year {year}" for name, year in periods.items() if name in self._definitions
        ]
        return (*lines, *commands)


def _definitions(document: Document) -> Iterator[tuple[str, str]]:
    for chapter in document.appendices:
        for section in chapter.sections:
            for block in section.blocks:
                for cell in _cells(block):
                    yield from ((metric, _plain(text)) for metric, text in _DEFINITION.findall(str(cell)))
