"""Which kind of export a sheet is, where its header stands, and which column serves which field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipelines.contracts import Contract, Field, load_contracts
from pipelines.errors import MappingInvalid, RequiredColumnMissing
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
BRACKETED = re.compile(r"[(\[{【<〔](.*?)[)\]}】>〕]")
NOISE = re.compile(r"[\s_\-*:.、#/]+")
QUESTION_NUMBER = re.compile(r"^(?:q?\d{1,3}\s*[、.:)]|第\d+题)\s*[、.:]?\s*")
QUESTION_OPENING = re.compile(r"^(?:请问)?(?:您|你)?对(?:我们|本小区|小区)?")
SCORES = frozenset("12345")
FEWEST_TOP_SCORE = "4"  # codes of sex or of an age group seldom go so far
NO_SCORES = re.compile(
    "年龄|性别|楼层|人数|人口|户数|时长|年限|次数|编号|序号|age|gender|floor|count|number|years", re.IGNORECASE
)


@dataclass(frozen=True)
class Column:
    """A column of a sheet that serves a field; `factor` turns its unit into the contract's.

    `is_ambiguous` says that the header could mean something else, and that no better column stood beside it.
    """

    index: int
    header: str
    field: str
    factor: float = 1
    is_ambiguous: bool = False


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


@cache
def normalised(header: str) -> str:
    """A header without case, width, spaces, joints and marks, so that `Ticket_ID` and `ticket id` are one."""
    return NOISE.sub("", unicodedata.normalize("NFKC", header)).lower()


@cache
def without_brackets(header: str) -> str:
    """A header without its unit or remark in brackets and the number of its question: 2、金额（万元） → 金额."""
    return normalised(QUESTION_NUMBER.sub("", BRACKETED.sub("", unicodedata.normalize("NFKC", header)).strip()))


def bracketed_unit(header: str) -> str:
    """The unit that a header names in brackets, or an empty text."""
    found = BRACKETED.search(unicodedata.normalize("NFKC", header))
    return found.group(1).strip().lower() if found else ""


def recognise(sheet: Sheet, mapping: FileMapping, contracts: Mapping[str, Contract]) -> Recognition | None:
    """The best reading of a sheet, or None where it is no export.

    Raises RequiredColumnMissing where the kind is plain but a required column is not, MappingInvalid where the
    user's mapping names headers that the sheet lacks.
    """
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
        return _with_guessed_dimensions(_without_prose(best, sheet, mapping), sheet, mapping)
    near = max(readings, key=lambda reading: _merit(reading, sheet), default=None)
    if near is not None and _is_plainly(near, mapping):
        raise _column_missing(sheet, near, _missing(near, mapping))
    return None


def _without_prose(reading: Recognition, sheet: Sheet, mapping: FileMapping) -> Recognition:
    """The reading without columns that should hold words of a dictionary, but hold none that it knows: free text."""
    prose = {
        column
        for column in reading.columns
        if column.field not in mapping.headers and _is_prose(column, reading, sheet, mapping)
    }
    return replace(
        reading,
        columns=tuple(column for column in reading.columns if column not in prose),
        unmapped=(*reading.unmapped, *(column.header for column in prose)),
    )


def _is_prose(column: Column, reading: Recognition, sheet: Sheet, mapping: FileMapping) -> bool:
    field = reading.contract.fields[column.field]
    if field.words is None or field.type != "code" or field.stops_on_unknown:
        return False
    rows = sheet.preview[reading.header_row :]
    cells = [row[column.index].strip().lower() for row in rows if column.index < len(row) and row[column.index].strip()]
    known = {*field.words, *field.words.values(), *mapping.words.get(field.name, {})}
    return len(cells) >= FEWEST_CELLS_TO_JUDGE and not any(cell in known for cell in cells)


def _with_guessed_dimensions(reading: Recognition, sheet: Sheet, mapping: FileMapping) -> Recognition:
    """A wide survey's reading with the columns that nobody named, but that hold nothing but scores of one to five."""
    if len(reading.dimensions) < FEWEST_FIELDS or mapping.dimensions:
        return reading
    header = sheet.preview[reading.header_row - 1]
    guessed = tuple(
        DimensionColumn(index, cell.strip(), dimension_name(cell), is_guessed=True)
        for index, cell in enumerate(header)
        if cell.strip() in reading.unmapped
        and not NO_SCORES.search(cell)
        and _holds_scores(row[index].strip() for row in sheet.preview[reading.header_row :] if index < len(row))
    )
    taken = {column.header for column in guessed}
    return replace(
        reading,
        dimensions=reading.dimensions + guessed,
        unmapped=tuple(cell for cell in reading.unmapped if cell not in taken),
    )


def _holds_scores(cells: Iterable[str]) -> bool:
    scores = {cell.removesuffix(".0") for cell in cells if cell}
    return bool(scores) and scores <= SCORES and max(scores) >= FEWEST_TOP_SCORE


def _known_cells(contract: Contract, header: tuple[str, ...], mapping: FileMapping) -> int:
    """How many cells of a row could be headers of the kind; constants of the user's mapping count as such."""
    vocabulary = _vocabulary(contract.kind)
    own = {wanted.strip().lower() for headers in mapping.headers.values() for wanted in headers}
    return len(mapping.constants) + sum(
        normalised(cell) in vocabulary
        or without_brackets(cell) in vocabulary
        or cell.strip().lower() in own
        or dimension_in(cell, contract) is not None
        for cell in header
    )


@cache
def _vocabulary(kind: str) -> frozenset[str]:
    fields = load_contracts()[kind].fields.values()
    return frozenset(normalised(header) for field in fields for header in (*field.headers, *field.ambiguous_headers))


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


def _read(contract: Contract, row: int, header: tuple[str, ...], mapping: FileMapping) -> Recognition | None:
    assigned = _explicit(contract, header, mapping)
    dimensions = _explicit_dimensions(header, mapping)
    taken = {*assigned.values(), *(dimension.index for dimension in dimensions)}
    free = {
        index: cell
        for index, cell in enumerate(header)
        if cell.strip() and index not in taken and cell.strip() not in mapping.ignored
    }
    open_fields = [field for field in contract.fields.values() if field.name not in assigned]
    _assign(assigned, {field.name: field.headers for field in open_fields}, free)
    dimensions += _recognised_dimensions(contract, free, assigned) if not dimensions else ()
    for scored in dimensions:
        free.pop(scored.index, None)
    open_fields = [field for field in open_fields if field.name not in assigned]
    _assign(assigned, {field.name: field.ambiguous_headers for field in open_fields}, free)
    if len(assigned) + len(dimensions) + len(mapping.constants) < FEWEST_FIELDS:
        return None
    _serve_period_end(contract, assigned, header)
    return Recognition(
        contract=contract,
        header_row=row,
        columns=tuple(_column(contract.fields[name], index, header[index]) for name, index in assigned.items()),
        dimensions=dimensions,
        unmapped=tuple(cell.strip() for cell in free.values()),
    )


def _explicit(contract: Contract, header: tuple[str, ...], mapping: FileMapping) -> dict[str, int]:
    """Fields that the user's mapping gives a column; headers are compared trimmed and without case."""
    places: dict[str, int] = {}
    for index, cell in enumerate(header):
        places.setdefault(cell.strip().lower(), index)
    return {
        name: next(places[wanted.strip().lower()] for wanted in headers if wanted.strip().lower() in places)
        for name, headers in mapping.headers.items()
        if name in contract.fields and any(wanted.strip().lower() in places for wanted in headers)
    }


def _explicit_dimensions(header: tuple[str, ...], mapping: FileMapping) -> tuple[DimensionColumn, ...]:
    places: dict[str, int] = {}
    for index, cell in enumerate(header):
        places.setdefault(cell.strip().lower(), index)
    served = {
        dimension: [places[each.strip().lower()] for each in headers if each.strip().lower() in places]
        for dimension, headers in mapping.dimensions.items()
    }
    return tuple(
        DimensionColumn(indexes[0], header[indexes[0]].strip(), dimension)
        for dimension, indexes in served.items()
        if indexes
    )


def _assign(assigned: dict[str, int], headers_of: Mapping[str, tuple[str, ...]], free: dict[int, str]) -> None:
    """Gives each field the free column whose header stands first in the field's list; takes it out of `free`."""
    for name, headers in headers_of.items():
        ranks = _ranks(headers)
        ranked = [(rank, index) for index, cell in free.items() if (rank := _rank(ranks, cell)) is not None]
        if ranked:
            _, index = min(ranked)
            assigned[name] = index
            del free[index]


@cache
def _ranks(headers: tuple[str, ...]) -> dict[str, int]:
    return {normalised(header): rank for rank, header in reversed(list(enumerate(headers)))}


def _rank(ranks: Mapping[str, int], cell: str) -> int | None:
    whole = ranks.get(normalised(cell))
    return whole if whole is not None else ranks.get(without_brackets(cell))


def _recognised_dimensions(
    contract: Contract, free: Mapping[int, str], assigned: Mapping[str, int]
) -> tuple[DimensionColumn, ...]:
    """Score columns of a wide survey: at least two of them, and no column that names the dimension."""
    if "dimension" in assigned:
        return ()
    found = tuple(
        DimensionColumn(index, cell.strip(), dimension)
        for index, cell in free.items()
        if (dimension := dimension_in(cell, contract)) is not None
    )
    return found if len(found) > 1 else ()


def dimension_in(header: str, contract: Contract) -> str | None:
    """The dimension that a header scores: 保洁满意度 → 保洁; None where it scores none."""
    if not contract.dimension_words:
        return None
    text = _question(header)
    for ending in contract.dimension_endings:
        if text.lower().endswith(ending) and len(text) > len(ending):
            return dimension_name(text[: -len(ending)])
    return text if normalised(text) in _dimension_words(contract.kind) else None


def dimension_name(question: str) -> str:
    """The dimension that a question asks for: 3、您对保洁服务的 → 保洁服务, 物业服务的总体 → 物业服务总体."""
    return QUESTION_OPENING.sub("", _question(question)).replace("的", "").strip(" _-?") or question.strip()


def _question(header: str) -> str:
    text = unicodedata.normalize("NFKC", BRACKETED.sub("", header)).strip()
    return QUESTION_NUMBER.sub("", text.lower() if text.isascii() else text).strip()


@cache
def _dimension_words(kind: str) -> frozenset[str]:
    return frozenset(normalised(word) for word in load_contracts()[kind].dimension_words)


def _serve_period_end(contract: Contract, assigned: dict[str, int], header: tuple[str, ...]) -> None:
    """账期 2025-01～2025-03 stands in one column: it serves both ends of the period."""
    if "period_end" in contract.fields and "period_end" not in assigned and "period_start" in assigned:
        ranks = _ranks(contract.fields["period_start"].ambiguous_headers)
        name = header[assigned["period_start"]]
        if _rank(ranks, name) is not None and "日期" not in name and "date" not in name.lower():
            assigned["period_end"] = assigned["period_start"]


def _column(field: Field, index: int, header: str) -> Column:
    factor = UNIT_FACTORS.get(field.type, {}).get(bracketed_unit(header), 1)
    is_ambiguous = _rank(_ranks(field.headers), header) is None
    is_ambiguous &= _rank(_ranks(field.ambiguous_headers), header) is not None
    return Column(index, " ".join(header.split()), field.name, factor, is_ambiguous)


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
    """Columns understood, then whether the file or sheet is called after the kind, then the earlier header row."""
    understood = len(reading.columns) + len(reading.dimensions)
    name = f"{sheet.path} {sheet.sheet}".lower()
    is_named = any(word in name for word in reading.contract.name_words)
    return (understood + is_named, int(is_named), -reading.header_row)


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
