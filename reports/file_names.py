"""Names of files and folders made from words of the data, which may hold anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 40
FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+')
DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
NOTHING = "_"


def safe_name(words: str) -> str:
    """`words` as one name of a file or folder on any system; never empty, never a path."""
    plain = FORBIDDEN.sub(NOTHING, unicodedata.normalize("NFC", words))
    short = "".join(plain.split(" "))[:LONGEST].strip(". ")
    return f"{NOTHING}{short}" if not short or DEVICES.fullmatch(short) else short


def safe_names(words: Iterable[str]) -> dict[str, str]:
    """A name for each of the words, no two alike even where capitals do not count."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for each in words:
        name = chosen = safe_name(each)
        position = 2
        while chosen.casefold() in taken:
            chosen = f"{name}-{position}"
            position += 1
        taken.add(chosen.casefold())
        names[each] = chosen
    return names
