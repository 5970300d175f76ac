"""A character that no font can draw stops the build, with its place and the package that mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from demo_charts import GALLERY
from demo_document import full_document, sparse_document
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from markupsafe import Markup

from reports.document import Chapter, Chart, Document, Paragraph, Section
from reports.render import fonts, glyphs
from reports.render.glyphs import GlyphsMissing, require_glyphs

RARE = "\U0002a6a5"  # four dragons, of block B: not in Noto Sans CJK
IN_NOTO = "\U00020bb7"  # a rare form of 吉 that Noto Sans CJK has


@pytest.fixture(autouse=True)
def no_other_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine has the report's own font and no other."""
    monkeypatch.setattr(glyphs, "installed_fonts", lambda: iter(()))


def with_text(text: str) -> Document:
    """A report with one paragraph."""
    section = Section("section-1-1", "", "", (Paragraph(Markup("{}").format(text)),))
    return replace(sparse_document(), chapters=(Chapter("chapter-1", "01", "年度工作概述", (section,)),))


def refused(document: Document) -> str:
    """What the refusal says in Chinese."""
    with pytest.raises(GlyphsMissing) as caught:
        require_glyphs(document)
    return caught.value.sentence.zh


def test_a_report_in_common_characters_passes() -> None:
    """The demo report and one with hostile names hold nothing rare."""
    require_glyphs(full_document())
    require_glyphs(sparse_document())


def test_a_rare_character_is_named_with_its_sentence_and_package() -> None:
    """The character, its code point, the chapter, the words around it, and what to install."""
    told = refused(with_text(f"云栖苑{RARE}字楼受理工单较多。"))
    for words in ("U+2A6A5", "年度工作概述", f"云栖苑{RARE}字楼受理工单较多", "apt-get install -y fonts-hanazono"):
        assert words in told


def test_a_rare_character_that_the_font_has_passes() -> None:
    """Being outside the basic plane is no fault."""
    if not fonts.chinese_font().is_packaged:
        require_glyphs(with_text(f"{IN_NOTO}野家"))


@pytest.mark.parametrize(
    ("character", "package"),
    [
        ("\U0001f6b0", "fonts-noto-color-emoji"),
        ("\U0001f004", "fonts-symbola"),
        ("\u2a00", "fonts-symbola"),
        (RARE, "fonts-hanazono"),
        ("\U0002f81f", "fonts-hanazono"),
        ("\U00030edd", "fonts-babelstone-han"),
        ("\U00031350", "fonts-babelstone-han"),
        ("\u0f40", "fonts-noto-core"),
        ("\u0639", "fonts-noto-core"),
    ],
)
def test_the_package_is_chosen_by_block(character: str, package: str) -> None:
    """Emoji, symbols, rare Chinese characters and other scripts have packages of their own."""
    assert glyphs.Undrawable(character, "", "").package == package


def test_common_characters_need_the_common_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine has the packaged font only, Noto CJK is what it lacks."""
    monkeypatch.setattr(glyphs, "chinese_font", fonts.packaged_font)
    assert glyphs.Undrawable("\u3447", "", "").package == "fonts-noto-cjk"


def test_a_character_of_private_use_is_to_be_replaced() -> None:
    """No package has it: the export is to be mended."""
    told = refused(with_text("客户\ue000先生"))
    assert "U+E000" in told and "自造字" in told and "apt-get" not in told


def test_charts_titles_and_names_are_looked_at() -> None:
    """A category in a chart, the organisation, a name of a card, a heading of a column."""
    document = full_document()
    chart = next(block for block in document.chapters[0].sections[0].blocks if isinstance(block, Chart))
    drawn = GALLERY["horizontal_bars"]["normal"]()
    drawn.update_layout(annotations=[{"text": f"甲{RARE}"}])
    section = replace(document.chapters[0].sections[0], blocks=(replace(chart, picture=drawn),))
    chapters = (replace(document.chapters[0], sections=(section,)),)
    assert f"{chart.label}「甲{RARE}」" in refused(replace(document, chapters=chapters))
    assert RARE in refused(replace(document, cover=replace(document.cover, organisation=f"云{RARE}物业")))
    row = document.key_figures.rows[0]
    cards = (replace(row.cards[0], name=f"{RARE}率"),)
    key_figures = replace(document.key_figures, rows=(replace(row, cards=cards),))
    assert f"{RARE}率" in refused(replace(document, key_figures=key_figures))


def test_what_is_not_drawn_needs_no_glyph() -> None:
    """Spaces, joiners, variation selectors and alternative texts draw nothing."""
    require_glyphs(with_text("楼\u200d\ufe0f\U000e0100\u2009\u00a0栋"))


def test_every_rare_character_is_counted_and_the_first_ones_are_named() -> None:
    """A long list is cut in words, not in number."""
    told = refused(with_text("".join(chr(0x2A6A5 - step) for step in range(200))))
    assert told.count("U+2") == glyphs.MOST_NAMED
    assert "个字符" in told


@pytest.fixture
def rare_font(tmp_path: Path) -> Iterator[Path]:
    """A font file with one glyph: the rare character."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "rare"])
    builder.setupCharacterMap({ord(RARE): "rare"})
    builder.setupGlyf({".notdef": Glyph(), "rare": Glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "rare": (1000, 0)})
    builder.setupHorizontalHeader()
    builder.setupNameTable({"familyName": "Rare"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "rare.ttf")
    yield tmp_path / "rare.ttf"


def test_any_font_of_the_machine_will_do(rare_font: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a font with the character is there the build goes on; a damaged font file is passed over."""
    (rare_font.parent / "damaged.ttf").write_bytes(b"no font")
    monkeypatch.setattr(fonts, "_font_folders", lambda: [rare_font.parent])
    monkeypatch.setattr(glyphs, "installed_fonts", fonts.installed_fonts)
    require_glyphs(with_text(f"{RARE}字楼"))
    assert "U+0F40" in refused(with_text(f"{RARE}\u0f40"))


def test_it_is_said_in_english_too() -> None:
    """With the same place, character and command."""
    with pytest.raises(GlyphsMissing) as caught:
        require_glyphs(with_text(f"No. {RARE}"))
    assert "U+2A6A5" in caught.value.sentence.en and "apt-get install -y fonts-hanazono" in caught.value.sentence.en
