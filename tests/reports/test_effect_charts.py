"""Charts of effects show the values of their rows, mark the start, and draw the line of no effect."""

from __future__ import annotations

from demo_charts import STYLE, frame

from reports import charts
from reports.charts.effects import Start


def months(panel: str, values: list[float], previous: list[float]) -> list[tuple[object, ...]]:
    return [(panel, month, *pair) for month, pair in enumerate(zip(values, previous, strict=True), start=1)]


def test_each_panel_has_this_year_over_last_year_and_the_start() -> None:
    """Two groups: four lines with the values of the rows, in two panels on one scale, the start marked in both."""
    rows = months("实施范围", [0.9, 0.8], [0.7, 0.6]) + months("对照", [0.5, 0.5], [0.4, 0.4])
    picture = charts.before_and_after(
        frame("panel month value previous", *rows), STYLE, Start(2.0, "措施开始")
    ).to_dict()
    assert [list(trace["y"]) for trace in picture["data"]] == [[0.7, 0.6], [0.9, 0.8], [0.4, 0.4], [0.5, 0.5]]
    assert [trace["yaxis"] for trace in picture["data"]] == ["y", "y", "y2", "y2"]
    assert picture["layout"]["yaxis"]["range"] == picture["layout"]["yaxis2"]["range"]
    assert [(shape["x0"], shape["xref"]) for shape in picture["layout"]["shapes"]] == [(1.5, "x"), (1.5, "x2")]


def test_groups_of_very_different_size_have_scales_of_their_own() -> None:
    """Four cases a month beside four hundred: both lines can still be read."""
    rows = months("实施范围", [4, 4], [5, 5]) + months("对照", [400, 400], [500, 500])
    layout = charts.before_and_after(frame("panel month value previous", *rows), STYLE).to_dict()["layout"]
    assert layout["yaxis"]["range"] != layout["yaxis2"]["range"]
    assert layout["yaxis2"]["showticklabels"]


def test_the_interval_reaches_from_its_low_to_its_high_end() -> None:
    """−20 with an interval from −50 to 10: the axis holds all of it and the line of no effect at 0."""
    rows = frame("label value low high text as_share", ("差值", -20, -50, 10, "−20", False))
    picture = charts.effect_interval(rows, STYLE, no_effect="没有差别").to_dict()
    interval, dots = picture["data"]
    assert (list(dots["x"]), list(interval["x"])) == ([-20], [-50, 10, None])
    low, high = picture["layout"]["xaxis"]["range"]
    assert low < -50 and high > 10
    assert [shape["x0"] for shape in picture["layout"]["shapes"]] == [0]


def test_contributions_are_the_rows_on_one_axis() -> None:
    """Level and mix of each slice as two bars from zero."""
    rows = frame("label rate mix text", ("甲苑", 1.5, -0.5, ""), ("乙苑", 0.2, 0.1, ""))
    picture = charts.contribution_bars(rows, STYLE, ("自身水平变化", "构成变化")).to_dict()
    assert [list(trace["x"]) for trace in picture["data"]] == [[1.5, 0.2], [-0.5, 0.1]]
    low, high = picture["layout"]["xaxis"]["range"]
    assert low < -0.5 and high > 1.5
