"""What exports leave out without saying so, and moments that stand for an absent one, are named before they mislead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest

from pipelines.claims import end_in
from tests.pipelines.conftest import Estate

TICKETS = "工单编号,报修时间,状态,关闭时间\n"
PAYMENTS = "账单编号,缴费日期,缴费金额\n"


def tickets(days: Iterable[str]) -> str:
    """An export with one ticket a day named."""
    return TICKETS + "".join(f"T-{day},{day} 09:00,处理中,\n" for day in days)


def each_month(months: Iterable[int], year: int = 2025) -> list[str]:
    """The 5th and the 25th of each month."""
    return [f"{year}-{month:02d}-{day:02d}" for month in months for day in (5, 25)]


def each_week(first: dt.date, last: dt.date) -> list[str]:
    """Every seventh day and the last one."""
    return [*(str(first + dt.timedelta(days=step)) for step in range(0, (last - first).days, 7)), str(last)]


def issues(estate: Estate, code: str) -> list[tuple[str, str]]:
    """Path and Chinese sentence of the issues of one code."""
    query = f"select path, sentence_zh from warehouse.issues where code = '{code}' order by path, sentence_zh"
    return [(path, sentence) for path, sentence in estate.rows(query)]


# Months


def test_empty_months_in_a_monthly_kind_are_named(estate: Estate) -> None:
    """Tickets in every month but July and August."""
    estate.write("工单.csv", tickets(each_month([1, 2, 3, 4, 5, 6, 9, 10, 11, 12])))
    estate.load()
    assert issues(estate, "empty_months") == [
        ("", "工单在 2025-07～2025-08 没有一行，前后各月都有。请核对这些月份是否漏导，补齐后重新加载。")
    ]


def test_a_kind_that_is_not_monthly_has_no_empty_months(estate: Estate) -> None:
    """Two waves of a survey and a handful of tickets are no course of months."""
    estate.write("工单.csv", tickets(["2025-01-05", "2025-05-05", "2025-12-05"]))
    estate.write("问卷.csv", "答卷编号,提交时间,总体满意度,保洁满意度\nR1,2025-04-01,5,4\nR2,2025-10-01,5,4\n")
    estate.load()
    assert issues(estate, "empty_months") == []


def test_a_whole_missing_year_is_named(estate: Estate) -> None:
    """Tickets of 2023, thirty a month, and of 2025, none of 2024."""
    days = [f"2023-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 16)]
    estate.write("工单.csv", tickets([*days, *each_month(range(1, 13))]))
    estate.write("夜班.csv", tickets(days).replace("T-", "N-"))
    estate.load()
    ((_, sentence),) = issues(estate, "empty_months")
    assert sentence.startswith("工单在 2024-01～2024-12 没有一行")


def test_gaps_in_a_thin_old_year_are_ordinary(estate: Estate) -> None:
    """Two tickets a month in 2023, none in May: too few to tell."""
    months = [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]
    days = [*each_month(months, 2023), *each_month(range(1, 13), 2024), *each_month(range(1, 13))]
    estate.write("工单.csv", tickets(days))
    estate.load()
    assert issues(estate, "empty_months") == []


def test_a_thin_last_year_is_named(estate: Estate) -> None:
    """Twenty-four tickets in 2024, six in 2025: 0.5 a month instead of 2."""
    estate.write("工单.csv", tickets([*each_month(range(1, 13), 2024), *each_month([1, 6, 12])]))
    estate.load()
    ((_, sentence),) = issues(estate, "thin_last_year")
    assert sentence.startswith("工单 2025 年有 6 行，平均每月 0.5 行，不到上年（24 行，每月 2.0 行）的四成。")


def test_half_a_year_as_busy_as_the_last_is_not_thin(estate: Estate) -> None:
    """Rows are compared a month: January to June at the pace of the year before."""
    estate.write("工单.csv", tickets([*each_month(range(1, 13), 2024), *each_month(range(1, 7))]))
    estate.load()
    assert issues(estate, "thin_last_year") == []


# Early ends


def test_a_kind_that_stops_before_the_others_is_named(estate: Estate) -> None:
    """Tickets cover 2025 to its end, payments stop in November."""
    estate.write("工单.csv", tickets(each_week(dt.date(2025, 1, 1), dt.date(2025, 12, 31))))
    weeks = each_week(dt.date(2025, 1, 1), dt.date(2025, 11, 30))
    estate.write("收款.csv", PAYMENTS + "".join(f"B1,{day},10\n" for day in weeks))
    estate.load()
    ((path, sentence),) = issues(estate, "ends_early")
    assert path == ""
    assert sentence == ("实收流水最新到 2025-11-30，而工单已覆盖 2025 年全年。请补导此后的实收流水，否则当年数字偏低。")


def test_kinds_that_end_together_are_not_named(estate: Estate) -> None:
    """Both stop in September: the year is not over for anybody."""
    weeks = each_week(dt.date(2025, 1, 1), dt.date(2025, 9, 30))
    estate.write("工单.csv", tickets(weeks))
    estate.write("收款.csv", PAYMENTS + "".join(f"B1,{day},10\n" for day in weeks))
    estate.load()
    assert issues(estate, "ends_early") == []


def test_a_file_that_does_not_reach_what_its_name_claims_is_named(estate: Estate) -> None:
    """工单_2025年 ends in September; 工单_2025年1-9月 says so itself."""
    days = each_week(dt.date(2025, 1, 1), dt.date(2025, 9, 30))
    estate.write("工单_2025年.csv", tickets(days))
    estate.write("工单_2025年1-9月.csv", tickets(days[:-1] + days[-1:]) + "T-9,2025-09-30 10:00,处理中,\n")
    estate.load()
    assert issues(estate, "ends_early") == [
        (
            "工单_2025年.csv",
            "工单_2025年.csv 按名称或标题应到 2025-12-31，最新一行却在 2025-09-30。"
            "请核对导出时所选的日期范围，或重新导出。",
        )
    ]


def test_a_title_line_claims_a_time_too(estate: Estate) -> None:
    """统计期间 in the title; the moment of the export claims nothing."""
    title = "导出时间：2025-11-02 09:00,,,\n统计期间：2025-01-01至2025-10-31,,,\n"
    estate.write("工单.csv", title + tickets(each_week(dt.date(2025, 1, 1), dt.date(2025, 9, 30))))
    estate.load()
    ((_, sentence),) = issues(estate, "ends_early")
    assert "应到 2025-10-31" in sentence


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("工单_2025年", "2025-12-31"),
        ("2025年度工单", "2025-12-31"),
        ("tickets_2025", "2025-12-31"),
        ("应收账单_2024年及以前", "2024-12-31"),
        ("2023-2025工单", "2025-12-31"),
        ("工单_2025年1-3月", "2025-03-31"),
        ("2025年上半年", "2025-06-30"),
        ("2025年第三季度", "2025-09-30"),
        ("2025Q1", "2025-03-31"),
        ("2025年2月收款", "2025-02-28"),
        ("202501-202506", "2025-06-30"),
        ("20250101-20250430", "2025-04-30"),
        ("2025-01-01 至 2025-10-31", "2025-10-31"),
        ("2025/1/1~2025/3/5", "2025-03-05"),
        ("工单", None),
        ("导出20251005", None),
        ("2025-10-05", None),
        ("2025年13月", None),
    ],
)
def test_names_claim_the_time_that_they_speak_of(text: str, end: str | None) -> None:
    """Years, halves, quarters, months and spans; a single day is the day of an export."""
    assert end_in(text) == (dt.date.fromisoformat(end) if end else None)


# Limits of rows


@pytest.mark.parametrize(("rows", "is_named"), [(65_535, True), (65_536, True), (65_534, True), (65_530, False)])
def test_a_file_cut_at_the_limit_of_a_worksheet_is_named(estate: Estate, rows: int, is_named: bool) -> None:
    """65,536 rows with their header or without it; 65,534 rows and a header are 65,535."""
    lines = "".join(f"T{number},2025-03-05 09:00:{number % 60:02d}\n" for number in range(rows))
    estate.write("工单.csv", "工单编号,报修时间\n" + lines)
    estate.load()
    assert bool(issues(estate, "row_limit")) == is_named


# Sentinels


def closed(closed_at: Iterable[str]) -> str:
    """Tickets opened on the first twenty-five days of January, February, …; closed when named."""
    rows = [f"T{number},2025-{number % 6 + 1:02d}-{number % 25 + 1:02d} 08:{number:02d},已关闭" for number in range(30)]
    return TICKETS + "".join(f"{row},{moment}\n" for row, moment in zip(rows, closed_at, strict=True))


def test_a_moment_in_more_than_a_fifth_of_a_field_is_no_time(estate: Estate) -> None:
    """Seven of thirty closed at one second in a bulk closing: listed, empty, closed at an unknown moment."""
    own = [f"2025-07-01 10:{number:02d}:00" for number in range(23)]
    estate.write("工单.csv", closed([*["2025-12-31 23:59:59"] * 7, *own]))
    estate.load()
    assert issues(estate, "sentinel_date") == [
        (
            "工单.csv",
            "工单.csv 的“关闭时间”有 7 / 30 个值同为 2025-12-31 23:59:59，疑为系统代填，按空值处理，不计入时长。"
            "请核对该列。",
        )
    ]
    assert estate.value("select count(closed_at) from warehouse.tickets") == 23
    assert estate.value("select count(*) from warehouse.tickets where is_closed_undated") == 7
    assert estate.value("select newest_event_at from warehouse.coverage where kind = 'tickets'") == dt.datetime(
        2025, 7, 1, 10, 22
    )


@pytest.mark.parametrize("same", [6, 5])
def test_a_fifth_or_less_is_a_time(estate: Estate, same: int) -> None:
    """Six of thirty are exactly a fifth."""
    own = [f"2025-07-01 10:{number:02d}:00" for number in range(30 - same)]
    estate.write("工单.csv", closed([*["2025-12-31 23:59:59"] * same, *own]))
    estate.load()
    assert issues(estate, "sentinel_date") == []
    assert estate.value("select count(closed_at) from warehouse.tickets") == 30


def test_a_field_of_fewer_than_twenty_values_is_left_alone(estate: Estate) -> None:
    """Nineteen closings, all at one moment."""
    estate.write("工单.csv", closed([*["2025-12-31 23:59:59"] * 19, *[""] * 11]))
    estate.load()
    assert issues(estate, "sentinel_date") == []


def test_a_week_of_dates_alone_repeats_each_date(estate: Estate) -> None:
    """An export of five days without times of day: a fifth on one day is no placeholder."""
    rows = "".join(f"T{number},2025-03-0{number % 5 + 3},已关闭,2025-03-07\n" for number in range(25))
    estate.write("工单.csv", TICKETS + rows)
    estate.load()
    assert issues(estate, "sentinel_date") == []
    assert estate.value("select count(closed_at) from warehouse.tickets") == 25


def test_the_opening_and_the_day_of_payment_are_listed_but_stay(estate: Estate) -> None:
    """A required moment cannot be empty; it ends no period."""
    estate.write(
        "收款.csv",
        PAYMENTS
        + "".join(f"B{number},2025-{number % 9 + 1:02d}-{number % 20 + 1:02d},10\n" for number in range(20))
        + "".join(f"C{number},2025-12-31,10\n" for number in range(10)),
    )
    estate.load()
    ((_, sentence),) = issues(estate, "sentinel_date")
    assert "10 / 30 个值同为 2025-12-31" in sentence and "照原样保留" in sentence
    assert estate.value("select count(paid_on) from warehouse.payments") == 30
    assert estate.value("select newest_event_at from warehouse.coverage where kind = 'payments'") < dt.datetime(
        2025, 12, 31
    )


def test_invitations_sent_together_are_times(estate: Estate) -> None:
    """One moment for all invitations of a wave is the rule."""
    rows = "".join(f"R{number},2025-11-01 09:00,2025-11-02 10:{number:02d},5\n" for number in range(30))
    estate.write("问卷.csv", "答卷编号,发放时间,提交时间,得分\n" + rows)
    estate.load()
    assert issues(estate, "sentinel_date") == []


# Impossible orders and days


def test_a_finish_before_its_start_is_listed_per_pair(estate: Estate) -> None:
    """Resolved before opened, and before arrived: two pairs of one ticket, with both moments."""
    estate.write(
        "工单.csv",
        "工单编号,报修时间,到场时间,完成时间\n"
        "T1,2025-03-05 10:00,2025-03-05 11:00,2025-03-05 09:00\n"
        "T2,2025-03-05 10:00,2025-03-05 11:00,2025-03-05 12:00\n",
    )
    report = estate.load()
    assert [check.rows_found for check in report.checks if check.name == "finish_before_start"] == [2]
    assert estate.rows("select key, detail_zh from warehouse.check_rows where name = 'finish_before_start'") == [
        ("T1", "修复 2025-03-05 09:00，早于到场 2025-03-05 11:00"),
        ("T1", "修复 2025-03-05 09:00，早于登记 2025-03-05 10:00"),
    ]


def test_days_to_come_are_listed_for_every_kind(estate: Estate) -> None:
    """A ticket closed and a payment made in 2090."""
    estate.write("工单.csv", TICKETS + "T1,2025-03-05,已关闭,2090-03-06 12:00\n")
    estate.write("收款.csv", PAYMENTS + "B1,2090-01-02,10\n")
    estate.load()
    assert estate.rows("select key, detail_zh from warehouse.check_rows where name = 'events_after_loading'") == [
        ("B1/2090-01-02/10.00/1", "paid_on 2090-01-02 00:00"),
        ("T1", "closed_at 2090-03-06 12:00"),
    ]
