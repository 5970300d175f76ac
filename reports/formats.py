"""The forms in which a report is written: which there are, what their files are called, and who writes each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from queries.figures import Figures
    from reports.document import Document
    from reports.evidence import Evidence
    from reports.render.attachments import Archive
    from workspace import Workspace

FORMATS: Final = ("pdf", "html", "pptx", "xlsx", "docx", "json")
STEM: Final = "annual-report"
Layout = Literal["report", "deck"]


@dataclass(frozen=True)
class Manuscript:
    """A composed and proved report with what its forms take besides; `layout` is that of the PDF.

    Workbook and JSON are written where the figures are at hand, and so come finished.
    """

    document: Document
    layout: Layout = "report"
    template: Path | None = None
    archive: Archive | None = None
    evidence: Evidence | None = None
    workbook: bytes = b""
    machine_readable: bytes = b""


def file_name(form: str, layout: Layout = "report", stem: str = STEM) -> str:
    """The name of a form's file; the PDF of the slides has its own, so that both can lie side by side."""
    return f"{stem}-deck.pdf" if form == "pdf" and layout == "deck" else f"{stem}.{form}"


def manuscript(
    document: Document,
    figures: Figures,
    workspace: Workspace,
    formats: tuple[str, ...],
    layout: Layout = "report",
    archive: Archive | None = None,
) -> Manuscript:
    """The report with what the forms that are wanted take from the figures."""
    evidence, workbook, plain = None, b"", b""
    if "html" in formats:
        from reports.evidence import gather

        evidence = gather(document, figures, workspace)
    if "xlsx" in formats:
        from reports.render.workbook import render_workbook

        workbook = render_workbook(document, figures)
    if "json" in formats:
        from reports.archive import machine_readable

        plain = machine_readable(document, figures, workspace)
    return Manuscript(document, layout, template_of(workspace), archive, evidence, workbook, plain)


def template_of(workspace: Workspace) -> Path | None:
    """The company's presentation file that the settings name; None where they name none."""
    name = str(workspace.settings["report"].get("template", ""))
    return workspace.root / name if name else None


def render(form: str, held: Manuscript) -> bytes:
    """The file of one form. Raises what its renderer raises."""
    return _RENDERERS[form](held)


def _pdf(held: Manuscript) -> bytes:
    from reports.deck import deck_of
    from reports.render.pdf import render_deck, render_pdf

    return render_deck(deck_of(held.document)) if held.layout == "deck" else render_pdf(held.document, held.archive)


def _html(held: Manuscript) -> bytes:
    from reports.evidence import NO_EVIDENCE
    from reports.render.html import render_html

    return render_html(held.document, held.evidence or NO_EVIDENCE).encode("utf-8")


def _slides(held: Manuscript) -> bytes:
    from reports.deck import deck_of
    from reports.render.slides import render_slides

    return render_slides(deck_of(held.document), held.template)


def _workbook(held: Manuscript) -> bytes:
    return held.workbook


def _json(held: Manuscript) -> bytes:
    return held.machine_readable


def _text(held: Manuscript) -> bytes:
    from reports.render.word import render_word

    return render_word(held.document)


_RENDERERS: Mapping[str, Callable[[Manuscript], bytes]] = {
    "html": _html,
    "xlsx": _workbook,
    "docx": _text,
    "json": _json,
    "pptx": _slides,
    "pdf": _pdf,
}
