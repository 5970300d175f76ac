"""One truth from many files: overlapping, repeated and corrected exports, in any order and under any names."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from itertools import permutations

import duckdb
import pytest

from tests.pipelines.conftest import Estate

Rows = Sequence[Sequence[str]]
NAMES_FILES = {"source_files", "row_account", "quarantine", "issues"}
FORMATS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "xlsx")
KEY = "5e" * 32


def exported(estate: Estate, leaving_out: Sequence[str] = ()) -> dict[str, bytes]:
    """Every table of the warehouse that names no file, as CSV in a fixed order, without some columns."""
    with duckdb.connect(str(estate.workspace.database), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, string_agg(column_name, ', ' order by ordinal_position) "
            "from information_schema.columns where table_schema = 'warehouse' and not list_contains(?, column_name) "
            "group by all order by table_name",
            [list(leaving_out)],
        ).fetchall()
        path = estate.root / "exported.csv"
        tables = {}
        for table, names in columns:
            connection.execute(f"copy (select {names} from warehouse.{table} order by all) to '{path}' (format csv)")
            tables[table] = path.read_bytes()
    return {table: content for table, content in tables.items() if table not in NAMES_FILES}


def write_export(estate: Estate, name: str, rows: Rows, encoding: str) -> None:
    """One export in one of FORMATS; UTF-16 is what Excel calls Unicode text, with tabs."""
    if encoding == "xlsx":
        estate.write_workbook(f"{name}.xlsx", {"Sheet1": [list(row) for row in rows]})
    else:
        delimiter = "\t" if encoding == "utf-16" else ","
        ending = "txt" if encoding == "utf-16" else "csv"
        estate.write(f"{name}.{ending}", "".join(delimiter.join(row) + "\n" for row in rows), encoding)


@pytest.fixture
def keyed_estate(new_estate: Callable[[str], Estate]) -> Callable[[str], Estate]:
    """Makes estates that share one key, so that their pseudonyms are the same."""

    def make(name: str) -> Estate:
        estate = new_estate(name)
        (estate.root / "data" / "pseudonym.key").write_text(KEY)
        return estate

    return make


# Names and order

HEADER = "工单编号,报修时间,状态,关闭时间,联系人\n"
HALF_YEAR = HEADER + "T1,2025-03-05,处理中,,张三\nT2,2025-06-01,处理中,,李四\n"
FULL_YEAR = HEADER + "T1,2025-03-05,已关闭,2025-07-01,张三\nT2,2025-06-01,处理中,,李四\nT3,2025-12-30,处理中,,王五\n"
CORRECTED = "导出时间：2026-01-08 09:00,,,,\n" + HEADER + "T2,2025-06-01,已取消,,赵六\n"
EXPORTS = (HALF_YEAR, FULL_YEAR, CORRECTED)


def test_names_decide_nothing_where_times_do(keyed_estate: Callable[[str], Estate]) -> None:
    """A half year, the full year and a later correction give the same bytes under any names."""
    plain = keyed_estate("plain")
    for name, content in zip(("1", "2", "3"), EXPORTS, strict=True):
        plain.write(f"{name}.csv", content)
    plain.load()
    for names in permutations(["a", "b/m", "z"]):
        renamed = keyed_estate("-".join(names).replace("/", "_"))
        for name, content in zip(names, EXPORTS, strict=True):
            renamed.write(f"{name}.csv", content)
        renamed.load()
        assert exported(plain) == exported(renamed)
    assert plain.rows("select ticket_id, status, month(closed_at) from warehouse.tickets") == [
        ("T1", "closed", 7), ("T2", "cancelled", None), ("T3", "open", None),
    ]  # fmt: skip


def test_without_any_time_the_later_name_wins(estate: Estate) -> None:
    """Two registers of assets: nothing dates them, so the name does."""
    estate.write("设备_2024.csv", "设备编号,所属系统\nDT-1,电梯\n")
    estate.write("设备_2025.csv", "设备编号,所属系统\nDT-1,消防\n")
    estate.load()
    assert estate.rows("select asset_id, system from warehouse.assets") == [("DT-1", "消防")]


def test_a_slip_in_the_year_makes_no_export_the_newest(estate: Estate) -> None:
    """A closing in 2090 is no knowledge of 2090: the export of the full year still wins."""
    estate.write("a.csv", HEADER + "T1,2025-03-05,处理中,,张三\nT9,2025-03-06,已关闭,2090-03-06,李四\n")
    estate.write("b.csv", FULL_YEAR)
    estate.load()
    assert estate.value("select status from warehouse.tickets where ticket_id = 'T1'") == "closed"


@pytest.mark.parametrize("encoding", FORMATS)
def test_a_file_twice_counts_once(keyed_estate: Callable[[str], Estate], encoding: str) -> None:
    """The full year again, as it is or saved in another format."""
    once, twice = keyed_estate("once"), keyed_estate("twice")
    for each in (once, twice):
        each.write("工单.csv", FULL_YEAR)
    write_export(twice, "另存", [line.split(",") for line in FULL_YEAR.splitlines()], encoding)
    once.load(), twice.load()
    places = ("source_file_id", "source_row")
    assert exported(twice, leaving_out=places) == exported(once, leaving_out=places)


def test_a_correction_may_empty_a_cell(estate: Estate) -> None:
    """The newest export wins as a whole row: a closing that it no longer has is gone."""
    estate.write("1.csv", "导出时间：2025-08-01,,,,\n" + HEADER + "T1,2025-03-05,已关闭,2025-07-01,张三\n")
    estate.write("2.csv", "导出时间：2025-09-01,,,,\n" + HEADER + "T1,2025-03-05,处理中,,张三\n")
    estate.load()
    assert estate.rows("select status, closed_at from warehouse.tickets") == [("open", None)]


def test_near_duplicates_of_two_files_are_shown_as_pairs(estate: Estate) -> None:
    """The same leak reported twice within four minutes, by telephone and in the app: two tickets, one pair."""
    header = "工单编号,报修时间,小区,房号,一级分类,报修人\n"
    estate.write("电话.csv", header + "D1,2025-01-01 08:00,云栖苑,1-1-101,水,张三丰\n")
    estate.write("小程序.csv", header + "X1,2025-01-01 08:04,云栖苑,1-1-101,水,张三丰\n")
    estate.load()
    assert estate.value("select count(*) from warehouse.tickets") == 2
    assert estate.rows(
        "select earlier_ticket_id, ticket_id, minutes_between, place_label from warehouse.near_duplicates"
    ) == [("D1", "X1", 4.0, "云栖苑 1 ****")]


# Payments without ids


def test_the_larger_multiplicity_of_equal_payments_counts(estate: Estate) -> None:
    """Two equal payments in one export and three in another are three, not five."""
    header = "账单编号,缴费日期,缴费金额\n"
    estate.write("a.csv", header + "B1,2025-01-05,100\n" * 2)
    estate.write("b.csv", header + "B1,2025-01-05,100\n" * 3)
    estate.load()
    assert estate.value("select count(*) from warehouse.payments") == 3
    assert sum(account[2] for account in estate.account().values()) == 2


# Answers that are merely numbered

FORM = "序号,提交时间,总体满意度,保洁满意度\n"
SPRING = FORM + "1,2025-04-01 10:00,5,4\n2,2025-04-02 11:00,4,4\n"
AUTUMN = FORM + "1,2025-10-01 10:00,2,1\n2,2025-10-02 11:00,5,4\n"
RESPONSES = "select response_id, month(answered_at) from warehouse.survey_responses order by answered_at, response_id"


@pytest.mark.parametrize("names", [("春", "秋"), ("z", "a")])
def test_two_surveys_of_a_year_with_running_numbers_stay_two(estate: Estate, names: tuple[str, str]) -> None:
    """Both are numbered from one and have no wave: four answers, whatever the files are called."""
    for name, content in zip(names, (SPRING, AUTUMN), strict=True):
        estate.write(f"{name}.csv", content)
    estate.load()
    assert estate.rows(RESPONSES) == [("1", 4), ("2", 4), ("1/2", 10), ("2/2", 10)]


def test_a_survey_with_running_numbers_saved_twice_counts_once(estate: Estate) -> None:
    """As it is, and as a workbook."""
    estate.write("春.csv", SPRING)
    estate.write("春 副本.csv", SPRING)
    write_export(estate, "春 另存", [line.split(",") for line in SPRING.splitlines()], "xlsx")
    estate.load()
    assert estate.rows(RESPONSES) == [("1", 4), ("2", 4)]


def test_a_later_export_of_a_survey_with_running_numbers_adds_answers(estate: Estate) -> None:
    """The form gives the same numbers again, and new ones to new answers."""
    estate.write("四月.csv", SPRING)
    estate.write("五月.csv", SPRING + "3,2025-05-01 09:00,3,3\n")
    estate.load()
    assert estate.rows(RESPONSES) == [("1", 4), ("2", 4), ("3", 5)]


def test_numbered_answers_without_any_moment_are_one_only_when_equal(estate: Estate) -> None:
    """Nothing dates the answers: equal files are one survey, others are two."""
    form = "序号,总体满意度,保洁满意度\n"
    estate.write("a.csv", form + "1,5,5\n2,5,4\n")
    estate.write("b.csv", form + "1,5,5\n2,5,3\n")
    write_export(estate, "c", [["序号", "总体满意度", "保洁满意度"], ["1", "5", "5"], ["2", "5", "3"]], "xlsx")
    estate.load()
    assert estate.value("select count(*) from warehouse.survey_responses") == 4


# One table in random overlapping files


def random_tables(chance: random.Random) -> dict[str, list[list[list[str]]]]:
    """By kind the header, then units of rows that stay together: equal payments would be one if they were parted."""

    def moment() -> str:
        seconds = chance.randrange(365 * 86_400)
        return str(dt.datetime(2025, 1, 1) + dt.timedelta(seconds=seconds))

    def ticket(number: int) -> list[str]:
        status = chance.choice(["已关闭", "处理中", "已取消"])
        place = [chance.choice(["云栖苑", "澄江苑"]), f"{chance.randint(1, 3)}-1-{chance.randint(101, 104)}"]
        return [
            f"T{number}",
            moment(),
            status,
            *place,
            chance.choice(["水", "电", "门窗"]),
            chance.choice(["张三", "李四"]),
        ]

    def bill(number: int) -> list[str]:
        due, paid = chance.randint(100, 900), chance.randint(0, 90)
        return [f"B{number}", "物业费", f"{due}.50", f"{paid}", f"2025-{chance.randint(1, 12):02d}", "云栖苑"]

    def payments(number: int) -> list[list[str]]:
        row = [f"B{chance.randint(0, 29)}", moment()[:10], f"{number}.25"]
        return [row] * chance.choice([1, 1, 2, 3])

    def answer(number: int) -> list[str]:
        return [f"R{number}", "2025", moment(), *(str(chance.randint(1, 5)) for _ in range(3))]

    return {
        "tickets": [
            [["工单编号", "报修时间", "状态", "小区", "房号", "一级分类", "报修人"]],
            *([ticket(number)] for number in range(40)),
        ],
        "bills": [
            [["账单编号", "收费项目", "应收金额", "实收金额", "账期", "小区"]],
            *([bill(number)] for number in range(30)),
        ],
        "payments": [[["账单编号", "缴费日期", "缴费金额"]], *(payments(number) for number in range(20))],
        "surveys": [
            [["答卷编号", "批次", "提交时间", "总体满意度", "保洁满意度", "绿化满意度"]],
            *([answer(number)] for number in range(30)),
        ],
    }


def split(units: list[list[list[str]]], chance: random.Random) -> list[list[list[str]]]:
    """The rows of some files that overlap and together hold every unit; rows in any order."""
    header, *rest = units
    files: list[list[list[str]]] = [[] for _ in range(chance.randint(2, 4))]
    for unit in rest:
        for file in chance.sample(files, chance.randint(1, len(files))):
            file.extend(unit)
    for file in files:
        chance.shuffle(file)
    return [header + file for file in files if file]


@pytest.mark.parametrize("seed", range(2))
def test_a_table_in_random_overlapping_files_is_the_table(keyed_estate: Callable[[str], Estate], seed: int) -> None:
    """Tickets, bills, payments without ids and answers, under random names and in random formats."""
    chance = random.Random(seed)
    whole, parts = keyed_estate("whole"), keyed_estate("parts")
    for kind, units in random_tables(chance).items():
        write_export(whole, kind, [row for unit in units for row in unit], "utf-8")
        for rows in split(units, chance):
            write_export(parts, f"{chance.getrandbits(64):016x}", rows, chance.choice(FORMATS))
    whole.load(), parts.load()
    places = ("source_file_id", "source_row")
    assert exported(parts, leaving_out=places) == exported(whole, leaving_out=places)
    assert sum(account[1] for account in parts.account().values()) == sum(
        account[1] for account in whole.account().values()
    )
