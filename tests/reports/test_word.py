"""The editable report: styles, captions, real tables, pictures with their text, the same words as the printed one."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
import pytest
from demo_document import full_document
from docx.oxml.ns import qn
from markupsafe import Markup
from small_company import SmallCompany

from reports.document import Chart, Document, NumberedList, Paragraph, Section, Table
from reports.render.spreadsheet_cells import plain
from reports.render.word import TEXT_MILLIMETRES, render_word


@pytest.fixture(scope="module")
def file(company: SmallCompany) -> Any:
    """The small company's report as python-docx reads it."""
    return docx.Document(io.BytesIO(render_word(company.document)))


def blocks(document: Document) -> Iterator[Paragraph | Chart | Table | NumberedList]:
    """All blocks in the order of the page."""
    for chapter in (*document.chapters, *document.appendices):
        for section in chapter.sections:
            yield from section.blocks


def texts(file: Any, style: str) -> list[str]:
    """The paragraphs of one style."""
    return [paragraph.text for paragraph in file.paragraphs if paragraph.style.name == style]


def test_every_paragraph_of_the_report_is_there_in_its_order(file: Any, company: SmallCompany) -> None:
    """Word for word, and nothing between."""
    printed = [plain(block.text) for block in blocks(company.document) if isinstance(block, Paragraph)]
    body = texts(file, "Normal")
    sentences = [plain(sentence) for sentence in company.document.key_figures.sentences]
    assert [text for text in body if text] == [*sentences, *printed]


def test_tables_are_real_ones_with_a_header_row_that_repeats(file: Any, company: SmallCompany) -> None:
    """Cell by cell the report's table; every header row is marked, no row is torn by a page."""
    printed = [block for block in blocks(company.document) if isinstance(block, Table)]
    real = file.tables[len(company.document.key_figures.rows) :]
    assert len(printed) == len(real) > 3
    for table, shown in zip(printed, real, strict=True):
        rows = [[cell.text for cell in row.cells] for row in shown.rows]
        assert rows[0] == [column.heading for column in table.columns]
        assert rows[1:] == [[plain(text) for text in row] for row in table.rows]
        marks = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in shown.rows]
        assert marks == [True, *(False for _ in table.rows)]
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in shown.rows)


def test_numbers_stand_at_the_right_by_style(file: Any, company: SmallCompany) -> None:
    """No cell is formatted by hand."""
    printed = [block for block in blocks(company.document) if isinstance(block, Table)]
    real = file.tables[len(company.document.key_figures.rows) :]
    names = {"left": "Table Text", "right": "Table Number", "centre": "Table Centre"}
    for table, shown in zip(printed, real, strict=True):
        for row in shown.rows:
            assert [c.paragraphs[0].style.name for c in row.cells] == [names[column.align] for column in table.columns]


def test_every_chart_is_a_picture_with_its_message_as_text(file: Any, company: SmallCompany) -> None:
    """As wide as the page, at least 180 dots an inch, told to who cannot see it."""
    charts = [block for block in blocks(company.document) if isinstance(block, Chart)]
    assert len(file.inline_shapes) == len(charts) > 3
    for chart, shape in zip(charts, file.inline_shapes, strict=True):
        properties = shape._inline.docPr
        assert (properties.get("title"), properties.get("descr")) == (chart.label, chart.alternative_text)
        assert shape.width.mm == pytest.approx(TEXT_MILLIMETRES, abs=0.1)
        image = file.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed].blob
        (pixels,) = struct.unpack(">I", image[16:20])
        assert pixels / (TEXT_MILLIMETRES / 25.4) > 180
    assert texts(file, "Chart Title") == [f"{chart.label} {plain(chart.title)}" for chart in charts]


def test_runs_carry_no_looks_of_their_own(file: Any) -> None:
    """Whoever changes a style changes the whole file."""
    for paragraph in file.paragraphs:
        for run in paragraph.runs:
            assert run._r.rPr is None, paragraph.text


def test_the_contents_are_a_field_whose_lines_lead_to_headings(file: Any, company: SmallCompany) -> None:
    """Filled before Word renews it; each line's target is a bookmark of the file."""
    body = file.element.body
    instructions = [one.text for one in body.iter(qn("w:instrText"))]
    assert instructions == [r'TOC \o "1-2" \h \z \u']
    targets = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    names = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert set(targets) <= set(names)
    assert len(names) == len(set(names))
    chapters = [*company.document.chapters, *company.document.appendices]
    assert len(texts(file, "TOC 1")) == len(chapters) + 1


def test_what_a_person_wrote_has_a_style_of_its_own() -> None:
    """A hand-written paragraph stands apart, as in print."""
    typed = Section("s", "", "概述", (Paragraph(Markup("本年人手紧张。"), is_hand_entered=True),))
    demo = full_document()
    document = replace(demo, chapters=(replace(demo.chapters[0], sections=(typed,)),), appendices=())
    file = docx.Document(io.BytesIO(render_word(document)))
    assert texts(file, "Hand Entered") == ["本年人手紧张。"]


def test_characters_that_xml_refuses_do_no_harm() -> None:
    """A control character from the data neither stops the file nor reaches it as such."""
    typed = Section("s", "", "概述", (Paragraph(Markup("甲\x01乙&lt;丙")),))
    demo = full_document()
    cover = replace(demo.cover, organisation="云\x02栖")
    document = replace(demo, cover=cover, chapters=(replace(demo.chapters[0], sections=(typed,)),), appendices=())
    file = docx.Document(io.BytesIO(render_word(document)))
    assert any("乙<丙" in text and "\x01" not in text for text in texts(file, "Normal"))


def test_the_same_report_gives_the_same_bytes() -> None:
    """No clock and no random id in the file."""
    demo = full_document()
    document = replace(demo, chapters=demo.chapters[:1], appendices=())
    assert render_word(document) == render_word(document)
