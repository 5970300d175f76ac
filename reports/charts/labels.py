"""Labels that fit: how wide a text is, where to break it, and how to keep texts apart."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from reports.charts.plotted import PlottedText
from reports.charts.style import TYPE_SIZE

# Advance widths of Noto Sans CJK SC in ems, rounded up; every wide character is one em.
_NARROW = {" ": 0.23, ",": 0.29, ".": 0.29, ":": 0.29, ";": 0.29, "%": 0.93, "-": 0.36, "/": 0.4, "(": 0.35, ")": 0.35}
_DIGIT, _UPPER, _LOWER, _WIDE = 0.56, 0.68, 0.57, 1.0
_OPENING = "（《“‘「([{"
_CLOSING = "，。；：！？、）》”’」,.;:!?)]}%"


def text_width(text: str, size: float = TYPE_SIZE) -> float:
    """Pixels that one line of `text` takes, a little on the safe side."""
    return sum(_character_width(character) for character in text) * size


def _character_width(character: str) -> float:
    if character in _NARROW:
        return _NARROW[character]
    if character.isdigit() and character.isascii():
        return _DIGIT
    if ord(character) < 0x2000:
        return _UPPER if character.isupper() or character in "mwMW@&" else _LOWER
    return _WIDE


def escaped(text: object) -> str:
    """`text` with nothing that Plotly would read as markup; a PlottedText, which has none, stays one."""
    return text if isinstance(text, PlottedText) else html.escape(str(text), quote=False)


def as_text(value: object) -> str:
    """A cell as a label: a missing one is empty, a PlottedText stays one."""
    return value if isinstance(value, str) else "" if value is None else str(value)


def lines_of(text: str, width: float, *, at_most: int = 2, size: float = TYPE_SIZE) -> list[str]:
    """`text` broken into lines no wider than `width` pixels; what does not fit ends in …"""
    lines = _broken(" ".join(text.split()), width, size)
    if len(lines) <= at_most:
        return lines
    kept = lines[: at_most - 1]
    rest = "".join(lines[at_most - 1 :])
    return [*kept, _shortened(rest, width, size)]


def _broken(text: str, width: float, size: float) -> list[str]:
    lines, current = [], ""
    for piece in _pieces(text):
        if current and text_width(current + piece.rstrip(), size) > width:
            lines.append(current.rstrip())
            current = piece.lstrip()
        else:
            current += piece
        while text_width(current, size) > width and len(current) > 1:
            head = _fitting(current, width, size)
            lines.append(head)
            current = current[len(head) :]
    return [*lines, current.rstrip()] if current.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """Where a line may break: after a space, and between wide characters unless punctuation forbids it."""
    pieces: list[str] = []
    for character in text:
        joins = (
            pieces
            and pieces[-1][-1] != " "
            and (
                character in _CLOSING
                or character == " "
                or pieces[-1][-1] in _OPENING
                or (ord(character) < 0x2E80 and ord(pieces[-1][-1]) < 0x2E80)
            )
        )
        if joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _fitting(text: str, width: float, size: float) -> str:
    end = 1
    while end < len(text) and text_width(text[: end + 1], size) <= width:
        end += 1
    return text[:end]


def _shortened(text: str, width: float, size: float) -> str:
    return text if text_width(text, size) <= width else _fitting(text, width - size, size).rstrip() + "…"


def joined(lines: Sequence[str]) -> str:
    """Lines as one Plotly text."""
    return "<br>".join(escaped(line) for line in lines)


def wrapped(text: object, width: float, *, at_most: int = 2, size: float = TYPE_SIZE) -> str:
    """`text` broken to `width` pixels, escaped, as one Plotly text."""
    return joined(lines_of(str(text), width, at_most=at_most, size=size))


TALLEST = 780  # pixels of all rows together, so that a chart with its title fits on a page


@dataclass(frozen=True)
class RowLabels:
    """The labels of the rows of a chart: Plotly texts, the width they need and the height of each row in pixels.

    `pitch` is the height of a row of one line, the unit in which rows are placed.
    """

    texts: list[str]
    width: int
    pitch: float
    heights: list[float]

    @property
    def height(self) -> int:
        """Pixels of all rows together, of one at least."""
        return round(sum(self.heights) or self.pitch)

    @property
    def positions(self) -> list[float]:
        """Where the middle of each row is: 0, 1, 2 … where all have one height."""
        ends = accumulate(self.heights)
        return [(end - own / 2) / self.pitch - 0.5 for end, own in zip(ends, self.heights, strict=True)]

    @property
    def end(self) -> float:
        """Where the last row ends."""
        return sum(self.heights) / self.pitch - 0.5


def row_labels(names: Sequence[object], *, pitch: float, widest: float = 150) -> RowLabels:
    """Row labels broken at `widest` pixels into two lines, or cut to one where the chart would outgrow the page.

    `pitch` is the least height of a row; it shrinks only where all rows together would be taller than TALLEST.
    """
    for at_most in (2, 1):
        broken = [lines_of(str(name), widest, at_most=at_most) for name in names]
        needed = max(pitch, _least_pitch([len(lines) for lines in broken]))
        if needed * len(broken) <= TALLEST:
            break
    pitch = min(needed, TALLEST / max(len(names), 1))
    return RowLabels([joined(lines) for lines in broken], _widest_line(broken), pitch, [pitch] * len(names))


def uneven_row_labels(names: Sequence[object], *, pitch: float, widest: float = 150) -> RowLabels:
    """As row_labels, but only a row whose label has two lines is higher than `pitch`."""
    for at_most in (2, 1):
        broken = [lines_of(str(name), widest, at_most=at_most) for name in names]
        heights = [max(pitch, _least_pitch([len(lines)])) for lines in broken]
        if sum(heights) <= TALLEST:
            break
    shrunk = min(1.0, TALLEST / max(sum(heights), 1))
    texts = [joined(lines) for lines in broken]
    return RowLabels(texts, _widest_line(broken), pitch * shrunk, [height * shrunk for height in heights])


def _widest_line(broken: Sequence[Sequence[str]]) -> int:
    return round(max((text_width(line) for lines in broken for line in lines), default=0.0)) + 10


def _least_pitch(lines: Sequence[int]) -> float:
    """The least height of a row at which no label touches the next, of labels with so many lines each."""
    tallest_pair = max((one + other for one, other in pairwise(lines)), default=2 * max(lines, default=1))
    return tallest_pair * 8 + 2


def widest(texts: Sequence[object], size: float = TYPE_SIZE) -> int:
    """Pixels of the widest of single-line texts."""
    return round(max((text_width(str(text), size) for text in texts if text is not None), default=0))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions at least `gap` apart, in the order of `wanted` and as near to it as can be, within low…high.

    Where all cannot fit, the gap shrinks evenly. Touching labels are moved as one block to their mean.
    """
    if len(wanted) < 2:
        return [min(max(position, low), high) for position in wanted]
    gap = min(gap, (high - low) / (len(wanted) - 1))
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    blocks: list[tuple[float, list[int]]] = []
    for index in order:
        blocks.append((wanted[index], [index]))
        while len(blocks) > 1 and _top(blocks[-2], gap) + gap > _bottom(blocks[-1], gap):
            blocks[-2:] = [_merged(blocks[-2], blocks[-1], gap, wanted)]
    return _inside(_positions(blocks, gap, len(wanted)), order, gap, low, high)


def _bottom(block: tuple[float, list[int]], gap: float) -> float:
    return block[0] - gap * (len(block[1]) - 1) / 2


def _top(block: tuple[float, list[int]], gap: float) -> float:
    return block[0] + gap * (len(block[1]) - 1) / 2


def _merged(
    one: tuple[float, list[int]], two: tuple[float, list[int]], gap: float, wanted: Sequence[float]
) -> tuple[float, list[int]]:
    members = one[1] + two[1]
    middle = (len(members) - 1) / 2
    centre = sum(wanted[index] - gap * (rank - middle) for rank, index in enumerate(members)) / len(members)
    return centre, members


def _positions(blocks: list[tuple[float, list[int]]], gap: float, count: int) -> list[float]:
    positions = [0.0] * count
    for block in blocks:
        for rank, index in enumerate(block[1]):
            positions[index] = _bottom(block, gap) + gap * rank
    return positions


def _inside(positions: list[float], order: Sequence[int], gap: float, low: float, high: float) -> list[float]:
    floor = low
    for index in order:
        positions[index] = floor = max(positions[index], floor)
        floor += gap
    ceiling = high
    for index in reversed(order):
        positions[index] = ceiling = min(positions[index], ceiling)
        ceiling -= gap
    return positions


@dataclass(frozen=True)
class Placed:
    """Where a point's label goes: the anchor and the shift in pixels (up is positive)."""

    anchor: str
    vertical: str
    right: float
    up: float


_AROUND = (
    Placed("left", "middle", 8, 0),
    Placed("right", "middle", -8, 0),
    Placed("center", "bottom", 0, 7),
    Placed("center", "top", 0, -7),
    Placed("left", "bottom", 6, 5),
    Placed("left", "top", 6, -5),
    Placed("right", "bottom", -6, 5),
    Placed("right", "top", -6, -5),
)


def around_points(
    points: Sequence[tuple[float, float]], texts: Sequence[str], width: float, height: float, size: float = TYPE_SIZE
) -> list[Placed | None]:
    """A free place beside each point for its label, or None where every place is taken.

    `points` are pixels from the lower left corner of a plot of `width` × `height`.
    """
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in points]
    result: list[Placed | None] = []
    for own, ((x, y), text) in enumerate(zip(points, texts, strict=True)):
        choice = None
        for place in _AROUND:
            box = _box(x, y, text_width(text, size), size * 1.25, place)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            others = taken[:own] + taken[own + 1 :]
            if inside and not any(_overlap(box, other) for other in others):
                choice = place
                taken.append(box)
                break
        result.append(choice)
    return result


def _box(x: float, y: float, wide: float, tall: float, place: Placed) -> tuple[float, float, float, float]:
    left = x + place.right - {"left": 0.0, "center": wide / 2, "right": wide}[place.anchor]
    low = y + place.up - {"bottom": 0.0, "middle": tall / 2, "top": tall}[place.vertical]
    return left, low, left + wide, low + tall


def _overlap(one: tuple[float, float, float, float], two: tuple[float, float, float, float]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def side_by_side(centres: Sequence[float], widths: Sequence[float], limit: float) -> list[float | None]:
    """For labels along a bar: each one's centre moved inside 0…limit, None where it would touch the one before."""
    end = -8.0
    result: list[float | None] = []
    for centre, wide in zip(centres, widths, strict=True):
        moved = min(max(centre, wide / 2), max(limit - wide / 2, wide / 2))
        is_free = moved - wide / 2 >= end + 8
        result.append(moved if is_free else None)
        end = moved + wide / 2 if is_free else end
    return result
