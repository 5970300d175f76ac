"""The one statement that reads a sheet: text → typed values, pseudonyms, outcome of the row, and what was wrong.

The statement is generated from the contract and the recognised columns. Raw text lives inside it only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.contracts import CommonWords, Contract, Field
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
ALL_TOGETHER = {"cleaned(x)": "all_cleaned({texts})", "cleaned_prose(x)": "all_cleaned_prose({texts})"}
PLACE_FIELDS = ("community", "building", "unit", "room")
EXACT_DIGITS = 15  # what a spreadsheet keeps of a number; the rest becomes zeros
FEWEST_DIGITS_LOST = 3
LONGEST_NUMBER = 40


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


def received_table(contract: Contract) -> str:
    """The statement that makes the empty table of all rows received of one kind."""
    columns = [f"{field.name} {sql_type(field)}" for field in contract.fields.values()]
    if contract.dimension_words:
        columns.append(f"answers {ANSWER_TYPE}[]")
    return (
        f"create table received.{contract.kind} (source_file_id integer, source_row integer, outcome varchar, "
        f"problems {PROBLEM_TYPE}[], {', '.join(columns)})"
    )


def sql_type(field: Field) -> str:
    """The type of a field's values in the received table."""
    return SQL_TYPES.get(field.type, "varchar")


def literal(text: str) -> str:
    """`text` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def reading_statement(reading: Reading, words: CommonWords) -> str:
    """The statement that reads the whole sheet into its received table.

    Columns that go through the same function are put into a list and go through it together: the function is then
    planned once, not once a column, which matters more than running it.
    """
    texts, cells = _texts(reading)
    values, typed = _values(reading)
    finals, finished = _final_values(reading)
    return "\n".join(
        [
            f"insert into received.{reading.contract.kind} by name",
            f"with raw as (select row_number() over () as source_row, * from {reading.sheet.relation}),",
            f"cells as (select source_row, {_has_overflow(reading)} as has_overflow, "
            f"{_witnesses(reading)} as witnesses, {_listed(cells)} from raw),",
            f"texts as (select source_row, has_overflow, witnesses, {_named(texts)} from cells),",
            f"typed as (select *, {_listed(typed)} from texts),",
            f"valued as (select *, {_named(values)} from typed),",
            f"judged as (select *, {_outcome(reading, words)} as outcome, {_places(reading)} from valued),",
            f"finished as (select *, {_listed(finished)} from judged)",
            f"select {reading.sheet.file_id} as source_file_id, source_row, outcome,",
            f"case when outcome in ('kept', 'quarantined') then {_problems(reading)} end as problems,",
            _named(finals),
            "from finished",
        ]
    )


class _Lists:
    """Expressions by the function that they go through: each function becomes one column, a list."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.members: dict[str, list[str]] = {}

    def through(self, function: str, argument: str) -> str:
        """Puts `argument` through `function`, which names it x; returns the expression of the result."""
        members = self.members.setdefault(function, [])
        members.append(argument)
        return f"{self.prefix}_{list(self.members).index(function)}[{len(members)}]"

    def columns(self) -> Iterator[str]:
        """The list columns."""
        for position, (function, members) in enumerate(self.members.items()):
            texts = f"[{', '.join(members)}]"
            together = ALL_TOGETHER.get(function, f"list_transform({texts}, lambda x: {function})")
            yield f"{together.format(texts=texts)} as {self.prefix}_{position}"


def _listed(lists: _Lists) -> str:
    return ", ".join(lists.columns()) or "null as nothing"


def _named(expressions: Mapping[str, str]) -> str:
    return ", ".join(f"{expression} as {name}" for name, expression in expressions.items())


# Texts: one cleaned text per served field, constants included


def _served(reading: Reading) -> Iterator[Field]:
    for name, field in reading.contract.fields.items():
        if name in reading.mapping.constants or reading.recognition.column(name) is not None:
            yield field


def _texts(reading: Reading) -> tuple[dict[str, str], _Lists]:
    cells = _Lists("cells")
    texts = {f"{field.name}__text": _text(field, reading, cells) for field in _served(reading)}
    no_answer = reading.mapping.no_answer.get("score")
    for position, dimension in enumerate(reading.recognition.dimensions):
        cell = cells.through("cleaned(x)", f"c{dimension.index}")
        texts[f"dimension_{position}__text"] = _without_no_answer(cell, no_answer)
    return texts, cells


def _text(field: Field, reading: Reading, cells: _Lists) -> str:
    if field.name in reading.mapping.constants:
        return f"cleaned({literal(reading.mapping.constants[field.name])})"
    column = reading.recognition.column(field.name)
    assert column is not None
    cleaning = "cleaned_prose(x)" if field.type in PROSE_TYPES else "cleaned(x)"
    cell = cells.through(cleaning, f"c{column.index}")
    return _without_no_answer(cell, reading.mapping.no_answer.get(field.name))


def _without_no_answer(expression: str, values: tuple[str, ...] | None) -> str:
    if not values:
        return expression
    listed = ", ".join(literal(value.strip().lower()) for value in values)
    return f"(case when lower({expression}) not in ({listed}) then {expression} end)"


def _witnesses(reading: Reading) -> str:
    """Columns that may say 合计 or carry a note: the first three, whether they serve a field or not."""
    cells = ", ".join(f"c{index}" for index in range(min(3, reading.sheet.width)))
    return f"list_transform(all_normalised([{cells}]), lambda x: lower(x))"


# Typed values


def _values(reading: Reading) -> tuple[dict[str, str], _Lists]:
    lists = _Lists("typed")
    values = {
        f"{field.name}__value": lists.through(_typing(field, reading), f"{field.name}__text")
        for field in _served(reading)
    }
    for position, _ in enumerate(reading.recognition.dimensions):
        values[f"dimension_{position}__value"] = lists.through("parsed_score(x)", f"dimension_{position}__text")
    if reading.key_places:
        values |= _composed_key(reading)
    return values, lists


def _composed_key(reading: Reading) -> dict[str, str]:
    """A bill's key made of place, fee item and period, with a running number among the equal ones of the sheet."""
    served = {field.name for field in _served(reading)}
    place = f"coalesce({', '.join(f'{name}__text' for name in reading.key_places)})"
    around = [f"place_part({name}__text)" for name in ("community", "building", "unit") if name in served]
    fee = ["coalesce(lower(fee_item__text), '')"] if "fee_item" in served else []
    period = [
        f"coalesce(cast({name}__value as varchar), '')" for name in ("period_start", "period_end") if name in served
    ]
    parts = ", ".join([*around, f"place_part({place})", *fee, *period])
    number = f"row_number() over (partition by {parts} order by source_row)"
    return {
        "bill_id__text": place,
        "bill_id__value": f"case when {place} is not null then concat_ws('|', 'bill', {parts}, {number}) end",
    }


def _typing(field: Field, reading: Reading) -> str:
    """The function that turns a field's text x into its value."""
    order = literal(reading.date_order) if reading.date_order else "null"
    column = reading.recognition.column(field.name)
    factor = column.factor if column is not None else 1
    match field.type:
        case "timestamp" | "date" | "period_start" | "period_end":
            return f"parsed_{field.type}(x, {order})"
        case "money" | "minutes":
            return f"parsed_{field.type}(x, {factor:g})"
        case "number":
            return f"parsed_number(without_unit(x)) * {factor:g}"
        case "code":
            return _code(field, reading)
        case "identifier" if reading.is_zero_filled(field):
            return f"zero_filled_identifier(x, {EXACT_DIGITS})"
        case "integer" | "score" | "yes_no" | "identifier" | "room":
            return _with_own_words(f"parsed_{field.type}(x)", field, reading)
        case "phone":
            return "phone_digits(x)"
        case _:
            return "x"


def _with_own_words(function: str, field: Field, reading: Reading) -> str:
    words = {**(field.words or {}), **reading.mapping.words.get(field.name, {})}
    if not words:
        return function
    branches = " ".join(f"when {literal(word)} then {code}" for word, code in words.items())
    return f"(case lower(x) {branches} else {function} end)"


def _code(field: Field, reading: Reading) -> str:
    codes: dict[str, list[str]] = {}
    for word, code in {**(field.words or {}), **reading.mapping.words.get(field.name, {})}.items():
        codes.setdefault(code, []).append(literal(word))
    branches = " ".join(
        f"when {{}} in ({', '.join([*words, literal(code)])}) then {literal(code)}" for code, words in codes.items()
    )
    as_typed = branches.replace("{}", "lower(x)")
    return f"(case when x is null then null {as_typed} {branches.replace('{}', 'bare_word(x)')} end)"


# Outcome of the row


def _outcome(reading: Reading, words: CommonWords) -> str:
    contract = reading.contract
    required = [field.name for field in contract.required]
    usable = " and ".join(f"{name}__value is not null" for name in required)
    identifiers = [
        field.name for field in _served(reading) if field.is_required and field.type in ("identifier", "text")
    ]
    says_total = _any(f"regexp_matches(lower({name}__text), {literal(words.total_row)})" for name in identifiers)
    says_prose = _any(f"reads_as_prose({name}__text)" for name in identifiers)
    mapped = [f"{field.name}__text" for field in _served(reading) if field.name not in reading.mapping.constants]
    mapped += [f"dimension_{position}__text" for position, _ in enumerate(reading.recognition.dimensions)]
    filled = " + ".join(f"cast({name} is not null as integer)" for name in mapped)
    total = f"list_has_any([true], list_transform(witnesses, lambda w: regexp_matches(w, {literal(words.total_row)})))"
    note = f"list_has_any([true], list_transform(witnesses, lambda w: regexp_matches(w, {literal(words.note_row)})))"
    return (
        f"case when source_row <= {reading.recognition.header_row} then 'not_data' "
        f"when ({filled} <= 1 and ({says_prose} or {note})) or ({filled} <= 2 and {says_prose} and {note}) "
        "then 'not_data' "
        f"when {usable} and not ({says_total}) then 'kept' "
        f"when {says_total} or {total} then 'total' "
        f"when {filled} = 0 or {_repeats_header(reading)} or ({filled} <= 2 and {note}) then 'not_data' "
        "else 'quarantined' end"
    )


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


def _problems(reading: Reading) -> str:
    """The list of what could not be used, masked; words of a dictionary are shown, since the user must map them."""
    found = [_problem(field, reading) for field in _served(reading) if field.type in REASONS]
    found += [_absence(field, reading) for field in reading.contract.required]
    found += [
        _when_unread(f"dimension_{position}", dimension.dimension, dimension.header, literal("not_a_score"))
        for position, dimension in enumerate(reading.recognition.dimensions)
    ]
    found += _overflow(reading)
    return (
        f"list_transform(list_filter(cast([{', '.join(found)}] as {PROBLEM_TYPE}[]), lambda p: p is not null), "
        f"lambda p: {{'field': p.field, 'header': p.header, 'masked': {_shown(reading)}, 'code': {_reason(reading)}}})"
    )


def _shown(reading: Reading) -> str:
    scrubbed = _scrubbed("p.masked", reading)
    return f"case when p.code = 'unknown_word' then left({scrubbed}, 40) else masked(p.masked) end"


def _reason(reading: Reading) -> str:
    is_order_unknown = str(reading.date_order is None).lower()
    return f"case when p.code = 'unreadable_date' then date_problem(p.masked, {is_order_unknown}) else p.code end"


def _problem(field: Field, reading: Reading) -> str:
    code = literal(REASONS[field.type])
    return _when_unread(field.name, field.name, _header(field, reading), code)


def _when_unread(prefix: str, field: str, header: str, code: str) -> str:
    entry = _entry(field, header, f"{prefix}__text", code)
    return f"case when {prefix}__text is not null and {prefix}__value is null then {entry} end"


def _has_overflow(reading: Reading) -> str:
    return f"c{reading.header_width} is not null" if reading.sheet.table is None else "false"


def _overflow(reading: Reading) -> list[str]:
    """A delimiter inside an unquoted cell shifts all that follows; in a workbook such a cell is a note."""
    entry = _entry("", "", literal(""), literal("more_cells_than_header"))
    return [f"case when has_overflow then {entry} end"]


def _absence(field: Field, reading: Reading) -> str:
    entry = _entry(field.name, _header(field, reading), literal(""), literal("empty"))
    return f"case when {field.name}__text is null then {entry} end"


def _header(field: Field, reading: Reading) -> str:
    name = reading.key_places[0] if field.name == "bill_id" and reading.key_places else field.name
    column = reading.recognition.column(name)
    return column.header if column is not None else field.name


def _entry(field: str, header: str, text: str, code: str) -> str:
    return f"{{'field': {literal(field)}, 'header': {literal(header)}, 'masked': {text}, 'code': {code}}}"


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
        "room_parts(room__value) as parts, "
        f"coalesce({text['building']}, nullif(parts['building'], '')) as building_of_room, "
        f"coalesce({text['unit']}, nullif(parts['unit'], '')) as unit_of_room, "
        f"coalesce(room_key({text['community']}, building_of_room, unit_of_room, "
        f"coalesce(nullif(parts['room'], ''), room__value)), {private_place}) as room_key"
    )


def _final_values(reading: Reading) -> tuple[dict[str, str], _Lists]:
    served = {field.name: field for field in _served(reading)}
    lists = _Lists("finished")
    values = {name: _final_value(field, reading, lists) for name, field in served.items()}
    if "room" in served:
        values |= {
            "room": lists.through("pseudonym(x)", "room_key"),
            "building": lists.through("without_numbers(x)", "building_of_room"),
            "unit": lists.through("without_numbers(x)", "unit_of_room"),
        }
    elif "place" in served and "room" in reading.contract.fields:
        values["room"] = lists.through("pseudonym(x)", "room_key")
    if reading.key_places:
        values["bill_id"] = lists.through("pseudonym(x)", "bill_id__value")
    reporter = [f"{name}__value" for name in ("reporter_phone", "reporter_name") if name in served]
    if reporter:  # one person is one pseudonym: by phone number where there is one, else by name
        values["reporter_name"] = lists.through("pseudonym(x)", f"coalesce({', '.join(reporter)})")
    if reading.contract.dimension_words:
        values["answers"] = _answers(reading)
    return values, lists


def _final_value(field: Field, reading: Reading, lists: _Lists) -> str:
    value = f"{field.name}__value"
    if field.is_personal:
        return lists.through("pseudonym(x)", value)
    if field.type in ("text", "free_text", "place"):
        return lists.through(_scrubbed("x", reading), value)
    return value


def _scrubbed(text: str, reading: Reading) -> str:
    served = {field.name for field in _served(reading)}
    name = next((f"{field}__text" for field in ("reporter_name", "owner_name") if field in served), "null")
    phone = "reporter_phone__text" if "reporter_phone" in served else "null"
    room = "room__text" if "room" in served else "null"
    return f"scrubbed({text}, {name}, {phone}, {room})"


def _answers(reading: Reading) -> str:
    """The scores of a survey row: one of a long export, one a dimension of a wide one."""
    served = {field.name for field in _served(reading)}
    entries = [
        f"{{'dimension': {literal(dimension.dimension)}, 'score': dimension_{position}__value}}"
        for position, dimension in enumerate(reading.recognition.dimensions)
    ]
    if "score" in served:
        word = "dimension__value" if "dimension" in served else "null"
        entries.append(f"{{'dimension': coalesce({word}, 'overall'), 'score': score__value}}")
    return f"list_filter(cast([{', '.join(entries)}] as {ANSWER_TYPE}[]), lambda a: a.score is not null)"
