"""The slides of a report: one message each, every word from the document, nothing lost that the notes can hold."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from demo_document import full_document
from markupsafe import Markup
from pypdf import PdfReader
from small_company import SmallCompany

from reports.deck import MOST_TABLE_LINES, Deck, Slide, deck_of
from reports.document import Chapter, Column, Document, NumberedList, Paragraph, Section, Table
from reports.factcheck import texts
from reports.render.pdf import render_deck

SPACE = re.compile(r"\s+")


@pytest.fixture(scope="module")
def deck(company: SmallCompany) -> Deck:
    """The small company's slides."""
    return deck_of(company.document)


def one_section(*blocks: Paragraph | Table | NumberedList) -> Document:
    """A report with one section."""
    chapter = Chapter("c", "01", "概述", (Section("s", "", "核心任务：费用收缴", tuple(blocks)),))
    return replace(full_document(), chapters=(chapter,), appendices=())


def table(rows: int, label: str = "表 1-1") -> Table:
    """A table of so many rows and a total."""
    cells = tuple((Markup(f"第{number}项"), Markup("1")) for number in range(rows))
    total = (Markup("合计"), Markup(str(rows)))
    return Table("t", label, Markup("各项目"), (Column("项目"), Column("件", "right")), (*cells, total), total_rows=1)


def content(document: Document) -> list[Slide]:
    """The slides after the divider of the only chapter."""
    slides = deck_of(document).slides
    return list(slides[[slide.kind for slide in slides].index("divider") + 1 :])


def test_a_deck_has_cover_contents_cards_and_a_divider_a_part(deck: Deck, company: SmallCompany) -> None:
    """In the order in which the profession presents its year."""
    kinds = [slide.kind for slide in deck.slides]
    assert kinds[:3] == ["cover", "contents", "cards"]
    dividers = [slide for slide in deck.slides if slide.kind == "divider"]
    assert [(slide.number, slide.title) for slide in dividers] == [
        (chapter.number, chapter.title) for chapter in company.document.chapters
    ]


def test_slides_print_nothing_but_texts_of_the_document(deck: Deck, company: SmallCompany) -> None:
    """So what the fact check has proved of the report holds for its slides."""
    held = {SPACE.sub("", text) for text in (str(Markup(one).striptags()) for _, one in texts(company.document))}
    without_references = {re.sub(r"（见[图表][^（）]*）", "", text) for text in held}
    whole = "\n".join(held | without_references)
    for slide in deck.slides:
        if slide.kind in ("figure", "text"):
            for sentence in slide.sentences:
                assert SPACE.sub("", sentence) in whole, sentence


def test_every_chart_and_table_has_its_slide(deck: Deck, company: SmallCompany) -> None:
    """In the order of the report."""
    shown = [slide.chart or slide.table for slide in deck.slides if slide.kind == "figure" and slide.part[0] == 1]
    printed = [
        block.label
        for chapter in company.document.chapters
        for section in chapter.sections
        for block in section.blocks
        if not isinstance(block, Paragraph | NumberedList)
    ]
    assert [block.label for block in shown if block] == printed


def test_every_paragraph_is_at_hand_in_the_notes(deck: Deck, company: SmallCompany) -> None:
    """Whole, also where the slide shows some of its sentences."""
    notes = SPACE.sub("", "\n".join(note for slide in deck.slides for note in slide.notes))
    for chapter in company.document.chapters:
        for section in chapter.sections:
            for block in section.blocks:
                if isinstance(block, Paragraph):
                    assert SPACE.sub("", str(block.text.striptags())) in notes


def test_notes_define_the_metrics_and_name_the_command_that_lists_the_rows(deck: Deck) -> None:
    """What a speaker is asked most: what does this number mean, and where is it from."""
    notes = [note for slide in deck.slides for note in slide.notes]
    assert "annual-report explain closure_rate --year 2025" in notes
    assert any(note.startswith("工单闭环率：") for note in notes)


def test_a_long_table_is_split_evenly_and_its_total_stays_at_the_end() -> None:
    """25 rows and a total: three slides of 9, 9 and 8 rows; each says which of how many it is."""
    slides = content(one_section(table(25)))
    assert [(slide.part, len(slide.table.rows), slide.table.total_rows) for slide in slides if slide.table] == [
        ((1, 3), 9, 0),
        ((2, 3), 9, 0),
        ((3, 3), 8, 1),
    ]


def test_a_table_that_fits_is_not_split() -> None:
    """Eleven rows and a total."""
    (slide,) = content(one_section(table(MOST_TABLE_LINES - 1)))
    assert slide.part == (1, 1)


def test_the_short_sentence_that_points_at_a_table_is_its_message() -> None:
    """The reference itself is left out: slides carry no numbers of figures."""
    document = one_section(Paragraph(Markup("本年收缴率提高（见表 1-1）。另有说明。")), table(2))
    (slide,) = content(document)
    assert (slide.title, slide.sentences) == ("本年收缴率提高", ("另有说明。",))


def test_a_table_without_a_message_has_its_own_title() -> None:
    """Below the name of its section, of which only the last part is said."""
    (slide,) = content(one_section(table(2)))
    assert slide.title == "费用收缴：各项目"


def test_a_lonely_sentence_joins_the_slide_before_it() -> None:
    """No slide of one sentence after a table."""
    (slide,) = content(one_section(table(2), Paragraph(Markup("其中一户已结清。"))))
    assert slide.sentences == ("其中一户已结清。",)


def test_what_a_person_wrote_stands_on_a_slide_of_its_own() -> None:
    """Not mixed with what was generated."""
    typed = Paragraph(Markup("本年人手紧张。"), is_hand_entered=True)
    slides = content(one_section(Paragraph(Markup("收缴率提高。")), typed, table(2)))
    assert [(slide.is_hand_entered, slide.sentences) for slide in slides] == [
        (True, ("本年人手紧张。",)),
        (False, ("收缴率提高。",)),
    ]


def test_a_paragraph_is_taken_apart_at_full_stops_only() -> None:
    """Decimals and abbreviations stay whole in English."""
    english = replace(
        one_section(Paragraph(Markup("Up by 2.5 points to 7.05 million yuan. Elevators failed 3 times. 电梯 most."))),
        language="en",
    )
    (slide,) = content(english)
    assert slide.sentences == ("Up by 2.5 points to 7.05 million yuan.", "Elevators failed 3 times.", "电梯 most.")


def test_the_deck_as_a_pdf_has_a_page_a_slide(deck: Deck) -> None:
    """16:9, tagged, no warning of the renderer, no slide torn over two pages; the same bytes each time."""
    short = replace(deck, slides=deck.slides[:9])
    pdf = render_deck(short)
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == len(short.slides)
    width, height = (float(size) for size in reader.pages[0].mediabox[2:])
    assert width / height == pytest.approx(16 / 9, rel=1e-3)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    for page, slide in zip(reader.pages[1:], short.slides[1:], strict=True):
        assert SPACE.sub("", slide.title) in SPACE.sub("", page.extract_text())
    assert render_deck(short) == pdf


def test_long_sentences_stay_on_their_page() -> None:
    """Six sentences of some hundred characters are set smaller, not on a second page."""
    long = "数据说明" * 30 + "。"
    document = one_section(Paragraph(Markup(long * 6)))
    slides = deck_of(document)
    assert len(PdfReader(io.BytesIO(render_deck(slides))).pages) == len(slides.slides)
