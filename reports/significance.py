"""Whether chance explains a difference between two groups: tests of a two-by-two table of counts, two-sided.

They agree with fisher_exact and chi2_contingency of scipy.stats, which takes half a second to import.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy import special

Table = Sequence[Sequence[int]]
_ROUNDING: Final = 1e-7  # tables this much likelier than the observed one count as equally likely, as in R


def exact_probability(table: Table) -> float:
    """Fisher's exact test (Fisher 1922): the chance of a table at most as likely as this one, its margins given."""
    (first, second), (third, fourth) = table
    row, column, total = first + second, first + third, first + second + third + fourth
    possible = np.arange(max(0, row + column - total), min(row, column) + 1)
    likelihood = special.gammaln(possible + 1) + special.gammaln(row - possible + 1)
    likelihood += special.gammaln(column - possible + 1) + special.gammaln(total - row - column + possible + 1)
    shares = np.exp(likelihood.min() - likelihood)
    observed = shares[first - possible[0]]
    return float(min(1.0, shares[shares <= observed * (1 + _ROUNDING)].sum() / shares.sum()))


def approximate_probability(table: Table) -> float:
    """Pearson's chi-squared test with the correction of Yates (1934), for tables too large to count out."""
    observed = np.asarray(table, dtype=np.float64)
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0) / observed.sum()
    distance = np.maximum(np.abs(observed - expected) - 0.5, 0.0)
    return float(special.chdtrc(1, (distance**2 / expected).sum()))
