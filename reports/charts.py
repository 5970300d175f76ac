"""Charts of the report (signatures; bodies follow)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from workspace import Language


@dataclass(frozen=True)
class ChartStyle:
    """The accent colour and the language of the fixed words in a chart."""

    accent: str = "#1f5f6b"
    language: Language = "zh"


def bullet_bars(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def waterfall(rows: pd.DataFrame, style: ChartStyle, unit_label: str = "") -> go.Figure: return go.Figure()
def stacked_bars(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def heat_map(rows: pd.DataFrame, style: ChartStyle, row_order: Sequence[str] | None = None, column_order: Sequence[str] | None = None) -> go.Figure: return go.Figure()
def completion_curve(rows: pd.DataFrame, style: ChartStyle, mark_hours: float | None = 24, mark_texts: Sequence[str] = ()) -> go.Figure: return go.Figure()
def slope(rows: pd.DataFrame, style: ChartStyle, periods: tuple[str, str] = ("", "")) -> go.Figure: return go.Figure()
def monthly_small_multiples(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def dumbbell(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def monthly_dots(rows: pd.DataFrame, style: ChartStyle, target: float | None = None) -> go.Figure: return go.Figure()
def monthly_bars(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def pareto(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def event_strip(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def dot_interval(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def quadrant(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def horizontal_bars(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
def funnel_plot(rows: pd.DataFrame, style: ChartStyle) -> go.Figure: return go.Figure()
