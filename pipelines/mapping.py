"""What the user's settings say about a file: `[mapping."*_reports.csv"]` in settings.toml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

from pipelines.contracts import Contract
from pipelines.errors import MappingInvalid

RESERVED = frozenset(
    {"kind", "file_name", "ignore", "constant", "words", "no_answer", "dimensions", "date_order", "sheet"}
)
DATE_ORDERS = ("day_first", "month_first")


@dataclass(frozen=True)
class FileMapping:
    """The user's word on one file; it goes before anything recognised.

    `headers` holds for a field the headers that may serve it, best first. `constants` are values of a field for every
    row. `words` maps, by field, an export's word to a code. `no_answer` lists, by field, values that mean null.
    `dimensions` names the score columns of a wide survey.
    """

    kind: str | None = None
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    no_answer: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    date_order: str | None = None


def mapping_for(path: str, settings: Mapping[str, Any], contracts: Mapping[str, Contract]) -> FileMapping:
    """The settings for the file at `path` (relative to data/raw); every glob that matches counts, later ones win.

    Raises MappingInvalid for an unknown kind, field or date order, or a file name that the pattern does not fit.
    """
    name = path.rsplit("/", 1)[-1]
    merged: dict[str, Any] = {}
    for pattern, own in settings.get("mapping", {}).items():
        if fnmatch(name, pattern) or fnmatch(path, pattern):
            _check(pattern, own, contracts)
            merged = _merged(merged, own)
    return _file_mapping(merged, name) if merged else FileMapping()


def _merged(base: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    both = {key: {**base[key], **own[key]} for key in base.keys() & own.keys() if isinstance(own[key], dict)}
    return {**base, **own, **both}


def _file_mapping(source: Mapping[str, Any], file_name: str) -> FileMapping:
    groups = _groups(source.get("file_name"), file_name)
    return FileMapping(
        kind=source.get("kind"),
        headers={name: _texts(value) for name, value in source.items() if name not in RESERVED},
        constants={name: str(value).format(**groups) for name, value in source.get("constant", {}).items()},
        words={
            name: {word.strip().lower(): code for word, code in words.items()}
            for name, words in source.get("words", {}).items()
        },
        no_answer={name: _texts(values) for name, values in source.get("no_answer", {}).items()},
        dimensions={name: _texts(value) for name, value in source.get("dimensions", {}).items()},
        ignored=frozenset(source.get("ignore", ())),
        date_order=source.get("date_order"),
    )


def _groups(pattern: str | None, file_name: str) -> dict[str, str]:
    if pattern is None:
        return {}
    found = re.search(pattern, file_name)
    if found is None:
        raise MappingInvalid(
            f"settings.toml 的 [mapping] 中 file_name = '{pattern}' 与文件名 {file_name} 不符。请改正则式或文件名。",
            f"In a [mapping] of settings.toml, file_name = '{pattern}' does not fit {file_name}. Correct either.",
        )
    return found.groupdict()


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def _check(pattern: str, own: Mapping[str, Any], contracts: Mapping[str, Contract]) -> None:
    kind = own.get("kind")
    if kind is not None and kind not in contracts:
        _refuse(pattern, "kind", str(kind), tuple(contracts))
    known = contracts[kind].fields.keys() if kind else {name for each in contracts.values() for name in each.fields}
    named = [name for name in own if name not in RESERVED]
    named += [name for table in ("constant", "words", "no_answer") for name in own.get(table, {})]
    for name in named:
        if name not in known:
            _refuse(pattern, "field", name, tuple(sorted(known)))
    if own.get("date_order", DATE_ORDERS[0]) not in DATE_ORDERS:
        _refuse(pattern, "date_order", str(own["date_order"]), DATE_ORDERS)


def _refuse(pattern: str, what: str, value: str, known: tuple[str, ...]) -> None:
    words = {"kind": "种类", "field": "字段", "date_order": "日期次序"}
    raise MappingInvalid(
        f'settings.toml 的 [mapping."{pattern}"] 写了未知的{words[what]} {value}。可用的有：{"、".join(known)}。',
        f'[mapping."{pattern}"] in settings.toml has an unknown {what} {value}. Known: {", ".join(known)}.',
    )
