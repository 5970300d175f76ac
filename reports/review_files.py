"""A review on disk: composed once, every number proved, each form written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from queries.figures import Figures
from queries.period import Period
from reports.audience import audience_of, seen_by
from reports.build import written
from reports.deck import review_deck
from reports.document import Document
from reports.evidence import gather
from reports.factcheck import check
from reports.formats import file_name, template_of
from reports.render.glyphs import require_glyphs
from reports.render.press import drawn
from reports.review import compose_review
from workspace import Workspace

STEM = "kpi-review"


def build_review(
    figures: Figures, workspace: Workspace, period: Period, formats: Sequence[str], folder: Path
) -> tuple[Path, ...]:
    """Write the review of a period into `folder`, one file a format, named kpi-review.<format>.

    Raises what composing, proving and rendering raise, and reports.build.OutputNotWritable.
    """
    figures = seen_by(figures, audience_of(workspace))
    document = compose_review(figures, workspace, period)
    require_glyphs(document)
    check(document, figures)
    document = drawn(document)
    contents = {form: _rendered(form, document, figures, workspace) for form in formats}
    return tuple(written(folder / file_name(form, stem=STEM), content) for form, content in contents.items())


def _rendered(form: str, document: Document, figures: Figures, workspace: Workspace) -> bytes:
    if form == "pptx":
        from reports.render.slides import render_slides

        return render_slides(review_deck(document), template_of(workspace))
    if form == "html":
        from reports.render.html import render_html

        return render_html(document, gather(document, figures, workspace)).encode("utf-8")
    from reports.render.pdf import render_pdf

    return render_pdf(document)
