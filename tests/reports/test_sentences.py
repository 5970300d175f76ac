"""The sentences of the whole report in many states of the data: grammatical, and never at odds with themselves.

The linter of the house runs while each report is composed (reports.prose_rules, reports.page_rules); here stands what
only a second reading finds: a verb against its number, a verdict against another, a list without an item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from chapter_states import ALL_KINDS
from fake_figures import FakeFigures, Scenario, workspace
from markupsafe import Markup

from reports import charts
from reports.annual import compose
from reports.audience import OWNERS
from reports.charts.style import HouseFigure
from reports.document import Chapter, Document, Paragraph, Section
from reports.factcheck import FactCheckFailed, check, texts
from reports.prose_rules import OWN_WORDS, TAGS
from workspace import Language

STATES = {
    "up": Scenario(50, "up", kinds=ALL_KINDS, targets="mixed"),
    "down": Scenario(51, "down", kinds=ALL_KINDS, targets="missed"),
    "flat": Scenario(52, "flat", "large", kinds=ALL_KINDS, targets="met"),
    "level": Scenario(53, "equal", kinds=ALL_KINDS),
    "mixed": Scenario(54, "mixed", "large", kinds=ALL_KINDS, targets="mixed"),
    "tiny": Scenario(55, "down", "tiny", kinds=ALL_KINDS, targets="missed"),
    "first year": Scenario(56, has_last_year=False, kinds=ALL_KINDS, targets="mixed"),
    "zero base": Scenario(57, is_last_year_zero=True, kinds=ALL_KINDS),
    "half a year": Scenario(58, "mixed", as_of=date(2025, 6, 30), kinds=ALL_KINDS, targets="met"),
    "nothing filled in": Scenario(59, has_blank_slices_only=True, kinds=ALL_KINDS),
    "tickets alone": Scenario(60, "mixed", "tiny", has_last_year=False, kinds=("tickets",)),
    "metrics missing": Scenario(61, missing=("closure_rate", "backlog", "collection_rate", "satisfaction_rate")),
}
IN_ENGLISH = ("up", "down", "mixed", "tiny", "first year", "zero base", "half a year", "tickets alone")
CHANGE = re.compile(
    r'(提高|增加|增长|延长|下降|减少|缩短)(?:，相差)?\s?<data[^>]*?value="(-?)[^"]*"[^>]*data-statistic="change"'
)
CHANGE_EN = re.compile(
    r'(up|longer|down|shorter) by <data[^>]*?value="(-?)[^"]*"[^>]*data-statistic="change"', re.DOTALL
)
RISES = ("提高", "增加", "增长", "延长", "up", "longer")
UNGRAMMATICAL: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        r"[、，；：]。|、，|，、|。、|：；|（）|为[，。；]|共[，。]|占[，。；]|其中[，。；]|的是[，。；]|包括[，。]|有[。；]"
        r"|(?<![\d.,])0 [件起次条份处场笔户项个][，。]?其中"
        r"|(提高|下降|增加|减少|缩短|延长|目标|上年|其中|较上年|比上年)\1"
        r"|较上年[，。]|比上年[，。；]|由 ([\d.,%]+)[^，。；]{0,6}到 \2(?![\d.,%])|None|nan|占不足"
    ),
    "en": re.compile(
        r"\( ?\)|, ?\.|: ?\.|; ?\.|, ?;|\b(the|of|a|by|on|and|in|to) \1\b"
        r"|\b(?:of|by|in|and|with|against|than|the) ?[.;:]"
        r"|\bof (?:0|no) \w+, \d|from ([\d.,%]+) to \2(?![\d.,%])|None|nan\b| {2,}"
    ),
}
TARGET = re.compile(
    r'(高于|低于|达到|超过|在|距|比)\s?<data[^>]*data-metric="([^"]*)"[^>]*data-slice="([^"]*)" data-statistic="target"'
)
MISSED = ("距", "比")
ORPHAN = re.compile(r"^(?:其中|另有|而|其余)")


@pytest.fixture(autouse=True)
def without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are tested here; what a chart draws is tested elsewhere."""
    for name in charts.__all__:
        if name != "ChartStyle":
            monkeypatch.setattr(charts, name, lambda *arguments, **options: HouseFigure())


def composed(state: str, language: Language) -> tuple[Document, FakeFigures]:
    """The report of a state of the data, and the figures behind it."""
    figures = FakeFigures(STATES[state], language)
    return compose(figures, workspace(language), 2025), figures


def sentences(document: Document) -> Iterator[str]:
    """Everything that the report says, text by text, as a reader sees it; definitions are the catalogue's own words."""
    for _, text in texts(document):
        words = TAGS.sub("", re.sub(r'<span class="definition".*?</span>', "", text, flags=re.DOTALL))
        yield words.replace("\u00a0", " ")


def require_sound(document: Document) -> None:
    """No text is ungrammatical, no verb stands against the sign of its number, no paragraph begins with an orphan."""
    for _, text in texts(document):
        for verb, minus in [*CHANGE.findall(text), *CHANGE_EN.findall(text)]:
            assert (verb in RISES) != bool(minus), text
    for words in sentences(document):
        found = UNGRAMMATICAL[document.language].search(words)
        assert not found, (found, words)
        assert not ORPHAN.match(words), words


@pytest.mark.parametrize("state", STATES)
def test_every_sentence_of_a_report_is_sound(state: str) -> None:
    """Good and bad years, first years, tiny groups, zero bases: every chapter reads well, every number is proved."""
    document, figures = composed(state, "zh")
    require_sound(document)
    require_one_verdict(document)
    check(document, figures)


@pytest.mark.parametrize("state", IN_ENGLISH)
def test_every_sentence_in_english_is_sound_and_english(state: str) -> None:
    """The English report is as sound, and Chinese in it is nothing but the data's own words."""
    document, _ = composed(state, "en")
    require_sound(document)
    left = [TAGS.sub("", OWN_WORDS.sub("", text)) for _, text in texts(document)]
    assert not [words for words in left if re.search(r"[\u3400-\u9fff，。；：、（）]", words)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_codes_are_never_shown(language: Language) -> None:
    """A reader meets words, not the codes of the contract or of the catalogue."""
    document, _ = composed("mixed", language)
    codes = re.compile(r"\b(?:[a-z]+_[a-z_]+|urgent_|repair_|opened_at|未填)\b")
    assert not [words for words in sentences(document) if codes.search(words)]


def require_one_verdict(document: Document) -> None:
    """No figure is said to have met its target in one place and to have missed it in another."""
    said: dict[tuple[str, str], set[bool]] = {}
    for _, text in texts(document):
        for word, metric, where in TARGET.findall(text):
            said.setdefault((metric, where), set()).add(word in MISSED)
    assert not [figure for figure, verdicts in said.items() if len(verdicts) > 1]


def test_a_degree_written_by_hand_fails_the_fact_check() -> None:
    """明显 before a change of money, which is a census and has no interval, stops the build."""
    document, figures = composed("up", "zh")
    text = next(text for _, text in texts(document) if "当年收缴率为" in text and "较上年提高" in text)
    bold = Markup(str(text).replace("较上年提高", "较上年明显提高", 1))
    section = Section("s", "", "费用收缴", (Paragraph(bold),))
    with pytest.raises(FactCheckFailed, match="明显提高"):
        check(replace(document, chapters=(Chapter("c", "01", "概述", (section,)),)), figures)


def test_owners_read_the_same_language() -> None:
    """The edition for owners is sound too, and speaks of 小区 where the company speaks of 项目."""
    figures = FakeFigures(replace(STATES["mixed"], missing=tuple(OWNERS.hidden_metrics)))
    space = workspace()
    space.settings["report"]["audience"] = "owners"
    document = compose(figures, space, 2025)
    require_sound(document)
    assert any("小区" in words for words in sentences(document))
    assert not [words for words in sentences(document) if re.search(r"各项目(?!标)", words)]
