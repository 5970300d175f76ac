"""How the first cell of a column may be shown to a person: as it stands only where it is a value that is nobody's."""

from __future__ import annotations

from pipelines.contracts import Field
from pipelines.headers import header_cells
from pipelines.stage import DATE_TYPES, Reading, literal

LONGEST_SAMPLE = 40
MASKED = "masked({text})"
SHAPE = r"regexp_replace(masked({text}), '\d', '*', 'g')"
SCRUBBED = "left(scrubbed({text}, {name}, {phone}, {room}), " + str(LONGEST_SAMPLE) + ")"
TESTS = {
    "money": "parsed_money({text}, 1) is not null",
    "number": "parsed_number(without_unit({text})) is not null",
    "integer": "parsed_integer({text}) is not null",
    "minutes": "parsed_minutes({text}, 1) is not null",
    "score": "parsed_score({text}) is not null",
    "yes_no": "parsed_yes_no({text}) is not null",
}
OWN_VALUES = (("reporter_name", "owner_name"), ("reporter_phone",), ("room",))
WORD_TYPES = frozenset({"code", "text", "free_text", "place"})


def sample_expressions(reading: Reading) -> dict[int, str]:
    """By column: the SQL expression of what may be shown of a cell of it.

    Dates, numbers and scores are shown where they can be read, and words scrubbed as a load does it. Persons, phone
    numbers, rooms, numbers of documents, columns that serve no field and whatever cannot be read are masked; of those
    that are short enough to be known by four digits, none is left.
    """
    header = header_cells(reading.recognition, reading.sheet)
    fields = {column.index: reading.contract.fields[column.field] for column in reading.recognition.columns}
    scored = {dimension.index for dimension in reading.recognition.dimensions}
    return {
        index: _shown(fields.get(index), index, index in scored, reading)
        for index, cell in enumerate(header)
        if cell.strip()
    }


def _shown(field: Field | None, index: int, is_scored: bool, reading: Reading) -> str:
    text = f"cleaned(c{index})"
    if is_scored:
        return _where(TESTS["score"], text)
    if field is None:
        return SHAPE.format(text=text)
    if field.type in WORD_TYPES:
        name, phone, room = (_cell_of(own, reading) for own in OWN_VALUES)
        return SCRUBBED.format(text=text, name=name, phone=phone, room=room)
    if field.type in DATE_TYPES:
        order = literal(reading.date_order) if reading.date_order else "null"
        return _where(f"parsed_{field.type}({{text}}, {order}) is not null", text)
    if field.type in TESTS:
        words = [literal(word) for word in field.words or {}]
        is_word = f" or lower({{text}}) in ({', '.join(words)})" if words else ""
        return _where(TESTS[field.type] + is_word, text)
    return (MASKED if field.type == "phone" else SHAPE).format(text=text)


def _where(test: str, text: str) -> str:
    """A phone number is a number too, so that long ones are hidden all the same."""
    return f"case when {test.format(text=text)} then without_numbers({text}) else masked({text}) end"


def _cell_of(fields: tuple[str, ...], reading: Reading) -> str:
    columns = (reading.recognition.column(field) for field in fields)
    return next((f"cleaned(c{column.index})" for column in columns if column), "null")
