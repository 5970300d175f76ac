"""Files of every encoding and shape: the same rows, with the row numbers that a person sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests.pipelines.conftest import Estate

TICKETS = (
    "工单编号,工单类型,报修时间,项目,内容,状态\n"
    'T1,报修,2025-03-05 09:30:00,云栖苑,"厨房漏水，\n已关总阀",处理中\n'
    "T2,投诉,2025-03-06 10:00:00,云栖苑,噪声,已关闭\n"
)
SELECTED = "select ticket_id, kind, opened_at, community, description, status from warehouse.tickets order by ticket_id"
EXPECTED = [
    ("T1", "repair", dt.datetime(2025, 3, 5, 9, 30), "云栖苑", "厨房漏水，\n已关总阀", "open"),
    ("T2", "complaint", dt.datetime(2025, 3, 6, 10), "云栖苑", "噪声", "closed"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_gives_the_same_rows(estate: Estate, encoding: str) -> None:
    """The encoding is decided by the bytes; a transcoded copy is gone afterwards."""
    estate.write("工单.csv", TICKETS, encoding)
    estate.load()
    assert estate.rows(SELECTED) == EXPECTED
    assert estate.value("select encoding from warehouse.source_files") == encoding
    assert sorted(path.name for path in (estate.root / "data").iterdir()) == [
        ".cache", ".loading.lock", "property.duckdb", "pseudonym.key", "raw",
    ]  # fmt: skip


@pytest.mark.parametrize(("ending", "delimiter"), [("csv", ";"), ("tsv", "\t"), ("txt", "|")])
def test_the_delimiter_is_found(estate: Estate, ending: str, delimiter: str) -> None:
    """Whatever parts the cells evenly is the delimiter, whatever the file is called."""
    estate.write(f"工单.{ending}", TICKETS.replace(",", delimiter))
    estate.load()
    assert estate.rows(SELECTED) == EXPECTED


def test_windows_line_ends_and_browser_names(estate: Estate) -> None:
    """A second download is called 工单 [1].csv: the brackets are no pattern."""
    estate.write("工单 [1].csv", "工单编号,报修时间\r\nT1,2025-03-05\r\n")
    estate.load()
    assert estate.rows("select ticket_id, source_row from warehouse.tickets") == [("T1", 2)]


def test_a_workbook_is_read_as_text(estate: Estate) -> None:
    """Real dates, serial numbers, numbers and text in one column; ids keep every digit."""
    estate.write_workbook(
        "工单.xlsx",
        {
            "工单": [
                ["工单编号", "报修时间", "上门次数", "费用（元）"],
                [101002296910, dt.datetime(2025, 3, 5, 9, 30), 2, 12.5],
                ["00123", "2025/3/6 上午8:05", "3", "1,234.50"],
                ["T3", 45721.5, None, None],
            ]
        },
    )
    estate.load()
    assert [
        (ticket, opened, visits, str(cost))
        for ticket, opened, visits, cost in estate.rows(
            "select ticket_id, opened_at, visit_count, cost from warehouse.tickets order by opened_at"
        )
    ] == [
        ("101002296910", dt.datetime(2025, 3, 5, 9, 30), 2, "12.50"),
        ("T3", dt.datetime(2025, 3, 5, 12), None, "None"),
        ("00123", dt.datetime(2025, 3, 6, 8, 5), 3, "1234.50"),
    ]


def test_a_workbook_under_the_name_of_a_csv_is_read(estate: Estate) -> None:
    """The bytes decide, not the name."""
    path = estate.write_workbook("工单.xlsx", {"工单": [["工单编号", "报修时间"], ["T1", "2025-03-05"]]})
    path.rename(estate.raw / "工单.csv")
    estate.load()
    assert estate.value("select count(*) from warehouse.tickets") == 1


def test_titles_blank_rows_totals_and_notes_are_accounted_for(estate: Estate) -> None:
    """Nothing around the data becomes data, and row numbers are those of the sheet."""
    estate.write_workbook(
        "应收.xlsx",
        {
            "应收": [
                [None, None, None],
                ["应收明细表"],
                ["导出时间：2025-07-01 10:00:00"],
                ["账单编号", "应收金额（万元）", "账期"],
                ["B1", "0.012", "2025-01"],
                [None, None, None],
                ["B2", "0.03", "2025-02"],
                ["合计", "0.042", None],
                ["账单编号", "应收金额（万元）", "账期"],
                ["制表人：王五"],
            ],
            "说明": [["本表由系统导出"], ["每月更新"]],
        },
    )
    estate.load()
    assert estate.account() == {"应收.xlsx/应收": (10, 2, 0, 1, 7, 0), "应收.xlsx/说明": (2, 0, 0, 0, 2, 0)}
    bills = estate.rows(
        "select bill_id, amount_due::varchar, period_start, period_end, due_on, fee_class, source_row "
        "from warehouse.bills"
    )
    january, february = (dt.date(2025, 1, 1), dt.date(2025, 1, 31)), (dt.date(2025, 2, 1), dt.date(2025, 2, 28))
    assert bills == [
        ("B1", "120.00", *january, january[1], "property", 5),
        ("B2", "300.00", *february, february[1], "property", 7),
    ]
    assert estate.value("select exported_at from warehouse.source_files where kind = 'bills'") == dt.datetime(
        2025, 7, 1, 10
    )
    assert estate.rows("select code, sheet from warehouse.issues order by sheet desc") == [
        ("passed_over", "说明"),
        ("totals_match", "应收"),
    ]


def test_blank_lines_of_a_text_file_keep_the_row_numbers(estate: Estate) -> None:
    """A blank line is a row; one inside quotes is none."""
    estate.write("工单.csv", '\n工单编号,报修时间,内容\n\nT1,2025-03-05,"一\n\n二"\n\nT2,2025-03-06,三\n')
    estate.load()
    assert estate.rows("select ticket_id, source_row, description from warehouse.tickets") == [
        ("T1", 4, "一\n\n二"),
        ("T2", 6, "三"),
    ]
    assert estate.account() == {"工单.csv": (6, 2, 0, 0, 4, 0)}


def test_grouped_headers_of_two_rows(estate: Estate) -> None:
    """The lower cell names the column where there is one, else the merged cell above it."""
    estate.write_workbook(
        "工单.xlsx",
        {
            "工单": [
                ["工单编号", "时间节点", None, None, "项目"],
                [None, "报修时间", "派单时间", "完成时间", None],
                ["T1", "2025-03-05 09:00", "2025-03-05 09:05", "2025-03-05 11:00", "云栖苑"],
            ]
        },
    )
    estate.load()
    assert estate.rows("select ticket_id, dispatched_at, resolved_at, community from warehouse.tickets") == [
        ("T1", dt.datetime(2025, 3, 5, 9, 5), dt.datetime(2025, 3, 5, 11), "云栖苑")
    ]


def test_months_first_or_days_first_is_decided_by_the_whole_file(estate: Estate) -> None:
    """One 25/03/2025 tells that the day stands first."""
    estate.write("tickets.csv", "ticket id,created at\nT1,05/03/2025 14:05\nT2,25/03/2025 09:00\n")
    estate.load()
    assert estate.rows("select ticket_id, opened_at from warehouse.tickets") == [
        ("T1", dt.datetime(2025, 3, 5, 14, 5)),
        ("T2", dt.datetime(2025, 3, 25, 9)),
    ]


def test_the_same_export_in_csv_and_xlsx_gives_the_same_tickets(new_estate: Callable[[str], Estate]) -> None:
    """The format leaves no trace in the values."""
    rows = [["工单编号", "报修时间", "是否紧急"], ["T1", "2025-03-05 09:30", "是"], ["T2", "2025-03-06 10:00", "否"]]
    text, book = new_estate("text"), new_estate("book")
    text.write("工单.csv", "\n".join(",".join(row) for row in rows))
    book.write_workbook("工单.xlsx", {"工单": rows})
    selected = "select * exclude (source_file_id) from warehouse.tickets"
    text.load(), book.load()
    assert text.rows(selected) == book.rows(selected)
