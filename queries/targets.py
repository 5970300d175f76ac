"""Dated targets of settings.toml, and what may be said of a figure beside one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from queries.catalog import Metric
from queries.engine import Number, Total, unknown_slice
from queries.period import Period
from workspace import AnnualReportError

SMALLEST_SAMPLE: Final = 30
GRAINS: Final = ("year", "quarter", "month")
STATISTICS: Final[Mapping[str, tuple[str, ...]]] = {"duration": ("median", "p90", "mean")}


class TargetWrong(AnnualReportError):
    """A [[target]] of the settings names a grain or a statistic that its metric does not have."""


@dataclass(frozen=True)
class Target:
    """One agreed value: of which metric, for which year, slice and grain, and by which statistic of it."""

    metric: str
    year: int
    value: float
    where: Mapping[str, str] = field(default_factory=dict)
    grain: str = "year"
    statistic: str | None = None

    def applies_to(self, metric: Metric, period: Period, where: Mapping[str, str]) -> bool:
        """Whether this target is for `period` of `metric` restricted to `where`."""
        here = (self.metric, self.year, self.grain, _beyond_headline(metric, self.where))
        return here == (metric.name, period.year, period.grain, _beyond_headline(metric, where))


def read_targets(settings: Mapping[str, Any]) -> list[Target]:
    """The targets of the settings, in their order. Raises TargetWrong."""
    return [_read(entry) for entry in settings.get("target", [])]


def _read(entry: Mapping[str, Any]) -> Target:
    grain = entry.get("grain", "year")
    if grain not in GRAINS:
        raise TargetWrong(
            f"设置中 {entry['metric']} 的目标 grain = {grain!r} 无效，只能是 {'、'.join(GRAINS)}。请改正。",
            f"The target of {entry['metric']} has grain {grain!r}; valid are {', '.join(GRAINS)}. Correct it.",
        )
    return Target(
        metric=entry["metric"],
        year=int(entry["year"]),
        value=float(entry["value"]),
        where=dict(entry.get("where", {})),
        grain=grain,
        statistic=entry.get("statistic"),
    )


def check_target(target: Target, metric: Metric) -> None:
    """Raises TargetWrong for a statistic, UnknownSlice for a slice, that `metric` does not have."""
    for name in target.where:
        if name not in metric.slices:
            raise unknown_slice(metric, name)
    valid = STATISTICS.get(metric.aggregate, (metric.aggregate,))
    if target.statistic is not None and target.statistic not in valid:
        raise TargetWrong(
            f"设置中 {metric.name} 的目标 statistic = {target.statistic!r} 无效，只能是 {'、'.join(valid)}。请改正。",
            f"The target of {metric.name} has statistic {target.statistic!r}; valid: {', '.join(valid)}. Correct it.",
        )


def target_for(targets: Sequence[Target], metric: Metric, period: Period, where: Mapping[str, str]) -> Target | None:
    """The first target that applies, or None."""
    return next((target for target in targets if target.applies_to(metric, period, where)), None)


def reached(metric: Metric, total: Total, statistic: str | None) -> Number | None:
    """The value of `total` that a target on `statistic` is compared with: like with like."""
    if metric.aggregate != "duration" or statistic in (None, "median"):
        return total.value
    return total.details.get("p90" if statistic == "p90" else "restricted_mean_hours")


def status(metric: Metric, is_available: bool, total: Total, target: Target | None) -> str:
    """not_available, insufficient, no_target, met or missed: the first that holds, in this order."""
    if not is_available:
        return "not_available"
    if total.n < SMALLEST_SAMPLE:
        return "insufficient"
    if target is None:
        return "no_target"
    value = reached(metric, total, target.statistic)
    if value is None:
        # A curve that never gets there takes longer than any target; another value without a base says nothing.
        return "missed" if metric.aggregate == "duration" else "insufficient"
    return "met" if _is_met(metric, float(value), target.value) else "missed"


def _is_met(metric: Metric, value: float, wanted: float) -> bool:
    return value <= wanted if metric.better == "lower" else value >= wanted


def _beyond_headline(metric: Metric, where: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in where.items() if metric.headline.get(name) != value}
