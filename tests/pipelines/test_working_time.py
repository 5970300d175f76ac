"""The business clock: working hours of working days, holidays and make-up days counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, islice

import chinese_calendar
import duckdb
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.due_times import due_times
from pipelines.errors import SettingInvalid
from pipelines.service_levels import Clock, ServiceLevel
from pipelines.working_days import write_calendar
from pipelines.working_time import WorkingHours, working_hours
from workspace import Sentence

OFFICE = ["09:00-12:00", "13:00-18:00"]
NIGHTS = ["00:00-06:00", "22:00-24:00"]
FIRST_DAY = dt.datetime(2024, 9, 20)
DAYS = 90
LIMITS = (1, 59, 180, 480, 1000)  # minutes; some end with a span or a day


def hours_of(*texts: str) -> WorkingHours:
    return working_hours({"calendar": {"working_hours": list(texts)}})


@pytest.fixture
def warehouse() -> Iterator[DuckDBPyConnection]:
    """A warehouse of nothing but what due times are computed from."""
    with duckdb.connect() as connection:
        connection.execute("create schema warehouse")
        connection.execute(
            "create table warehouse.tickets (ticket_id varchar, category varchar, opened_at timestamp, "
            "resolved_at timestamp)"
        )
        connection.execute(
            "create table warehouse.ticket_pauses (ticket_id varchar, paused_at timestamp, resumed_at timestamp)"
        )
        yield connection


def test_hours_are_read_as_people_write_them() -> None:
    """One-digit hours, a Chinese dash and 24:00 are understood; the seconds add up."""
    assert hours_of("8:30–12:00", "13:00 至 17:30").spans == ((30_600, 43_200), (46_800, 63_000))
    assert hours_of("00:00-24:00").seconds == 86_400


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ([], "请至少写一段"),
        (["九点到六点"], "九点到六点 不能用：不是“时:分-时:分”"),
        (["09:00-12:75"], "09:00-12:75 不能用：不是“时:分-时:分”"),
        (["09:00-25:00"], "一天到 24:00 为止"),
        (["22:00-06:00"], "跨零点的班次请写成两段"),
        (["13:00-18:00", "09:00-12:00"], "13:00-18:00, 09:00-12:00 不能用：两段重叠或次序颠倒"),
        (["09:00-13:00", "12:00-18:00"], "两段重叠或次序颠倒"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(texts: list[str], reason: str) -> None:
    """The sentence names the setting, the value and what to write."""
    with pytest.raises(SettingInvalid) as refusal:
        hours_of(*texts)
    sentence = refusal.value.sentence
    assert reason in sentence.zh
    assert "[calendar] working_hours" in sentence.zh and "重新加载" in sentence.zh
    assert "[calendar] working_hours in settings.toml is" in sentence.en


def test_the_calendar_adds_up_working_days(warehouse: DuckDBPyConnection) -> None:
    """The Sunday before National Day 2024 was worked, the Tuesday was not; 8 hours are 480 minutes."""
    write_calendar(warehouse, range(2024, 2025), hours_of(*OFFICE))
    days = warehouse.execute(
        "select day(day), is_working_day, working_minutes, working_day_number - min(working_day_number) over () "
        "from warehouse.calendar where day between '2024-09-27' and '2024-10-01' order by day"
    ).fetchall()
    assert days == [
        (27, True, 480, 0),
        (28, False, 0, 0),
        (29, True, 480, 1),
        (30, True, 480, 2),
        (1, False, 0, 2),
    ]


# The clock in SQL against one that counts minute by minute, in minutes since the first day

Pauses = list[tuple[int, int | None]]


@dataclass(frozen=True)
class Case:
    """A ticket: when it was opened, its time limit, and its pauses; one without an end comes last."""

    opened: int
    limit: int
    pauses: Pauses


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any opening around National Day 2024, up to three pauses one after another, from none to two days long."""
    opened = draw(st.integers(0, 30 * 1440))
    turns = list(accumulate(draw(st.lists(st.integers(1, 3000), max_size=6)), initial=opened))
    pauses: Pauses = list(zip(turns[1::2], turns[2::2], strict=False))
    if draw(st.integers(0, 2)) == 0:
        pauses.append((turns[-1] + 7, None))
    return Case(opened, draw(st.sampled_from(LIMITS)), pauses)


def minutes_at_work(hours: WorkingHours) -> bytearray:
    """For each minute since the first day whether it is worked."""
    working_day = bytes(any(start <= 60 * minute < end for start, end in hours.spans) for minute in range(1440))
    days = (FIRST_DAY.date() + dt.timedelta(days=number) for number in range(DAYS))
    return bytearray(b"".join(working_day if chinese_calendar.is_workday(day) else bytes(1440) for day in days))


def counted_due(case: Case, at_work: bytearray) -> int | None:
    """The end of the minute that is the last of the limit, counted one by one; None where a pause never ends."""
    running = bytearray(at_work)
    for start, end in case.pauses:
        until = len(running) if end is None else end
        running[start:until] = bytes(until - start)
    counted = (minute for minute in range(case.opened, len(running)) if running[minute])
    last = next(islice(counted, case.limit - 1, None), None)
    return None if last is None else last + 1


def moment(minute: int | None) -> dt.datetime | None:
    return None if minute is None else FIRST_DAY + dt.timedelta(minutes=minute)


def write_cases(warehouse: DuckDBPyConnection, drawn: list[Case]) -> None:
    warehouse.execute("delete from warehouse.tickets; delete from warehouse.ticket_pauses")
    warehouse.executemany(
        "insert into warehouse.tickets values (?, ?, ?, null)",
        [(str(number), str(case.limit), moment(case.opened)) for number, case in enumerate(drawn)],
    )
    pauses = [
        (str(number), moment(start), moment(end)) for number, case in enumerate(drawn) for start, end in case.pauses
    ]
    if pauses:
        warehouse.executemany("insert into warehouse.ticket_pauses values (?, ?, ?)", pauses)


def levels_on(clock: Clock) -> list[ServiceLevel]:
    """A level for each limit; the category says which applies."""
    no_title = Sentence("", "")
    return [
        ServiceLevel(str(limit), no_title, {"category": (str(limit),)}, "opened_at", "resolved_at", limit, clock)
        for limit in LIMITS
    ]


@pytest.mark.parametrize("clock", ["business", "calendar"])
@pytest.mark.parametrize("texts", [OFFICE, NIGHTS], ids=["office", "nights"])
def test_due_times_agree_with_a_count_of_minutes(warehouse: DuckDBPyConnection, texts: list[str], clock: Clock) -> None:
    """Any opening, limit and pauses, ended or not: the same minute, or a clock that stands still."""
    hours = hours_of(*texts)
    at_work = minutes_at_work(hours) if clock == "business" else bytearray(b"\1" * DAYS * 1440)
    write_calendar(warehouse, range(2024, 2026), hours)
    query = due_times(levels_on(clock), hours, {"opened_at", "resolved_at"}, has_pauses=True)

    @settings(max_examples=30, deadline=None, database=None)
    @given(drawn=st.lists(cases(), min_size=10, max_size=25))
    def agrees(drawn: list[Case]) -> None:
        write_cases(warehouse, drawn)
        rows = warehouse.execute(f"select ticket_id, due_at, is_paused from ({query})").fetchall()
        found = {int(ticket_id): (due_at, is_paused) for ticket_id, due_at, is_paused in rows}
        due = [counted_due(case, at_work) for case in drawn]
        assert [found[number] for number in range(len(drawn))] == [(moment(each), each is None) for each in due]

    agrees()


def test_steps_that_nothing_needs_are_left_out() -> None:
    """Calendar levels without pauses join neither the calendar nor the pauses."""
    hours, fields = hours_of(*OFFICE), {"opened_at", "resolved_at"}
    plain = due_times(levels_on("calendar"), hours, fields, has_pauses=False)
    assert "join" not in plain
    assert "warehouse.calendar" not in due_times(levels_on("calendar"), hours, fields, has_pauses=True)
    assert "warehouse.ticket_pauses" not in due_times(levels_on("business"), hours, fields, has_pauses=False)
