"""The day of 春节 (the first of the first lunar month), as far as the holidays have been published.

The day is that of the only new moon, in Beijing's time, within the published holiday. The moment of a new moon follows
Meeus, Astronomical Algorithms (1998), chapter 49, with the terms above two thousandths of a day.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import Final

import chinese_calendar

from workspace import WrongUse

MEAN_MONTH_DAYS: Final = 29.530588861
FIRST_NEW_MOON: Final = datetime(2000, 1, 6, 14, 20, 37)
"""The mean new moon of January 2000, in terrestrial time."""
BEIJING_AHEAD: Final = timedelta(hours=8) - timedelta(seconds=69)
"""Beijing's clock against terrestrial time."""


class SpringFestivalUnknown(WrongUse):
    """The holidays of a year have not been published, so the day of 春节 is not known here."""


def spring_festival(year: int) -> date:
    """The day of 春节 in `year`. Raises SpringFestivalUnknown outside the years whose holidays are published."""
    holiday = _holiday(year)
    if not holiday:
        raise SpringFestivalUnknown(
            f"{year} 年的节假日安排不在工作日历内，不知道春节是哪一天，不能按春节对齐比较。请更新 chinesecalendar。",
            f"The holidays of {year} are not in the calendar, so the day of the Spring Festival is not known and "
            "nothing can be aligned with it. Update chinesecalendar.",
        )
    lunations = round((holiday[0] - FIRST_NEW_MOON.date()).days / MEAN_MONTH_DAYS)
    new_moons = [new_moon_day(lunations + offset) for offset in (-1, 0, 1)]
    return next(day for day in new_moons if holiday[0] <= day <= holiday[-1])


def new_moon_day(lunation: int) -> date:
    """The day in Beijing of the new moon number `lunation`, counted from January 2000."""
    sun, moon, latitude = (
        math.radians(start + step * lunation)
        for start, step in ((2.5534, 29.10535670), (201.5643, 385.81693528), (160.7108, 390.67050284))
    )
    true_less_mean_days = (
        -0.40720 * math.sin(moon)
        + 0.17241 * math.sin(sun)
        + 0.01608 * math.sin(2 * moon)
        + 0.01039 * math.sin(2 * latitude)
        + 0.00739 * math.sin(moon - sun)
        - 0.00514 * math.sin(moon + sun)
        + 0.00208 * math.sin(2 * sun)
    )
    moment = FIRST_NEW_MOON + timedelta(days=MEAN_MONTH_DAYS * lunation + true_less_mean_days)
    return (moment + BEIJING_AHEAD).date()


def _holiday(year: int) -> list[date]:
    """The days off of 春节 in `year`, without the working days that make up for them; none where unpublished."""
    days = [date(year, 1, 1) + timedelta(days=offset) for offset in range(75)]
    try:
        return [day for day in days if chinese_calendar.get_holiday_detail(day) == (True, "Spring Festival")]
    except NotImplementedError:
        return []
