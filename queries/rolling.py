"""The twelve months that end with a month: what is judged where a single month has too few cases for its target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from queries.engine import Total
from queries.period import Period


def twelve_months_to(period: Period, first_event: datetime | None) -> list[Period]:
    """The month `period` and the eleven before it, the oldest first, without those before the first event."""
    assert period.month is not None
    last = 12 * period.year + period.month - 1
    months = [Period(number // 12, month=number % 12 + 1) for number in range(last - 11, last + 1)]
    return [month for month in months if first_event is None or month.end > first_event]


def label(months: Sequence[Period]) -> str:
    """2024-08/2025-07."""
    return f"{months[0].label}/{months[-1].label}"


def together(totals: Sequence[Total]) -> Total:
    """The total of the months of a share: their cases, numerators and denominators added up.

    Clusters are taken not to reach from one month into the next.
    """
    numerator = sum(total.numerator or 0 for total in totals)
    denominator = sum(total.denominator or 0 for total in totals)
    known = [total.clusters for total in totals if total.clusters is not None]
    return Total(
        n=sum(total.n for total in totals),
        value=float(numerator) / float(denominator) if denominator else None,
        numerator=numerator,
        denominator=denominator,
        clusters=sum(known[1:], known[0]) if known else None,
    )
