"""The files under data/raw, each read by what its bytes say that it is."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import NoExports, UnknownFile
from pipelines.faults import is_disk_full, unreadable_file
from pipelines.file_types import FileType, file_type
from pipelines.sheets import Sheet
from pipelines.spreadsheet_xml import spreadsheet_xml_sheets
from pipelines.text_files import text_sheet
from pipelines.web_pages import web_page_sheets
from pipelines.workbooks import workbook_sheets

TEXT_ENDINGS = frozenset({"", ".csv", ".tsv", ".txt", ".tab", ".dat", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et"})
NOT_EXPORTS = (".", "~$")
FOLDER_NOTES = frozenset({"thumbs.db", "desktop.ini"})


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
    is_note = path.suffix.lower() == ".md" or path.name.lower() in FOLDER_NOTES
    return not path.name.startswith(NOT_EXPORTS) and not is_note


def open_sheets(path: Path, raw: Path, private: Path) -> list[Sheet]:
    """The sheets of one file. `private` takes transcoded copies. Raises FileUnreadable, UnknownFile."""
    name = path.relative_to(raw).as_posix()
    try:
        return _sheets(path, name, private)
    except OSError as error:
        if is_disk_full(error):  # while a copy of the file was written
            raise
        raise unreadable_file(name, error) from error


def _sheets(path: Path, name: str, private: Path) -> list[Sheet]:
    match file_type(path, name):
        case FileType.HTML:
            return web_page_sheets(path, name)
        case FileType.SPREADSHEET_XML:
            return spreadsheet_xml_sheets(path, name)
        case FileType.TEXT if path.suffix.lower() in TEXT_ENDINGS:
            return [text_sheet(path, name, private)]
        case FileType.TEXT:
            raise UnknownFile(
                f"{name} 不是可识别的导出文件（支持 CSV、TSV、TXT、XLSX、XLS）。"
                "请移出 data/raw，或另存为 XLSX 后重试。",
                f"{name} is no export that can be read (CSV, TSV, TXT, XLSX, XLS). "
                "Move it out of data/raw or save it as XLSX.",
            )
        case workbook:
            return workbook_sheets(path, name, workbook)
