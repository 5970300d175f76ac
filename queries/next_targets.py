"""Which target to propose for the next year: one rule, the same for every figure.

A target that was missed, met narrowly or could not be judged is kept. One that was met clearly moves halfway towards
what was reached, rounded back towards the old target, so that a good year is not punished by a target that only a
better one meets. Without a target, a rate or duration shall return to last year's value, and a count or amount of what
should be fewer shall fall by a third.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from queries.engine import Number
from queries.verdicts import exact

STEP_OF_RATE: Final = Decimal("0.005")
STEPS: Final[Mapping[str, Decimal]] = {
    "percent": STEP_OF_RATE,
    "hours": Decimal("0.5"),
    "days": Decimal(1),
    "count": Decimal(1),
    "score": Decimal("0.5"),
    "points": Decimal("0.5"),
    "yuan": Decimal(10_000),
}
SHORT_HOURS: Final = 2
STEP_OF_SHORT_HOURS: Final = Decimal(1) / 60
SUMMED: Final = ("count", "sum")


@dataclass(frozen=True)
class Standing:
    """Where a figure stands at the end of the year: what was reached, its target and verdict, last year's value."""

    unit: str
    aggregate: str
    reached: Number
    target: Number | None = None
    previous: Number | None = None
    verdict: str = "no_target"
    is_narrow: bool = False

    @property
    def is_met_clearly(self) -> bool:
        """Whether the target is met by more than chance."""
        return self.verdict == "met" and not self.is_narrow


def proposed_target(standing: Standing) -> float | None:
    """The target to propose, in the figure's unit; None where neither a target nor last year tells one."""
    if standing.target is not None:
        return _raised(standing) if standing.is_met_clearly else float(standing.target)
    if standing.aggregate in SUMMED:
        return fewer_by_a_third(standing.reached, standing.unit)
    return None if standing.previous is None else float(standing.previous)


def fewer_by_a_third(number: Number, unit: str = "count") -> float:
    """Two thirds of a count or amount, rounded down to a whole case or ten thousand yuan."""
    wanted = exact(number) * 2 / 3
    step = STEPS[unit]
    return float(_rounded(wanted, step, ROUND_FLOOR) if wanted >= step else wanted.quantize(Decimal(1)))


def _raised(standing: Standing) -> float:
    """Halfway from the target to what was reached, rounded towards the target."""
    target, reached = exact(standing.target or 0), exact(standing.reached)
    towards_target = ROUND_FLOOR if reached > target else ROUND_CEILING
    raised = _rounded((target + reached) / 2, _step(standing.unit, target), towards_target)
    return float(max(raised, target) if reached > target else min(raised, target))


def _step(unit: str, target: Decimal) -> Decimal:
    """Hours below SHORT_HOURS are read in minutes."""
    return STEP_OF_SHORT_HOURS if unit == "hours" and target < SHORT_HOURS else STEPS[unit]


def _rounded(number: Decimal, step: Decimal, how: str) -> Decimal:
    return (number / step).quantize(Decimal(1), rounding=how) * step
