"""Workbooks → rows of text, every cell as it stands."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.errors import FileUnreadable
from pipelines.file_types import FileType, encrypted_workbook
from pipelines.sheets import Sheet, SheetDetails, UnreadCell, cell_reference, source_file, table_sheet
from pipelines.workbook_parts import farthest_cell, workbook_details

logging.getLogger("calamine").setLevel(logging.ERROR)  # that a sheet is a chart is no warning to the user


def workbook_sheets(path: Path, name: str, file_type: FileType) -> list[Sheet]:
    """The sheets of a workbook called `name`, in its own order. Raises FileUnreadable."""
    try:
        sheets = _open_xml_sheets(path, name) if file_type is FileType.XLSX else _other_sheets(path, file_type)
    except (OSError, MemoryError, FileUnreadable):
        raise
    except BaseException as error:  # the reader is compiled code: it raises many kinds, and a panic is no Exception
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise _unreadable_workbook(name, error) from None  # the cause may quote raw cells
        raise
    file = source_file(path, name, file_type.value)
    return [
        table_sheet(file, title, position, table, details) for position, (title, table, details) in enumerate(sheets)
    ]


_Read = tuple[str, pa.Table, SheetDetails]


def _open_xml_sheets(path: Path, name: str) -> list[_Read]:
    """XLSX: what the reader does not tell of a sheet is found in its XML meanwhile, on another core."""
    import fastexcel

    if far := farthest_cell(path):
        raise _too_far_apart(name, *far)
    with ThreadPoolExecutor(max_workers=1) as pool:
        scanned = pool.submit(workbook_details, path)
        workbook = fastexcel.read_excel(_source(path, FileType.XLSX))
        tables = [(title, _text_table(_load(workbook, title, is_eager=True))) for title in workbook.sheet_names]
        details = scanned.result()
    return [(title, table, details.get(title, SheetDetails())) for title, table in tables]


def _other_sheets(path: Path, file_type: FileType) -> list[_Read]:
    """XLS, XLSB, ODS: the reader tells which cells hold an error, and whether a sheet is hidden."""
    import fastexcel

    workbook = fastexcel.read_excel(_source(path, file_type))
    return [_read_with_details(workbook, title) for title in workbook.sheet_names]


def _source(path: Path, file_type: FileType) -> Path | bytes:
    """What the reader is given: it believes the ending of a path, and looks at the content of bytes."""
    return path if path.suffix.lower() == f".{file_type}" else path.read_bytes()


def _read_with_details(workbook: Any, title: str) -> _Read:
    sheet = _load(workbook, title, is_eager=False)
    batch, errors = sheet.to_arrow_with_errors()
    unread = (
        UnreadCell(row + 1, cell_reference(column, row + 1), "error_value")
        for row, column in (error.position for error in (errors.errors if errors else ()))
    )
    return title, _text_table(batch), SheetDetails(tuple(unread), is_hidden=sheet.visible != "visible")


def _load(workbook: Any, title: str, *, is_eager: bool) -> Any:
    # skip_rows=0 keeps leading blank rows, without which every row number would be wrong
    return workbook.load_sheet(title, header_row=None, skip_rows=0, dtypes="string", eager=is_eager)


def _text_table(batch: pa.RecordBatch) -> pa.Table:
    return pa.table(batch.columns, names=[f"c{index}" for index in range(batch.num_columns)])


def _unreadable_workbook(name: str, error: BaseException) -> FileUnreadable:
    if re.search("password|encrypt", str(error), re.IGNORECASE):
        return encrypted_workbook(name)
    return FileUnreadable(
        f"{name} 无法打开：工作簿已损坏。请从系统重新导出，或用 Excel 打开另存为 XLSX 后重试。",
        f"{name} cannot be opened: the workbook is damaged. Export it again, or save it as XLSX from Excel.",
    )


def _too_far_apart(name: str, title: str, reference: str) -> FileUnreadable:
    return FileUnreadable(
        f"{name}〔{title}〕的单元格一直延伸到 {reference}，表格过大，无法读取，多半是误填了远处的单元格。"
        "请删去数据以外的行和列，保存后重试。",
        f"{name} [{title}] has cells as far as {reference}, too far apart to be read: a stray cell, most likely. "
        "Delete the rows and columns beyond the data, save, and try again.",
    )
