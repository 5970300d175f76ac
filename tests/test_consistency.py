"""One report in every form: each headline is the same number in PDF, HTML, slides, workbook, text, JSON and API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from pypdf import PdfReader

from queries.figures import open_figures
from reports.analysis import Analysis
from reports.numbers import printed
from workspace import open_workspace

SPACE = re.compile(r"\s+")
SHAPES = re.compile("[●▲○]")


@dataclass(frozen=True)
class Headline:
    """A key figure as the JSON has it: its card, the printed text, and where the number comes from."""

    card: str
    printed: str
    metric: str
    slice: tuple[tuple[str, str], ...]
    format: str
    limit: float | None


@pytest.fixture(scope="module")
def report(built_sample: Path) -> dict[str, Any]:
    """The report as JSON."""
    held: dict[str, Any] = json.loads((built_sample / "annual-report.json").read_text(encoding="utf-8"))
    return held


@pytest.fixture(scope="module")
def headlines(report: dict[str, Any]) -> list[Headline]:
    """The twelve key figures."""
    names = ("card", "printed", "metric", "format", "limit")
    return [
        Headline(slice=tuple(one["slice"].items()), **{name: one[name] for name in names})
        for one in report["headlines"]
        if one["statistic"] == "value"
    ]


def bare(text: str) -> str:
    """A text without its spaces, which each form sets in its own way."""
    return SPACE.sub("", text)


def follows(text: str, card: str, value: str) -> bool:
    """Whether the value stands right behind the name of its card."""
    return bare(card) + bare(value) in bare(text)


def texts_of_slides(path: Path) -> Iterator[str]:
    """What each slide of a presentation says."""
    for slide in pptx.Presentation(str(path)).slides:
        yield "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


def test_there_are_twelve(headlines: list[Headline]) -> None:
    """The key-figures page in full."""
    assert len(headlines) == 12


def test_the_pdf_prints_each_headline(headlines: list[Headline], built_sample: Path) -> None:
    """On the page of the key figures."""
    pages = [page.extract_text() for page in PdfReader(built_sample / "annual-report.pdf").pages[:6]]
    (overview,) = [bare(text) for text in pages if all(one.card in text for one in headlines)]
    for one in headlines:
        card = re.escape(bare(one.card)) + f"[^{SHAPES.pattern[1:]}{{0,90}}?" + re.escape(bare(one.printed))
        assert re.search(card + SHAPES.pattern, overview), one


def test_the_html_shows_each_headline(headlines: list[Headline], built_sample: Path) -> None:
    """As the value of its card, with the address of the number."""
    page = (built_sample / "annual-report.html").read_text(encoding="utf-8")
    cards = re.findall(r"<h4>(.*?)</h4>.*?<p class=\"card-value[^\"]*\">(.*?)</p>", page, re.DOTALL)
    shown = {bare(re.sub("<[^>]+>", "", name)): value for name, value in cards}
    for one in headlines:
        value = shown[bare(one.card)]
        assert bare(re.sub("<[^>]+>", "", value)) == bare(one.printed)
        assert f'data-metric="{one.metric}"' in value


def test_the_slides_show_each_headline(headlines: list[Headline], built_sample: Path) -> None:
    """On the slide of the cards."""
    (cards,) = [
        text for text in texts_of_slides(built_sample / "annual-report.pptx") if headlines[0].card + "\n" in text
    ]
    for one in headlines:
        assert follows(cards, one.card, one.printed), one


def test_the_workbook_holds_each_headline_as_a_number(headlines: list[Headline], built_sample: Path) -> None:
    """Unrounded; printed by the report's rule it is the report's text."""
    sheet = openpyxl.load_workbook(built_sample / "annual-report.xlsx", data_only=True).worksheets[0]
    rows = {row[1].value: row[2].value for row in sheet.iter_rows(min_row=4) if row[1].value}
    for one in headlines:
        number = rows[one.card]
        assert isinstance(number, int | float)
        digits = re.sub(r"[^\d.]", "", one.printed)
        decimals = len(digits.partition(".")[2])
        assert f"{number * (100 if '%' in one.printed else 1):.{decimals}f}" == digits, one


def test_the_text_prints_each_headline(headlines: list[Headline], built_sample: Path) -> None:
    """In the tables of the key figures."""
    file = docx.Document(str(built_sample / "annual-report.docx"))
    rows = [[cell.text for cell in row.cells] for table in file.tables[:4] for row in table.rows]
    shown = {row[0]: row[1] for row in rows}
    for one in headlines:
        assert bare(shown[one.card]) == bare(one.printed)


def test_json_and_api_give_each_headline(
    headlines: list[Headline], report: dict[str, Any], loaded_sample: Path
) -> None:
    """The figure in the file and the answer of the API are one number, which prints as the headline."""
    figures = {(one["metric"], one["period"], tuple(one["slice"].items())): one for one in report["figures"]}
    workspace = open_workspace(loaded_sample)
    with open_figures(workspace) as opened:
        year = Analysis(workspace, opened, 2025)
        for one in headlines:
            held = figures[one.metric, "2025", one.slice]
            (answer,) = year.metric(one.metric, **dict(one.slice)).total()["value"]
            assert float(answer) == held["value"]
            assert bare(printed(held["value"], one.format, "zh", one.limit)) == bare(one.printed)
