"""The sample company: an invented firm with three communities, their homes, residents, equipment and vendors.

Nobody here exists. Phone numbers start with 154, a range that no Chinese carrier has been assigned.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

HIGH_RISE = "澄江苑"
VILLAS = "听澜别院"
SHOPS = "澄江里"


@dataclass(frozen=True)
class Community:
    """One managed estate (项目). `fee` is the monthly service fee in yuan per square metre.

    `unit_states` weighs the states in which its homes are.
    """

    name: str
    business_type: str
    taken_over_on: dt.date
    fee: float
    unit_states: Mapping[str, float]


@dataclass(frozen=True)
class Home:
    """One flat, villa or shop with the person who reports from it."""

    community: str
    business_type: str
    building: str
    unit: str | None
    room: str
    area_m2: float
    owner: str
    phone: str
    unit_state: str

    @property
    def is_occupied(self) -> bool:
        """Whether anybody lives or trades there, and so reports faults and is surveyed."""
        return self.unit_state == OCCUPIED


@dataclass(frozen=True)
class Asset:
    """One piece of equipment in the register (设备台账)."""

    asset_id: str
    system: str
    community: str
    building: str
    name: str
    in_service_on: dt.date
    favourite_fault: str
    is_weak: bool = False


@dataclass(frozen=True)
class Vendor:
    """A repairer. `slowness` multiplies repair hours, `rework` multiplies the chance that a fault comes back."""

    name: str
    slowness: float = 1.0
    rework: float = 1.0
    rating_shift: float = 0.0


@dataclass(frozen=True)
class Company:
    """Everything the simulation draws places, people and equipment from."""

    homes: tuple[Home, ...]
    lifts: tuple[Asset, ...]
    pumps: tuple[Asset, ...]

    def homes_of(self, community: str) -> tuple[Home, ...]:
        """The homes of one community, occupied or not: all of them are billed."""
        return tuple(home for home in self.homes if home.community == community)

    def occupied_homes(self) -> tuple[Home, ...]:
        """The homes with people in them."""
        return tuple(home for home in self.homes if home.is_occupied)


OCCUPIED, VACANT, UNSOLD = "已入住", "空置", "开发商自持"
COMMUNITIES = (
    Community(HIGH_RISE, "高层", dt.date(2016, 9, 1), 2.60, {OCCUPIED: 92, VACANT: 6, UNSOLD: 2}),
    Community(VILLAS, "别墅", dt.date(2018, 5, 1), 4.80, {OCCUPIED: 84, VACANT: 16}),
    Community(SHOPS, "商业", dt.date(2017, 3, 1), 6.50, {OCCUPIED: 90, VACANT: 4, UNSOLD: 6}),
)
HIGH_RISE_BUILDINGS = 13
FIRST_BUILDING_WITH_UNITS = 12
FLOORS = 18
FLAT_AREAS_M2 = (104.8, 89.5, 118.6, 118.6, 96.2, 128.3)  # of the flats on a floor, in order
VILLA_ROWS = 21
VILLAS_PER_ROW = 4
SHOP_ZONES = "ABCD"
SHOPS_PER_ZONE = 28
WEAK_LIFT_BUILDINGS = (3, 7)
PUMP_ROOMS = 4
PUMPS_PER_ROOM = 3

OWN_TEAM = Vendor("项目工程班")
LOCK_VENDOR = Vendor("顺手五金维修部")
LIFT_VENDOR = Vendor("迅安电梯维保")
PUMP_VENDOR = Vendor("润源泵业服务")
FIRE_VENDOR = Vendor("卫安消防技术")
GATE_VENDOR = Vendor("智行停车科技")
GOOD_DRAIN_VENDOR = Vendor("通渠管道工程")
BAD_DRAIN_VENDOR = Vendor("捷达疏通服务部", slowness=1.7, rework=4.5, rating_shift=-0.9)
GOOD_LEAK_VENDOR = Vendor("固邦防水工程")
SLOW_LEAK_VENDOR = Vendor("恒润防水", slowness=1.5, rework=1.8, rating_shift=-0.4)

SURNAMES = tuple("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈")
GIVEN_NAMES = (
    "建国", "志强", "晓燕", "丽华", "海涛", "文静", "俊杰", "雪梅", "国庆", "秀英",
    "思远", "雨桐", "子涵", "明辉", "玉兰", "永刚", "婷婷", "浩然", "佳怡", "春生",
    "红梅", "立新", "世杰", "慧敏", "一鸣", "素珍", "宏伟", "梦瑶", "德顺", "巧云",
    "家豪", "静怡", "长江", "月娥", "少华", "欣妍", "振宇", "桂芳", "启航", "若楠",
)  # fmt: skip
CLERKS = (
    "方晓雯", "卢佩珊", "石嘉敏", "姚思琪", "邹雨晴", "熊丽娟",
)  # fmt: skip
MECHANICS = (
    "毛立军", "龚长顺", "邱国平", "贺大勇", "江海生", "侯志成", "白永利", "崔建明", "康文斌", "秦福来",
)  # fmt: skip
NIGHT_SHIFT = (
    "尹向东", "黎卫民", "施永强",
)  # fmt: skip
MANAGERS = (
    "程启明", "蒋雅琴", "曾国栋",
)  # fmt: skip
STAFF = {  # by post, everybody who works for the estate itself
    "项目经理": MANAGERS,
    "客服管家": CLERKS,
    "维修技工": MECHANICS,
    "夜班值守": NIGHT_SHIFT,
}


def build_company(random: Random) -> Company:
    """The homes with their residents, 26 lifts and 12 pumps of the three communities."""
    homes = (*_flats(random), *_villas(random), *_shops(random))
    return Company(homes, _lifts(random), _pumps(random))


def person_name(random: Random) -> str:
    """An invented Chinese name."""
    return random.choice(SURNAMES) + random.choice(GIVEN_NAMES)


def _phone(random: Random) -> str:
    return f"154{random.randrange(10**8):08d}"


def _home(
    random: Random, community: Community, building: str, room: str, area_m2: float, unit: str | None = None
) -> Home:
    states = community.unit_states
    return Home(
        community=community.name,
        business_type=community.business_type,
        building=building,
        unit=unit,
        room=room,
        area_m2=area_m2,
        owner=person_name(random),
        phone=_phone(random),
        unit_state=random.choices(tuple(states), tuple(states.values()))[0],
    )


def _flats(random: Random) -> list[Home]:
    return [
        _home(random, COMMUNITIES[0], f"{building}号楼", f"{floor}{flat:02d}", area_m2, _unit(building, flat))
        for building in range(1, HIGH_RISE_BUILDINGS + 1)
        for floor in range(1, FLOORS + 1)
        for flat, area_m2 in enumerate(FLAT_AREAS_M2, start=1)
    ]


def _unit(building: int, flat: int) -> str | None:
    """Only the two youngest buildings have two entrances."""
    if building < FIRST_BUILDING_WITH_UNITS:
        return None
    return "1单元" if flat <= len(FLAT_AREAS_M2) // 2 else "2单元"


def _villas(random: Random) -> list[Home]:
    return [
        _home(random, COMMUNITIES[1], f"{row}幢", f"{door}号", random.choice((216.4, 248.9, 285.3, 312.7)))
        for row in range(1, VILLA_ROWS + 1)
        for door in range(1, VILLAS_PER_ROW + 1)
    ]


def _shops(random: Random) -> list[Home]:
    return [
        _home(random, COMMUNITIES[2], f"{zone}区", f"{zone}{shop:03d}", random.choice((58.4, 86.7, 121.5, 164.2)))
        for zone in SHOP_ZONES
        for shop in range(1, SHOPS_PER_ZONE + 1)
    ]


def _lifts(random: Random) -> tuple[Asset, ...]:
    faults = ("停梯", "异响抖动", "按键失灵", "平层不准", "门关不严")
    return tuple(
        Asset(
            asset_id=f"DT-{building:02d}-{car}",
            system="电梯",
            community=HIGH_RISE,
            building=f"{building}号楼",
            name=f"{building}号楼{car}号客梯",
            in_service_on=dt.date(2016, 8, 15) if building <= 7 else dt.date(2018, 6, 20),
            favourite_fault="停梯" if building in WEAK_LIFT_BUILDINGS else random.choice(faults),
            is_weak=building in WEAK_LIFT_BUILDINGS,
        )
        for building in range(1, HIGH_RISE_BUILDINGS + 1)
        for car in (1, 2)
    )


def _pumps(random: Random) -> tuple[Asset, ...]:
    sites = ((HIGH_RISE, "1号泵房"), (HIGH_RISE, "2号泵房"), (VILLAS, "别墅泵房"), (SHOPS, "商业泵房"))
    return tuple(
        Asset(
            asset_id=f"SB-{room:02d}-{number}",
            system="水泵",
            community=community,
            building=building,
            name=f"{building}{number}号生活水泵",
            in_service_on=dt.date(2016, 8, 15) if room <= 2 else dt.date(2017, 12, 1),
            favourite_fault=random.choice(("水压不足", "停泵", "异响漏水")),
        )
        for room, (community, building) in enumerate(sites, start=1)
        for number in range(1, PUMPS_PER_ROOM + 1)
    )
