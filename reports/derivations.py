"""Every number that the report may print, by name: how it is derived from the figures.

Findings and the fact check both come here, so that a printed number and its proof have one definition. An address
whose statistic is `share:category` means: derivation `share` with the argument `category`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reports.numbers import Address, Number

if TYPE_CHECKING:
    import pandas

    from queries.figures import Figure, Figures

FIGURE_STATISTICS = (
    "value",
    "n",
    "numerator",
    "denominator",
    "low",
    "high",
    "previous",
    "previous_n",
    "previous_numerator",
    "previous_denominator",
    "change",
    "change_low",
    "change_high",
    "target",
)
Key = tuple[str, tuple[tuple[str, str], ...], str]


class UnknownStatistic(KeyError):
    """An address names a statistic that no derivation here answers."""


class Ledger:
    """Figures of one year, each asked for once."""

    def __init__(self, figures: Figures, year: int) -> None:
        self.figures = figures
        self.year = year
        self._figures: dict[Key, Figure] = {}
        self._groups: dict[Key, tuple[Figure, ...]] = {}
        self._evidence: dict[Key, pandas.DataFrame] = {}

    def has(self, metric: str) -> bool:
        """Whether the catalogue holds the metric."""
        return metric in self.figures.catalog

    def of(self, metric: str, where: Mapping[str, str] | None = None) -> Figure | None:
        """The year's figure; None where the catalogue lacks the metric, or one of the slices that it would need."""
        if not self.has(metric) or not self._has_slices(metric, where or {}):
            return None
        key = _key(metric, where or {})
        if key not in self._figures:
            self._figures[key] = self.figures.of(metric, self.year, dict(where or {}))
        return self._figures[key]

    def by(self, metric: str, split: str, where: Mapping[str, str] | None = None) -> tuple[Figure, ...]:
        """One figure per value of a slice, per month or per quarter; empty where the metric lacks that slice."""
        asked = dict(where or {})
        if not self.has(metric) or not self._has_slices(metric, asked):
            return ()
        if split not in ("month", "quarter") and not self._has_slices(metric, {split: ""}):
            return ()
        key = _key(metric, asked, split)
        if key not in self._groups:
            self._groups[key] = tuple(self.figures.by(metric, self.year, split, asked))
        return self._groups[key]

    def evidence(self, metric: str, where: Mapping[str, str] | None = None) -> pandas.DataFrame:
        """The rows behind the year's figure. Raises KeyError where the catalogue lacks the metric."""
        key = _key(metric, where or {})
        if key not in self._evidence:
            self._evidence[key] = self.figures.evidence(metric, self.year, dict(where or {}))
        return self._evidence[key]

    def at(self, address: Address) -> Figure | None:
        """The figure that an address names: the year's, or one month's or quarter's."""
        if address.period == str(self.year):
            return self.of(address.metric, address.where)
        split = "quarter" if "Q" in address.period else "month"
        parts = self.by(address.metric, split, address.where)
        return next((figure for figure in parts if figure.period == address.period), None)

    def _has_slices(self, metric: str, where: Mapping[str, str]) -> bool:
        return set(where) <= set(self.figures.catalog[metric].slices)

    @cached_property
    def account(self) -> pandas.DataFrame:
        """What became of every row, per file and sheet."""
        return self.figures.account()


def derive(ledger: Ledger, address: Address) -> Number | None:
    """The number at an address, from the figures. Raises UnknownStatistic."""
    name, _, argument = address.statistic.partition(":")
    if name not in _DERIVATIONS:
        raise UnknownStatistic(name)
    return _DERIVATIONS[name](ledger, address, argument)


def _key(metric: str, where: Mapping[str, str], split: str = "") -> Key:
    return metric, tuple(sorted(where.items())), split


def _field(name: str) -> Derivation:
    def derivation(ledger: Ledger, address: Address, argument: str) -> Number | None:
        figure = ledger.at(address)
        return None if figure is None else getattr(figure, name)

    return derivation


def _detail(name: str) -> Derivation:
    def derivation(ledger: Ledger, address: Address, argument: str) -> Number | None:
        figure = ledger.at(address)
        held: Mapping[str, Any] = (getattr(figure, name) or {}) if figure is not None else {}
        return held.get(argument)

    return derivation


def _detail_change(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """A detail's difference from last year."""
    now = derive(ledger, address.of(f"details:{argument}"))
    before = derive(ledger, address.of(f"previous_details:{argument}"))
    return None if now is None or before is None else now - before  # type: ignore[operator]


def _growth(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The change as a share of last year's value."""
    figure = ledger.at(address)
    if figure is None or figure.change is None or not figure.previous:
        return None
    return float(figure.change) / float(figure.previous)


def _lacking(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The things counted that are not in the numerator: tickets not closed, yuan not collected."""
    figure = ledger.at(address)
    if figure is None or figure.numerator is None or figure.denominator is None:
        return None
    return figure.denominator - figure.numerator


def _previous_lacking(ledger: Ledger, address: Address, argument: str) -> Number | None:
    figure = ledger.at(address)
    if figure is None or figure.previous_numerator is None or figure.previous_denominator is None:
        return None
    return figure.previous_denominator - figure.previous_numerator


def distance_to_target(figure: Figure, better: str, base: str | None) -> Number | None:
    """How far a figure is from its target, in things where it counts things: tickets, yuan, hours."""
    if figure.value is None or figure.target is None:
        return None
    if figure.numerator is None or figure.denominator is None or base in (None, "exposure"):
        return abs(float(figure.value) - float(figure.target))
    wanted = float(figure.target) * float(figure.denominator)
    if base == "money":
        return abs(wanted - float(figure.numerator))
    if better == "lower":
        return abs(float(figure.numerator) - math.floor(wanted + 1e-9))
    return abs(math.ceil(wanted - 1e-9) - float(figure.numerator))


def _distance(ledger: Ledger, address: Address, argument: str) -> Number | None:
    figure = ledger.at(address)
    metric = ledger.figures.catalog[address.metric]
    return None if figure is None else distance_to_target(figure, metric.better, metric.base)


def _share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """A slice's part of the same figure without the slice named by the argument."""
    part, whole = ledger.at(address), ledger.of(address.metric, _without(address, argument))
    return _part(part and part.value, whole and whole.value)


def _previous_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    part, whole = ledger.at(address), ledger.of(address.metric, _without(address, argument))
    return _part(part and part.previous, whole and whole.previous)


def _without(address: Address, key: str) -> dict[str, str]:
    return {name: value for name, value in address.slice if name != key}


def _part(part: Number | None, whole: Number | None) -> Number | None:
    return None if part is None or not whole else float(part) / float(whole)


def _numerator_gap(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many more things this metric counts in its numerator than the metric named by the argument."""
    one, other = ledger.at(address), ledger.of(argument, address.where)
    if one is None or other is None or one.numerator is None or other.numerator is None:
        return None
    return one.numerator - other.numerator


def _months(wanted: tuple[str, ...]) -> Derivation:
    def derivation(ledger: Ledger, address: Address, argument: str) -> Number | None:
        return sum(figure.status in wanted for figure in ledger.by(address.metric, "month", address.where))

    return derivation


def _months_without_lacking(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Months in which every thing counted is in the numerator."""
    return sum(bool(f.n) and f.numerator == f.denominator for f in ledger.by(address.metric, "month", address.where))


def _slices(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many values a slice takes, blanks apart."""
    return sum(f.slice[argument] != "未填" and f.n > 0 for f in ledger.by(address.metric, argument, address.where))


def _hours_over(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Ended cases that took longer than the argument's hours."""
    return int((_ended_hours(ledger, address) > float(argument)).sum())


def _hours_over_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    hours = _ended_hours(ledger, address)
    return float((hours > float(argument)).mean()) if len(hours) else None


def _hours_over_time_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The part of all hours spent that went into cases longer than the argument's hours."""
    hours = _ended_hours(ledger, address)
    total = float(hours.sum())
    return float(hours[hours > float(argument)].sum()) / total if total else None


def _ended_hours(ledger: Ledger, address: Address) -> pandas.Series[float]:
    rows = ledger.evidence(address.metric, address.where)
    ended = rows[(rows["ended"].astype(int) == 1) & (rows["hours"] >= 0)]
    return ended["hours"].astype(float)


def _clock_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The part of the cases that began in the hours of the argument (19-21: from 19:00 to before 21:00)."""
    first, last = (int(part) for part in argument.split("-"))
    began = ledger.evidence(address.metric, address.where)["occurred_at"].dt.hour
    return float(((began >= first) & (began < last)).mean()) if len(began) else None


def _top_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The part of the numerator that the most frequent values of a column hold: `column-count`."""
    column, _, count = argument.rpartition("-")
    counts = counted(ledger, address, column)
    return float(counts.head(int(count)).sum() / counts.sum()) if len(counts) else None


def _top_count(ledger: Ledger, address: Address, argument: str) -> Number | None:
    column, _, count = argument.rpartition("-")
    return int(counted(ledger, address, column).head(int(count)).sum())


def _one_count(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The numerator's count for one value of a column: `column-position`, the most frequent being 1."""
    column, _, position = argument.rpartition("-")
    counts = counted(ledger, address, column)
    return int(counts.iloc[int(position) - 1]) if len(counts) >= int(position) else None


def counted(ledger: Ledger, address: Address, column: str) -> pandas.Series[int]:
    """The numerator's rows by a column of the evidence, the most frequent first, ties by name."""
    rows = ledger.evidence(address.metric, address.where)
    if "numerator" in rows:
        rows = rows[rows["numerator"].astype(float) > 0]
    counts = rows[column].dropna().value_counts()
    frame = counts.rename_axis("name").reset_index(name="count")
    return frame.sort_values(["count", "name"], ascending=[False, True]).set_index("name")["count"]


def _rows(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Rows of the account: read, kept, duplicate, total, not_data or quarantined; of one kind when sliced."""
    account = ledger.account
    for key, value in address.slice:
        account = account[account[key].astype(str) == value]
    return int(account["rows_read" if argument == "read" else argument].sum())


def _files(ledger: Ledger, address: Address, argument: str) -> Number | None:
    return int(ledger.account["path"].nunique())


def _target_count(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many of the year's targets have the verdict named by the argument; all of them for `all`."""
    return sum(argument in ("all", figure.status) for figure in targeted(ledger))


def targeted(ledger: Ledger) -> tuple[Figure, ...]:
    """The year's figures that have a target, in the order of the settings."""
    found: dict[Key, Figure] = {}
    for target in ledger.figures.workspace.settings.get("target", []):
        if int(target["year"]) == ledger.year and target.get("grain", "year") == "year":
            figure = ledger.of(target["metric"], target.get("where", {}))
            if figure is not None and figure.target is not None:
                found.setdefault(_key(target["metric"], target.get("where", {})), figure)
    return tuple(found.values())


def _balance(name: str) -> Derivation:
    """Parts of the year's fee account: opening + billed − waived − collected = closing, to the cent."""

    def derivation(ledger: Ledger, address: Address, argument: str) -> Number | None:
        return fee_account(ledger, address.where).get(name)

    return derivation


def fee_account(ledger: Ledger, where: Mapping[str, str] | None = None) -> dict[str, Number]:
    """The fee account of the year in yuan; empty where one of its figures is missing."""
    due, current = ledger.of("amount_due", where), ledger.of("collection_rate", where)
    old = ledger.of("arrears_recovery_rate", where)
    parts = (
        None if due is None else due.value,
        None if current is None else current.denominator,
        None if current is None else current.numerator,
        None if old is None else old.denominator,
        None if old is None else old.numerator,
    )
    if any(part is None for part in parts):
        return {}
    billed, collectable, collected, opening, recovered = (float(part) for part in parts if part is not None)
    account = {
        "opening": opening,
        "billed": billed,
        "waived": billed - collectable,
        "collected": collected,
        "recovered": recovered,
        "closing": opening + collectable - collected - recovered,
        "drop": collected + recovered - collectable,
    }
    return {name: round(yuan, 2) for name, yuan in account.items()}


def as_date(text: str) -> date:
    """A date from ISO text."""
    return date.fromisoformat(text[:10])


Derivation = Callable[[Ledger, Address, str], Number | None]
_DERIVATIONS: dict[str, Derivation] = {
    **{name: _field(name) for name in FIGURE_STATISTICS},
    "details": _detail("details"),
    "previous_details": _detail("previous_details"),
    "detail_change": _detail_change,
    "growth": _growth,
    "lacking": _lacking,
    "previous_lacking": _previous_lacking,
    "distance": _distance,
    "share": _share,
    "previous_share": _previous_share,
    "numerator_gap": _numerator_gap,
    "months_met": _months(("met",)),
    "months_missed": _months(("missed",)),
    "months_full": _months_without_lacking,
    "slices": _slices,
    "hours_over": _hours_over,
    "hours_over_share": _hours_over_share,
    "hours_over_time_share": _hours_over_time_share,
    "clock_share": _clock_share,
    "top_share": _top_share,
    "top_count": _top_count,
    "one_count": _one_count,
    "rows": _rows,
    "files": _files,
    "targets": _target_count,
    "fee_account": lambda ledger, address, argument: fee_account(ledger, address.where).get(argument),
}
