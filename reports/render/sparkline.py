"""Twelve months in a small line: the shape of a key figure's year, with its target."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from reports.document import SparklinePoint

_WIDTH, _HEIGHT, _EDGE = 80.0, 30.0, 4.0


def sparkline(points: Sequence[SparklinePoint], target: float | None, name: str, colour: str) -> Markup:
    """An inline SVG of the months' values, empty where fewer than two are known.

    Gaps stay gaps, the last known month has a dot, the target is a dashed line.
    """
    values = [point.value for point in points]
    present = [value for value in values if value is not None]
    if len(present) < 2:
        return Markup("")
    low, high = min([*present, *_given(target)]), max([*present, *_given(target)])
    places = [_place(index, value, len(values), low, high) for index, value in enumerate(values)]
    months = f"{points[0].month}—{points[-1].month}"
    parts = [f"<title>{escape(name)} {escape(months)}</title>"]
    if target is not None:
        level = _level(target, low, high)
        parts.append(
            f'<path d="M0 {level:.1f}H{_WIDTH:.0f}" fill="none" stroke="#7b868d" stroke-width="1" '
            'stroke-dasharray="3 2"/>'
        )
    parts.append(
        f'<path d="{_path(places)}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-linejoin="round" '
        'stroke-linecap="round"/>'
    )
    x, y = [place for place in places if place is not None][-1]
    parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>')
    drawing = f'<svg class="sparkline" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" xmlns="http://www.w3.org/2000/svg">'
    return Markup(drawing + "".join(parts) + "</svg>")


def _given(target: float | None) -> list[float]:
    return [] if target is None else [target]


def _level(value: float, low: float, high: float) -> float:
    share = 0.5 if high == low else (value - low) / (high - low)
    return _HEIGHT - _EDGE - share * (_HEIGHT - 2 * _EDGE)


def _place(index: int, value: float | None, count: int, low: float, high: float) -> tuple[float, float] | None:
    if value is None:
        return None
    return _EDGE + index * (_WIDTH - 2 * _EDGE) / (count - 1), _level(value, low, high)


def _path(places: Sequence[tuple[float, float] | None]) -> str:
    steps, is_drawing = [], False
    for place in places:
        if place is not None:
            steps.append(f"{'L' if is_drawing else 'M'}{place[0]:.1f} {place[1]:.1f}")
        is_drawing = place is not None
    return "".join(steps)
