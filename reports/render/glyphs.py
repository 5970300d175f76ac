"""Whether every character of a report can be drawn, before anything is set.

A character without a glyph prints as an empty box: in a name of a place that is a fault which no proof-reader finds. So
the build stops there and names the character, the sentence and the package with a font that has it. Pango takes any
font of the machine for what the report's own font lacks, hence all of them are asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any

from fontTools.ttLib import TTFont, TTLibError
from markupsafe import Markup

from reports.document import Chart, Document
from reports.render import pictures
from reports.render.fonts import FontFace, chinese_font, installed_fonts
from workspace import AnnualReportError

NOT_DRAWN = ("anchor", "alternative_text", "accent", "logo", "metric_titles", "sparkline", "language", "verdict")
MOST_NAMED = 5
_CONTEXT = 16  # characters before and after the one that is named
_JSON_TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"')
_WITHOUT_GLYPH = ("Cc", "Cf", "Zl", "Zp", "Zs")
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_PRIVATE = ("Co", "Cn", "Cs")
# Debian's package with a font for a block that the report's own font may lack; the first range that fits applies.
_PACKAGES = (
    (range(0x1F1E6, 0x1F200), "fonts-noto-color-emoji"),
    (range(0x1F300, 0x1FB00), "fonts-noto-color-emoji"),
    (range(0x2190, 0x2C00), "fonts-symbola"),
    (range(0x1F000, 0x1F300), "fonts-symbola"),
    (range(0x20000, 0x2EBF0), "fonts-hanazono"),
    (range(0x2F800, 0x2FA20), "fonts-hanazono"),
    (range(0x2EBF0, 0x33480), "fonts-babelstone-han"),
)
_CHINESE = (range(0x2E80, 0xA000), range(0xF900, 0xFB00), range(0xFE30, 0xFE50), range(0xFF00, 0xFFF0))
_SUPPLEMENTARY = range(0x20000, 0x33480)  # planes of rare Chinese characters, some newer than Python's tables


@dataclass(frozen=True)
class Undrawable:
    """A character that no font of the machine has, and where it stands first."""

    character: str
    place: str
    text: str

    @property
    def code_point(self) -> str:
        """The character as U+20BB7, since it cannot be shown where it cannot be drawn."""
        return f"U+{ord(self.character):04X}"

    @property
    def package(self) -> str:
        """The package with a font that has it; empty for a character that only its maker's fonts have."""
        return _package(self.character)


class GlyphsMissing(AnnualReportError):
    """The report holds characters that no font on this machine can draw."""

    def __init__(self, missing: list[Undrawable]) -> None:
        named = missing[:MOST_NAMED]
        zh = "；".join(f"“{one.character}”（{one.code_point}），在{one.place}「{one.text}」" for one in named)
        en = "; ".join(f"“{one.character}” ({one.code_point}) in {one.place}: “{one.text}”" for one in named)
        super().__init__(
            f"本机没有字体能显示 {len(missing)} 个字符：{zh}。{_remedy_zh(missing)}",
            f"No font on this machine can draw {len(missing)} character(s): {en}. {_remedy_en(missing)}",
        )


def require_glyphs(document: Document) -> None:
    """Raise GlyphsMissing unless a font of this machine has every character that the report prints."""
    held = list(_texts(document, document.cover.title))
    lacking = _undrawable(set().union(*(text for _, text in held)))
    if lacking:
        raise GlyphsMissing([_first(character, held) for character in sorted(lacking)])


def _undrawable(characters: set[str]) -> set[str]:
    lacking = {character for character in characters if _needs_glyph(character)}
    lacking = {character for character in lacking if ord(character) not in _coverage(chinese_font().regular)}
    for other in _coverage_of_others() if lacking else ():
        lacking = {character for character in lacking if ord(character) not in other}
        if not lacking:
            break
    return lacking


def _needs_glyph(character: str) -> bool:
    is_selector = any(ord(character) in block for block in _VARIATION_SELECTORS)
    return not is_selector and unicodedata.category(character) not in _WITHOUT_GLYPH


@lru_cache(maxsize=1000)
def _coverage(face: FontFace) -> frozenset[int]:
    """The code points that a face can draw."""
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def _coverage_of_others() -> Iterator[frozenset[int]]:
    """What each other font file of the machine can draw; a damaged file draws nothing."""
    for path in installed_fonts():
        with suppress(TTLibError, OSError):
            yield _coverage(FontFace(path))  # the faces of a collection share their characters


# where a character stands


def _texts(held: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every text that is drawn, with the place where it stands: figure, table, card, section or chapter."""
    if isinstance(held, str):
        yield place, held.striptags() if isinstance(held, Markup) else held
    elif isinstance(held, tuple | list):
        for item in held:
            yield from _texts(item, place)
    elif isinstance(held, dict):
        yield from _texts(list(held.values()), place)
    elif is_dataclass(held) and not isinstance(held, type):
        here = getattr(held, "label", "") or getattr(held, "title", "") or getattr(held, "name", "") or place
        yield from _texts_of_fields(held, str(here))


def _texts_of_fields(held: Any, place: str) -> Iterator[tuple[str, str]]:
    for each in fields(held):
        if each.name not in (*NOT_DRAWN, "picture"):
            yield from _texts(getattr(held, each.name), place)
    if isinstance(held, Chart):
        yield from ((place, text) for text in _JSON_TEXT.findall(pictures.specified(held.picture).json))


def _first(character: str, held: list[tuple[str, str]]) -> Undrawable:
    """The character with the words around it, at its first place."""
    place, text = next((place, text) for place, text in held if character in text)
    position = text.index(character)
    return Undrawable(character, place, text[max(0, position - _CONTEXT) : position + _CONTEXT + 1].strip())


# what mends it


def _package(character: str) -> str:
    point = ord(character)
    if unicodedata.category(character) in _PRIVATE and point not in _SUPPLEMENTARY:
        return ""
    if any(point in block for block in _CHINESE):
        return "fonts-noto-cjk" if chinese_font().is_packaged else "fonts-hanazono"
    return next((package for block, package in _PACKAGES if point in block), "fonts-noto-core")


def _remedy_zh(missing: list[Undrawable]) -> str:
    packages = " ".join(sorted({one.package for one in missing if one.package}))
    private = "".join(sorted({one.code_point for one in missing if not one.package}))
    install = f"请运行 apt-get install -y {packages} 安装含有这些字的字体，再重新生成。" if packages else ""
    replace = f"{private} 是自造字或未定义的字符，请在导出数据中改为通用字后重新加载。" if private else ""
    return install + replace


def _remedy_en(missing: list[Undrawable]) -> str:
    packages = " ".join(sorted({one.package for one in missing if one.package}))
    private = ", ".join(sorted({one.code_point for one in missing if not one.package}))
    install = f"Run apt-get install -y {packages} for fonts that have them, and build again." if packages else ""
    replace = f" {private} belongs to no standard: replace it in the exports and load them again." if private else ""
    return (install + replace).strip()
