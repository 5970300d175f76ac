"""The Chinese font: the system's Noto Sans CJK, or the one that the package pylopdf-fonts-zh-cn carries.

Charts measure their labels in it and the PDF embeds it, so a report looks the same on every machine. The packaged font
has no bold; it serves so that a report always renders.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

SYSTEM_FAMILY = "Noto Sans CJK SC"
PACKAGED_FAMILY = "Noto Sans SC"
_FILE_STEMS = ("NotoSansCJK", "NotoSansCJKsc", "NotoSansSC")
_SUFFIXES = (".ttc", ".otf")  # variable .ttf fonts embed as invalid CFF
_OUTLINES = (".ttf", ".otf", ".ttc", ".otc")
_UNITS = 1000  # a font opened at this size measures in thousandths of an em


@dataclass(frozen=True)
class FontFace:
    """One face in a font file; `index` is its place in a collection (.ttc)."""

    path: Path
    index: int = 0


@dataclass(frozen=True)
class ChineseFont:
    """The font of the report: family name, regular and bold face (the same where there is no bold)."""

    family: str
    regular: FontFace
    bold: FontFace
    is_packaged: bool

    def width(self, text: str, size: float, *, is_bold: bool = False) -> float:
        """Advance width of one line of `text` at `size`, in the unit of `size`."""
        face = self.bold if is_bold else self.regular
        return _opened(face).getlength(text) * size / _UNITS

    @property
    def ascent_and_descent(self) -> tuple[float, float]:
        """Ascent and descent of a line as shares of the size."""
        ascent, descent = _opened(self.regular).getmetrics()
        return ascent / _UNITS, descent / _UNITS


@lru_cache(maxsize=1)
def chinese_font() -> ChineseFont:
    """The font that this machine offers. Raises ModuleNotFoundError where not even the packaged one is installed."""
    regular = _installed("Regular")
    if regular is None:
        return packaged_font()
    bold = _installed("Bold") or regular
    return ChineseFont(SYSTEM_FAMILY, _simplified(regular), _simplified(bold), is_packaged=False)


def packaged_font() -> ChineseFont:
    """The font of the package pylopdf-fonts-zh-cn."""
    from pylopdf_fonts_zh_cn import sans_path

    face = FontFace(Path(sans_path()))
    return ChineseFont(PACKAGED_FAMILY, face, face, is_packaged=True)


def installed_fonts() -> Iterator[Path]:
    """Every outline font file of the machine, by folder and name."""
    for folder in _font_folders():
        for parent, _, names in sorted(os.walk(folder)):
            yield from (Path(parent) / name for name in sorted(names) if name.lower().endswith(_OUTLINES))


def _installed(weight: str) -> Path | None:
    wanted = {f"{stem}-{weight}{suffix}" for stem in _FILE_STEMS[:2] for suffix in _SUFFIXES}
    return next((path for path in _font_files() if path.name in wanted), None)


def _font_files() -> Iterator[Path]:
    return (path for path in installed_fonts() if path.name.startswith(_FILE_STEMS))


def _font_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "darwin":
        return [home / "Library/Fonts", Path("/Library/Fonts"), Path("/opt/homebrew/share/fonts")]
    if sys.platform == "win32":
        return [Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts", home / "AppData/Local/Microsoft/Windows/Fonts"]
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    own = os.environ.get("XDG_DATA_HOME") or str(home / ".local/share")
    return [Path(own) / "fonts", home / ".fonts", *(Path(folder) / "fonts" for folder in shared.split(":"))]


def _simplified(path: Path) -> FontFace:
    """The Simplified Chinese face of a collection; the first one where none says so."""
    if path.suffix != ".ttc":
        return FontFace(path)
    for index in range(10):
        try:
            family = ImageFont.truetype(str(path), 16, index=index).getname()[0] or ""
        except OSError:
            break
        if family == SYSTEM_FAMILY:
            return FontFace(path, index)
    return FontFace(path)


@lru_cache(maxsize=4)
def _opened(face: FontFace) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(face.path), _UNITS, index=face.index, layout_engine=ImageFont.Layout.BASIC)
