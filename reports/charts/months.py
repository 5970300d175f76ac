"""Charts over the twelve months of a year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from reports.charts.labels import TALLEST, escaped, text_width, wrapped
from reports.charts.series import by_month, by_month_and_year, described_by, panels_in_sum
from reports.charts.style import (
    DARK_GREY,
    GREY,
    INK,
    NO_HOVER,
    PAGE_WIDTH,
    PAPER,
    SMALL_TYPE_SIZE,
    SOFT_INK,
    ChartStyle,
    HouseFigure,
    even_ticks,
    figure,
    hidden_axis,
    hover,
    is_share,
    known,
    label,
    line,
    number,
    numbers,
    records,
    round_step,
    value_axis,
    value_text,
    years_key,
)

_FEW = 50  # below this many cases the number of cases stands under the month
_HATCH = {"shape": "/", "fgcolor": GREY, "bgcolor": PAPER, "size": 6, "solidity": 0.22, "fillmode": "replace"}


@described_by(by_month)
def monthly_dots(rows: pd.DataFrame, style: ChartStyle, target: float | None = None) -> HouseFigure:
    """A rate by month as dots on a line, the target as a labelled dashed line.

    `rows`: month (1–12), value, n, is_hatched, and optionally text (a label for the dots that shall have one). Months
    that are unripe or partial have a hatched ground and a hollow dot outside the line. The axis does not begin at zero.
    """
    data = sorted(records(rows, "month", "value", "n", "is_hatched"), key=lambda row: int(row["month"]))
    values = numbers(data, "value")
    as_share = is_share([*values, target])
    low, high = _zoomed(known([*values, target]), as_share)
    ripe = [row for row in data if not row["is_hatched"]]
    unripe = [row for row in data if row["is_hatched"]]
    target_text = "" if target is None else f"{style.word('target')} {value_text(target, as_share=as_share)}"
    traces = [_hatched_ground(unripe, low, high), _dots(ripe, style, as_share), _hollow_dots(unripe, style, as_share)]
    notes = _dot_texts(data)
    shapes = []
    if target is not None:
        shapes.append(line(0.5, target, 12.5, target, colour=INK, width=1.2, dash="4px,3px"))
        notes.append(label(1, target, escaped(target_text), x_of="paper", anchor="left", right=6))
    if unripe:
        notes.append(_unripe_note(unripe, style))
    left, right = 14 + _tick_width(low, high, as_share), 10 + round(text_width(target_text))
    return figure(
        [trace for trace in traces if trace["x"]],
        style,
        margin={"l": left, "r": right, "t": 24, "b": 44 if _has_few(data) else 26},
        annotations=notes,
        shapes=shapes,
        xaxis=_month_axis(style, data),
        yaxis=value_axis(range=[low, high], **even_ticks(low, min(high, 1.0) if as_share else high, as_share=as_share)),
    )


@described_by(by_month_and_year)
def monthly_bars(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """An amount by month: this year beside last year in grey; partial months hatched.

    `rows`: month (1–12), value, previous, is_hatched, and optionally n.
    """
    data = sorted(records(rows, "month", "value", "previous", "is_hatched"), key=lambda row: int(row["month"]))
    values, previous = numbers(data, "value"), numbers(data, "previous")
    both = bool(known(previous))
    months = [int(row["month"]) for row in data]
    this_year = {
        **_month_bars(months, values, 0.19 if both else 0.0, 0.36 if both else 0.6),
        "marker": {
            "color": style.accent,
            "pattern": {
                "shape": ["/" if row["is_hatched"] else "" for row in data],
                "fgcolor": style.accent,
                "bgcolor": PAPER,
                "size": 5,
                "solidity": 0.35,
                "fillmode": "replace",
            },
            "line": {"color": style.accent, "width": [1 if row["is_hatched"] else 0 for row in data]},
        },
        **hover([_month_hover(row, "value", "this_year", style) for row in data]),
    }
    last_year = {
        **_month_bars(months, previous, -0.19, 0.36),
        "marker": {"color": GREY},
        **hover([_month_hover(row, "previous", "last_year", style) for row in data]),
    }
    reach = [*known([*values, *previous]), 0.0]
    return figure(
        ([last_year] if both else []) + [this_year] if known(values) or both else [],
        style,
        margin={"l": 14 + _axis_width(reach), "r": 4, "t": 30, "b": 44 if _has_few(data) else 26},
        annotations=years_key(style) if both else [],
        shapes=[line(0.5, 0, 12.5, 0, colour=DARK_GREY)],
        barmode="overlay",
        xaxis=_month_axis(style, data),
        yaxis=value_axis(
            range=[min(reach) * 1.06, max(reach) * 1.06 or 1],
            **even_ticks(min(reach), max(reach) or 1, whole=all(value.is_integer() for value in reach)),
        ),
    )


@described_by(panels_in_sum)
def monthly_small_multiples(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """One small chart a panel on one common scale from zero: this year in the accent, last year in grey.

    `rows`: panel, month (1–12), value, previous. Panels stand in the order of their first appearance.
    """
    data = records(rows, "panel", "month", "value", "previous")
    panels = list(dict.fromkeys(str(row["panel"]) for row in data))
    columns = 1 if len(panels) == 1 else 2 if len(panels) in (2, 4) else 3
    lines = -(-len(panels) // columns)
    top = max([1e-9, *known(numbers(data, "value")), *known(numbers(data, "previous"))]) * 1.08
    left = 10 + _axis_width([top])
    height = 26 + min(lines * 108, TALLEST)
    layout: dict[str, Any] = {}
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for index, panel in enumerate(panels):
        own = sorted((row for row in data if str(row["panel"]) == panel), key=lambda row: int(row["month"]))
        place = _Panel.at(index, columns, lines, left, height)
        traces += _panel_traces(own, place.suffix, style)
        layout |= place.axes(style, top, is_first_column=index % columns == 0)
        notes.append(
            label(
                place.x0,
                place.y1,
                f"<b>{wrapped(panel, place.wide, at_most=1)}</b>",
                x_of="paper",
                y_of="paper",
                anchor="left",
                vertical="bottom",
                up=6,
            )
        )
    return figure(
        traces,
        style,
        margin={"l": left, "r": 6, "t": 46, "b": 24},
        height=height + 22,
        annotations=notes + (years_key(style, up=28) if panels else []),
        **layout,
    )


class _Panel:
    """Where one small chart stands and the names of its axes."""

    def __init__(self, suffix: str, x: tuple[float, float], y: tuple[float, float], wide: float) -> None:
        self.suffix, self.x, self.y, self.wide = suffix, x, y, wide
        self.x0, self.y1 = x[0], y[1]

    @classmethod
    def at(cls, index: int, columns: int, lines: int, left: int, height: int) -> _Panel:
        """The panel number `index` in a grid of `columns` × `lines`."""
        across, down = index % columns, index // columns
        gap_x, gap_y = 24 / (PAGE_WIDTH - left), 46 / max(height - 48, 1)
        wide = (1 - gap_x * (columns - 1)) / columns
        tall = (1 - gap_y * (lines - 1)) / lines
        x0, y1 = across * (wide + gap_x), 1 - down * (tall + gap_y)
        suffix = "" if index == 0 else str(index + 1)
        return cls(suffix, (x0, x0 + wide), (max(y1 - tall, 0.0), y1), wide * (PAGE_WIDTH - left))

    def axes(self, style: ChartStyle, top: float, *, is_first_column: bool) -> dict[str, Any]:
        """The two axes of this panel as layout settings."""
        months = [1, 4, 7, 10]
        return {
            f"xaxis{self.suffix}": hidden_axis(
                domain=list(self.x),
                anchor=f"y{self.suffix}",
                range=[0.6, 12.4],
                showticklabels=True,
                tickmode="array",
                tickvals=months,
                ticktext=[style.months[month - 1] for month in months],
                tickangle=0,
                tickfont={"size": SMALL_TYPE_SIZE, "color": SOFT_INK},
            ),
            f"yaxis{self.suffix}": value_axis(
                domain=list(self.y),
                anchor=f"x{self.suffix}",
                range=[0, top],
                **even_ticks(0, top, whole=top >= 1, at_most=4),
                showticklabels=is_first_column,
                rangemode="tozero",
                zeroline=True,
                zerolinecolor=DARK_GREY,
                zerolinewidth=1,
            ),
        }


def _panel_traces(own: Sequence[Mapping[str, Any]], suffix: str, style: ChartStyle) -> list[dict[str, Any]]:
    axes = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    months = [int(row["month"]) for row in own]
    last_year = {
        "type": "scatter",
        "mode": "lines",
        "x": months,
        "y": numbers(own, "previous"),
        "line": {"color": GREY, "width": 2},
        "connectgaps": False,
        **axes,
        **hover([_month_hover(row, "previous", "last_year", style) for row in own]),
    }
    this_year = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": months,
        "y": numbers(own, "value"),
        "line": {"color": style.accent, "width": 2},
        "marker": {"color": style.accent, "size": 5},
        "connectgaps": False,
        "cliponaxis": False,
        **axes,
        **hover([_month_hover(row, "value", "this_year", style) for row in own]),
    }
    return [last_year, this_year]


def _dots(ripe: Sequence[Mapping[str, Any]], style: ChartStyle, as_share: bool) -> dict[str, Any]:
    by_month = {int(row["month"]): row for row in ripe if number(row["value"]) is not None}
    months = list(range(min(by_month), max(by_month) + 1)) if by_month else []
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": months,
        "y": [number(by_month[month]["value"]) if month in by_month else None for month in months],
        "line": {"color": style.accent, "width": 1.6},
        "marker": {"color": style.accent, "size": 8},
        "connectgaps": False,
        "cliponaxis": False,
        **hover([_dot_hover(by_month[month], style, as_share) if month in by_month else "" for month in months]),
    }


def _hollow_dots(unripe: Sequence[Mapping[str, Any]], style: ChartStyle, as_share: bool) -> dict[str, Any]:
    shown = [row for row in unripe if number(row["value"]) is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [int(row["month"]) for row in shown],
        "y": numbers(shown, "value"),
        "marker": {"color": PAPER, "size": 8, "line": {"color": style.accent, "width": 1.5}},
        "cliponaxis": False,
        **hover([f"{_dot_hover(row, style, as_share)}<br>{style.word('unripe')}" for row in shown]),
    }


def _hatched_ground(unripe: Sequence[Mapping[str, Any]], low: float, high: float) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": [int(row["month"]) for row in unripe],
        "y": [high - low] * len(unripe),
        "base": low,
        "width": 1,
        "marker": {"color": PAPER, "pattern": dict(_HATCH), "line": {"width": 0}},
        **NO_HOVER,
    }


def _unripe_note(unripe: Sequence[Mapping[str, Any]], style: ChartStyle) -> dict[str, Any]:
    last = max(int(row["month"]) for row in unripe)
    return label(
        last + 0.5,
        1,
        style.word("unripe"),
        y_of="paper",
        anchor="right",
        vertical="bottom",
        up=4,
        colour=SOFT_INK,
        size=SMALL_TYPE_SIZE,
    )


def _month_bars(months: Sequence[int], values: Sequence[float | None], shift: float, width: float) -> dict[str, Any]:
    return {"type": "bar", "x": [month + shift for month in months], "y": list(values), "width": width}


def _month_axis(style: ChartStyle, data: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    by_month = {int(row["month"]): row for row in data}
    return hidden_axis(
        showticklabels=True,
        tickmode="array",
        tickvals=list(range(1, 13)),
        tickangle=0,
        range=[0.5, 12.5],
        ticktext=[_month_text(name, by_month.get(month)) for month, name in enumerate(style.months, start=1)],
        tickfont={"size": SMALL_TYPE_SIZE, "color": SOFT_INK},
    )


def _month_text(name: str, row: Mapping[str, Any] | None) -> str:
    cases = None if row is None else number(row.get("n"))
    return name if cases is None or cases >= _FEW else f"{name}<br>n={cases:.0f}"


def _has_few(data: Sequence[Mapping[str, Any]]) -> bool:
    return any(cases < _FEW for cases in known(numbers(data, "n")))


def _dot_texts(data: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The labels that some dots have: below a dot that lies lower than its neighbours, else above."""
    values = {int(row["month"]): value for row in data if (value := number(row["value"])) is not None}
    notes = []
    for row in data:
        month = int(row["month"])
        if not row.get("text") or month not in values:
            continue
        beside = known([values.get(month - 1), values.get(month + 1)])
        is_low = bool(beside) and values[month] < sum(beside) / len(beside)
        anchor = "left" if month == 1 else "right" if month == 12 else "center"
        place: dict[str, Any] = {"vertical": "top", "up": -7} if is_low else {"vertical": "bottom", "up": 7}
        notes.append(label(month, values[month], wrapped(row["text"], 92, at_most=1), anchor=anchor, **place))
    return notes


def _zoomed(values: Sequence[float], as_share: bool) -> tuple[float, float]:
    """Both ends of an axis around `values`, with room for dots and labels; never below zero without need."""
    if not values:
        return 0.0, 1.0
    spread = max(max(values) - min(values), 0.02 if as_share else abs(max(values)) * 0.1, 1e-9)
    step = round_step(spread / 3)
    low = math.floor(min(values) / step - 0.2) * step
    high = math.ceil(max(values) / step + 0.1) * step
    low = max(low, 0.0) if min(values) >= 0 else low
    high = min(high, 1.0) if as_share else high
    room = (high - low) * 0.06
    return round(low - (room if low else 0.0), 9), round(high + room, 9)


def _tick_width(low: float, high: float, as_share: bool) -> int:
    texts = even_ticks(low, high, as_share=as_share)["ticktext"]
    return round(max((text_width(text, SMALL_TYPE_SIZE) for text in texts), default=0.0))


def _axis_width(values: Sequence[float]) -> int:
    return round(text_width(f"{max(map(abs, values), default=0):,.0f}", SMALL_TYPE_SIZE))


def _month_hover(row: Mapping[str, Any], column: str, year: str, style: ChartStyle) -> str:
    value = number(row[column])
    text = "—" if value is None else value_text(value, as_share=False)
    return f"{style.months[int(row['month']) - 1]} · {style.word(year)}<br>{text}"


def _dot_hover(row: Mapping[str, Any], style: ChartStyle, as_share: bool) -> str:
    value, cases = number(row["value"]), number(row["n"])
    text = "—" if value is None else value_text(round(value, 4), as_share=as_share)
    return f"{style.months[int(row['month']) - 1]}<br>{text}" + ("" if cases is None else f"<br>n={cases:,.0f}")
