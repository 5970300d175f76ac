"""Seeded companies in which nothing happened, or one thing did: the naive way errs at a stated rate, ours does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from queries.catalog import load_catalog
from queries.comparison import like_for_like, spring_festival_aligned
from queries.decomposition import Weighted, decompose_weighted
from queries.effects import BeforeAndAfter, effect_of
from queries.engine import Total
from queries.figure import Figure
from queries.figures import Figures
from queries.intervals import share_change
from queries.limits import Band, p_prime_bands
from queries.period import Period
from queries.spring_festival import spring_festival

Open = Callable[..., Figures]
Counts = npt.NDArray[np.int64]
CLOSURE = load_catalog()["closure_rate"]


def months(successes: Iterable[float], trials: float) -> list[tuple[float, float]]:
    return [(float(number), trials) for number in successes]


def outside(judged: list[tuple[float, float]], bands: list[Band | None]) -> list[bool]:
    """Which months lie outside their limits."""
    return [
        band is not None and not band.low <= successes / trials <= band.high
        for (successes, trials), band in zip(judged, bands, strict=True)
    ]


def p_chart_bands(earlier: list[tuple[float, float]], judged: list[tuple[float, float]]) -> list[Band | None]:
    """The plain p chart: three binomial standard deviations, however much the months vary."""
    centre = sum(successes for successes, _ in earlier) / sum(trials for _, trials in earlier)
    halves = [3 * (centre * (1 - centre) / trials) ** 0.5 for _, trials in judged]
    return [Band(centre - half, centre, centre + half) for half in halves]


def test_limits_from_the_judged_year_hide_its_shift() -> None:
    """From 95 to 90 % of 300 a month, all year long: its own limits show nothing in 98 of 100 years, ours in 2."""
    generator = np.random.default_rng(20250101)
    own_limits_show, earlier_limits_show = [], []
    for _ in range(400):
        earlier = months(generator.binomial(300, 0.95, 12), 300)
        judged = months(generator.binomial(300, 0.90, 12), 300)
        own_limits_show.append(any(outside(judged, p_prime_bands(judged, judged))))
        earlier_limits_show.append(any(outside(judged, p_prime_bands(earlier, judged))))
    assert np.mean(own_limits_show) < 0.02
    assert np.mean(earlier_limits_show) > 0.98


def test_many_cases_and_months_that_vary_make_a_p_chart_cry_wolf() -> None:
    """5,000 a month, the true share varying by 1 point as it always did: 3 of 10 months by p, 2 of 100 by p′."""
    generator = np.random.default_rng(20250102)
    plain, laney = [], []
    for _ in range(400):
        shares = generator.normal(0.95, 0.01, 36).clip(0, 1)
        counts = months(generator.binomial(5000, shares), 5000)
        earlier, judged = counts[:24], counts[24:]
        plain += outside(judged, p_chart_bands(earlier, judged))
        laney += outside(judged, p_prime_bands(earlier, judged))
    assert np.mean(plain) > 0.30
    assert np.mean(laney) < 0.02


def test_limits_still_see_what_is_out_of_the_ordinary() -> None:
    """The same company with one month 6 points down: seen in at least 95 of 100 years."""
    generator = np.random.default_rng(20250103)
    seen = []
    for _ in range(400):
        shares = np.append(generator.normal(0.95, 0.01, 24).clip(0, 1), 0.89)
        counts = months(generator.binomial(5000, shares), 5000)
        seen += outside(counts[24:], p_prime_bands(counts[:24], counts[24:]))
    assert np.mean(seen) > 0.95


def closed_tickets(generator: np.random.Generator, effect: float = 0.0, treated: int | None = None) -> Counts:
    """Of 100 tickets, by building (20), month (24): 80 % closed give or take 8 points; from month 18 on plus `effect`.

    The building is `treated`, else the one with the worst three months before month 18.
    """
    shares = generator.normal(0.8, 0.08, (20, 24)).clip(0.02, 0.98)
    counts = generator.binomial(100, shares)
    building = worst(counts) if treated is None else treated
    counts[building, 18:] = generator.binomial(100, (shares[building, 18:] + effect).clip(0.02, 0.98))
    return counts


def worst(counts: Counts) -> int:
    return int(counts[:, 15:18].sum(axis=1).argmin())


def total(counts: Counts) -> Total:
    closed, number = int(counts.sum()), 100 * counts.size
    return Total(number, closed / number, closed, number)


def improved(counts: Counts, building: int) -> bool:
    """Ours: months 18–23 against 6–11 of the year before, beside the other buildings."""
    parts = [BeforeAndAfter(total(row[18:]), total(row[6:12])) for row in counts]
    others = np.delete(counts, building, axis=0)
    comparison = BeforeAndAfter(total(others[:, 18:]), total(others[:, 6:12]))
    effect = effect_of(CLOSURE, parts[building], comparison, parts[:building] + parts[building + 1 :])
    return effect is not None and effect.is_clear and effect.value > 0


def test_a_place_chosen_after_three_bad_months_gets_better_by_itself() -> None:
    """Nothing was done. The next three months beat the three bad ones clearly in 6 of 10 companies, ours in 1 of 20."""
    generator = np.random.default_rng(20250104)
    naive, ours = [], []
    for _ in range(400):
        counts = closed_tickets(generator)
        building = worst(counts)
        change = share_change(counts[building, 18:21].sum(), 300, counts[building, 15:18].sum(), 300)
        naive.append(change.low is not None and change.low > 0)
        ours.append(improved(counts, building))
    assert np.mean(naive) > 0.60
    assert np.mean(ours) < 0.05


def test_a_real_improvement_is_seen() -> None:
    """The same company with 15 points more in one building: 有改善 in at least 80 of 100."""
    generator = np.random.default_rng(20250105)
    assert np.mean([improved(closed_tickets(generator, effect=0.15, treated=3), 3) for _ in range(400)]) > 0.80


def test_a_shift_of_weights_turns_the_sign_of_a_change() -> None:
    """Each community 2 points better, the weaker one three times as large: the whole falls, the rates' part rises."""
    generator = np.random.default_rng(20250106)
    falls, rises = [], []
    for _ in range(400):
        earlier = {"A": (generator.binomial(9000, 0.95), 9000), "B": (generator.binomial(3000, 0.80), 3000)}
        now = {"A": (generator.binomial(9000, 0.97), 9000), "B": (generator.binomial(9000, 0.82), 9000)}
        result = decompose_weighted("closure_rate", "community", weighted(now), weighted(earlier))
        assert result is not None
        falls.append(result.total < 0)
        rises.append(result.rate_effect > 0)
    assert np.mean(falls) > 0.95
    assert np.mean(rises) > 0.99


def weighted(parts: dict[str, tuple[int, int]]) -> dict[str, Weighted]:
    return {name: Weighted(Fraction(int(amount)), Fraction(weight)) for name, (amount, weight) in parts.items()}


def calls_a_change(figure: Figure | None) -> bool:
    """Whether the interval of the change leaves 0 out and the change is at least 5 %: 明显."""
    if figure is None or figure.change_low is None or figure.change_high is None:
        return False
    is_clear = not figure.change_low <= 0 <= figure.change_high
    return is_clear and abs(float(figure.change or 0)) >= 0.05 * float(figure.previous or 0)


COMPANIES = [f"company {number:02d}" for number in range(40)]
HEADER = "ticket_id,opened_at,kind,category,status,community"


def tickets(days: Iterable[tuple[str, date, str, int]]) -> str:
    """As many tickets as given of each company (told apart by the category), day and community."""
    rows = [
        f"{company}/{day}/{community}/{number},{day} 08:00,repair,{company},open,{community}"
        for company, day, community, many in days
        for number in range(many)
    ]
    return "\n".join([HEADER, *rows])


def test_a_festival_that_moves_makes_february_change(figures_of: Open) -> None:
    """6 tickets a day, a fifth of that in the week before and after 春节 (10 February 2024, 29 January 2025).

    Nothing else differs. February against February calls a change in 6 of 10 companies, the weeks around 春节 and the
    two months as one in at most 1 of 10.
    """
    generator = np.random.default_rng(20250107)

    def daily(year: int) -> Iterable[tuple[str, date, str, int]]:
        first, festival = date(year, 1, 1), spring_festival(year)
        for company in COMPANIES:
            for day in (first + timedelta(days=offset) for offset in range(66)):
                mean = 1.2 if abs((day - festival).days) <= 7 else 6.0
                yield company, day, "A", int(generator.poisson(mean))

    text = tickets([*daily(2024), *daily(2025)])
    figures = figures_of({"tickets": text}, as_of=date(2025, 12, 31))
    naive, weeks, merged = [], [], []
    for company in COMPANIES:
        where = {"category": company}
        naive.append(calls_a_change(figures.of_part("ticket_volume", Period(2025, month=2), where)))
        aligned = spring_festival_aligned(figures, "ticket_volume", 2025, where)
        weeks.append(calls_a_change(aligned.window))
        merged.append(calls_a_change(aligned.january_february))
    assert np.mean(naive) > 0.60
    assert np.mean(weeks) <= 0.10
    assert np.mean(merged) <= 0.10


def test_new_communities_make_the_total_grow(figures_of: Open) -> None:
    """40 tickets a year in each community, A and B in both years, C and D taken over in March.

    The total calls a growth in 9 of 10 companies, the same communities in at most 1 of 10.
    """
    generator = np.random.default_rng(20250108)
    days = [
        (company, date(year, 3 + number, 10), community, int(generator.poisson(5)))
        for company in COMPANIES
        for year in (2024, 2025)
        for community in ("A", "B", "C", "D")
        for number in range(8)
        if community in ("A", "B") or year == 2025
    ]
    register = (
        "community,households,valid_from\nA,100,2010-01-01\nB,100,2010-01-01\nC,100,2025-03-01\nD,90,2025-03-01\n"
    )
    figures = figures_of({"tickets": tickets(days), "communities": register}, as_of=date(2025, 12, 31))
    compared = [like_for_like(figures, "ticket_volume", 2025, {"category": company}) for company in COMPANIES]
    assert np.mean([calls_a_change(each.total) for each in compared]) > 0.90
    assert np.mean([calls_a_change(each.same) for each in compared]) <= 0.10
    assert {span.community for span in compared[0].joined} == {"C", "D"}
