"""Dated targets of settings.toml: which figure each is for, and by which statistic and in which direction it judges."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from queries.catalog import Metric
from queries.engine import unknown_slice
from queries.period import Period
from workspace import AnnualReportError

GRAINS: Final = ("year", "quarter", "month")
AT_LEAST: Final = "at_least"
AT_MOST: Final = "at_most"
DIRECTIONS: Final = (AT_LEAST, AT_MOST)
DIRECTION_OF_BETTER: Final[Mapping[str, str]] = {"higher": AT_LEAST, "lower": AT_MOST}
STATISTICS: Final[Mapping[str, tuple[str, ...]]] = {
    "duration": ("median", "p90", "mean"),
    "mean": ("mean",),
    "median": ("median",),
    "count": ("count",),
    "sum": ("sum",),
}


class TargetWrong(AnnualReportError):
    """A [[target]] of the settings says something that its metric does not have, or leaves open what it must say."""


@dataclass(frozen=True)
class Target:
    """One agreed value: of which metric, for which year, slice and grain, and by which statistic of it.

    `direction` says whether the value is to be reached (at_least) or not to be passed (at_most); None: as the
    metric's `better` has it.
    """

    metric: str
    year: int
    value: float
    where: Mapping[str, str] = field(default_factory=dict)
    grain: str = "year"
    statistic: str | None = None
    direction: str | None = None

    def applies_to(self, metric: Metric, period: Period, where: Mapping[str, str]) -> bool:
        """Whether this target is for `period` of `metric` restricted to `where`."""
        here = (self.metric, self.year, self.grain, _beyond_headline(metric, self.where))
        return here == (metric.name, period.year, period.grain, _beyond_headline(metric, where))

    def direction_for(self, metric: Metric) -> str:
        """at_least or at_most."""
        return self.direction or DIRECTION_OF_BETTER[metric.better]


def read_targets(settings: Mapping[str, Any]) -> list[Target]:
    """The targets of the settings, in their order. Raises TargetWrong."""
    return [_read(entry) for entry in settings.get("target", [])]


def _read(entry: Mapping[str, Any]) -> Target:
    name = str(entry["metric"])
    for key in entry:
        _require(name, "键", "key", str(key), tuple(Target.__dataclass_fields__))
    _require(name, "grain", "grain", entry.get("grain", "year"), GRAINS)
    if "direction" in entry:
        _require(name, "direction", "direction", entry["direction"], DIRECTIONS)
    return Target(
        metric=name,
        year=_number(name, "year", entry["year"], int),
        value=_number(name, "value", entry["value"], float),
        where={str(key): str(value) for key, value in _where(name, entry.get("where", {})).items()},
        grain=entry.get("grain", "year"),
        statistic=entry.get("statistic"),
        direction=entry.get("direction"),
    )


def _require(metric: str, zh: str, en: str, given: object, valid: Sequence[str]) -> None:
    """Raise TargetWrong, with the nearest valid word, unless `given` is one of `valid`."""
    if given in valid:
        return
    nearest = difflib.get_close_matches(str(given), valid, n=1, cutoff=0)[0]
    raise TargetWrong(
        f"设置中 {metric} 的目标有无效的 {zh}：{given!r}。可用的有 {'、'.join(valid)}，最接近的是 {nearest}。请改正。",
        f"The target of {metric} has the {en} {given!r}; valid: {', '.join(valid)}. The nearest is {nearest}.",
    )


def _number(metric: str, key: str, given: object, kind: type[Any]) -> Any:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    if is_number and kind(given) == given:
        return kind(given)
    raise TargetWrong(
        f"设置中 {metric} 的目标 {key} = {given!r} 不是{'整数' if kind is int else '数'}。请改成数字，不加引号和单位。",
        f"The target of {metric} has {key} = {given!r}, no {'whole ' if kind is int else ''}number. Correct it.",
    )


def _where(metric: str, given: object) -> Mapping[str, object]:
    if isinstance(given, Mapping):
        return given
    raise TargetWrong(
        f'设置中 {metric} 的目标 where = {given!r} 应写成 {{ community = "…" }} 的样子。请改正。',
        f'The target of {metric} has where = {given!r}; write it like {{ community = "…" }}.',
    )


def statistics_of(metric: Metric) -> tuple[str, ...]:
    """The statistics that a target on `metric` may name; the first is the figure's own value."""
    if metric.aggregate == "ratio":
        return ("share",) if metric.unit == "percent" else ("ratio",)
    return STATISTICS[metric.aggregate]


def check_target(target: Target, metric: Metric) -> None:
    """Raises TargetWrong for a statistic or direction, UnknownSlice for a slice, that `metric` does not have."""
    for name in target.where:
        if name not in metric.slices:
            raise unknown_slice(metric, name)
    if target.statistic is not None:
        _require(metric.name, "statistic", "statistic", target.statistic, statistics_of(metric))
    if target.direction is None and metric.better not in DIRECTION_OF_BETTER:
        raise TargetWrong(
            f"指标 {metric.name} 不分好坏，目标须写明 direction = {' 或 '.join(map(repr, DIRECTIONS))}。请补上。",
            f"{metric.name} is neither better high nor low: its target must say direction = {' or '.join(DIRECTIONS)}.",
        )
    expected = DIRECTION_OF_BETTER.get(metric.better)
    if expected is not None and target.direction not in (None, expected):
        raise TargetWrong(
            f"设置中 {metric.name} 的目标 direction = {target.direction!r} 与该指标的好坏方向相反，应为 {expected!r}。"
            "请改正或删去。",
            f"The target of {metric.name} has direction {target.direction!r}, against what is better; it must be"
            f" {expected!r}. Correct or remove it.",
        )


def target_for(targets: Sequence[Target], metric: Metric, period: Period, where: Mapping[str, str]) -> Target | None:
    """The first target that applies, or None."""
    return next((target for target in targets if target.applies_to(metric, period, where)), None)


def _beyond_headline(metric: Metric, where: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in where.items() if metric.headline.get(name) != value}
