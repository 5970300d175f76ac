"""One chapter alone as a document, so that a test of its words composes nothing else."""

from __future__ import annotations

from collections.abc import Callable

from fake_figures import FakeFigures, workspace
from markupsafe import Markup

from reports.desk import Desk
from reports.document import Chapter, Cover, Document, KeyFigures, NumberedList, Paragraph
from reports.prose_rules import TAGS


def alone(
    figures: FakeFigures, *composers: Callable[[Desk, int], Chapter | None], year: int = 2025, first: int = 1
) -> Document:
    """A document of the chapters that `composers` write, numbered from `first`."""
    desk = Desk(figures, workspace(figures.language), year)
    written = (compose(desk, ordinal) for ordinal, compose in enumerate(composers, start=first))
    return Document(
        language=figures.language,
        year=year,
        accent="#1f5f6b",
        cover=Cover("", "", "", "", "", ""),
        key_figures=KeyFigures("", (), (), Markup("")),
        chapters=tuple(chapter for chapter in written if chapter is not None),
        appendices=(),
    )


def said(document: Document) -> str:
    """Every paragraph and list item as a reader sees it, joints as spaces."""
    blocks = [block for chapter in document.chapters for section in chapter.sections for block in section.blocks]
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    texts += [item for block in blocks if isinstance(block, NumberedList) for item in block.items]
    return "\n".join(plain(text) for text in texts)


def plain(text: Markup) -> str:
    """A text without its elements, joints as spaces."""
    return TAGS.sub("", text).replace("\u00a0", " ")
