"""The bars that a person at a terminal sees while a load runs."""

from __future__ import annotations

import io
import threading

import duckdb
import pytest
from rich.console import Console
from rich.progress import Progress as Bars

from pipelines import progress
from pipelines.progress import Progress, shown_progress
from pipelines.sheets import Sheet

SHEET = Sheet("工单.csv", "", "", 0, "utf-8", "", 0, 0, ())


class HalfRead:
    """A session whose statement is half done; `was_asked` is set once somebody has looked."""

    def __init__(self) -> None:
        self.was_asked = threading.Event()

    def execute(self, statement: str) -> None:
        """Takes any setting."""

    def query_progress(self) -> float:
        """Half of the way."""
        self.was_asked.set()
        return 50


def test_a_bar_follows_the_statement_and_ends_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half read stands at 50 of 100, done at 100."""
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LOOKS", 0.001)
    bars, session = Bars(console=Console(file=io.StringIO())), HalfRead()
    with Progress(bars, "zh").reading(session, SHEET):  # type: ignore[arg-type]
        assert session.was_asked.wait(5)
        session.was_asked.clear()
        assert session.was_asked.wait(5)  # the first look has reached the bar before the second
        assert (bars.tasks[0].description, bars.tasks[0].completed) == ("工单.csv", 50)
    assert bars.tasks[0].completed == 100


def test_duckdb_counts_while_a_bar_is_shown() -> None:
    """Without this setting it reports -1 from the beginning to the end."""
    shown = Progress(Bars(console=Console(file=io.StringIO())), "zh")
    with duckdb.connect() as session, shown.reading(session, SHEET):
        assert session.execute("select current_setting('enable_progress_bar')").fetchall() == [(True,)]


def test_a_pipe_sees_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    """stderr is no terminal here: nothing is shown, nothing is watched."""
    with shown_progress("zh") as shown, duckdb.connect() as session, shown.reading(session, SHEET), shown.building():
        assert shown.bars is None
    assert capsys.readouterr().err == ""
