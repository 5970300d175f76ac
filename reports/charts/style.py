"""The house style of every chart: colours, type, sizes and the few fixed words.

Sizes are CSS pixels at 96 a inch, so that 12 pixels print as 9 points. A chart is drawn for the text width of the
page (PAGE_WIDTH); on a wider screen it only gains room. Where the number of rows decides how tall a chart must be,
its function sets `layout.height`; else the height of the document's Chart block applies.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from workspace import Language

if TYPE_CHECKING:
    from reports.charts.series import ChartSeries

PAGE_WIDTH = 590
TYPE_SIZE = 12
SMALL_TYPE_SIZE = 11
FONT_FAMILY = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"

INK = "#23292e"
SOFT_INK = "#566169"
DARK_GREY = "#7b868d"
GREY = "#b3bbc0"
PALE = "#e9ecee"
HAIRLINE = "#e2e6e8"
PAPER = "#ffffff"
CLEAR = "rgba(0,0,0,0)"

TINT_STEPS = (1.0, 0.8, 0.62, 0.46, 0.32, 0.2, 0.1)

VERDICT_SHAPES: Mapping[str, str] = {
    "met": "●",
    "missed": "▲",
    "no_target": "○",
    "insufficient": "—",
    "not_available": "—",
}

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "target": "目标",
        "actual": "实际",
        "this_year": "本年",
        "last_year": "上年",
        "cumulative": "累计",
        "unripe": "未满期",
        "hours": "小时",
        "no_data": "无数据",
        "expected": "预期范围",
        "importance": "重要程度",
        "performance": "评价",
        "improve_first": "优先改进",
        "keep_up": "继续保持",
        "rows": "件数",
        "unit": "单位：",
        "stock": "余额",
        "added": "增加",
        "taken": "减少",
        "whole": "总数",
        "part": "其中已完成",
        "effect": "差值",
        "count": "次数",
        "months": "1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月",
    },
    "en": {
        "target": "target",
        "actual": "actual",
        "this_year": "this year",
        "last_year": "last year",
        "cumulative": "cumulative",
        "unripe": "not yet due",
        "hours": "hours",
        "no_data": "no data",
        "expected": "expected range",
        "importance": "importance",
        "performance": "rating",
        "improve_first": "improve first",
        "keep_up": "keep up",
        "rows": "number of cases",
        "unit": "Unit: ",
        "stock": "balance",
        "added": "added",
        "taken": "taken off",
        "whole": "all",
        "part": "of these done",
        "effect": "difference",
        "count": "count",
        "months": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    },
}


class HouseFigure(go.Figure):  # type: ignore[misc]  # Plotly has no types
    """A picture that carries what it shows as plain series."""

    series: ChartSeries | None = None


@dataclass(frozen=True)
class ChartStyle:
    """The accent colour of the report (#rrggbb) and the language of the fixed words in a chart."""

    accent: str = "#1f5f6b"
    language: Language = "zh"

    def word(self, key: str) -> str:
        """A fixed word of the charts, such as 目标."""
        return _WORDS[self.language][key]

    @property
    def months(self) -> list[str]:
        """The twelve month labels."""
        return self.word("months").split()

    def tint(self, strength: float) -> str:
        """The accent mixed with white; `strength` 1 is the accent, snapped to the nearest TINT_STEPS."""
        step = min(TINT_STEPS, key=lambda candidate: abs(candidate - strength))
        return mixed(self.accent, PAPER, step)

    def tints(self, count: int) -> list[str]:
        """`count` tints from the accent to the palest, as far apart as the steps allow."""
        if count <= 1:
            return [self.tint(1.0)] * count
        last = len(TINT_STEPS) - 1
        return [self.tint(TINT_STEPS[round(position * last / (count - 1))]) for position in range(count)]


def mixed(colour: str, other: str, share: float) -> str:
    """`share` of `colour` and the rest of `other`, both #rrggbb."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in pairs)


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 black to 1 white (WCAG 2.1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def text_on(colour: str) -> str:
    """White or ink, whichever reads better on `colour`."""
    ground = luminance(colour)
    return PAPER if 1.05 / (ground + 0.05) > (ground + 0.05) / (luminance(INK) + 0.05) else INK


def dark_colours(accent: str) -> dict[str, str]:
    """What each colour of a chart becomes on a dark page."""
    paper = "#171b1e"
    bright = mixed(accent, "#ffffff", 0.45)
    greys = {
        INK: "#e7eaec",
        SOFT_INK: "#aab4ba",
        DARK_GREY: "#8b969d",
        GREY: "#5d686f",
        "#d3d9dc": "#465057",
        PALE: "#2a3136",
        HAIRLINE: "#2f373c",
        PAPER: paper,
    }
    tints = {mixed(accent, PAPER, step): mixed(bright, paper, step) for step in TINT_STEPS}
    return {**tints, **greys}


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.lstrip("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def records(rows: pd.DataFrame, *columns: str) -> list[dict[str, Any]]:
    """The rows as dictionaries with None for every kind of missing value.

    Raises ValueError where a column that the chart needs is absent.
    """
    missing = [column for column in columns if column not in rows.columns]
    if missing:
        raise ValueError(
            f"the chart needs the columns {', '.join(missing)}; the frame has {', '.join(map(str, rows.columns))}"
        )
    plain = rows.astype(object).where(rows.notna(), None)
    held = {str(column): plain[column].tolist() for column in plain.columns}  # to_dict would forget PlottedNumbers
    return [dict(zip(held, values, strict=True)) for values in zip(*held.values(), strict=True)]


def number(value: Any) -> float | None:
    """A float, or None where there is no finite number; a PlottedNumber stays one."""
    if value is None:
        return None
    result = value if isinstance(value, float) else float(value)
    return result if abs(result) != float("inf") and result == result else None


def numbers(rows: Sequence[Mapping[str, Any]], column: str) -> list[float | None]:
    """One column of `records` as floats."""
    return [number(row.get(column)) for row in rows]


def known(values: Sequence[float | None]) -> list[float]:
    """The values that are there."""
    return [value for value in values if value is not None]


def figure(
    traces: Sequence[Mapping[str, Any]],
    style: ChartStyle,
    *,
    margin: Mapping[str, int],
    height: int | None = None,
    annotations: Sequence[Mapping[str, Any]] = (),
    shapes: Sequence[Mapping[str, Any]] = (),
    **layout: Any,
) -> HouseFigure:
    """A figure in the house style: no title, no legend, no tool bar, transparent ground."""
    notes = list(annotations) if traces else [label(0.5, 0.5, style.word("no_data"), x_of="paper", y_of="paper")]
    base: dict[str, Any] = {
        "template": "none",
        "font": {"family": FONT_FAMILY, "size": TYPE_SIZE, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "font": {"family": FONT_FAMILY, "size": TYPE_SIZE, "color": INK},
            "bgcolor": PAPER,
            "bordercolor": GREY,
            "align": "left",
        },
        "dragmode": False,
        "margin": {"pad": 0, **margin},
        "annotations": notes,
        "shapes": list(shapes),
        "xaxis": hidden_axis(),
        "yaxis": hidden_axis(),
    }
    if height is not None:
        base["height"] = height
    return HouseFigure({"data": [dict(trace) for trace in traces], "layout": {**base, **layout}})


def hidden_axis(**settings: Any) -> dict[str, Any]:
    """An axis without line, ticks or grid."""
    return {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "showticklabels": False,
        "ticks": "",
        "fixedrange": True,
        **settings,
    }


def value_axis(**settings: Any) -> dict[str, Any]:
    """An axis of values: fine grid lines and small grey labels, thousands with commas."""
    return {
        "showgrid": True,
        "gridcolor": HAIRLINE,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "separatethousands": True,
        "tickangle": 0,
        "tickfont": {"size": SMALL_TYPE_SIZE, "color": SOFT_INK},
        "fixedrange": True,
        **settings,
    }


def row_axis(texts: Sequence[str], **settings: Any) -> dict[str, Any]:
    """A vertical axis of rows 0, 1, 2 … from top to bottom with the row labels at the left."""
    even = {"tickvals": list(range(len(texts))), "range": [len(texts) - 0.5, -0.5]}
    return hidden_axis(
        showticklabels=True,
        ticklabeloverflow="allow",  # else Plotly hides a label of two lines at the edge
        tickmode="array",
        ticktext=list(texts),
        tickfont={"size": TYPE_SIZE, "color": INK},
        ticklabelstandoff=6,
        **{**even, **settings},
    )


def hover(texts: Sequence[str]) -> dict[str, Any]:
    """The part of a trace that shows `texts`, one a point, under the pointer."""
    return {"customdata": list(texts), "hovertemplate": "%{customdata}<extra></extra>"}


def key(entries: Sequence[tuple[str, str]], *, mark: str = "■", up: float = 8) -> list[dict[str, Any]]:
    """A line above the plot that says which colour is what: (text, colour) pairs."""
    place: dict[str, Any] = {
        "x_of": "paper",
        "y_of": "paper",
        "anchor": "left",
        "vertical": "bottom",
        "size": SMALL_TYPE_SIZE,
        "up": up,
    }
    notes, right = [], 0.0
    for text, colour in entries:
        notes.append(label(0, 1, mark, colour=colour, right=right, **place))
        notes.append(label(0, 1, html.escape(text, quote=False), colour=SOFT_INK, right=right + 15, **place))
        right += 15 + sum(1.0 if ord(letter) >= 0x2000 else 0.57 for letter in text) * SMALL_TYPE_SIZE + 14
    return notes


def years_key(style: ChartStyle, *, up: float = 8, last_year: str = GREY) -> list[dict[str, Any]]:
    """■ 本年 ■ 上年"""
    return key([(style.word("this_year"), style.accent), (style.word("last_year"), last_year)], up=up)


def intervals(
    rows: Sequence[float],
    lows: Sequence[float | None],
    highs: Sequence[float | None],
    *,
    colour: str,
    width: float,
) -> dict[str, Any]:
    """Lines from the low to the high end of each interval; a row without an interval has none."""
    ends = [(row, low, high) for row, low, high in zip(rows, lows, highs, strict=True) if None not in (low, high)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for _, low, high in ends for x in (low, high, None)],
        "y": [y for row, _, _ in ends for y in (row, row, None)],
        "line": {"color": colour, "width": width},
        "cliponaxis": False,
        **NO_HOVER,
    }


NO_HOVER: Mapping[str, Any] = {"hoverinfo": "skip"}


def label(
    x: Any,
    y: Any,
    text: str,
    *,
    x_of: str = "x",
    y_of: str = "y",
    anchor: str = "center",
    vertical: str = "middle",
    right: float = 0,
    up: float = 0,
    colour: str = INK,
    size: int = TYPE_SIZE,
    align: str = "left",
) -> dict[str, Any]:
    """A text at a point, moved by `right` and `up` pixels; `text` is escaped already."""
    return {
        "x": x,
        "y": y,
        "xref": x_of,
        "yref": y_of,
        "text": text,
        "showarrow": False,
        "xanchor": anchor,
        "yanchor": vertical,
        "xshift": right,
        "yshift": up,
        "align": align,
        "borderpad": 0,
        "font": {"color": colour, "size": size},
    }


def axis_end(text: str, up: float) -> dict[str, Any]:
    """What the horizontal axis counts, below its right end; `up` is negative."""
    place: dict[str, Any] = {"x_of": "paper", "y_of": "paper", "anchor": "right", "vertical": "top", "up": up}
    return label(1, 0, text, colour=SOFT_INK, size=SMALL_TYPE_SIZE, **place)


def filled_or_hollow(hollow: Sequence[bool], accent: str, *, size: int) -> dict[str, Any]:
    """Round markers, told apart without colour."""
    return {
        "size": size,
        "color": [PAPER if is_hollow else accent for is_hollow in hollow],
        "line": {"color": accent, "width": [2 if is_hollow else 0 for is_hollow in hollow]},
    }


def line(
    x0: Any,
    y0: Any,
    x1: Any,
    y1: Any,
    *,
    colour: str = DARK_GREY,
    width: float = 1,
    dash: str = "solid",
    **settings: Any,
) -> dict[str, Any]:
    """A straight line as a layout shape."""
    look = {"color": colour, "width": width, "dash": dash}
    return {"type": "line", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": look, **settings}


def round_step(size: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least `size`."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= size * 0.999999)


def even_ticks(
    low: float, high: float, *, as_share: bool = False, whole: bool = False, at_most: int = 5
) -> dict[str, Any]:
    """Tick settings of an axis from `low` to `high`: round values with their texts; `whole` numbers where asked."""
    step = round_step(max((high - low) / at_most, 1e-12))
    step = max(step, 1.0) if whole else step
    first = math.ceil(low / step - 1e-9)
    positions = [round(index * step, 12) for index in range(first, math.floor(high / step + 1e-9) + 1)]
    decimals = max(2, -math.floor(math.log10(step * (100 if as_share else 1))))
    texts = [value_text(position, as_share=as_share, decimals=decimals) for position in positions]
    return {"tickmode": "array", "tickvals": positions, "ticktext": texts}


def row_ticks(low: float, high: float, room: float, *, whole: bool = False, at_most: int = 6) -> dict[str, Any]:
    """Tick settings of a horizontal axis `room` pixels long: no more ticks than their texts have room for."""
    longest = max(len(value_text(edge, as_share=False)) for edge in (low, high)) * 0.62 * SMALL_TYPE_SIZE + 14
    return even_ticks(low, high, whole=whole, at_most=max(1, min(at_most, int(room / longest))))


def is_share(values: Sequence[float | None]) -> bool:
    """Whether the values are shares of one, to be shown as per cent."""
    present = known(values)
    return bool(present) and max(present) <= 1 and min(present) >= -1


def value_text(value: float, *, as_share: bool, decimals: int = 2) -> str:
    """An axis value in words: 12,340 or 97.5%, without needless zeros."""
    if as_share:
        return f"{value * 100:.{decimals}f}".rstrip("0").rstrip(".").replace("-", "−") + "%"
    return f"{value:,.{decimals}f}".rstrip("0").rstrip(".").replace("-", "−")
