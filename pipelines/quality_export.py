"""`annual-report check --export`: the account of the last load, row by row, in CSV files that open in Excel."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from pipelines.contracts import load_contracts
from pipelines.errors import FolderNotWritable
from pipelines.quality import SEVERITIES, open_warehouse
from workspace import Language, Sentence, Workspace

ROWS_AT_A_TIME = 10_000
LOOKS_LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r")
NUMBER = re.compile(r"[-+]?(\d[\d,]*\.?\d*|\.\d+)%?")


@dataclass(frozen=True)
class _List:
    """One file: its name, its columns with their headers, and where they come from.

    A column named in curly brackets holds words of the language: {sentence} is sentence_zh or sentence_en.
    """

    name: Sentence
    source: str
    columns: dict[str, Sentence]


PLACE = {
    "path": Sentence("文件", "File"),
    "sheet": Sentence("工作表", "Sheet"),
}
LISTS = (
    _List(
        Sentence("文件", "files"),
        "from warehouse.source_files order by path, sheet",
        {
            **PLACE,
            "kind": Sentence("种类", "Kind"),
            "row_count": Sentence("行数", "Rows"),
            "header_row": Sentence("表头所在行", "Header row"),
            "encoding": Sentence("格式或编码", "Format or encoding"),
            "size_bytes": Sentence("字节数", "Bytes"),
            "sha256": Sentence("SHA-256", "SHA-256"),
            "exported_at": Sentence("导出时间", "Exported at"),
            "read_from": Sentence("读自", "Read from"),
        },
    ),
    _List(
        Sentence("行数去向", "row_account"),
        "from warehouse.row_account order by path, sheet",
        {
            **PLACE,
            "kind": Sentence("种类", "Kind"),
            "rows_read": Sentence("读入行", "Rows read"),
            "kept": Sentence("纳入", "Kept"),
            "duplicate": Sentence("重复", "Duplicate"),
            "total": Sentence("合计行", "Totals"),
            "not_data": Sentence("非数据", "Not data"),
            "quarantined": Sentence("隔离", "Quarantined"),
        },
    ),
    _List(
        Sentence("隔离", "quarantine"),
        "from warehouse.quarantine order by path, sheet, row_number, field",
        {
            **PLACE,
            "row_number": Sentence("行号", "Row"),
            "field": Sentence("字段", "Field"),
            "masked_value": Sentence("值（已遮盖）", "Value (masked)"),
            "{reason}": Sentence("原因", "Reason"),
        },
    ),
    _List(
        Sentence("问题", "issues"),
        "from warehouse.issues "
        "order by array_position(['fail', 'warn', 'note'], severity), path, sheet, row_number, field, code",
        {
            "severity": Sentence("级别", "Severity"),
            **PLACE,
            "row_number": Sentence("行号", "Row"),
            "field": Sentence("字段", "Field"),
            "masked_value": Sentence("值（已遮盖）", "Value (masked)"),
            "code": Sentence("代码", "Code"),
            "{sentence}": Sentence("说明", "What it is"),
        },
    ),
    _List(
        Sentence("检查", "checks"),
        "from warehouse.check_results left join warehouse.check_rows using (name) "
        "order by array_position(['fail', 'warn', 'note'], severity), name, row_number",
        {
            "name": Sentence("检查", "Check"),
            "severity": Sentence("级别", "Severity"),
            "rows_found": Sentence("查出数", "Found"),
            "{sentence}": Sentence("说明", "What it is"),
            "key": Sentence("编号", "Key"),
            "{detail}": Sentence("详情", "Detail"),
        },
    ),
    _List(
        Sentence("近似重复", "near_duplicates"),
        "from warehouse.near_duplicates order by opened_at, ticket_id",
        {
            "earlier_ticket_id": Sentence("先登记的工单", "Earlier ticket"),
            "earlier_opened_at": Sentence("先登记时间", "Earlier opened at"),
            "ticket_id": Sentence("后登记的工单", "Later ticket"),
            "opened_at": Sentence("后登记时间", "Later opened at"),
            "minutes_between": Sentence("相隔（分钟）", "Minutes between"),
            "community": Sentence("项目", "Community"),
            "place_label": Sentence("位置（已遮盖）", "Place (masked)"),
            "category": Sentence("类别", "Category"),
            "subcategory": Sentence("事项", "Subcategory"),
        },
    ),
    _List(
        Sentence("收费差额", "fee_gaps"),
        "from warehouse.fee_gaps left join warehouse.source_files on source_file_id = file_id "
        "order by abs(gap) desc, bill_id",
        {
            "bill_id": Sentence("账单编号", "Bill"),
            "community": Sentence("项目", "Community"),
            "fee_item": Sentence("收费项目", "Fee item"),
            "period_start": Sentence("账期开始", "Period from"),
            "amount_due": Sentence("应收", "Due"),
            "amount_waived": Sentence("减免", "Waived"),
            "amount_offset": Sentence("冲抵", "Offset"),
            "amount_paid": Sentence("实收（按流水）", "Paid (by payments)"),
            "amount_paid_reported": Sentence("实收（账单所载）", "Paid (by the bill)"),
            "amount_open_reported": Sentence("欠费（账单所载）", "Open (by the bill)"),
            "gap": Sentence("差额（元）", "Gap (yuan)"),
            **PLACE,
            "source_row": Sentence("行号", "Row"),
        },
    ),
)


def export_quality(workspace: Workspace, folder: Path) -> list[Path]:
    """Writes one CSV file a list into `folder` and returns the paths; files of an earlier export are overwritten.

    The files are UTF-8 with a byte order mark and CRLF, with headers in the workspace's language. Raises
    NothingLoaded, FolderNotWritable.
    """
    with open_warehouse(workspace) as connection:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return [_write(connection, each, folder, workspace.language) for each in LISTS]
        except OSError as error:
            raise FolderNotWritable(
                f"无法写入 {folder}：{error.strerror}。请关闭在 Excel 中打开的同名文件，或换一个目录后重试。",
                f"{folder} cannot be written to: {error.strerror}. Close the files of that name in Excel, "
                "or name another folder.",
            ) from error


def _write(connection: DuckDBPyConnection, each: _List, folder: Path, language: Language) -> Path:
    path = folder / f"{each.name.text(language)}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([header.text(language) for header in each.columns.values()])
        writer.writerows(_rows(connection, each, language))
    return path


def _rows(connection: DuckDBPyConnection, each: _List, language: Language) -> Iterator[list[str]]:
    names = [name.replace("}", f"_{language}").lstrip("{") for name in each.columns]
    words = [_words(name, language) for name in names]
    result = connection.execute(f"select {', '.join(names)} {each.source}")
    while rows := result.fetchmany(ROWS_AT_A_TIME):
        for row in rows:
            yield [_cell(codes.get(value, value)) for codes, value in zip(words, row, strict=True)]


def _words(column: str, language: Language) -> dict[Any, str]:
    """The words for the codes of a column."""
    if column == "severity":
        return {code: word.text(language) for code, word in SEVERITIES.items()}
    if column == "kind":
        return {kind: contract.title.text(language) for kind, contract in load_contracts().items()}
    return {}


def _cell(value: Any) -> str:
    """A value as text that Excel takes for text, number or date, never for a formula."""
    match value:
        case None:
            return ""
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case float():
            return f"{value:g}"
        case str() if value.startswith(LOOKS_LIKE_FORMULA) and not NUMBER.fullmatch(value):
            return f"'{value}"
        case _:
            return str(value)
