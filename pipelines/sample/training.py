"""The simulated training of the staff: who sat which course, and who passed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from pipelines.sample.company import CLERKS, MANAGERS, MECHANICS, NIGHT_SHIFT, STAFF
from pipelines.sample.courses import OPERATIONS
from pipelines.sample.tickets import EvenDraws

PASS_MARK = 80
LEADS_TO_CERTIFICATE = frozenset({"电工作业复训", "消防设施操作取证", "电梯安全管理取证"})
CERTIFICATE_YEARS = 3


@dataclass(frozen=True)
class Attendance:
    """One person in one course."""

    employee_no: str
    person: str
    post: str
    course: str
    category: str
    trained_on: dt.date
    hours: float
    score: int
    trainer: str

    @property
    def is_passed(self) -> bool:
        """Whether the score reaches the pass mark."""
        return self.score >= PASS_MARK

    @property
    def certificate_expires_on(self) -> dt.date | None:
        """Until when the certificate of the course holds, where it leads to one and was passed."""
        if self.course not in LEADS_TO_CERTIFICATE or not self.is_passed:
            return None
        return self.trained_on.replace(year=self.trained_on.year + CERTIFICATE_YEARS)


EVERYBODY = (*MANAGERS, *CLERKS, *MECHANICS, *NIGHT_SHIFT)
COURSES = (  # month and day, course, category, hours, who
    (1, 16, "服务礼仪与沟通", "服务", 3.0, (*MANAGERS, *CLERKS)),
    (2, 27, "工单系统操作与时限", "业务", 2.0, EVERYBODY),
    (3, 19, "电工作业复训", "持证", 16.0, MECHANICS),
    (4, 12, "电梯安全管理取证", "持证", 8.0, (*MANAGERS, *NIGHT_SHIFT)),
    (5, 22, "防汛预案与器材使用", "安全", 2.5, (*MECHANICS, *NIGHT_SHIFT)),
    (6, 7, "消防四个能力", "安全", 3.0, EVERYBODY),
    (8, 21, "投诉处理与纠纷调解", "服务", 4.0, (*MANAGERS, *CLERKS)),
    (9, 25, "消防设施操作取证", "持证", 24.0, (*NIGHT_SHIFT, *MECHANICS[:5])),
    (10, 30, "个人信息保护", "合规", 1.5, EVERYBODY),
    (11, 27, "冬季供暖故障排查", "业务", 3.0, MECHANICS),
)


def simulate_training(random: Random) -> list[Attendance]:
    """All attendances of 2024 and 2025, course by course."""
    even = EvenDraws(random)
    post_of = {person: post for post, people in STAFF.items() for person in people}
    return [
        Attendance(
            employee_no=f"CY{EVERYBODY.index(person) + 1:03d}",
            person=person,
            post=post_of[person],
            course=course,
            category=category,
            trained_on=dt.date(year, month, day),
            hours=hours,
            score=_score(random, is_passed=even.draw(f"passed {year}") < OPERATIONS[year].passed),
            trainer=MANAGERS[month % len(MANAGERS)],
        )
        for year in OPERATIONS
        for month, day, course, category, hours, people in COURSES
        for person in people
    ]


def _score(random: Random, *, is_passed: bool) -> int:
    return random.randint(PASS_MARK, 99) if is_passed else random.randint(58, PASS_MARK - 1)
