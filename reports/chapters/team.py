"""Section: 团队配置与职责分工. Persons and posts as entered by hand, their load, training; no names."""

from __future__ import annotations

import re
from typing import Any

from reports import charts
from reports.chapters.hand_entered import quantity_of
from reports.desk import Desk, amount, frame, present
from reports.document import Chart, Paragraph, Section
from reports.facts import UNKNOWN, Fact, fact_quantity, facts_of
from reports.findings import Finding, quantity
from reports.numbers import Quantity

FEWEST_POSTS = 2
FEWEST_OF_A_POST = 2
POST = re.compile(r"^(?:年末)?(?:岗位人数|在岗人数|岗位|headcount|staff)\s*[:：·]\s*(?P<post>.+)$", re.IGNORECASE)
HEADCOUNT = re.compile(
    r"(?:年末|期末)?(?:在岗人数|在职人数|员工人数)$|^(?:staff|headcount)(?: at year end)?$", re.IGNORECASE
)
ESTABLISHMENT = re.compile(r"编制(?:人数)?$|^established posts$", re.IGNORECASE)
LEFT = re.compile(r"离职人数$|^(?:staff )?leavers$", re.IGNORECASE)
JOINED = re.compile(r"(?:入职|新进|新增)人数$|^(?:staff )?joiners$", re.IGNORECASE)


def team(desk: Desk) -> Section | None:
    """团队配置: persons and posts → load of each → training and certificates → who came and went."""
    if not desk.audience.shows_staff:
        return None
    facts = _facts(desk, desk.year)
    headcount = _first(facts, HEADCOUNT)
    posts = _posts(facts)
    chart = load_chart(desk, posts)
    return desk.section(
        "team",
        [
            persons_paragraph(desk, facts, headcount, posts, chart),
            chart,
            training_paragraph(desk),
        ],
    )


def _facts(desk: Desk, year: int) -> list[Fact]:
    """The facts of a year about the whole that the report covers."""
    whole = desk.community or UNKNOWN
    return [one for one in facts_of(desk.ledger.figures, year) if one.community == whole]


def _first(facts: list[Fact], name: re.Pattern[str]) -> Fact | None:
    return next((one for one in facts if name.search(one.name) and not POST.match(one.name)), None)


def _posts(facts: list[Fact]) -> list[tuple[str, Fact]]:
    """Posts with the fact that gives their number, the largest first."""
    found = [(match["post"].strip(), one) for one in facts if (match := POST.match(one.name))]
    return sorted(found, key=lambda pair: (-float(pair[1].value), pair[0]))


def persons_paragraph(
    desk: Desk, facts: list[Fact], headcount: Fact | None, posts: list[tuple[str, Fact]], chart: Chart | None
) -> Paragraph | None:
    """How many persons there are, at which posts, how much falls on each, and who came and went."""
    if headcount is None and not posts:
        return None
    sources = [one.source for one in (headcount, *(fact for _, fact in posts)) if one is not None]
    return desk.paragraph(
        "team.persons",
        headcount=_number(desk, headcount),
        earlier=_number(desk, _first(_facts(desk, desk.year - 1), HEADCOUNT)),
        establishment=_number(desk, _first(facts, ESTABLISHMENT)),
        posts=[(post, _number(desk, fact)) for post, fact in posts],
        households=_per_head(desk, headcount, f"households@{desk.as_of}"),
        tickets=_per_head(desk, headcount, "ticket_volume"),
        left=_number(desk, _first(facts, LEFT)),
        joined=_number(desk, _first(facts, JOINED)),
        sources=list(dict.fromkeys(sources)),
        chart=chart,
    )


def _number(desk: Desk, fact: Fact | None) -> Quantity | None:
    """The number of a fact in the report's language."""
    return None if fact is None else quantity_of(desk, fact)


def _per_head(desk: Desk, fact: Fact | None, what: str) -> Quantity | None:
    """Households or tickets to each person; None where either is unknown."""
    if fact is None or not fact.value:
        return None
    held = fact_quantity(fact)
    return quantity(desk.ledger, held.address.of(f"per_head:{what}"), "plain")


def load_chart(desk: Desk, posts: list[tuple[str, Fact]]) -> Chart | None:
    """Households to each person by post, tickets where no register tells the households; posts of one left out."""
    several = [(post, fact) for post, fact in posts if float(fact.value) >= FEWEST_OF_A_POST]
    by_households = bool(several) and _per_head(desk, several[0][1], f"households@{desk.as_of}") is not None
    what = f"households@{desk.as_of}" if by_households else "ticket_volume"
    loads = [(post, load) for post, fact in several if (load := _per_head(desk, fact, what)) is not None]
    if len(loads) < FEWEST_POSTS:
        return None
    unit = desk.label("count_of_households" if by_households else "count_of_tickets")
    rows = [
        {"label": post, "value": amount(load), "previous": None, "text": desk.text(load, unit)} for post, load in loads
    ]
    return desk.chart(
        "load_by_post",
        charts.horizontal_bars(frame(rows), desk.style),
        desk.say("team.load_title", by_households=by_households),
        desk.say("team.load_caption", as_of=desk.as_of),
    )


def training_paragraph(desk: Desk) -> Paragraph | None:
    """Who passed the training and who holds valid certificates, by person; attendances beside."""
    passed, certified = desk.finding("training_pass_rate"), desk.finding("certified_share")
    if not present((passed, certified)):
        return None
    return desk.paragraph(
        "team.training",
        passed=passed,
        attendances=_detail(passed, "attendance_count"),
        certified=certified,
        expired=_detail(certified, "expired_count"),
    )


def _detail(held: Finding | None, name: str) -> Any:
    return None if held is None else held.detail(name)
