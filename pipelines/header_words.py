"""The words of headers: how a header is spelt, and which fields of a contract it names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from pipelines.contracts import Contract, Field, load_contracts

LOOSEST_SPELLING = 2
BRACKETED = re.compile(r"[(\[{【<〔](.*?)[)\]}】>〕]")
NOISE = re.compile(r"[\s_\-*:.、#/?]+")
QUESTION_NUMBER = re.compile(r"^(?:q?\d{1,3}\s*[、.:)]|q\d{1,3}_|第\d+题)\s*[、.:]?\s*", re.IGNORECASE)
QUESTION_OPENING = re.compile(r"^(?:请问)?(?:您|你)?对(?:我们|本小区|小区)?")
COURTESY = re.compile(
    r"^(?:请问|请填写|请输入|请选择)?(?:您|你)?(?:对我们的|(?:现在?)?(?:所在|居住)的?|还有什么|有什么|有哪些|其他|的)?"
)
COURTESY_ENDING = re.compile(r"(?:是|为|是什么|是哪个|是哪里)?[?:。\s]*$")
IS_QUESTION = re.compile(r"^(?:q?\d{1,3}\s*[、.:)_]|请|您|你|how |do |what |which |please )|[?？]\s*$", re.IGNORECASE)
CUSTOM_FIELD = re.compile(r"^(?:custom field|自定义字段)\s*\((.+)\)$", re.IGNORECASE)
CODE_LEGEND = re.compile(r"(?<=\S)[\s:]+\d\s*[-=.:、]\s*\D+\d.*$")  # 状态 0-未处理 1-已处理
DURATION_UNIT = re.compile(
    r"^(?:in |单位:)?(?:h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?|days?|小时|分钟|秒|天)$", re.IGNORECASE
)


@cache
def normalised(header: str) -> str:
    """A header without case, width, spaces, joints and marks, so that `Ticket_ID` and `ticket id` are one."""
    return NOISE.sub("", unicodedata.normalize("NFKC", header)).lower()


@cache
def without_brackets(header: str) -> str:
    """A header without its unit or remark in brackets, the number of its question and the meaning of its codes."""
    return normalised(_bare(header))


@cache
def without_courtesy(header: str) -> str:
    """The word that a form or a system asks for: 1、您所在的小区是： → 小区, Custom field (Rating) → rating."""
    named = CUSTOM_FIELD.match(unicodedata.normalize("NFKC", header).strip())
    return normalised(COURTESY_ENDING.sub("", COURTESY.sub("", _bare(named.group(1) if named else header))))


def _bare(header: str) -> str:
    text = BRACKETED.sub("", unicodedata.normalize("NFKC", header)).strip()
    return CODE_LEGEND.sub("", QUESTION_NUMBER.sub("", text)).strip()


def spellings(header: str) -> tuple[str, str, str]:
    """The forms in which a header is looked up, the most literal first."""
    return normalised(header), without_brackets(header), without_courtesy(header)


def bracketed_unit(header: str) -> str:
    """The unit that a header names in brackets, or an empty text."""
    found = BRACKETED.search(unicodedata.normalize("NFKC", header))
    return found.group(1).strip().lower() if found else ""


def as_compared(header: str) -> str:
    """A header as it is compared with one that the user wrote: without case, its white space as single blanks."""
    return " ".join(header.split()).lower()


@cache
def ranks_of(headers: tuple[str, ...]) -> dict[str, int]:
    """The headers of a field as they are compared, each with its place in the list."""
    return {normalised(header): rank for rank, header in reversed(list(enumerate(headers)))}


@dataclass(frozen=True)
class Found:
    """Where a header stands in a field's list, and which of its spellings stands there."""

    rank: int
    spelling: int

    @property
    def is_loose(self) -> bool:
        """Whether only the loosest spelling was found; any other header goes before it."""
        return self.spelling == LOOSEST_SPELLING


def rank_of(ranks: Mapping[str, int], cell: str) -> Found | None:
    """Where a header stands among the ranks, in its most literal spelling that is there; None where none is."""
    for position, spelling in enumerate(spellings(cell)):
        if spelling in ranks:
            return Found(ranks[spelling], position)
    return None


def named_fields(header: str, contract: Contract) -> Iterable[Field]:
    """The fields of a kind that a header could name, whether another column serves them or not."""
    return (
        field
        for field in contract.fields.values()
        if rank_of(ranks_of(field.headers), header) or rank_of(ranks_of(field.ambiguous_headers), header)
    )


@cache
def vocabulary(kind: str) -> frozenset[str]:
    """Every header that a kind knows, as it is compared."""
    fields = load_contracts()[kind].fields.values()
    return frozenset(normalised(header) for field in fields for header in (*field.headers, *field.ambiguous_headers))


def dimension_in(header: str, contract: Contract) -> str | None:
    """The dimension that a header scores: 保洁满意度 → 保洁; None where it scores none."""
    if not contract.dimension_words:
        return None
    text = _question(header)
    for pattern in contract.dimension_questions:
        if found := re.search(pattern, text, re.IGNORECASE):
            return dimension_name(found.group(1))
    for ending in contract.dimension_endings:
        if text.lower().endswith(ending) and len(text) > len(ending):
            return dimension_name(text[: -len(ending)])
    return text if normalised(text) in _dimension_words(contract.kind) else None


def dimension_name(question: str) -> str:
    """The dimension that a question asks for: 3、您对保洁服务的 → 保洁服务, 物业服务的总体 → 物业服务总体."""
    return QUESTION_OPENING.sub("", _question(question)).replace("的", "").strip(" _-?") or question.strip()


def _question(header: str) -> str:
    text = unicodedata.normalize("NFKC", BRACKETED.sub("", header)).strip()
    return QUESTION_NUMBER.sub("", text.lower() if text.isascii() else text).strip(" ?:。")


@cache
def _dimension_words(kind: str) -> frozenset[str]:
    return frozenset(normalised(word) for word in load_contracts()[kind].dimension_words)


def is_question(header: str) -> bool:
    """Whether a header is a question or a request of a form."""
    return IS_QUESTION.search(header) is not None


def names_duration(header: str) -> bool:
    """Whether the unit of a header is one of duration: Resolution time (hours) says how long, not when."""
    return DURATION_UNIT.match(bracketed_unit(header)) is not None
