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
BOOTSTRAP_DRAWS_OF_MANY: Final = 10_000
BOOTSTRAP_SEED: Final = 20240229
# Above this many cases a draw from the limit of the bootstrap is as good as a resampling of all cases, and far cheaper.
MOST_CASES_RESAMPLED: Final = 20_000
_ROUNDING: Final = 1e-9
_FALLEN_BY_HALF: Final = -float(np.log(0.5 + _ROUNDING))


@dataclass(frozen=True)
class DurationCounts:
    """How many cases ended and how many were still open, per distinct duration.

    `hours` ascending, without repeats and not negative; `ended` and `still_open` are counts of the same length.
    At equal hours the endings come first, so that an open case of that age is still at risk there.
    """

    hours: Numbers
    ended: Numbers
    still_open: Numbers

    @property
    def cases(self) -> float:
        """How many cases there are, ended or open."""
        return float(self.ended.sum() + self.still_open.sum())

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
        """Where the log-log confidence band of S(t) crosses one half (Brookmeyer and Crowley 1982).

        The band is S(t) to the powers exp(±half): it has crossed one half where its logarithm is below that of a half.
        Where S is 1 neither limit has crossed, where it is 0 the upper one is unknown.
        """
        if not self.hours.size:
            return NO_INTERVAL
        begun, finished = self.surviving < 1, self.surviving <= _ROUNDING
        with np.errstate(divide="ignore", invalid="ignore"):
            fallen = -np.log(self.surviving)
            widening = np.exp(Z * np.sqrt(self._greenwood) / fallen)
            lower_crossed = begun & (fallen * widening >= _FALLEN_BY_HALF)
            upper_crossed = begun & (fallen / widening >= _FALLEN_BY_HALF)
        return Interval(_first(self.hours, lower_crossed | finished), _first(self.hours, upper_crossed & ~finished))

    @property
    def _greenwood(self) -> Numbers:
        """The variance of S(t) divided by its square (Greenwood 1926)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.cumsum(self.ended / (self.at_risk * (self.at_risk - self.ended))), dtype=np.float64)

    def median_at_error(self, standard_errors: Numbers) -> Numbers:
        """The medians of curves that lie so many standard errors away from S(t); nan where one is not reached.

        With standard normal errors these are the medians of resamplings in the limit of many cases, where a resampled
        curve is normal about S(t) with Greenwood's variance (Efron 1981; Akritas 1986).
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            errors_from_half = (0.5 - self.surviving) / (self.surviving * np.sqrt(self._greenwood))
        errors_from_half = np.where(self.surviving <= _ROUNDING, np.inf, errors_from_half)
        reached = np.maximum.accumulate(np.where(self.surviving < 1, errors_from_half, -np.inf))
        position = np.searchsorted(reached, standard_errors - _ROUNDING)
        return np.append(self.hours, np.nan)[position]

    def curve(self) -> tuple[Numbers, Numbers]:
        """Hours and the share ended by then, 1 − S(t), one point for each duration at which something ended."""
        steps = self.ended > 0
        return self.hours[steps], 1 - self.surviving[steps]


def count_durations(hours: Numbers, ended: Numbers) -> DurationCounts:
    """Counts per distinct duration from cases in the order of their hours, each with whether it ended (1 or 0)."""
    if not hours.size:
        return DurationCounts(hours, ended, ended)
    firsts = np.flatnonzero(np.concatenate(([True], hours[1:] != hours[:-1])))
    ended_cases = np.add.reduceat(ended, firsts)
    return DurationCounts(hours[firsts], ended_cases, np.diff(firsts, append=hours.size) - ended_cases)


def median_change(now: DurationCounts, earlier: DurationCounts) -> Interval:
    """The interval of the difference of two medians: percentile bootstrap with a fixed seed (Efron 1981).

    NO_INTERVAL where a median is not reached in more than 5 % of the draws. Many cases are not resampled one by one:
    see `DurationCounts.median_at_error`.
    """
    generator = np.random.default_rng(BOOTSTRAP_SEED)
    draws = BOOTSTRAP_DRAWS_OF_MANY if _are_many(now) and _are_many(earlier) else BOOTSTRAP_DRAWS
    differences = _drawn_medians(now, draws, generator) - _drawn_medians(earlier, draws, generator)
    known = differences[np.isfinite(differences)]
    if known.size < 0.95 * draws:
        return NO_INTERVAL
    low, high = np.quantile(known, [0.025, 0.975])
    return Interval(float(low), float(high))


def _are_many(counts: DurationCounts) -> bool:
    return bool(counts.cases > MOST_CASES_RESAMPLED)


def _drawn_medians(counts: DurationCounts, draws: int, generator: np.random.Generator) -> Numbers:
    if _are_many(counts):
        return counts.median_at_error(generator.standard_normal(draws))
    return _resampled_medians(counts, draws, generator)


def _resampled_medians(counts: DurationCounts, draws: int, generator: np.random.Generator) -> Numbers:
    size = counts.hours.size
    cells = np.concatenate((counts.ended, counts.still_open)).astype(np.int64)
    total = int(cells.sum())
    medians = np.full(draws, np.nan)
    for draw in range(draws if total else 0):
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
