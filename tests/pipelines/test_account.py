"""Every row ends in one of five outcomes; the newest export wins; order and repetition leave no trace."""

from __future__ import annotations

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
