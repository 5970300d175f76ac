"""What a file really is, decided by its bytes and never by its name: a workbook, a web page, XML, text, or no table."""

from __future__ import annotations

import mmap
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from pipelines.errors import FileUnreadable, UnknownFile
from workspace import Sentence

HEAD_BYTES = 1 << 16
ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
HTML_OPENING = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|meta|link|style|script|title|body|div|center|table)\b",
    re.I | re.S,
)
XML_OPENING = re.compile(rb"\s*<\?xml\b")
ARCHIVED_PAGE_OPENING = re.compile(rb"\s*MIME-Version:", re.I)
SPREADSHEET_XML_NAMESPACE = b"urn:schemas-microsoft-com:office:spreadsheet"
OPEN_DOCUMENT_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
BINARY_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MOST_CONTROL_SHARE = 0.001
HIGHEST_EXPANSION = 200
PLAUSIBLE_UNPACKED_BYTES = 1 << 30
MOST_UNPACKED_BYTES = 4 << 30


class FileType(StrEnum):
    """A kind of content that can hold exports."""

    XLSX = "xlsx"
    XLSB = "xlsb"
    ODS = "ods"
    XLS = "xls"
    HTML = "html"
    SPREADSHEET_XML = "xml"
    TEXT = "text"


FOREIGN_MAGIC = {
    b"%PDF": Sentence("PDF 文档", "a PDF document"),
    b"\x89PNG": Sentence("PNG 图片", "a PNG picture"),
    b"\xff\xd8\xff": Sentence("JPEG 图片", "a JPEG picture"),
    b"GIF8": Sentence("GIF 图片", "a GIF picture"),
    b"Rar!": Sentence("RAR 压缩包", "a RAR archive"),
    b"7z\xbc\xaf\x27\x1c": Sentence("7z 压缩包", "a 7z archive"),
    b"\x1f\x8b": Sentence("gzip 压缩包", "a gzip archive"),
    b"{\\rtf": Sentence("RTF 文档", "an RTF document"),
    b"SQLite format 3": Sentence("SQLite 数据库", "an SQLite database"),
}
ZIPPED_TYPES = {"xl/workbook.xml": FileType.XLSX, "xl/workbook.bin": FileType.XLSB}
ZIPPED_DOCUMENTS = {
    "word/document.xml": Sentence("Word 文档", "a Word document"),
    "ppt/presentation.xml": Sentence("PowerPoint 演示文稿", "a PowerPoint presentation"),
    "Index/Document.iwa": Sentence("Numbers 或 Pages 文件", "a Numbers or Pages file"),
}
OLE_DOCUMENTS = {
    "WordDocument": Sentence("Word 文档", "a Word document"),
    "PowerPoint Document": Sentence("PowerPoint 演示文稿", "a PowerPoint presentation"),
    "__properties_version1.0": Sentence("Outlook 邮件", "an Outlook message"),
}


def file_type(path: Path, name: str) -> FileType:
    """What the file called `name` holds.

    Raises UnknownFile, which says what it is, where it can hold no export, and FileUnreadable where it is encrypted,
    cut short, damaged, or would unpack to an implausible size. OSError passes.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise _empty_file(name)
    if head.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
        return _zipped_type(path, name)
    if head.startswith(OLE_MAGIC):
        return _ole_type(path, name)
    foreign = next((what for magic, what in FOREIGN_MAGIC.items() if head.startswith(magic)), None)
    if foreign is not None:
        raise _no_table(name, foreign)
    return _marked_up_type(head) or _text_type(head, name)


def _marked_up_type(head: bytes) -> FileType | None:
    """The type of a web page or of XML as Excel 2003 wrote it, also under the ending .xls."""
    narrow = head.removeprefix(b"\xef\xbb\xbf")
    if unmarked_encoding(head) or head[:2] in BYTE_ORDER_MARKS:
        narrow = head.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    if XML_OPENING.match(narrow) and SPREADSHEET_XML_NAMESPACE in narrow:
        return FileType.SPREADSHEET_XML
    if HTML_OPENING.match(narrow) or ARCHIVED_PAGE_OPENING.match(narrow):
        return FileType.HTML
    return None


def _text_type(head: bytes, name: str) -> FileType:
    is_wide = head[:2] in BYTE_ORDER_MARKS or unmarked_encoding(head) is not None
    if not is_wide and len(BINARY_CONTROL.findall(head)) > MOST_CONTROL_SHARE * len(head):
        raise _damaged(name)
    return FileType.TEXT


def unmarked_encoding(head: bytes) -> str | None:
    """utf-16-le or utf-16-be where every other byte of many is zero though no byte order mark says so, else None.

    Delimiters, digits and line ends are ASCII in any export, so that one half of their bytes is zero; the other half
    never is in text.
    """
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 20 < len(head) or min(even, odd) * 20 > max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


# Zip containers


def _zipped_type(path: Path, name: str) -> FileType:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            mimetype = archive.read("mimetype")[:99] if "mimetype" in archive.namelist() else b""
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise _cut_short(name) from error
    _refuse_bomb(parts, name)
    if mimetype.startswith(OPEN_DOCUMENT_SPREADSHEET):
        return FileType.ODS
    names = {part.filename.replace("\\", "/").lstrip("/").lower(): part.filename for part in parts}
    for part, found in ZIPPED_TYPES.items():
        if part in names:
            return found
    document = next((what for part, what in ZIPPED_DOCUMENTS.items() if part.lower() in names), None)
    raise _no_table(name, document) if document else _archive(name, list(names.values()))


def _refuse_bomb(parts: list[zipfile.ZipInfo], name: str) -> None:
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    is_implausible = unpacked > PLAUSIBLE_UNPACKED_BYTES and unpacked > HIGHEST_EXPANSION * packed
    if is_implausible or unpacked > MOST_UNPACKED_BYTES:
        gibibytes = unpacked / (1 << 30)
        raise FileUnreadable(
            f"{name} 解压后有 {gibibytes:.1f} GiB，不像正常的导出，没有读取。"
            "请从系统分月份重新导出，或另存为 CSV 后重试。",
            f"{name} would unpack to {gibibytes:.1f} GiB, which no plain export does; it was not read. "
            "Export it again month by month, or save it as CSV, and try again.",
        )


# OLE containers


def _ole_type(path: Path, name: str) -> FileType:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def holds(stream: str) -> bool:
            return content.find(stream.encode("utf-16-le") + b"\x00\x00") >= 0

        if holds("EncryptedPackage"):
            raise encrypted_workbook(name)
        if holds("Workbook") or holds("Book"):
            return FileType.XLS
        document = next((what for stream, what in OLE_DOCUMENTS.items() if holds(stream)), None)
    raise _no_table(name, document) if document else _cut_short(name)


# Refusals


def encrypted_workbook(name: str) -> FileUnreadable:
    """What is said of a workbook that opens with a password only."""
    return FileUnreadable(
        f"{name} 设有打开密码，无法读取。请在 Excel 或 WPS 中解除密码后另存，再重新加载。",
        f"{name} opens with a password only. Remove the password in Excel or WPS, save it, and load again.",
    )


def _empty_file(name: str) -> FileUnreadable:
    return FileUnreadable(
        f"{name} 是空文件（0 字节），多半是导出或下载中断。请重新导出，或把它移出 data/raw。",
        f"{name} is empty (0 bytes): the export or its download broke off. Export it again, or move it away.",
    )


def _cut_short(name: str) -> FileUnreadable:
    return FileUnreadable(
        f"{name} 无法打开：文件不完整，多半是下载或复制中断。请重新导出或重新复制后重试。",
        f"{name} cannot be opened: it is incomplete, as after a download that broke off. Export or copy it again.",
    )


def _damaged(name: str) -> FileUnreadable:
    return FileUnreadable(
        f"{name} 无法打开：内容既不是文字也不是 Excel 工作簿，文件可能已损坏。请从系统重新导出，或另存为 XLSX 后重试。",
        f"{name} cannot be opened: it is neither text nor an Excel workbook; it may be damaged. "
        "Export it again, or save it as XLSX from Excel.",
    )


def _no_table(name: str, what: Sentence) -> UnknownFile:
    return UnknownFile(
        f"{name} 不是可识别的导出文件，而是 {what.zh}。请把它移出 data/raw，或从系统重新导出 CSV 或 XLSX。",
        f"{name} is no export that can be read but {what.en}. Move it out of data/raw, or export CSV or XLSX again.",
    )


def _archive(name: str, files: list[str]) -> UnknownFile:
    first = files[0] if files else "—"
    return UnknownFile(
        f"{name} 不是可识别的导出文件，而是 ZIP 压缩包（内有 {len(files)} 个文件，如 {first}）。"
        "请解压，把里面的导出文件放进 data/raw，并移走压缩包。",
        f"{name} is no export that can be read but a ZIP archive ({len(files)} files, such as {first}). "
        "Unpack it, put the exports in it into data/raw, and move the archive away.",
    )
