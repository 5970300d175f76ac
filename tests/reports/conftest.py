"""The demo documents, rendered once for all tests of the layout."""

from __future__ import annotations

import io
from dataclasses import dataclass

import pytest
from demo_document import full_document, sparse_document
from pypdf import PdfReader

from reports.document import Document
from reports.render.html import render_html
from reports.render.pdf import render_pdf


@dataclass(frozen=True)
class Rendered:
    """A document with its PDF, the text of each page, and its HTML."""

    document: Document
    pdf: bytes
    pages: tuple[str, ...]
    html: str


def rendered(document: Document) -> Rendered:
    """Both forms of a document."""
    pdf = render_pdf(document)
    pages = tuple(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return Rendered(document, pdf, pages, render_html(document))


@pytest.fixture(scope="session")
def full() -> Rendered:
    """The report with everything in it."""
    return rendered(full_document())


@pytest.fixture(scope="session")
def sparse() -> Rendered:
    """The report with one card, one section, and hostile text."""
    return rendered(sparse_document())
