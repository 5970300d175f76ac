"""Printed totals against the rows that they should cover: 合计, 小计, 总计, 本页合计 re-added sheet by sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from duckdb import DuckDBPyConnection

from pipelines.account import SheetRead, contracts_read
from pipelines.contracts import Contract, Field, load_common_words
from pipelines.report import Issue
from pipelines.stage import literal
from workspace import Sentence

ADDITIVE_TYPES = frozenset({"money", "integer"})
NOT_ADDITIVE = frozenset({"nps", "year"})
LABEL_TYPES = frozenset({"identifier", "text"})
SUBTOTAL = re.compile(r"小计|本页|当页|sub[ -]?total")
GRAND_TOTAL = re.compile(r"总计|总合计|全部|grand")


@dataclass(frozen=True)
class _Sums:
    """Of one column over some rows: what kept rows add up to, and what repeated and quarantined rows among them hold.

    `repeated` is a part of `kept`; `quarantined` is what unusable rows let be read, and no part of it.
    """

    kept: Decimal = Decimal(0)
    repeated: Decimal = Decimal(0)
    quarantined: Decimal = Decimal(0)
    repeated_rows: int = 0
    quarantined_rows: int = 0

    def __sub__(self, earlier: _Sums) -> _Sums:
        return _Sums(
            self.kept - earlier.kept,
            self.repeated - earlier.repeated,
            self.quarantined - earlier.quarantined,
            self.repeated_rows - earlier.repeated_rows,
            self.quarantined_rows - earlier.quarantined_rows,
        )

    def explanation(self, printed: Decimal) -> Sentence | None:
        """Which rows the printed total leaves out or takes in, where that makes up the whole difference."""
        quarantined = Sentence(
            f"被隔离的 {self.quarantined_rows} 行", f"the quarantined rows ({self.quarantined_rows})"
        )
        repeated = Sentence(f"重复的 {self.repeated_rows} 行", f"the repeated rows ({self.repeated_rows})")
        difference = printed - self.kept
        if self.quarantined_rows and difference == self.quarantined:
            culprits = quarantined
        elif self.repeated_rows and difference == -self.repeated:
            culprits = repeated
        elif self.quarantined_rows and self.repeated_rows and difference == self.quarantined - self.repeated:
            culprits = Sentence(f"{quarantined.zh}和{repeated.zh}", f"{quarantined.en} and {repeated.en}")
        else:
            return None
        return Sentence(f"正是{culprits.zh}所致", f"which {culprits.en} make up")


@dataclass(frozen=True)
class _Line:
    """A row of a sheet: what a total row prints by field, and what the rows down to here add up to."""

    row_number: int
    is_total: bool
    label: str
    printed: Mapping[str, Decimal]
    above: Mapping[str, _Sums]

    @property
    def level(self) -> Literal["subtotal", "total", "grand_total"]:
        """How much a total row says that it covers."""
        if SUBTOTAL.search(self.label):
            return "subtotal"
        return "grand_total" if GRAND_TOTAL.search(self.label) else "total"


@dataclass(frozen=True)
class _Mismatch:
    """A printed total that no span of rows adds up to; `covered` is the span that it should cover."""

    line: _Line
    field: str
    printed: Decimal
    covered: _Sums


def totals_issues(
    connection: DuckDBPyConnection, contracts: Mapping[str, Contract], sheets: Sequence[SheetRead]
) -> Iterator[Issue]:
    """Totals that do not add up, and per sheet how many do. Rows are added as received, duplicates among them."""
    by_id = {read.file_id: read for read in sheets}
    for contract in contracts_read(connection, contracts):
        fields = [field for field in contract.fields.values() if _is_additive(field)]
        for file_id in _files_with_totals(connection, contract) if fields else ():
            yield from _issues_of(by_id[file_id], _lines(connection, contract, fields, file_id))


def _is_additive(field: Field) -> bool:
    return field.type in ADDITIVE_TYPES and field.name not in NOT_ADDITIVE


# Adding up


def _files_with_totals(connection: DuckDBPyConnection, contract: Contract) -> list[int]:
    rows = connection.execute(
        f"select distinct source_file_id from received.{contract.kind} where outcome = 'total' order by 1"
    ).fetchall()
    return [file_id for (file_id,) in rows]


def _lines(connection: DuckDBPyConnection, contract: Contract, fields: Sequence[Field], file_id: int) -> list[_Line]:
    """The total rows of a sheet from the top, and its last row, whatever that is."""
    rows = connection.execute(_running_sums(contract, fields), [file_id]).fetchall()
    return [_line(row, fields) for row in rows]


def _running_sums(contract: Contract, fields: Sequence[Field]) -> str:
    numbers = ", ".join(
        f"{field.name}, sum({field.name}) filter (outcome = 'kept') over above, "
        f"sum({field.name}) filter (outcome = 'kept' and is_repeated) over above, "
        f"sum({field.name}) filter (outcome = 'quarantined') over above"
        for field in fields
    )
    return (
        f"with rows as (select rows.*, repeated.source_row is not null as is_repeated "
        f"from received.{contract.kind} as rows left join superseded.{contract.kind} as repeated "
        "using (source_file_id, source_row) where source_file_id = ?) "
        f"select source_row, outcome = 'total', {_label(contract)}, count(*) filter (is_repeated) over above, "
        f"count(*) filter (outcome = 'quarantined') over above, {numbers} from rows "
        "window above as (order by source_row) "
        "qualify outcome = 'total' or source_row = max(source_row) over () order by source_row"
    )


def _label(contract: Contract) -> str:
    """The word of a total row, where it stands in a column that is kept as text."""
    pattern = literal(load_common_words().total_row)
    words = [
        f"case when regexp_matches(lower({field.name}), {pattern}) then lower({field.name}) end"
        for field in contract.fields.values()
        if field.type in LABEL_TYPES
    ]
    return f"coalesce({', '.join([*words, literal('')])})"


def _line(row: tuple[Any, ...], fields: Sequence[Field]) -> _Line:
    row_number, is_total, label, repeated_rows, quarantined_rows, *numbers = row
    printed, above = {}, {}
    for position, field in enumerate(fields):
        own, *sums = (_decimal(number) for number in numbers[4 * position : 4 * position + 4])
        kept, repeated, quarantined = (each or Decimal(0) for each in sums)
        above[field.name] = _Sums(kept, repeated, quarantined, repeated_rows, quarantined_rows)
        if own is not None:
            printed[field.name] = own
    return _Line(row_number, is_total, label, printed, above)


def _decimal(number: Any) -> Decimal | None:
    return None if number is None else Decimal(str(number))


# Comparing


def _issues_of(read: SheetRead, lines: Sequence[_Line]) -> Iterator[Issue]:
    totals = [line for line in lines if line.is_total]
    matching = 0
    for position, line in enumerate(totals):
        mismatches = [
            mismatch
            for field in line.printed
            if (mismatch := _mismatch(read, totals[:position], line, lines[-1], field)) is not None
        ]
        yield from (_issue(read, mismatch) for mismatch in mismatches)
        matching += bool(line.printed) and not mismatches
    if matching:
        yield Issue("totals_match", _totals_match(read, matching), sheet=read.sheet)


def _mismatch(read: SheetRead, earlier: Sequence[_Line], line: _Line, last: _Line, field: str) -> _Mismatch | None:
    """None where some span of rows that the total may cover adds up to it."""
    spans = _spans(earlier, line, last, field)
    slack = _rounding(read, field)
    printed = line.printed[field]
    if any(abs(printed - span.kept) <= slack for span in spans):
        return None
    explained = (span for span in spans if span.explanation(printed))
    return _Mismatch(line, field, printed, next(explained, spans[0]))


def _spans(earlier: Sequence[_Line], line: _Line, last: _Line, field: str) -> list[_Sums]:
    """The rows that a total may cover, the likeliest span first.

    A subtotal covers the rows since the subtotal before it, a grand total the whole sheet; a plain 合计 is used for
    either.
    """
    here, whole = line.above[field], last.above[field]
    same_level = [other.above[field] for other in earlier if other.level == line.level]
    since_same_level = here - same_level[-1] if same_level else here
    since_any = here - earlier[-1].above[field] if earlier else here
    match line.level:
        case "subtotal":
            return [since_same_level, since_any]
        case "grand_total":
            return [whole, here]
        case _:
            return [since_same_level if same_level else whole, since_any, here, whole]


def _rounding(read: SheetRead, field: str) -> Decimal:
    """Amounts in 万元 with two decimals are rounded to 100 yuan each; amounts in yuan are exact."""
    column = read.recognition.column(field) if read.recognition else None
    if column is None or column.factor <= 1:
        return Decimal(0)
    return Decimal(str(column.factor)) / 200 * (read.sheet.row_count + 1)


# Saying it


def _issue(read: SheetRead, mismatch: _Mismatch) -> Issue:
    explanation = mismatch.covered.explanation(mismatch.printed)
    return Issue(
        "total_explained" if explanation else "total_mismatch",
        _sentence(read, mismatch, explanation or _next_step(mismatch.covered)),
        severity="note" if explanation else "warn",
        sheet=read.sheet,
        row_number=mismatch.line.row_number,
        field=mismatch.field,
    )


def _sentence(read: SheetRead, mismatch: _Mismatch, ending: Sentence) -> Sentence:
    column = read.recognition.column(mismatch.field) if read.recognition else None
    header = column.header if column else mismatch.field
    printed, added = f"{mismatch.printed:,}", f"{mismatch.covered.kept:,}"
    difference = f"{mismatch.printed - mismatch.covered.kept:,}"
    return Sentence(
        f"{read.sheet.place} 第 {mismatch.line.row_number} 行“{header}”：合计印为 {printed}，明细相加为 {added}，"
        f"相差 {difference}，{ending.zh}。",
        f"{read.sheet.place} row {mismatch.line.row_number}, {header}: the total prints {printed}, the rows add up to "
        f"{added}, a difference of {difference}, {ending.en}.",
    )


def _next_step(covered: _Sums) -> Sentence:
    if covered.quarantined_rows:
        return Sentence(
            f"其间有 {covered.quarantined_rows} 行被隔离，请先核对这些行",
            f"with {covered.quarantined_rows} of its rows in quarantine: look at those first",
        )
    return Sentence("请核对导出是否漏行", "so check whether the export lacks rows")


def _totals_match(read: SheetRead, count: int) -> Sentence:
    return Sentence(
        f"{read.sheet.place} 的 {count} 行合计与明细相符。",
        f"{read.sheet.place}: {count} total rows agree with the rows that they cover.",
    )
