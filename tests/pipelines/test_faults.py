"""What stands between a load and its end: kills, a full disk, missing rights, other programs, endless lines.

Every fault is a real one: the load runs as a program of its own, and the system refuses, stops or kills it.
"""

from __future__ import annotations

import ctypes
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipelines import errors
from pipelines.faults import faults_told
from pipelines.file_changes import unchanged_files
from tests.pipelines.conftest import Estate

PROGRAM = Path(__file__).parents[2]
HEADER = "工单编号,报修时间,项目,房号,报修人,内容\n"
KILLS = 20
PATIENCE_SECONDS = 30
MEBIBYTE = 1 << 20
OVERRIDING_CAPABILITIES = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: what lets root ignore permissions
DROP_FROM_BOUNDING_SET = 24  # PR_CAPBSET_DROP of prctl


def tickets(first: int, count: int) -> str:
    """An export of tickets with running numbers."""
    numbers = range(first, first + count)
    return HEADER + "".join(f"T{n},2025-03-05 10:00,云栖苑,3-1-{100 + n % 9},张三丰,水管漏水\n" for n in numbers)


@pytest.fixture(scope="module")
def good_workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a good warehouse of three tickets, and an export of 5,000 more that is yet to be loaded."""
    estate = Estate(tmp_path_factory.mktemp("good"))
    estate.write("一月.csv", tickets(1, 3))
    estate.load()
    estate.write("二月.csv", tickets(4, 5_000), encoding="gb18030")
    return estate.root


@pytest.fixture
def loaded(good_workspace: Path, tmp_path: Path) -> Estate:
    """A copy of the good workspace, to be spoilt."""
    return Estate(Path(shutil.copytree(good_workspace, tmp_path / "estate")))


def start(estate: Estate, prepare: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """Starts a load as a program of its own; `prepare` runs in it beforehand."""
    return subprocess.Popen(
        [sys.executable, "-m", "annual_report", "-C", str(estate.root), "load"],
        cwd=PROGRAM, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", preexec_fn=prepare,
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """The exit code and what was said on stderr."""
    _, told = process.communicate(timeout=PATIENCE_SECONDS)
    return process.returncode, told


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    """Waits until a running load has made `path`."""
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.001)


@contextmanager
def held(estate: Estate) -> Iterator[subprocess.Popen[str]]:
    """A load that is stopped in the middle of its work and goes on after the block."""
    process = start(estate)
    wait_for(estate.root / "data" / ".loading" / "property.duckdb", process)
    process.send_signal(signal.SIGSTOP)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)


def left_behind(estate: Estate) -> set[str]:
    """Files and folders beside the exports that no finished load leaves."""
    lasting = {"raw", "property.duckdb", "pseudonym.key", ".loading.lock", ".cache"}
    found = {path.name for path in (estate.root / "data").iterdir()} - lasting
    return found | {path.name for path in (estate.root / "data" / ".cache").glob("*.new")}


def contents(estate: Estate) -> str:
    """Every row of every table of the warehouse."""
    with duckdb.connect(str(estate.workspace.database), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables() where schema_name = 'warehouse' order by 1")
        names = [name for (name,) in tables.fetchall()]
        return "\n".join(f"{name}: {connection.execute(f'from warehouse.{name}').fetchall()}" for name in names)


def ticket_count(estate: Estate) -> int:
    """The tickets of the warehouse, all of its tables having been read."""
    assert contents(estate)
    return int(estate.value("select count(*) from warehouse.tickets"))


def assert_refused(outcome: tuple[int, str], estate: Estate, *words: str) -> None:
    """One Chinese sentence with these words; the old warehouse is whole and nothing is left behind."""
    code, told = outcome
    assert code == 1, told
    for word in (*words, "原有数据库未改动"):
        assert word in told
    assert len(told.strip().splitlines()) == 1
    assert not re.search(r"Traceback|Error|Exception|\[Errno|No space|denied|too large", told)
    assert ticket_count(estate) == 3
    assert left_behind(estate) == set()


def test_a_load_killed_at_twenty_moments_leaves_the_old_warehouse_or_the_new_one(loaded: Estate) -> None:
    """kill -9 anywhere in the work: all tables can be read, and the next load clears up and gives the right ones."""
    database, private = loaded.workspace.database, loaded.root / "data" / ".loading"
    old, old_contents = database.read_bytes(), contents(loaded)
    began, ended = _working_time(loaded, private)
    new_contents = contents(loaded)
    moments = random.Random(20)
    interrupted = 0
    for kill in range(KILLS):
        database.write_bytes(old)
        if kill % 2:
            shutil.rmtree(loaded.root / "data" / ".cache", ignore_errors=True)
        process = start(loaded)
        wait_for(private, process)
        time.sleep((kill + moments.random()) / KILLS * (ended - began))
        process.kill()
        process.communicate()
        assert contents(loaded) in (old_contents, new_contents)
        interrupted += private.exists()
    assert interrupted >= KILLS // 2
    assert finish(start(loaded))[0] == 0
    assert contents(loaded) == new_contents
    assert left_behind(loaded) == set()


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def test_a_cache_that_a_power_cut_has_left_half_written_is_made_anew(loaded: Estate) -> None:
    """Parsed rows that lost their end, their manifest or themselves are read again from the export."""
    loaded.load()
    expected = contents(loaded)
    for damage, pattern in ((halve, "*.parquet"), (Path.unlink, "*.parquet"), (halve, "*.json")):
        loaded.workspace.database.unlink()
        for path in (loaded.root / "data" / ".cache").rglob(pattern):
            damage(path)
        loaded.load()
        assert contents(loaded) == expected
    assert left_behind(loaded) == set()


def _working_time(estate: Estate, private: Path) -> tuple[float, float]:
    """When a load begins and ends its work."""
    process = start(estate)
    wait_for(private, process)
    began = time.monotonic()
    assert finish(process)[0] == 0
    return began, time.monotonic()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_load_that_is_told_to_stop_clears_up_and_says_so(loaded: Estate, number: int, code: int) -> None:
    """Ctrl-C and SIGTERM end a load with a sentence, with nothing left and the old warehouse in its place."""
    with held(loaded) as process:
        process.send_signal(number)
    assert finish(process) == (code, "已按要求停止；数据库完好，未写完的内容已清除。需要时重新运行同一命令。\n")
    assert ticket_count(loaded) == 3
    assert left_behind(loaded) == set()


def test_the_second_of_two_loads_is_refused_and_the_first_completes(loaded: Estate) -> None:
    """Only one writes; the lock is the system's, so that a load that was killed never blocks the next."""
    with held(loaded) as first:
        code, told = finish(start(loaded))
        assert code == 1 and "另一个加载正在进行" in told
    assert finish(first)[0] == 0
    assert ticket_count(loaded) == 5_003
    assert left_behind(loaded) == set()


def append(path: Path) -> None:
    with path.open("a", encoding="gb18030") as file:
        file.write("T9999,2025-03-05,云栖苑,3-1-101,张三丰,漏水\n")


@pytest.mark.parametrize(("change", "told"), [(append, "被改动"), (Path.unlink, "被移走")], ids=["altered", "gone"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    loaded: Estate, change: Callable[[Path], None], told: str
) -> None:
    """Neither its old nor its new content is sure to have been read, so neither is loaded or kept in the cache."""
    path = loaded.raw / "二月.csv"
    content = path.read_bytes()
    with held(loaded) as process:
        change(path)
    assert_refused(finish(process), loaded, "二月.csv", told)
    path.write_bytes(content)
    loaded.load()
    assert ticket_count(loaded) == 5_003


def test_a_file_that_is_replaced_by_another_of_the_same_size_counts_as_changed(estate: Estate) -> None:
    """Programs that save a file write a new one and give it the old name."""
    path, other = estate.write("一月.csv", tickets(1, 3)), estate.write("新.csv", tickets(4, 3))
    with pytest.raises(errors.FileChanged), unchanged_files([path], estate.raw):
        other.replace(path)


@pytest.mark.parametrize("size", [0, MEBIBYTE])
def test_a_limit_on_the_size_of_files_stops_the_load_with_a_sentence(loaded: Estate, size: int) -> None:
    """The system refuses every write beyond some size: the transcoded copy, the new database, its header."""
    outcome = finish(start(loaded, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))))
    assert_refused(outcome, loaded, "无法写入文件夹", "文件大小超出系统限制", "ulimit -f")


FULL_DISK = """
set -e
mount -t tmpfs -o "size=$2" none "$1/data"
cp -a "$1/seed/." "$1/data/"
code=0; "$3" -m annual_report -C "$1" load || code=$?
ls -A "$1/data"
cmp "$1/seed/property.duckdb" "$1/data/property.duckdb"
exit $code
"""


def may_mount() -> bool:
    """Whether this user may have a file system of its own, which plain containers often forbid."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not may_mount(), reason="no file system of one's own; the limit on file sizes is tested instead")
@pytest.mark.parametrize("room", [100 << 10, MEBIBYTE])
def test_a_full_disk_stops_the_load_with_a_sentence(loaded: Estate, room: int) -> None:
    """A disk with room for a part of the transcoded copy, and for a part of the new database."""
    data, seed = loaded.root / "data", loaded.root / "seed"
    data.rename(seed)
    data.mkdir()
    size = sum(-(-path.stat().st_size // 4096) * 4096 for path in seed.rglob("*") if path.is_file()) + room
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", FULL_DISK, "sh", loaded.root, str(size),
         sys.executable], cwd=PROGRAM, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    data.rmdir()
    seed.rename(data)
    assert_refused((done.returncode, done.stderr), loaded, "无法写入文件夹", "磁盘已满", "请腾出磁盘空间")
    assert set(done.stdout.split()) <= {"raw", "property.duckdb", "pseudonym.key", ".loading.lock", ".cache"}


def obey_permissions() -> None:
    """Takes from root what lets it ignore permissions; other users have no such right."""
    if os.geteuid() == 0:
        for capability in OVERRIDING_CAPABILITIES:
            ctypes.CDLL(None).prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)


@contextmanager
def permissions(path: Path, mode: int) -> Iterator[None]:
    """Other permissions for the time of the block."""
    before = path.stat().st_mode
    path.chmod(mode)
    try:
        yield
    finally:
        path.chmod(before)


def test_a_folder_that_may_not_be_written_to_is_named(loaded: Estate) -> None:
    """The warehouse in it can still be read."""
    with permissions(loaded.root / "data", 0o555):
        assert_refused(finish(start(loaded, obey_permissions)), loaded, f"{loaded.root}/data", "没有权限")


def test_an_export_that_may_not_be_read_is_named(loaded: Estate) -> None:
    """One file without read permission stops the load; the sentence is no English word of the system."""
    with permissions(loaded.raw / "二月.csv", 0o000):
        assert_refused(finish(start(loaded, obey_permissions)), loaded, "二月.csv 无法读取：没有权限")


MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


def load_measured(estate: Estate) -> tuple[int, str, int]:
    """Exit code, stderr and the peak of memory in MiB of a load, in a process of its own so that it is not ours."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, sys.executable, "-m", "annual_report", "-C", estate.root, "load"],
        cwd=PROGRAM, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.returncode, done.stderr, int(done.stdout.split()[-1]) // 1024


def two_gibibytes_of_nothing(path: Path) -> None:
    """A file that a crashed copy has grown to its size without its content: it takes no room on the disk."""
    with path.open("ab") as file:
        file.truncate(2 << 30)


def forty_mebibytes_of_letters(path: Path) -> None:
    with path.open("ab") as file:
        file.writelines(b"a" * MEBIBYTE for _ in range(40))


@pytest.mark.parametrize("grow", [two_gibibytes_of_nothing, forty_mebibytes_of_letters])
def test_a_line_without_end_is_refused_before_it_fills_the_memory(loaded: Estate, grow: Callable[[Path], None]) -> None:
    """After 5,000 good lines comes one that never ends; the memory stays that of a small load."""
    grow(loaded.raw / "二月.csv")
    code, told, peak_mebibytes = load_measured(loaded)
    assert code == 1 and "二月.csv" in told and "Traceback" not in told
    assert "第 5002 行附近无法读取" in told and "一行超过" in told
    assert peak_mebibytes < 400
    assert ticket_count(loaded) == 3
    assert left_behind(loaded) == set()


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(loaded: Estate) -> None:
    """A zip bomb: a few megabytes that would become more than a gigabyte of cells are never unpacked."""
    with zipfile.ZipFile(loaded.raw / "炸弹.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", '<workbook><sheets><sheet name="1" sheetId="1"/></sheets></workbook>')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(320):
                sheet.write(b"<c/>" * MEBIBYTE)
    code, told, peak_mebibytes = load_measured(loaded)
    assert code == 1 and "炸弹.xlsx" in told and "Traceback" not in told
    assert peak_mebibytes < 400
    assert ticket_count(loaded) == 3


ENGINE_FAULTS = {
    "memory": ("set memory_limit = '2MB'; set temp_directory = ''", "select list(range) from range(1000000)"),
    "spill": (
        "set memory_limit = '30MB'; set temp_directory = '{spill}'; set max_temp_directory_size = '1MB'",
        "create table numbers as select range, hash(range) from range(9000000)",
    ),
    "constraint": ("create table persons (name varchar unique)", "insert into persons values ('张三丰'), ('张三丰')"),
}


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("memory", errors.MemoryExhausted, "内存不足"),
        ("spill", errors.DiskFull, "磁盘已满"),
        ("constraint", errors.EngineStopped, "数据库引擎中途停止（ConstraintException）"),
    ],
)
def test_what_the_engine_refuses_becomes_a_sentence_without_data(
    estate: Estate, tmp_path: Path, fault: str, error: type[Exception], words: str
) -> None:
    """DuckDB's own message may quote a cell, so neither it nor its exception goes on."""
    settings, statement = ENGINE_FAULTS[fault]
    with duckdb.connect() as connection:
        connection.execute(settings.format(spill=tmp_path / "spill"))
        with pytest.raises(error) as raised, faults_told(estate.workspace):
            connection.execute(statement)
    assert words in raised.value.sentence.zh and "原有数据库未改动" in raised.value.sentence.zh
    assert "张三丰" not in repr(raised.value.sentence)
    assert raised.value.__cause__ is None and raised.value.__suppress_context__


def test_a_key_half_written_by_a_crash_is_written_anew(estate: Estate) -> None:
    """The key takes its name only when it is whole; a half of one under another name is thrown away."""
    estate.write("一月.csv", tickets(1, 3))
    (estate.root / "data" / ".pseudonym.key").write_text("12ab")
    estate.load()
    assert len(estate.workspace.key_file.read_text().strip()) == 32
    assert left_behind(estate) == set()
