"""Periods, and the moment up to which facts are known.

Inside the product `as_of` is an exclusive midnight: known means earlier than it. People read and write the
last day known, which is the day before; the two functions at the end translate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

ONE_DAY: Final = timedelta(days=1)
MONTHS_OF_GRAIN: Final = {"year": 12, "half": 6, "quarter": 3, "month": 1}


@dataclass(frozen=True, order=True)
class Period:
    """A calendar year, or one half, quarter or month of it."""

    year: int
    quarter: int | None = None
    month: int | None = None
    half: int | None = None

    @classmethod
    def named(cls, label: str) -> Period:
        """The period of a label such as 2025, 2025-H1, 2025-Q3 or 2025-07. Raises ValueError."""
        year, _, part = label.partition("-")
        if part.startswith("H"):
            return cls(int(year), half=int(part[1:]))
        if part.startswith("Q"):
            return cls(int(year), quarter=int(part[1:]))
        return cls(int(year), month=int(part) if part else None)

    @property
    def grain(self) -> str:
        """year, half, quarter or month."""
        if self.month is not None:
            return "month"
        if self.half is not None:
            return "half"
        return "year" if self.quarter is None else "quarter"

    @property
    def label(self) -> str:
        """2025, 2025-H1, 2025-Q3 or 2025-07."""
        if self.month is not None:
            return f"{self.year}-{self.month:02d}"
        if self.half is not None:
            return f"{self.year}-H{self.half}"
        return str(self.year) if self.quarter is None else f"{self.year}-Q{self.quarter}"

    @property
    def start(self) -> datetime:
        """The first moment of the period."""
        return datetime(self.year, self._first_month, 1)

    @property
    def end(self) -> datetime:
        """The first moment after the period."""
        following = self._first_month + MONTHS_OF_GRAIN[self.grain]
        return datetime(self.year + (following > 12), (following - 1) % 12 + 1, 1)

    @property
    def _first_month(self) -> int:
        if self.month is not None:
            return self.month
        if self.half is not None:
            return 6 * self.half - 5
        return 1 if self.quarter is None else 3 * self.quarter - 2

    def before(self) -> Period:
        """The period of the same length that ends where this one begins."""
        if self.grain == "year":
            return Period(self.year - 1)
        ordinal = (self.month or self.quarter or self.half or 1) - 1
        count = 12 // MONTHS_OF_GRAIN[self.grain]
        year, last = (self.year, ordinal) if ordinal else (self.year - 1, count)
        return Period(year, **{self.grain: last})

    def year_before(self) -> Period:
        """The same period of the year before."""
        return Period(self.year - 1, self.quarter, self.month, self.half)


def quarters(year: int) -> list[Period]:
    """The four quarters of `year`."""
    return [Period(year, quarter=quarter) for quarter in range(1, 5)]


def halves(year: int) -> list[Period]:
    """The two halves of `year`."""
    return [Period(year, half=half) for half in (1, 2)]


def months(year: int) -> list[Period]:
    """The twelve months of `year`."""
    return [Period(year, month=month) for month in range(1, 13)]


def begun(periods: list[Period], as_of: datetime) -> list[Period]:
    """Those of `periods` that had begun when `as_of` came."""
    return [period for period in periods if period.start < as_of]


@dataclass(frozen=True)
class Window:
    """What a metric's SQL is asked: a period, seen when `as_of` came. `start` is always the start of the year."""

    period: Period
    as_of: datetime

    @property
    def start(self) -> datetime:
        """Bound to $start."""
        return datetime(self.period.year, 1, 1)

    @property
    def end(self) -> datetime:
        """Bound to $end: the period's end or `as_of`, whichever is earlier."""
        return min(self.period.end, self.as_of)


def default_as_of(period: Period, newest_event: datetime | None) -> datetime:
    """The day after the period's end, or the day after the newest event, whichever is earlier."""
    if newest_event is None:
        return period.end
    return min(period.end, midnight_after(newest_event.date()))


def as_of_a_year_before(as_of: datetime) -> datetime:
    """The same month and day, a year earlier, of the last day known; 29 February becomes 28 February."""
    day = last_day_known(as_of)
    is_leap_day = (day.month, day.day) == (2, 29)
    return midnight_after(day.replace(year=day.year - 1, day=28 if is_leap_day else day.day))


def midnight_after(last_day: date) -> datetime:
    """The exclusive midnight for the inclusive day `last_day`."""
    return datetime.combine(last_day, time()) + ONE_DAY


def last_day_known(as_of: datetime) -> date:
    """The inclusive day for the exclusive midnight `as_of`."""
    return (as_of - ONE_DAY).date()
