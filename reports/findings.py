"""What the figures say, frozen: values with their addresses, the movement since last year, the slice that may be named.

Words come only from findings; no sentence looks at a figure. Whether a change is 明显 is decided in queries.ladder,
which slice may be named in queries.naming, whether a target is met in queries.verdicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast, final

from queries.ladder import FEWEST_CASES, Movement, movement
from queries.naming import driver, is_blank, name_slices
from queries.verdicts import is_narrow
from reports.derivations import FROM_FIGURE, Ledger, derive, judged_statistic, judged_value
from reports.document import Verdict
from reports.numbers import FORM_OF_UNIT, Address, Number, Quantity, money_scale_of, scale_of
from workspace import Language

if TYPE_CHECKING:
    from queries.catalog import Metric
    from queries.figures import Figure

__all__ = ["FEWEST_CASES", "Finding", "Movement", "Ranking", "driver", "finding", "found", "movement", "ranking"]


@final
@dataclass(frozen=True)
class Finding:
    """One figure as a sentence may use it. Every number in it is a Quantity or None."""

    metric: str
    title: str
    unit: str
    better: str
    aggregate: str
    base: str | None
    address: Address
    statistic: str  # which statistic of a duration its target is about: mean, median, p90, or ""
    scale: str  # the form in which the value and its changes are printed
    cases: int
    as_of: date
    verdict: Verdict
    movement: Movement
    value: Quantity | None
    n: Quantity | None = None
    numerator: Quantity | None = None
    denominator: Quantity | None = None
    lacking: Quantity | None = None
    previous_lacking: Quantity | None = None
    low: Quantity | None = None
    high: Quantity | None = None
    previous: Quantity | None = None
    previous_n: Quantity | None = None
    change: Quantity | None = None
    change_low: Quantity | None = None
    change_high: Quantity | None = None
    growth: Quantity | None = None
    target: Quantity | None = None
    distance: Quantity | None = None
    judged: Quantity | None = None  # what the target is compared with: the value, or a duration's mean or p90
    details: tuple[tuple[str, Quantity], ...] = ()
    is_narrow: bool = False  # the target is met, but by so little that the interval reaches beyond it

    @property
    def name(self) -> str:
        """The last value of its slice: the name under which a table lists it."""
        return self.address.slice[-1][1] if self.address.slice else ""

    @property
    def is_small(self) -> bool:
        """Fewer cases than a rate may be formed of."""
        return self.cases < FEWEST_CASES

    @property
    def is_missed(self) -> bool:
        """Whether it has a target and misses it."""
        return self.verdict == "missed"

    @property
    def is_met(self) -> bool:
        """Whether it has a target and meets it."""
        return self.verdict == "met"

    @property
    def is_all(self) -> bool:
        """Every thing counted is in the numerator."""
        return self.lacking is not None and self.lacking.value == 0

    def detail(self, name: str) -> Quantity | None:
        """A detail of the figure (p90, open_count, …) or of last year's (`previous p90`)."""
        return dict(self.details).get(name)


def finding(ledger: Ledger, figure: Figure | None) -> Finding | None:
    """The finding of a figure, or None where it has no value to speak of."""
    if figure is None or figure.status == "not_available" or _is_nothing(figure):
        return None
    metric = ledger.figures.catalog[figure.metric]
    address = Address(figure.metric, figure.period, _ordered(figure.slice))
    scale = _scale(figure, metric, ledger.figures.language)
    target = None if figure.target is None else float(figure.target)
    return Finding(
        metric=figure.metric,
        title=metric.title.text(ledger.figures.language),
        unit=metric.unit,
        better=metric.better,
        aggregate=metric.aggregate,
        base=metric.base,
        address=address,
        statistic=figure.target_statistic or "",
        scale=scale,
        cases=int(figure.n),
        as_of=figure.as_of,
        verdict=_verdict(figure, metric),
        movement=movement(figure, metric),
        is_narrow=is_narrow(figure, metric),
        **_quantities(address, figure, metric, scale, target),
    )


def _is_nothing(figure: Figure) -> bool:
    """No value (but for a duration whose half has not ended), or no case in this year nor in the last."""
    if figure.value is None and not figure.is_duration:
        return True
    return figure.n == 0 and not (figure.denominator is None and figure.previous)


def found(ledger: Ledger, figures: Sequence[Figure]) -> tuple[Finding, ...]:
    """The findings of figures that have a value."""
    return tuple(one for figure in figures if (one := finding(ledger, figure)) is not None)


def _verdict(figure: Figure, metric: Metric) -> Verdict:
    """The status; a plain count or amount without a target has none, however small it is."""
    if figure.status == "insufficient" and figure.target is None and metric.aggregate in ("count", "sum"):
        return "no_target"
    return cast(Verdict, figure.status)


def _ordered(held: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(key), str(value)) for key, value in dict(held).items())


def _scale(figure: Figure, metric: Metric, language: Language) -> str:
    """The form of a figure's value; last year's value and the change are read in the same unit."""
    largest = max(abs(float(figure.value or 0)), abs(float(figure.previous or 0)))
    if metric.unit == "hours":
        return scale_of(largest)
    return money_scale_of(largest, language) if metric.unit == "yuan" else FORM_OF_UNIT[metric.unit]


def _quantities(address: Address, figure: Figure, metric: Metric, scale: str, target: float | None) -> dict[str, Any]:
    """The numbers of a finding by name, each with its form and address."""
    difference = "points" if metric.unit == "percent" else scale
    things = "money" if metric.base == "money" else "count"
    far = difference if metric.base in (None, "exposure") else things
    forms = {
        "value": scale,
        "n": "count",
        "numerator": things,
        "denominator": things,
        "lacking": things,
        "previous_lacking": things,
        "low": scale,
        "high": scale,
        "previous": scale,
        "previous_n": "count",
        "change": difference,
        "change_low": difference,
        "change_high": difference,
        "growth": "growth",
        "target": scale,
        "distance": far,
    }
    statistic = judged_statistic(figure)
    limit = target if statistic == "value" else None
    held = {
        name: _quantity(FROM_FIGURE[name](figure, metric), form, address.of(name), limit if name == "value" else None)
        for name, form in forms.items()
    }
    return {**held, **_judged(address, figure, metric, scale, target), "details": _details(address, figure, metric)}


def _judged(
    address: Address, figure: Figure, metric: Metric, scale: str, target: float | None
) -> dict[str, Quantity | None]:
    """What the target is compared with; the mean of a duration has its own unit, and so have target and distance."""
    statistic, reached = judged_statistic(figure), judged_value(figure)
    if statistic == "value":
        return {"judged": _quantity(reached, scale, address.of(statistic), target)}
    scale = scale_of(max(float(reached or 0), target or 0))
    return {
        "judged": _quantity(reached, scale, address.of(statistic), target),
        "target": _quantity(target, scale, address.of("target")),
        "distance": _quantity(FROM_FIGURE["distance"](figure, metric), scale, address.of("distance")),
    }


def _details(address: Address, figure: Figure, metric: Metric) -> tuple[tuple[str, Quantity], ...]:
    """Numeric details of this year and, with `previous ` before the name, of last year, both in the same unit."""
    now, before = figure.details or {}, figure.previous_details or {}
    held = []
    for statistic, prefix, details in (("details", "", now), ("previous_details", "previous ", before)):
        for name, value in details.items():
            if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or value != value:
                continue
            form = _form_of_detail(name, metric, now.get(name) or value)
            held.append((f"{prefix}{name}", Quantity(value, form, address.of(f"{statistic}:{name}"))))
    return tuple(held)


def _form_of_detail(name: str, metric: Metric, value: Number) -> str:
    if name.endswith("_amount"):
        return "money"
    if name.endswith("_days"):
        return "days"
    is_duration = metric.unit == "hours" and (name.endswith("hours") or name == "p90")
    return scale_of(float(value)) if is_duration else "count"


def quantity(ledger: Ledger, address: Address, form: str, limit: float | None = None) -> Quantity | None:
    """The number at an address, ready to print; None where there is none."""
    return _quantity(derive(ledger, address), form, address, limit)


def _quantity(value: Number | None, form: str, address: Address, limit: float | None = None) -> Quantity | None:
    return None if value is None or value != value else Quantity(value, form, address, limit)


@dataclass(frozen=True)
class Ranking:
    """Slices of one metric, and the best and the worst one where chance does not explain them."""

    findings: tuple[Finding, ...]
    best: Finding | None = None
    worst: Finding | None = None

    @property
    def is_named(self) -> bool:
        """Whether at least one slice may be named."""
        return self.best is not None or self.worst is not None


def ranking(ledger: Ledger, figures: Sequence[Figure]) -> Ranking:
    """The slices of one metric, and the best and worst of them where they may be named; blanks are left out."""
    counted = [figure for figure in figures if figure.n and figure.numerator is not None and figure.denominator]
    shown = [figure for figure in counted if not is_blank(figure)]
    if not shown:
        return Ranking(())
    named = name_slices(counted, ledger.figures.catalog[shown[0].metric])
    return Ranking(found(ledger, shown), finding(ledger, named.best), finding(ledger, named.worst))
