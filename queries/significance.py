"""Whether chance explains a difference between two groups, alone and among many.

The tests of a two-by-two table are two-sided. They agree with fisher_exact and chi2_contingency of scipy.stats, which
takes half a second to import.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special

Table = Sequence[Sequence[float]] | npt.NDArray[np.float64]
SIGNIFICANCE: Final = 0.05
LARGEST_EXACT_TABLE: Final = 2_000
_ROUNDING: Final = 1e-7  # tables this much likelier than the observed one count as equally likely, as in R


def probability(table: Table) -> float:
    """The two-sided probability of a difference as large as the table's by chance: exact where the table is small.

    Counts divided by a design effect need not be whole; the exact test takes them rounded. 1 where a row or a column
    is empty.
    """
    cells = np.asarray(table, dtype=np.float64)
    if not (cells.sum(axis=0).all() and cells.sum(axis=1).all()):
        return 1.0
    return exact_probability(cells.round()) if cells.sum() <= LARGEST_EXACT_TABLE else approximate_probability(cells)


def exact_probability(table: Table) -> float:
    """Fisher's exact test (Fisher 1922): the chance of a table at most as likely as this one, its margins given."""
    (first, second), (third, fourth) = table
    row, column, total = first + second, first + third, first + second + third + fourth
    possible = np.arange(max(0, row + column - total), min(row, column) + 1)
    likelihood = special.gammaln(possible + 1) + special.gammaln(row - possible + 1)
    likelihood += special.gammaln(column - possible + 1) + special.gammaln(total - row - column + possible + 1)
    shares = np.exp(likelihood.min() - likelihood)
    observed = shares[int(first - possible[0])]
    return float(min(1.0, shares[shares <= observed * (1 + _ROUNDING)].sum() / shares.sum()))


def approximate_probability(table: Table) -> float:
    """Pearson's chi-squared test with the correction of Yates (1934), for tables too large to count out."""
    observed = np.asarray(table, dtype=np.float64)
    expected = observed.sum(axis=1, keepdims=True) * observed.sum(axis=0) / observed.sum()
    distance = np.maximum(np.abs(observed - expected) - 0.5, 0.0)
    return float(special.chdtrc(1, (distance**2 / expected).sum()))


def with_estimated_variance(two_sided: float, degrees_of_freedom: float) -> float:
    """A probability of the normal distribution as Student's has it: for a variance estimated from few clusters."""
    distance = special.ndtri(two_sided / 2)
    return float(2 * special.stdtr(degrees_of_freedom, distance)) if np.isfinite(distance) else two_sided


def holm(probabilities: Sequence[float], significance: float = SIGNIFICANCE) -> list[bool]:
    """Which of several tests hold together, so that one or more hold by chance at most `significance` of the time.

    Stepwise from the smallest: it must be at most significance ÷ the number of tests left (Holm 1979).
    """
    holds = [False] * len(probabilities)
    order = sorted(range(len(probabilities)), key=lambda position: probabilities[position])
    for rank, position in enumerate(order):
        if probabilities[position] > significance / (len(order) - rank):
            break
        holds[position] = True
    return holds
