"""DOCUMENT → PDF: A4, tagged (PDF/UA-1, an archive copy PDF/A-3a), bookmarks, the same bytes for the same document."""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.deck import Deck
from reports.document import Document
from reports.render import layout
from reports.render.attachments import ARCHIVE_VARIANT, Archive, associate_once, claim_accessible, prepared
from reports.render.fonts import ChineseFont, chinese_font
from reports.render.tags import state_scopes
from workspace import AnnualReportError

if TYPE_CHECKING:
    import pydyf
    import weasyprint
    from weasyprint.urls import URLFetcher

PDF_VARIANT = "pdf/ua-1"
_DENSER = ("close", "close dense", "close dense densest")
_OVERVIEW = "key-figures"
# A slower way to the same page; `annual-report doctor` names the package that mends it.
_ABOUT_THE_MACHINE = "Using fontTools instead of HarfBuzz-Subset"
# Attribute values are escaped, so none holds a >.
_LIVE_ONLY = re.compile(r"<data\b[^>]*>(?P<figure>.*?)</data>|</?time\b[^>]*>", re.DOTALL)
_BARE_NUMBER = re.compile(r"[+−]?[\d,.]+%?|—")


class RendererComplained(AnnualReportError):
    """WeasyPrint logged a warning, so something on a page is not as it was meant."""

    def __init__(self, messages: list[str]) -> None:
        listed = "；".join(messages[:3])
        super().__init__(
            f"排版程序报告了 {len(messages)} 个问题：{listed}。请先修正所涉内容再生成 PDF。",
            f"The PDF renderer reported {len(messages)} problem(s): {listed}. Mend what they name and build again.",
        )


def render_pdf(document: Document, archive: Archive | None = None) -> bytes:
    """The report as PDF/UA-1; with an archive as PDF/A-3a too, its files inside.

    The key figures are set as densely as they must be to fit on one page. Nothing but data: addresses is loaded.
    Raises RendererComplained when WeasyPrint warns.
    """
    return _watched(lambda: _written(document, archive))


def render_deck(deck: Deck) -> bytes:
    """The slides as 16:9 pages of a PDF/UA-1. Raises RendererComplained when WeasyPrint warns."""
    page = layout.deck_page(deck, _stylesheet(deck.document, chinese_font(), "deck.css"))
    return _watched(lambda: _set(_LIVE_ONLY.sub(_printed, page)).write_pdf(pdf_variant=PDF_VARIANT, finisher=_finish))


def _watched(write: Callable[[], bytes]) -> bytes:
    """What `write` gives, unless WeasyPrint had something to say meanwhile."""
    watch = _Watch()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(watch)
    try:
        pdf = write()
    finally:
        logger.removeHandler(watch)
    if watch.messages:
        raise RendererComplained(watch.messages)
    return pdf


def _written(document: Document, archive: Archive | None) -> bytes:
    if archive is None:
        plain: bytes = _laid_out(document).write_pdf(pdf_variant=PDF_VARIANT, finisher=_finish)
        return plain
    files = prepared(archive, _only_data())
    pages = _laid_out(document, ARCHIVE_VARIANT)
    archived: bytes = pages.write_pdf(pdf_variant=ARCHIVE_VARIANT, attachments=files, finisher=_finish_archive)
    return archived


def _finish(pages: weasyprint.Document, pdf: pydyf.PDF) -> None:
    state_scopes(pdf)


def _finish_archive(pages: weasyprint.Document, pdf: pydyf.PDF) -> None:
    state_scopes(pdf)
    associate_once(pdf)
    claim_accessible(pdf)


def print_page(document: Document, density: str = "") -> str:
    """The finished HTML page that WeasyPrint sets; `density` tightens the key figures.

    Elements that only a live page reads are left out: they look like plain text in print and cost a fifth of its time.
    """
    page = layout.page(document, "print", stylesheet=_stylesheet(document, chinese_font()), density=density)
    return _LIVE_ONLY.sub(_printed, page)


def _printed(element: re.Match[str]) -> str:
    """A figure as plain text, its unit kept beside it; a moment's text alone."""
    text = element["figure"]
    if text is None:
        return ""
    return text if _BARE_NUMBER.fullmatch(text) else f'<span class="keep">{text}</span>'


def warm_up() -> None:
    """Load what every report takes: WeasyPrint, the system's fonts, the template of the page."""
    layout.page_template()
    _set(f'<p style="font-family: {chinese_font().family}">年</p>').write_pdf(pdf_variant=PDF_VARIANT)


class _Watch(logging.Handler):
    """Collects what WeasyPrint warns about."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if not message.startswith(_ABOUT_THE_MACHINE):
            self.messages.append(message)


def _laid_out(document: Document, variant: str = PDF_VARIANT) -> weasyprint.Document:
    pages = _rendered(document, variant=variant)
    if document.form == "review" or _overview_fits(pages):
        return pages
    overview = replace(document, chapters=(), appendices=())
    fitting = (density for density in _DENSER if _overview_fits(_rendered(overview, density)))
    return _rendered(document, next(fitting, _DENSER[-1]), variant)


def _overview_fits(pages: weasyprint.Document) -> bool:
    """Whether the key figures begin and end on the same page."""
    return any(f"{_OVERVIEW}-title" in page.anchors and f"{_OVERVIEW}-end" in page.anchors for page in pages.pages)


def _rendered(document: Document, density: str = "", variant: str = PDF_VARIANT) -> weasyprint.Document:
    return _set(print_page(document, density), variant)


def _set(page: str, variant: str = PDF_VARIANT) -> weasyprint.Document:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    parsed = weasyprint.HTML(string=page, url_fetcher=_only_data())
    return parsed.render(font_config=FontConfiguration(), pdf_variant=variant)


def _only_data() -> URLFetcher:
    """Loads what the page carries in itself, and nothing else."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["data"])


def _stylesheet(document: Document, font: ChineseFont, name: str = "print.css") -> Markup:
    """A print style sheet with its two variables filled in: page margins cannot read custom properties."""
    sheet = layout.layout_file(name)
    sheet = sheet.replace("var(--accent)", document.accent).replace("var(--font)", f'"{font.family}"')
    return Markup((_packaged_face(font) if font.is_packaged else "") + sheet)


def _packaged_face(font: ChineseFont) -> str:
    data = base64.b64encode(font.regular.path.read_bytes()).decode("ascii")
    return f'@font-face {{ font-family: "{font.family}"; src: url(data:font/otf;base64,{data}); }}\n'
