"""Months against limits from earlier months: the width of each chart, and which months are kept out of it."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable
from datetime import date, datetime

import pytest

from queries.catalog import load_catalog
from queries.figures import Figures
from queries.limits import individuals_bands, monthly_limits, p_prime_bands, ratio_bands, ripe_until, u_prime_bands

Open = Callable[..., Figures]
HEADER = "ticket_id,opened_at,kind,category,priority,status,closure_type,community,resolved_at,closed_at"
D2 = 2 / math.sqrt(math.pi)


def month_of_tickets(year: int, month: int, number: int, closed: int) -> list[str]:
    """`number` tickets of the month's first days, `closed` of them on the day after, the others never."""
    rows = []
    for position in range(number):
        day, name = 1 + position % 20, f"{year}-{month}-{position}"
        opened, then = f"{year}-{month:02d}-{day:02d} 08:00", f"{year}-{month:02d}-{day + 1:02d} 08:00"
        end = f"closed,normal,A,{then},{then}" if position < closed else "open,,A,,"
        rows.append(f"{name},{opened},repair,水,routine,{end}")
    return rows


def tickets(closed_of_forty: dict[int, list[int]]) -> str:
    """Forty tickets in each month of a year, of which as many are closed as listed."""
    rows = [
        row
        for year, months in closed_of_forty.items()
        for month, closed in enumerate(months, start=1)
        for row in month_of_tickets(year, month, 40, closed)
    ]
    return "\n".join([HEADER, *rows])


def test_the_p_prime_chart_widens_with_how_much_the_months_vary() -> None:
    """Months of 90 and 94 of 100 by turns: moving ranges of 4 points, so limits at 92 % ± 3 × 4 ÷ 1.128."""
    earlier = [(90.0, 100.0), (94.0, 100.0)] * 6
    [band] = p_prime_bands(earlier, [(92.0, 100.0)])
    assert band is not None
    assert (band.low, band.centre, band.high) == pytest.approx((0.92 - 3 * 0.04 / D2, 0.92, 1.0))


def test_the_p_prime_chart_is_never_narrower_than_a_p_chart_and_wider_for_fewer_cases() -> None:
    """Twelve equal months do not prove that months cannot vary: 3 × √(0.5 × 0.5 ÷ n)."""
    hundred, four_hundred, nothing = p_prime_bands([(50.0, 100.0)] * 12, [(50.0, 100.0), (50.0, 400.0), (0.0, 0.0)])
    assert hundred is not None and four_hundred is not None
    assert (hundred.low, hundred.high) == pytest.approx((0.35, 0.65))
    assert (four_hundred.low, four_hundred.high) == pytest.approx((0.425, 0.575))
    assert nothing is None


def test_after_a_perfect_year_one_failure_of_few_is_no_signal() -> None:
    """600 of 600 so far, as if half a case had failed: 1 failure of 35 lies inside, as do 2 of 1,000 and 3 do not."""
    few, many = p_prime_bands([(50.0, 50.0)] * 12, [(34.0, 35.0), (998.0, 1000.0)])
    assert few is not None and many is not None
    assert few.high == 1 and few.low == pytest.approx(1 - 3 * math.sqrt(0.5 * 600.5 / 35) / 601)
    assert 0.997 < many.low < 0.998


def test_the_u_prime_chart_counts_events_over_exposure() -> None:
    """4 events a month over an exposure of 1: 4 ± 3 × √4, not below 0; over 4 times the exposure half as wide."""
    one, four = u_prime_bands([(4.0, 1.0)] * 12, [(4.0, 1.0), (16.0, 4.0)])
    assert one is not None and four is not None
    assert (one.low, one.centre, one.high) == (0, 4, 10)
    assert (four.low, four.high) == (1, 7)


def test_counts_are_compared_with_the_same_month_of_last_year() -> None:
    """As many as last year each month: no more than chance, √(2 ÷ 100.5) on the logarithmic scale, around them."""
    [band, unknown] = ratio_bands([(100.0, 100.0), (40.0, 40.0)] * 6, [], [100.0, None])
    half = 3 * math.sqrt(2 / 100.5)
    assert band is not None and unknown is None
    assert band.centre == 100
    assert (band.low, band.high) == pytest.approx((100.5 * math.exp(-half) - 0.5, 100.5 * math.exp(half) - 0.5))


def test_with_one_earlier_year_the_width_comes_from_its_months() -> None:
    """144 and 100 by turns: moving ranges of 44 where chance gives √122; so 44 ÷ √122 ÷ 1.128 times as wide."""
    [band] = ratio_bands([], [144.0, 100.0] * 6, [100.0])
    half = 3 * math.sqrt(2 / 100.5) * 44 / math.sqrt(122) / D2
    assert band is not None
    assert band.high == pytest.approx(100.5 * math.exp(half) - 0.5)


def test_individual_values_have_limits_of_266_moving_ranges() -> None:
    """10 and 12 by turns: 11 ± 2.66 × 2."""
    bands = individuals_bands([10.0, 12.0] * 6, 2)
    assert [(band.low, band.high) for band in bands if band] == [
        pytest.approx((11 - 2.659 * 2, 11 + 2.659 * 2), abs=1e-2)
    ] * 2


def test_a_month_is_ripe_when_its_last_case_has_the_fixed_age() -> None:
    """30 days before the as-of, or as many as the settings say; a rate without a fixed age is ripe at once."""
    catalog, midnight = load_catalog(), datetime(2026, 1, 1)
    assert ripe_until(catalog["closure_within_30_days"], midnight) == datetime(2025, 12, 2)
    assert ripe_until(catalog["closure_within_30_days"], midnight, {"closure_window_days": 10}) == datetime(
        2025, 12, 22
    )
    assert ripe_until(catalog["collection_within_90_days"], midnight) == datetime(2025, 10, 3)
    assert ripe_until(catalog["closure_rate"], midnight) == midnight
    assert ripe_until(catalog["resolved_within_24_hours"], midnight) == midnight


def test_a_month_outside_and_a_run_of_eight_are_signals_and_young_months_are_not(figures_of: Open) -> None:
    """40 a month, 38 closed in 2024. In 2025 39 from January on: the eighth in a row; 20 in October: below.

    Seen on 10 December, November is too young for an age of 30 days and December has not ended.
    """
    last_year, this_year = [38] * 12, [39] * 9 + [20, 40, 5]
    figures = figures_of({"tickets": tickets({2024: last_year, 2025: this_year})}, as_of=date(2025, 12, 10))
    limits = monthly_limits(figures, "closure_within_30_days", 2025)
    assert (limits.method, limits.obstacle, len(limits.earlier_months)) == ("p_prime", None, 12)
    assert limits.earlier_months[-1] == "2024-12"
    assert [point.reason for point in limits.points] == [None] * 7 + ["run_above", "run_above", "below", None, None]
    assert [point.period for point in limits.points if point.is_unripe] == ["2025-11", "2025-12"]
    assert [point.period for point in limits.points if point.is_partial] == ["2025-12"]
    assert [point.low for point in limits.points[10:]] == [None, None]
    october = limits.points[9]
    assert (october.value, october.n, october.centre, october.is_signal) == (0.5, 40, 0.95, True)


def test_what_has_no_limits_says_why(figures_of: Open) -> None:
    """The first year has no earlier months, a stock depends on the month before, and money has rows in few months."""
    figures = figures_of({"tickets": tickets({2024: [38] * 12, 2025: [38] * 12})})
    assert monthly_limits(figures, "closure_rate", 2024).obstacle == "too_few_earlier_months"
    assert monthly_limits(figures, "backlog", 2025).obstacle == "stock"
    assert monthly_limits(figures, "collection_rate", 2025).obstacle == "not_available"
    assert all(point.low is None for point in monthly_limits(figures, "backlog", 2025).points)


def test_durations_have_limits_only_where_the_rows_hardly_vary(figures_of: Open) -> None:
    """40 a month in both years: XmR. 20 rows in one month, a half less than the mean: none."""
    steady = tickets({2024: [38] * 12, 2025: [38] * 12})
    assert monthly_limits(figures_of({"tickets": steady}), "resolution_time", 2025).method == "individuals"
    cut = "\n".join(
        row for row in steady.splitlines() if not (row.startswith("2025-6-") and int(row.split(",")[0][7:]) > 19)
    )
    assert monthly_limits(figures_of({"tickets": cut}), "resolution_time", 2025).obstacle == "rows_vary"


def test_the_days_between_faults_have_the_limits_of_their_rate_turned_over(figures_of: Open) -> None:
    """Two faults a month on one lift, 15 days between them; a month may well pass without any, so no upper end."""
    assets = "asset_id,system,community,in_service_on\nL1,电梯,A,2020-01-01\n"
    rows = ["ticket_id,opened_at,kind,category,status,community,asset_id,resolved_at"]
    rows += [
        f"{year}-{month}-{day},{year}-{month:02d}-{day} 08:00,repair,电梯,closed,A,L1,{year}-{month:02d}-{day} 09:00"
        for year in (2024, 2025)
        for month in range(1, 13)
        for day in ("05", "20")
    ]
    figures = figures_of({"tickets": "\n".join(rows), "assets": assets}, as_of=date(2025, 12, 31))
    limits = monthly_limits(figures, "fault_interval", 2025)
    january = limits.points[0]
    assert limits.method == "u_prime"
    assert january.value == pytest.approx(calendar.monthrange(2025, 1)[1] / 2)
    rate = 24 / 366
    assert january.centre == pytest.approx(1 / rate)
    assert january.low == pytest.approx(1 / (rate + 3 * math.sqrt(rate / 31)))
    assert january.high == math.inf
