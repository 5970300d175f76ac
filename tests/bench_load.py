"""`make bench`, second part: `load` on large ticket exports against the bare reading of the same files.

Every figure is that of a whole process, start-up included, and every ratio compares processes of the same run. The
exports have 22 columns, Chinese text and two bad cells in a thousand rows. The floor of CSV is a typed
`create table as select … from read_csv` into a database file, that of XLSX the reading by fastexcel alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb
import xlsxwriter

ROOT = Path(__file__).parent.parent
RUNS = 3
HUNDRED_THOUSAND, MILLION, TEN_MILLION = 100_000, 1_000_000, 10_000_000
HIGHEST = {
    "UTF-8, 1 million rows": 2.5,
    "GB18030, 1 million rows": 3.5,
    "XLSX, 100 thousand rows": 1.5,
    "second load of unchanged files": 0.1,
    "growth from 100 thousand to 1 million rows": 11.0,
    "growth from 1 to 10 million rows": 11.0,
    "peak memory at 10 million rows, GB": 2.0,
}
WORDS = {
    "kind": ["报修", "报修", "报修", "投诉", "咨询", "建议"],
    "category": ["水电维修", "公共设施", "电梯", "环境卫生", "安保秩序"],
    "subcategory": ["水管漏水", "停电跳闸", "单元门损坏", "路灯不亮", "电梯困人", "垃圾未清"],
    "priority": ["紧急", "一般", "一般", "一般"],
    "channel": ["电话", "APP", "微信公众号", "前台"],
    "vendor": ["安达电梯", "绿源保洁", "诚信工程", ""],
    "surname": list("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"),
    "given_name": ["建国", "秀英", "伟", "芳", "娜", "磊", "洋", "静", "志强", "桂兰"],
    "description": [
        "厨房水管漏水，请尽快派人处理", "楼道灯不亮已经三天了，晚上出入不便", "电梯运行有异响，业主反映多次",
        "对保洁不满意，垃圾清运不及时", "咨询物业费缴纳方式",
    ],
    "bad": ["昨天", "2025-13-45", "待补", "25:70"],
}  # fmt: skip
MINUTES_AFTER_OPENING = {
    "派单时间": 5, "响应时间": 12, "到场时间": 40, "完成时间": 180, "回访时间": 2_000, "关闭时间": 4_000,
}  # fmt: skip
BARE_TABLE = """
import duckdb, sys
connection = duckdb.connect(sys.argv[2], config={"disabled_optimizers": "type_pushdown"})
moments = {"报修时间", "派单时间", "响应时间", "到场时间", "完成时间", "回访时间", "关闭时间"}
with open(sys.argv[1], encoding="utf-8") as file:
    header = file.readline().strip().split(",")
columns = ", ".join(
    f'try_cast("{name}" as timestamp) as "{name}"' if name in moments else f'"{name}"' for name in header
)
source = f"read_csv('{sys.argv[1]}', all_varchar = true, header = true)"
connection.execute(f"create table tickets as select {columns} from {source}")
connection.close()
"""
BARE_WORKBOOK = """
import fastexcel, sys
book = fastexcel.read_excel(sys.argv[1])
for name in book.sheet_names:
    book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string", eager=True)
"""
PANDAS = """
import pandas as pd, sys, unicodedata
frame = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
frame = frame.apply(lambda column: column.str.strip())
problems = []
for name in ("报修时间", "派单时间", "响应时间", "到场时间", "完成时间", "回访时间", "关闭时间"):
    parsed = pd.to_datetime(frame[name], errors="coerce")
    bad = parsed.isna() & (frame[name] != "")
    problems.append(frame.loc[bad, name])
    frame[name] = parsed
frame = frame[frame["报修时间"].notna()].drop_duplicates("工单编号", keep="last").sort_values(["报修时间", "工单编号"])
frame.to_parquet(sys.argv[2])
"""


@dataclass(frozen=True)
class Run:
    """One process from start to end."""

    seconds: float
    peak_gigabytes: float


def main() -> None:
    """Print every figure with its bound; exit 1 where one is above it."""
    with tempfile.TemporaryDirectory() as name:
        measured = dict(_measured(Path(name)))
    print()
    for title, figure in measured.items():
        print(f"{'ok  ' if figure <= HIGHEST[title] else 'HIGH'} {title}: {figure:.2f} (at most {HIGHEST[title]:g})")
    sys.exit(any(figure > HIGHEST[title] for title, figure in measured.items()))


def _measured(folder: Path) -> list[tuple[str, float]]:
    small, million, large = (_export(folder, rows) for rows in (HUNDRED_THOUSAND, MILLION, TEN_MILLION))
    in_gb18030 = folder / "gb18030.csv"
    in_gb18030.write_bytes(million.read_text(encoding="utf-8").encode("gb18030"))
    workbook = _workbook(folder, small)
    loads, floors = _paired(folder, "UTF-8", million, lambda: _bare_table(million, folder))
    gb18030, _ = _paired(folder, "GB18030", in_gb18030, lambda: _bare_table(million, folder))
    xlsx, bare_xlsx = _paired(folder, "XLSX", workbook, lambda: _process("-c", BARE_WORKBOOK, workbook))
    first = median(_first_load(folder, small).seconds for _ in range(RUNS))
    _first_load(folder, million)
    again = median(_load(folder / "company").seconds for _ in range(RUNS))
    largest = _first_load(folder, large)
    print(f"10 million rows: load {largest.seconds:.1f} s, peak memory {largest.peak_gigabytes:.2f} GB")
    pandas = _process("-c", PANDAS, million, folder / "pandas.parquet")
    print(f"pandas with the same checks, 1 million rows: {pandas.seconds:.1f} s, {pandas.peak_gigabytes:.2f} GB")
    return [
        ("UTF-8, 1 million rows", loads / floors),
        ("GB18030, 1 million rows", gb18030 / floors),
        ("XLSX, 100 thousand rows", xlsx / bare_xlsx),
        ("second load of unchanged files", again / loads),
        ("growth from 100 thousand to 1 million rows", loads / first),
        ("growth from 1 to 10 million rows", largest.seconds / loads),
        ("peak memory at 10 million rows, GB", largest.peak_gigabytes),
    ]


def _paired(folder: Path, title: str, export: Path, floor: Callable[[], Run]) -> tuple[float, float]:
    """Medians of the first load of an export and of its floor, measured in turn."""
    loads, floors = [], []
    for _ in range(RUNS):
        loads.append(_first_load(folder, export).seconds)
        floors.append(floor().seconds)
    print(f"{title}: load {median(loads):.2f} s, bare reading {median(floors):.2f} s")
    return median(loads), median(floors)


def _first_load(folder: Path, export: Path) -> Run:
    company = folder / "company"
    shutil.rmtree(company, ignore_errors=True)
    (company / "data" / "raw").mkdir(parents=True)
    (company / "data" / "raw" / f"工单{export.suffix}").hardlink_to(export)
    return _load(company)


def _load(company: Path) -> Run:
    return _process("-m", "annual_report", "-C", company, "load")


def _bare_table(export: Path, folder: Path) -> Run:
    database = folder / "bare.duckdb"
    database.unlink(missing_ok=True)
    return _process("-c", BARE_TABLE, export, database)


def _process(*arguments: str | Path) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *(str(each) for each in arguments)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments[:2]} ended with {process.returncode}")
    return Run(time.perf_counter() - started, usage.ru_maxrss / 1_000_000)


# The exports


def _export(folder: Path, rows: int) -> Path:
    """A ticket export of two years in UTF-8."""
    path = folder / f"{rows}.csv"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({_tickets(rows)}) to '{path}' (format csv, header)")
    return path


def _tickets(rows: int) -> str:
    moment = f"timestamp '2024-01-01' + to_seconds(cast(i * {63_000_000 / rows} as bigint))"
    household = f"cast({_drawn(12, 100_000)} as bigint)"
    columns = {
        "工单编号": "'GD' || lpad(cast(i as varchar), 9, '0')",
        "工单类型": _word("kind", 1),
        "报修大类": _word("category", 2),
        "报修小类": _word("subcategory", 3),
        "紧急程度": _word("priority", 4),
        "状态": "'已关闭'",
        "项目": "'云栖苑' || (household % 20 + 1) || '期'",
        "楼栋": "(household // 20 % 19 + 1) || '号楼'",
        "单元": "(household % 3 + 1) || '单元'",
        "房号": "cast(household // 380 % 29 * 100 + 101 as varchar)",
        "渠道": _word("channel", 5),
        "报修人": f"{_word('surname', 6, 'household')} || {_word('given_name', 7, 'household')}",
        "联系电话": "'13' || lpad(cast(hash(household) % 1000000000 as varchar), 9, '0')",
        "报修时间": f"case when {_drawn(8, 500)} = 0 then {_word('bad', 9)} else cast(opened as varchar) end",
        **{name: _later(minutes) for name, minutes in MINUTES_AFTER_OPENING.items()},
        "供应商": f"nullif({_word('vendor', 10)}, '')",
        "问题描述": _word("description", 11),
    }
    listed = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    return (
        f"select {listed} from (select i, {moment} as opened, {household} as household from range({rows}) as rows (i))"
    )


def _later(minutes: int) -> str:
    return f"cast(opened + to_minutes({minutes} + cast({_drawn(minutes, minutes)} as bigint)) as varchar)"


def _drawn(salt: int, count: int, by: str = "i") -> str:
    return f"(hash({by} * 31 + {salt}) % {count})"


def _word(name: str, salt: int, by: str = "i") -> str:
    words = WORDS[name]
    listed = ", ".join(f"'{word}'" for word in words)
    return f"([{listed}])[cast({_drawn(salt, len(words), by)} as integer) + 1]"


def _workbook(folder: Path, export: Path) -> Path:
    """The same rows in a workbook, every cell a text."""
    path = folder / "tickets.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("工单")
    with export.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line.rstrip("\n").split(","))
    book.close()
    return path


if __name__ == "__main__":
    main()
