"""Charts of points in a plane: importance against rating, sites by size against what chance alone would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.charts.labels import around_points, escaped, joined, lines_of
from reports.charts.series import described_by, importance, sites_and_range
from reports.charts.style import (
    GREY,
    HAIRLINE,
    NO_HOVER,
    PAGE_WIDTH,
    PALE,
    SMALL_TYPE_SIZE,
    SOFT_INK,
    ChartStyle,
    HouseFigure,
    axis_end,
    even_ticks,
    figure,
    filled_or_hollow,
    hidden_axis,
    hover,
    is_share,
    known,
    label,
    line,
    number,
    numbers,
    records,
    value_axis,
    value_text,
)

WIDEST_NAME = 150


@dataclass(frozen=True)
class _Plane:
    """The part of the plane that is drawn, in the units of its axes, and its size in pixels."""

    across: tuple[float, float]
    up: tuple[float, float]
    width: float
    height: float

    def names(self, x: Sequence[float], y: Sequence[float], names: Sequence[str]) -> list[dict[str, Any]]:
        """The names of points, each beside its own and none upon another; an empty name is left out."""
        (x0, x1), (y0, y1) = self.across, self.up
        pixels = [
            ((a - x0) / (x1 - x0) * self.width, (b - y0) / (y1 - y0) * self.height) for a, b in zip(x, y, strict=True)
        ]
        places = around_points(pixels, names, self.width, self.height)
        return [
            label(x[i], y[i], names[i], anchor=place.anchor, vertical=place.vertical, right=place.right, up=place.up)
            for i, place in enumerate(places)
            if place is not None and names[i]
        ]


@described_by(importance)
def quadrant(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """Importance (up) against rating (right) of each dimension, parted at the means.

    `rows`: label, importance, performance. What is important and badly rated, at the upper left, has the accent.
    """
    data = [
        row for row in records(rows, "label", "importance", "performance") if _has(row, "importance", "performance")
    ]
    across, up = known(numbers(data, "performance")), known(numbers(data, "importance"))
    means = _mean(across), _mean(up)
    plane = _Plane(_padded(across), _padded(up), PAGE_WIDTH - 60.0, 176.0)
    return figure(
        [_dimensions(data, across, up, means, style)] if data else [],
        style,
        margin={"l": 30, "r": 30, "t": 26, "b": 28},
        height=230,
        annotations=[*plane.names(across, up, [_name(row) for row in data]), *_corners(style)],
        shapes=_parted_at(means, plane),
        xaxis=hidden_axis(range=list(plane.across)),
        yaxis=hidden_axis(range=list(plane.up)),
    )


def _dimensions(
    data: Sequence[Mapping[str, Any]],
    across: Sequence[float],
    up: Sequence[float],
    means: tuple[float, float],
    style: ChartStyle,
) -> dict[str, Any]:
    urgent = [x < means[0] and y > means[1] for x, y in zip(across, up, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": across,
        "y": up,
        "marker": {
            "color": [style.accent if is_urgent else GREY for is_urgent in urgent],
            "size": 10,
            "line": {"color": style.accent, "width": 1},
        },
        **hover([f"{escaped(row['label'])}" for row in data]),
    }


def _corners(style: ChartStyle) -> list[dict[str, Any]]:
    """What the upper corners mean, and what the axes are."""
    corner: dict[str, Any] = {"x_of": "paper", "y_of": "paper", "colour": SOFT_INK, "size": SMALL_TYPE_SIZE}
    return [
        label(0, 1, style.word("improve_first"), anchor="left", vertical="top", right=4, up=-2, **corner),
        label(1, 1, style.word("keep_up"), anchor="right", vertical="top", right=-4, up=-2, **corner),
        label(1, 0, f"{style.word('performance')} →", anchor="right", vertical="top", up=-6, **corner),
        label(0, 1, f"{style.word('importance')} ↑", anchor="left", vertical="bottom", up=4, **corner),
    ]


def _parted_at(means: tuple[float, float], plane: _Plane) -> list[dict[str, Any]]:
    """Dashed lines through the means and a frame around all."""
    (x0, x1), (y0, y1) = plane.across, plane.up
    frame = {"type": "rect", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1, "y0": 0, "y1": 1}
    return [
        line(means[0], y0, means[0], y1, colour=GREY, dash="4px,3px"),
        line(x0, means[1], x1, means[1], colour=GREY, dash="4px,3px"),
        {**frame, "line": {"color": HAIRLINE, "width": 1}},
    ]


@described_by(sites_and_range)
def funnel_plot(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """Sites by size against the range that chance alone would give; only sites outside it are named and filled.

    `rows`: label, n, value, low, high, where low…high is the expected range at that n. A row without a value is no
    site: it says how the range runs between the sites.
    """
    ranges = [row for row in records(rows, "label", "n", "value", "low", "high") if _has(row, "n", "low", "high")]
    ranges.sort(key=lambda row: (float(row["n"]), str(row["label"])))
    sites = [row for row in ranges if _has(row, "value")]
    sizes, values = known(numbers(sites, "n")), known(numbers(sites, "value"))
    drawn = [*values, *known(numbers(ranges, "low")), *known(numbers(ranges, "high"))]
    as_share = is_share(drawn)
    plane = _Plane((0, max(sizes, default=1.0) * 1.08), _padded(drawn), PAGE_WIDTH - 64.0, 230.0)
    names = [_name(row) if _is_outside(row) else "" for row in sites]
    return figure(
        [_band(ranges), _sites(sites, sizes, values, style, as_share=as_share)] if sites else [],
        style,
        margin={"l": 52, "r": 12, "t": 14, "b": 44},
        height=288,
        annotations=[
            *plane.names(sizes, values, names),
            axis_end(f"{style.word('rows')} →", up=-22),
            *_expected_note(ranges, style),
        ],
        xaxis=value_axis(range=list(plane.across), showgrid=False, **even_ticks(*plane.across, whole=True, at_most=6)),
        yaxis=value_axis(range=list(plane.up), **even_ticks(*plane.up, as_share=as_share)),
    )


def _is_outside(row: Mapping[str, Any]) -> bool:
    return bool(row["value"] < row["low"] or row["value"] > row["high"])


def _band(ranges: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The expected range from the smallest size to the largest; of a single size a short piece."""
    sizes, lows, highs = _edges(ranges)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*sizes, *reversed(sizes)],
        "y": [*highs, *reversed(lows)],
        "fill": "toself",
        "fillcolor": PALE,
        "line": {"width": 0, "color": PALE},
        **NO_HOVER,
    }


def _edges(ranges: Sequence[Mapping[str, Any]]) -> tuple[list[float], list[float], list[float]]:
    sizes, lows, highs = (known(numbers(ranges, name)) for name in ("n", "low", "high"))
    if len(sizes) == 1:
        return [sizes[0] * 0.9, sizes[0]], lows * 2, highs * 2
    return sizes, lows, highs


def _sites(
    sites: Sequence[Mapping[str, Any]],
    sizes: Sequence[float],
    values: Sequence[float],
    style: ChartStyle,
    *,
    as_share: bool,
) -> dict[str, Any]:
    told = [
        f"{escaped(row['label'])}<br>{value_text(round(value, 4), as_share=as_share)}<br>n={size:,.0f}"
        for row, value, size in zip(sites, values, sizes, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": sizes,
        "y": values,
        "marker": filled_or_hollow([not _is_outside(row) for row in sites], style.accent, size=9),
        **hover(told),
    }


def _expected_note(ranges: Sequence[Mapping[str, Any]], style: ChartStyle) -> list[dict[str, Any]]:
    """What the band is, at its widest end."""
    sizes, _, highs = _edges(ranges)
    if not sizes:
        return []
    anchor = "left" if sizes[0] < max(sizes) * 0.8 else "right"
    place: dict[str, Any] = {"anchor": anchor, "vertical": "bottom", "up": 3, "size": SMALL_TYPE_SIZE}
    return [label(sizes[0], highs[0], style.word("expected"), colour=SOFT_INK, **place)]


def _name(row: Mapping[str, Any]) -> str:
    return joined(lines_of(str(row["label"]), WIDEST_NAME, at_most=1))


def _has(row: Mapping[str, Any], *columns: str) -> bool:
    return all(number(row[column]) is not None for column in columns)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _padded(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    pad = (high - low) * 0.14 or abs(high) * 0.1 or 1.0
    return low - pad, high + pad
