"""No raw personal value leaves the statement that reads it."""

from __future__ import annotations

import stat
from collections.abc import Callable

import pytest

from pipelines.build import describe
from tests.pipelines.conftest import Estate
from workspace import AnnualReportError

NAME, PHONE, IDENTITY, PLATE, ROOM = "欧阳某某某", "13987654321", "330102198807061234", "浙A9Z8Y7", "7-2-1903"
PLANTED = (NAME, PHONE, IDENTITY, PLATE, ROOM)
PROSE = f"{NAME}（{PHONE}，{IDENTITY}，车{PLATE}，住{ROOM}）报修"


def planted_exports(estate: Estate) -> None:
    """Exports of every kind with planted values in fields and free text."""
    estate.write(
        "工单.csv",
        "工单编号,报修时间,项目,房号,报修人,联系电话,内容,报修地点,处理人,更换配件,渠道,完成时间\n"
        f"T1,2025-03-05,云栖苑,{ROOM},{NAME},{PHONE},{PROSE},{PROSE},{NAME},{PROSE},{PHONE},{PHONE}\n"
        f"T2,{PHONE},云栖苑,{ROOM},{NAME},{PHONE},{PROSE},,{NAME},,,\n",
    )
    estate.write(
        "账单.csv",
        f"账单编号,应收金额,账期,小区,房号,业主姓名,减免\nB1,100,2025-01,云栖苑,{ROOM},{NAME},{NAME}\n"
        f"B2,{NAME},2025-01,云栖苑,{ROOM},{NAME},\n",
    )
    estate.write("问卷.csv", f"答卷编号,提交时间,房号,得分,意见\nR1,2025-11-05,{ROOM},5,{PROSE.replace(NAME, '')}\n")


def all_bytes(estate: Estate) -> bytes:
    """Everything in the workspace outside data/raw."""
    paths = [path for path in estate.root.rglob("*") if path.is_file() and estate.raw not in path.parents]
    return b"\n".join(path.read_bytes() for path in paths)


def test_planted_values_reach_neither_database_nor_messages(estate: Estate) -> None:
    """Names, phones, ID numbers, plates and rooms, planted in their own fields, in free text and in wrong fields."""
    planted_exports(estate)
    report = estate.load()
    written = all_bytes(estate) + describe(report, "zh").encode() + describe(report, "en").encode()
    assert estate.value("select count(*) from warehouse.tickets") == 1
    assert estate.value("select count(*) from warehouse.quarantine") == 2
    assert [value for value in PLANTED if value.encode() in written] == []


def test_messages_of_a_refused_load_hold_no_planted_value(estate: Estate) -> None:
    """Unknown words are quoted, but not the row's own name or numbers."""
    estate.write("工单.csv", f"工单编号,报修时间,状态,报修人\nT1,2025-03-05,{NAME}{PHONE},{NAME}\n")
    with pytest.raises(AnnualReportError) as raised:
        estate.load()
    message = raised.value.sentence.zh + raised.value.sentence.en + repr(raised.value.__cause__)
    assert [value for value in PLANTED if value in message] == []
    assert not any(value.encode() in all_bytes(estate) for value in PLANTED)


def test_one_person_and_one_room_have_one_pseudonym_in_all_exports(estate: Estate) -> None:
    """The room of a ticket, a bill and an answer is the same, however it is written."""
    estate.write(
        "工单.csv",
        "工单编号,报修时间,项目,楼栋,单元,房号,报修人,联系电话\n"
        "T1,2025-03-05,云栖苑,3号楼,1单元,301室,张三丰,138 1234 5678\n"
        "T2,2025-03-06,云栖苑,,,3-1-301,张三,+8613812345678\n",
    )
    estate.write("账单.csv", "账单编号,应收金额,账期,小区,房号\nB1,100,2025-01,云栖苑,３栋１单元３０１\n")
    estate.load()
    rooms = estate.rows("select room from warehouse.tickets union select household from warehouse.bills")
    assert len(rooms) == 1
    assert estate.value("select count(distinct reporter) from warehouse.tickets") == 1
    assert estate.value("select count(distinct place_id) from warehouse.tickets") == 1
    assert (
        estate.value("select any_value(place_label) from warehouse.tickets where ticket_id = 'T1'")
        == "云栖苑 3号楼 ****"
    )


def test_the_key_belongs_to_its_owner_and_decides_the_pseudonyms(new_estate: Callable[[str], Estate]) -> None:
    """Another workspace has another key, so its pseudonyms cannot be joined."""
    first, second = new_estate("first"), new_estate("second")
    for each in (first, second):
        each.write("工单.csv", "工单编号,报修时间,报修人\nT1,2025-03-05,张三丰\n")
        each.load()
    assert stat.S_IMODE(first.workspace.key_file.stat().st_mode) == 0o600
    reporter = "select reporter from warehouse.tickets"
    assert first.value(reporter) != second.value(reporter)
    before = first.value(reporter)
    first.load()
    assert first.value(reporter) == before
