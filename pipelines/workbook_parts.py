"""What the XML of an XLSX file says that no reader passes on: lost values, merged cells, hidden rows and sheets.

A sheet's XML is scanned as bytes, not parsed: a cheap test of each block decides whether it is looked at.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from pipelines.sheets import MergedCells, SheetDetails, UnreadCell, cell_reference, column_index

BLOCK_BYTES = 1 << 20
HEAD_BYTES = 1 << 18
RELATIONSHIP_IDS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
TEXT_RESULT = b't="str"'  # a formula whose result is the empty text has been worked out
ERROR_TYPE = b't="e"'
HIDDEN = re.compile(rb' hidden="(?:1|true)"')
PREFIX = re.compile(rb"<(\w+:)?worksheet\b")
FILLED_REFERENCE = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*(?<!/)>')
DIMENSION = re.compile(rb'dimension ref="[A-Z]{1,3}\d{1,7}:([A-Z]{1,3})(\d{1,7})"')
DIMENSION_BYTES = 1 << 12
MOST_CELLS = 400_000_000  # the reader sets a place apart for each cell of the rectangle, empty ones too
MERGED_RANGE = re.compile(rb'mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def workbook_details(path: Path) -> dict[str, SheetDetails]:
    """By sheet title, what the XML of an XLSX file says of the sheet besides its cells."""
    with zipfile.ZipFile(path) as archive:
        parts = {_plain(name): name for name in archive.namelist()}
        return {
            title: _sheet_details(archive, parts[part], is_hidden)
            for title, part, is_hidden in _sheet_parts(archive, parts)
            if part in parts
        }


def farthest_cell(path: Path) -> tuple[str, str] | None:
    """Title and cell reference where a sheet's cells lie too far apart to be read into memory, else None."""
    with zipfile.ZipFile(path) as archive:
        parts = {_plain(name): name for name in archive.namelist()}
        for title, part, _ in _sheet_parts(archive, parts):
            if part in parts and _claims_too_much(archive, parts[part]):
                column, row = _extent(archive, parts[part])
                if column * row > MOST_CELLS:
                    return title, cell_reference(column - 1, row)
    return None


def _claims_too_much(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as file:
        claimed = DIMENSION.search(file.read(DIMENSION_BYTES))
    return claimed is not None and _cell_count(claimed.group(1), claimed.group(2)) > MOST_CELLS


def _cell_count(letters: bytes, row: bytes) -> int:
    return (column_index(letters.decode()) + 1) * int(row)


def _extent(archive: zipfile.ZipFile, part: str) -> tuple[int, int]:
    """The last column and the last row, counted from 1, that hold a cell with content."""
    column, row = 0, 0
    with archive.open(part) as file:
        for block in _blocks(file):
            for letters, number in FILLED_REFERENCE.findall(block):
                column, row = max(column, column_index(letters.decode()) + 1), max(row, int(number))
    return column, row


def _plain(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()


def _sheet_parts(archive: zipfile.ZipFile, parts: dict[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Title, part and visibility of each sheet, as the workbook lists them."""
    relationships = ElementTree.fromstring(archive.read(parts["xl/_rels/workbook.xml.rels"]))
    targets = {each.get("Id"): posixpath.join("/xl", each.get("Target", "")) for each in relationships}
    for element in ElementTree.fromstring(archive.read(parts["xl/workbook.xml"])).iterfind(".//{*}sheet"):
        identifier = next((element.get(each) for each in RELATIONSHIP_IDS if element.get(each)), None)
        target = targets.get(identifier, "")
        is_hidden = element.get("state", "visible") != "visible"
        yield element.get("name", ""), _plain(posixpath.normpath(target)), is_hidden


class _Tags:
    """The tags of a sheet's XML, which some programs write with a prefix: <x:c r="B7">.

    The two patterns find a formula at the end of its cell, with no value or an empty one. Each begins with a plain
    text, since that is what makes a search over a hundred megabytes quick.
    """

    def __init__(self, head: bytes) -> None:
        found = PREFIX.search(head)
        prefix = (found.group(1) if found else None) or b""
        no_value = rb"\s*(?:<%bv\s*/>|<%bv>\s*</%bv>)?\s*</%bc>" % (prefix, prefix, prefix, prefix)
        self.cell = b"<%bc " % prefix
        self.row = b"<%brow " % prefix
        self.formula_without_value = re.compile(rb"</%bf>" % prefix + no_value)
        self.shared_formula_without_value = re.compile(rb"<%bf [^>]*/>" % prefix + no_value)


@dataclass
class _Scan:
    """What has been found so far in the blocks of one sheet."""

    head: bytes
    tags: _Tags
    unread_cells: list[UnreadCell] = field(default_factory=list)
    merged_ranges: list[re.Match[bytes]] = field(default_factory=list)
    hidden_row_count: int = 0


def _sheet_details(archive: zipfile.ZipFile, part: str, is_hidden: bool) -> SheetDetails:
    with archive.open(part) as file:
        head = file.read(HEAD_BYTES)
    scan = _Scan(head, _Tags(head))
    with archive.open(part) as file:
        for block in _blocks(file):
            _scan_block(block, scan)
    cells = tuple(sorted(scan.unread_cells, key=lambda cell: cell.row_number))
    return SheetDetails(cells, tuple(_merged_cells(scan)), scan.hidden_row_count, is_hidden)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    """The XML in blocks that part neither a cell nor a tag."""
    rest = b""
    while read := file.read(BLOCK_BYTES):
        block = rest + read
        cut = max(block.rfind(b"<c "), block.rfind(b":c "), 0) or max(block.rfind(b"<"), 0)
        yield block[:cut]
        rest = block[cut:]
    yield rest


def _scan_block(block: bytes, scan: _Scan) -> None:
    """Looks closer where a block holds what it looks for; one letter is the cheapest test of all."""
    if b"f" in block:
        scan.unread_cells += _formulas_without_value(block, scan.tags)
    if b"e" in block:
        scan.unread_cells += _error_values(block, scan.tags)
    if b"h" in block:
        scan.hidden_row_count += sum(_is_in(block, scan.tags.row, found.start()) for found in HIDDEN.finditer(block))
    if b"m" in block and b"mergeCell " in block:
        scan.merged_ranges += MERGED_RANGE.finditer(block)


def _formulas_without_value(block: bytes, tags: _Tags) -> Iterator[UnreadCell]:
    for pattern in (tags.formula_without_value, tags.shared_formula_without_value):
        for found in pattern.finditer(block):
            opening = _opening(block, tags.cell, found.start())
            if TEXT_RESULT not in opening:
                yield _unread(opening, "formula_without_value")


def _error_values(block: bytes, tags: _Tags) -> Iterator[UnreadCell]:
    position = block.find(ERROR_TYPE)
    while position >= 0:
        if _is_in(block, tags.cell, position):
            yield _unread(_opening(block, tags.cell, position), "error_value")
        position = block.find(ERROR_TYPE, position + 1)


def _is_in(block: bytes, tag: bytes, position: int) -> bool:
    """Whether `position` lies inside an opening `tag`, not in the text behind it."""
    start = block.rfind(b"<", 0, position)
    return block.startswith(tag, start) and block.find(b">", start, position) < 0


def _opening(block: bytes, tag: bytes, position: int) -> bytes:
    """The last opening `tag` before `position`, whole."""
    start = max(block.rfind(tag, 0, position), 0)
    return block[start : block.find(b">", start)]


def _unread(opening: bytes, code: str) -> UnreadCell:
    found = REFERENCE.search(opening)
    letters, row = (found.group(1).decode(), int(found.group(2))) if found else ("", 0)
    return UnreadCell(row, f"{letters}{row}", code)


def _merged_cells(scan: _Scan) -> Iterator[MergedCells]:
    """Ranges of more than one row, in columns counted from the first that is filled, as the reader counts them."""
    if not scan.merged_ranges:
        return
    first_column = min(
        (column_index(letters.decode()) for letters, _ in FILLED_REFERENCE.findall(scan.head)), default=0
    )
    for found in scan.merged_ranges:
        letters, first_row, last_row = found.group(1).decode(), int(found.group(2)), int(found.group(4))
        if last_row > first_row and column_index(letters) >= first_column:
            yield MergedCells(column_index(letters) - first_column, first_row, last_row)
