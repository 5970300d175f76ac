"""Spacing of mixed Chinese and Latin text: a quarter-em between the two, and nothing torn apart at a line's end.

WeasyPrint has no text-autospace, so the space is put into the text, never into a tag. The ordinary space of Noto Sans
CJK is that quarter-em (0.22 em), so an ordinary space serves; what must not break stands in a span that does not wrap.
No other kind of space is left in the page, so that whoever searches or copies it finds plain text.
"""

from __future__ import annotations

import re
from itertools import pairwise

from markupsafe import Markup, escape

NO_BREAK = "\u00a0"
_HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff]"
_TAG = re.compile(r"(<[^>]*>)")
_LOOSE = " \u2009"
_AFTER_NUMBER = re.compile(rf"(?<=[0-9%])[ \u2009\u00a0]?(?={_HAN})")
_AFTER_LATIN = re.compile(rf"(?<=[A-Za-z])[ \u2009]?(?={_HAN})")
_REFERENCE = re.compile(r"(?<=[图表第])[ \u2009\u00a0]?(?=[0-9A-Z])")
_BEFORE_LATIN = re.compile(rf"(?<={_HAN})[ \u2009]?(?=[A-Za-z0-9−+])")
_SPACES = ((_REFERENCE, NO_BREAK), (_AFTER_NUMBER, NO_BREAK), (_AFTER_LATIN, " "), (_BEFORE_LATIN, " "))
_UNITS = (
    "个百分点|百分点|万元|亿元|小时|分钟|个工作日|人次|户次|项次|"
    "percentage points|thousand yuan|million yuan|hours|minutes|days|yuan"
)
_ENDS = rf"{NO_BREAK}?(?:{_UNITS})|{NO_BREAK}{_HAN}"
_RANGE = r"[～—–]"
_NUMBER = rf"[+−]?[0-9][0-9,.]*%?(?:{_RANGE}[0-9][0-9,.]*%?)?"
_TOGETHER = re.compile(
    rf"{_NUMBER}(?:{_ENDS})|[+−]?[0-9][0-9,.]*%?{_RANGE}[0-9][0-9,.]*%?|[图表第]{NO_BREAK}[0-9A-Z][0-9A-Z.-]*"
)
_ELEMENT = r"<data\b[^>]*>[^<]*</data>"
_ELEMENTS_TOGETHER = re.compile(rf"{_ELEMENT}{_RANGE}{_ELEMENT}(?:{_ENDS})?|{_ELEMENT}(?:{_ENDS})")


def typeset(text: str | Markup) -> Markup:
    """`text` with a thin space between Chinese and Latin letters or digits, numbers and their units kept together.

    Plain text is escaped first. Markup keeps its tags and attributes; nothing is put into a `<data>` element.
    """
    tokens = _TAG.split(str(escape(text)))
    texts = [index for index in range(0, len(tokens), 2) if tokens[index]]
    for index in texts:
        spaced = _spaced(tokens[index])
        tokens[index] = spaced if _is_data(tokens, index) else _TOGETHER.sub(_keep, spaced)
    for left, right in pairwise(texts):
        _space_between(tokens, left, right)
    return Markup(_ELEMENTS_TOGETHER.sub(_keep, "".join(tokens)).replace(NO_BREAK, " "))


def _spaced(text: str) -> str:
    for pattern, space in _SPACES:
        text = pattern.sub(space, text)
    return text


def _space_between(tokens: list[str], left: int, right: int) -> None:
    """Put the space that belongs between two texts outside a `<data>` element."""
    before, after = tokens[left].rstrip(_LOOSE), tokens[right].lstrip(_LOOSE)
    space = _spaced(before[-1:] + after[:1])[1:-1] if before and after else ""
    if not space:
        return
    if _is_data(tokens, left):
        tokens[right] = space + after
    else:
        tokens[left] = before + space


def _is_data(tokens: list[str], index: int) -> bool:
    return index > 0 and tokens[index - 1].startswith("<data")


def _keep(match: re.Match[str]) -> str:
    return f'<span class="keep">{match[0]}</span>'
