"""No raw personal value leaves the statement that reads it."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from annual_report import app
from pipelines.build import describe
from pipelines.contracts import Contract, Field, load_contracts
from tests.pipelines.conftest import Estate
from workspace import AnnualReportError

NAME, PHONE, IDENTITY, PLATE, ROOM = "欧阳某某某", "13987654321", "330102198807061234", "浙A9Z8Y7", "7-2-1903"
STRANGER = "慕容建国"
PLANTED = (NAME, PHONE, IDENTITY, PLATE, ROOM, STRANGER)
PROSE = f"{NAME}（{PHONE}，{IDENTITY}，车{PLATE}，住{ROOM}）报修"
ENCODINGS = ("utf-8", "utf-16-le", "gb18030")
PROGRAM = Path(__file__).parents[2]
ORDINARY = {
    "timestamp": "2025-03-05 09:30:00", "date": "2025-03-05", "period_start": "2025-03", "period_end": "2025-03",
    "money": "100.00", "number": "5", "minutes": "30", "integer": "2", "yes_no": "是", "score": "4", "place": "大堂",
    "person": NAME, "phone": PHONE, "room": ROOM,
}  # fmt: skip


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
    """Everything in the workspace outside data/raw, and what the compressed files in it hold as text."""
    paths = [path for path in estate.root.rglob("*") if path.is_file() and estate.raw not in path.parents]
    tables = [table_texts(path) for path in paths if path.suffix in (".duckdb", ".parquet")]
    return b"\n".join([*(path.read_bytes() for path in paths), *(text.encode() for text in tables)])


def table_texts(path: Path) -> str:
    """All rows of all tables of a DuckDB or Parquet file."""
    with duckdb.connect() as connection:
        if path.suffix == ".parquet":
            return str(connection.read_parquet(str(path)).fetchall())
        connection.execute(f"attach '{path}' as stored (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'stored'"
        )
        names = [f"stored.{schema}.{table}" for schema, table in tables.fetchall()]
        assert names
        return "\n".join(str(connection.execute(f"from {name}").fetchall()) for name in names)


def found_in(written: bytes) -> list[tuple[str, str]]:
    """The planted values that stand in `written`, each with its encoding."""
    return [(value, encoding) for encoding in ENCODINGS for value in PLANTED if value.encode(encoding) in written]


def planted_rows(contract: Contract) -> Iterator[list[str]]:
    """An ordinary row, then one for each field with prose in it, then identifiers that are somebody's number."""
    fields = list(contract.fields.values())
    prose = prose_of(contract)
    yield [ordinary(field, 0, prose) for field in fields]
    for number, planted in enumerate(fields, start=1):
        if not planted.stops_on_unknown:
            yield [prose if field is planted else ordinary(field, number, prose) for field in fields]
    for number, value in ((900, PHONE), (901, IDENTITY), (902, PLATE)):
        yield [value if field.type == "identifier" else ordinary(field, number, prose) for field in fields]


def prose_of(contract: Contract) -> str:
    """What people type: the row's own name where it has one, and a name that only its surroundings give away."""
    has_person = any(field.type == "person" for field in contract.fields.values())
    return f"联系人：{STRANGER}。" + (PROSE if has_person else PROSE.replace(NAME, f"{STRANGER}先生"))


def ordinary(field: Field, number: int, prose: str) -> str:
    """What a field holds in a good row: raw personal values where it is meant for them."""
    if field.type == "code":
        return next(iter(field.words or {"普通": ""}))
    return prose if field.type == "free_text" else ORDINARY.get(field.type, f"{field.name}{number}")


def plant_every_field(estate: Estate) -> None:
    """An export of each kind that is known, in turn UTF-8, GB18030 and a workbook."""
    settings = []
    for position, (kind, contract) in enumerate(load_contracts().items()):
        rows = [list(contract.fields), *planted_rows(contract)]
        if position % 3 == 2:
            estate.write_workbook(f"{kind}.xlsx", {"导出": rows})
        else:
            text = "".join(",".join(row) + "\n" for row in rows)
            estate.write(f"{kind}.csv", text, encoding=("utf-8", "gb18030")[position % 3])
        settings.append(f'[mapping."{kind}.*"]\nkind = "{kind}"\n')
    estate.settings("".join(settings))


@pytest.mark.parametrize("value", PLANTED)
def test_planted_values_are_found_where_they_are(estate: Estate, value: str) -> None:
    """The search itself finds a value in a compressed table, in a Parquet file and in any encoding."""
    database = estate.workspace.database
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table texts as select ? as text from range(100000)", [value])
        connection.execute(f"copy texts to '{database.with_suffix('.parquet')}'")
    assert (value, "utf-8") in found_in(all_bytes(estate))
    database.unlink()
    assert (value, "utf-8") in found_in(all_bytes(estate))
    assert found_in(f"…{value}…".encode("utf-16-le")) == [(value, "utf-16-le")]


def test_no_field_of_any_kind_lets_a_planted_value_through(estate: Estate, capfd: pytest.CaptureFixture[str]) -> None:
    """Every field of every kind holds them, in its own way or as prose.

    Looked through are all bytes of the workspace outside data/raw and all that the commands print.
    """
    plant_every_field(estate)
    exports = [str(path) for path in sorted(estate.raw.iterdir()) if path.stem in ("tickets", "surveys")]
    for command in (
        ["load"], ["check"], ["check", "--export", str(estate.root / "quality")], ["inspect", *exports],
        ["metrics", "ticket_volume", "collection_rate", "--year", "2025"],
        ["explain", "ticket_volume", "--year", "2025", "--rows"],
    ):  # fmt: skip
        run(estate, *command)
    printed = capfd.readouterr()
    assert estate.value("select count(*) from warehouse.tickets") > 30
    assert estate.value("select count(*) from warehouse.quarantine") >= len(load_contracts())
    assert found_in(all_bytes(estate) + (printed.out + printed.err).encode()) == []
    assert len(printed.out.splitlines()) > 50


def run(estate: Estate, *arguments: str) -> None:
    """Runs a command in this process, if there is such a command."""
    if arguments[0] in {command.name for command in app.registered_commands}:
        app(["-C", str(estate.root), *arguments], standalone_mode=False)


REFUSED_HEADER = "工单编号,报修时间,状态,报修人,内容\n"
REFUSED_ROW = f"X1,2025-03-05,处理中,{NAME},{PROSE}\n"
REFUSED = {
    "unknown word": REFUSED_HEADER + f"X1,2025-03-05,{NAME}{PHONE},{NAME},漏水\n",
    "endless row": REFUSED_HEADER + REFUSED_ROW + REFUSED_ROW.replace("报修\n", "报修" * 1_000_000 + "\n"),
    "unpaired quotation mark": REFUSED_HEADER + f'X1,2025-03-05,处理中,{NAME},"{PROSE}\n' + REFUSED_ROW * 3,
    "too many cells": REFUSED_HEADER + REFUSED_ROW.replace("\n", f",{PHONE}" * 60 + "\n"),
    "no header": f"{NAME},{PHONE},{IDENTITY},{PLATE},{ROOM}\n" * 3,
    "column missing": f"工单编号,报修人,联系电话,房号,内容\nX1,{NAME},{PHONE},{ROOM},{PROSE}\n",
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_refused_load_says_and_leaves_no_planted_value(
    estate: Estate, fault: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Files that stop a load, each in another place of its work, also where GB18030 needs a transcoded copy."""
    estate.write("工单.csv", REFUSED[fault], encoding="gb18030")
    run(estate, "load")
    printed = capfd.readouterr()
    assert printed.out + printed.err
    assert found_in(all_bytes(estate) + (printed.out + printed.err).encode()) == []
    assert not (estate.root / "data" / ".loading").exists()


def test_a_killed_load_leaves_raw_values_to_its_owner_alone_and_the_next_one_clears_them_away(
    estate: Estate, tmp_path: Path
) -> None:
    """Beside the private folder nothing holds any, the temporary folder of the system included."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    private = estate.root / "data" / ".loading"
    many = estate.write("工单.csv", REFUSED_HEADER + REFUSED_ROW * 20_000, encoding="gb18030")
    kill_a_load(estate, private, temporary)
    copies = b"".join(path.read_bytes() for path in private.glob("*.csv"))
    assert (PHONE, "utf-8") in found_in(copies)
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    shutil.copytree(private, tmp_path / "left")
    shutil.rmtree(private)
    assert found_in(all_bytes(estate)) == []
    shutil.copytree(tmp_path / "left", private)
    assert [path for path in temporary.rglob("*") if path.is_file()] == []
    many.write_text(REFUSED_HEADER + REFUSED_ROW, encoding="utf-8")
    estate.load()
    assert not private.exists()
    assert found_in(all_bytes(estate)) == []


def kill_a_load(estate: Estate, private: Path, temporary: Path) -> None:
    """kill -9 while a transcoded copy is being read."""
    with subprocess.Popen(
        [sys.executable, "-m", "annual_report", "-C", str(estate.root), "load"], cwd=PROGRAM,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(temporary)},
    ) as process:  # fmt: skip
        while process.poll() is None and not any(path.stat().st_size for path in private.glob("*.csv")):
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)


def test_names_are_known_by_their_surroundings(estate: Estate) -> None:
    """A title or a role gives a name away; a word that only looks like one stays, and so does a department."""
    texts = {
        "王先生来电，李建国女士同往": "**先生来电，**女士同往",
        "业主王建国报修": "业主**报修",
        "联系人：张三，电话 139 8765 4321": "联系人：**，电话 [号码]",
        "请找刘师傅或陈经理": "请找**师傅或**经理",
        "Mr. Smith called": "Mr. ** called",
        "１３９８７６５４３２１": "[号码]",
        "330102 19880706 1234": "[号码]",
        "A座1903漏水，七栋二单元1903室，1903业主": "[房号]漏水，[房号]，[房号]业主",
        "2025业主大会，保安师傅，工程部已处理": "2025业主大会，保安师傅，工程部已处理",
        "张三丰和李四已到": "**和**已到",
    }
    rows = [f"T{number},2025-03-05,{text},张三丰、李四,工程部" for number, text in enumerate(texts)]
    estate.write("工单.csv", "工单编号,报修时间,内容,处理人,报修人\n" + "\n".join(rows) + "\n")
    estate.load()
    found = dict(estate.rows("select ticket_id, description from warehouse.tickets"))
    assert found == {f"T{number}": text for number, text in enumerate(texts.values())}


def test_a_vendor_that_also_stands_as_handler_keeps_its_name(estate: Estate) -> None:
    """Slices would run together if every word of a column of persons were a name."""
    estate.write("工单.csv", "工单编号,报修时间,供应商,处理人\nT1,2025-03-05,通力,通力\nT2,2025-03-05,王建国,王建国\n")
    estate.load()
    assert estate.rows("select vendor from warehouse.tickets order by ticket_id") == [("通力",), ("**",)]


def test_an_id_that_is_somebodys_number_is_a_pseudonym_and_still_a_key(estate: Estate) -> None:
    """Phone numbers, identity cards and plates as ids join as before; other ids stay as they are."""
    estate.write("账单.csv", f"账单编号,应收金额,账期\n{PHONE},100,2025-01\nGD20250305001,50,2025-01\n")
    estate.write("实收.csv", f"账单编号,实收金额,缴费日期\n{PHONE},100,2025-02-01\n{IDENTITY},1,2025-02-01\n")
    estate.load()
    paid = "select sum(payments.amount) from warehouse.bills inner join warehouse.payments using (bill_id)"
    assert estate.value(paid) == 100
    bills = [bill for (bill,) in estate.rows("select bill_id from warehouse.bills")]
    assert "GD20250305001" in bills and not set(bills) & set(PLANTED)
    assert found_in(all_bytes(estate)) == []


def test_the_database_belongs_to_its_owner_and_keeps_the_rights_given_to_others(estate: Estate) -> None:
    """The first warehouse can be read by nobody else; who shares it with chmod need not do so after every load."""
    database = estate.workspace.database
    estate.write("工单.csv", "工单编号,报修时间\nT1,2025-03-05\n")
    estate.load()
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    database.chmod(0o640)
    estate.write("工单.csv", "工单编号,报修时间\nT1,2025-03-05\nT2,2025-03-06\n")
    estate.load()
    assert estate.value("select count(*) from warehouse.tickets") == 2
    assert stat.S_IMODE(database.stat().st_mode) == 0o640


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
