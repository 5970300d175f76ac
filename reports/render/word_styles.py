"""The styles of the editable report: all looks live in styles, so that one change there changes the whole file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from reports.charts.style import mixed
from workspace import Language

LATIN_FONT, CHINESE_FONT = "Arial", "Microsoft YaHei"
INK, SOFT_INK = "#23292e", "#566169"
TABLE_STYLE = "Report Table"
LANGUAGE_TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en-GB"}


@dataclass(frozen=True)
class _Look:
    """How a paragraph style looks: size in points, space before and after in points."""

    size: float
    before: float = 0
    after: float = 0
    is_bold: bool = False
    colour: str = INK
    align: Any = None
    keeps_with_next: bool = False
    line_spacing: float = 1.15
    based_on: str = "Normal"


def set_styles(document: Any, accent: str, language: Language) -> None:
    """Give the file its paragraph and table styles in the accent of the report."""
    centre, right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
    looks = {
        "Normal": _Look(10.5, after=6, line_spacing=1.5),
        "Title": _Look(30, before=120, after=12, is_bold=True),
        "Subtitle": _Look(13, after=4, colour=SOFT_INK),
        "Heading 1": _Look(20, before=0, after=10, is_bold=True, colour=accent, keeps_with_next=True),
        "Heading 2": _Look(14, before=14, after=6, is_bold=True, keeps_with_next=True),
        "Heading 3": _Look(11.5, before=10, after=4, is_bold=True, colour=accent, keeps_with_next=True),
        "Caption": _Look(10, before=6, after=4, is_bold=True, keeps_with_next=True),
        "Chart": _Look(10, before=6, after=0, align=centre, keeps_with_next=True, line_spacing=1.0),
        "Chart Title": _Look(10, after=0, is_bold=True, align=centre, keeps_with_next=True, based_on="Caption"),
        "Note": _Look(8.5, after=8, colour=SOFT_INK),
        "Table Text": _Look(9, before=2, after=2),
        "Table Number": _Look(9, before=2, after=2, align=right, based_on="Table Text"),
        "Table Centre": _Look(9, before=2, after=2, align=centre, based_on="Table Text"),
        "List Number": _Look(10.5, after=4, line_spacing=1.5),
        "TOC 1": _Look(10.5, before=4, after=1, is_bold=True, line_spacing=1.0),
        "TOC 2": _Look(10, after=1, line_spacing=1.0),
        "Header": _Look(8.5, colour=SOFT_INK),
        "Footer": _Look(8.5, colour=SOFT_INK, align=centre),
    }
    for name, look in looks.items():
        style = _style(document, name)
        if name != look.based_on:
            style.base_style = document.styles[look.based_on]
        _set(style, look, language)
    document.styles["Heading 1"].paragraph_format.page_break_before = True
    document.styles["TOC 2"].paragraph_format.left_indent = Mm(6)
    _hand_entered(document, accent, language)
    _table_style(document, accent)


def _style(document: Any, name: str) -> Any:
    """The style of that name; a new one where the file has none."""
    names = {style.name: style for style in document.styles}
    return names.get(name) or document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)


def _set(style: Any, look: _Look, language: Language) -> None:
    font, shape = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(look.size), look.is_bold, False
    font.color.rgb = RGBColor.from_string(look.colour.lstrip("#").upper())
    shape.space_before, shape.space_after, shape.line_spacing = Pt(look.before), Pt(look.after), look.line_spacing
    shape.keep_with_next, shape.alignment = look.keeps_with_next, look.align
    for border in style.element.get_or_add_pPr().findall(qn("w:pBdr")):
        style.element.pPr.remove(border)
    _set_fonts(style.element.get_or_add_rPr(), language)


def _set_fonts(properties: Any, language: Language) -> None:
    """One font for Latin letters, one for Chinese; a theme's fonts would win over both, so they go."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, font in (("ascii", LATIN_FONT), ("hAnsi", LATIN_FONT), ("cs", LATIN_FONT), ("eastAsia", CHINESE_FONT)):
        fonts.set(qn(f"w:{name}"), font)
    spoken = properties.find(qn("w:lang"))
    if spoken is None:
        spoken = OxmlElement("w:lang")
        properties.append(spoken)
    spoken.set(qn("w:val"), "en-GB" if language == "zh" else LANGUAGE_TAGS[language])
    spoken.set(qn("w:eastAsia"), LANGUAGE_TAGS["zh"])


def _hand_entered(document: Any, accent: str, language: Language) -> None:
    """What a person wrote: a rule at the left, as in the printed report."""
    style = document.styles.add_style("Hand Entered", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    _set(style, _Look(10.5, after=6, line_spacing=1.5), language)
    borders = OxmlElement("w:pBdr")
    borders.append(_border("left", "b3bbc0", 16, space=8))
    style.element.get_or_add_pPr().append(borders)


def _table_style(document: Any, accent: str) -> None:
    """Thin rules between the rows, a tinted header, a bold last row where it is a total."""
    style = document.styles.add_style(TABLE_STYLE, WD_STYLE_TYPE.TABLE)
    element = style.element
    properties = OxmlElement("w:tblPr")
    borders = OxmlElement("w:tblBorders")
    for edge in ("top", "bottom"):
        borders.append(_border(edge, accent.lstrip("#"), 8))
    borders.append(_border("insideH", "d3d9dc", 4))
    properties.append(borders)
    element.append(properties)
    tint = mixed(accent, "#ffffff", 0.14).lstrip("#")
    element.append(_condition("firstRow", tint))
    element.append(_condition("lastRow", None))


def _condition(kind: str, fill: str | None) -> Any:
    """The looks of the first or last row."""
    condition = OxmlElement("w:tblStylePr")
    condition.set(qn("w:type"), kind)
    run = OxmlElement("w:rPr")
    run.append(OxmlElement("w:b"))
    condition.append(run)
    if fill:
        cell = OxmlElement("w:tcPr")
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
            shade.set(qn(f"w:{name}"), value)
        cell.append(shade)
        condition.append(cell)
    return condition


def _border(edge: str, colour: str, size: int, space: int = 0) -> Any:
    border = OxmlElement(f"w:{edge}")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", str(space)), ("color", colour)):
        border.set(qn(f"w:{name}"), value)
    return border
