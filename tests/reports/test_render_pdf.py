"""The printed report: what a machine can check of its pages."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pdfua
import pytest
from conftest import Rendered
from demo_document import COVER, MESSAGES, TABLE_ROWS, card, full_document, sparse_document
from markupsafe import Markup
from pypdf import PdfReader
from weasyprint.formatting_structure.boxes import MarginBox, TextBox

from reports.document import CardRow, Chapter, Document, Paragraph, Section
from reports.render import fonts, layout, pdf, pictures

A4_PIXELS = (793.7, 1122.5)


def reader(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def plain(text: str) -> str:
    """Text as a reader sees it: one kind of space, no line ends."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text))


def page_of(rendered: Rendered, text: str, *, after: int = 2) -> int:
    """The number of the first page after the contents on which `text` stands."""
    return next(
        number for number, page in enumerate(rendered.pages, 1) if number > after and plain(text) in plain(page)
    )


def test_contents_name_the_real_pages(full: Rendered) -> None:
    """Every line of the contents ends in the page on which its chapter or section begins."""
    lines = [(match[1], int(match[2])) for match in re.finditer(r"^(.+?) ?\.{5,} *(\d+)$", full.pages[1], re.MULTILINE)]
    wanted = [
        (entry.number, entry.title, chapter)
        for chapter in full.document.chapters
        for entry in (chapter, *chapter.sections)
    ]
    assert len(lines) == len(wanted) + 2  # the key figures before, the appendix after
    begun = 0
    for (text, page), (number, title, chapter) in zip(lines[1:], wanted, strict=False):
        assert plain(text).replace(" ", "") == plain(number + title).replace(" ", "")
        assert plain(title) in plain(full.pages[page - 1])
        begun = page_of(full, f"{chapter.number} {chapter.title}") if title == chapter.title else begun
        assert page == begun if title == chapter.title else page >= begun


def test_printed_page_numbers_are_the_pages_of_the_file(full: Rendered) -> None:
    """The number at the foot is the number that a viewer shows; the cover has none."""
    for number, page in enumerate(full.pages[1:], start=2):
        assert str(number) in re.findall(r"\d+", page), number


def test_key_figures_take_exactly_one_page(full: Rendered) -> None:
    """Twelve cards, three sentences and the data line are on page 3, nothing else is."""
    page = plain(full.pages[2])
    for row in full.document.key_figures.rows:
        for one in row.cards:
            assert plain(one.name) in page
    for sentence in full.document.key_figures.sentences:
        assert plain(sentence.striptags())[:12] in page
    assert "隔离 37 行" in page
    assert "01 年度工作概述" in plain(full.pages[3])


def test_wordy_key_figures_are_set_closer_to_fit_one_page() -> None:
    """Cards with long notes still leave the chapters to begin on page 4."""
    note = "其中超过时限的三十四件，最长的一件已挂起六十一天，原因待查，责任部门正在逐件核实"
    rows = tuple(
        CardRow(
            "来得快不快", tuple(card("紧急报修响应及时率", "96.4%", "94.8%", "提高{1 件}", note=note) for _ in range(3))
        )
        for _ in range(4)
    )
    document = full_document()
    wordy = replace(document, key_figures=replace(document.key_figures, rows=rows), chapters=document.chapters[4:5])
    pages = [page.extract_text() for page in reader(pdf.render_pdf(wordy)).pages]
    assert sum("来得快不快" in page for page in pages) == 1
    assert "质量改进措施" in pages[3]


def test_same_document_same_bytes(full: Rendered) -> None:
    """Two renderings of equal documents are byte-identical, with the drawings made anew."""
    pictures._drawn.cache_clear()
    assert pdf.render_pdf(full_document()) == full.pdf


def test_tags_bookmarks_language_and_title(full: Rendered) -> None:
    """PDF/UA-1 without an error; chapters and sections as bookmarks; Chinese; the title in the window."""
    assert [finding for finding in pdfua.validate(io.BytesIO(full.pdf)).findings if is_error(finding)] == []
    file = reader(full.pdf)
    root = file.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert COVER.title in str(file.metadata and file.metadata.title)
    top = [mark for mark in file.outline if not isinstance(mark, list)]
    assert "年度工作概述" in " ".join(str(mark["/Title"]) for mark in flat(file.outline))
    assert top


def is_error(finding: object) -> bool:
    return str(getattr(finding, "severity", "error")).lower().endswith("error")


def flat(outline: list[object]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for mark in outline:
        found += flat(mark) if isinstance(mark, list) else [mark]  # type: ignore[list-item]
    return found


def test_every_picture_has_its_alternative_text(full: Rendered) -> None:
    """The message of each chart is in the tags."""
    import pikepdf

    alternatives = []
    with pikepdf.open(io.BytesIO(full.pdf)) as file:
        for item in file.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure":
                alternatives.append(str(item["/Alt"]))
    for message in MESSAGES.values():
        assert f"{message}。数值见正文和附表。" in alternatives


def test_fonts_are_embedded_noto(full: Rendered) -> None:
    """Every font of every page, charts included, is Noto Sans CJK and embedded."""
    names = set()
    for page in reader(full.pdf).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            below = font.get_object()["/DescendantFonts"][0].get_object()
            names.add(str(below["/BaseFont"]))
            assert {"/FontFile2", "/FontFile3"} & set(below["/FontDescriptor"])
    family = fonts.chinese_font().family.replace(" ", "-")
    assert names and all(family.split("-SC")[0] in name for name in names), names


def test_no_text_outside_the_page(full: Rendered) -> None:
    """Every line of text ends inside the text area of its A4 page."""
    for number, page in enumerate(pdf._laid_out(full.document).pages, start=1):
        sheet = page._page_box
        assert (page.width, page.height) == pytest.approx(A4_PIXELS, abs=1)
        right, bottom = sheet.content_box_x() + sheet.width, sheet.content_box_y() + sheet.height
        for box in sheet.descendants():
            if isinstance(box, TextBox) and not isinstance(sheet, MarginBox):
                assert box.position_x >= 0, (number, box.text)
                assert box.position_x + box.width <= max(right, page.width - 56) + 1, (number, box.text)
                assert box.position_y + box.height <= max(bottom, page.height - 20) + 1, (number, box.text)


def test_spaces_are_ordinary_when_copied(full: Rendered) -> None:
    """Who searches or copies finds plain spaces, also where the page must not break."""
    assert not any("\u00a0" in page for page in full.pages)


def test_long_table_repeats_its_header_and_keeps_its_total(full: Rendered) -> None:
    """All rows are there once, each page of the table has the heading row, the total is not alone."""
    pages = [
        plain(page)
        for page in full.pages
        if "号楼" in page and "应收（万元）" in plain(page).replace("(", "（").replace(")", "）")
    ]
    assert len(pages) >= 2
    joined = " ".join(pages)
    for row in range(1, TABLE_ROWS + 1):
        assert joined.count(f"云栖苑 {row} 号楼 ") == 1
    last = next(page for page in pages if "合计" in page and "61,234" in page)
    assert f"{TABLE_ROWS} 号楼" in last


def test_no_line_begins_with_closing_punctuation(full: Rendered) -> None:
    """Chinese line breaking holds across the tags of the numbers, too."""
    for page in full.pages[2:]:
        for line in page.splitlines():
            assert not line.lstrip().startswith(tuple("，。；：！？、）”》")), line


def test_lines_hold_at_most_42_characters(full: Rendered) -> None:
    """No line of prose is wider than 42 Chinese characters."""
    page = full.pages[3]
    for line in page.splitlines():
        wide = sum(1 for character in line if ord(character) > 0x2E80)
        assert wide <= 42, line


def test_chapters_begin_on_new_pages_with_running_heads(full: Rendered) -> None:
    """A chapter's first page has no head for it; the pages after carry its title."""
    for chapter in full.document.chapters:
        first = page_of(full, f"{chapter.number} {chapter.title}")
        assert plain(chapter.title) not in plain(full.pages[first - 2]) or first == 4
    assert plain(full.pages[4]).count("年度工作概述") == 1


def test_hostile_text_is_text(sparse: Rendered) -> None:
    """Markup in names is printed letter by letter; nothing is fetched for it."""
    whole = plain(" ".join(sparse.pages)).replace(" ", "")
    assert "<script>alert('x')</script>" in whole
    assert "src=https://example.invalid/x" in whole


def test_a_warning_of_the_renderer_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that cannot be loaded stops the build with its address."""
    document = sparse_document()
    text = Markup('<img src="https://example.invalid/x.png" alt="外部图片">')
    section = Section("section-1-1", "", "", (Paragraph(text),))
    outside = replace(document, chapters=(Chapter("chapter-1", "01", "概述", (section,)),))
    with pytest.raises(pdf.RendererComplained, match=r"example\.invalid"):
        pdf.render_pdf(outside)


def test_an_accent_that_is_no_colour_is_refused() -> None:
    """The setting cannot bring style rules or markup into the page."""
    with pytest.raises(layout.AccentUnreadable, match="#rrggbb"):
        pdf.render_pdf(replace(sparse_document(), accent="red;} body{"))


def test_without_the_system_font_the_packaged_one_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Noto CJK still gets a report in Chinese, measured and set in the packaged font."""
    monkeypatch.setattr(pdf, "chinese_font", fonts.packaged_font)
    data = pdf.render_pdf(plain_document())
    names = {
        str(font.get_object()["/BaseFont"])
        for page in reader(data).pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert names and all("Noto-Sans-SC" in name or "NotoSansSC" in name for name in names), names


def plain_document() -> Document:
    """A report without charts."""
    return replace(sparse_document(), chapters=(), appendices=())


def test_english_report_speaks_english() -> None:
    """The fixed words of the layout follow the language of the document."""
    english = replace(plain_document(), language="en")
    data = pdf.render_pdf(english)
    assert reader(data).trailer["/Root"]["/Lang"] == "en"
    assert "Contents" in reader(data).pages[1].extract_text()


def test_font_is_looked_up_by_name_in_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a system font the package's font is chosen."""
    monkeypatch.setattr(fonts, "_font_folders", lambda: [tmp_path])
    fonts.chinese_font.cache_clear()
    try:
        assert fonts.chinese_font().is_packaged
    finally:
        fonts.chinese_font.cache_clear()
