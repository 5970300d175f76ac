"""Numbers counted in the rows behind a figure: by clock, by stars, by answers; registered in reports.derivations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from reports.numbers import Address, Number

if TYPE_CHECKING:
    import pandas

    from reports.derivations import Ledger

SATISFIED_STARS = 4
ANSWERED, UNANSWERED = "answered", "unanswered"


def within_hours(rows: pandas.DataFrame, hours: str) -> pandas.DataFrame:
    """The rows that began within hours of the day such as 22-6: from 22:00 to before 6:00."""
    first, last = (int(part) for part in hours.split("-"))
    began = rows["occurred_at"].dt.hour
    inside = (began >= first) & (began < last) if first < last else (began >= first) | (began < last)
    kept: pandas.DataFrame = rows[inside]
    return kept


def clock_parts(ledger: Ledger, address: Address, hours: str) -> tuple[float, float]:
    """Of a ratio's rows that began within those hours: how many are in the numerator, and how many there are."""
    rows = within_hours(ledger.evidence(address.metric, address.where), hours)
    return float(rows["numerator"].astype(float).sum()), float(rows["denominator"].astype(float).sum())


def part_sums(ledger: Ledger, address: Address, column: str, amount: str) -> pandas.Series[float]:
    """A column of amounts added up by another column of the evidence, the largest first, ties by name."""
    rows = ledger.evidence(address.metric, address.where)
    sums = rows.groupby(column)[amount].sum().astype(float).rename("amount").reset_index()
    return sums.sort_values(["amount", column], ascending=[False, True]).set_index(column)["amount"]


def households_by_answer(ledger: Ledger, metric: str) -> Mapping[str, frozenset[str]]:
    """The households that a survey asked, by their pseudonym: those that answered and those that did not."""
    rows = ledger.evidence(metric)
    asked = rows.assign(household=rows["pair"].str.rpartition(" ")[2]).dropna(subset=["household"])
    answered = frozenset(asked.loc[asked["numerator"].astype(float) > 0, "household"])
    return {ANSWERED: answered, UNANSWERED: frozenset(asked["household"]) - answered}


def unpaid_households(ledger: Ledger) -> frozenset[str]:
    """The households that had not paid all of the year's property fee by the as-of, by their pseudonym."""
    if not ledger.figures.is_available("household_collection_rate"):
        return frozenset()
    rows = ledger.evidence("household_collection_rate")
    unpaid = rows.loc[rows["numerator"].astype(float) == 0, "pair"].dropna()
    return frozenset(unpaid.str.split("/").str[-2].dropna())


def _clock_rate(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """A ratio of the rows that began within the hours of the argument."""
    inside, cases = clock_parts(ledger, address, argument)
    return inside / cases if cases else None


def _clock_cases(ledger: Ledger, address: Address, argument: str) -> Number | None:
    return int(clock_parts(ledger, address, argument)[1])


def _clock_gap(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The rate of the first hours less that of the second: `22-6/9-18`."""
    first, second = (_clock_rate(ledger, address, hours) for hours in argument.split("/"))
    return None if first is None or second is None else float(first) - float(second)


def _part_sum(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The amounts of one value of a column: `amount/column/value`."""
    amount, column, value = argument.split("/", 2)
    held = part_sums(ledger, address, column, amount).get(value)
    return None if held is None else int(held)


def _parts(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many values a column of the evidence takes."""
    return int(ledger.evidence(address.metric, address.where)[argument].nunique())


def _rated(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many ratings have the stars of the argument, rounded to whole ones."""
    values = ledger.evidence(address.metric, address.where)["value"].astype(float)
    return int((values.round() == float(argument)).sum())


def _rated_low(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many ratings are below the stars that count as satisfied."""
    return int((ledger.evidence(address.metric, address.where)["value"].astype(float) < SATISFIED_STARS).sum())


def _attempted(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Tickets due for follow-up that were called at least once, reached or not."""
    rows = ledger.evidence(address.metric, address.where)
    called = (rows["attempt_count"].astype(float) > 0) | (rows["numerator"].astype(float) > 0)
    return int(called.sum())


def _followed_up_ratings(ledger: Ledger, address: Address) -> pandas.Series[float]:
    """The owners' ratings of the tickets that were followed up."""
    rows = ledger.evidence(address.metric, address.where)
    reached = rows.loc[rows["numerator"].astype(float) > 0, "evidence_id"]
    ratings = ledger.evidence("ticket_rating", address.where)
    return ratings.loc[ratings["evidence_id"].isin(reached), "value"].astype(float)


def _rated_after_follow_up(ledger: Ledger, address: Address, argument: str) -> Number | None:
    return len(_followed_up_ratings(ledger, address))


def _satisfied_after_follow_up(ledger: Ledger, address: Address, argument: str) -> Number | None:
    return int((_followed_up_ratings(ledger, address) >= SATISFIED_STARS).sum())


def _households_asked(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Households that a survey asked and that did, or did not, answer."""
    return len(households_by_answer(ledger, address.metric)[argument])


def _unpaid_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The part of them that had not paid all of the year's property fee."""
    asked = households_by_answer(ledger, address.metric)[argument]
    return len(asked & unpaid_households(ledger)) / len(asked) if asked else None


EVIDENCE_COUNTS: Mapping[str, Callable[[Ledger, Address, str], Number | None]] = {
    "clock_rate": _clock_rate,
    "clock_cases": _clock_cases,
    "clock_gap": _clock_gap,
    "part_sum": _part_sum,
    "parts": _parts,
    "rated": _rated,
    "rated_low": _rated_low,
    "attempted": _attempted,
    "rated_after_follow_up": _rated_after_follow_up,
    "satisfied_after_follow_up": _satisfied_after_follow_up,
    "households_asked": _households_asked,
    "unpaid_share": _unpaid_share,
}
