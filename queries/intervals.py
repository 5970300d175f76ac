"""How far a figure may be believed: 95 % intervals of shares, counts, rates over exposure, means, and of changes.

Money is a census and has no interval. Where scipy has the distribution, it is scipy's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from scipy import special

CONFIDENCE: Final = 0.95
Z: Final = float(special.ndtri((1 + CONFIDENCE) / 2))


@dataclass(frozen=True)
class Interval:
    """Lower and upper end, in the unit of the figure; None where an end cannot be told."""

    low: float | None
    high: float | None

    def scaled(self, factor: float) -> Interval:
        """Both ends times `factor`, which must not be negative."""
        return Interval(
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
        )

    def shifted(self, distance: float) -> Interval:
        """Both ends plus `distance`."""
        return Interval(
            None if self.low is None else self.low + distance,
            None if self.high is None else self.high + distance,
        )


NO_INTERVAL: Final = Interval(None, None)


@dataclass(frozen=True)
class Sample:
    """Mean, standard deviation (n − 1) and size of a sample; of clustered values the effective size."""

    mean: float
    standard_deviation: float
    size: float

    @property
    def variance(self) -> float:
        """The variance of the mean."""
        return self.standard_deviation**2 / self.size


def share(successes: float, trials: float) -> Interval:
    """Wilson's score interval of a share (Wilson 1927, without continuity correction)."""
    if trials <= 0 or not 0 <= successes <= trials:
        return NO_INTERVAL
    observed = successes / trials
    shrink = 1 + Z**2 / trials
    centre = (observed + Z**2 / (2 * trials)) / shrink
    half = Z / shrink * math.sqrt(observed * (1 - observed) / trials + Z**2 / (4 * trials**2))
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return Interval(low, high)


def share_change(
    successes: float, trials: float, earlier_successes: float, earlier_trials: float, correlation: float = 0.0
) -> Interval:
    """Newcombe's interval of a difference of two shares (Newcombe 1998, Statistics in Medicine 17: 873, method 10).

    `correlation` is that of the two shares where the same persons are in both: with all of them in both it is φ of
    their two-by-two table, and the interval that of the paired difference (ibid. 2635, method 8).
    """
    now, earlier = share(successes, trials), share(earlier_successes, earlier_trials)
    if now.low is None or now.high is None or earlier.low is None or earlier.high is None:
        return NO_INTERVAL
    observed, observed_earlier = successes / trials, earlier_successes / earlier_trials
    below = _third_side(observed - now.low, earlier.high - observed_earlier, correlation)
    above = _third_side(now.high - observed, observed_earlier - earlier.low, correlation)
    difference = observed - observed_earlier
    return Interval(difference - below, difference + above)


def _third_side(one: float, other: float, correlation: float) -> float:
    """The margin of a difference from the margins of its terms: Pythagoras, less what they share."""
    return math.sqrt(max(0.0, one**2 + other**2 - 2 * correlation * one * other))


def count(events: float) -> Interval:
    """The exact interval of a Poisson count (Garwood 1936)."""
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if events <= 0 else float(special.gammaincinv(events, tail))
    return Interval(low, float(special.gammaincinv(events + 1, 1 - tail)))


def count_ratio(events: float, exposure: float, earlier_events: float, earlier_exposure: float) -> Interval:
    """The exact interval of the ratio of two Poisson rates, given their sum (Clopper–Pearson on the split)."""
    total = events + earlier_events
    if total <= 0 or exposure <= 0 or earlier_exposure <= 0:
        return NO_INTERVAL
    tail = (1 - CONFIDENCE) / 2
    low = 0.0 if events == 0 else float(special.betaincinv(events, earlier_events + 1, tail))
    high = 1.0 if earlier_events == 0 else float(special.betaincinv(events + 1, earlier_events, 1 - tail))
    factor = earlier_exposure / exposure
    return Interval(low / (1 - low) * factor, None if high >= 1 else high / (1 - high) * factor)


def count_change(events: float, earlier_events: float) -> Interval:
    """The interval of the change of a count over periods of one length, in events, from the Poisson rate ratio."""
    ratio = count_ratio(events, 1, earlier_events, 1)
    return NO_INTERVAL if earlier_events <= 0 else ratio.shifted(-1).scaled(earlier_events)


def mean(sample: Sample) -> Interval:
    """Student's interval of a mean."""
    if sample.size < 2:
        return NO_INTERVAL
    half = _student(sample.size - 1) * sample.standard_deviation / math.sqrt(sample.size)
    return Interval(sample.mean - half, sample.mean + half)


def mean_change(sample: Sample, earlier: Sample, correlation: float = 0.0) -> Interval:
    """Welch's interval of the difference of two means (Welch 1947), `correlation` being that of the two means."""
    if sample.size < 2 or earlier.size < 2:
        return NO_INTERVAL
    variance, earlier_variance = sample.variance, earlier.variance
    difference = sample.mean - earlier.mean
    if variance + earlier_variance == 0:
        return Interval(difference, difference)
    freedom = (variance + earlier_variance) ** 2 / (
        variance**2 / (sample.size - 1) + earlier_variance**2 / (earlier.size - 1)
    )
    half = _student(freedom) * _third_side(math.sqrt(variance), math.sqrt(earlier_variance), correlation)
    return Interval(difference - half, difference + half)


def _student(degrees_of_freedom: float) -> float:
    return float(special.stdtrit(degrees_of_freedom, (1 + CONFIDENCE) / 2))
