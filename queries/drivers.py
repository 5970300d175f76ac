"""Importance and performance of a survey's dimensions: how well each does, and how closely it goes with the whole.

Importance is derived, not asked for: the rank correlation of a dimension's scores with the overall scores of the same
responses. It shows what goes together, not what would follow from a change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from queries.figures import Figures
from queries.intervals import Interval, Z

OVERALL: Final = "overall"
FEWEST_RESPONSES: Final = 100
METRIC: Final = "satisfaction_score"


@dataclass(frozen=True)
class Importance:
    """How closely the scores of a dimension go with the overall ones.

    `correlation` is Spearman's, from −1 to 1, over `responses` that scored both; `interval` its 95 % interval.
    """

    correlation: float
    interval: Interval
    responses: int


@dataclass(frozen=True)
class Driver:
    """One dimension: `performance` is its mean score from 0 to 100, over all who scored it."""

    dimension: str
    performance: float
    importance: Importance


def drivers(
    figures: Figures, year: int, where: Mapping[str, str] | None = None, as_of: date | None = None
) -> list[Driver]:
    """The dimensions of the surveys of `year`, the most important first.

    A dimension is left out where fewer than 100 responses scored both it and the whole, or where all scores are equal.
    `where` restricts both, for example to {"answer_pattern": "varied"}. Raises UnknownSlice.
    """
    kept = dict(where or {})
    overall = _scores(figures, year, {**kept, "dimension": OVERALL}, as_of)
    found = []
    for figure in figures.by(METRIC, year, "dimension", kept, as_of):
        dimension = figure.slice["dimension"]
        if dimension == OVERALL or figure.value is None:
            continue
        importance = importance_of(_scores(figures, year, {**kept, "dimension": dimension}, as_of), overall)
        if importance is not None:
            found.append(Driver(dimension, float(figure.value), importance))
    return sorted(found, key=lambda driver: (-driver.importance.correlation, driver.dimension))


def importance_of(scores: pd.Series[float], overall: pd.Series[float]) -> Importance | None:
    """How closely `scores` go with `overall`; both are indexed by response.

    None where fewer than 100 responses are in both, or where either has one value only. Spearman's coefficient is the
    correlation of mean ranks.
    """
    both = pd.concat([scores, overall], axis=1, join="inner").dropna()
    if len(both) < FEWEST_RESPONSES or min(both.nunique()) < 2:
        return None
    ranks = both.rank()
    correlation = float(ranks.iloc[:, 0].corr(ranks.iloc[:, 1]))
    return Importance(correlation, correlation_interval(correlation, len(both)), len(both))


def correlation_interval(correlation: float, size: int) -> Interval:
    """The 95 % interval of a rank correlation over `size` pairs, by Fisher's z.

    Its variance is (1 + r² ÷ 2) ÷ (n − 3): Bonett and Wright 2000, Psychometrika 65: 23.
    """
    if abs(correlation) >= 1:
        return Interval(correlation, correlation)
    z = math.atanh(correlation)
    half = Z * math.sqrt((1 + correlation**2 / 2) / (size - 3))
    return Interval(math.tanh(z - half), math.tanh(z + half))


def _scores(figures: Figures, year: int, where: Mapping[str, str], as_of: date | None) -> pd.Series[float]:
    """The scores of one dimension by response."""
    rows = figures.evidence(METRIC, year, where, as_of=as_of)
    responses = rows["evidence_id"].str.removesuffix(f" {where['dimension']}")
    return pd.Series(rows["value"].astype(float).to_numpy(), index=responses.to_numpy())
