"""The simulated monthly reviews of the vendors: those that repair badly score badly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from pipelines.sample.company import (
    BAD_DRAIN_VENDOR,
    FIRE_VENDOR,
    GATE_VENDOR,
    GOOD_DRAIN_VENDOR,
    GOOD_LEAK_VENDOR,
    LIFT_VENDOR,
    LOCK_VENDOR,
    MANAGERS,
    PUMP_VENDOR,
    SLOW_LEAK_VENDOR,
    Vendor,
)
from pipelines.sample.courses import OPERATIONS

PASS_MARK = 85
PENALTY_YUAN_PER_POINT = 200
SERVICES = {
    LIFT_VENDOR: "电梯维保",
    PUMP_VENDOR: "水泵维保",
    FIRE_VENDOR: "消防维保",
    GATE_VENDOR: "道闸维护",
    GOOD_DRAIN_VENDOR: "管道疏通",
    BAD_DRAIN_VENDOR: "管道疏通",
    GOOD_LEAK_VENDOR: "防水堵漏",
    SLOW_LEAK_VENDOR: "防水堵漏",
    LOCK_VENDOR: "门窗锁具",
}


@dataclass(frozen=True)
class Review:
    """One vendor's mark of one month, out of a hundred."""

    vendor: Vendor
    month: dt.date
    score: float
    reviewer: str

    @property
    def is_passed(self) -> bool:
        """Whether the mark reaches what the contract asks for."""
        return self.score >= PASS_MARK

    @property
    def penalty_yuan(self) -> int:
        """What is deducted from the month's fee."""
        return 0 if self.is_passed else round((PASS_MARK - self.score) * PENALTY_YUAN_PER_POINT)


def simulate_reviews(random: Random) -> list[Review]:
    """Every vendor in every month of 2024 and 2025."""
    return list(_reviews(random))


def _reviews(random: Random) -> Iterator[Review]:
    for month in (dt.date(year, month, 1) for year in OPERATIONS for month in range(1, 13)):
        for vendor in SERVICES:
            typical = 94 - 8 * (vendor.slowness - 1) - 1.4 * (vendor.rework - 1)
            score = typical + OPERATIONS[month.year].review_gain + random.gauss(0, 2.2)
            yield Review(vendor, month, round(min(score, 99.0), 1), random.choice(MANAGERS))
