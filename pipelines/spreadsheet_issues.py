"""What is to be said of spreadsheets: cells whose value is lost, and hidden rows and sheets that were read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.account import SheetRead
from pipelines.report import Issue
from pipelines.sheets import Sheet, UnreadCell
from pipelines.stage import literal
from workspace import Sentence

UNREAD_CELLS: Mapping[str, Sentence] = {
    "formula_without_value": Sentence(
        "公式没有保存计算结果，按空值处理。请用 Excel 或 WPS 打开并保存这个文件，再重新加载。",
        "a formula without its stored result; taken as empty. Open and save the file in Excel, then load again.",
    ),
    "error_value": Sentence(
        "单元格是错误值（如 #REF!、#N/A），按空值处理。请在表中改正后重新加载。",
        "an error value such as #REF! or #N/A; taken as empty. Mend it in the sheet, then load again.",
    ),
}


def write_unread_cells(connection: DuckDBPyConnection, sheets: Sequence[SheetRead]) -> None:
    """Adds a line to warehouse.issues for every cell of an export whose value the file does not hold."""
    found = [(read.file_id, cell) for read in _exports(sheets) for cell in read.sheet.details.unread_cells]
    if not found:
        return
    sentences = ", ".join(
        f"({literal(code)}, {literal(told.zh)}, {literal(told.en)})" for code, told in UNREAD_CELLS.items()
    )
    connection.register("unread_cells", _unread_cells(found))
    connection.execute(
        f"""
        insert into warehouse.issues
        select
            file_id, path, sheet, row_number, null, null, 'warn', code,
            concat(path, case when sheet <> '' then '〔' || sheet || '〕' else '' end, ' ', reference, '：', told_zh),
            concat(path, case when sheet <> '' then ' [' || sheet || ']' else '' end, ' ', reference, ': ', told_en)
        from unread_cells
        inner join sheets_read using (file_id)
        inner join (values {sentences}) as told (code, told_zh, told_en) using (code)
        order by path, sheet, row_number, reference
        """
    )
    connection.unregister("unread_cells")


def _unread_cells(found: Sequence[tuple[int, UnreadCell]]) -> pa.Table:
    return pa.table(
        {
            "file_id": pa.array([file_id for file_id, _ in found], pa.int32()),
            "row_number": pa.array([cell.row_number for _, cell in found], pa.int32()),
            "reference": pa.array([cell.reference for _, cell in found], pa.string()),
            "code": pa.array([cell.code for _, cell in found], pa.string()),
        }
    )


def hidden_issues(sheets: Sequence[SheetRead]) -> Iterator[Issue]:
    """Sheets and rows that a spreadsheet hides and that were read all the same."""
    for read in _exports(sheets):
        details = read.sheet.details
        if details.is_hidden:
            yield Issue("hidden_sheet_read", _hidden_sheet(read.sheet), sheet=read.sheet)
        if details.hidden_row_count:
            yield Issue("hidden_rows_read", _hidden_rows(read.sheet, details.hidden_row_count), sheet=read.sheet)


def _exports(sheets: Sequence[SheetRead]) -> Iterator[SheetRead]:
    return (read for read in sheets if read.recognition is not None and read.copy_of is None)


def _hidden_sheet(sheet: Sheet) -> Sentence:
    return Sentence(
        f"{sheet.place} 是隐藏的工作表，照常读入；若不该读，请在文件中删去它后重新加载。",
        f"{sheet.place} is a hidden sheet and was read like any other; if it should not be, delete it in the file.",
    )


def _hidden_rows(sheet: Sheet, count: int) -> Sentence:
    return Sentence(
        f"{sheet.place} 有 {count:,} 行被隐藏（多半是筛选），照常读入；若不该读，请在文件中删去后重新加载。",
        f"{sheet.place} has {count:,} hidden rows, as filters leave them; they were read like any other. "
        "If they should not be, delete them in the file.",
    )
