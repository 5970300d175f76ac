"""What cases that go right or wrong together take from the certainty of a figure: design effects and pairs.

One power cut is forty late repairs and one event. Forty repairs late for one cause tell less than forty late for forty
causes, so a share of clustered cases is believed as one of fewer cases: their number divided by the design effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

SMALLEST_DESIGN_EFFECT: Final = 1.0


@dataclass(frozen=True)
class ClusterSums:
    """The clusters of a group: how many, and over them the squares and products of their own sums.

    A cluster's own sums are those of its numerator and its denominator; of a mean, of its values and of its rows.
    """

    count: int
    numerator_squares: float
    products: float
    denominator_squares: float

    def __add__(self, other: ClusterSums) -> ClusterSums:
        """The clusters of two groups that share none."""
        return ClusterSums(
            self.count + other.count,
            self.numerator_squares + other.numerator_squares,
            self.products + other.products,
            self.denominator_squares + other.denominator_squares,
        )

    def variance(self, numerator: float, denominator: float) -> float | None:
        """The variance of the ratio of two totals, seen between the clusters; None with fewer than two of them.

        Linearised: Σ (y − r x)² ÷ X², times k ÷ (k − 1) for k clusters (Kish 1965, Survey Sampling, section 6.3).
        """
        if self.count < 2 or denominator <= 0:
            return None
        ratio = numerator / denominator
        residuals = self.numerator_squares - 2 * ratio * self.products + ratio**2 * self.denominator_squares
        return max(residuals, 0.0) / denominator**2 * self.count / (self.count - 1)


def design_effect(variance_between_clusters: float | None, variance_of_independent_cases: float) -> float:
    """By how many times the clusters widen the variance, at least 1 (Kish 1965; Rao and Scott 1992).

    1 where it cannot be told: with one cluster, or where all cases ended alike.
    """
    if variance_between_clusters is None or variance_of_independent_cases <= 0:
        return SMALLEST_DESIGN_EFFECT
    return max(SMALLEST_DESIGN_EFFECT, variance_between_clusters / variance_of_independent_cases)


def design_effect_of_share(sums: ClusterSums, successes: float, trials: float) -> float:
    """The design effect of the share `successes` of `trials`."""
    if trials <= 0:
        return SMALLEST_DESIGN_EFFECT
    return design_effect(sums.variance(successes, trials), variance_of_share(successes, trials))


def variance_of_share(successes: float, trials: float) -> float:
    """The variance of a share of independent cases: p (1 − p) ÷ n."""
    observed = successes / trials
    return observed * (1 - observed) / trials


@dataclass(frozen=True)
class PairSums:
    """The pairs of two groups, such as the households that answered in both years: how many, and sums over them.

    Each product is of a sum of this year's and one of the earlier year's: numerator × numerator, and so on.
    """

    count: int
    numerators: float
    numerator_by_denominator: float
    denominator_by_numerator: float
    denominators: float

    def covariance(self, now: tuple[float, float], earlier: tuple[float, float]) -> float:
        """The covariance of two ratios that share these pairs; `now` and `earlier` are numerator and denominator.

        The linearisation of `ClusterSums.variance` with the pair as the cluster.
        """
        ratio, ratio_earlier = now[0] / now[1], earlier[0] / earlier[1]
        products = self.numerators - ratio_earlier * self.numerator_by_denominator
        products += ratio * (ratio_earlier * self.denominators - self.denominator_by_numerator)
        return products / (now[1] * earlier[1])


def correlation(covariance: float, variance: float, variance_earlier: float) -> float:
    """A covariance as a correlation, from −1 to 1; 0 where either has no variance."""
    scale = math.sqrt(variance * variance_earlier)
    return min(1.0, max(-1.0, covariance / scale)) if scale > 0 else 0.0
