"""Values of slices that are asked for: one that no row has ever had is a slip of the keyboard, not a zero."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence, Set
from typing import Final

from workspace import WrongUse

CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": ("repair", "complaint", "inquiry", "suggestion", "praise"),
    "priority": ("urgent", "routine"),
}
"""The codes of the warehouse, which are valid also where a company has no such row."""
MOST_LISTED: Final = 12


class UnknownSliceValue(WrongUse):
    """A slice was asked for by a value that it does not have."""

    def __init__(self, name: str, value: str, known: Sequence[str]) -> None:
        listed = known[:MOST_LISTED]
        more_zh, more_en = (
            (f"等 {len(known)} 个", f" and others, {len(known)} in all") if len(known) > len(listed) else ("", "")
        )
        super().__init__(
            f"{name} 没有 {value!r} 这个值。已有的值：{'、'.join(listed)}{more_zh}。请改正后重试。",
            f"{name} has no value {value!r}. It has: {', '.join(listed)}{more_en}. Correct it.",
        )
        self.known = tuple(known)


def require_known_values(found: Mapping[str, Set[str]], where: Mapping[str, str]) -> None:
    """Raise UnknownSliceValue, with the known values nearest first, unless each value of `where` is a valid one.

    Valid are the values `found` of each slice and the codes of the warehouse. Where none were found at all, nothing is
    known and nothing is refused.
    """
    for name, value in where.items():
        if found[name] and value not in found[name] | set(CODES.get(name, ())):
            raise UnknownSliceValue(name, value, _nearest_first(value, found[name]))


def _nearest_first(value: str, known: Set[str]) -> list[str]:
    def likeness(other: str) -> float:
        return difflib.SequenceMatcher(None, value.casefold(), other.casefold()).ratio()

    return sorted(known, key=lambda other: (-likeness(other), other))
