"""Questions asked in Python: the same numbers as the command line, with the rows and the SQL behind them."""

from __future__ import annotations

import json
import pickle
import textwrap
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import queries.ask
from annual_report import app
from queries.ask import Answer, NoSuchLine, YearMissing, metric, metrics
from queries.catalog import load_catalog
from queries.engine import UnknownSlice
from queries.figures import Figures, open_figures
from tests.queries.conftest import Loader
from workspace import Workspace

EXPORTS = {
    "tickets": """
ticket_id,opened_at,kind,priority,status,closed_at,community
T1,2024-06-02 08:00,repair,routine,closed,2024-06-03 08:00,A
T2,2025-06-02 08:00,repair,urgent,closed,2025-06-03 08:00,A
T3,2025-06-05 08:00,repair,routine,open,,A
T4,2025-06-09 08:00,complaint,urgent,closed,2025-07-03 08:00,B
T5,2025-07-02 08:00,repair,urgent,closed,2025-07-02 09:00,A & B
""",
    "bills": """
bill_id,amount_due,period_start,due_on,fee_item,community
B1,100.50,2025-01-01,2025-01-31,物业服务费,A
B2,200.00,2025-02-01,2025-02-28,物业服务费,A
""",
    "payments": """
bill_id,paid_on,amount
B1,2025-03-01,100.50
""",
    "surveys": """
response_id,sent_at,answered_at,dimension,score,scale_max
R1,2025-05-01,2025-05-02,overall,5,5
R1,2025-05-01,2025-05-02,cleaning,3,5
R2,2025-05-01,2025-05-02,overall,4,5
""",
}


@pytest.fixture(scope="module")
def workspace(company: Loader) -> Workspace:
    """A company of four tickets in 2025, two bills, one payment and two answers."""
    return company(EXPORTS)


@pytest.fixture
def here(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder is the workspace, as it is in a notebook beside the data."""
    monkeypatch.chdir(workspace.root)
    return workspace.root


def test_an_answer_is_a_data_frame_of_the_figures(here: Path) -> None:
    """One line a month begun; June has three tickets of which two are closed."""
    months = metric("closure_rate").year(2025).by("month")
    assert isinstance(months, pd.DataFrame)
    assert list(months.index) == [f"2025-{month:02d}" for month in range(1, 8)]
    assert (months.loc["2025-06", "numerator"], months.loc["2025-06", "denominator"]) == (2, 3)
    assert months["value"].iloc[-2:].tolist() == pytest.approx([2 / 3, 1])


def test_every_metric_answers_as_the_command_line_does(workspace: Workspace) -> None:
    """By month and for the year, all columns of `metrics --format json`."""
    for split, options in (("month", ["--by", "month"]), ("year", [])):
        told = CliRunner().invoke(
            app, ["-C", str(workspace.root), "metrics", "--year", "2025", *options, "--format", "json"]
        )
        printed = json.loads(told.stdout)
        with open_figures(workspace) as figures:
            answered = [line for name in load_catalog() for line in lines_of(figures, name, split)]
        assert len(printed) == len(answered)
        for expected, line in zip(printed, answered, strict=True):
            assert line == {name: expected[name] for name in line}, expected["metric"]


def lines_of(figures: Figures, name: str, split: str) -> list[dict[str, object]]:
    """The answer's lines as plain values, under the names of the JSON."""
    question = metric(name, figures).year(2025)
    answer = question.total() if split == "year" else question.by(split)
    plain = answer.astype(object).where(answer.notna(), None)
    return [
        {"metric": name, "period": key} | row for key, row in zip(answer.index, plain.to_dict("records"), strict=True)
    ]


def test_a_question_is_narrowed_step_by_step_and_never_changed(here: Path) -> None:
    """Each step gives a new question; the one before still asks what it asked."""
    tickets = metric("ticket_volume").year(2025)
    repairs = tickets.where(kind="repair").where(priority="urgent")
    assert [question.total()["value"].item() for question in (tickets, repairs)] == [4, 2]
    assert tickets.as_of("2025-06-05").total()["value"].item() == 2
    assert tickets.year(2024).total()["value"].item() == 1


def test_the_rows_of_a_line_recount_to_it(here: Path) -> None:
    """By name of the line; all lines together have the rows of all."""
    by_community = metric("closure_rate").year(2025).by("community")
    assert list(by_community.rows("A")["evidence_id"]) == ["T2", "T3"]
    assert list(by_community.rows()["evidence_id"]) == ["T2", "T3", "T4", "T5"]
    quarters = metric("closure_rate").year(2025).by("quarter")
    assert [len(quarters.rows(line)) for line in quarters.index] == list(quarters["n"]) == [0, 3, 1]


def test_the_sql_run_with_its_parameters_gives_the_rows(workspace: Workspace) -> None:
    """Nothing is hidden between the SQL and the number."""
    with open_figures(workspace) as figures:
        answer = metric("closure_rate", figures).year(2025).where(kind="repair").by("month")
        rows = figures.connection.execute(answer.sql, dict(answer.parameters)).df()
        pd.testing.assert_frame_equal(rows, answer.rows())
        assert len(rows) == answer["n"].sum() == 3


def test_a_slice_of_the_headline_lifts_it(here: Path) -> None:
    """The overall dimension alone is the figure; by dimension each one has its rows."""
    rate = metric("satisfaction_rate").year(2025)
    by_dimension = rate.by("dimension")
    assert rate.total()["n"].item() == 2
    assert len(by_dimension.rows()) == by_dimension["n"].sum() == 3


def test_a_stock_by_month_gives_rows_for_one_month_only(here: Path) -> None:
    """Its months are states of different days, whose rows cannot be added."""
    backlog = metric("backlog").year(2025).by("month")
    assert list(backlog.rows("2025-06")["evidence_id"]) == ["T3", "T4"]
    with pytest.raises(NoSuchLine, match="2025-07"):
        backlog.rows()


def test_an_explanation_is_that_of_the_command_line(workspace: Workspace) -> None:
    """Line by line, in the language of the workspace."""
    answer = metric("closure_rate", workspace.root).year(2025).by("month")
    told = CliRunner().invoke(
        app, ["-C", str(workspace.root), "explain", "closure_rate", "--year", "2025", "--month", "6"]
    )
    assert answer.explain("2025-06") == told.stdout.rstrip("\n")
    assert "2025-06" not in answer.explain().splitlines()[0]


def test_what_is_computed_from_an_answer_is_a_plain_data_frame(here: Path) -> None:
    """A selection is no longer the answer to the question; a stored answer still is."""
    answer = metric("ticket_volume").year(2025).by("community")
    assert type(answer[answer["value"] > 1]) is pd.DataFrame
    again = pickle.loads(pickle.dumps(answer))
    assert isinstance(again, Answer) and len(again.rows("A")) == 2


def test_a_notebook_shows_title_units_and_no_markup_of_the_data(here: Path) -> None:
    """Percent as percent, money in yuan; words of the data are escaped."""
    shown = metric("closure_rate").year(2025).where(kind="repair").by("community")._repr_html_()
    assert "工单闭环率 2025 · kind = repair" in shown and "50%" in shown and "A &amp; B" in shown
    assert "300.50 元" in metric("amount_due").year(2025).total()._repr_html_()


def test_the_list_of_metrics_is_the_catalogue() -> None:
    """Name, title, unit, slices and definition of each."""
    listed = metrics()
    assert list(listed.index) == list(load_catalog())
    assert listed.loc["closure_rate", "title_zh"] == "工单闭环率"


def test_the_example_of_the_module_runs(here: Path) -> None:
    """What the documentation shows is what works."""
    example = textwrap.dedent((queries.ask.__doc__ or "").split("came from:")[1].split("The numbers are")[0])
    exec(compile(example, "docs", "exec"), {})


def test_wrong_questions_say_what_to_write(here: Path) -> None:
    """A missing year, an unknown line, an unknown slice."""
    with pytest.raises(YearMissing, match=r"year\(2025\)"):
        metric("closure_rate").total()
    with pytest.raises(NoSuchLine, match="2025-07"):
        metric("closure_rate").year(2025).by("month").rows("2025-12")
    with pytest.raises(UnknownSlice, match="weather"):
        metric("closure_rate").year(2025).by("weather")


def test_the_warehouse_is_free_between_answers(here: Path, workspace: Workspace) -> None:
    """A load can replace the warehouse while a notebook is open."""
    question = metric("closure_rate").year(2025)
    question.total()
    moved = workspace.database.with_name("moved.duckdb")
    workspace.database.rename(moved)
    moved.rename(workspace.database)
    assert question.total()["n"].item() == 4
