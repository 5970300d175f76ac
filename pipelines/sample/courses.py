"""The truth built into the sample: how each year went.

2025 is better than 2024 in most things, worse in two (satisfaction with greening, recovery of old arrears) and
unchanged in some (inquiries, complaints about staff attitude, satisfaction with cleaning and security).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist


@dataclass(frozen=True)
class Attainment:
    """What share of a milestone's durations lies within the limit of its service level.

    `spread` is the standard deviation of the durations' logarithm.
    """

    limit_minutes: float
    share: float
    spread: float = 0.6

    @cached_property
    def deviation_at_limit(self) -> float:
        """The standard normal deviation below which the share lies."""
        return NormalDist().inv_cdf(self.share)


@dataclass(frozen=True)
class Storm:
    """A downpour: the residents report from `began_at`, the clock for drainage starts at `ended_at`."""

    began_at: dt.datetime
    ended_at: dt.datetime
    tickets: int


@dataclass(frozen=True)
class Outage:
    """One failure of the supply of a building, reported by many at once."""

    began_at: dt.datetime
    building: int
    tickets: int


@dataclass(frozen=True)
class TicketCourse:
    """How the tickets of one year went. Shares are of all tickets unless their name says otherwise."""

    repairs: int
    inquiries: int
    suggestions: int
    praises: int
    complaints: Mapping[str, int]
    greening_share_of_environment: float
    storms: tuple[Storm, ...]
    outage: Outage
    weak_lift_faults: tuple[int, int]
    other_lift_faults: tuple[int, ...]
    pump_faults: tuple[int, ...]
    repair_speed: float
    attainments: Mapping[str, Attainment]
    forced: float
    unhandled: float
    stuck: float
    left_unclosed: float
    timed_out: float
    followed_up: float
    reopened: float
    reworked: float
    chased: float
    second_visit: float
    three_mediations: float
    interviewed_same_day: float
    photographed: float
    false_alarm: float
    justified: float
    rated: float
    rated_well: float
    bad_drain_share: float
    channel_weights: Mapping[str, float]


@dataclass(frozen=True)
class FeeCourse:
    """How fees came in. `collected` is the share of the year's own bills, `recovered` that of older ones."""

    collected: Mapping[str, float]
    recovered: Mapping[str, float]
    online: float
    waived: float


@dataclass(frozen=True)
class SurveyCourse:
    """One yearly wave: invitations, answers and the satisfied share of each dimension."""

    wave: str
    first_day: dt.date
    sent: int
    answered: int
    satisfied: Mapping[str, float]


@dataclass(frozen=True)
class OperationsCourse:
    """How the routine work of one year went: shares of what was due, found, invited, sent or examined."""

    inspected: float
    found: float
    rectified: float
    maintained: float
    attended: float
    delivered: float
    read: float
    passed: float
    services: int
    review_gain: float


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


TICKETS = {
    2024: TicketCourse(
        repairs=2550,
        inquiries=1486,
        suggestions=131,
        praises=63,
        complaints={"设施设备类": 117, "环境卫生类": 97, "邻里纠纷类": 66, "服务态度类": 38},
        greening_share_of_environment=0.12,
        storms=(
            Storm(_at("2024-06-29 15:20"), _at("2024-06-29 18:10"), 16),
            Storm(_at("2024-07-18 22:40"), _at("2024-07-19 02:30"), 27),
            Storm(_at("2024-08-09 17:05"), _at("2024-08-09 20:45"), 22),
        ),
        outage=Outage(_at("2024-08-03 19:12"), 9, 17),
        weak_lift_faults=(5, 6),
        other_lift_faults=(4, 4, 3, 5, 4, 3, 4, 5, 3, 4, 4),
        pump_faults=(5, 4, 6, 4),
        repair_speed=0.9,
        attainments={
            "urgent_response": Attainment(30, 0.914),
            "utility_response": Attainment(15, 0.886),
            "utility_restored": Attainment(120, 0.953, 0.5),
            "fire_arrival": Attainment(10, 0.925, 0.45),
            "drained": Attainment(360, 0.875, 0.5),
            "routine_response": Attainment(120, 0.885, 0.9),
            "inquiry_response": Attainment(120, 0.931, 1.1),
            "facility_diagnosis": Attainment(120, 0.858),
            "environment_arrival": Attainment(30, 0.897, 0.5),
            "environment_rectified": Attainment(240, 0.842, 0.6),
            "mediation": Attainment(1440, 0.921, 0.8),
        },
        forced=0.021,
        unhandled=0.006,
        stuck=0.0065,
        left_unclosed=0.019,
        timed_out=0.068,
        followed_up=0.872,
        reopened=0.021,
        reworked=0.034,
        chased=0.022,
        second_visit=0.042,
        three_mediations=0.76,
        interviewed_same_day=0.945,
        photographed=0.942,
        false_alarm=0.60,
        justified=0.78,
        rated=0.38,
        rated_well=0.862,
        bad_drain_share=0.42,
        channel_weights={"电话": 41, "微信小程序": 24, "前台": 17, "业主APP": 10, "管家企业微信": 7, "12345热线": 1.6},
    ),
    2025: TicketCourse(
        repairs=2650,
        inquiries=1492,
        suggestions=128,
        praises=84,
        complaints={"设施设备类": 87, "环境卫生类": 76, "邻里纠纷类": 58, "服务态度类": 37},
        greening_share_of_environment=0.27,
        storms=(
            Storm(_at("2025-06-21 16:30"), _at("2025-06-21 19:40"), 18),
            Storm(_at("2025-07-12 21:50"), _at("2025-07-13 01:20"), 25),
            Storm(_at("2025-08-26 14:15"), _at("2025-08-26 17:00"), 19),
        ),
        outage=Outage(_at("2025-07-24 20:05"), 6, 14),
        weak_lift_faults=(5, 1),
        other_lift_faults=(3, 3, 3, 2, 3, 3, 3, 3, 3, 2, 3),
        pump_faults=(3, 4, 3, 4),
        repair_speed=0.57,
        attainments={
            "urgent_response": Attainment(30, 0.957),
            "utility_response": Attainment(15, 0.938),
            "utility_restored": Attainment(120, 0.984, 0.5),
            "fire_arrival": Attainment(10, 0.975, 0.45),
            "drained": Attainment(360, 0.935, 0.5),
            "routine_response": Attainment(120, 0.930, 0.9),
            "inquiry_response": Attainment(120, 0.968, 1.1),
            "facility_diagnosis": Attainment(120, 0.906),
            "environment_arrival": Attainment(30, 0.944, 0.5),
            "environment_rectified": Attainment(240, 0.893, 0.6),
            "mediation": Attainment(1440, 0.962, 0.8),
        },
        forced=0.0085,
        unhandled=0.002,
        stuck=0.0032,
        left_unclosed=0.010,
        timed_out=0.041,
        followed_up=0.912,
        reopened=0.013,
        reworked=0.019,
        chased=0.015,
        second_visit=0.018,
        three_mediations=0.82,
        interviewed_same_day=0.945,
        photographed=0.968,
        false_alarm=0.49,
        justified=0.74,
        rated=0.44,
        rated_well=0.896,
        bad_drain_share=0.34,
        channel_weights={"电话": 34, "微信小程序": 33, "前台": 14, "业主APP": 12, "管家企业微信": 7, "12345热线": 1.2},
    ),
}

FEES = {
    2024: FeeCourse(
        collected={"物业服务费": 0.9286, "停车费": 0.957},
        recovered={"物业服务费": 0.4145, "停车费": 0.52},
        online=0.69,
        waived=0.020,
    ),
    2025: FeeCourse(
        collected={"物业服务费": 0.9437, "停车费": 0.966},
        recovered={"物业服务费": 0.3828, "停车费": 0.53},
        online=0.78,
        waived=0.019,
    ),
}

OPERATIONS = {
    2024: OperationsCourse(
        inspected=0.957,
        found=0.092,
        rectified=0.885,
        maintained=0.968,
        attended=0.598,
        delivered=0.958,
        read=0.615,
        passed=0.935,
        services=318,
        review_gain=0.0,
    ),
    2025: OperationsCourse(
        inspected=0.984,
        found=0.079,
        rectified=0.942,
        maintained=0.988,
        attended=0.672,
        delivered=0.985,
        read=0.704,
        passed=0.978,
        services=386,
        review_gain=2.6,
    ),
}

SURVEYS = {
    2024: SurveyCourse(
        wave="2024年度",
        first_day=dt.date(2024, 11, 4),
        sent=1420,
        answered=754,
        satisfied={
            "总体满意度": 0.806,
            "客服接待": 0.832,
            "维修服务": 0.774,
            "环境保洁": 0.812,
            "秩序维护": 0.846,
            "绿化养护": 0.816,
        },
    ),
    2025: SurveyCourse(
        wave="2025年度",
        first_day=dt.date(2025, 11, 10),
        sent=1420,
        answered=823,
        satisfied={
            "总体满意度": 0.852,
            "客服接待": 0.884,
            "维修服务": 0.847,
            "环境保洁": 0.815,
            "秩序维护": 0.850,
            "绿化养护": 0.763,
        },
    ),
}
