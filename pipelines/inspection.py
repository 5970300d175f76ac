"""What each file is, before anything is loaded: kind, header, the field of each column, and what stands in the way."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.contracts import Contract, Field, load_common_words, load_contracts
from pipelines.faults import cause_of
from pipelines.files import open_sheets
from pipelines.guessing import Guess, guessed_reading, guesses
from pipelines.header_words import named_fields
from pipelines.headers import Column, Recognition, attempt, check_mapping, header_cells
from pipelines.mapping import FileMapping, mapping_for
from pipelines.messages import REASONS
from pipelines.reading import date_order
from pipelines.reading_functions import define_functions, set_words
from pipelines.samples_of_cells import sample_expressions
from pipelines.sheets import Sheet
from pipelines.stage import Reading, reading_statement
from workspace import AnnualReportError, Sentence, Workspace

PRIVATE_PREFIX = "annual-report-inspect-"
MOST_WORDS_NAMED = 8
Certainty = Literal[
    "settings", "own_word", "bare_word", "both_ends", "question", "ambiguous", "dimension", "cells", "guess", "unknown"
]
CONFIDENCES: Mapping[Certainty, float] = {
    "settings": 1.0, "own_word": 1.0, "bare_word": 0.95, "dimension": 0.95, "question": 0.85, "both_ends": 0.8,
    "ambiguous": 0.7, "cells": 0.6, "unknown": 0.0,
}  # fmt: skip


@dataclass(frozen=True)
class InspectedColumn:
    """One column: the fields or the dimension that it serves, how sure that is, and a masked sample of its cells.

    `guess` is the likeliest field of a column that serves none; `also` are fields that its header names, but that
    another column serves better.
    """

    index: int
    header: str
    fields: tuple[Field, ...]
    dimension: str | None
    certainty: Certainty
    confidence: float
    sample: str
    guess: Guess | None = None
    also: tuple[Field, ...] = ()


@dataclass(frozen=True)
class InspectedSheet:
    """One sheet: what it was taken for (`contract` is None where it is no export) and what is wrong with it.

    `is_recognised` says whether a load would read it; otherwise the columns are what a guess makes of them.
    """

    sheet: Sheet
    contract: Contract | None
    is_recognised: bool
    header_row: int
    columns: tuple[InspectedColumn, ...]
    missing: tuple[Field, ...]
    problems: tuple[Sentence, ...]
    mapping: FileMapping


@dataclass(frozen=True)
class InspectedFile:
    """One file: its sheets, or why it cannot be read."""

    name: str
    sheets: tuple[InspectedSheet, ...] = ()
    error: Sentence | None = None

    @property
    def is_understood(self) -> bool:
        """Whether a load would take something from it."""
        return any(sheet.is_recognised for sheet in self.sheets)


def inspect_files(paths: Sequence[Path], workspace: Workspace) -> list[InspectedFile]:
    """Looks at each file as a load would; nothing is written. A file need not lie in the workspace."""
    contracts = load_contracts()
    with _private_folder() as private, reading_session(workspace) as connection:
        return [_inspected_file(connection, path, workspace, contracts, private) for path in paths]


@contextmanager
def reading_session(workspace: Workspace) -> Iterator[DuckDBPyConnection]:
    """A database in memory that reads as a load does; its pseudonyms have a key of their own and are worth nothing."""
    connection = duckdb.connect(":memory:", config={"disabled_optimizers": "type_pushdown"})
    try:
        define_functions(connection)
        set_words(connection, workspace.settings, secrets.token_hex(32))
        yield connection
    finally:
        connection.close()


@contextmanager
def _private_folder() -> Iterator[Path]:
    """A folder for transcoded copies that only its owner may enter; what a crash left of an earlier one is removed."""
    for left in Path(tempfile.gettempdir()).glob(f"{PRIVATE_PREFIX}*"):
        owner = re.match(rf"{PRIVATE_PREFIX}(\d+)-", left.name)
        if owner and not _is_running(int(owner.group(1))):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"{PRIVATE_PREFIX}{os.getpid()}-") as folder:
        yield Path(folder)


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _inspected_file(
    connection: DuckDBPyConnection,
    path: Path,
    workspace: Workspace,
    contracts: Mapping[str, Contract],
    private: Path,
) -> InspectedFile:
    path = path.resolve()
    raw = workspace.raw if path.is_relative_to(workspace.raw) else path.parent
    name = path.relative_to(raw).as_posix()
    try:
        sheets = open_sheets(path, raw, private)
        return InspectedFile(name, tuple(_inspected_sheet(connection, sheet, workspace, contracts) for sheet in sheets))
    except AnnualReportError as error:
        return InspectedFile(name, error=error.sentence)


def _inspected_sheet(
    connection: DuckDBPyConnection, sheet: Sheet, workspace: Workspace, contracts: Mapping[str, Contract]
) -> InspectedSheet:
    mapping = mapping_for(sheet.path, workspace.settings, contracts, sheet.sheet)
    best = attempt(sheet, mapping, contracts)
    reading = best.reading
    if reading is None or (best.missing and len(reading.columns) <= len(best.missing)):
        reading = guessed_reading(sheet, [contracts[mapping.kind]] if mapping.kind else contracts.values())
    if reading is None:
        return InspectedSheet(sheet, None, False, 0, (), (), (), mapping)
    missing = tuple(reading.contract.fields[name] for name in best.missing if name in reading.contract.fields)
    is_complete = reading is best.reading and not best.missing
    if is_complete:
        check_mapping(sheet, mapping, reading)
    if sheet.table is not None:
        connection.register(sheet.relation, sheet.table)
    try:
        order = mapping.date_order or date_order(connection, sheet, reading)
        own = Reading(sheet, reading, mapping, order)
        columns = _columns(connection, own)
        problems = tuple(_problems(connection, own)) if is_complete else ()
    finally:
        if sheet.table is not None:
            connection.unregister(sheet.relation)
    return InspectedSheet(sheet, reading.contract, is_complete, reading.header_row, columns, missing, problems, mapping)


# Columns


def _columns(connection: DuckDBPyConnection, reading: Reading) -> tuple[InspectedColumn, ...]:
    recognition = reading.recognition
    header = header_cells(recognition, reading.sheet)
    rows = reading.sheet.preview[recognition.header_row :]
    served: dict[int, list[Column]] = {}
    for column in recognition.columns:
        served.setdefault(column.index, []).append(column)
    dimensions = {dimension.index: dimension for dimension in recognition.dimensions}
    named = [index for index, cell in enumerate(header) if cell.strip()]
    free = [index for index in named if index not in served and index not in dimensions]
    taken = [*(column.field for column in recognition.columns), *reading.mapping.constants]
    also = {index: _also(header[index], recognition, served) for index in free}
    guessed = guesses(recognition.contract, header, [index for index in free if not also[index]], taken, rows)
    samples = _samples(connection, reading)
    columns = []
    for index in named:
        blank = InspectedColumn(index, " ".join(header[index].split()), (), None, "unknown", 0, samples.get(index, ""))
        if index in served:
            columns.append(_served(blank, served[index], recognition))
        elif index in dimensions:
            certainty: Certainty = "cells" if dimensions[index].is_guessed else "dimension"
            confidence = CONFIDENCES[certainty]
            columns.append(
                replace(blank, dimension=dimensions[index].dimension, certainty=certainty, confidence=confidence)
            )
        elif index in guessed and guessed[index].is_own_word and not recognition.columns:
            columns.append(replace(blank, fields=(guessed[index].field,), certainty="own_word", confidence=1))
        elif index in guessed:
            guess = guessed[index]
            columns.append(replace(blank, guess=guess, certainty="guess", confidence=guess.likeness))
        else:
            columns.append(replace(blank, also=also[index]))
    return tuple(columns)


def _served(blank: InspectedColumn, columns: Sequence[Column], recognition: Recognition) -> InspectedColumn:
    fields = tuple(recognition.contract.fields[column.field] for column in columns)
    match = min((column.match for column in columns), key=CONFIDENCES.__getitem__)
    return replace(blank, fields=fields, certainty=match, confidence=CONFIDENCES[match])


def _also(header: str, recognition: Recognition, served: Mapping[int, Sequence[Column]]) -> tuple[Field, ...]:
    taken = {column.field for columns in served.values() for column in columns}
    return tuple(field for field in named_fields(header, recognition.contract) if field.name in taken)


def _samples(connection: DuckDBPyConnection, reading: Reading) -> dict[int, str]:
    """By column: the first cell that is not blank, masked unless it is a value that cannot be personal."""
    expressions = sample_expressions(reading)
    rows = reading.sheet.preview[reading.recognition.header_row :]
    if not rows or not expressions:
        return {}
    width = max(expressions) + 1
    columns = [
        pa.array([row[index] if index < len(row) else None for row in rows], pa.string()) for index in range(width)
    ]
    connection.register("first_rows", pa.table(columns, names=[f"c{index}" for index in range(width)]))
    try:
        listed = ", ".join(f"first({shown}) filter ({shown} is not null)" for shown in expressions.values())
        (values,) = connection.execute(f"select {listed} from first_rows").fetchall()
    finally:
        connection.unregister("first_rows")
    return {index: value for index, value in zip(expressions, values, strict=True) if value is not None}


# Problems


def _problems(connection: DuckDBPyConnection, reading: Reading) -> Iterator[Sentence]:
    """What a load would list, by column and reason, with counts; for unknown words the words themselves."""
    below_header = replace(
        reading.sheet, relation=f"(select * from {reading.sheet.relation} offset {reading.recognition.header_row})"
    )
    statement = reading_statement(replace(reading, sheet=below_header), load_common_words())
    try:
        rows = connection.execute(
            f"with problems as (select unnest(problems, recursive := true) from ({statement})) "
            "select header, code, masked, count(*) from problems group by all "
            "order by header, code, count(*) desc, masked"
        ).fetchall()
    except duckdb.Error as error:
        if cause_of(error) is not None:
            raise
        yield Sentence(
            "文件中有行无法读取：引号不成对或单元格过多。",
            "Some rows cannot be read: quotation marks or too many cells.",
        )
        return
    groups: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for header, code, masked, count in rows:
        groups.setdefault((header, code), []).append((masked, count))
    for (header, code), found in groups.items():
        yield _problem(header, code, found)


def _problem(header: str, code: str, found: Sequence[tuple[str, int]]) -> Sentence:
    total = sum(count for _, count in found)
    reason = REASONS[code]
    column_zh, column_en = (f"“{header}”列：", f"Column “{header}”: ") if header else ("", "")
    if code == "unknown_word":
        words = "、".join(f"{word} ×{count:,}" for word, count in found[:MOST_WORDS_NAMED])
        words += "…" * (len(found) > MOST_WORDS_NAMED)
        return Sentence(
            f"{column_zh}词典中没有 {len(found)} 个词：{words}",
            f"{column_en}{len(found)} words that no dictionary knows: {words}",
        )
    return Sentence(f"{column_zh}{total:,} 处{reason.zh}", f"{column_en}{total:,} cells: {reason.en}")
