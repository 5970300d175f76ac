"""Charts of effects: before and after beside a comparison, an effect with its interval, the parts of a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.charts.labels import as_text, escaped, row_labels, text_width, widest, wrapped
from reports.charts.series import contributions, described_by, effects, panels_by_month
from reports.charts.style import (
    DARK_GREY,
    GREY,
    HAIRLINE,
    INK,
    PAGE_WIDTH,
    SMALL_TYPE_SIZE,
    SOFT_INK,
    ChartStyle,
    HouseFigure,
    even_ticks,
    figure,
    hidden_axis,
    hover,
    intervals,
    is_share,
    key,
    known,
    label,
    line,
    number,
    numbers,
    records,
    row_axis,
    row_ticks,
    value_axis,
    value_text,
    years_key,
)

_PLOT_HEIGHT = 132
_GAP = 34.0


@dataclass(frozen=True)
class Start:
    """Where a measure begins on the axis of months (7.0 is the beginning of July) and what stands beside the mark."""

    position: float
    text: str


@described_by(panels_by_month)
def before_and_after(rows: pd.DataFrame, style: ChartStyle, start: Start | None = None) -> HouseFigure:
    """One panel a group side by side: this year's months in the accent over the same months of last year in grey.

    `rows`: panel, month (1–12), value, previous. Panels stand in the order of their first appearance and share one
    scale, except where one is more than ten times the other; the start of the measure is marked in each.
    """
    data = records(rows, "panel", "month", "value", "previous")
    panels = list(dict.fromkeys(str(row["panel"]) for row in data))
    as_share = is_share(known([*numbers(data, "value"), *numbers(data, "previous")]))
    groups = [_months_of(data, panel) for panel in panels]
    reaches = _common([_reach(group, as_share) for group in groups])
    left = 14 + max((_tick_width(reach, as_share) for reach in reaches), default=0)
    own_scale = len(set(reaches)) > 1
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    shapes: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    for position, (panel, group, reach) in enumerate(zip(panels, groups, reaches, strict=True)):
        place = _Place.of(position, len(panels), left, own_scale)
        traces += _lines(group, place.suffix, style, as_share)
        layout |= place.axes(style, reach, as_share, has_values=position == 0 or own_scale)
        notes.append(_panel_name(place, panel, left))
        if start is not None:
            shapes.append(_start_mark(start, place))
            notes.append(_start_text(start, place))
    return figure(
        traces,
        style,
        margin={"l": left, "r": 8, "t": 46, "b": 24},
        height=_PLOT_HEIGHT + 70,
        annotations=notes + (years_key(style, up=28) if panels else []),
        shapes=shapes,
        **layout,
    )


@described_by(effects)
def effect_interval(rows: pd.DataFrame, style: ChartStyle, *, no_effect: str = "") -> HouseFigure:
    """An effect as a dot with its interval on either side of a line of no effect, one row each, text at the right.

    `rows`: label, value, low, high, text; shares of one where all lie within ±1 and `as_share` is set for the row.
    """
    data = records(rows, "label", "value", "low", "high", "text", "as_share")
    names = row_labels([row["label"] for row in data], pitch=30)
    as_share = bool(data) and all(row["as_share"] for row in data)
    bounds = known([0.0, *numbers(data, "value"), *numbers(data, "low"), *numbers(data, "high")])
    pad = (max(bounds) - min(bounds)) * 0.08 or 0.01
    low, high = min(bounds) - pad, max(bounds) + pad
    texts = [as_text(row["text"]) for row in data]
    right = [label(1, index, escaped(text), x_of="paper", anchor="left", right=14) for index, text in enumerate(texts)]
    nothing = label(
        0,
        1,
        escaped(no_effect),
        y_of="paper",
        vertical="bottom",
        up=4,
        anchor="center" if low < -pad * 2 and high > pad * 2 else "left" if low >= -pad * 2 else "right",
        colour=SOFT_INK,
        size=SMALL_TYPE_SIZE,
    )
    return figure(
        [_effect_intervals(data, style), _effect_dots(data, style)] if data else [],
        style,
        margin={"l": names.width, "r": widest(texts) + 22, "t": 22, "b": 26},
        height=52 + names.height,
        annotations=[*right, nothing],
        shapes=[line(0, 0, 0, 1, colour=INK, width=1.4, yref="paper")],
        xaxis=value_axis(range=[low, high], **even_ticks(low, high, as_share=as_share, at_most=6)),
        yaxis=row_axis(names.texts),
    )


@described_by(contributions)
def contribution_bars(rows: pd.DataFrame, style: ChartStyle, parts: tuple[str, str] = ("", "")) -> HouseFigure:
    """What each slice adds to a change: by its own level (accent) and by its share (grey), from a line of nothing.

    `rows`: label, rate, mix (in points or another unit, one for all), text. `parts` name the two colours.
    """
    data = records(rows, "label", "rate", "mix", "text")
    names = row_labels([row["label"] for row in data], pitch=34)
    texts = [as_text(row["text"]) for row in data]
    reach = known([0.0, *numbers(data, "rate"), *numbers(data, "mix")])
    pad = (max(reach) - min(reach)) * 0.06 or 1.0
    low, high = min(reach) - (pad if min(reach) < 0 else 0), max(reach) + (pad if max(reach) > 0 else 0)
    notes = [label(1, index, escaped(text), x_of="paper", anchor="left", right=14) for index, text in enumerate(texts)]
    rules = [
        line(0, index + 0.5, 1, index + 0.5, colour=HAIRLINE, xref="paper", layer="below")
        for index in range(len(data) - 1)
    ]
    return figure(
        [_bars(data, "rate", -0.17, style.accent), _bars(data, "mix", 0.17, GREY)] if data else [],
        style,
        margin={"l": names.width, "r": widest(texts) + 22, "t": 28, "b": 26},
        height=58 + names.height,
        annotations=notes + key([(parts[0], style.accent), (parts[1], GREY)]),
        shapes=[*rules, line(0, 0, 0, 1, colour=INK, width=1, yref="paper")],
        barmode="overlay",
        xaxis=value_axis(range=[low, high], **row_ticks(low, high, PAGE_WIDTH - names.width - 60)),
        yaxis=row_axis(names.texts),
    )


@dataclass(frozen=True)
class _Place:
    """Where a panel stands on the page and the names of its axes."""

    suffix: str
    x: tuple[float, float]

    @classmethod
    def of(cls, position: int, count: int, left: int, own_scale: bool) -> _Place:
        """The panel number `position` of `count` side by side; with scales of their own they stand further apart."""
        plot = PAGE_WIDTH - left - 8
        gap = (_GAP + (left if own_scale else 0)) / plot
        wide = (1 - gap * (count - 1)) / count
        begins = position * (wide + gap)
        return cls("" if position == 0 else str(position + 1), (begins, min(begins + wide, 1.0)))

    def axes(
        self, style: ChartStyle, reach: tuple[float, float], as_share: bool, *, has_values: bool
    ) -> dict[str, Any]:
        """The two axes of the panel as layout settings."""
        shown = range(1, 13) if self.x == (0.0, 1.0) else (1, 4, 7, 10)
        low, high = reach
        return {
            f"xaxis{self.suffix}": hidden_axis(
                domain=list(self.x),
                anchor=f"y{self.suffix}",
                range=[0.5, 12.5],
                showticklabels=True,
                tickmode="array",
                tickvals=list(shown),
                ticktext=[style.months[month - 1] for month in shown],
                tickangle=0,
                tickfont={"size": SMALL_TYPE_SIZE, "color": SOFT_INK},
            ),
            f"yaxis{self.suffix}": value_axis(
                domain=[0, 1],
                anchor=f"x{self.suffix}",
                range=[low, high],
                **even_ticks(low, min(high, 1.0) if as_share else high, as_share=as_share, at_most=4),
                showticklabels=has_values,
            ),
        }


def _months_of(data: Sequence[Mapping[str, Any]], panel: str) -> list[Mapping[str, Any]]:
    return sorted((row for row in data if str(row["panel"]) == panel), key=lambda row: int(row["month"]))


def _reach(group: Sequence[Mapping[str, Any]], as_share: bool) -> tuple[float, float]:
    """Both ends of an axis around the values of a panel: from zero where they come near it."""
    values = known([*numbers(group, "value"), *numbers(group, "previous")])
    low, high = min(values, default=0.0), max(values, default=1.0)
    pad = (high - low) * 0.12 or abs(high) * 0.1 or 0.01
    floor = 0.0 if 0 <= low < high * 0.4 else low - pad
    return floor, high + 2 * pad  # room for the words at the start mark


def _common(reaches: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """One scale for all panels, unless the largest value of one is more than ten times that of another."""
    tallest = [high for _, high in reaches]
    if not reaches or max(tallest) > 10 * min(tallest):
        return list(reaches)
    return [(min(low for low, _ in reaches), max(tallest))] * len(reaches)


def _tick_width(reach: tuple[float, float], as_share: bool) -> int:
    texts = even_ticks(*reach, as_share=as_share, at_most=4)["ticktext"]
    return round(max((text_width(text, SMALL_TYPE_SIZE) for text in texts), default=0.0))


def _lines(group: Sequence[Mapping[str, Any]], suffix: str, style: ChartStyle, as_share: bool) -> list[dict[str, Any]]:
    looks = (("previous", "last_year", GREY, 2.0, 0), ("value", "this_year", style.accent, 2.2, 6))
    return [
        {
            "type": "scatter",
            "mode": "lines+markers" if size else "lines",
            "x": [int(row["month"]) for row in group],
            "y": numbers(group, column),
            "line": {"color": colour, "width": width},
            "marker": {"color": colour, "size": size or 1},
            "connectgaps": False,
            "cliponaxis": False,
            "xaxis": f"x{suffix}",
            "yaxis": f"y{suffix}",
            **hover([_point_text(row, column, year, style, as_share) for row in group]),
        }
        for column, year, colour, width, size in looks
    ]


def _point_text(row: Mapping[str, Any], column: str, year: str, style: ChartStyle, as_share: bool) -> str:
    value = number(row[column])
    text = "—" if value is None else value_text(round(value, 4), as_share=as_share)
    return f"{style.months[int(row['month']) - 1]} · {style.word(year)}<br>{text}"


def _panel_name(place: _Place, panel: str, left: int) -> dict[str, Any]:
    room = (place.x[1] - place.x[0]) * (PAGE_WIDTH - left - 8)
    text = f"<b>{wrapped(panel, room, at_most=1)}</b>"
    return label(place.x[0], 1, text, x_of="paper", y_of="paper", anchor="left", vertical="bottom", up=8)


def _start_mark(start: Start, place: _Place) -> dict[str, Any]:
    at = start.position - 0.5
    axes = {"xref": f"x{place.suffix}", "yref": "paper"}
    return line(at, 0, at, 1, colour=DARK_GREY, width=1.4, dash="4px,3px", **axes)


def _start_text(start: Start, place: _Place) -> dict[str, Any]:
    is_late = start.position > 8
    return label(
        start.position - 0.5,
        1,
        escaped(start.text),
        x_of=f"x{place.suffix}",
        y_of="paper",
        anchor="right" if is_late else "left",
        vertical="top",
        right=-4 if is_late else 4,
        colour=SOFT_INK,
        size=SMALL_TYPE_SIZE,
    )


def _effect_intervals(data: Sequence[Mapping[str, Any]], style: ChartStyle) -> dict[str, Any]:
    lows, highs = numbers(data, "low"), numbers(data, "high")
    return intervals(range(len(data)), lows, highs, colour=style.accent, width=5)


def _effect_dots(data: Sequence[Mapping[str, Any]], style: ChartStyle) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": numbers(data, "value"),
        "y": list(range(len(data))),
        "marker": {"color": style.accent, "size": 12, "line": {"color": "#ffffff", "width": 2}},
        "cliponaxis": False,
        **hover([f"{escaped(row['label'])}<br>{escaped(row['text'] or '')}" for row in data]),
    }


def _bars(data: Sequence[Mapping[str, Any]], column: str, shift: float, colour: str) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": numbers(data, column),
        "y": [index + shift for index in range(len(data))],
        "width": 0.3,
        "marker": {"color": colour},
        **hover([f"{escaped(row['label'])}<br>{escaped(row['text'] or '')}" for row in data]),
    }
