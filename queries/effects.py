"""How much more one group changed than another, with a 95 % interval: differences of differences, ratios of ratios."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from queries.catalog import Metric
from queries.change import TIME_UNITS, value_interval
from queries.engine import Number, Total
from queries.intervals import Z

Scale = Literal["difference", "ratio"]
SLICES_THAT_SHOW_THEIR_SPREAD: Final = 3


@dataclass(frozen=True)
class BeforeAndAfter:
    """A group in the months after the start, and in the same months of the year before."""

    after: Total
    before: Total


@dataclass(frozen=True)
class Effect:
    """How much more the treated part changed than the comparison; without one, how much it changed.

    On the scale `difference` in the metric's unit (0 is no effect), on the scale `ratio` as a factor (1 is none), both
    with their 95 % interval. `widening` is by how much the comparison's slices vary more than chance, at least 1.
    """

    scale: Scale
    value: float
    low: float | None
    high: float | None
    widening: float = 1.0

    @property
    def nothing(self) -> float:
        """The value that no effect has."""
        return 1.0 if self.scale == "ratio" else 0.0

    @property
    def is_clear(self) -> bool:
        """Whether the interval holds no value of no effect."""
        return self.low is not None and self.high is not None and not self.low <= self.nothing <= self.high


def effect_of(
    metric: Metric,
    treated: BeforeAndAfter,
    comparison: BeforeAndAfter | None,
    slices: Iterable[BeforeAndAfter] = (),
) -> Effect | None:
    """How much more `treated` changed than `comparison`; None where it cannot be told.

    Shares and means: the difference of the two differences, its interval from those of the four values (MOVER, Zou and
    Donner 2008, which for two shares is Newcombe's). Counts, rates over exposure and medians: the ratio of the two
    ratios, its interval on the logarithmic scale. Where the `slices` of the comparison changed more differently than
    chance lets them, the interval is as much wider.
    """
    measured = _measured(metric, treated)
    untreated = _measured(metric, comparison) if comparison is not None else None
    if measured is None or (comparison is not None and untreated is None):
        return None
    change = measured if untreated is None else measured.less(untreated)
    widening = _widening([each for each in (_measured(metric, part) for part in slices) if each is not None])
    return change.effect(_scale(metric), widening)


def is_census(metric: Metric) -> bool:
    """Whether the metric sums money or other amounts, which have no interval."""
    return metric.base == "money" or metric.aggregate == "sum"


def cases(metric: Metric, total: Total) -> float:
    """The cases that a value rests on: its rows, or the events of a rate over exposure."""
    if metric.base != "exposure":
        return total.n
    # A figure in hours or days is time per event, so its events are the denominator.
    events = total.denominator if metric.unit in TIME_UNITS else total.numerator
    return float(events or 0)


@dataclass(frozen=True)
class _Margin:
    """A value on the scale on which it is compared, and how far its interval reaches below and above it."""

    value: float
    below: float | None
    above: float | None

    def less(self, other: _Margin) -> _Margin:
        """The difference of two independent values, the margins added as squares."""
        return _Margin(
            self.value - other.value, _hypotenuse(self.below, other.above), _hypotenuse(self.above, other.below)
        )

    @property
    def variance(self) -> float:
        """The squared standard error that the margins amount to; 0 without margins."""
        return (((self.below or 0.0) + (self.above or 0.0)) / 2 / Z) ** 2

    def effect(self, scale: Scale, widening: float) -> Effect:
        """The value and its interval, widened, back on the scale of the metric."""
        back: Callable[[float], float] = math.exp if scale == "ratio" else float
        margin = math.sqrt(widening)
        low = None if self.below is None else back(self.value - self.below * margin)
        high = None if self.above is None else back(self.value + self.above * margin)
        return Effect(scale, back(self.value), low, high, widening)


def _hypotenuse(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else math.hypot(one, other)


def _scale(metric: Metric) -> Scale:
    is_ratio = metric.aggregate in ("count", "sum", "duration") or metric.base == "exposure"
    return "ratio" if is_ratio else "difference"


def _measured(metric: Metric, group: BeforeAndAfter) -> _Margin | None:
    after, before = _margin(metric, group.after), _margin(metric, group.before)
    return None if after is None or before is None else after.less(before)


def _margin(metric: Metric, total: Total) -> _Margin | None:
    """The total on its scale of comparison; None where it has no value there."""
    to_scale: Callable[[Number], float] = math.log if _scale(metric) == "ratio" else float
    if total.value is None or (to_scale is math.log and total.value <= 0):
        return None
    value = to_scale(total.value)
    if is_census(metric):
        return _Margin(value, None, None)
    if metric.aggregate == "count" or metric.base == "exposure":
        # The logarithm of a count, or of a rate over exposure, has the standard error 1 ÷ √events.
        half = Z / math.sqrt(cases(metric, total))
        return _Margin(value, half, half)
    low, high = value_interval(metric, total).low, value_interval(metric, total).high
    if low is None or high is None or (to_scale is math.log and low <= 0):
        return None
    return _Margin(value, value - to_scale(low), to_scale(high) - value)


def _widening(changes: Sequence[_Margin]) -> float:
    """How much more than chance the slices' changes differ: Cochran's Q ÷ its degrees of freedom, at least 1."""
    known = [change for change in changes if change.variance > 0]
    if len(known) < SLICES_THAT_SHOW_THEIR_SPREAD:
        return 1.0
    weights = [1 / change.variance for change in known]
    mean = sum(weight * change.value for weight, change in zip(weights, known, strict=True)) / sum(weights)
    spread = sum(weight * (change.value - mean) ** 2 for weight, change in zip(weights, known, strict=True))
    return max(1.0, spread / (len(known) - 1))
