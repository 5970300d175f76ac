"""Header rows of many systems: how many headers map unaided, and how few map to a wrong field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.contracts import load_contracts
from pipelines.errors import RequiredColumnMissing
from pipelines.headers import Recognition, recognise
from pipelines.mapping import FileMapping
from pipelines.sheets import Sheet

CORPUS = Path(__file__).with_name("header_corpus.toml")
DATA_ROWS = 6
LEAST_RECALL = 0.95
LEAST_RECALL_HELD_OUT = 0.9
MOST_WRONG = 0.01


@dataclass(frozen=True)
class CorpusColumn:
    """A header and the fields that it may serve; an empty text among them says none."""

    header: str
    right: frozenset[str]
    cell: str

    @property
    def must_map(self) -> bool:
        return "" not in self.right


@dataclass(frozen=True)
class CorpusRow:
    """One header row of the corpus."""

    system: str
    kind: str
    columns: tuple[CorpusColumn, ...]
    is_held_out: bool


@dataclass(frozen=True)
class Judged:
    """What recognition made of one header; `given` is empty where it serves no field."""

    system: str
    column: CorpusColumn
    given: frozenset[str]

    @property
    def is_right(self) -> bool:
        return bool((self.given or {""}) & self.column.right)

    @property
    def is_wrong(self) -> bool:
        return bool(self.given) and not self.is_right

    def __str__(self) -> str:
        right = " or ".join(sorted(self.column.right)) or "none"
        return f"{self.system}: {self.column.header} is {right}, taken for {', '.join(sorted(self.given)) or 'none'}"


def corpus_rows() -> list[CorpusRow]:
    rows = tomllib.loads(CORPUS.read_text(encoding="utf-8"))["row"]
    return [
        CorpusRow(row["system"], row["kind"], tuple(map(corpus_column, row["columns"])), row.get("held_out", False))
        for row in rows
    ]


def corpus_column(text: str) -> CorpusColumn:
    header, answer = text.removesuffix(" =").rsplit(" = ", 1) if not text.endswith(" =") else (text[:-2], "")
    fields, _, cell = answer.partition(" ~ ")
    return CorpusColumn(header, frozenset(fields.split("|")), cell)


def sheet_of(row: CorpusRow) -> Sheet:
    """A sheet with the row as its header; cells stand below those headers that need them."""
    header = tuple(column.header for column in row.columns)
    cells = tuple(column.cell for column in row.columns)
    preview = (header, *[cells] * DATA_ROWS)
    return Sheet("export.csv", "", "0" * 64, 0, "utf-8", "", len(header), len(preview), preview)


def recognised(row: CorpusRow) -> Recognition | None:
    try:
        found = recognise(sheet_of(row), FileMapping(), load_contracts())
    except RequiredColumnMissing:
        return None
    return found if found is not None and found.contract.kind == row.kind else None


def judged(row: CorpusRow) -> Iterator[Judged]:
    found = recognised(row)
    given: dict[int, set[str]] = {}
    for column in found.columns if found else ():
        given.setdefault(column.index, set()).add(column.field)
    for dimension in found.dimensions if found else ():
        given.setdefault(dimension.index, set()).add("dimensions")
    for index, column in enumerate(row.columns):
        yield Judged(row.system, column, frozenset(given.get(index, ())))


def named(results: list[Judged]) -> str:
    return "\n".join(map(str, results))


@pytest.fixture(scope="module")
def results() -> list[Judged]:
    return [result for row in corpus_rows() for result in judged(row)]


def test_the_corpus_is_large_enough() -> None:
    """At least forty rows to work with, and eight more that were not looked at meanwhile."""
    rows = corpus_rows()
    assert sum(not row.is_held_out for row in rows) >= 40
    assert sum(row.is_held_out for row in rows) >= 8


@pytest.mark.parametrize("row", corpus_rows(), ids=lambda row: row.system)
def test_a_header_row_is_known_for_what_it_is(row: CorpusRow) -> None:
    """The kind of every row is recognised, and no required column is missing."""
    assert recognised(row) is not None


def test_headers_map_unaided(results: list[Judged]) -> None:
    """At least 95 % of the headers that have a field find it."""
    with_field = [result for result in results if result.column.must_map]
    missed = [result for result in with_field if not result.is_right]
    assert 1 - len(missed) / len(with_field) >= LEAST_RECALL, named(missed)


def test_headers_that_nobody_looked_at_map_unaided(results: list[Judged]) -> None:
    """Recognition is no list of the rows that it was made with."""
    held_out = {row.system for row in corpus_rows() if row.is_held_out}
    with_field = [result for result in results if result.column.must_map and result.system in held_out]
    missed = [result for result in with_field if not result.is_right]
    assert 1 - len(missed) / len(with_field) >= LEAST_RECALL_HELD_OUT, named(missed)


def test_headers_hardly_ever_map_to_a_wrong_field(results: list[Judged]) -> None:
    """At most one header in a hundred is taken for something that it is not."""
    wrong = [result for result in results if result.is_wrong]
    assert len(wrong) / len(results) <= MOST_WRONG, named(wrong)
