"""Charts of the report: tidy rows in, Plotly figures in one house style out.

Every function takes a pandas DataFrame whose columns its docstring names, the ChartStyle, and what else the chart
needs. `text` columns are ready labels; a chart rounds nothing that is printed as a figure of the report. Titles belong
to the page, not to the picture.
"""

from reports.charts.bars import bullet_bars, horizontal_bars, pareto, stacked_bars, waterfall
from reports.charts.comparisons import dot_interval, dumbbell, slope
from reports.charts.distributions import completion_curve, event_strip, heat_map
from reports.charts.effects import before_and_after, contribution_bars, effect_interval
from reports.charts.months import monthly_bars, monthly_dots, monthly_small_multiples
from reports.charts.operations import (
    funnel_steps,
    progress_panels,
    rating_bars,
    share_dots,
    two_year_dots,
    year_timeline,
)
from reports.charts.points import funnel_plot, quadrant
from reports.charts.style import ChartStyle

__all__ = [
    "ChartStyle",
    "before_and_after",
    "bullet_bars",
    "completion_curve",
    "contribution_bars",
    "dot_interval",
    "dumbbell",
    "effect_interval",
    "event_strip",
    "funnel_plot",
    "funnel_steps",
    "heat_map",
    "horizontal_bars",
    "monthly_bars",
    "monthly_dots",
    "monthly_small_multiples",
    "pareto",
    "progress_panels",
    "quadrant",
    "rating_bars",
    "share_dots",
    "slope",
    "stacked_bars",
    "two_year_dots",
    "waterfall",
    "year_timeline",
]
