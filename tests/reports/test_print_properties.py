"""What a careful printer looks for on each page, checked by machine on a composed report and on the demo report."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import pdfua
import pytest
from demo_document import ACCENT, full_document, sparse_document
from markupsafe import Markup
from pypdf import PdfReader
from small_company import SmallCompany
from test_charts import extents
from weasyprint.formatting_structure.boxes import LineBox, MarginBox, ReplacedBox, TextBox

from reports.charts.style import GREY, TINT_STEPS, ChartStyle, luminance
from reports.charts.style import VERDICT_SHAPES as CHART_SHAPES
from reports.desk import VERDICT_SHAPES as TABLE_SHAPES
from reports.document import Chapter, Chart, Document, Paragraph, Section, Table
from reports.render import layout, pdf
from reports.render.fonts import chinese_font

A4_POINTS = (595.28, 841.89)
LARGEST_HOLE = 0.4
HEADINGS = ("h2", "h3")
LINES_OF_A_PICTURE = 8
AT_ITS_OWN_ORIGIN = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]  # a group of a chart that is drawn apart; see extents


@dataclass(frozen=True)
class Set:
    """A document as pages of boxes and as a file; `is_composed` says that its words are those of the report."""

    document: Document
    is_composed: bool
    pages: Sequence[Any]
    file: bytes

    @cached_property
    def reader(self) -> PdfReader:
        """The file, opened."""
        return PdfReader(io.BytesIO(self.file))

    @cached_property
    def texts(self) -> list[str]:
        """The text of each page without spaces."""
        return [plain(page.extract_text()) for page in self.reader.pages]

    @cached_property
    def places(self) -> dict[str, int]:
        """The page on which each anchor lies that a link may name."""
        targets = self.reader.named_destinations
        return {name: (self.reader.get_destination_page_number(target) or 0) + 1 for name, target in targets.items()}


def in_type(document: Document, *, is_composed: bool) -> Set:
    """The document set once, for its boxes and its file."""
    laid_out = pdf._laid_out(document)
    file = laid_out.write_pdf(pdf_variant=pdf.PDF_VARIANT, finisher=pdf._finish)
    return Set(document, is_composed, laid_out.pages, file)


@pytest.fixture(scope="module", params=["composed", "demo"])
def held(request: pytest.FixtureRequest) -> Set:
    """A small company's report in the real words, and one with a table over several pages."""
    if request.param == "demo":
        demo = full_document()
        return in_type(replace(demo, chapters=demo.chapters[:2]), is_composed=False)
    company: SmallCompany = request.getfixturevalue("company")
    return in_type(company.document, is_composed=True)


def plain(text: str) -> str:
    """Text without spaces, its compatibility forms unified."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def blocks(document: Document) -> Iterator[Any]:
    """All blocks in the order of the page."""
    for chapter in (*document.chapters, *document.appendices):
        for section in chapter.sections:
            yield from section.blocks


def flow(box: Any) -> Iterator[tuple[str, Any]]:
    """Headings, lines and pictures of a page from top to bottom."""
    if isinstance(box, MarginBox):
        return
    if getattr(box, "element_tag", "") in HEADINGS:
        yield box.element_tag, box
    elif isinstance(box, LineBox):
        yield "line", box
    elif isinstance(box, ReplacedBox):
        yield "picture", box
    else:
        for child in getattr(box, "children", ()) or ():
            yield from flow(child)


def words(box: Any) -> str:
    """The text of a box."""
    return "".join(one.text for one in box.descendants() if isinstance(one, TextBox))


# contents and references


def test_every_line_of_the_contents_leads_to_its_heading(held: Set) -> None:
    """The printed page is the page of the link's target, and the heading stands there."""
    printed = re.findall(r"\.{5,} *(\d+)$", held.reader.pages[1].extract_text(), re.MULTILINE)
    anchors = dict.fromkeys(str(link["/Dest"]) for link in links(held.reader.pages[1]))
    targets = [held.places[anchor] for anchor in anchors]
    titles = list(titles_of_contents(held.document))
    assert [int(number) for number in printed] == targets
    assert len(printed) == len(titles)
    for title, page in zip(titles, targets, strict=True):
        assert plain(title) in held.texts[page - 1]


def titles_of_contents(document: Document) -> Iterator[str]:
    """What the contents list, in order."""
    yield document.key_figures.title
    for chapter in (*document.chapters, *document.appendices):
        yield f"{chapter.number}{chapter.title}"
        if len(chapter.sections) > 1:
            yield from (f"{section.number}{section.title}" for section in chapter.sections)


def links(page: Any) -> list[Any]:
    """The links of a page that lead to another place of the file."""
    held = [annotation.get_object() for annotation in page.get("/Annots", [])]
    return [one for one in held if one["/Subtype"] == "/Link" and "/Dest" in one]


def test_every_reference_leads_to_its_figure_or_table(held: Set) -> None:
    """见图 2-3 opens the page on which 图 2-3 stands; each figure and table is cited once at least."""
    labels = {block.anchor: block.label for block in blocks(held.document) if isinstance(block, Chart | Table)}
    cited = set()
    for page in held.reader.pages[2:]:
        for link in links(page):
            anchor = str(link["/Dest"])
            cited.add(anchor)
            assert plain(labels[anchor]) in held.texts[held.places[anchor] - 1]
    assert cited == set(labels) or not held.is_composed


def test_a_reference_to_nothing_stops_the_build() -> None:
    """The renderer's word about it is a failure."""
    section = Section("section-1-1", "", "", (Paragraph(Markup('<a href="#figure-9-9">图 9-9</a>')),))
    chapters = (Chapter("chapter-1", "01", "概述", (section,)),)
    with pytest.raises(pdf.RendererComplained, match="figure-9-9"):
        pdf.render_pdf(replace(sparse_document(), chapters=chapters))


def test_bookmarks_are_the_chapters_and_sections(held: Set) -> None:
    """In their order, sections below their chapter."""
    marks = [plain(str(mark["/Title"])) for mark in flat(held.reader.outline)]
    wanted = [plain(title) for title in titles_of_contents(held.document)]
    assert [mark for mark in marks if mark in wanted] == wanted


def flat(outline: Sequence[Any]) -> Iterator[Any]:
    for mark in outline:
        yield from flat(mark) if isinstance(mark, list) else (mark,)


# pages


def test_the_file_states_title_language_and_author(held: Set) -> None:
    """Organisation, department and year; the language of the text."""
    about = held.reader.metadata
    cover = held.document.cover
    assert about is not None
    assert plain(str(about.title)) == plain(f"{cover.organisation}{cover.department}2025年度工作总结")
    assert about.author == f"{cover.organisation} {cover.department}"
    assert held.reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert held.reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]


def test_no_heading_is_left_alone_at_the_foot_of_a_page(held: Set) -> None:
    """At least two lines, or a picture, follow it on its page, or another heading of its rank or above."""
    for number, page in enumerate(held.pages[3:], start=4):
        items = list(flow(page._page_box))
        for position, (kind, box) in enumerate(items):
            if kind in HEADINGS:
                assert lines_below(items[position + 1 :], kind) >= 2, (number, words(box))


def lines_below(items: Sequence[tuple[str, Any]], kind: str) -> int:
    """Lines until the next heading of the same rank or above, which ends what a heading stands over."""
    count = 0
    for other, _ in items:
        if other in HEADINGS and other <= kind:
            return max(count, 2)
        count += {"line": 1, "picture": LINES_OF_A_PICTURE}.get(other, 0)
    return count


def test_no_page_has_a_hole_but_where_a_part_ends(held: Set) -> None:
    """White at the foot of a page is below two fifths of it, unless the next page begins a part of the report."""
    for number, (page, following) in enumerate(pairwise(held.pages[3:]), start=4):
        begins = next(iter(flow(following._page_box)))[0] == "h2"
        if not begins:
            assert hole(page) < LARGEST_HOLE, (number, f"{hole(page):.0%}")


def hole(page: Any) -> float:
    """The part of a page's text area below its last line or picture."""
    area = page._page_box
    last = max((box.position_y + box.height for _, box in flow(area)), default=0.0)
    return float((area.content_box_y() + area.height - last) / area.height)


def test_every_text_lies_on_the_page_charts_included(held: Set) -> None:
    """Each run of text begins and ends inside the sheet, five millimetres from its edge at least."""
    edge = 5 / 25.4 * 72
    for number, page in enumerate(held.reader.pages, start=1):
        for text, x, y, size in runs(page):
            right = x + chinese_font().width(text, size)
            assert edge <= x and right <= A4_POINTS[0] - edge, (number, text, x, right)
            assert edge <= y <= A4_POINTS[1] - edge, (number, text, y)


def runs(page: Any) -> list[tuple[str, float, float, float]]:
    """The runs of text of a page: words, left end, base line, size, in points from the lower left corner."""
    held: list[tuple[str, float, float, float]] = []

    def note(text: str, outer: Sequence[float], inner: Sequence[float], font: object, size: float) -> None:
        if text.strip() and list(outer) != AT_ITS_OWN_ORIGIN:
            x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            held.append((text.strip(), x, y, abs(size * inner[0] * outer[0])))

    page.extract_text(visitor_text=note)
    return held


def test_every_text_of_a_chart_lies_on_the_chart(held: Set) -> None:
    """What a drawing writes outside of its frame would be cut off."""
    for chart in layout.charts_of(held.document):
        drawing = layout.drawing(chart)
        frame = re.search(r'viewBox="0 0 (\d+) ', drawing)
        assert frame is not None
        for left, right, text in extents(drawing):
            assert left >= -1.5 and right <= float(frame[1]) + 1.5, (chart.label, text)


def test_contents_and_key_figures_take_a_page_each(held: Set) -> None:
    """The contents are on page 2 whatever their length, the key figures on page 3, the chapters begin on page 4."""
    anchors = {
        "contents": 2,
        "key-figures-title": 3,
        "key-figures-end": 3,
        held.document.chapters[0].anchor: 4,
    }
    assert {name: page_with(held, name) for name in anchors} == anchors


def page_with(held: Set, anchor: str) -> int:
    """The number of the page that holds an anchor."""
    return next(number for number, page in enumerate(held.pages, start=1) if anchor in page.anchors)


# tables


def test_tables_hold_as_many_rows_in_the_file_as_in_the_document(held: Set) -> None:
    """Counted in the tags, where a table that goes on overleaf begins again with its heading row."""
    rows = [len(block.rows) for block in blocks(held.document) if isinstance(block, Table)]
    bodies = [element for element in structure(held.reader) if element["/S"] == "/TBody"]
    heads = [element for element in structure(held.reader) if element["/S"] == "/THead"]
    assert sum(len(children(body)) for body in bodies) == sum(rows)
    assert len(heads) == len(bodies) >= len(rows)
    assert all(len(children(head)) == 1 for head in heads)


def test_each_heading_cell_says_what_it_heads(held: Set) -> None:
    """A column or a row; the checker of PDF/UA has nothing to remark, not even a warning."""
    scopes = {str(one["/A"]["/Scope"]) for one in structure(held.reader) if one["/S"] == "/TH"}
    assert scopes == {"/Column", "/Row"}
    assert not pdfua.validate(io.BytesIO(held.file)).findings


def structure(reader: PdfReader) -> Iterator[Any]:
    """All elements of the tags."""
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        element = waiting.pop()
        if "/S" in element:
            yield element
        waiting += children(element)


def children(element: Any) -> list[Any]:
    """The elements below one."""
    below = element.get("/K", [])
    below = below if isinstance(below, list) else [below]
    held = [one.get_object() for one in below]
    return [one for one in held if isinstance(one, dict) and "/S" in one]


# figures without sight and without colour


def test_each_figure_says_its_message_and_its_number_without_sight(held: Set) -> None:
    """The alternative text in the tags begins with the title and holds the title's numbers, or the caption's."""
    alternatives = {str(one["/Alt"]) for one in structure(held.reader) if one["/S"] == "/Figure" and "/Alt" in one}
    for block in blocks(held.document):
        if isinstance(block, Chart) and held.is_composed:
            spoken = block.alternative_text
            assert spoken in alternatives
            assert spoken.startswith(str(block.title.striptags()).replace("\u00a0", " ")), block.label
            said = block.title.striptags() if re.search(r"\d", block.title.striptags()) else block.caption.striptags()
            assert all(number in spoken for number in re.findall(r"\d[\d.,]*", said)), block.label
            assert re.search(r"\d", spoken), block.label


def test_verdicts_differ_by_shape_and_word() -> None:
    """Met, missed and without a target are told apart in greyscale; no shape serves two of them."""
    judged = ("met", "missed", "no_target")
    for shapes in (CHART_SHAPES, TABLE_SHAPES):
        assert len({shapes[verdict] for verdict in judged}) == len(judged)
        assert shapes["insufficient"] not in {shapes[verdict] for verdict in judged}


@pytest.mark.parametrize("accent", [ACCENT, "#1f5f6b", "#8a1c1c", "#20407a", "#111111"])
def test_colours_of_charts_differ_in_greyscale(accent: str) -> None:
    """Neighbouring tints, and this year's and last year's colour, differ in lightness as a printer sees it."""
    style = ChartStyle(accent, "zh")
    tints = [lightness(style.tint(step)) for step in TINT_STEPS]
    assert tints == sorted(tints)
    assert all(after - before >= 4 for before, after in pairwise(tints))
    for count in (2, 3, 4, 5, 6):
        shades = [lightness(colour) for colour in style.tints(count)]
        assert all(after - before >= 4 for before, after in pairwise(shades))
    assert abs(lightness(style.accent) - lightness(GREY)) >= 20


def lightness(colour: str) -> float:
    """CIE L* of a colour, 0 black to 100 white."""
    light = luminance(colour)
    return 116 * light ** (1 / 3) - 16 if light > 0.008856 else 903.3 * light


def english_cards() -> Document:
    """One page of cards with wide amounts, as English writes them, and a quotation below."""
    demo = full_document()
    (card,) = (card for row in demo.key_figures.rows for card in row.cards if card.name == "年末欠费")
    wide = replace(card, value=Markup("1.14 million yuan"), change=Markup("−0.07 million yuan"), is_change_clear=True)
    wide = replace(wide, previous=Markup("1.21 million yuan"))
    rows = (replace(demo.key_figures.rows[0], cards=(wide,)),)
    page = replace(demo.key_figures, rows=rows, sentences=(Markup("nn“nn"), Markup("nn")))
    return replace(demo, language="en", key_figures=page, chapters=demo.chapters[:1], appendices=())


def test_no_sparkline_lies_on_words() -> None:
    """A card whose amounts need the whole line has its twelve months below them."""
    (page,) = [page for page in pdf._laid_out(english_cards()).pages if "1.14" in words(page._page_box)]
    (card,) = (box for box in page._page_box.descendants() if getattr(box, "element_tag", "") == "article")
    (picture,) = (box for box in card.descendants() if isinstance(box, ReplacedBox))
    lines = [box for box in card.descendants() if isinstance(box, LineBox) and words(box).strip()]
    assert len(lines) == 6  # name, value, last year, change, target, note
    for line in lines:
        right = max(one.position_x + one.width for one in line.descendants() if isinstance(one, TextBox))
        is_beside = right <= picture.position_x or line.position_x >= picture.position_x + picture.width
        is_above = line.position_y + line.height <= picture.position_y + 1
        assert is_beside or is_above or line.position_y >= picture.position_y + picture.height - 1, words(line)


def test_english_quotation_marks_are_no_wider_than_a_letter() -> None:
    """Chinese fonts give them the width of a character, which tears an English line apart."""
    (page,) = [page for page in pdf._laid_out(english_cards()).pages if "nn“nn" in words(page._page_box)]
    widths = {words(box): box for kind, box in flow(page._page_box) if kind == "line" and words(box).startswith("nn")}
    quoted, pair = (
        sum(one.width for one in widths[text].descendants() if isinstance(one, TextBox)) for text in ("nn“nn", "nn")
    )
    assert quoted - 2 * pair < pair / 2
