"""The charts: every kind on every sort of data, in one style, and drawn without a browser."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pandas as pd
import pytest
from demo_charts import GALLERY, HOSTILE, STYLE, frame

from reports import charts
from reports.charts.labels import around_points, lines_of, side_by_side, spread, text_width
from reports.charts.style import dark_colours, even_ticks, luminance, mixed, text_on
from reports.render import pictures

WIDTH_MM = 156
CASES = [(kind, variant) for kind, variants in GALLERY.items() for variant in variants]
NUMBER = r"(-?[\d.]+)"


def drawing(kind: str, variant: str) -> str:
    picture = GALLERY[kind][variant]()
    return pictures.svg(picture, WIDTH_MM, pictures.height_millimetres(picture, 70))


@pytest.mark.parametrize(("kind", "variant"), CASES)
def test_every_kind_draws_from_any_data(kind: str, variant: str) -> None:
    """Normal, sparse, long and huge data give a vector picture: no bitmap, no link, no script."""
    picture = drawing(kind, variant)
    assert picture.startswith("<svg ")
    assert "<image" not in picture
    assert "<script" not in picture
    assert "href" not in picture.replace("xmlns:xlink", "")
    assert re.findall(r"https?://", picture) == ["http://"] * picture.count("http://www.w3.org/")


@pytest.mark.parametrize(("kind", "variant"), [case for case in CASES if case[1] == "long"])
def test_text_from_the_data_is_never_markup(kind: str, variant: str) -> None:
    """A label that looks like HTML is printed as it is, also in the text under the pointer."""
    specification = pictures.specified(GALLERY[kind][variant]()).json
    assert "<script" not in specification
    assert "<b>粗" not in specification
    assert HOSTILE.count("<script") == 1


@pytest.mark.parametrize(("kind", "variant"), CASES)
def test_no_label_leaves_the_picture(kind: str, variant: str) -> None:
    """Every text lies between the left and the right edge of its picture."""
    picture = drawing(kind, variant)
    width = float(re.search(r'viewBox="0 0 (\d+)', picture)[1])  # type: ignore[index]
    for left, right, text in extents(picture):
        assert left >= -1.5 and right <= width + 1.5, f"{text} reaches from {left:.0f} to {right:.0f} of {width:.0f}"


@pytest.mark.parametrize("kind", list(GALLERY))
def test_no_chart_is_taller_than_a_page(kind: str) -> None:
    """However many rows there are, picture, title and caption fit on one page."""
    for variant, build in GALLERY[kind].items():
        own = build().layout.height
        assert own is None or own / pictures.PIXELS_PER_MILLIMETRE <= pictures.TALLEST_MILLIMETRES, variant


def extents(picture: str) -> list[tuple[float, float, str]]:
    """Left edge, right edge and text of every line of every text, in pixels of the picture."""
    found: list[tuple[float, float, str]] = []

    def walk(element: ElementTree.Element, shift: float, anchor: str, size: float) -> None:
        moved = shift + sum(float(x) for x in re.findall(rf"translate\({NUMBER}", element.get("transform", "")))
        anchor = element.get("text-anchor", anchor)
        size = float(element.get("font-size", f"{size}px").removesuffix("px"))
        has_lines = any(child.tag.endswith("tspan") and child.get("x") for child in element)
        if element.tag.endswith(("text", "tspan")) and not has_lines and element.get("x") is not None:
            text = "".join(element.itertext())
            wide = pictures.chinese_font().width(text, size)
            start = moved + float(element.get("x", 0)) - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            found.append((start, start + wide, text))
        elif not element.tag.endswith("clipPath"):
            for child in element:
                walk(child, moved, anchor, size)

    walk(ElementTree.fromstring(picture), 0.0, "start", 12.0)
    assert found, "a picture without any text"
    return found


def test_the_same_figure_gives_the_same_bytes() -> None:
    """No random id and no clock is left in a drawing, whatever was drawn in between."""
    first = drawing("monthly_dots", "normal")
    pictures._drawn.cache_clear()
    drawing("slope", "normal")
    assert drawing("monthly_dots", "normal") == first


def test_numbers_of_the_frame_are_the_numbers_of_the_figure() -> None:
    """A bar chart carries exactly the values that it was given."""
    rows = frame("label value previous text", ("甲", 3, 2, "3 件"), ("乙", 1.5, None, "1.5 件"))
    behind, bars = charts.horizontal_bars(rows, STYLE).data
    assert list(bars.x) == [3, 1.5]
    assert list(behind.x) == [2, None]


def test_bars_begin_at_zero() -> None:
    """The axis of amounts holds zero, with positive and with negative values."""
    for kind in ("horizontal_bars", "waterfall", "monthly_bars", "pareto", "bullet_bars"):
        for variant in ("normal", "long"):
            layout = GALLERY[kind][variant]().layout
            axis = layout.yaxis if kind in ("waterfall", "monthly_bars") else layout.xaxis
            assert axis.range[0] <= 0 <= axis.range[1], kind


def test_a_missed_target_shows_without_colour() -> None:
    """Its bar is hollow, its text bold and marked with a triangle."""
    rows = frame("label value target text verdict", ("甲", 0.9, 1, "90%", "missed"), ("乙", 1, 1, "98%", "met"))
    picture = charts.bullet_bars(rows, STYLE)
    assert list(picture.data[0].marker.color) == ["#ffffff", STYLE.accent]
    texts = [note.text for note in picture.layout.annotations]
    assert "<b>▲ 90%</b>" in texts
    assert "● 98%" in texts


def test_few_cases_are_counted_under_the_month() -> None:
    """n stands under months with fewer than 50 cases, and only there."""
    rows = frame("month value n is_hatched", (1, 0.9, 49, False), (2, 0.9, 50, False))
    texts = charts.monthly_dots(rows, STYLE).layout.xaxis.ticktext
    assert texts[0] == "1月<br>n=49"
    assert texts[1] == "2月"


def test_unripe_months_are_hatched_and_off_the_line() -> None:
    """A month that is too young has a hatched ground and a hollow dot, and the line ends before it."""
    rows = frame("month value n is_hatched", (1, 0.9, 90, False), (2, 0.8, 90, True))
    ground, line, hollow = charts.monthly_dots(rows, STYLE, 0.95).data
    assert (list(ground.x), ground.marker.pattern.shape) == ([2], "/")
    assert list(line.x) == [1]
    assert (list(hollow.x), hollow.marker.color) == ([2], "#ffffff")


def test_target_line_is_labelled() -> None:
    """The dashed line of a target says its value."""
    rows = frame("month value n is_hatched", (1, 0.9, 90, False))
    texts = [note.text for note in charts.monthly_dots(rows, STYLE, 0.98).layout.annotations]
    assert texts == ["目标 98%"]


def test_waterfall_ends_where_its_steps_lead() -> None:
    """10 + 5 − 3 is a last bar of 12 when the frame leaves the total open."""
    rows = frame(
        "label amount measure text",
        ("年初", 10, "absolute", "10"),
        ("增加", 5, "relative", "5"),
        ("减少", -3, "relative", "−3"),
        ("年末", None, "total", "12"),
    )
    bars = charts.waterfall(rows, STYLE).data[0]
    assert list(bars.base) == [0, 10, 15, 0]
    assert list(bars.y) == [10, 5, -3, 12]


def test_completion_curve_ends_at_a_useful_hour() -> None:
    """A long tail does not squeeze the first day: the axis ends at ten times the mark at most."""
    rows = frame("series hours share", ("2025", 20, 0.5), ("2025", 9000, 0.99))
    assert charts.completion_curve(rows, STYLE, 24, ["一半"]).layout.xaxis.range[1] <= 24 * 10


def test_missing_columns_are_named() -> None:
    """A frame without a needed column is refused with the column's name."""
    with pytest.raises(ValueError, match="needs the columns text"):
        charts.horizontal_bars(pd.DataFrame({"label": ["甲"], "value": [1]}), STYLE)


@pytest.mark.parametrize("kind", list(GALLERY))
def test_no_rows_is_no_crash(kind: str) -> None:
    """An empty frame with the right columns draws 无数据."""
    columns = "label value previous target text verdict amount measure bar part row column series hours share before"
    columns += " after text_before text_after panel month actual n is_hatched count at low high period importance"
    columns += " performance whole hatched lane mark kind rate mix as_share"
    empty = pd.DataFrame({column: [] for column in columns.split()})
    picture = getattr(charts, kind)(empty, STYLE)
    assert "无数据" in [note.text for note in picture.layout.annotations]


def test_labels_are_kept_apart() -> None:
    """Positions end at least the gap apart, in order, within their bounds."""
    placed = spread([10, 11, 12, 90], 15, 0, 100)
    assert [b - a >= 14.999 for a, b in pairwise(placed)] == [True] * 3
    assert placed[0] >= 0 and placed[3] <= 100
    crowded = spread([5] * 11, 20, 0, 100)
    assert (crowded[0], crowded[-1]) == (0, 100)


def test_a_label_without_room_is_left_out() -> None:
    """Side by side only what does not touch; around a point only a free place."""
    assert side_by_side([10, 12], [30, 30], 100) == [15, None]
    assert around_points([(50, 50)], ["甲"], 100, 100)[0] is not None
    assert around_points([(50, 50)], ["很长的标签" * 9], 100, 100) == [None]


def test_lines_break_where_chinese_may() -> None:
    """No line is too wide, none begins with closing punctuation, and a cut text ends in …"""
    lines = lines_of("地下车库入口，坡道（含排水沟）及周边", 80, at_most=9)
    assert all(text_width(line) <= 80 for line in lines)
    assert not any(line[0] in "，）。" for line in lines)
    assert lines_of("很长的名称" * 20, 80, at_most=2)[-1].endswith("…")


def test_axis_ticks_are_round() -> None:
    """Steps of 1, 2 or 5; whole numbers where asked."""
    assert even_ticks(0, 1, as_share=True)["ticktext"] == ["0%", "20%", "40%", "60%", "80%", "100%"]
    assert even_ticks(0, 2, whole=True)["tickvals"] == [0, 1, 2]
    assert even_ticks(0, 12_000)["ticktext"][-1] == "10,000"


def test_tints_can_be_told_apart_in_grey() -> None:
    """Neighbouring parts differ in lightness, and text on them is readable."""
    tints = STYLE.tints(6)
    lights = [luminance(tint) for tint in tints]
    assert lights == sorted(lights)
    assert min(b - a for a, b in pairwise(lights)) > 0.03
    for tint in tints:
        high, low = sorted((luminance(tint), luminance(text_on(tint))), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 3.5


def test_every_colour_of_a_chart_has_a_dark_one() -> None:
    """The dark page knows each colour that any chart uses."""
    known = set(dark_colours(STYLE.accent))
    for kind in GALLERY:
        used = set(re.findall(r'"(#[0-9a-f]{6})"', pictures.specified(GALLERY[kind]["normal"]()).json))
        assert used <= known, kind
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
