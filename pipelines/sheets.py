"""A table of text as it stands in a file, before anybody knows what it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa

PREVIEW_ROWS = 60


@dataclass(frozen=True)
class UnreadCell:
    """A cell whose value the file does not hold. `reference` is its spreadsheet name (B7), `code` says why."""

    row_number: int
    reference: str
    code: str


@dataclass(frozen=True)
class MergedCells:
    """Cells of one column that a spreadsheet shows as one; the first holds the value. Rows count from 1, both in."""

    column: int
    first_row: int
    last_row: int


@dataclass(frozen=True)
class SheetDetails:
    """What a spreadsheet says of a sheet besides its cells."""

    unread_cells: tuple[UnreadCell, ...] = ()
    merged_cells: tuple[MergedCells, ...] = ()
    hidden_row_count: int = 0
    is_hidden: bool = False


@dataclass(frozen=True)
class SourceFile:
    """A file under data/raw: its name there, its content and the form in which that was found."""

    name: str
    digest: str
    size_bytes: int
    encoding: str


@dataclass(frozen=True)
class Sheet:
    """One table of text as it stands in a file.

    `relation` is what a FROM clause reads: columns c0, c1, … in the order of the file, all text. `preview` holds the
    first rows with their row numbers counted from 1; `row_count` counts every row, blank ones too.
    """

    path: str
    sheet: str
    digest: str
    size_bytes: int
    encoding: str
    relation: str
    width: int
    row_count: int
    preview: tuple[tuple[str, ...], ...] = field(repr=False)  # raw cells must not reach a traceback
    table: pa.Table | None = field(default=None, repr=False)
    copy_number: int = 0
    details: SheetDetails = SheetDetails()

    @cached_property
    def file_id(self) -> int:
        """A number that depends on the content alone, so that other files do not change it."""
        return int(hashlib.sha256(f"{self.digest}/{self.sheet}/{self.copy_number}".encode()).hexdigest()[:7], 16)

    @property
    def place(self) -> str:
        """File and sheet as a person would name them."""
        return f"{self.path}〔{self.sheet}〕" if self.sheet else self.path


def content_digest(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source_file(path: Path, name: str, encoding: str) -> SourceFile:
    """The file at `path`, called `name`, as it stands now."""
    return SourceFile(name, content_digest(path), path.stat().st_size, encoding)


def table_sheet(file: SourceFile, title: str, position: int, table: pa.Table, details: SheetDetails) -> Sheet:
    """The sheet at `position` of a file that was read into memory; `table` has text columns c0, c1, …"""
    return Sheet(
        path=file.name,
        sheet=title,
        digest=file.digest,
        size_bytes=file.size_bytes,
        encoding=file.encoding,
        relation=f"sheet_{file.digest[:12]}_{position}",
        width=table.num_columns,
        row_count=table.num_rows,
        preview=_table_preview(table),
        table=table,
        details=details,
    )


def _table_preview(table: pa.Table) -> tuple[tuple[str, ...], ...]:
    columns = [column.to_pylist() for column in table.slice(0, PREVIEW_ROWS).columns]
    return tuple(tuple(cell or "" for cell in row) for row in zip(*columns, strict=True))


def text_table(rows: Sequence[Mapping[int, str]]) -> pa.Table:
    """A table of text columns c0, c1, …; each row gives the text of its filled cells by column."""
    width = 1 + max((max(row, default=-1) for row in rows), default=-1)
    columns = [pa.array([row.get(column) for row in rows], pa.string()) for column in range(width)]
    return pa.table(columns, names=[f"c{index}" for index in range(width)])


def cell_reference(column: int, row_number: int) -> str:
    """The spreadsheet name of a cell: column 1 (from 0) of row 7 (from 1) is B7."""
    letters = ""
    column += 1
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return f"{letters}{row_number}"


def column_index(letters: str) -> int:
    """The column, counted from 0, that a spreadsheet calls by `letters`: AA is 26."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
