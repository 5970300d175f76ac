"""DOCUMENT → an editable text: styles, captions, real tables and pictures for whoever puts the last hand to it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from itertools import count
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm

from reports.charts.labels import text_width
from reports.charts.style import VERDICT_SHAPES
from reports.document import Chapter, Chart, Document, NumberedList, Paragraph, Section, Table
from reports.numbers import JOINT
from reports.render import layout
from reports.render.office_package import describe_file, repeatable, xml_text
from reports.render.spreadsheet_cells import plain
from reports.render.word_parts import (
    add_bookmark,
    add_field,
    add_link,
    close_field,
    keep_row_whole,
    open_field,
    set_alternative_text,
)
from reports.render.word_styles import LANGUAGE_TAGS, TABLE_STYLE, set_styles

PAGE_MILLIMETRES = (210, 297)
MARGIN_MILLIMETRES = 27
TEXT_MILLIMETRES = PAGE_MILLIMETRES[0] - 2 * MARGIN_MILLIMETRES
_STYLES_OF_ALIGNMENT = {"left": "Table Text", "right": "Table Number", "centre": "Table Centre"}
_EM_MILLIMETRES = 9 * 25.4 / 72  # of the type in tables
_CELL_MARGINS_MILLIMETRES = 4.4
_NARROW_MILLIMETRES = 16.0  # a column of this width is not made narrower
_WIDEST_SHARE = 0.6


def render_word(document: Document) -> bytes:
    """The report as a Word file; the same document gives the same bytes."""
    writer = _Writer(document)
    writer.write()
    content = io.BytesIO()
    writer.file.save(content)
    return repeatable(content.getvalue())


class _Writer:
    """The file being written, from the cover to the last appendix."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.words: Mapping[str, str] = {**document.labels, **layout.layout_words(document.language)}
        self.file: Any = docx.Document()
        self.title = layout.full_title(document)
        self._bookmarks = count(1)
        set_styles(self.file, document.accent, document.language)
        self._styles = {style.name: style.style_id for style in self.file.styles}
        author = " ".join(part for part in (document.cover.organisation, document.cover.department) if part)
        tag = LANGUAGE_TAGS[document.language]
        describe_file(self.file.core_properties, self.title, author, document.year, tag)
        self._set_page()

    def write(self) -> None:
        """Everything in the order of the printed report."""
        self._cover()
        self._contents()
        self._key_figures()
        for chapter in (*self.document.chapters, *self.document.appendices):
            self._chapter(chapter)

    def _set_page(self) -> None:
        section = self.file.sections[0]
        section.page_width, section.page_height = (Mm(size) for size in PAGE_MILLIMETRES)
        section.left_margin = section.right_margin = Mm(MARGIN_MILLIMETRES)
        section.top_margin = section.bottom_margin = Mm(25)
        section.different_first_page_header_footer = True
        running = " ".join(part for part in (self.document.cover.organisation, self.title) if part)
        section.header.paragraphs[0].text = xml_text(running)
        add_field(section.footer.paragraphs[0], "PAGE", "1")

    def _cover(self) -> None:
        cover = self.document.cover
        self._line(cover.organisation, "Subtitle")
        self._line(self.title, "Title")
        self._line(cover.department, "Subtitle")
        self._line(cover.period, "Subtitle")
        self._line(f"{self.words['presenter']}{cover.presenter}" if cover.presenter else "", "Subtitle")
        self._line(cover.date, "Subtitle")

    def _contents(self) -> None:
        """A field that Word can renew, filled with the headings, each of which leads to its place."""
        self._paragraph(self.words["contents"], "Heading 1")
        lines = [(self.document.key_figures.title, "key-figures", "TOC 1")]
        for chapter in (*self.document.chapters, *self.document.appendices):
            lines.append((_numbered(chapter.number, chapter.title, " "), chapter.anchor, "TOC 1"))
            lines += [
                (_numbered(section.number, section.title), section.anchor, "TOC 2")
                for section in chapter.sections
                if _has_heading(chapter, section)
            ]
        for position, (text, anchor, style) in enumerate(lines):
            line = self._paragraph("", style)
            if position == 0:
                open_field(line, r'TOC \o "1-2" \h \z \u')
            add_link(line, anchor, text)
            if position == len(lines) - 1:
                close_field(line)

    def _key_figures(self) -> None:
        """The cards as one table, one row a figure, under the question that they answer."""
        page = self.document.key_figures
        self._heading(page.title, 1, "key-figures")
        words = layout.fixed_words(self.document.language, "workbook")
        headings = [words[name] for name in ("name", "this_year", "previous", "change", "target", "verdict")]
        aligns = ["left", "right", "right", "right", "right", "left"]
        for row in page.rows:
            self._heading(row.question, 3)
            rows = [
                [
                    card.name,
                    *(plain(text) for text in (card.value, card.previous, card.change, card.target)),
                    _verdict(card.verdict, card.verdict_text, plain(card.distance)),
                ]
                for card in row.cards
            ]
            self._grid(headings, aligns, rows, 0)
        self._line("", "Note")
        for sentence in page.sentences:
            self._line(plain(sentence), "Normal")
        self._line(plain(page.data_line), "Note")

    def _chapter(self, chapter: Chapter) -> None:
        self._heading(_numbered(chapter.number, chapter.title, " "), 1, chapter.anchor)
        for section in chapter.sections:
            if _has_heading(chapter, section):
                self._heading(_numbered(section.number, section.title), 2, section.anchor)
            for block in section.blocks:
                self._block(block)

    def _block(self, block: Paragraph | Chart | Table | NumberedList) -> None:
        if isinstance(block, Paragraph):
            self._line(plain(block.text), "Hand Entered" if block.is_hand_entered else "Normal")
        elif isinstance(block, Chart):
            self._chart(block)
        elif isinstance(block, Table):
            self._table(block)
        else:
            for position, item in enumerate(block.items, start=1):
                self._line(f"{position}. {plain(item)}", "List Number")

    def _chart(self, chart: Chart) -> None:
        """The picture, below it its number and message, then what it counts."""
        paragraph = self._paragraph("", "Chart")
        picture = paragraph.add_run().add_picture(io.BytesIO(layout.raster(chart)), width=Mm(TEXT_MILLIMETRES))
        set_alternative_text(picture, chart.label, chart.alternative_text)
        self._caption(chart, "Chart Title")
        self._line(plain(chart.caption), "Note")

    def _table(self, table: Table) -> None:
        self._caption(table, "Caption")
        rows = [[plain(text) for text in row] for row in table.rows]
        headings = [column.heading for column in table.columns]
        self._grid(headings, [column.align for column in table.columns], rows, table.total_rows)
        self._line(plain(table.note) if table.note else "", "Note", is_needed=True)

    def _grid(self, headings: list[str], aligns: list[str], rows: list[list[str]], total_rows: int) -> None:
        """A table whose header row stands again on each page."""
        grid = self.file.add_table(rows=0, cols=len(headings))
        grid.style = self.file.styles[TABLE_STYLE]
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        grid.autofit = False
        _set_look(grid, has_total=total_rows == 1)
        widths = _widths(headings, aligns, rows)
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = Mm(width)
        for position, texts in enumerate([headings, *rows]):
            row = grid.add_row()
            keep_row_whole(row, is_header=position == 0)
            for cell, text, align, width in zip(row.cells, texts, aligns, widths, strict=True):
                cell.width = Mm(width)
                paragraph = cell.paragraphs[0]
                paragraph.add_run(xml_text(text))
                paragraph._p.style = self._styles[_STYLES_OF_ALIGNMENT[align]]

    def _caption(self, block: Chart | Table, style: str) -> None:
        paragraph = self._paragraph(f"{block.label} {plain(block.title)}", style)
        add_bookmark(paragraph, block.anchor, next(self._bookmarks))

    def _heading(self, text: str, level: int, anchor: str = "") -> None:
        paragraph = self._paragraph(text, f"Heading {level}")
        if anchor:
            add_bookmark(paragraph, anchor, next(self._bookmarks))

    def _paragraph(self, text: str, style: str) -> Any:
        """A new paragraph; the style's id is known, which spares a search through all styles."""
        paragraph = self.file.add_paragraph(xml_text(text))
        paragraph._p.style = self._styles[style]
        return paragraph

    def _line(self, text: str, style: str, *, is_needed: bool = False) -> None:
        """A paragraph; an empty one only where it keeps two tables apart."""
        if text or is_needed:
            self._paragraph(text.replace(JOINT, " "), style)


def _numbered(number: str, title: str, joint: str = "") -> str:
    return f"{number}{joint}{title}" if number else title


def _has_heading(chapter: Chapter, section: Section) -> bool:
    return bool(section.title and (section.number or len(chapter.sections) > 1))


def _verdict(verdict: str, words: str, distance: str) -> str:
    """The verdict with its shape and, where the target was missed, what is lacking."""
    word = words.replace(JOINT, " ").lstrip("".join(VERDICT_SHAPES.values()) + " ")
    return " ".join(part for part in (VERDICT_SHAPES[verdict], word, distance) if part)


def _widths(headings: list[str], aligns: list[str], rows: list[list[str]]) -> list[float]:
    """Column widths in millimetres: what every text needs, or numbers whole and the rest shared by the longer texts."""
    needs = [
        max(text_width(text, _EM_MILLIMETRES) for text in texts) + _CELL_MARGINS_MILLIMETRES
        for texts in zip(headings, *rows, strict=True)
    ]
    spare = TEXT_MILLIMETRES - sum(needs)
    if spare >= 0:
        return [need * TEXT_MILLIMETRES / sum(needs) for need in needs]
    flexible = [align == "left" and need > _NARROW_MILLIMETRES for align, need in zip(aligns, needs, strict=True)]
    if not any(flexible):
        return [need * TEXT_MILLIMETRES / sum(needs) for need in needs]
    fixed = sum(need for need, gives in zip(needs, flexible, strict=True) if not gives)
    shares = [
        min(need, _WIDEST_SHARE * TEXT_MILLIMETRES) if gives else 0.0
        for need, gives in zip(needs, flexible, strict=True)
    ]
    room = max(TEXT_MILLIMETRES - fixed, _NARROW_MILLIMETRES * sum(flexible))
    return [
        room * share / sum(shares) if gives else need
        for need, share, gives in zip(needs, shares, flexible, strict=True)
    ]


def _set_look(grid: Any, *, has_total: bool) -> None:
    """Which rows of the table's style apply: the header, and the last row where it is a total."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = grid._tbl.tblPr
    for old in properties.findall(qn("w:tblLook")):
        properties.remove(old)
    look = OxmlElement("w:tblLook")
    for name, value in (("firstRow", "1"), ("lastRow", str(int(has_total))), ("firstColumn", "0"), ("lastColumn", "0")):
        look.set(qn(f"w:{name}"), value)
    look.set(qn("w:noHBand"), "1")
    look.set(qn("w:noVBand"), "1")
    properties.append(look)
