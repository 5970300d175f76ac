"""Words of kind and state that no dictionary knows: they stop the load, with the lines that would teach them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from duckdb import DuckDBPyConnection

from pipelines.account import contracts_read
from pipelines.contracts import Contract, Field
from pipelines.errors import UnknownWords
from pipelines.mapping import pattern_for
from pipelines.settings_lines import Table, as_text, is_addable
from workspace import Sentence

SURE_SIMILARITY = 0.8
NEGATIONS = frozenset("未不非无待没")
LONGEST_WORD_SHOWN = 40
SCRUBBED = re.compile(r"\[(?:号码|房号|车牌|邮箱)\]|\*\*")
TO_BE_CHECKED = "请核对 / check"


@dataclass(frozen=True)
class UnknownWord:
    """A word in one column of one sheet: how many rows have it, and the first of them."""

    path: str
    sheet: str
    field: Field
    header: str
    word: str
    row_count: int
    first_rows: tuple[int, ...]

    @property
    def place(self) -> str:
        """File and sheet as a person would name them."""
        return f"{self.path}〔{self.sheet}〕" if self.sheet else self.path

    @property
    def is_whole(self) -> bool:
        """Whether the word is shown as it stands in the file, so that a line of the settings can name it."""
        return len(self.word) < LONGEST_WORD_SHOWN and not SCRUBBED.search(self.word)


def refuse_unknown_words(
    connection: DuckDBPyConnection, contracts: Mapping[str, Contract], own_settings: str = ""
) -> None:
    """Raises UnknownWords with every such word, its rows, and the lines to add to settings.toml.

    `own_settings` is the text of the user's settings.toml, so that the lines fit it.
    """
    words = [
        word for contract in contracts_read(connection, contracts) for word in _unknown_words(connection, contract)
    ]
    if words:
        raise UnknownWords(_message(words, own_settings, "zh"), _message(words, own_settings, "en"))


def _unknown_words(connection: DuckDBPyConnection, contract: Contract) -> Iterator[UnknownWord]:
    watched = [field.name for field in contract.fields.values() if field.stops_on_unknown]
    if not watched:
        return
    rows = connection.execute(
        f"""
        with problems as (
            select
                source_file_id, source_row, unnest(problems, recursive := true),
                outcome = 'kept' or len(problems) = 1 as is_all_that_is_wrong
            from received.{contract.kind}
            where len(problems) > 0
        )
        select path, sheet, field, any_value(header), masked, count(*), list_sort(list(source_row))[:3]
        from problems inner join sheets_read on source_file_id = file_id
        where list_contains(?, field) and code = 'unknown_word' and is_all_that_is_wrong
        group by path, sheet, field, masked order by path, sheet, field, count(*) desc, masked
        """,
        [watched],
    ).fetchall()
    for path, sheet, field, header, word, count, first_rows in rows:
        yield UnknownWord(path, sheet, contract.fields[field], header, word, count, tuple(first_rows))


def _message(words: Sequence[UnknownWord], own_settings: str, language: str) -> str:
    whole = [word for word in words if word.is_whole]
    parts = [
        Sentence(
            f"{len(words)} 处的词不在词典中，未加载，原有数据库未改动：",
            f"{len(words)} words are in no dictionary; nothing was loaded, the database is unchanged:",
        ),
        *(_listed(list(group)) for _, group in groupby(words, key=lambda word: (word.place, word.header))),
    ]
    if len(whole) < len(words):
        parts.append(
            Sentence(
                "带 [号码]、** 等记号或过长的词含个人信息或不是词典里的词，请在导出文件中改正，或用 ignore 略去该列。",
                "Words with marks such as [号码] or **, or too long ones, are personal or no words of a dictionary: "
                "correct them in the export, or name the column under ignore.",
            )
        )
    if whole:
        parts += _instructions(whole, own_settings)
    return "\n".join(part.text("en" if language == "en" else "zh") for part in parts)


def _listed(words: Sequence[UnknownWord]) -> Sentence:
    zh = "；".join(f"“{word.word}” {word.row_count} 行（如第 {_numbers(word, '、')} 行）" for word in words)
    en = "; ".join(f"“{word.word}” in {word.row_count} rows (such as {_numbers(word, ', ')})" for word in words)
    first = words[0]
    return Sentence(
        f"  · {first.place} 的“{first.header}”列：{zh}", f"  · column “{first.header}” of {first.place}: {en}"
    )


def _numbers(word: UnknownWord, joint: str) -> str:
    return joint.join(map(str, word.first_rows))


def _instructions(words: Sequence[UnknownWord], own_settings: str) -> Iterator[Sentence]:
    tables = list(_tables(words, own_settings))
    codes = {word.field.name: _codes(word.field) for word in words}
    listed = "；".join(f"{name} = {known}" for name, known in codes.items())
    new = as_text(table for table, is_new in tables if is_new)
    if new:
        yield Sentence(
            f"请核对下面各行等号右边的代码（{listed}），加到 settings.toml 末尾后重新加载：\n\n{new}",
            f"Check the codes behind the equals signs ({listed}), append the lines to settings.toml and load again:"
            f"\n\n{new}",
        )
    for table, is_new in tables:
        if not is_new:
            lines = "\n".join(table.lines(table.values))
            yield Sentence(
                f"settings.toml 里已有 {table.header}，请在它下面加入：\n\n{lines}",
                f"settings.toml has {table.header} already; add below it:\n\n{lines}",
            )


def _codes(field: Field) -> str:
    first_word: dict[str, str] = {}
    for word, code in (field.words or {}).items():
        first_word.setdefault(code, word)
    return "、".join(f"{code}（{word}）" for code, word in first_word.items())


def _tables(words: Iterable[UnknownWord], own_settings: str) -> Iterator[tuple[Table, bool]]:
    """A table for each pattern of file names and each field, and whether settings.toml has none of that name yet."""

    def group_of(word: UnknownWord) -> tuple[str, str, str]:
        name = word.path.rsplit("/", 1)[-1]
        return pattern_for(name), name, word.field.name

    by_pattern: dict[tuple[str, str], list[UnknownWord]] = {}
    for word in words:
        pattern, _, field = group_of(word)
        by_pattern.setdefault((pattern, field), []).append(word)
    for (pattern, field), group in by_pattern.items():
        table = _table(pattern, field, group)
        if is_addable(own_settings, table):
            yield table, True
            continue
        for name in dict.fromkeys(group_of(word)[1] for word in group):
            own = _table(name, field, [word for word in group if group_of(word)[1] == name])
            yield own, is_addable(own_settings, own)


def _table(pattern: str, field: str, words: Iterable[UnknownWord]) -> Table:
    proposals = {word.word: _proposed_code(word.word, word.field) for word in words}
    return Table(
        path=("mapping", pattern, "words", field),
        values={word: code for word, (code, _) in proposals.items()},
        remarks={word: TO_BE_CHECKED for word, (_, is_sure) in proposals.items() if not is_sure},
    )


def _proposed_code(word: str, field: Field) -> tuple[str, bool]:
    """The code of the most similar word of the dictionary; where none is similar its first code, to be checked."""
    known = field.words or {}
    near = difflib.get_close_matches(word.lower(), known, n=1, cutoff=SURE_SIMILARITY)
    if near and set(near[0]) & NEGATIONS == set(word) & NEGATIONS:
        return known[near[0]], True
    return next(iter(known.values())), False
