"""The one statement that reads a sheet: text → typed values, pseudonyms, outcome of the row, and what was wrong.

The statement is generated from the contract and the recognised columns. Raw text lives inside it only. Whatever is
costly, such as cleaning, the careful reading of odd dates or the scrubbing of persons, stands behind a cheap test and
runs in the rows alone that fail it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.contracts import CommonWords, Contract, Field
from pipelines.conversions import (
    PLAIN,
    Conversion,
    Converted,
    moment_conversion,
    money_conversion,
    number_conversion,
    word_conversion,
)
from pipelines.headers import Recognition
from pipelines.mapping import FileMapping
from pipelines.sheets import Sheet

SQL_TYPES = {
    "timestamp": "timestamp",
    "date": "date",
    "period_start": "date",
    "period_end": "date",
    "money": "decimal(18, 2)",
    "number": "double",
    "minutes": "double",
    "integer": "integer",
    "yes_no": "boolean",
    "score": "double",
}
REASONS = {
    "timestamp": "unreadable_date",
    "date": "unreadable_date",
    "period_start": "unreadable_date",
    "period_end": "unreadable_date",
    "money": "not_a_number",
    "number": "not_a_number",
    "minutes": "not_a_number",
    "integer": "not_a_whole_number",
    "yes_no": "neither_yes_nor_no",
    "code": "unknown_word",
    "score": "not_a_score",
    "identifier": "damaged_by_spreadsheet",
    "phone": "no_phone_number",
    "room": "room_turned_into_date",
}
PROBLEM_TYPE = "struct(field varchar, header varchar, masked varchar, code varchar)"
ANSWER_TYPE = "struct(dimension varchar, score double)"
DATE_TYPES = frozenset({"timestamp", "date", "period_start", "period_end"})
PROSE_TYPES = frozenset({"free_text", "place"})
YEAR_LAST = r"^\s*\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
PLACE_FIELDS = ("community", "building", "unit", "room")
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number; the rest becomes zeros
FEWEST_DIGITS_LOST = 3
LONGEST_NUMBER = 40
LONGEST_WORD_SHOWN = 40
SEPARATOR = "chr(31)"
# A row in which no cell needs cleaning: no blank or quote at the edge of a cell, no full-width or unseen character.
NEEDS_CLEANING = (
    r"(?:^|\x1f)[ ='']|[ ](?:\x1f|$)|[\x00-\x1e\x7f-\x{a0}\x{2000}-\x{200f}\x{202f}\x{3000}\x{feff}！-～￥−①-⑨ⅠⅤⅩ]"
)
NEEDS_TRIMMING = r"(?:^|\x1f)[\s\x{a0}\x{200b}\x{3000}\x{feff}]|[\s\x{a0}\x{200b}\x{3000}\x{feff}](?:\x1f|$)"
MAY_SAY_TOTAL = "计|总|(?i:total)"
PLAIN_ROOM = r"[A-Za-z]?\d+[A-Za-z]?\s*[室房号户]?"


@dataclass(frozen=True)
class Reading:
    """A sheet and everything that is known about how to read it."""

    sheet: Sheet
    recognition: Recognition
    mapping: FileMapping
    date_order: str | None

    @property
    def header_width(self) -> int:
        """Cells of the header row up to the last that is not blank."""
        header = self.sheet.preview[self.recognition.header_row - 1]
        return max((index + 1 for index, cell in enumerate(header) if cell.strip()), default=0)

    @property
    def contract(self) -> Contract:
        """The contract of the sheet's kind."""
        return self.recognition.contract

    @property
    def key_places(self) -> tuple[str, ...]:
        """The fields that stand for the place in a composed key; empty where the export has its own keys."""
        if not self.contract.composed_key or self.recognition.column("bill_id") or "bill_id" in self.mapping.constants:
            return ()
        return tuple(name for name in self.contract.composed_key if self.recognition.column(name))

    def is_zero_filled(self, field: Field) -> bool:
        """Whether the ids of a column have lost their last digits: no long one has more than a spreadsheet keeps."""
        column = self.recognition.column(field.name)
        if column is None:
            return False
        rows = self.sheet.preview[self.recognition.header_row :]
        cells = (row[column.index].strip() for row in rows if column.index < len(row))
        long_ids = [cell for cell in cells if cell.isdecimal() and EXACT_DIGITS < len(cell) < LONGEST_NUMBER]
        digits_lost = sum(len(cell) - EXACT_DIGITS for cell in long_ids)
        return digits_lost >= FEWEST_DIGITS_LOST and all(map(_has_lost_digits, long_ids))


def _has_lost_digits(number: str) -> bool:
    """Zeros after the fifteenth digit, or the binary number that a workbook keeps in their place."""
    kept = int(float(f"{int(number):.{EXACT_DIGITS - 1}e}"))
    return not number[EXACT_DIGITS:].strip("0") or number == str(kept)


def received_columns(contract: Contract) -> dict[str, str]:
    """The columns of a row as received and their SQL types: the fields of the contract, and the answers of a survey."""
    columns = {field.name: sql_type(field) for field in contract.fields.values()}
    return columns | {"answers": f"{ANSWER_TYPE}[]"} if contract.dimension_words else columns


def sql_type(field: Field) -> str:
    """The type of a field's values as received."""
    return SQL_TYPES.get(field.type, "varchar")


def literal(text: str) -> str:
    """`text` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def reading_statement(reading: Reading, words: CommonWords) -> str:
    """The statement that reads the whole sheet: outcome, problems and, of the fields that it serves, the values.

    Rows keep the order of the sheet and carry no number, so that DuckDB may read them with every core.
    """
    typed, values = _values(reading)
    cleaned, texts = _cleaned_and_texts(reading, typed)
    scrubbed, finals = _final_values(reading)
    return "\n".join(
        [
            f"with raw as (select * from {reading.sheet.relation}),",
            f"tried as (select *, {_joined(typed.tried_columns())} from raw),",
            f"quick_cells as (select *, {_joined(typed.quick_columns(on_cells=True))} from tried),",
            f"guarded as (select *, {_needs_care(reading, typed)} as needs_care from quick_cells),",
            f"cleaned as (select *, {_listed(cleaned)} from guarded),",
            f"texts as (select *, {_named(texts)} from cleaned),",
            f"quick_texts as (select *, {_joined(typed.quick_columns(on_cells=False))} from texts),",
            f"careful as (select *, {_joined(typed.careful_columns())} from quick_texts),",
            f"valued as (select *, {_named(values)} from careful),",
            f"judged as (select *, {_outcome(reading, words)} as outcome, {_problem_flags(reading)} as problem_flags, "
            f"{_places(reading)} from valued),",
            f"watched as (select *, {_may_be_personal(reading, scrubbed)} as may_be_personal, "
            "list_contains(problem_flags, true) as has_problem from judged),",
            f"unnamed as (select *, {_listed(scrubbed.unnamed)}, {_problem_columns(reading)} from watched),",
            f"finished as (select *, {_listed(scrubbed.columns)} from unnamed)",
            "select outcome,",
            "case when has_problem and outcome in ('kept', 'quarantined') then "
            f"{_problems(reading, scrubbed)} end as problems,",
            _named(finals),
            "from finished",
        ]
    )


def received_fields(reading: Reading) -> tuple[str, ...]:
    """The columns that the statement gives beside outcome and problems."""
    return tuple(_final_values(reading)[1])


def _joined(columns: Iterable[str]) -> str:
    return ", ".join(columns) or "null as nothing"


def _listed(columns: Mapping[str, str]) -> str:
    return _joined(f"{expression} as {name}" for name, expression in columns.items())


def _named(expressions: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} as {name}" for name, expression in expressions.items())


# Texts: one cleaned text per served field, constants included


def _served(reading: Reading) -> Iterator[Field]:
    for name, field in reading.contract.fields.items():
        if name in reading.mapping.constants or reading.recognition.column(name) is not None:
            yield field


def _cells(reading: Reading) -> tuple[dict[str, str], dict[str, str]]:
    """The raw column of each text, by the name of the text: first those of single values, then those of prose."""
    plain: dict[str, str] = {}
    prose: dict[str, str] = {}
    for field in _served(reading):
        column = reading.recognition.column(field.name)
        if field.name not in reading.mapping.constants and column is not None:
            (prose if field.type in PROSE_TYPES else plain)[f"{field.name}__text"] = f"c{column.index}"
    for position, dimension in enumerate(reading.recognition.dimensions):
        plain[f"dimension_{position}__text"] = f"c{dimension.index}"
    return plain, prose


def _needs_care(reading: Reading, typed: Converted) -> str:
    """Whether a cell of the row has to be cleaned, or is none of the plain ones of its type."""
    tests = list(typed.cells_in_need())
    proven = typed.proven_texts()
    for cells, pattern in zip(_cells(reading), (NEEDS_CLEANING, NEEDS_TRIMMING), strict=True):
        unproven = [cell for text, cell in cells.items() if text not in proven]
        if unproven:
            tests.append(f"regexp_matches(concat_ws({SEPARATOR}, {', '.join(unproven)}), '{pattern}')")
    return _any(tests)


def _cleaned_and_texts(reading: Reading, typed: Converted) -> tuple[dict[str, str], dict[str, str]]:
    """The lists of cleaned cells, null in rows that need no care, and the texts."""
    lists: dict[str, str] = {}
    texts: dict[str, str] = {}
    proven = typed.proven_texts()
    for cleaning, cells in zip(("all_cleaned", "all_cleaned_prose"), _cells(reading), strict=True):
        if cells:
            lists[f"{cleaning}_cells"] = f"case when needs_care then {cleaning}([{', '.join(cells.values())}]) end"
        for position, (text, cell) in enumerate(cells.items(), start=1):
            as_it_stands = f"nullif({cell}, '')" if text in proven else f"not_null_spelling({cell})"
            texts[text] = f"case when needs_care then {cleaning}_cells[{position}] else {as_it_stands} end"
    for field in _served(reading):
        if field.name in reading.mapping.constants:
            texts[f"{field.name}__text"] = f"cleaned({literal(reading.mapping.constants[field.name])})"
    return lists, {name: _without_no_answer(text, name, reading) for name, text in texts.items()}


def _without_no_answer(text: str, name: str, reading: Reading) -> str:
    field = "score" if name.startswith("dimension_") else name.removesuffix("__text")
    values = reading.mapping.no_answer.get(field)
    if not values:
        return text
    listed = ", ".join(literal(value.strip().lower()) for value in values)
    return f"(case when lower({text}) not in ({listed}) then {text} end)"


# Typed values


def _values(reading: Reading) -> tuple[Converted, dict[str, str]]:
    typed = Converted()
    values = {f"{field.name}__value": _value(field, reading, typed) for field in _served(reading)}
    for position, dimension in enumerate(reading.recognition.dimensions):
        cell = None if "score" in reading.mapping.no_answer else f"c{dimension.index}"
        values[f"dimension_{position}__value"] = typed.value(PLAIN["score"], f"dimension_{position}__text", cell)
    if reading.key_places:
        values |= _composed_key(reading)
    return typed, values


def _value(field: Field, reading: Reading, typed: Converted) -> str:
    conversion = _conversion(field, reading)
    if conversion is None:
        return f"{field.name}__text"
    column = reading.recognition.column(field.name)
    is_changed = field.name in reading.mapping.constants or field.name in reading.mapping.no_answer
    cell = None if column is None or is_changed else f"c{column.index}"
    return typed.value(conversion, f"{field.name}__text", cell)


def _composed_key(reading: Reading) -> dict[str, str]:
    """A bill's key made of place, fee item and period; equal ones of a sheet get a running number later."""
    served = {field.name for field in _served(reading)}
    place = f"coalesce({', '.join(f'{name}__text' for name in reading.key_places)})"
    around = [f"place_part({name}__text)" for name in ("community", "building", "unit") if name in served]
    fee = ["coalesce(lower(fee_item__text), '')"] if "fee_item" in served else []
    period = [
        f"coalesce(cast({name}__value as varchar), '')" for name in ("period_start", "period_end") if name in served
    ]
    parts = ", ".join([*around, f"place_part({place})", *fee, *period])
    return {
        "bill_id__text": place,
        "bill_id__value": f"case when {place} is not null then concat_ws('|', 'bill', {parts}) end",
    }


def _conversion(field: Field, reading: Reading) -> Conversion | None:
    """How a field's text becomes its value; None where it is the value."""
    column = reading.recognition.column(field.name)
    factor = column.factor if column is not None else 1
    match field.type:
        case "timestamp" | "date" | "period_start" | "period_end":
            return moment_conversion(field.type, literal(reading.date_order) if reading.date_order else "null")
        case "money":
            return money_conversion(factor)
        case "minutes":
            return number_conversion(f"parsed_minutes(x, {factor:g})", factor)
        case "number":
            return number_conversion(f"parsed_number(without_unit(x)) * {factor:g}", factor)
        case "code":
            return _code(field, reading)
        case "identifier" if reading.is_zero_filled(field):
            return Conversion(f"zero_filled_identifier(x, {EXACT_DIGITS})")
        case "integer" | "score" | "yes_no" | "identifier" | "room":
            return _with_own_words(PLAIN[field.type], field, reading)
        case "phone":
            return PLAIN["phone"]
        case _:
            return None


def _with_own_words(plain: Conversion, field: Field, reading: Reading) -> Conversion:
    words = {**(field.words or {}), **reading.mapping.words.get(field.name, {})}
    if not words:
        return plain
    branches = " ".join(f"when {literal(word)} then {code}" for word, code in words.items())
    careful = f"(case lower(x) {branches} else {plain.careful} end)"
    as_word = word_conversion(careful, _spelled(words)).quick
    return Conversion(careful, f"coalesce({as_word}, {plain.quick})", proves_clean=plain.proves_clean)


def _code(field: Field, reading: Reading) -> Conversion:
    codes: dict[str, list[str]] = {}
    words = {**(field.words or {}), **reading.mapping.words.get(field.name, {})}
    for word, code in words.items():
        codes.setdefault(code, []).append(literal(word))
    branches = " ".join(
        f"when {{}} in ({', '.join([*words_of_code, literal(code)])}) then {literal(code)}"
        for code, words_of_code in codes.items()
    )
    as_typed = branches.replace("{}", "lower(x)")
    careful = f"(case when x is null then null {as_typed} {branches.replace('{}', 'bare_word(x)')} end)"
    return word_conversion(careful, _spelled({word: literal(code) for word, code in words.items()}))


def _spelled(words: Mapping[str, str]) -> dict[str, str]:
    """The words in the spellings that exports use: open, Open, OPEN."""
    return {
        spelling: code
        for word, code in words.items()
        for spelling in (word, word.capitalize(), word.title(), word.upper())
    }


# Outcome of the row


def _outcome(reading: Reading, words: CommonWords) -> str:
    """The branch of an ordinary row comes first and looks at little; the others are worked out in odd rows alone."""
    required = [field.name for field in reading.contract.required]
    usable = " and ".join(f"{name}__value is not null" for name in required)
    identifiers = [
        field.name for field in _served(reading) if field.is_required and field.type in ("identifier", "text")
    ]
    says_total = _any(_says_total(f"{name}__text", words) for name in identifiers)
    says_prose = _any(f"reads_as_prose({name}__text)" for name in identifiers)
    filled = _filled(reading)
    total = _witnessed(reading, words.total_row)
    note = _witnessed(reading, words.note_row)
    return (
        f"case when {usable} and {filled} > 2 and not ({says_total}) then 'kept' "
        f"when ({filled} <= 1 and ({says_prose} or {note})) or ({filled} <= 2 and {says_prose} and {note}) "
        "then 'not_data' "
        f"when {usable} and not ({says_total}) then 'kept' "
        f"when {says_total} or {total} then 'total' "
        f"when {filled} = 0 or {_repeats_header(reading)} or ({filled} <= 2 and {note}) then 'not_data' "
        "else 'quarantined' end"
    )


def _says_total(text: str, words: CommonWords) -> str:
    """An ordinary id has nothing of a total in it, which one short look tells."""
    looks_closer = f"regexp_matches(lower({text}), {literal(words.total_row)})"
    return f"case when regexp_matches({text}, '{MAY_SAY_TOTAL}') then {looks_closer} else false end"


def _filled(reading: Reading) -> str:
    """How many cells of the row serve something."""
    texts = [text for cells in _cells(reading) for text in cells]
    return "(" + (" + ".join(f"cast({text} is not null as integer)" for text in texts) or "0") + ")"


def _witnessed(reading: Reading, pattern: str) -> str:
    """Whether 合计 or a note stands in one of the first three columns, which need not serve a field."""
    cells = [f"c{index}" for index in range(min(3, reading.sheet.width))]
    return _any(f"regexp_matches(lower(normalised({cell})), {literal(pattern)})" for cell in cells)


def _any(conditions: Iterable[str]) -> str:
    return "coalesce(" + (" or ".join(conditions) or "false") + ", false)"


def _repeats_header(reading: Reading) -> str:
    """A page break in a printed export repeats the header among the rows."""
    served = [
        f"{column.field}__text = cleaned({literal(column.header)})"
        for column in reading.recognition.columns
        if reading.contract.fields[column.field].is_required and column.field not in reading.mapping.constants
    ]
    return "coalesce(" + (" and ".join(served) or "false") + ", false)"


# What was wrong


@dataclass(frozen=True)
class _Possible:
    """Something that may be wrong with a row: SQL expressions of the condition and of the text that is shown masked."""

    field: str
    header: str
    condition: str
    text: str
    code: str


def _possible_problems(reading: Reading) -> list[_Possible]:
    possible = [
        _unread(field.name, field.name, _header(field, reading), REASONS[field.type])
        for field in _served(reading)
        if field.type in REASONS
    ]
    for field in reading.contract.required:
        is_empty = f"{field.name}__text is null"
        possible.append(_Possible(field.name, _header(field, reading), is_empty, "''", field.empty_reason))
    for position, dimension in enumerate(reading.recognition.dimensions):
        possible.append(_unread(f"dimension_{position}", dimension.dimension, dimension.header, "not_a_score"))
    # a delimiter inside an unquoted cell shifts all that follows; in a workbook such a cell is a note
    return [*possible, _Possible("", "", _has_overflow(reading), "''", "more_cells_than_header")]


def _unread(prefix: str, field: str, header: str, code: str) -> _Possible:
    condition = f"{prefix}__text is not null and {prefix}__value is null"
    return _Possible(field, header, f"({condition})", f"{prefix}__text", code)


def _problem_flags(reading: Reading) -> str:
    """For each possible problem whether the row has it; never null."""
    return "[" + ", ".join(f"coalesce({each.condition}, false)" for each in _possible_problems(reading)) + "]"


def _problem_columns(reading: Reading) -> str:
    """Of the rows that have a problem: how many, which is the first, and the texts behind all of them."""
    columns = {
        "problem_count": "len(list_filter(problem_flags, lambda c: c))",
        "problem_position": "list_position(problem_flags, true)",
        "problem_texts": f"[{', '.join(each.text for each in _possible_problems(reading))}]",
    }
    return _listed({name: f"case when has_problem then {column} end" for name, column in columns.items()})


def _problems(reading: Reading, scrubbed: _Scrubbed) -> str:
    """The list of what could not be used, masked; words of a dictionary are shown, since the user must map them.

    Most such rows have one problem. Theirs is told without a lambda, which compiles its patterns anew in every batch.
    """
    first = _told("problem_position", reading, scrubbed)
    positions = f"list_filter(range(1, {len(_possible_problems(reading)) + 1}), lambda i: problem_flags[i])"
    every = f"list_transform({positions}, lambda i: {_told('i', reading, scrubbed)})"
    return f"cast(case when problem_count = 1 then [{first}] else {every} end as {PROBLEM_TYPE}[])"


def _told(position: str, reading: Reading, scrubbed: _Scrubbed) -> str:
    """The struct of the possible problem at an SQL position: what is shown of the text, and why it was of no use."""
    possible = _possible_problems(reading)
    field, header, code = (
        f"([{', '.join(map(literal, names))}])[{position}]"
        for names in zip(*((each.field, each.header, each.code) for each in possible), strict=True)
    )
    text = f"problem_texts[{position}]"
    word = f"([{', '.join(scrubbed.words.get(each.text, 'null') for each in possible)}])[{position}]"
    is_order_unknown = str(reading.date_order is None).lower()
    shown = f"case when {code} = 'unknown_word' then left({word}, {LONGEST_WORD_SHOWN}) else masked({text}) end"
    reason = f"case when {code} = 'unreadable_date' then date_problem({text}, {is_order_unknown}) else {code} end"
    return f"{{'field': {field}, 'header': {header}, 'masked': {shown}, 'code': {reason}}}"


def _has_overflow(reading: Reading) -> str:
    return f"c{reading.header_width} is not null" if reading.sheet.table is None else "false"


def _header(field: Field, reading: Reading) -> str:
    name = reading.key_places[0] if field.name == "bill_id" and reading.key_places else field.name
    column = reading.recognition.column(name)
    return column.header if column is not None else field.name


# Final values: pseudonyms for persons and rooms, scrubbed text


def _places(reading: Reading) -> str:
    """Building and unit as typed, else as the room's full name says, and the key of the whole place."""
    served = {field.name for field in _served(reading)}
    text = {name: f"{name}__text" if name in served else "null" for name in PLACE_FIELDS}
    private_place = (
        f"private_place_key({text['community']}, {text['building']}, {text['unit']}, place__text)"
        if "place" in served
        else "cast(null as varchar)"
    )
    if "room" not in served:
        return f"{private_place} as room_key"
    return (
        f"case when not regexp_full_match(room__value, '{PLAIN_ROOM}') then room_parts(room__value) end as parts, "
        f"coalesce({text['building']}, nullif(parts['building'], '')) as building_of_room, "
        f"coalesce({text['unit']}, nullif(parts['unit'], '')) as unit_of_room, "
        f"coalesce(room_key({text['community']}, building_of_room, unit_of_room, "
        f"coalesce(nullif(parts['room'], ''), room__value)), {private_place}) as room_key"
    )


@dataclass(frozen=True)
class _Scrubbed:
    """Texts that may hold personal data, in lists that are null in rows that hold none.

    `unnamed` are the lists without the row's own names and numbers, `columns` those without anybody's; `values` picks
    each text from its list, `words` what stands in a field of codes, which is shown where no dictionary knows it.
    """

    unnamed: Mapping[str, str]
    columns: Mapping[str, str]
    watched: tuple[str, ...]
    values: Mapping[str, str]
    words: Mapping[str, str]


def _scrubbed_texts(reading: Reading) -> _Scrubbed:
    texts = {
        field.name: f"{field.name}__value"
        for field in _served(reading)
        if field.type in ("text", "free_text", "place") and not field.is_personal
    }
    parts = {}
    if any(field.name == "room" for field in _served(reading)):
        parts = {"building": "building_of_room", "unit": "unit_of_room"}
        texts = {name: text for name, text in texts.items() if name not in parts}
    words = {f"{field.name}__text": f"{field.name}__text" for field in _served(reading) if field.type == "code"}
    persons, phone, room = _own_values(reading)
    watched = (*texts.values(), *words.values(), *parts.values())
    unnamed: dict[str, str] = {}
    columns: dict[str, str] = {}
    values: dict[str, str] = {}
    for name, members, own_room in (("texts", texts | words, room), ("parts", parts, "null")):
        if members:
            listed = _without_own_values(f"[{', '.join(members.values())}]", persons, phone, own_room)
            unnamed[f"unnamed_{name}"] = f"case when may_be_personal then {listed} end"
            scrubbed = f"all_scrubbed(unnamed_{name}, {_together(watched)})"
            columns[f"scrubbed_{name}"] = f"case when may_be_personal then {scrubbed} end"
        for position, (field_name, text) in enumerate(members.items(), start=1):
            values[field_name] = f"case when may_be_personal then scrubbed_{name}[{position}] else {text} end"
    shown = {name: values.pop(name) for name in words}
    return _Scrubbed(unnamed, columns, watched, values, shown)


def _without_own_values(texts: str, persons: tuple[str, ...], phone: str, room: str) -> str:
    """A list of texts without the row's own names and numbers; cells that hold several names take the longer way."""
    single = texts
    for person in persons:
        single = f"list_transform({single}, lambda x: without_own_name(x, {person}))"
    several = f"list_transform({texts}, lambda x: without_own_names(x, {_listed_persons(persons)}))"
    holds_several = " or ".join(f"holds_several_names({person})" for person in persons)
    unnamed = f"case when {holds_several} then {several} else {single} end" if persons else texts
    return f"list_transform({unnamed}, lambda x: without_own_numbers(x, {phone}, {room}))"


def _listed_persons(persons: tuple[str, ...]) -> str:
    """All names of the row as one text."""
    return f"concat_ws('、', {', '.join(persons)})" if persons else "null"


def _together(texts: Iterable[str]) -> str:
    return f"concat_ws({SEPARATOR}, {', '.join(texts)})"


def _may_be_personal(reading: Reading, scrubbed: _Scrubbed) -> str:
    """Whether a text of the row has digits, signs or names in it that scrubbing could take out."""
    if not scrubbed.watched:
        return "false"
    whole = _together(scrubbed.watched)
    persons, phone, room = _own_values(reading)
    named = [f"has_own_name({whole}, {person})" for person in persons]
    return " or ".join([f"may_be_personal({whole}, {phone}, {room})", *named])


def _final_values(reading: Reading) -> tuple[_Scrubbed, dict[str, str]]:
    served = {field.name: field for field in _served(reading)}
    scrubbed = _scrubbed_texts(reading)
    values = {name: _final_value(field) for name, field in served.items()} | dict(scrubbed.values)
    if "room" in served or ("place" in served and "room" in reading.contract.fields):
        values["room"] = "pseudonym(without_leading_zeros(room_key))"
    if reading.key_places:
        values["bill_id"] = "pseudonym(bill_id__value)"
    reporter = [f"{name}__value" for name in ("reporter_phone", "reporter_name") if name in served]
    if reporter:  # one person is one pseudonym: by phone number where there is one, else by name
        values["reporter_name"] = f"pseudonym(coalesce({', '.join(reporter)}))"
        values.pop("reporter_phone", None)
    if reading.contract.dimension_words:
        values["answers"] = _answers(reading, values.get("dimension", "null"))
    types = received_columns(reading.contract)
    return scrubbed, {name: f"cast({value} as {types[name]})" for name, value in values.items()}


def _final_value(field: Field) -> str:
    """A person's value is a pseudonym, unless a dictionary knows it for a word that is nobody's name."""
    value = f"{field.name}__value"
    if field.is_personal and field.words:
        words, codes = (", ".join(map(literal, each)) for each in (field.words, field.words.values()))
        return f"coalesce(([{codes}])[list_position([{words}], lower({value}))], pseudonym({value}))"
    return f"pseudonym({value})" if field.is_personal else value


def _own_values(reading: Reading) -> tuple[tuple[str, ...], str, str]:
    """The row's own names, phone number and room, which its texts may repeat."""
    personal = [(field.type, f"{field.name}__text") for field in _served(reading) if field.is_personal]
    persons = tuple(text for kind, text in personal if kind == "person")
    phone, room = (next((text for kind, text in personal if kind == wanted), "null") for wanted in ("phone", "room"))
    return persons, phone, room


def _answers(reading: Reading, dimension_word: str) -> str:
    """The scores of a survey row: one of a long export, which names its dimension, one a dimension of a wide one."""
    served = {field.name for field in _served(reading)}
    entries = [
        f"{{'dimension': {literal(dimension.dimension)}, 'score': dimension_{position}__value}}"
        for position, dimension in enumerate(reading.recognition.dimensions)
    ]
    if "score" in served:
        entries.append(f"{{'dimension': coalesce({dimension_word}, 'overall'), 'score': score__value}}")
    return f"list_filter(cast([{', '.join(entries)}] as {ANSWER_TYPE}[]), lambda a: a.score is not null)"
