"""What reaches the simulated service desk: repairs, complaints and questions with their season, place and words."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from pipelines.sample.company import (
    BAD_DRAIN_VENDOR,
    FIRE_VENDOR,
    FLOORS,
    GATE_VENDOR,
    GOOD_DRAIN_VENDOR,
    GOOD_LEAK_VENDOR,
    HIGH_RISE,
    LIFT_VENDOR,
    LOCK_VENDOR,
    OWN_TEAM,
    PUMP_VENDOR,
    SHOPS,
    SLOW_LEAK_VENDOR,
    VILLAS,
    Asset,
    Company,
    Home,
    Vendor,
)
from pipelines.sample.courses import TICKETS, Storm, TicketCourse
from pipelines.sample.faults import (
    COMPLAINT_TEXTS,
    FAULT_TYPES,
    INQUIRY_TEXTS,
    LIFT_TEXTS,
    PRAISE_TEXTS,
    PUMP_TEXTS,
    STORM_FAULTS,
    SUGGESTION_TEXTS,
    FaultType,
)

MONTH_WEIGHTS = {
    "even": (1.0, 0.85, 1.0, 1.0, 1.0, 1.05, 1.1, 1.1, 1.0, 1.0, 0.95, 1.0),
    "winter": (2.2, 1.6, 0.8, 0.5, 0.4, 0.3, 0.3, 0.3, 0.4, 0.7, 1.4, 2.1),
    "summer": (0.4, 0.4, 0.6, 0.8, 1.1, 1.7, 2.2, 2.0, 1.2, 0.7, 0.5, 0.4),
}
HOUR_WEIGHTS = (4, 3, 2, 2, 2, 4, 9, 14, 24, 30, 28, 20, 12, 14, 20, 22, 22, 22, 26, 30, 28, 20, 12, 7)
OFFICE_HOUR_WEIGHTS = (0, 0, 0, 0, 0, 0, 0, 4, 20, 30, 28, 18, 8, 16, 24, 24, 22, 16, 10, 10, 6, 2, 0, 0)
COMMUNITY_WEIGHTS = {HIGH_RISE: 84, VILLAS: 7, SHOPS: 9}
NIGHT_BEGINS, NIGHT_ENDS = 22, 7


@dataclass(frozen=True)
class Place:
    """Where something happens and who reports it. `public` names a place that is nobody's home."""

    community: str
    business_type: str
    building: str | None
    unit: str | None
    room: str | None
    public: str | None
    asset: Asset | None
    reporter: Home


@dataclass(frozen=True)
class Request:
    """What reaches the service desk, before anybody works on it."""

    kind: str
    category: str
    subcategory: str
    opened_at: dt.datetime
    place: Place
    words: str
    is_urgent: bool = False
    channel: str = ""
    fault: FaultType | None = None
    vendor: Vendor | None = None
    storm: Storm | None = None
    incident_id: str | None = None
    resolved_with: dt.datetime | None = None
    is_duplicate: bool = False


def minutes(count: float) -> dt.timedelta:
    """A duration in whole minutes, at least one: the ticket system keeps no seconds."""
    return dt.timedelta(minutes=max(1, math.ceil(count)))


def weighted(random: Random, weights: Mapping[str, float]) -> str:
    """A key, drawn by its weight."""
    return random.choices(tuple(weights), tuple(weights.values()))[0]


def moment_in(random: Random, year: int, month_weights: Sequence[float], hour_weights: Sequence[float]) -> dt.datetime:
    """A moment of the year that follows the season and the time of day."""
    month = random.choices(range(1, 13), month_weights)[0]
    day = random.randint(1, calendar.monthrange(year, month)[1])
    hour = random.choices(range(24), hour_weights)[0]
    return dt.datetime(year, month, day, hour, random.randrange(60))


def is_night(moment: dt.datetime) -> bool:
    """Whether the night shift (22:00 to 07:00) is on duty."""
    return moment.hour >= NIGHT_BEGINS or moment.hour < NIGHT_ENDS


@dataclass(frozen=True)
class Places:
    """Draws places of the company by what kind of site a fault needs."""

    random: Random
    company: Company
    homes: Mapping[str, tuple[Home, ...]] = field(init=False)

    def __post_init__(self) -> None:
        occupied = self.company.occupied_homes()
        homes = {name: tuple(home for home in occupied if home.community == name) for name in COMMUNITY_WEIGHTS}
        object.__setattr__(self, "homes", homes)

    def home(self, community: str | None = None) -> Place:
        """A resident's own home."""
        home = self.random.choice(self.homes[community or weighted(self.random, COMMUNITY_WEIGHTS)])
        return Place(home.community, home.business_type, home.building, home.unit, home.room, None, None, home)

    def public(self, words: str, at: Place) -> Place:
        """A public place near the reporter's home."""
        return replace(at, unit=None, room=None, public=words)

    def at_site(self, site: str) -> Place:
        """A place of the kind of site that a fault type names."""
        place = self.home()
        if site == "home":
            return place
        if site == "floor":
            return self.public(self._floor(place), place)
        return replace(self.public(self._grounds(site), place), building=None)

    def at_asset(self, asset: Asset) -> Place:
        """A lift or pump, reported by somebody of that community."""
        homes = self.homes[asset.community]
        near = [home for home in homes if home.building == asset.building] or homes
        reporter = self.random.choice(near)
        return Place(
            asset.community, reporter.business_type, asset.building, None, None, asset.name, asset, reporter
        )  # fmt: skip

    def _floor(self, place: Place) -> str:
        if place.community == HIGH_RISE:
            return f"{place.building}{self.random.randint(1, FLOORS)}层"
        if place.community == VILLAS:
            return f"{place.building}门前{self.random.choice(('步道', '车行道', '围墙'))}"
        return f"{place.building}{self.random.randint(1, 2)}层{self.random.choice(('东侧走廊', '西侧走廊', '中庭'))}"

    def _grounds(self, site: str) -> str:
        if site == "garage":
            return f"地下车库{self.random.choice('ABCDEF')}区{self.random.randint(1, 260)}号车位旁"
        if site == "gate":
            return self.random.choice("东南西北") + self.random.choice(("门入口", "门出口", "门地库入口", "门地库出口"))
        spots = ("中心花园", "儿童乐园", "健身广场", "东侧步道", "南门广场", "水系木栈道", "西侧绿地", "北门人行道")
        return f"{self.random.choice(spots)}{self.random.randint(1, 24)}号灯杆处"


@dataclass(frozen=True)
class RequestStream:
    """The requests of one year, in no order, before repeats."""

    random: Random
    company: Company
    year: int
    places: Places

    def __iter__(self) -> Iterator[Request]:
        yield from self._repairs()
        yield from self._storms()
        yield from self._outage()
        yield from self._asset_faults()
        yield from self._complaints()
        yield from self._talk("inquiry", INQUIRY_TEXTS, self.course.inquiries)
        yield from self._talk("suggestion", SUGGESTION_TEXTS, self.course.suggestions)
        yield from self._talk("praise", PRAISE_TEXTS, self.course.praises)

    @property
    def course(self) -> TicketCourse:
        """The truth built into the year."""
        return TICKETS[self.year]

    def _repairs(self) -> Iterator[Request]:
        weights = [fault.weight for fault in FAULT_TYPES]
        for fault in self.random.choices(FAULT_TYPES, weights, k=self.course.repairs):
            opened_at = moment_in(self.random, self.year, MONTH_WEIGHTS[fault.season], HOUR_WEIGHTS)
            yield self._repair(fault, opened_at, self.places.at_site(fault.site))

    def _repair(self, fault: FaultType, opened_at: dt.datetime, place: Place) -> Request:
        return Request(
            kind="repair",
            category=fault.category,
            subcategory=fault.name,
            opened_at=opened_at,
            place=place,
            words=self.random.choice(fault.texts),
            is_urgent=self.random.random() < fault.urgent_share,
            channel=weighted(self.random, self.course.channel_weights),
            fault=fault,
            vendor=self._vendor(fault),
        )

    def _vendor(self, fault: FaultType) -> Vendor:
        if fault.name == "下水道堵塞":
            is_bad = self.random.random() < self.course.bad_drain_share
            return BAD_DRAIN_VENDOR if is_bad else GOOD_DRAIN_VENDOR
        if fault.category == "外墙渗漏":
            return SLOW_LEAK_VENDOR if self.random.random() < 0.4 else GOOD_LEAK_VENDOR
        if fault.category == "门窗锁具":
            return LOCK_VENDOR if self.random.random() < 0.55 else OWN_TEAM
        return {"消防报警": FIRE_VENDOR, "道闸车行": GATE_VENDOR}.get(fault.category, OWN_TEAM)

    def _storms(self) -> Iterator[Request]:
        for storm in self.course.storms:
            for fault in self.random.choices(STORM_FAULTS, [each.weight for each in STORM_FAULTS], k=storm.tickets):
                rain = (storm.ended_at - storm.began_at).total_seconds() / 60
                opened_at = storm.began_at + minutes(self.random.uniform(12, rain + 40))
                request = self._repair(fault, opened_at, self.places.at_site(fault.site))
                yield replace(request, storm=storm, incident_id=f"SJ{storm.began_at:%Y%m%d}-暴雨")

    def _outage(self) -> Iterator[Request]:
        outage = self.course.outage
        building = f"{outage.building}号楼"
        fault = next(each for each in FAULT_TYPES if each.name == "停水")
        neighbours = [home for home in self.places.homes[HIGH_RISE] if home.building == building]
        for home in self.random.sample(neighbours, outage.tickets):
            place = Place(home.community, home.business_type, home.building, home.unit, home.room, None, None, home)
            request = self._repair(fault, outage.began_at + minutes(self.random.uniform(1, 95)), place)
            yield replace(request, incident_id=f"SJ{outage.began_at:%Y%m%d}-停水")

    def _asset_faults(self) -> Iterator[Request]:
        usual = iter(self.course.other_lift_faults * 2)
        for lift in self.company.lifts:
            faults = next(usual) if not lift.is_weak else 0
            halves = self.course.weak_lift_faults if lift.is_weak else (faults // 2, faults - faults // 2)
            yield from self._faults_of(lift, halves, LIFT_TEXTS, LIFT_VENDOR)
        for pump, faults in zip(self.company.pumps, self.course.pump_faults * 3, strict=True):
            yield from self._faults_of(pump, (faults // 2, faults - faults // 2), PUMP_TEXTS, PUMP_VENDOR)

    def _faults_of(
        self, asset: Asset, halves: tuple[int, int], texts: Mapping[str, tuple[str, ...]], vendor: Vendor
    ) -> Iterator[Request]:
        days = [
            first + 3 * slot + self.random.randrange(2)
            for first, faults in zip((0, 183), halves, strict=True)
            for slot in sorted(self.random.sample(range(60), faults))
        ]
        for day in days:
            midnight = dt.datetime(self.year, 1, 1) + dt.timedelta(days=day)
            hour = self.random.choices(range(24), HOUR_WEIGHTS)[0]
            opened_at = midnight.replace(hour=hour, minute=self.random.randrange(60))
            request = self._asset_fault(asset, opened_at, texts, vendor)
            yield request
            if self.random.random() < 0.08:
                yield self._same_fault_again(request)

    def _asset_fault(
        self, asset: Asset, opened_at: dt.datetime, texts: Mapping[str, tuple[str, ...]], vendor: Vendor
    ) -> Request:
        name = asset.favourite_fault
        if asset.system == "电梯" and self.random.random() < 0.05:
            name = "困人"
        elif self.random.random() < 0.4:
            name = self.random.choice([each for each in texts if each != "困人"])
        return Request(
            kind="repair",
            category=asset.system,
            subcategory=name,
            opened_at=opened_at,
            place=self.places.at_asset(asset),
            words=self.random.choice(texts[name]),
            is_urgent=name in ("困人", "停泵") or self.random.random() < 0.35,
            channel=weighted(self.random, self.course.channel_weights),
            vendor=vendor,
        )

    def _same_fault_again(self, request: Request) -> Request:
        """A neighbour reports the same stopped lift or pump within the hours after the first."""
        opened_at = request.opened_at + minutes(self.random.uniform(8, 240))
        assert request.place.asset is not None
        return replace(request, opened_at=opened_at, place=self.places.at_asset(request.place.asset))

    def _complaints(self) -> Iterator[Request]:
        season = [even * 0.7 + summer * 0.3 for even, summer in zip(*self._complaint_seasons, strict=True)]
        for category, count in self.course.complaints.items():
            for _ in range(count):
                name = self._complaint_name(category)
                yield Request(
                    kind="complaint",
                    category=category,
                    subcategory=name,
                    opened_at=moment_in(self.random, self.year, season, HOUR_WEIGHTS),
                    place=self.places.home(),
                    words=self.random.choice(COMPLAINT_TEXTS[category][name]),
                    is_urgent=self.random.random() < 0.12,
                    channel=weighted(self.random, {**self.course.channel_weights, "12345热线": 7}),
                )

    _complaint_seasons = (MONTH_WEIGHTS["even"], MONTH_WEIGHTS["summer"])

    def _complaint_name(self, category: str) -> str:
        greening = self.course.greening_share_of_environment
        if category == "环境卫生类" and self.random.random() < greening:
            return "绿化养护差"
        return self.random.choice([name for name in COMPLAINT_TEXTS[category] if name != "绿化养护差"])

    def _talk(self, kind: str, texts: Mapping[str, tuple[str, ...]], count: int) -> Iterator[Request]:
        for _ in range(count):
            name = self.random.choice(tuple(texts))
            yield Request(
                kind=kind,
                category=name,
                subcategory=name,
                opened_at=moment_in(self.random, self.year, MONTH_WEIGHTS["even"], OFFICE_HOUR_WEIGHTS),
                place=self.places.home(),
                words=self.random.choice(texts[name]),
                channel=weighted(self.random, self.course.channel_weights),
            )
