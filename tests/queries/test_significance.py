"""The tests of a two-by-two table, against scipy and a published example; Holm among many."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from queries.significance import (
    approximate_probability,
    exact_probability,
    holm,
    probability,
    with_estimated_variance,
)

counts = some.integers(0, 600)
filled = some.integers(1, 100_000)


def test_fishers_lady_tasting_tea() -> None:
    """Three of four cups right each way: 34 of 70 arrangements are as unlikely (Fisher 1935)."""
    assert exact_probability([[3, 1], [1, 3]]) == pytest.approx(34 / 70)


@given(counts, counts, counts, counts)
def test_the_exact_test_agrees_with_scipy(first: int, second: int, third: int, fourth: int) -> None:
    """Whatever the table, empty rows included."""
    table = [[first, second], [third, fourth]]
    assert exact_probability(table) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-6, abs=1e-12)


@given(filled, filled, filled, filled)
def test_the_approximate_test_agrees_with_scipy(first: int, second: int, third: int, fourth: int) -> None:
    """With the correction for continuity, which scipy applies to tables of this shape."""
    table = [[first, second], [third, fourth]]
    expected = stats.chi2_contingency(table).pvalue
    assert approximate_probability(table) == pytest.approx(expected, rel=1e-9, abs=1e-300)


def test_a_table_with_nothing_to_compare_says_nothing() -> None:
    """No others, or everyone alike: probability 1."""
    assert probability([[5, 5], [0, 0]]) == 1
    assert probability([[5, 0], [9, 0]]) == 1
    assert probability([[3, 1], [1, 3]]) == pytest.approx(34 / 70)


def test_few_clusters_make_a_probability_larger() -> None:
    """1.96 standard errors are 5 % by the normal distribution; by Student's with 11 degrees of freedom 7.6 %."""
    assert with_estimated_variance(0.05, 11) == pytest.approx(2 * stats.t.sf(stats.norm.isf(0.025), 11))
    assert with_estimated_variance(0.05, 11) == pytest.approx(0.0758, abs=1e-4)
    assert with_estimated_variance(0.0, 11) == 0


def test_holm_divides_by_the_tests_that_are_left() -> None:
    """0.01 ≤ 0.05 ÷ 4 and 0.016 ≤ 0.05 ÷ 3 hold; 0.03 > 0.05 ÷ 2 stops it, and with it 0.04, which alone would do."""
    assert holm([0.03, 0.01, 0.04, 0.016]) == [False, True, False, True]
    assert holm([]) == []
