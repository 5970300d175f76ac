"""What WeasyPrint leaves out of the tags of a PDF: which cells a heading cell is the heading of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pydyf

_SCOPES = {"/THead": "/Column", "/TBody": "/Row"}


def state_scopes(pdf: pydyf.PDF) -> None:
    """Say of every heading cell whether it heads its column or its row, so that a screen reader names both."""
    import pydyf

    for element in pdf.objects:
        if isinstance(element, dict) and element.get("S") == "/TH":
            part = _parent(pdf, _parent(pdf, element))
            element["A"] = pydyf.Dictionary({"O": "/Table", "Scope": _SCOPES.get(str(part.get("S")), "/Column")})


def _parent(pdf: pydyf.PDF, element: dict[str, object]) -> dict[str, object]:
    """The element above: a cell's row, a row's part of the table."""
    reference = element["P"]
    assert isinstance(reference, bytes)
    parent: dict[str, object] = pdf.objects[int(reference.split()[0])]
    return parent
