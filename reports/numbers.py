"""The one place that rounds: numbers with the address they came from, and how they are printed.

A `Quantity` is a number, the form in which it is to be printed and the `Address` from which reports.factcheck can
derive it again. `shown` turns it into a `<data>` element; nothing else in the reports writes digits.

A form is a short text such as `rate`, `points`, `count 件`, `hours`, `money`, with flags before it: `signed` keeps
the sign (changes are otherwise printed as magnitudes, because the verb carries the direction), `minus` shows only a
negative one, `bare` drops the unit, `short` drops a decimal that is zero (目标 98%, 24 小时).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup, escape

from workspace import Language

Number = int | float | Decimal

FACTS = "facts"  # the metric of the addresses of hand-entered numbers
FLAGS = ("signed", "minus", "bare", "short")
JOINT = "\u00a0"  # between a number and its unit: they are never on two lines
MINUS = "−"
MISSING = "—"
MOST_DECIMALS = 4
WAN = 10_000
THOUSAND = 1_000
MILLION = 1_000_000
YI = 100_000_000
MINUTES_BELOW_HOURS = 2
HOURS_UP_TO = 72
HOURS_A_DAY = 24
DAYS_WITHOUT_DECIMALS = 100

FORM_OF_UNIT = {
    "percent": "rate",
    "hours": "hours",
    "days": "days",
    "count": "count",
    "yuan": "money",
    "score": "score",
    "points": "score",
}
UNIT_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "points": "个百分点",
        "minutes": "分钟",
        "hours": "小时",
        "days": "天",
        "score": "分",
        "yuan": "元",
        "wan": "万元",
        "yi": "亿元",
        "below": "不足",
    },
    "en": {
        "points": "percentage points",
        "minutes": "minutes",
        "hours": "hours",
        "days": "days",
        "score": "points",
        "yuan": "yuan",
        "wan": "thousand yuan",
        "yi": "million yuan",
        "below": "less than",
    },
}


@dataclass(frozen=True)
class Address:
    """Where a number can be derived again: metric, period, slice, and which statistic of that figure."""

    metric: str
    period: str
    slice: tuple[tuple[str, str], ...] = ()
    statistic: str = "value"

    @property
    def where(self) -> dict[str, str]:
        """The slice as the conditions that `Figures.of` takes."""
        return dict(self.slice)

    def of(self, statistic: str) -> Address:
        """The address of another statistic of the same figure."""
        return Address(self.metric, self.period, self.slice, statistic)


@dataclass(frozen=True)
class Quantity:
    """One number, the form in which it is printed and where it came from.

    `limit` is the target beside which the number stands: the printed text never lands on its other side.
    """

    value: Number
    form: str
    address: Address
    limit: float | None = None

    @property
    def magnitude(self) -> float:
        """The number without its sign."""
        return abs(float(self.value))


def shown(quantity: Quantity, form: str | None = None, language: Language = "zh") -> Markup:
    """The `<data>` element of a quantity, printed in `form` (its own one by default)."""
    chosen = form or quantity.form
    attributes = {
        "class": "figure hand_entered" if quantity.address.metric == FACTS else "figure",
        "value": str(quantity.value),
        "data-metric": quantity.address.metric,
        "data-period": quantity.address.period,
        "data-slice": json.dumps(quantity.address.where, ensure_ascii=False, sort_keys=True),
        "data-statistic": quantity.address.statistic,
        "data-format": chosen,
    }
    if quantity.limit is not None:
        attributes["data-limit"] = repr(quantity.limit)
    return _element("data", attributes, printed(quantity.value, chosen, language, quantity.limit))


def parameter(value: Number, name: str, form: str, language: Language = "zh") -> Markup:
    """The `<data>` element of a setting or a rule (24 小时, 30 天): declared, not measured."""
    attributes = {"class": "parameter", "value": str(value), "data-parameter": name, "data-format": form}
    return _element("data", attributes, printed(value, form, language))


def printed(value: Number, form: str, language: Language = "zh", limit: float | None = None) -> str:
    """`value` as the page prints it in `form`. Raises KeyError on an unknown form."""
    flags, name, unit = _parts(form)
    number = float(value)
    text, own_unit = _FORMS[name](abs(number), language, None if limit is None else abs(limit))
    text = text.removesuffix(".0") if "short" in flags else text
    is_next_to_nothing = text.startswith(UNIT_WORDS[language]["below"])  # 不足 0.1 has no sign
    sign = "" if is_next_to_nothing else _sign(number, flags)
    words = "" if "bare" in flags else (_counted(unit, number) or own_unit)
    if words.startswith("%") or not words:
        return f"{sign}{text}{words}"
    return f"{sign}{text}{JOINT}{words}"


def format_plain(value: Number | None, unit: str, language: Language) -> str:
    """A figure of the catalogue's `unit` as text for a terminal; a missing value is an em dash."""
    if value is None:
        return MISSING
    return printed(value, f"minus {FORM_OF_UNIT[unit]}", language).replace(JOINT, " ")


def _parts(form: str) -> tuple[set[str], str, str]:
    words = form.split(" ")
    flags = set()
    while words[0] in FLAGS:
        flags.add(words.pop(0))
    return flags, words[0], " ".join(words[1:])


def _sign(number: float, flags: set[str]) -> str:
    if number < 0 and flags & {"signed", "minus"}:
        return MINUS
    return "+" if number > 0 and "signed" in flags else ""


def _counted(unit: str, number: float) -> str:
    """The measure word; `ticket/tickets` is singular for one."""
    singular, slash, plural = unit.partition("/")
    return singular if not slash or abs(number) == 1 else plural


def _element(tag: str, attributes: Mapping[str, str], text: str) -> Markup:
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return Markup(f"<{tag}{written}>{escape(text)}</{tag}>")


def _rounded(number: float, decimals: int) -> Decimal:
    return Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _fixed(number: float, decimals: int) -> str:
    return f"{_rounded(number, decimals):,}"


def _side(number: float, limit: float) -> int:
    return (number > limit) - (number < limit)


def _decimals(number: float, limit: float | None, fewest: int) -> int:
    """How many decimals keep the printed number on its own side of the limit."""
    if limit is None or math.isclose(number, limit, abs_tol=1e-12):
        return fewest
    for decimals in range(fewest, MOST_DECIMALS):
        if _side(float(_rounded(number, decimals)), limit) == _side(number, limit):
            return decimals
    return MOST_DECIMALS


def _rate(fraction: float, language: Language, limit: float | None) -> tuple[str, str]:
    """A share: 98.2 %; 100 % and 0 only when exact."""
    percent = fraction * 100
    if percent == 0 or math.isclose(percent, 100, abs_tol=1e-9):
        return _fixed(percent, 0), "%"
    if percent < 0.05:
        return _below("0.1", language), "%"
    scaled = None if limit is None else limit * 100
    if 99.95 <= percent < 100 and scaled != 100:
        return ("99.9", "%") if scaled is None or scaled <= 99.9 else (_fixed(percent, MOST_DECIMALS), "%")
    if 99.95 <= percent < 100:
        return "99.9", "%"
    return _fixed(percent, _decimals(percent, scaled, 1)), "%"


def _growth(fraction: float, language: Language, limit: float | None) -> tuple[str, str]:
    """A relative change: 4.5 %."""
    if 0 < fraction < 0.0005:
        return _below("0.1", language), "%"
    return _fixed(fraction * 100, 1), "%"


def _points(fraction: float, language: Language, limit: float | None) -> tuple[str, str]:
    """A difference of rates: 2.1 个百分点."""
    words = UNIT_WORDS[language]["points"]
    if 0 < fraction < 0.0005:
        return _below("0.1", language), words
    return _fixed(fraction * 100, 1), words


def _count(number: float, language: Language, limit: float | None) -> tuple[str, str]:
    """A whole number with thousands commas; a fraction keeps one decimal."""
    is_whole = math.isclose(number, round(number), rel_tol=1e-12, abs_tol=1e-9)
    return _fixed(number, 0 if is_whole else 1), ""


def _hours(number: float, language: Language, limit: float | None) -> tuple[str, str]:
    """A duration in the unit that suits its length: minutes below 2 h, hours to 72 h, days beyond."""
    return _SCALES[scale_of(number)](number, language, limit)


def _in_minutes(number: float, language: Language, limit: float | None) -> tuple[str, str]:
    words = UNIT_WORDS[language]["minutes"]
    minutes = number * 60
    if 0 < minutes < 1:
        return _below("1", language), words
    return _fixed(minutes, _decimals(minutes, None if limit is None else limit * 60, 0)), words


def _in_hours(number: float, language: Language, limit: float | None) -> tuple[str, str]:
    words = UNIT_WORDS[language]["hours"]
    if 0 < number < 0.05:
        return _below("0.1", language), words
    return _fixed(number, _decimals(number, limit, 1)), words


def _in_days(number: float, language: Language, limit: float | None) -> tuple[str, str]:
    days = number / HOURS_A_DAY
    if 0 < days < 0.05:
        return _below("0.1", language), UNIT_WORDS[language]["days"]
    scaled = None if limit is None else limit / HOURS_A_DAY
    fewest = 0 if days >= DAYS_WITHOUT_DECIMALS else 1
    return _fixed(days, _decimals(days, scaled, fewest)), UNIT_WORDS[language]["days"]


def _days(number: float, language: Language, limit: float | None) -> tuple[str, str]:
    return _in_days(number * HOURS_A_DAY, language, None if limit is None else limit * HOURS_A_DAY)


def _score(number: float, language: Language, limit: float | None) -> tuple[str, str]:
    return _fixed(number, _decimals(number, limit, 1)), UNIT_WORDS[language]["score"]


def _money(yuan: float, language: Language, limit: float | None) -> tuple[str, str]:
    """Money in prose: 元 to the cent below ten thousand, 万元 with one decimal, 亿元 with two."""
    small, large = _money_units(language)
    if yuan >= large:
        return _in_yi(yuan, language, limit)
    return _in_wan(yuan, language, limit) if yuan >= small else _in_yuan(yuan, language, limit)


def _in_yi(yuan: float, language: Language, limit: float | None) -> tuple[str, str]:
    unit = _money_units(language)[1]
    if yuan < unit / 100:
        return _money(yuan, language, limit)
    scaled = None if limit is None else limit / unit
    return _fixed(yuan / unit, _decimals(yuan / unit, scaled, 2)), UNIT_WORDS[language]["yi"]


def _in_wan(yuan: float, language: Language, limit: float | None) -> tuple[str, str]:
    unit = _money_units(language)[0]
    if yuan < unit / 10:
        return _in_yuan(yuan, language, limit)
    scaled = None if limit is None else limit / unit
    return _fixed(yuan / unit, _decimals(yuan / unit, scaled, 1)), UNIT_WORDS[language]["wan"]


def _in_yuan(yuan: float, language: Language, limit: float | None) -> tuple[str, str]:
    return _fixed(yuan, 0 if float(yuan).is_integer() else 2), UNIT_WORDS[language]["yuan"]


def _money_units(language: Language) -> tuple[int, int]:
    return (WAN, YI) if language == "zh" else (THOUSAND, MILLION)


def _wan(yuan: float, language: Language, limit: float | None) -> tuple[str, str]:
    """Money in a table whose heading names the unit: 万元 with two decimals (thousand yuan in English)."""
    return _fixed(yuan / (WAN if language == "zh" else THOUSAND), 2), ""


def _cents(yuan: float, language: Language, limit: float | None) -> tuple[str, str]:
    """Money in a table whose heading names the unit: yuan to the cent."""
    return _fixed(yuan, 2), ""


def _plain(number: float, language: Language, limit: float | None) -> tuple[str, str]:
    return _fixed(number, 1), ""


def _below(smallest: str, language: Language) -> str:
    return f"{UNIT_WORDS[language]['below']}{JOINT}{smallest}"


def money_scale_of(yuan: float, language: Language) -> str:
    """The unit in which an amount and its change are read: in_yuan, in_wan or in_yi."""
    small, large = _money_units(language)
    if yuan < small:
        return "in_yuan"
    return "in_wan" if yuan < large else "in_yi"


def scale_of(hours: float) -> str:
    """The unit in which a duration is read: minutes, in_hours or in_days."""
    if hours < MINUTES_BELOW_HOURS:
        return "minutes"
    return "in_hours" if hours <= HOURS_UP_TO else "in_days"


_Form = Callable[[float, Language, float | None], tuple[str, str]]
_SCALES: dict[str, _Form] = {"minutes": _in_minutes, "in_hours": _in_hours, "in_days": _in_days}
_FORMS: dict[str, _Form] = {
    "rate": _rate,
    "growth": _growth,
    "points": _points,
    "count": _count,
    "hours": _hours,
    "days": _days,
    "score": _score,
    "money": _money,
    "in_yuan": _in_yuan,
    "in_wan": _in_wan,
    "in_yi": _in_yi,
    "wan": _wan,
    "cents": _cents,
    "plain": _plain,
    **_SCALES,
}
