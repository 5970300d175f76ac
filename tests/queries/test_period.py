"""Periods and the moment up to which facts are known."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from queries.period import (
    Period,
    Window,
    as_of_a_year_before,
    begun,
    default_as_of,
    last_day_known,
    midnight_after,
    months,
    quarters,
)


def test_labels_and_bounds() -> None:
    """2025, 2025-Q4 and 2025-12 all end with the year."""
    periods = [Period(2025), quarters(2025)[3], months(2025)[11]]
    assert [period.label for period in periods] == ["2025", "2025-Q4", "2025-12"]
    assert [period.start for period in periods] == [datetime(2025, month, 1) for month in (1, 10, 12)]
    assert {period.end for period in periods} == {datetime(2026, 1, 1)}
    assert Period(2024, month=2).end == datetime(2024, 3, 1)


def test_the_inclusive_day_and_the_exclusive_midnight_translate_into_each_other() -> None:
    """Up to and including 30 June is before the midnight of 1 July."""
    assert midnight_after(date(2025, 6, 30)) == datetime(2025, 7, 1)
    assert last_day_known(datetime(2025, 7, 1)) == date(2025, 6, 30)


@pytest.mark.parametrize(
    ("newest", "last_day"),
    [
        (datetime(2025, 11, 30, 17, 5), date(2025, 11, 30)),
        (datetime(2026, 1, 5, 9, 0), date(2025, 12, 31)),
        (datetime(2025, 12, 31), date(2025, 12, 31)),
        (None, date(2025, 12, 31)),
    ],
)
def test_the_default_is_the_newest_event_or_the_end_of_the_period(newest: datetime | None, last_day: date) -> None:
    """Whichever is earlier; without events the period's end."""
    assert last_day_known(default_as_of(Period(2025), newest)) == last_day


@pytest.mark.parametrize(
    ("last_day", "a_year_before"),
    [
        (date(2025, 12, 31), date(2024, 12, 31)),
        (date(2025, 6, 30), date(2024, 6, 30)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
        (date(2024, 2, 28), date(2023, 2, 28)),
    ],
)
def test_the_year_before_ends_on_the_same_month_and_day(last_day: date, a_year_before: date) -> None:
    """29 February becomes 28 February."""
    assert last_day_known(as_of_a_year_before(midnight_after(last_day))) == a_year_before


def test_a_window_ends_with_the_period_or_with_what_is_known() -> None:
    """$start is the start of the year, for a month too."""
    assert Window(Period(2025), datetime(2025, 7, 1)).end == datetime(2025, 7, 1)
    june = Window(Period(2025, month=6), datetime(2026, 1, 1))
    assert (june.start, june.end) == (datetime(2025, 1, 1), datetime(2025, 7, 1))


def test_only_periods_that_have_begun_are_listed() -> None:
    """Seen after 30 June there are six months and two quarters; a day later, seven and three."""
    assert len(begun(months(2025), datetime(2025, 7, 1))) == 6
    assert len(begun(quarters(2025), datetime(2025, 7, 2))) == 3


def test_a_period_is_found_again_by_its_label() -> None:
    """Year, quarter and month come out of the label that they print."""
    for period in (Period(2025), Period(2025, quarter=3), Period(2025, month=7)):
        assert Period.named(period.label) == period
