"""The charts of the workbook: drawn by the spreadsheet itself from the cells beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.utility import xl_range_abs

from reports.charts.series import ChartSeries, Series
from reports.charts.style import GREY, INK, ChartStyle
from reports.render.spreadsheet_cells import Cell
from reports.render.workbook_sheet import ROW_PIXELS, Sheet

WIDTH_PIXELS, HEIGHT_PIXELS = 620, 330
_TYPES: Mapping[str, Mapping[str, str]] = {
    "columns": {"type": "column"},
    "stacked_columns": {"type": "column", "subtype": "stacked"},
    "bars": {"type": "bar"},
    "stacked_bars": {"type": "bar", "subtype": "stacked"},
    "lines": {"type": "line"},
    "points": {"type": "scatter"},
    "curves": {"type": "scatter", "subtype": "straight"},
}
_SMALL = {"name": "Microsoft YaHei", "size": 9}


def write_chart(sheet: Sheet, shown: ChartSeries, category: str) -> None:
    """The numbers of a chart as a block of cells, the chart at their right; `category` heads the first column."""
    first = sheet.row
    is_plane = shown.kind in ("points", "curves")
    ranges = _plane_block(sheet, shown) if is_plane else _category_block(sheet, shown, category)
    chart = sheet.book.workbook.add_chart(dict(_TYPES[shown.kind]))
    tints = iter(ChartStyle(sheet.book.accent).tints(sum(one.look == "part" for one in shown.series)))
    for one, (across, values) in zip(shown.series, ranges, strict=True):
        given = {"name": one.name or " ", "categories": across, "values": values}
        own = next(tints) if one.look == "part" else sheet.book.accent
        chart.add_series({**given, **_look(one, shown, sheet.book.accent, own)})
    _set_axes(chart, shown)
    hidden = [index for index, one in enumerate(shown.series) if one.look == "hidden" or not one.name]
    chart.set_legend({"position": "bottom", "font": _SMALL, **({"delete_series": hidden} if hidden else {})})
    if len(shown.series) - len(hidden) < 2:
        chart.set_legend({"none": True})
    chart.set_title({"none": True})
    height = _height(shown)
    chart.set_size({"width": WIDTH_PIXELS, "height": height})
    columns = 2 * len(shown.series) if is_plane else 1 + len(shown.series)
    sheet.worksheet.insert_chart(first, max(columns + 1, 4), chart, {"object_position": 2})
    sheet.row = max(sheet.row, first - (-height // ROW_PIXELS) + 1) + 1


def _height(shown: ChartSeries) -> int:
    """High enough that every row of bars keeps its name."""
    if shown.kind not in ("bars", "stacked_bars"):
        return HEIGHT_PIXELS
    bars = len(shown.series) if shown.kind == "bars" else 1
    return max(HEIGHT_PIXELS // 2, 70 + len(shown.categories) * max(18 * bars, 26))


def _category_block(sheet: Sheet, shown: ChartSeries, category: str) -> list[tuple[str, str]]:
    """A column of categories and one a series; returns where categories and values stand."""
    aligns = ["left", *("right" for _ in shown.series)]
    sheet.header([category, *(one.name for one in shown.series)], aligns)
    first = sheet.row
    for index, name in enumerate(shown.categories):
        cells = [
            Cell("") if (value := one.values[index]) is None else Cell(float(value), shown.number_format)
            for one in shown.series
        ]
        sheet.line([Cell(name), *cells], aligns)
    last = sheet.row - 1
    where = f"='{sheet.name}'!"
    names = where + xl_range_abs(first, 0, last, 0)
    return [(names, where + xl_range_abs(first, column, last, column)) for column in range(1, len(shown.series) + 1)]


def _plane_block(sheet: Sheet, shown: ChartSeries) -> list[tuple[str, str]]:
    """Two columns a series: the place across, and the value; of named points the names come first."""
    top = sheet.row
    where = f"='{sheet.name}'!"
    ranges = []
    for position, one in enumerate(shown.series):
        column = 2 * position
        sheet.write(top, column, Cell(shown.axes[0]), "header", "right")
        sheet.write(top, column + 1, Cell(one.name or shown.axes[1]), "header", "right")
        for index, (across, value) in enumerate(zip(one.across, one.values, strict=True)):
            sheet.write(top + 1 + index, column, Cell(float(across), "#,##0.0"), "body", "right")
            held = Cell("") if value is None else Cell(float(value), shown.number_format)
            sheet.write(top + 1 + index, column + 1, held, "body", "right")
        last = top + max(len(one.values), 1)
        ranges.append(
            (
                where + xl_range_abs(top + 1, column, last, column),
                where + xl_range_abs(top + 1, column + 1, last, column + 1),
            )
        )
        sheet.row = max(sheet.row, last + 1)
    return ranges


def _look(one: Series, shown: ChartSeries, accent: str, own: str) -> dict[str, Any]:
    """How a series is drawn."""
    if shown.kind in ("lines", "points", "curves"):
        return _line_look(one, shown.kind, accent)
    gap = {"gap": 60, "overlap": 100 if shown.kind.startswith("stacked") else -5}
    if one.look == "hidden":
        return {"fill": {"none": True}, "border": {"none": True}, **gap}
    if one.look == "hollow":
        pattern = {"pattern": "light_upward_diagonal", "fg_color": accent, "bg_color": "#ffffff"}
        return {"pattern": pattern, "border": {"color": accent}, **gap}
    if one.look == "part":
        return {"fill": {"color": own}, "border": {"color": "#ffffff"}, **gap}
    colour = {"now": accent, "before": GREY}.get(one.look, "#ffffff")
    return {"fill": {"color": colour}, "border": {"color": INK if one.look == "target" else colour}, **gap}


def _line_look(one: Series, kind: str, accent: str) -> dict[str, Any]:
    if one.look == "target":
        return {"line": {"color": INK, "width": 1.25, "dash_type": "dash"}, "marker": {"type": "none"}}
    if one.look == "range":
        return {"line": {"color": GREY, "width": 1.25}, "marker": {"type": "none"}}
    colour = accent if one.look in ("now", "hollow") else GREY
    line = {"none": True} if one.look == "hollow" or kind == "points" else {"color": colour, "width": 2.0}
    fill = {"color": "#ffffff"} if one.look == "hollow" else {"color": colour}
    marker = (
        {"type": "none"}
        if kind == "curves"
        else {"type": "circle", "size": 6, "fill": fill, "border": {"color": colour}}
    )
    labels = {
        "data_labels": {
            "custom": [{"value": name} for name in one.names],
            "value": True,
            "position": "right",
            "font": _SMALL,
        }
    }
    return {"line": line, "marker": marker, **(labels if one.names else {})}


def _set_axes(chart: Any, shown: ChartSeries) -> None:
    values = {
        "num_format": shown.number_format,
        "num_font": _SMALL,
        "major_gridlines": {"visible": True, "line": {"color": "#e3e7e9"}},
    }
    names: dict[str, Any] = {"num_font": _SMALL}
    if shown.kind in ("bars", "stacked_bars"):
        chart.set_x_axis(values | {"major_gridlines": {"visible": True, "line": {"color": "#e3e7e9"}}})
        chart.set_y_axis(names | {"reverse": True, "interval_unit": 1, "major_gridlines": {"visible": False}})
        return
    across = {"name": shown.axes[0], "name_font": _SMALL} if shown.axes[0] else {}
    chart.set_x_axis(names | across | ({"num_format": "#,##0"} if shown.kind in ("points", "curves") else {}))
    ends = {"min": shown.lowest, "max": shown.highest}
    begin = {name: value for name, value in ends.items() if value is not None}
    chart.set_y_axis(values | begin | ({"name": shown.axes[1], "name_font": _SMALL} if shown.axes[1] else {}))
