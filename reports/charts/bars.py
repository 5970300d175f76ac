"""Charts of amounts: bars with targets, waterfalls, parts of a whole, rankings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.charts.labels import (
    as_text,
    escaped,
    joined,
    lines_of,
    row_labels,
    side_by_side,
    text_width,
    uneven_row_labels,
    widest,
)
from reports.charts.series import SHARE_FORMAT, by_row, described_by, parts_of_bars, steps_of_a_stock
from reports.charts.style import (
    DARK_GREY,
    GREY,
    INK,
    NO_HOVER,
    PAGE_WIDTH,
    PAPER,
    SMALL_TYPE_SIZE,
    SOFT_INK,
    VERDICT_SHAPES,
    ChartStyle,
    HouseFigure,
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
    text_on,
    value_text,
    years_key,
)

_LONGEST_BULLET = 1.5  # a value beyond this many targets is cut there; its text still says the value


@described_by(by_row(("value", "actual", "now"), ("target", "target", "target"), form=SHARE_FORMAT))
def bullet_bars(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """One bar a target, in the given order: bar = value, tick = target, text at the right.

    `rows`: label, value, target, text, verdict. value and target share one scale on which right is better, the target
    usually 1. A missed target has a hollow bar and bold text, so that it shows without colour.
    """
    data = records(rows, "label", "value", "target", "text", "verdict")
    names = uneven_row_labels([row["label"] for row in data], pitch=18, widest=260)
    values = [None if value is None else min(value, _LONGEST_BULLET) for value in numbers(data, "value")]
    texts = [_with_shape(row) for row in data]
    missed = [row["verdict"] == "missed" for row in data]
    bars = {**_row_bars(values, missed, style, thickness=0.46), "y": names.positions}
    targets = numbers(data, "target")
    ticks = {**_row_ticks(targets, size=13), "y": names.positions}
    first = next((index for index, target in enumerate(targets) if target is not None), None)
    notes = _column_at_right(names.positions, texts, missed)
    if first is not None:
        notes.append(
            label(
                targets[first], names.positions[first], style.word("target"), vertical="bottom", up=13, colour=SOFT_INK
            )
        )
    reach = known([*values, *targets])
    return figure(
        [{**bars, **hover([_hover(row) for row in data])}, ticks] if data else [],
        style,
        margin={"l": names.width, "r": widest(texts) + 18, "t": 26, "b": 4},
        height=names.height + 30,
        annotations=notes,
        shapes=[line(0, -0.5, 0, names.end, colour=DARK_GREY)],
        xaxis=hidden_axis(range=[min([0.0, *reach]), max([1.0, *reach]) * 1.01]),
        yaxis=row_axis(names.texts, tickvals=names.positions, range=[names.end, -0.5]),
    )


@described_by(by_row(("previous", "last_year", "before"), ("value", "this_year", "now")))
def horizontal_bars(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """Bars in the given order with their text at the end; last year as a wider pale bar behind.

    `rows`: label, value, previous, text.
    """
    data = records(rows, "label", "value", "text")
    names = row_labels([row["label"] for row in data], pitch=22)
    values, previous = numbers(data, "value"), numbers(data, "previous")
    texts = [as_text(row["text"]) for row in data]
    has_previous = bool(known(previous))
    bars = _row_bars(values, [False] * len(data), style, thickness=0.4 if has_previous else 0.56)
    behind = {
        **_row_bars(previous, [False] * len(data), style, thickness=0.72),
        "marker": {"color": _BEHIND},
        **NO_HOVER,
    }
    reach = [*known([*values, *previous]), 0.0]
    ends = [max([0.0, *known([value, before])]) for value, before in zip(values, previous, strict=True)]
    notes = [
        label(end, row, escaped(text), anchor="left", right=6)
        for row, (end, text) in enumerate(zip(ends, texts, strict=True))
    ]
    notes += years_key(style, up=5, last_year=_BEHIND) if has_previous else []
    return figure(
        [behind, {**bars, **hover([_hover(row) for row in data])}] if data else [],
        style,
        margin={"l": names.width, "r": widest(texts) + 14, "t": 24 if has_previous else 4, "b": 4},
        height=names.height + (28 if has_previous else 8),
        annotations=notes,
        shapes=[line(0, -0.5, 0, len(data) - 0.5, colour=DARK_GREY)],
        barmode="overlay",
        xaxis=hidden_axis(range=[min(reach), max(reach) or 1]),
        yaxis=row_axis(names.texts),
    )


@described_by(by_row(("count", "count", "now")))
def pareto(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """Places ranked by their count, with the count at the bar and the cumulative share in a column at the right.

    `rows`: label, count, and optionally share (the cumulative share of all cases, where the rows are only the top of
    the list). Labels are masked by the caller.
    """
    data = sorted(records(rows, "label", "count"), key=lambda row: -(number(row["count"]) or 0))
    names = row_labels([row["label"] for row in data], pitch=20, widest=190)
    counts = [count or 0.0 for count in numbers(data, "count")]
    shares = _cumulative_shares(data, counts)
    bars = _row_bars(counts, [False] * len(data), style, thickness=0.56)
    told = [f"{_hover(row)} · {style.word('cumulative')} {share}" for row, share in zip(data, shares, strict=True)]
    return figure(
        [{**bars, **hover(told)}] if data else [],
        style,
        margin={"l": names.width, "r": _CUMULATIVE + 2, "t": 22, "b": 4},
        height=names.height + 28,
        annotations=_counts_and_shares(counts, shares, style),
        shapes=[line(0, -0.5, 0, len(data) - 0.5, colour=DARK_GREY)],
        xaxis=hidden_axis(range=[0, max([1.0, *counts])]),
        yaxis=row_axis(names.texts),
    )


def _counts_and_shares(counts: Sequence[float], shares: Sequence[str], style: ChartStyle) -> list[dict[str, Any]]:
    """The count at each bar, and the column of cumulative shares with its heading."""
    column: dict[str, Any] = {"x_of": "paper", "anchor": "right", "right": _CUMULATIVE, "colour": SOFT_INK}
    return [
        *(
            label(count, row, value_text(count, as_share=False), anchor="left", right=6)
            for row, count in enumerate(counts)
        ),
        *(label(1, row, share, **column) for row, share in enumerate(shares)),
        label(1, -0.5, style.word("cumulative"), vertical="bottom", up=2, **column),
    ]


_BEHIND = "#d3d9dc"  # last year's bar behind this year's
_CUMULATIVE = 116  # pixels at the right of a Pareto chart: the longest bar's count and the cumulative share


@described_by(steps_of_a_stock)
def waterfall(rows: pd.DataFrame, style: ChartStyle, unit_label: str = "") -> HouseFigure:
    """From a stock through what added to it and took from it to the next stock, left to right.

    `rows`: label, amount, measure (absolute | relative | total), text. Stocks have the accent, additions a dark grey,
    reductions an outline; each bar has its text above. `unit_label` such as 万元 stands at the top left.
    """
    data = records(rows, "label", "amount", "measure", "text")
    steps = _steps(data)
    amounts = numbers(data, "amount")
    heights = [end if amount is None else amount for amount, (_, end) in zip(amounts, steps, strict=True)]
    pitch = (PAGE_WIDTH - 8) / max(len(data), 1)
    names = [joined(lines_of(str(row["label"]), pitch - 6, at_most=3)) for row in data]
    most_lines = max((name.count("<br>") + 1 for name in names), default=1)
    bar = {
        "type": "bar",
        "x": list(range(len(data))),
        "y": heights,
        "base": [start for start, _ in steps],
        "width": 0.58,
        "marker": {
            "color": [_step_colour(row, style) for row in data],
            "line": {"color": DARK_GREY, "width": [_outline(row) for row in data]},
        },
        **hover([_hover(row) for row in data]),
    }
    notes = [
        label(index, max(ends), escaped(row["text"] or ""), vertical="bottom", up=4)
        for index, (row, ends) in enumerate(zip(data, steps, strict=True))
    ]
    if unit_label:
        notes.append(_unit_note(style.word("unit") + unit_label))
    links = [line(index + 0.29, end, index + 0.71, end, colour=GREY) for index, (_, end) in enumerate(steps[:-1])]
    reach = [edge for ends in steps for edge in ends] + [0.0]
    return figure(
        [bar] if data else [],
        style,
        margin={"l": 4, "r": 4, "t": 42 if unit_label else 24, "b": 8 + 16 * most_lines},
        annotations=notes,
        shapes=[line(-0.5, 0, len(data) - 0.5, 0, colour=DARK_GREY), *links],
        xaxis=hidden_axis(
            showticklabels=True,
            tickmode="array",
            tickvals=list(range(len(data))),
            ticktext=names,
            tickangle=0,
            range=[-0.5, len(data) - 0.5],
        ),
        yaxis=hidden_axis(range=[min(reach), max(reach) or 1]),
    )


@described_by(parts_of_bars)
def stacked_bars(rows: pd.DataFrame, style: ChartStyle) -> HouseFigure:
    """Parts of a whole as horizontal bars, one bar a year, parts in the order of their first appearance.

    `rows`: bar, part, value, text. Part names stand above the first bar, or in a key where they would touch; a text
    that its part cannot hold stands below the bar.
    """
    data = [row for row in records(rows, "bar", "part", "value", "text") if (number(row["value"]) or 0) > 0]
    bars = list(dict.fromkeys(str(row["bar"]) for row in data))
    parts = list(dict.fromkeys(str(row["part"]) for row in data))
    names = row_labels(bars, pitch=34, widest=110)
    plot_width = PAGE_WIDTH - names.width - 4
    total = max([1e-9, *(sum(_values_of(data, bar)) for bar in bars)])
    colours = dict(zip(parts, style.tints(len(parts)), strict=True))
    segments = [_segments(data, bar, index, plot_width / total) for index, bar in enumerate(bars)]
    notes = [note for segment in segments for note in _texts_in(segment, colours)]
    notes += [note for segment in segments for note in _texts_below(segment, plot_width)]
    heads = _part_names(segments[0] if segments else [], parts, plot_width)
    lines, heads = (1, heads) if heads else _parts_key(colours, plot_width)
    return figure(
        [_part_trace(data, part, bars, colours[part]) for part in parts],
        style,
        margin={"l": names.width, "r": 4, "t": 6 + 17 * lines, "b": 8},
        height=14 + 17 * lines + names.height,
        annotations=notes + heads,
        barmode="stack",
        xaxis=hidden_axis(range=[0, total]),
        yaxis=row_axis(names.texts),
    )


def _row_bars(
    values: Sequence[float | None], hollow: Sequence[bool], style: ChartStyle, *, thickness: float
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": list(values),
        "y": list(range(len(values))),
        "width": thickness,
        "marker": {
            "color": [PAPER if is_hollow else style.accent for is_hollow in hollow],
            "line": {"color": style.accent, "width": [1.5 if is_hollow else 0 for is_hollow in hollow]},
        },
    }


def _row_ticks(values: Sequence[float | None], *, size: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(values),
        "y": list(range(len(values))),
        "marker": {"symbol": "line-ns", "size": size, "color": INK, "line": {"color": INK, "width": 2}},
        "cliponaxis": False,
        **NO_HOVER,
    }


def _column_at_right(rows: Sequence[float], texts: Sequence[str], bold: Sequence[bool]) -> list[dict[str, Any]]:
    return [
        label(1, row, f"<b>{escaped(text)}</b>" if is_bold else escaped(text), x_of="paper", anchor="left", right=10)
        for row, text, is_bold in zip(rows, texts, bold, strict=True)
    ]


def _with_shape(row: Mapping[str, Any]) -> str:
    shape = VERDICT_SHAPES.get(str(row["verdict"]), "")
    text = as_text(row["text"])
    return text if shape in text else f"{shape} {text}".strip()


def _unit_note(text: str) -> dict[str, Any]:
    return label(
        0,
        1,
        escaped(text),
        x_of="paper",
        y_of="paper",
        anchor="left",
        vertical="bottom",
        up=24,
        colour=SOFT_INK,
        size=SMALL_TYPE_SIZE,
    )


def _hover(row: Mapping[str, Any]) -> str:
    value = row.get("text")
    if value is None:
        value = value_text(number(row.get("count", row.get("value"))) or 0, as_share=False)
    return f"{escaped(row['label'])}<br>{escaped(value)}"


def _cumulative_shares(data: Sequence[Mapping[str, Any]], counts: Sequence[float]) -> list[str]:
    given = numbers(data, "share")
    total, running, shares = sum(counts) or 1.0, 0.0, []
    for count, share in zip(counts, given, strict=True):
        running += count
        shares.append(value_text(round(running / total if share is None else share, 3), as_share=True))
    return shares


def _steps(data: Sequence[Mapping[str, Any]]) -> list[tuple[float, float]]:
    """Where each bar of a waterfall begins and ends; a total without an amount closes what is running."""
    running, steps = 0.0, []
    for row in data:
        amount = number(row["amount"])
        if row["measure"] == "relative":
            steps.append((running, running + (amount or 0.0)))
            running += amount or 0.0
        else:
            running = running if amount is None else amount
            steps.append((0.0, running))
    return steps


def _step_colour(row: Mapping[str, Any], style: ChartStyle) -> str:
    if row["measure"] != "relative":
        return style.accent
    return PAPER if (number(row["amount"]) or 0) < 0 else GREY


def _outline(row: Mapping[str, Any]) -> float:
    return 1.2 if row["measure"] == "relative" and (number(row["amount"]) or 0) < 0 else 0


def _values_of(data: Sequence[Mapping[str, Any]], bar: str) -> list[float]:
    return [number(row["value"]) or 0.0 for row in data if str(row["bar"]) == bar]


@dataclass(frozen=True)
class _Segment:
    """One part of one bar: its row, its centre as a value, its width and middle in pixels."""

    row: int
    part: str
    text: str
    centre: float
    wide: float
    middle: float

    @property
    def holds_text(self) -> bool:
        """Whether the text fits inside."""
        return text_width(self.text) + 6 <= self.wide


def _segments(data: Sequence[Mapping[str, Any]], bar: str, row: int, scale: float) -> list[_Segment]:
    own = {str(item["part"]): item for item in data if str(item["bar"]) == bar}
    found, start = [], 0.0
    for part in dict.fromkeys(str(item["part"]) for item in data):
        if part in own:
            value = number(own[part]["value"]) or 0.0
            centre = start + value / 2
            found.append(_Segment(row, part, as_text(own[part]["text"]), centre, value * scale, centre * scale))
            start += value
    return found


def _texts_in(segments: Sequence[_Segment], colours: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        label(item.centre, item.row, escaped(item.text), colour=text_on(colours[item.part]))
        for item in segments
        if item.holds_text
    ]


def _texts_below(segments: Sequence[_Segment], plot_width: float) -> list[dict[str, Any]]:
    small = [item for item in segments if not item.holds_text and item.text]
    widths = [text_width(item.text, SMALL_TYPE_SIZE) for item in small]
    below: dict[str, Any] = {"vertical": "top", "up": -9, "colour": SOFT_INK, "size": SMALL_TYPE_SIZE}
    return [
        label(item.centre, item.row, escaped(item.text), right=middle - item.middle, **below)
        for item, middle in zip(small, side_by_side([item.middle for item in small], widths, plot_width), strict=True)
        if middle is not None
    ]


def _part_names(segments: Sequence[_Segment], parts: Sequence[str], plot_width: float) -> list[dict[str, Any]]:
    """The names above the first bar; none where it lacks a part or a name would leave its part."""
    if [item.part for item in segments] != list(parts):
        return []
    widths = [text_width(item.part) for item in segments]
    middles = side_by_side([item.middle for item in segments], widths, plot_width)
    notes = []
    for item, middle in zip(segments, middles, strict=True):
        if middle is None or abs(middle - item.middle) > max(item.wide / 2, 12):
            return []
        name = escaped(item.part)
        notes.append(label(item.centre, 0, name, vertical="bottom", up=19, right=middle - item.middle, colour=SOFT_INK))
    return notes


def _parts_key(colours: Mapping[str, str], plot_width: float) -> tuple[int, list[dict[str, Any]]]:
    """A key of the parts above the plot and the number of its lines."""
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0.0
    for part, colour in colours.items():
        name = lines_of(part, 170, at_most=1, size=SMALL_TYPE_SIZE)[0]
        wide = text_width(name, SMALL_TYPE_SIZE) + 29
        if lines[-1] and used + wide > plot_width:
            lines.append([])
            used = 0.0
        lines[-1].append((name, colour))
        used += wide
    notes = [note for level, entries in enumerate(reversed(lines)) for note in key(entries, up=1 + 17 * level)]
    return len(lines), notes


def _part_trace(data: Sequence[Mapping[str, Any]], part: str, bars: Sequence[str], colour: str) -> dict[str, Any]:
    own = [row for row in data if str(row["part"]) == part]
    return {
        "type": "bar",
        "orientation": "h",
        "name": escaped(part),
        "x": [number(row["value"]) for row in own],
        "y": [bars.index(str(row["bar"])) for row in own],
        "width": 0.5,
        "marker": {"color": colour, "line": {"color": PAPER, "width": 1.5}},
        **hover([f"{escaped(row['bar'])} · {escaped(part)}<br>{escaped(row['text'] or '')}" for row in own]),
    }
