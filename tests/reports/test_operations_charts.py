"""The charts of the daily operation carry the numbers that they were given, and say without colour what they mean."""

from __future__ import annotations

import pandas as pd
from demo_charts import STYLE, frame

from reports import charts


def texts(picture: object) -> list[str]:
    return [note.text for note in picture.layout.annotations]  # type: ignore[attr-defined]


def test_each_panel_has_its_own_scale_and_its_texts() -> None:
    """Nine findings are as visible as 157 inspections: the longest bars of both panels are equally long."""
    rows = frame(
        "label panel whole part text",
        ("消防", "巡检", 157, 150, "150 / 157"),
        ("电梯", "巡检", 100, 50, "50 / 100"),
        ("消防", "问题", 9, 3, "3 / 9"),
    )
    picture = charts.progress_panels(rows, STYLE)
    inspected, done, found, rectified = picture.data
    assert inspected.x[0] == found.x[0]
    assert done.x[1] / inspected.x[1] == 0.5
    assert round(rectified.x[0] / found.x[0], 6) == round(3 / 9, 6)
    assert {"150 / 157", "50 / 100", "3 / 9"} <= set(texts(picture))


def test_two_years_of_counts_begin_at_zero() -> None:
    """Last year hollow, this year filled; the axis holds zero."""
    picture = charts.two_year_dots(frame("label before after text", ("水泵", 30, 23, "23 次")), STYLE)
    earlier, latest = picture.data
    assert (list(earlier.x), list(latest.x)) == ([30], [23])
    assert earlier.marker.color == "#ffffff"
    assert picture.layout.xaxis.range[0] <= 0


def test_what_came_too_late_is_a_triangle() -> None:
    """Dots, triangles and ticks are traces of their own; each lane has its number at the right."""
    day = pd.Timestamp(2025, 7, 12)
    rows = frame(
        "lane at mark kind",
        ("困人", day, "dot", "突发事件"),
        ("困人", day, "missed", "超时"),
        ("演练", day, "tick", "演练"),
    )
    picture = charts.year_timeline(rows, STYLE)
    assert [trace.marker.symbol for trace in picture.data] == ["circle", "triangle-up", "line-ns"]
    assert [len(trace.x) for trace in picture.data] == [1, 1, 1]
    assert {"2", "1", "▲", "超时"} <= set(texts(picture))


def test_each_step_stands_before_the_one_it_came_from() -> None:
    """The outline is as long as the bar of the step before."""
    rows = frame("label value text", ("应回访", 100, ""), ("已回访", 60, ""), ("满意", 30, ""))
    outline, bars = charts.funnel_steps(rows, STYLE).data
    assert list(bars.x) == [100, 60, 30]
    assert list(outline.x) == [100, 100, 60]


def test_default_ratings_are_hatched_and_follow_those_of_owners() -> None:
    """The hatched part begins where the owners' own end."""
    rows = frame("label value hatched text", ("5 星", 30, 7, "30 件"), ("4 星", 10, None, "10 件"))
    own, defaults = charts.rating_bars(rows, STYLE, ("业主", "系统")).data
    assert list(own.x) == [30, 10]
    assert (list(defaults.x), list(defaults.base)) == ([7, 0], [30, 10])
    assert defaults.marker.pattern.shape == "/"


def test_an_unknown_share_has_a_word_and_no_dot() -> None:
    """Nobody knows who read a poster: that is no zero."""
    rows = frame(
        "label series value text",
        ("张贴", "送达", 1.0, "100%"),
        ("张贴", "已读", None, "不可知"),
    )
    picture = charts.share_dots(rows, STYLE)
    assert [len(trace.x) for trace in picture.data] == [1, 0]
    assert "不可知" in texts(picture)
