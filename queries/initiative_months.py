"""The months of a year in the part where a measure was taken and in its comparison, beside the year before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from queries.catalog import Metric
from queries.change import TIME_UNITS
from queries.engine import Total
from queries.figures import Figures, Question
from queries.initiatives import InitiativeResult
from queries.limits import ripe_until
from queries.period import Period, months
from queries.subsets import Subset, Values, totals_by

MONTH_NUMBER: Final = "month_number"
PER_UNITS: Final = 100


@dataclass(frozen=True)
class InitiativeMonth:
    """One month of the report's year: the treated part and its comparison, each with the same month a year before.

    Values are in the metric's unit; of a time between events, the events per 100 units of exposure (百台·天), for a
    month without an event has no time between events. None where a month has no cases.
    """

    month: int
    treated: float | None
    treated_before: float | None
    comparison: float | None
    comparison_before: float | None


def initiative_months(
    figures: Figures, result: InitiativeResult, year: int, as_of: date | None = None
) -> tuple[InitiativeMonth, ...]:
    """The months of `year` that are known and old enough; empty where nothing was compared."""
    if result.metric is None or result.treated is None:
        return ()
    question = figures.question(result.metric, year, None, as_of)
    treated = _by_month(figures, question, result, result.place.treated)
    compared = _by_month(figures, question, result, result.comparison_values) if result.comparison else ({}, {})
    return tuple(
        InitiativeMonth(number, *(values.get(number) for values in (*treated, *compared)))
        for number in _known_months(figures, question)
    )


def events_per_exposure(metric: Metric, total: Total) -> float | None:
    """The events per PER_UNITS of exposure of a time between events."""
    exposure = float(total.numerator or 0)
    return float(total.denominator or 0) / exposure * PER_UNITS if exposure else None


def is_time_between_events(metric: Metric) -> bool:
    """Whether the metric is exposure per event, in days or hours: the longer, the fewer events."""
    return metric.base == "exposure" and metric.unit in TIME_UNITS


def _known_months(figures: Figures, question: Question) -> list[int]:
    parameters = figures.engine.parameters(question.metric, question.window(Period(question.year)))
    known_until = ripe_until(question.metric, question.as_of, parameters)
    return [period.month for period in months(question.year) if period.end <= known_until and period.month is not None]


def _by_month(
    figures: Figures, question: Question, result: InitiativeResult, values: tuple[str, ...]
) -> tuple[Mapping[int, float], Mapping[int, float]]:
    """The values of this year's months and of last year's."""
    kept: dict[str, tuple[str, ...]] = dict(result.place.within)
    if result.place.slice_name is not None:
        kept[result.place.slice_name] = values
    return _of_year(figures, question, kept), _of_year(figures, question.year_before(), kept)


def _of_year(figures: Figures, question: Question, kept: Values) -> dict[int, float]:
    number = {MONTH_NUMBER: "cast(month(occurred_at) as varchar)"}
    metric = question.metric
    totals = totals_by(figures, Subset(question, kept=kept, added=number), MONTH_NUMBER)
    drawn = {int(month): _drawn(metric, total) for month, total in totals.items()}
    return {month: value for month, value in drawn.items() if value is not None}


def _drawn(metric: Metric, total: Total) -> float | None:
    if is_time_between_events(metric):
        return events_per_exposure(metric, total)
    return None if total.value is None else float(total.value)
