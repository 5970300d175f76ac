"""What the user's settings say about a file: `[mapping."*_reports.csv"]` in settings.toml."""

from __future__ import annotations

import datetime as dt
import glob
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

from pipelines.contracts import Contract
from pipelines.errors import MappingInvalid

RESERVED = frozenset(
    {"kind", "file_name", "ignore", "constant", "words", "no_answer", "dimensions", "date_order", "sheet"}
)
DATE_ORDERS = ("day_first", "month_first")
TABLES = ("constant", "words", "no_answer", "dimensions")
TEXTS = ("kind", "file_name", "date_order", "sheet")
PLACE_HOLDER = re.compile(r"\{([^{}]*)\}?")
FEWEST_LETTERS = 2
SINGLE = (str, int, float, dt.date, dt.time)


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


def pattern_for(name: str) -> str:
    """A glob that also finds next year's export of the same name: 工单_2025年.xlsx → 工单_*年.xlsx.

    A name that is little else than digits stays as it is: its glob would find everything.
    """
    stem, dot, ending = name.rpartition(".")
    letters = re.sub(r"[\d\W_]", "", stem if dot else ending)
    return re.sub(r"\d+", "*", glob.escape(name)) if len(letters) >= FEWEST_LETTERS else glob.escape(name)


def mapping_for(
    path: str, settings: Mapping[str, Any], contracts: Mapping[str, Contract], sheet: str = ""
) -> FileMapping:
    """The settings for the file at `path` (relative to data/raw); every glob that matches counts, later ones win.

    A glob is compared with the name of the file, its path and, for a sheet of a workbook, its name and sheet:
    `年报_*.xlsx〔工单〕`.

    Raises MappingInvalid for an unknown kind, field, code or date order, a value of a wrong type, a pattern that is no
    regular expression, or a file name that it does not fit.
    """
    name = path.rsplit("/", 1)[-1]
    merged: dict[str, Any] = {}
    for pattern, own in _tables(settings.get("mapping", {})).items():
        if any(fnmatch(each, pattern) for each in (name, path, f"{name}〔{sheet}〕")):
            _check_types(pattern, own)
            _check_names(pattern, own, contracts)
            merged = _merged(merged, own)
    return _file_mapping(merged, name) if merged else FileMapping()


def _tables(mappings: Any) -> Mapping[str, Any]:
    if not isinstance(mappings, dict):
        raise _wrong("[mapping]", "mapping", str(mappings), '[mapping."文件名.csv"]', '[mapping."file.csv"]')
    for pattern, own in mappings.items():
        if not isinstance(own, dict):
            raise _wrong("[mapping]", pattern, str(own), f'[mapping."{pattern}"]', f'[mapping."{pattern}"]')
    return mappings


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(base[key], own[key])
        for key in base.keys() & own.keys()
        if isinstance(base[key], dict) and isinstance(own[key], dict)
    }
    return {**base, **own, **both}


def _file_mapping(source: Mapping[str, Any], file_name: str) -> FileMapping:
    groups = _groups(source.get("file_name"), file_name)
    return FileMapping(
        kind=source.get("kind"),
        headers={name: _texts(value) for name, value in source.items() if name not in RESERVED},
        constants={name: _filled(name, str(value), groups) for name, value in source.get("constant", {}).items()},
        words={
            name: {word.strip().lower(): str(code) for word, code in words.items()}
            for name, words in source.get("words", {}).items()
        },
        no_answer={name: _texts(values) for name, values in source.get("no_answer", {}).items()},
        dimensions={name: _texts(value) for name, value in source.get("dimensions", {}).items()},
        ignored=frozenset(_texts(source.get("ignore", []))),
        date_order=source.get("date_order"),
    )


def _groups(pattern: str | None, file_name: str) -> dict[str, str]:
    if pattern is None:
        return {}
    try:
        found = re.search(pattern, file_name)
    except re.error as error:
        raise MappingInvalid(
            f"settings.toml 的 [mapping] 中 file_name = '{pattern}' 不是正则式（{error}）。请改正后重试。",
            f"In a [mapping] of settings.toml, file_name = '{pattern}' is no regular expression ({error}). Correct it.",
        ) from error
    if found is None:
        raise MappingInvalid(
            f"settings.toml 的 [mapping] 中 file_name = '{pattern}' 与文件名 {file_name} 不符。请改正则式或文件名。",
            f"In a [mapping] of settings.toml, file_name = '{pattern}' does not fit {file_name}. Correct either.",
        )
    return {name: text or "" for name, text in found.groupdict().items()}


def _filled(field_name: str, text: str, groups: Mapping[str, str]) -> str:
    """A constant with the groups of the file name put into its {place holders}."""
    unknown = [name for name in PLACE_HOLDER.findall(text) if name not in groups]
    if unknown:
        known = "、".join(f"{{{name}}}" for name in groups) or "（无）"
        raise MappingInvalid(
            f"settings.toml 的 [mapping] 中 constant 的 {field_name} = '{text}' 里的花括号没有对应的值。"
            f"可用的有：{known}；请在 file_name 里写出同名的组，或去掉花括号。",
            f"In a [mapping] of settings.toml, nothing fills the braces of the constant {field_name} = '{text}'. "
            f"Known: {', '.join(groups) or 'none'}. Name a group in file_name or take the braces away.",
        )
    return PLACE_HOLDER.sub(lambda found: groups[found.group(1)], text)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else (str(value),)


def _check_types(pattern: str, own: Mapping[str, Any]) -> None:
    place = f'[mapping."{pattern}"]'
    for name, value in own.items():
        if name in TABLES:
            _check_table(place, name, value)
        elif name in TEXTS and not isinstance(value, str):
            raise _wrong(place, name, str(value), f'{name} = "…"', f'{name} = "…"')
        elif not _is_text_or_list(value):
            raise _wrong(place, name, str(value), f'{name} = "文件里的表头"', f'{name} = "the header in the file"')


def _check_table(place: str, name: str, table: Any) -> None:
    if not isinstance(table, dict):
        raise _wrong(place, name, str(table), f"{name} = {{ 字段 = … }}", f"{name} = {{ field = … }}")
    for key, value in table.items():
        if name == "words":
            _check_words(place, key, value)
        elif not (isinstance(value, SINGLE) if name == "constant" else _is_text_or_list(value)):
            raise _wrong(place, f"{name}.{key}", str(value), f'{key} = "…"', f'{key} = "…"')


def _check_words(place: str, field_name: str, words: Any) -> None:
    example = f'[mapping.….words.{field_name}] "…" = "…"'
    if not isinstance(words, dict):
        raise _wrong(place, f"words.{field_name}", str(words), example, example)
    for word, code in words.items():
        if not isinstance(code, SINGLE):
            raise _wrong(place, f"words.{field_name}.{word}", str(code), example, example)


def _is_text_or_list(value: Any) -> bool:
    return all(isinstance(item, SINGLE) for item in (value if isinstance(value, list) else [value]))


def _wrong(place: str, name: str, value: str, form_zh: str, form_en: str) -> MappingInvalid:
    return MappingInvalid(
        f"settings.toml 的 {place} 中 {name} 的值 {value} 写法不对，应写成 {form_zh}。请改正后重新加载。",
        f"{name} under {place} in settings.toml has the value {value}; write {form_en} and load again.",
    )


def _check_names(pattern: str, own: Mapping[str, Any], contracts: Mapping[str, Contract]) -> None:
    kind = own.get("kind")
    if kind is not None and kind not in contracts:
        _refuse(pattern, "kind", str(kind), tuple(contracts))
    candidates = [contracts[kind]] if kind else list(contracts.values())
    known = {name for contract in candidates for name in contract.fields}
    named = [name for name in own if name not in RESERVED]
    named += [name for table in ("constant", "words", "no_answer") for name in own.get(table, {})]
    for name in named:
        if name not in known:
            _refuse(pattern, "field", name, tuple(sorted(known)))
    for name, words in own.get("words", {}).items():
        _check_codes(pattern, name, words, candidates)
    if own.get("date_order", DATE_ORDERS[0]) not in DATE_ORDERS:
        _refuse(pattern, "date_order", str(own["date_order"]), DATE_ORDERS)


def _check_codes(pattern: str, name: str, words: Mapping[str, Any], candidates: Sequence[Contract]) -> None:
    """A code that no metric knows would drop its rows from every figure in silence."""
    fields = [contract.fields[name] for contract in candidates if name in contract.fields]
    if any(each.type != "code" or not each.words for each in fields):
        return
    codes = sorted({code for each in fields for code in (each.words or {}).values()})
    for word, code in words.items():
        if code not in codes:
            _refuse(pattern, "code", f'words.{name} "{word}" = "{code}"', tuple(codes))


def _refuse(pattern: str, what: str, value: str, known: tuple[str, ...]) -> None:
    words = {"kind": "种类", "field": "字段", "date_order": "日期次序", "code": "代码"}
    raise MappingInvalid(
        f'settings.toml 的 [mapping."{pattern}"] 写了未知的{words[what]} {value}。可用的有：{"、".join(known)}。',
        f'[mapping."{pattern}"] in settings.toml has an unknown {what} {value}. Known: {", ".join(known)}.',
    )
