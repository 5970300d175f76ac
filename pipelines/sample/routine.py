"""The simulated routine work: weekly inspections of every community, and the maintenance of lifts, pumps and alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from pipelines.sample.company import (
    FIRE_VENDOR,
    HIGH_RISE,
    LIFT_VENDOR,
    MECHANICS,
    PUMP_VENDOR,
    SHOPS,
    VILLAS,
    Asset,
    Company,
    Vendor,
)
from pipelines.sample.courses import OPERATIONS, OperationsCourse
from pipelines.sample.tickets import EvenDraws

END_OF_2025 = dt.date(2025, 12, 31)
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class InspectionPoint:
    """A place that is inspected every week, by default on the same weekday (Monday is 0)."""

    community: str
    system: str
    area: str
    weekday: int


@dataclass(frozen=True)
class Inspection:
    """One inspection that was due. What it found is empty where all was well, or where it was not done."""

    number: str
    point: InspectionPoint
    planned_on: dt.date
    inspector: str
    done_at: dt.datetime | None = None
    finding_count: int = 0
    finding: str | None = None
    rectified_at: dt.datetime | None = None

    @property
    def status(self) -> str:
        """The word of the inspection app for how it went."""
        if self.done_at is None:
            return "未完成"
        return "已完成" if self.done_at.date() == self.planned_on else "逾期完成"


@dataclass(frozen=True)
class Upkeep:
    """One maintenance that was due, of an asset or, without one, of a community's alarm system."""

    number: str
    planned_on: dt.date
    community: str
    system: str
    item: str
    vendor: Vendor
    technician: str
    asset: Asset | None = None
    done_at: dt.datetime | None = None


POINTS = (
    InspectionPoint(HIGH_RISE, "消防", "消控室与消防泵房", 0),
    InspectionPoint(HIGH_RISE, "供配电", "1号配电房", 0),
    InspectionPoint(HIGH_RISE, "供配电", "2号配电房", 1),
    InspectionPoint(HIGH_RISE, "给排水", "1号泵房", 1),
    InspectionPoint(HIGH_RISE, "给排水", "2号泵房", 2),
    InspectionPoint(HIGH_RISE, "电梯", "1-7号楼电梯机房", 2),
    InspectionPoint(HIGH_RISE, "电梯", "8-13号楼电梯机房", 3),
    InspectionPoint(HIGH_RISE, "公共区域", "地下车库", 3),
    InspectionPoint(HIGH_RISE, "公共区域", "园区与楼道", 4),
    InspectionPoint(VILLAS, "消防", "室外消火栓", 1),
    InspectionPoint(VILLAS, "给排水", "别墅泵房", 2),
    InspectionPoint(VILLAS, "公共区域", "道路与围墙", 4),
    InspectionPoint(SHOPS, "消防", "商场消防设施", 0),
    InspectionPoint(SHOPS, "供配电", "商业配电房", 2),
    InspectionPoint(SHOPS, "给排水", "商业泵房", 3),
    InspectionPoint(SHOPS, "公共区域", "中庭与走廊", 4),
)
FINDINGS = {
    "消防": ("灭火器压力不足", "防火门闭门器失效", "消火栓箱缺水带接口", "应急照明不亮", "疏散指示标识损坏"),
    "供配电": ("配电房温度偏高", "电缆桥架盖板缺失", "柜门密封条老化", "绝缘手套过检"),
    "给排水": ("水泵填料渗漏", "压力表指针不归零", "集水井浮球卡阻", "阀门锈蚀"),
    "电梯": ("机房空调不制冷", "制动器磨损", "轿厢应急照明不亮", "底坑渗水"),
    "公共区域": ("地面破损", "照明损坏", "排水沟堵塞", "杂物堆放", "绿篱枯死"),
}
TECHNICIANS = {
    LIFT_VENDOR.name: ("阎学军", "骆志远", "温建平"),
    PUMP_VENDOR.name: ("柯永福", "祝海波"),
    FIRE_VENDOR.name: ("欧阳健", "翟松林"),
}


def simulate_inspections(random: Random) -> list[Inspection]:
    """The inspections that were due in 2024 and 2025, by day and point."""
    even = EvenDraws(random)
    due = [(day, point) for day in _days() for point in POINTS if point.weekday == day.weekday()]
    return [_inspected(random, even, _planned(random, day, point)) for day, point in due]


def _days() -> Iterator[dt.date]:
    day = dt.date(2024, 1, 1)
    while day <= END_OF_2025:
        yield day
        day += ONE_DAY


def _planned(random: Random, day: dt.date, point: InspectionPoint) -> Inspection:
    return Inspection(f"XJ{day:%y%m%d}{POINTS.index(point) + 1:02d}", point, day, random.choice(MECHANICS))


def _inspected(random: Random, even: EvenDraws, planned: Inspection) -> Inspection:
    course = OPERATIONS[planned.planned_on.year]
    if even.draw(f"inspected {planned.planned_on.year}") >= course.inspected:
        return planned
    days_late = random.randint(1, 3) if random.random() < 0.04 else 0
    done_on = min(planned.planned_on + days_late * ONE_DAY, END_OF_2025)
    done = replace(planned, done_at=_by_day(random, done_on))
    has_finding = even.draw(f"found {planned.planned_on.year}") < course.found
    return _with_finding(random, even, done, course) if has_finding else done


def _with_finding(random: Random, even: EvenDraws, done: Inspection, course: OperationsCourse) -> Inspection:
    found = replace(done, finding_count=random.choice((1, 1, 1, 2)), finding=random.choice(FINDINGS[done.point.system]))
    rectified_on = done.planned_on + random.randint(2, 16) * ONE_DAY
    is_rectified = even.draw(f"rectified {done.planned_on.year}") < course.rectified and rectified_on <= END_OF_2025
    return replace(found, rectified_at=_by_day(random, rectified_on)) if is_rectified else found


def _by_day(random: Random, day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(random.randint(8, 17), random.randrange(60)))


def simulate_maintenance(random: Random, company: Company) -> list[Upkeep]:
    """The maintenance that was due in 2024 and 2025, by day: lifts twice a month, pumps monthly, alarms quarterly."""
    even = EvenDraws(random)
    due = sorted(_upkeep(random, company), key=lambda each: (each.planned_on, each.community, each.item))
    numbered = (replace(each, number=f"WB{each.planned_on:%y%m}{number:05d}") for number, each in enumerate(due, 1))
    return [_maintained(random, even, each) for each in numbered]


def _upkeep(random: Random, company: Company) -> Iterator[Upkeep]:
    for month in (dt.date(year, month, 1) for year in OPERATIONS for month in range(1, 13)):
        for position, lift in enumerate(company.lifts):
            for half, item in ((0, "半月保养"), (15, "半月保养" if month.month % 3 else "季度保养")):
                yield _of_asset(random, lift, month + (half + position % 12) * ONE_DAY, item, LIFT_VENDOR)
        for position, pump in enumerate(company.pumps):
            yield _of_asset(random, pump, month + (4 + position % 8) * ONE_DAY, "月度保养", PUMP_VENDOR)
        if month.month % 3 == 2:
            for position, community in enumerate((HIGH_RISE, VILLAS, SHOPS)):
                technician = random.choice(TECHNICIANS[FIRE_VENDOR.name])
                day = month + (17 + position) * ONE_DAY
                yield Upkeep("", day, community, "消防", "消防系统季度维保", FIRE_VENDOR, technician)


def _of_asset(random: Random, asset: Asset, day: dt.date, item: str, vendor: Vendor) -> Upkeep:
    return Upkeep("", day, asset.community, asset.system, item, vendor, random.choice(TECHNICIANS[vendor.name]), asset)


def _maintained(random: Random, even: EvenDraws, due: Upkeep) -> Upkeep:
    year = due.planned_on.year
    if even.draw(f"maintained {year} {due.vendor.name}") >= OPERATIONS[year].maintained:
        return due
    done_on = due.planned_on + (random.randint(1, 4) * ONE_DAY if random.random() < 0.05 else dt.timedelta())
    return replace(due, done_at=_by_day(random, min(done_on, END_OF_2025)))
