"""A printed number as a spreadsheet holds it: the unrounded value, and the format that shows what the report prints."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup

from reports.numbers import HOURS_A_DAY, JOINT, MILLION, MINUS, THOUSAND, UNIT_WORDS, WAN, YI
from reports.render.office_package import xml_text
from workspace import Language

_ONE_NUMBER = re.compile(r"\s*<data (?P<attributes>[^>]*)>(?P<printed>[^<]*)</data>\s*")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_PRINTED = re.compile(rf"(?P<sign>[+{MINUS}]?)(?P<whole>[\d,]+)(?:\.(?P<decimals>\d+))?(?P<unit>.*)", re.DOTALL)
_DURATIONS = ("minutes", "hours", "in_hours", "in_days")


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: a number with its format and the text that this gives, or a text alone."""

    content: float | str
    number_format: str = ""
    printed: str = ""

    @property
    def is_number(self) -> bool:
        """Whether the cell holds a number."""
        return isinstance(self.content, float)


def cell(text: Markup, language: Language) -> Cell:
    """The cell for a text of the document: a number where it is nothing but one, else the text itself."""
    alone = _ONE_NUMBER.fullmatch(text)
    attributes = {name: unescape(held) for name, held in _ATTRIBUTE.findall(alone["attributes"])} if alone else {}
    if alone is None or "data-format" not in attributes:
        return Cell(plain(text))
    printed = unescape(alone["printed"])
    parts = _PRINTED.fullmatch(printed)
    if parts is None:  # 不足 0.1%: the value is there, the cell shows the words
        return Cell(float(attributes["value"]), f'"{printed}"', printed)
    value = float(attributes["value"]) * _factor(attributes["data-format"], parts["unit"], language)
    is_signed = bool(parts["sign"]) or "signed" in attributes["data-format"].split()
    return Cell(value if is_signed else abs(value), _format(parts, is_signed), printed)


def plain(text: Markup) -> str:
    """A text without its marks, as an office file may hold it."""
    return xml_text(str(text.striptags()).replace(JOINT, " "))


def _factor(form: str, unit: str, language: Language) -> float:
    """By what a value is multiplied to be read in the printed unit."""
    words = UNIT_WORDS[language]
    unit = unit.strip(JOINT + " ")
    name = next(word for word in form.split(" ") if word not in ("signed", "minus", "bare", "short"))
    thousands, millions = (WAN, YI) if language == "zh" else (THOUSAND, MILLION)
    if name == "points":
        return 100
    if name in _DURATIONS and unit in (words["minutes"], words["days"]):
        return 60 if unit == words["minutes"] else 1 / HOURS_A_DAY
    if name == "wan" or unit == words["wan"]:
        return 1 / thousands
    return 1 / millions if unit == words["yi"] else 1


def _format(parts: re.Match[str], is_signed: bool) -> str:
    digits = "#,##0" + ("." + "0" * len(parts["decimals"]) if parts["decimals"] else "")
    unit = parts["unit"]
    shown = digits + (unit if unit == "%" else f'"{unit}"' if unit else "")
    if not is_signed:
        return shown
    plus = "+" if parts["sign"] != MINUS else ""
    return f'"{plus}"{shown};"{MINUS}"{shown};{shown}' if plus else f'{shown};"{MINUS}"{shown}'
