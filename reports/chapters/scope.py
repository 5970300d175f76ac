"""Section: 服务范围与对象覆盖. The register of projects, who joined and left, what stayed the same."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from queries.comparison import LikeForLike
from queries.privacy import smallest_shown
from reports.chapters.communities import differences, is_compared
from reports.derivations import BLANK
from reports.desk import Desk, amount, present
from reports.document import Block, Paragraph, Section, Table
from reports.estate import Estate, estates
from reports.findings import Finding, finding
from reports.numbers import MISSING

MAIN_METRICS = ("ticket_volume", "amount_due", "satisfaction_rate")


UNRANKED = ("column_tickets", "column_complaints", "column_per_hundred", "column_collection_rate")


def scope(desk: Desk) -> Section | None:
    """服务范围: projects, households, types → who joined and left → the same scope → special groups, totals only."""
    listed = register(desk)
    if listed:
        return desk.section("scope", [*listed, changes(desk), special_groups(desk), *main_figures(desk)])
    return desk.section("scope", [*main_figures(desk), changes(desk), special_groups(desk)])


def register(desk: Desk) -> list[Block | None]:
    """The projects as their register has them."""
    held = estates(desk.ledger, desk.as_of)
    if not held:
        return []
    table = register_table(desk, held)
    types = list(dict.fromkeys(one.business_type for one in held if one.business_type))
    text = desk.paragraph(
        "scope.register",
        count=desk.account_number(f"estates:{desk.as_of}"),
        households=_of_register(desk, "households"),
        area=_of_register(desk, "area_square_metres"),
        types=types,
        as_of=desk.as_of,
        table=table,
    )
    return [text, table]


def _of_register(desk: Desk, column: str, **where: str) -> Any:
    return desk.account_number(f"register:{column}@{desk.as_of}", **where)


def register_table(desk: Desk, held: tuple[Estate, ...]) -> Table:
    """Project × households × area × type × day of take-over; only the columns that the register fills."""
    columns = {
        "column_households": [_of_register(desk, "households", community=one.community) for one in held],
        "column_area": [_of_register(desk, "area_square_metres", community=one.community) for one in held],
    }
    kept = [heading for heading, values in columns.items() if present(values)]
    has_types, has_days = present([one.business_type for one in held]), present([one.since for one in held])
    rows = [
        [
            desk.name(one.community),
            *([desk.name(one.business_type) if one.business_type else Markup(MISSING)] if has_types else []),
            *(desk.cell(columns[heading][position]) for heading in kept),
            *([desk.say("scope.day", day=one.since) if one.since else Markup(MISSING)] if has_days else []),
        ]
        for position, one in enumerate(held)
    ]
    total = [
        desk.plain(desk.label("all")),
        *([Markup("")] if has_types else []),
        *(
            desk.cell(_of_register(desk, "households" if heading == "column_households" else "area_square_metres"))
            for heading in kept
        ),
        *([Markup("")] if has_days else []),
    ]
    has_total = len(held) > 1 and bool(kept)
    return desk.table(
        "register",
        desk.say("scope.register_title"),
        [
            ("column_community", "left"),
            *([("column_business_type", "left")] if has_types else []),
            *((heading, "right") for heading in kept),
            *([("column_taken_over", "left")] if has_days else []),
        ],
        [*rows, total] if has_total else rows,
        total_rows=1 if has_total else 0,
    )


def changes(desk: Desk) -> Paragraph | None:
    """Which projects joined or left within the two years, and how the others compare by themselves."""
    main = desk.finding("ticket_volume")
    if main is None or main.previous is None or desk.community is not None:
        return None
    held = desk.ledger.like_for_like("ticket_volume")
    return desk.paragraph(
        "scope.changes",
        joined=[(span.community, span.since) for span in held.joined],
        left=[(span.community, span.until) for span in held.left],
        count=desk.chosen("same_scope_count", main, "count"),
        same=_same_scope(desk, held, main) if held.joined or held.left else None,
    )


def _same_scope(desk: Desk, held: LikeForLike, main: Finding) -> dict[str, Any] | None:
    """The numbers of what was managed throughout both years; None where nothing was."""
    same = finding(desk.ledger, held.same)
    if same is None or not held.communities or same.previous is None:
        return None
    numbers = {name: desk.chosen(f"same_scope:{name}", main, "count") for name in ("value", "previous", "change")}
    return {"movement": same.movement, **numbers}


def special_groups(desk: Desk) -> Paragraph | None:
    """Households in special care that were served: one total, and nothing below it; not at all where they are few."""
    served = desk.finding("special_group_households")
    if served is None or amount(served.value) < smallest_shown(desk.workspace.settings):
        return None
    return desk.paragraph("scope.special_groups", served=served, times=served.detail("service_times"))


def main_figures(desk: Desk) -> list[Block | None]:
    """The projects that the data cover, with their main figures side by side."""
    main = next((metric for metric in MAIN_METRICS if desk.finding(metric)), None)
    projects = [one for one in desk.findings(main, "community") if one.name != BLANK] if main else []
    if main is None or len(projects) < 2:
        return []
    table = scope_table(desk, [one.name for one in projects])
    largest = projects[0] if main == "ticket_volume" else None
    text = desk.paragraph(
        "scope.scope",
        count=desk.number(main, "slices:community", "count"),
        names=[one.name for one in projects],
        largest=largest,
        share=desk.chosen("share:community", largest, "rate") if largest else None,
        has_register=bool(estates(desk.ledger, desk.as_of)),
        table=table,
    )
    return [text, table, *differences(desk)]


def scope_table(desk: Desk, names: list[str]) -> Table:
    """One row a project; only the columns that the data fill."""
    repairs = {"kind": "repair"} if desk.finding("ticket_volume", kind="repair") else {}
    columns = {
        "column_tickets": ("ticket_volume", {}, "count"),
        "column_complaints": ("ticket_volume", {"kind": "complaint"}, "count"),
        "column_per_hundred": ("complaints_per_100_households", {}, "plain"),
        "column_closure_rate": ("closure_rate", {}, None),
        "column_within_24_hours": ("resolved_within_24_hours", repairs, None),
        "column_collection_rate": ("collection_rate", {}, None),
        "column_satisfaction_rate": ("satisfaction_rate", {}, None),
    }
    held = {
        heading: [desk.finding(metric, **where, community=name) for name in names]
        for heading, (metric, where, _) in columns.items()
    }
    in_table = UNRANKED if is_compared(desk) else tuple(columns)
    kept = [heading for heading in columns if heading in in_table and present(held[heading])]
    rows = [
        [desk.name(name), *(desk.rate_cell(held[heading][position], columns[heading][2]) for heading in kept)]
        for position, name in enumerate(names)
    ]
    return desk.table(
        "scope",
        desk.say("scope.scope_table_title"),
        [("column_community", "left"), *((heading, "right") for heading in kept)],
        rows,
        note=desk.say("scope.scope_table_note", as_of=desk.as_of),
    )
