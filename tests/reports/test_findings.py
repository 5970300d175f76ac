"""Findings: the ladder of comparison words, and when a slice may be named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fake_figures import FakeFigures, Scenario, catalog

from queries.figures import Figure
from reports.derivations import Ledger
from reports.findings import driver, finding, movement, ranking

RATE = Figure(
    "closure_rate",
    "2025",
    {},
    date(2025, 12, 31),
    "percent",
    0.97,
    500,
    485,
    500,
    previous=0.95,
    previous_n=500,
    previous_numerator=475,
    previous_denominator=500,
    change=0.02,
)


def ledger() -> Ledger:
    """A ledger over invented figures; only its catalogue matters here."""
    return Ledger(FakeFigures(Scenario()), 2025)


def kind_of(**changes: object) -> str:
    """Which rung of the ladder a closure rate with these changes stands on."""
    figure = replace(RATE, **changes)
    return movement(figure, catalog()[figure.metric]).kind


def test_the_ladder_says_clear_slight_and_flat() -> None:
    """The interval must exclude zero, and the change be at least a point, to be called clear."""
    assert kind_of(change_low=0.005, change_high=0.035) == "clear"
    assert kind_of(change=0.006, change_low=0.002, change_high=0.010) == "slight"
    assert kind_of(change_low=-0.001, change_high=0.041) == "flat"


def test_small_groups_missing_years_and_equal_values_are_not_compared() -> None:
    """Fewer than thirty cases, no last year, no difference at all: each has its own words."""
    assert kind_of(n=29, change_low=0.01, change_high=0.03) == "small"
    assert kind_of(previous_n=12) == "small"
    assert kind_of(previous=None, change=None) == "first_year"
    assert kind_of(change=0.0) == "equal"


def test_too_few_clusters_are_never_clear() -> None:
    """With fewer than ten clusters the change is at most slight."""
    assert kind_of(change_low=0.01, change_high=0.03, details={"clusters": 9}) == "slight"
    assert kind_of(change_low=0.01, change_high=0.03, previous_details={"clusters": 9}) == "slight"
    assert kind_of(change_low=0.01, change_high=0.03, details={"clusters": 10}) == "clear"


def test_money_has_no_ladder() -> None:
    """A rate of money is a census: stated, never called clear."""
    figure = replace(RATE, metric="collection_rate", change_low=0.01, change_high=0.03)
    assert movement(figure, catalog()["collection_rate"]).kind == "census"


def test_a_count_of_zero_last_year_gets_no_growth_rate() -> None:
    """From zero there is no percentage."""
    figure = replace(RATE, metric="ticket_volume", unit="count", value=12, previous=0, change=12)
    assert movement(figure, catalog()["ticket_volume"]).kind == "zero_base"


@pytest.mark.parametrize(
    ("metric", "change", "quality"), [("closure_rate", 0.02, "better"), ("rework_rate", 0.02, "worse")]
)
def test_better_depends_on_the_metric(metric: str, change: float, quality: str) -> None:
    """A rising closure rate is good, a rising rework rate is not."""
    figure = replace(RATE, metric=metric, change=change, change_low=0.01, change_high=0.03)
    assert movement(figure, catalog()[metric]).quality == quality


def slices(*counts: tuple[str, int, int]) -> list[Figure]:
    """Closure rates by category: name, closed, opened."""
    return [
        replace(RATE, slice={"category": name}, value=yes / all_, n=all_, numerator=yes, denominator=all_)
        for name, yes, all_ in counts
    ]


def test_a_slice_is_named_only_beyond_chance() -> None:
    """Twenty of a hundred against ninety of a hundred is a difference; ninety against ninety-two is not."""
    named = ranking(ledger(), slices(("甲", 20, 100), ("乙", 90, 100), ("丙", 92, 100)))
    assert named.worst is not None
    assert named.worst.name == "甲"
    assert not ranking(ledger(), slices(("甲", 90, 100), ("乙", 92, 100), ("丙", 91, 100))).is_named


def test_a_small_slice_is_never_named() -> None:
    """Twenty-nine cases are too few, however bad; so are fewer than five of the rarer outcome."""
    assert ranking(ledger(), slices(("甲", 5, 29), ("乙", 95, 100))).worst is None
    assert ranking(ledger(), slices(("甲", 96, 100), ("乙", 50, 100))).best is None


def test_a_slice_of_few_clusters_is_never_named() -> None:
    """甲 is worse, but all its cases come from nine clusters; or from twelve, with a design effect of 20."""

    def named(**details: float) -> bool:
        first, *others = slices(("甲", 20, 100), ("乙", 90, 100), ("丙", 92, 100))
        return ranking(ledger(), [replace(first, details=details), *others]).worst is not None

    assert named(clusters=12, design_effect=1.2)
    assert not named(clusters=9, design_effect=1.2)
    assert not named(clusters=12, design_effect=20.0)


def test_a_slice_of_money_is_never_named() -> None:
    """Money is a census: the difference is stated, not tested."""
    figures = [replace(one, metric="collection_rate") for one in slices(("甲", 20, 100), ("乙", 90, 100))]
    assert not ranking(ledger(), figures).is_named


def test_blanks_are_neither_named_nor_forgotten() -> None:
    """未填 is part of the others, but is not a name."""
    named = ranking(ledger(), slices(("未填", 10, 100), ("乙", 90, 100)))
    assert named.worst is None


def test_equal_slices_rarely_get_a_name() -> None:
    """Among twenty equal communities chance alone names one in at most one year of twenty or so."""
    from random import Random

    random = Random(7)
    years = [
        slices(*((str(n), sum(random.random() < 0.9 for _ in range(200)), 200) for n in range(20))) for _ in range(60)
    ]
    assert sum(ranking(ledger(), year).is_named for year in years) <= 6


def test_the_driver_of_a_change_is_the_slice_that_moved_otherwise() -> None:
    """Three classes fell by a tenth, one doubled: the one that doubled is named."""
    moves = (("甲", 90, 100), ("乙", 90, 100), ("丙", 200, 100))
    figures = [
        replace(
            RATE,
            metric="ticket_volume",
            unit="count",
            slice={"category": name},
            value=now,
            previous=before,
            change=now - before,
            numerator=None,
            denominator=None,
        )
        for name, now, before in moves
    ]
    moved = driver(figures)
    assert moved is not None
    assert moved.slice == {"category": "丙"}


@pytest.mark.parametrize(
    ("metric", "numerator", "target", "things"),
    [("closure_rate", 485, 0.98, 5), ("rework_rate", 30, 0.05, 5), ("closure_rate", 489, 0.9799, 1)],
)
def test_the_distance_to_a_target_is_counted_in_things(metric: str, numerator: int, target: float, things: int) -> None:
    """差 5 件: so many more had to be closed, or so many fewer to come back."""
    figure = replace(RATE, metric=metric, numerator=numerator, value=numerator / 500, target=target, status="missed")
    held = finding(ledger(), figure)
    assert held is not None
    assert held.distance is not None
    assert held.distance.value == things


def test_no_slice_is_called_best_while_a_better_one_is_too_even_to_test() -> None:
    """丁 keeps all but one of 120: too few failures for a test, but enough cases to be seen above 甲 in the table."""
    ranked = ranking(ledger(), slices(("甲", 180, 200), ("乙", 120, 200), ("丙", 130, 200), ("丁", 119, 120)))
    assert ranked.best is None
    assert ranked.worst is not None
    assert ranked.worst.name == "乙"
