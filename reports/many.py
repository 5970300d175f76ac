"""One report a community, and the company's own: composed one after the other, set in type by further processes.

The evidence behind the figures is gathered once for all of them. A report that fails is told of with its reason, and
the others are made all the same.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from queries.naming import BLANK
from reports.archive import collect
from reports.audience import audience_of, seen_by
from reports.build import composed, require_events, written
from reports.commentary import Remarks, Wish, folder_of, keep_confirmed, notes_on
from reports.factcheck import check
from reports.file_names import safe_names
from reports.formats import FORMATS, Layout, Manuscript, file_name, manuscript, render
from reports.render.glyphs import require_glyphs
from reports.render.press import drawn, portable
from workspace import AnnualReportError, Language, Sentence, Workspace

if TYPE_CHECKING:
    from queries.figures import Figures

COUNTED_IN = ("ticket_volume", "amount_due", "survey_response_rate", "satisfaction_rate")
AHEAD = 2  # reports composed and waiting for each process that sets them


@dataclass(frozen=True)
class Order:
    """What is wanted of every report of a run."""

    year: int
    formats: tuple[str, ...]
    folder: Path
    is_archive: bool = False
    commentary: Wish = "use"
    layout: Layout = "report"


@dataclass(frozen=True)
class Outcome:
    """What became of one report: its files, or the reason for which there are none. The company's has no community."""

    community: str | None
    paths: tuple[Path, ...] = ()
    notes: tuple[Sentence, ...] = ()
    failure: Sentence | None = None


@dataclass(frozen=True)
class _Composed:
    """A report that waits to be set."""

    manuscript: Manuscript
    remarks: Remarks


def communities(figures: Figures, year: int) -> tuple[str, ...]:
    """The communities that had tickets, bills or a survey in the year, by name."""
    names = {
        str(figure.slice["community"])
        for metric in COUNTED_IN
        if metric in figures.catalog and figures.is_available(metric)
        for figure in figures.by(metric, year, "community")
        if figure.n
    }
    return tuple(sorted(names - {BLANK}))


def build_by_community(figures: Figures, workspace: Workspace, order: Order) -> Iterator[Outcome]:
    """Write the company's report into the folder and each community's into one of its own; outcomes as they are there.

    Raises YearWithoutData; whatever else goes wrong with a report is its outcome.
    """
    require_events(figures, order.year)
    sites = communities(figures, order.year)
    files = [*(file_name(form) for form in FORMATS), file_name("pdf", "deck")]
    names = safe_names([*files, *sites])  # a folder is not named as a file
    with _typesetters() as typesetters:
        waiting: deque[tuple[_Report, _Composed, Future[dict[str, bytes]]]] = deque()
        for site in (None, *sites):
            report = _Report(figures, workspace, order, site, names[site] if site else None)
            try:
                ready = report.composed()
            except Exception as error:
                yield Outcome(site, failure=_reason(error))
                continue
            waiting.append((report, ready, typesetters.submit(_set, ready.manuscript, order.formats)))
            if len(waiting) > AHEAD * _processes():
                yield _finished(*waiting.popleft())
        while waiting:
            yield _finished(*waiting.popleft())


@dataclass(frozen=True)
class _Report:
    """One report of the run; `name` is that of its folder, None for the company's."""

    figures: Figures
    workspace: Workspace
    order: Order
    community: str | None
    name: str | None

    @property
    def folder(self) -> Path:
        return self.order.folder / self.name if self.name else self.order.folder

    @property
    def commentary(self) -> Path:
        return folder_of(self.workspace, self.order.year, self.name)

    def composed(self) -> _Composed:
        """The report with every number proved. Raises what composing and checking raise."""
        figures = seen_by(self.figures, audience_of(self.workspace), self.community)
        remarks = composed(figures, self.workspace, self.order.year, self.commentary, self.order.commentary)
        document = remarks.document
        require_glyphs(document)
        check(document, figures)
        archive = collect(document, figures, self.workspace) if self.order.is_archive else None
        order = self.order
        held = manuscript(portable(document), figures, self.workspace, order.formats, order.layout, archive)
        return _Composed(held, remarks)

    def kept(self, ready: _Composed, contents: dict[str, bytes]) -> Outcome:
        """The report on disk."""
        names = {form: file_name(form, self.order.layout) for form in self.order.formats}
        paths = tuple(written(self.folder / name, contents[form]) for form, name in names.items())
        keep_confirmed(ready.remarks, self.commentary)
        return Outcome(self.community, paths, tuple(notes_on(ready.remarks)))


def _finished(report: _Report, ready: _Composed, contents: Future[dict[str, bytes]]) -> Outcome:
    try:
        return report.kept(ready, contents.result())
    except Exception as error:
        return Outcome(report.community, failure=_reason(error))


def _reason(error: Exception) -> Sentence:
    """Why a report failed, in words."""
    if isinstance(error, AnnualReportError):
        return error.sentence
    name = type(error).__name__
    return Sentence(
        f"程序内部出错（{name}）。请单独生成全公司报告核对，并把显示的内容交给维护人员。",
        f"Internal error ({name}). Build the company's report alone, and show this to whoever maintains the program.",
    )


def failures_as_text(failed: Sequence[Outcome], language: Language) -> str:
    """The reports that were not made, each with its reason."""
    whole = Sentence("全公司", "The company")
    heading = Sentence(f"有 {len(failed)} 份报告没有生成：", f"{len(failed)} report(s) were not made:")
    lines = [
        f"  {one.community or whole.text(language)}：{one.failure.text(language)}"
        if language == "zh"
        else f"  {one.community or whole.text(language)}: {one.failure.text(language)}"
        for one in failed
        if one.failure
    ]
    return "\n".join([heading.text(language), *lines])


def _processes() -> int:
    return min(os.cpu_count() or 1, 8)


@contextmanager
def _typesetters() -> Iterator[ProcessPoolExecutor]:
    """The processes that set reports in type; what has not begun when the run ends early is dropped."""
    pool = ProcessPoolExecutor(_processes(), mp_context=get_context("spawn"), initializer=_begin)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """The first act of a process: Ctrl-C reaches all of them, and the first one ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _set(held: Manuscript, formats: Sequence[str]) -> dict[str, bytes]:
    """The files of one report; each picture is drawn once for all of them."""
    held = replace(held, document=drawn(held.document))
    return {form: render(form, held) for form in formats}
