"""The tables of slides, in a size at which every cell holds its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from reports.charts.style import INK, mixed
from reports.document import Table
from reports.render.office_package import xml_text
from reports.render.slide_template import colour_of
from reports.render.slide_texts import SIDE_MARGIN, UPPER_MARGIN, Box, fitted
from reports.render.spreadsheet_cells import plain

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
