"""Service levels: which applies to a ticket, when it falls due, and how it is judged, all through the load."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pipelines.errors import ServiceLevelInvalid, SettingInvalid
from queries.figures import Figure, open_figures
from reports.chapters.appendices import unknown_holidays
from reports.desk import Desk
from reports.document import Paragraph
from tests.pipelines.conftest import Estate
from workspace import open_workspace

HEADER = "工单编号,工单类型,报修时间,响应时间,完成时间,关闭时间"
EVENT_HEADER = "工单编号,操作时间,操作,变更前状态,变更后状态"

# Minutes of the golden set count by these levels: a working day is 09:00-12:00 and 13:00-18:00, 480 minutes.
GOLDEN_LEVELS = """
[[service_level]]
name = "repair"
title = { zh = "报修 480 个工作分钟修复", en = "Repairs: 480 working minutes" }
where = { kind = "repair" }
from = "opened_at"
to = "resolved_at"
minutes = 480
clock = "business"

[[service_level]]
name = "inquiry"
title = { zh = "咨询 120 个工作分钟办结", en = "Inquiries: 120 working minutes" }
where = { kind = "inquiry" }
from = "opened_at"
to = "resolved_at"
minutes = 120
clock = "business"

[[service_level]]
name = "complaint"
title = { zh = "投诉 24 小时办结", en = "Complaints: 24 hours" }
where = { kind = "complaint" }
from = "opened_at"
to = "resolved_at"
minutes = 1440

[[service_level]]
name = "suggestion"
title = { zh = "建议当个工作日答复", en = "Suggestions: the same working day" }
where = { kind = "suggestion" }
from = "opened_at"
to = "resolved_at"
same_day = true
clock = "business"

[[service_level]]
name = "praise"
title = { zh = "表扬当日转达", en = "Praise: the same day" }
where = { kind = "praise" }
from = "opened_at"
to = "resolved_at"
same_day = true
"""

# Days off of National Day 2024: 1-7 October; worked instead: Sunday 29 September, Saturday 12 October.
# Days off of National Day 2025: 1-8 October; worked instead: Sunday 28 September, Saturday 11 October.
# Days off of the Spring Festival 2025: 28 January-4 February; worked: Sunday 26 January, Saturday 8 February.
# Kind, opened, pauses (stop to start), resolved, due, verdict, all in one year. The comment counts the minutes by hand.
GOLDEN = """
报修|2025-03-03 09:00||03-03 18:00|03-03 18:00|met      # Mon 180 + 300 = 480
报修|2025-03-03 11:00||03-04 11:01|03-04 11:00|missed   # Mon 60 + 300, Tue 120
咨询|2025-03-03 11:00||03-03 14:00|03-03 14:00|met      # 60 to lunch, 60 after it
咨询|2025-03-03 12:30||03-03 15:01|03-03 15:00|missed   # lunch until 13:00, then 120
咨询|2025-03-03 23:30||03-04 11:00|03-04 11:00|met      # night, then Tue 120
咨询|2025-03-03 17:00||03-04 00:30|03-04 10:00|met      # Mon 60, Tue 60; answered after midnight
咨询|2025-03-07 17:30||03-10 10:31|03-10 10:30|missed   # Fri 30, weekend, Mon 90
报修|2025-03-08 10:00||03-10 17:59|03-10 18:00|met      # Sat none, Mon 480
报修|2024-09-30 16:00||10-08 16:00|10-08 16:00|met      # Mon 120, holiday, Tue 8 Oct 180 + 180
咨询|2024-09-29 17:00||09-30 10:05|09-30 10:00|missed   # make-up Sunday 60, Mon 60
报修|2024-09-28 12:00||09-29 15:00|09-29 18:00|met      # Sat none, make-up Sunday 480
咨询|2024-10-03 10:00||10-03 10:05|10-08 11:00|met      # holiday, Tue 8 Oct 120; answered on the holiday
报修|2024-10-11 13:00||10-12 13:01|10-12 12:00|missed   # Fri 300, make-up Saturday 180
报修|2024-10-13 09:00||10-14 18:00|10-14 18:00|met      # an ordinary Sunday none, Mon 480
报修|2025-09-30 15:00|||10-09 15:00|missed              # Tue 180, holiday, Thu 9 Oct 180 + 120; still open
咨询|2025-09-28 11:30||09-28 14:30|09-28 14:30|met      # make-up Sunday 30, lunch, 90
报修|2025-10-10 17:00||10-13 09:01|10-11 17:00|missed   # Fri 60, make-up Saturday 180 + 240
咨询|2025-10-08 09:00||10-09 11:00|10-09 11:00|met      # last day of the holiday none, Thu 120
报修|2025-01-27 14:00||02-05 14:00|02-05 14:00|met      # Mon 240, festival, Wed 5 Feb 180 + 60
报修|2025-01-25 09:00||01-26 17:00|01-26 18:00|met      # Sat none, make-up Sunday 480
咨询|2025-01-27 17:30||02-05 10:31|02-05 10:30|missed   # Mon 30, festival, Wed 5 Feb 90
报修|2025-02-07 10:00||02-08 09:59|02-08 10:00|met      # Fri 120 + 300, make-up Saturday 60
咨询|2025-02-09 12:00||02-10 11:00|02-10 11:00|met      # an ordinary Sunday none, Mon 120
报修|2025-03-10 09:00|03-10 11:30~03-10 13:30|03-11 10:00|03-11 10:00|met # stood 30 + 30 over lunch: 18:00 and 60
报修|2025-03-14 14:00|03-14 16:00~03-17 10:00|03-17 17:30|03-17 17:00|missed # Fri 120, weekend stood, Mon 120 + 240
投诉|2025-03-14 12:00|03-15 00:00~03-17 00:00|03-17 11:00|03-17 12:00|met # 720, stood two days, 720
报修|2025-03-19 09:00|03-19 10:00~03-19 11:00;03-19 14:00~03-19 15:30|03-20 11:30|03-20 11:30|met # stood 60 + 90
报修|2025-03-20 09:00|03-20 15:00~|||waiting            # 300 run, and the clock stands to this day
报修|2025-03-20 09:00|03-21 10:00~||03-20 18:00|missed  # used up on Thu 18:00, before the pause
报修|2025-03-24 09:00|03-24 16:00~|03-25 11:00|03-25 14:00|met # 360 run; the work ends the pause: 60 to lunch, 60
投诉|2025-03-24 08:00|03-24 20:00~|03-30 08:00|03-30 20:00|met # 720 run; resolved while paused, 720 left
咨询|2025-03-31 17:00|03-31 19:00~04-01 08:00|04-01 10:01|04-01 10:00|missed # Mon 60, night, Tue 60
投诉|2025-04-02 23:30|04-02 23:45~04-03 00:15|04-03 23:59|04-04 00:00|met # stood 30 over midnight
报修|2024-09-30 09:00|09-30 17:00~10-09 10:00|10-09 11:30|10-09 11:00|missed # 420 run, paused over the holiday, Wed 60
报修|2025-01-24 15:00|01-24 16:00~01-27 09:30|01-27 17:30|01-27 17:30|met # 60 run; make-up Sunday stood; Mon 150 + 270
投诉|2025-04-07 10:00|04-08 10:00~04-08 12:00|04-08 10:01|04-08 10:00|missed # 1440 run when the pause begins
建议|2024-09-27 20:00||09-29 17:00|09-29 18:00|met      # Fri over, Sat free: the make-up Sunday is the day
建议|2025-03-03 10:00||03-04 09:00|03-03 18:00|missed   # until the office closes
表扬|2025-10-01 08:00||10-01 23:59|10-01 23:59|met      # until midnight, holiday or not
"""
VERDICTS = {"met": 1, "missed": 0}


@dataclass(frozen=True)
class GoldenTicket:
    """A line of the golden set; times as exports print them, empty where there is none."""

    ticket_id: str
    kind: str
    opened: str
    pauses: tuple[tuple[str, str], ...]
    resolved: str
    due: str
    verdict: str

    @property
    def row(self) -> str:
        """The line of the tickets export."""
        return f"{self.ticket_id},{self.kind},{self.opened},,{self.resolved},"

    @property
    def events(self) -> list[tuple[str, str]]:
        """Moment and word of each stop and start."""
        words = ("暂停", "继续") if self.kind == "投诉" else ("挂起", "恢复")
        return [(moment, word) for pause in self.pauses for moment, word in zip(pause, words, strict=True) if moment]


def golden_tickets() -> list[GoldenTicket]:
    lines = [line.split("#")[0].strip() for line in GOLDEN.strip().splitlines()]
    return [_golden_ticket(f"T{number:02}", *line.split("|")) for number, line in enumerate(lines, start=1)]


def _golden_ticket(
    ticket_id: str, kind: str, opened: str, pauses: str, resolved: str, due: str, verdict: str
) -> GoldenTicket:
    def moment(text: str) -> str:
        return opened[:5] + text if text else ""

    spans = [pause.strip().partition("~") for pause in pauses.split(";") if pause]
    moments = tuple((moment(start), moment(end)) for start, _, end in spans)
    return GoldenTicket(ticket_id, kind, opened, moments, moment(resolved), moment(due), verdict)


def write_golden_set(estate: Estate, until: str = "9999") -> None:
    """The exports as they were on the day before `until`: later tickets, moments and events are not there yet."""
    tickets = [ticket for ticket in golden_tickets() if ticket.opened < until]
    rows = [ticket.row if ticket.resolved < until else ticket.row.replace(ticket.resolved, "") for ticket in tickets]
    events = [(ticket.ticket_id, *event, "", "") for ticket in tickets for event in ticket.events if event[0] < until]
    estate.write("工单.csv", "\n".join([HEADER, *rows]) + "\n")
    estate.write("工单流转记录.csv", "\n".join([EVENT_HEADER, *map(",".join, events)]) + "\n")
    estate.settings(GOLDEN_LEVELS)
    estate.load()


def verdicts(estate: Estate, year: int) -> dict[str, int]:
    with open_figures(open_workspace(estate.root), as_of=dt.date(2025, 10, 31)) as figures:
        rows = figures.evidence("service_level_attainment", year)
    return {evidence_id.split()[0]: int(met) for evidence_id, met in zip(rows.evidence_id, rows.numerator, strict=True)}


def test_due_times_match_minutes_counted_by_hand(estate: Estate) -> None:
    """Holidays, make-up days, lunch, midnight and pauses: the due moment and the verdict of each ticket."""
    write_golden_set(estate)
    minute = "strftime(due_at, '%Y-%m-%d %H:%M')"
    due = estate.rows(f"select ticket_id, coalesce({minute}, '') from warehouse.ticket_service_levels")
    golden = golden_tickets()
    assert dict(due) == {ticket.ticket_id: ticket.due for ticket in golden}
    found = verdicts(estate, 2024) | verdicts(estate, 2025)
    assert found == {
        ticket.ticket_id: VERDICTS[ticket.verdict] for ticket in golden if ticket.verdict in VERDICTS
    }  # a clock that stands still is neither met nor missed
    assert estate.rows("select ticket_id from warehouse.ticket_service_levels where is_paused") == [("T28",)]


def judged(estate: Estate, year: int, last_day: dt.date) -> dict[str, tuple[object, ...]]:
    """By level: met, judged, and how many are apart for each reason."""
    with open_figures(open_workspace(estate.root), as_of=last_day) as figures:
        levels = figures.by("service_level_attainment", year, "level")
    return {figure.slice["level"]: _counts(figure) for figure in levels}


def _counts(figure: Figure) -> tuple[object, ...]:
    apart = ("not_computable_count", "unrecorded_count", "not_yet_due_count")
    return figure.numerator, figure.denominator, *(figure.details[name] for name in apart)


def test_an_earlier_day_is_judged_by_what_was_known_then(new_estate: Callable[[str], Estate]) -> None:
    """As of a day within pauses, all files give what the files of that day gave: a clock at rest is not overdue."""
    whole = new_estate("whole")
    write_golden_set(whole)
    for last_day in (dt.date(2025, 3, 15), dt.date(2025, 3, 24)):
        cut = new_estate(f"cut_{last_day:%m%d}")
        write_golden_set(cut, until=(last_day + dt.timedelta(days=1)).isoformat())
        assert judged(whole, 2025, last_day) == judged(cut, 2025, last_day)
    assert judged(whole, 2025, dt.date(2025, 3, 15))["complaint"] == (0, 0, 0, 0, 1)


# Which level applies, and what is judged

EVERY_CASE = (
    "工单编号,工单类型,报修时间,一级分类,二级分类,优先级,响应时间,到场时间,整改时间,完成时间,雨停时间,照片数,上门次数\n"
    "T1,报修,2025-03-03 08:00,水电燃气,,紧急,2025-03-03 08:20,,,2025-03-03 09:00,,,\n"
    "T2,报修,2025-03-03 08:00,暴雨积水,,一般,,,,2025-03-03 20:00,2025-03-03 15:00,,\n"
    "T3,报修,2025-03-03 08:00,暴雨积水,,一般,,,,2025-03-03 20:00,,,\n"
    "T4,投诉,2025-03-03 08:00,环境卫生类,,一般,,2025-03-03 08:30,2025-03-03 11:00,,,1,\n"
    "T5,投诉,2025-03-03 08:00,环境卫生类,,一般,,2025-03-03 08:31,2025-03-03 11:00,,,0,\n"
    "T6,投诉,2025-03-03 08:00,环境卫生类,,一般,,2025-03-03 08:30,2025-03-03 11:00,,,,\n"
    "T7,投诉,2025-03-03 08:00,邻里纠纷类,,一般,2025-03-03 10:00,,,,,,3\n"
    "T8,投诉,2025-03-03 08:00,邻里纠纷类,,一般,2025-03-03 10:00,,,,,,2\n"
    "T9,咨询,2025-03-03 08:00,,,一般,,,,2025-03-03 09:00,,,\n"
    "T10,咨询,2025-03-03 08:00,,,一般,2025-03-03 10:00,,,2025-03-03 09:00,,,\n"
    "T11,咨询,2025-03-03 08:00,,,一般,,,,,,,\n"
    "T12,咨询,2025-03-03 23:00,,,一般,,,,,,,\n"
    "T13,投诉,2025-03-03 08:00,设施设备类,复杂问题,一般,,,,,,,\n"
)


def test_each_case_of_the_default_levels_is_judged(estate: Estate) -> None:
    """In time, late, too few photos or visits, unrecorded, open and overdue, not due, and not computable."""
    estate.write("工单.csv", EVERY_CASE)
    estate.load()
    assert judged(estate, 2025, dt.date(2025, 3, 3)) == {
        "utility_emergency_response": (0, 1, 0, 0, 0),  # the 15 minutes of water, not the 30 of an urgent repair
        "utility_emergency_resolution": (1, 1, 0, 0, 0),
        "drainage_resolution": (1, 1, 1, 0, 0),  # 5 hours after the rain; T3 without the end of the rain
        "environment_complaint_arrival": (2, 3, 0, 0, 0),
        "environment_complaint_rectification": (1, 3, 0, 0, 0),  # no photo, or none known of, is no attainment
        "dispute_mediation": (1, 2, 0, 0, 0),
        "inquiry_response": (1, 2, 0, 1, 1),  # T10 met, T11 overdue, T9 resolved without a response, T12 not due
        "facility_complaint_diagnosis": (0, 0, 1, 0, 0),  # no column of diagnosis or plan
        "facility_complaint_plan": (0, 0, 1, 0, 0),
    }
    assert judged(estate, 2025, dt.date(2025, 3, 2)) == {}
    with open_figures(open_workspace(estate.root)) as figures:
        assert figures.of("service_level_attainment", 2025).is_as_exported


def test_a_count_that_no_export_has_makes_a_level_not_computable(estate: Estate) -> None:
    """Without a column of photos the 4 hours are not taken for the whole level."""
    estate.write(
        "工单.csv",
        "工单编号,工单类型,报修时间,一级分类,到场时间,整改时间\n"
        "T1,投诉,2025-03-03 08:00,环境卫生类,2025-03-03 08:30,2025-03-03 11:00\n",
    )
    estate.load()
    assert judged(estate, 2025, dt.date(2025, 3, 31)) == {
        "environment_complaint_arrival": (1, 1, 0, 0, 0),
        "environment_complaint_rectification": (0, 0, 1, 0, 0),
    }


def level(name: str, where: str, minutes: int, more: str = "") -> str:
    """A [[service_level]] from opening to resolution."""
    return (
        f'[[service_level]]\nname = "{name}"\ntitle = {{ zh = "{name}", en = "{name}" }}\nwhere = {{ {where} }}\n'
        f'from = "opened_at"\nto = "resolved_at"\nminutes = {minutes}\n{more}\n'
    )


def test_the_most_specific_rule_wins_and_at_ties_the_later(estate: Estate) -> None:
    """For each pair of milestones apart; alternatives within one condition make a rule no more specific."""
    estate.write(
        "工单.csv",
        "工单编号,工单类型,报修时间,一级分类,优先级,响应时间,完成时间\n"
        "T1,报修,2025-03-03 08:00,电梯,紧急,2025-03-03 08:05,2025-03-03 09:00\n"
        "T2,报修,2025-03-03 08:00,门窗,一般,2025-03-03 08:05,2025-03-03 09:00\n"
        "T3,投诉,2025-03-03 08:00,噪声,一般,2025-03-03 08:05,2025-03-03 09:00\n",
    )
    estate.settings(
        level("two_conditions", 'kind = "repair", category = "电梯"', 20)
        + level("any", "", 50)
        + level("first_of_a_tie", 'kind = "repair"', 30)
        + level("later_of_a_tie", 'category = ["电梯", "门窗", "管道"]', 40)
        + level("response", "", 10).replace("resolved_at", "responded_at")
    )
    estate.load()
    assert estate.rows("select ticket_id, level, minute(due_at) from warehouse.ticket_service_levels") == [
        ("T1", "response", 10), ("T1", "two_conditions", 20),
        ("T2", "later_of_a_tie", 40), ("T2", "response", 10),
        ("T3", "any", 50), ("T3", "response", 10),
    ]  # fmt: skip


# Pauses


def test_pauses_are_read_from_every_shape_of_log(estate: Estate) -> None:
    """Words for stop and start, changes of state, work begun or done instead of a start, repeated stops, one moment."""
    estate.write("工单.csv", f"{HEADER}\n" + "".join(f"T{n},报修,2025-03-03 08:00,,,\n" for n in range(1, 8)))
    estate.write(
        "流转记录.csv",
        f"{EVENT_HEADER}\n"
        "T1,2025-03-03 09:00,暂停,,\nT1,2025-03-03 10:00,继续,,\n"
        "T2,2025-03-03 09:00,状态变更,处理中,挂起\nT2,2025-03-03 10:00,状态变更,挂起,处理中\n"
        "T3,2025-03-03 09:00,挂起,,\nT3,2025-03-03 10:00,开始处理,,\n"
        "T4,2025-03-03 09:00,挂起,,\nT4,2025-03-03 09:30,挂起,,\n"
        "T4,2025-03-03 09:40,催单,,\nT4,2025-03-03 10:00,完成,,\n"
        "T5,2025-03-03 09:00,申请延期,,\nT5,2025-03-03 10:00,恢复,,\n"
        "T6,2025-03-03 09:00,挂起,,\nT6,2025-03-03 09:00,恢复,,\n"
        "T7,2025-03-03 09:00,挂起,,\n",
    )
    estate.load()
    nine, ten = dt.datetime(2025, 3, 3, 9), dt.datetime(2025, 3, 3, 10)
    assert estate.rows("select ticket_id, paused_at, resumed_at from warehouse.ticket_pauses") == [
        ("T1", nine, ten), ("T2", nine, ten), ("T3", nine, ten), ("T4", nine, ten), ("T7", nine, None),
    ]  # fmt: skip


def test_paused_minutes_without_dates_move_nothing_and_are_counted(estate: Estate) -> None:
    """Three hours on hold at an unknown moment: the limit stays, and the load says of how many tickets."""
    estate.write(
        "工单.csv",
        "工单编号,工单类型,报修时间,完成时间,挂起时长(分钟)\n"
        "T1,报修,2025-03-03 08:00,2025-03-03 10:30,180\n"
        "T2,报修,2025-03-03 08:00,2025-03-03 10:30,180\n"
        "T3,报修,2025-03-03 08:00,2025-03-03 08:30,0\n",
    )
    estate.write("流转记录.csv", f"{EVENT_HEADER}\nT2,2025-03-03 08:30,挂起,,\nT2,2025-03-03 11:30,恢复,,\n")
    estate.settings(level("repair", 'kind = "repair"', 60))
    report = estate.load()
    assert judged(estate, 2025, dt.date(2025, 3, 31)) == {"repair": (2, 3, 0, 0, 0)}
    (found,) = [check for check in report.checks if check.name == "paused_minutes_undated"]
    assert found.rows_found == 1
    assert found.sentence.zh.startswith("有 1 件工单只有挂起时长")
    assert estate.rows("select key, detail_zh from warehouse.check_rows where name = 'paused_minutes_undated'") == [
        ("T1", "挂起 180 分钟")
    ]


# A calendar that ends


def test_a_year_without_known_holidays_is_said_aloud(estate: Estate) -> None:
    """2003 lies before the table: Monday to Friday are worked; load and data statement say so, and what it means."""
    estate.write("工单.csv", f"{HEADER}\nT1,报修,2003-09-30 17:00,,2003-10-01 09:30,\n")
    plain = estate.load()
    (issue,) = [issue for issue in plain.issues if issue.code == "holidays_unknown"]
    assert issue.sentence.zh == (
        "节假日表 chinesecalendar 没有 2003 年，这些年份以周一至周五为工作日，现有时限都按自然时间计，不受影响。"
    )
    estate.settings(level("repair", 'kind = "repair"', 120, 'clock = "business"'))
    (issue,) = [issue for issue in estate.load().issues if issue.code == "holidays_unknown"]
    assert issue.severity == "warn"
    assert "按工作时间计的时限在法定节假日和调休日前后可能有出入" in issue.sentence.zh
    assert "lacks 2003: Monday to Friday count as working days" in issue.sentence.en
    assert estate.value("select due_at from warehouse.ticket_service_levels") == dt.datetime(2003, 10, 1, 10)
    with open_figures(open_workspace(estate.root)) as figures:
        paragraph = unknown_holidays(Desk(figures, estate.workspace, 2003))
    assert isinstance(paragraph, Paragraph)
    assert "按工作时间计的时限在法定节假日和调休日前后可能有出入" in paragraph.text


def test_known_years_are_not_spoken_of(estate: Estate) -> None:
    """The year after the data, which the calendar holds in reserve, is no matter."""
    estate.write("工单.csv", f"{HEADER}\nT1,报修,2026-03-03 08:00,,,\n")
    assert "holidays_unknown" not in {issue.code for issue in estate.load().issues}


# Settings that cannot be used


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('clock = "working"', "快 的 clock 有误：没有计时方式 working，可用的有：calendar, business"),
        ('clok = "business"', "快 的 clok 有误：没有这个键，最接近的是 clock"),
        ("needs = { photo = 1 }", "快 的 needs 有误：没有计数字段 photo，可用的有：visit_count, follow_up_count"),
        ("needs = { visit_count = 0 }", "快 的 needs 有误：visit_count 的值 0 不是正整数"),
        ("same_day = true", "minutes 与 same_day 须写且只写一个"),
        ("minutes = 0", "快 的 minutes 有误：0 不是正整数"),
        ('where = { kind = "报修" }', "快 的 where 有误：没有kind 的值 报修，可用的有：complaint"),
        ('where = { weekday = "一" }', "快 的 where 有误：没有条件 weekday，可用的有：kind, category"),
        ('title = "快"', "快 的 title 有误：应写成 { zh"),
        ('from = "rained_at"', "快 的 from 有误：没有节点 rained_at，可用的有：opened_at"),
    ],
)
def test_a_level_that_cannot_be_understood_is_refused(estate: Estate, line: str, reason: str) -> None:
    """The sentence names the level, the key, the value and what may stand there."""
    estate.write("工单.csv", f"{HEADER}\nT1,报修,2025-03-03 08:00,,,\n")
    key = line.split(" = ")[0]
    lines = [text for text in level("快", "", 5).splitlines() if not text.startswith(f"{key} =")]
    estate.settings("\n".join([*lines, line]))
    with pytest.raises(ServiceLevelInvalid) as refusal:
        estate.load()
    assert reason in refusal.value.sentence.zh
    assert refusal.value.sentence.en.startswith("Service level 快 in the settings")


def test_two_levels_of_one_name_and_impossible_hours_are_refused(estate: Estate) -> None:
    """A report could not tell the two apart; a night shift needs two spans."""
    estate.write("工单.csv", f"{HEADER}\nT1,报修,2025-03-03 08:00,,,\n")
    estate.settings(level("快", "", 5) + level("快", 'kind = "repair"', 6))
    with pytest.raises(ServiceLevelInvalid, match="服务时限 快 的 name 有误：有两项时限同名"):
        estate.load()
    estate.settings('[calendar]\nworking_hours = ["22:00-06:00"]\n')
    with pytest.raises(SettingInvalid, match=r"\[calendar\] working_hours 的值 22:00-06:00 不能用"):
        estate.load()
