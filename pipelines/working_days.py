"""The calendar of working days, with the statutory holidays and make-up days of China."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

import chinese_calendar
from duckdb import DuckDBPyConnection

from pipelines.report import Issue
from pipelines.working_time import WorkingHours
from workspace import Sentence


def write_calendar(connection: DuckDBPyConnection, years: range, hours: WorkingHours) -> None:
    """Writes warehouse.calendar for whole years, one row a day.

    `working_day_number` counts the working days up to and with the day. In a year whose holidays are not known
    (`has_known_holidays` is false) Monday to Friday count as working days.
    """
    days = " union all ".join(_days_of(year) for year in years) or _days_of(dt.date.today().year)
    connection.execute(
        "create table warehouse.calendar as select day, is_working_day, "
        f"case when is_working_day then {hours.seconds // 60} else 0 end as working_minutes, "
        "cast(count(*) filter (is_working_day) over (order by day) as integer) as working_day_number, "
        f"has_known_holidays from ({days}) order by day"
    )


def calendar_issues(connection: DuckDBPyConnection) -> Iterator[Issue]:
    """A warning of the years with tickets whose holidays the calendar does not know."""
    rows = connection.execute(UNKNOWN_YEARS).fetchall()
    ((has_business_clock,),) = connection.execute(
        "select count(*) > 0 from warehouse.service_levels where clock = 'business'"
    ).fetchall()
    if rows:
        yield Issue("holidays_unknown", _unknown_years([year for (year,) in rows], has_business_clock), "warn")


# The years of the tickets' events, and those in which time limits on the business clock end
UNKNOWN_YEARS = """
    with years_in_use as (
        select year(min(first_event_at)) as first_year, year(max(newest_event_at)) as last_year
        from warehouse.coverage
        where kind in ('tickets', 'ticket_events')
        union all
        select year(min(started_at)), year(max(due_at))
        from warehouse.ticket_service_levels
        where level in (select name from warehouse.service_levels where clock = 'business')
    )

    select distinct year(day) as unknown_year
    from warehouse.calendar
    inner join years_in_use on year(day) between first_year and last_year
    where not has_known_holidays
    order by unknown_year
"""


def _unknown_years(years: list[int], has_business_clock: bool) -> Sentence:
    effect = EFFECT_ON_BUSINESS_CLOCKS if has_business_clock else NO_EFFECT
    remedy = UPGRADE if years[-1] > min(chinese_calendar.holidays).year else Sentence("", "")
    return Sentence(
        f"节假日表 chinesecalendar 没有 {'、'.join(map(str, years))} 年，这些年份以周一至周五为工作日，"
        f"{effect.zh}{remedy.zh}。",
        f"The table of holidays, chinesecalendar, lacks {', '.join(map(str, years))}: Monday to Friday count as "
        f"working days there, {effect.en}{remedy.en}.",
    )


EFFECT_ON_BUSINESS_CLOCKS = Sentence(
    "按工作时间计的时限在法定节假日和调休日前后可能有出入",
    "so that time limits on the business clock may be off around holidays and make-up days",
)
NO_EFFECT = Sentence("现有时限都按自然时间计，不受影响", "which affects no time limit, as all run day and night")
UPGRADE = Sentence(
    "；放假安排公布后，请升级该程序包（pip install --upgrade chinesecalendar）并重新加载",
    "; once the holidays are announced, upgrade the package (pip install --upgrade chinesecalendar) and load again",
)


@cache
def _days_of(year: int) -> str:
    """The select of the days of a year."""
    flags = ", ".join(str(_is_working_day(day)).lower() for day in _dates_of(year))
    return (
        f"select date '{year}-01-01' + cast(unnest(range(len(flags))) as integer) as day, "
        f"unnest(flags) as is_working_day, {str(_is_published(year)).lower()} as has_known_holidays "
        f"from (select [{flags}] as flags)"
    )


def _dates_of(year: int) -> list[dt.date]:
    first = dt.date(year, 1, 1)
    return [first + dt.timedelta(days=offset) for offset in range((dt.date(year + 1, 1, 1) - first).days)]


def _is_published(year: int) -> bool:
    try:
        chinese_calendar.is_workday(dt.date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def _is_working_day(day: dt.date) -> bool:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
