"""Workbooks → rows of text, every cell as it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.errors import FileUnreadable
from pipelines.sheets import PREVIEW_ROWS, Sheet, content_digest


def workbook_sheets(path: Path, name: str) -> list[Sheet]:
    """The sheets of a workbook called `name`, in its own order. Raises FileUnreadable."""
    import fastexcel

    try:
        workbook = fastexcel.read_excel(path)
        tables = [(sheet, _sheet_table(workbook, sheet)) for sheet in workbook.sheet_names]
    except Exception as error:  # the reader is compiled code and raises many kinds
        raise corrupt_workbook(name) from error
    digest = content_digest(path)
    return [
        Sheet(
            path=name,
            sheet=sheet,
            digest=digest,
            size_bytes=path.stat().st_size,
            encoding="xlsx" if path.suffix.lower() != ".xls" else "xls",
            relation=f"sheet_{digest[:12]}_{position}",
            width=table.num_columns,
            row_count=table.num_rows,
            preview=_table_preview(table),
            table=table,
        )
        for position, (sheet, table) in enumerate(tables)
    ]


def corrupt_workbook(name: str) -> FileUnreadable:
    """What is said of a file that claims to be a workbook and cannot be opened as one."""
    return FileUnreadable(
        f"{name} 无法打开：文件已损坏，或并不是 Excel 工作簿。请从系统重新导出，或用 Excel 打开另存为 XLSX 后重试。",
        f"{name} cannot be opened: it is damaged or no Excel workbook. Export it again, or save it as XLSX from Excel.",
    )


def _sheet_table(workbook: Any, sheet: str) -> pa.Table:
    # skip_rows=0 keeps leading blank rows, without which every row number would be wrong
    batch = workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string", eager=True)
    return pa.table(batch.columns, names=[f"c{index}" for index in range(batch.num_columns)])


def _table_preview(table: pa.Table) -> tuple[tuple[str, ...], ...]:
    columns = [column.to_pylist() for column in table.slice(0, PREVIEW_ROWS).columns]
    return tuple(tuple(cell or "" for cell in row) for row in zip(*columns, strict=True))
