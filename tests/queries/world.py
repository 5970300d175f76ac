"""The sample's warehouse as data frames, for computing every figure a second time in plain pandas.

A file test_recomputation_<room>.py holds one function a metric from a World to an Answer, names them in a dictionary
RECOMPUTED, and hands that to `check_recomputed` together with the fixture `sample`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from queries.figures import Figures

SAMPLE_FOLDER = Path(__file__).parents[2] / "data" / "raw"
DAY = pd.Timedelta(days=1)
ASKED = [(2024, date(2024, 12, 31)), (2025, date(2025, 12, 31)), (2025, date(2025, 6, 30))]
"""The years asked about, each with the last day known."""

SILENT = {"written_off_amount"}
"""Metrics of which the sample holds no case."""

Answer = tuple[Any, Any]
"""(numerator, denominator) of a ratio · (value, n) of a mean or a duration · (value, None) of a count or a sum."""


class Tables(dict[str, pd.DataFrame]):
    """The tables of a warehouse by name, each read when it is first asked for."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._connection = connection

    def __missing__(self, name: str) -> pd.DataFrame:
        self[name] = self._connection.execute(f"select * from warehouse.{name}").df()
        return self[name]


@dataclass(frozen=True)
class LoadedSample:
    """The committed sample: its figures, and its warehouse as data frames."""

    figures: Figures
    tables: Tables


@dataclass(frozen=True)
class World:
    """The warehouse as data frames, a year, and the midnight up to which facts are known."""

    tables: Mapping[str, pd.DataFrame]
    year: int
    as_of: pd.Timestamp

    @property
    def start(self) -> pd.Timestamp:
        return pd.Timestamp(self.year, 1, 1)

    @property
    def end(self) -> pd.Timestamp:
        return min(pd.Timestamp(self.year + 1, 1, 1), self.as_of)

    def within(self, moments: pd.Series) -> pd.Series:
        return (moments >= self.start) & (moments < self.end)

    def known(self, moments: pd.Series) -> pd.Series:
        return moments < self.as_of

    @property
    def all_tickets(self) -> pd.DataFrame:
        """Tickets opened before the as-of that have not been cancelled by then."""
        tickets = self.tables["tickets"]
        cancelled_at = tickets.cancelled_at.fillna(tickets.closed_at).fillna(tickets.opened_at)
        left = tickets.is_cancelled & self.known(cancelled_at)
        return tickets[self.known(tickets.opened_at) & ~left]

    @property
    def tickets(self) -> pd.DataFrame:
        return self.all_tickets[self.within(self.all_tickets.opened_at)]

    @property
    def bills(self) -> pd.DataFrame:
        """Property bills with what had been waived and settled, by the start of the year and by the as-of, in cents."""
        bills = self.tables["bills"].query("fee_class == 'property'").set_index("bill_id").copy()
        for name, moment in (("before", self.start), ("now", self.as_of)):
            moments = pd.Series(moment, index=bills.index)
            bills[f"waived_{name}"] = self.adjusted(bills, "waiver", moments)
            bills[f"settled_{name}"] = self.paid(bills, moments) + self.adjusted(bills, "offset", moments)
        bills["due"] = cents(bills.amount_due)
        bills["dues"] = (bills.due - bills.waived_now).clip(lower=0)
        bills["open"] = (bills.dues - bills.settled_now).clip(lower=0)
        return bills

    def paid(self, bills: pd.DataFrame, moments: pd.Series) -> pd.Series:
        """Cents paid on each bill before its moment; `bills` and `moments` are indexed by bill_id."""
        payments = self.tables["payments"]
        counted = payments[payments.paid_on.isna() | (payments.paid_on < payments.bill_id.map(moments))]
        return sums_by_bill(counted, bills)

    def adjusted(self, bills: pd.DataFrame, kind: str, moments: pd.Series) -> pd.Series:
        """Cents waived or offset on each bill before its moment: the register, and what the bill states beyond it."""
        register = self.tables["bill_adjustments"].query("kind == @kind and not is_derived")
        column, dated = {"waiver": ("amount_waived", "waived_on"), "offset": ("amount_offset", "offset_on")}[kind]
        beyond = (cents(bills[column]) - sums_by_bill(register, bills)).clip(lower=0)
        counted = register[register.adjusted_on < register.bill_id.map(moments)]
        return sums_by_bill(counted, bills) + beyond.where(bills[dated].isna() | (bills[dated] < moments), 0)

    @property
    def bills_of_year(self) -> pd.DataFrame:
        return self.bills[self.within(self.bills.period_start)]

    @property
    def older_bills(self) -> pd.DataFrame:
        return self.bills[self.bills.period_start < self.start]


def cents(amounts: pd.Series) -> pd.Series:
    return (amounts.astype(float) * 100).round().astype("int64")


def sums_by_bill(rows: pd.DataFrame, bills: pd.DataFrame) -> pd.Series:
    """The cents of `rows` added up for each bill of `bills`; 0 where there is none."""
    return cents(rows.amount).groupby(rows.bill_id).sum().reindex(bills.index).fillna(0).astype("int64")


def seconds(later: pd.Series, earlier: pd.Series | pd.Timestamp) -> pd.Series:
    return (later - earlier).dt.total_seconds()


def share(selected: pd.Series) -> Answer:
    return int(selected.sum()), len(selected)


def answered(figures: Figures, metric: str, year: int, last_day: date) -> Answer:
    """The engine's figure in the form of a recomputation."""
    figure = figures.of(metric, year, as_of=last_day)
    if figure.numerator is not None:
        return float(figure.numerator), float(figure.denominator)
    is_sample = figures.catalog[metric].aggregate in ("duration", "mean", "median")
    return (None if figure.value is None else float(figure.value)), (figure.n if is_sample else None)


def numbers(answer: Answer) -> list[float]:
    return [float("nan") if part is None else float(part) for part in answer]


def check_recomputed(
    sample: LoadedSample, compute: Callable[[World], Answer], metric: str, year: int, last_day: date
) -> None:
    """Fails unless `compute` gives the engine's figure of `metric`, counts and money exactly, the rest to 1e-9."""
    expected = compute(World(sample.tables, year, pd.Timestamp(last_day) + DAY))
    found = answered(sample.figures, metric, year, last_day)
    assert numbers(found) == pytest.approx(numbers(expected), rel=1e-9, abs=1e-9, nan_ok=True), metric
    assert last_day.month < 12 or metric in SILENT or any(found), "the sample must say something about every metric"
