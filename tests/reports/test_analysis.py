"""Figures, charts and sentences one by one, equal to those of the report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup
from small_company import SmallCompany

from queries.catalog import UnknownMetric
from queries.figures import NoWarehouse
from reports.analysis import Analysis, NothingToShow, open_analysis
from reports.build import YearWithoutData
from reports.charts.series import ChartSeries
from reports.desk import Desk
from reports.document import Chapter, Chart, Cover, KeyFigures, Paragraph, Section, Table
from reports.factcheck import check
from reports.figure_chart import by_month, by_slice
from reports.figure_words import sentence
from reports.render.layout import charts_of
from reports.render.pictures import specified
from workspace import Language, create_workspace

MODULE = Path(__file__).parents[2] / "reports" / "analysis.py"


@pytest.fixture(scope="module")
def sample(loaded_sample: Path) -> Iterator[Analysis]:
    """The sample's year 2025."""
    with open_analysis(loaded_sample, 2025) as opened:
        yield opened


@pytest.fixture(scope="module")
def year(company: SmallCompany) -> Iterator[Analysis]:
    """The small company's year 2025."""
    yield Analysis(company.workspace, company.figures, 2025)


def test_a_sentence_says_the_figure_by_the_rules_of_the_report(year: Analysis) -> None:
    """64 of 72 tickets are closed, as many as the year before; the target is 90 %, so one is lacking.

    The last ticket is of 6 December, so the sentence says until when it knows.
    """
    until = "截至 2025 年 12 月 6 日，"
    assert year.sentence("closure_rate") == f"{until}工单闭环率为 88.9%，与上年同期持平，距 90% 的目标差 1 件。"
    assert year.sentence("closure_rate", kind="repair").startswith(f"{until}报修工单闭环率为")


def test_a_sentence_says_what_the_report_says(sample: Analysis) -> None:
    """Its clauses stand word for word in a paragraph of the report."""
    told = " ".join(
        str(block.text.striptags()).replace("\u00a0", " ")
        for chapter in sample.report.chapters
        for section in chapter.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
    )
    for metric in ("closure_rate", "follow_up_rate", "inspection_completion_rate"):
        clauses = re.split("[，。]", sample.sentence(metric).removeprefix("2025 年"))
        assert all(clause in told for clause in clauses[1:]), clauses


def test_a_finding_is_the_figure_of_the_report(year: Analysis, company: SmallCompany) -> None:
    """The same value, numerator and denominator as the engine gives."""
    held = year.finding("closure_rate")
    figure = company.figures.of("closure_rate", 2025)
    assert (held.value and held.value.value, held.denominator and held.denominator.value) == (figure.value, 72)


def test_a_question_is_put_about_the_year(year: Analysis) -> None:
    """Months, slices and rows as in queries.ask."""
    months = year.metric("ticket_volume").by("month")
    assert list(months["value"]) == [6] * 12
    assert len(year.metric("ticket_volume", community="东园").rows()) == 36


def test_the_chart_of_a_rate_has_its_months_and_its_target(year: Analysis) -> None:
    """Twelve months from the figures, the target as a level line, the message above."""
    chart = year.chart("closure_rate")
    series = chart.series
    assert isinstance(series, ChartSeries)
    values = list(year.metric("closure_rate").by("month")["value"])
    assert [one.values for one in series.series] == [tuple(values), (0.9,) * 12]
    assert chart.layout.title.text == "工单闭环率为 88.9%"
    assert chart.layout.title.subtitle.text.startswith("按月统计")


def test_a_mean_is_not_called_by_the_name_of_a_median(sample: Analysis) -> None:
    """The target is about the mean, the value is the half: both are told, each by its own number."""
    held = sample.finding("resolution_time", kind="repair")
    assert held.judged is not None and held.value is not None and held.judged.value != held.value.value
    said = sample.sentence("resolution_time", kind="repair")
    assert "以一半计在 7.5 小时以内" in said and "按平均计为 26.2 小时，在 30 小时的目标以内" in said
    assert "平均处理周期" not in said


def test_minutes_are_no_shares(sample: Analysis) -> None:
    """A time below an hour is drawn in minutes, not as 37 %."""
    chart = sample.chart("first_response_time")
    hours = sample.metric("first_response_time").by("month")["value"]
    assert not [text for text in chart.layout.yaxis.ticktext if "%" in text]
    assert list(chart.data[0].y) == pytest.approx(list(hours * 60))
    assert "单位：分钟" in chart.layout.title.subtitle.text


@pytest.mark.parametrize(
    ("metric", "where", "said"),
    [
        ("ticket_volume", {"kind": "complaint"}, "2025 年受理投诉为 251 起，较上年减少 62 起，下降 19.8%。"),
        ("critical_failures", {}, "关键设备停运次数为 35 次，上年同期为 54 次，差异未超出正常波动。"),
        ("activity_participation_rate", {}, "活动参与率为 67.8%，样本不足，不与上年同期比较。"),
        ("backlog", {}, "截至 2025 年 12 月 31 日，未结工单为 66 件，较上年同期减少 26 件，下降 28.3%。"),
    ],
)
def test_cases_have_their_measure_word_and_a_stock_its_day(
    metric: str, where: dict[str, str], said: str, sample: Analysis
) -> None:
    """Few events with thousands of persons are no small sample of persons."""
    assert sample.sentence(metric, **where).endswith(said)


def test_a_month_and_a_quarter_have_sentences_of_their_own(sample: Analysis) -> None:
    """Against the same part of last year; too few cases are told as counts."""
    july = sample.sentence("closure_rate", month=7)
    assert july == "2025 年 7 月，工单闭环率为 98.4%，与上年同期的 96.3% 基本持平，高于 97% 的目标。"
    assert sample.sentence("collection_rate", quarter=3).startswith("2025 年第三季度，当年收缴率为 ")
    few = sample.sentence("finding_rectified_rate", month=7)
    assert "样本不足" in few and "%" not in few


@pytest.mark.parametrize(
    ("metric", "where", "by"),
    [
        ("closure_within_30_days", {}, "month"),
        ("resolution_attainment", {"level": "utility_emergency_resolution"}, "month"),
        ("ticket_volume", {}, "month"),
        ("satisfaction_rate", {}, "dimension"),
    ],
)
def test_a_chart_of_a_metric_is_the_picture_of_the_report(
    metric: str, where: dict[str, str], by: str, sample: Analysis
) -> None:
    """The same data, to the last number."""
    drawn = [data_of(chart.picture) for chart in charts_of(sample.report)]
    assert data_of(sample.chart(metric, by=by, **where)) in drawn


def data_of(picture: Any) -> str:
    """The traces of a picture."""
    return json.dumps(json.loads(specified(picture).json)["data"], sort_keys=True)


def test_a_rate_that_ripens_is_not_called_low_in_its_last_months(sample: Analysis) -> None:
    """The closure rate of December is young, not low; the rate at a fixed age may be judged."""
    assert "偏" not in sample.chart("closure_rate").layout.title.text
    assert sample.chart("closure_within_30_days").layout.title.text == "30 天内闭环率 5 月、6 月偏高"


def test_no_title_names_a_person(sample: Analysis) -> None:
    """Handlers are pseudonyms, and still nobody is called the worst of them."""
    assert not re.search("[0-9a-f]{16}", sample.chart("reopen_rate", by="handler").layout.title.text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_metric_has_a_sentence_that_can_be_proved(language: Language, sample: Analysis) -> None:
    """Each number is derived again from the figures, in charts too; nothing breaks a rule of the prose.

    One metric of each kind is drawn by month and by community.
    """
    desk = desk_in(language, sample)
    held = {name: desk.finding(name) for name in desk.ledger.figures.catalog}
    told = [Paragraph(sentence(desk, one)) for one in held.values() if one]
    told += [Paragraph(sentence(desk, month)) for month in desk.months("first_response_time")]
    kinds = {(one.unit, one.aggregate, one.base): one for one in held.values() if one}
    drawn = [
        chart for one in kinds.values() for chart in (by_month(desk, one), by_slice(desk, one, "community")) if chart
    ]
    assert len(told) > 70 and len(drawn) > 20
    numbered = [replace(chart, anchor=f"chart-{place}", label=f"{place}") for place, chart in enumerate(drawn)]
    section = Section("all", "", "", (*told, *numbered))
    whole = replace(
        sample.report,
        language=language,
        cover=Cover("", "", "", "", "", ""),
        key_figures=KeyFigures("", (), (), Markup("")),
        chapters=(Chapter("all", "01", "", (section,)),),
        appendices=(),
    )
    check(whole, desk.ledger.figures)


def desk_in(language: Language, sample: Analysis) -> Desk:
    """A desk over the same evidence in another language."""
    figures = copy(sample.figures)
    figures.language = language
    return Desk(figures, sample.workspace.in_language(language), 2025)


def test_the_chart_of_a_count_has_last_year_beside_it(year: Analysis) -> None:
    """Six tickets a month in both years."""
    series = year.chart("ticket_volume").series
    assert series is not None
    assert [(one.look, one.values) for one in series.series] == [("before", (6.0,) * 12), ("now", (6.0,) * 12)]


def test_a_chart_by_slice_has_a_bar_a_value(year: Analysis) -> None:
    """36 tickets in each of two communities."""
    series = year.chart("ticket_volume", by="community").series
    assert series is not None
    assert dict(zip(series.categories, series.series[-1].values, strict=True)) == {"东园": 36, "西园": 36}


def test_charts_and_tables_of_the_report_are_found_by_their_labels(year: Analysis, company: SmallCompany) -> None:
    """As listed, each one can be had."""
    labels = list(year.contents().index)
    printed = [
        block.label
        for chapter in (*company.document.chapters, *company.document.appendices)
        for section in chapter.sections
        for block in section.blocks
        if isinstance(block, Chart | Table)
    ]
    assert labels == printed
    (first,) = [label for label in labels if label.startswith("图")][:1]
    assert year.figure(first).to_plotly_json()["data"]
    (table,) = [label for label in labels if label.startswith("表")][:1]
    assert len(year.table(table)) > 0


def test_sql_reads_the_warehouse_and_changes_nothing(year: Analysis) -> None:
    """Parameters are bound; a writing statement is refused by the database."""
    held = year.sql("select count(*) as n from warehouse.tickets where kind = $kind", {"kind": "complaint"})
    assert held["n"].item() == 48
    with pytest.raises(Exception, match="read-only"):
        year.sql("delete from warehouse.tickets")


def test_what_is_not_there_is_said_in_words(year: Analysis) -> None:
    """An unknown metric, a metric without data, a label that the report does not have."""
    with pytest.raises(UnknownMetric, match="closure_rate"):
        year.sentence("closure_rat")
    with pytest.raises(NothingToShow, match="nps"):
        year.sentence("nps")
    with pytest.raises(NothingToShow, match="图 9-9"):
        year.figure("图 9-9")


def test_a_year_without_data_and_a_folder_without_a_warehouse(tmp_path: Path, company: SmallCompany) -> None:
    """Both are refused before anything is asked."""
    with pytest.raises(YearWithoutData):
        open_analysis(company.workspace.root, 2019)
    create_workspace(tmp_path / "empty")
    with pytest.raises(NoWarehouse, match="annual-report load"):
        open_analysis(tmp_path / "empty", 2025)


def test_the_example_of_the_documentation_runs(loaded_sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Line by line, in a folder with a warehouse."""
    text = MODULE.read_text(encoding="utf-8").split('"""')[1]
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    assert len(lines) >= 8
    monkeypatch.chdir(loaded_sample)
    names: dict[str, object] = {}
    for line in lines:
        exec(line, names)
    held = names["year"]
    assert isinstance(held, Analysis)
    held.close()


def test_a_chart_is_displayed_with_nothing_from_the_network(year: Analysis) -> None:
    """Its JSON is complete in itself."""
    assert "http" not in json.dumps(year.chart("closure_rate").to_plotly_json())
