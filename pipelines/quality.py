"""What `annual-report check` prints: all that the last load could not use or doubts, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from pipelines.errors import NothingLoaded
from pipelines.messages import OUTCOMES
from pipelines.report import Severity
from workspace import Language, Sentence, Workspace

MOST_EXAMPLES = 3
NOTHING = Sentence("", "")
SEVERITIES = {
    "fail": Sentence("不能用", "not usable"),
    "warn": Sentence("需要核对", "to be checked"),
    "note": Sentence("供参考", "for information"),
}
WORDS = {
    "account": Sentence("读入 {files} 个文件，{rows} 行：{outcomes}。", "{files} files with {rows} rows: {outcomes}."),
    "outcome": Sentence("{name} {count}", "{count} {name}"),
    "joint": Sentence("，", ", "),
    "unusable": Sentence("一、不能用（{count} 行没有纳入）", "1. Not usable ({count} rows left out)"),
    "to_check": Sentence("二、需要核对（{count} 类）", "2. To be checked ({count} kinds)"),
    "to_know": Sentence("三、供参考（{count} 类）", "3. For information ({count} kinds)"),
    "nothing": Sentence("  没有。", "  Nothing."),
    "checks": Sentence(
        "数据检查 {all} 项，{passed} 项没有发现问题。", "{all} checks, {passed} of them without a remark."
    ),
    "more": Sentence("另有 {count} 处", "and {count} more"),
    "row": Sentence("第 {row} 行{value}", "row {row}{value}"),
    "value": Sentence("（{value}）", " ({value})"),
    "export": Sentence(
        "逐行清单：annual-report check --export 目录", "For every row: annual-report check --export FOLDER"
    ),
}


@dataclass(frozen=True)
class Example:
    """One row or record of a remark: its key or row number, and what is wrong with it, personal data masked."""

    key: Sentence
    detail: Sentence


@dataclass(frozen=True)
class Remark:
    """One kind of thing in doubt: what it is, the first examples, and how many more of the kind there are."""

    severity: Severity
    sentence: Sentence
    examples: tuple[Example, ...]
    more_count: int


@dataclass(frozen=True)
class Quality:
    """All that a load could not use or doubts. `quarantined` remarks stand for rows that were left out."""

    file_count: int
    rows_read: int
    outcomes: tuple[int, ...]
    quarantined: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    check_count: int
    passed_count: int

    @property
    def to_check(self) -> tuple[Remark, ...]:
        """Failed and doubtful things."""
        return tuple(remark for remark in self.remarks if remark.severity != "note")

    @property
    def to_know(self) -> tuple[Remark, ...]:
        """What needs no action."""
        return tuple(remark for remark in self.remarks if remark.severity == "note")


def read_quality(workspace: Workspace) -> Quality:
    """The quality account of the last load. Raises NothingLoaded."""
    with open_warehouse(workspace) as connection:
        ((files, rows, *outcomes),) = connection.execute(
            "select count(distinct path), sum(rows_read), sum(kept), sum(duplicate), sum(total), sum(not_data), "
            "sum(quarantined) from warehouse.row_account"
        ).fetchall()
        checks = tuple(_checks(connection))
        ((check_count,),) = connection.execute("select count(*) from warehouse.check_results").fetchall()
        return Quality(
            file_count=files,
            rows_read=rows,
            outcomes=tuple(outcomes),
            quarantined=tuple(_quarantined(connection)),
            remarks=(*checks, *_issues(connection)),
            check_count=check_count,
            passed_count=check_count - len(checks),
        )


def open_warehouse(workspace: Workspace) -> DuckDBPyConnection:
    """A connection to the warehouse that cannot write. Raises NothingLoaded."""
    if not workspace.database.is_file():
        raise NothingLoaded(
            f"还没有数据库 {workspace.relative(workspace.database)}。请先运行 annual-report load。",
            f"There is no database {workspace.relative(workspace.database)} yet. Run annual-report load first.",
        )
    return duckdb.connect(workspace.database, read_only=True)


# Reading the account


def _quarantined(connection: DuckDBPyConnection) -> Iterator[Remark]:
    """Rows left out, by sheet, field and reason."""
    rows = connection.execute(
        f"""
        select path, sheet, reason_zh, reason_en, row_number, masked_value,
            count(*) over of_kind as row_count, row_number() over (of_kind order by row_number) as position
        from warehouse.quarantine
        window of_kind as (partition by path, sheet, reason_zh)
        qualify position <= {MOST_EXAMPLES}
        order by row_count desc, path, sheet, reason_zh, position
        """
    ).fetchall()
    for (path, sheet, zh, en, count), group in groupby(rows, key=lambda row: (*row[:4], row[6])):
        sentence = Sentence(f"{_place(path, sheet, 'zh')} {zh}", f"{_place(path, sheet, 'en')} {en}")
        examples = tuple(_row_example(row_number, value) for _, _, _, _, row_number, value, _, _ in group)
        yield Remark("fail", sentence, examples, count - len(examples))


def _issues(connection: DuckDBPyConnection) -> Iterator[Remark]:
    """Issues by sheet, field and code: the first in words, the next ones by row."""
    rows = connection.execute(
        f"""
        select severity, code, path, sheet, coalesce(field, '') as field, sentence_zh, sentence_en, row_number,
            masked_value, count(*) over of_kind as row_count,
            row_number() over (of_kind order by row_number nulls first, sentence_zh) as position
        from warehouse.issues
        window of_kind as (partition by severity, code, path, sheet, coalesce(field, ''))
        qualify position <= {MOST_EXAMPLES}
        order by array_position(['fail', 'warn', 'note'], severity), (path <> ''), row_count desc, path, sheet, field,
            code, position
        """
    ).fetchall()
    for (severity, _, _, _, _, count), group in groupby(rows, key=lambda row: (*row[:5], row[9])):
        first, *others = group
        examples = tuple(_issue_example(row) for row in others)
        yield Remark(severity, Sentence(first[5], first[6]), examples, count - 1 - len(examples))


def _issue_example(row: tuple[Any, ...]) -> Example:
    _, _, _, _, _, zh, en, row_number, value, *_ = row
    return Example(NOTHING, Sentence(zh, en)) if row_number is None else _row_example(row_number, value)


def _checks(connection: DuckDBPyConnection) -> Iterator[Remark]:
    """Checks that found something, failed ones first, with their first rows."""
    rows = connection.execute(
        f"""
        select severity, results.name, sentence_zh, sentence_en, rows_found, key, detail_zh, detail_en
        from warehouse.check_results as results
        left join warehouse.check_rows as found on results.name = found.name and row_number <= {MOST_EXAMPLES}
        where rows_found > 0
        order by array_position(['fail', 'warn', 'note'], severity), results.name, row_number
        """
    ).fetchall()
    for (severity, _, zh, en, count), group in groupby(rows, key=lambda row: row[:5]):
        examples = tuple(
            Example(Sentence(key, key), Sentence(detail_zh or "", detail_en or ""))
            for *_, key, detail_zh, detail_en in group
            if key is not None
        )
        yield Remark(severity, Sentence(zh, en), examples, count - len(examples) if examples else 0)


def _place(path: str, sheet: str, language: Language) -> str:
    """A file and its sheet as a person would name them."""
    if not sheet:
        return path
    return f"{path}〔{sheet}〕" if language == "zh" else f"{path} [{sheet}]"


def _row_example(row_number: int, value: str | None) -> Example:
    zh = WORDS["value"].zh.format(value=value) if value else ""
    en = WORDS["value"].en.format(value=value) if value else ""
    key = Sentence(WORDS["row"].zh.format(row=row_number, value=zh), WORDS["row"].en.format(row=row_number, value=en))
    return Example(key, NOTHING)


# Printing it


def describe_quality(quality: Quality, language: Language) -> str:
    """The quality account as text for a terminal."""
    counts = [
        WORDS["outcome"].text(language).format(name=name.text(language), count=f"{count:,}")
        for name, count in zip(OUTCOMES.values(), quality.outcomes, strict=True)
    ]
    account = (
        WORDS["account"]
        .text(language)
        .format(
            files=quality.file_count, rows=f"{quality.rows_read:,}", outcomes=WORDS["joint"].text(language).join(counts)
        )
    )
    checks = WORDS["checks"].text(language).format(all=quality.check_count, passed=quality.passed_count)
    sections = [
        _section("unusable", quality.outcomes[-1], quality.quarantined, language),
        _section("to_check", len(quality.to_check), quality.to_check, language),
        _section("to_know", len(quality.to_know), quality.to_know, language),
    ]
    return "\n\n".join([f"{account}\n{checks}", *sections, WORDS["export"].text(language)])


def _section(name: str, count: int, remarks: Sequence[Remark], language: Language) -> str:
    lines = [WORDS[name].text(language).format(count=f"{count:,}")]
    lines += [line for remark in remarks for line in _lines(remark, language)]
    return "\n".join(lines if remarks else [*lines, WORDS["nothing"].text(language)])


def _lines(remark: Remark, language: Language) -> Iterator[str]:
    """The remark, its examples that have something to say in lines of their own, the others in one line."""
    yield f"  · {remark.sentence.text(language)}"
    plain = []
    for example in remark.examples:
        if detail := example.detail.text(language):
            yield "      " + "  ".join(part for part in (example.key.text(language), detail) if part)
        else:
            plain.append(example.key.text(language))
    if remark.more_count:
        plain.append(WORDS["more"].text(language).format(count=f"{remark.more_count:,}"))
    if plain:
        yield f"      {WORDS['joint'].text(language).join(plain)}"
