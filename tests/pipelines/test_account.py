"""Every row ends in one of five outcomes; the newest export wins; order and repetition leave no trace."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from pipelines.build import describe
from tests.pipelines.conftest import Estate

HEADER = "工单编号,报修时间,状态,完成时间\n"


def test_the_five_outcomes_add_up(estate: Estate) -> None:
    """Title, header, two kept, a repetition, a total, a blank and an unusable row."""
    estate.write(
        "工单.csv",
        "工单明细,,,\n"
        + HEADER
        + "T1,2025-03-05,处理中,\nT2,2025-03-06,处理中,\nT2,2025-03-06,处理中,\n合计,2,,\n,,,\nT3,昨天,处理中,\n",
    )
    report = estate.load()
    (account,) = report.files
    assert account.rows_read == 8
    assert account.outcomes == (2, 1, 1, 3, 1)
    assert estate.account() == {"工单.csv": (8, 2, 1, 1, 3, 1)}


def test_a_quarantined_row_keeps_place_value_and_reason(estate: Estate) -> None:
    """File, row, field, masked value and reason of what was unusable."""
    estate.write("工单.csv", HEADER + "T1,昨天,处理中,\n,2025-03-06,处理中,\nT3,2025-03-07,处理中,\n")
    estate.load()
    assert estate.rows("select path, row_number, field, masked_value, reason_zh from warehouse.quarantine") == [
        ("工单.csv", 2, "opened_at", "**", "报修时间：不是可识别的日期"),
        ("工单.csv", 3, "ticket_id", "", "工单编号：为空"),
    ]


def test_a_bad_optional_value_becomes_null_and_is_listed(estate: Estate) -> None:
    """The row stays; nothing is nulled in silence."""
    estate.write("工单.csv", HEADER + "T1,2025-03-05,处理中,明天下午\n")
    estate.load()
    assert estate.rows("select ticket_id, resolved_at from warehouse.tickets") == [("T1", None)]
    assert estate.rows("select row_number, field, masked_value, code, sentence_zh from warehouse.issues") == [
        (2, "resolved_at", "****", "unreadable_date", "工单.csv 第 2 行“完成时间”：**** 不是可识别的日期，按空值处理。")
    ]


def test_the_newest_export_wins(estate: Estate) -> None:
    """January–June says open, the full year says closed: closed, whatever the files are called."""
    estate.write("z_上半年.csv", HEADER + "T1,2025-03-05,处理中,\n")
    estate.write("a_全年.csv", HEADER + "T1,2025-03-05,已完成,2025-03-08\nT2,2025-09-01,处理中,\n")
    estate.load()
    assert estate.rows("select ticket_id, status from warehouse.tickets") == [("T1", "resolved"), ("T2", "open")]
    assert estate.account()["z_上半年.csv"] == (2, 0, 1, 0, 1, 0)


def test_the_printed_export_time_beats_the_newest_event(estate: Estate) -> None:
    """A correction exported later wins although its events are older."""
    estate.write("b.csv", HEADER + "T1,2025-03-05,已完成,2025-03-08\nT2,2025-09-01,处理中,\n")
    estate.write("a.csv", "导出时间：2026-01-05 09:00,,,\n" + HEADER + "T1,2025-03-05,已取消,\n")
    estate.load()
    assert estate.rows("select ticket_id, status from warehouse.tickets") == [("T1", "cancelled"), ("T2", "open")]


def test_order_and_repetition_leave_no_trace(new_estate: Callable[[str], Estate]) -> None:
    """The same exports under other names and twice give the same warehouse, value for value."""
    half = HEADER + "T1,2025-03-05,处理中,\nT4,2025-03-05,处理中,\n"
    full = HEADER + "T2,2025-09-01,处理中,\nT1,2025-03-05,已完成,2025-03-08\nT4,2025-03-05,处理中,\n"
    first, second = new_estate("first"), new_estate("second")
    first.write("a.csv", half)
    first.write("b.csv", full)
    second.write("1/again.csv", full)
    second.write("2/b.csv", half)
    second.write("3/copy.csv", half)
    (second.root / "data" / "pseudonym.key").write_text("ab" * 32)
    (first.root / "data" / "pseudonym.key").write_text("ab" * 32)
    first.load(), second.load()
    assert first.contents() == second.contents()
    assert second.account()["3/copy.csv"] == (3, 0, 2, 0, 1, 0)
    assert second.rows("select path, code from warehouse.issues") == [("3/copy.csv", "copy_of_another_file")]


def test_payments_without_an_id_keep_their_multiplicity(estate: Estate) -> None:
    """Two equal payments in one export are two; the same two in a second export are still two."""
    header = "账单编号,缴费日期,缴费金额\n"
    estate.write("一月.csv", header + "B1,2025-01-05,100\nB1,2025-01-05,100\n")
    estate.write("一季度.csv", header + "B1,2025-01-05,100\nB1,2025-01-05,100\nB1,2025-02-05,100\n")
    estate.load()
    assert estate.value("select count(*) from warehouse.payments") == 3
    assert estate.account()["一月.csv"] == (3, 0, 2, 0, 1, 0)


def test_the_account_is_printed_for_a_person(estate: Estate) -> None:
    """Columns line up although a Chinese character is twice as wide."""
    estate.write("工单.csv", HEADER + "T1,2025-03-05,处理中,\nT3,昨天,处理中,\n")
    report = estate.load()
    lines = describe(report, "zh").splitlines()
    assert lines[0] == "文件      种类  读入行  纳入  重复  合计行  非数据  隔离"
    assert lines[2] == "工单.csv  工单       3     1     0       0       1     1"
    assert "读入 3 行，五项相加相符" in describe(report, "zh")
    assert "Every row is accounted for: 3 read" in describe(report, "en")


# Totals re-added


BILLS = "账单编号,项目,应收金额,账期\n"


def totals(estate: Estate) -> list[tuple[int | None, str, str]]:
    """Row, code and Chinese sentence of what was found on re-adding totals."""
    query = "select row_number, code, sentence_zh from warehouse.issues where code like 'total%' order by row_number"
    return [(row, code, sentence) for row, code, sentence in estate.rows(query)]


def test_totals_that_add_up_are_counted_quietly(estate: Estate) -> None:
    """Two subtotals of their communities and the sum of all."""
    estate.write(
        "账单.csv",
        BILLS
        + "B1,云栖苑,100,2025-01\nB2,云栖苑,50.50,2025-01\n小计,,150.50,\n"
        + "B3,澄江苑,30,2025-01\n小计,,30,\n合计,,180.50,\n",
    )
    estate.load()
    assert totals(estate) == [(None, "totals_match", "账单.csv 的 3 行合计与明细相符。")]


def test_a_total_that_does_not_add_up_is_listed_with_both_values(estate: Estate) -> None:
    """File, row, column, printed and re-added value, and the difference."""
    estate.write("账单.csv", BILLS + "B1,云栖苑,100,2025-01\nB2,云栖苑,50,2025-01\n合计,,170,\n")
    estate.load()
    assert totals(estate) == [
        (
            4,
            "total_mismatch",
            "账单.csv 第 4 行“应收金额”：合计印为 170.00，明细相加为 150.00，相差 20.00，请核对导出是否漏行。",
        )
    ]


def test_a_subtotal_covers_the_rows_since_the_one_before(estate: Estate) -> None:
    """The second subtotal prints the sum of everything: no subtotal does that."""
    estate.write(
        "账单.csv", BILLS + "B1,云栖苑,100,2025-01\n小计,,100,\nB2,澄江苑,30,2025-01\n小计,,130,\n总计,,130,\n"
    )
    estate.load()
    assert [(row, code) for row, code, _ in totals(estate)] == [(5, "total_mismatch"), (None, "totals_match")]


def test_totals_are_added_before_duplicates_go(estate: Estate) -> None:
    """A bill that a newer export holds too still counts in the total of its own sheet."""
    estate.write("一季度.csv", BILLS + "B1,云栖苑,100,2025-01\n合计,,100,\n")
    estate.write("全年.csv", "导出时间：2026-01-05,,,\n" + BILLS + "B1,云栖苑,120,2025-01\n合计,,120,\n")
    estate.load()
    assert [code for _, code, _ in totals(estate)] == ["totals_match", "totals_match"]


def test_a_difference_that_quarantine_explains_is_told_so(estate: Estate) -> None:
    """The row without a period is no bill, but the total counts it."""
    estate.write("账单.csv", BILLS + "B1,云栖苑,100,2025-01\nB2,云栖苑,50,某月\n合计,,150,\n")
    estate.load()
    assert totals(estate) == [
        (
            4,
            "total_explained",
            "账单.csv 第 4 行“应收金额”：合计印为 150.00，明细相加为 100.00，相差 50.00，正是被隔离的 1 行所致。",
        )
    ]


def test_a_difference_that_repeated_rows_explain_is_told_so(estate: Estate) -> None:
    """A bill stands twice in the sheet, and once in its total."""
    estate.write("账单.csv", BILLS + "B1,云栖苑,100,2025-01\nB1,云栖苑,100,2025-01\n合计,,100,\n")
    estate.load()
    ((_, code, sentence),) = totals(estate)
    assert code == "total_explained" and "正是重复的 1 行所致" in sentence


def test_a_total_in_ten_thousands_may_be_rounded(estate: Estate) -> None:
    """0.33 + 0.33 + 0.33 万元 printed as 1.00: within the rounding of its rows."""
    rows = "".join(f"B{number},云栖苑,0.33,2025-01\n" for number in range(3))
    estate.write("账单.csv", "账单编号,项目,应收金额（万元）,账期\n" + rows + "合计,,1.00,\n")
    estate.load()
    assert [code for _, code, _ in totals(estate)] == ["totals_match"]


# Fee identity


def test_the_gap_of_a_bill_is_told_in_yuan(estate: Estate) -> None:
    """due = paid + offset + waived + open, with what the payments say was paid; overpaid is no gap."""
    estate.write(
        "账单.csv",
        "账单编号,应收金额,减免金额,冲抵金额,实收金额,欠费金额,账期\n"
        "B1,100,10,5,60,25,2025-01\n"  # 60 + 5 + 10 + 25 = 100
        "B2,100,0,0,70,30,2025-01\n"  # the payments know of 50 only
        "B3,100,0,0,100,10,2025-01\n"  # its own file: 100 + 10 > 100
        "B4,100,0,0,120,0,2025-01\n"  # overpaid
        "B5,100,0,0,,,2025-01\n",  # says nothing of what was paid
    )
    estate.write(
        "收款.csv",
        "账单编号,缴费日期,缴费金额\nB1,2025-02-01,60\nB2,2025-02-01,50\nB3,2025-02-01,100\nB4,2025-02-01,120\n",
    )
    report = estate.load()
    assert estate.rows("select bill_id, gap from warehouse.fee_gaps") == [("B2", 20), ("B3", -10)]
    (check,) = [check for check in report.checks if check.name == "bill_identity_gap"]
    assert check.sentence.zh == (
        "有 2 笔账单的应收与实收、冲抵、减免、欠费之和不符，差额合计 30.00 元，最大一笔 20.00 元。"
    )


# Files


def test_files_are_listed_with_what_identifies_them(estate: Estate) -> None:
    """Path, sheet, size, rows, header and, of a copy, the file that was read in its place."""
    content = HEADER + "T1,2025-03-05,处理中,\n"
    estate.write("a.csv", content)
    estate.write("b.csv", content)
    estate.write_workbook("c.xlsx", {"工单": [["工单编号", "报修时间"], ["T2", "2025-03-05"]], "说明": [["请勿修改"]]})
    estate.load()
    rows = estate.rows("select path, sheet, kind, row_count, header_row, read_from from warehouse.source_files")
    assert rows == [
        ("a.csv", "", "tickets", 2, 1, "a.csv"),
        ("b.csv", "", "tickets", 2, 1, "a.csv"),
        ("c.xlsx", "工单", "tickets", 2, 1, "c.xlsx"),
        ("c.xlsx", "说明", None, 1, None, "c.xlsx"),
    ]
    sizes = estate.rows("select size_bytes, sha256 from warehouse.source_files where path in ('a.csv', 'b.csv')")
    assert sizes == [(len(content.encode()), hashlib.sha256(content.encode()).hexdigest())] * 2
