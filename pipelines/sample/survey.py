"""The simulated yearly survey: invitations, who answers, and how content they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from pipelines.sample.company import SHOPS, VILLAS, Company, Home
from pipelines.sample.courses import SURVEYS, SurveyCourse

SEND_CHANNELS = {"微信推送": 66, "短信": 20, "入户": 14}
RESIDENTS_WEIGHT = 0.55  # how much of a score is the resident's own temper, the same in every dimension
COMMENTS = (
    "维修比去年快了", "绿化缺株没有补种", "草坪黄了一大片", "停车位太紧张", "电梯换了零件以后好多了",
    "保洁及时", "客服态度好",
    "希望多浇水，绿篱枯了不少", "门岗换人太勤", "楼道灯坏了能快点换", "物业费能不能便宜点", "垃圾房味道大", "总体还行",
    "维修师傅很负责", "公共区域收入要公示", "夜间巡逻看不到人",
)  # fmt: skip


@dataclass(frozen=True)
class Invitation:
    """One invitation to the survey of a year. `scores` (1 to 5 by dimension) is empty where nobody answered."""

    response_id: str
    wave: str
    home: Home
    channel: str
    sent_on: dt.date
    answered_at: dt.datetime | None
    scores: Mapping[str, int | None]
    recommendation: int | None
    comment: str | None


def simulate_survey(random: Random, company: Company, year: int) -> list[Invitation]:
    """The wave of one year in order of its numbers, answered or not."""
    course = SURVEYS[year]
    homes = random.sample(company.occupied_homes(), course.sent)
    answering = set(sorted(range(course.sent), key=lambda number: _eagerness(random, homes[number]))[: course.answered])
    scores = iter(_scores(random, course))
    return [
        _invitation(random, course, number, home, next(scores) if number in answering else None)
        for number, home in enumerate(homes)
    ]


def _eagerness(random: Random, home: Home) -> float:
    """Villa owners answer a little more often, shops less."""
    return random.random() + {VILLAS: -0.06, SHOPS: 0.08}.get(home.community, 0.0)


def _invitation(
    random: Random, course: SurveyCourse, number: int, home: Home, scores: Mapping[str, int | None] | None
) -> Invitation:
    channel = random.choices(tuple(SEND_CHANNELS), tuple(SEND_CHANNELS.values()))[0]
    sent_on = course.first_day + dt.timedelta(days=number % 5)
    answering_time = dt.timedelta(hours=10, minutes=round(60 * 24 * 14 * random.random() ** 2))
    is_overall_given = scores is not None and scores["总体满意度"] is not None
    return Invitation(
        response_id=f"DC{course.first_day.year}{number + 1:05d}",
        wave=course.wave,
        home=home,
        channel=channel,
        sent_on=sent_on,
        answered_at=dt.datetime.combine(sent_on, dt.time()) + answering_time if scores is not None else None,
        scores=scores or {},
        recommendation=_recommendation(random, scores["总体满意度"]) if is_overall_given and scores else None,
        comment=random.choice(COMMENTS) if scores is not None and random.random() < 0.15 else None,
    )


def _recommendation(random: Random, overall: int | None) -> int:
    return max(0, min(10, 2 * (overall or 3) + random.choice((-2, -1, 0, 0, 1))))


def _scores(random: Random, course: SurveyCourse) -> list[dict[str, int | None]]:
    """Scores of all who answered; the satisfied share of each dimension is exactly the course's."""
    tempers = [random.gauss(0, 1) for _ in range(course.answered)]
    columns = {
        dimension: _column(random, tempers, satisfied) for dimension, satisfied in course.satisfied.items()
    }  # fmt: skip
    return [
        {dimension: None if random.random() < 0.008 else column[number] for dimension, column in columns.items()}
        for number in range(course.answered)
    ]


def _column(random: Random, tempers: Sequence[float], satisfied: float) -> list[int]:
    own = (1 - RESIDENTS_WEIGHT**2) ** 0.5
    feelings = [RESIDENTS_WEIGHT * temper + own * random.gauss(0, 1) for temper in tempers]
    order = sorted(range(len(feelings)), key=lambda number: -feelings[number])
    shares = (satisfied * 0.47, satisfied, satisfied + (1 - satisfied) * 0.62, satisfied + (1 - satisfied) * 0.88)
    limits = [round(share * len(order)) for share in shares]
    scores = [0] * len(order)
    for rank, number in enumerate(order):
        scores[number] = 5 - sum(rank >= limit for limit in limits)
    return scores
