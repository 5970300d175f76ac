"""Whether a text fits its box: lines are counted in the report's font, and the largest size that fits is taken."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pptx.dml.color import RGBColor

from reports.render.fonts import chinese_font

LINE_HEIGHT = 1.25
POINTS_PER_INCH = 72
_TOLERANCE = 1.04  # another machine's font may run wider than the one that is measured
_PIECES = re.compile(r"[A-Za-z0-9.,%()“”'’/&+−–-]+ ?|.")


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float


def lines(text: str, size: float, width: float, *, is_bold: bool = False) -> int:
    """On how many lines a paragraph of `size` points stands in `width` inches; words are not torn."""
    room = width * POINTS_PER_INCH
    count, used = 1, 0.0
    for piece in _PIECES.findall(text):
        long = chinese_font().width(piece, size, is_bold=is_bold) * _TOLERANCE
        if used + long > room and used > 0:
            count, used = count + 1, 0.0
        count += max(0, math.ceil(long / room) - 1)
        used = used + long if long <= room else long % room
    return count


def height(texts: Sequence[str], size: float, width: float, *, gap: float = 0.0, is_bold: bool = False) -> float:
    """The height of paragraphs in inches, `gap` points apart."""
    count = sum(lines(text, size, width, is_bold=is_bold) for text in texts)
    return (count * size * LINE_HEIGHT + max(len(texts) - 1, 0) * gap) / POINTS_PER_INCH


def fitting_size(
    texts: Sequence[str], box: Box, sizes: Sequence[float], *, gap: float = 0.0, is_bold: bool = False
) -> float:
    """The largest of the sizes at which the paragraphs fit the box; the smallest where none does."""
    for size in sizes:
        if height(texts, size, box.width, gap=gap, is_bold=is_bold) <= box.height:
            return size
    return sizes[-1]


def that_fit(texts: Sequence[str], box: Box, size: float, *, gap: float = 0.0) -> list[str]:
    """The first paragraphs that the box holds at that size, at least one."""
    for count in range(len(texts), 1, -1):
        if height(texts[:count], size, box.width, gap=gap) <= box.height:
            return list(texts[:count])
    return list(texts[:1])


def colour_of(colour: str) -> RGBColor:
    """A colour #rrggbb as the presentation writes it."""
    parsed: RGBColor = RGBColor.from_string(colour.lstrip("#").upper())
    return parsed
