"""The calendar of working days, with the statutory holidays and make-up days of China."""

from __future__ import annotations

import datetime as dt
from functools import cache

import chinese_calendar
from duckdb import DuckDBPyConnection


def write_calendar(connection: DuckDBPyConnection, years: range) -> list[int]:
    """Writes warehouse.calendar for whole years; returns those whose holidays are not known yet.

    In such a year Monday to Friday count as working days.
    """
    connection.execute("create table warehouse.calendar (day date, is_working_day boolean)")
    if years:
        first = dt.date(years[0], 1, 1).isoformat()
        flags = ", ".join(_working_days(year) for year in years)
        connection.execute(
            f"insert into warehouse.calendar select date '{first}' + cast(position - 1 as integer), is_working "
            f"from (select unnest([{flags}]) as is_working, generate_subscripts([{flags}], 1) as position)"
        )
    return [year for year in years if not _is_published(year)]


@cache
def _working_days(year: int) -> str:
    """For each day of the year whether it is a working day, as SQL booleans."""
    return ", ".join(str(_is_working_day(day)).lower() for day in _days_of(year))


def _days_of(year: int) -> list[dt.date]:
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
