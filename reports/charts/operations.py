"""Charts of the daily operation: plans and what came of them, incidents and drills, calls, ratings, notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from reports.charts.labels import as_text, escaped, row_labels, widest
from reports.charts.series import by_row, described_by, events_by_month, progress, ratings, shares_by_series
from reports.charts.style import (
    DARK_GREY,
    GREY,
    HAIRLINE,
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
)

_BEHIND = "#d3d9dc"  # the whole behind its part
_PANEL_GAP = 0.06  # between two panels, in widths of one
_MARKS: Mapping[str, Mapping[str, Any]] = {
    "dot": {"symbol": "circle", "size": 9, "opacity": 0.85},
    "missed": {"symbol": "triangle-up", "size": 11},
    "tick": {"symbol": "line-ns", "size": 15},
}
_KEY_MARKS = {"dot": "●", "missed": "▲", "tick": "|"}


@described_by(progress)
def progress_panels(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """What was done of what there was to do, by row, in panels side by side, each on its own scale from zero.

    `rows`: label, panel, whole, part, text. The whole is a pale bar, its part stands before it, the text at its end.
    """
    data = records(rows, "label", "panel", "whole", "part", "text")
    panels = list(dict.fromkeys(str(row["panel"]) for row in data))
    names = row_labels(list(dict.fromkeys(row["label"] for row in data)), pitch=24, widest=130)
    order = list(dict.fromkeys(str(row["label"]) for row in data))
    pixels = (PAGE_WIDTH - names.width - 4) / (max(len(panels), 1) * (1 + _PANEL_GAP))
    room = max(0.2, 1 - (widest([row["text"] for row in data]) + 12) / pixels)
    drawn = [_panel(data, panel, place, order, room, style) for place, panel in enumerate(panels)]
    heads = [
        label(place * (1 + _PANEL_GAP), -0.5, escaped(panel), anchor="left", vertical="bottom", up=3, colour=SOFT_INK)
        for place, panel in enumerate(panels)
    ]
    starts = [place * (1 + _PANEL_GAP) for place in range(len(panels))]
    return figure(
        [trace for traces, _ in drawn for trace in traces] if data else [],
        style,
        margin={"l": names.width, "r": 4, "t": 24, "b": 4},
        height=names.height + 28,
        annotations=[*heads, *(note for _, notes in drawn for note in notes)],
        shapes=[line(start, -0.5, start, len(order) - 0.5, colour=DARK_GREY) for start in starts],
        barmode="overlay",
        xaxis=hidden_axis(range=[0, max(len(panels), 1) * (1 + _PANEL_GAP)]),
        yaxis=row_axis(names.texts),
    )


@described_by(by_row(("before", "last_year", "before"), ("after", "this_year", "now")))
def two_year_dots(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """Counts of two years by row: last year hollow and grey, this year in the accent, the text at the right.

    `rows`: label, before, after, text. The axis begins at zero.
    """
    data = records(rows, "label", "before", "after", "text")
    names = row_labels([row["label"] for row in data], pitch=26, widest=170)
    before, after = numbers(data, "before"), numbers(data, "after")
    texts = [as_text(row["text"]) for row in data]
    top = max([1.0, *known([*before, *after])])
    links = [
        line(b, index, a, index, colour=GREY, width=2, layer="below")
        for index, (b, a) in enumerate(zip(before, after, strict=True))
        if a is not None and b is not None
    ]
    rules = [line(0, index, top, index, colour=HAIRLINE, layer="below") for index in range(len(data))]
    room = PAGE_WIDTH - names.width - widest(texts) - 22
    earlier = {
        **_dots(before),
        "marker": {"size": 10, "color": PAPER, "line": {"color": DARK_GREY, "width": 1.6}},
        **NO_HOVER,
    }
    latest = {**_dots(after), "marker": {"size": 11, "color": style.accent}, **hover(_hovers(data))}
    notes = [label(1, index, escaped(text), x_of="paper", anchor="left", right=14) for index, text in enumerate(texts)]
    notes += key([(style.word("this_year"), style.accent)], mark="●", up=5)
    after_key = widest([style.word("this_year")], SMALL_TYPE_SIZE) + 29
    notes += _moved_right(key([(style.word("last_year"), DARK_GREY)], mark="○", up=5), after_key)
    return figure(
        [earlier, latest] if data else [],
        style,
        margin={"l": names.width, "r": widest(texts) + 22, "t": 26, "b": 26},
        height=names.height + 54,
        annotations=notes,
        shapes=rules + links,
        xaxis=value_axis(range=[-top * 0.02, top * 1.03], **row_ticks(0, top, room, whole=True)),
        yaxis=row_axis(names.texts),
    )


@described_by(events_by_month)
def year_timeline(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """What happened along one year: a lane a type, its number at the right.

    `rows`: lane, at (timestamps of one year), mark (dot, missed or tick) and kind, the word for that mark in the key.
    Lanes stand in the order of their first appearance.
    """
    data = [row for row in records(rows, "lane", "at", "mark", "kind") if row["at"] is not None]
    lanes = list(dict.fromkeys(str(row["lane"]) for row in data))
    names = row_labels(lanes, pitch=22, widest=150)
    year = max((pd.Timestamp(row["at"]).year for row in data), default=2000)
    counts = [sum(str(row["lane"]) == lane for row in data) for lane in lanes]
    notes = [label(1, index, str(count), x_of="paper", anchor="right", right=30) for index, count in enumerate(counts)]
    return figure(
        [_marked(data, mark, lanes, style) for mark in _MARKS] if data else [],
        style,
        margin={"l": names.width, "r": 34, "t": 24, "b": 24},
        height=names.height + 52,
        annotations=notes + _marks_key(data, style),
        shapes=[line(0, index, 1, index, colour=HAIRLINE, xref="paper", layer="below") for index in range(len(lanes))],
        xaxis=_year_axis(year, style),
        yaxis=row_axis(names.texts),
    )


@described_by(by_row(("value", "count", "now")))
def funnel_steps(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """How many are left after each step: a bar a step, what the step before had in outline behind it.

    `rows`: label, value, text, in the order of the steps.
    """
    data = records(rows, "label", "value", "text")
    names = row_labels([row["label"] for row in data], pitch=26, widest=150)
    values = [value or 0.0 for value in numbers(data, "value")]
    before = [values[max(index - 1, 0)] for index in range(len(values))]
    texts = [as_text(row["text"]) for row in data]
    outline = {
        **_bars(before, 0.6),
        "marker": {"color": PAPER, "line": {"color": GREY, "width": 1}},
        **NO_HOVER,
    }
    bars = {**_bars(values, 0.6), "marker": {"color": style.accent}, **hover(_hovers(data))}
    notes = [label(1, index, escaped(text), x_of="paper", anchor="left", right=10) for index, text in enumerate(texts)]
    return figure(
        [outline, bars] if data else [],
        style,
        margin={"l": names.width, "r": widest(texts) + 16, "t": 4, "b": 4},
        height=names.height + 8,
        annotations=notes,
        shapes=[line(0, -0.5, 0, len(data) - 0.5, colour=DARK_GREY)],
        barmode="overlay",
        xaxis=hidden_axis(range=[0, max([1.0, *values])]),
        yaxis=row_axis(names.texts),
    )


@described_by(ratings)
def rating_bars(rows: pd.DataFrame, style: ChartStyle, words: tuple[str, str] = ("", "")) -> HouseFigure:
    """Ratings by their stars; those that the system gave by default follow hatched, for they are not counted.

    `rows`: label, value, hatched (a number or None), text. `words` name the two kinds in the key.
    """
    data = records(rows, "label", "value", "hatched", "text")
    names = row_labels([row["label"] for row in data], pitch=24, widest=120)
    values = [value or 0.0 for value in numbers(data, "value")]
    hatched = [value or 0.0 for value in numbers(data, "hatched")]
    texts = [as_text(row["text"]) for row in data]
    has_key = any(hatched) and all(words)
    own = {**_bars(values, 0.6), "marker": {"color": style.accent}, **hover(_hovers(data))}
    others = {**_bars(hatched, 0.6), "base": values, "marker": _hatching(style), **NO_HOVER}
    notes = [
        label(value + more, index, escaped(text), anchor="left", right=6)
        for index, (value, more, text) in enumerate(zip(values, hatched, texts, strict=True))
    ]
    notes += _two_kinds_key(words, style) if has_key else []
    return figure(
        [own, others] if data else [],
        style,
        margin={"l": names.width, "r": widest(texts) + 14, "t": 24 if has_key else 4, "b": 4},
        height=names.height + (28 if has_key else 8),
        annotations=notes,
        shapes=[line(0, -0.5, 0, len(data) - 0.5, colour=DARK_GREY)],
        barmode="overlay",
        xaxis=hidden_axis(range=[0, max([1.0, *(v + m for v, m in zip(values, hatched, strict=True))])]),
        yaxis=row_axis(names.texts),
    )


@described_by(shares_by_series)
def share_dots(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """Two shares a row on one scale from 0 to 100 %: the first filled, the second hollow, each with its own column.

    `rows`: label, series, value (0–1, or None), text. Series stand in the order of their first appearance.
    """
    data = records(rows, "label", "series", "value", "text")
    order = list(dict.fromkeys(str(row["label"]) for row in data))
    series = list(dict.fromkeys(str(row["series"]) for row in data))
    names = row_labels(order, pitch=26, widest=150)
    columns = [_texts_of(data, order, one) for one in series]
    wide = [max(widest(texts), widest([one])) + 18 for texts, one in zip(columns, series, strict=True)]
    notes = [
        note
        for place, (one, texts) in enumerate(zip(series, columns, strict=True))
        for note in _column(one, texts, sum(wide[:place]) + 12)
    ]
    rules = [line(0, index, 1, index, colour=HAIRLINE, layer="below") for index in range(len(order))]
    return figure(
        [_series_dots(data, one, order, style, is_filled=place == 0) for place, one in enumerate(series)],
        style,
        margin={"l": names.width, "r": sum(wide) + 8, "t": 26, "b": 26},
        height=names.height + 54,
        annotations=notes,
        shapes=rules,
        xaxis=value_axis(range=[0, 1.02], **even_ticks(0, 1, as_share=True)),
        yaxis=row_axis(names.texts),
    )


def _panel(
    data: Sequence[Mapping[str, Any]], panel: str, place: int, order: Sequence[str], room: float, style: ChartStyle
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The traces and the texts of one panel; its longest bar takes `room` of the panel, its text the rest."""
    own = [row for row in data if str(row["panel"]) == panel]
    rows = [order.index(str(row["label"])) for row in own]
    wholes, parts = ([value or 0.0 for value in numbers(own, name)] for name in ("whole", "part"))
    scale = room / max([1.0, *wholes, *parts])
    start = place * (1 + _PANEL_GAP)
    behind = {**_bars([w * scale for w in wholes], 0.62, rows), "base": start, "marker": {"color": _BEHIND}, **NO_HOVER}
    before = {
        **_bars([p * scale for p in parts], 0.32, rows),
        "base": start,
        "marker": {"color": style.accent},
        **hover(_hovers(own)),
    }
    notes = [
        label(start + max(w, p) * scale, row, escaped(one["text"] or ""), anchor="left", right=6)
        for one, row, w, p in zip(own, rows, wholes, parts, strict=True)
    ]
    return [behind, before], notes


def _bars(values: Sequence[float], thickness: float, rows: Sequence[int] | None = None) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": list(range(len(values)) if rows is None else rows),
        "width": thickness,
    }


def _dots(values: Sequence[float | None]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(values),
        "y": list(range(len(values))),
        "cliponaxis": False,
    }


def _hovers(data: Sequence[Mapping[str, Any]]) -> list[str]:
    return [f"{escaped(row['label'])}<br>{escaped(row['text'] or '')}" for row in data]


def _hatching(style: ChartStyle) -> dict[str, Any]:
    pattern = {"shape": "/", "fgcolor": style.accent, "bgcolor": PAPER, "size": 5, "solidity": 0.35}
    return {
        "color": style.accent,
        "pattern": {**pattern, "fillmode": "replace"},
        "line": {"color": style.accent, "width": 1},
    }


def _two_kinds_key(words: tuple[str, str], style: ChartStyle) -> list[dict[str, Any]]:
    first = key([(words[0], style.accent)], up=5)
    return first + _moved_right(key([(words[1], style.accent)], mark="▨", up=5), widest([words[0]]) + 34)


def _moved_right(notes: Sequence[Mapping[str, Any]], pixels: float) -> list[dict[str, Any]]:
    return [{**note, "xshift": note["xshift"] + pixels} for note in notes]


def _marked(data: Sequence[Mapping[str, Any]], mark: str, lanes: Sequence[str], style: ChartStyle) -> dict[str, Any]:
    own = [row for row in data if row["mark"] == mark]
    colour = INK if mark == "missed" else style.accent
    look = {**_MARKS[mark], "color": colour, "line": {"color": colour if mark == "tick" else PAPER, "width": 1}}
    if mark == "tick":
        look["line"]["width"] = 2.4
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [f"{pd.Timestamp(row['at']):%Y-%m-%d %H:%M:%S}" for row in own],
        "y": [lanes.index(str(row["lane"])) for row in own],
        "marker": look,
        "cliponaxis": False,
        **hover(
            [f"{escaped(row['lane'])} · {escaped(row['kind'])}<br>{pd.Timestamp(row['at']):%Y-%m-%d}" for row in own]
        ),
    }


def _marks_key(data: Sequence[Mapping[str, Any]], style: ChartStyle) -> list[dict[str, Any]]:
    """The marks in use and their words, in one line above the lanes."""
    notes: list[dict[str, Any]] = []
    right = 0.0
    for mark, sign in _KEY_MARKS.items():
        word = next((str(row["kind"]) for row in data if row["mark"] == mark), None)
        if word is None:
            continue
        colour = INK if mark == "missed" else style.accent
        notes += _moved_right(key([(word, colour)], mark=sign, up=4), right)
        right += widest([word], SMALL_TYPE_SIZE) + 34
    return notes


def _year_axis(year: int, style: ChartStyle) -> dict[str, Any]:
    return hidden_axis(
        type="date",
        range=[f"{year}-01-01", f"{year}-12-31"],
        showticklabels=True,
        tickmode="array",
        tickvals=[f"{year}-{month:02d}-15" for month in range(1, 13)],
        ticktext=style.months,
        tickangle=0,
        tickfont={"size": SMALL_TYPE_SIZE, "color": SOFT_INK},
    )


def _texts_of(data: Sequence[Mapping[str, Any]], order: Sequence[str], series: str) -> list[str]:
    held = {str(row["label"]): as_text(row["text"]) for row in data if str(row["series"]) == series}
    return [held.get(name, "") for name in order]


def _column(head: str, texts: Sequence[str], right: float) -> list[dict[str, Any]]:
    """A column of texts at the right of the plot with its head above."""
    place: dict[str, Any] = {"x_of": "paper", "anchor": "left", "right": right}
    notes = [label(1, index, escaped(text), **place) for index, text in enumerate(texts)]
    return [label(1, -0.5, escaped(head), vertical="bottom", up=4, colour=SOFT_INK, **place), *notes]


def _series_dots(
    data: Sequence[Mapping[str, Any]], series: str, order: Sequence[str], style: ChartStyle, *, is_filled: bool
) -> dict[str, Any]:
    own = [row for row in data if str(row["series"]) == series and number(row["value"]) is not None]
    fill = style.accent if is_filled else PAPER
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [number(row["value"]) for row in own],
        "y": [order.index(str(row["label"])) for row in own],
        "marker": {"size": 11, "color": fill, "line": {"color": style.accent, "width": 1.8}},
        "cliponaxis": False,
        **hover([f"{escaped(row['label'])} · {escaped(series)}<br>{escaped(row['text'] or '')}" for row in own]),
    }
