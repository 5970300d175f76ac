"""The files under data/raw and what each of them really is: decided by content, never by the name's ending."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import FileUnreadable, NoExports, UnknownFile
from pipelines.sheets import Sheet
from pipelines.text_files import text_sheet
from pipelines.workbooks import corrupt_workbook, workbook_sheets

TABLE_ENDINGS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
ZIP_MAGIC = b"PK\x03\x04"
BIFF_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD_BYTES = 1 << 18
NOT_EXPORTS = (".", "~$")


def find_files(raw: Path) -> list[Path]:
    """The files under `raw` in order of their paths; hidden files, lock files of Office and notes are not exports.

    Raises NoExports when there is none.
    """
    found = [path for path in sorted(raw.rglob("*")) if path.is_file() and _may_be_export(path)]
    if not found:
        raise NoExports(
            f"{raw} 里没有导出文件。请把工单、收费或满意度系统的导出（CSV 或 XLSX）放进去，"
            "或运行 annual-report sample。",
            f"There is no export in {raw}. Put exports (CSV or XLSX) there, or run annual-report sample.",
        )
    return found


def _may_be_export(path: Path) -> bool:
    return not path.name.startswith(NOT_EXPORTS) and path.suffix.lower() != ".md"


def open_sheets(path: Path, raw: Path, private: Path) -> list[Sheet]:
    """The sheets of one file. `private` takes transcoded copies. Raises FileUnreadable, UnknownFile."""
    name = path.relative_to(raw).as_posix()
    try:
        head = _head(path)
    except OSError as error:
        raise FileUnreadable(
            f"{name} 无法读取：{error.strerror}。请检查文件是否还在、是否有读取权限后重试。",
            f"{name} cannot be read: {error.strerror}. Check that it is there and may be read, then try again.",
        ) from error
    if head.startswith((ZIP_MAGIC, BIFF_MAGIC)):
        return workbook_sheets(path, name)
    if path.suffix.lower() not in TABLE_ENDINGS:
        raise UnknownFile(
            f"{name} 不是可识别的导出文件（支持 CSV、TSV、TXT、XLSX、XLS）。请移出 data/raw，或另存为 XLSX 后重试。",
            f"{name} is no export that can be read (CSV, TSV, TXT, XLSX, XLS). "
            "Move it out of data/raw or save it as XLSX.",
        )
    if path.suffix.lower() in {".xlsx", ".xlsm", ".xlsb", ".ods"}:
        raise corrupt_workbook(name)
    return [text_sheet(path, name, private)]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)
