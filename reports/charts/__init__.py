"""Charts of the report: tidy rows in, Plotly figures in one house style out.

Every function takes a pandas DataFrame whose columns its docstring names, the ChartStyle, and what else the chart
needs. `text` columns are ready labels; a chart rounds nothing that is printed as a figure of the report. Titles belong
to the page, not to the picture.
"""

from reports.charts.bars import bullet_bars, horizontal_bars, pareto, stacked_bars, waterfall
from reports.charts.comparisons import dot_interval, dumbbell, funnel_plot, quadrant, slope
from reports.charts.distributions import completion_curve, event_strip, heat_map
from reports.charts.months import monthly_bars, monthly_dots, monthly_small_multiples
from reports.charts.style import ChartStyle

__all__ = [
    "ChartStyle",
    "bullet_bars",
    "completion_curve",
    "dot_interval",
    "dumbbell",
    "event_strip",
    "funnel_plot",
    "heat_map",
    "horizontal_bars",
    "monthly_bars",
    "monthly_dots",
    "monthly_small_multiples",
    "pareto",
    "quadrant",
    "slope",
    "stacked_bars",
    "waterfall",
]
