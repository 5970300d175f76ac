"""A second process that draws the charts while the report is composed, and sets the PDF while it is checked.

Setting a report takes about as long as everything before it; with two processors it need not wait.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from reports.document import Chapter, Chart, Document
    from reports.render.attachments import Archive


def is_worthwhile() -> bool:
    """Whether this machine has a processor to spare for a second process."""
    return (os.cpu_count() or 1) > 1


class Press:
    """The second process, for one report. A context manager: leaving it ends the process, whatever happened.

    Starting it is the caller's decision: a script that starts one must guard its main part by
    `if __name__ == "__main__"`, as with any process of multiprocessing.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, far_end = context.Pipe()
        self._process = context.Process(target=_serve, args=(far_end,), name="press", daemon=True)
        self._process.start()
        far_end.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.join()
        self._connection.close()

    def draw(self, chart: Chart) -> None:
        """Have a chart drawn, so that its picture is there when the pages are set."""
        self._send(_portable_chart(chart))

    def begin(self, document: Document, archive: Archive | None = None) -> Document:
        """Have the PDF of the document set, for which `pdf` waits; returns the document with its pictures drawn."""
        self._send((_with_charts(document, _portable_chart), archive))
        drawings: dict[str, str] = self._received() or {}
        return _with_charts(document, lambda chart: _drawn_chart(chart, drawings.get(chart.anchor)))

    def pdf(self, document: Document, archive: Archive | None = None) -> bytes:
        """The PDF of the document and archive that were begun. Raises what render_pdf raises.

        What the second process could not do is done here, so that an error is met and reported as without it.
        """
        from reports.render.pdf import render_pdf

        return self._received() or render_pdf(document, archive)

    def _send(self, work: Chart | tuple[Document, Archive | None]) -> None:
        with suppress(OSError):  # the second process has ended, and nothing will be received
            self._connection.send(work)

    def _received(self) -> Any:
        """What the second process sends next; None where it has ended."""
        try:
            return self._connection.recv()
        except (EOFError, OSError):
            return None


def portable(document: Document) -> Document:
    """The document with its charts as specifications, which another process can read."""
    return _with_charts(document, _portable_chart)


def drawn(document: Document) -> Document:
    """The document with each of its charts drawn, once for all formats."""
    from reports.render import layout

    return _with_charts(document, lambda chart: _drawn_chart(chart, layout.drawing(chart)))


def _with_charts(document: Document, change: Callable[[Chart], Chart]) -> Document:
    """The document with each chart changed."""
    return replace(
        document,
        chapters=tuple(_chapter_with_charts(chapter, change) for chapter in document.chapters),
        appendices=tuple(_chapter_with_charts(chapter, change) for chapter in document.appendices),
    )


def _chapter_with_charts(chapter: Chapter, change: Callable[[Chart], Chart]) -> Chapter:
    from reports.document import Chart

    sections = []
    for section in chapter.sections:
        blocks = (change(block) if isinstance(block, Chart) else block for block in section.blocks)
        sections.append(replace(section, blocks=tuple(blocks)))
    return replace(chapter, sections=tuple(sections))


def _portable_chart(chart: Chart) -> Chart:
    """The chart with its picture as a specification."""
    from reports.render.pictures import specified

    return replace(chart, picture=specified(chart.picture))


def _drawn_chart(chart: Chart, drawing: str | None) -> Chart:
    from reports.render.pictures import specified

    return replace(chart, picture=replace(specified(chart.picture), drawing=drawing))


def _serve(connection: Connection) -> None:
    """The life of the second process: draw charts as they come, send the drawings, set the document, send its PDF.

    It ends in silence when something fails, or when the first process is gone: what is missing is done there.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the first one ends this one
    gc.disable()  # a quarter of the time; the process ends before its memory matters
    with suppress(Exception):
        _work(connection)


def _work(connection: Connection) -> None:
    from reports.document import Chart
    from reports.render import layout, pdf, pictures

    pictures.warm_up()
    pdf.warm_up()
    drawings: dict[str, str] = {}
    while isinstance(received := connection.recv(), Chart):
        drawings[received.anchor] = layout.drawing(received)
    connection.send(drawings)
    connection.send(pdf.render_pdf(*received))
