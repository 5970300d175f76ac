"""DOCUMENT → a workbook: the numbers of the report as numbers, its charts as charts of the spreadsheet.

Text from the data is written as text whatever it begins with, so that no cell can start a formula.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter

from reports.charts.style import VERDICT_SHAPES
from reports.derivations import Ledger
from reports.document import Card, Chapter, Chart, Document, Table
from reports.numbers import JOINT
from reports.render import layout
from reports.render.office_package import xml_text
from reports.render.spreadsheet_cells import Cell, cell, plain
from reports.render.workbook_charts import write_chart
from reports.render.workbook_figures import write_figures
from reports.render.workbook_sheet import Book, Sheet

if TYPE_CHECKING:
    from queries.figures import Figures

_CARD_COLUMNS = (
    "question", "name", "this_year", "previous", "change", "target", "verdict", "cases", "remark", "trend",
)  # fmt: skip
_TEXT_COLUMNS = ("question", "name", "verdict", "cases", "remark", "trend")


def render_workbook(document: Document, figures: Figures) -> bytes:
    """The workbook of a report: key figures, a sheet a chapter and appendix, every figure by month and by slice.

    The same document and figures give the same bytes.
    """
    buffer = io.BytesIO()
    words = layout.fixed_words(document.language, "workbook")
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties(_properties(document))
        book = Book(workbook, document.accent, _title(document), words["printed_page"])
        _key_figure_sheet(book, document, words)
        for chapter in document.chapters:
            _chapter_sheet(book, chapter, document, words)
        write_figures(book, Ledger(figures, document.year), document.language, words)
        for chapter in document.appendices:
            _chapter_sheet(book, chapter, document, words)
    return buffer.getvalue()


def _properties(document: Document) -> dict[str, object]:
    """What the file says about itself; its day is the report's, not the clock's."""
    cover = document.cover
    author = " ".join(part for part in (cover.organisation, cover.department) if part)
    return {"title": xml_text(_title(document)), "author": xml_text(author), "created": datetime(document.year, 12, 31)}


def _title(document: Document) -> str:
    cover = document.cover
    year = "" if str(document.year) in cover.title else f"{document.year} "
    return " ".join(part for part in (cover.organisation, cover.department, year + cover.title) if part)


def _key_figure_sheet(book: Book, document: Document, words: Mapping[str, str]) -> None:
    sheet = book.sheet(document.key_figures.title)
    months = words["months"].split()
    aligns = ["left" if name in _TEXT_COLUMNS else "right" for name in _CARD_COLUMNS] + ["right"] * len(months)
    sheet.title(_title(document))
    top = sheet.header([*(words[name] for name in _CARD_COLUMNS), *months], aligns)
    for row in document.key_figures.rows:
        for card in row.cards:
            _card_line(sheet, row.question, card, document, aligns)
    last = sheet.row - 1
    sheet.colour_verdicts(top + 1, last, len(_CARD_COLUMNS))
    sheet.worksheet.freeze_panes(top + 1, 2)
    sheet.worksheet.repeat_rows(top)
    sheet.skip()
    for sentence in (*document.key_figures.sentences, document.key_figures.data_line):
        sheet.note(plain(sentence))
    sheet.worksheet.print_area(0, 0, sheet.row, len(_CARD_COLUMNS) - 1)
    sheet.finish()


def _card_line(sheet: Sheet, question: str, card: Card, document: Document, aligns: Sequence[str]) -> None:
    """A card as one row; its twelve months stand at the right, as a small chart and as numbers."""
    language = document.language
    word = card.verdict_text.replace(JOINT, " ").lstrip("".join(VERDICT_SHAPES.values()) + " ")
    verdict = f"{VERDICT_SHAPES[card.verdict]} {word}"
    remark = "；".join(text for text in (plain(card.distance), plain(card.note)) if text)
    numbers = [cell(text, language) for text in (card.value, card.previous, card.change, card.target)]
    texts = [Cell(text) for text in (verdict, plain(card.n_text), remark, "")]
    points = [
        Cell("") if point.value is None else Cell(float(point.value), _point_format(card)) for point in card.sparkline
    ]
    points += [Cell("")] * (len(aligns) - len(_CARD_COLUMNS) - len(points))
    row = sheet.row
    sheet.line([Cell(question), Cell(card.name), *numbers, *texts, *points], aligns)
    if card.sparkline:
        first = len(_CARD_COLUMNS)
        last = first + len(card.sparkline) - 1
        reach = f"'{sheet.name}'!{_span(row, first, last)}"
        look = {"range": reach, "markers": True, "series_color": document.accent}
        sheet.worksheet.add_sparkline(row, first - 1, look)


def _span(row: int, first: int, last: int) -> str:
    from xlsxwriter.utility import xl_range

    return str(xl_range(row, first, row, last))


def _point_format(card: Card) -> str:
    known = [point.value for point in card.sparkline if point.value is not None]
    if "%" in card.value.striptags():
        return "0.0%"
    return "#,##0" if all(float(value).is_integer() or value >= 1_000 for value in known) else "#,##0.00"


def _chapter_sheet(book: Book, chapter: Chapter, document: Document, words: Mapping[str, str]) -> None:
    """The tables and charts of a chapter below each other; a chapter without any has no sheet."""
    blocks = [block for section in chapter.sections for block in section.blocks if isinstance(block, Table | Chart)]
    if not blocks:
        return
    name = " ".join(part for part in (chapter.number, chapter.title) if part)
    sheet = book.sheet(name)
    sheet.title(name)
    for block in blocks:
        sheet.skip()
        sheet.heading(f"{block.label} {plain(block.title)}")
        if isinstance(block, Table):
            _table(sheet, block, document)
        elif block.series is not None:
            write_chart(sheet, block.series, words["category"])
            sheet.note(plain(block.caption))
    sheet.finish()


def _table(sheet: Sheet, table: Table, document: Document) -> None:
    aligns = ["center" if column.align == "centre" else column.align for column in table.columns]
    sheet.header([column.heading for column in table.columns], aligns)
    first = sheet.row
    body = len(table.rows) - table.total_rows
    lines = [[cell(text, document.language) for text in row] for row in table.rows]
    for index, cells in enumerate(lines):
        sheet.line(cells, aligns, "body" if index < body else "total")
    if table.total_rows == 1:
        for column in _adding_up(lines):
            sheet.sum(sheet.row - 1, column, first, first + body - 1, lines[-1][column], aligns[column])
    sheet.colour_verdicts(first, sheet.row - 1, len(table.columns))
    if table.note:
        sheet.note(plain(table.note))


def _adding_up(lines: Sequence[Sequence[Cell]]) -> list[int]:
    """The columns whose total is the sum of the rows above."""
    *details, totals = lines
    return [
        column
        for column, total in enumerate(totals)
        if isinstance(total.content, float)
        and details
        and all(isinstance(row[column].content, float) for row in details)
        and math.isclose(math.fsum(float(row[column].content) for row in details), total.content, abs_tol=1e-9)
    ]
