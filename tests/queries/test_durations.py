"""Kaplan–Meier by hand, against scipy, and where leaving open cases out goes wrong."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from queries.durations import DurationCounts, Numbers, count_durations, median_change


def counts(*cases: tuple[float, int]) -> DurationCounts:
    """Cases given as (hours, 1 if ended else 0)."""
    hours, ended = (np.array(column, dtype=float) for column in zip(*sorted(cases), strict=True))
    return count_durations(hours, ended)


def durations(hours: Numbers, ended: Numbers) -> DurationCounts:
    """Cases in any order."""
    order = np.argsort(hours)
    return count_durations(hours[order], ended[order])


def test_the_curve_of_six_cases_is_the_one_worked_out_by_hand() -> None:
    """Ends at 1, 3 and 4; still open at 2, 3 and 5: S = 5/6 after 1, 5/6 × 3/4 after 3, that × 1/2 after 4."""
    curve = counts((1, 1), (2, 0), (3, 1), (3, 0), (4, 1), (5, 0))
    assert curve.surviving == pytest.approx([5 / 6, 5 / 6, 5 / 8, 5 / 16, 5 / 16])
    assert curve.median == 4
    assert curve.p90 is None


def test_ends_come_before_open_cases_of_the_same_age() -> None:
    """A case that is still open at 3 hours is at risk when another one ends at 3 hours."""
    assert counts((3, 1), (3, 0)).surviving == pytest.approx([0.5])
    assert counts((3, 1), (3, 0)).median == 3


def test_the_median_is_the_first_duration_at_which_half_have_ended() -> None:
    """Of four ends S is exactly one half at the second, which rounding must not push to the third."""
    assert counts((1, 1), (2, 1), (3, 1), (4, 1)).median == 2
    assert counts(*((hour, 1) for hour in range(1, 11))).median == 5
    assert counts(*((hour, 1) for hour in range(1, 11))).p90 == 9


def test_nothing_yields_nothing() -> None:
    """No rows: no median, no mean, no interval, an empty curve."""
    empty = count_durations(np.empty(0), np.empty(0))
    assert (empty.median, empty.p90, empty.restricted_mean()) == (None, None, None)
    assert (empty.median_interval().low, empty.median_interval().high) == (None, None)
    assert empty.curve()[0].size == 0


def test_only_open_cases_have_no_median_but_a_mean_of_the_horizon() -> None:
    """If nothing has ended yet, nothing is known but "longer"."""
    curve = counts((5, 0), (6, 0))
    assert curve.median is None
    assert curve.restricted_mean(24) == 24


def test_the_restricted_mean_is_the_area_up_to_thirty_days() -> None:
    """10, 20 and 1,000 hours, the last cut at 720: a mean of 250."""
    assert counts((10, 1), (20, 1), (1000, 1)).restricted_mean() == pytest.approx(250)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")  # where S is 1 or 0
@pytest.mark.parametrize("seed", range(5))
def test_the_curve_agrees_with_scipy(seed: int) -> None:
    """scipy.stats.ecdf of right-censored data is the same estimator."""
    generator = np.random.default_rng(seed)
    lasting, seen = generator.integers(1, 40, 200), generator.integers(1, 60, 200)
    hours, ended = np.minimum(lasting, seen), (lasting <= seen).astype(float)
    ours = durations(hours.astype(float), ended)
    sample = stats.CensoredData.right_censored(hours, ended == 0)
    theirs = stats.ecdf(sample).sf
    assert ours.surviving == pytest.approx(theirs.evaluate(ours.hours), abs=1e-12)
    band = theirs.confidence_interval(method="log-log")
    lower, upper = band.low.evaluate(ours.hours), band.high.evaluate(ours.hours)
    interval = ours.median_interval()
    assert interval.low == ours.hours[np.argmax(lower <= 0.5)]
    assert interval.high == ours.hours[np.argmax(upper <= 0.5)]


def test_cases_of_one_duration_are_counted_together() -> None:
    """Of five cases of 1 hour three ended; four ended at 2; one is open at 5."""
    counted = counts(*[(1, 1)] * 3, *[(1, 0)] * 2, *[(2, 1)] * 4, (5, 0))
    assert counted.hours.tolist() == [1, 2, 5]
    assert counted.ended.tolist() == [3, 4, 0]
    assert counted.still_open.tolist() == [2, 0, 1]


def test_heavy_censoring_does_not_make_a_slow_year_look_fast() -> None:
    """True median 32 days, three in five still open: the closed cases alone say about 12, the curve 32 ± 2."""
    generator = np.random.default_rng(7)
    lasting = generator.exponential(32 / np.log(2), 20_000)
    seen = generator.uniform(0, 53, 20_000)
    ended = (lasting <= seen).astype(float)
    curve = durations(np.minimum(lasting, seen), ended)
    assert np.median(lasting[ended == 1]) == pytest.approx(12, abs=0.5)
    assert curve.median == pytest.approx(32, abs=2)


def test_the_change_of_a_median_has_a_reproducible_interval() -> None:
    """Half the durations halve the median: the interval lies below 0, holds the difference, and is the same twice."""
    generator = np.random.default_rng(3)
    hours = generator.exponential(20, 800)
    before = durations(hours, np.ones(800))
    after = durations(hours / 2, np.ones(800))
    interval = median_change(after, before)
    assert interval.low is not None and interval.high is not None
    assert interval.low < after.median - before.median < interval.high < 0
    assert median_change(after, before) == interval


def test_many_cases_have_the_interval_that_resampling_them_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 8,000 cases with two in five still open, the limit of the bootstrap and 400 resamplings agree to a tenth."""
    generator = np.random.default_rng(11)
    lasting, seen = generator.exponential(20, (2, 8_000)), generator.uniform(0, 50, (2, 8_000))
    lasting[0] *= 0.9
    now, before = map(durations, np.minimum(lasting, seen), (lasting <= seen).astype(float))
    resampled = median_change(now, before)
    monkeypatch.setattr("queries.durations.MOST_CASES_RESAMPLED", 1_000)
    drawn = median_change(now, before)
    assert resampled.low is not None and resampled.high is not None
    assert (drawn.low, drawn.high) == pytest.approx(
        (resampled.low, resampled.high), abs=0.1 * (resampled.high - resampled.low)
    )


def test_many_cases_of_which_too_few_end_have_no_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three in five stay open: the curve does not get down to one half, and no draw makes it."""
    monkeypatch.setattr("queries.durations.MOST_CASES_RESAMPLED", 1_000)
    mostly_open = counts(*[(hour, 1) for hour in range(800)], *[(800, 0)] * 1_200)
    assert np.isnan(mostly_open.median_at_error(np.array([0.0, 2.0]))).all()
    assert median_change(mostly_open, mostly_open).low is None


def test_a_median_that_is_seldom_reached_has_no_interval_of_its_change() -> None:
    """With most cases open the resampled medians do not exist."""
    mostly_open = counts((1, 1), (2, 1), *[(50, 0)] * 20)
    assert median_change(mostly_open, mostly_open).low is None
