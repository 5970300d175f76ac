"""What is printed in any style reads back equal; what is not a value never becomes one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.build import loading_connection
from workspace import open_workspace


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    """A connection with the functions of the reading statement."""
    root: Path = tmp_path_factory.mktemp("reader")
    (root / "data").mkdir()
    with loading_connection(root / "new.duckdb", root, open_workspace(root)) as connection:
        yield connection


def read(reader: DuckDBPyConnection, function: str, text: str, *arguments: str) -> Any:
    """`text` cleaned and put through one function of the reading statement."""
    call = ", ".join(["cleaned(?)", *arguments])
    row = reader.execute(f"select {function}({call})", [text]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-03-05 09:30:15", dt.datetime(2025, 3, 5, 9, 30, 15)),
        ("2025-3-5 9:30", dt.datetime(2025, 3, 5, 9, 30)),
        ("2025-03-05T09:30:15.250", dt.datetime(2025, 3, 5, 9, 30, 15, 250000)),
        ("2025-03-05T09:30:15+08:00", dt.datetime(2025, 3, 5, 9, 30, 15)),
        ("2025/3/5 9:30", dt.datetime(2025, 3, 5, 9, 30)),
        ("2025.03.05", dt.datetime(2025, 3, 5)),
        ("2025年3月5日", dt.datetime(2025, 3, 5)),
        ("2025年3月5日 上午9:30", dt.datetime(2025, 3, 5, 9, 30)),
        ("2025/3/5 下午2:05", dt.datetime(2025, 3, 5, 14, 5)),
        ("2025年3月5日9时30分", dt.datetime(2025, 3, 5, 9, 30)),
        ("2025年3月5日 星期三 14时", dt.datetime(2025, 3, 5, 14)),
        ("2025-03-05 12:10 AM", dt.datetime(2025, 3, 5, 0, 10)),
        ("2025-03-05 下午12:10", dt.datetime(2025, 3, 5, 12, 10)),
        ("２０２５－０３－０５　０９：３０", dt.datetime(2025, 3, 5, 9, 30)),
        ("20250305", dt.datetime(2025, 3, 5)),
        ("20250305093015", dt.datetime(2025, 3, 5, 9, 30, 15)),
        ("45721", dt.datetime(2025, 3, 5)),
        ("45721.395833", dt.datetime(2025, 3, 5, 9, 30)),
        ("5-Mar-2025", dt.datetime(2025, 3, 5)),
        ("Mar 5, 2025 2:05 PM", dt.datetime(2025, 3, 5, 14, 5)),
        ("2025-02-30", None),
        ("2025-01-01 24:00:00", None),
        ("2025-03-05T09:30:15Z", None),
        ("2025-03-05 25:10", None),
        ("昨天下午", None),
        ("12345", None),
        ("1900-01-01 00:00:00", None),
        ("9999-12-31", None),
        ("1970-01-01 08:00:00", None),
        ("--", None),
    ],
)
def test_a_moment_reads_the_same_in_every_style(
    reader: DuckDBPyConnection, text: str, moment: dt.datetime | None
) -> None:
    """Dates of every style found in exports; impossible, offset and placeholder dates are no dates."""
    assert read(reader, "parsed_timestamp", text, "null") == moment


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("'day_first'", dt.datetime(2025, 3, 5, 14, 5)),
        ("'month_first'", dt.datetime(2025, 5, 3, 14, 5)),
        ("null", None),
    ],
)
def test_the_order_of_day_and_month_is_never_guessed(
    reader: DuckDBPyConnection, order: str, expected: dt.datetime | None
) -> None:
    """5/3/2025 is read only where the file or the user says which number is the day."""
    assert read(reader, "parsed_timestamp", "05/03/2025 2:05:00 PM", order) == expected


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("￥1,234.5", "1234.50"),
        ("¥ 1,234.5元", "1234.50"),
        ("１２３４．５", "1234.50"),
        ("1.2万", "12000.00"),
        ("(120.00)", "-120.00"),
        ("（120.00）", "-120.00"),
        ("-￥35", "-35.00"),
        ("+12", "12.00"),
        ("0", "0.00"),
        ("1.5E+03", "1500.00"),
        ("0.30000000000000004", "0.30"),
        ("2.675", "2.68"),
        ("12,34", None),
        ("1.234,50", None),
        ("98.5%", None),
        ("约100", None),
        ("(120", None),
        ("无", None),
    ],
)
def test_an_amount_reads_the_same_in_every_style(reader: DuckDBPyConnection, text: str, amount: str | None) -> None:
    """Thousands, currency, 万, accounting brackets and full-width digits; what is no number stays none."""
    expected = None if amount is None else Decimal(amount)
    assert read(reader, "parsed_money", text, "1") == expected


def test_a_header_in_ten_thousands_multiplies(reader: DuckDBPyConnection) -> None:
    """应收金额（万元）: 1.25 is 12,500 yuan."""
    assert read(reader, "parsed_money", "1.25", "10000") == Decimal("12500.00")


@pytest.mark.parametrize(
    ("function", "text", "value"),
    [
        ("parsed_number", "98.5%", 0.985),
        ("parsed_number", "1,000", 1000.0),
        ("parsed_integer", "3", 3),
        ("parsed_integer", "3.0", 3),
        ("parsed_integer", "3次", 3),
        ("parsed_integer", "4.6", None),
        ("parsed_integer", "三", None),
        ("parsed_yes_no", "是", True),
        ("parsed_yes_no", "√", True),
        ("parsed_yes_no", "N", False),
        ("parsed_yes_no", "也许", None),
        ("parsed_score", "很满意", 5.0),
        ("parsed_score", "不满意", 2.0),
        ("parsed_score", "5分", 5.0),
        ("parsed_score", "A.非常满意", 5.0),
        ("parsed_score", "4-满意", 4.0),
        ("parsed_score", "4/5", 4.0),
        ("parsed_score", "看情况", None),
        ("parsed_identifier", '="00123"', "00123"),
        ("parsed_identifier", "GD202501010001", "GD202501010001"),
        ("parsed_identifier", "1.01E+11", None),
        ("parsed_room", "2001-02-03", None),
        ("parsed_room", "1-2-301", "1-2-301"),
        ("phone_digits", "+86 138-1234-5678", "13812345678"),
        ("phone_digits", "1.38E+10", None),
    ],
)
def test_values_of_other_types(reader: DuckDBPyConnection, function: str, text: str, value: Any) -> None:
    """Whole numbers, yes and no, score words, ids and phones, and what a spreadsheet has made of them."""
    assert read(reader, function, text) == value


@pytest.mark.parametrize(
    ("text", "minutes"), [("90", 90), ("1.5小时", 90), ("90分钟", 90), ("1:30", 90), ("2天", 2880), ("很久", None)]
)
def test_durations_come_in_minutes(reader: DuckDBPyConnection, text: str, minutes: float | None) -> None:
    """A unit behind the number, or hours and minutes with a colon."""
    assert read(reader, "parsed_minutes", text, "1") == minutes


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025-01", "2025-01-01", "2025-01-31"),
        ("202502", "2025-02-01", "2025-02-28"),
        ("2025年1月", "2025-01-01", "2025-01-31"),
        ("2025年第二季度", "2025-04-01", "2025-06-30"),
        ("2025Q4", "2025-10-01", "2025-12-31"),
        ("2025年", "2025-01-01", "2025-12-31"),
        ("2025-01-01~2025-03-31", "2025-01-01", "2025-03-31"),
        ("2025-01-01 至 2025-03-31", "2025-01-01", "2025-03-31"),
        ("2025.01-2025.03", "2025-01-01", "2025-03-31"),
        ("2025-03-05", "2025-03-05", "2025-03-05"),
        ("下季度", None, None),
    ],
)
def test_periods_have_two_ends(reader: DuckDBPyConnection, text: str, start: str | None, end: str | None) -> None:
    """A month, a quarter, a year or two dates joined in one cell."""
    found = [str(read(reader, f"parsed_period_{side}", text, "null") or "") for side in ("start", "end")]
    assert found == [start or "", end or ""]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("3-1-301", ("3", "1", "301")),
        ("3栋1单元301室", ("3栋", "1", "301")),
        ("3号楼301", ("3号楼", "", "301")),
        ("1-301", ("", "1", "301")),
        ("301", ("", "", "301")),
    ],
)
def test_a_room_says_its_building_and_unit(reader: DuckDBPyConnection, text: str, parts: tuple[str, ...]) -> None:
    """The full name of a room serves where the columns of building and unit are missing."""
    row = read(reader, "room_parts", text)
    assert (row["building"], row["unit"], row["room"]) == parts


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("张三丰来电13812345678称漏水", "**来电[号码]称漏水"),
        ("电话 138-1234-5678", "电话 [号码]"),
        ("身份证330102199001011234", "身份证[号码]"),
        ("车牌浙A12345占位", "车牌[车牌]占位"),
        ("3-1-301厨房", "[房号]厨房"),
        ("3号楼1单元301室漏水", "[房号]漏水"),
        ("水管爆了2次", "水管爆了2次"),
    ],
)
def test_free_text_loses_what_names_a_person(reader: DuckDBPyConnection, text: str, scrubbed: str) -> None:
    """Phones, ID numbers, plates, rooms and the row's own name."""
    row = reader.execute("select scrubbed(?, '张三丰', '13812345678', null)", [text]).fetchone()
    assert row == (scrubbed,)


@pytest.mark.parametrize(
    ("text", "masked"), [("昨天下午", "****"), ("2025-13-45", "2025-**-**"), ("13812345678", "1381*******")]
)
def test_a_bad_value_shows_its_shape_only(reader: DuckDBPyConnection, text: str, masked: str) -> None:
    """A name or phone number in the wrong column must not be printed."""
    row = reader.execute("select masked(?)", [text]).fetchone()
    assert row == (masked,)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amount=st.decimals("-9999999", "9999999", places=2), style=st.sampled_from(["{:.2f}", "{:,.2f}", "￥{:,.2f}"]))
def test_printed_amounts_read_back(reader: DuckDBPyConnection, amount: Decimal, style: str) -> None:
    """Any amount printed in any style reads back to the cent."""
    assert read(reader, "parsed_money", style.format(amount), "1") == amount


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moment=st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)),
    style=st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒", "%Y%m%d%H%M%S"]),
)
def test_printed_moments_read_back(reader: DuckDBPyConnection, moment: dt.datetime, style: str) -> None:
    """Any moment printed in any style reads back to the second."""
    assert read(reader, "parsed_timestamp", moment.strftime(style), "null") == moment.replace(microsecond=0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(categories=["L"]), min_size=1, max_size=8))
def test_words_never_become_numbers(reader: DuckDBPyConnection, text: str) -> None:
    """Letters alone are neither an amount nor a moment."""
    assert read(reader, "parsed_money", text, "1") is None
    assert read(reader, "parsed_timestamp", text, "null") is None
