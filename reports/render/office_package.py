"""Office files that come out the same each time: fixed times in the package, and no trace of the clock."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import Any

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_MOMENT = (1980, 1, 1, 0, 0, 0)


def repeatable(content: bytes) -> bytes:
    """The package with its parts in their order and without the moment at which each was written."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(written, "w") as made:
        for name in given.namelist():
            part = zipfile.ZipInfo(name, _MOMENT)
            part.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(part, _timeless(name, given.read(name)))
    return written.getvalue()


def _timeless(name: str, content: bytes) -> bytes:
    """A part of the package; the workbooks behind native charts are packages with a clock of their own."""
    if name.endswith(".xlsx"):
        return repeatable(content)
    return _CLOCK.sub(rb"\g<1>1980-01-01T00:00:00Z", content) if name == "docProps/core.xml" else content


def xml_text(text: str) -> str:
    """A text without the characters that no XML file may hold."""
    return _NOT_IN_XML.sub("", text)


def describe_file(properties: Any, title: str, author: str, year: int, language: str) -> None:
    """Set what an office file says about itself; its day is the report's, not the clock's."""
    day = datetime(year, 12, 31)
    properties.title, properties.author = xml_text(title), xml_text(author)
    properties.last_modified_by = properties.author
    properties.created, properties.modified, properties.last_printed = day, day, day
    properties.language, properties.comments, properties.revision = language, "", 1
