"""The appendices: definitions of the metrics used, the data statement, parameters and versions."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from queries.availability import kinds_behind
from queries.restricted import RestrictedFigures
from reports.chapters import hand_entered
from reports.desk import Desk
from reports.document import Block, Chapter, Table
from reports.factcheck import SERVICE_LEVEL
from reports.findings import Finding
from reports.numbers import MISSING, Number

if TYPE_CHECKING:
    from queries.catalog import Metric

ACCOUNT_COLUMNS = ("rows_read", "kept", "duplicate", "total", "not_data", "quarantined")
OPTIONAL_KINDS = (
    "tickets", "ticket_events", "bills", "bill_adjustments", "payments", "surveys", "communities", "assets",
    "inspections", "maintenance", "incidents", "vendor_reviews", "activities", "notices", "trainings", "services",
    "facts", "initiatives",
)  # fmt: skip
PARTS_OF_KINDS = ("inspections", "incidents", "trainings", "activities", "notices", "initiatives")
COMPLETENESS = ("empty_months", "ends_early", "row_limit", "thin_last_year", "sentinel_date")
TOTALS_MATCH = "totals_match"
HOLIDAYS_UNKNOWN = "holidays_unknown"
MOST_ISSUES = 20
# The chapter to which the first word of a metric's section belongs, by the key of its title.
CHAPTER_OF_SECTION = {
    "overview": "overview",
    "core_services": "service",
    "repairs_and_complaints": "requests",
    "satisfaction": "communication",
}


def compose(desk: Desk) -> tuple[Chapter, ...]:
    """The three appendices, in the order in which a doubting reader needs them."""
    return (
        desk.appendix("definitions", "A", definitions),
        desk.appendix("data_statement", "B", data_statement),
        desk.appendix("parameters", "C", parameters),
    )


def definitions(desk: Desk) -> Sequence[Block | None]:
    """What each metric means, how differences are judged, and the figures that no chapter speaks of."""
    further = further_findings(desk)  # before the definitions, which hold theirs too
    table = definitions_table(desk)
    others = further_table(desk, further) if further else None
    return [
        desk.paragraph("appendices.definitions_intro", table=table),
        desk.paragraph("appendices.ladder"),
        table,
        desk.paragraph("appendices.further", table=others) if others else None,
        others,
    ]


def definitions_table(desk: Desk) -> Table:
    """The metrics that the report used, in its own order."""
    catalog = desk.ledger.figures.catalog
    rows = [
        [
            desk.name(catalog[metric].title.text(desk.language)),
            desk.say("appendices.definition", text=catalog[metric].definition.text(desk.language), metric=metric),
        ]
        for metric in desk.used_metrics
    ]
    columns = [("column_metric", "left"), ("column_definition", "left")]
    return desk.table("definitions", desk.say("appendices.definitions_title"), columns, rows)


def further_findings(desk: Desk) -> list[Finding]:
    """A finding for each metric of the catalogue that no chapter has used, in the order of the chapters."""
    catalog = desk.ledger.figures.catalog
    unused = [metric for metric in catalog.values() if metric.name not in desk.used_metrics]
    order = list(CHAPTER_OF_SECTION)
    unused.sort(key=lambda metric: (_rank(order, _chapter_of(metric)), metric.section))
    return [held for metric in unused if (held := desk.finding(metric.name)) is not None]


def further_table(desk: Desk, held: Sequence[Finding]) -> Table:
    """One line a metric: so that a metric is in the report as soon as its file is there."""
    catalog = desk.ledger.figures.catalog
    rows = [
        [
            desk.plain(_chapter_title(desk, catalog[one.metric])),
            desk.name(one.title),
            desk.rate_cell(one),
            desk.cell(one.previous),
            desk.cell(one.target, f"short {one.target.form}" if one.target else None),
            desk.verdict_cell(one),
        ]
        for one in held
    ]
    columns = [
        ("column_chapter", "left"),
        ("column_metric", "left"),
        ("column_actual", "right"),
        ("column_previous", "right"),
        ("column_target", "right"),
        ("column_verdict", "centre"),
    ]
    return desk.table("further", desk.say("appendices.further_title"), columns, rows)


def _chapter_of(metric: Metric) -> str:
    return metric.section.partition(".")[0]


def _chapter_title(desk: Desk, metric: Metric) -> str:
    key = CHAPTER_OF_SECTION.get(_chapter_of(metric))
    return desk.label(key) if key else MISSING


def _rank(order: Sequence[str], word: str) -> int:
    return order.index(word) if word in order else len(order)


def data_statement(desk: Desk) -> Sequence[Block | None]:
    """Every row read and what became of it; what was not provided or may be missing; issues and checks."""
    account, warnings = account_table(desk), completeness_table(desk)
    facts = hand_entered.facts_table(desk)
    issues, checks = issues_table(desk), checks_table(desk)
    return [
        desk.paragraph(
            "appendices.account",
            files=desk.account_number("files"),
            table=account,
            **{name.removeprefix("rows_"): desk.account_number(f"rows:{name}") for name in ACCOUNT_COLUMNS},
        ),
        desk.paragraph("appendices.as_of", day=desk.as_of, is_late=False),
        missing_kinds(desk),
        missing_metrics(desk),
        undivided_metrics(desk),
        unknown_holidays(desk),
        account,
        desk.paragraph("appendices.completeness", table=warnings)
        if warnings
        else desk.paragraph("appendices.complete"),
        warnings,
        totals_that_match(desk),
        desk.paragraph("results.facts_intro", table=facts) if facts else None,
        facts,
        desk.paragraph("appendices.issues", table=issues) if issues else desk.paragraph("appendices.no_issues"),
        issues,
        desk.paragraph("appendices.checks", table=checks) if checks else None,
        checks,
    ]


def account_table(desk: Desk) -> Table:
    """One line a file and sheet; the five outcomes add up to the rows read."""
    rows = []
    for line in _records(desk.ledger.account.sort_values(["path", "sheet"])):
        where = {"file_id": str(line["file_id"]), "sheet": str(line["sheet"])}
        sheet = f" · {line['sheet']}" if line["sheet"] else ""
        kind = MISSING if pd.isna(line["kind"]) else str(line["kind"])
        rows.append(
            [
                desk.name(f"{line['path']}{sheet}"),
                desk.name(kind),
                *(desk.cell(desk.account_number(f"rows:{column}", **where)) for column in ACCOUNT_COLUMNS),
            ]
        )
    rows.append(
        [
            desk.plain(desk.label("all")),
            Markup(""),
            *(desk.cell(desk.account_number(f"rows:{column}")) for column in ACCOUNT_COLUMNS),
        ]
    )
    headings = ("read", "kept", "duplicate", "total", "not_data", "quarantined")
    return desk.table(
        "account",
        desk.say("appendices.account_title"),
        [("column_file", "left"), ("column_kind", "left"), *((f"column_{name}", "right") for name in headings)],
        rows,
        note=desk.say("appendices.account_note"),
        total_rows=1,
    )


def completeness_table(desk: Desk) -> Table | None:
    """What the exports may lack, in the words of the load; None where nothing gave cause for doubt."""
    issues = desk.ledger.issues
    issues = issues[issues["code"].isin(COMPLETENESS)]
    if len(issues) == 0:
        return None
    rows = [
        [desk.plain(desk.writer.word("severity", line["severity"])), desk.name(line[f"sentence_{desk.language}"])]
        for line in _records(issues)
    ]
    columns = [("column_severity", "left"), ("column_issue", "left")]
    return desk.table("completeness", desk.say("appendices.completeness_title"), columns, rows)


def totals_that_match(desk: Desk) -> Block | None:
    """In how many sheets the printed totals agree with their rows; those that do not are among the issues."""
    count = desk.account_number("issues", code=TOTALS_MATCH)
    return desk.paragraph("appendices.totals_match", count=count) if count is not None and count.value else None


def issues_table(desk: Desk) -> Table | None:
    """Issues grouped by code and file, the most frequent first; what the data statement says elsewhere is left out."""
    issues = desk.ledger.issues
    issues = issues[~issues["code"].isin((*COMPLETENESS, TOTALS_MATCH, HOLIDAYS_UNKNOWN))]
    if len(issues) == 0:
        return None
    grouped = (
        issues.groupby(["severity", "code", "path"], dropna=False)
        .agg(count=("code", "size"), sentence=(f"sentence_{desk.language}", "first"))
        .reset_index()
        .sort_values(["count", "path", "code"], ascending=[False, True, True])
        .head(MOST_ISSUES)
        .sort_values(["path", "severity", "code"], key=_in_order)
    )
    rows = [
        [
            desk.plain(desk.writer.word("severity", line["severity"])),
            desk.name(line["sentence"]),
            desk.cell(desk.issue_count(line["severity"], line["code"], line["path"])),
        ]
        for line in _records(grouped)
    ]
    columns = [
        ("column_severity", "left"),
        ("column_issue", "left"),
        ("column_issue_rows", "right"),
    ]
    return desk.table("issues", desk.say("appendices.issues_title"), columns, rows)


def _in_order(column: pd.Series[str]) -> pd.Series[Any]:
    """Severities from the gravest to the mildest; all else by name."""
    return column.map({"fail": 0, "warn": 1, "note": 2}) if column.name == "severity" else column


def checks_table(desk: Desk) -> Table | None:
    """The checks that found rows."""
    checks = desk.ledger.checks
    checks = checks[checks["rows_found"] > 0] if len(checks) else checks
    if len(checks) == 0:
        return None
    rows = [
        [
            desk.plain(desk.writer.word("severity", line["severity"])),
            desk.name(line[f"sentence_{desk.language}"]),
            desk.cell(desk.account_number(f"check:{line['name']}")),
        ]
        for line in _records(checks)
    ]
    columns = [("column_severity", "left"), ("column_check", "left"), ("column_issue_rows", "right")]
    return desk.table("checks", desk.say("appendices.checks_title"), columns, rows)


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def missing_kinds(desk: Desk) -> Block | None:
    """The kinds of export that were not provided."""
    kinds = [kind for kind in OPTIONAL_KINDS if not desk.provided(kind)]
    words = [desk.writer.word("kind", kind) for kind in kinds]
    parts = [desk.writer.word("part_of_kind", kind) for kind in PARTS_OF_KINDS if kind in kinds]
    return desk.paragraph("appendices.missing_kinds", kinds=words, parts=parts) if kinds else None


def undivided_metrics(desk: Desk) -> Block | None:
    """In the report of one community: what cannot be told of it alone, and that the account is the company's."""
    figures = desk.ledger.figures
    if not isinstance(figures, RestrictedFigures) or desk.community is None:
        return None
    titles = [metric.title.text(desk.language) for metric in figures.left_out]
    return desk.paragraph("appendices.undivided", titles=titles)


def missing_metrics(desk: Desk) -> Block | None:
    """The metrics whose kind was loaded but whose fields no export has."""
    figures = desk.ledger.figures
    held = [
        metric
        for metric in figures.catalog.values()
        if not figures.is_available(metric.name) and any(desk.provided(kind) for kind in kinds_behind(metric))
    ]
    titles = [metric.title.text(desk.language) for metric in held]
    return desk.paragraph("appendices.missing_metrics", titles=titles) if titles else None


def unknown_holidays(desk: Desk) -> Block | None:
    """The years whose holidays the calendar of working days does not know, in the words of the load."""
    issues = desk.ledger.issues
    sentences = issues.loc[issues["code"] == HOLIDAYS_UNKNOWN, f"sentence_{desk.language}"]
    return (
        desk.paragraph("appendices.unknown_holidays", text=sentences.iloc[0].rstrip("。.")) if len(sentences) else None
    )


def parameters(desk: Desk) -> Sequence[Block | None]:
    """The as-of day, the parameters of the metrics used, the service levels and the version of the program."""
    rows = [
        [desk.name(desk.writer.word("parameter", name)), _cell_of(desk, name, value, "count")]
        for name, value in _declared(desk).items()
    ]
    rows += [
        [desk.name(level), _cell_of(desk, f"{SERVICE_LEVEL}{level}", minutes, desk.label("count_of_minutes"))]
        for level, minutes in _levels_used(desk).items()
    ]
    table = desk.table(
        "parameters",
        desk.say("appendices.parameters_title"),
        [("column_parameter", "left"), ("column_parameter_value", "right")],
        rows,
    )
    return [
        desk.paragraph("appendices.parameters_as_of", as_of=desk.as_of),
        desk.paragraph("appendices.parameters_intro", table=table) if rows else None,
        table if rows else None,
        desk.paragraph("appendices.version", text=installed) if (installed := _version()) else None,
    ]


def _cell_of(desk: Desk, name: str, value: Number, form: str) -> Markup:
    return desk.say("appendices.value", number=value, name=name, form=form)


def _levels_used(desk: Desk) -> dict[str, int]:
    """The minutes of the service levels that have cases, by name."""
    used = {one.name for one in desk.levels("service_level_attainment")}
    levels = desk.workspace.settings.get("service_level", [])
    return {level["name"]: int(level["minutes"]) for level in levels if level["name"] in used and "minutes" in level}


def _declared(desk: Desk) -> dict[str, Number]:
    """Numeric parameters of the metrics used, and the minutes of the service levels."""
    held: dict[str, Number] = {}
    for metric in desk.used_metrics:
        for name in desk.ledger.figures.catalog[metric].parameters:
            value = desk.parameter(metric, name)
            if isinstance(value, int | float):
                held[name] = value
    return held


def _version() -> str:
    try:
        return version("annual-report")
    except PackageNotFoundError:
        return ""
