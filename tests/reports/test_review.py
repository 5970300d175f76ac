"""The KPI review: one period beside the one before and last year's, four pages at most, equal to `metrics`."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pptx
import pytest
from pypdf import PdfReader
from small_company import SmallCompany

from queries.figures import Figures, open_figures
from queries.period import Period
from reports.deck import review_deck
from reports.document import Document, Paragraph, Table
from reports.factcheck import check
from reports.render.html import render_html
from reports.render.pdf import render_pdf
from reports.render.slides import render_slides
from reports.review import PeriodUnreadable, PeriodWithoutData, compose_review, last_day, read_period
from reports.review_files import build_review
from workspace import Workspace, open_workspace

Composed = tuple[Document, Figures]


@contextmanager
def reviewed(workspace: Workspace, period: str) -> Iterator[Composed]:
    """The review of a period, proved, with the figures behind it."""
    asked = read_period(period)
    with open_figures(workspace, until=last_day(asked)) as figures:
        document = compose_review(figures, workspace, asked)
        check(document, figures)
        yield document, figures


@pytest.fixture(scope="module")
def july(loaded_sample: Path) -> Iterator[Composed]:
    """The sample's review of July 2025."""
    with reviewed(open_workspace(loaded_sample), "2025-07") as held:
        yield held


def table(document: Document, title: str) -> dict[str, list[str]]:
    """The rows of a page's table by their first cell."""
    chapter = next(one for one in document.chapters if one.title == title)
    (held,) = [block for block in chapter.sections[0].blocks if isinstance(block, Table)]
    rows = ([cell.striptags().replace("\u00a0", " ") for cell in row] for row in held.rows)
    return {row[0]: row[1:] for row in rows}


def words(document: Document, title: str) -> str:
    """The paragraph of a page."""
    chapter = next(one for one in document.chapters if one.title == title)
    told = [block.text for block in chapter.sections[0].blocks if isinstance(block, Paragraph)]
    return " ".join(text.striptags().replace("\u00a0", " ") for text in told)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2025-07", Period(2025, month=7)),
        ("2025-Q3", Period(2025, quarter=3)),
        ("2025-H1", Period(2025, half=1)),
    ],
)
def test_a_period_is_a_month_a_quarter_or_a_half_year(text: str, period: Period) -> None:
    """As people write them."""
    assert read_period(text) == period


@pytest.mark.parametrize("text", ["2025", "2025-13", "2025-Q5", "2025-H3", "25-07", "2025-7", "2025-00", "July", ""])
def test_anything_else_is_refused_in_words(text: str) -> None:
    """With what was given and three examples."""
    with pytest.raises(PeriodUnreadable, match="2025-Q3") as caught:
        read_period(text)
    assert repr(text) in caught.value.sentence.en


def test_the_period_before_crosses_the_turn_of_the_year() -> None:
    """January follows December, the first half the second of the year before."""
    assert Period(2025, month=1).before() == Period(2024, month=12)
    assert Period(2025, quarter=1).before() == Period(2024, quarter=4)
    assert Period(2025, half=1).before() == Period(2024, half=2)
    assert Period(2025, month=7).before() == Period(2025, month=6)


def test_halves_are_the_sums_of_their_months(company: SmallCompany) -> None:
    """Six tickets a month: 36 and 36."""
    halves = company.figures.by("ticket_volume", 2025, "half")
    assert [(one.period, one.value) for one in halves] == [("2025-H1", 36), ("2025-H2", 36)]


def test_a_month_stands_beside_the_one_before_and_last_years(company: SmallCompany) -> None:
    """Six tickets each; over the year to date 64 − 8 … of the tickets are closed, against a target of 90 %."""
    with reviewed(company.workspace, "2025-07") as (document, figures):
        row = table(document, "指标与目标")["受理工单"]
        assert row[:3] == ["6", "6", "6"]
        assert row[4] == "42"
        (july,) = [one for one in figures.by("ticket_volume", 2025, "month") if one.period == "2025-07"]
        assert july.value == 6
        assert "2025 年 7 月受理工单 6 件" in words(document, "指标与目标")


def test_the_review_equals_metrics_of_the_same_day(july: Composed, loaded_sample: Path) -> None:
    """Value and last year of every rate, as `metrics --by month --as-of` gives them."""
    rows = table(july[0], "指标与目标")
    with open_figures(open_workspace(loaded_sample), last_day(Period(2025, month=7))) as same:
        for name, metric in (("全流程闭环率", "full_loop_rate"), ("当年收缴率", "collection_rate")):
            (july,) = [one for one in same.by(metric, 2025, "month") if one.period == "2025-07"]
            assert rows[name][0] == f"{float(july.value or 0):.1%}"
            assert rows[name][2] == f"{float(july.previous or 0):.1%}"


def test_a_rate_too_young_is_not_judged(july: Composed) -> None:
    """Rework within 30 days of July's repairs is not known at the end of July; June's is."""
    row = table(july[0], "指标与目标")["返修率"]
    assert (row[0], row[3]) == ("未满期", "—")
    assert row[1].endswith("%")


def test_targets_of_the_year_are_judged_by_the_year_to_date(july: Composed) -> None:
    """Money for the year comes in until its end, so its target waits until then; missed ones are due."""
    document, _ = july
    rows, due = table(document, "指标与目标"), table(document, "待办事项")
    assert rows["当年收缴率"][6] == "年末判定"
    assert rows["水电燃气突发 2 小时修复率"][6] == "▲ 未达标"
    assert "水电燃气突发 2 小时修复率" in due and "当年收缴率" not in due
    assert "未达标的是水电燃气突发 2 小时修复率" in words(document, "指标与目标")


def test_what_is_open_adds_up(july: Composed) -> None:
    """The backlog at the end of July, its largest categories below it; arrears by age add up to their sum."""
    document, figures = july
    rows = table(document, "未办结与未收回")
    backlog = figures.evidence("backlog", 2025, month=7)
    assert rows["未结工单"][0] == str(len(backlog))
    oldest = backlog.sort_values(["occurred_at", "evidence_id"])["evidence_id"].iloc[0]
    assert str(oldest) in words(document, "未办结与未收回")
    ages = ["90 天以内", "91—180 天", "181—365 天", "1—2 年", "2—3 年", "三年以上"]
    amounts = [float(rows[age][0].removesuffix(" 万元")) for age in ages]
    assert sum(amounts) == pytest.approx(float(rows["欠费金额"][0].removesuffix(" 万元")), abs=0.3)


def test_a_month_has_four_pages_at_most(july: Composed) -> None:
    """On paper and as slides; the screen page holds the same tables."""
    _require_four_pages(july[0])


@pytest.mark.parametrize(("period", "language"), [("2025-Q3", "en"), ("2025-H1", "zh")])
def test_a_longer_period_has_four_pages_at_most(loaded_sample: Path, period: str, language: str) -> None:
    """A quarter in English, a half-year in Chinese."""
    workspace = open_workspace(loaded_sample).in_language("en" if language == "en" else "zh")
    with reviewed(workspace, period) as (document, _):
        _require_four_pages(document)


def _require_four_pages(document: Document) -> None:
    assert len(PdfReader(io.BytesIO(render_pdf(document))).pages) <= 4
    slides = pptx.Presentation(io.BytesIO(render_slides(review_deck(document)))).slides
    assert len(slides) == 4
    assert all(shape.top + shape.height <= 6_858_000 for slide in slides for shape in slide.shapes)
    page = render_html(document)
    assert page.count('<table class="columns-') == len([one for one in document.chapters if _has_table(one)])
    assert 'class="cover"' not in page and "key-figures-title" not in page


def _has_table(chapter: object) -> bool:
    return any(isinstance(block, Table) for block in chapter.sections[0].blocks)  # type: ignore[attr-defined]


def test_a_period_that_has_not_ended_says_so(tmp_path: Path) -> None:
    """Data up to 10 July: last year's July is counted up to the 10th as well."""
    lines = ["ticket_id,opened_at,kind,status,closed_at"]
    for year, days in ((2024, range(1, 32)), (2025, range(1, 11))):
        lines += [f"T{year}-{day},{year}-07-{day:02d} 09:00,repair,closed,{year}-07-{day:02d} 12:00" for day in days]
    with _loaded(tmp_path, lines) as workspace, reviewed(workspace, "2025-07") as (document, _):
        row = table(document, "指标与目标")["受理工单"]
        assert (row[0], row[2]) == ("10", "10")
        (note,) = [b.note for b in document.chapters[0].sections[0].blocks if isinstance(b, Table)]
        assert "本期尚未结束" in note.striptags()


def test_a_first_year_without_targets_has_a_review_too(tmp_path: Path) -> None:
    """Nothing to compare with, nothing to judge, nothing claimed."""
    lines = ["ticket_id,opened_at,kind,status,closed_at"]
    lines += [f"T{day},2025-03-{day:02d} 09:00,repair,closed,2025-03-{day:02d} 12:00" for day in range(1, 29)]
    with _loaded(tmp_path, lines) as workspace, reviewed(workspace, "2025-03") as (document, _):
        row = table(document, "指标与目标")["受理工单"]
        assert (row[0], row[2], row[3], row[6]) == ("28", "—", "—", "○ 未设目标")
        assert "都在正常波动之内" in words(document, "变化与来源") or "无同口径" in words(document, "指标与目标")
        assert len(PdfReader(io.BytesIO(render_pdf(document))).pages) <= 4


@contextmanager
def _loaded(folder: Path, lines: list[str]) -> Iterator[Workspace]:
    from pipelines.build import load

    (folder / "data" / "raw").mkdir(parents=True)
    (folder / "data" / "raw" / "tickets.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    workspace = open_workspace(folder)
    load(workspace)
    yield workspace


def test_a_period_without_data_is_refused(company: SmallCompany) -> None:
    """Before and after everything that was loaded."""
    for period in ("2023-01", "2027-01"):
        with pytest.raises(PeriodWithoutData, match=period), reviewed(company.workspace, period):
            pass


def test_files_are_named_and_come_out_the_same(company: SmallCompany, tmp_path: Path) -> None:
    """kpi-review.pdf, .html and .pptx; no clock in any of them."""
    period = Period(2025, month=7)
    contents: list[list[bytes]] = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        with open_figures(company.workspace, until=last_day(period)) as figures:
            paths = build_review(figures, company.workspace, period, ("pdf", "html", "pptx"), folder)
        assert [path.name for path in paths] == ["kpi-review.pdf", "kpi-review.html", "kpi-review.pptx"]
        contents.append([path.read_bytes() for path in paths])
    assert contents[0] == contents[1]
    assert re.search(rb"<title>[^<]*\xe5\x9b\x9e\xe9\xa1\xbe", contents[0][1])
