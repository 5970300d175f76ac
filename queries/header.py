"""Reads the TOML header of a metric file and says precisely what is wrong with it."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workspace import AnnualReportError, Sentence

OPENING: Final = "/* ---"
CLOSING: Final = "--- */"
REQUIRED: Final = ("title", "section", "unit", "better", "aggregate", "basis", "definition")
OPTIONAL: Final = ("base", "slices", "headline", "set_apart", "details", "parameters", "requires", "undated")
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": ("percent", "hours", "days", "count", "yuan", "score", "points"),
    "better": ("higher", "lower", "neutral"),
    "aggregate": ("count", "sum", "mean", "median", "ratio", "duration"),
    "base": ("events", "households", "money", "exposure"),
    "basis": ("flow", "stock"),
}
PERIOD_NAMES: Final = ("year", "quarter", "month")
DETAIL_AGGREGATES: Final = ("sum", "max", "mean")
_IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]*")


class MetricHeaderWrong(AnnualReportError):
    """A metric file's header cannot be used; the sentence names file, line, key and remedy."""

    def __init__(self, path: Path, line: int, zh: str, en: str) -> None:
        super().__init__(f"指标文件 {path.name} 第 {line} 行：{zh}", f"Metric file {path.name}, line {line}: {en}")
        self.path = path
        self.line = line


@dataclass(frozen=True)
class Header:
    """What a metric file declares about itself; the meaning of each key stands in DESIGN, section 4."""

    title: Sentence
    definition: Sentence
    section: str
    unit: str
    better: str
    aggregate: str
    base: str | None
    basis: str
    slices: tuple[str, ...]
    headline: Mapping[str, str]
    set_apart: tuple[str, ...]
    details: Mapping[str, str]
    parameters: Mapping[str, Any]
    requires: tuple[tuple[str, ...], ...]
    undated: tuple[str, ...]


@dataclass(frozen=True)
class HeaderText:
    """The TOML text of a header, the SQL below it, and where the TOML begins in the file."""

    path: Path
    toml: str
    sql: str
    first_line: int

    def wrong(self, line: int, zh: str, en: str) -> MetricHeaderWrong:
        """The error for line `line` (counted from 1) of the TOML text."""
        return MetricHeaderWrong(self.path, self.first_line + line - 1, zh, en)

    def line_of(self, key: str) -> int:
        """The line of the TOML text on which the top-level `key` is set; 1 where it is not."""
        pattern = re.compile(rf"""^\s*["']?{re.escape(key)}["']?\s*[.=]""")
        lines = enumerate(self.toml.splitlines(), start=1)
        return next((number for number, line in lines if pattern.match(line)), 1)


def read_header(path: Path) -> tuple[Header, str]:
    """The header of the metric file at `path` and the SQL that follows it.

    Raises MetricHeaderWrong with file, line, key and the nearest valid key.
    """
    text = split_header(path, path.read_text(encoding="utf-8"))
    values = _parse_toml(text)
    _check_keys(text, values)
    _check_choices(text, values)
    return _build(text, values), text.sql


def split_header(path: Path, content: str) -> HeaderText:
    """The header and the SQL of a metric file's `content`. Raises MetricHeaderWrong where either is not delimited."""
    lines = content.splitlines()
    if not lines or lines[0].strip() != OPENING:
        raise MetricHeaderWrong(
            path,
            1,
            f"首行应为“{OPENING}”。请在文件开头写指标说明。",
            f'the first line must be "{OPENING}". Begin the file with a header.',
        )
    closing = next((number for number, line in enumerate(lines) if line.strip() == CLOSING), None)
    if closing is None:
        raise MetricHeaderWrong(
            path, len(lines), f"找不到结束行“{CLOSING}”。请补上。", f'the closing line "{CLOSING}" is missing. Add it.'
        )
    header_lines = lines[1:closing]
    _refuse_comment_marks(path, header_lines)
    return HeaderText(path, "\n".join(header_lines), "\n".join(lines[closing + 1 :]).strip() + "\n", 2)


def _refuse_comment_marks(path: Path, header_lines: list[str]) -> None:
    for number, line in enumerate(header_lines, start=2):
        for mark in ("/*", "*/"):
            if mark in line:
                key = line.split("=")[0].strip()
                raise MetricHeaderWrong(
                    path,
                    number,
                    f"指标说明（{key}）中不能出现注释符号“{mark}”。请改用别的写法。",
                    f'the comment mark "{mark}" may not stand inside the header ({key}). Write it differently.',
                )


def _parse_toml(text: HeaderText) -> dict[str, Any]:
    try:
        return tomllib.loads(text.toml)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place.group(1)) if place else max(1, len(text.toml.splitlines()))
        raise text.wrong(
            line, f"不是有效的 TOML（{error}）。请改正。", f"not valid TOML ({error}). Correct it."
        ) from error


def _check_keys(text: HeaderText, values: Mapping[str, Any]) -> None:
    valid = REQUIRED + OPTIONAL
    for key in values:
        if key not in valid:
            nearest = difflib.get_close_matches(key, valid, n=1, cutoff=0)[0]
            raise text.wrong(
                text.line_of(key),
                f"不认识的键 {key}。最接近的有效键是 {nearest}。",
                f"unknown key {key}. The nearest valid key is {nearest}.",
            )
    for key in REQUIRED:
        if key not in values:
            raise text.wrong(1, f"缺少键 {key}。请补上。", f"the key {key} is missing. Add it.")


def _check_choices(text: HeaderText, values: Mapping[str, Any]) -> None:
    for key, choices in CHOICES.items():
        if key in values and values[key] not in choices:
            nearest = difflib.get_close_matches(str(values[key]), choices, n=1, cutoff=0)[0]
            raise text.wrong(
                text.line_of(key),
                f"{key} 的值 {values[key]!r} 无效，只能是 {'、'.join(choices)}。最接近的是 {nearest}。",
                f"{key} cannot be {values[key]!r}; valid are {', '.join(choices)}. The nearest is {nearest}.",
            )
    if (values["aggregate"] == "ratio") != ("base" in values):
        raise text.wrong(
            text.line_of("base" if "base" in values else "aggregate"),
            "base 只用于 ratio，且 ratio 必须写明 base。请改正。",
            "base belongs to ratios only, and every ratio must name its base. Correct it.",
        )


def _build(text: HeaderText, values: Mapping[str, Any]) -> Header:
    return Header(
        title=_sentence(text, values, "title"),
        definition=_sentence(text, values, "definition"),
        section=_words(text, "section", [values["section"]])[0],
        unit=values["unit"],
        better=values["better"],
        aggregate=values["aggregate"],
        base=values.get("base"),
        basis=values["basis"],
        slices=_slices(text, values),
        headline=_table(text, values, "headline", str),
        set_apart=_identifiers(text, values, "set_apart"),
        details=_details(text, values),
        parameters=_table(text, values, "parameters", (str, int, float, list)),
        requires=_requires(text, values),
        undated=_fields(text, values, "undated"),
    )


def _sentence(text: HeaderText, values: Mapping[str, Any], key: str) -> Sentence:
    value = values[key]
    if not isinstance(value, dict) or set(value) != {"zh", "en"} or not all(_is_text(word) for word in value.values()):
        raise text.wrong(
            text.line_of(key),
            f"{key} 要有 zh 和 en 两种文字。请补全。",
            f"{key} needs a text in zh and in en. Complete it.",
        )
    return Sentence(value["zh"].strip(), value["en"].strip())


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _words(text: HeaderText, key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(_is_text(word) for word in value):
        raise text.wrong(text.line_of(key), f"{key} 应为文字。请改正。", f"{key} must hold text. Correct it.")
    return tuple(value)


def _identifiers(text: HeaderText, values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    words = _words(text, key, values.get(key, []))
    for word in words:
        if not _IDENTIFIER.fullmatch(word):
            raise text.wrong(
                text.line_of(key),
                f"{key} 中的 {word!r} 不是列名（小写字母、数字、下划线）。请改正。",
                f"{word!r} in {key} is no column name (lower-case letters, digits, underscores). Correct it.",
            )
    return words


def _slices(text: HeaderText, values: Mapping[str, Any]) -> tuple[str, ...]:
    slices = _identifiers(text, values, "slices")
    reserved = [name for name in slices if name in PERIOD_NAMES]
    if reserved or len(set(slices)) != len(slices):
        raise text.wrong(
            text.line_of("slices"),
            f"slices 不能重复，也不能用 {'、'.join(PERIOD_NAMES)}。请改正。",
            f"slices may neither repeat nor be called {', '.join(PERIOD_NAMES)}. Correct it.",
        )
    return slices


def _details(text: HeaderText, values: Mapping[str, Any]) -> Mapping[str, str]:
    details = _table(text, values, "details", str)
    wrong = {name: how for name, how in details.items() if how not in DETAIL_AGGREGATES}
    if wrong:
        raise text.wrong(
            text.line_of("details"),
            f"details 的算法只能是 {'、'.join(DETAIL_AGGREGATES)}：{wrong}。请改正。",
            f"details are aggregated by {' or '.join(DETAIL_AGGREGATES)} only: {wrong}. Correct it.",
        )
    return details


def _table(text: HeaderText, values: Mapping[str, Any], key: str, kinds: type | tuple[type, ...]) -> Mapping[str, Any]:
    table = values.get(key, {})
    if not isinstance(table, dict) or not all(isinstance(value, kinds) for value in table.values()):
        raise text.wrong(
            text.line_of(key),
            f"{key} 应为“名称 = 值”的表。请改正。",
            f"{key} must be a table of name = value. Correct it.",
        )
    return dict(table)


def _requires(text: HeaderText, values: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    listed = values.get("requires", [])
    if not isinstance(listed, list):
        raise text.wrong(
            text.line_of("requires"), "requires 应为列表。请改正。", "requires must be a list. Correct it."
        )
    alternatives = [_words(text, "requires", [entry] if isinstance(entry, str) else entry) for entry in listed]
    for entry in alternatives:
        _check_fields(text, "requires", entry)
    return tuple(alternatives)


def _fields(text: HeaderText, values: Mapping[str, Any], key: str) -> tuple[str, ...]:
    fields = _words(text, key, values.get(key, []))
    _check_fields(text, key, fields)
    return fields


def _check_fields(text: HeaderText, key: str, fields: tuple[str, ...]) -> None:
    for field in fields:
        if field.count(".") != 1:
            raise text.wrong(
                text.line_of(key),
                f"{key} 中的 {field!r} 应写成“类别.字段”。请改正。",
                f'{field!r} in {key} must read "kind.field". Correct it.',
            )
