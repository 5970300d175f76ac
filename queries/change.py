"""Which interval belongs to a figure and to its change since the year before.

Money is a census: no interval. Shares have Wilson's and their changes Newcombe's, means Student's and Welch's; all of
these with the number of cases divided by the design effect of their clusters. Counts are Poisson, the medians of
durations are resampled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from queries import intervals
from queries.catalog import Metric
from queries.clusters import (
    SMALLEST_DESIGN_EFFECT,
    PairSums,
    correlation,
    design_effect,
    design_effect_of_share,
    variance_of_share,
)
from queries.durations import median_change
from queries.engine import Number, Total
from queries.intervals import NO_INTERVAL, Interval

TIME_UNITS: Final = ("hours", "days")


def effect_of_clusters(total: Total) -> float:
    """The design effect of a share's or mean's clusters; 1 where no clusters are known."""
    if total.clusters is None:
        return SMALLEST_DESIGN_EFFECT
    if total.sample is None:
        return design_effect_of_share(total.clusters, *_parts(total))
    sample = total.sample
    return design_effect(total.clusters.variance(sample.mean * sample.size, sample.size), sample.variance)


def cluster_details(total: Total) -> Mapping[str, Number]:
    """The number of clusters and their design effect, to be shown beside the figure; empty where none are known."""
    if total.clusters is None:
        return {}
    return {"clusters": total.clusters.count, "design_effect": effect_of_clusters(total)}


def value_interval(metric: Metric, total: Total) -> Interval:
    """The 95 % interval of a total: none for money, which is a census, and none for nothing."""
    match metric.aggregate:
        case "count":
            return intervals.count(total.n)
        case "mean" if total.sample is not None:
            return intervals.mean(_effective_sample(total))
        case "duration" if total.durations is not None:
            return total.durations.median_interval()
        case "ratio" if metric.base in ("events", "households") and total.numerator is not None:
            return intervals.share(*_effective_parts(total))
        case "ratio" if metric.base == "exposure" and total.numerator is not None:
            return _exposure_interval(metric, total)
        case _:
            return NO_INTERVAL


def change_interval(
    metric: Metric, total: Total, earlier: Total | None, is_headline: bool, pairs: PairSums | None = None
) -> Interval:
    """The 95 % interval of the change, in the figure's unit; medians only for headlines, for they are resampled.

    `pairs` are those who are in both totals, such as the households that answered in both years.
    """
    if earlier is None or not total.n or not earlier.n:
        return NO_INTERVAL
    match metric.aggregate:
        case "count":
            return intervals.count_change(total.n, earlier.n)
        case "mean" if total.sample is not None and earlier.sample is not None:
            return _mean_change(total, earlier, pairs)
        case "duration" if is_headline and total.durations is not None and earlier.durations is not None:
            return median_change(total.durations, earlier.durations)
        case "ratio" if metric.base in ("events", "households"):
            return _share_change(total, earlier, pairs)
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


def _effective_parts(total: Total) -> tuple[float, float]:
    """Numerator and denominator as so many independent cases would have them (Rao and Scott 1992)."""
    numerator, denominator = _parts(total)
    effect = effect_of_clusters(total)
    return numerator / effect, denominator / effect


def _effective_sample(total: Total) -> intervals.Sample:
    assert total.sample is not None
    return replace(total.sample, size=total.sample.size / effect_of_clusters(total))


def _share_change(total: Total, earlier: Total, pairs: PairSums | None) -> Interval:
    now, before = _effective_parts(total), _effective_parts(earlier)
    if now[1] <= 0 or before[1] <= 0:
        return NO_INTERVAL
    shared = 0.0 if pairs is None else pairs.covariance(_parts(total), _parts(earlier))
    return intervals.share_change(
        *now, *before, correlation(shared, variance_of_share(*now), variance_of_share(*before))
    )


def _mean_change(total: Total, earlier: Total, pairs: PairSums | None) -> Interval:
    now, before = _effective_sample(total), _effective_sample(earlier)
    shared = 0.0 if pairs is None else pairs.covariance(_sums(total), _sums(earlier))
    return intervals.mean_change(now, before, correlation(shared, now.variance, before.variance))


def _sums(total: Total) -> tuple[float, float]:
    """A mean's values and rows added up."""
    assert total.sample is not None
    return total.sample.mean * total.sample.size, total.sample.size


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
