"""Lines of settings.toml: spelt so that they can be pasted, and added to a file without touching what it holds."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.errors import SettingInvalid

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
HEADER_LINE = re.compile(r"^\s*\[(?P<keys>[^\[\]].*)\]\s*(?:#.*)?$")


@dataclass(frozen=True)
class Table:
    """A table of settings.toml: its path, its keys with their values, a remark behind some of them, and comments."""

    path: tuple[str, ...]
    values: Mapping[str, str]
    remarks: Mapping[str, str]
    comments: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """The line that opens the table."""
        return f"[{'.'.join(map(_key, self.path))}]"

    def lines(self, keys: Iterable[str]) -> list[str]:
        """One line a key."""
        return [
            f"{_key(key)} = {_text(self.values[key])}" + (f"   # {self.remarks[key]}" if key in self.remarks else "")
            for key in keys
        ]


def as_text(tables: Iterable[Table]) -> str:
    """The tables as they stand in a settings.toml."""
    return "\n\n".join("\n".join([table.header, *table.lines(table.values), *table.comments]) for table in tables)


def with_tables(own: str, tables: Sequence[Table]) -> str:
    """`own`, the text of a settings.toml, with those keys and comments of the tables that it lacks.

    Raises SettingInvalid where the file is written in a way that leaves no place for them; the sentence has the lines.
    """
    text = own
    for table in tables:
        text = _with_table(text, table)
    if not _holds(text, own, tables):
        raise _no_place(tables)
    return text


def is_addable(own: str, table: Table) -> bool:
    """Whether the table can be appended to `own` as a new one."""
    try:
        tomllib.loads(f"{own.rstrip()}\n\n{as_text([table])}\n")
    except tomllib.TOMLDecodeError:
        return False
    return True


def _with_table(text: str, table: Table) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    present = _at(tomllib.loads(text), table.path) or {}
    added = table.lines(key for key in table.values if key not in present)
    added += [comment for comment in table.comments if comment not in text]
    if not added:
        return text
    lines = text.splitlines()
    end = _end_of_table(lines, table.path)
    if end is None:
        added = ([""] if lines and lines[-1].strip() else []) + [table.header, *added]
        end = len(lines)
    return newline.join([*lines[:end], *added, *lines[end:]]) + newline


def _end_of_table(lines: Sequence[str], path: tuple[str, ...]) -> int | None:
    """The place behind the last line of a table that is not blank; None where the table has no header line."""
    start = next((number for number, line in enumerate(lines) if _path_of(line) == path), None)
    if start is None:
        return None
    following = (number for number in range(start + 1, len(lines)) if lines[number].lstrip().startswith("["))
    end = next(following, len(lines))
    while not lines[end - 1].strip() or (end < len(lines) and lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _path_of(line: str) -> tuple[str, ...] | None:
    found = HEADER_LINE.match(line)
    if found is None:
        return None
    try:
        nested: Any = tomllib.loads(f"[{found['keys']}]")
    except tomllib.TOMLDecodeError:
        return None
    path: list[str] = []
    while nested:
        ((key, nested),) = nested.items()
        path.append(key)
    return tuple(path)


def _holds(text: str, own: str, tables: Sequence[Table]) -> bool:
    """Whether the new text says what the old one said, and the tables."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    expected = tomllib.loads(own)
    for table in tables:
        below = expected
        for key in table.path:
            below = below.setdefault(key, {})
        for key, value in table.values.items():
            below.setdefault(key, value)
    return found == expected


def _at(settings: Any, path: Iterable[str]) -> Any:
    for key in path:
        settings = settings.get(key) if isinstance(settings, dict) else None
    return settings


def _no_place(tables: Sequence[Table]) -> SettingInvalid:
    return SettingInvalid(
        f"settings.toml 的写法不便自动补充，文件未改动。请自行加入下面的内容：\n\n{as_text(tables)}",
        "settings.toml is written in a way that cannot be added to; it is unchanged. Add these lines yourself:\n\n"
        f"{as_text(tables)}",
    )


def _key(text: str) -> str:
    return text if BARE_KEY.fullmatch(text) else _text(text)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
