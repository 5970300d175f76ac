"""Figures, charts and sentences one by one, equal to those of the report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_company import SmallCompany

from queries.catalog import UnknownMetric
from queries.figures import NoWarehouse
from reports.analysis import Analysis, NothingToShow, open_analysis
from reports.build import YearWithoutData
from reports.charts.series import ChartSeries
from reports.document import Chart, Paragraph, Table
from workspace import create_workspace

MODULE = Path(__file__).parents[2] / "reports" / "analysis.py"


@pytest.fixture(scope="module")
def year(company: SmallCompany) -> Iterator[Analysis]:
    """The small company's year 2025."""
    yield Analysis(company.workspace, company.figures, 2025)


def test_a_sentence_says_the_figure_by_the_rules_of_the_report(year: Analysis) -> None:
    """64 of 72 tickets are closed, as many as the year before; the target is 90 %, so one is lacking."""
    assert year.sentence("closure_rate") == "2025 年工单闭环率为 88.9%，与上年持平，距 90% 的目标差 1 件。"
    assert year.sentence("closure_rate", kind="repair").startswith("2025 年报修工单闭环率为")


def test_a_sentence_says_what_the_report_says(loaded_sample: Path) -> None:
    """Its clauses stand word for word in a paragraph of the report."""
    with open_analysis(loaded_sample, 2025) as sample:
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
    assert chart.layout.title.text == "工单闭环率：2025 年为 88.9%，上年为 88.9%"


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
