"""What may be said of a figure beside its target: the point value decides, the interval only says how narrowly.

Shares of things counted are compared in whole things, without rounding, so that 97 of 100 meets 97 % on every machine.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from queries.catalog import Metric
from queries.engine import Number, Total
from queries.targets import AT_LEAST, AT_MOST, Target, statistics_of

if TYPE_CHECKING:
    from queries.figure import Figure

SMALLEST_SAMPLE: Final = 30
THINGS: Final = ("events", "households")
DETAIL_OF_STATISTIC: Final = {"p90": "p90", "mean": "restricted_mean_hours"}


def status(metric: Metric, is_available: bool, total: Total, target: Target | None) -> str:
    """not_available, insufficient, no_target, met or missed: the first that holds, in this order."""
    if not is_available:
        return "not_available"
    if total.n < SMALLEST_SAMPLE:
        return "insufficient"
    if target is None:
        return "no_target"
    if reached(metric, total, target.statistic) is None:
        # A curve that never gets there takes longer than any target; another value without a base says nothing.
        return "missed" if metric.aggregate == "duration" else "insufficient"
    return "met" if _is_met(metric, total, target) else "missed"


def reached(metric: Metric, total: Total, statistic: str | None) -> Number | None:
    """The value of `total` that a target on `statistic` is compared with: like with like."""
    if statistic in (None, statistics_of(metric)[0]):
        return total.value
    return total.details.get(DETAIL_OF_STATISTIC[str(statistic)])


def _is_met(metric: Metric, total: Total, target: Target) -> bool:
    """Whether the point value is on the good side of the target, or on it."""
    value = exact(reached(metric, total, target.statistic) or 0)
    wanted = exact(target.value)
    if metric.unit == "percent" and total.numerator is not None and total.denominator:
        value, wanted = exact(total.numerator), wanted * exact(total.denominator)
    return value >= wanted if target.direction_for(metric) == AT_LEAST else value <= wanted


def is_decided_by_one_case(metric: Metric, total: Total, target: Target) -> bool:
    """Whether a single case on the wrong side would already miss the target: n × (1 − target) < 1.

    Then a month says nothing, and the twelve months that end with it are judged.
    """
    if metric.base not in THINGS or metric.is_stock:
        return False
    allowed = exact(target.value) if target.direction_for(metric) == AT_MOST else 1 - exact(target.value)
    return allowed > 0 and exact(total.denominator or 0) * allowed < 1


def distance(figure: Figure, metric: Metric, judged: Number | None) -> Number | None:
    """How far a figure is from its target: in things (tickets, yuan) where it is a share of things, else in its unit.

    For a share of tickets the least whole number of them that would have changed the verdict: ceil(target × n) −
    numerator, or numerator − floor(target × n) where the target is not to be passed.
    """
    if judged is None or figure.target is None:
        return None
    is_share = figure.numerator is not None and figure.denominator is not None
    if not is_share or metric.base not in (*THINGS, "money"):
        return abs(float(judged) - float(figure.target))
    wanted = exact(figure.target) * exact(figure.denominator or 0)
    if metric.base == "money":
        return abs(wanted - exact(figure.numerator or 0))
    is_ceiling = figure.target_direction == AT_MOST or (figure.target_direction is None and metric.better == "lower")
    whole = math.floor(wanted) if is_ceiling else math.ceil(wanted)
    return abs(whole - exact(figure.numerator or 0))


def is_narrow(figure: Figure, metric: Metric) -> bool:
    """余量小: the target is met, but the interval of the value reaches beyond it."""
    if figure.status != "met" or figure.target is None or figure.low is None or figure.high is None:
        return False
    if figure.target_statistic not in (None, statistics_of(metric)[0]):
        return False
    is_ceiling = figure.target_direction == AT_MOST or (figure.target_direction is None and metric.better == "lower")
    return figure.high > figure.target if is_ceiling else figure.low < figure.target


def exact(number: Number) -> Decimal:
    """The number as it is written: 0.97 is 97 hundredths, not the nearest fraction of a power of two."""
    return number if isinstance(number, Decimal) else Decimal(str(number))
