"""Words from findings: the templates of one language, filled, joined, spaced and checked against the prose rules.

Every phrase is a Jinja macro in templates/<language>/<file>.jinja and is called as `file.macro`. Templates hold
wording only; numbers reach them as quantities and leave through reports.numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from reports import prose_rules
from reports.document import Paragraph
from reports.numbers import JOINT, Number, Quantity, parameter, shown
from workspace import AnnualReportError, Language

TEMPLATES = Path(__file__).with_name("templates")
HAN = "\u3400-\u9fff\uf900-\ufaff"
LATIN = r"0-9A-Za-z%+−#$€£@±"
TAG = re.compile(r"(<[^>]+>)")
HAN_THEN_LATIN = re.compile(rf"([{HAN}])([{LATIN}])")
LATIN_THEN_HAN = re.compile(rf"([{LATIN}])([{HAN}])")
LATIN_PAIR = re.compile(rf"[{LATIN}.,)\]][{LATIN}(\[]")
STRAY_SPACE = re.compile(rf"(?<=[{HAN}，。；：、（）]) +| +(?=[{HAN}，。；：、（）])")
BREAK = re.compile(r"\s*\n\s*")
SPACE_BEFORE_STOP = re.compile(r" ([,.;:)])")
SPACES = re.compile(r"[ \n]+")
CHINESE_DIGITS = "零一二三四五六七八九十"


class _CompiledOnce(BytecodeCache):
    """Templates compiled in this process, shared by all writers."""

    def __init__(self) -> None:
        self._codes: dict[str, CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bucket the code compiled before, if any."""
        bucket.code = self._codes.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code that was just compiled."""
        if bucket.code is not None:
            self._codes[bucket.key + bucket.checksum] = bucket.code


_COMPILED = _CompiledOnce()


class EmptySlot(AnnualReportError):
    """A template asked for a number that the finding does not have."""


class Writer:
    """The wording of one language for one report."""

    def __init__(
        self,
        language: Language,
        year: int,
        is_first_year: bool = False,
        codes: Mapping[str, str] | None = None,
        is_whole_year: bool = True,
    ) -> None:
        self.language: Language = language
        self._codes = dict(codes or {})
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES / language),
            autoescape=True,
            undefined=StrictUndefined,
            bytecode_cache=_COMPILED,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(report_year=year, is_first_year=is_first_year, is_whole_year=is_whole_year)
        self._environment.filters.update(self._filters())

    def say(self, phrase: str, **slots: Any) -> Markup:
        """One phrase, filled; empty when its template has nothing to say. Raises ProseRuleBroken, EmptySlot."""
        text = self._filled(phrase, slots)
        prose_rules.require_clean(text, self.language)
        return text

    def paragraph(self, phrase: str, **slots: Any) -> Paragraph | None:
        """A paragraph of whole sentences, or None when its template has nothing to say."""
        text = self._filled(phrase, slots)
        if not text:
            return None
        prose_rules.require_clean(text, self.language, is_whole_sentence=True)
        return Paragraph(text)

    def label(self, key: str) -> str:
        """A fixed word of the report: a heading, a column, a card's name."""
        return str(self._labels[key])

    def word(self, group: str, code: str) -> str:
        """The word for a code of the contract (`kind`, `repair`); the data's own words pass unchanged."""
        return str(self._labels[group].get(code, code))

    def spoken(self, text: str) -> str:
        """The word for a code wherever it comes from; the data's own words pass unchanged."""
        if text in self._codes:
            return self._codes[text]
        for group in ("kind", "priority", "ageing", "blank"):
            text = self.word(group, text)
        return text

    def words(self, group: str) -> list[str]:
        """A list of fixed words: the weekdays."""
        return [str(word) for word in self._labels[group]]

    @cached_property
    def _labels(self) -> dict[str, Any]:
        held: dict[str, Any] = self._environment.get_template("labels.jinja").module.labels  # type: ignore[attr-defined]
        return held

    def _filled(self, phrase: str, slots: dict[str, Any]) -> Markup:
        file, _, macro = phrase.partition(".")
        module = self._environment.get_template(f"{file}.jinja").module
        return tidied(str(getattr(module, macro)(**slots)), self.language)

    def _filters(self) -> dict[str, Any]:
        return {
            "figure": self._figure,
            "parameter": self._parameter,
            "name": self._name,
            "entry": self._entry,
            "capitalised": capitalised,
            "names": self._names,
            "definition": self._definition,
            "reference": self._reference,
            "day": self._day,
            "year": self._year,
            "month": self._month,
            "months": self._months,
            "clock": self._clock,
            "in_words": self._in_words,
        }

    def _figure(self, quantity: Quantity | None, form: str | None = None) -> Markup:
        if quantity is None:
            raise EmptySlot(
                "文字模板引用了不存在的数值。请检查 reports/templates 中相应句子的条件。",
                "A wording template asks for a number that is not there. Check the conditions of that sentence.",
            )
        return shown(quantity, form, self.language)

    def _parameter(self, value: Number, name: str, form: str) -> Markup:
        return parameter(value, name, form, self.language)

    def _name(self, text: str) -> Markup:
        """A word of the data (a project, a category, a masked place): its digits are part of the name."""
        is_title = self.language == "en" and text in self._codes and ":" in self._codes[text]
        return _own_words(f"“{self.spoken(text)}”" if is_title else self.spoken(text))

    def _entry(self, text: str) -> Markup:
        """A name as an entry of a table: never in quotation marks."""
        return _own_words(capitalised(self.spoken(text)) if text in self._codes else self.spoken(text))

    def _names(self, texts: Sequence[str]) -> Markup:
        joint = "、" if self.language == "zh" else ", "
        return Markup(joint).join(self._name(text) for text in texts)

    def _definition(self, text: str, metric: str) -> Markup:
        return Markup('<span class="definition" data-metric="{}">{}</span>').format(metric, text)

    def _reference(self, cited: Any) -> Markup:
        label = cited.label.replace(" ", JOINT)
        return Markup('<a class="reference" href="#{}">{}</a>').format(cited.anchor, label)

    def _day(self, day: date) -> Markup:
        words = f"{day.year}{JOINT}年{JOINT}{day.month}{JOINT}月{JOINT}{day.day}{JOINT}日"
        return _time(day.isoformat(), words if self.language == "zh" else f"{day.day} {day:%B} {day.year}")

    def _year(self, year: int) -> Markup:
        return _time(str(year), f"{year}{JOINT}年" if self.language == "zh" else str(year))

    def _month(self, period: str) -> Markup:
        """The month of a period such as 2025-07: 7 月."""
        month = int(period[-2:])
        return _time(period, f"{month}{JOINT}月" if self.language == "zh" else f"{date(2000, month, 1):%B}")

    def _months(self, periods: Sequence[str]) -> Markup:
        if self.language == "en":
            return Markup(" and ").join(self._month(period) for period in periods)
        return Markup("、").join(self._month(period) for period in periods)

    def _clock(self, hours: str) -> Markup:
        """Hours of the day such as 19-21: 19—21 时."""
        first, last = hours.split("-")
        words = f"{first}—{last}{JOINT}时" if self.language == "zh" else f"{first}:00–{last}:00"
        return _time(f"T{int(first):02d}:00/T{int(last):02d}:00", words)

    def _in_words(self, number: int) -> str:
        """A one-digit number without statistical meaning: 四类."""
        if self.language == "en":
            return ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")[number]
        return "两" if number == 2 else CHINESE_DIGITS[number]


def tidied(text: str, language: Language) -> Markup:
    """Template output as one line; Chinese gets a space between Han characters and Latin letters or digits."""
    if language == "en":
        return Markup(SPACE_BEFORE_STOP.sub(r"\1", SPACES.sub(" ", text).replace("( ", "(")).strip())
    return spaced(BREAK.sub("", text).strip())


def spaced(text: str) -> Markup:
    """One space between Han characters and Latin letters or digits, also across the edges of elements, and none
    beside Chinese characters otherwise. The data's own words (names, definitions) keep the spaces that they have.
    """
    written: list[str] = []
    tags: list[str] = []
    last = ""
    is_own_word = has_space = False
    for token in TAG.split(text):
        if token.startswith("<"):
            tags.append(token)
            is_own_word = token.startswith("<span")
            continue
        words = token if is_own_word else _respaced(token)
        has_space = has_space or token.startswith(" ")
        if words:
            written += _joined(tags, _needs_space(last, words[0], has_space))
            written.append(words)
            tags, last = [], words[-1]
            has_space = token.endswith(" ")
    return Markup("".join(written + tags))


def _respaced(words: str) -> str:
    """Spaces at the edges and beside Chinese characters or punctuation dropped, then those that are needed put in."""
    bare = STRAY_SPACE.sub("", words.strip(" "))
    return LATIN_THEN_HAN.sub(r"\1 \2", HAN_THEN_LATIN.sub(r"\1 \2", bare))


def _joined(tags: Sequence[str], needs_space: bool) -> list[str]:
    """The tags between two texts, with the space after the closing and before the opening ones."""
    if not needs_space:
        return list(tags)
    closing = [tag for tag in tags if tag.startswith("</")]
    return [*closing, " ", *(tag for tag in tags if not tag.startswith("</"))]


def _needs_space(last: str, following: str, has_space: bool) -> bool:
    pair = last + following
    is_latin = bool(LATIN_PAIR.fullmatch(pair)) and has_space
    return is_latin or bool(HAN_THEN_LATIN.fullmatch(pair) or LATIN_THEN_HAN.fullmatch(pair))


def capitalised(text: str) -> str:
    """The text with its first letter large, for the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def _own_words(text: str) -> Markup:
    return Markup('<span class="name">{}</span>').format(text)


def _time(moment: str, words: str) -> Markup:
    return Markup(f'<time datetime="{escape(moment)}">{escape(words)}</time>')
