"""The states of bills: one row for each span of days in which nothing about a bill moved."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.pipelines.conftest import Estate

FIRST_DAY = dt.date(1, 1, 1)
LAST_DAY = dt.date(9999, 12, 31)

BILLS = """
账单编号,收费项目,小区,房号,账期开始,账期结束,应收金额,减免金额
PAID,物业服务费,东园,101,2024-01-01,2024-12-31,1000,
QUIET,物业服务费,东园,102,2024-01-01,2024-12-31,800,
WAIVED,物业服务费,东园,103,2024-01-01,2024-12-31,600,50
GIVEN_UP,物业服务费,东园,104,2024-01-01,2024-12-31,500,
REVERSAL,物业服务费,东园,105,2024-01-01,2024-12-31,-300,
"""
PAYMENTS = """
流水号,账单编号,收款日期,收款金额
P1,PAID,2024-03-05,300
P2,PAID,2024-03-05,100
P3,PAID,2024-05-01,700
P4,PAID,2025-02-01,-200
P5,WAIVED,2023-11-20,70
P6,GIVEN_UP,2025-06-30,450
P7,REVERSAL,2024-02-02,-120
P8,UNKNOWN,2024-02-02,99
"""
ADJUSTMENTS = """
账单编号,调整类型,调整金额,调整日期
PAID,预存抵扣,60,2024-05-01
GIVEN_UP,减免,100,2025-01-10
GIVEN_UP,核销,999,2025-03-31
"""


def amounts(*values: int) -> tuple[Decimal, ...]:
    """The amounts of a row, in yuan."""
    return tuple(Decimal(value) for value in values)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    """The bills above with their payments and adjustments."""
    estate = Estate(tmp_path_factory.mktemp("bills"))
    estate.write("账单.csv", BILLS.lstrip())
    estate.write("收款.csv", PAYMENTS.lstrip())
    estate.write("减免.csv", ADJUSTMENTS.lstrip())
    estate.load()
    return estate


def states(estate: Estate, bill: str) -> dict[dt.date, tuple[Decimal, ...]]:
    """Of a bill, by the day that begins a span: dues, settled, collected, written off and open."""
    rows = estate.rows(
        "select moved_on, dues, settled, collected, written_off, amount_open from warehouse.bill_states "
        f"where bill_id = '{bill}' order by moved_on"
    )
    return {row[0]: row[1:] for row in rows}


def test_a_bill_has_one_row_for_each_span_without_a_movement(loaded: Estate) -> None:
    """Movements of one day make one row, and a row holds all that moved up to its day."""
    assert states(loaded, "QUIET") == {FIRST_DAY: amounts(800, 0, 0, 0, 800)}
    assert states(loaded, "PAID") == {
        FIRST_DAY: amounts(1000, 0, 0, 0, 1000),
        dt.date(2024, 3, 5): amounts(1000, 400, 400, 0, 600),  # 300 + 100 on one day
        dt.date(2024, 5, 1): amounts(1000, 1160, 1000, 0, 0),  # 700 paid and 60 offset: 160 too much
        dt.date(2025, 2, 1): amounts(1000, 960, 960, 0, 40),  # 200 paid back
    }
    assert states(loaded, "UNKNOWN") == {}


def test_a_waiver_lowers_the_dues_and_one_without_a_date_from_the_beginning(loaded: Estate) -> None:
    """The bill says 50 waived and no day; 70 were paid before the fee period began."""
    assert states(loaded, "WAIVED") == {
        FIRST_DAY: amounts(550, 0, 0, 0, 550),
        dt.date(2023, 11, 20): amounts(550, 70, 70, 0, 480),
    }


def test_a_write_off_counts_up_to_what_is_open(loaded: Estate) -> None:
    """999 written off on a bill that owes 400; what is paid after all is no longer written off."""
    assert states(loaded, "GIVEN_UP") == {
        FIRST_DAY: amounts(500, 0, 0, 0, 500),
        dt.date(2025, 1, 10): amounts(400, 0, 0, 0, 400),
        dt.date(2025, 3, 31): amounts(400, 0, 0, 400, 0),
        dt.date(2025, 6, 30): amounts(400, 450, 400, 0, 0),
    }


def test_a_bill_of_a_negative_amount_is_open_below_zero(loaded: Estate) -> None:
    """120 of 300 have been paid back."""
    assert states(loaded, "REVERSAL") == {
        FIRST_DAY: amounts(-300, 0, 0, 0, -300),
        dt.date(2024, 2, 2): amounts(-300, -120, -120, 0, -180),
    }


def test_the_rows_of_a_bill_follow_each_other(loaded: Estate) -> None:
    """From the first day of the calendar to the last, without a gap or an overlap."""
    spans = loaded.rows("select moved_on, next_moved_on from warehouse.bill_states where bill_id = 'PAID' order by 1")
    days = [FIRST_DAY, dt.date(2024, 3, 5), dt.date(2024, 5, 1), dt.date(2025, 2, 1), LAST_DAY]
    assert spans == list(pairwise(days))


@pytest.mark.parametrize(
    ("moment", "collected"), [("2024-03-05", 0), ("2024-03-06", 400), ("2025-02-01", 1000), ("2030-01-01", 960)]
)
def test_a_moment_sees_each_bill_once(loaded: Estate, moment: str, collected: int) -> None:
    """A movement is known from the midnight after its day."""
    seen = loaded.rows(
        "select bill_id, collected from warehouse.bill_states "
        f"where moved_on < timestamp '{moment}' and next_moved_on >= timestamp '{moment}' order by bill_id"
    )
    assert [bill for bill, _ in seen] == ["GIVEN_UP", "PAID", "QUIET", "REVERSAL", "WAIVED"]
    assert dict(seen)["PAID"] == collected


def test_each_bill_has_a_number_of_its_own(loaded: Estate) -> None:
    """The rows lie in the order of the fee periods and bills, which the numbers follow."""
    assert loaded.rows("select distinct bill_number, bill_id from warehouse.bill_states order by bill_number") == [
        (1, "GIVEN_UP"),
        (2, "PAID"),
        (3, "QUIET"),
        (4, "REVERSAL"),
        (5, "WAIVED"),
    ]


def test_a_payment_without_a_date_counts_from_the_beginning(estate: Estate) -> None:
    """A bill alone may say what was paid on it and not when."""
    estate.write("账单.csv", "账单编号,账期开始,账期结束,应收金额,已收金额\nB1,2024-01-01,2024-12-31,90,30\n")
    estate.load()
    assert states(estate, "B1") == {FIRST_DAY: amounts(90, 30, 30, 0, 60)}


def test_without_bills_there_are_no_states(estate: Estate) -> None:
    """Payments alone say nothing about what is due."""
    estate.write("收款.csv", PAYMENTS.lstrip())
    estate.load()
    assert estate.rows("select * from warehouse.bill_states") == []
