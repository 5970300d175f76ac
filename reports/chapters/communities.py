"""Part of 服务范围: how the projects differ, as funnels of what chance alone would give, in place of a league table."""

from __future__ import annotations

from collections.abc import Sequence

from queries.funnel import ALARM, Funnel, funnel
from queries.naming import is_blank, outcome_of
from reports import charts
from reports.desk import Desk, amount, frame
from reports.document import Block, Chart
from reports.findings import FEWEST_CASES, Finding, found

FEWEST_SITES = 3
COMPARED: Sequence[tuple[str, dict[str, str]]] = (
    ("resolved_within_24_hours", {"kind": "repair"}),
    ("satisfaction_rate", {}),
)
MILLIMETRES = 60
CURVE_STEPS = 30


def is_compared(desk: Desk) -> bool:
    """Whether there are enough projects to compare, so that no table need set their rates side by side."""
    return any(len(_sites(desk, metric, where)) >= FEWEST_SITES for metric, where in COMPARED)


def differences(desk: Desk) -> list[Block | None]:
    """For each rate the projects against their expected spread, and those beyond it by name."""
    blocks: list[Block | None] = []
    for metric, where in COMPARED:
        sites = _sites(desk, metric, where)
        spread = funnel([outcome_of(figure) for figure in desk.ledger.by(metric, "community", where) if figure.n])
        whole = desk.finding(metric, **where)
        if len(sites) >= FEWEST_SITES and spread is not None and whole is not None:
            blocks += _compared(desk, whole, sites, spread, is_first=not blocks)
    return blocks


def _sites(desk: Desk, metric: str, where: dict[str, str]) -> list[Finding]:
    """The projects with enough cases for a rate; blanks apart."""
    figures = [figure for figure in desk.ledger.by(metric, "community", where) if not is_blank(figure)]
    return [one for one in found(desk.ledger, figures) if one.cases >= FEWEST_CASES and one.denominator is not None]


def _compared(
    desk: Desk, whole: Finding, sites: list[Finding], spread: Funnel, *, is_first: bool
) -> list[Block | None]:
    limits = {one.name: spread.limits(amount(one.denominator), ALARM) for one in sites}
    high = [one for one in sites if amount(one.value) > (limits[one.name].high or 1.0)]
    low = [one for one in sites if amount(one.value) < (limits[one.name].low or 0.0)]
    subject = desk.subject(whole)
    chart = _chart(desk, whole, sites, spread, subject, outside=[*high, *low])
    text = desk.paragraph(
        "communities.compared", subject=subject, whole=whole, is_first=is_first, high=high, low=low, chart=chart
    )
    return [text, chart]


def _chart(
    desk: Desk, whole: Finding, sites: list[Finding], spread: Funnel, subject: str, outside: list[Finding]
) -> Chart:
    rows = [_range_at(spread, amount(one.denominator), one.name, amount(one.value)) for one in sites]
    rows += [_range_at(spread, size) for size in _sizes_between(sites)]
    return desk.chart(
        f"funnel_{whole.metric}",
        charts.funnel_plot(frame(rows), desk.style),
        desk.say("communities.title", subject=subject, outside=[one.name for one in outside]),
        desk.say("communities.caption", whole=whole, confidence=ALARM),
        height_millimetres=MILLIMETRES,
    )


def _range_at(spread: Funnel, size: float, name: str = "", value: float | None = None) -> dict[str, object]:
    """A row of the funnel chart: the expected range at a size, and the project of that size if there is one."""
    limits = spread.limits(size, ALARM)
    return {"label": name, "n": size, "value": value, "low": limits.low, "high": limits.high}


def _sizes_between(sites: Sequence[Finding]) -> list[float]:
    """Sizes from the smallest project to the largest, close enough for the range to run as a curve."""
    sizes = [amount(one.denominator) for one in sites]
    ratio = max(sizes) / min(sizes)
    return [min(sizes) * ratio ** (step / CURVE_STEPS) for step in range(1, CURVE_STEPS)]
