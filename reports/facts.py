"""Facts entered by hand: figures that no system holds, each with its source (人工填报).

The person who entered one is never printed. Two kinds of names have a meaning of their own: 上年报告 before a metric's
title is the value that last year's report printed; 行业 or 合同 before it is a value to hold the year's against.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from queries.initiatives import metric_named
from reports.audience import facts_seen
from reports.numbers import FACTS, Address, Number, Quantity

if TYPE_CHECKING:
    from queries.catalog import Catalog
    from queries.figures import Figures
    from reports.derivations import Ledger

HAND_ENTERED = "hand_entered"
UNKNOWN = "未填"
Role = Literal["last_report", "industry", "contract"]
OPENINGS: Mapping[Role, re.Pattern[str]] = {
    "last_report": re.compile(r"(?:上年报告数?|last year's report|reported last year)[\s:：·-]*", re.IGNORECASE),
    "industry": re.compile(r"(?:行业(?:基准|平均|数)?|industry(?: benchmark| average)?)[\s:：·-]*", re.IGNORECASE),
    "contract": re.compile(r"(?:合同(?:约定|标准)?|contract)[\s:：·-]*", re.IGNORECASE),
}
OTHER_NAMES = {
    "业主满意率": "satisfaction_rate",
    "满意率": "satisfaction_rate",
    "物业费收缴率": "collection_rate",
    "物业服务费收缴率": "collection_rate",
    "收缴率": "collection_rate",
    "闭环率": "closure_rate",
}
FORMS_OF_UNITS = {"%": "rate", "元": "money", "yuan": "money"}


@dataclass(frozen=True)
class Fact:
    """One figure entered by hand. Shares (unit %) are fractions, money yuan; `note` is the reason given, if any."""

    name: str
    value: Number
    unit: str
    source: str
    recorded_on: date
    year: int
    community: str = UNKNOWN
    note: str | None = None

    @property
    def address(self) -> Address:
        """Where its number can be read again."""
        where = (("name", self.name), *((("community", self.community),) if self.community != UNKNOWN else ()))
        return Address(FACTS, str(self.year), where, HAND_ENTERED)


def facts_of(figures: Figures, year: int) -> tuple[Fact, ...]:
    """The facts entered for `year`, in the order of the file; empty where no such file was loaded."""
    if not figures.provided(FACTS):
        return ()
    rows = figures.connection.execute(
        "select name, value, unit, source, recorded_on, year, community, note from warehouse.facts where year = $year"
        " order by source_file_id, source_row",
        {"year": year},
    ).fetchall()
    return facts_seen(figures, [Fact(*row) for row in rows])


def fact_quantity(fact: Fact, unit_words: Mapping[str, str] | None = None) -> Quantity:
    """The number of a fact, ready to print; `unit_words` are the words of the report's language for units."""
    words = (unit_words or {}).get(fact.unit, fact.unit)
    return Quantity(fact.value, FORMS_OF_UNITS.get(fact.unit) or f"count {words}".strip(), fact.address)


def role_of(fact: Fact, catalog: Catalog) -> tuple[Role, str] | None:
    """What a fact is held against, and the name of the metric that it is about; None for a figure of its own."""
    for role, opening in OPENINGS.items():
        found = opening.match(fact.name)
        if found:
            words = fact.name[found.end() :].strip()
            metric = metric_named(catalog, words)
            name = metric.name if metric is not None else OTHER_NAMES.get(words)
            return None if name is None or name not in catalog else (role, name)
    return None


def hand_entered(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The value of the fact at an address, from the warehouse."""
    held = facts_of(ledger.figures, int(address.period))
    return next((fact.value for fact in held if fact.address.where == address.where), None)
