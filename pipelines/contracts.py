"""What an export of each kind may hold: fields, their types, names and dictionaries.

A contract is a TOML file in `pipelines/contracts`. It is the only place where names of an export's columns and
the words in its cells are known.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from workspace import Sentence

HERE = Path(__file__).parent

FieldType = Literal[
    "identifier", "timestamp", "date", "period_start", "period_end", "money", "number", "minutes", "integer",
    "yes_no", "code", "score", "text", "free_text", "place", "person", "phone", "room",
]  # fmt: skip
PERSONAL_TYPES = frozenset({"person", "phone", "room"})


@dataclass(frozen=True)
class Field:
    """One field of a contract. `words` maps an export's word, in lower case, to the contract's code."""

    name: str
    type: FieldType
    headers: tuple[str, ...]
    ambiguous_headers: tuple[str, ...] = ()
    is_required: bool = False
    is_event: bool = False
    stops_on_unknown: bool = False
    words: Mapping[str, str] | None = None

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
    that it has says where, the others follow.
    """

    kind: str
    title: Sentence
    business_key: tuple[str, ...]
    name_words: tuple[str, ...]
    fields: Mapping[str, Field]
    needs_any: tuple[str, ...] = ()
    composed_key: tuple[str, ...] = ()
    dimension_words: frozenset[str] = frozenset()
    dimension_endings: tuple[str, ...] = ()

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


@cache
def load_contracts() -> Mapping[str, Contract]:
    """The contracts by kind, in the order in which the warehouse is built."""
    order = ("tickets", "bills", "payments", "surveys", "communities", "assets")
    return {kind: _contract(_toml(HERE / "contracts" / f"{kind}.toml")) for kind in order}


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
        fields={name: _field(name, field) for name, field in source["field"].items()},
        needs_any=tuple(source.get("needs_any", ())),
        composed_key=tuple(source.get("composed_key", ())),
        dimension_words=frozenset(source.get("dimension_words", ())),
        dimension_endings=tuple(source.get("dimension_endings", ())),
    )


def _field(name: str, source: Mapping[str, Any]) -> Field:
    words = {word.lower(): code for code, words_of_code in source.get("words", {}).items() for word in words_of_code}
    return Field(
        name=name,
        type=source["type"],
        headers=(name, *source["headers"]),
        ambiguous_headers=tuple(source.get("ambiguous_headers", ())),
        is_required=source.get("required", False),
        is_event=source.get("event", False),
        stops_on_unknown=source.get("stop_on_unknown", False),
        words=words or None,
    )
