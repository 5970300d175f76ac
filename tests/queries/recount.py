"""Adding up the rows that `explain --rows` lists, as a person with a spreadsheet would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd
import pytest

from queries.catalog import Metric
from queries.explain import Explanation, explain, rows_behind
from queries.figures import Figures


def recounted(metric: Metric, rows: pd.DataFrame) -> float | None:
    """What the header's aggregate makes of evidence rows; None where there is nothing to say."""
    match metric.aggregate:
        case "count":
            return len(rows)
        case "sum":
            return float(rows["value"].astype(float).sum())
        case "mean" | "median" as how:
            return float(rows["value"].astype(float).agg(how)) if rows["value"].notna().any() else None
        case "ratio":
            whole = float(rows["denominator"].sum())
            return float(rows["numerator"].sum()) / whole if whole else None
        case _:
            return kaplan_meier_median(rows)


def kaplan_meier_median(rows: pd.DataFrame) -> float | None:
    """The smallest time at which half of the cases have ended; cases still open leave after those that end then."""
    share_open, at_risk = 1.0, len(rows)
    for hours, ended in sorted(zip(rows["hours"].astype(float), 1 - rows["ended"], strict=True)):
        share_open *= 1 if ended else 1 - 1 / at_risk
        at_risk -= 1
        if not ended and share_open <= 0.5 + 1e-12:
            return float(hours)
    return None


def require_recount(figures: Figures, explanation: Explanation) -> None:
    """The explained figure is what its own rows add up to, and it counts as many."""
    metric, figure = explanation.metric, explanation.figure
    rows = rows_behind(figures, explanation)
    assert len(rows) == figure.n, (metric.name, figure.period)
    if figure.status == "not_available":
        return
    value = recounted(metric, rows)
    shown = None if figure.value is None else pytest.approx(float(figure.value), rel=1e-9, abs=1e-9)
    assert value == shown, (metric.name, figure.period, dict(figure.slice))


def require_every_recount(figures: Figures, metric: str, year: int, as_of: date, where: Mapping[str, str]) -> None:
    """The year, its first and its last month begun, a quarter, and the first slice's first value recount."""
    last_month = min(as_of, date(year, 12, 31)).month
    require_recount(figures, explain(figures, metric, year, where=where, as_of=as_of))
    for month in {1, last_month}:
        require_recount(figures, explain(figures, metric, year, month, where, as_of=as_of))
    require_recount(figures, explain(figures, metric, year, None, where, (last_month + 2) // 3, as_of))
    for name in [name for name in figures.catalog[metric].slices if name not in where][:1]:
        for line in figures.by(metric, year, name, where, as_of)[:1]:
            require_recount(figures, explain(figures, metric, year, None, line.slice, as_of=as_of))
