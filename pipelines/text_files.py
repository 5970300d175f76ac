"""Delimited text of any encoding → rows of text, with the row numbers that a person sees.

A file is read by one DuckDB statement straight from its path; other encodings are first transcoded into the load's
private folder.
"""

from __future__ import annotations

import codecs
import csv
import glob
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from pipelines.errors import FileUnreadable
from pipelines.sheets import PREVIEW_ROWS, Sheet, content_digest

PREVIEW_BYTES = 1 << 18
BLOCK_BYTES = 1 << 20
SPARE_COLUMNS = 20


def text_sheet(path: Path, name: str, private: Path) -> Sheet:
    """The one table of a text file called `name`; `private` takes a transcoded copy. Raises FileUnreadable."""
    digest = content_digest(path)
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
