"""What people and spreadsheets do to a table, cell by cell: what is read, what is empty, and what is said of it."""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.pipelines.conftest import Estate

JANUARY = (dt.date(2025, 1, 1), dt.date(2025, 1, 31))


def issues(estate: Estate, code: str) -> list[tuple[Any, ...]]:
    """Row, field and masked value of the issues with a code."""
    return estate.rows(
        f"select row_number, field, masked_value from warehouse.issues where code = '{code}' order by row_number, field"
    )


def sentences(estate: Estate, code: str) -> list[str]:
    """The Chinese sentences of the issues with a code."""
    listed = f"select sentence_zh from warehouse.issues where code = '{code}' order by sheet, row_number, 1"
    return [sentence for (sentence,) in estate.rows(listed)]


# Formulas, errors, hidden and merged cells of a workbook


@pytest.fixture
def formulas(estate: Estate) -> Estate:
    """Costs of six tickets as formulas: worked out, not worked out, empty text, error, text, and a blank column A."""
    with xlsxwriter.Workbook(str(estate.raw / "工单.xlsx")) as workbook:
        sheet = workbook.add_worksheet("工单")
        sheet.write_row(2, 1, ["工单编号", "报修时间", "费用", "分类"])
        for row, (cost, category) in enumerate(
            [(12.5, "水"), ("", "电"), (0, ""), ("#REF!", "#N/A"), ("1,200", "水"), ("", "")], start=3
        ):
            sheet.write_row(row, 1, [f"T{row}", "2025-03-05"])
            sheet.write_formula(row, 3, "=1+1", None, cost)
            sheet.write(row, 4, category)
    return estate


def test_a_formula_gives_its_stored_value(formulas: Estate) -> None:
    """What the spreadsheet worked out last is read; what it did not work out is empty."""
    formulas.load()
    assert formulas.rows("select ticket_id, cost from warehouse.tickets order by source_row") == [
        ("T3", Decimal("12.50")), ("T4", None), ("T5", Decimal(0)), ("T6", None), ("T7", Decimal(1200)), ("T8", None),
    ]  # fmt: skip


def test_a_formula_without_a_value_is_listed_with_its_cell(formulas: Estate) -> None:
    """The reference is that of the spreadsheet, though the reader drops the blank column A."""
    formulas.load()
    told = "公式没有保存计算结果，按空值处理。请用 Excel 或 WPS 打开并保存这个文件，再重新加载。"
    assert sentences(formulas, "formula_without_value") == [f"工单.xlsx〔工单〕 D{row}：{told}" for row in (5, 9)]
    assert issues(formulas, "formula_without_value") == [(5, None, None), (9, None, None)]


def test_an_error_value_is_listed_with_its_cell(formulas: Estate) -> None:
    """#REF! is nobody's cost; a text that reads #N/A is as empty."""
    formulas.load()
    assert issues(formulas, "error_value") == [(7, None, None)]
    assert sentences(formulas, "error_value")[0].startswith("工单.xlsx〔工单〕 D7：单元格是错误值")
    assert formulas.value("select category from warehouse.tickets where ticket_id = 'T6'") == "未填"


def test_a_second_load_says_the_same_of_the_cells(formulas: Estate) -> None:
    """What was found when the file was read first is not forgotten when it need not be read again."""
    told = "select * from warehouse.issues order by code, row_number"
    formulas.load()
    first = formulas.rows(told)
    formulas.load()
    assert len(first) == 3
    assert formulas.rows(told) == first


def test_a_formula_whose_result_is_no_text_at_all_is_not_listed(estate: Estate) -> None:
    """=IF(A2="","",1) was worked out to an empty text: Excel marks that, and it is an ordinary blank."""
    path = estate.write_workbook("工单.xlsx", {"工单": [["工单编号", "报修时间", "费用"], ["T1", "2025-03-05", 7]]})
    _rewrite(path, b'<c r="C2"><v>7</v></c>', b'<c r="C2" t="str"><f>IF(B2="","",1)</f><v></v></c>')
    estate.load()
    assert estate.rows("select code from warehouse.issues") == []


def test_shared_formulas_and_foreign_prefixes_are_understood(estate: Estate) -> None:
    """Other programs write a formula without text, a value without content, or a prefix before each tag."""
    path = estate.write_workbook(
        "工单.xlsx",
        {"工单": [["工单编号", "报修时间", "费用"], *([f"T{row}", "2025-03-05", row] for row in (2, 3, 4, 5))]},
    )
    _rewrite(path, b'<c r="C2"><v>2</v></c>', b'<c r="C2"><f t="shared" si="0"/><v>8</v></c>')
    _rewrite(path, b'<c r="C3"><v>3</v></c>', b'<c r="C3"><f t="shared" si="0"/></c>')
    _rewrite(path, b'<c r="C4"><v>4</v></c>', b'<c s="0" r="C4"><f>A1</f><v/></c>')
    _rewrite(path, b'<c r="C5"><v>5</v></c>', b'<c r="C5"><f>A1</f>\n <v></v>\n</c>')
    estate.load()
    assert estate.rows("select cost from warehouse.tickets order by ticket_id") == [
        (Decimal(8),),
        (None,),
        (None,),
        (None,),
    ]
    assert issues(estate, "formula_without_value") == [(3, None, None), (4, None, None), (5, None, None)]


def _rewrite(path: Path, old: bytes, new: bytes) -> None:
    """Replaces a piece of the first sheet's XML."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_hidden_rows_and_sheets_are_read_and_named(estate: Estate) -> None:
    """A filter hides rows and a person hides a sheet; the export has them all the same."""
    with xlsxwriter.Workbook(str(estate.raw / "工单.xlsx")) as workbook:
        for title, tickets in (("上半年", ["T1", "T2", "T3"]), ("下半年", ["T4"])):
            sheet = workbook.add_worksheet(title)
            sheet.write_row(0, 0, ["工单编号", "报修时间"])
            for row, ticket in enumerate(tickets, start=1):
                sheet.write_row(row, 0, [ticket, "2025-03-05"])
        workbook.get_worksheet_by_name("上半年").set_row(2, None, None, {"hidden": True})
        workbook.get_worksheet_by_name("下半年").hide()
    estate.load()
    assert estate.rows("select ticket_id from warehouse.tickets") == [("T1",), ("T2",), ("T3",), ("T4",)]
    assert sentences(estate, "hidden_rows_read") == [
        "工单.xlsx〔上半年〕 有 1 行被隐藏（多半是筛选），照常读入；若不该读，请在文件中删去后重新加载。"
    ]
    assert sentences(estate, "hidden_sheet_read") == [
        "工单.xlsx〔下半年〕 是隐藏的工作表，照常读入；若不该读，请在文件中删去它后重新加载。"
    ]


def test_cells_merged_downwards_hold_for_all_their_rows(estate: Estate) -> None:
    """One community and one month over three bills are those of each bill; one amount over two rows is not two."""
    with xlsxwriter.Workbook(str(estate.raw / "应收.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(1, 1, ["项目", "账期", "账单编号", "应收金额", "减免金额"])
        sheet.merge_range("B3:B5", "云栖苑")
        sheet.merge_range("C3:C5", "2025-01")
        sheet.write_row(5, 1, ["听涛苑", "2025-02"])
        sheet.write_column(2, 3, ["B1", "B2", "B3", "B4"])
        sheet.write_column(2, 4, [100, 200, 300, 400])
        sheet.merge_range("F3:F4", 50)
    estate.load()
    selected = "select bill_id, community, period_start, amount_due, amount_waived from warehouse.bills order by 1"
    assert estate.rows(selected) == [
        ("B1", "云栖苑", JANUARY[0], Decimal(100), Decimal(50)),
        ("B2", "云栖苑", JANUARY[0], Decimal(200), Decimal(0)),
        ("B3", "云栖苑", JANUARY[0], Decimal(300), Decimal(0)),
        ("B4", "听涛苑", dt.date(2025, 2, 1), Decimal(400), Decimal(0)),
    ]


# Headers, titles, notes, totals


def test_grouped_headers_with_cells_merged_both_ways(estate: Estate) -> None:
    """费用 stands over 应收金额 and 已缴金额, 账单编号 over both rows; a title is merged over all."""
    with xlsxwriter.Workbook(str(estate.raw / "应收.xlsx")) as workbook:
        sheet = workbook.add_worksheet()
        sheet.merge_range("A1:F1", "2025 年应收明细表")
        sheet.merge_range("A2:A3", "账单编号")
        sheet.merge_range("B2:C2", "费用")
        sheet.write_row("B3", ["应收", "已缴"])
        sheet.merge_range("D2:E2", "账期")
        sheet.write_row("D3", ["开始日期", "结束日期"])
        sheet.merge_range("F2:F3", "项目")
        sheet.write_row("A4", ["B1", 120, 100, "2025-01-01", "2025-01-31", "云栖苑"])
    estate.load()
    assert estate.rows(
        "select bill_id, amount_due, amount_paid_reported, period_start, period_end, community from warehouse.bills"
    ) == [("B1", Decimal(120), Decimal(100), *JANUARY, "云栖苑")]
    assert estate.value("select header_row from warehouse.source_files") == 3


UNITS = {
    "应收金额（元）": "120", "应收金额(元)": "120", "应收金额 (万元)": "0.012", "应收金额（千元）": "0.12",
    "应收金额\n（元）": "120", "应收金额【元】": "120",
}  # fmt: skip


def test_a_unit_in_the_header_is_read(estate: Estate) -> None:
    """In brackets of either width, also after a line break: every one of these bills is of 120 yuan."""
    for number, (header, cell) in enumerate(UNITS.items()):
        estate.write(f"应收{number}.csv", f'账单编号,账期,"{header}"\nB{number},2025-01,{cell}\n')
    estate.load()
    assert estate.rows("select amount_due, count(*) from warehouse.bills group by 1") == [(Decimal(120), len(UNITS))]


def test_notes_beside_the_data_do_no_harm(estate: Estate) -> None:
    """Remarks typed to the right of a table, with or without a header, are no data."""
    estate.write_workbook(
        "工单.xlsx",
        {
            "工单": [
                ["工单编号", "报修时间", "项目", None, "注意：3 月数据待核"],
                ["T1", "2025-03-05", "云栖苑", None, None],
                ["T2", "2025-03-06", "云栖苑", None, "←这单客户投诉过"],
                [None, None, None, None, "联系小王"],
            ]
        },
    )
    estate.load()
    assert estate.rows("select ticket_id, community from warehouse.tickets") == [("T1", "云栖苑"), ("T2", "云栖苑")]
    assert estate.account() == {"工单.xlsx/工单": (4, 2, 0, 0, 2, 0)}


def test_every_sheet_of_a_workbook_is_read(estate: Estate) -> None:
    """One sheet a month, and another kind beside them; 说明 is passed over."""
    tickets = ["工单编号", "报修时间"]
    estate.write_workbook(
        "导出.xlsx",
        {
            "说明": [["填表说明"], ["每月导出一次"]],
            "1月": [tickets, ["T1", "2025-01-05"]],
            "2月": [["二月工单"], tickets, ["T2", "2025-02-05"]],
            "应收": [["账单编号", "账期", "应收金额"], ["B1", "2025-01", 120]],
        },
    )
    estate.load()
    assert estate.rows("select sheet, kind, header_row from warehouse.source_files order by file_id in (0), sheet") == [
        ("1月", "tickets", 1), ("2月", "tickets", 2), ("应收", "bills", 1), ("说明", None, None),
    ]  # fmt: skip
    assert estate.value("select count(*) from warehouse.tickets") == 2
    assert sentences(estate, "passed_over") == ["导出.xlsx〔说明〕 不是导出数据，已略过。"]


def test_totals_are_no_rows(estate: Estate) -> None:
    """Totals of a group, a page or the whole, wherever in the first columns the word stands."""
    words = ["合计", "小计：", "总 计", "合　　计", "云栖苑小计", "本页合计", "Total", "Grand Total:"]
    totals = "".join(f"{word},,150,\n,{word},150,\n" for word in words)
    estate.write("应收.csv", f"项目,账单编号,应收金额,账期\n云栖苑,B1,100,2025-01\n云栖苑,B2,50,2025-01\n{totals}")
    estate.load()
    assert estate.account() == {"应收.csv": (19, 2, 0, 16, 1, 0)}
    assert estate.value("select sum(amount_due) from warehouse.bills") == Decimal(150)


# Cells


def test_words_for_nothing_are_empty(estate: Estate) -> None:
    """In a date, a number, a word and a text: empty without an issue."""
    blanks = ["--", "-", "/", "无", "N/A", "#N/A", "null", "　", "——", "(空)"]
    rows = "".join(f"T{row},2025-03-05,{blank},{blank},{blank},{blank}\n" for row, blank in enumerate(blanks))
    estate.write("工单.csv", "工单编号,报修时间,完成时间,费用,项目,渠道\n" + rows)
    estate.load()
    assert estate.rows(
        "select resolved_at, cost, community, channel, count(*) from warehouse.tickets group by all"
    ) == [(None, None, "未填", "未填", len(blanks))]
    assert estate.rows("select * from warehouse.issues where row_number is not null") == []


AMOUNTS = {
    "１２３４．５": "1234.50", "1,234.50": "1234.50", "￥1,234.5": "1234.50", "1234.5元": "1234.50",
    "(120.00)": "-120.00", "（120.00）": "-120.00", "1.2万": "12000.00", "-3.5": "-3.50", " 7 ": "7.00", "'8": "8.00",
}  # fmt: skip


def test_amounts_of_every_style_in_one_column(estate: Estate) -> None:
    """Full-width digits, thousands, currency, accounting brackets, 万, a text mark of Excel."""
    rows = [["账单编号", "账期", "应收金额"]]
    rows += [[f"B{number:02}", "2025-01", text] for number, text in enumerate([*AMOUNTS, "98.5%", "待定"])]
    estate.write_workbook("应收.xlsx", {"应收": rows})
    estate.load()
    assert [
        str(amount) for (amount,) in estate.rows("select amount_due from warehouse.bills order by bill_id")
    ] == list(AMOUNTS.values())
    quarantined = estate.rows("select row_number, field, masked_value from warehouse.quarantine order by 1")
    assert quarantined == [(12, "amount_due", "98.5%"), (13, "amount_due", "**")]


def test_moments_of_every_style_in_one_column(estate: Estate) -> None:
    """Real dates, serial numbers and dates typed in any way, side by side."""
    moments: list[tuple[Any, dt.datetime]] = [
        (dt.datetime(2025, 3, 5, 9, 30), dt.datetime(2025, 3, 5, 9, 30)),
        (45721.395833333336, dt.datetime(2025, 3, 5, 9, 30)),
        (45721, dt.datetime(2025, 3, 5)),
        ("45721.5", dt.datetime(2025, 3, 5, 12)),
        ("2025年3月5日", dt.datetime(2025, 3, 5)),
        ("2025/3/5 上午9:30", dt.datetime(2025, 3, 5, 9, 30)),
        ("2025/3/5 下午9:30", dt.datetime(2025, 3, 5, 21, 30)),
        ("2025.03.05", dt.datetime(2025, 3, 5)),
        ("２０２５－３－５", dt.datetime(2025, 3, 5)),
        ("20250305", dt.datetime(2025, 3, 5)),
    ]
    rows: list[list[Any]] = [["工单编号", "报修时间"]]
    rows += [[f"T{number}", written] for number, (written, _) in enumerate(moments)]
    estate.write_workbook("工单.xlsx", {"工单": rows})
    estate.load()
    read = estate.rows("select opened_at from warehouse.tickets order by ticket_id")
    assert [moment for (moment,) in read] == [moment for _, moment in moments]


# What a spreadsheet has damaged


def test_rooms_that_lost_their_leading_zero_are_the_same_rooms(estate: Estate) -> None:
    """0301 of one export is 301 of another, which went through a spreadsheet."""
    estate.write("工单.csv", "工单编号,报修时间,小区,楼栋,房号\nT1,2025-03-05,云栖苑,03号楼,0301\n")
    estate.write_workbook(
        "工单2.xlsx",
        {"工单": [["工单编号", "报修时间", "小区", "楼栋", "房号"], ["T2", "2025-03-06", "云栖苑", "3号楼", 301]]},
    )
    estate.load()
    assert len(set(estate.rows("select room, place_id from warehouse.tickets"))) == 1


def test_a_phone_in_powers_of_ten_is_no_person(estate: Estate) -> None:
    """1.38E+10 would make one caller of everybody whose number begins with 138; the name tells them apart."""
    estate.write(
        "工单.csv",
        "工单编号,报修时间,报修人,联系电话\nT1,2025-03-05,张三,1.38E+10\nT2,2025-03-05,李四,1.38E+10\n"
        "T3,2025-03-05,,1.38E+10\nT4,2025-03-05,,13812345678\n",
    )
    estate.load()
    reporters = [reporter for (reporter,) in estate.rows("select reporter from warehouse.tickets order by ticket_id")]
    assert len({reporters[0], reporters[1], reporters[3]}) == 3
    assert reporters[2] is None
    assert issues(estate, "no_phone_number") == [(row, "reporter_phone", "1.38*+**") for row in (2, 3, 4)]


def test_an_id_in_powers_of_ten_is_no_key(estate: Estate) -> None:
    """2.02503E+17 would make one ticket of a whole month; each such row is quarantined and listed."""
    estate.write("工单.csv", "工单编号,报修时间\n2.02503E+17,2025-03-05\n2.02503E+17,2025-03-06\nT3,2025-03-06\n")
    estate.load()
    assert estate.rows("select ticket_id from warehouse.tickets") == [("T3",)]
    quarantined = estate.rows("select row_number, field, reason_zh from warehouse.quarantine")
    reason = "工单编号：编号已被电子表格改坏（科学计数，或第 15 位之后变成 0）"
    assert quarantined == [(2, "ticket_id", reason), (3, "ticket_id", reason)]


def test_a_room_that_became_a_date_is_no_room(estate: Estate) -> None:
    """1-2-301 is a room; 2001-02-03 and 3月1日 were rooms before a spreadsheet read them as dates."""
    estate.write_workbook(
        "工单.xlsx",
        {
            "工单": [
                ["工单编号", "报修时间", "小区", "房号"],
                ["T1", "2025-03-05", "云栖苑", "1-2-301"],
                ["T2", "2025-03-05", "云栖苑", dt.datetime(2001, 2, 3)],
                ["T3", "2025-03-05", "云栖苑", "3月1日"],
            ]
        },
    )
    estate.load()
    assert estate.rows("select room is not null, place_id is not null from warehouse.tickets order by ticket_id") == [
        (True, True), (False, False), (False, False),
    ]  # fmt: skip
    assert [row for row, *_ in issues(estate, "room_turned_into_date")] == [3, 4]


def test_an_inch_mark_in_a_cell_is_no_quotation_mark(estate: Estate) -> None:
    """5"灯管 stands in one row of three megabytes: it opens no quoted cell, and every row is read."""
    rows = [f"T{number},2025-03-05 09:30:00,{'走廊灯不亮' * 20}\n" for number in range(10_000)]
    rows[3] = 'T3,2025-03-05 09:30:00,更换5"灯管\n'
    estate.write("工单.csv", "工单编号,报修时间,问题描述\n" + "".join(rows))
    estate.load()
    assert estate.account() == {"工单.csv": (10_001, 10_000, 0, 0, 1, 0)}
    assert estate.value("select description from warehouse.tickets where ticket_id = 'T3'") == '更换5"灯管'
