"""Monthly limits: which months of a year lie outside what the earlier months let expect (FIGURES, section 5).

The limits never come from the judged year, which would hide its own shift. Shares and rates over exposure have Laney's
p′ and u′ charts (Laney 2002), whose width follows how much the months really vary; counts are compared with the same
month of last year; anything else has limits only where the number of rows hardly varies.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

import numpy as np

from queries.catalog import Metric
from queries.change import TIME_UNITS
from queries.figure import Figure
from queries.figures import Figures
from queries.period import Period, last_day_known, months

Method = Literal["p_prime", "u_prime", "ratio_to_last_year", "individuals"]
Obstacle = Literal["not_available", "stock", "too_few_earlier_months", "rows_vary"]
Reason = Literal["above", "below", "run_above", "run_below"]

EARLIER_MONTHS_NEEDED: Final = 12
EARLIER_YEARS_USED: Final = 2
RUN_LENGTH: Final = 8
SIGMAS: Final = 3.0
ROWS_VARY_BY_AT_MOST: Final = 0.25
"""XmR only where every month's rows lie within this share of their mean (the rule for one limit on a p chart)."""
MEAN_MOVING_RANGE: Final = 2 / math.sqrt(math.pi)
"""The expected distance of two normal values, in standard deviations: d₂ = 1.128 for pairs."""
TOO_YOUNG: Final = frozenset({"not_yet_due", "too_young"})
"""The reasons for which a row too young to be judged is set apart."""
TOO_YOUNG_AT_MOST: Final = 0.05
DAYS_UNTIL_A_MONTH_IS_PARTIAL: Final = 7
_AGE_IN_NAME: Final = re.compile(r"_within_(\d+)_days$")


@dataclass(frozen=True)
class MonthPoint:
    """One month of the judged year: the metric's value, its rows, and what the earlier months let expect.

    `low`, `centre` and `high` are in the metric's unit, None where the month has no limits; `high` is infinite for the
    time between events where a month without any would be nothing unusual. `reason` says on which side
    the month lies outside, or that it ends a run of RUN_LENGTH on one side of the centre. A partial month had not
    ended by the as-of, an unripe one holds cases too young to be judged; neither is ever a signal.
    """

    period: str
    value: float | None
    n: int
    low: float | None
    centre: float | None
    high: float | None
    reason: Reason | None
    is_partial: bool
    is_unripe: bool

    @property
    def is_signal(self) -> bool:
        """Whether the month is more than the usual variation of months."""
        return self.reason is not None


@dataclass(frozen=True)
class MonthlyLimits:
    """The months of a year with their limits, the earlier months behind these, and the method or what is in its way."""

    metric: str
    year: int
    method: Method | None
    obstacle: Obstacle | None
    earlier_months: tuple[str, ...]
    points: tuple[MonthPoint, ...]


@dataclass(frozen=True)
class Band:
    """Lower limit, centre and upper limit of one month."""

    low: float
    centre: float
    high: float


def monthly_limits(
    figures: Figures, metric: str, year: int, where: Mapping[str, str] | None = None, as_of: date | None = None
) -> MonthlyLimits:
    """The months of `year` that had begun, against limits from the two years before.

    Raises UnknownMetric, UnknownSlice.
    """
    definition = figures.catalog[metric]
    judged = _months(figures, metric, year, where, as_of)
    earlier = _earlier_months(figures, definition, year, where, as_of)
    counted = [month for month in judged if month.counts]
    method, obstacle = _method(figures, definition, earlier, counted)
    bands = _bands(definition, method, earlier, counted) if method else {}
    points = [_point(month, bands.get(month.figure.period)) for month in judged]
    return MonthlyLimits(
        metric=metric,
        year=year,
        method=method,
        obstacle=obstacle,
        earlier_months=tuple(month.figure.period for month in earlier) if method else (),
        points=tuple(_with_runs(points)),
    )


def ripe_until(metric: Metric, as_of: datetime, parameters: Mapping[str, Any] | None = None) -> datetime:
    """The moment before which what happened is old enough by `as_of` to be judged.

    The fixed age of a rate that ripens is its parameter …_window_days (of `parameters`, else as the header declares it)
    or stands in its name (…_within_90_days). Ages in hours make no month unripe.
    """
    declared = {**metric.parameters, **(parameters or {})}
    ages = [int(value) for name, value in declared.items() if name.endswith("_window_days")]
    named = _AGE_IN_NAME.search(metric.name)
    if named and not ages:
        ages = [int(named.group(1))]
    return as_of - timedelta(days=max(ages, default=0)) if _has_fixed_age(metric) else as_of


def _has_fixed_age(metric: Metric) -> bool:
    return not TOO_YOUNG.isdisjoint(metric.set_apart)


def first_whole_month(figures: Figures, metric: Metric) -> Period:
    """The first month of the record: that of the first event, or the next one where the first event comes late in it.

    Without any event the last month of the calendar.
    """
    first, _ = figures.availability.span(metric)
    if first is None:
        return Period(date.max.year, month=12)
    began_on_time = first.day <= DAYS_UNTIL_A_MONTH_IS_PARTIAL
    return Period(first.year, month=first.month) if began_on_time else _month_after(first)


def _month_after(moment: datetime) -> Period:
    return Period(moment.year + moment.month // 12, month=moment.month % 12 + 1)


@dataclass(frozen=True)
class _Month:
    figure: Figure
    is_partial: bool
    is_unripe: bool

    @property
    def counts(self) -> bool:
        """Whether the month may be judged; running days without a fault have no interval and count all the same."""
        has_value = self.figure.value is not None or bool(self.figure.numerator)
        return not self.is_partial and not self.is_unripe and has_value


def _months(
    figures: Figures, metric: str, year: int, where: Mapping[str, str] | None, as_of: date | None
) -> list[_Month]:
    question = figures.question(metric, year, where, as_of)
    parameters = figures.engine.parameters(question.metric, question.window(Period(year)))
    ripe = ripe_until(question.metric, question.as_of, parameters)
    listed = figures.by(metric, year, "month", where, last_day_known(question.as_of))
    return [
        _Month(figure, period.end > question.as_of, period.end > ripe or _holds_too_young(figure))
        for period, figure in zip(months(year), listed, strict=False)
    ]


def _holds_too_young(figure: Figure) -> bool:
    too_young = sum(int(figure.details.get(f"{reason}_count", 0)) for reason in TOO_YOUNG)
    return too_young > TOO_YOUNG_AT_MOST * (figure.n + too_young)


def _earlier_months(
    figures: Figures, metric: Metric, year: int, where: Mapping[str, str] | None, as_of: date | None
) -> list[_Month]:
    """The whole and ripe months of the years before, from the first that was recorded whole.

    A rate of a fixed age is seen when the judged year is, so that last December is ripe; any other at its year's end.
    """
    question = figures.question(metric.name, year, where, as_of)
    recorded_from = first_whole_month(figures, metric).label
    found = []
    for earlier in range(year - EARLIER_YEARS_USED, year):
        seen = last_day_known(question.as_of) if _has_fixed_age(metric) else date(earlier, 12, 31)
        found += _months(figures, metric.name, earlier, where, seen) if not metric.is_stock else []
    return [month for month in found if month.counts and month.figure.period >= recorded_from]


def _method(
    figures: Figures, metric: Metric, earlier: Sequence[_Month], judged: Sequence[_Month]
) -> tuple[Method | None, Obstacle | None]:
    if not figures.is_available(metric.name):
        return None, "not_available"
    if metric.is_stock:
        return None, "stock"
    if len(earlier) < EARLIER_MONTHS_NEEDED:
        return None, "too_few_earlier_months"
    if metric.aggregate == "count":
        return "ratio_to_last_year", None
    if metric.base in ("events", "households"):
        return "p_prime", None
    if metric.base == "exposure":
        return "u_prime", None
    rows = np.array([month.figure.n for month in (*earlier, *judged)], dtype=float)
    varies = np.abs(rows / rows.mean() - 1).max() > ROWS_VARY_BY_AT_MOST
    return (None, "rows_vary") if varies else ("individuals", None)


def _bands(metric: Metric, method: Method, earlier: Sequence[_Month], judged: Sequence[_Month]) -> dict[str, Band]:
    match method:
        case "p_prime":
            bands = p_prime_bands(_parts(earlier), _parts(judged))
        case "u_prime":
            bands = _exposure_bands(metric, earlier, judged)
        case "ratio_to_last_year":
            pairs = [_pair(month) for month in earlier if month.figure.previous is not None]
            bands = ratio_bands(pairs, [float(month.figure.value or 0) for month in earlier], _last_year(judged))
        case "individuals":
            bands = individuals_bands([float(month.figure.value or 0) for month in earlier], len(judged))
    return {month.figure.period: band for month, band in zip(judged, bands, strict=True) if band is not None}


def p_prime_bands(earlier: Sequence[tuple[float, float]], judged: Sequence[tuple[float, float]]) -> list[Band | None]:
    """Laney's p′ limits for shares, clipped to 0 and 1; successes and trials of each month.

    Source: Laney (2002), Improved control charts for attributes. The width is never below that of a plain p chart.
    """
    successes, trials = map(np.asarray, zip(*earlier, strict=True))
    centre = float(successes.sum() / trials.sum())
    # A share of exactly 0 or 1 so far has no spread of its own: half a case more tells how rare the other outcome is.
    expected = float((successes.sum() + 0.5) / (trials.sum() + 1)) if centre in (0.0, 1.0) else centre
    spread = math.sqrt(expected * (1 - expected))
    widening = _widening((successes / trials - centre) / (spread / np.sqrt(trials)))
    halves = [SIGMAS * widening * spread / math.sqrt(number) if number else None for _, number in judged]
    return [None if half is None else Band(max(0.0, centre - half), centre, min(1.0, centre + half)) for half in halves]


def u_prime_bands(earlier: Sequence[tuple[float, float]], judged: Sequence[tuple[float, float]]) -> list[Band | None]:
    """Laney's u′ limits for events per unit of exposure, not below 0; events and exposure of each month."""
    events, exposures = map(np.asarray, zip(*earlier, strict=True))
    centre = float(events.sum() / exposures.sum())
    spread = math.sqrt(centre if events.sum() else 0.5 / exposures.sum())
    widening = _widening((events / exposures - centre) / (spread / np.sqrt(exposures)))
    halves = [SIGMAS * widening * spread / math.sqrt(exposure) if exposure else None for _, exposure in judged]
    return [None if half is None else Band(max(0.0, centre - half), centre, centre + half) for half in halves]


def ratio_bands(
    pairs: Sequence[tuple[float, float]], earlier: Sequence[float], last_year: Sequence[float | None]
) -> list[Band | None]:
    """Limits for counts, as a ratio to the same month of last year, here multiplied by that month's count.

    `pairs` are the earlier months' counts with those of the year before them. From 12 of them the width follows how
    much such ratios varied; with fewer, how much the `earlier` counts varied from month to month, which holds
    their seasons too and so is rather too wide than too narrow.
    """
    if len(pairs) >= EARLIER_MONTHS_NEEDED:
        widening = _widening(np.array([_log_ratio(*pair) / _log_ratio_deviation(*pair) for pair in pairs]))
    else:
        mean = max(float(np.mean(earlier)), 0.5)
        widening = _widening((np.array(earlier) - mean) / math.sqrt(mean))
    return [None if count is None else _ratio_band(count, SIGMAS * widening) for count in last_year]


def individuals_bands(earlier: Sequence[float], judged: int) -> list[Band | None]:
    """XmR limits (Shewhart's individuals chart) for `judged` months, from the moving ranges of the earlier values."""
    values = np.asarray(earlier, dtype=float)
    centre, half = float(values.mean()), SIGMAS * _moving_range_deviation(values)
    return [Band(centre - half, centre, centre + half)] * judged


def _exposure_bands(metric: Metric, earlier: Sequence[_Month], judged: Sequence[_Month]) -> list[Band | None]:
    """u′ limits in the metric's unit: a figure in hours or days is the time per event, the inverse of the rate."""
    if metric.unit not in TIME_UNITS:
        return u_prime_bands(_parts(earlier), _parts(judged))
    inverse = [
        u_prime_bands([_swapped(part) for part in _parts(earlier)], [_swapped(part)])[0] for part in _parts(judged)
    ]
    return [None if band is None else _inverted(band) for band in inverse]


def _inverted(band: Band) -> Band | None:
    if not band.centre:
        return None
    return Band(1 / band.high, 1 / band.centre, 1 / band.low if band.low else math.inf)


def _swapped(part: tuple[float, float]) -> tuple[float, float]:
    return part[1], part[0]


def _parts(listed: Sequence[_Month]) -> list[tuple[float, float]]:
    return [(float(month.figure.numerator or 0), float(month.figure.denominator or 0)) for month in listed]


def _pair(month: _Month) -> tuple[float, float]:
    return float(month.figure.value or 0), float(month.figure.previous or 0)


def _last_year(judged: Sequence[_Month]) -> list[float | None]:
    return [None if month.figure.previous is None else float(month.figure.previous) for month in judged]


def _log_ratio(count: float, last_year: float) -> float:
    return math.log((count + 0.5) / (last_year + 0.5))


def _log_ratio_deviation(count: float, last_year: float) -> float:
    return math.sqrt(1 / (count + 0.5) + 1 / (last_year + 0.5))


def _ratio_band(last_year: float, deviations: float) -> Band:
    half = deviations * _log_ratio_deviation(last_year, last_year)
    low, high = ((last_year + 0.5) * math.exp(sign * half) - 0.5 for sign in (-1, 1))
    return Band(max(0.0, low), last_year, high)


def _widening(standardised: np.ndarray[Any, Any]) -> float:
    """Laney's σz: how much wider than chance the months vary, from moving ranges, and never below 1."""
    return max(1.0, _moving_range_deviation(standardised))


def _moving_range_deviation(values: np.ndarray[Any, Any]) -> float:
    return float(np.abs(np.diff(values)).mean()) / MEAN_MOVING_RANGE


def _point(month: _Month, band: Band | None) -> MonthPoint:
    value = None if month.figure.value is None else float(month.figure.value)
    return MonthPoint(
        period=month.figure.period,
        value=value,
        n=month.figure.n,
        low=None if band is None else band.low,
        centre=None if band is None else band.centre,
        high=None if band is None else band.high,
        reason=_outside(value, band),
        is_partial=month.is_partial,
        is_unripe=month.is_unripe,
    )


def _outside(value: float | None, band: Band | None) -> Reason | None:
    if value is None or band is None or band.low <= value <= band.high:
        return None
    return "above" if value > band.high else "below"


def _with_runs(points: Sequence[MonthPoint]) -> list[MonthPoint]:
    """The points, marked where RUN_LENGTH in a row lie on one side; a month without limits ends a run."""
    marked, run = [], 0
    for point in points:
        side = _side(point)
        run = (run + side if run * side > 0 else side) if side else 0
        in_run: Reason = "run_above" if run > 0 else "run_below"
        marked.append(replace(point, reason=in_run) if abs(run) >= RUN_LENGTH and not point.reason else point)
    return marked


def _side(point: MonthPoint) -> int:
    if point.value is None or point.centre is None:
        return 0
    return int(np.sign(point.value - point.centre))
