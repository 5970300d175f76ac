"""The proof of the document: every printed number is derived again from the figures and compared.

A digit that stands in prose must belong to a `<data class="figure">` (derived again), a `<data
class="parameter">` (a declared setting), a `<time>` (agreeing with its own datetime), a reference to a numbered
figure or table that exists, or a name or definition taken from the data. Anything else fails the build.
What a picture plots is derived again too, number by number and label by label.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from queries.ladder import movement
from reports.charts.plotted import Plotted, at, label_text
from reports.derivations import RULES, Ledger, UnknownStatistic, derive
from reports.document import Chart, Document, Section, Table
from reports.numbers import JOINT, Address, Number, printed
from workspace import AnnualReportError, Language

if TYPE_CHECKING:
    from queries.figures import Figures

DIGITS = re.compile(r"\d+")
SIGNED_STATISTICS = ("change", "growth", "detail_change", "initiative_change", "initiative_effect", "decomposition")
RISING = ("提高", "上升", "增加", "增长", "延长", "多", "rose by", "up by", "increased by", "longer by")
FALLING = ("下降", "降低", "减少", "缩短", "少", "fell by", "down by", "decreased by", "shorter by")
DEGREES = {"明显": "clear", "略有": "slight", "clearly": "clear", "slightly": "slight"}
DEGREE = re.compile(
    r"(明显|略有|\bclearly|\bslightly)[ \u00a0]?(?:提高|下降|缩短|延长|(?:up|down|longer|shorter) by)"
    r"(?:，相差)?[ \u00a0]?$"
)
OWN_WORDS = ("name", "definition", "entered")  # entered: digits typed by hand, which are marked as such
SERVICE_LEVEL = "service_level:"


class FactCheckFailed(AnnualReportError):
    """A printed number is not what the figures say, or has no figure behind it."""

    def __init__(self, place: str, sentence: str, shown: str, true: str) -> None:
        super().__init__(
            f"核数未通过：{place}「{sentence}」中的「{shown}」，按数据应为「{true}」。请改正这一处，或重新生成报告。",
            f"The fact check failed: {place}: “{shown}” in “{sentence}” should be “{true}”. "
            "Mend that place, or build the report again.",
        )


@dataclass(frozen=True)
class PrintedFigure:
    """A number as a text prints it, with the address from which it can be derived again."""

    text: str
    address: Address
    form: str
    limit: float | None


@dataclass
class _Element:
    """An element of a text that may hold digits, with what it printed."""

    tag: str
    attributes: dict[str, str]
    before: str
    words: str = ""


@dataclass
class _Reading(HTMLParser):
    """A text taken apart: its elements, and the words outside of them."""

    elements: list[_Element] = field(default_factory=list)
    open: list[_Element] = field(default_factory=list)
    outside: str = ""
    whole: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self.open.append(_Element(tag, {name: value or "" for name, value in attrs}, self.whole))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element."""
        self.elements.append(self.open.pop())

    def handle_data(self, data: str) -> None:
        """Add words to the innermost element, or to the text outside of elements."""
        self.whole += data
        holder = next((element for element in reversed(self.open) if _may_hold_digits(element)), None)
        if holder is None:
            self.outside += data
        else:
            holder.words += data


def check(document: Document, figures: Figures) -> None:
    """Derive every number of the document again. Raises FactCheckFailed naming sentence, printed and true value."""
    proof = _Proof(Ledger(figures, document.year), document.language, _anchors(document))
    for place, text in texts(document):
        proof.require(place, text)
    for place, spoken, stated in _alternative_texts(document):
        proof.require_stated(place, spoken, stated)
    for block in _numbered(document):
        if isinstance(block, Chart):
            proof.require_picture(block)


def printed_figures(text: Markup) -> list[PrintedFigure]:
    """The figures of a text in their order; declared parameters and dates are none."""
    return [
        _printed_figure(element)
        for element in _read(text).elements
        if element.tag == "data" and element.attributes.get("class") != "parameter"
    ]


def texts(held: Document | Section) -> Iterator[tuple[str, Markup]]:
    """Every piece of marked-up text of a document or section with the place where it stands."""
    yield from _texts(held, "")


def _texts(held: Any, place: str) -> Iterator[tuple[str, Markup]]:
    if isinstance(held, Markup):
        yield place, held
    elif isinstance(held, tuple | list):
        for item in held:
            yield from _texts(item, place)
    elif is_dataclass(held) and not isinstance(held, type):
        here = getattr(held, "label", "") or getattr(held, "title", "") or getattr(held, "name", "") or place
        for each in fields(held):
            if each.name not in ("picture", "plotted", "series"):
                yield from _texts(getattr(held, each.name), str(Markup(here).striptags()))


@dataclass(frozen=True)
class _Proof:
    ledger: Ledger
    language: Language
    anchors: Mapping[str, str]

    def require(self, place: str, text: Markup) -> None:
        reading = _read(text)
        for element in reading.elements:
            self._require_element(place, reading.whole, element)
        stray = DIGITS.search(reading.outside)
        if stray:
            raise FactCheckFailed(place, reading.whole, stray.group(0), _words(self.language, "unproved"))

    def require_stated(self, place: str, text: str, stated: str) -> None:
        """Every number of an alternative text stands in the title or the caption that was proved."""
        for number in re.findall(r"\d[\d,.]*\d|\d", text):
            if number not in stated:
                raise FactCheckFailed(place, text, number, _words(self.language, "unproved"))

    def require_picture(self, chart: Chart) -> None:
        """A picture shows each of its quantities as the figures give it now."""
        from reports.render.pictures import specified

        picture = json.loads(specified(chart.picture).json) if chart.plotted else {}
        for plotted in chart.plotted:
            held, true = at(picture, plotted.place), self._true(plotted)
            if held != true and not _same(true, str(held)):
                raise FactCheckFailed(chart.label, chart.title.striptags(), *self._as_labels(plotted, held, true))

    def _true(self, plotted: Plotted) -> str | float:
        """What the picture must hold there."""
        value = self._value(plotted.quantity.address)
        if value is None:
            return _words(self.language, "unproved")
        if plotted.form is not None:
            return label_text(replace(plotted.quantity, value=value), plotted.form, self.language)
        return float(value) * (plotted.factor or 0.0)

    def _as_labels(self, plotted: Plotted, held: Any, true: str | float) -> tuple[str, str]:
        """Both values as a reader would see them; with all digits where they are printed alike."""
        if isinstance(true, str) or not plotted.factor or not isinstance(held, int | float):
            return str(held), str(true)
        quantity = plotted.quantity
        shown, expected = (
            label_text(replace(quantity, value=value / plotted.factor), quantity.form, self.language)
            for value in (held, true)
        )
        return (shown, expected) if shown != expected else (str(held), str(true))

    def _require_element(self, place: str, sentence: str, element: _Element) -> None:
        expected = self._expected(element)
        if expected is not None and expected != element.words:
            raise FactCheckFailed(place, sentence, element.words, expected)
        verb = _contradicted_verb(element)
        if verb:
            raise FactCheckFailed(place, sentence, f"{verb} {element.words}", element.attributes["value"])
        degree = self._unearned_degree(element)
        if degree:
            raise FactCheckFailed(place, sentence, f"{degree} {element.words}", element.words)

    def _unearned_degree(self, element: _Element) -> str | None:
        """明显 or 略有 before a change that is not so on the ladder."""
        if element.attributes.get("data-statistic") != "change":
            return None
        said = DEGREE.search(element.before)
        if said is None:
            return None
        address = _printed_figure(element).address
        figure = self.ledger.at(address)
        kind = None if figure is None else movement(figure, self.ledger.figures.catalog[address.metric]).kind
        return None if kind == DEGREES[said[1]] else said[0].strip()

    def _expected(self, element: _Element) -> str | None:
        """What the element must print; None where it holds no digits to prove."""
        attributes = element.attributes
        if element.tag == "data" and attributes.get("class") == "parameter":
            return self._declared(attributes)
        if element.tag == "data":
            return self._derived(element)
        if element.tag == "time":
            known = {str(int(number)) for number in DIGITS.findall(attributes["datetime"])}
            strange = [number for number in DIGITS.findall(element.words) if str(int(number)) not in known]
            return attributes["datetime"] if strange else None
        if element.tag == "a":
            return self.anchors.get(attributes["href"].lstrip("#"), _words(self.language, "no_such_place"))
        if attributes.get("class") == "definition":
            return self.ledger.figures.catalog[attributes["data-metric"]].definition.text(self.language).strip()
        return None

    def _declared(self, attributes: Mapping[str, str]) -> str:
        """A rule of the report has one value; a parameter must be declared by a metric, a service level by settings."""
        name, value = attributes["data-parameter"], float(attributes["value"])
        metrics = self.ledger.figures.catalog.values()
        is_known = name.startswith(SERVICE_LEVEL) or any(name in metric.parameters for metric in metrics)
        if name not in RULES and not is_known:
            return _words(self.language, "unproved")
        return printed(RULES.get(name, value), attributes["data-format"], self.language)

    def _derived(self, element: _Element) -> str:
        number = _printed_figure(element)
        value = self._value(number.address)
        if value is None:
            return _words(self.language, "unproved")
        text = printed(value, number.form, self.language, number.limit)
        stated = element.attributes["value"]
        return text if str(value) == stated or _same(value, stated) else str(value)

    def _value(self, address: Address) -> Number | None:
        try:
            return derive(self.ledger, address)
        except (UnknownStatistic, KeyError):
            return None


def _printed_figure(element: _Element) -> PrintedFigure:
    attributes = element.attributes
    held = json.loads(attributes["data-slice"])
    limit = attributes.get("data-limit")
    return PrintedFigure(
        text=element.words,
        address=Address(
            attributes["data-metric"], attributes["data-period"], tuple(held.items()), attributes["data-statistic"]
        ),
        form=attributes["data-format"],
        limit=None if limit is None else float(limit),
    )


def _same(value: Any, stated: str) -> bool:
    """Whether a value attribute states the derived value (to the last digits of a double)."""
    try:
        return abs(float(value) - float(stated)) <= 1e-9 * max(1.0, abs(float(value)))
    except ValueError:
        return False


def _contradicted_verb(element: _Element) -> str | None:
    """The verb before a change that says the opposite of its sign."""
    name = element.attributes.get("data-statistic", "").partition(":")[0]
    if name not in SIGNED_STATISTICS or element.attributes["data-format"].startswith("signed"):
        return None
    before = element.before.rstrip(f" {JOINT}了（(").removesuffix("，相差")
    wrong = RISING if float(element.attributes["value"]) < 0 else FALLING
    return next((verb for verb in wrong if before.endswith(verb)), None)


def _may_hold_digits(element: _Element) -> bool:
    return element.tag in ("data", "time", "a") or element.attributes.get("class") in OWN_WORDS


def _read(text: Markup) -> _Reading:
    reading = _Reading()
    reading.feed(str(text))
    reading.close()
    return reading


def _anchors(document: Document) -> dict[str, str]:
    return {block.anchor: block.label.replace(" ", JOINT) for block in _numbered(document)}


def _numbered(document: Document) -> Iterator[Chart | Table]:
    for chapter in (*document.chapters, *document.appendices):
        for section in chapter.sections:
            yield from (block for block in section.blocks if isinstance(block, Chart | Table))


def _alternative_texts(document: Document) -> Iterator[tuple[str, str, str]]:
    for block in _numbered(document):
        if isinstance(block, Chart):
            stated = f"{block.title.striptags()} {block.caption.striptags()}".replace(JOINT, " ")
            yield block.label, block.alternative_text.replace(JOINT, " "), stated


def _words(language: Language, key: str) -> str:
    words = {
        "unproved": ("没有数据支持的数字", "a number without a figure behind it"),
        "no_such_place": ("不存在的图表", "a figure or table that is not there"),
    }
    return words[key][0 if language == "zh" else 1]
