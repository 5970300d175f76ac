"""The page for the screen: one file, no network, live charts, text from the data stays text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from conftest import Rendered
from demo_document import HOSTILE, full_document, sparse_document

from reports.evidence import Answer, Evidence, Rows
from reports.numbers import Address, Quantity, shown
from reports.render import layout
from reports.render.html import SCRIPTS, render_html, script_hash

LARGEST = 12_000_000
CLOSED = Address("closure_rate", "2025", (("kind", "repair"), ("category", "水电燃气")), "numerator")


class Page(HTMLParser):
    """The elements of a page with their attributes, its scripts, its ids."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self._in_script: dict[str, str | None] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_script = dict(attrs) if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._in_script is not None:
            self.scripts.append((self._in_script, data))
            self._in_script = None

    def json(self, name: str) -> dict[str, Any]:
        return json.loads(next(text for attributes, text in self.scripts if attributes.get("id") == name))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def page(full: Rendered) -> Page:
    return Page(full.html)


def test_nothing_outside_is_named(page: Page, full: Rendered) -> None:
    """No element, style or script of ours asks for anything that is not in the file."""
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "srcset", "poster", "data"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:")), (tag, value)
    style = re.search(r"<style>(.*?)</style>", full.html, re.DOTALL)
    assert style and "url(" not in style[1] and "@import" not in style[1]
    for script in SCRIPTS:
        assert "http" not in layout.layout_file(script)


def test_policy_allows_exactly_these_scripts(page: Page) -> None:
    """Each script that runs is allowed by its hash, and nothing else is."""
    policy = next(str(meta["content"]) for meta in page.all("meta") if meta.get("http-equiv"))
    data = ("page-data", "evidence-data")
    running = [text for attributes, text in page.scripts if attributes.get("id") not in data]
    allowed = re.search(r"script-src ([^;]+)", policy)
    assert allowed and allowed[1].split() == [script_hash(text) for text in running]
    assert len(running) == 4
    assert "default-src 'none'" in policy
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)


def test_charts_are_live_and_described(page: Page, full: Rendered) -> None:
    """Every chart's specification is in the file, under its anchor, with its alternative text beside it."""
    data = page.json("page-data")
    charts = list(layout.charts_of(full.document))
    assert list(data["charts"]) == sorted(chart.anchor for chart in charts)
    places = {attributes.get("data-chart"): attributes for attributes in page.all("div")}
    for chart in charts:
        assert places[chart.anchor]["aria-label"] == chart.alternative_text
        assert data["charts"][chart.anchor]["data"]


def test_contents_lead_to_their_places(page: Page) -> None:
    """Every link has its target, and no id stands twice."""
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    links = [str(attributes["href"]) for attributes in page.all("a")]
    assert len(links) > 20
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_landmarks_and_heading_levels(page: Page) -> None:
    """One main, one h1, a labelled navigation, and no heading level is skipped."""
    assert len(page.all("main")) == len(page.all("h1")) == 1
    assert page.all("nav")[0]["aria-label"] == "目录"
    assert page.all("html")[0]["lang"] == "zh-CN"
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_hostile_text_is_text(sparse: Rendered) -> None:
    """Markup in names becomes neither an element nor a script, also not through the charts' data."""
    page = Page(sparse.html)
    assert not [image for image in page.all("img") if "example" in str(image.get("src"))]
    assert "alert('x')</script>" not in sparse.html
    assert len(page.scripts) == 6
    assert "\\u003cscript\\u003e" in sparse.html or HOSTILE not in sparse.html


@pytest.mark.parametrize("text", [HOSTILE, "</script><script>alert(1)</script>", "javascript:alert(1)", "<!--<script>"])
def test_hostile_evidence_is_text(text: str) -> None:
    """Whatever stands in rows, statements or names of files comes out of the page's data as the same text."""
    answer = Answer(text, text, ((text, text),), Rows((text,), ((text,),), text), text, (text,), (text,))
    page = Page(render_html(sparse_document(), Evidence({CLOSED: answer}, {CLOSED: text})))
    assert len(page.scripts) == 6
    held = page.json("evidence-data")
    assert held["texts"] == [text]
    assert held["answers"][0]["rows"] == [[0]]


def test_a_number_leads_to_its_evidence() -> None:
    """What the attributes of a printed number spell is the key of its answer; a text is kept once."""
    number = Quantity(0.97, "rate", CLOSED)
    answer = Answer("工单闭环率", "报修", (("口径", "工单闭环率"),), Rows(("编号",), (("A1",), ("A2",)), "共 2 行"))
    held = Page(render_html(sparse_document(), Evidence({CLOSED: answer}, {CLOSED: "分子"}))).json("evidence-data")
    shown_number = Page(shown(number)).all("data")[0]
    key = "\n".join(str(shown_number[f"data-{name}"]) for name in ("metric", "period", "slice", "statistic"))
    place, statistic = held["addresses"][key]
    assert held["texts"][statistic] == "分子"
    found = held["answers"][place]
    assert [held["texts"][cell] for row in found["rows"] for cell in row] == ["A1", "A2"]
    assert found["title"] == found["facts"][0][1]


def test_same_document_same_text_and_size(full: Rendered) -> None:
    """Equal documents give equal files below 12 MB."""
    assert render_html(full_document()) == full.html
    assert len(full.html.encode()) < LARGEST


def test_numbers_carry_what_a_reader_may_ask(page: Page) -> None:
    """Each figure keeps its metric and period; the page knows the metric's title."""
    figures = [attributes for attributes in page.all("data") if attributes.get("class") == "figure"]
    assert len(figures) > 100
    assert all(attributes["data-metric"] and attributes["data-period"] for attributes in figures)
    assert page.json("evidence-data")["titles"] == {"closure_rate": "工单闭环率"}


def test_accent_that_is_no_colour_is_refused(full: Rendered) -> None:
    """The setting cannot close the style sheet."""
    with pytest.raises(layout.AccentUnreadable):
        render_html(replace(full.document, accent="</style>"))
