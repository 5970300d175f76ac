"""What the warehouse says of tickets, bills, payments and surveys, cell by cell."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from tests.pipelines.conftest import Estate


def test_closures_are_told_apart(estate: Estate) -> None:
    """Forced, unhandled, by timeout, duplicate, mistaken and withdrawn; a closed ticket without any time."""
    estate.write(
        "工单.csv",
        "工单编号,报修时间,状态,关闭类型,完成时间,关闭时间,评分,评价时间\n"
        "T1,2025-01-01,已关闭,正常,2025-01-02,2025-01-03,5,2025-01-03\n"
        "T2,2025-01-01,已关闭,强制结单,,2025-01-03,,\n"
        "T3,2025-01-01,已关闭,超时自动关闭,2025-01-02,2025-01-03,5,2025-01-03\n"
        "T4,2025-01-01,已关闭,重复,,2025-01-03,,\n"
        "T5,2025-01-01,已关闭,业主撤单,,2025-01-03,,\n"
        "T6,2025-01-01,已关闭,,2025-01-02,,,\n"
        "T7,2025-01-01,已关闭,,,,,\n"
        "T8,2025-01-01,已取消,,,,,\n",
    )
    estate.load()
    rows = estate.rows(
        "select ticket_id, day(closed_at), is_force_closed, is_closed_by_timeout, is_cancelled, is_never_a_fault, "
        "is_closed_undated, is_default_rating from warehouse.tickets"
    )
    assert rows == [
        ("T1", 3, False, False, False, False, False, False),
        ("T2", 3, True, False, False, False, False, False),
        ("T3", 3, False, True, False, False, False, True),
        ("T4", 3, False, False, True, True, False, False),
        ("T5", 3, False, False, True, False, False, False),
        ("T6", 2, False, False, False, False, False, False),
        ("T7", None, False, False, False, False, True, False),
        ("T8", None, False, False, True, False, False, False),
    ]


def test_the_same_place_has_the_same_number(estate: Estate) -> None:
    """Asset before room before public place; no place, no number; two blanks are equal."""
    estate.write(
        "工单.csv",
        "工单编号,报修时间,项目,楼栋,单元,房号,报修地点,设备编号\n"
        "T1,2025-01-01 08:00,云栖苑,3号楼,1,301,厨房,\n"
        "T2,2025-01-02 08:00,云栖苑,3号楼,1,301,卫生间,\n"
        "T3,2025-01-03 08:00,云栖苑,3号楼,,,大堂,\n"
        "T4,2025-01-04 08:00,云栖苑,3号楼,,,大堂,DT-1\n"
        "T5,2025-01-05 08:00,云栖苑,5号楼,,,大堂,\n"
        "T6,2025-01-06 08:00,云栖苑,3号楼,,,,\n"
        "T7,2025-01-07 08:00,云栖苑,3号楼,,,大堂,\n",
    )
    estate.write("设备.csv", "设备编号,设备名称,所属系统,所属项目\nDT-1,1号客梯,电梯,云栖苑\n")
    estate.load()
    places = dict(estate.rows("select ticket_id, place_id from warehouse.tickets"))
    assert places["T1"] == places["T2"]
    assert places["T3"] == places["T7"]
    assert len({places[ticket] for ticket in ("T1", "T3", "T4", "T5")}) == 4
    assert places["T6"] is None
    labels = dict(estate.rows("select ticket_id, place_label from warehouse.tickets"))
    assert labels["T1"] == "云栖苑 3号楼 ****"
    assert labels["T3"] == "云栖苑 3号楼 大堂"
    assert labels["T4"] == "云栖苑 3号楼 1号客梯"
    assert estate.rows("select ticket_id from warehouse.tickets where system = '电梯'") == [("T4",)]


def test_near_duplicates_are_flagged_and_kept(estate: Estate) -> None:
    """Same place, category and reporter within ten minutes."""
    estate.write(
        "工单.csv",
        "工单编号,报修时间,小区,房号,一级分类,报修人\n"
        "T1,2025-01-01 08:00,云栖苑,1-1-101,水,张三丰\n"
        "T2,2025-01-01 08:09,云栖苑,1-1-101,水,张三丰\n"
        "T3,2025-01-01 08:30,云栖苑,1-1-101,水,张三丰\n"
        "T4,2025-01-01 08:31,云栖苑,1-1-101,水,李四光\n",
    )
    estate.load()
    assert estate.rows("select ticket_id from warehouse.tickets where is_near_duplicate") == [("T2",)]


def test_the_most_specific_service_level_applies(estate: Estate) -> None:
    """A water emergency answers to 15 minutes, not to the 30 of any urgent repair; same-day means by midnight."""
    estate.write(
        "工单.csv",
        "工单编号,工单类型,报修时间,一级分类,优先级,响应时间,完成时间\n"
        "T1,报修,2025-01-01 08:00,水电燃气,紧急,2025-01-01 08:20,2025-01-01 09:00\n"
        "T2,报修,2025-01-01 08:00,门窗,紧急,,2025-01-01 09:00\n"
        "T3,报修,2025-01-01 08:00,门窗,一般,,\n"
        "T4,投诉,2025-01-01 08:00,服务态度类,一般,,\n",
    )
    estate.load()
    levels = estate.rows(
        "select ticket_id, level, due_at, reached_at, is_unrecorded, is_computable from warehouse.ticket_service_levels"
    )
    day = dt.datetime(2025, 1, 1)
    assert levels == [
        ("T1", "utility_emergency_resolution", day.replace(hour=10), day.replace(hour=9), False, True),
        (
            "T1",
            "utility_emergency_response",
            day.replace(hour=8, minute=15),
            day.replace(hour=8, minute=20),
            False,
            True,
        ),
        ("T2", "urgent_repair_response", day.replace(hour=8, minute=30), None, True, True),
        ("T4", "attitude_complaint_interview", day.replace(hour=23, minute=59, second=59), None, False, False),
    ]


def test_bills_name_class_household_and_amounts(estate: Estate) -> None:
    """Fee items decide the class; without a room the owner is the household; the identity gap is a warning."""
    estate.write(
        "账单.csv",
        "账单编号,收费项目,应收金额,减免金额,费用开始日期,费用结束日期,应缴日期,小区,房号,业主姓名,实收金额,欠费金额\n"
        "B1,物业服务费,100.10,10,2025-01-01,2025-03-31,2025-02-15,云栖苑,1-1-101,张三丰,90.10,0\n"
        "B2,地下车位费,300,,2025-01-01,2025-03-31,,云栖苑,,张三丰,100,100\n"
        "B3,代收水费,50,,2025-01-01,,,云栖苑,,,,\n"
        "B4,,60,,2025-01-01,,,云栖苑,,,,\n",
    )
    report = estate.load()
    rows = estate.rows(
        "select bill_id, fee_class, amount_due, amount_waived, due_on, household is not null, room is not null "
        "from warehouse.bills"
    )
    assert rows == [
        ("B1", "property", Decimal("100.10"), Decimal("10.00"), dt.date(2025, 2, 15), True, True),
        ("B2", "parking", Decimal("300.00"), Decimal("0.00"), dt.date(2025, 3, 31), True, False),
        ("B3", "utility", Decimal("50.00"), Decimal("0.00"), None, False, False),
        ("B4", "other", Decimal("60.00"), Decimal("0.00"), None, False, False),
    ]
    assert [check.rows_found for check in report.checks if check.name == "bill_identity_gap"] == [1]


def test_without_payments_a_bill_says_what_was_paid(estate: Estate) -> None:
    """One derived payment a bill, dated by its last payment; an undated one stays undated."""
    estate.write(
        "账单.csv",
        "账单编号,应收金额,账期,实收金额,缴费日期,缴费方式\nB1,100,2025-01,60,2025-02-03,微信\nB2,100,2025-01,40,,\nB3,100,2025-01,0,,\n",
    )
    estate.load()
    assert estate.rows("select bill_id, paid_on, amount, channel, is_derived from warehouse.payments") == [
        ("B1", dt.date(2025, 2, 3), Decimal("60.00"), "微信", True),
        ("B2", None, Decimal("40.00"), "未填", True),
    ]
    assert ("payments", "amount") in estate.rows("select kind, field from warehouse.provided_fields where is_provided")


def test_refunds_are_negative_payments(estate: Estate) -> None:
    """Whether the export says so by a sign or by a column."""
    estate.write(
        "流水.csv",
        "流水号,账单编号,缴费日期,缴费金额,支付方式,是否退款\nP1,B1,2025-01-05,100,微信,否\nP2,B1,2025-01-06,30,微信,是\nP3,B1,2025-01-07,(20.00),微信,\n",
    )
    report = estate.load()
    assert estate.rows("select payment_id, amount, is_refund from warehouse.payments") == [
        ("P1", Decimal("100.00"), False),
        ("P2", Decimal("-30.00"), True),
        ("P3", Decimal("-20.00"), True),
    ]
    assert [check.rows_found for check in report.checks if check.name == "payments_have_bills"] == [3]


def test_a_wide_survey_with_words_and_unanswered_invitations(estate: Estate) -> None:
    """One response a row, one answer a dimension; the overall one is called overall; blanks are no answers."""
    estate.write(
        "问卷.csv",
        "答卷编号,批次,小区,发放时间,回收时间,总体满意度,保洁满意度,推荐意愿\n"
        "R1,2025,云栖苑,2025-11-01,2025-11-03,很满意,一般,9\n"
        "R2,2025,云栖苑,2025-11-01,2025-11-04,不满意,,3\n"
        "R3,2025,云栖苑,2025-11-01,,,,\n",
    )
    estate.load()
    assert estate.rows("select response_id, is_answered, has_invitations, nps from warehouse.survey_responses") == [
        ("R1", True, True, 9),
        ("R2", True, True, 3),
        ("R3", False, True, None),
    ]
    answers = "select response_id, dimension, score, scale_max, is_satisfied, score_100 from warehouse.survey_answers"
    assert estate.rows(answers) == [
        ("R1", "overall", 5.0, 5.0, True, 100.0),
        ("R1", "保洁", 3.0, 5.0, False, 50.0),
        ("R2", "overall", 2.0, 5.0, False, 25.0),
    ]


def test_a_long_survey_has_one_row_a_dimension(estate: Estate) -> None:
    """The same responses as a wide one; a scale of ten satisfies from seven."""
    estate.write(
        "问卷.csv",
        "答卷编号,批次,维度,得分,满分,提交时间\nR1,春,总体,7,10,2025-04-01\nR1,春,绿化,6,10,2025-04-01\nR1,秋,总体,9,10,2025-10-01\n",
    )
    estate.load()
    assert estate.rows("select response_id, wave, has_invitations from warehouse.survey_responses") == [
        ("R1", "春", False), ("R1", "秋", False),
    ]  # fmt: skip
    assert estate.rows("select wave, dimension, score, is_satisfied from warehouse.survey_answers") == [
        ("春", "overall", 7.0, True),
        ("春", "绿化", 6.0, False),
        ("秋", "overall", 9.0, True),
    ]


def test_settings_map_foreign_headers_words_and_constants(estate: Estate) -> None:
    """Headers, alternatives, ignored columns, a constant from the file name, words and no-answer codes."""
    estate.settings(
        """
        [mapping."*_cases.csv"]
        kind = "tickets"
        file_name = '(?P<year>[0-9]{4})_'
        ignore = ["状态"]
        ticket_id = ["case_ref", "ref_code"]
        opened_at = "logged"
        status = "flag"
        [mapping."*_cases.csv".constant]
        community = "港区 {year}"
        [mapping."*_cases.csv".words.status]
        ONTIME = "closed"
        [mapping."*_cases.csv".no_answer]
        rating = ["0"]
        """
    )
    estate.write("2025_cases.csv", "ref_code,logged,flag,状态,评分\nC1,2025-01-01,ONTIME,乱码,0\n")
    estate.load()
    assert estate.rows("select ticket_id, community, status, rating from warehouse.tickets") == [
        ("C1", "港区 2025", "closed", None)
    ]


def test_absent_kinds_leave_empty_tables(estate: Estate) -> None:
    """Every table of the warehouse exists whatever was loaded."""
    estate.write("工单.csv", "工单编号,报修时间\nT1,2025-03-05\n")
    estate.load()
    tables = {table for (table,) in estate.rows("select table_name from information_schema.tables")}
    assert tables == {
        "activities", "assets", "backlog_identity", "bill_adjustments", "bill_states", "bills", "calendar",
        "check_results", "check_rows", "communities", "coverage", "facts", "fee_gaps", "incidents", "initiatives",
        "inspections", "issues", "maintenance", "near_duplicates", "notices", "payments", "provided_fields",
        "quarantine", "reopenings", "row_account", "service_levels", "services", "source_files",
        "survey_answers", "survey_responses", "ticket_events", "ticket_pauses", "ticket_service_levels",
        "tickets", "trainings", "vendor_reviews",
    }  # fmt: skip
    assert estate.rows("select kind, newest_event_at, row_count from warehouse.coverage where row_count > 0") == [
        ("tickets", dt.datetime(2025, 3, 5), 1)
    ]


def test_the_calendar_knows_holidays_and_make_up_days(estate: Estate) -> None:
    """National Day is free, the Sunday before the Spring Festival of 2025 was worked."""
    estate.write("工单.csv", "工单编号,报修时间\nT1,2025-03-05\n")
    estate.load()
    days = "day in ('2025-01-26', '2025-10-01', '2025-03-05')"
    assert estate.rows(f"select is_working_day from warehouse.calendar where {days} order by day") == [
        (True,),
        (True,),
        (False,),
    ]


def test_placeholders_and_future_dates_do_not_set_the_newest_event(estate: Estate) -> None:
    """9999-12-31 is listed and empty; a date after today is kept, warned of and not the newest event."""
    estate.write("工单.csv", "工单编号,报修时间,关闭时间\nT1,2025-03-05,9999-12-31\nT2,2025-03-06,2090-01-01\n")
    report = estate.load()
    assert estate.rows("select field, code from warehouse.issues") == [("closed_at", "placeholder_date")]
    assert estate.value("select newest_event_at from warehouse.coverage where kind = 'tickets'") == dt.datetime(
        2025, 3, 6
    )
    assert [check.rows_found for check in report.checks if check.name == "events_after_loading"] == [1]
