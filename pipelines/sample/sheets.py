"""Sheets as an office would export them: rows under Chinese headers, with the dirt that real exports carry."""

from __future__ import annotations

import csv
import datetime as dt
import gc
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import xlsxwriter

Cell = str | int | float | dt.datetime | dt.date | None
Row = tuple[Cell, ...]
Encoding = Literal["utf-8", "utf-8-sig", "gb18030"]

DAY_0_OF_EXCEL = dt.datetime(1899, 12, 30)
ONE_DAY = dt.timedelta(days=1)
CREATED_AT = dt.datetime(2026, 1, 5, 9, 12)  # XLSX files record it; a clock there would change the bytes


@dataclass(frozen=True)
class Sheet:
    """One sheet of an export: title lines above the header, rows, and what stands below them."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    titles: tuple[str, ...] = ()
    footer: tuple[Row, ...] = ()


def with_cells(sheet: Sheet, cells: Mapping[tuple[int, str], Cell]) -> Sheet:
    """The sheet with single cells typed differently: (row from 0, header) → what stands there instead."""
    rows = [list(row) for row in sheet.rows]
    for (number, header), value in cells.items():
        rows[number][sheet.header.index(header)] = value
    return replace(sheet, rows=tuple(tuple(row) for row in rows))


def with_rows_twice(sheet: Sheet, numbers: Iterable[int]) -> Sheet:
    """The sheet with some rows exported twice, the copy right below the original."""
    twice = set(numbers)
    return replace(
        sheet, rows=tuple(row for number, row in enumerate(sheet.rows) for _ in range(2 if number in twice else 1))
    )


def with_blank_rows(sheet: Sheet, before: Iterable[int]) -> Sheet:
    """The sheet with an empty row before each given row."""
    gaps = set(before)
    blank: Row = (None,) * len(sheet.header)
    rows = [
        each for number, row in enumerate(sheet.rows) for each in ((blank, row) if number in gaps else (row,))
    ]  # fmt: skip
    return replace(sheet, rows=tuple(rows))


def with_total(sheet: Sheet, sums: Mapping[str, float]) -> Sheet:
    """The sheet with a 合计 row below its data."""
    total: Row = ("合计", *(sums.get(header) for header in sheet.header[1:]))
    return replace(sheet, footer=(*sheet.footer, total))


def with_note(sheet: Sheet, note: str) -> Sheet:
    """The sheet with a remark typed below everything else."""
    return replace(sheet, footer=(*sheet.footer, (note,)))


def full_width(text: str) -> str:
    """Digits as a Chinese input method types them: １２３."""
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})


def excel_serial(moment: dt.datetime) -> float:
    """The moment as Excel counts it: days since 30 December 1899, here to the millisecond."""
    return round((moment - DAY_0_OF_EXCEL) / ONE_DAY, 8)


def write_csv(path: Path, sheet: Sheet, encoding: Encoding) -> Path:
    """Writes one sheet as comma-separated text with the line ends of a Windows program."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for title in sheet.titles:
        writer.writerow([title])
    writer.writerow(sheet.header)
    writer.writerows([_typed(cell) for cell in row] for row in (*sheet.rows, *sheet.footer))
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def _typed(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def write_xlsx(path: Path, sheets: Sequence[Sheet]) -> Path:
    """Writes a workbook whose bytes depend on nothing but the sheets."""
    with _without_collection(), xlsxwriter.Workbook(path, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED_AT, "author": "澄屿物业"})
        days = workbook.add_format({"num_format": "yyyy-mm-dd"})
        moments = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for sheet in sheets:
            _fill(workbook.add_worksheet(sheet.name), sheet, days, moments)
    return path


@contextmanager
def _without_collection() -> Iterator[None]:
    """No garbage collection meanwhile: it would walk a workbook's cells again and again and find no cycle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _fill(
    worksheet: xlsxwriter.worksheet.Worksheet,
    sheet: Sheet,
    days: xlsxwriter.format.Format,
    moments: xlsxwriter.format.Format,
) -> None:
    write_string, write_number = worksheet.write_string, worksheet.write_number
    lines: list[Sequence[Cell]] = [(title,) for title in sheet.titles]
    for number, line in enumerate([*lines, sheet.header, *sheet.rows, *sheet.footer]):
        for column, cell in enumerate(line):
            if cell is None:
                continue
            if isinstance(cell, str):
                write_string(number, column, cell)
            elif isinstance(cell, dt.datetime):
                write_number(number, column, excel_serial(cell), moments)
            elif isinstance(cell, dt.date):
                write_number(number, column, cell.toordinal() - DAY_0_OF_EXCEL.toordinal(), days)
            else:
                write_number(number, column, cell)
