"""What changed between two runs, figure by figure, and why: scope, corrected data, new data, definition, performance.

Between two warehouses the year's evidence is led from the one to the other step by step, and each step is one cause:
communities that only one of them has, rows that were corrected or taken back, rows that are new or known later, the
parameters of the metric. What the value does at a step is that cause's effect, so the effects add up to the change.
Between two years of one warehouse no row is the same; there the causes are the communities that joined or left, the
share that each of the others has, and how each of them did.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, Literal

import pandas as pd

from queries.comparison import COMMUNITY, like_for_like
from queries.decomposition import decompose
from queries.engine import Number
from queries.figure import Figure
from queries.figures import Figures
from workspace import WrongUse

Cause = Literal["scope", "corrected_data", "new_data", "definition", "composition", "performance"]
MEASURES: Final = ("numerator", "denominator", "value", "hours", "ended")
MOST_EXAMPLES: Final = 3


class YearsApart(WrongUse):
    """Two years were to be compared of which one does not follow the other."""

    def __init__(self, earlier: int, later: int) -> None:
        super().__init__(
            f"{earlier} 年与 {later} 年不相邻，没有同口径的比较。请比较相邻的两年，例如 diff {later - 1} {later}。",
            f"{later} does not follow {earlier}, so there is no like comparison. Compare two years in a row, "
            f"for example diff {later - 1} {later}.",
        )


@dataclass(frozen=True)
class Effect:
    """What one cause did to a figure: the change of its value, and the evidence rows that it touched.

    `effect` is None for statistics that no sum of parts gives (a median, a duration).
    """

    cause: Cause
    effect: float | None
    rows: int = 0


@dataclass(frozen=True)
class RowChanges:
    """The evidence ids that only the later run has, only the earlier one has, and those whose numbers differ."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class FigureChange:
    """A figure of two runs that is not the same in both."""

    metric: str
    title: str
    unit: str
    before: Number | None
    after: Number | None
    effects: tuple[Effect, ...]
    rows: RowChanges = RowChanges()


@dataclass(frozen=True)
class Difference:
    """Everything that changed between two runs, and how many figures did not."""

    before: str
    after: str
    changes: tuple[FigureChange, ...]
    unchanged: int


def between_warehouses(before: Figures, after: Figures, later_rules: Figures, year: int) -> Difference:
    """The year's figures of two warehouses.

    `after` is the later warehouse under the parameters of the earlier one, `later_rules` the same under its own.
    """
    changes, unchanged = [], 0
    for name in before.catalog:
        change = _change_of_data(name, before, after, later_rules, year)
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    return Difference("A", "B", tuple(changes), unchanged)


def _change_of_data(name: str, before: Figures, after: Figures, later_rules: Figures, year: int) -> FigureChange | None:
    earlier, later = before.of(name, year), later_rules.of(name, year)
    if _same(earlier, later):
        return None
    stages = list(_stages(name, before, after, later_rules, year, earlier.as_of))
    metric = before.catalog[name]
    values = [_value(stage.rows, metric.aggregate) for stage in stages]
    effects = [
        Effect(stage.cause, None if value is None or past is None else float(value - past), stage.touched)
        for stage, past, value in zip(stages[1:], values, values[1:], strict=False)
        if stage.cause is not None and (stage.touched or value != past)
    ]
    first, last = stages[0].rows, stages[-1].rows
    title = metric.title.text(before.language)
    return FigureChange(
        name, title, metric.unit, earlier.value, later.value, tuple(_together(effects)), _rows(first, last)
    )


def _same(one: Figure, other: Figure) -> bool:
    return (one.value, one.n, one.numerator, one.denominator) == (
        other.value,
        other.n,
        other.numerator,
        other.denominator,
    )


@dataclass(frozen=True)
class _Stage:
    """The evidence on its way from the one run to the other; `touched` counts the rows that this step moved."""

    cause: Cause | None
    rows: pd.DataFrame
    touched: int = 0


def _stages(
    name: str, before: Figures, after: Figures, later_rules: Figures, year: int, known: date
) -> Iterator[_Stage]:
    """First the earlier evidence, last the later one; each step between has one cause."""
    earlier = _evidence(before, name, year)
    at_same_age = _evidence(after, name, year, known)
    yield _Stage(None, earlier)
    only_before, only_after = (
        _communities(earlier) - _communities(at_same_age),
        _communities(at_same_age) - _communities(earlier),
    )
    kept = _without(earlier, only_before)
    joined = _only(at_same_age, only_after)
    held = pd.concat([kept, joined])
    yield _Stage("scope", held, len(earlier) - len(kept) + len(joined))
    common = kept.index.intersection(at_same_age.index)
    corrected = pd.concat([at_same_age.loc[common], joined])
    yield _Stage("corrected_data", corrected, len(kept) - len(common) + len(_differing(kept, at_same_age)))
    yield _Stage("new_data", at_same_age, len(at_same_age) - len(corrected))
    in_full = _evidence(after, name, year)
    yield _Stage("new_data", in_full, _touched(at_same_age, in_full))
    by_later_rules = _evidence(later_rules, name, year)
    yield _Stage("definition", by_later_rules, _touched(in_full, by_later_rules))


def _evidence(figures: Figures, name: str, year: int, known: date | None = None) -> pd.DataFrame:
    """The year's evidence by its ids; a row that is counted several times has a number of its own each time."""
    if not figures.is_available(name):
        return pd.DataFrame(columns=list(MEASURES))
    rows = figures.evidence(name, year, as_of=known)
    ids = rows["evidence_id"].astype(str)
    times = ids.groupby(ids).cumcount()
    return rows.set_index(ids.where(times == 0, ids + " #" + (times + 1).astype(str)))


def _communities(rows: pd.DataFrame) -> set[str]:
    return set(rows[COMMUNITY].astype(str)) if COMMUNITY in rows else set()


def _only(rows: pd.DataFrame, communities: set[str]) -> pd.DataFrame:
    return rows[rows[COMMUNITY].astype(str).isin(communities)] if COMMUNITY in rows else rows.iloc[:0]


def _without(rows: pd.DataFrame, communities: set[str]) -> pd.DataFrame:
    return rows[~rows[COMMUNITY].astype(str).isin(communities)] if COMMUNITY in rows else rows


def _differing(one: pd.DataFrame, other: pd.DataFrame) -> pd.Index:
    """The ids in both whose numbers differ."""
    common = one.index.intersection(other.index)
    measures = [name for name in MEASURES if name in one and name in other]
    if not measures:
        return common[:0]
    left, right = one.loc[common, measures], other.loc[common, measures]
    same = (left.astype(object) == right.astype(object)) | (left.isna() & right.isna())
    return common[~same.all(axis="columns")]


def _touched(one: pd.DataFrame, other: pd.DataFrame) -> int:
    return len(one.index.symmetric_difference(other.index)) + len(_differing(one, other))


def _value(rows: pd.DataFrame, aggregate: str) -> Fraction | None:
    """The value that the rows give, exactly; None for a statistic that is no sum of parts, or without rows."""
    if aggregate == "count":
        return Fraction(len(rows))
    if aggregate == "sum":
        return _sum(rows["value"]) if "value" in rows else Fraction(0)
    if aggregate == "mean" and len(rows):
        return _sum(rows["value"]) / len(rows)
    if aggregate == "ratio" and len(rows) and (whole := _sum(rows["denominator"])):
        return _sum(rows["numerator"]) / whole
    return None


def _sum(values: pd.Series) -> Fraction:
    return sum((Fraction(str(value)) for value in values if value == value and value is not None), Fraction())


def _together(effects: Sequence[Effect]) -> Iterator[Effect]:
    """One effect a cause, in the order of the steps."""
    for cause in dict.fromkeys(effect.cause for effect in effects):
        own = [effect for effect in effects if effect.cause == cause]
        known = [effect.effect for effect in own if effect.effect is not None]
        yield Effect(cause, sum(known) if len(known) == len(own) else None, sum(effect.rows for effect in own))


def _rows(earlier: pd.DataFrame, later: pd.DataFrame) -> RowChanges:
    return RowChanges(
        added=tuple(sorted(later.index.difference(earlier.index))),
        removed=tuple(sorted(earlier.index.difference(later.index))),
        changed=tuple(sorted(_differing(earlier, later))),
    )


def between_years(figures: Figures, earlier: int, later: int) -> Difference:
    """The figures of two years of one warehouse, the earlier one at the same age. Raises YearsApart."""
    if later != earlier + 1:
        raise YearsApart(earlier, later)
    changes, unchanged = [], 0
    for name in figures.catalog:
        figure = figures.of(name, later)
        if figure.status == "not_available" or figure.previous is None or figure.value is None:
            continue
        if figure.change == 0:
            unchanged += 1
            continue
        effects = tuple(_effects_of_years(figures, name, later, figure))
        metric = figures.catalog[name]
        title = metric.title.text(figures.language)
        changes.append(FigureChange(name, title, metric.unit, figure.previous, figure.value, effects))
    return Difference(str(earlier), str(later), tuple(changes), unchanged)


def _effects_of_years(figures: Figures, name: str, later: int, figure: Figure) -> Iterator[Effect]:
    """Scope first, then the shares of those in both years, then how they did; the parts add up to the change."""
    metric = figures.catalog[name]
    has_places = COMMUNITY in metric.slices
    if has_places and metric.aggregate in ("ratio", "mean"):
        parts = decompose(figures, name, later, COMMUNITY)
        if parts is not None:
            yield from _present(
                ("scope", parts.moved_effect), ("composition", parts.mix_effect), ("performance", parts.rate_effect)
            )
            return
    change = Fraction(str(figure.change)) if figure.change is not None else Fraction()
    same = like_for_like(figures, name, later).same if has_places and metric.aggregate in ("count", "sum") else figure
    own = Fraction(str(same.change)) if same.change is not None else change
    yield from _present(("scope", change - own), ("performance", own))


def _present(*parts: tuple[Cause, Fraction]) -> Iterator[Effect]:
    yield from (Effect(cause, float(effect)) for cause, effect in parts if effect)
