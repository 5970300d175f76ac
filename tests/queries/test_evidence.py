"""Evidence of a large company is gathered in other ways than a small one's, and says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from queries import evidence
from queries.catalog import OWN_FOLDER, load_catalog
from queries.figure import Figure
from queries.figures import Figures, open_figures
from tests.queries.conftest import Loader
from workspace import Workspace

TICKETS = """
ticket_id,opened_at,kind,category,status,closure_type,community,building,incident_id,resolved_at,closed_at
T1,2024-03-01 08:00,repair,水,closed,normal,A,1,,2024-03-01 09:00,2024-03-02 08:00
T2,2024-08-01 08:00,repair,水,closed,normal,A,2,,2024-08-01 10:00,2024-08-20 08:00
T3,2025-02-01 08:00,repair,水,closed,normal,A,1,I1,2025-02-01 09:00,2025-02-02 08:00
T4,2025-02-01 08:30,repair,水,closed,normal,A,2,I1,2025-02-01 11:00,2025-02-02 08:00
T5,2025-06-29 08:00,complaint,电,closed,normal,B's,1,,2025-07-01 09:00,2025-07-02 08:00
T6,2025-09-01 08:00,repair,电,open,,B's,2,,,
"""
METRICS = ("ticket_volume", "closure_rate", "resolution_time", "backlog", "repeat_fault_rate")


@pytest.fixture
def workspace(company: Loader) -> Workspace:
    """Six tickets of two years; two of them are of one incident."""
    return company({"tickets": TICKETS})


def everything(figures: Figures, metric: str) -> list[Figure]:
    """The year, its months, every slice, and the categories of one kind."""
    splits = ("month", "quarter", *figures.catalog[metric].slices)
    asked = [figures.of(metric, 2025), figures.of(metric, 2025, {"community": "B's"})]
    asked += [figure for name in splits for figure in figures.by(metric, 2025, name)]
    return asked + figures.by(metric, 2025, "category", {"community": "A"})


def temporary_tables(figures: Figures) -> int:
    found = figures.connection.execute("select count(*) from duckdb_tables() where temporary").fetchone()
    assert found is not None
    return int(found[0])


def test_a_large_company_has_the_same_figures(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, shares with their clusters, durations and stocks, from coded slices as from texts."""
    with open_figures(workspace) as figures:
        expected = {metric: everything(figures, metric) for metric in METRICS}
    monkeypatch.setattr(evidence, "ROWS_OF_A_LARGE_COMPANY", 1)
    with open_figures(workspace) as figures:
        for metric in METRICS:
            assert everything(figures, metric) == expected[metric]
        assert figures.of("closure_rate", 2025).details["clusters"] == 3
        assert figures.evidence("closure_rate", 2025).community.tolist() == ["A", "A", "B's", "B's"]


def test_texts_that_a_metric_makes_itself_need_no_code(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slice whose values no table of the warehouse has is kept as it is."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    source = (OWN_FOLDER / "tickets" / "ticket_volume.sql").read_text(encoding="utf-8")
    (folder / "volume.sql").write_text(source.replace("    category,", "    'of ' || category as category,"), "utf-8")
    monkeypatch.setattr(evidence, "ROWS_OF_A_LARGE_COMPANY", 1)
    with open_figures(workspace, catalog=load_catalog(folder)) as figures:
        categories = {figure.slice["category"]: figure.n for figure in figures.by("volume", 2025, "category")}
    assert categories == {"of 水": 2, "of 电": 2}


def test_the_oldest_evidence_is_dropped_and_gathered_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With room for one row no more tables stay than one question needs; what was dropped can be asked for."""
    monkeypatch.setattr(evidence, "MOST_ROWS_KEPT", 1)
    with open_figures(workspace) as figures:
        first = figures.evidence("closure_rate", 2025)
        for year in (2024, 2025):
            for metric in ("ticket_volume", "resolution_time", "repeat_fault_rate", "resolved_within_24_hours"):
                figures.evidence(metric, year)
        assert temporary_tables(figures) == evidence.FEWEST_TABLES_KEPT
        assert figures.evidence("closure_rate", 2025).equals(first)


def test_one_month_of_a_stock_leaves_no_table_of_all_its_columns(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backlog of twelve months' ends is summed from the query itself."""
    monkeypatch.setattr(evidence, "ROWS_OF_A_LARGE_COMPANY", 1)
    with open_figures(workspace) as figures:
        assert [figure.value for figure in figures.by("backlog", 2025, "month")] == [0, 0, 0, 0, 0, 1, 0, 0, 1]
        assert temporary_tables(figures) == 0
