"""Which slices may be named: the best, the worst, the one that drove a change.

A slice is named only where it differs from all the others together beyond chance, after Holm over the slices tested,
and where it has at least 30 cases, 5 of the rarer outcome and, where clusters are known, 10 clusters. Of twenty equal
communities the last one of a league table differs "significantly" in two years of three; here one is named in at most
one year of twenty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from queries.catalog import Metric
from queries.figure import Figure
from queries.ladder import FEWEST_CASES, has_enough_clusters
from queries.significance import holm, probability, with_estimated_variance
from queries.verdicts import THINGS

FEWEST_OF_RARER_OUTCOME: Final = 5
BLANK: Final = "未填"


@dataclass(frozen=True)
class Outcome:
    """One slice: how many cases went one way and the other, their design effect, and how many clusters they form.

    `clusters` is None where none are known; the cases are then taken as independent.
    """

    yes: float
    no: float
    design_effect: float = 1.0
    clusters: int | None = None

    @property
    def cases(self) -> float:
        """Both outcomes together."""
        return self.yes + self.no

    @property
    def variance(self) -> float:
        """The variance of the count, were its cases independent."""
        return self.yes * self.no / self.cases if self.cases else 0.0

    def effective(self) -> Outcome:
        """As many independent cases as tell as much (Rao and Scott 1992, Biometrics 48: 577)."""
        return replace(self, yes=self.yes / self.design_effect, no=self.no / self.design_effect)


@dataclass(frozen=True)
class Named:
    """The best and the worst slice, each None where no slice may be called so."""

    best: Figure | None = None
    worst: Figure | None = None


def outstanding(outcomes: Sequence[Outcome], candidates: Sequence[int]) -> list[int]:
    """Those of `candidates`, positions in `outcomes`, that differ from all the other outcomes together after Holm.

    A slice's own design effect, from few clusters, is as often too small as too large; so it counts at least as much
    as the mean of all, and Student's distribution stands in for the normal one.
    """
    smoothed = _effective(outcomes)
    tested = [position for position in candidates if len(outcomes) > 1 and _is_large_enough(smoothed[position])]
    holds = holm([_probability(smoothed, position) for position in tested])
    return [position for position, is_held in zip(tested, holds, strict=True) if is_held]


def _effective(outcomes: Sequence[Outcome]) -> list[Outcome]:
    weight = sum(outcome.variance for outcome in outcomes)
    mean_effect = sum(outcome.design_effect * outcome.variance for outcome in outcomes) / weight if weight else 1.0
    return [replace(one, design_effect=max(one.design_effect, mean_effect)).effective() for one in outcomes]


def _is_large_enough(outcome: Outcome) -> bool:
    is_large = outcome.cases >= FEWEST_CASES and min(outcome.yes, outcome.no) >= FEWEST_OF_RARER_OUTCOME
    return is_large and has_enough_clusters({"clusters": outcome.clusters})


def _probability(outcomes: Sequence[Outcome], position: int) -> float:
    own = outcomes[position]
    others = [outcome for place, outcome in enumerate(outcomes) if place != position]
    rest = (sum(outcome.yes for outcome in others), sum(outcome.no for outcome in others))
    two_sided = probability(((own.yes, own.no), rest))
    return two_sided if own.clusters is None else with_estimated_variance(two_sided, own.clusters - 1)


def name_slices(figures: Sequence[Figure], metric: Metric) -> Named:
    """The best and the worst of the slices of a share of events or households; money, a census, is never tested.

    Blanks (未填) are among the others, but neither tested nor named. No slice is called best or worst while one that
    is large enough to be read, yet not outstanding, lies beyond it.
    """
    if metric.base not in THINGS:
        return Named()
    counted = [figure for figure in figures if figure.n and figure.numerator is not None and figure.denominator]
    candidates = [position for position, figure in enumerate(counted) if not is_blank(figure)]
    chosen = outstanding([outcome_of(figure) for figure in counted], candidates)
    high = [counted[position] for position in chosen if _is_above_the_others(counted, position)]
    low = [counted[position] for position in chosen if not _is_above_the_others(counted, position)]
    readable = [counted[position] for position in candidates if outcome_of(counted[position]).cases >= FEWEST_CASES]
    highest, lowest = _foremost(high, readable, True), _foremost(low, readable, False)
    return Named(lowest, highest) if metric.better == "lower" else Named(highest, lowest)


def driver(figures: Sequence[Figure]) -> Figure | None:
    """The slice whose count moved otherwise than all the others together, the largest such move; or None."""
    counted = [figure for figure in figures if figure.value is not None and figure.previous is not None]
    candidates = [position for position, figure in enumerate(counted) if not is_blank(figure)]
    outcomes = [Outcome(float(figure.value or 0), float(figure.previous or 0)) for figure in counted]
    chosen = [counted[position] for position in outstanding(outcomes, candidates)]
    return max(chosen, key=lambda figure: abs(float(figure.change or 0)), default=None)


def outcome_of(figure: Figure) -> Outcome:
    """How the cases of a share went, with what its details say of their clusters."""
    yes, all_cases = float(figure.numerator or 0), float(figure.denominator or 0)
    details = figure.details or {}
    return Outcome(yes, all_cases - yes, float(details.get("design_effect", 1.0)), details.get("clusters"))


def is_blank(figure: Figure) -> bool:
    """Whether the figure is that of the rows in which a slice was left empty."""
    return BLANK in dict(figure.slice).values()


def _is_above_the_others(figures: Sequence[Figure], position: int) -> bool:
    others = [figure for place, figure in enumerate(figures) if place != position]
    yes = sum(float(figure.numerator or 0) for figure in others)
    cases = sum(float(figure.denominator or 0) for figure in others)
    return bool(cases) and _rate(figures[position]) > yes / cases


def _foremost(chosen: Sequence[Figure], readable: Sequence[Figure], is_highest: bool) -> Figure | None:
    """The extreme one of the chosen, unless a readable one lies beyond it."""
    first, last = _extreme(chosen, is_highest), _extreme(readable, is_highest)
    return first if first is not None and last is not None and _rate(first) == _rate(last) else None


def _extreme(figures: Sequence[Figure], is_highest: bool) -> Figure | None:
    if not figures:
        return None
    return max(figures, key=_rate) if is_highest else min(figures, key=_rate)


def _rate(figure: Figure) -> float:
    return float(figure.numerator or 0) / float(figure.denominator or 1)
