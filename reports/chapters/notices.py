"""Section: 沟通触达. Notices delivered and read, kept apart; the households that a notice did not reach."""

from __future__ import annotations

from typing import Any

from reports import charts
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame, present
from reports.document import Chart, Section
from reports.findings import Finding

DELIVERED, READ = "notice_reach_rate", "notice_read_rate"
FEWEST_CHANNELS = 2
MOST_CHANNELS = 8


def notices(desk: Desk) -> Section | None:
    """沟通触达: notices → delivered and read apart → through which channels households were not reached."""
    delivered, read = desk.finding(DELIVERED), desk.finding(READ)
    if not present((delivered, read)):
        return None
    chart = channels_chart(desk, delivered, read)
    text = desk.paragraph(
        "notices.reach",
        delivered=delivered,
        read=read,
        unreached=_unreached(desk),
        chart=chart,
    )
    return desk.section("notices", [text, chart])


def _channels(desk: Desk, metric: str) -> dict[str, Finding]:
    return {one.name: one for one in desk.findings(metric, "channel") if one.name != BLANK}


def _unreached(desk: Desk) -> list[Finding]:
    """The channels that did not reach every household, the one that missed most first."""
    held = [one for one in _channels(desk, DELIVERED).values() if amount(one.lacking)]
    return sorted(held, key=lambda one: (-amount(one.lacking), one.name))[:MOST_CHANNELS]


def channels_chart(desk: Desk, delivered: Finding | None, read: Finding | None) -> Chart | None:
    """Delivered and read by channel, as shares of the households that the notices were meant for."""
    held = {DELIVERED: _channels(desk, DELIVERED), READ: _channels(desk, READ)}
    names = list(dict.fromkeys(name for found in held.values() for name in found))[:MOST_CHANNELS]
    if len(names) < FEWEST_CHANNELS:
        return None
    series = {DELIVERED: desk.label("delivered"), READ: desk.label("read")}
    shown = [metric for metric in series if held[metric]]
    rows = [_dot(desk, name, series[metric], held[metric].get(name)) for name in names for metric in shown]
    return desk.chart(
        "notices",
        charts.share_dots(frame(rows), desk.style),
        desk.say("notices.chart_title", delivered=delivered, read=read),
        desk.say("notices.chart_caption", held=delivered or read, has_both=len(shown) > 1),
    )


def _dot(desk: Desk, channel: str, series: str, one: Finding | None) -> dict[str, Any]:
    return {
        "label": desk.writer.spoken(channel),
        "series": series,
        "value": amount(one.value) if one else None,
        "text": desk.text(one.value) if one else desk.label("read_unknown"),
    }
