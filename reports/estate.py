"""The estate that a report covers: the register of communities, and what was managed throughout both years."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from queries.naming import BLANK
from reports.facts import HAND_ENTERED, hand_entered
from reports.numbers import Address, Number

if TYPE_CHECKING:
    from reports.derivations import Ledger


@dataclass(frozen=True)
class Estate:
    """A community as the register has it on the last day of the report; None where the register is silent."""

    community: str
    business_type: str | None
    since: date | None
    households: int | None
    area_square_metres: float | None


def estates(ledger: Ledger, last_day: date) -> tuple[Estate, ...]:
    """The communities of the register managed on `last_day`, the one with most households first."""
    rows = ledger.communities
    rows = rows[rows["community"] != BLANK]
    first_days = {name: _day(own["valid_from"].min()) for name, own in rows.groupby("community")}
    held = [_estate(row, first_days) for row in rows.to_dict("records") if _is_managed(row, last_day)]
    latest = {one.community: one for one in held}
    return tuple(sorted(latest.values(), key=lambda one: (-(one.households or 0), one.community)))


def _estate(row: Mapping[Any, Any], first_days: Mapping[Any, date | None]) -> Estate:
    business_type = row["business_type"]
    return Estate(
        community=str(row["community"]),
        business_type=None if business_type in (None, BLANK) else str(business_type),
        since=first_days[row["community"]],
        households=None if _is_missing(row["households"]) else int(row["households"]),
        area_square_metres=None if _is_missing(row["area_m2"]) else float(row["area_m2"]),
    )


def _is_managed(row: Mapping[Any, Any], last_day: date) -> bool:
    since, until = _day(row["valid_from"]), _day(row["valid_to"])
    return (since is None or since <= last_day) and (until is None or until > last_day)


def _day(moment: Any) -> date | None:
    return None if _is_missing(moment) else date(moment.year, moment.month, moment.day)


def _is_missing(value: Any) -> bool:
    return value is None or value != value


def _of_register(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The sum of a column of the register on the day of the argument, `households@2025-12-31`; of one community
    where the address names it. None where no community has it.
    """
    column, _, day = argument.partition("@")
    asked = address.where.get("community")
    held = [one for one in estates(ledger, date.fromisoformat(day)) if asked in (None, one.community)]
    values = [getattr(one, column) for one in held if getattr(one, column) is not None]
    return sum(values) if values else None


def _estate_count(ledger: Ledger, address: Address, argument: str) -> Number | None:
    return len(estates(ledger, date.fromisoformat(argument)))


def _same_scope(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """A number of the figure that counts only what was managed throughout both years."""
    same: Number | None = getattr(ledger.like_for_like(address.metric).same, argument)
    return same


def _same_scope_count(ledger: Ledger, address: Address, argument: str) -> Number | None:
    return len(ledger.like_for_like(address.metric).communities)


def _january_february(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """A number of January and February together."""
    figure = ledger.january_february(address.metric)
    return None if figure is None else getattr(figure, argument)


def _per_head(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Tickets, or households on the day of the argument, to each of the persons of a fact entered by hand."""
    persons = hand_entered(ledger, address.of(HAND_ENTERED), "")
    if not persons:
        return None
    total = _total(ledger, address, argument)
    return None if total is None else float(total) / float(persons)


def _total(ledger: Ledger, address: Address, argument: str) -> Number | None:
    where = tuple(pair for pair in address.slice if pair[0] == "community")
    if argument.startswith("households@"):
        return _of_register(ledger, Address("data", address.period, where), argument)
    figure = ledger.of(argument, dict(where))
    return None if figure is None else figure.value


ESTATE_NUMBERS: Mapping[str, Callable[[Ledger, Address, str], Number | None]] = {
    "register": _of_register,
    "estates": _estate_count,
    "same_scope": _same_scope,
    "same_scope_count": _same_scope_count,
    "per_head": _per_head,
    "january_february": _january_february,
}
