"""The annual summary, composed: reads as its table of contents.

Chapters are numbered one after the other, so that a report without initiatives has no hole where their chapter
would stand; what is missing is named in the data statement.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from reports.chapters import (
    appendices,
    communication,
    initiatives,
    key_figures,
    overview,
    requests,
    results,
    service,
)
from reports.desk import Desk
from reports.document import Chapter, Chart, Cover, Document
from reports.logo import logo_address
from reports.page_rules import require_conventions
from workspace import Language, Workspace

if TYPE_CHECKING:
    from queries.figures import Figures

TYPED_DATE = re.compile(r"(\d{4})(?:\s*年\s*|[-/.])(\d{1,2})(?:\s*月\s*|[-/.])(\d{1,2})(?:\s*日)?")
CHAPTERS = (overview, service, requests, communication, initiatives, results)
LAYOUT_WORDS = (
    "contents",
    "key_figures",
    "figure",
    "table",
    "appendix",
    "note",
    "source",
    "search",
    "search_hint",
    "no_match",
    "previous_year",
    "change",
    "target",
    "verdict",
    "hand_entered",
    "to_review",
    "page",
    "continued",
)


def compose(
    figures: Figures, workspace: Workspace, year: int, on_chart: Callable[[Chart], None] | None = None
) -> Document:
    """The report of one year from its figures, in the language of the workspace.

    `on_chart` is given each chart as soon as it is composed, so that it can be drawn meanwhile.
    Raises ProseRuleBroken or EmptySlot where a template would print something that no one should read.
    """
    desk = Desk(figures, workspace, year, on_chart)
    chapters = _chapters(desk)
    document = Document(
        language=workspace.language,
        year=year,
        accent=str(workspace.settings["report"]["accent"]),
        cover=_cover(desk),
        key_figures=key_figures.compose(desk),
        chapters=chapters,
        appendices=appendices.compose(desk),
        labels={key: desk.label(key) for key in LAYOUT_WORDS},
        metric_titles=_metric_titles(desk),
    )
    require_conventions(document)
    return document


def _chapters(desk: Desk) -> tuple[Chapter, ...]:
    """The chapters that the data can fill, numbered without a gap."""
    held: list[Chapter] = []
    for chapter in CHAPTERS:
        composed = chapter.compose(desk, len(held) + 1)
        if composed is not None:
            held.append(composed)
    return tuple(held)


def _metric_titles(desk: Desk) -> dict[str, str]:
    """What a reader who points at a number sees; counts of rows and files belong to the data statement."""
    catalog = desk.ledger.figures.catalog
    titles = {name: metric.title.text(desk.language) for name, metric in sorted(catalog.items())}
    further = {name: desk.label(name) for name in ("targets", "facts", "initiatives")}
    return titles | further | {"data": desk.label("data_statement")}


def _cover(desk: Desk) -> Cover:
    return Cover(
        organisation=" ".join(part for part in (desk.setting("organisation"), desk.community) if part),
        department=desk.setting("department"),
        title=desk.label("title"),
        period=desk.label("cover_period").format(min(desk.as_of, date(desk.year, 12, 31))),
        presenter=desk.setting("presenter"),
        date=cover_date(desk.setting("date"), desk.language),
        logo=logo_address(desk.workspace),
    )


def cover_date(typed: str, language: Language) -> str:
    """The date of the settings as the language writes it; what is no date is printed as it was typed."""
    written = TYPED_DATE.fullmatch(typed.strip())
    try:
        day = date(*(int(part) for part in written.groups())) if written else None
    except ValueError:
        day = None
    if day is None:
        return typed
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if language == "zh" else f"{day.day} {day:%B} {day.year}"
