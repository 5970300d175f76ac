"""Why a rate changed: because its slices changed, or because their weights did (FIGURES, section 5).

Symmetric in the two years (Kitagawa 1955). Everything is computed in whole numbers' fractions, so that the parts add up
to the change exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from queries.catalog import Metric
from queries.figure import Figure
from queries.figures import Figures
from queries.period import last_day_known
from workspace import WrongUse


class NotDecomposable(WrongUse):
    """A metric was to be decomposed whose value is no weighted mean of its slices' values."""


@dataclass(frozen=True)
class Weighted:
    """What a slice adds to a weighted mean: value = `amount` ÷ `weight`."""

    amount: Fraction
    weight: Fraction

    @property
    def value(self) -> Fraction:
        """The slice's own value; the weight must not be 0."""
        return self.amount / self.weight


@dataclass(frozen=True)
class SlicePart:
    """What one slice that is in both years contributes to the change: by its own value, and by its share."""

    slice_value: str
    rate_effect: Fraction
    mix_effect: Fraction
    value: Fraction
    previous: Fraction
    share: Fraction
    previous_share: Fraction

    @property
    def effect(self) -> Fraction:
        """Both effects together."""
        return self.rate_effect + self.mix_effect


@dataclass(frozen=True)
class MovedSlice:
    """What a slice that is in one of the two years only contributes to the change (项目进退)."""

    slice_value: str
    effect: Fraction


@dataclass(frozen=True)
class Decomposition:
    """The change of a metric's value, `total`, as the sum of its parts, in the metric's unit (shares as fractions)."""

    metric: str
    slice_name: str
    parts: tuple[SlicePart, ...]
    entered: tuple[MovedSlice, ...]
    left: tuple[MovedSlice, ...]
    total: Fraction

    @property
    def rate_effect(self) -> Fraction:
        """What the slices' own changes amount to."""
        return sum((part.rate_effect for part in self.parts), Fraction())

    @property
    def mix_effect(self) -> Fraction:
        """What the shift of weights between the slices amounts to."""
        return sum((part.mix_effect for part in self.parts), Fraction())

    @property
    def moved_effect(self) -> Fraction:
        """What the slices that entered or left amount to."""
        return sum((moved.effect for moved in (*self.entered, *self.left)), Fraction())


def decompose(
    figures: Figures,
    metric: str,
    year: int,
    slice_name: str,
    where: Mapping[str, str] | None = None,
    as_of: date | None = None,
) -> Decomposition | None:
    """The change of `metric` since the year before by the values of `slice_name`; None where a year has no value.

    Raises UnknownMetric, UnknownSlice, and NotDecomposable for anything but a ratio or a mean.
    """
    _refuse_unless_weighted(figures.catalog[metric])
    question = figures.question(metric, year, where, as_of, sliced_by=slice_name)
    before = question.year_before()
    now, earlier = (
        _weights(figures.by(metric, each.year, slice_name, where, last_day_known(each.as_of)), slice_name)
        for each in (question, before)
    )
    return decompose_weighted(metric, slice_name, now, earlier)


def decompose_weighted(
    metric: str, slice_name: str, now: Mapping[str, Weighted], earlier: Mapping[str, Weighted]
) -> Decomposition | None:
    """The same from each slice value's amount and weight in the two years; None where a year has no weight."""
    if not _sum(now.values()).weight or not _sum(earlier.values()).weight:
        return None
    both = [name for name in now if now[name].weight and name in earlier and earlier[name].weight]
    in_both, in_both_earlier = _sum(now[name] for name in both), _sum(earlier[name] for name in both)
    total = _sum(now.values()).value - _sum(earlier.values()).value
    middle = (_sum(now.values()).value + _sum(earlier.values()).value) / 2
    base, base_earlier = (in_both.value, in_both_earlier.value) if both else (middle, middle)
    result = Decomposition(
        metric=metric,
        slice_name=slice_name,
        parts=tuple(_part(name, now[name], earlier[name], in_both, in_both_earlier) for name in sorted(both)),
        entered=_moved(now, both, base, Fraction(1)),
        left=_moved(earlier, both, base_earlier, Fraction(-1)),
        total=total,
    )
    assert result.rate_effect + result.mix_effect + result.moved_effect == total
    return result


def _part(name: str, now: Weighted, earlier: Weighted, all_now: Weighted, all_earlier: Weighted) -> SlicePart:
    """Mean share × rate difference, and (mean rate − overall mean) × share difference."""
    share, previous_share = now.weight / all_now.weight, earlier.weight / all_earlier.weight
    overall_mean = (all_now.value + all_earlier.value) / 2
    return SlicePart(
        slice_value=name,
        rate_effect=(share + previous_share) / 2 * (now.value - earlier.value),
        mix_effect=((now.value + earlier.value) / 2 - overall_mean) * (share - previous_share),
        value=now.value,
        previous=earlier.value,
        share=share,
        previous_share=previous_share,
    )


def _moved(
    slices: Mapping[str, Weighted], both: Iterable[str], base: Fraction, sign: Fraction
) -> tuple[MovedSlice, ...]:
    """How far each slice outside `both` moves its year's value away from `base`, the value of those in both years."""
    weight = _sum(slices.values()).weight
    alone = sorted(set(slices) - set(both))
    return tuple(MovedSlice(name, sign * (slices[name].amount - base * slices[name].weight) / weight) for name in alone)


def _weights(listed: Iterable[Figure], slice_name: str) -> dict[str, Weighted]:
    weights = {figure.slice[slice_name]: _weighted(figure) for figure in listed}
    return {name: weighted for name, weighted in weights.items() if weighted.amount or weighted.weight}


def _weighted(figure: Figure) -> Weighted:
    if figure.numerator is not None and figure.denominator is not None:
        return Weighted(Fraction(figure.numerator), Fraction(figure.denominator))
    return Weighted(Fraction(figure.value or 0) * figure.n, Fraction(figure.n))


def _sum(parts: Iterable[Weighted]) -> Weighted:
    listed = list(parts)
    amount = sum((part.amount for part in listed), Fraction())
    return Weighted(amount, sum((part.weight for part in listed), Fraction()))


def _refuse_unless_weighted(metric: Metric) -> None:
    if metric.aggregate not in ("ratio", "mean"):
        raise NotDecomposable(
            f"指标 {metric.name} 不是率或平均数（{metric.aggregate}），不能分解为构成和水平两部分。请直接比较各分项。",
            f"{metric.name} is neither a ratio nor a mean ({metric.aggregate}), so its change has no parts by mix and "
            "rate. Compare its slices themselves.",
        )
