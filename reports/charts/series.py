"""What a chart shows as plain series, for programs that draw charts of their own: slides and workbooks.

A presentation or a workbook holds a chart that its reader can edit. It knows columns, bars, lines and points; so each
house chart names here the plainest of them that carries its message. The values are those of the picture.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, cast

import pandas as pd

from reports.charts.style import ChartStyle, HouseFigure, is_share, known, number, numbers, records

Kind = Literal["columns", "stacked_columns", "bars", "stacked_bars", "lines", "points", "curves"]
Look = Literal["now", "before", "target", "part", "hidden", "hollow", "range"]
Parameters = ParamSpec("Parameters")
SHARE_FORMAT, COUNT_FORMAT, DECIMAL_FORMAT = "0.0%", "#,##0", "#,##0.0"
LARGE = 10_000  # from here on decimals say nothing


@dataclass(frozen=True)
class Series:
    """A row of values, one a category; for points and curves each with its place across.

    `look` says how it is drawn: this year, last year, a target, one part of a whole, a base that nobody sees, months
    that are not yet due, the edge of a range. `names` are the points' own names.
    """

    name: str
    values: tuple[float | None, ...]
    look: Look = "now"
    across: tuple[float, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChartSeries:
    """A chart as categories and series; `number_format` is a spreadsheet's, `axes` name what runs across and up."""

    kind: Kind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    number_format: str
    axes: tuple[str, str] = ("", "")

    @property
    def lowest(self) -> float | None:
        """Where the axis of values begins; None where it begins at zero or below by itself, as that of bars does."""
        if self.kind not in ("lines", "points") or self.number_format != SHARE_FORMAT:
            return None
        return max(0.0, math.floor(min(value for one in self.series for value in known(one.values)) * 20 - 0.5) / 20)

    @property
    def highest(self) -> float | None:
        """Where the axis of values ends: no share is more than all; None where it ends by itself."""
        values = [value for one in self.series for value in known(one.values)]
        is_near_all = self.number_format == SHARE_FORMAT and values and 0.8 < max(values) <= 1 and min(values) >= 0
        return 1.0 if is_near_all else None


Chart = Callable[Concatenate[pd.DataFrame, ChartStyle, Parameters], HouseFigure]


def described_by(
    describe: Callable[[pd.DataFrame, ChartStyle, Mapping[str, Any]], ChartSeries],
) -> Callable[[Chart[Parameters]], Chart[Parameters]]:
    """A chart that carries its series beside its picture; `describe` gets rows, style and the named arguments."""

    def decorate(draw: Chart[Parameters]) -> Chart[Parameters]:
        names = tuple(draw.__code__.co_varnames[2 : draw.__code__.co_argcount])

        @wraps(draw)
        def drawn(
            rows: pd.DataFrame, style: ChartStyle, *arguments: Parameters.args, **named: Parameters.kwargs
        ) -> HouseFigure:
            picture = draw(rows, style, *arguments, **named)
            given = {**dict(zip(names, arguments, strict=False)), **named}
            picture.series = describe(rows, style, given)
            return picture

        return cast("Chart[Parameters]", drawn)

    return decorate


def by_row(*columns: tuple[str, str, Look], form: str = "") -> Callable[..., ChartSeries]:
    """A describer of charts with one row a category: (column, word, look) a series; `form` is the values' format."""

    def describe(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
        data = records(rows, "label")
        held = tuple(Series(style.word(word), _column(data, column), look) for column, word, look in columns)
        shown = tuple(one for one in held if known(one.values))
        return ChartSeries("bars", tuple(str(row["label"]) for row in data), shown, form or number_format(shown))

    return describe


def by_month(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """A rate by month, its target as a level line; months not yet due apart."""
    data = {int(row["month"]): row for row in records(rows, "month", "value", "is_hatched")}
    ripe = tuple(_of_month(data, month, "value", is_hatched=False) for month in range(1, 13))
    unripe = tuple(_of_month(data, month, "value", is_hatched=True) for month in range(1, 13))
    target = given.get("target")
    level = tuple(None if target is None else target for _ in range(12))
    held = (
        Series(style.word("this_year"), ripe),
        Series(style.word("unripe"), unripe, "hollow"),
        Series(style.word("target"), level, "target"),
    )
    shown = tuple(one for one in held if known(one.values))
    return ChartSeries("lines", tuple(style.months), shown, number_format(shown))


def by_month_and_year(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """An amount by month, last year's beside it; months not yet complete apart."""
    data = {int(row["month"]): row for row in records(rows, "month", "value", "previous", "is_hatched")}
    months = range(1, 13)
    held = (
        Series(style.word("last_year"), tuple(_of_month(data, month, "previous") for month in months), "before"),
        Series(style.word("this_year"), tuple(_of_month(data, month, "value", is_hatched=False) for month in months)),
        Series(
            style.word("unripe"), tuple(_of_month(data, month, "value", is_hatched=True) for month in months), "hollow"
        ),
    )
    shown = tuple(one for one in held if known(one.values))
    return ChartSeries("columns", tuple(style.months), shown, number_format(shown))


def panels_in_sum(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Panels of monthly counts as one pair of bars a panel: the year and the year before."""
    data = records(rows, "panel", "value", "previous")
    panels = tuple(dict.fromkeys(str(row["panel"]) for row in data))
    sums = {
        column: tuple(sum(known(numbers(_of(data, "panel", panel), column))) for panel in panels)
        for column in ("previous", "value")
    }
    held = (
        Series(style.word("last_year"), sums["previous"], "before"),
        Series(style.word("this_year"), sums["value"]),
    )
    return ChartSeries("bars", panels, held, number_format(held))


def panels_by_month(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """The first panel (where a measure was taken) by month, this year and last."""
    data = records(rows, "panel", "month", "value", "previous")
    first = _of(data, "panel", str(data[0]["panel"])) if data else []
    months = {int(row["month"]): row for row in first}
    year = range(1, 13)
    held = (
        Series(style.word("last_year"), tuple(_of_month(months, month, "previous") for month in year), "before"),
        Series(style.word("this_year"), tuple(_of_month(months, month, "value") for month in year)),
    )
    return ChartSeries("lines", tuple(style.months), held, number_format(held))


def steps_of_a_stock(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """A waterfall as stacked columns on a base that nobody sees."""
    data = records(rows, "label", "amount", "measure")
    base, stock, added, taken = [], [], [], []
    level = 0.0
    for row in data:
        amount = number(row["amount"])
        is_stock = row["measure"] in ("absolute", "total")
        before = level
        level = (level if amount is None else amount) if is_stock else level + (amount or 0.0)
        base.append(None if is_stock else min(before, level))
        stock.append(level if is_stock else None)
        added.append(amount if not is_stock and (amount or 0) > 0 else None)
        taken.append(-amount if not is_stock and amount is not None and amount <= 0 else None)
    held = (
        Series("", tuple(base), "hidden"),
        Series(style.word("stock"), tuple(stock)),
        Series(style.word("added"), tuple(added), "before"),
        Series(style.word("taken"), tuple(taken), "hollow"),
    )
    return ChartSeries("stacked_columns", tuple(str(row["label"]) for row in data), held, DECIMAL_FORMAT)


def parts_of_bars(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Parts of a whole, one bar a year."""
    data = records(rows, "bar", "part", "value")
    bars = tuple(dict.fromkeys(str(row["bar"]) for row in data))
    parts = dict.fromkeys(str(row["part"]) for row in data)
    values = {(str(row["bar"]), str(row["part"])): number(row["value"]) for row in data}
    held = tuple(Series(part, tuple(values.get((bar, part)) for bar in bars), "part") for part in parts)
    return ChartSeries("stacked_bars", bars, held, number_format(held))


def events_by_month(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Events of a year as counts: a column a month, a part a lane."""
    data = [row for row in records(rows, "lane", "at") if row["at"] is not None]
    lanes = dict.fromkeys(str(row["lane"]) for row in data)
    held = tuple(
        Series(lane, tuple(float(_in_month(_of(data, "lane", lane), month)) for month in range(1, 13)), "part")
        for lane in lanes
    )
    return ChartSeries("stacked_columns", tuple(style.months), held, COUNT_FORMAT)


def events_by_row(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Events of assets as one bar an asset, most first; rectifications are not counted."""
    counts: dict[str, int] = {}
    for row in records(rows, "label", "at"):
        counts[str(row["label"])] = counts.get(str(row["label"]), 0) + (row["at"] is not None and not row.get("mark"))
    order = sorted(counts, key=lambda name: (-counts[name], name))
    held = (Series(style.word("this_year"), tuple(float(counts[name]) for name in order)),)
    return ChartSeries("bars", tuple(order), held, COUNT_FORMAT)


def grid_in_sum(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """A grid of counts as one column a column of the grid."""
    data = records(rows, "row", "column", "value")
    order = given.get("column_order") or dict.fromkeys(row["column"] for row in data)
    across = tuple(str(name) for name in order)
    sums = tuple(sum(known(numbers(_of(data, "column", name), "value"))) for name in across)
    return ChartSeries("columns", across, (Series(style.word("rows"), sums),), COUNT_FORMAT)


def curves(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Shares done within so many whole hours; the last series by name is this year's."""
    data = records(rows, "series", "hours", "share")
    names = sorted({str(row["series"]) for row in data})
    held = []
    for name in names:
        steps = sorted((number(row["hours"]) or 0.0, number(row["share"]) or 0.0) for row in _of(data, "series", name))
        by_hour = {float(math.ceil(hours)): share for hours, share in steps}
        look: Look = "now" if name == names[-1] else "before"
        held.append(Series(name, tuple(by_hour.values()), look, tuple(by_hour)))
    return ChartSeries("curves", (), tuple(held), SHARE_FORMAT, (style.word("hours"), ""))


def two_periods(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Two periods as a pair of bars a row."""
    periods = given.get("periods", ("", ""))
    data = records(rows, "label", "before", "after")
    held = (
        Series(str(periods[0]), _column(data, "before"), "before"),
        Series(str(periods[1]), _column(data, "after")),
    )
    return ChartSeries("bars", tuple(str(row["label"]) for row in data), held, number_format(held))


def intervals_by_period(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Values with their intervals, a pair of bars a row; the last period by name is this year's."""
    data = records(rows, "label", "period", "value", "low", "high")
    labels = tuple(dict.fromkeys(str(row["label"]) for row in data))
    periods = sorted({str(row["period"]) for row in data})[-2:]
    held = []
    for period in periods:
        own = {str(row["label"]): row for row in _of(data, "period", period)}
        columns = {
            name: tuple(number(own.get(one, {}).get(name)) for one in labels) for name in ("value", "low", "high")
        }
        look: Look = "now" if period == periods[-1] else "before"
        held.append(Series(period, columns["value"], look, low=columns["low"], high=columns["high"]))
    return ChartSeries("bars", labels, tuple(held), number_format(held))


def effects(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Effects with their intervals."""
    data = records(rows, "label", "value", "low", "high", "as_share")
    as_share = bool(data) and all(row["as_share"] for row in data)
    values, low, high = (_column(data, name) for name in ("value", "low", "high"))
    held = (Series(style.word("effect"), values, low=low, high=high),)
    labels = tuple(str(row["label"]) for row in data)
    return ChartSeries("bars", labels, held, SHARE_FORMAT if as_share else DECIMAL_FORMAT)


def contributions(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """What each slice adds to a change: by its level and by its share."""
    data = records(rows, "label", "rate", "mix")
    parts = given.get("parts", ("", ""))
    held = (Series(str(parts[0]), _column(data, "rate")), Series(str(parts[1]), _column(data, "mix"), "before"))
    return ChartSeries("bars", tuple(str(row["label"]) for row in data), held, DECIMAL_FORMAT)


def progress(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """What there was to do and what was done, a pair of bars for each row of each panel."""
    data = records(rows, "label", "panel", "whole", "part")
    held = (
        Series(style.word("whole"), _column(data, "whole"), "before"),
        Series(style.word("part"), _column(data, "part")),
    )
    return ChartSeries("bars", tuple(f"{row['panel']} · {row['label']}" for row in data), held, COUNT_FORMAT)


def ratings(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Ratings by stars, those given by default apart."""
    data = records(rows, "label", "value", "hatched")
    words = given.get("words", ("", ""))
    held = (Series(str(words[0]), _column(data, "value")), Series(str(words[1]), _column(data, "hatched"), "hollow"))
    shown = tuple(one for one in held if any(known(one.values)))
    return ChartSeries("stacked_bars", tuple(str(row["label"]) for row in data), shown, COUNT_FORMAT)


def shares_by_series(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Shares by row, a bar a series."""
    data = records(rows, "label", "series", "value")
    labels = tuple(dict.fromkeys(str(row["label"]) for row in data))
    names = list(dict.fromkeys(str(row["series"]) for row in data))
    values = {(str(row["label"]), str(row["series"])): number(row["value"]) for row in data}
    looks: tuple[Look, ...] = ("now", "before")
    held = tuple(
        Series(name, tuple(values.get((one, name)) for one in labels), looks[min(place, 1)])
        for place, name in enumerate(names)
    )
    return ChartSeries("bars", labels, held, SHARE_FORMAT)


def importance(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Named points: how well rated across, how important up."""
    data = [
        row
        for row in records(rows, "label", "importance", "performance")
        if number(row["importance"]) is not None and number(row["performance"]) is not None
    ]
    points = Series(
        "",
        _column(data, "importance"),
        across=tuple(known(numbers(data, "performance"))),
        names=tuple(str(row["label"]) for row in data),
    )
    return ChartSeries("points", (), (points,), "0.00", (style.word("performance"), style.word("importance")))


def sites_and_range(rows: pd.DataFrame, style: ChartStyle, given: Mapping[str, Any]) -> ChartSeries:
    """Sites by size, and the edges of the range that chance alone would give."""
    ranges = [row for row in records(rows, "label", "n", "value", "low", "high") if number(row["low"]) is not None]
    ranges.sort(key=lambda row: (float(row["n"]), str(row["label"])))
    sites = [row for row in ranges if number(row["value"]) is not None]
    sizes = tuple(known(numbers(ranges, "n")))
    names = tuple(str(row["label"]) for row in sites)
    held = (
        Series(style.word("expected"), _column(ranges, "low"), "range", sizes),
        Series("", _column(ranges, "high"), "range", sizes),
        Series("", _column(sites, "value"), across=tuple(known(numbers(sites, "n"))), names=names),
    )
    return ChartSeries("points", (), held, number_format(held), (style.word("rows"), ""))


def number_format(series: Sequence[Series]) -> str:
    """The spreadsheet format of the values: shares as per cent, whole numbers without decimals."""
    values = [value for one in series for value in known(one.values)]
    if is_share(values):
        return SHARE_FORMAT
    is_whole = all(float(value).is_integer() for value in values) or max(values, default=0.0) >= LARGE
    return COUNT_FORMAT if is_whole else DECIMAL_FORMAT


def _column(data: Sequence[Mapping[str, Any]], column: str) -> tuple[float | None, ...]:
    return tuple(numbers(data, column))


def _of(data: Sequence[Mapping[str, Any]], column: str, value: str) -> list[Mapping[str, Any]]:
    return [row for row in data if str(row[column]) == value]


def _of_month(
    data: Mapping[int, Mapping[str, Any]], month: int, column: str, *, is_hatched: bool | None = None
) -> float | None:
    row = data.get(month)
    if row is None or (is_hatched is not None and bool(row["is_hatched"]) != is_hatched):
        return None
    return number(row.get(column))


def _in_month(data: Sequence[Mapping[str, Any]], month: int) -> int:
    return sum(pd.Timestamp(row["at"]).month == month for row in data)
