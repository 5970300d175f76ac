"""Workbooks written as one XML file, as Excel 2003 did and many systems still do, → rows of text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from pipelines.errors import FileUnreadable
from pipelines.sheets import (
    MergedCells,
    Sheet,
    SheetDetails,
    UnreadCell,
    cell_reference,
    source_file,
    table_sheet,
    text_table,
)
from pipelines.web_pages import decoded_page

NAMESPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
MOST_BLANK_ROWS = 1 << 20


def spreadsheet_xml_sheets(path: Path, name: str) -> list[Sheet]:
    """The worksheets of the file called `name`, in its own order. Raises FileUnreadable."""
    text, encoding = decoded_page(path.read_bytes())
    if "<!ENTITY" in text:
        raise _damaged(name, "?")
    try:
        tables = list(_worksheets(DECLARATION.sub("", text, count=1)))
    except ElementTree.ParseError as error:
        raise _damaged(name, str(error.position[0])) from None  # the cause may quote raw cells
    file = source_file(path, name, f"xml/{encoding}")
    return [
        table_sheet(file, table.title, position, text_table(table.rows), table.details)
        for position, table in enumerate(tables)
    ]


def _damaged(name: str, line: str) -> FileUnreadable:
    return FileUnreadable(
        f"{name} 无法打开：XML 在第 {line} 行附近有误，文件不完整或已损坏。"
        "请重新导出，或用 Excel 打开另存为 XLSX 后重试。",
        f"{name} cannot be opened: its XML is wrong near line {line}; it is incomplete or damaged. "
        "Export it again, or save it as XLSX from Excel.",
    )


@dataclass
class _Worksheet:
    """The rows of a worksheet so far, filled cells by column."""

    title: str
    is_hidden: bool = False
    rows: list[dict[int, str]] = field(default_factory=list)
    unread_cells: list[UnreadCell] = field(default_factory=list)
    merged_cells: list[MergedCells] = field(default_factory=list)
    hidden_row_count: int = 0

    @property
    def details(self) -> SheetDetails:
        """What the file says of the worksheet besides its cells."""
        return SheetDetails(tuple(self.unread_cells), tuple(self.merged_cells), self.hidden_row_count, self.is_hidden)

    def add_row(self, row: ElementTree.Element) -> None:
        """Adds a row where its index says, else below the last."""
        index = _number(row, "Index", len(self.rows) + 1)
        self.rows += ({} for _ in range(min(index - 1 - len(self.rows), MOST_BLANK_ROWS)))
        self.rows.append({})
        self.hidden_row_count += row.get(f"{NAMESPACE}Hidden") == "1"
        column = 0
        for cell in row.iterfind(f"{NAMESPACE}Cell"):
            column = _number(cell, "Index", column + 1) - 1
            self._add_cell(cell, column)
            column += 1 + _number(cell, "MergeAcross", 0)

    def _add_cell(self, cell: ElementTree.Element, column: int) -> None:
        row_number = len(self.rows)
        data = cell.find(f"{NAMESPACE}Data")
        text = "".join(data.itertext()) if data is not None else ""
        lost = _why_lost(cell, data, text)
        if lost:
            self.unread_cells.append(UnreadCell(row_number, cell_reference(column, row_number), lost))
        elif text:
            self.rows[-1][column] = text
        if merged := _number(cell, "MergeDown", 0):
            self.merged_cells.append(MergedCells(column, row_number, row_number + merged))


def _why_lost(cell: ElementTree.Element, data: ElementTree.Element | None, text: str) -> str:
    data_type = data.get(f"{NAMESPACE}Type") if data is not None else None
    if data_type == "Error":
        return "error_value"
    has_formula = cell.get(f"{NAMESPACE}Formula") is not None
    return "formula_without_value" if has_formula and not text and data_type != "String" else ""


def _number(element: ElementTree.Element, attribute: str, default: int) -> int:
    written = element.get(f"{NAMESPACE}{attribute}", "")
    return max(int(written), default) if written.isdecimal() else default


def _worksheets(text: str) -> Iterator[_Worksheet]:
    """The worksheets; a row is forgotten as soon as it is read."""
    worksheet = _Worksheet("")
    for event, element in ElementTree.iterparse(io.BytesIO(text.encode()), events=("start", "end")):
        if event == "start" and element.tag == f"{NAMESPACE}Worksheet":
            worksheet = _Worksheet(element.get(f"{NAMESPACE}Name", ""))
        elif event == "end" and element.tag == f"{NAMESPACE}Row":
            worksheet.add_row(element)
            element.clear()
        elif event == "end" and element.tag == f"{NAMESPACE}Worksheet":
            visible = element.find(".//{urn:schemas-microsoft-com:office:excel}Visible")
            worksheet.is_hidden = visible is not None and (visible.text or "").strip() != "SheetVisible"
            yield worksheet
            element.clear()
