"""What an export of each kind may hold: fields, their types, names and dictionaries.

A contract is a TOML file in `pipelines/contracts`. It is the only place where names of an export's columns and
the words in its cells are known.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from workspace import Sentence

HERE = Path(__file__).parent
KINDS = (
    "tickets", "ticket_events", "bills", "bill_adjustments", "payments", "surveys", "communities", "assets",
    "inspections", "maintenance", "incidents", "vendor_reviews", "activities", "notices", "trainings", "services",
    "facts", "initiatives",
)  # fmt: skip
PART = re.compile(r"<(\w+)>")

FieldType = Literal[
    "identifier", "timestamp", "date", "period_start", "period_end", "money", "number", "minutes", "integer",
    "yes_no", "code", "score", "text", "free_text", "place", "person", "phone", "room",
]  # fmt: skip
PERSONAL_TYPES = frozenset({"person", "phone", "room"})


@dataclass(frozen=True)
class Field:
    """One field of a contract. `words` maps an export's word, in lower case, to the contract's code.

    `question` is a pattern of the questions in a form that this field answers. `empty_reason` is the code of the
    sentence that says why a row without the field is not taken.
    """

    name: str
    type: FieldType
    headers: tuple[str, ...]
    ambiguous_headers: tuple[str, ...] = ()
    is_required: bool = False
    is_event: bool = False
    stops_on_unknown: bool = False
    words: Mapping[str, str] | None = None
    question: str | None = None
    empty_reason: str = "empty"

    @property
    def chinese_name(self) -> str:
        """The first Chinese header of the field, for messages."""
        return next((header for header in self.headers if not header.isascii()), self.name)

    @property
    def is_personal(self) -> bool:
        """Whether the raw value must never leave the statement that reads it."""
        return self.type in PERSONAL_TYPES


@dataclass(frozen=True)
class Contract:
    """One kind of export: what a row of it is called, its key, and its fields in order.

    `composed_key` names the fields that make the key of a row where the export has no column for it: the first one
    that it has says where, the others follow. `dimension_questions` are patterns whose first group is a dimension.
    `key_without_id` names the fields that make the key of a row whose id is empty; `running_number` among them tells
    equal rows of a sheet apart.
    """

    kind: str
    title: Sentence
    business_key: tuple[str, ...]
    name_words: tuple[str, ...]
    fields: Mapping[str, Field]
    needs_any: tuple[str, ...] = ()
    composed_key: tuple[str, ...] = ()
    key_without_id: tuple[str, ...] = ()
    dimension_words: frozenset[str] = frozenset()
    dimension_endings: tuple[str, ...] = ()
    dimension_questions: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[Field, ...]:
        """The fields without which a row cannot be used."""
        return tuple(field for field in self.fields.values() if field.is_required)

    @property
    def events(self) -> tuple[Field, ...]:
        """The fields that say when something happened."""
        return tuple(field for field in self.fields.values() if field.is_event)


@dataclass(frozen=True)
class CommonWords:
    """Words that mean the same in every kind of export, in lower case; `score` is on a scale of five."""

    null: tuple[str, ...]
    yes: tuple[str, ...]
    no: tuple[str, ...]
    score: Mapping[str, float]
    total_row: str
    note_row: str

    @property
    def null_spellings(self) -> tuple[str, ...]:
        """The words that mean no value, as exports spell them: n/a, N/A, Null."""
        return tuple(
            dict.fromkeys(
                spelling for word in self.null for spelling in (word, word.upper(), word.capitalize(), word.title())
            )
        )


@cache
def load_contracts() -> Mapping[str, Contract]:
    """The contracts by kind, in the order in which the warehouse is built."""
    return {kind: _contract(_toml(HERE / "contracts" / f"{kind}.toml")) for kind in KINDS}


@cache
def load_common_words() -> CommonWords:
    """The words shared by all contracts."""
    words = _toml(HERE / "common_words.toml")
    return CommonWords(
        null=tuple(words["null"]),
        yes=tuple(words["yes"]),
        no=tuple(words["no"]),
        score={word: float(score) for score, words_of_score in words["score"].items() for word in words_of_score},
        total_row=words["total_row"],
        note_row=words["note_row"],
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _contract(source: Mapping[str, Any]) -> Contract:
    return Contract(
        kind=source["kind"],
        title=Sentence(**source["title"]),
        business_key=tuple(source["business_key"]),
        name_words=tuple(source["name_words"]),
        fields={name: _field(name, field, source.get("part", {})) for name, field in source["field"].items()},
        needs_any=tuple(source.get("needs_any", ())),
        composed_key=tuple(source.get("composed_key", ())),
        key_without_id=tuple(source.get("key_without_id", ())),
        dimension_words=frozenset(source.get("dimension_words", ())),
        dimension_endings=tuple(source.get("dimension_endings", ())),
        dimension_questions=tuple(source.get("dimension_questions", ())),
    )


def _field(name: str, source: Mapping[str, Any], parts: Mapping[str, Sequence[str]]) -> Field:
    words = {word.lower(): code for code, words_of_code in source.get("words", {}).items() for word in words_of_code}
    return Field(
        name=name,
        type=source["type"],
        headers=(name, *(word for header in source["headers"] for word in _spelt_out(header, parts))),
        ambiguous_headers=tuple(source.get("ambiguous_headers", ())),
        is_required=source.get("required", False),
        is_event=source.get("event", False),
        stops_on_unknown=source.get("stop_on_unknown", False),
        words=words or None,
        question=source.get("question"),
        empty_reason=source.get("empty_reason", "empty"),
    )


def _spelt_out(header: str, parts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The headers that a pattern stands for: <matter><number> is 报修编号, 报修单号, 投诉编号 and so on."""
    names = PART.findall(header)
    pattern = PART.sub("{}", header)
    for words in itertools.product(*(parts[name] for name in names)):
        yield pattern.format(*words)
