"""The demo documents, rendered once for all tests of the layout."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from demo_document import full_document, sparse_document
from fake_figures import FakeFigures, around_spring_festival, without_changes, without_limits
from pypdf import PdfReader
from small_company import SmallCompany, small_company

from reports import derivations
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


@pytest.fixture(autouse=True)
def comparisons_of_fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What asks the engine itself answers for fake figures without one."""
    fakes = {
        "like_for_like": without_changes,
        "monthly_limits": without_limits,
        "spring_festival_aligned": around_spring_festival,
    }
    for name, fake in fakes.items():
        real = getattr(derivations, name)

        def answer(
            figures: Any,
            metric: str,
            year: int,
            real: Callable[..., Any] = real,
            fake: Callable[..., Any] = fake,
            **kept: Any,
        ) -> Any:
            return (
                fake(figures, metric, year) if isinstance(figures, FakeFigures) else real(figures, metric, year, **kept)
            )

        monkeypatch.setattr(derivations, name, answer)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallCompany]:
    """A small company with its report, from real exports."""
    with small_company(tmp_path_factory.mktemp("company")) as loaded:
        yield loaded
