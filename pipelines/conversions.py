"""How the text of each type of field becomes a value: a quick way for plain texts, a careful one for all.

The quick way is one cheap test that a plain text passes (2025-03-05 09:30:00, 12.50, T1); what fails it goes through
the careful function of macros.sql. Both give the same value, so speed is all that depends on which was taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TRIED_TYPES = {"timestamp": "timestamp", "date": "date", "period_start": "date", "period_end": "date"}
MOMENT_LENGTHS = {"timestamp": "10, 16, 19", "date": "10"}


@dataclass(frozen=True)
class Conversion:
    """A function of the text x. `quick` is null where it is not sure; `tried` is a cast that `quick` looks at as t.

    `proves_clean` says that a text which passes the quick test has nothing to clean, so that the raw cell may take it.
    """

    careful: str
    quick: str = "null"
    tried: str = ""
    proves_clean: bool = False

    @property
    def alone_careful(self) -> Conversion:
        """The same without its quick way."""
        return Conversion(self.careful)


def moment_conversion(field_type: str, date_order: str) -> Conversion:
    """Dates and times; `date_order` is an SQL literal or null. A text is plain if it is how the value prints."""
    tried = TRIED_TYPES[field_type]
    is_plain = f"starts_with(cast({{t}} as varchar), {{x}}) and strlen({{x}}) in ({MOMENT_LENGTHS[tried]})"
    return Conversion(
        careful=f"parsed_{field_type}(x, {date_order})",
        quick=f"case when {is_plain} and not is_placeholder({{t}}) then {{t}} end",
        tried=f"try_cast({{x}} as {tried})",
        proves_clean=True,
    )


def money_conversion(factor: float) -> Conversion:
    """Money in yuan; `factor` turns the unit of the header into yuan."""
    plain = r"case when regexp_full_match({x}, '-?\d{1,15}(?:\.\d{1,2})?') then try_cast({x} as decimal(18, 2)) end"
    return Conversion(f"parsed_money(x, {factor:g})", plain if factor == 1 else "null", proves_clean=True)


def number_conversion(careful: str, factor: float) -> Conversion:
    """Numbers and minutes: `careful` is the function that knows the units of cells."""
    value = f"cast(try_cast({{x}} as decimal(28, 8)) as double) * {factor:g}"
    return Conversion(
        careful,
        rf"case when regexp_full_match({{x}}, '-?\d{{1,15}}(?:\.\d{{1,8}})?') then {value} end",
        proves_clean=True,
    )


def word_conversion(careful: str, codes: Mapping[str, str]) -> Conversion:
    """Words of a dictionary; `codes` gives for each word, as typed, an SQL literal of its code."""
    words = ", ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in codes)
    return Conversion(careful, f"([{', '.join(codes.values())}])[list_position([{words}], {{x}})]", proves_clean=True)


PLAIN = {
    "integer": Conversion(
        "parsed_integer(x)",
        r"case when regexp_full_match({x}, '\d{1,9}') then try_cast({x} as integer) end",
        proves_clean=True,
    ),
    "score": Conversion(
        "parsed_score(x)",
        r"case when regexp_full_match({x}, '\d{1,2}(?:\.\d)?') then try_cast({x} as double) end",
        proves_clean=True,
    ),
    "yes_no": Conversion(
        "parsed_yes_no(x)",
        "case when list_contains(getvariable('yes_words'), {x}) then true "
        "when list_contains(getvariable('no_words'), {x}) then false end",
        proves_clean=True,
    ),
    "identifier": Conversion(
        "parsed_identifier(x)",
        "case when not contains({x}, '+') and not ends_with({x}, '.0') "
        "and not regexp_full_match({x}, personal_identifier()) then {x} end",
    ),
    "phone": Conversion(
        "phone_digits(x)", r"case when regexp_full_match({x}, '1\d{10}') then {x} end", proves_clean=True
    ),
    "room": Conversion("parsed_room(x)", r"case when not regexp_matches({x}, '^\d{4}[-/.]\d|月') then {x} end"),
}


@dataclass(frozen=True)
class _Member:
    """One text and its conversion; `cell` is the raw column that the quick way looks at instead of the text."""

    text: str
    conversion: Conversion
    cell: str | None

    @property
    def is_tried_on_cell(self) -> bool:
        return self.cell is not None and self.conversion.proves_clean

    @property
    def needs_care(self) -> str:
        """Whether the cell has something in it that the quick way could not take."""
        is_filled = f"{self.cell} <> ''"
        return f"({is_filled} and {self.text}__quick is null)" if self.has_quick_way else is_filled

    @property
    def has_quick_way(self) -> bool:
        return self.conversion.quick != "null"

    def placed(self, expression: str) -> str:
        """The expression with the column in its place; str.format would take the braces of a pattern for its own."""
        source = self.cell if self.is_tried_on_cell and self.cell is not None else self.text
        return expression.replace("{x}", source).replace("{t}", f"{self.text}__tried")


@dataclass
class Converted:
    """The conversions of one sheet, gathered by function.

    Texts that need the same careful function go through it as one list, and only in rows where one of them needs it:
    a function is then planned once, not once a column, and costs nothing where all is plain.
    """

    members: dict[str, list[_Member]] = field(default_factory=dict)

    def value(self, conversion: Conversion, text: str, cell: str | None) -> str:
        """Registers the conversion of the column `text`; returns the expression of its value in the last step.

        `cell` is the raw column behind the text, or None where the text is not simply that.
        """
        if cell is None and conversion.tried:
            conversion = conversion.alone_careful
        members = self.members.setdefault(conversion.careful, [])
        member = _Member(text, conversion, cell)
        members.append(member)
        careful = f"careful_{list(self.members).index(conversion.careful)}[{len(members)}]"
        return f"coalesce({text}__quick, {careful})" if member.has_quick_way else careful

    def tried_columns(self) -> Iterator[str]:
        """Casts of raw cells that the quick values look at."""
        for member in self._all():
            if member.conversion.tried and member.is_tried_on_cell:
                yield f"{member.placed(member.conversion.tried)} as {member.text}__tried"

    def quick_columns(self, *, on_cells: bool) -> Iterator[str]:
        """The quick values, either those of raw cells or those of cleaned texts."""
        for member in self._all():
            if member.has_quick_way and member.is_tried_on_cell == on_cells:
                yield f"{member.placed(member.conversion.quick)} as {member.text}__quick"

    def cells_in_need(self) -> Iterator[str]:
        """Conditions on raw cells: something stands there that is not plain."""
        return (member.needs_care for member in self._all() if member.is_tried_on_cell)

    def proven_texts(self) -> frozenset[str]:
        """Texts whose raw cells the quick way looks at; no other test need look at them."""
        return frozenset(member.text for member in self._all() if member.is_tried_on_cell)

    def careful_columns(self) -> Iterator[str]:
        """One list a function, null in rows where every text was plain."""
        for position, (function, members) in enumerate(self.members.items()):
            needs = " or ".join(
                f"({member.text} is not null and {member.text}__quick is null)"
                if member.has_quick_way
                else f"{member.text} is not null"
                for member in members
            )
            texts = ", ".join(member.text for member in members)
            converted = f"list_transform([{texts}], lambda x: {function})"
            is_proven = all(member.is_tried_on_cell for member in members)
            condition = f"needs_care and ({needs})" if is_proven else needs
            yield f"case when {condition} then {converted} end as careful_{position}"

    def _all(self) -> Iterator[_Member]:
        return (member for members in self.members.values() for member in members)
