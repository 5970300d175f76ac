"""Charts of where and when: weekday by hour, share done by hours, faults along the year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from reports.charts.labels import escaped, joined, lines_of, row_labels, text_width
from reports.charts.series import curves, described_by, events_by_row, grid_in_sum
from reports.charts.style import (
    DARK_GREY,
    HAIRLINE,
    INK,
    NO_HOVER,
    PAGE_WIDTH,
    PALE,
    PAPER,
    SMALL_TYPE_SIZE,
    SOFT_INK,
    ChartStyle,
    HouseFigure,
    axis_end,
    figure,
    hidden_axis,
    hover,
    key,
    label,
    line,
    number,
    records,
    row_axis,
    text_on,
    value_axis,
    value_text,
)

_HEAT_STEPS = (0.1, 0.2, 0.32, 0.46, 0.62, 0.8, 1.0)
_MOST_LABELLED = 6


@described_by(grid_in_sum)
def heat_map(
    rows: pd.DataFrame,
    style: ChartStyle,
    row_order: Sequence[Any] | None = None,
    column_order: Sequence[Any] | None = None,
) -> HouseFigure:
    """A grid of counts, the darker the more; only the strongest cells carry their number.

    `rows`: row, column, value. The orders default to first appearance. Cells are bars, so the picture stays vector.
    """
    data = records(rows, "row", "column", "value")
    down = [str(name) for name in (row_order or dict.fromkeys(row["row"] for row in data))]
    across = [str(name) for name in (column_order or dict.fromkeys(row["column"] for row in data))]
    cells = {(str(row["row"]), str(row["column"])): number(row["value"]) for row in data}
    present = [
        (r, c, value)
        for r, name in enumerate(down)
        for c, head in enumerate(across)
        if (value := cells.get((name, head))) is not None
    ]
    names = row_labels(down, pitch=44 if len(down) < 4 else 18, widest=120)
    top = max([value for _, _, value in present] or [0.0]) or 1.0
    colours = [
        style.tint(_HEAT_STEPS[min(int(max(value, 0.0) / top * 7), 6)]) if value > 0 else PALE
        for _, _, value in present
    ]
    trace = {
        "type": "bar",
        "x": [c for _, c, _ in present],
        "y": [0.92] * len(present),
        "base": [r - 0.46 for r, _, _ in present],
        "width": 0.96,
        "marker": {"color": colours, "line": {"width": 0}},
        **hover(
            [
                f"{escaped(down[r])} · {escaped(across[c])}<br>{value_text(value, as_share=False)}"
                for r, c, value in present
            ]
        ),
    }
    wide = (PAGE_WIDTH - names.width - 4) / max(len(across), 1)
    return figure(
        [trace] if present else [],
        style,
        margin={"l": names.width, "r": 4, "t": 4, "b": 24},
        height=32 + names.height,
        annotations=_strongest(present, colours, wide),
        barmode="overlay",
        xaxis=_thinned_axis(across, wide),
        yaxis=row_axis(names.texts),
    )


@described_by(curves)
def completion_curve(
    rows: pd.DataFrame,
    style: ChartStyle,
    mark_hours: float | None = 24,
    mark_texts: Sequence[str] = (),
) -> HouseFigure:
    """The share done within so many hours as steps; the latest series in the accent, earlier ones grey.

    `rows`: series, hours, share (0–1). Series are sorted by name and the last is the latest. `mark_texts` are the
    labels at `mark_hours`, in the order in which the series first appear; a label that does not name its series gets
    the name in front.
    """
    data = records(rows, "series", "hours", "share")
    appearing = list(dict.fromkeys(str(row["series"]) for row in data))
    texts = dict(zip(appearing, mark_texts, strict=False))
    series = sorted(appearing)
    curves = {name: _curve(data, name) for name in series}
    end = _last_hour(curves, mark_hours)
    traces = [
        _steps_of(name, curves[name], end, style.accent if name == series[-1] else DARK_GREY, name == series[-1])
        for name in series
    ]
    shapes: list[dict[str, Any]] = []
    notes = [axis_end(style.word("hours"), up=-20)]
    if mark_hours is not None and series:
        shapes.append(line(mark_hours, 0, mark_hours, 1, colour=INK, width=1, dash="4px,3px"))
        marks = {name: _share_at(curves[name], mark_hours) for name in series}
        traces.append(_mark_dots(marks, mark_hours, series, style))
        notes += _mark_labels(marks, mark_hours, end, series, texts, style)
    return figure(
        traces if series else [],
        style,
        margin={"l": 42, "r": 14, "t": 14, "b": 42},
        annotations=notes,
        shapes=shapes,
        xaxis=_hours_axis(end),
        yaxis=_shares_axis(),
    )


def _hours_axis(end: float) -> dict[str, Any]:
    ticks = _hour_ticks(end)
    texts = [f"{tick:,.0f}" for tick in ticks]
    return value_axis(range=[0, end], showgrid=False, tickmode="array", tickvals=ticks, ticktext=texts)


def _shares_axis() -> dict[str, Any]:
    quarters = {0: "0", 0.25: "25%", 0.5: "50%", 0.75: "75%", 1: "100%"}
    return value_axis(range=[0, 1.02], tickmode="array", tickvals=list(quarters), ticktext=list(quarters.values()))


@described_by(events_by_row)
def event_strip(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """One line per asset along the year, a tick per event and their number at the right; most events first.

    `rows`: label, at (timestamps), and optionally mark (a short text such as 整改: the event is a rectification and not
    counted, shown as a triangle that a line above explains).
    """
    data = [row for row in records(rows, "label", "at") if row["at"] is not None]
    counts: dict[str, int] = {}
    for row in data:
        counts[str(row["label"])] = counts.get(str(row["label"]), 0) + (0 if row.get("mark") else 1)
    order = sorted(counts, key=lambda name: (-counts[name], name))
    names = row_labels(order, pitch=18, widest=170)
    first, last = _whole_years([pd.Timestamp(row["at"]) for row in data])
    events = _one_a_day(row for row in data if not row.get("mark"))
    marks = [row for row in data if row.get("mark")]
    notes = [
        label(1, index, str(counts[name]), x_of="paper", anchor="right", right=30) for index, name in enumerate(order)
    ]
    marked = "、".join(dict.fromkeys(str(row["mark"]) for row in marks))
    notes += key([(lines_of(marked, 380, at_most=1, size=SMALL_TYPE_SIZE)[0], INK)], mark="▲", up=4) if marked else []
    return figure(
        [
            _event_marks(
                events, order, {"symbol": "line-ns", "size": 13, "line": {"color": style.accent, "width": 1.8}}
            ),
            _event_marks(marks, order, {"symbol": "triangle-up", "size": 9, "color": INK}),
        ]
        if data
        else [],
        style,
        margin={"l": names.width, "r": 34, "t": 24 if marked else 6, "b": 26},
        height=(52 if marked else 34) + names.height,
        annotations=notes,
        shapes=[line(0, index, 1, index, colour=HAIRLINE, xref="paper", layer="below") for index in range(len(order))],
        xaxis=_date_axis(first, last, style),
        yaxis=row_axis(names.texts),
    )


def _strongest(present: Sequence[tuple[int, int, float]], colours: Sequence[str], wide: float) -> list[dict[str, Any]]:
    ranked = sorted(range(len(present)), key=lambda index: (-present[index][2], index))
    ranked = ranked if len(present) <= 24 else ranked[:_MOST_LABELLED]
    notes = []
    for index in ranked:
        r, c, value = present[index]
        text = value_text(value, as_share=False)
        if value > 0 and text_width(text, SMALL_TYPE_SIZE) <= wide + 2:
            notes.append(label(c, r, text, colour=text_on(colours[index]), size=SMALL_TYPE_SIZE))
    return notes


def _thinned_axis(names: Sequence[str], wide: float) -> dict[str, Any]:
    """Column heads, every second or third one where all would touch."""
    longest = max([text_width(name, SMALL_TYPE_SIZE) for name in names] or [1.0])
    every = 1 if len(names) <= 12 else next((step for step in (1, 2, 3, 4, 6) if longest + 8 <= wide * step), 12)
    return hidden_axis(
        showticklabels=True,
        tickmode="array",
        tickvals=list(range(0, len(names), every)),
        ticktext=[joined(lines_of(name, wide * every - 8, at_most=1, size=SMALL_TYPE_SIZE)) for name in names[::every]],
        tickangle=0,
        tickfont={"size": SMALL_TYPE_SIZE, "color": SOFT_INK},
        range=[-0.5, len(names) - 0.5],
    )


_Curve = list[tuple[float, float]]


def _curve(data: Sequence[Mapping[str, Any]], name: str) -> _Curve:
    own = [(number(row["hours"]), number(row["share"])) for row in data if str(row["series"]) == name]
    return sorted((hours, share) for hours, share in own if hours is not None and share is not None)


def _share_at(curve: _Curve, hours: float) -> float:
    return max((share for at, share in curve if at <= hours), default=0.0)


def _last_hour(curves: Mapping[str, _Curve], mark_hours: float | None) -> float:
    """Where the axis ends: most of every curve, at least three and at most ten times the mark."""
    reached = [
        next((hours for hours, share in curve if share >= 0.95), curve[-1][0] if curve else 0.0)
        for curve in curves.values()
    ]
    wanted = max([*reached, 1.0])
    if mark_hours is not None:
        wanted = min(max(wanted, 3 * mark_hours), 10 * mark_hours)
    step = _hour_step(wanted)
    return float(-(-wanted // step) * step)


def _hour_step(end: float) -> float:
    steps = (0.25, 0.5, 1, 2, 4, 6, 12, 24, 48, 72, 168, 336, 720, 1440, 2880, 8640)
    return next((step for step in steps if end / step <= 8), end / 8)


def _hour_ticks(end: float) -> list[float]:
    step = _hour_step(end)
    return [round(index * step, 6) for index in range(int(end / step + 1e-9) + 1)]


def _steps_of(name: str, curve: _Curve, end: float, colour: str, is_latest: bool) -> dict[str, Any]:
    shown = _thinned([(0.0, 0.0), *(point for point in curve if point[0] <= end)])
    shown.append((end, shown[-1][1]))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [hours for hours, _ in shown],
        "y": [share for _, share in shown],
        "line": {"color": colour, "width": 2.4 if is_latest else 1.8, "shape": "hv"},
        **hover(
            [
                f"{escaped(name)}<br>{hours:,.1f} h · {value_text(round(share, 3), as_share=True)}"
                for hours, share in shown
            ]
        ),
    }


def _thinned(points: _Curve, at_most: int = 240) -> _Curve:
    """The steps that the eye can tell apart: the share must have grown by one part in `at_most`."""
    if len(points) <= at_most:
        return list(points)
    kept = [points[0]]
    for point in points[1:]:
        if point[1] - kept[-1][1] >= 1 / at_most:
            kept.append(point)
    return kept


def _mark_dots(marks: Mapping[str, float], hours: float, series: Sequence[str], style: ChartStyle) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [hours] * len(series),
        "y": [marks[name] for name in series],
        "marker": {
            "size": 8,
            "color": [style.accent if name == series[-1] else DARK_GREY for name in series],
            "line": {"color": PAPER, "width": 1.5},
        },
        "cliponaxis": False,
        **NO_HOVER,
    }


_NEAR_THE_GROUND = 0.2  # of the axis: there is no room for a label below


def _mark_labels(
    marks: Mapping[str, float],
    hours: float,
    end: float,
    series: Sequence[str],
    texts: Mapping[str, str],
    style: ChartStyle,
) -> list[dict[str, Any]]:
    """The highest curve's label stands above it at the left, the others below at the right: both corners are free.

    Labels at the right stand one below the other; where the curves are near the ground, above them.
    """
    notes = []
    ranked = sorted(series, key=lambda name: -marks[name])
    is_low = bool(marks) and min(marks.values()) < _NEAR_THE_GROUND
    at_right = 0
    for rank, name in enumerate(ranked):
        text = texts.get(name, name)
        text = lines_of(text if name in text else f"{name} {text}", 250, at_most=1)[0]
        room_left = hours / end * (PAGE_WIDTH - 56)
        is_left = rank == 0 and len(series) > 1 and text_width(text) + 12 <= room_left
        is_latest = name == series[-1]
        shown = f"<b>{escaped(text)}</b>" if is_latest else escaped(text)
        below = -4 - 17 * at_right
        above = 5 + 17 * (len(series) - 1 - rank)
        at_right += not is_left
        notes.append(
            label(
                hours,
                marks[name],
                shown,
                anchor="right" if is_left else "left",
                vertical="bottom" if is_left or is_low else "top",
                right=-8 if is_left else 9,
                up=5 if is_left else above if is_low else below,
                colour=style.accent if is_latest else SOFT_INK,
            )
        )
    return notes


def _one_a_day(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The first event of each asset and day: two ticks of one day would stand on each other."""
    first: dict[tuple[str, object], Mapping[str, Any]] = {}
    for row in events:
        first.setdefault((str(row["label"]), pd.Timestamp(row["at"]).date()), row)
    return list(first.values())


def _event_marks(own: Sequence[Mapping[str, Any]], order: Sequence[str], marker: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [_moment(row) for row in own],
        "y": [order.index(str(row["label"])) for row in own],
        "marker": dict(marker),
        "cliponaxis": False,
        **hover([f"{escaped(row['label'])}<br>{pd.Timestamp(row['at']):%Y-%m-%d}" for row in own]),
    }


def _moment(row: Mapping[str, Any]) -> str:
    return f"{pd.Timestamp(row['at']):%Y-%m-%d %H:%M:%S}"


def _whole_years(moments: Sequence[pd.Timestamp]) -> tuple[int, int]:
    years = [moment.year for moment in moments]
    return (min(years), max(years)) if years else (2000, 2000)


def _date_axis(first: int, last: int, style: ChartStyle) -> dict[str, Any]:
    months = [(year, month) for year in range(first, last + 1) for month in range(1, 13)]
    every = 1 if len(months) == 12 else 3 if len(months) <= 36 else 12
    shown = months[::every]
    texts = [
        str(year) if every == 12 else style.months[month - 1] + (f"<br>{year}" if month == 1 and last > first else "")
        for year, month in shown
    ]
    return hidden_axis(
        type="date",
        range=[f"{first}-01-01", f"{last}-12-31"],
        showticklabels=True,
        tickmode="array",
        tickvals=[f"{year}-{month:02d}-{'15' if every == 1 else '01'}" for year, month in shown],
        ticktext=texts,
        tickangle=0,
        tickfont={"size": SMALL_TYPE_SIZE, "color": SOFT_INK},
    )
