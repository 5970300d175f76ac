"""Intervals against scipy, and against published examples."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from queries import intervals
from queries.intervals import Sample


@pytest.mark.parametrize(("successes", "trials"), [(0, 10), (3, 10), (10, 10), (81, 263), (4973, 5126)])
def test_the_interval_of_a_share_is_wilsons(successes: int, trials: int) -> None:
    """As scipy computes it."""
    theirs = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    ours = intervals.share(successes, trials)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_a_share_of_nothing_has_no_interval() -> None:
    """0 of 0 says nothing."""
    assert intervals.share(0, 0) == intervals.NO_INTERVAL


@pytest.mark.parametrize(
    ("now", "earlier", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 10), 0.6075, 1.0)],
)
def test_the_interval_of_a_difference_is_newcombes(
    now: tuple[int, int], earlier: tuple[int, int], low: float, high: float
) -> None:
    """Method 10 of Newcombe (1998), table II."""
    ours = intervals.share_change(*now, *earlier)
    assert (ours.low, ours.high) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize("events", [0, 1, 6, 412])
def test_the_interval_of_a_count_is_exact(events: int) -> None:
    """Garwood's interval by chi-squared quantiles."""
    ours = intervals.count(events)
    low = stats.chi2.ppf(0.025, 2 * events) / 2 if events else 0
    assert (ours.low, ours.high) == pytest.approx((low, stats.chi2.ppf(0.975, 2 * events + 2) / 2))


def test_the_ratio_of_two_rates_is_the_exact_split() -> None:
    """6 faults in 184 days against 17 in 184: the odds of Clopper and Pearson's interval of 6 of 23."""
    theirs = stats.binomtest(6, 23).proportion_ci(method="exact")
    ours = intervals.count_ratio(6, 184, 17, 184)
    assert (ours.low, ours.high) == pytest.approx((theirs.low / (1 - theirs.low), theirs.high / (1 - theirs.high)))


def test_exposure_scales_the_ratio_of_two_rates() -> None:
    """The same counts over twice the exposure are half the rate."""
    one, two = intervals.count_ratio(6, 1, 17, 1), intervals.count_ratio(6, 2, 17, 1)
    assert (two.low, two.high) == pytest.approx((one.low / 2, one.high / 2))


def test_the_change_of_a_count_from_nothing_has_no_interval() -> None:
    """No events before: no ratio, so no interval of the change."""
    assert intervals.count_change(5, 0) == intervals.NO_INTERVAL


def test_a_mean_has_students_interval_and_its_change_welchs() -> None:
    """As scipy computes them."""
    generator = np.random.default_rng(1)
    now, earlier = generator.normal(80, 10, 40), generator.normal(75, 15, 60)
    samples = [Sample(x.mean(), x.std(ddof=1), x.size) for x in (now, earlier)]
    alone = stats.ttest_1samp(now, 0).confidence_interval()
    assert (intervals.mean(samples[0]).low, intervals.mean(samples[0]).high) == pytest.approx((alone.low, alone.high))
    both = stats.ttest_ind(now, earlier, equal_var=False).confidence_interval()
    change = intervals.mean_change(*samples)
    assert (change.low, change.high) == pytest.approx((both.low, both.high))


def test_one_value_has_no_interval() -> None:
    """A sample of one has no spread."""
    assert intervals.mean(Sample(5, 0, 1)) == intervals.NO_INTERVAL


def test_in_repeated_samples_the_interval_of_a_change_covers_it() -> None:
    """Two equal shares of 0.97 in 300 each: the interval holds 0 in 93 to 98 of 100 seeded pairs."""
    generator = np.random.default_rng(11)
    pairs = generator.binomial(300, 0.97, (2000, 2))
    held = [
        change.low <= 0 <= change.high
        for now, earlier in pairs
        if (change := intervals.share_change(int(now), 300, int(earlier), 300)).low is not None
        and change.high is not None
    ]
    assert 0.93 < np.mean(held) < 0.98
