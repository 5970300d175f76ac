"""A change of a rate taken apart into rates, mix, and slices that came or went; the parts add up exactly."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from queries.decomposition import NotDecomposable, Weighted, decompose, decompose_weighted
from queries.figures import Figures

Open = Callable[..., Figures]
HEADER = "ticket_id,opened_at,kind,category,status,closure_type,community,closed_at"


def weighted(**slices: tuple[int, int]) -> dict[str, Weighted]:
    return {name: Weighted(Fraction(amount), Fraction(weight)) for name, (amount, weight) in slices.items()}


def tickets(*groups: tuple[int, str, int, int]) -> str:
    """For each year and community as many tickets as given, so many of them closed."""
    rows = [
        f"{year}{community}{position},{year}-03-01 08:00,repair,水,"
        + (f"closed,normal,{community},{year}-03-02 08:00" if position < closed else f"open,,{community},")
        for year, community, number, closed in groups
        for position in range(number)
    ]
    return "\n".join([HEADER, *rows])


def test_rates_and_shares_both_move_and_add_up() -> None:
    """A from 80 to 90 % and from 100 to 300 of 400 cases, B from 50 to 60 % with the rest: 57.5 → 82.5 %.

    Mean shares 1/2 and 1/2, so 5 points each by rate; mean rates 85 and 55 %, overall mean 70 %, shares ±1/2: 7.5 each.
    """
    result = decompose_weighted(
        "closure_rate", "community", weighted(A=(270, 300), B=(60, 100)), weighted(A=(80, 100), B=(150, 300))
    )
    assert result is not None
    assert result.total == Fraction(25, 100)
    assert [(part.slice_value, part.rate_effect, part.mix_effect) for part in result.parts] == [
        ("A", Fraction(5, 100), Fraction(75, 1000)),
        ("B", Fraction(5, 100), Fraction(75, 1000)),
    ]
    assert (result.rate_effect, result.mix_effect, result.moved_effect) == (Fraction(1, 10), Fraction(15, 100), 0)


def test_slices_of_one_year_only_are_moves_and_nothing_else() -> None:
    """A stays at 80 %. C came with 50 of 100 (80 → 65 %), B went with 90 of 100 (85 → 80 %): −15 and −5 points."""
    result = decompose_weighted(
        "closure_rate", "community", weighted(A=(80, 100), C=(50, 100)), weighted(A=(80, 100), B=(90, 100))
    )
    assert result is not None
    assert [(moved.slice_value, moved.effect) for moved in result.entered] == [("C", Fraction(-15, 100))]
    assert [(moved.slice_value, moved.effect) for moved in result.left] == [("B", Fraction(-5, 100))]
    assert [part.effect for part in result.parts] == [0]
    assert result.total == Fraction(-20, 100)


def test_without_a_slice_in_both_years_the_change_is_all_coming_and_going() -> None:
    """B at 50 % replaces A at 80 %."""
    result = decompose_weighted("closure_rate", "community", weighted(B=(50, 100)), weighted(A=(80, 100)))
    assert result is not None
    assert result.parts == ()
    assert result.moved_effect == result.total == Fraction(-30, 100)


def test_the_parts_of_thirds_add_up_without_a_remainder() -> None:
    """Sevenths, elevenths and thirteenths, which no binary number holds."""
    result = decompose_weighted(
        "closure_rate",
        "community",
        weighted(A=(1, 7), B=(5, 11), C=(3, 13)),
        weighted(A=(2, 3), B=(1, 11), D=(7, 17)),
    )
    assert result is not None
    assert result.total == Fraction(9, 31) - Fraction(10, 31)
    assert sum(part.effect for part in result.parts) + result.moved_effect == result.total


def test_a_year_without_cases_has_no_decomposition() -> None:
    """There is no change to take apart."""
    assert decompose_weighted("closure_rate", "community", weighted(A=(1, 2)), {}) is None


def test_the_parts_of_a_metric_add_up_to_its_change(figures_of: Open) -> None:
    """C, in 2025 only, takes 10 of 50 tickets at 0 %; A and B rise by mix alone: 60 and 40 % change their weights."""
    figures = figures_of(
        {
            "tickets": tickets(
                (2024, "A", 10, 6), (2024, "B", 30, 12), (2025, "A", 30, 18), (2025, "B", 10, 4), (2025, "C", 10, 0)
            )
        }
    )
    result = decompose(figures, "closure_rate", 2025, "community")
    assert result is not None
    assert float(result.total) == pytest.approx(float(figures.of("closure_rate", 2025).change or 0), abs=1e-12)
    assert result.rate_effect == 0
    assert result.mix_effect == Fraction(22, 40) - Fraction(18, 40)
    assert [(moved.slice_value, moved.effect) for moved in result.entered] == [
        ("C", Fraction(22, 50) - Fraction(22, 40))
    ]
    assert decompose(figures, "closure_rate", 2024, "community") is None


@pytest.mark.parametrize("metric", ["resolution_time", "ticket_volume"])
def test_what_is_no_weighted_mean_is_refused(figures_of: Open, metric: str) -> None:
    """The median of all is not made of the medians of the parts; a count has no rate."""
    figures = figures_of({"tickets": tickets((2024, "A", 1, 1), (2025, "A", 1, 1))})
    with pytest.raises(NotDecomposable, match=metric) as caught:
        decompose(figures, metric, 2025, "community")
    assert "不能分解" in caught.value.sentence.zh and "Compare its slices" in caught.value.sentence.en
