"""Every number that the report may print, by name: how it is derived from the figures.

Findings and the fact check both come here, so that a printed number and its proof have one definition. An address
whose statistic is `share:category` means: derivation `share` with the argument `category`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from queries.comparison import LikeForLike, like_for_like, spring_festival_aligned
from queries.decomposition import Decomposition, decompose
from queries.figures import PARTS_OF_A_YEAR
from queries.initiatives import InitiativeResult, judge_initiatives
from queries.limits import MonthlyLimits, monthly_limits
from queries.next_targets import Standing, fewer_by_a_third, proposed_target
from queries.period import Period
from queries.spring_festival import SpringFestivalUnknown
from queries.verdicts import distance, is_narrow
from reports.audience import initiatives_seen
from reports.estate import ESTATE_NUMBERS
from reports.evidence_counts import EVIDENCE_COUNTS
from reports.facts import HAND_ENTERED, hand_entered
from reports.measures import initiative_number, verdict_count
from reports.numbers import Address, Number

if TYPE_CHECKING:
    import pandas

    from queries.catalog import Metric
    from queries.figures import Figure, Figures
    from queries.targets import Target

BLANK = "未填"
FIGURE_STATISTICS = (
    "value",
    "n",
    "numerator",
    "denominator",
    "low",
    "high",
    "previous",
    "previous_n",
    "previous_numerator",
    "previous_denominator",
    "change",
    "change_low",
    "change_high",
    "target",
)
RULES = {
    "confidence": 0.95,
    "funnel_limits": 0.998,
    "clear_change": 0.01,
    "clear_change_of_amount": 0.05,
    "fewest_cases": 30,
    "long_ticket_days": 7,
    "resolution_hours": 24,
    "target_step": 0.005,
    "satisfied_stars": 4,
}
STATISTIC_OF_TARGET = {"p90": "details:p90", "mean": "details:restricted_mean_hours"}
Key = tuple[str, tuple[tuple[str, str], ...], str]


class UnknownStatistic(KeyError):
    """An address names a statistic that no derivation here answers."""


class Ledger:
    """Figures of one year, each asked for once."""

    def __init__(self, figures: Figures, year: int) -> None:
        self.figures = figures
        self.year = year
        self._figures: dict[Key, Figure] = {}
        self._groups: dict[Key, tuple[Figure, ...]] = {}
        self._evidence: dict[Key, pandas.DataFrame] = {}
        self._like_for_like: dict[str, LikeForLike] = {}
        self._limits: dict[Key, MonthlyLimits] = {}
        self._january_february: dict[str, Figure | None] = {}
        self._decompositions: dict[Key, Decomposition | None] = {}

    def has(self, metric: str) -> bool:
        """Whether the catalogue holds the metric."""
        return metric in self.figures.catalog

    def of(self, metric: str, where: Mapping[str, str] | None = None) -> Figure | None:
        """The year's figure; None where the catalogue lacks the metric, or one of the slices that it would need.

        A target set for each month also judges the year, which is the twelve months together (FIGURES 5.7).
        """
        if not self.has(metric) or not self._has_slices(metric, where or {}):
            return None
        key = _key(metric, where or {})
        if key not in self._figures:
            figure = self._figure(metric, dict(where or {}))
            target = self._targets_of_parts.get(key)
            self._figures[key] = figure if target is None else _judged(figure, target.value, self._better(metric))
        return self._figures[key]

    def _figure(self, metric: str, where: dict[str, str]) -> Figure:
        """One figure of the year; of a slice, from the figures of all its values, which one query answers."""
        if where:
            split = self._split(metric, where)
            others = {name: value for name, value in where.items() if name != split}
            held = self.by(metric, split, others)
            found = next((figure for figure in held if figure.slice[split] == where[split]), None)
            if found is not None:
                return found
        return self.figures.of(metric, self.year, where)

    def _split(self, metric: str, where: dict[str, str]) -> str:
        """By which of its slices a figure is looked up: one by which the others are split already, else the last."""
        for name in where:
            others = {other: value for other, value in where.items() if other != name}
            if self.figures.is_split(metric, self.year, name, others):
                return name
        return list(where)[-1]

    def by(self, metric: str, split: str, where: Mapping[str, str] | None = None) -> tuple[Figure, ...]:
        """One figure per value of a slice, per month or per quarter; empty where the metric lacks that slice."""
        asked = dict(where or {})
        if not self.has(metric) or not self._has_slices(metric, asked):
            return ()
        if split not in PARTS_OF_A_YEAR and not self._has_slices(metric, {split: ""}):
            return ()
        key = _key(metric, asked, split)
        if key not in self._groups:
            self._groups[key] = tuple(self.figures.by(metric, self.year, split, asked))
        return self._groups[key]

    def evidence(self, metric: str, where: Mapping[str, str] | None = None) -> pandas.DataFrame:
        """The rows behind the year's figure. Raises KeyError where the catalogue lacks the metric."""
        key = _key(metric, where or {})
        if key not in self._evidence:
            self._evidence[key] = self.figures.evidence(metric, self.year, dict(where or {}))
        return self._evidence[key]

    def at(self, address: Address) -> Figure | None:
        """The figure that an address names: the year's, or that of a part of it or of another year."""
        if address.period == str(self.year):
            return self.of(address.metric, address.where)
        period = Period.named(address.period)
        if self._stands_alone(address, period):
            return self._of_part(address, period)
        parts = self.by(address.metric, period.grain, address.where)
        return next((figure for figure in parts if figure.period == address.period), None)

    def _stands_alone(self, address: Address, period: Period) -> bool:
        """Whether a part is asked for by itself: of another year, or of a stock, whose parts are counted one by one."""
        is_stock = self.has(address.metric) and self.figures.catalog[address.metric].is_stock
        is_counted = _key(address.metric, address.where, period.grain) in self._groups
        return period.year != self.year or (is_stock and not is_counted)

    def _of_part(self, address: Address, period: Period) -> Figure | None:
        """The figure of one part; None where it has not begun, or the metric lacks a slice."""
        if not self.has(address.metric) or not self._has_slices(address.metric, address.where):
            return None
        key = _key(address.metric, address.where, address.period)
        if key not in self._figures:
            asked = self.figures.question(address.metric, period.year, address.where, None)
            if period.start >= asked.as_of:
                return None
            self._figures[key] = self.figures.of_part(address.metric, period, address.where)
        return self._figures[key]

    def _has_slices(self, metric: str, where: Mapping[str, str]) -> bool:
        return set(where) <= set(self.figures.catalog[metric].slices)

    def _better(self, metric: str) -> str:
        return self.figures.catalog[metric].better

    @cached_property
    def targets(self) -> tuple[tuple[Target, Figure], ...]:
        """The year's targets in the order of the settings, each with the year's figure that it judges.

        A target for months or quarters is listed only where the year has none of its own.
        """
        held = []
        for target, figures in self._judged:
            if target.grain != "year" and _key(target.metric, target.where) not in self._targets_of_parts:
                continue
            figure = figures[0] if target.grain == "year" and figures else self.of(target.metric, target.where)
            if figure is not None:
                held.append((target, figure))
        return tuple(held)

    @cached_property
    def _judged(self) -> list[tuple[Target, list[Figure]]]:
        return self.figures.judged_targets(self.year)

    @cached_property
    def _targets_of_parts(self) -> dict[Key, Target]:
        """The targets for months or quarters of what has no target for the year."""
        of_years = {_key(target.metric, target.where) for target, _ in self._judged if target.grain == "year"}
        of_parts = {_key(target.metric, target.where): target for target, _ in self._judged if target.grain != "year"}
        return {key: target for key, target in of_parts.items() if key not in of_years}

    @cached_property
    def initiatives(self) -> tuple[InitiativeResult, ...]:
        """What became of the measures of the year; empty where none were recorded."""
        if not self.figures.provided("initiatives"):
            return ()
        return tuple(initiatives_seen(self.figures, judge_initiatives(self.figures, self.year)))

    def decomposition(self, metric: str, split: str, where: Mapping[str, str] | None = None) -> Decomposition | None:
        """The change of a rate or mean by the values of a slice; None where a year has no value."""
        key = _key(metric, where or {}, split)
        if key not in self._decompositions:
            self._decompositions[key] = decompose(self.figures, metric, self.year, split, dict(where or {}))
        return self._decompositions[key]

    @cached_property
    def communities(self) -> pandas.DataFrame:
        """The register of communities."""
        return self.figures.communities()

    def like_for_like(self, metric: str) -> LikeForLike:
        """The year's figure of everything, and that of what was managed throughout both years."""
        if metric not in self._like_for_like:
            self._like_for_like[metric] = like_for_like(self.figures, metric, self.year)
        return self._like_for_like[metric]

    def monthly_limits(self, metric: str, where: Mapping[str, str] | None = None) -> MonthlyLimits:
        """The months of the year against what the earlier months let expect."""
        key = _key(metric, where or {})
        if key not in self._limits:
            asked = self.figures, metric, self.year
            self._limits[key] = monthly_limits(*asked, where=where) if where else monthly_limits(*asked)
        return self._limits[key]

    def january_february(self, metric: str) -> Figure | None:
        """January and February as one, which hold the Spring Festival of every year; None where that is unknown."""
        if metric not in self._january_february:
            try:
                held = spring_festival_aligned(self.figures, metric, self.year).january_february
            except SpringFestivalUnknown:
                held = None
            self._january_february[metric] = held
        return self._january_february[metric]

    @cached_property
    def issues(self) -> pandas.DataFrame:
        """What the load found wrong."""
        return self.figures.issues()

    @cached_property
    def checks(self) -> pandas.DataFrame:
        """The outcome of each check of the load."""
        return self.figures.checks()

    @cached_property
    def account(self) -> pandas.DataFrame:
        """What became of every row, per file and sheet."""
        return self.figures.account()


def derive(ledger: Ledger, address: Address) -> Number | None:
    """The number at an address, from the figures. Raises UnknownStatistic."""
    name, _, argument = address.statistic.partition(":")
    if name not in _DERIVATIONS:
        raise UnknownStatistic(name)
    return _DERIVATIONS[name](ledger, address, argument)


def _judged(figure: Figure, target: float, better: str) -> Figure:
    """A figure of the year beside a target that was set for its months."""
    if figure.target is not None or figure.value is None or figure.status == "not_available":
        return figure
    reached = "met" if _reaches(figure.value, target, better) else "missed"
    return replace(figure, target=target, status=figure.status if figure.status == "insufficient" else reached)


def _reaches(value: Number | None, target: float, better: str) -> bool:
    return value is not None and (float(value) <= target if better == "lower" else float(value) >= target)


def _key(metric: str, where: Mapping[str, str], split: str = "") -> Key:
    return metric, tuple(sorted(where.items())), split


def _field(name: str) -> FromFigure:
    def derivation(figure: Figure, metric: Metric) -> Number | None:
        return cast("Number | None", getattr(figure, name))

    return derivation


def _of_figure(derivation: FromFigure) -> Derivation:
    def answered(ledger: Ledger, address: Address, argument: str) -> Number | None:
        figure = ledger.at(address)
        return None if figure is None else derivation(figure, ledger.figures.catalog[address.metric])

    return answered


def _detail(name: str) -> Derivation:
    def derivation(ledger: Ledger, address: Address, argument: str) -> Number | None:
        figure = ledger.at(address)
        held: Mapping[str, Any] = (getattr(figure, name) or {}) if figure is not None else {}
        return held.get(argument)

    return derivation


def _detail_change(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """A detail's difference from last year."""
    now = derive(ledger, address.of(f"details:{argument}"))
    before = derive(ledger, address.of(f"previous_details:{argument}"))
    return _less(now, before)


def _detail_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """A detail as a part of the numerator: justified complaints among all."""
    figure = ledger.at(address)
    return None if figure is None else _part(figure.details.get(argument), figure.numerator)


def _growth(figure: Figure, metric: Metric) -> Number | None:
    """The change as a share of last year's value."""
    if figure.change is None or not figure.previous:
        return None
    return float(figure.change) / float(figure.previous)


def _lacking(figure: Figure, metric: Metric) -> Number | None:
    """The things counted that are not in the numerator: tickets not closed, yuan not collected."""
    return _less(figure.denominator, figure.numerator)


def _previous_lacking(figure: Figure, metric: Metric) -> Number | None:
    return _less(figure.previous_denominator, figure.previous_numerator)


def _less(whole: Number | None, part: Number | None) -> Number | None:
    """The difference, exact where both are exact."""
    if whole is None or part is None:
        return None
    if isinstance(whole, float) or isinstance(part, float):
        return float(whole) - float(part)
    return whole - part


def judged_statistic(figure: Figure) -> str:
    """Which statistic of a figure its target is about: value, or a detail such as the mean of a duration."""
    return STATISTIC_OF_TARGET.get(figure.target_statistic or "", "value") if figure.is_duration else "value"


def judged_value(figure: Figure) -> Number | None:
    """The value that the target is compared with."""
    statistic = judged_statistic(figure)
    return figure.value if statistic == "value" else figure.details.get(statistic.partition(":")[2])


def _distance(figure: Figure, metric: Metric) -> Number | None:
    return distance(figure, metric, judged_value(figure))


def _proposed_target(figure: Figure, metric: Metric) -> Number | None:
    """The target to propose for the next year (queries.next_targets)."""
    reached = judged_value(figure)
    if reached is None:
        return None
    return proposed_target(
        Standing(
            unit=metric.unit,
            aggregate=metric.aggregate,
            reached=reached,
            target=figure.target,
            previous=figure.previous,
            verdict=figure.status,
            is_narrow=is_narrow(figure, metric),
        )
    )


def _fewer_by_a_third(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Two thirds of the count that the argument names."""
    number = derive(ledger, address.of(argument))
    return None if number is None else fewer_by_a_third(number)


def _decomposed(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """A part of a change by a slice: `community.rate`, `.mix`, `.moved` or `.total`."""
    split, _, part = argument.partition(".")
    held = ledger.decomposition(address.metric, split, address.where)
    if held is None:
        return None
    parts = {"rate": held.rate_effect, "mix": held.mix_effect, "moved": held.moved_effect, "total": held.total}
    return float(parts[part])


def _decomposed_part(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """What one value of a slice adds to a change: `community.rate.` or `community.mix.` and the value."""
    split, part, value = argument.split(".", 2)
    held = ledger.decomposition(address.metric, split, address.where)
    found = next((one for one in held.parts if one.slice_value == value), None) if held else None
    if found is None:
        return None
    return float(found.rate_effect if part == "rate" else found.mix_effect)


def _share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """A slice's part of the same figure without the slice named by the argument."""
    part, whole = ledger.at(address), ledger.of(address.metric, _without(address, argument))
    return None if part is None or whole is None else _part(part.value, whole.value)


def _previous_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    part, whole = ledger.at(address), ledger.of(address.metric, _without(address, argument))
    return None if part is None or whole is None else _part(part.previous, whole.previous)


def _without(address: Address, key: str) -> dict[str, str]:
    return {name: value for name, value in address.slice if name != key}


def _part(part: Number | None, whole: Number | None) -> Number | None:
    return None if part is None or not whole else float(part) / float(whole)


def _numerator_gap(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many more things this metric counts in its numerator than the metric named by the argument."""
    one, other = ledger.at(address), ledger.of(argument, address.where)
    if one is None or other is None or one.numerator is None or other.numerator is None:
        return None
    return _less(one.numerator, other.numerator)


def months_judged(ledger: Ledger, address: Address) -> tuple[tuple[Figure, bool], ...]:
    """The months that have cases, and whether each one's point value meets the year's target."""
    year = ledger.of(address.metric, address.where)
    if year is None or year.target is None:
        return ()
    better = ledger.figures.catalog[address.metric].better
    months = (month for month in ledger.by(address.metric, "month", address.where) if month.value is not None)
    return tuple((month, _reaches(month.value, year.target, better)) for month in months)


def _months(is_met: bool) -> Derivation:
    def derivation(ledger: Ledger, address: Address, argument: str) -> Number | None:
        return sum(met is is_met for _, met in months_judged(ledger, address))

    return derivation


def _months_without_lacking(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Months in which every thing counted is in the numerator."""
    return sum(bool(f.n) and f.numerator == f.denominator for f in ledger.by(address.metric, "month", address.where))


def _slices(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many values a slice takes, blanks apart."""
    return sum(f.slice[argument] != BLANK and f.n > 0 for f in ledger.by(address.metric, argument, address.where))


def _hours_over(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Ended cases that took longer than the argument's hours."""
    return int((_ended_hours(ledger, address) > float(argument)).sum())


def _hours_over_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    hours = _ended_hours(ledger, address)
    return float((hours > float(argument)).mean()) if len(hours) else None


def _hours_over_time_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The part of all hours spent that went into cases longer than the argument's hours."""
    hours = _ended_hours(ledger, address)
    total = float(hours.sum())
    return float(hours[hours > float(argument)].sum()) / total if total else None


def _ended_hours(ledger: Ledger, address: Address) -> pandas.Series[float]:
    return _ended(ledger, address)["hours"].astype(float)


def _ended(ledger: Ledger, address: Address) -> pandas.DataFrame:
    rows = ledger.evidence(address.metric, address.where)
    return rows[(rows["ended"].astype(int) == 1) & (rows["hours"] >= 0)]


def longest_by(ledger: Ledger, address: Address, hours: float, column: str) -> pandas.Series[int]:
    """Ended cases that took longer than `hours`, by a column of the evidence, the most frequent first."""
    rows = _ended(ledger, address)
    return _most_first(rows.loc[(rows["hours"] > hours) & (rows[column] != BLANK), column])


def _hours_over_top(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Of the cases longer than the hours, those with the most frequent value of a column: `column-hours`."""
    column, _, hours = argument.rpartition("-")
    counts = longest_by(ledger, address, float(hours), column)
    return int(counts.iloc[0]) if len(counts) else None


def _clock_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The part of the cases that began in the hours of the argument (19-21: from 19:00 to before 21:00)."""
    first, last = (int(part) for part in argument.split("-"))
    began = ledger.evidence(address.metric, address.where)["occurred_at"].dt.hour
    inside = (began >= first) & (began < last) if first < last else (began >= first) | (began < last)
    return float(inside.mean()) if len(began) else None


def _top_share(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The part of the numerator that the most frequent values of a column hold: `column-count`."""
    column, _, count = argument.rpartition("-")
    counts = counted(ledger, address, column)
    return float(counts.head(int(count)).sum() / counts.sum()) if len(counts) else None


def _top_count(ledger: Ledger, address: Address, argument: str) -> Number | None:
    column, _, count = argument.rpartition("-")
    return int(counted(ledger, address, column).head(int(count)).sum())


def _top_size(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many values `_top_share` adds up: the argument's count, or all where there are fewer."""
    column, _, count = argument.rpartition("-")
    return min(int(count), len(counted(ledger, address, column)))


def _one_count(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The numerator's count for one value of a column: `column-position`, the most frequent being 1."""
    column, _, position = argument.rpartition("-")
    counts = counted(ledger, address, column)
    return int(counts.iloc[int(position) - 1]) if len(counts) >= int(position) else None


def counted(ledger: Ledger, address: Address, column: str) -> pandas.Series[int]:
    """The numerator's rows by a column of the evidence, the most frequent first, ties by name; blanks apart."""
    rows = ledger.evidence(address.metric, address.where)
    if "numerator" in rows:
        rows = rows[rows["numerator"].astype(float) > 0]
    return _most_first(rows.loc[rows[column].notna() & (rows[column] != BLANK), column])


def _most_first(names: pandas.Series[str]) -> pandas.Series[int]:
    frame = names.value_counts().rename_axis("name").reset_index(name="count")
    return frame.sort_values(["count", "name"], ascending=[False, True]).set_index("name")["count"]


def faults_by_asset(ledger: Ledger, address: Address) -> pandas.Series[int]:
    """Faults by asset, most first; each row of the evidence with a denominator is one fault."""
    rows = ledger.evidence(address.metric, address.where)
    return _most_first(rows.loc[rows["denominator"].astype(float) > 0, "asset_id"])


def _fault_count(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """The faults of one asset, by its position, the one that fails most being 1."""
    counts = faults_by_asset(ledger, address)
    return int(counts.iloc[int(argument) - 1]) if len(counts) >= int(argument) else None


def _assets_with_faults(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many assets had a fault, at most the argument."""
    return min(int(argument), len(faults_by_asset(ledger, address)))


def _rows(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """Rows of the account: read, kept, duplicate, total, not_data or quarantined; of one kind when sliced."""
    account = ledger.account
    for key, value in address.slice:
        account = account[account[key].astype(str) == value]
    return int(account["rows_read" if argument == "read" else argument].sum())


def _files(ledger: Ledger, address: Address, argument: str) -> Number | None:
    return int(ledger.account["path"].nunique())


def _issues(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many issues of the load have the severity, code and path of the slice."""
    issues = ledger.issues
    for key, value in address.slice:
        issues = issues[issues[key].astype(str) == value]
    return len(issues)


def _check(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many rows a check of the load found."""
    checks = ledger.checks
    return int(checks.loc[checks["name"] == argument, "rows_found"].sum())


def _target_count(ledger: Ledger, address: Address, argument: str) -> Number | None:
    """How many of the year's targets have the verdict named by the argument; all of them for `all`.

    `narrow` are those met by so little that the interval reaches beyond them.
    """
    if argument == "narrow":
        return sum(is_narrow(figure, ledger.figures.catalog[figure.metric]) for _, figure in ledger.targets)
    return sum(argument in ("all", figure.status) for _, figure in ledger.targets)


def fee_account(ledger: Ledger, where: Mapping[str, str] | None = None) -> dict[str, Number]:
    """The fee account of the year: opening + billed − waived − collected − recovered − written off = closing.

    Empty where one of its figures is missing. Amounts in yuan, to the cent.
    """
    current, old = ledger.of("collection_rate", where), ledger.of("arrears_recovery_rate", where)
    if current is None or current.numerator is None or current.value is None:
        return {}
    opening, recovered, waived_before, written_off_before = _old_part(old)
    billed, waived_now = _cents(current.details.get("due_amount")), _cents(current.details.get("waived_amount"))
    collected = _cents(current.numerator)
    written_off = _cents(current.details.get("written_off_amount")) + written_off_before
    closing = opening + billed - waived_now - waived_before - collected - recovered - written_off
    return {
        "opening": opening,
        "billed": billed,
        "waived": waived_now + waived_before,
        "waived_now": waived_now,
        "collected": collected,
        "recovered": recovered,
        "written_off": written_off,
        "closing": closing,
        "drop": opening - closing,
    }


def _old_part(old: Figure | None) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """What earlier periods owed at the start of the year, what of it came in, was waived and was written off."""
    if old is None or old.numerator is None:
        return Decimal(0), Decimal(0), Decimal(0), Decimal(0)
    return (
        _cents(old.details.get("opening_amount")),
        _cents(old.numerator),
        _cents(old.details.get("waived_amount")),
        _cents(old.details.get("written_off_amount")),
    )


def _cents(yuan: Number | None) -> Decimal:
    return Decimal(str(yuan or 0)).quantize(Decimal("0.01"))


FromFigure = Callable[["Figure", "Metric"], Number | None]
Derivation = Callable[[Ledger, Address, str], Number | None]
FROM_FIGURE: dict[str, FromFigure] = {
    **{name: _field(name) for name in FIGURE_STATISTICS},
    "growth": _growth,
    "lacking": _lacking,
    "previous_lacking": _previous_lacking,
    "distance": _distance,
    "proposed_target": _proposed_target,
}
_DERIVATIONS: dict[str, Derivation] = {
    **{name: _of_figure(derivation) for name, derivation in FROM_FIGURE.items()},
    "details": _detail("details"),
    "previous_details": _detail("previous_details"),
    "detail_change": _detail_change,
    "detail_share": _detail_share,
    "share": _share,
    "previous_share": _previous_share,
    "numerator_gap": _numerator_gap,
    "months_met": _months(True),
    "months_missed": _months(False),
    "months_judged": lambda ledger, address, argument: len(months_judged(ledger, address)),
    "months_full": _months_without_lacking,
    "slices": _slices,
    "hours_over": _hours_over,
    "hours_over_top": _hours_over_top,
    "hours_over_share": _hours_over_share,
    "hours_over_time_share": _hours_over_time_share,
    "clock_share": _clock_share,
    "top_share": _top_share,
    "top_count": _top_count,
    "top_size": _top_size,
    "one_count": _one_count,
    "assets_with_faults": _assets_with_faults,
    "fault_count": _fault_count,
    "rows": _rows,
    "files": _files,
    "issues": _issues,
    "check": _check,
    "targets": _target_count,
    "fewer_by_a_third": _fewer_by_a_third,
    "decomposition": _decomposed,
    "decomposition_part": _decomposed_part,
    "initiative": lambda ledger, address, argument: initiative_number("initiative", ledger, argument),
    "initiative_change": lambda ledger, address, argument: initiative_number("initiative_change", ledger, argument),
    "initiative_effect": lambda ledger, address, argument: initiative_number("initiative_effect", ledger, argument),
    "initiatives": lambda ledger, address, argument: verdict_count(ledger, argument),
    HAND_ENTERED: hand_entered,
    **EVIDENCE_COUNTS,
    **ESTATE_NUMBERS,
    "fee_account": lambda ledger, address, argument: fee_account(ledger, address.where).get(argument),
}
