"""The simulated fee system: quarterly bills for property service, yearly ones for parking, and how they were paid.

Amounts are whole cents (分), so that sums are exact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from pipelines.sample.company import COMMUNITIES, HIGH_RISE, SHOPS, VILLAS, Company, Home
from pipelines.sample.courses import FEES, FeeCourse

SERVICE = "物业服务费"
PARKING = "停车费"
PARKING_YEAR_CENTS = {HIGH_RISE: 240_000, VILLAS: 300_000, SHOPS: 360_000}
PARKING_SHARE = {HIGH_RISE: 0.34, VILLAS: 0.50, SHOPS: 0.25}
ONLINE_CHANNELS = {"微信支付": 52, "支付宝": 18, "业主APP": 20, "银行代扣": 10}
COUNTER_CHANNELS = {"银行转账": 46, "POS刷卡": 32, "现金": 22}
DAYS_TO_PAY = dt.timedelta(days=44)
LAST_DAY = dt.date(2025, 12, 31)
DEBTOR_SHARE = 0.115
OLD_DEBT_CHANCES = {2020: 0.16, 2021: 0.30, 2022: 0.58, 2023: 0.84}
PREPAYING_SHARE = 0.13
SLOW_SHARE = 0.16


@dataclass
class Bill:
    """One bill. What is waived, offset and paid accumulates while the years are played through."""

    bill_id: str
    home: Home
    fee_item: str
    period_start: dt.date
    period_end: dt.date
    due_on: dt.date
    due_cents: int
    waived_cents: int = 0
    waived_on: dt.date | None = None
    offset_cents: int = 0
    offset_on: dt.date | None = None
    paid_cents: int = 0
    last_paid_on: dt.date | None = None
    is_instalment: bool = False

    @property
    def open_cents(self) -> int:
        """What is still to be paid."""
        return self.due_cents - self.waived_cents - self.offset_cents - self.paid_cents


@dataclass(frozen=True)
class Payment:
    """One payment on one bill; a refund has a negative amount."""

    bill_id: str
    paid_on: dt.date
    cents: int
    channel: str


@dataclass(frozen=True)
class Account:
    """A home that is billed, and how its people pay."""

    home: Home
    has_parking: bool
    reluctance: float
    is_debtor: bool
    prepays: bool
    is_slow: bool


@dataclass
class FeeBooks:
    """All bills and payments of the sample, played through year by year."""

    random: Random
    accounts: Sequence[Account]
    bills: list[Bill] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    def play(self) -> None:
        """Fills the books: old debts first, then 2024 and 2025, then prepayments for 2026."""
        for year in OLD_DEBT_CHANCES:
            self._open_old_debts(year)
        for year, course in FEES.items():
            new = self._bill_year(year)
            for item in (SERVICE, PARKING):
                old = [bill for bill in self.bills if bill.period_start.year < year and bill.fee_item == item]
                self._collect_new([bill for bill in new if bill.fee_item == item], course, year)
                self._recover([bill for bill in old if bill.open_cents > 0], course, year, course.recovered[item])
            self.bills += new
        self._prepay_next_year()
        self._slips()

    def _open_old_debts(self, year: int) -> None:
        """Bills of earlier years that are still open when 2024 begins; some were paid in part at the time."""
        debtors = [account for account in self.accounts if account.is_debtor]
        for account in debtors:
            if self.random.random() > OLD_DEBT_CHANCES[year]:
                continue
            for quarter in range(1 if self.random.random() < 0.6 else 3, 5):
                self._open_old_debt(self._service_bill(account, year, quarter))
            if account.has_parking and year == 2023:
                self._open_old_debt(self._parking_bill(account, year))

    def _open_old_debt(self, bill: Bill) -> None:
        if self.random.random() < 0.08:
            paid_on = bill.due_on + dt.timedelta(days=self.random.randint(5, 60))
            self._pay(bill, min(paid_on, dt.date(2023, 12, 20)), bill.due_cents // 2, 0.5)
        self.bills.append(bill)

    def _bill_year(self, year: int) -> list[Bill]:
        parking = [self._parking_bill(account, year) for account in self.accounts if account.has_parking]
        service = [self._service_bill(account, year, quarter) for quarter in (1, 2, 3, 4) for account in self.accounts]
        return service + parking

    def _service_bill(self, account: Account, year: int, quarter: int) -> Bill:
        start = dt.date(year, 3 * quarter - 2, 1)
        end = dt.date(year + quarter // 4, (3 * quarter) % 12 + 1, 1) - dt.timedelta(days=1)
        return Bill(
            bill_id=f"WY{year % 100}{quarter}{_door_code(account.home)}",
            home=account.home,
            fee_item=SERVICE,
            period_start=start,
            period_end=end,
            due_on=start + DAYS_TO_PAY,
            due_cents=_quarter_cents(account.home),
        )

    def _parking_bill(self, account: Account, year: int) -> Bill:
        start = dt.date(year, 1, 1)
        return Bill(
            bill_id=f"TC{year % 100}{_door_code(account.home)}",
            home=account.home,
            fee_item=PARKING,
            period_start=start,
            period_end=dt.date(year, 12, 31),
            due_on=start + DAYS_TO_PAY,
            due_cents=PARKING_YEAR_CENTS[account.home.community],
        )

    def _collect_new(self, bills: list[Bill], course: FeeCourse, year: int) -> None:
        """Pays the year's own bills, all but the share that stays open; the reluctant leave their latest quarters."""
        self._waive_and_offset(bills, course, year)
        billed = sum(bill.due_cents - bill.waived_cents for bill in bills)
        to_leave = round(billed * (1 - course.collected[bills[0].fee_item]))
        for bill in sorted(bills, key=self._leaving_order):
            if to_leave >= bill.open_cents:
                to_leave -= self._leave(bill, course, year)
            else:
                self._pay_in_season(bill, course)

    def _leaving_order(self, bill: Bill) -> tuple[float, str]:
        account = self._account(bill)
        quarter = (bill.period_start.month + 2) // 3
        return account.reluctance - 0.05 * quarter, bill.bill_id

    def _leave(self, bill: Bill, course: FeeCourse, year: int) -> int:
        """Leaves a bill open, one in eight only in part; the cents left open."""
        if self.random.random() < 0.125:
            paid_on = self._day_between(bill.due_on, dt.date(year, 12, 24))
            self._pay(bill, paid_on, bill.open_cents * self.random.randint(3, 6) // 10, course.online)
        return bill.open_cents

    def _pay_in_season(self, bill: Bill, course: FeeCourse) -> None:
        account = self._account(bill)
        year_end = dt.date(bill.period_start.year, 12, 31)
        if account.prepays:
            new_year = dt.date(bill.period_start.year, 1, 1)
            paid_on = new_year + dt.timedelta(days=_stable(account.home, 40) - 25)
        elif account.is_slow:
            paid_on = self._day_between(bill.due_on, min(bill.due_on + dt.timedelta(days=150), year_end))
        else:
            paid_on = self._day_between(bill.period_start, bill.due_on + dt.timedelta(days=12))
        if bill.due_cents > 150_000 and account.is_slow and self.random.random() < 0.3:
            bill.is_instalment = True
            self._pay(bill, min(bill.due_on, year_end), bill.open_cents // 2, course.online)
        self._pay(bill, min(paid_on, year_end), bill.open_cents, course.online)

    def _recover(self, bills: list[Bill], course: FeeCourse, year: int, share: float) -> None:
        """Recovers a share of old debts in the order in which people find the money: younger ones first."""
        to_recover = round(sum(bill.open_cents for bill in bills) * share)
        order = sorted(bills, key=lambda bill: (self._recovery_order(bill, year), bill.bill_id))
        for bill in order:
            if to_recover < bill.open_cents // 2:
                continue
            amount = min(to_recover, bill.open_cents)
            day = self.random.choices(_RECOVERY_MONTHS, _RECOVERY_WEIGHTS)[0]
            self._pay(bill, dt.date(year, day, self.random.randint(1, 28)), amount, course.online - 0.2)
            to_recover -= amount

    def _recovery_order(self, bill: Bill, year: int) -> float:
        return (year - bill.period_start.year) * 0.22 + self.random.random()

    def _waive_and_offset(self, bills: list[Bill], course: FeeCourse, year: int) -> None:
        for bill in bills:
            chance = self.random.random()
            day = self._day_between(bill.period_start, dt.date(year, 12, 20))
            if chance < course.waived:
                bill.waived_cents, bill.waived_on = round(bill.due_cents * 0.3), day
            elif chance < course.waived + 0.006:
                bill.offset_cents, bill.offset_on = min(bill.due_cents, 60_000), day

    def _prepay_next_year(self) -> None:
        """First-quarter bills of 2026 that were paid before the year began: they never count for 2025."""
        eager = [account for account in self.accounts if account.prepays and _stable(account.home, 3) == 0]
        for account in eager:
            bill = self._service_bill(account, 2026, 1)
            self._pay(bill, self._day_between(dt.date(2025, 12, 2), LAST_DAY), bill.open_cents, 0.85)
            self.bills.append(bill)

    def _slips(self) -> None:
        """Double payments of which most are refunded; what is not is 多收."""
        paid = [bill for bill in self.bills if bill.open_cents == 0 and bill.last_paid_on and not bill.is_instalment]
        for number, bill in enumerate(self.random.sample(paid, 16)):
            assert bill.last_paid_on is not None
            again = min(bill.last_paid_on + dt.timedelta(days=2), LAST_DAY)
            cents = bill.paid_cents
            self._pay(bill, again, cents, 1.0)
            if number >= 4:
                self._pay(bill, min(again + dt.timedelta(days=9), LAST_DAY), -cents, 1.0)

    def _pay(self, bill: Bill, day: dt.date, cents: int, online: float) -> None:
        if cents == 0:
            return
        is_online = self.random.random() < online
        channels = ONLINE_CHANNELS if is_online else COUNTER_CHANNELS
        channel = self.random.choices(tuple(channels), tuple(channels.values()))[0]
        bill.paid_cents += cents
        bill.last_paid_on = max(day, bill.last_paid_on or day)
        self.payments.append(Payment(bill.bill_id, day, cents, channel))

    def _day_between(self, first: dt.date, last: dt.date) -> dt.date:
        return first + dt.timedelta(days=self.random.randint(0, max(0, (last - first).days)))

    def _account(self, bill: Bill) -> Account:
        return self._accounts_by_door[_door_code(bill.home)]

    def __post_init__(self) -> None:
        self._accounts_by_door = {_door_code(account.home): account for account in self.accounts}


_COMMUNITY_CODES = {HIGH_RISE: "C", VILLAS: "T", SHOPS: "S"}
_RECOVERY_MONTHS = range(1, 13)
_RECOVERY_WEIGHTS = (9, 6, 8, 7, 8, 9, 6, 6, 9, 8, 11, 13)
_FEES = {community.name: community.fee for community in COMMUNITIES}


def simulate_fees(random: Random, company: Company) -> tuple[list[Bill], list[Payment]]:
    """Bills from 2021 to early 2026 (home by home) and all payments on them up to the end of 2025 (day by day)."""
    books = FeeBooks(random, tuple(_accounts(random, company.homes)))
    books.play()
    place = {id(account.home): number for number, account in enumerate(books.accounts)}
    bills = sorted(books.bills, key=lambda bill: (place[id(bill.home)], bill.fee_item == PARKING, bill.period_start))
    payments = sorted(books.payments, key=lambda payment: (payment.paid_on, payment.bill_id, -payment.cents))
    return bills, payments


def _accounts(random: Random, homes: Iterable[Home]) -> Iterator[Account]:
    for home in homes:
        is_debtor = random.random() < DEBTOR_SHARE * (1 if home.is_occupied else 2)
        yield Account(
            home=home,
            has_parking=random.random() < PARKING_SHARE[home.community],
            reluctance=random.random() * (0.55 if is_debtor else 1.0) + (0.0 if is_debtor else 0.25),
            is_debtor=is_debtor,
            prepays=not is_debtor and random.random() < PREPAYING_SHARE,
            is_slow=random.random() < SLOW_SHARE,
        )


def _quarter_cents(home: Home) -> int:
    return round(home.area_m2 * _FEES[home.community] * 3 * 100)


def _door_code(home: Home) -> str:
    building, room = home.building.rstrip("号楼幢区"), home.room.rstrip("号")
    return f"{_COMMUNITY_CODES[home.community]}{building:0>2}{room:0>4}"


def _stable(home: Home, below: int) -> int:
    """A number that stays with a home: whoever prepays does so on about the same day every year."""
    return int(home.phone[3:]) % below
