"""One metric as one chart of the house: by month, or by the values of a slice, titled by what it says.

Shares, scores and times are dots with their intervals, counts and amounts bars, as in the chapters. A slice is called
the highest or lowest only where queries.naming allows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queries.limits import TOO_YOUNG
from queries.privacy import PERSON_SLICES
from reports import charts
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame
from reports.document import Chart
from reports.figure_words import counted, is_too_small, subject
from reports.findings import Finding, Ranking
from reports.numbers import HOURS_A_DAY, UNIT_WORDS, Quantity

OVERALL = "overall"
MOST_ROWS = 16
MONTHS_HEIGHT_MILLIMETRES = 48


@dataclass(frozen=True)
class Scale:
    """The unit in which a chart counts: what a number is divided by, and the unit's word where it needs one."""

    divisor: float = 1
    word: str = ""


def by_month(desk: Desk, held: Finding) -> Chart | None:
    """The months of the year that `held` is about: dots of a rate, bars of what adds up, last year beside it.

    The number of cases stands below months with few. None where no month has a value.
    """
    months = [month for month in desk.months(held.metric, held.address.where) if not _is_hardly_begun(desk, month)]
    if not months:
        return None
    scale = _scale(desk, held, [month.value for month in months])
    rows = [_month_row(desk, month, scale) for month in months]
    is_bars = _is_bars(held, rows)
    if is_bars:
        picture = charts.monthly_bars(frame(rows), desk.style)
    else:
        picture = charts.monthly_dots(frame(_whole_year(desk, rows)), desk.style, _target(held, scale))
    adds_up = is_bars and held.aggregate in ("count", "sum")
    return desk.chart(
        f"{held.metric}_by_month",
        picture,
        desk.say(
            "figure.months_title",
            f=held,
            subject=subject(desk, held),
            signals=None if is_bars else _months_outside(desk, held),
            busiest=max(months, key=lambda month: amount(month.value)) if adds_up else None,
            counted=counted(desk, held),
        ),
        desk.say(
            "figure.months_caption",
            f=held,
            unit=scale.word,
            is_bars=is_bars,
            has_hatched=any(row["is_hatched"] for row in rows),
            **_cases(desk, held),
        ),
        height_millimetres=MONTHS_HEIGHT_MILLIMETRES,
    )


def _is_hardly_begun(desk: Desk, month: Finding) -> bool:
    """Whether only a few of a month's cases are old enough to be counted."""
    return month.is_small and desk.is_unripe(month)


def _month_row(desk: Desk, month: Finding, scale: Scale) -> dict[str, Any]:
    return {
        "month": int(month.address.period[-2:]),
        "value": _drawn(month.value, scale),
        "previous": _drawn(month.previous, scale),
        "n": month.cases,
        "is_hatched": desk.is_unripe(month),
    }


def _whole_year(desk: Desk, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The months with a value, and hatched the later ones that are too young for one."""
    last = max((row["month"] for row in rows), default=0)
    missing: list[dict[str, Any]] = [
        {"month": month, "value": None, "n": None, "is_hatched": True} for month in range(last + 1, desk.last_month + 1)
    ]
    return [*rows, *missing]


def _months_outside(desk: Desk, held: Finding) -> dict[str, list[str]] | None:
    """The months above and below what earlier months let expect; None where nothing can be said of them.

    A rate without a fixed age falls towards December for no other reason than its age.
    """
    if TOO_YOUNG.isdisjoint(desk.metric(held.metric).set_apart):
        return None
    limits = desk.ledger.monthly_limits(held.metric, held.address.where)
    if limits.method is None:
        return None
    return {side: [point.period for point in limits.points if point.reason == side] for side in ("above", "below")}


def by_slice(desk: Desk, held: Finding, split: str) -> Chart | None:
    """The values of a slice within what `held` is about, the largest ones where they are many; None without any."""
    where = {name: value for name, value in held.address.where.items() if name != split}
    known = [one for one in desk.findings(held.metric, split, where) if one.name not in (BLANK, OVERALL)]
    readable = [one for one in known if not _is_too_small(one)]
    shown = readable[:MOST_ROWS]
    if not shown:
        return None
    scale = _scale(desk, held, [one.value for one in shown])
    is_bars = _is_bars(held, [{"value": _drawn(one.value, scale)} for one in shown])
    picture = _bars(desk, shown, scale) if is_bars else _dots(desk, shown, split, where, scale)
    return desk.chart(
        f"{held.metric}_by_{split}",
        picture,
        desk.say("figure.slices_title", **_slices_title(desk, held, split, where, shown)),
        desk.say(
            "figure.slices_caption",
            f=held,
            slice=_slice_word(desk, split),
            unit=scale.word,
            is_bars=is_bars,
            has_intervals=not is_bars and any(one.low is not None for one in shown),
            is_cut=len(readable) > len(shown),
            left_out=len(known) > len(readable),
            **_cases(desk, held),
        ),
    )


def _slices_title(
    desk: Desk, held: Finding, split: str, where: Mapping[str, str], shown: Sequence[Finding]
) -> dict[str, Any]:
    """What may be said of the slices: of counts the largest, of rates who stands out, of amounts' rates the lowest."""
    is_counted = held.aggregate in ("count", "sum") and bool(shown)
    is_share = held.unit == "percent" and held.base in ("events", "households")
    is_tested = is_share and len(shown) > 1 and split not in PERSON_SLICES  # no title names a person
    ranked = desk.ranking(held.metric, split, where) if is_tested else None
    largest = max(shown, key=lambda one: amount(one.value)) if is_counted else None
    smallest = min(shown, key=lambda one: amount(one.value)) if held.base == "money" and len(shown) > 1 else None
    named = largest or (ranked and (ranked.worst or ranked.best)) or smallest
    return {
        "f": held,
        "subject": subject(desk, held),
        "slice": _slice_word(desk, split),
        "is_tested": is_tested,
        "named": named,
        "named_subject": subject(desk, named) if named else "",
        "extreme": "most" if largest else _extreme(held, named, ranked),
        "counted": counted(desk, held),
    }


def _extreme(held: Finding, named: Finding | None, ranked: Ranking | None) -> str:
    """Whether the slice that is named has the highest or the lowest rate; of rates of money the lowest is named."""
    is_best = ranked is not None and ranked.worst is None and named is ranked.best
    return "highest" if is_best != (held.better == "lower") and ranked is not None else "lowest"


def _bars(desk: Desk, shown: Sequence[Finding], scale: Scale) -> Any:
    rows = [
        {
            "label": desk.writer.spoken(one.name),
            "value": _drawn(one.value, scale),
            "previous": _drawn(one.previous, scale),
            "text": desk.text(one.value),
        }
        for one in shown
    ]
    return charts.horizontal_bars(frame(rows), desk.style)


def _dots(desk: Desk, shown: Sequence[Finding], split: str, where: Mapping[str, str], scale: Scale) -> Any:
    """A dot with its interval for each value, the highest first; last year's in grey."""
    earlier = {}
    if any(one.previous is not None for one in shown):
        last_year = desk.ledger.figures.by(shown[0].metric, desk.year - 1, split, dict(where))
        earlier = {figure.slice[split]: figure for figure in last_year if figure.value is not None}
    rows: list[dict[str, Any]] = []
    for one in sorted(shown, key=lambda one: -amount(one.value)):
        label = desk.writer.spoken(one.name)
        if one.previous is not None and one.name in earlier:
            before = earlier[one.name]
            bounds = {name: _divided(getattr(before, name), scale) for name in ("value", "low", "high")}
            rows.append({"label": label, "period": str(desk.year - 1), "text": desk.text(one.previous), **bounds})
        bounds = {name: _drawn(getattr(one, name), scale) for name in ("value", "low", "high")}
        rows.append({"label": label, "period": str(desk.year), "text": desk.text(one.value), **bounds})
    return charts.dot_interval(frame(rows), desk.style)


def _is_bars(held: Finding, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether bars from zero: for all that adds up, and for values that an axis of dots would take for shares."""
    if held.unit == "percent":
        return False
    values = [row["value"] for row in rows if row["value"] is not None]
    return held.aggregate in ("count", "sum") or all(abs(value) <= 1 for value in values)


def _is_too_small(one: Finding) -> bool:
    is_of_cases = one.unit != "percent" and one.aggregate in ("mean", "median", "duration")
    return is_too_small(one) or (is_of_cases and one.is_small)


def _scale(desk: Desk, held: Finding, values: Sequence[Quantity | None]) -> Scale:
    """Minutes, hours or days by the longest time; yuan by the thousand or ten thousand where amounts are large."""
    words = UNIT_WORDS[desk.language]
    largest = max((value.magnitude for value in values if value is not None), default=0.0)
    if held.unit == "yuan":
        is_large = largest >= desk.money_unit
        return Scale(desk.money_unit, desk.label("wan")) if is_large else Scale(1, words["yuan"])
    if held.unit != "hours":
        return Scale(1, words["days"] if held.unit == "days" else "")
    return {
        "minutes": Scale(1 / 60, words["minutes"]),
        "in_hours": Scale(1, words["hours"]),
        "in_days": Scale(HOURS_A_DAY, words["days"]),
    }[held.scale]


def _drawn(number: Quantity | None, scale: Scale) -> float | None:
    return None if number is None else amount(number) / scale.divisor


def _divided(value: Any, scale: Scale) -> float | None:
    return None if value is None else float(value) / scale.divisor


def _target(held: Finding, scale: Scale) -> float | None:
    """The target where it is about the value that is drawn."""
    is_about_it = held.target is not None and held.judged is not None and held.judged.address == held.address
    return float(held.target.value) / scale.divisor if is_about_it and held.target is not None else None


def _cases(desk: Desk, held: Finding) -> dict[str, Any]:
    """How many cases stand behind a chart: the denominator of a rate, the value of a count, neither for money."""
    is_count = held.aggregate == "count"
    number = held.value if is_count else held.denominator if held.base in ("events", "households") else None
    return {"n": number, "thing": desk.thing(held)}


def _slice_word(desk: Desk, split: str) -> str:
    word = desk.writer.word("slice", split)
    return desk.writer.word("evidence_column", split) if word == split else word
