"""The tables of slides, in a size at which every cell holds its text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from reports.charts.style import INK, mixed
from reports.document import Table
from reports.render.fonts import chinese_font
from reports.render.office_package import xml_text
from reports.render.slide_texts import LINE_HEIGHT, POINTS_PER_INCH, Box, colour_of, lines
from reports.render.spreadsheet_cells import plain

UNBROKEN_SIZES, SIZES = (14, 13, 12, 11), (14, 13, 12, 11, 10, 9, 8)
SIDE_MARGIN, UPPER_MARGIN = 0.08, 0.045
_NARROWEST = 0.7
_ALIGNMENTS = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "centre": PP_ALIGN.CENTER}


def add_table(slide: Any, table: Table, room: Box, accent: str, set_fonts: Callable[[Any, Any], None]) -> Any:
    """A native table at the top of the room; returns its frame."""
    rows = [[column.heading for column in table.columns], *([plain(cell) for cell in row] for row in table.rows)]
    size, widths, heights = fitted(rows, room)
    places = (Inches(room.left), Inches(room.top), Inches(sum(widths)), Inches(sum(heights)))
    frame = slide.shapes.add_table(len(rows), len(table.columns), *places)
    drawn = frame.table
    drawn.horz_banding = False
    drawn.first_row = True
    for column, width in zip(drawn.columns, widths, strict=True):
        column.width = Inches(width)
    first_total = len(rows) - table.total_rows
    for index, (texts, height) in enumerate(zip(rows, heights, strict=True)):
        drawn.rows[index].height = Inches(height)
        ground = mixed(accent, "#ffffff", 0.16) if index == 0 else "#ffffff" if index % 2 else "#f6f8f8"
        for position, (text, column) in enumerate(zip(texts, table.columns, strict=True)):
            is_bold = index == 0 or index >= first_total
            _fill(drawn.cell(index, position), xml_text(text), size, ground, _ALIGNMENTS[column.align], is_bold)
    return frame


def fitted(rows: Sequence[Sequence[str]], room: Box) -> tuple[float, list[float], list[float]]:
    """The largest size at which the table fits the room, with the widths of columns and heights of rows in inches."""
    for sizes, may_break in ((UNBROKEN_SIZES, False), (SIZES, True)):
        for size in sizes:
            needs = _needs(rows, size)
            if not may_break and sum(needs) > room.width:
                continue
            widths = _shared(needs, room.width)
            heights = [_height(row, widths, size) for row in rows]
            if sum(heights) <= room.height:
                return size, widths, heights
    return size, widths, heights


def _height(row: Sequence[str], widths: Sequence[float], size: float) -> float:
    count = max(
        lines(text, size, width - 2 * SIDE_MARGIN, is_bold=True) for text, width in zip(row, widths, strict=True)
    )
    return count * size * LINE_HEIGHT / POINTS_PER_INCH + 2 * UPPER_MARGIN


def _needs(rows: Sequence[Sequence[str]], size: float) -> list[float]:
    """The width at which no text of a column is broken, in inches."""
    font = chinese_font()
    longest = (max(font.width(text, size, is_bold=True) for text in column) for column in zip(*rows, strict=True))
    return [max(width * 1.12 / POINTS_PER_INCH + 2 * SIDE_MARGIN, _NARROWEST) for width in longest]


def _shared(needs: list[float], room: float) -> list[float]:
    """The room shared out: the spare evenly, or the widest columns cut down to what there is."""
    while sum(needs) > room + 1e-6:
        widest = max(needs)
        level = max([need for need in needs if need < widest - 1e-9] or [_NARROWEST])
        count = sum(need >= widest - 1e-9 for need in needs)
        cut = min(widest - level, (sum(needs) - room) / count)
        if cut <= 1e-9:
            return [need * room / sum(needs) for need in needs]
        needs = [need - cut if need >= widest - 1e-9 else need for need in needs]
    spare = (room - sum(needs)) / len(needs)
    return [need + spare for need in needs]


def _fill(cell: Any, text: str, size: float, ground: str, align: Any, is_bold: bool) -> None:
    cell.margin_left = cell.margin_right = Inches(SIDE_MARGIN)
    cell.margin_top = cell.margin_bottom = Inches(UPPER_MARGIN)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = colour_of(ground)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.text = text
    paragraph.alignment = align
    for run in paragraph.runs:
        run.font.size, run.font.bold = Pt(size), is_bold
        run.font.color.rgb = colour_of(INK)
