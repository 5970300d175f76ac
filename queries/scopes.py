"""Which part of the estate the words of a scope name: buildings, communities, vendors, assets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

WORDS_FOR_EVERYWHERE: Final = frozenset(
    {"全部", "全部项目", "所有项目", "各项目", "全公司", "all", "all communities", "everywhere"}
)
_BETWEEN_WORDS: Final = re.compile(r"[\s、，,;；/＋+&和与及]+|\band\b")


@dataclass(frozen=True)
class Place:
    """The part of the estate where a measure was taken: `treated` values of a slice, within further values of others.

    `slice_name` is None where it was taken everywhere. `unmatched` are the words that fit no value of any slice.
    """

    slice_name: str | None = None
    treated: tuple[str, ...] = ()
    within: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()


EVERYWHERE: Final = Place()


def find_place(scope: str | None, values: Mapping[str, Iterable[str]]) -> Place:
    """The place that the words of `scope` name, by the `values` of each slice, the most important slice first.

    Values are found inside the text, the longest first, so that nothing need stand between a community and its
    building. Where several slices are named, the one with most values is the kind of thing that was treated, the
    others say within what.
    """
    if scope is None or plain(scope) in WORDS_FOR_EVERYWHERE:
        return EVERYWHERE
    rest, found = scope, dict[str, list[str]]()
    for value, slice_name in sorted(_slice_of_value(values).items(), key=lambda item: (-len(item[0]), item[0])):
        rest, times = _whole_word(value).subn("、", rest)
        if times:
            found.setdefault(slice_name, []).append(value)
    unmatched = tuple(word for word in _BETWEEN_WORDS.split(rest) if word)
    if not found or unmatched:
        return Place(unmatched=unmatched or (scope,))
    kind = max(found, key=lambda name: len(set(values[name])))
    within = {name: tuple(sorted(listed)) for name, listed in found.items() if name != kind}
    return Place(kind, tuple(sorted(found[kind])), within)


def _whole_word(value: str) -> re.Pattern[str]:
    """`value` where no letter or digit continues it: 1号楼 is not meant where 11号楼 stands."""
    before = r"(?<![0-9A-Za-z])" if value[:1].isascii() else ""
    after = r"(?![0-9A-Za-z])" if value[-1:].isascii() else ""
    return re.compile(before + re.escape(value) + after)


def _slice_of_value(values: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The first slice that has each value."""
    slices: dict[str, str] = {}
    for name, listed in values.items():
        for value in listed:
            slices.setdefault(value, name)
    return slices


def plain(words: str) -> str:
    """`words` without what writers vary: blanks and capitals."""
    return " ".join(words.split()).casefold()
