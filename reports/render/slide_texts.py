"""Whether a text or table fits its box: lines are counted in the report's font, the largest size that fits is taken."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from reports.render.fonts import chinese_font

LINE_HEIGHT = 1.25
POINTS_PER_INCH = 72
UNBROKEN_SIZES, SIZES = (14, 13, 12, 11), (14, 13, 12, 11, 10, 9, 8)
SIDE_MARGIN, UPPER_MARGIN = 0.08, 0.045
_NARROWEST = 0.7
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


def fitted(rows: Sequence[Sequence[str]], room: Box) -> tuple[float, list[float], list[float]]:
    """The largest size at which the table fits the room, with the widths of columns and heights of rows in inches."""
    for sizes, may_break in ((UNBROKEN_SIZES, False), (SIZES, True)):
        for size in sizes:
            needs = _needs(rows, size)
            if not may_break and sum(needs) > room.width:
                continue
            widths = _shared(needs, room.width)
            heights = [_height(row, widths, size) for row in rows]
            if sum(heights) <= room.height:
                return size, widths, heights
    return size, widths, heights


def _height(row: Sequence[str], widths: Sequence[float], size: float) -> float:
    count = max(
        lines(text, size, width - 2 * SIDE_MARGIN, is_bold=True) for text, width in zip(row, widths, strict=True)
    )
    return count * size * LINE_HEIGHT / POINTS_PER_INCH + 2 * UPPER_MARGIN


def _needs(rows: Sequence[Sequence[str]], size: float) -> list[float]:
    """The width at which no text of a column is broken, in inches."""
    font = chinese_font()
    longest = (max(font.width(text, size, is_bold=True) for text in column) for column in zip(*rows, strict=True))
    return [max(width * 1.12 / POINTS_PER_INCH + 2 * SIDE_MARGIN, _NARROWEST) for width in longest]


def _shared(needs: list[float], room: float) -> list[float]:
    """The room shared out: the spare evenly, or the widest columns cut down to what there is."""
    while sum(needs) > room + 1e-6:
        widest = max(needs)
        level = max([need for need in needs if need < widest - 1e-9] or [_NARROWEST])
        count = sum(need >= widest - 1e-9 for need in needs)
        cut = min(widest - level, (sum(needs) - room) / count)
        if cut <= 1e-9:
            return [need * room / sum(needs) for need in needs]
        needs = [need - cut if need >= widest - 1e-9 else need for need in needs]
    spare = (room - sum(needs)) / len(needs)
    return [need + spare for need in needs]
