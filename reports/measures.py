"""What became of the measures taken, as a sentence may use it: numbers of queries.initiatives with their addresses.

A measure is known by its position among those of the year. Relative changes are those that a reader means: of a time
between events the change of the events, for fewer of them is what the measure was taken for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from queries.engine import Total
from queries.initiative_months import events_per_exposure, is_time_between_events
from queries.initiatives import Direction, InitiativeResult, Limitation, Verdict
from reports.numbers import FORM_OF_UNIT, Address, Number, Quantity, money_scale_of, scale_of
from workspace import Language

if TYPE_CHECKING:
    from queries.catalog import Metric
    from queries.effects import BeforeAndAfter, Effect
    from reports.derivations import Ledger

Kind = Literal["events", "share", "duration", "amount", "count", "score"]
VERDICTS: Sequence[Verdict] = ("improved", "changed_not_attributable", "insufficient_evidence")


@dataclass(frozen=True)
class Group:
    """The part where a measure was taken, or its comparison: after the start and in the same months a year before."""

    after: Quantity | None
    before: Quantity | None
    change: Quantity | None
    cases: Quantity | None
    cases_before: Quantity | None
    hits: Quantity | None
    hits_before: Quantity | None


@dataclass(frozen=True)
class Measure:
    """One measure with its numbers. `effect` and its bounds are as printed: shares of one for ratios, else in the
    metric's unit; None where nothing could be compared, or, of the bounds, where there is no interval."""

    ordinal: int
    name: str
    started_on: date
    scope: str | None
    note: str | None
    words: str  # the metric as it was recorded
    title: str  # the metric's title, or these words
    kind: Kind
    metric: str | None
    better: str
    verdict: Verdict
    limitations: tuple[Limitation, ...]
    direction: Direction | None
    months: tuple[str, ...]
    treated: Group | None
    comparison: Group | None
    comparison_values: tuple[str, ...]
    comparison_count: Quantity | None
    effect: Quantity | None
    low: Quantity | None
    high: Quantity | None

    @property
    def has_interval(self) -> bool:
        """Whether the effect has an interval."""
        return self.low is not None and self.high is not None

    @property
    def crosses_nothing(self) -> bool:
        """Whether the interval reaches from below no effect to above it."""
        return self.low is not None and self.high is not None and float(self.low.value) < 0 < float(self.high.value)


def measures(ledger: Ledger) -> tuple[Measure, ...]:
    """The measures of the year in the order of their start."""
    return tuple(_measure(ledger, position, result) for position, result in enumerate(ledger.initiatives, start=1))


def _measure(ledger: Ledger, ordinal: int, result: InitiativeResult) -> Measure:
    metric = ledger.figures.catalog[result.metric] if result.metric else None
    numbers = _Numbers(ordinal, result, metric, ledger.figures.language) if metric else None
    effect = {name: numbers.effect(name) if numbers else None for name in ("value", "low", "high")}
    return Measure(
        ordinal=ordinal,
        name=result.initiative.name,
        started_on=result.initiative.started_on,
        scope=result.initiative.scope,
        note=result.initiative.note.rstrip("。.；; ") if result.initiative.note else None,
        words=result.initiative.metric,
        title=metric.title.text(ledger.figures.language) if metric else result.initiative.metric,
        kind=kind_of(metric) if metric else "share",
        metric=result.metric,
        better=metric.better if metric else "neutral",
        verdict=result.verdict,
        limitations=result.limitations,
        direction=result.direction,
        months=result.months,
        treated=numbers.group("treated") if numbers and result.treated else None,
        comparison=numbers.group("comparison") if numbers and result.comparison else None,
        comparison_values=result.comparison_values,
        comparison_count=numbers.of("initiative", "comparison_count", "count") if numbers else None,
        effect=effect["value"],
        low=effect["low"],
        high=effect["high"],
    )


def kind_of(metric: Metric) -> Kind:
    """In which words a metric's change is told."""
    if is_time_between_events(metric):
        return "events"
    if metric.unit == "percent":
        return "share"
    if metric.aggregate in ("duration", "median") or metric.unit in ("hours", "days"):
        return "duration"
    if metric.unit == "yuan":
        return "amount"
    return "count" if metric.aggregate == "count" else "score"


@dataclass(frozen=True)
class _Numbers:
    """Makes the quantities of one result."""

    ordinal: int
    result: InitiativeResult
    metric: Metric
    language: Language

    def of(self, name: str, argument: str, form: str) -> Quantity | None:
        """The number that `number_of` gives for the argument."""
        value = _NUMBERS[name](self.result, self.metric, argument)
        return None if value is None else Quantity(value, form, self._address(f"{name}:{self.ordinal}.{argument}"))

    def group(self, name: str) -> Group:
        """The numbers of the treated part or of the comparison."""
        form = self._form
        things = "money" if self.metric.base == "money" else "count"
        hits = "denominator" if is_time_between_events(self.metric) else "numerator"
        cases = "n" if self.metric.aggregate != "ratio" else "denominator"
        return Group(
            after=self.of("initiative", f"{name}.after.value", form),
            before=self.of("initiative", f"{name}.before.value", form),
            change=self.of("initiative_change", name, self._difference),
            cases=self.of("initiative", f"{name}.after.{cases}", things),
            cases_before=self.of("initiative", f"{name}.before.{cases}", things),
            hits=self.of("initiative", f"{name}.after.{hits}", things),
            hits_before=self.of("initiative", f"{name}.before.{hits}", things),
        )

    def effect(self, bound: str) -> Quantity | None:
        """The effect or a bound of it."""
        is_ratio = self.result.effect is not None and self.result.effect.scale == "ratio"
        return self.of("initiative_effect", bound, "growth" if is_ratio else self._difference)

    @property
    def _form(self) -> str:
        """One form for all values, so that they are read in one unit."""
        groups = [group for group in (self.result.treated, self.result.comparison) if group]
        largest = max((float(total.value or 0) for group in groups for total in _totals(group)), default=0.0)
        if self.metric.unit == "hours":
            return scale_of(largest)
        if self.metric.unit == "yuan":
            return money_scale_of(largest, self.language)
        is_rate_per_unit = self.metric.unit == "count" and self.metric.aggregate == "ratio"
        return "plain" if is_rate_per_unit else FORM_OF_UNIT[self.metric.unit]

    @property
    def _difference(self) -> str:
        return "points" if self.metric.unit == "percent" else self._form

    def _address(self, statistic: str) -> Address:
        months = self.result.months
        period = f"{months[0]}/{months[-1]}" if months else str(self.result.initiative.started_on.year)
        return Address(self.metric.name, period, (("initiative", self.result.initiative.name),), statistic)


def _totals(group: BeforeAndAfter) -> tuple[Total, Total]:
    return group.after, group.before


def relative(effect: Effect, metric: Metric) -> tuple[float, float | None, float | None]:
    """An effect with its bounds as the page prints it: 0 is none, a ratio is a share more or less."""
    if effect.scale == "difference":
        return effect.value, effect.low, effect.high
    if not is_time_between_events(metric):
        return effect.value - 1, _less_one(effect.low), _less_one(effect.high)
    return 1 / effect.value - 1, _less_one(_inverse(effect.high)), _less_one(_inverse(effect.low))


def _less_one(factor: float | None) -> float | None:
    return None if factor is None else factor - 1


def _inverse(factor: float | None) -> float | None:
    return 1 / factor if factor else None


def _of_group(result: InitiativeResult, metric: Metric, argument: str) -> Number | None:
    """A number of a group, such as `treated.after.value`; `comparison_count` is how many slices it has."""
    if argument == "comparison_count":
        return len(result.comparison_values)
    name, moment, field = argument.split(".")
    group: BeforeAndAfter | None = getattr(result, name)
    if group is None:
        return None
    total = group.after if moment == "after" else group.before
    return events_per_exposure(metric, total) if field == "frequency" else getattr(total, field)


def _change(result: InitiativeResult, metric: Metric, argument: str) -> Number | None:
    """A group's value after the start less that of the same months a year before."""
    after, before = (_of_group(result, metric, f"{argument}.{moment}.value") for moment in ("after", "before"))
    return None if after is None or before is None else float(after) - float(before)


def _effect(result: InitiativeResult, metric: Metric, argument: str) -> Number | None:
    if result.effect is None:
        return None
    return relative(result.effect, metric)[("value", "low", "high").index(argument)]


_NUMBERS = {"initiative": _of_group, "initiative_change": _change, "initiative_effect": _effect}


def initiative_number(name: str, ledger: Ledger, argument: str) -> Number | None:
    """The number of a measure by `position.argument`, judged again; None for a measure that is not there."""
    ordinal, _, rest = argument.partition(".")
    result = next(iter(ledger.initiatives[int(ordinal) - 1 : int(ordinal)]), None)
    if result is None or result.metric is None:
        return None
    return _NUMBERS[name](result, ledger.figures.catalog[result.metric], rest)


def verdict_count(ledger: Ledger, verdict: str) -> int:
    """How many measures have a verdict; `all` counts every one."""
    return sum(verdict in ("all", result.verdict) for result in ledger.initiatives)
