"""The presentation file: native and editable, nothing overflowing, on the company's own template if there is one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pptx
import pytest
from demo_document import full_document
from pptx.util import Inches
from small_company import SmallCompany

from reports.deck import Deck, deck_of
from reports.render.slide_template import TemplateUnusable
from reports.render.slide_texts import LINE_HEIGHT, POINTS_PER_INCH, Box, fitting_size, lines, that_fit
from reports.render.slides import render_slides
from reports.render.spreadsheet_cells import plain

EMU = 914_400


@pytest.fixture(scope="module")
def deck(company: SmallCompany) -> Deck:
    """The small company's slides."""
    return deck_of(company.document)


@pytest.fixture(scope="module")
def content(deck: Deck) -> bytes:
    """The small company's presentation."""
    return render_slides(deck)


@pytest.fixture(scope="module")
def file(content: bytes) -> Any:
    """The presentation as python-pptx reads it."""
    return pptx.Presentation(io.BytesIO(content))


def frames(file: Any) -> Iterator[tuple[str, float, float, Any]]:
    """Every text frame with the slide's title and its width and height in inches."""
    for slide in file.slides:
        title = slide.shapes.title.text_frame.text
        for shape in slide.shapes:
            if shape.has_text_frame and shape.text_frame.text.strip():
                yield title, shape.width / EMU, shape.height / EMU, shape.text_frame


def height_of(frame: Any, width: float) -> float:
    """The height in inches that the text of a frame takes in the report's font."""
    total = 0.0
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            size = run.font.size.pt
            count = lines(run.text, size, width, is_bold=bool(run.font.bold))
            total += count * size * LINE_HEIGHT + (paragraph.space_after.pt if paragraph.space_after else 0)
    return total / POINTS_PER_INCH


def test_each_slide_has_its_message_in_the_title_placeholder(file: Any, deck: Deck) -> None:
    """So that outline view and screen readers find it; no empty placeholder is left."""
    assert len(file.slides) == len(deck.slides)
    for drawn, slide in zip(file.slides, deck.slides, strict=True):
        if slide.kind != "cover":
            assert drawn.shapes.title.text_frame.text.startswith(slide.title)
        assert [one for one in drawn.placeholders if not one.text_frame.text.strip()] == []


def test_no_text_overflows_its_box(file: Any) -> None:
    """Measured in the report's own font, box by box."""
    checked = 0
    for title, width, height, frame in frames(file):
        assert height_of(frame, width) <= height + 0.02, (title, frame.text)
        checked += 1
    assert checked > len(file.slides)


def test_no_text_overflows_in_english(company: SmallCompany) -> None:
    """Its words are longer and are not torn."""
    english = replace(company.document, language="en")
    for title, width, height, frame in frames(pptx.Presentation(io.BytesIO(render_slides(deck_of(english))))):
        assert height_of(frame, width) <= height + 0.02, (title, frame.text)


def test_tables_stay_on_the_slide_and_hold_their_texts(file: Any, deck: Deck) -> None:
    """Row heights are those that the texts take; the table ends above the foot."""
    found = 0
    for drawn, slide in zip(file.slides, deck.slides, strict=True):
        for shape in (one for one in drawn.shapes if one.has_table):
            found += 1
            assert slide.table is not None
            rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
            assert rows[0] == [column.heading for column in slide.table.columns]
            assert rows[1:] == [[plain(cell) for cell in row] for row in slide.table.rows]
            assert (shape.top + sum(row.height for row in shape.table.rows)) / EMU <= 7.0
    assert found > 2


def test_charts_are_native_with_the_numbers_of_the_report(file: Any, deck: Deck) -> None:
    """Every value of every series, and the name of every category."""
    found = 0
    for drawn, slide in zip(file.slides, deck.slides, strict=True):
        for shape in (one for one in drawn.shapes if one.has_chart):
            found += 1
            assert slide.chart is not None and slide.chart.series is not None
            held = slide.chart.series
            for one, series in zip(held.series, shape.chart.series, strict=True):
                known = [value for value in one.values if value is not None]
                assert [value for value in series.values if value is not None] == pytest.approx(known, abs=1e-12)
            if held.categories:
                assert tuple(shape.chart.plots[0].categories) == held.categories
            assert shape._element.nvGraphicFramePr.cNvPr.get("descr") == slide.chart.alternative_text
    assert found > 3


def test_notes_hold_what_the_speaker_needs(file: Any, deck: Deck) -> None:
    """Line by line."""
    for drawn, slide in zip(file.slides, deck.slides, strict=True):
        if slide.notes:
            assert drawn.notes_slide.notes_text_frame.text == "\n".join(slide.notes)


def test_pages_are_numbered_and_wide(file: Any) -> None:
    """16:9, a field with the slide's number on each but the cover."""
    assert file.slide_width / file.slide_height == pytest.approx(16 / 9, rel=1e-3)
    numbered = ['type="slidenum"' in str(slide.shapes._spTree.xml) for slide in file.slides]
    assert numbered == [False, *(True for _ in file.slides)][: len(numbered)]


def test_the_same_deck_gives_the_same_bytes(deck: Deck, content: bytes) -> None:
    """Also in the workbooks behind the charts, which their library stamps with the clock."""
    assert render_slides(deck) == content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        books = [name for name in package.namelist() if name.endswith(".xlsx")]
        assert books
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_characters_that_xml_refuses_do_no_harm() -> None:
    """Neither in names nor in what the file says about itself."""
    demo = full_document()
    document = replace(
        demo, cover=replace(demo.cover, organisation="云\x02栖"), chapters=demo.chapters[:1], appendices=()
    )
    made = pptx.Presentation(io.BytesIO(render_slides(deck_of(document))))
    assert "云栖" in made.core_properties.author


# a company's own template


def template(folder: Path) -> Path:
    """A template of another size, with a slide of its own."""
    made = pptx.Presentation()
    made.slide_width, made.slide_height = Inches(20), Inches(11.25)
    made.slides.add_slide(made.slide_layouts[0]).shapes.title.text = "公司模板示例页"
    made.save(folder / "company.pptx")
    return folder / "company.pptx"


def test_slides_take_the_size_and_layouts_of_a_template(tmp_path: Path, deck: Deck) -> None:
    """Its own example slide is gone; ours are there, scaled to it."""
    short = replace(deck, slides=deck.slides[:8])
    made = pptx.Presentation(io.BytesIO(render_slides(short, template(tmp_path))))
    assert (made.slide_width, len(made.slides)) == (Inches(20), 8)
    assert "公司模板示例页" not in [slide.shapes.title.text_frame.text for slide in made.slides]
    right = max(shape.left + shape.width for slide in made.slides for shape in slide.shapes)
    assert Inches(17) < right <= Inches(20)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "文件不存在"),
        (b"not a zip", "不是完好的 .pptx 文件"),
        (b"PK\x05\x06" + b"\0" * 18, "不是完好的 .pptx 文件"),
    ],
)
def test_a_file_that_is_no_template_is_refused_in_words(tmp_path: Path, content: bytes | None, reason: str) -> None:
    """With its name, the reason, and what to do."""
    path = tmp_path / "company.pptx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TemplateUnusable) as caught:
        render_slides(deck_of(full_document()), path)
    assert reason in caught.value.sentence.zh
    assert "company.pptx" in caught.value.sentence.en


def test_a_template_with_macros_is_refused(tmp_path: Path) -> None:
    """What we hand on must not run anything."""
    path = template(tmp_path)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("ppt/vbaProject.bin", b"macro")
    with pytest.raises(TemplateUnusable, match="宏"):
        render_slides(deck_of(full_document()), path)


def test_a_template_that_fetches_from_elsewhere_is_refused(tmp_path: Path) -> None:
    """A linked picture would call out from the PC of whoever opens the slides."""
    path, linked = template(tmp_path), tmp_path / "linked.pptx"
    outside = '<Relationship Id="rId99" Type="http://x/image" Target="http://example.com/a.png" TargetMode="External"/>'
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(linked, "w") as made:
        for name in given.namelist():
            content = given.read(name)
            if name == "ppt/slideMasters/_rels/slideMaster1.xml.rels":
                content = content.replace(b"</Relationships>", outside.encode() + b"</Relationships>")
            made.writestr(name, content)
    with pytest.raises(TemplateUnusable, match="文件以外"):
        render_slides(deck_of(full_document()), linked)


def test_a_text_document_is_no_template(tmp_path: Path) -> None:
    """A Word file is a whole package, but no presentation."""
    import docx

    docx.Document().save(str(tmp_path / "company.pptx"))
    with pytest.raises(TemplateUnusable):
        render_slides(deck_of(full_document()), tmp_path / "company.pptx")


# measuring


def test_lines_are_counted_by_the_font() -> None:
    """Ten characters of 10 points need 100 points: one line in 1.5 inches, two in one."""
    assert lines("一二三四五六七八九十", 10, 1.5) == 1
    assert lines("一二三四五六七八九十", 10, 1.0) == 2
    assert lines("supercalifragilistic expialidocious", 10, 1.6) == 2


def test_the_largest_size_that_fits_is_taken_and_what_does_not_fit_is_left_out() -> None:
    """A box of one inch by half an inch holds 3 lines of 9 points."""
    box = Box(0, 0, 1.0, 0.5)
    assert fitting_size(["一二三四五六"], box, (20, 12, 9)) == 12
    assert that_fit(["一", "二", "三", "四"], box, 9) == ["一", "二", "三"]
