"""Delimited text of any encoding → rows of text, with the row numbers that a person sees.

A file is looked at in one pass and then read by one DuckDB statement straight from its path. Other encodings, and
files that DuckDB would count otherwise than a person, are first written anew into the load's private folder.
"""

from __future__ import annotations

import codecs
import csv
import glob
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import FileUnreadable
from pipelines.lines import EndlessRow, Lines
from pipelines.sheets import PREVIEW_ROWS, Sheet, content_digest

PREVIEW_BYTES = 1 << 18
BLOCK_BYTES = 1 << 18
SPARE_COLUMNS = 20
DELIMITERS = (",", "\t", ";", "|")
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
FEWEST_ZERO_BYTES = 0.1  # of UTF-16 text: its digits, commas and line ends have one each


@dataclass(frozen=True)
class _Scan:
    """A text file after the pass: its digest, its lines, and where UTF-8 text of it can be read."""

    digest: str
    lines: Lines
    readable: Path


def text_sheet(path: Path, name: str, private: Path) -> Sheet:
    """The one table of a text file called `name`; `private` takes rewritten copies. Raises FileUnreadable."""
    encoding = _encoding_of_head(path)
    delimiter = _delimiter(_sample(path, encoding))
    try:
        scan = _scan(path, encoding, delimiter, private)
        if scan is None:
            encoding = "gb18030"
            delimiter = _delimiter(_sample(path, encoding))
            scan = _scan(path, encoding, delimiter, private)
    except EndlessRow as error:
        raise _endless_row(name, error.row_number) from None
    if scan is None:
        raise _unknown_encoding(name)
    return _sheet(path, name, encoding, scan if scan.lines.can_be_read_in_place else _rewritten(scan, name, private))


def _sheet(path: Path, name: str, encoding: str, scan: _Scan) -> Sheet:
    delimiter = scan.lines.delimiter
    preview = tuple(_preview(_sample(scan.readable, "utf-8-sig"), delimiter))
    width = max((len(row) for row in preview), default=1)
    return Sheet(
        path=name,
        sheet="",
        digest=scan.digest,
        size_bytes=path.stat().st_size,
        encoding=encoding,
        relation=_csv_relation(scan.readable, delimiter, width, is_parallel=not scan.lines.has_quoted_line_ends),
        width=width,
        row_count=scan.lines.row_count,
        preview=preview,
    )


# Encoding


def _encoding_of_head(path: Path) -> str:
    """What the first bytes say: a byte order mark, the zero bytes of UTF-16, else UTF-8 until it proves otherwise."""
    with path.open("rb") as file:
        head = file.read(PREVIEW_BYTES)
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS.items() if head.startswith(mark)), None)
    if marked is not None or head.count(b"\x00") < FEWEST_ZERO_BYTES * len(head) or not head:
        return marked or "utf-8"
    is_big_endian = head[::2].count(b"\x00") > head[1::2].count(b"\x00")
    return "utf-16-be" if is_big_endian else "utf-16-le"


def _unknown_encoding(name: str) -> FileUnreadable:
    return FileUnreadable(
        f"{name} 的文字编码无法识别（既不是 UTF-8，也不是 GB18030 或 UTF-16）。请在 Excel 中另存为“CSV UTF-8”后重试。",
        f"The encoding of {name} is none of UTF-8, GB18030, UTF-16. Save it as “CSV UTF-8” and try again.",
    )


# The one pass


def _scan(path: Path, encoding: str, delimiter: str, private: Path) -> _Scan | None:
    """Looks at every line and writes a UTF-8 copy of other encodings; None where the bytes are not of the encoding."""
    lines = Lines(delimiter)
    copy = private / f"{hashlib.sha256(str(path).encode()).hexdigest()[:16]}.csv"
    with ThreadPoolExecutor(max_workers=1) as beside:  # the second core works out the digest meanwhile
        digest = beside.submit(content_digest, path)
        try:
            if encoding in ("utf-8", "utf-8-sig"):
                readable = _look(path, lines)
            else:
                readable = _transcode(path, encoding, copy, lines)
        except UnicodeError:
            copy.unlink(missing_ok=True)
            return None
        return _Scan(digest.result(), lines, readable)


def _look(path: Path, lines: Lines) -> Path:
    with path.open("rb") as file:
        lines.feed(file.read(BLOCK_BYTES).removeprefix(codecs.BOM_UTF8))
        while block := file.read(BLOCK_BYTES):
            lines.feed(block)
    lines.close()
    return path


def _transcode(path: Path, encoding: str, copy: Path, lines: Lines) -> Path:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file, copy.open("wb") as target:
        while block := file.read(BLOCK_BYTES):
            text = decoder.decode(block).encode()
            lines.feed(text)
            target.write(text)
        decoder.decode(b"", final=True)
    lines.close()
    return copy


def _endless_row(name: str, row_number: int) -> FileUnreadable:
    return FileUnreadable(
        f"{name} 第 {row_number} 行附近无法读取：引号不成对，或一行超过 2 MB 仍没有结束。"
        "请检查该行，或从系统重新导出。",
        f"{name} cannot be read near row {row_number}: an unpaired quotation mark, or a row of more than 2 MB without "
        "an end. Look at that row, or export the file again.",
    )


# Delimiter and preview


def _sample(path: Path, encoding: str) -> str:
    """The first whole lines as text."""
    with path.open("rb") as file:
        head = file.read(PREVIEW_BYTES)
    text = codecs.getincrementaldecoder(encoding)(errors="ignore").decode(head)
    return text if len(head) < PREVIEW_BYTES else text[: text.rfind("\n") + 1] or text


def _delimiter(sample: str) -> str:
    """The delimiter that gives most rows the same number of cells, and more than one."""

    def evenness(delimiter: str) -> int:
        widths = Counter(len(row) for row in _preview(sample, delimiter) if len(row) > 1)
        return max((width * rows for width, rows in widths.items()), default=0)

    return max(DELIMITERS, key=evenness)


def _preview(sample: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        for _, row in zip(range(PREVIEW_ROWS), rows, strict=False):
            yield tuple(row)
    except csv.Error:
        return


# What DuckDB reads


def _csv_relation(path: Path, delimiter: str, width: int, *, is_parallel: bool) -> str:
    """DuckDB pads short rows with every core only where no quoted cell has a line end in it."""
    columns = ", ".join(f"'c{index}': 'varchar'" for index in range(width + SPARE_COLUMNS))
    quoted_path = glob.escape(str(path)).replace("'", "''")  # 报表[1].csv is one file, not a pattern
    return (
        f"read_csv('{quoted_path}', columns = {{{columns}}}, auto_detect = false, header = false, "
        f"delim = '{delimiter}', quote = '\"', escape = '\"', null_padding = true, strict_mode = false, "
        f"parallel = {str(is_parallel).lower()})"
    )


def _rewritten(scan: _Scan, name: str, private: Path) -> _Scan:
    """The same rows in a copy that every reader takes alike: blank lines filled, quotation marks doubled."""
    copy = private / f"{scan.digest}.rewritten.csv"
    lines = Lines(scan.lines.delimiter, has_quoted_line_ends=True)
    try:
        with (
            scan.readable.open(encoding="utf-8-sig", newline="") as source,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            writer = csv.writer(target, delimiter=lines.delimiter, lineterminator="\n")
            blank_lines = 0
            for row in csv.reader(source, delimiter=lines.delimiter):
                if not row:
                    blank_lines += 1
                    continue
                target.write('" "\n' * blank_lines)
                writer.writerow(row)
                lines.row_count += blank_lines + 1
                blank_lines = 0
    except csv.Error as error:
        raise _endless_row(name, lines.row_count + 1) from error
    return _Scan(scan.digest, lines, copy)
