"""Tables of a web page → rows of text. Many systems export a page under the ending .xls."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from html.parser import HTMLParser
from pathlib import Path

from pipelines.errors import FileUnreadable
from pipelines.file_types import ARCHIVED_PAGE_OPENING, BYTE_ORDER_MARKS, unmarked_encoding
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

DECLARED_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
HEAD_BYTES = 1 << 12
MOST_COLUMNS_SPANNED = 1_000  # as browsers do
MOST_ROWS_SPANNED = 65_534
NOT_SHOWN = frozenset({"script", "style", "title", "xml", "template"})
LINES = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "caption"})
ERROR_VALUES = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
LINE_BREAK = "\x0b"
SHOWN_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?|#+")


def web_page_sheets(path: Path, name: str) -> list[Sheet]:
    """A sheet for each table of the page called `name` that has more than one column.

    Titles and remarks around a table become rows of it. Tables that go on where the one before ended, as pages of a
    print do, are one sheet. Raises FileUnreadable where the page has no table.
    """
    text, encoding = decoded_page(path.read_bytes())
    tables = _joined(_tables(text))
    if not tables:
        raise _no_table(name)
    file = source_file(path, name, f"html/{encoding}")
    return [
        table_sheet(file, _title(position, len(tables)), position, text_table(table.rows), table.details)
        for position, table in enumerate(tables)
    ]


def _title(position: int, count: int) -> str:
    return f"表格 {position + 1}" if count > 1 else ""


def _no_table(name: str) -> FileUnreadable:
    return FileUnreadable(
        f"{name} 其实是网页，里面没有表格（多半是登录页、出错页，或“另存为网页”时分开存放的目录页）。"
        "请登录系统后重新导出，或用 Excel 打开另存为 XLSX。",
        f"{name} is a web page without a table: a login or error page, or the frame of a page saved in parts. "
        "Log in and export it again, or open it in Excel and save it as XLSX.",
    )


# Bytes to text


def decoded_page(content: bytes) -> tuple[str, str]:
    """The text of a page or an XML file, and its encoding."""
    if ARCHIVED_PAGE_OPENING.match(content):
        content = _archived_page(content)
    encoding = _encoding(content)
    return content.decode(encoding, errors="replace").removeprefix("\ufeff"), encoding


def _archived_page(content: bytes) -> bytes:
    """The pages of a web archive (.mht), one after the other."""
    parts = message_from_bytes(content.lstrip()).walk()
    pages = (part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/html")
    return b"\n".join(page for page in pages if isinstance(page, bytes))


def _encoding(content: bytes) -> str:
    """The encoding by the bytes; what the page declares counts only where they are no UTF-8."""
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    declared = DECLARED_CHARSET.search(content[:HEAD_BYTES])
    candidates = [marked, unmarked_encoding(content[:HEAD_BYTES]), "utf-8"]
    candidates += [declared.group(1).decode("ascii").lower()] if declared else []
    return next((each for each in candidates if each and _decodes(content, each)), "gb18030")


def _decodes(content: bytes, encoding: str) -> bool:
    if encoding in ("gb2312", "gbk"):
        return False  # both are parts of GB18030, which is what is written under their names
    try:
        codecs.decode(content, encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


# Text to tables


@dataclass
class _Table:
    """Rows of filled cells by column. `is_titled` says that the first row is made of header cells alone."""

    rows: list[dict[int, str]] = field(default_factory=list)
    merged_cells: list[MergedCells] = field(default_factory=list)
    error_cells: list[tuple[int, int]] = field(default_factory=list)  # row from 1, column from 0
    hidden_rows: list[dict[int, str]] = field(default_factory=list)
    width: int = 0
    is_titled: bool = True
    next_column: int = 0
    spanned: dict[int, int] = field(default_factory=dict)  # column → rows that a cell covers from this one on

    @property
    def is_narrow(self) -> bool:
        """Whether no row fills more than one cell: titles and remarks."""
        return all(len(row) < 2 for row in self.rows)

    @property
    def details(self) -> SheetDetails:
        """What the page says of the table besides its cells."""
        return SheetDetails(
            unread_cells=tuple(
                UnreadCell(row, cell_reference(column, row), "error_value") for row, column in self.error_cells
            ),
            merged_cells=tuple(self.merged_cells),
            hidden_row_count=sum(bool(row) for row in self.hidden_rows),
        )

    def start_row(self, *, is_hidden: bool = False) -> None:
        """Begins a row below the last."""
        self.spanned = {column: rows - 1 for column, rows in self.spanned.items() if rows > 1}
        self.next_column = 0
        self.rows.append({})
        self.hidden_rows += [self.rows[-1]] * is_hidden

    def place(self, cell: _Cell) -> None:
        """Puts a cell into the first free column of the row."""
        while self.spanned.get(self.next_column):
            self.next_column += 1
        column, self.next_column = self.next_column, self.next_column + cell.columns
        self.width = max(self.width, self.next_column)
        text = cell.shown_text()
        if text in ERROR_VALUES:
            self.error_cells.append((len(self.rows), column))
        elif text:
            self.rows[-1][column] = text
        if len(self.rows) == 1:
            self.is_titled &= cell.is_header
        if cell.rows > 1:
            self.spanned |= dict.fromkeys(range(column, self.next_column), cell.rows)
            self.merged_cells.append(MergedCells(column, len(self.rows), len(self.rows) + cell.rows - 1))

    def append(self, other: _Table) -> None:
        """Puts the rows of another table below."""
        above = len(self.rows)
        self.rows += other.rows
        self.hidden_rows += other.hidden_rows
        self.width = max(self.width, other.width)
        self.error_cells += ((row + above, column) for row, column in other.error_cells)
        self.merged_cells += (
            MergedCells(each.column, each.first_row + above, each.last_row + above) for each in other.merged_cells
        )


@dataclass
class _Cell:
    """A cell that is being read; `number` is the value that Excel writes beside a rounded one."""

    columns: int = 1
    rows: int = 1
    is_header: bool = False
    number: str = ""
    texts: list[str] = field(default_factory=list)

    def shown_text(self) -> str:
        """The text of the cell, or the exact number where the text is a rounded one."""
        lines = (" ".join(line.split()) for line in "".join(self.texts).split(LINE_BREAK))
        text = "\n".join(line for line in lines if line)
        return self.number if self.number and SHOWN_NUMBER.fullmatch(text) else text


class _Page(HTMLParser):
    """Collects the tables of a page in order of their ends; text outside them becomes tables of one cell."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.finished: list[_Table] = []
        self.open_tables: list[_Table] = []
        self.open_cells: list[_Cell | None] = []
        self.loose_text = _Cell()
        self.unshown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens tables, rows and cells; a row or cell that was left open ends where the next begins."""
        if tag in NOT_SHOWN:
            self.unshown.append(tag)
        elif tag == "table":
            self._end_loose_text()
            self.open_tables.append(_Table())
            self.open_cells.append(None)
        elif tag == "tr" and self.open_tables:
            self._end_cell()
            style = next((value or "" for name, value in attrs if name == "style"), "")
            self.open_tables[-1].start_row(is_hidden="display:none" in style.replace(" ", "").lower())
        elif tag in ("td", "th") and self.open_tables:
            self._end_cell()
            self.open_cells[-1] = _cell(tag, dict(attrs))
        elif tag == "br" or tag in LINES:
            self.handle_data(LINE_BREAK)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """<td/> is an empty cell; other tags that shut themselves hold nothing."""
        if tag not in NOT_SHOWN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Shuts what the tag shuts; ends that nothing began are passed over."""
        if tag in self.unshown:
            del self.unshown[self.unshown.index(tag) :]
        elif tag in ("td", "th", "tr") and self.open_tables:
            self._end_cell()
        elif tag == "table" and self.open_tables:
            self._end_table()
        elif tag in LINES:
            self.handle_data(LINE_BREAK)

    def handle_data(self, data: str) -> None:
        """Text belongs to the innermost open cell, else stands outside the tables."""
        if not self.unshown:
            cell = self.open_cells[-1] if self.open_cells else None
            (cell or self.loose_text).texts.append(data)

    def close(self) -> None:
        """Ends what the page leaves open."""
        super().close()
        while self.open_tables:
            self._end_table()
        self._end_loose_text()

    def _end_cell(self) -> None:
        cell = self.open_cells[-1]
        if cell is not None:
            table = self.open_tables[-1]
            if not table.rows:
                table.start_row()
            table.place(cell)
            self.open_cells[-1] = None

    def _end_table(self) -> None:
        self._end_cell()
        self._end_loose_text()
        self.open_cells.pop()
        self.finished.append(self.open_tables.pop())

    def _end_loose_text(self) -> None:
        lines = self.loose_text.shown_text().splitlines()
        if lines:
            self.finished.append(_Table(rows=[{0: line} for line in lines]))
        self.loose_text = _Cell()


def _cell(tag: str, attributes: dict[str, str | None]) -> _Cell:
    return _Cell(
        columns=_span(attributes.get("colspan"), MOST_COLUMNS_SPANNED),
        rows=_span(attributes.get("rowspan"), MOST_ROWS_SPANNED),
        is_header=tag == "th",
        number=attributes.get("x:num") or "",
    )


def _span(written: str | None, most: int) -> int:
    return min(max(int(written), 1), most) if written and written.strip().isdecimal() else 1


def _tables(text: str) -> list[_Table]:
    page = _Page()
    page.feed(text)
    page.close()
    return [table for table in page.finished if any(table.rows)]


def _joined(tables: Iterable[_Table]) -> list[_Table]:
    """Narrow tables go above the next wide one, or below the last; a wide one goes below the one that it continues."""
    joined: list[_Table] = []
    headers: list[dict[int, str]] = []
    above = _Table()
    for table in tables:
        if table.is_narrow:
            above.append(table)
            continue
        header = table.rows[0]
        if joined and _continues(joined[-1], headers[-1], table):
            joined[-1].append(above)
            joined[-1].append(table)
        else:
            above.append(table)
            joined.append(above)
            headers.append(header)
        above = _Table()
    if joined:
        joined[-1].append(above)
    return joined


def _continues(previous: _Table, header: dict[int, str], table: _Table) -> bool:
    return previous.width == table.width and (not table.is_titled or table.rows[0] == header)
