"""Checks of the finished warehouse: each .sql file in `pipelines/checks` selects bad rows.

Its header, TOML between `/* ---` and `--- */`, gives severity (fail or warn) and a sentence in both languages, in
which {count} stands for the number of rows found. The first column is the key of a row; `detail_zh` and `detail_en`
say what is wrong with it. Where there is a column `amount`, {amount} is the sum and {largest} the largest of its
absolute values, in yuan.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from duckdb import DuckDBPyConnection

from pipelines.errors import CheckFailed
from pipelines.report import CheckResult, Severity
from pipelines.stage import literal
from workspace import Sentence

FOLDER = Path(__file__).parent / "checks"
MOST_ROWS_KEPT = 1_000
DETAILS = ("detail_zh", "detail_en")
SUMS = {"amount": "coalesce(sum(abs(amount)), 0)", "largest": "coalesce(max(abs(amount)), 0)"}


@dataclass(frozen=True)
class Check:
    """A query for bad rows, and what is said of them."""

    name: str
    severity: Severity
    sentence: Sentence
    query: str


def run_checks(connection: DuckDBPyConnection) -> tuple[CheckResult, ...]:
    """The result of every check, by name. Writes warehouse.check_results and warehouse.check_rows.

    check_rows holds the first rows that a check found, by key: at most MOST_ROWS_KEPT a check.
    """
    connection.execute(
        "create table warehouse.check_results "
        "(name varchar, severity varchar, rows_found bigint, sentence_zh varchar, sentence_en varchar)"
    )
    connection.execute(
        "create table warehouse.check_rows "
        "(name varchar, row_number integer, key varchar, detail_zh varchar, detail_en varchar)"
    )
    return tuple(_run(connection, _check(path)) for path in sorted(FOLDER.glob("*.sql")))


def stored_results(connection: DuckDBPyConnection) -> tuple[CheckResult, ...]:
    """The results that the load which made the warehouse has stored."""
    rows = connection.execute(
        "select name, severity, rows_found, sentence_zh, sentence_en from warehouse.check_results order by name"
    ).fetchall()
    return tuple(CheckResult(name, severity, found, Sentence(zh, en)) for name, severity, found, zh, en in rows)


def _check(path: Path) -> Check:
    _, header, query = path.read_text(encoding="utf-8").replace("--- */", "/* ---").split("/* ---", 2)
    properties = tomllib.loads(header)
    return Check(path.stem, properties["severity"], Sentence(**properties["sentence"]), query)


def _run(connection: DuckDBPyConnection, check: Check) -> CheckResult:
    connection.execute(f"create or replace table memory.main.found as {check.query}")
    columns = [name for name, *_ in connection.table("memory.main.found").description]
    sums = SUMS if "amount" in columns else {}
    ((count, *amounts),) = connection.execute(f"select {', '.join(['count(*)', *sums.values()])} from found").fetchall()
    values = {"count": f"{count:,}", **{name: f"{value:,.2f}" for name, value in zip(sums, amounts, strict=True)}}
    sentence = Sentence(check.sentence.zh.format(**values), check.sentence.en.format(**values))
    connection.execute(
        "insert into warehouse.check_results values (?, ?, ?, ?, ?)",
        [check.name, check.severity, count, sentence.zh, sentence.en],
    )
    if count:
        connection.execute(_kept_rows(check.name, columns))
    return CheckResult(check.name, check.severity, count, sentence)


def _kept_rows(name: str, columns: Sequence[str]) -> str:
    """The first rows found, by key; by amount, largest first, where there is one."""
    key = columns[0]
    details = [column if column in columns else f"cast(null as varchar) as {column}" for column in DETAILS]
    order = ", ".join(
        ["abs(amount) desc"] * ("amount" in columns) + [key, *(column for column in DETAILS if column in columns)]
    )
    return (
        f"insert into warehouse.check_rows select {literal(name)}, row_number() over (order by {order}), "
        f"cast({key} as varchar), {', '.join(details)} from found order by {order} limit {MOST_ROWS_KEPT}"
    )


def refuse_failures(results: Sequence[CheckResult]) -> None:
    """Raises CheckFailed, naming every check of severity fail that found rows."""
    failed = [result for result in results if result.severity == "fail" and result.rows_found]
    if failed:
        zh = "；".join(result.sentence.zh.rstrip("。") for result in failed)
        en = "; ".join(result.sentence.en.rstrip(".") for result in failed)
        raise CheckFailed(
            f"数据检查未通过：{zh}。原有数据库未改动。请修正导出后重新加载。",
            f"Checks failed: {en}. The database is unchanged. Correct the exports and load again.",
        )
