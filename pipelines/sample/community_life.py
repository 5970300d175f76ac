"""The simulated life of the communities: activities, notices, and small services to residents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from pipelines.sample.company import CLERKS, COMMUNITIES, HIGH_RISE, SHOPS, VILLAS, Company, Home
from pipelines.sample.courses import OPERATIONS
from pipelines.sample.requests import weighted

SHARE_WITH_SPECIAL_CARE = 0.045
SHARE_FOR_THEM = 0.42
PERSONS_PER_HOUSEHOLD = 1.7


@dataclass(frozen=True)
class Activity:
    """One activity. Some residents come to more than one of its sessions: person-times exceed persons."""

    number: str
    name: str
    category: str
    held_on: dt.date
    community: str
    place: str
    invited: int
    attended: int
    persons: int
    person_times: int
    cost_yuan: int
    organiser: str


@dataclass(frozen=True)
class Notice:
    """One notice over one channel. A poster is read by nobody knows whom."""

    number: str
    title: str
    category: str
    channel: str
    sent_on: dt.date
    community: str
    targeted: int
    delivered: int
    read: int | None


@dataclass(frozen=True)
class Service:
    """One small service to a household; `group` names the residents who need special care."""

    served_on: dt.date
    item: str
    home: Home
    group: str | None
    provider: str


PLACES = {HIGH_RISE: "架空层活动室", VILLAS: "业主会所", SHOPS: "商业中庭"}
ACTIVITIES = (  # month and day, name, category, communities, sessions
    (1, 20, "迎新春写春联", "传统节日", (HIGH_RISE, VILLAS), 1),
    (2, 23, "元宵猜灯谜", "传统节日", (HIGH_RISE, SHOPS), 1),
    (3, 15, "植树护绿", "社区共建", (HIGH_RISE,), 1),
    (4, 26, "消防体验日", "安全宣传", (HIGH_RISE, SHOPS), 1),
    (5, 11, "母亲节插花", "亲子文化", (HIGH_RISE, VILLAS), 1),
    (6, 1, "儿童跳蚤市场", "亲子文化", (HIGH_RISE,), 1),
    (7, 12, "暑期小课堂", "亲子文化", (HIGH_RISE,), 4),
    (8, 9, "露天电影周", "文体活动", (HIGH_RISE, VILLAS), 3),
    (9, 14, "中秋邻里宴", "传统节日", (HIGH_RISE, VILLAS, SHOPS), 1),
    (10, 11, "重阳敬老义诊", "敬老助残", (HIGH_RISE,), 1),
    (11, 16, "业主趣味运动会", "文体活动", (HIGH_RISE,), 2),
    (12, 21, "冬至包饺子", "传统节日", (HIGH_RISE, SHOPS), 1),
)
INVITED = {HIGH_RISE: (140, 260), VILLAS: (40, 70), SHOPS: (50, 90)}
NOTICES = {
    "停水停电": ("二次供水水箱清洗停水通知", "配电房检修停电通知"),
    "设施维护": ("电梯季度保养停梯通知", "消防系统联动测试通知", "道闸系统升级通知"),
    "收费": ("季度物业服务费缴费通知", "停车费年费续缴通知"),
    "安全提示": ("暴雨大风防范提示", "冬季用电防火提示", "高空坠物整治告知"),
    "公示": ("公共收益收支公示", "季度服务报告公示"),
}
NOTICES_A_MONTH = {HIGH_RISE: 3, VILLAS: 2, SHOPS: 2}
CHANNELS = {"微信公众号": 55, "业主APP": 25, "楼道张贴": 20}
EVERYBODY_ITEMS = ("代收快递送上门", "雨伞借用", "小推车借用", "磨刀", "小家电检修", "代缴水电费", "家具搬抬")
CARE_ITEMS = {
    "独居老人": ("上门探访", "代买药品", "血压测量"),
    "残障人士": ("轮椅借用", "代办手续"),
    "失能家庭": ("上门探访", "代买药品"),
}


def simulate_activities(random: Random) -> list[Activity]:
    """The activities of 2024 and 2025, by day and community."""
    return [
        _activity(random, dt.date(year, month, day), name, category, community, sessions)
        for year in OPERATIONS
        for month, day, name, category, communities, sessions in ACTIVITIES
        for community in communities
    ]


def _activity(random: Random, day: dt.date, name: str, category: str, community: str, sessions: int) -> Activity:
    invited = random.randint(*INVITED[community])
    attended = round(invited * (OPERATIONS[day.year].attended + random.uniform(-0.08, 0.08)))
    persons = round(attended * PERSONS_PER_HOUSEHOLD * random.uniform(0.85, 1.15))
    return Activity(
        number=f"HD{day:%Y%m%d}{list(PLACES).index(community) + 1}",
        name=name,
        category=category,
        held_on=day,
        community=community,
        place=PLACES[community],
        invited=invited,
        attended=attended,
        persons=persons,
        person_times=round(persons * (1 + (sessions - 1) * random.uniform(0.5, 0.8))),
        cost_yuan=100 * random.randint(8, 60),
        organiser=random.choice(CLERKS),
    )


def simulate_notices(random: Random, company: Company) -> list[Notice]:
    """The notices of 2024 and 2025, by day."""
    notices = sorted(_notices(random, company), key=lambda each: (each.sent_on, each.community, each.title))
    return [
        replace(notice, number=f"TZ{notice.sent_on:%Y%m}{position:04d}")
        for position, notice in enumerate(notices, start=1)
    ]


def _notices(random: Random, company: Company) -> Iterator[Notice]:
    for year, course in OPERATIONS.items():
        for month in range(1, 13):
            for community in (each.name for each in COMMUNITIES):
                households = len(company.homes_of(community))
                for _ in range(NOTICES_A_MONTH[community]):
                    category = random.choice(tuple(NOTICES))
                    channel = weighted(random, CHANNELS)
                    is_poster = channel == "楼道张贴"
                    delivered = round(households * min(1, course.delivered + random.uniform(-0.02, 0.015)))
                    yield Notice(
                        number="",
                        title=random.choice(NOTICES[category]),
                        category=category,
                        channel=channel,
                        sent_on=dt.date(year, month, random.randint(1, 28)),
                        community=community,
                        targeted=households,
                        delivered=households if is_poster else delivered,
                        read=None if is_poster else round(delivered * (course.read + random.uniform(-0.06, 0.06))),
                    )


def simulate_services(random: Random, company: Company) -> list[Service]:
    """The services of 2024 and 2025, by day; a fixed few households get most of the special care."""
    homes = [home for home in company.occupied_homes() if home.community != SHOPS]
    cared_for = random.sample(homes, round(len(homes) * SHARE_WITH_SPECIAL_CARE))
    group_of = {home: random.choice(tuple(CARE_ITEMS)) for home in cared_for}
    services = [
        _service(random, year, random.choice(cared_for if random.random() < SHARE_FOR_THEM else homes), group_of)
        for year, course in OPERATIONS.items()
        for _ in range(course.services)
    ]
    return sorted(services, key=lambda each: (each.served_on, each.home.building, each.home.room))


def _service(random: Random, year: int, home: Home, group_of: Mapping[Home, str]) -> Service:
    group = group_of.get(home)
    day = dt.date(year, 1, 1) + dt.timedelta(days=random.randrange(365))
    item = random.choice(CARE_ITEMS[group] if group else EVERYBODY_ITEMS)
    return Service(day, item, home, group, random.choice(CLERKS))
