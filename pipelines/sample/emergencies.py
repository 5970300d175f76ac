"""The simulated emergencies, told by the tickets that they caused, and the drills held against them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median_high

from pipelines.sample.company import HIGH_RISE, MANAGERS, SHOPS, VILLAS, Asset, Company
from pipelines.sample.courses import TICKETS
from pipelines.sample.requests import minutes
from pipelines.sample.tickets import Ticket

STOPPING_FAULTS = ("困人", "停梯", "停泵")
SAME_STOP = dt.timedelta(hours=24)


@dataclass(frozen=True)
class Emergency:
    """One emergency. `number` is the 关联事件编号 of the tickets that it caused."""

    number: str
    category: str
    title: str
    level: str
    started_at: dt.datetime
    responded_at: dt.datetime
    ended_at: dt.datetime
    community: str
    response: str
    commander: str
    asset: Asset | None = None
    stop_hours: float | None = None
    people_trapped: int | None = None
    affected_households: int | None = None


@dataclass(frozen=True)
class Drill:
    """One drill; the office lists drills on a sheet of their own."""

    title: str
    scenario: str
    held_on: dt.date
    community: str
    place: str
    participants: int
    leader: str
    evaluation: str


DRILLS = (  # month and day, scenario, communities; those of 2025 alone stand below
    (4, 18, "电梯困人救援", (HIGH_RISE,)),
    (5, 30, "防汛排涝", (HIGH_RISE, SHOPS)),
    (6, 14, "消防疏散", (HIGH_RISE, SHOPS)),
    (9, 20, "停水停电应急", (HIGH_RISE,)),
    (11, 9, "消防疏散", (HIGH_RISE, VILLAS, SHOPS)),
)
DRILLS_OF_2025 = ((7, 4, "高温停电应急", (HIGH_RISE,)), (10, 17, "电梯困人救援", (SHOPS, HIGH_RISE)))
PLACES = {HIGH_RISE: "中心广场", VILLAS: "别墅入口岗", SHOPS: "商业中庭"}


def simulate_emergencies(random: Random, company: Company, tickets: Sequence[Ticket]) -> list[Emergency]:
    """Storms, the cuts of a building's water, and every stop of a lift or pump that was urgent, in order of time."""
    emergencies = [*_storms(random, tickets), *_outages(random, company, tickets), *_stops(random, tickets)]
    return sorted(emergencies, key=lambda each: (each.started_at, each.number))


def _storms(random: Random, tickets: Sequence[Ticket]) -> Iterator[Emergency]:
    for storm in (storm for course in TICKETS.values() for storm in course.storms):
        number = f"SJ{storm.began_at:%Y%m%d}-暴雨"
        yield Emergency(
            number=number,
            category="暴雨积水",
            title=f"{storm.began_at.month}月{storm.began_at.day}日暴雨积水",
            level="Ⅲ级",
            started_at=storm.began_at,
            responded_at=storm.began_at + minutes(random.uniform(5, 18)),
            ended_at=max(storm.ended_at, _over_at(number, tickets)),
            community=HIGH_RISE,
            response="启动防汛预案，地库口设挡水板，加泵抽排",
            commander=random.choice(MANAGERS),
        )


def _outages(random: Random, company: Company, tickets: Sequence[Ticket]) -> Iterator[Emergency]:
    for outage in (course.outage for course in TICKETS.values()):
        number, building = f"SJ{outage.began_at:%Y%m%d}-停水", f"{outage.building}号楼"
        ended_at = _over_at(number, tickets)
        yield Emergency(
            number=number,
            category="停水",
            title=f"{building}二次供水中断",
            level="Ⅱ级",
            started_at=outage.began_at,
            responded_at=outage.began_at + minutes(random.uniform(4, 12)),
            ended_at=ended_at,
            community=HIGH_RISE,
            response="切换备用泵，桶装水送至老人家中",
            commander=random.choice(MANAGERS),
            stop_hours=_hours(outage.began_at, ended_at),
            affected_households=sum(home.building == building for home in company.homes_of(HIGH_RISE)),
        )


def _over_at(number: str, tickets: Sequence[Ticket]) -> dt.datetime:
    """When half of its tickets were resolved: a few drag on for other reasons."""
    return median_high(each.resolved_at for each in tickets if each.request.incident_id == number and each.resolved_at)


def _stops(random: Random, tickets: Sequence[Ticket]) -> Iterator[Emergency]:
    """Reports of one lift or pump within a day are one stop."""
    last: dict[str, dt.datetime] = {}
    for ticket in tickets:
        asset, request = ticket.request.place.asset, ticket.request
        if asset is None or not request.is_urgent or request.subcategory not in STOPPING_FAULTS:
            continue
        is_same = ticket.opened_at - last.get(asset.asset_id, dt.datetime.min) < SAME_STOP
        last[asset.asset_id] = ticket.opened_at
        if not is_same and ticket.resolved_at and ticket.responded_at:
            yield _stop(random, ticket, asset, ticket.responded_at, ticket.resolved_at)


def _stop(random: Random, ticket: Ticket, asset: Asset, responded_at: dt.datetime, ended_at: dt.datetime) -> Emergency:
    fault, is_trapping = ticket.request.subcategory, ticket.request.subcategory == "困人"
    return Emergency(
        number=f"SJ{ticket.opened_at:%Y%m%d}-{asset.asset_id}",
        category="电梯困人" if is_trapping else "设备停运",
        title=f"{asset.name}{fault}",
        level="Ⅱ级" if is_trapping else "Ⅳ级",
        started_at=ticket.opened_at,
        responded_at=responded_at,
        ended_at=ended_at,
        community=asset.community,
        response="安抚乘客，维保人员到场放人并复位" if is_trapping else "停用挂牌，维保单位到场抢修",
        commander=random.choice(MANAGERS),
        asset=asset,
        stop_hours=_hours(ticket.opened_at, ended_at),
        people_trapped=random.choice((1, 1, 2, 3)) if is_trapping else None,
    )


def _hours(start: dt.datetime, end: dt.datetime) -> float:
    return round((end - start).total_seconds() / 3600, 1)


def simulate_drills(random: Random) -> list[Drill]:
    """The drills of 2024 and 2025, day by day."""
    plan = [(2024, each) for each in DRILLS] + [(2025, each) for each in sorted((*DRILLS, *DRILLS_OF_2025))]
    return [
        Drill(
            title=f"{year}年{scenario}演练",
            scenario=scenario,
            held_on=dt.date(year, month, day) + dt.timedelta(days=position),
            community=community,
            place=PLACES[community],
            participants=random.randint(18, 64),
            leader=random.choice(MANAGERS),
            evaluation=random.choice(("达到预期", "达到预期", "集结偏慢，需复训")),
        )
        for year, (month, day, scenario, communities) in plan
        for position, community in enumerate(communities)
    ]
