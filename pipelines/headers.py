"""Which kind of export a sheet is, where its header stands, and which column serves which field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipelines.cell_evidence import MOMENT_TYPES, holds_scores, may_be_scored, may_hold
from pipelines.contracts import Contract, Field
from pipelines.errors import MappingInvalid, RequiredColumnMissing
from pipelines.header_words import (
    as_compared,
    bracketed_unit,
    dimension_in,
    dimension_name,
    is_question,
    names_duration,
    normalised,
    rank_of,
    ranks_of,
    spellings,
    vocabulary,
)  # fmt: skip
from pipelines.mapping import FileMapping
from pipelines.sheets import Sheet

HEADER_SEARCH_ROWS = 30
FEWEST_FIELDS = 2
FEWEST_CELLS_TO_JUDGE = 5
UNIT_FACTORS: Mapping[str, Mapping[str, float]] = {
    "money": {"万元": 10_000, "万": 10_000, "千元": 1_000, "亿元": 100_000_000},
    "minutes": {
        "小时": 60, "时": 60, "h": 60, "hour": 60, "hours": 60, "天": 1440, "days": 1440,
        "秒": 1 / 60, "seconds": 1 / 60,
    },
    "number": {"万平方米": 10_000, "万m2": 10_000, "万㎡": 10_000, "万平米": 10_000},
}  # fmt: skip
UNIT_OF_A_BUILDING = frozenset({"unit", "unitno", "unitnumber", "unitid"})

Match = Literal["own_word", "bare_word", "question", "ambiguous", "settings", "both_ends"]


@dataclass(frozen=True)
class Column:
    """A column of a sheet that serves a field; `factor` turns its unit into the contract's.

    `match` says how its header was understood: a word of the field as it stands, the word without brackets, number or
    politeness, a question, a word that could mean something else, the user's settings, or a period that serves both
    of its ends.
    """

    index: int
    header: str
    field: str
    factor: float = 1
    match: Match = "own_word"

    @property
    def is_ambiguous(self) -> bool:
        """Whether the header could mean something else, and no better column stood beside it."""
        return self.match == "ambiguous"


@dataclass(frozen=True)
class DimensionColumn:
    """A column of a wide survey: the scores of one dimension; `is_guessed` from its cells, not its header."""

    index: int
    header: str
    dimension: str
    is_guessed: bool = False


@dataclass(frozen=True)
class Recognition:
    """What a sheet is. Rows up to `header_row` (counted from 1) are titles and the header itself."""

    contract: Contract
    header_row: int
    columns: tuple[Column, ...]
    dimensions: tuple[DimensionColumn, ...]
    unmapped: tuple[str, ...]

    def column(self, field: str) -> Column | None:
        """The column that serves `field`, if the sheet has one."""
        return next((column for column in self.columns if column.field == field), None)


@dataclass(frozen=True)
class Attempt:
    """The best reading of a sheet, None where nothing in it is known, and the required fields that it lacks."""

    reading: Recognition | None
    missing: tuple[str, ...] = ()


def recognise(sheet: Sheet, mapping: FileMapping, contracts: Mapping[str, Contract]) -> Recognition | None:
    """The best reading of a sheet, or None where it is no export.

    Raises RequiredColumnMissing where the kind is plain but a required column is not, MappingInvalid where the
    user's mapping names headers that the sheet lacks.
    """
    best = attempt(sheet, mapping, contracts)
    if best.reading is None or not best.missing:
        return best.reading
    if _is_plainly(best.reading, mapping):
        raise _column_missing(sheet, best.reading, best.missing)
    return None


def attempt(sheet: Sheet, mapping: FileMapping, contracts: Mapping[str, Contract]) -> Attempt:
    """The reading of a sheet that has most to say for it; complete readings go before those that lack a column."""
    candidates = [contracts[mapping.kind]] if mapping.kind else list(contracts.values())
    readings = [
        reading
        for row, header in _header_candidates(sheet.preview)
        for contract in candidates
        if _known_cells(contract, header, mapping) >= FEWEST_FIELDS
        and (reading := _read(contract, row, header, mapping))
    ]
    complete = [reading for reading in readings if not _missing(reading, mapping)]
    if complete:
        best = max(complete, key=lambda reading: _merit(reading, sheet))
        return Attempt(_with_guessed_dimensions(_agreeing_with_cells(best, sheet, mapping), sheet, mapping))
    near = max(readings, key=lambda reading: _merit(reading, sheet), default=None)
    return Attempt(near, _missing(near, mapping)) if near else Attempt(None)


def _agreeing_with_cells(reading: Recognition, sheet: Sheet, mapping: FileMapping) -> Recognition:
    """The reading without columns whose cells cannot be what the header says; they may then serve another field."""
    doubted = {column for column in reading.columns if _is_contradicted(column, reading, sheet, mapping)}
    if not doubted:
        return reading
    header = header_cells(reading, sheet)
    barred = frozenset((column.field, column.index) for column in doubted)
    again = _read(reading.contract, reading.header_row, header, mapping, barred)
    if again is None or _missing(again, mapping):
        return reading
    served = {column.index for column in again.columns}
    kept = {column for column in doubted if _must_stop(column, reading) and column.index not in served}
    if not kept:
        return again
    barred = frozenset((column.field, column.index) for column in doubted - kept)
    return _read(reading.contract, reading.header_row, header, mapping, barred) or reading


def _must_stop(column: Column, reading: Recognition) -> bool:
    return reading.contract.fields[column.field].stops_on_unknown


def header_cells(reading: Recognition, sheet: Sheet) -> tuple[str, ...]:
    """The header as it was read, two grouped rows as one."""
    return next(
        header
        for row, header in _header_candidates(sheet.preview)
        if row == reading.header_row and all(_has_header(header, column) for column in reading.columns)
    )


def _has_header(header: tuple[str, ...], column: Column) -> bool:
    return column.index < len(header) and " ".join(header[column.index].split()) == column.header


def _is_contradicted(column: Column, reading: Recognition, sheet: Sheet, mapping: FileMapping) -> bool:
    field = reading.contract.fields[column.field]
    if column.field in mapping.headers or field.is_required:
        return False
    rows = sheet.preview[reading.header_row :]
    cells = [row[column.index].strip() for row in rows if column.index < len(row) and row[column.index].strip()]
    return len(cells) >= FEWEST_CELLS_TO_JUDGE and not any(
        may_hold(field, cell, mapping.words.get(field.name, {}), is_ambiguous=column.is_ambiguous) for cell in cells
    )


def _with_guessed_dimensions(reading: Recognition, sheet: Sheet, mapping: FileMapping) -> Recognition:
    """A wide survey's reading with the columns that nobody named, but that hold nothing but scores of one to five."""
    if len(reading.dimensions) < FEWEST_FIELDS or mapping.dimensions:
        return reading
    header = header_cells(reading, sheet)
    guessed = tuple(
        DimensionColumn(index, cell.strip(), dimension_name(cell), is_guessed=True)
        for index, cell in enumerate(header)
        if cell.strip() in reading.unmapped
        and may_be_scored(cell)
        and holds_scores(row[index].strip() for row in sheet.preview[reading.header_row :] if index < len(row))
    )
    taken = {column.header for column in guessed}
    return replace(
        reading,
        dimensions=reading.dimensions + guessed,
        unmapped=tuple(cell for cell in reading.unmapped if cell not in taken),
    )


def _known_cells(contract: Contract, header: tuple[str, ...], mapping: FileMapping) -> int:
    """How many cells of a row could be headers of the kind; constants of the user's mapping count as such."""
    known = vocabulary(contract.kind)
    own = {as_compared(wanted) for headers in mapping.headers.values() for wanted in headers}
    return len(mapping.constants) + sum(
        any(spelling in known for spelling in spellings(cell))
        or as_compared(cell) in own
        or dimension_in(cell, contract) is not None
        for cell in header
    )


def _header_candidates(preview: Sequence[tuple[str, ...]]) -> Iterable[tuple[int, tuple[str, ...]]]:
    rows = preview[:HEADER_SEARCH_ROWS]
    for number, row in enumerate(rows, start=1):
        if sum(bool(cell.strip()) for cell in row) >= 1:
            yield number, row
        if number < len(rows):
            yield number + 1, _grouped(row, rows[number])


def _grouped(groups: tuple[str, ...], subs: tuple[str, ...]) -> tuple[str, ...]:
    """Two header rows as one: the lower cell where there is one, else the upper."""
    width = max(len(groups), len(subs))
    upper = groups + ("",) * (width - len(groups))
    lower = subs + ("",) * (width - len(subs))
    has_gap = any(not below.strip() and above.strip() for above, below in zip(upper, lower, strict=True))
    has_group = any(below.strip() and not above.strip() for above, below in zip(upper, lower, strict=True))
    if not (has_gap and has_group):
        return ()
    return tuple(below if below.strip() else above for above, below in zip(upper, lower, strict=True))


def _read(
    contract: Contract,
    row: int,
    header: tuple[str, ...],
    mapping: FileMapping,
    barred: frozenset[tuple[str, int]] = frozenset(),
) -> Recognition | None:
    """The reading of a row as the header of a kind; `barred` are fields with columns that cannot serve them."""
    columns = _Columns(header, mapping, barred)
    dimensions = _explicit_dimensions(header, mapping)
    columns.place(_explicit(contract, header, mapping), "settings")
    columns.take(dimensions)
    columns.assign({field.name: (field, field.headers) for field in contract.fields.values()}, is_sure=True)
    dimensions += _recognised_dimensions(contract, columns) if not dimensions else ()
    columns.take(dimensions)
    columns.assign({field.name: (field, field.ambiguous_headers) for field in contract.fields.values()}, is_sure=False)
    columns.assign_questions(contract)
    if len(columns.served) + len(dimensions) + len(mapping.constants) < FEWEST_FIELDS:
        return None
    columns.serve_apartment(contract)
    columns.serve_period_end(contract)
    return Recognition(
        contract=contract,
        header_row=row,
        columns=tuple(columns.as_served(contract)),
        dimensions=dimensions,
        unmapped=tuple(cell.strip() for cell in columns.free.values()),
    )


class _Columns:
    """The columns of a header while they are given to fields: those served, and those still free."""

    def __init__(self, header: tuple[str, ...], mapping: FileMapping, barred: frozenset[tuple[str, int]]) -> None:
        self.header = header
        self.mapping = mapping
        self.barred = barred
        self.served: dict[str, tuple[int, Match]] = {}
        ignored = {as_compared(each) for each in mapping.ignored}
        self.free = {
            index: cell for index, cell in enumerate(header) if cell.strip() and as_compared(cell) not in ignored
        }

    def place(self, fields: Mapping[str, int], match: Match) -> None:
        """Gives each field its column; one column may serve several."""
        for name, index in fields.items():
            self.served[name] = (index, match)
        for index in fields.values():
            self.free.pop(index, None)

    def take(self, dimensions: Iterable[DimensionColumn]) -> None:
        """Takes score columns out of those that are free."""
        for scored in dimensions:
            self.free.pop(scored.index, None)

    def assign(self, headers_of: Mapping[str, tuple[Field, tuple[str, ...]]], *, is_sure: bool) -> None:
        """Gives each field without one the free column whose header stands first in the field's list."""
        for name, (field, headers) in headers_of.items():
            if name in self.served:
                continue
            ranks = ranks_of(headers)
            ranked = [
                (found.is_loose, found.rank, found.spelling, index)
                for index, cell in self.free.items()
                if self._may_serve(field, index) and (found := rank_of(ranks, cell)) is not None
            ]
            if ranked:
                _, _, spelling, index = min(ranked)
                self.place({name: index}, ("own_word" if spelling == 0 else "bare_word") if is_sure else "ambiguous")

    def assign_questions(self, contract: Contract) -> None:
        """Gives the fields that a form asks for in a sentence the first question that does."""
        for name, field in contract.fields.items():
            if field.question is None or name in self.served:
                continue
            for index, cell in self.free.items():
                if is_question(cell) and re.search(field.question, cell, re.IGNORECASE):
                    self.place({name: index}, "question")
                    break

    def serve_apartment(self, contract: Contract) -> None:
        """In English a unit is an apartment where no other column names one; then it is personal."""
        if "room" not in contract.fields or "room" in self.served or "unit" not in self.served:
            return
        index, match = self.served["unit"]
        if match != "settings" and normalised(self.header[index]) in UNIT_OF_A_BUILDING:
            self.served["room"] = (index, "ambiguous")
            del self.served["unit"]

    def serve_period_end(self, contract: Contract) -> None:
        """账期 2025-01～2025-03 stands in one column: it serves both ends of the period."""
        if "period_end" not in contract.fields or "period_end" in self.served or "period_start" not in self.served:
            return
        index, _ = self.served["period_start"]
        name = self.header[index]
        is_period = rank_of(ranks_of(contract.fields["period_start"].ambiguous_headers), name) is not None
        if is_period and "日期" not in name and "date" not in name.lower():
            self.served["period_end"] = (index, "both_ends")

    def as_served(self, contract: Contract) -> Iterable[Column]:
        """The columns that serve a field."""
        for name, (index, match) in self.served.items():
            header = self.header[index]
            factor = UNIT_FACTORS.get(contract.fields[name].type, {}).get(bracketed_unit(header), 1)
            yield Column(index, " ".join(header.split()), name, factor, match)

    def _may_serve(self, field: Field, index: int) -> bool:
        is_duration = field.type in MOMENT_TYPES and names_duration(self.header[index])
        return (field.name, index) not in self.barred and not is_duration


def _explicit(contract: Contract, header: tuple[str, ...], mapping: FileMapping) -> dict[str, int]:
    """Fields that the user's mapping gives a column."""
    places = _places(header)
    return {
        name: next(places[as_compared(wanted)] for wanted in headers if as_compared(wanted) in places)
        for name, headers in mapping.headers.items()
        if name in contract.fields and any(as_compared(wanted) in places for wanted in headers)
    }


def _explicit_dimensions(header: tuple[str, ...], mapping: FileMapping) -> tuple[DimensionColumn, ...]:
    places = _places(header)
    served = {
        dimension: [places[as_compared(each)] for each in headers if as_compared(each) in places]
        for dimension, headers in mapping.dimensions.items()
    }
    return tuple(
        DimensionColumn(indexes[0], header[indexes[0]].strip(), dimension)
        for dimension, indexes in served.items()
        if indexes
    )


def _places(header: tuple[str, ...]) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, cell in enumerate(header):
        places.setdefault(as_compared(cell), index)
    return places


def _recognised_dimensions(contract: Contract, columns: _Columns) -> tuple[DimensionColumn, ...]:
    """Score columns of a wide survey: at least two of them, and no column that names the dimension."""
    if "dimension" in columns.served:
        return ()
    found = tuple(
        DimensionColumn(index, cell.strip(), dimension)
        for index, cell in columns.free.items()
        if (dimension := dimension_in(cell, contract)) is not None
    )
    return found if len(found) > 1 else ()


def _missing(reading: Recognition, mapping: FileMapping) -> tuple[str, ...]:
    served = {column.field for column in reading.columns} | set(mapping.constants)
    missing = tuple(
        field.name
        for field in reading.contract.required
        if field.name not in served and not (field.name == "bill_id" and _has_composed_key(reading))
    )
    alternatives = reading.contract.needs_any
    has_any = not alternatives or any(name in served for name in alternatives) or bool(reading.dimensions)
    return missing if has_any else (*missing, alternatives[0])


def _has_composed_key(reading: Recognition) -> bool:
    """Whether place, fee and period can stand for the number of a bill; a mere 金额 might be a payment's."""
    columns = {column.field: column for column in reading.columns}
    key = reading.contract.composed_key
    due = columns.get("amount_due")
    return due is not None and not due.is_ambiguous and any(name in columns for name in key)


def _merit(reading: Recognition, sheet: Sheet) -> tuple[int, int, int]:
    """What speaks for a reading: columns understood, required ones under their plain names and the kind's name in the
    file's or sheet's count double, ambiguous ones single; then that name, then the earlier header row."""
    required = {field.name for field in reading.contract.required}
    plain = [column for column in reading.columns if not column.is_ambiguous]
    name = f"{sheet.path} {sheet.sheet}".lower()
    is_named = any(word in name for word in reading.contract.name_words)
    weight = len(reading.columns) + len(plain) + 2 * len(reading.dimensions)
    weight += 2 * sum(column.field in required for column in plain) + 2 * is_named
    return weight, int(is_named), -reading.header_row


def _is_plainly(reading: Recognition, mapping: FileMapping) -> bool:
    required = {field.name for field in reading.contract.required}
    found = {column.field for column in reading.columns}
    return mapping.kind is not None or len(found) >= 4 or (len(found) >= 3 and bool(required & found))


def _column_missing(sheet: Sheet, reading: Recognition, missing: tuple[str, ...]) -> RequiredColumnMissing:
    title = reading.contract.title
    seen = "、".join(reading.unmapped) or "（无）"
    file_name = sheet.path.rsplit("/", 1)[-1]
    wanted = "、".join(f"{reading.contract.fields[name].chinese_name}（{name}）" for name in missing)
    lines = f'    [mapping."{file_name}"]\n    {missing[0]} = "{{}}"'
    return RequiredColumnMissing(
        f"{sheet.place} 看起来是{title.zh}，但缺少必需的列：{wanted}；表头在第 {reading.header_row} 行，"
        f"未识别的列：{seen}。请重新导出带该列的文件，或在 settings.toml 中写明：\n{lines.format('文件里的表头')}",
        f"{sheet.place} looks like {title.en} but lacks the required column {', '.join(missing)}; the header is row "
        f"{reading.header_row}, columns not recognised: {', '.join(reading.unmapped) or 'none'}. Export it with that "
        f"column, or write in settings.toml:\n{lines.format('the header in the file')}",
    )


def check_mapping(sheet: Sheet, mapping: FileMapping, recognition: Recognition) -> None:
    """Raises MappingInvalid where the user's mapping names only headers that the sheet does not have."""
    served = {column.field for column in recognition.columns}
    scored = {column.dimension for column in recognition.dimensions}
    named = {field: headers for field, headers in mapping.headers.items() if field in recognition.contract.fields}
    if recognition.contract.dimension_words:
        named |= mapping.dimensions
    for field, headers in named.items():
        if field not in served | scored:
            names = "、".join(headers)
            raise MappingInvalid(
                f"{sheet.place} 里没有 settings.toml 为 {field} 指定的列 {names}。请核对表头原文，或删去这一行。",
                f"{sheet.place} has no column {', '.join(headers)}, which settings.toml names for {field}. "
                "Check the header's spelling or delete that line.",
            )
