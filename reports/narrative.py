"""Words from findings: the templates of one language, filled, joined, spaced and checked against the prose rules.

Every phrase is a Jinja macro in templates/<language>/<file>.jinja and is called as `file.macro`. Templates hold
wording only; numbers reach them as quantities and leave through reports.numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
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
from reports.findings import Finding
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
SHARE_BELOW = re.compile("占( ?)(<data[^>]*>不足)")
BREAK = re.compile(r"\s*\n\s*")
SPACE_BEFORE_STOP = re.compile(r" ([,.;:)])")
SPACES = re.compile(r"[ \n]+")
CHINESE_DIGITS = "零一二三四五六七八九十"
LADDER: Mapping[Language, Mapping[str, re.Pattern[str]]] = {  # by the kind of movement that licenses the word
    "zh": {"clear": re.compile("(?<!没有)(?<!“)明显"), "slight": re.compile("(?<!“)略有(?!出入)")},
    "en": {"clear": re.compile(r"(?<!became )(?<!“)\bclearly\b"), "slight": re.compile(r"(?<!“)\bslightly\b")},
}


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


class UnlicensedWord(AnnualReportError):
    """A template says 明显 or 略有 of a finding that does not bear it out."""

    def __init__(self, word: str, text: str) -> None:
        super().__init__(
            f"「{text}」中的「{word}」没有经检验的数支持。请检查 reports/templates 中这一句的条件。",
            f"No tested change supports “{word}” in “{text}”. Check the conditions of that sentence in "
            "reports/templates.",
        )


class Writer:
    """The wording of one language for one report."""

    def __init__(
        self,
        language: Language,
        year: int,
        is_first_year: bool = False,
        codes: Mapping[str, str] | None = None,
        is_whole_year: bool = True,
        reworded: Callable[[str], str] = str,
        community: str | None = None,
    ) -> None:
        self.language: Language = language
        self._reworded = reworded  # into the words of the report's audience
        self._codes = dict(codes or {})
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES / language),
            autoescape=True,
            undefined=StrictUndefined,
            bytecode_cache=_COMPILED,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            report_year=year, is_first_year=is_first_year, is_whole_year=is_whole_year, community=community
        )
        self._environment.filters.update(self._filters())

    def say(self, phrase: str, **slots: Any) -> Markup:
        """One phrase, filled; empty when its template has nothing to say.

        Raises ProseRuleBroken, EmptySlot, UnlicensedWord.
        """
        text = self._filled(phrase, slots)
        prose_rules.require_clean(text, self.language)
        self._require_licence(text, slots)
        return text

    def paragraph(self, phrase: str, **slots: Any) -> Paragraph | None:
        """A paragraph of whole sentences, or None when its template has nothing to say."""
        text = self._filled(phrase, slots)
        if not text:
            return None
        prose_rules.require_clean(text, self.language, is_whole_sentence=True)
        self._require_licence(text, slots)
        return Paragraph(text)

    def label(self, key: str) -> str:
        """A fixed word of the report: a heading, a column, a card's name."""
        return self._reworded(str(self._labels[key]))

    def word(self, group: str, code: str) -> str:
        """The word for a code of the contract (`kind`, `repair`); the data's own words pass unchanged."""
        word = self._labels[group].get(code)
        return code if word is None else self._reworded(str(word))

    def spoken(self, text: str) -> str:
        """The word for a code wherever it comes from; the data's own words pass unchanged."""
        if text in self._codes:
            return self._codes[text]
        for group in ("kind", "priority", "ageing", "slice_value", "blank"):
            text = self.word(group, text)
        return text

    def words(self, group: str) -> list[str]:
        """A list of fixed words: the weekdays."""
        return [str(word) for word in self._labels[group]]

    def dictionary(self, group: str) -> dict[str, str]:
        """The words of a group by code."""
        return {str(code): str(word) for code, word in self._labels[group].items()}

    @cached_property
    def _labels(self) -> dict[str, Any]:
        held: dict[str, Any] = self._environment.get_template("labels.jinja").module.labels  # type: ignore[attr-defined]
        return held

    def _filled(self, phrase: str, slots: dict[str, Any]) -> Markup:
        file, _, macro = phrase.partition(".")
        module = self._environment.get_template(f"{file}.jinja").module
        return Markup(self._reworded(tidied(str(getattr(module, macro)(**slots)), self.language)))

    def _require_licence(self, text: Markup, slots: Mapping[str, Any]) -> None:
        """Words of the ladder stand only in a phrase that was given a finding which moved so."""
        plain = prose_rules.plain_words(text, self.language)
        said = {kind: word[0] for kind, pattern in LADDER[self.language].items() if (word := pattern.search(plain))}
        if said and (unearned := set(said) - {held.movement.kind for held in _findings(slots)}):
            raise UnlicensedWord(said[unearned.pop()], plain)

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
            "month_day": self._month_day,
            "year": self._year,
            "month": self._month,
            "months": self._months,
            "span": self._span,
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
        return self._listed([self._name(text) for text in texts])

    def _definition(self, text: str, metric: str) -> Markup:
        return Markup('<span class="definition" data-metric="{}">{}</span>').format(metric, text)

    def _reference(self, cited: Any) -> Markup:
        label = cited.label.replace(" ", JOINT)
        return Markup('<a class="reference" href="#{}">{}</a>').format(cited.anchor, label)

    def _day(self, day: date) -> Markup:
        words = f"{day.year}{JOINT}年{JOINT}{day.month}{JOINT}月{JOINT}{day.day}{JOINT}日"
        return _time(day.isoformat(), words if self.language == "zh" else f"{day.day} {day:%B} {day.year}")

    def _month_day(self, day: date) -> Markup:
        """A day of the report's own year: 7 月 12 日."""
        words = f"{day.month}{JOINT}月{JOINT}{day.day}{JOINT}日"
        return _time(day.isoformat(), words if self.language == "zh" else f"{day.day} {day:%B}")

    def _year(self, year: int) -> Markup:
        return _time(str(year), f"{year}{JOINT}年" if self.language == "zh" else str(year))

    def _month(self, period: str) -> Markup:
        """The month of a period such as 2025-07: 7 月."""
        month = int(period[-2:])
        return _time(period, f"{month}{JOINT}月" if self.language == "zh" else f"{date(2000, month, 1):%B}")

    def _months(self, periods: Sequence[str]) -> Markup:
        return self._listed([self._month(period) for period in periods])

    def _listed(self, texts: Sequence[Markup]) -> Markup:
        """A list in words: 甲、乙、丙, or A, B and C."""
        if self.language == "zh" or len(texts) < 2:
            return Markup("、").join(texts)
        return Markup(" and ").join([Markup(", ").join(texts[:-1]), texts[-1]])

    def _span(self, periods: Sequence[str]) -> Markup:
        """From the first to the last of consecutive months: 7—12 月; with the years where they differ."""
        first, last = periods[0], periods[-1]
        words = self._span_words(first, last) if first != last else str(self._month(first).striptags())
        return _time(f"{first}/{last}", words)

    def _span_words(self, first: str, last: str) -> str:
        if first[:4] == last[:4]:
            months = int(first[-2:]), int(last[-2:])
            if self.language == "zh":
                return f"{months[0]}—{months[1]}{JOINT}月"
            return f"{date(2000, months[0], 1):%B} to {date(2000, months[1], 1):%B}"
        both = [(int(period[:4]), int(period[-2:])) for period in (first, last)]
        if self.language == "zh":
            return "至".join(f"{year}{JOINT}年{JOINT}{month}{JOINT}月" for year, month in both)
        return " to ".join(f"{date(year, month, 1):%B} {year}" for year, month in both)

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
    return spaced(SHARE_BELOW.sub(r"占比\2", BREAK.sub("", text).strip()))


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


def _findings(held: Any) -> Iterator[Finding]:
    """Every finding among the slots of a phrase, however deep."""
    if isinstance(held, Finding):
        yield held
    elif isinstance(held, Mapping):
        for one in held.values():
            yield from _findings(one)
    elif isinstance(held, tuple | list):
        for one in held:
            yield from _findings(one)
    elif is_dataclass(held) and not isinstance(held, type):
        for each in fields(held):
            yield from _findings(getattr(held, each.name))


def _own_words(text: str) -> Markup:
    return Markup('<span class="name">{}</span>').format(text)


def _time(moment: str, words: str) -> Markup:
    return Markup(f'<time datetime="{escape(moment)}">{escape(words)}</time>')
