"""How far a load has come: a bar for a person at a terminal, nothing for a pipe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from duckdb import DuckDBPyConnection
from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from pipelines.sheets import Sheet
from workspace import Language, Sentence

SECONDS_BETWEEN_LOOKS = 0.2
BUILDING = Sentence("写入数据仓库", "building the warehouse")


@dataclass(frozen=True)
class Progress:
    """The bars of one load; without `bars` nothing is shown."""

    bars: Bars | None
    language: Language

    @contextmanager
    def reading(self, session: DuckDBPyConnection, sheet: Sheet) -> Iterator[None]:
        """Shows how much of a sheet the statement running in `session` has read."""
        if self.bars is None:
            yield
            return
        session.execute("set enable_progress_bar = true")  # else it does not count
        session.execute("set enable_progress_bar_print = false")
        task = self.bars.add_task(sheet.place, total=100)
        is_done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(session, task, is_done), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            is_done.set()
            watcher.join()
            self.bars.update(task, completed=100)

    @contextmanager
    def building(self) -> Iterator[None]:
        """Shows that the warehouse is being made; its many statements have no common measure."""
        task = self.bars.add_task(BUILDING.text(self.language), total=None) if self.bars else None
        yield
        if self.bars and task is not None:
            self.bars.update(task, total=100, completed=100)

    def _watch(self, session: DuckDBPyConnection, task: TaskID, is_done: threading.Event) -> None:
        assert self.bars is not None
        while not is_done.wait(SECONDS_BETWEEN_LOOKS):
            self.bars.update(task, completed=max(session.query_progress(), 0))  # -1 before a statement has begun


NO_PROGRESS = Progress(None, "zh")


@contextmanager
def shown_progress(language: Language) -> Iterator[Progress]:
    """Bars on stderr that vanish at the end; none where stderr is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Progress(None, language)
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Bars(*columns, console=console, transient=True) as bars:
        yield Progress(bars, language)
