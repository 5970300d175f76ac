"""The charts of slides: the presentation's own, which its reader can edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_FILL, MSO_LINE, MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

from reports.charts.series import ChartSeries, Series
from reports.charts.style import GREY, INK, SOFT_INK, ChartStyle, known, text_on
from reports.render.office_package import xml_text
from reports.render.slide_template import colour_of
from reports.render.slide_texts import Box

TYPE_POINTS = 11
_MOST_LABELS = 26
_GAPS = ((1, 400), (4, 110), (1_000, 55))  # up to so many categories: the gap between them, in per cent of a bar
_TYPES: Mapping[str, Any] = {
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked_columns": XL_CHART_TYPE.COLUMN_STACKED,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked_bars": XL_CHART_TYPE.BAR_STACKED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
    "points": XL_CHART_TYPE.XY_SCATTER,
    "curves": XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
}


def add_chart(slide: Any, shown: ChartSeries, box: Box, accent: str) -> Any:
    """The series as a native chart in the box; returns its frame."""
    places = (Inches(box.left), Inches(box.top), Inches(box.width), Inches(box.height))
    frame = slide.shapes.add_chart(_TYPES[shown.kind], *places, _data(shown))
    chart = frame.chart
    chart.font.size = Pt(TYPE_POINTS)
    chart.font.color.rgb = colour_of(INK)
    chart.has_title = False
    tints = iter(ChartStyle(accent).tints(sum(one.look == "part" for one in shown.series)))
    for one, drawn in zip(shown.series, chart.series, strict=True):
        _set_look(drawn, one, shown, accent, next(tints) if one.look == "part" else accent)
        _add_interval(drawn, one)
    _set_axes(chart, shown)
    _set_legend(chart, shown)
    _set_labels(chart, shown)
    return frame


def _data(shown: ChartSeries) -> CategoryChartData | XyChartData:
    if shown.kind in ("points", "curves"):
        plane = XyChartData(number_format=shown.number_format)
        for one in shown.series:
            points = plane.add_series(xml_text(one.name) or " ")
            for across, value in zip(one.across, one.values, strict=True):
                if value is not None:
                    points.add_data_point(float(across), float(value))
        return plane
    data = CategoryChartData(number_format=shown.number_format)
    data.categories = [xml_text(name) for name in shown.categories]
    for one in shown.series:
        data.add_series(xml_text(one.name) or " ", [None if value is None else float(value) for value in one.values])
    return data


def _set_look(drawn: Any, one: Series, shown: ChartSeries, accent: str, own: str) -> None:
    """The colours of the house: this year in the accent, last year grey, what is not counted hatched."""
    if shown.kind in ("lines", "points", "curves"):
        _set_line(drawn, one, shown.kind, accent)
        return
    fill, edge = drawn.format.fill, drawn.format.line
    if one.look == "hidden":
        fill.background()
        edge.fill.background()
    elif one.look == "hollow":
        fill.patterned()
        fill.pattern = MSO_PATTERN.LIGHT_UPWARD_DIAGONAL
        fill.fore_color.rgb, fill.back_color.rgb = colour_of(accent), colour_of("#ffffff")
        edge.color.rgb = colour_of(accent)
    else:
        colours = {"now": accent, "before": GREY, "target": "#ffffff", "part": own}
        fill.solid()
        fill.fore_color.rgb = colour_of(colours[one.look])
        edge.color.rgb = colour_of(
            INK if one.look == "target" else "#ffffff" if one.look == "part" else colours[one.look]
        )
    drawn.invert_if_negative = False


def _set_line(drawn: Any, one: Series, kind: str, accent: str) -> None:
    colour = {"target": INK, "range": GREY, "before": GREY}.get(one.look, accent)
    line = drawn.format.line
    if one.look == "hollow" or (kind == "points" and one.look != "range"):
        line.fill.background()
    else:
        line.color.rgb = colour_of(colour)
        line.width = Pt(1.25 if one.look in ("target", "range") else 2.25)
    if one.look == "target":
        line.dash_style = MSO_LINE.DASH
    drawn.smooth = False
    marker = drawn.marker
    if kind == "curves" or one.look in ("target", "range"):
        marker.style = XL_MARKER_STYLE.NONE
        return
    marker.style, marker.size = XL_MARKER_STYLE.CIRCLE, 8
    marker.format.fill.solid()
    marker.format.fill.fore_color.rgb = colour_of("#ffffff" if one.look == "hollow" else colour)
    marker.format.line.color.rgb = colour_of(colour)


def _set_axes(chart: Any, shown: ChartSeries) -> None:
    values, names = chart.value_axis, chart.category_axis
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = colour_of("#e3e7e9")
    values.format.line.fill.background()
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = shown.number_format, False
    names.format.line.color.rgb = colour_of(GREY)
    names.has_major_gridlines = False
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW  # below the plot also where values are negative
    if shown.lowest is not None:
        values.minimum_scale = shown.lowest
    if shown.highest is not None and shown.kind != "bars":
        values.maximum_scale = shown.highest
    if shown.kind not in ("points", "curves"):
        _name_every_category(names)
    if shown.kind in ("bars", "stacked_bars"):
        names.reverse_order = True
        values.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    for axis, title in zip((names, values), shown.axes, strict=True):
        axis.has_title = bool(title)
        if title:
            axis.axis_title.text_frame.text = title
            run = axis.axis_title.text_frame.paragraphs[0].runs[0]
            run.font.size, run.font.bold, run.font.color.rgb = Pt(TYPE_POINTS), False, colour_of(SOFT_INK)


def _name_every_category(axis: Any) -> None:
    """No name is left out for want of room."""
    last = axis._element.find(qn("c:noMultiLvlLbl"))
    skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="1"/>')
    axis._element.append(skip) if last is None else last.addprevious(skip)


def _add_interval(drawn: Any, one: Series) -> None:
    """The interval of each value as an error bar."""
    if not known(one.low) or drawn._element.find(qn("c:cat")) is None:
        return
    reach = [
        (0.0, 0.0) if value is None or low is None or high is None else (high - value, value - low)
        for value, low, high in zip(one.values, one.low, one.high, strict=True)
    ]
    plus, minus = (_numbers([pair[side] for pair in reach]) for side in (0, 1))
    drawn._element.find(qn("c:cat")).addprevious(
        parse_xml(
            f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>'
            f"<c:plus>{plus}</c:plus><c:minus>{minus}</c:minus>"
            f'<c:spPr><a:ln w="15875"><a:solidFill><a:srgbClr val="{INK.lstrip("#")}"/></a:solidFill></a:ln></c:spPr>'
            "</c:errBars>"
        )
    )


def _numbers(values: Sequence[float]) -> str:
    points = "".join(f'<c:pt idx="{index}"><c:v>{float(value)!r}</c:v></c:pt>' for index, value in enumerate(values))
    return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'


def _set_legend(chart: Any, shown: ChartSeries) -> None:
    named = [one for one in shown.series if one.name]
    chart.has_legend = len(named) > 1
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(TYPE_POINTS)
        _hide_in_legend(chart, [index for index, one in enumerate(shown.series) if not one.name])


def _hide_in_legend(chart: Any, positions: list[int]) -> None:
    place = chart.legend._element.find("{*}legendPos")
    for index in reversed(positions):
        place.addnext(
            parse_xml(f'<c:legendEntry {nsdecls("c")}><c:idx val="{index}"/><c:delete val="1"/></c:legendEntry>')
        )


def _set_labels(chart: Any, shown: ChartSeries) -> None:
    """Values at bars where there is room; names at named points."""
    plot = chart.plots[0]
    if shown.kind in ("points", "curves"):
        for one, drawn in zip(shown.series, chart.series, strict=True):
            for index, name in enumerate(one.names):
                label = drawn.points[index].data_label
                label.has_text_frame = True
                label.text_frame.text = xml_text(name)
                label.position = XL_LABEL_POSITION.RIGHT
                label.text_frame.paragraphs[0].runs[0].font.size = Pt(TYPE_POINTS)
        return
    if shown.kind != "lines":
        plot.gap_width = next(gap for most, gap in _GAPS if len(shown.categories) <= most)
        plot.overlap = 100 if shown.kind.startswith("stacked") else -5
    count = len(shown.categories) * sum(one.look != "hidden" for one in shown.series)
    if shown.kind in ("bars", "columns") and count <= _MOST_LABELS:
        plot.has_data_labels = True
        labels = plot.data_labels
        labels.number_format, labels.number_format_is_linked = shown.number_format, False
        labels.font.size = Pt(TYPE_POINTS - 1)
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
    if shown.kind == "stacked_bars" and count <= _MOST_LABELS:
        for drawn in chart.series:
            _label_inside(drawn, shown.number_format)


def _label_inside(drawn: Any, number_format: str) -> None:
    """The values of a part in its middle, light on dark and dark on light."""
    labels = drawn.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = number_format, False
    labels.position = XL_LABEL_POSITION.CENTER
    labels.font.size = Pt(TYPE_POINTS - 1)
    fill = drawn.format.fill
    ground = "#ffffff" if fill.type == MSO_FILL.PATTERNED else f"#{fill.fore_color.rgb}"
    labels.font.color.rgb = colour_of(text_on(ground))
