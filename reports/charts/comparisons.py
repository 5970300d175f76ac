"""Charts that compare row by row: two periods, actual against target, dimensions with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from reports.charts.labels import (
    TALLEST,
    as_text,
    escaped,
    joined,
    lines_of,
    row_labels,
    spread,
    text_width,
    widest,
)
from reports.charts.series import by_row, described_by, intervals_by_period, two_periods
from reports.charts.style import (
    DARK_GREY,
    GREY,
    HAIRLINE,
    INK,
    NO_HOVER,
    SMALL_TYPE_SIZE,
    SOFT_INK,
    ChartStyle,
    HouseFigure,
    even_ticks,
    figure,
    filled_or_hollow,
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
    value_axis,
    value_text,
)


@described_by(two_periods)
def slope(rows: pd.DataFrame, style: ChartStyle, periods: tuple[str, str] = ("", "")) -> HouseFigure:
    """Two periods joined by lines: the earlier value at the left, the later value and the name at the right.

    `rows`: label, before, after, text_before, text_after. The line that changed most (relative to its start) has the
    accent. Labels are kept apart and tied to their points by fine lines.
    """
    data = records(rows, "label", "before", "after", "text_before", "text_after")
    before, after = numbers(data, "before"), numbers(data, "after")
    reach = known([*before, *after])
    low, high = (min(reach), max(reach)) if reach else (0.0, 1.0)
    low, high = (low, high) if high > low else (low - 1, high + 1)
    left_texts = [[as_text(row["text_before"])] for row in data]
    at_most = 2 if len(data) * 34 <= TALLEST else 1
    right_texts = [lines_of(f"{row['text_after'] or ''}  {row['label']}", 220, at_most=at_most) for row in data]
    deepest = max((len(lines) for lines in right_texts), default=1)
    gap = 17.0 * deepest
    plot = min(max(120.0, gap * max(len(data) - 1, 1)), TALLEST)
    chosen = _most_changed(before, after)
    colours = [style.accent if index == chosen else DARK_GREY for index in range(len(data))]
    head = 8 + 9 * deepest
    left_width = max(widest([lines[0] for lines in left_texts]), round(text_width(periods[0]) / 2), 20) + 34
    right_width = (
        max([widest([line_ for lines in right_texts for line_ in lines]), round(text_width(periods[1]) / 2)]) + 34
    )
    notes = _slope_labels(before, left_texts, colours, chosen, (low, high, plot, 17.0), side="left")
    notes += _slope_labels(after, right_texts, colours, chosen, (low, high, plot, gap), side="right")
    notes += [
        label(
            position,
            1,
            f"<b>{escaped(period)}</b>",
            y_of="paper",
            vertical="bottom",
            up=8 + 9 * deepest,
            colour=SOFT_INK,
        )
        for position, period in enumerate(periods)
    ]
    return figure(
        [_slope_line(row, index, colours[index], index == chosen) for index, row in enumerate(data)],
        style,
        margin={"l": left_width + 16, "r": right_width + 8, "t": head + 24, "b": 8 + 9 * deepest},
        height=round(plot) + 40 + 18 * deepest,
        annotations=notes,
        shapes=[line(x, 0, x, 1, colour=HAIRLINE, yref="paper", layer="below") for x in (0, 1)],
        xaxis=hidden_axis(range=[0, 1]),
        yaxis=hidden_axis(range=[low, high]),
    )


@described_by(by_row(("actual", "actual", "now"), ("target", "target", "target")))
def dumbbell(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """Actual share (dot) against target share (tick), one row each, text at the right.

    `rows`: label, actual, target (0–1), text. A dot below its target is hollow and its text bold.
    """
    data = records(rows, "label", "actual", "target", "text")
    names = row_labels([row["label"] for row in data], pitch=23, widest=210)
    actual, target = numbers(data, "actual"), numbers(data, "target")
    missed = [a is not None and t is not None and a < t for a, t in zip(actual, target, strict=True)]
    low = _floor(known([*actual, *target]))
    texts = [as_text(row["text"]) for row in data]
    links = [
        line(a, index, t, index, colour=DARK_GREY, width=2, layer="below")
        for index, (a, t) in enumerate(zip(actual, target, strict=True))
        if a is not None and t is not None
    ]
    notes = [
        label(
            1, index, f"<b>{escaped(text)}</b>" if is_missed else escaped(text), x_of="paper", anchor="left", right=14
        )
        for index, (text, is_missed) in enumerate(zip(texts, missed, strict=True))
    ]
    rules = [line(low, index, 1, index, colour=HAIRLINE, layer="below") for index in range(len(data))]
    dots = {
        **_row_points(actual),
        "marker": filled_or_hollow(missed, style.accent, size=11),
        **hover([f"{escaped(row['label'])}<br>{escaped(row['text'] or '')}" for row in data]),
    }
    ticks = {
        **_row_points(target),
        "marker": {"symbol": "line-ns", "size": 15, "line": {"color": INK, "width": 2}},
        **NO_HOVER,
    }
    return figure(
        [ticks, dots] if data else [],
        style,
        margin={"l": names.width, "r": widest(texts) + 22, "t": 24, "b": 26},
        height=52 + names.height,
        annotations=notes + _pair_names(actual, target, style),
        shapes=rules + links,
        xaxis=_share_axis(low),
        yaxis=row_axis(names.texts),
    )


@described_by(intervals_by_period)
def dot_interval(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """A dot with its interval by dimension; the latest period in the accent, the one before in grey below it.

    `rows`: label, period, value, low, high, text. Rows stand in the order of their first appearance; periods are
    sorted by name. A period without low and high shows the dot alone.
    """
    data = records(rows, "label", "period", "value", "low", "high", "text")
    labels = list(dict.fromkeys(str(row["label"]) for row in data))
    periods = sorted({str(row["period"]) for row in data})[-2:]
    names = row_labels(labels, pitch=31)
    bounds = known([*numbers(data, "value"), *numbers(data, "low"), *numbers(data, "high")])
    as_share = is_share(bounds)
    low, high = (min(bounds), max(bounds)) if bounds else (0.0, 1.0)
    pad = (high - low) * 0.06 or max(abs(high) * 0.05, 0.01)
    low, high = low - pad, high + pad
    latest = {str(row["label"]): row for row in data if periods and str(row["period"]) == periods[-1]}
    texts = [as_text(latest[name]["text"]) if name in latest else "" for name in labels]
    offsets = dict(zip(periods, (0.17, -0.13) if len(periods) == 2 else (0.0,), strict=False))
    traces = [
        trace
        for period in periods
        for trace in _interval_dots(
            [row for row in data if str(row["period"]) == period],
            labels,
            offsets[period],
            style.accent if period == periods[-1] else DARK_GREY,
        )
    ]
    notes = [label(1, index, escaped(text), x_of="paper", anchor="left", right=14) for index, text in enumerate(texts)]
    rules = [
        line(0, index + 0.5, 1, index + 0.5, colour=HAIRLINE, xref="paper", layer="below")
        for index in range(len(labels) - 1)
    ]
    return figure(
        traces,
        style,
        margin={"l": names.width, "r": widest(texts) + 22, "t": 26, "b": 26},
        height=56 + names.height,
        annotations=notes + _period_key(periods, style),
        shapes=rules,
        xaxis=value_axis(
            range=[low - pad, high + pad], **even_ticks(low - pad, high + pad, as_share=as_share, at_most=6)
        ),
        yaxis=row_axis(names.texts),
    )


def _most_changed(before: Sequence[float | None], after: Sequence[float | None]) -> int | None:
    changes = [
        (abs(b - a) / abs(a), index)
        for index, (a, b) in enumerate(zip(before, after, strict=True))
        if a is not None and b is not None and a != 0 and a != b
    ]
    return max(changes)[1] if changes else None


def _slope_line(row: Mapping[str, Any], index: int, colour: str, is_chosen: bool) -> dict[str, Any]:
    text = f"{escaped(row['label'])}<br>{escaped(row['text_before'] or '—')} → {escaped(row['text_after'] or '—')}"
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [0, 1],
        "y": [number(row["before"]), number(row["after"])],
        "line": {"color": colour, "width": 2.4 if is_chosen else 1.4},
        "marker": {"color": colour, "size": 7},
        "cliponaxis": False,
        **hover([text, text]),
    }


def _slope_labels(
    values: Sequence[float | None],
    texts: Sequence[Sequence[str]],
    colours: Sequence[str],
    chosen: int | None,
    room: tuple[float, float, float, float],
    *,
    side: str,
) -> list[dict[str, Any]]:
    """The labels of one side; `room` is the lowest and highest value, the plot's height in pixels and the gap."""
    low, high, plot, gap = room
    present = [index for index, value in enumerate(values) if value is not None]
    wanted = [((values[index] or 0.0) - low) / (high - low) * plot for index in present]
    notes = []
    for index, own, moved in zip(present, wanted, spread(wanted, gap, -6, plot + 6), strict=True):
        direction = -1 if side == "left" else 1
        text = joined(texts[index])
        notes.append(
            label(
                0 if side == "left" else 1,
                values[index],
                f"<b>{text}</b>" if index == chosen else text,
                anchor="right" if side == "left" else "left",
                right=26 * direction,
                up=moved - own,
                colour=colours[index] if index == chosen else INK,
            )
        )
        notes.append(_tie(0 if side == "left" else 1, values[index], 24 * direction, moved - own))
    return notes


def _tie(x: float, y: float | None, right: float, up: float) -> dict[str, Any]:
    """A fine line from a point to its label."""
    return {
        "x": x,
        "y": y,
        "xref": "x",
        "yref": "y",
        "text": "",
        "showarrow": True,
        "arrowhead": 0,
        "arrowwidth": 0.8,
        "arrowcolor": GREY,
        "ax": right,
        "ay": -up,
        "axref": "pixel",
        "ayref": "pixel",
        "standoff": 6,
    }


def _row_points(values: Sequence[float | None]) -> dict[str, Any]:
    return {"type": "scatter", "mode": "markers", "x": list(values), "y": list(range(len(values))), "cliponaxis": False}


def _pair_names(
    actual: Sequence[float | None], target: Sequence[float | None], style: ChartStyle
) -> list[dict[str, Any]]:
    """实际 and 目标 above the first row that has both, each on its own side."""
    first = next((i for i, pair in enumerate(zip(actual, target, strict=True)) if None not in pair), None)
    if first is None:
        return []
    a, t = actual[first] or 0.0, target[first] or 0.0
    place: dict[str, Any] = {"vertical": "bottom", "up": 9, "colour": SOFT_INK, "size": SMALL_TYPE_SIZE}
    return [
        label(a, first, style.word("actual"), anchor="right" if a <= t else "left", right=-3 if a <= t else 3, **place),
        label(t, first, style.word("target"), anchor="left" if a <= t else "right", right=3 if a <= t else -3, **place),
    ]


def _floor(values: Sequence[float]) -> float:
    """A round share below the lowest, at most 0.9, so that the axis has room."""
    return min(max((min(values, default=0.0) * 10 - 0.6) // 1 / 10, 0.0), 0.9)


def _share_axis(low: float) -> dict[str, Any]:
    step = next(step for step in (0.02, 0.05, 0.1, 0.2) if (1 - low) / step <= 5.5)
    count = round((1 - low) / step)
    positions = [round(1 - index * step, 6) for index in range(count + 1)]
    positions = [position for position in positions if position >= low - 1e-9]
    return value_axis(
        range=[low, 1],
        tickmode="array",
        tickvals=positions,
        ticktext=[value_text(position, as_share=True) for position in positions],
    )


def _interval_dots(
    own: Sequence[Mapping[str, Any]], labels: Sequence[str], offset: float, colour: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    rows = [labels.index(str(row["label"])) + offset for row in own]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": numbers(own, "value"),
        "y": rows,
        "marker": {"color": colour, "size": 9},
        "cliponaxis": False,
        **hover([f"{escaped(row['label'])} · {escaped(row['period'])}<br>{escaped(row['text'] or '')}" for row in own]),
    }
    return intervals(rows, numbers(own, "low"), numbers(own, "high"), colour=colour, width=1.6), dots


def _period_key(periods: Sequence[str], style: ChartStyle) -> list[dict[str, Any]]:
    colours = {period: style.accent if period == periods[-1] else DARK_GREY for period in periods}
    return key([(period, colours[period]) for period in reversed(periods)], mark="●", up=6)
