"""The plain series that a house chart gives to programs that draw their own charts."""

from __future__ import annotations

import pandas as pd
import pytest

from reports import charts
from reports.charts import ChartStyle
from reports.charts.series import ChartSeries
from reports.charts.style import HouseFigure

STYLE = ChartStyle()


def series_of(picture: HouseFigure) -> ChartSeries:
    """The series of a chart."""
    assert picture.series is not None
    return picture.series


def test_a_rate_by_month_keeps_unripe_months_apart_and_its_target_level() -> None:
    """Twelve categories; a month without a figure is a gap, not a zero."""
    rows = pd.DataFrame(
        {"month": [1, 2, 4], "value": [0.9, 0.8, 0.7], "n": [60, 60, 60], "is_hatched": [False, False, True]}
    )
    held = series_of(charts.monthly_dots(rows, STYLE, target=0.95))
    assert held.kind == "lines"
    assert held.categories == tuple(STYLE.months)
    assert [(one.look, one.values[:4]) for one in held.series] == [
        ("now", (0.9, 0.8, None, None)),
        ("hollow", (None, None, None, 0.7)),
        ("target", (0.95, 0.95, 0.95, 0.95)),
    ]
    assert held.number_format == "0.0%"


def test_a_waterfall_stands_on_a_base_that_nobody_sees() -> None:
    """Base and visible part of each step add up to its upper edge: 100, 130, 130 − 50 = 80."""
    rows = pd.DataFrame(
        {
            "label": ["年初", "应收", "收回", "年末"],
            "amount": [100.0, 30.0, -50.0, 80.0],
            "measure": ["absolute", "relative", "relative", "total"],
            "text": ["100", "30", "50", "80"],
        }
    )
    held = series_of(charts.waterfall(rows, STYLE))
    tops = [sum(value or 0 for value in column) for column in zip(*(one.values for one in held.series), strict=True)]
    assert held.kind == "stacked_columns"
    assert tops == [100, 130, 130, 80]
    assert held.series[0].look == "hidden"
    assert held.series[0].values == (None, 100, 80, None)


def test_panels_of_complaints_become_one_pair_of_bars_each() -> None:
    """The year is the sum of its months: 3 + 4 against 5 + 6."""
    rows = pd.DataFrame({"panel": ["设施", "设施"], "month": [1, 2], "value": [3.0, 4.0], "previous": [5.0, 6.0]})
    held = series_of(charts.monthly_small_multiples(rows, STYLE))
    assert held.categories == ("设施",)
    assert [one.values for one in held.series] == [(11.0,), (7.0,)]


def test_named_arguments_reach_the_series_however_they_are_given() -> None:
    """The two periods of a slope chart name its series."""
    rows = pd.DataFrame(
        {"label": ["水电"], "before": [0.7], "after": [0.8], "text_before": ["70%"], "text_after": ["80%"]}
    )
    by_place = series_of(charts.slope(rows, STYLE, ("2024", "2025")))
    by_name = series_of(charts.slope(rows, STYLE, periods=("2024", "2025")))
    assert [one.name for one in by_place.series] == ["2024", "2025"]
    assert by_place == by_name


@pytest.mark.parametrize("name", charts.__all__)
def test_every_chart_gives_its_series(name: str) -> None:
    """A chart function without series could be shown in no slide and no workbook."""
    if name != "ChartStyle":
        assert hasattr(getattr(charts, name), "__wrapped__")
