"""What the cells below a header say about it: whether they may hold what the header promises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from pipelines.contracts import Field

MOMENT_TYPES = frozenset({"timestamp", "date", "period_start", "period_end"})
AMOUNT_TYPES = frozenset({"money", "number", "integer", "minutes"})
LIKE_A_MOMENT = re.compile(
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]|^[2-7]\d{4}(?:\.\d+)?$|^(?:19|20)\d{2}"
    r"|[A-Za-z]{3,9}\.? \d{1,2}\b|\b\d{1,2} [A-Za-z]{3}"
)
SCORES = frozenset("12345")
FEWEST_TOP_SCORE = "4"  # codes of sex or of an age group seldom go so far
NO_SCORES = re.compile(
    "年龄|性别|楼层|人数|人口|户数|时长|年限|次数|编号|序号|age|gender|floor|count|number|years", re.IGNORECASE
)


def may_hold(field: Field, cell: str, own_words: Mapping[str, str], *, is_ambiguous: bool) -> bool:
    """Whether a cell could be a value of the field; `own_words` are those of the user's dictionary."""
    if field.type == "code" and field.words is not None and (is_ambiguous or not field.stops_on_unknown):
        return cell.lower() in {*field.words, *field.words.values(), *own_words}
    if field.type in MOMENT_TYPES:
        return LIKE_A_MOMENT.search(unicodedata.normalize("NFKC", cell)) is not None
    if field.type in AMOUNT_TYPES:
        return any(character.isdigit() for character in cell)
    return True


def holds_scores(cells: Iterable[str]) -> bool:
    """Whether the cells are scores of one to five, and nothing else."""
    scores = {cell.removesuffix(".0") for cell in cells if cell}
    return bool(scores) and scores <= SCORES and max(scores) >= FEWEST_TOP_SCORE


def may_be_scored(header: str) -> bool:
    """Whether a column of small numbers under this header could be one of scores: an age or a count is none."""
    return NO_SCORES.search(header) is None
