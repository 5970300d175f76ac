"""One figure: a number with everything that may be said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from queries.engine import Number


@dataclass(frozen=True)
class Figure:
    """One number with everything that may be said about it.

    `as_of` is the last day known. Shares are fractions, durations hours, money yuan (Decimal, exact to the cent).
    `low` and `high` bound the value, `change_low` and `change_high` the change, at 95 %, in the figure's unit.
    `previous…` is the same figure a year before, at the same age; None where nothing was recorded then.
    `details` hold what is counted apart and, for durations, p90, restricted_mean_hours and open_count.
    `is_as_exported` says that it rests on fields that nothing dates, as they were on the day of the export
    (按导出时状态): it is no figure of the same age as another year's.
    Where a share's or mean's clusters are known, `details` hold their number and `design_effect`, and the intervals
    are those of as many fewer cases. `target_direction` is at_least or at_most.
    `rolling` is the figure of the twelve months that end with a month which is too small to be judged alone; `status`
    is then its verdict.
    """

    metric: str
    period: str
    slice: Mapping[str, str]
    as_of: date
    unit: str
    value: Number | None
    n: int
    numerator: Number | None = None
    denominator: Number | None = None
    low: float | None = None
    high: float | None = None
    previous: Number | None = None
    previous_n: int | None = None
    previous_numerator: Number | None = None
    previous_denominator: Number | None = None
    previous_details: Mapping[str, Any] = field(default_factory=dict)
    previous_as_of: date | None = None
    change: Number | None = None
    change_low: float | None = None
    change_high: float | None = None
    target: float | None = None
    target_statistic: str | None = None
    target_direction: str | None = None
    status: str = "no_target"
    details: Mapping[str, Any] = field(default_factory=dict)
    is_duration: bool = False
    is_as_exported: bool = False
    rolling: Figure | None = None

    @property
    def is_judged_rolling(self) -> bool:
        """Whether the twelve months that end with this month are judged in its place."""
        return self.rolling is not None

    def to_json(self) -> dict[str, Any]:
        """The object that `metrics --format json` prints; durations carry an extra p90."""
        values = {
            "metric": self.metric,
            "period": self.period,
            "slice": dict(self.slice),
            "as_of": self.as_of.isoformat(),
            "value": _plain(self.value),
            "unit": self.unit,
            "n": self.n,
            "numerator": _plain(self.numerator),
            "denominator": _plain(self.denominator),
            "low": self.low,
            "high": self.high,
            "previous": _plain(self.previous),
            "change": _plain(self.change),
            "target": self.target,
            "status": self.status,
        }
        return values | ({"p90": self.details.get("p90")} if self.is_duration else {})


def _plain(value: Number | None) -> int | float | None:
    """A number as JSON has it; a Decimal's cents survive, for a float holds them far beyond any sum of money."""
    return float(value) if isinstance(value, Decimal) else value
