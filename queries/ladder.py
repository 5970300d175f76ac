"""How a figure moved since the year before, in one of the words 明显, 略有 and 基本持平, or in none of them.

明显 needs three things: the interval of the change excludes 0; the change is at least a point of a rate, a point of a
score, or 5 % of a count, duration or amount; and both years have at least ten clusters, where clusters are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from queries.catalog import Metric
from queries.figure import Figure

FEWEST_CASES: Final = 30
FEWEST_CLUSTERS: Final = 10
CLEAR_CHANGE_OF_RATE: Final = 0.01
CLEAR_CHANGE_OF_SCORE: Final = 1.0
CLEAR_CHANGE_OF_AMOUNT: Final = 0.05

Kind = Literal[
    "unknown",  # no value this year
    "first_year",  # no value last year
    "small",  # too few cases in one of the years to compare
    "zero_base",  # last year's value is zero
    "equal",  # not the least difference
    "flat",  # the interval of the change includes 0
    "slight",  # it excludes 0, the change is below the practical threshold
    "clear",  # it excludes 0, and the change is as large as the threshold
    "census",  # money: complete, no interval
    "plain",  # a difference without an interval
]
Direction = Literal["up", "down", "level"]
Quality = Literal["better", "worse", "neutral"]


@dataclass(frozen=True)
class Movement:
    """The change since last year: how sure it is, which way it goes, and whether that is good."""

    kind: Kind
    direction: Direction = "level"
    quality: Quality = "neutral"

    @property
    def is_clear(self) -> bool:
        """Whether the change may be called 明显."""
        return self.kind == "clear"

    @property
    def may_be_called(self) -> bool:
        """Whether better or worse may be said of it."""
        return self.kind in ("clear", "slight", "census") and self.quality != "neutral"


def movement(figure: Figure, metric: Metric) -> Movement:
    """How a figure moved since last year, on the ladder; from the values before any rounding."""
    if figure.value is None:
        return Movement("unknown")
    if figure.previous is None or figure.change is None:
        return Movement("first_year")
    if _is_rate_of_cases(metric) and min(figure.n, figure.previous_n or 0) < FEWEST_CASES:
        return Movement("small")
    if figure.previous == 0 and metric.unit in ("count", "yuan"):
        return Movement("zero_base" if figure.value else "equal")
    change = float(figure.change)
    if change == 0:
        return Movement("equal")
    direction: Direction = "up" if change > 0 else "down"
    return Movement(_degree(figure, metric, change), direction, _quality(metric, direction))


def _is_rate_of_cases(metric: Metric) -> bool:
    return metric.aggregate in ("ratio", "mean", "median", "duration") and metric.base not in ("money", "exposure")


def _degree(figure: Figure, metric: Metric, change: float) -> Kind:
    if metric.base == "money" or metric.unit == "yuan":
        return "census"
    if figure.change_low is None or figure.change_high is None:
        return "plain"
    if float(figure.change_low) <= 0 <= float(figure.change_high):
        return "flat"
    is_large = abs(change) >= threshold(metric, float(figure.previous or 0))
    return "clear" if is_large and _has_clusters(figure) else "slight"


def threshold(metric: Metric, previous: float) -> float:
    """The least change, in the figure's unit, that may be called 明显."""
    if metric.unit == "percent":
        return CLEAR_CHANGE_OF_RATE
    if metric.unit in ("score", "points"):
        return CLEAR_CHANGE_OF_SCORE
    return CLEAR_CHANGE_OF_AMOUNT * abs(previous)


def _has_clusters(figure: Figure) -> bool:
    return all(has_enough_clusters(details) for details in (figure.details, figure.previous_details))


def has_enough_clusters(details: Mapping[str, Any] | None) -> bool:
    """Whether a figure with these details has as many clusters as a clear word needs; true where none are known."""
    clusters = (details or {}).get("clusters")
    return clusters is None or int(clusters) >= FEWEST_CLUSTERS


def _quality(metric: Metric, direction: Direction) -> Quality:
    if metric.better == "neutral":
        return "neutral"
    return "better" if (metric.better == "higher") == (direction == "up") else "worse"
