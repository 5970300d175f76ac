"""One sheet of the workbook: cells with their formats, widths that fit, and how it prints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.charts.labels import text_width
from reports.charts.style import VERDICT_SHAPES, mixed
from reports.render.office_package import xml_text
from reports.render.spreadsheet_cells import Cell

Role = Literal["title", "heading", "note", "header", "body", "total"]
FONT = "Microsoft YaHei"
INK, SOFT_INK, RULE = "#23292e", "#566169", "#d3d9dc"
NARROWEST, WIDEST = 9.0, 46.0
LINE_POINTS = 15.0
ROW_PIXELS = 22
A4 = 9
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_LONGEST_NAME = 31
# Met and missed differ in their shape first; these tints only help the eye.
VERDICT_TINTS = {VERDICT_SHAPES["met"]: "#e3efe6", VERDICT_SHAPES["missed"]: "#f6e3dc"}


@dataclass
class Book:
    """The workbook being written, in the accent of the report; every format is made once."""

    workbook: xlsxwriter.Workbook
    accent: str
    title: str
    page_words: str
    formats: dict[tuple[Any, ...], Format] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet:
        """A new sheet at the end."""
        shown = self._free_name(name)
        self.names.append(shown)
        return Sheet(self, self.workbook.add_worksheet(shown), shown)

    def _free_name(self, name: str) -> str:
        plain = " ".join(xml_text(name).translate(_FORBIDDEN_IN_NAMES).split()).strip("'")[:_LONGEST_NAME] or "-"
        taken = {one.lower() for one in self.names}
        number = 2
        shown = plain
        while shown.lower() in taken:
            shown = f"{plain[: _LONGEST_NAME - 4]} {number}"
            number += 1
        return shown

    def format(self, role: Role, number_format: str = "", align: str = "left") -> Format:
        """The format of a role."""
        key = (role, number_format, align)
        if key not in self.formats:
            settings: dict[str, Any] = {"font_name": FONT, "font_color": INK, "align": align, "valign": "vcenter"}
            settings |= self._look(role)
            if align == "left" and role in ("header", "body", "total"):
                settings["indent"] = 1
            if number_format:
                settings["num_format"] = number_format
            self.formats[key] = self.workbook.add_format(settings)
        return self.formats[key]

    def _look(self, role: Role) -> Mapping[str, Any]:
        ruled = {"bottom": 1, "bottom_color": RULE, "text_wrap": True, "font_size": 10}
        looks: Mapping[Role, Mapping[str, Any]] = {
            "title": {"bold": True, "font_size": 16},
            "heading": {"bold": True, "font_size": 11, "font_color": self.accent},
            "note": {"font_size": 9, "font_color": SOFT_INK},
            "header": {
                **ruled,
                "bold": True,
                "bg_color": mixed(self.accent, "#ffffff", 0.14),
                "bottom_color": self.accent,
            },
            "body": ruled,
            "total": {**ruled, "bold": True, "top": 1, "top_color": self.accent},
        }
        return looks[role]


class Sheet:
    """A sheet that is filled from top to bottom; `row` is the next free row, counted from 0."""

    def __init__(self, book: Book, worksheet: Worksheet, name: str) -> None:
        self.book = book
        self.worksheet = worksheet
        self.name = name
        self.row = 0
        self._widths: dict[int, float] = {}
        self._texts: dict[int, list[tuple[int, float]]] = {}  # of each table row: column and width of a text
        worksheet.hide_gridlines(2)
        worksheet.set_landscape()
        worksheet.set_paper(A4)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        worksheet.set_header(f"&L&9{_in_margin(book.title)}&R&9{_in_margin(name)}")
        worksheet.set_footer(f"&C&9{book.page_words}")

    def title(self, text: str) -> None:
        """The sheet's title; it stays in view."""
        self.worksheet.set_row(self.row, 30)
        self._line(text, "title")
        self.worksheet.freeze_panes(self.row, 0)
        self.row += 1

    def heading(self, text: str) -> None:
        """A heading above a block."""
        self._line(text, "heading")

    def note(self, text: str) -> None:
        """A line of small type below a block."""
        self._line(text, "note")

    def skip(self, rows: int = 1) -> None:
        """Leave rows empty."""
        self.row += rows

    def header(self, texts: Sequence[str], aligns: Sequence[str]) -> int:
        """A header row; returns its number."""
        for column, (text, align) in enumerate(zip(texts, aligns, strict=True)):
            self.write(self.row, column, Cell(text), "header", align)
        self.row += 1
        return self.row - 1

    def line(self, cells: Sequence[Cell], aligns: Sequence[str], role: Role = "body") -> None:
        """A row of a table."""
        for column, (held, align) in enumerate(zip(cells, aligns, strict=True)):
            self.write(self.row, column, held, role, align)
        self.row += 1

    def write(self, row: int, column: int, held: Cell, role: Role, align: str = "left") -> None:
        """One cell: a number as a number, everything else as text, whatever it begins with."""
        look = self.book.format(role, held.number_format, align)
        if isinstance(held.content, float):
            self.worksheet.write_number(row, column, held.content, look)
        elif held.content:
            self.worksheet.write_string(row, column, held.content, look)
        else:
            self.worksheet.write_blank(row, column, None, look)
        self._fit(row, column, text_width(held.printed or str(held.content), 2) + 2)

    def sum(self, row: int, column: int, first: int, last: int, held: Cell, align: str) -> None:
        """A total as the sum of the rows above, with the value of the report."""
        from xlsxwriter.utility import xl_range

        formula = f"=SUM({xl_range(first, column, last, column)})"
        look = self.book.format("total", held.number_format, align)
        self.worksheet.write_formula(row, column, formula, look, held.content)

    def colour_verdicts(self, first: int, last: int, columns: int) -> None:
        """Tint the cells that begin with the shape of a verdict, by rule, so that an edited cell follows."""
        for shape, tint in VERDICT_TINTS.items():
            rule = {
                "type": "text",
                "criteria": "begins with",
                "value": shape,
                "format": self.book.workbook.add_format({"bg_color": tint}),
            }
            self.worksheet.conditional_format(first, 0, last, columns - 1, rule)

    def finish(self) -> None:
        """Set the widths of the columns and the heights of the rows, so that no text is cut."""
        widths = {column: min(max(width, NARROWEST), WIDEST) for column, width in self._widths.items()}
        for column, width in widths.items():
            self.worksheet.set_column(column, column, width)
        for row, texts in self._texts.items():
            lines = max(math.ceil(width / widths[column]) for column, width in texts)
            self.worksheet.set_row(row, LINE_POINTS * lines + 4)

    def _line(self, text: str, role: Role) -> None:
        self.worksheet.write_string(self.row, 0, text, self.book.format(role))
        self.row += 1

    def _fit(self, row: int, column: int, width: float) -> None:
        self._widths[column] = max(self._widths.get(column, 0.0), width)
        self._texts.setdefault(row, []).append((column, width))


def _in_margin(text: str) -> str:
    """A text for a header or footer, where & begins a command."""
    return xml_text(text).replace("&", "&&")
