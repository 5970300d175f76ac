"""What people write: kept on every build, proved where it cites, marked where nothing proves it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fake_figures import FakeFigures, Scenario
from markupsafe import Markup

from reports.citations import CitationWrong, cited
from reports.commentary import (
    CONFIRMED,
    CommentaryWrong,
    Remarks,
    Wish,
    keep_confirmed,
    notes_on,
    remarked,
)
from reports.derivations import Ledger
from reports.document import Chapter, Column, Cover, Document, KeyFigures, Paragraph, Section, Table
from reports.factcheck import check
from reports.findings import finding
from reports.numbers import shown
from reports.prose_rules import TAGS

FIGURES = FakeFigures(Scenario())
LEDGER = Ledger(FIGURES, 2025)  # type: ignore[arg-type]
LABELS = {"hand_entered": "〔人工填报〕", "to_review": "〔待复核〕"}
FILE = (
    "---\nsection: {section}\nlanguage: {language}\nmode: {mode}\n---\n<!-- 说明 {{{{closure_rate}}}} -->\n\n{text}\n"
)


def document(language: str = "zh", text: Markup | None = None) -> Document:
    """A report of one section: a generated sentence with the closure rate, and a table."""
    held = finding(LEDGER, LEDGER.of("closure_rate"))
    assert held is not None and held.value is not None
    generated = Markup("工单闭环率为 {}。").format(shown(held.value)) if text is None else text
    table = Table("table-3-1", "表 3-1", Markup("各类别"), (Column("类别"),), ((Markup("甲"),),))
    section = Section("closure", "（一）", "工单/闭环", (Paragraph(generated), table))
    return Document(
        language=language,  # type: ignore[arg-type]
        year=2025,
        accent="#1f5f6b",
        cover=Cover("甲", "乙", "丙", "", "", ""),
        key_figures=KeyFigures("", (), (), Markup("")),
        chapters=(Chapter("chapter-requests", "03", "投诉与报修管理", (section,)),),
        appendices=(),
        labels=LABELS,
    )


def typed(folder: Path, text: str, mode: str = "follow", language: str = "zh", section: str = "closure") -> Path:
    """A commentary file with a text."""
    path = folder / f"{section}-{language}.md"
    path.write_text(FILE.format(section=section, language=language, mode=mode, text=text), encoding="utf-8")
    return path


def built(folder: Path, wish: Wish = "use", language: str = "zh", text: Markup | None = None) -> Remarks:
    """One build of the report with the texts of the folder."""
    remarks = remarked(document(language, text), LEDGER, folder, wish)
    check(remarks.document, FIGURES)  # type: ignore[arg-type]
    keep_confirmed(remarks, folder)
    return remarks


def paragraphs(remarks: Remarks) -> list[str]:
    """The paragraphs of the section, without their elements."""
    blocks = remarks.document.chapters[0].sections[0].blocks
    return [TAGS.sub("", block.text).replace("\u00a0", " ") for block in blocks if isinstance(block, Paragraph)]


def closure_rate() -> str:
    """The closure rate as printed."""
    return TAGS.sub("", shown(cited(LEDGER, "closure_rate")))


def test_a_file_is_made_for_each_section_on_request_and_never_written_again(tmp_path: Path) -> None:
    """The file explains itself, shows the generated text, and keeps what a person typed byte for byte."""
    assert [path.name for path in built(tmp_path, "write").written] == ["03-1-工单_闭环.md"]
    path = tmp_path / "03-1-工单_闭环.md"
    made = path.read_text(encoding="utf-8")
    assert f"工单闭环率为 {closure_rate()}。" in made and "{{closure_rate.2025}}" in made and "replace" in made
    path.write_text(made + "夜班改为双人。\n", encoding="utf-8")
    for wish in ("write", "use", "confirm"):
        assert built(tmp_path, wish).written == ()
        assert path.read_text(encoding="utf-8") == made + "夜班改为双人。\n"


def test_a_file_without_a_text_changes_nothing(tmp_path: Path) -> None:
    """The comment of a new file is not printed."""
    assert paragraphs(built(tmp_path, "write")) == [f"工单闭环率为 {closure_rate()}。"]


def test_a_text_follows_the_generated_one(tmp_path: Path) -> None:
    """Two paragraphs behind the generated sentence and before the table, lines joined without a space."""
    typed(tmp_path, "第一段，\n接着写。\n\n第二段。")
    remarks = built(tmp_path)
    assert paragraphs(remarks)[1:] == ["第一段，接着写。", "第二段。"]
    assert isinstance(remarks.document.chapters[0].sections[0].blocks[-1], Table)


def test_a_text_replaces_the_generated_one_and_still_cites_the_table(tmp_path: Path) -> None:
    """The generated sentence is gone; the table that it cited is cited behind the text."""
    typed(tmp_path, "另写一段。", mode="replace")
    assert paragraphs(built(tmp_path)) == ["另写一段（见表 3-1）。"]


def test_a_cited_figure_is_printed_as_any_other(tmp_path: Path) -> None:
    """Value, slice and year before; the fact check has gone over them."""
    typed(
        tmp_path, "本年 {{closure_rate.2025}}，上年 {{closure_rate.2024}}，云栖苑 {{closure_rate.community=云栖苑}}。"
    )
    of_one = TAGS.sub("", shown(cited(LEDGER, "closure_rate.2025.community=云栖苑")))
    before = TAGS.sub("", shown(cited(LEDGER, "closure_rate.2025.previous")))
    assert paragraphs(built(tmp_path))[1] == f"本年 {closure_rate()}，上年 {before}，云栖苑 {of_one}。"


def test_typed_digits_stay_and_are_marked_in_their_sentence(tmp_path: Path) -> None:
    """98 stays 98; only the sentence that holds it says that it was entered by hand."""
    typed(tmp_path, "抽查得 98 分。其余照旧。")
    assert paragraphs(built(tmp_path))[1] == "抽查得 98 分〔人工填报〕。其余照旧。"


def test_hostile_text_is_only_text(tmp_path: Path) -> None:
    """Elements are escaped, entities make no digits, and no data element can be smuggled in."""
    typed(tmp_path, '<script>x</script> & "\'<data class="figure" value="9">')
    text = built(tmp_path).document.chapters[0].sections[0].blocks[1]
    assert isinstance(text, Paragraph)
    assert "<script" not in text.text and "<data" not in text.text and "&lt;script&gt;" in text.text


def test_a_changed_number_marks_the_text_until_it_is_confirmed(tmp_path: Path) -> None:
    """The mark stands before the stop, the note gives both values, and --confirm ends it."""
    typed(tmp_path, "已核实。")
    assert paragraphs(built(tmp_path))[1] == "已核实。"
    record = tmp_path / CONFIRMED
    record.write_text(record.read_text(encoding="utf-8").replace(closure_rate(), "12.3%"), encoding="utf-8")
    remarks = built(tmp_path)
    assert paragraphs(remarks)[1] == "已核实〔待复核〕。"
    assert notes_on(remarks)[0].zh == f"待复核 closure-zh.md：closure_rate.2025 由 12.3% 变为 {closure_rate()}"
    assert built(tmp_path).changes, "a build without --confirm leaves it for review"
    assert built(tmp_path, "confirm").changes == () and built(tmp_path).changes == ()
    assert json.loads(record.read_text(encoding="utf-8"))["zh:closure"]["closure_rate.2025"] == closure_rate()


def test_each_language_has_its_own_text(tmp_path: Path) -> None:
    """A Chinese text is not printed in the English report, nor the other way round."""
    typed(tmp_path, "中文。")
    typed(tmp_path, "A word of 3 lines.\nStill the same. The end.", language="en")
    english = built(tmp_path, language="en", text=Markup("The rate."))
    assert paragraphs(english)[1] == "A word of 3 lines〔人工填报〕. Still the same. The end."
    assert paragraphs(built(tmp_path))[1] == "中文。"


def test_a_text_whose_section_is_not_in_the_report_is_named(tmp_path: Path) -> None:
    """Nothing is printed, nothing is lost, and the build says so."""
    typed(tmp_path, "文字。", section="satisfaction")
    remarks = built(tmp_path)
    assert len(paragraphs(remarks)) == 1
    assert notes_on(remarks)[0].zh == "未采用 satisfaction-zh.md：本次报告没有它所写的一节"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("甲。\n\n乙 {{closure_rat}}。", 10, "没有名为 closure_rat 的指标。最接近的是 closure_rate。"),
        ("{{closure_rate.comunity=甲}}", 8, "最接近的是 community。"),
        ("{{closure_rate.community=云栖}}", 8, "最接近的是 云栖苑。"),
        ("{{closure_rate.prevous}}", 8, "最接近的是 previous。"),
        ("{{closure_rate.2019}}", 8, "2019"),
        ("{{closure_rate.target}}", 8, "没有 target 这个数"),
        ("甲。\n{{closure_rate", 9, "{{ 没有对应的 }}。"),
        ("<!-- 甲。", 8, "<!-- 没有对应的 -->。"),
    ],
)
def test_an_error_names_file_line_and_the_nearest_name(tmp_path: Path, text: str, line: int, words: str) -> None:
    """What cannot be printed is refused with its place."""
    typed(tmp_path, text)
    with pytest.raises(CommentaryWrong) as error:
        built(tmp_path)
    assert error.value.sentence.zh.startswith(f"closure-zh.md 第 {line} 行：") and words in error.value.sentence.zh


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no front", "section、language、mode"),
        (b"---\nsection: a\nmode: repl\n---\n", "最接近的是 replace"),
        (b"---\nsecton: a\n---\n", "最接近的是 section"),
        ("---\nsection: 甲\n---\n文字".encode("gb18030"), "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    """The error says what the file lacks."""
    (tmp_path / "a.md").write_bytes(content)
    with pytest.raises(CommentaryWrong, match=words):
        built(tmp_path)


def test_two_files_of_one_section_are_refused(tmp_path: Path) -> None:
    """Neither silently wins."""
    other = typed(tmp_path, "甲。").read_text(encoding="utf-8")
    (tmp_path / "other.md").write_text(other, encoding="utf-8")
    with pytest.raises(CommentaryWrong, match=r"closure-zh\.md"):
        built(tmp_path)


def test_a_cited_statistic_of_a_month_and_a_quoted_value() -> None:
    """Months, statistics and values with a dot in quotes are read; two periods are refused."""
    month = LEDGER.by("closure_rate", "month")[6]
    assert cited(LEDGER, "closure_rate.2025-07.n").value == month.n
    assert cited(LEDGER, 'closure_rate.community="云栖苑".n').value == 600
    with pytest.raises(CitationWrong, match="不止一个"):
        cited(LEDGER, "closure_rate.2025.2025-07")


def test_a_section_that_is_only_counted_is_known_by_its_title(tmp_path: Path) -> None:
    """A text about the second measure stays with it when another measure comes before it."""
    typed(tmp_path, "甲。", section="更换曳引轮")
    base = document()
    section = replace(base.chapters[0].sections[0], anchor="initiative-2", title="更换曳引轮")
    moved = replace(base, chapters=(replace(base.chapters[0], sections=(section,)),))
    assert remarked(moved, LEDGER, tmp_path).unused == ()
