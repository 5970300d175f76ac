"""What is printed in any style reads back equal, and what is no number or date never becomes one.

Texts go through the conversions of a load in batches, one query each; the quick way of a conversion, where it gives a
value, must give that of the careful one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contracts import load_contracts
from pipelines.conversions import PLAIN, Conversion, moment_conversion, money_conversion, number_conversion
from pipelines.header_words import named_fields
from pipelines.inspection import reading_session
from workspace import PACKAGED_DEFAULTS, open_workspace

stable = settings(derandomize=True, deadline=None, max_examples=20, database=None)

NUMBER = number_conversion("parsed_number(without_unit(x))", 1)
MINUTES = number_conversion("parsed_minutes(x, 1)", 1)
MONEY = money_conversion(1)
FULL_WIDTH = str.maketrans("0123456789.,-+()%:/", "０１２３４５６７８９．，－＋（）％：／")
Printer = Callable[[Any], str]


@pytest.fixture(scope="module")
def connection() -> Iterator[DuckDBPyConnection]:
    with reading_session(open_workspace(PACKAGED_DEFAULTS.parent)) as session:
        yield session


def read(connection: DuckDBPyConnection, conversion: Conversion, texts: Sequence[str]) -> list[Any]:
    """The values that a load would make of the texts."""
    rows = connection.execute(
        f"""
        with raw as (select unnest(?::varchar[]) as raw_text),
        cleaned_texts as (select cleaned(raw_text) as x from raw),
        tried as (select *, {conversion.tried.replace("{x}", "x") or "null"} as t from cleaned_texts)
        select {conversion.quick.replace("{x}", "x").replace("{t}", "t")}, {conversion.careful} from tried
        """,
        [list(texts)],
    ).fetchall()
    for text, (quick, careful) in zip(texts, rows, strict=True):
        assert quick is None or quick == careful, text
    return [careful for _, careful in rows]


def assert_reads_back(
    connection: DuckDBPyConnection, conversion: Conversion, printers: dict[str, Printer], values: Sequence[Any]
) -> None:
    """Every value printed in every style reads back equal."""
    printed = [(style, value, printer(value)) for value in values for style, printer in printers.items()]
    found = read(connection, conversion, [text for _, _, text in printed])
    for (style, value, text), again in zip(printed, found, strict=True):
        is_equal = (
            again == pytest.approx(float(value), rel=1e-12, abs=1e-8) if isinstance(again, float) else again == value
        )
        assert is_equal, f"{style}: {text!r} was {value}, is read as {again}"


def assert_never_read(connection: DuckDBPyConnection, conversion: Conversion, texts: Sequence[str]) -> None:
    """None of the texts becomes a value."""
    found = read(connection, conversion, texts)
    taken = {text: value for text, value in zip(texts, found, strict=True) if value is not None}
    assert not taken


# Numbers

CENTS = st.integers(-(10**14), 10**14).map(lambda cents: Decimal(cents) / 100)


def plain(value: Decimal) -> str:
    return f"{value:f}"


def scaled(value: Decimal, power: int) -> str:
    """The value in units of ten to the power, with all its digits."""
    return f"{value.scaleb(-power):f}"


def in_brackets(value: Decimal) -> str:
    """A negative number as accountants write it."""
    return f"({-value:,})" if value < 0 else f"{value:,}"


NUMBER_STYLES: dict[str, Printer] = {
    "plain": plain,
    "two decimals": lambda value: f"{value:.2f}",
    "thousands": lambda value: f"{value:,}",
    "full width": lambda value: f"{value:,}".translate(FULL_WIDTH),
    "plus sign": lambda value: f"{value:+f}",
    "yen sign": lambda value: f"¥{value:,}",
    "full-width yen sign": lambda value: f"￥{value:,}",
    "sign before the currency": lambda value: f"{'-' if value < 0 else ''}￥{abs(value):,}",
    "yuan": lambda value: f"{value:,}元",
    "yuan with a blank": lambda value: f"{value:.2f} 元",
    "ten thousands": lambda value: f"{scaled(value, 4)}万",
    "ten thousand yuan": lambda value: f"{scaled(value, 4)}万元",
    "hundred millions": lambda value: f"{scaled(value, 8)}亿" if value == value.quantize(Decimal(1)) else plain(value),
    "accounting brackets": in_brackets,
    "full-width accounting brackets": lambda value: in_brackets(value).translate(FULL_WIDTH),
    "blanks around": lambda value: f"\u3000{value} ",
}


@stable
@given(values=st.lists(CENTS, min_size=1, max_size=30))
def test_money_reads_back(connection: DuckDBPyConnection, values: list[Decimal]) -> None:
    """To the cent, in every style of writing money."""
    assert_reads_back(connection, MONEY, NUMBER_STYLES, values)


@stable
@given(values=st.lists(CENTS.filter(lambda value: abs(value) < 10**9), min_size=1, max_size=30))
def test_numbers_read_back(connection: DuckDBPyConnection, values: list[Decimal]) -> None:
    """In the styles of money, as percent and with an exponent."""
    styles = NUMBER_STYLES | {
        "percent": lambda value: f"{value * 100:f}%",
        "full-width percent": lambda value: f"{value * 100:f}%".translate(FULL_WIDTH),
        "exponent": lambda value: f"{value:E}",
        "small exponent": lambda value: f"{value:e}",
    }
    assert_reads_back(connection, NUMBER, styles, values)


@stable
@given(values=st.lists(st.integers(0, 10**8), min_size=1, max_size=30))
def test_whole_numbers_read_back(connection: DuckDBPyConnection, values: list[int]) -> None:
    """With the words that count things."""
    styles: dict[str, Printer] = {
        "plain": str,
        "as a workbook keeps it": lambda value: f"{value}.0",
        "thousands": lambda value: f"{value:,}",
        "times": lambda value: f"{value}次",
        "households": lambda value: f"{value} 户",
        "full width": lambda value: str(value).translate(FULL_WIDTH),
    }
    assert_reads_back(connection, PLAIN["integer"], styles, values)


NO_NUMBERS = (
    "1-2-301", "3栋1单元301", "0571-88881234", "138-0013-8000", "400-800-8888", "1.2.3", "v2.0",
    "12:30", "1e", "e5", "--5", "+-5", "-", "1,23", "12,34,56", "１２a", "12a", "a12", "5-", "(5",
    "5)", "((5))", "1 2", "¥", "元", "万", "¥¥5", "5元万", "1.2.3万", "2025-03-05", "2025/3/5", "3/5",
    "1/2", "0x1F", "Infinity", "inf", "NaN", "1_000", "五百", "约100", "100左右", ">100", "100~200",
    "1..5", ".", ",5", "5,", "1,2345", "٣", "²", "1e5e5", "5%%", "%5",
)  # fmt: skip


def test_what_is_no_number_never_becomes_one(connection: DuckDBPyConnection) -> None:
    """Ids, telephone numbers, versions, times, halves of a number and sums of money that are none."""
    for conversion in (NUMBER, MONEY, PLAIN["integer"], MINUTES):
        texts = [text for text in NO_NUMBERS if conversion is not MINUTES or text != "12:30"]
        assert_never_read(connection, conversion, texts)
        assert_never_read(connection, conversion, [text.translate(FULL_WIDTH) for text in texts])


DIGITS = st.integers(0, 9999).map(str)


@stable
@given(
    parts=st.lists(st.lists(DIGITS, min_size=3, max_size=5), min_size=1, max_size=40),
    joint=st.sampled_from(["-", ".", "/", "_", " ", "·", "、", "*"]),
)
def test_numbers_joined_by_marks_are_no_number(
    connection: DuckDBPyConnection, parts: list[list[str]], joint: str
) -> None:
    """Room, version and serial numbers of three parts and more."""
    texts = [joint.join(numbers) for numbers in parts]
    for conversion in (NUMBER, MONEY, PLAIN["integer"]):
        assert_never_read(connection, conversion, texts)


@stable
@given(
    texts=st.lists(
        st.text(alphabet="abcxyz号楼报修水电#@~^=<>!?", min_size=1, max_size=6), min_size=1, max_size=40, unique=True
    )
)
def test_words_are_no_number(connection: DuckDBPyConnection, texts: list[str]) -> None:
    """Nothing without a digit is a number, and no number is hidden behind words."""
    for conversion in (NUMBER, MONEY, PLAIN["integer"], MINUTES):
        assert_never_read(connection, conversion, [*texts, *(f"{text}7" for text in texts if not text.endswith("="))])


# Moments

MOMENTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2089, 12, 31, 23, 59, 59)).map(
    lambda moment: moment.replace(microsecond=0)
)


def half_of_day(moment: dt.datetime, morning: str, afternoon: str) -> str:
    """13:05 as 下午1:05."""
    return f"{morning if moment.hour < 12 else afternoon}{moment.hour % 12 or 12}:{moment:%M:%S}"


def serial(moment: dt.datetime) -> str:
    """The moment as a spreadsheet counts it: days since the end of 1899, and their fraction."""
    since = moment - dt.datetime(1899, 12, 30)
    return f"{since.days + since.seconds / 86400:.8f}"


def loose_day(moment: dt.datetime, joint: str) -> str:
    return f"{moment.year}{joint}{moment.month}{joint}{moment.day}"


MOMENT_STYLES: dict[str, Printer] = {
    "ISO": lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}",
    "ISO with T": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}",
    "with fractions": lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}.000",
    "with T and fractions": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.000000",
    "slashes": lambda moment: f"{loose_day(moment, '/')} {moment.hour}:{moment:%M:%S}",
    "dots": lambda moment: f"{loose_day(moment, '.')} {moment:%H:%M:%S}",
    "hyphens without zeros": lambda moment: f"{loose_day(moment, '-')} {moment.hour}:{moment:%M:%S}",
    "Chinese": lambda moment: f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M:%S}",
    "Chinese throughout": lambda moment: (
        f"{moment.year}年{moment.month}月{moment.day}日{moment.hour}时{moment.minute}分{moment.second}秒"
    ),
    "Chinese half of the day": lambda moment: f"{loose_day(moment, '/')} {half_of_day(moment, '上午', '下午')}",
    "Chinese day and half": lambda moment: (
        f"{moment.year}年{moment.month}月{moment.day}日 {half_of_day(moment, '上午', '下午')}"
    ),
    "English half of the day": lambda moment: (
        f"{moment:%Y-%m-%d} {moment.hour % 12 or 12}:{moment:%M:%S} {'AM' if moment.hour < 12 else 'PM'}"
    ),
    "serial": serial,
    "compact": lambda moment: f"{moment:%Y%m%d%H%M%S}",
    "compact with a blank": lambda moment: f"{moment:%Y%m%d %H:%M:%S}",
    "full width": lambda moment: f"{moment:%Y-%m-%d %H:%M:%S}".translate(FULL_WIDTH),
    "weekday": lambda moment: f"{moment:%Y-%m-%d} 星期{'一二三四五六日'[moment.weekday()]} {moment:%H:%M:%S}",
    "China's offset": lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}+08:00",
    "blanks around": lambda moment: f"\u3000{moment:%Y-%m-%d %H:%M:%S} ",
}
DAY_STYLES: dict[str, Printer] = {
    "ISO": lambda day: f"{day:%Y-%m-%d}",
    "slashes": lambda day: f"{day.year}/{day.month}/{day.day}",
    "dots": lambda day: f"{day:%Y.%m.%d}",
    "Chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "Chinese number": lambda day: f"{day.year}年{day.month}月{day.day}号",
    "compact": lambda day: f"{day:%Y%m%d}",
    "serial": lambda day: str((day - dt.date(1899, 12, 30)).days),
    "full width": lambda day: f"{day:%Y/%m/%d}".translate(FULL_WIDTH),
    "midnight": lambda day: f"{day:%Y-%m-%d} 00:00:00",
    "English": lambda day: f"{day:%d-%b-%Y}",
    "English words": lambda day: f"{day:%B %d, %Y}",
}


@stable
@given(moments=st.lists(MOMENTS, min_size=1, max_size=30))
def test_moments_read_back(connection: DuckDBPyConnection, moments: list[dt.datetime]) -> None:
    """To the second, in every style of date and time."""
    assert_reads_back(connection, moment_conversion("timestamp", "null"), MOMENT_STYLES, moments)


@stable
@given(days=st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2089, 12, 31)), min_size=1, max_size=30))
def test_days_read_back(connection: DuckDBPyConnection, days: list[dt.date]) -> None:
    """In every style of date."""
    assert_reads_back(connection, moment_conversion("date", "null"), DAY_STYLES, days)


@stable
@given(moments=st.lists(MOMENTS, min_size=1, max_size=30), joint=st.sampled_from("/-."))
def test_dates_that_end_in_the_year_read_back(
    connection: DuckDBPyConnection, moments: list[dt.datetime], joint: str
) -> None:
    """Where it is known whether the day or the month comes first."""
    day_first: dict[str, Printer] = {
        "day first": lambda moment: f"{moment.day}{joint}{moment.month}{joint}{moment.year} {moment:%H:%M:%S}",
        "day first with zeros": lambda moment: f"{moment:%d}{joint}{moment:%m}{joint}{moment:%Y} {moment:%H:%M:%S}",
    }
    month_first: dict[str, Printer] = {
        "month first": lambda moment: f"{moment.month}{joint}{moment.day}{joint}{moment.year} {moment:%H:%M:%S}",
        "month first with half": lambda moment: (
            f"{moment:%m}{joint}{moment:%d}{joint}{moment:%Y} {moment.hour % 12 or 12}:{moment:%M:%S} {moment:%p}"
        ),
    }
    assert_reads_back(connection, moment_conversion("timestamp", "'day_first'"), day_first, moments)
    assert_reads_back(connection, moment_conversion("timestamp", "'month_first'"), month_first, moments)


@stable
@given(days=st.lists(st.dates(dt.date(1990, 1, 1), dt.date(2089, 12, 31)), min_size=1, max_size=30))
def test_a_date_that_ends_in_the_year_is_no_date_while_its_order_is_unknown(
    connection: DuckDBPyConnection, days: list[dt.date]
) -> None:
    """5/3/2025 is not guessed."""
    assert_never_read(
        connection, moment_conversion("date", "null"), [f"{day.day}/{day.month}/{day.year}" for day in days]
    )


NO_MOMENTS = (
    "1-2-301", "3-1-1502", "0571-88881234", "138-0013-8000", "13912345678", "1.2.3", "12:30",
    "1e5", "2025-13-01", "2025-02-30", "2025-00-10", "2025/3/32", "2025年13月1日", "20251301",
    "20250230", "202502301200", "2025-03-05 24:00", "2025-03-05 25:10", "2025-03-05 10:61",
    "2025-03-05T10:00:00Z", "2025-03-05T10:00:00+00:00", "2025-03-05T10:00:00-05:00", "3月5日",
    "3/5", "昨天下午", "2025", "25-3-5", "100", "8.5", "150000", "12345678901234567890", "abc",
    "2025-03-05 - 2025-04-05", "2025-3-5-1", "2025-03-05x", "0000-00-00", "9999-12-31",
    "1900-01-01", "1970-01-01 08:00:00",
)  # fmt: skip


def test_what_is_no_moment_never_becomes_one(connection: DuckDBPyConnection) -> None:
    """Ids, room and telephone numbers, impossible days and hours, foreign offsets, placeholders of systems."""
    for field_type in ("timestamp", "date"):
        assert_never_read(connection, moment_conversion(field_type, "null"), NO_MOMENTS)


@stable
@given(
    parts=st.lists(st.tuples(st.integers(1, 99), st.integers(1, 9), st.integers(101, 3202)), min_size=1, max_size=60)
)
def test_room_numbers_are_no_dates(connection: DuckDBPyConnection, parts: list[tuple[int, int, int]]) -> None:
    """1-2-301 is a home, in whatever order of day and month; only a real year at the end could make it a day."""
    rooms = [f"{building}-{unit}-{room}" for building, unit, room in parts if not 1900 <= room <= 2099]
    for order in ("null", "'day_first'", "'month_first'"):
        assert_never_read(connection, moment_conversion("timestamp", order), rooms)


# Durations, answers, scores


@stable
@given(minutes=st.lists(st.integers(0, 60 * 24 * 30), min_size=1, max_size=30))
def test_durations_read_back(connection: DuckDBPyConnection, minutes: list[int]) -> None:
    """In minutes, whatever the units in the cell."""
    styles: dict[str, Printer] = {
        "plain": str,
        "minutes": lambda value: f"{value}分钟",
        "short minutes": lambda value: f"{value}分",
        "English minutes": lambda value: f"{value} mins",
        "clock": lambda value: f"{value // 60}:{value % 60:02d}",
        "clock with seconds": lambda value: f"{value // 60}:{value % 60:02d}:00",
        "hours and minutes": lambda value: f"{value // 60}小时{value % 60}分钟",
        "days, hours and minutes": lambda value: f"{value // 1440}天{value // 60 % 24}小时{value % 60}分",
        "English hours and minutes": lambda value: f"{value // 60} h {value % 60} min",
    }
    assert_reads_back(connection, MINUTES, styles, minutes)


@stable
@given(minutes=st.lists(st.integers(0, 1000).map(lambda steps: 36 * steps), min_size=1, max_size=30))
def test_parts_of_hours_and_days_read_back(connection: DuckDBPyConnection, minutes: list[int]) -> None:
    """0.6 hours are 36 minutes, 0.025 days too."""
    styles: dict[str, Printer] = {
        "hours": lambda value: f"{Decimal(value) / 60}小时",
        "English hours": lambda value: f"{Decimal(value) / 60} hours",
        "days": lambda value: f"{Decimal(value) / 1440}天",
    }
    assert_reads_back(connection, MINUTES, styles, minutes)


def test_seconds_of_a_duration_count(connection: DuckDBPyConnection) -> None:
    """1:30:30 is ninety and a half minutes."""
    assert read(connection, MINUTES, ["1:30:30", "0:00:45"]) == [90.5, 0.75]


@pytest.mark.parametrize("printer", [str, str.upper, str.title, lambda word: f" {word}\u3000"])
def test_yes_and_no_read_back(connection: DuckDBPyConnection, printer: Callable[[str], str]) -> None:
    """In any case and with blanks around."""
    yes, no = ["是", "yes", "y", "true", "1", "√"], ["否", "no", "n", "false", "0", "×"]
    found = read(connection, PLAIN["yes_no"], [printer(word) for word in (*yes, *no)])
    assert found == [True] * len(yes) + [False] * len(no)


def test_what_is_neither_yes_nor_no_is_neither(connection: DuckDBPyConnection) -> None:
    """Other words and numbers are no answer."""
    assert_never_read(connection, PLAIN["yes_no"], ["可能", "2", "10", "是否", "yesno", "01", "-1"])


@stable
@given(scores=st.lists(st.integers(0, 100), min_size=1, max_size=30))
def test_scores_read_back(connection: DuckDBPyConnection, scores: list[int]) -> None:
    """As number, points, stars, or out of a maximum."""
    styles: dict[str, Printer] = {
        "plain": str,
        "as a workbook keeps it": lambda score: f"{score}.0",
        "points": lambda score: f"{score}分",
        "stars": lambda score: f"{score}星",
        "English stars": lambda score: f"{score} stars",
        "out of": lambda score: f"{score}/100",
        "full width": lambda score: str(score).translate(FULL_WIDTH),
    }
    assert_reads_back(connection, PLAIN["score"], styles, scores)


def test_what_is_no_score_never_becomes_one(connection: DuckDBPyConnection) -> None:
    """Telephone numbers, shares, dates and words outside the dictionary."""
    assert_never_read(
        connection, PLAIN["score"], ["13912345678", "98%", "2025-03-05", "101", "-1", "未评价过", "1-2-301", "4 5"]
    )


# Headers

HEADERS = sorted(
    {
        (kind, header)
        for kind, contract in load_contracts().items()
        for field in contract.fields.values()
        for header in field.headers
        if len(header) > 1
    }
)


def fields_of(kind: str, header: str) -> set[str]:
    return {field.name for field in named_fields(header, load_contracts()[kind])}


@settings(stable, max_examples=200)
@given(
    place=st.integers(0, len(HEADERS) - 1),
    case=st.sampled_from([str.lower, str.upper, str.title]),
    joint=st.sampled_from(["_", "-", " ", "  ", ""]),
    unit=st.sampled_from(["", "（元）", "(元)", "[必填]", "【单选】", " (yyyy-mm-dd)", "（必填）"]),
    mark=st.sampled_from(["", "*", "：", "1、", "Q3. ", "\u3000"]),
    is_wide=st.booleans(),
)
def test_headers_read_back(
    place: int, case: Callable[[str], str], joint: str, unit: str, mark: str, is_wide: bool
) -> None:
    """Case, width, joints, brackets, required marks and numbers of questions do not change what a header names."""
    kind, header = HEADERS[place]
    printed = joint.join(case(header).split(" "))
    printed = printed.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}) if is_wide else printed
    printed = printed + unit + mark if mark in ("*", "：", "\u3000") else mark + printed + unit
    assert fields_of(kind, header) <= fields_of(kind, printed), printed


@stable
@given(text=st.text(alphabet="甲乙丙丁戊qxzvw", min_size=3, max_size=8))
def test_other_words_name_no_field(text: str) -> None:
    """A header that no contract knows stays unmapped."""
    assert not any(fields_of(kind, text) for kind in load_contracts())
