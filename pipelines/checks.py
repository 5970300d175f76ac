"""Checks of the finished warehouse: each .sql file in `pipelines/checks` selects bad rows.

Its header, TOML between `/* ---` and `--- */`, gives severity (fail or warn) and a sentence in both languages, in
which {count} stands for the number of rows found.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection

from pipelines.errors import CheckFailed
from pipelines.report import CheckResult
from workspace import Sentence

FOLDER = Path(__file__).parent / "checks"


def run_checks(connection: DuckDBPyConnection) -> tuple[CheckResult, ...]:
    """The result of every check, by name."""
    return tuple(_run(connection, path) for path in sorted(FOLDER.glob("*.sql")))


def _run(connection: DuckDBPyConnection, path: Path) -> CheckResult:
    _, header, query = path.read_text(encoding="utf-8").replace("--- */", "/* ---").split("/* ---", 2)
    properties = tomllib.loads(header)
    ((count,),) = connection.execute(f"select count(*) from ({query})").fetchall()
    texts = {language: text.format(count=f"{count:,}") for language, text in properties["sentence"].items()}
    sentence = Sentence(**texts)
    return CheckResult(path.stem, properties["severity"], count, sentence)


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
