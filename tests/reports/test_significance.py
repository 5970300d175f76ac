"""The two tests of a two-by-two table, against scipy and against a published example."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy import stats

from reports.significance import approximate_probability, exact_probability

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
