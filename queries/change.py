"""Which interval belongs to a figure and to its change since the year before."""

from __future__ import annotations

from typing import Final

from queries import intervals
from queries.catalog import Metric
from queries.durations import median_change
from queries.engine import Number, Total
from queries.intervals import NO_INTERVAL, Interval

TIME_UNITS: Final = ("hours", "days")


def value_interval(metric: Metric, total: Total) -> Interval:
    """The 95 % interval of a total: none for money, which is a census, and none for nothing."""
    match metric.aggregate:
        case "count":
            return intervals.count(total.n)
        case "mean" if total.sample is not None:
            return intervals.mean(total.sample)
        case "duration" if total.durations is not None:
            return total.durations.median_interval()
        case "ratio" if metric.base in ("events", "households") and total.numerator is not None:
            return intervals.share(float(total.numerator), float(total.denominator or 0))
        case "ratio" if metric.base == "exposure" and total.numerator is not None:
            return _exposure_interval(metric, total)
        case _:
            return NO_INTERVAL


def change_interval(metric: Metric, total: Total, earlier: Total | None, is_headline: bool) -> Interval:
    """The 95 % interval of the change, in the figure's unit; medians only for headlines, for they are resampled."""
    if earlier is None or not total.n or not earlier.n:
        return NO_INTERVAL
    match metric.aggregate:
        case "count":
            return intervals.count_change(total.n, earlier.n)
        case "mean" if total.sample is not None and earlier.sample is not None:
            return intervals.mean_change(total.sample, earlier.sample)
        case "duration" if is_headline and total.durations is not None and earlier.durations is not None:
            return median_change(total.durations, earlier.durations)
        case "ratio" if metric.base in ("events", "households"):
            return intervals.share_change(*_parts(total), *_parts(earlier))
        case "ratio" if metric.base == "exposure":
            return _exposure_change(metric, total, earlier)
        case _:
            return NO_INTERVAL


def difference(value: Number | None, earlier: Number | None) -> Number | None:
    """`value` less `earlier`, exact for money; None where either is missing."""
    if value is None or earlier is None:
        return None
    if isinstance(value, float) or isinstance(earlier, float):
        return float(value) - float(earlier)
    return value - earlier


def _parts(total: Total) -> tuple[float, float]:
    return float(total.numerator or 0), float(total.denominator or 0)


def _events_and_exposure(metric: Metric, total: Total) -> tuple[float, float]:
    """A figure in hours or days is time per event, any other is events per exposure."""
    numerator, denominator = _parts(total)
    return (denominator, numerator) if metric.unit in TIME_UNITS else (numerator, denominator)


def _exposure_interval(metric: Metric, total: Total) -> Interval:
    events, exposure = _events_and_exposure(metric, total)
    if exposure <= 0:
        return NO_INTERVAL
    rate = intervals.count(events).scaled(1 / exposure)
    return _inverted(rate) if metric.unit in TIME_UNITS else rate


def _exposure_change(metric: Metric, total: Total, earlier: Total) -> Interval:
    ratio = intervals.count_ratio(*_events_and_exposure(metric, total), *_events_and_exposure(metric, earlier))
    if not earlier.value:
        return NO_INTERVAL
    if metric.unit in TIME_UNITS:
        ratio = _inverted(ratio)
    return ratio.shifted(-1).scaled(float(earlier.value))


def _inverted(rate: Interval) -> Interval:
    return Interval(1 / rate.high if rate.high else None, 1 / rate.low if rate.low else None)
