"""The part on vendors in the section 报修处理时效: who stands out, how reviews went, which time limits were kept."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from reports.derivations import BLANK
from reports.desk import Desk, amount
from reports.document import Block, Paragraph, Table
from reports.findings import Finding
from reports.numbers import MISSING

MOST_NAMED = 3
FEWEST_VENDORS = 2


def vendors(desk: Desk, where: dict[str, str]) -> list[Block | None]:
    """Repairers that stand out → reviews and time limits of vendors → the table by vendor."""
    passed, attained = desk.finding("vendor_pass_rate"), desk.finding("vendor_attainment")
    table = vendors_table(desk)
    text = desk.paragraph(
        "vendors.reviews",
        passed=passed,
        failed=_failed(desk),
        attained=attained,
        penalties=desk.finding("vendor_penalties"),
        table=table,
    )
    return [standing_out(desk, where), text, table]


def standing_out(desk: Desk, where: dict[str, str]) -> Paragraph | None:
    """The repairers that differ from all the others, in the share repaired at the first visit."""
    metric = "first_time_fix_rate" if desk.finding("first_time_fix_rate") else "resolved_within_24_hours"
    ranking = desk.ranking(metric, "vendor", where if metric == "resolved_within_24_hours" else {})
    if not ranking.is_named or len(ranking.findings) < FEWEST_VENDORS:
        return None
    subject = ranking.findings[0].title
    done = desk.label("fixed_at_once" if metric == "first_time_fix_rate" else "fixed_in_time")
    return desk.paragraph("vendors.standing_out", ranking=ranking, subject=subject, done=done)


def _failed(desk: Desk) -> list[Finding]:
    """The vendors with reviews not passed, where they are few enough to be named one by one."""
    held = [one for one in _by_vendor(desk, "vendor_pass_rate") if amount(one.lacking)]
    held.sort(key=lambda one: (-amount(one.lacking), one.name))
    return held if len(held) <= MOST_NAMED else []


def _by_vendor(desk: Desk, metric: str) -> list[Finding]:
    return [one for one in desk.findings(metric, "vendor") if one.name != BLANK]


def vendors_table(desk: Desk) -> Table | None:
    """Reviews, those passed, mean score, time limits kept and penalties by vendor; only what the data fill."""
    held = {metric: {one.name: one for one in _by_vendor(desk, metric)} for metric in _COLUMNS_OF}
    names = list(dict.fromkeys(name for found in held.values() for name in found))
    if len(names) < FEWEST_VENDORS:
        return None
    shown = [
        column for metric, columns in _COLUMNS_OF.items() if desk.finding(metric) and held[metric] for column in columns
    ]
    cells = [[desk.name(name), *(_cell(desk, held, name, column) for column in shown)] for name in names]
    headings = [("column_vendor", "left"), *((column, "right") for column in shown)]
    return desk.table("vendors", desk.say("vendors.table_title"), headings, cells, note=desk.say("vendors.table_note"))


_COLUMNS_OF = {
    "vendor_pass_rate": ("column_reviews", "column_reviews_passed", "column_review_score"),
    "vendor_attainment": ("column_attainment_cases", "column_attainment"),
    "vendor_penalties": ("column_penalties",),
}


def _cell(desk: Desk, held: dict[str, dict[str, Finding]], name: str, column: str) -> Any:
    metric = next(metric for metric, columns in _COLUMNS_OF.items() if column in columns)
    one = held[metric].get(name)
    if one is None:
        return Markup(MISSING)
    match column:
        case "column_reviews" | "column_attainment_cases":
            return desk.cell(one.denominator)
        case "column_reviews_passed":
            return desk.cell(one.numerator)
        case "column_review_score":
            return desk.cell(one.detail("score"), "plain")
        case "column_penalties":
            return desk.cell(one.value, "cents")
        case _:
            return desk.rate_cell(one)
