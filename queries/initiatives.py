"""Whether a measure that was taken moved the figure that it should move (FIGURES, section 5).

The months after the start are compared with the same months of the year before, and the part of the estate where the
measure was taken with the parts of the same kind where it was not. So a season, a trend of the whole company, and the
bad months for which the place was chosen are not mistaken for an effect.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Literal

from queries.catalog import Catalog, Metric
from queries.effects import (
    SLICES_THAT_SHOW_THEIR_SPREAD,
    BeforeAndAfter,
    Effect,
    cases,
    effect_of,
    is_census,
)
from queries.figures import Figures, Question
from queries.limits import first_whole_month, ripe_until
from queries.period import Period
from queries.scopes import EVERYWHERE, Place, find_place, plain
from queries.subsets import Span, Subset, evidence_columns, total_of, totals_by, values_of
from queries.verdicts import SMALLEST_SAMPLE

Verdict = Literal["improved", "changed_not_attributable", "insufficient_evidence"]
Direction = Literal["better", "worse"]
Limitation = Literal[
    "unknown_metric",
    "metric_not_available",
    "metric_not_comparable",
    "unmatched_scope",
    "fewer_than_three_months",
    "no_year_before",
    "no_comparison",
    "few_comparison_slices",
    "small_numbers",
    "money_has_no_interval",
]
MONTHS_NEEDED: Final = 3
MONTHS_USED: Final = 12
MONTHS_LEFT_OUT_BEFORE: Final = 3
UNKNOWN: Final = "未填"
ASSET: Final = "asset_id"
SYSTEM: Final = "system"


@dataclass(frozen=True)
class Initiative:
    """One measure as it was recorded; `metric` and `scope` are words as typed, `scope` None is everywhere."""

    name: str
    started_on: date
    metric: str
    scope: str | None
    note: str | None


@dataclass(frozen=True)
class InitiativeResult:
    """What became of a measure, as data.

    improved: clearly better than the comparison. changed_not_attributable: a clear change without a comparison, or
    clearly worse than it, or a change of money, which has no interval. insufficient_evidence: anything else.
    `months` are those after the start, each compared with the same month of the year before.
    """

    initiative: Initiative
    verdict: Verdict
    limitations: tuple[Limitation, ...]
    metric: str | None = None
    place: Place = EVERYWHERE
    months: tuple[str, ...] = ()
    treated: BeforeAndAfter | None = None
    comparison: BeforeAndAfter | None = None
    comparison_values: tuple[str, ...] = ()
    effect: Effect | None = None
    direction: Direction | None = None


def recorded_initiatives(figures: Figures) -> list[Initiative]:
    """The measures of the export 改进措施, by their start."""
    rows = figures.connection.execute(
        "select name, started_on, metric, scope, note from warehouse.initiatives"
        " order by started_on, name, metric, scope nulls first"
    ).fetchall()
    return [Initiative(*row) for row in rows]


def judge_initiatives(figures: Figures, year: int, as_of: date | None = None) -> list[InitiativeResult]:
    """Those begun in `year`, and those begun too late in the year before to be judged in it."""
    recorded = recorded_initiatives(figures)
    first = date(year - 1, 12 - MONTHS_NEEDED + 1, 2)
    return [
        judge_initiative(figures, each, year, as_of, [other for other in recorded if other != each])
        for each in recorded
        if first <= each.started_on <= date(year, 12, 31)
    ]


def judge_initiative(
    figures: Figures, initiative: Initiative, year: int, as_of: date | None = None, others: Sequence[Initiative] = ()
) -> InitiativeResult:
    """The verdict on `initiative` by the months known in `year`; places that `others` treated are no comparison."""
    metric = metric_named(figures.catalog, initiative.metric)
    if metric is None:
        return _insufficient(initiative, "unknown_metric")
    obstacle = _obstacle(figures, metric)
    if obstacle:
        return _insufficient(initiative, obstacle, metric.name)
    question = figures.question(metric.name, year, None, as_of)
    values = _values_by_slice(figures, question)
    place = find_place(initiative.scope, values)
    if place.unmatched:
        return _insufficient(initiative, "unmatched_scope", metric.name, place)
    known_until = _known_until(figures, question)
    months = months_compared(initiative.started_on, known_until, first_whole_month(figures, metric))
    if len(months) < MONTHS_NEEDED:
        is_young = len(months_after(initiative.started_on, known_until)) < MONTHS_NEEDED
        return _insufficient(
            initiative, "fewer_than_three_months" if is_young else "no_year_before", metric.name, place
        )
    elsewhere = _treated_elsewhere(figures, question, place, others, values)
    return _compare(initiative, _Comparison(figures, question, place, months, elsewhere).of_one_system())


def metric_named(catalog: Catalog, words: str) -> Metric | None:
    """The metric whose name or title, in either language, `words` are."""
    wanted = plain(words)
    for metric in catalog.values():
        if wanted in (metric.name, plain(metric.title.zh), plain(metric.title.en)):
            return metric
    return None


def months_after(started_on: date, known_until: datetime) -> list[Period]:
    """The whole months after the start that ended by `known_until`, up to MONTHS_USED."""
    first = _month_of(started_on)
    begins = first if started_on.day == 1 else _months_from(first, 1)
    listed = [_months_from(begins, number) for number in range(MONTHS_USED)]
    return [month for month in listed if month.end <= known_until]


def months_compared(started_on: date, known_until: datetime, recorded_from: Period) -> list[Period]:
    """The whole months after the start, up to twelve, whose months of the year before are a fair baseline.

    `known_until` is the moment until which months are known and old enough. The MONTHS_LEFT_OUT_BEFORE months
    before the start are no baseline, for they may be why the measure was taken; nor are those before the record began.
    """
    chosen_in = _months_from(_month_of(started_on), -MONTHS_LEFT_OUT_BEFORE)
    return [
        month for month in months_after(started_on, known_until) if recorded_from <= month.year_before() < chosen_in
    ]


@dataclass(frozen=True)
class _Comparison:
    """Where and when to look: the treated values of a slice and the others, after the start and a year before."""

    figures: Figures
    question: Question
    place: Place
    months: Sequence[Period]
    treated_elsewhere: frozenset[str]

    def of_one_system(self) -> _Comparison:
        """Lifts are compared with lifts: where all that was treated belongs to one system, so do the others."""
        if SYSTEM not in self.question.metric.slices or self.place.slice_name in (None, SYSTEM):
            return self
        systems = {
            system
            for subset in self._subsets(self.place.treated)
            for system, total in totals_by(self.figures, subset, SYSTEM).items()
            if total.n
        }
        if len(systems) != 1 or SYSTEM in self.place.within:
            return self
        within = {**self.place.within, SYSTEM: tuple(systems)}
        return replace(self, place=replace(self.place, within=within))

    def treated(self) -> BeforeAndAfter:
        """The treated part."""
        return self._group(self.place.treated)

    def untreated_slices(self) -> dict[str, BeforeAndAfter]:
        """Each untreated value of the slice that has cases in both years."""
        if self.place.slice_name is None:
            return {}
        after, before = (totals_by(self.figures, subset, self.place.slice_name) for subset in self._subsets(()))
        out = {UNKNOWN, *self.place.treated, *self.treated_elsewhere}
        both = sorted(name for name in after if name not in out and name in before)
        parts = {name: BeforeAndAfter(after[name], before[name]) for name in both}
        return {name: part for name, part in parts.items() if part.after.n and part.before.n}

    def untreated(self, values: Sequence[str]) -> BeforeAndAfter | None:
        """The untreated values together; None where there are none."""
        return self._group(tuple(values)) if values else None

    def _group(self, values: tuple[str, ...]) -> BeforeAndAfter:
        after, before = self._subsets(values)
        return BeforeAndAfter(total_of(self.figures, after), total_of(self.figures, before))

    def _subsets(self, values: tuple[str, ...]) -> tuple[Subset, Subset]:
        kept = dict(self.place.within)
        if self.place.slice_name is not None and values:
            kept[self.place.slice_name] = values
        span = Span(self.months[0].start, self.months[-1].end)
        earlier = Span(self.months[0].year_before().start, self.months[-1].year_before().end)
        before = self.question.year_before()
        return Subset(self.question, span, kept), Subset(before, earlier, kept)


def _compare(initiative: Initiative, where: _Comparison) -> InitiativeResult:
    metric = where.question.metric
    treated, slices = where.treated(), where.untreated_slices()
    comparison = where.untreated(list(slices))
    effect = effect_of(metric, treated, comparison, slices.values())
    limitations = tuple(_limitations(metric, treated, comparison, slices, effect))
    direction = _direction(metric, effect)
    return InitiativeResult(
        initiative=initiative,
        verdict=_verdict(metric, effect, comparison is not None, direction, limitations),
        limitations=limitations,
        metric=metric.name,
        place=where.place,
        months=tuple(month.label for month in where.months),
        treated=treated,
        comparison=comparison,
        comparison_values=tuple(slices),
        effect=effect,
        direction=direction,
    )


def _limitations(
    metric: Metric,
    treated: BeforeAndAfter,
    comparison: BeforeAndAfter | None,
    slices: Mapping[str, BeforeAndAfter],
    effect: Effect | None,
) -> Iterator[Limitation]:
    if comparison is None:
        yield "no_comparison"
    elif len(slices) < SLICES_THAT_SHOW_THEIR_SPREAD:
        yield "few_comparison_slices"
    if is_census(metric):
        yield "money_has_no_interval"
    totals = [total for group in (treated, comparison) if group for total in (group.after, group.before)]
    fewest = math.inf if is_census(metric) else min(cases(metric, total) for total in totals)
    if effect is None or fewest < SMALLEST_SAMPLE:
        yield "small_numbers"


def _verdict(
    metric: Metric,
    effect: Effect | None,
    has_comparison: bool,
    direction: Direction | None,
    limitations: Sequence[Limitation],
) -> Verdict:
    """Shares and means of fewer than SMALLEST_SAMPLE cases say nothing; few events say so by a wide interval."""
    if effect is None or ("small_numbers" in limitations and effect.scale == "difference"):
        return "insufficient_evidence"
    has_changed = effect.value != effect.nothing if is_census(metric) else effect.is_clear
    if not has_changed:
        return "insufficient_evidence"
    is_proof = has_comparison and effect.is_clear and direction == "better"
    return "improved" if is_proof else "changed_not_attributable"


def _direction(metric: Metric, effect: Effect | None) -> Direction | None:
    if effect is None or effect.value == effect.nothing or metric.better == "neutral":
        return None
    return "better" if (effect.value > effect.nothing) == (metric.better == "higher") else "worse"


def _obstacle(figures: Figures, metric: Metric) -> Limitation | None:
    if metric.is_stock or metric.aggregate == "median":
        return "metric_not_comparable"
    return None if figures.is_available(metric.name) else "metric_not_available"


def _insufficient(
    initiative: Initiative, limitation: Limitation, metric: str | None = None, place: Place = EVERYWHERE
) -> InitiativeResult:
    return InitiativeResult(initiative, "insufficient_evidence", (limitation,), metric=metric, place=place)


def _values_by_slice(figures: Figures, question: Question) -> dict[str, frozenset[str]]:
    """The values of each slice in the year and the year before, and the assets where the evidence names them."""
    assets = {ASSET} & evidence_columns(figures, question)
    return {
        name: frozenset().union(*(values_of(figures, each, name) for each in (question, question.year_before())))
        - {UNKNOWN}
        for name in dict.fromkeys((*question.metric.slices, *assets))
    }


def _treated_elsewhere(
    figures: Figures,
    question: Question,
    place: Place,
    others: Iterable[Initiative],
    values: Mapping[str, Iterable[str]],
) -> frozenset[str]:
    """The values of the same slice in which another measure for the same metric had begun."""
    places = [
        find_place(other.scope, values)
        for other in others
        if metric_named(figures.catalog, other.metric) == question.metric and other.started_on < question.as_of.date()
    ]
    return frozenset(value for other in places if other.slice_name == place.slice_name for value in other.treated)


def _known_until(figures: Figures, question: Question) -> datetime:
    """The moment until which the year is known and old enough to be judged."""
    parameters = figures.engine.parameters(question.metric, question.window(Period(question.year)))
    return min(ripe_until(question.metric, question.as_of, parameters), Period(question.year).end)


def _month_of(day: date) -> Period:
    return Period(day.year, month=day.month)


def _months_from(month: Period, number: int) -> Period:
    """The month that is `number` months after `month`."""
    counted = month.year * 12 + (month.month or 1) - 1 + number
    return Period(counted // 12, month=counted % 12 + 1)
