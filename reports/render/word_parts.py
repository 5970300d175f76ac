"""What python-docx has no word for: fields, bookmarks, links, repeated header rows."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field that Word works out, with what it shows until then."""
    for kind, text in (("begin", None), (None, instruction), ("separate", None)):
        run = paragraph.add_run()
        run._r.append(_field_character(kind) if kind else _instruction(text or ""))
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(_field_character("end"))


def open_field(paragraph: Any, instruction: str) -> None:
    """Begin a field whose result runs over several paragraphs."""
    for part in (_field_character("begin"), _instruction(instruction), _field_character("separate")):
        paragraph.add_run()._r.append(part)


def close_field(paragraph: Any) -> None:
    """End the field that was opened."""
    paragraph.add_run()._r.append(_field_character("end"))


def add_link(paragraph: Any, anchor: str, text: str) -> None:
    """A text that leads to a bookmark."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark_name(anchor))
    link.set(qn("w:history"), "1")
    run = paragraph.add_run(text)
    link.append(run._r)
    paragraph._p.append(link)


def add_bookmark(paragraph: Any, anchor: str, number: int) -> None:
    """A bookmark around the paragraph, to which contents and references lead."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), bookmark_name(anchor))
    end.set(qn("w:id"), str(number))
    properties = paragraph._p.pPr
    paragraph._p.insert(0 if properties is None else 1, start)
    paragraph._p.append(end)


def bookmark_name(anchor: str) -> str:
    """An anchor as Word names bookmarks: letters, digits and low lines, a letter first, at most 40."""
    plain = "".join(character if character.isalnum() and character.isascii() else "_" for character in anchor)
    return f"r_{plain}"[:40]


def keep_row_whole(row: Any, *, is_header: bool = False) -> None:
    """A row that no page break tears; a header row stands again on each page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if is_header:
        properties.append(OxmlElement("w:tblHeader"))


def set_alternative_text(picture: Any, title: str, text: str) -> None:
    """What a reader who does not see the picture is told."""
    properties = picture._inline.docPr
    properties.set("title", title)
    properties.set("descr", text)


def _field_character(kind: str) -> Any:
    character = OxmlElement("w:fldChar")
    character.set(qn("w:fldCharType"), kind)
    return character


def _instruction(text: str) -> Any:
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = text
    return instruction
