"""The simulated register of waivers and offsets: what dates the sums that the bills carry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from pipelines.sample.company import MANAGERS
from pipelines.sample.fees import Bill

WAIVER_REASONS = ("空置房按七成收取", "房屋渗漏维修期间减免", "积水受损业主减免", "历史遗留问题协商减免")
OFFSET_REASONS = ("预存款冲抵", "多缴款转抵", "装修押金转抵")
FEWEST_CENTS_IN_PARTS = 40_000


@dataclass(frozen=True)
class Adjustment:
    """One waiver or offset of a bill; those of one bill add up to what the bill says."""

    bill: Bill
    adjusted_on: dt.date
    kind: str
    cents: int
    reason: str
    approved_by: str


def simulate_adjustments(random: Random, bills: Sequence[Bill]) -> list[Adjustment]:
    """All adjustments of all bills, day by day."""
    adjustments = [adjustment for bill in bills for adjustment in _of_bill(random, bill)]
    return sorted(adjustments, key=lambda each: (each.adjusted_on, each.bill.bill_id, each.cents))


def _of_bill(random: Random, bill: Bill) -> Iterator[Adjustment]:
    if bill.waived_on:
        yield from _waivers(random, bill, bill.waived_on)
    if bill.offset_on:
        reason = random.choice(OFFSET_REASONS)
        yield Adjustment(bill, bill.offset_on, "冲抵", bill.offset_cents, reason, random.choice(MANAGERS))


def _waivers(random: Random, bill: Bill, day: dt.date) -> Iterator[Adjustment]:
    """A large waiver is sometimes granted in two steps on one day."""
    reason, manager = random.choice(WAIVER_REASONS), random.choice(MANAGERS)
    first = bill.waived_cents
    if first >= FEWEST_CENTS_IN_PARTS and random.random() < 0.1:
        first = bill.waived_cents * 2 // 3
        yield Adjustment(bill, day, "减免", bill.waived_cents - first, f"{reason}（追加）", manager)
    yield Adjustment(bill, day, "减免", first, reason, manager)
