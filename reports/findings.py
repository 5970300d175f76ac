"""What the figures say, frozen: values with their addresses, the movement since last year, the slice that may be named.

Words come only from findings; no sentence looks at a figure. The ladder 明显 / 略有 / 基本持平 and the rule for
naming a slice follow FIGURES section 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, cast, final

from reports.derivations import BLANK, FROM_FIGURE, Ledger, derive, judged_statistic, judged_value
from reports.document import Verdict
from reports.numbers import FORM_OF_UNIT, Address, Number, Quantity, money_scale_of, scale_of
from reports.significance import approximate_probability, exact_probability
from workspace import Language

if TYPE_CHECKING:
    from queries.catalog import Metric
    from queries.figures import Figure

FEWEST_CASES = 30
FEWEST_CLUSTERS = 10
FEWEST_OF_RARER_OUTCOME = 5
SIGNIFICANCE = 0.05
LARGEST_EXACT_TABLE = 2_000
CLEAR_CHANGE_OF_RATE = 0.01
CLEAR_CHANGE_OF_SCORE = 1.0
CLEAR_CHANGE_OF_AMOUNT = 0.05

Kind = Literal[
    "unknown",  # no value this year
    "first_year",  # no value last year
    "small",  # too few cases in one of the years to compare
    "zero_base",  # last year's value is zero
    "equal",  # not the least difference
    "flat",  # the interval of the change includes 0
    "slight",  # it excludes 0, the change is below the practical threshold
    "clear",  # it excludes 0, and the change is as large as the threshold
    "census",  # money: complete, no interval
    "plain",  # a difference without an interval
]
Direction = Literal["up", "down", "level"]
Quality = Literal["better", "worse", "neutral"]


@dataclass(frozen=True)
class Movement:
    """The change since last year: how sure it is, which way it goes, and whether that is good."""

    kind: Kind
    direction: Direction = "level"
    quality: Quality = "neutral"

    @property
    def is_clear(self) -> bool:
        """Whether the change may be called 明显."""
        return self.kind == "clear"

    @property
    def may_be_called(self) -> bool:
        """Whether better or worse may be said of it."""
        return self.kind in ("clear", "slight", "census") and self.quality != "neutral"


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
    def is_narrow(self) -> bool:
        """Met, but by so little that the interval reaches beyond the target."""
        if not self.is_met or self.target is None or self.low is None or self.high is None:
            return False
        reached = self.low.value if self.better == "higher" else self.high.value
        beyond = float(reached) < float(self.target.value)
        return beyond if self.better == "higher" else float(reached) > float(self.target.value)

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


def movement(figure: Figure, metric: Metric) -> Movement:
    """How a figure moved since last year, on the ladder."""
    if figure.value is None:
        return Movement("unknown")
    if figure.previous is None or figure.change is None:
        return Movement("first_year")
    if _is_rate_of_cases(metric) and min(figure.n, figure.previous_n or 0) < FEWEST_CASES:
        return Movement("small")
    if figure.previous == 0 and metric.unit in ("count", "yuan"):
        return Movement("zero_base" if figure.value else "equal")
    change = float(figure.change)
    if change == 0:
        return Movement("equal")
    direction: Direction = "up" if change > 0 else "down"
    return Movement(_degree(figure, metric, change), direction, _quality(metric, direction))


def _is_rate_of_cases(metric: Metric) -> bool:
    return metric.aggregate in ("ratio", "mean", "median", "duration") and metric.base not in ("money", "exposure")


def _degree(figure: Figure, metric: Metric, change: float) -> Kind:
    if metric.base == "money" or metric.unit == "yuan":
        return "census"
    if figure.change_low is None or figure.change_high is None:
        return "plain"
    if float(figure.change_low) <= 0 <= float(figure.change_high):
        return "flat"
    is_large = abs(change) >= _threshold(figure, metric)
    return "clear" if is_large and _has_clusters(figure) else "slight"


def _threshold(figure: Figure, metric: Metric) -> float:
    if metric.unit == "percent":
        return CLEAR_CHANGE_OF_RATE
    if metric.unit in ("score", "points"):
        return CLEAR_CHANGE_OF_SCORE
    return CLEAR_CHANGE_OF_AMOUNT * abs(float(figure.previous or 0))


def _has_clusters(figure: Figure) -> bool:
    clusters = (figure.details or {}).get("clusters")
    return clusters is None or int(clusters) >= FEWEST_CLUSTERS


def _quality(metric: Metric, direction: Direction) -> Quality:
    if metric.better == "neutral":
        return "neutral"
    return "better" if (metric.better == "higher") == (direction == "up") else "worse"


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
    """Test each slice of a ratio against all the others together (Holm); blanks are neither tested nor named."""
    counted = [f for f in figures if f.n and f.numerator is not None and f.denominator]
    named = [f for f in counted if BLANK not in dict(f.slice).values()]
    if not named:
        return Ranking(found(ledger, named))
    better = ledger.figures.catalog[named[0].metric].better
    chosen = [named[position] for position in _outstanding([(_yes(f), _no(f)) for f in counted], counted, named)]
    high = [f for f in chosen if _rate(f) > _rate_of_others(f, counted)]
    low = [f for f in chosen if f not in high]
    best, worst = (high, low) if better != "lower" else (low, high)
    return Ranking(
        found(ledger, named),
        finding(ledger, _foremost(best, named, better != "lower")),
        finding(ledger, _foremost(worst, named, better == "lower")),
    )


def driver(figures: Sequence[Figure]) -> Figure | None:
    """The slice whose count moved otherwise than all the others together, the largest such move; or None."""
    counted = [f for f in figures if f.value is not None and f.previous is not None]
    named = [f for f in counted if BLANK not in dict(f.slice).values()]
    tables = [(float(f.value or 0), float(f.previous or 0)) for f in counted]
    chosen = [named[position] for position in _outstanding(tables, counted, named)]
    return max(chosen, key=lambda f: abs(float(f.change or 0)), default=None)


def _outstanding(
    outcomes: Sequence[tuple[float, float]], counted: Sequence[Figure], named: Sequence[Figure]
) -> list[int]:
    """Positions in `named` of the slices that differ from the rest after Holm, large enough to be named."""
    yes, no = sum(pair[0] for pair in outcomes), sum(pair[1] for pair in outcomes)
    pairs = {id(figure): pair for figure, pair in zip(counted, outcomes, strict=True)}
    probabilities = []
    for position, figure in enumerate(named):
        own = pairs[id(figure)]
        if sum(own) >= FEWEST_CASES and min(own) >= FEWEST_OF_RARER_OUTCOME and len(counted) > 1:
            probabilities.append((_probability(own, (yes - own[0], no - own[1])), position))
    return _holm(sorted(probabilities))


def _probability(own: tuple[float, float], others: tuple[float, float]) -> float:
    """Two-sided p of one slice against the others together: exact where the table is small."""
    table = [[round(own[0]), round(own[1])], [round(others[0]), round(others[1])]]
    if sum(others) == 0 or others[0] + own[0] == 0 or others[1] + own[1] == 0:
        return 1.0
    if sum(own) + sum(others) <= LARGEST_EXACT_TABLE:
        return exact_probability(table)
    return approximate_probability(table)


def _holm(ordered: Sequence[tuple[float, int]]) -> list[int]:
    accepted = []
    for rank, (probability, position) in enumerate(ordered):
        if probability > SIGNIFICANCE / (len(ordered) - rank):
            break
        accepted.append(position)
    return accepted


def _yes(figure: Figure) -> float:
    return float(figure.numerator or 0)


def _no(figure: Figure) -> float:
    return float(figure.denominator or 0) - float(figure.numerator or 0)


def _rate(figure: Figure) -> float:
    return _yes(figure) / float(figure.denominator or 1)


def _rate_of_others(figure: Figure, counted: Sequence[Figure]) -> float:
    others = [other for other in counted if other is not figure]
    whole = sum(float(other.denominator or 0) for other in others)
    return sum(_yes(other) for other in others) / whole if whole else 0.0


def _foremost(chosen: Sequence[Figure], named: Sequence[Figure], is_highest: bool) -> Figure | None:
    """The extreme one of the chosen, unless a slice that is large enough but not chosen lies beyond it."""
    first = _extreme(chosen, is_highest)
    last = _extreme([figure for figure in named if _yes(figure) + _no(figure) >= FEWEST_CASES], is_highest)
    return first if first is not None and last is not None and _rate(first) == _rate(last) else None


def _extreme(figures: Sequence[Figure], is_highest: bool) -> Figure | None:
    if not figures:
        return None
    return max(figures, key=_rate) if is_highest else min(figures, key=_rate)
