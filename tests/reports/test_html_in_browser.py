"""The live page of the committed sample in a real browser, opened from disk without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page, sync_playwright

YEAR = 2025
LARGEST = 12_000_000
LONGEST_LOAD_MILLISECONDS = 3_000
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}
SETTLED = 15_000


@dataclass
class Session:
    """The page in the browser, the file that it shows, and whatever it complained of or asked for."""

    page: Page
    file: Path
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    load_milliseconds: float = 0

    def panel(self) -> Locator:
        return self.page.locator("#evidence")

    def figure(self, metric: str, statistic: str = "value", within: str = "main") -> Locator:
        chosen = f'{within} data[data-metric="{metric}"][data-statistic="{statistic}"]'
        return self.page.locator(chosen).first

    def facts(self) -> dict[str, str]:
        lines = self.panel().locator(".evidence-facts > div")
        return {line.locator("dt").inner_text(): line.locator("dd").inner_text() for line in lines.all()}

    def is_focused(self, chosen: Locator) -> bool:
        return bool(chosen.evaluate("each => each === document.activeElement"))


@pytest.fixture(scope="module")
def file(built_sample: Path) -> Path:
    """The HTML report of the sample."""
    return built_sample / "annual-report.html"


@pytest.fixture(scope="module")
def session(file: Path) -> Iterator[Session]:
    """One browser, offline, for all tests of this file."""
    with sync_playwright() as driver:
        browser = _launched(driver.chromium)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, offline=True, color_scheme="light")
        session = Session(context.new_page(), file)
        session.page.on("console", lambda message: session.complaints.append(message.text))
        session.page.on("pageerror", lambda error: session.complaints.append(str(error)))
        session.page.on("request", lambda request: session.requests.append(request.url))
        session.page.goto(file.as_uri())
        session.load_milliseconds = session.page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        yield session
        browser.close()


def _launched(chromium: Any) -> Any:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(BROWSERS)} is installed")
    return chromium.launch(executable_path=path, args=["--no-sandbox"])


def test_it_is_one_small_file_that_loads_at_once(session: Session) -> None:
    """Below 12 MB and 3 seconds; nothing but the file is asked for."""
    assert session.file.stat().st_size < LARGEST
    assert session.load_milliseconds < LONGEST_LOAD_MILLISECONDS
    assert {address for address in session.requests if not address.startswith("data:")} == {session.file.as_uri()}


def test_every_number_can_be_opened(session: Session) -> None:
    """No figure of the text, the cards, the captions or the tables is without an answer."""
    unanswered = session.page.evaluate(
        """() => {
            const held = JSON.parse(document.getElementById("evidence-data").textContent).addresses;
            const parts = ["metric", "period", "slice", "statistic"];
            const key = (each) => parts.map((name) => each.dataset[name]).join("\\n");
            return Array.from(document.querySelectorAll("data.figure"), key).filter((each) => !(each in held));
        }"""
    )
    assert unanswered == []
    assert session.page.locator("data.figure[role=button]").count() == session.page.locator("data.figure").count() > 500


def test_a_card_opens_definition_interval_last_year_query_and_rows(session: Session) -> None:
    """What stands in the panel is the figure that was chosen."""
    number = session.figure("full_loop_rate", within=".card")
    printed = number.inner_text()
    number.click()
    facts = session.facts()
    assert session.panel().locator("h2").inner_text() == "全流程闭环率"
    assert facts["所选数字"] == printed
    assert facts["数值"].startswith(printed)
    assert "～" in facts["95% 区间"] and "%" in facts["上年同期"] and facts["口径"]
    assert session.panel().locator(".evidence-note").inner_text().startswith("显示前 50 行，共 ")
    assert session.panel().locator("tbody tr").count() == 50
    session.panel().locator("summary").click()
    assert "from warehouse.tickets" in session.panel().locator(".evidence-statement").inner_text()
    assert "$start = 2025-01-01" in session.panel().locator(".evidence-parameters").inner_text()
    assert "工单" in session.panel().locator(".evidence-files").inner_text()
    session.page.keyboard.press("Escape")


@pytest.mark.parametrize("place", ["tr.total td", "figcaption", ".key-sentences p", ".chapter section > p"])
def test_numbers_of_totals_captions_and_sentences_open_too(session: Session, place: str) -> None:
    """Wherever a number stands, a click says which one it is."""
    number = session.page.locator(f"{place} data.figure").first
    number.click()
    assert session.facts()["所选数字"].startswith(number.inner_text())
    session.page.keyboard.press("Escape")
    assert not session.panel().is_visible()


def test_the_keyboard_opens_moves_and_comes_back(session: Session) -> None:
    """Enter opens, Tab stays inside, Escape closes and returns; arrows move between the numbers of a paragraph."""
    paragraph = session.page.locator(".chapter section > p", has=session.page.locator("data.figure")).first
    first, second = paragraph.locator("data.figure").nth(0), paragraph.locator("data.figure").nth(1)
    first.focus()
    session.page.keyboard.press("ArrowRight")
    assert session.is_focused(second)
    assert (first.get_attribute("tabindex"), second.get_attribute("tabindex")) == ("-1", "0")
    session.page.keyboard.press("Enter")
    assert session.panel().is_visible()
    for _ in range(8):
        session.page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || document.activeElement.closest('#evidence') !== null"
        assert session.page.evaluate(inside)
    session.page.keyboard.press("Escape")
    assert not session.panel().is_visible() and session.is_focused(second)


def test_search_counts_steps_and_says_when_there_is_nothing(session: Session) -> None:
    """Matches are counted by section, Enter goes on, spaces beside Chinese do not matter."""
    box, status = session.page.locator("#find-text"), session.page.locator(".find-status")
    box.fill("闭环率")
    words = status.inner_text()
    assert words.startswith("第 1 处，共 ")
    counts = [int(each.inner_text().removesuffix(" 处")) for each in session.page.locator(".contents .count").all()]
    assert f"共 {sum(counts)} 处，分布在 {len(counts)} 节" in words
    box.press("Enter")
    assert status.inner_text().startswith("第 2 处")
    box.press("Shift+Enter")
    assert status.inner_text() == words
    assert session.page.evaluate("CSS.highlights.get('found').size") == sum(counts)
    box.fill("24小时内")
    assert status.inner_text().startswith("第 1 处")
    box.fill("没有这样的词")
    assert status.inner_text() == "没有找到“没有这样的词”"
    box.fill("")
    assert status.inner_text() == "" and session.page.locator(".contents .count").count() == 0


def test_contents_follow_the_reader(session: Session) -> None:
    """The part that is being read is marked in the contents, and no other."""
    chosen = session.page.locator(".contents-chapter ol a").nth(3)
    into_view = "part => document.querySelector(part).scrollIntoView({behavior: 'instant'})"
    session.page.evaluate(into_view, chosen.get_attribute("href"))
    marked = session.page.locator(".contents [aria-current=location]")
    session.page.wait_for_function(
        "href => document.querySelector('.contents [aria-current]').getAttribute('href') === href",
        arg=chosen.get_attribute("href"),
        timeout=SETTLED,
    )
    assert marked.count() == 1


def test_charts_are_drawn_and_follow_the_theme(session: Session) -> None:
    """Live charts from the page's own library; in the dark their words are light, and the choice is not stored."""
    place = session.page.locator(".live").first
    place.scroll_into_view_if_needed()
    session.page.wait_for_selector(".live.js-plotly-plot .main-svg", timeout=SETTLED)
    colour = "getComputedStyle(document.querySelector('.live .main-svg text')).fill"
    light = session.page.evaluate(colour)
    session.page.click("[data-choice=dark]")
    assert session.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(23, 27, 30)"
    session.page.wait_for_function(f"light => {colour} !== light", arg=light, timeout=SETTLED)
    session.page.click("[data-choice=automatic]")
    assert session.page.locator("html").get_attribute("data-theme") == "light"
    assert session.page.evaluate("try_ => { try { return localStorage.length } catch (refused) { return 0 } }") == 0


def test_printing_leaves_the_controls_out(session: Session) -> None:
    """On paper there are the still pictures, no search, no contents of the side."""
    session.page.emulate_media(media="print")
    try:
        assert session.page.locator(".still").first.is_visible()
        for control in (".side", ".appearance", ".live"):
            assert not session.page.locator(control).first.is_visible()
    finally:
        session.page.emulate_media(media="screen")


def test_no_finding_of_axe_on_the_page(session: Session) -> None:
    """axe-core finds nothing that hinders anyone; rows of a long table after the first five are like these."""
    rest = {"exclude": [[".live"], ["tbody tr:nth-child(n+6)"]]}
    assert _violations(session, rest) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_finding_of_axe_in_the_panel_and_the_summary(session: Session, theme: str) -> None:
    """In both themes contrast is sufficient, and the panel is sound."""
    session.page.click(f"[data-choice={theme}]")
    found = _violations(session, {"include": [[".side"], ["#key-figures"]]})
    session.figure("closure_rate").click()
    session.panel().locator("summary").click()
    found += _violations(session, {"include": [["#evidence"]], "exclude": [["tbody tr:nth-child(n+6)"]]})
    session.page.keyboard.press("Escape")
    assert found == []


def _violations(session: Session, part: dict[str, Any]) -> list[tuple[str, str]]:
    violations = Axe().run(session.page, context=part, options=AXE).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in violations]


def test_nothing_was_complained_of(session: Session) -> None:
    """No script failed, and the page's own policy refused nothing of it."""
    with suppress(Error):
        session.page.wait_for_load_state("networkidle", timeout=1_000)
    assert session.complaints == []
