"""Figures with the interface of queries.figures.Figures, made from a scenario instead of a warehouse.

A scenario says how the year went: `trend` of every figure, `size` of its groups, whether there is a last year, which
export kinds exist, whether targets are set and met. The catalogue is the real one.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, lru_cache
from random import Random
from typing import Any

import pandas as pd

from queries.availability import kinds_behind
from queries.catalog import Catalog, Metric, load_catalog
from queries.comparison import LikeForLike, SpringFestivalComparison
from queries.figures import Figure
from queries.limits import MonthlyLimits
from queries.period import Period
from queries.targets import Target
from workspace import PACKAGED_DEFAULTS, Language, Workspace

VALUES = {
    "kind": ("repair", "complaint", "inquiry", "suggestion", "未填"),
    "category": ("水电燃气", "门窗锁具", "外墙渗漏", "设施设备类", "未填"),
    "subcategory": ("漏水", "跳闸", "门禁失灵", "下水道堵塞", "灯不亮", "异响"),
    "community": ("云栖苑", "听澜别院", "未填"),
    "channel": ("电话", "微信小程序", "前台", "未填"),
    "vendor": ("项目工程班", "通渠管道工程", "未填"),
    "system": ("电梯", "水泵"),
    "dimension": ("overall", "绿化养护", "维修服务", "环境保洁"),
    "ageing": ("up_to_90_days", "91_to_180_days", "over_3_years"),
    "fee_item": ("物业服务费",),
    "level": ("urgent_repair_response", "utility_emergency_resolution", "dispute_mediation", "inquiry_response"),
}
SIZES = {"large": 4000, "normal": 600, "tiny": 18}
EVERYTHING = ("tickets", "bills", "payments", "surveys", "communities", "assets")


@dataclass(frozen=True)
class Scenario:
    """How the invented year went. `missing` names metrics that no export can give."""

    seed: int = 1
    trend: str = "up"  # up | down | flat | equal | mixed
    size: str = "normal"
    has_last_year: bool = True
    is_last_year_zero: bool = False
    kinds: tuple[str, ...] = EVERYTHING
    targets: str = "none"  # none | met | missed | mixed
    missing: tuple[str, ...] = ()
    has_blank_slices_only: bool = False
    as_of: date = date(2025, 12, 31)
    year: int = 2025


@lru_cache
def catalog() -> Catalog:
    """The real catalogue, read once."""
    return load_catalog()


@dataclass(frozen=True)
class FakeQuestion:
    """A year and its as-of, as a decomposition asks for them."""

    year: int
    as_of: datetime

    def year_before(self) -> FakeQuestion:
        """The same a year before."""
        return FakeQuestion(self.year - 1, self.as_of - timedelta(days=365))


@dataclass
class FakeFigures:
    """Answers like queries.figures.Figures, from a Scenario."""

    scenario: Scenario
    language: Language = "zh"
    catalog: Catalog = field(default_factory=catalog)

    def of(self, metric: str, year: int, where: Mapping[str, str] | None = None, as_of: date | None = None) -> Figure:
        """The year's figure."""
        return self._figure(metric, str(year), dict(where or {}))

    def by(
        self, metric: str, year: int, split: str, where: Mapping[str, str] | None = None, as_of: date | None = None
    ) -> list[Figure]:
        """Twelve months or the values of a slice."""
        if split == "month":
            last = 12 if self.scenario.as_of.year > year else self.scenario.as_of.month
            return [self._figure(metric, f"{year}-{month:02d}", dict(where or {})) for month in range(1, last + 1)]
        values = (
            ("未填",) if self.scenario.has_blank_slices_only and split != "level" else VALUES.get(split, ("甲", "乙"))
        )
        return [self._figure(metric, str(year), {**dict(where or {}), split: value}) for value in values]

    def of_part(
        self, metric: str, period: Period, where: Mapping[str, str] | None = None, as_of: date | None = None
    ) -> Figure:
        """One month."""
        return self._figure(metric, period.label, dict(where or {}))

    def question(
        self, metric: str, year: int, where: Mapping[str, str] | None, as_of: date | None, sliced_by: str = ""
    ) -> FakeQuestion:
        """The year and its as-of."""
        return FakeQuestion(year, datetime.combine(self.scenario.as_of, time()) + timedelta(days=1))

    def is_split(self, metric: str, year: int, slice_name: str, where: Mapping[str, str] | None = None) -> bool:
        return False

    def communities(self) -> pd.DataFrame:
        """Two communities, the second without a floor area."""
        columns = [
            "community",
            "households",
            "occupied_households",
            "area_m2",
            "business_type",
            "valid_from",
            "valid_to",
        ]
        lines = [
            ("云栖苑", 1200, 1100, 98000.0, "高层", pd.Timestamp(2016, 9, 1), pd.NaT),
            ("听澜别院", 84, 80, None, "未填", pd.Timestamp(2018, 5, 1), pd.NaT),
        ]
        return pd.DataFrame(lines if "communities" in self.scenario.kinds else [], columns=columns)

    def evidence(
        self,
        metric: str,
        year: int,
        where: Mapping[str, str] | None = None,
        month: int | None = None,
        as_of: date | None = None,
    ) -> pd.DataFrame:
        """Sixty rows with the columns that charts read."""
        random = Random(zlib.crc32(f"{metric}{self.scenario.seed}".encode()))
        names = VALUES["subcategory"]
        rows = [
            {
                "evidence_id": f"A{n} {dict(where or {}).get('dimension', '')}",
                "value": float(random.randint(1, 5)),
                "occurred_at": pd.Timestamp(
                    year, 1 + n % 12, 1 + n % 27, random.choice((9, 9, 10, 14, 19, 23, n % 24))
                ),
                "hours": random.expovariate(1 / 40),
                "ended": 1 if n % 7 else 0,
                "numerator": 1,
                "denominator": 1,
                "subcategory": names[min(n % 9, len(names) - 1)],
                "place_label": f"甲 {n % 20}号楼 ****",
                "asset_id": f"DT-{n % 5}",
                "category": VALUES["category"][n % 3],
                "community": VALUES["community"][n % 2],
                "building": "未填" if n % 4 == 0 else f"{n % 20}号楼",
                "name": ("中秋邻里宴", "露天电影周", "消防体验日", "植树护绿")[n % 4],
                "attended_households": 10 + n % 4,
                "attempt_count": 1 if n % 5 else 0,
                "pair": f"云栖苑/1号楼/1/h{n}/property"
                if metric == "household_collection_rate"
                else f"云栖苑 1号楼 h{n}",
                "question": "总体满意度",
                "scale_max": 5.0,
            }
            for n in range(60)
        ]
        return pd.DataFrame(rows)

    def duration_curve(self, metric: str, year: int, where: Mapping[str, str] | None = None) -> pd.DataFrame:
        """A short step curve."""
        return pd.DataFrame({"hours": [1.0, 10.0, 24.0, 70.0], "share_resolved": [0.2, 0.5, 0.7, 0.9]})

    def is_available(self, metric: str) -> bool:
        """Whether the scenario's exports can give the metric."""
        kinds = kinds_behind(self.catalog[metric])
        return bool(set(kinds) & set(self.scenario.kinds)) and metric not in self.scenario.missing

    def provided(self, kind: str) -> bool:
        """Whether the scenario has this kind."""
        return kind in self.scenario.kinds

    def years(self) -> list[int]:
        """This year, and last year where the scenario has one."""
        return [self.scenario.year - 1, self.scenario.year] if self.scenario.has_last_year else [self.scenario.year]

    def judged_targets(self, year: int) -> list[tuple[Target, list[Figure]]]:
        """A handful of targets, each with its figure."""
        return [(target, [self.of(target.metric, year, target.where)]) for target in self._targets]

    def account(self) -> pd.DataFrame:
        """Two files with their row account."""
        lines = [("工单_2025.xlsx", "明细", "tickets", 100, 95, 2, 1, 1, 1), ("说明.csv", "", None, 3, 0, 0, 0, 3, 0)]
        columns = ["path", "sheet", "kind", "rows_read", "kept", "duplicate", "total", "not_data", "quarantined"]
        return pd.DataFrame(lines, columns=columns).assign(file_id=[1, 2])

    def issues(self) -> pd.DataFrame:
        """One issue."""
        line = ("工单_2025.xlsx", "warn", "not_a_number", "第 3 行不是数字。", "Row 3 is not a number.")
        return pd.DataFrame([line], columns=["path", "severity", "code", "sentence_zh", "sentence_en"])

    def checks(self) -> pd.DataFrame:
        """One check that found rows."""
        line = ("near_duplicates", "warn", 4, "有 4 件疑似重复登记。", "4 tickets look like repeats.")
        return pd.DataFrame([line], columns=["name", "severity", "rows_found", "sentence_zh", "sentence_en"])

    @cached_property
    def _targets(self) -> list[Target]:
        if self.scenario.targets == "none":
            return []
        wanted = [
            ("closure_rate", {}, None),
            ("response_attainment", {"level": "urgent_repair_response"}, None),
            ("collection_rate", {}, None),
            ("rework_rate", {}, None),
            ("resolution_time", {"kind": "repair"}, "mean"),
            ("satisfaction_rate", {}, None),
            ("arrears_amount", {}, None),
            ("fault_interval", {"system": "电梯"}, None),
        ]
        return [
            Target(metric, self.scenario.year, self._target_value(metric, where), where, "year", statistic)
            for metric, where, statistic in wanted
            if self.is_available(metric)
        ]

    def _target_value(self, metric: str, where: Mapping[str, str]) -> float:
        value = self._value(self.catalog[metric], self._random(metric, str(self.scenario.year), where))
        is_met = self.scenario.targets == "met" or (self.scenario.targets == "mixed" and len(metric) % 2 == 0)
        step = 0.97 if (self.catalog[metric].better != "lower") == is_met else 1.03
        return min(value * step, 0.999) if self.catalog[metric].unit == "percent" else value * step

    def _random(self, metric: str, period: str, where: Mapping[str, str]) -> Random:
        return Random(zlib.crc32(f"{metric}{period}{sorted(where.items())}{self.scenario.seed}".encode()))

    def _value(self, metric: Metric, random: Random) -> float:
        cases = SIZES[self.scenario.size]
        match metric.unit:
            case "percent":
                return round(random.choice((random.uniform(0.6, 0.98), 1.0, 0.97)) * cases) / cases
            case "hours":
                return random.choice((0.4, 9.6, 70.0, 400.0))
            case "days":
                return random.uniform(30, 300)
            case "yuan":
                return round(random.choice((5e3, 4e6, 3e8)) * random.random(), 2)
            case "count" if metric.aggregate == "count":
                return random.choice((cases, cases // 2, 1)) if cases < 100 else cases + random.randrange(50)
            case _:
                return random.uniform(1, 90)

    def _direction(self, random: Random) -> float:
        trend = (
            random.choice(("up", "down", "flat", "equal")) if self.scenario.trend == "mixed" else self.scenario.trend
        )
        return {"up": 0.08, "down": -0.08, "flat": 0.004, "equal": 0.0}[trend]

    def _figure(self, name: str, period: str, where: dict[str, str]) -> Figure:
        metric = self.catalog[name]
        empty = Figure(name, period, where, self.scenario.as_of, metric.unit, None, 0, status="not_available")
        return self._filled(metric, period, where) if self.is_available(name) else empty

    def _filled(self, metric: Metric, period: str, where: dict[str, str]) -> Figure:
        random = self._random(metric.name, period, where)
        value = self._value(metric, random)
        change = self._direction(random) * (1 if metric.unit == "percent" else value)
        is_count = metric.unit == "count" and metric.aggregate == "count"
        change = float(round(change)) if is_count else change
        previous: float | None = value - change if metric.unit != "percent" else min(max(value - change, 0.0), 1.0)
        previous = 0.0 if self.scenario.is_last_year_zero and metric.unit in ("count", "yuan") else previous
        previous = previous if self.scenario.has_last_year else None
        change = value - previous if previous is not None else change
        cases = int(value) if is_count else SIZES[self.scenario.size]
        is_ratio = metric.aggregate == "ratio"
        return Figure(
            metric=metric.name,
            period=period,
            slice=where,
            as_of=self.scenario.as_of,
            unit=metric.unit,
            value=int(value) if is_count else value,
            n=cases,
            numerator=round(value * cases) if is_ratio else None,
            denominator=cases if is_ratio else None,
            low=value - 0.02 if metric.unit == "percent" else None,
            high=value + 0.02 if metric.unit == "percent" else None,
            previous=int(previous) if is_count and previous is not None else previous,
            previous_n=cases if previous is not None else None,
            previous_numerator=round(previous * cases) if is_ratio and previous is not None else None,
            previous_denominator=cases if is_ratio and previous is not None else None,
            previous_details=self._details(metric, 1.1) if previous is not None else {},
            change=change if previous is not None else None,
            change_low=change - abs(change) / 2 - self._doubt(change, metric) if previous is not None else None,
            change_high=change + abs(change) / 2 + self._doubt(change, metric) if previous is not None else None,
            is_duration=metric.aggregate == "duration",
            details=self._details(metric, 1.0),
            **self._verdict(metric, period, where, value, cases),
        )

    @staticmethod
    def _doubt(change: float, metric: Metric) -> float:
        return 0.01 if metric.unit == "percent" and abs(change) < 0.01 else 0.0

    @staticmethod
    def _details(metric: Metric, factor: float) -> dict[str, Any]:
        held: dict[str, Any] = dict.fromkeys((*metric.details, *(f"{name}_count" for name in metric.set_apart)), 7)
        if metric.aggregate == "duration":
            held |= {"p90": 60.0 * factor, "restricted_mean_hours": 25.0 * factor, "open_count": 4}
        return {name: value * 1000 if name.endswith("_amount") else value for name, value in held.items()}

    def _verdict(
        self, metric: Metric, period: str, where: Mapping[str, str], value: float, cases: int
    ) -> dict[str, Any]:
        target = next((t for t in self._targets if (t.metric, dict(t.where)) == (metric.name, dict(where))), None)
        small = {"status": "insufficient"} if cases < 30 else {"status": "no_target"}
        if target is None or "-" in period:
            return small
        reached = 25.0 if target.statistic == "mean" else value
        is_met = reached <= target.value if metric.better == "lower" else reached >= target.value
        status = "insufficient" if cases < 30 else "met" if is_met else "missed"
        return {"status": status, "target": target.value, "target_statistic": target.statistic}


def workspace(language: Language = "zh") -> Workspace:
    """A workspace with the packaged settings."""
    import tomllib
    from pathlib import Path

    settings = tomllib.loads(PACKAGED_DEFAULTS.read_text(encoding="utf-8"))
    settings["report"] = {**settings["report"], "language": language}
    return Workspace(Path(), settings)


def without_changes(figures: FakeFigures, metric: str, year: int) -> LikeForLike:
    """The same communities in both years."""
    whole = figures.of(metric, year)
    return LikeForLike(total=whole, same=whole, communities=("云栖苑", "听澜别院"), joined=(), left=())


def without_limits(figures: FakeFigures, metric: str, year: int) -> MonthlyLimits:
    """Too few earlier months for limits."""
    return MonthlyLimits(metric, year, None, "too_few_earlier_months", (), ())


def around_spring_festival(figures: FakeFigures, metric: str, year: int) -> SpringFestivalComparison:
    """The figure of the year for January and February; no weeks."""
    both = figures.of(metric, year)
    return SpringFestivalComparison(date(year, 1, 29), date(year - 1, 2, 10), (), None, both)
