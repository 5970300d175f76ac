"""Facts entered by hand where they belong: last year's printed values, benchmarks beside targets, the list of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.desk import Desk
from reports.document import Table
from reports.facts import Fact, Role, fact_quantity, facts_of, role_of
from reports.findings import Finding
from reports.numbers import Quantity, printed


@dataclass(frozen=True)
class Beside:
    """A fact that stands beside a figure: what kind it is, its number and where it was taken from."""

    role: Role
    metric: str
    number: Quantity
    source: str
    reason: str | None


def quantity_of(desk: Desk, fact: Fact) -> Quantity:
    """The number of a fact in the report's language."""
    return fact_quantity(fact, desk.writer.dictionary("fact_units"))


def benchmarks(desk: Desk) -> Mapping[str, Beside]:
    """The values to hold figures against, by metric; what a contract says comes before what a trade reports."""
    held = [one for one in _beside(desk, desk.year) if one.role in ("industry", "contract")]
    return {one.metric: one for one in sorted(held, key=lambda one: one.role, reverse=True)}


def last_reports(desk: Desk) -> Mapping[str, Beside]:
    """What last year's report printed, by metric, where this report comes to another value for the same year."""
    held = (*_beside(desk, desk.year), *_beside(desk, desk.year - 1))
    return {one.metric: one for one in held if one.role == "last_report" and _differs(desk, one)}


def restated(desk: Desk, held: Finding) -> Beside | None:
    """Last year's printed value of a figure, where this report recounts it otherwise."""
    return last_reports(desk).get(held.metric) if not held.address.slice else None


def facts_table(desk: Desk) -> Table | None:
    """All facts of the year and the one before with their sources; the persons are not printed."""
    held = (*facts_of(desk.ledger.figures, desk.year), *facts_of(desk.ledger.figures, desk.year - 1))
    if not held:
        return None
    columns = [
        ("column_fact", "left"),
        ("column_year", "left"),
        ("column_parameter_value", "right"),
        ("column_source", "left"),
        ("column_recorded_on", "left"),
    ]
    rows = [_row(desk, fact) for fact in held]
    return desk.table("facts", desk.say("results.facts_title"), columns, rows, note=desk.say("results.facts_note"))


def _row(desk: Desk, fact: Fact) -> list[Markup]:
    return [
        desk.name(fact.name),
        desk.say("results.year_cell", year=fact.year),
        desk.cell(quantity_of(desk, fact)),
        desk.name(fact.source),
        desk.say("results.day_cell", day=fact.recorded_on),
    ]


def _beside(desk: Desk, year: int) -> tuple[Beside, ...]:
    catalog = desk.ledger.figures.catalog
    known = ((fact, role_of(fact, catalog)) for fact in facts_of(desk.ledger.figures, year))
    return tuple(
        Beside(role[0], role[1], quantity_of(desk, fact), fact.source, fact.note)
        for fact, role in known
        if role is not None
    )


def _differs(desk: Desk, one: Beside) -> bool:
    """Whether the two values of last year differ as printed, in the same unit."""
    held = desk.finding(one.metric)
    if held is None or held.previous is None:
        return False
    if held.previous.form == "rate" and one.number.form != "rate":
        return False
    form = held.previous.form
    return printed(held.previous.value, form, desk.language) != printed(one.number.value, form, desk.language)
