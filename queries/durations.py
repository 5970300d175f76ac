"""How long things take when some have not ended yet: the Kaplan–Meier estimate (Kaplan and Meier 1958).

Leaving open cases out makes a slow year look fast; here they count as "longer than seen so far".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from queries.intervals import NO_INTERVAL, Interval, Z

Numbers = npt.NDArray[np.float64]
RESTRICTED_HOURS: Final = 30 * 24.0
BOOTSTRAP_DRAWS: Final = 400
BOOTSTRAP_SEED: Final = 20240229
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class DurationCounts:
    """How many cases ended and how many were still open, per distinct duration.

    `hours` ascending, without repeats and not negative; `ended` and `still_open` are counts of the same length.
    At equal hours the endings come first, so that an open case of that age is still at risk there.
    """

    hours: Numbers
    ended: Numbers
    still_open: Numbers

    @cached_property
    def at_risk(self) -> Numbers:
        """How many cases were known to last at least as long as each duration."""
        leaving = self.ended + self.still_open
        return np.asarray(leaving.sum() - np.cumsum(leaving) + leaving, dtype=np.float64)

    @cached_property
    def surviving(self) -> Numbers:
        """S(t): the estimated share of cases that last longer than each duration."""
        return np.asarray(np.cumprod(1 - self.ended / self.at_risk), dtype=np.float64)

    def quantile(self, share_ended: float) -> float | None:
        """The smallest duration by which at least `share_ended` have ended; None if the curve does not get there."""
        return _first(self.hours, self.surviving <= 1 - share_ended + _ROUNDING)

    @property
    def median(self) -> float | None:
        """The smallest observed duration with S(t) ≤ 0.5."""
        return self.quantile(0.5)

    @property
    def p90(self) -> float | None:
        """The smallest observed duration with S(t) ≤ 0.1."""
        return self.quantile(0.9)

    def restricted_mean(self, horizon: float = RESTRICTED_HOURS) -> float | None:
        """The mean of the durations with each cut at `horizon` hours: the area under S(t) up to there."""
        if not self.hours.size:
            return None
        edges = np.concatenate(([0.0], np.minimum(self.hours, horizon), [horizon]))
        heights = np.concatenate(([1.0], self.surviving))
        return float(np.sum(np.diff(edges) * heights))

    def median_interval(self) -> Interval:
        """Where the log-log confidence band of S(t) crosses one half (Brookmeyer and Crowley 1982)."""
        if not self.hours.size:
            return NO_INTERVAL
        lower, upper = self._band()
        return Interval(_first(self.hours, lower <= 0.5 + _ROUNDING), _first(self.hours, upper <= 0.5 + _ROUNDING))

    def _band(self) -> tuple[Numbers, Numbers]:
        """Lower and upper log-log limits of S(t); where S is 1 both are 1, where it is 0 the upper one is unknown."""
        with np.errstate(divide="ignore", invalid="ignore"):
            greenwood = np.cumsum(self.ended / (self.at_risk * (self.at_risk - self.ended)))
            half = Z * np.sqrt(greenwood) / np.abs(np.log(self.surviving))
            lower = self.surviving ** np.exp(half)
            upper = self.surviving ** np.exp(-half)
        begun = self.surviving < 1
        finished = self.surviving <= _ROUNDING
        lower = np.where(finished, 0.0, np.where(begun, lower, 1.0))
        return lower, np.where(finished, np.inf, np.where(begun, upper, 1.0))

    def curve(self) -> tuple[Numbers, Numbers]:
        """Hours and the share ended by then, 1 − S(t), one point for each duration at which something ended."""
        steps = self.ended > 0
        return self.hours[steps], 1 - self.surviving[steps]


def count_durations(hours: Numbers, ended: Numbers, cases: Numbers) -> DurationCounts:
    """Counts per distinct duration from rows of hours, whether ended (1 or 0), and how many cases."""
    distinct, position = np.unique(hours, return_inverse=True)
    size = distinct.size
    return DurationCounts(
        hours=distinct,
        ended=np.bincount(position, weights=cases * ended, minlength=size).astype(np.float64),
        still_open=np.bincount(position, weights=cases * (1 - ended), minlength=size).astype(np.float64),
    )


def median_change(now: DurationCounts, earlier: DurationCounts) -> Interval:
    """The interval of the difference of two medians: percentile bootstrap with a fixed seed (Efron 1981).

    NO_INTERVAL where a median is not reached in more than 5 % of the draws.
    """
    generator = np.random.default_rng(BOOTSTRAP_SEED)
    differences = _resampled_medians(now, generator) - _resampled_medians(earlier, generator)
    known = differences[np.isfinite(differences)]
    if known.size < 0.95 * BOOTSTRAP_DRAWS:
        return NO_INTERVAL
    low, high = np.quantile(known, [0.025, 0.975])
    return Interval(float(low), float(high))


def _resampled_medians(counts: DurationCounts, generator: np.random.Generator) -> Numbers:
    size = counts.hours.size
    cells = np.concatenate((counts.ended, counts.still_open)).astype(np.int64)
    total = int(cells.sum())
    medians = np.full(BOOTSTRAP_DRAWS, np.nan)
    for draw in range(BOOTSTRAP_DRAWS if total else 0):
        cases = _resampled(cells, total, generator)
        ended, leaving = cases[:size], cases[:size] + cases[size:]
        at_risk = np.maximum(total - np.cumsum(leaving) + leaving, 1)
        reached = _first(counts.hours, np.cumprod(1 - ended / at_risk) <= 0.5 + _ROUNDING)
        medians[draw] = np.nan if reached is None else reached
    return medians


def _resampled(cells: npt.NDArray[np.int64], total: int, generator: np.random.Generator) -> npt.NDArray[np.int64]:
    """How many of `total` draws with replacement fall into each cell; by cases or by cells, whichever are fewer."""
    if total > 4 * cells.size:
        return generator.multinomial(total, cells / total)
    case_cells = np.repeat(np.arange(cells.size), cells)
    return np.bincount(case_cells[generator.integers(0, total, total)], minlength=cells.size)


def _first(hours: Numbers, holds: npt.NDArray[np.bool_]) -> float | None:
    return float(hours[np.argmax(holds)]) if holds.any() else None
