"""The second process: the same document as without it, and nothing left behind."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from conftest import Rendered
from demo_document import full_document

from reports.document import Document
from reports.render import layout
from reports.render.html import render_html
from reports.render.layout import AccentUnreadable
from reports.render.press import Press


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as held:
        yield held
    assert multiprocessing.active_children() == []


def begun(press: Press, document: Document) -> Document:
    for chart in layout.charts_of(document):
        press.draw(chart)
    return press.begin(document)


def test_the_same_bytes_as_in_one_process(press: Press, full: Rendered) -> None:
    """Both forms of the document, with the drawings that the second process made."""
    drawn = begun(press, full_document())
    assert all(chart.picture.drawing for chart in layout.charts_of(drawn))
    assert render_html(drawn) == full.html
    assert press.pdf(drawn) == full.pdf


def test_a_killed_press_is_done_without(press: Press, full: Rendered) -> None:
    """The first process does the work where the second one is gone, for want of memory for example."""
    os.kill(press._process.pid or 0, signal.SIGKILL)
    drawn = begun(press, full_document())
    assert press.pdf(drawn) == full.pdf


def test_an_error_is_raised_as_without_a_press(press: Press) -> None:
    """What the second process cannot set is refused by the first one, in its words."""
    drawn = begun(press, replace(full_document(), accent="teal"))
    with pytest.raises(AccentUnreadable, match="teal"):
        press.pdf(drawn)


def test_nothing_is_left_of_a_press_that_was_not_asked() -> None:
    """An error before the document is begun ends the second process too."""
    with pytest.raises(KeyboardInterrupt), Press() as press:
        process = press._process
        raise KeyboardInterrupt
    assert not process.is_alive()


def test_the_press_ends_with_its_first_process(press: Press) -> None:
    """Without any word from the first process, killed itself for example, the second one ends in silence."""
    press._connection.close()
    press._process.join(timeout=60)
    assert press._process.exitcode == 0
