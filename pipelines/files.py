"""Bytes of an export → rows of text, whatever the format, with the row numbers that a person sees.

The format is decided by content, never by the name's ending. A CSV file is read by one DuckDB statement straight
from its path; other encodings are first transcoded into the load's private folder.
"""

from __future__ import annotations

import codecs
import csv
import glob
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.errors import FileUnreadable, NoExports, UnknownFile

TABLE_ENDINGS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
ZIP_MAGIC = b"PK\x03\x04"
BIFF_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PREVIEW_ROWS = 60
PREVIEW_BYTES = 1 << 18
BLOCK_BYTES = 1 << 20
SPARE_COLUMNS = 20
NOT_EXPORTS = (".", "~$")


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

    @cached_property
    def file_id(self) -> int:
        """A number that depends on the content alone, so that other files do not change it."""
        return int(hashlib.sha256(f"{self.digest}/{self.sheet}/{self.copy_number}".encode()).hexdigest()[:7], 16)

    @property
    def place(self) -> str:
        """File and sheet as a person would name them."""
        return f"{self.path}〔{self.sheet}〕" if self.sheet else self.path


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
        return _workbook_sheets(path, name)
    if path.suffix.lower() not in TABLE_ENDINGS:
        raise UnknownFile(
            f"{name} 不是可识别的导出文件（支持 CSV、TSV、TXT、XLSX、XLS）。请移出 data/raw，或另存为 XLSX 后重试。",
            f"{name} is no export that can be read (CSV, TSV, TXT, XLSX, XLS). "
            "Move it out of data/raw or save it as XLSX.",
        )
    if path.suffix.lower() in {".xlsx", ".xlsm", ".xlsb", ".ods"}:
        raise _corrupt_workbook(name)
    return [_text_sheet(path, name, private)]


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(PREVIEW_BYTES)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Workbooks


def _workbook_sheets(path: Path, name: str) -> list[Sheet]:
    import fastexcel

    try:
        workbook = fastexcel.read_excel(path)
        tables = [(sheet, _sheet_table(workbook, sheet)) for sheet in workbook.sheet_names]
    except Exception as error:  # the reader is compiled code and raises many kinds
        raise _corrupt_workbook(name) from error
    digest = _digest(path)
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


def _corrupt_workbook(name: str) -> FileUnreadable:
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


# Text files


def _text_sheet(path: Path, name: str, private: Path) -> Sheet:
    digest = _digest(path)
    encoding = _encoding(path)
    readable = _readable_copy(path, private / f"{digest}.csv", encoding)
    sample = _sample(readable)
    delimiter = _delimiter(sample)
    preview = tuple(_preview(sample, delimiter))
    width = max((len(row) for row in preview), default=1)
    return Sheet(
        path=name,
        sheet="",
        digest=digest,
        size_bytes=path.stat().st_size,
        encoding=encoding,
        relation=_csv_relation(readable, delimiter, width),
        width=width,
        row_count=_count_rows(readable),
        preview=preview,
    )


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def _encoding(path: Path) -> str:
    """The encoding by the bytes: a byte order mark, else strict UTF-8, else GB18030."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _decodes(path, "utf-8"):
        return "utf-8"
    return "gb18030"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _readable_copy(path: Path, copy: Path, encoding: str) -> Path:
    """`path` itself, or a private UTF-8 copy of it where DuckDB could not read it with its row numbers."""
    needs_transcoding = encoding not in ("utf-8", "utf-8-sig")
    if not needs_transcoding and not _has_blank_lines(path):
        return path
    text = _decoded(path, encoding)
    with copy.open("w", encoding="utf-8", newline="") as file:
        file.writelines(_filled_blank_lines(text))
    return copy


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise FileUnreadable(
            f"{path.name} 的文字编码无法识别（既不是 UTF-8，也不是 GB18030 或 UTF-16）。"
            "请在 Excel 中另存为“CSV UTF-8”后重试。",
            f"The encoding of {path.name} is none of UTF-8, GB18030, UTF-16. Save it as “CSV UTF-8” and try again.",
        ) from error


def _has_blank_lines(path: Path) -> bool:
    tail = b"\n"
    for block in _blocks(path):
        text = tail + block
        if b"\n\n" in text or b"\n\r\n" in text or b"\r\r" in text:
            return True
        tail = text[-2:]
    return False


def _filled_blank_lines(text: Iterator[str]) -> Iterator[str]:
    """Lines, the blank ones outside quotes replaced by a quoted blank: DuckDB would skip and not count them."""
    is_quoted = False
    for line in _lines(text):
        yield line if is_quoted or line.strip("\r\n") else '" "' + (line or "\n")
        is_quoted ^= line.count('"') % 2 == 1


def _lines(text: Iterator[str]) -> Iterator[str]:
    rest = ""
    for block in text:
        lines = (rest + block.removeprefix("\ufeff")).splitlines(keepends=True) if "\n" in block else [rest + block]
        rest = "" if lines and lines[-1].endswith("\n") else lines.pop()
        yield from lines
    if rest:
        yield rest


def _sample(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(PREVIEW_BYTES)
    text = head.decode("utf-8-sig", errors="ignore")
    return text if len(head) < PREVIEW_BYTES else text[: text.rfind("\n") + 1]


def _delimiter(sample: str) -> str:
    """The delimiter that gives most rows the same number of cells, and more than one."""

    def evenness(delimiter: str) -> int:
        widths = Counter(len(row) for row in _preview(sample, delimiter) if len(row) > 1)
        return max((width * rows for width, rows in widths.items()), default=0)

    return max((",", "\t", ";", "|"), key=evenness)


def _preview(sample: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for _, row in zip(range(PREVIEW_ROWS), rows, strict=False):
            yield tuple(row)
    except csv.Error:
        return


def _csv_relation(path: Path, delimiter: str, width: int) -> str:
    columns = ", ".join(f"'c{index}': 'varchar'" for index in range(width + SPARE_COLUMNS))
    quoted_path = glob.escape(str(path)).replace("'", "''")  # 报表[1].csv is one file, not a pattern
    return (
        f"read_csv('{quoted_path}', columns = {{{columns}}}, auto_detect = false, header = false, "
        f"delim = '{delimiter}', "
        "quote = '\"', escape = '\"', null_padding = true, strict_mode = false, parallel = false)"
    )


def _count_rows(path: Path) -> int:
    """Records of a CSV file: line ends outside quotes, counted apart from the reader that it is compared with."""
    rows = 0
    quotes_before = 0
    last = b"\n"
    for block in _blocks(path):
        data = np.frombuffer(block, dtype=np.uint8)
        quotes = np.cumsum(data == ord('"')) + quotes_before
        rows += int(np.count_nonzero((data == ord("\n")) & (quotes % 2 == 0)))
        quotes_before = int(quotes[-1])
        last = block[-1:]
    return rows + (last != b"\n")
