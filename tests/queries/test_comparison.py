"""Like compared with like: parts of years, communities that joined or left, and the days around 春节."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from queries.comparison import NotAlignable, like_for_like, managed_spans, spring_festival_aligned
from queries.engine import UnknownSlice
from queries.figures import Figures
from queries.spring_festival import SpringFestivalUnknown, spring_festival

Open = Callable[..., Figures]
HEADER = "ticket_id,opened_at,kind,category,status,closure_type,community,resolved_at,closed_at"
REGISTER = """
community,households,valid_from,valid_to
A,100,2018-01-01,2024-06-30
A,120,2024-07-01,
B,100,2025-04-01,
C,100,2018-01-01,2025-07-01
D,100,2010-01-01,2020-01-01
"""


def ticket(day: date, community: str, name: str, is_closed: bool = True) -> str:
    end = f"closed,normal,{community},{day} 12:00,{day} 12:00" if is_closed else f"open,,{community},,"
    return f"{community}{day}{name},{day} 08:00,repair,水,{end}"


def tickets(*days: tuple[date, str, int]) -> str:
    """As many tickets of a day and community as listed."""
    rows = [ticket(day, community, str(number)) for day, community, many in days for number in range(many)]
    return "\n".join([HEADER, *rows])


MOVES = tickets(
    (date(2024, 3, 1), "A", 4),
    (date(2024, 3, 1), "C", 5),
    (date(2024, 12, 30), "A", 1),
    (date(2025, 3, 1), "A", 6),
    (date(2025, 3, 1), "C", 2),
    (date(2025, 5, 1), "B", 9),
    (date(2025, 12, 30), "A", 1),
)


@pytest.mark.parametrize(
    ("last_day", "a_year_before", "tickets_then"),
    [
        (date(2025, 2, 28), date(2024, 2, 28), 1),
        (date(2024, 2, 29), date(2023, 2, 28), 2),
        (date(2025, 3, 1), date(2024, 3, 1), 3),
    ],
)
def test_a_part_of_a_year_is_compared_with_the_same_part(
    figures_of: Open, last_day: date, a_year_before: date, tickets_then: int
) -> None:
    """One ticket on 27 and 28 February 2023, one each on 28 and 29 February and 1 March 2024, none later known.

    To 28 February 2025 compares with 28 February 2024, which leaves the leap day out; the leap day with 28 February.
    """
    days = [
        date(2023, 2, 27),
        date(2023, 2, 28),
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 3, 1),
        date(2025, 2, 1),
    ]
    figures = figures_of({"tickets": tickets(*((day, "A", 1) for day in days))})
    figure = figures.of("ticket_volume", last_day.year, as_of=last_day)
    assert (figure.as_of, figure.previous_as_of) == (last_day, a_year_before)
    assert figure.previous == tickets_then


def test_communities_that_joined_or_left_are_listed_and_left_out_of_the_same_ones(figures_of: Open) -> None:
    """In all 18 tickets after 10; in A alone, which only grew in households, 7 after 5. D left long ago."""
    figures = figures_of({"tickets": MOVES, "communities": REGISTER})
    result = like_for_like(figures, "ticket_volume", 2025)
    assert (result.total.value, result.total.previous) == (18, 10)
    assert (result.same.value, result.same.previous, result.same.change) == (7, 5, 2)
    assert result.communities == ("A",)
    assert [(span.community, span.since, span.known_from) for span in result.joined] == [
        ("B", date(2025, 4, 1), "register")
    ]
    assert [(span.community, span.until) for span in result.left] == [("C", date(2025, 7, 1))]


def test_what_joined_in_the_year_before_was_not_there_throughout_either(figures_of: Open) -> None:
    """Seen from 2026, B had nine months of 2025 only."""
    figures = figures_of({"tickets": MOVES, "communities": REGISTER})
    assert [span.community for span in like_for_like(figures, "ticket_volume", 2026).joined] == ["B"]


def test_without_a_register_the_first_and_last_tickets_tell(figures_of: Open) -> None:
    """B is first seen on 1 May 2025, C for the last time on 1 March 2025, more than a quarter from either end."""
    figures = figures_of({"tickets": MOVES})
    result = like_for_like(figures, "ticket_volume", 2025)
    assert [(span.community, span.since, span.known_from) for span in result.joined] == [
        ("B", date(2025, 5, 1), "records")
    ]
    assert [(span.community, span.until) for span in result.left] == [("B", date(2025, 5, 2)), ("C", date(2025, 3, 2))]
    assert result.same.value == 7


def test_a_community_without_tickets_is_still_managed_while_it_is_billed(figures_of: Open) -> None:
    """C has no ticket after March, and bills to the year's end; a bill of next year tells nothing of this one."""
    bills = """
bill_id,fee_item,community,period_start,period_end,amount_due
1,物业服务费,A,2024-01-01,2024-12-31,1
2,物业服务费,C,2024-01-01,2024-12-31,1
3,物业服务费,C,2025-01-01,2025-12-31,1
4,物业服务费,A,2025-01-01,2026-12-31,1
"""
    figures = figures_of({"tickets": MOVES, "bills": bills})
    spans = {span.community: span for span in managed_spans(figures, date(2025, 12, 31))}
    assert (spans["C"].since, spans["C"].until) == (None, None)
    assert [span.community for span in like_for_like(figures, "ticket_volume", 2025).left] == ["B"]


def around_the_festival(year: int, per_week: dict[int, int]) -> list[tuple[date, str, int]]:
    return [(spring_festival(year) + timedelta(weeks=week, days=3), "A", many) for week, many in per_week.items()]


ONE_COMMUNITY = tickets(
    (date(2021, 2, 5), "A", 1),
    *around_the_festival(2021, {0: 2, 1: 2, 3: 2}),
    *around_the_festival(2022, {-4: 5, -2: 3, 0: 3, 1: 3, 2: 3}),
    *around_the_festival(2023, {-4: 7}),
    (date(2024, 1, 2), "A", 1),
    *around_the_festival(2024, {-2: 20, -1: 10, 0: 2, 1: 15, 3: 30}),
    *around_the_festival(2025, {-2: 22, -1: 10, 0: 3, 1: 14, 3: 30}),
)


def test_where_nobody_moved_the_same_is_the_total(figures_of: Open) -> None:
    """One community, both years; a metric without communities has no like for like."""
    figures = figures_of({"tickets": ONE_COMMUNITY})
    result = like_for_like(figures, "closure_rate", 2025)
    assert result.same == result.total
    assert (result.joined, result.left) == ((), ())
    with pytest.raises(UnknownSlice):
        like_for_like(figures, "closure_rate", 2025, {"weather": "wet"})


def test_every_kind_of_figure_has_its_same_communities(figures_of: Open) -> None:
    """A rate, a duration and a stock of A and E, which is what they are where only A and E are loaded."""
    rows = [
        ticket(date(year, month, 1), community, str(number), is_closed=number != month % 3)
        for year in (2024, 2025)
        for month in range(1, 13)
        for community in ("A", "E", "B")
        for number in range(3)
        if community != "B" or (year, month) >= (2025, 4)
    ]
    everyone = figures_of({"tickets": "\n".join([HEADER, *rows]), "communities": REGISTER}, as_of=date(2025, 12, 31))
    without_b = [row for row in rows if not row.startswith("B")]
    alone = figures_of({"tickets": "\n".join([HEADER, *without_b])}, as_of=date(2025, 12, 31))
    for metric in ("closure_rate", "resolution_time", "backlog"):
        same, expected = like_for_like(everyone, metric, 2025).same, alone.of(metric, 2025)
        assert (same.value, same.n, same.previous) == (expected.value, expected.n, expected.previous), metric
        assert (same.low, same.high, same.change_low) == (expected.low, expected.high, expected.change_low), metric


KNOWN_DAYS = """
2004-01-22 2005-02-09 2006-01-29 2007-02-18 2008-02-07 2009-01-26 2010-02-14 2011-02-03 2012-01-23 2013-02-10 2014-01-31
2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29
2026-02-17
"""


def test_the_day_of_the_spring_festival_is_that_of_the_almanac() -> None:
    """Every year whose holidays are published, whether these begin on the day or on its eve."""
    days = [date.fromisoformat(day) for day in KNOWN_DAYS.split()]
    assert [spring_festival(day.year) for day in days] == days


def test_a_year_without_published_holidays_is_said_aloud() -> None:
    """No date is guessed."""
    with pytest.raises(SpringFestivalUnknown, match="1999 年的节假日安排不在工作日历内"):
        spring_festival(1999)


def test_weeks_are_counted_from_the_day_of_the_spring_festival(figures_of: Open) -> None:
    """Quiet weeks of 春节 itself in both years: 29 January in 2025, 10 February in 2024."""
    figures = figures_of({"tickets": ONE_COMMUNITY})
    result = spring_festival_aligned(figures, "ticket_volume", 2025, as_of=date(2025, 12, 31))
    assert (result.festival, result.previous_festival) == (date(2025, 1, 29), date(2024, 2, 10))
    assert [week.week for week in result.weeks] == [-4, -3, -2, -1, 0, 1, 2, 3]
    assert [week.figure.value for week in result.weeks] == [0, 0, 22, 10, 3, 14, 0, 30]
    assert [week.figure.previous for week in result.weeks] == [0, 0, 20, 10, 2, 15, 0, 30]
    assert result.weeks[4].first_day == date(2025, 1, 29)
    assert result.window is not None and result.january_february is not None
    assert (result.window.period, result.window.value, result.window.previous) == ("2025-01-01/2025-02-25", 79, 77)
    assert (result.january_february.period, result.january_february.value) == ("2025-01/2025-02", 79)
    assert result.january_february.previous == 1 + 20 + 10 + 2 + 15


def test_weeks_that_are_not_over_or_not_recorded_a_year_before_are_left_out(figures_of: Open) -> None:
    """To 15 February 2022 weeks 0 and 1 are over; the record of 2021 begins with the week before 春节."""
    figures = figures_of({"tickets": ONE_COMMUNITY})
    result = spring_festival_aligned(figures, "ticket_volume", 2022, as_of=date(2022, 2, 15))
    assert [week.week for week in result.weeks] == [-1, 0, 1]
    assert result.window is not None and (result.window.value, result.window.previous) == (6, 5)
    assert result.window.previous_as_of == date(2021, 2, 26)
    assert result.january_february is None


def test_the_window_reaches_over_the_turn_of_the_year(figures_of: Open) -> None:
    """Four weeks before 22 January 2023 is 25 December 2022."""
    figures = figures_of({"tickets": ONE_COMMUNITY})
    first = spring_festival_aligned(figures, "ticket_volume", 2023).weeks[0]
    assert first.first_day == date(2022, 12, 25)
    assert (first.figure.value, first.figure.previous) == (7, 5)


def test_a_stock_has_no_weeks_and_exposure_none_by_day(figures_of: Open) -> None:
    """The open tickets of a week are no number of that week; household-years come by the month."""
    figures = figures_of({"tickets": MOVES, "communities": REGISTER})
    with pytest.raises(NotAlignable, match="backlog"):
        spring_festival_aligned(figures, "backlog", 2025)
    complaints = spring_festival_aligned(figures, "complaints_per_100_households", 2025)
    assert (complaints.weeks, complaints.window) == ((), None)
    assert complaints.january_february is not None
