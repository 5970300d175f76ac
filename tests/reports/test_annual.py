"""The composed report: grammatical in every state of the data, every number provable, nothing empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from fake_figures import EVERYTHING, FakeFigures, Scenario, workspace
from markupsafe import Markup

from reports import charts
from reports.annual import compose, cover_date
from reports.charts.style import HouseFigure
from reports.document import Chart, Document, NumberedList, Paragraph, Table
from reports.factcheck import FactCheckFailed, check, texts
from reports.prose_rules import TAGS
from workspace import Language

CONTRADICTIONS = re.compile(
    r"(?:提高|增加|延长|增长)[了到]?[ \u00a0]?−|"
    r"由 ?([\d.,%]+)[^，。；]{0,6}(?:提高|下降|降|增加|减少|缩短|延长)到 ?\1(?![\d.,%])"
)
EMPTY = re.compile(r"（[见：]?）|为[，。；]|共[，。]|None|\bnan\b|Undefined| {2,}")


@pytest.fixture(autouse=True)
def without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are tested here; what a chart draws is tested elsewhere."""
    for name in charts.__all__:
        if name != "ChartStyle":
            monkeypatch.setattr(charts, name, lambda *arguments, **options: HouseFigure())


def composed(scenario: Scenario, language: Language = "zh") -> tuple[Document, FakeFigures]:
    """The report of a scenario, and the figures behind it."""
    figures = FakeFigures(scenario, language)
    return compose(figures, workspace(language), scenario.year), figures


def blocks(document: Document) -> Iterator[object]:
    """All blocks in the order of the page."""
    for chapter in (*document.chapters, *document.appendices):
        for section in chapter.sections:
            yield from section.blocks


def words(document: Document) -> str:
    """Everything that the report says, without its elements."""
    return "\n".join(TAGS.sub("", text).replace("\u00a0", " ") for _, text in texts(document))


def scenarios() -> list[Scenario]:
    """Years that went well, badly and not at all; large and tiny; with and without last year, targets and kinds."""
    grid = product(("up", "down", "flat", "equal"), ("normal", "tiny"), (True, False))
    whole = [
        Scenario(seed, trend, size, has_last_year, targets=("none", "mixed")[seed % 2])
        for seed, (trend, size, has_last_year) in enumerate(grid)
    ]
    seeded = [Scenario(100 + seed, "mixed", "large", targets="mixed") for seed in range(6)]
    odd = [
        Scenario(1, is_last_year_zero=True, targets="missed"),
        Scenario(2, targets="met", trend="equal"),
        Scenario(3, targets="missed", trend="down"),
        Scenario(4, has_blank_slices_only=True),
        Scenario(5, as_of=date(2025, 6, 30), targets="mixed"),
        Scenario(6, size="tiny", targets="missed", trend="down"),
        Scenario(7, missing=("full_loop_rate", "survey_response_rate", "arrears_amount", "first_time_fix_rate")),
        Scenario(8, missing=("closure_rate", "backlog", "resolution_time", "collection_rate", "arrears_recovery_rate")),
        Scenario(9, missing=("repeat_fault_rate", "chase_rate", "fault_interval", "ticket_rating"), trend="mixed"),
    ]
    kinds = [
        Scenario(20 + seed, trend, size, seed % 3 != 0, kinds=kinds, targets=("none", "mixed")[seed % 2])
        for seed, (kinds, trend, size) in enumerate(
            product((("tickets",), ("bills", "payments"), ("surveys",)), ("up", "down"), ("normal", "tiny"))
        )
    ]
    return whole + seeded + odd + kinds


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_of_the_data_gives_clean_provable_prose(language: Language) -> None:
    """Many years, good, bad and tiny: no rule broken, no slot empty, no verb against its number, all proved."""
    for scenario in scenarios() if language == "zh" else scenarios()[::2]:
        document, figures = composed(scenario, language)
        text = words(document)
        assert not EMPTY.search(text), (scenario, EMPTY.search(text))
        assert not CONTRADICTIONS.search(text), (scenario, CONTRADICTIONS.search(text))
        check(document, figures)


@pytest.mark.parametrize("scenario", [Scenario(1, targets="mixed"), Scenario(2, "down", kinds=("tickets",))])
def test_figures_and_tables_are_cited_before_they_appear(scenario: Scenario) -> None:
    """Each numbered block has a reference in an earlier paragraph; numbers run without a gap."""
    document, _ = composed(scenario)
    cited: set[str] = set()
    for block in blocks(document):
        if isinstance(block, Paragraph):
            cited |= set(re.findall(r'href="#([^"]+)"', block.text))
        if isinstance(block, Chart | Table):
            assert block.anchor in cited, block.label


def test_chapters_are_numbered_without_a_hole() -> None:
    """Without initiatives there is no chapter about them, and no missing number either."""
    document, _ = composed(Scenario())
    assert [chapter.number for chapter in document.chapters] == ["01", "02", "03", "04", "05"]
    assert document.chapters[-1].title == "成果与未来计划"


@pytest.mark.parametrize(
    ("kinds", "absent"),
    [
        (("tickets",), ("收缴", "欠费", "满意率", "问卷")),
        (("surveys",), ("工单", "报修", "投诉", "收缴", "欠费")),
        (("bills", "payments"), ("工单", "报修", "投诉", "满意率", "问卷")),
    ],
)
def test_chapters_speak_only_of_what_was_loaded(kinds: tuple[str, ...], absent: tuple[str, ...]) -> None:
    """No chapter about fees without fees; the appendix names what was not provided."""
    document, _ = composed(Scenario(kinds=kinds))
    said = words(replace(document, appendices=()))
    assert not [word for word in absent if word in said]
    statement = "\n".join(block.text.striptags() for block in blocks(document) if isinstance(block, Paragraph))
    assert "未提供的数据" in statement


def test_no_section_is_empty() -> None:
    """Every chapter has a section, every section a block, every list an item."""
    for scenario in scenarios()[::9]:
        document, _ = composed(scenario)
        assert all(chapter.sections for chapter in document.chapters)
        assert all(section.blocks for chapter in document.chapters for section in chapter.sections)
        assert all(block.items for block in blocks(document) if isinstance(block, NumberedList))


def test_the_key_figures_are_twelve_in_four_rows() -> None:
    """With every kind loaded no card is missing, and their order is fixed."""
    document, _ = composed(Scenario(targets="mixed"))
    assert [len(row.cards) for row in document.key_figures.rows] == [3, 3, 3, 3]
    assert len(document.key_figures.sentences) == 3


def test_a_row_closes_up_and_vanishes() -> None:
    """With a survey alone one row of one card is left."""
    document, _ = composed(Scenario(kinds=("surveys",)))
    assert [[card.name for card in row.cards] for row in document.key_figures.rows] == [["总体满意率"]]


def test_the_plan_never_cuts_water_or_power() -> None:
    """Whatever is missed, no plan line proposes to cut the supply; those on fees say so."""
    for scenario in scenarios()[::8]:
        document, _ = composed(scenario)
        lines = [
            item.striptags() for block in blocks(document) if isinstance(block, NumberedList) for item in block.items
        ]
        assert not [line for line in lines if re.search(r"[停断]水|[停断]电|限水|限电", line)]


def test_an_edited_number_fails_the_fact_check() -> None:
    """A hand that turns 9 into 8 is caught, naming the sentence, the printed and the true value."""
    document, figures = composed(Scenario(3, targets="mixed"))
    paragraph = next(b for b in blocks(document) if isinstance(b, Paragraph) and "%</data>" in b.text)
    shown = re.search(r">([\d.]+%)</data>", paragraph.text)
    assert shown is not None
    edited = Markup(str(paragraph.text).replace(f">{shown[1]}</data>", ">12.3%</data>", 1))
    with pytest.raises(FactCheckFailed) as refusal:
        check(_with(document, paragraph, replace(paragraph, text=edited)), figures)
    assert "12.3%" in refusal.value.sentence.zh
    assert shown[1] in refusal.value.sentence.zh


def test_a_number_outside_its_element_fails_the_fact_check() -> None:
    """A digit typed into a sentence has no figure behind it."""
    document, figures = composed(Scenario(4))
    paragraph = next(b for b in blocks(document) if isinstance(b, Paragraph))
    typed = replace(paragraph, text=paragraph.text + Markup("另有 7 件。"))
    with pytest.raises(FactCheckFailed, match="7"):
        check(_with(document, paragraph, typed), figures)


def test_a_verb_against_its_sign_fails_the_fact_check() -> None:
    """提高 before a change that is negative is caught even where the digits are right."""
    document, figures = composed(Scenario(5, "down"))
    paragraph = next(b for b in blocks(document) if isinstance(b, Paragraph) and "下降 <data" in b.text)
    turned = replace(paragraph, text=Markup(str(paragraph.text).replace("下降 <data", "提高 <data")))
    with pytest.raises(FactCheckFailed, match="提高"):
        check(_with(document, paragraph, turned), figures)


def test_an_edited_card_and_cell_fail_the_fact_check() -> None:
    """Cards and tables are proved like sentences."""
    document, figures = composed(Scenario(6))
    row = document.key_figures.rows[0]
    wrong = replace(row.cards[0], value=Markup(re.sub(r">[^<]+</data>", ">1 件</data>", row.cards[0].value)))
    rows = (replace(row, cards=(wrong, *row.cards[1:])), *document.key_figures.rows[1:])
    with pytest.raises(FactCheckFailed):
        check(replace(document, key_figures=replace(document.key_figures, rows=rows)), figures)


def test_the_same_figures_give_the_same_document() -> None:
    """Composing twice gives equal words."""
    scenario = Scenario(9, "mixed", targets="mixed")
    assert words(composed(scenario)[0]) == words(composed(scenario)[0])


def test_everything_is_said_in_english_too() -> None:
    """Nothing Chinese is left in an English report but the data's own words."""
    document, _ = composed(Scenario(2, targets="mixed", kinds=EVERYTHING), "en")
    own = re.compile(r'<span class="(?:name|definition)"[^>]*>.*?</span>', re.DOTALL)
    left = [TAGS.sub("", own.sub("", text)) for _, text in texts(document)]
    assert not [text for text in left if re.search(r"[\u4e00-\u9fff]", text)]


def _with(document: Document, old: Paragraph, new: Paragraph) -> Document:
    """The document with one paragraph exchanged."""
    chapters = tuple(
        replace(
            chapter,
            sections=tuple(
                replace(section, blocks=tuple(new if block is old else block for block in section.blocks))
                for section in chapter.sections
            ),
        )
        for chapter in document.chapters
    )
    return replace(document, chapters=chapters)


@pytest.mark.parametrize("kinds", [("tickets",), ("bills", "payments"), ("surveys",)])
def test_no_appendix_is_empty(kinds: tuple[str, ...]) -> None:
    """The parameters name the as-of day even where no metric in use has a parameter."""
    document, _ = composed(Scenario(3, kinds=kinds))
    for appendix in document.appendices:
        assert appendix.sections and all(section.blocks for section in appendix.sections), appendix.title


def test_every_metric_of_the_page_has_a_title_for_its_tooltip() -> None:
    """A reader who points at a number sees words, not the name of a file."""
    document, _ = composed(Scenario(4))
    named = set(re.findall(r'data-metric="([^"]+)"', "".join(text for _, text in texts(document))))
    assert named and named <= set(document.metric_titles)


@pytest.mark.parametrize(
    ("as_of", "language", "period"),
    [
        (date(2025, 12, 31), "zh", "2025 年 1 月 1 日至 12 月 31 日"),
        (date(2025, 6, 30), "zh", "2025 年 1 月 1 日至 6 月 30 日"),
        (date(2025, 6, 30), "en", "1 January to 30 June 2025"),
    ],
)
def test_the_cover_claims_no_day_that_the_data_do_not_reach(as_of: date, language: Language, period: str) -> None:
    """A report of half a year does not say that it is one of the whole year."""
    document, _ = composed(Scenario(5, as_of=as_of), language)
    assert document.cover.period == period


def titles_of_charts(document: Document, section: str) -> list[str]:
    """The charts of a section by their titles, in words alone."""
    held = [held for chapter in document.chapters for held in chapter.sections if held.anchor == section]
    return [TAGS.sub("", block.title) for one in held for block in one.blocks if isinstance(block, Chart)]


def test_classes_are_not_drawn_by_month_where_there_are_hardly_any_months() -> None:
    """One or two dots are no course of a year; the sentence carries them."""
    whole, _ = composed(Scenario(5))
    january, _ = composed(Scenario(5, as_of=date(2025, 1, 31)))
    assert any("四类投诉" in title for title in titles_of_charts(whole, "complaints"))
    assert not any("四类投诉" in title for title in titles_of_charts(january, "complaints"))


@pytest.mark.parametrize(
    ("typed", "language", "shown"),
    [
        ("2026 年 1 月 12 日", "zh", "2026 年 1 月 12 日"),
        ("2026年1月12日", "en", "12 January 2026"),
        ("2026-01-12", "zh", "2026 年 1 月 12 日"),
        ("2026.1.12", "en", "12 January 2026"),
        ("岁末", "en", "岁末"),
        ("2026-13-40", "zh", "2026-13-40"),
        ("", "zh", ""),
    ],
)
def test_the_date_of_the_cover_is_in_the_language_of_the_report(typed: str, language: Language, shown: str) -> None:
    """A date however typed; what is none stays as it is."""
    assert cover_date(typed, language) == shown
