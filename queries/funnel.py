"""Funnel limits: within which rates of slices of one overall rate vary by chance, by the size of the slice.

A league table invites the question who is last; a funnel chart asks who lies outside. Spiegelhalter 2005, Funnel plots
for comparing institutional performance, Statistics in Medicine 24: 1185.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from queries.intervals import Interval
from queries.naming import Outcome

WARNING: Final = 0.95
ALARM: Final = 0.998
WINSORISED_SHARE: Final = 0.1


@dataclass(frozen=True)
class Funnel:
    """The overall rate, and by how many times the slices vary more than chance alone would have it (at least 1)."""

    rate: float
    dispersion: float

    def limits(self, cases: float, confidence: float = WARNING) -> Interval:
        """The limits of a slice's rate with so many cases, clipped to 0 and 1: rate ± z √(dispersion × p q ÷ n)."""
        if cases <= 0:
            return Interval(0.0, 1.0)
        z = float(special.ndtri((1 + confidence) / 2))
        half = z * math.sqrt(self.dispersion * self.rate * (1 - self.rate) / cases)
        return Interval(max(0.0, self.rate - half), min(1.0, self.rate + half))


def funnel(outcomes: Sequence[Outcome]) -> Funnel | None:
    """The funnel of slices with their cases; None without cases.

    The dispersion is the mean square of the slices' z-scores, the outermost tenth on each side drawn in to the tenth,
    lest the slices that the funnel should show widen it themselves (Spiegelhalter 2005, section 4.2). What clusters do
    is part of it, so the counts enter undivided.
    """
    cases = sum(outcome.cases for outcome in outcomes)
    if not cases:
        return None
    rate = sum(outcome.yes for outcome in outcomes) / cases
    return Funnel(rate, _dispersion([outcome for outcome in outcomes if outcome.cases], rate))


def _dispersion(outcomes: Sequence[Outcome], rate: float) -> float:
    variance = rate * (1 - rate)
    if variance <= 0 or len(outcomes) < 2:
        return 1.0
    sizes = np.array([outcome.cases for outcome in outcomes])
    rates = np.array([outcome.yes for outcome in outcomes]) / sizes
    scores = (rates - rate) / np.sqrt(variance / sizes)
    low, high = np.quantile(scores, [WINSORISED_SHARE, 1 - WINSORISED_SHARE])
    return max(1.0, float(np.mean(np.clip(scores, low, high) ** 2)))
