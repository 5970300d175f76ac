"""Chapter: 沟通与满意度建设. The survey as a whole and by dimension; ratings and follow-up calls; notices."""

from __future__ import annotations

from queries.comparability import comparable
from queries.drivers import drivers
from queries.significance import SIGNIFICANCE, probability
from reports import charts
from reports.chapters.follow_up import follow_up
from reports.chapters.notices import notices
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame
from reports.document import Block, Chapter, Chart, Paragraph, Section, Table
from reports.evidence_counts import ANSWERED, UNANSWERED
from reports.findings import FEWEST_CASES, Finding, ranking

OVERALL = "overall"
FEWEST_DIMENSIONS_DRAWN = 4


def compose(desk: Desk, ordinal: int) -> Chapter | None:
    """The chapter, or None without a survey, ratings, follow-up calls or notices."""
    return desk.chapter("communication", ordinal, (satisfaction, follow_up, notices))


def satisfaction(desk: Desk) -> Section | None:
    """满意度: sent and returned → overall → against last year → best and worst dimension → projects."""
    rate = desk.finding("satisfaction_rate")
    if rate is None:
        return None
    response = desk.finding("survey_response_rate")
    obstacle = why_not_comparable(desk, rate)
    text = desk.paragraph(
        "communication.survey",
        response=response,
        rate=rate,
        score=desk.finding("satisfaction_score"),
        obstacle=obstacle,
    )
    caution = desk.paragraph("communication.caution", response=response) if response else None
    return desk.section(
        "satisfaction",
        [
            text,
            *dimensions(desk, rate, is_comparable=obstacle is None),
            *importance(desk, rate),
            projects(desk),
            representativeness(desk, response) or caution,
        ],
    )


def why_not_comparable(desk: Desk, rate: Finding) -> str | None:
    """In words why the two years may not be compared; None where they may, or where nothing of last year is known."""
    if rate.previous is None:
        return None
    reason = comparable(desk.ledger.figures, desk.year).reason
    return None if reason is None else reason.text(desk.language).rstrip("。.")


def dimensions(desk: Desk, rate: Finding, *, is_comparable: bool) -> list[Block | None]:
    """Each dimension with its interval, two years, and the table of rates and scores."""
    parts = [
        one
        for one in desk.findings("satisfaction_rate", "dimension")
        if one.name not in (OVERALL, BLANK) and not one.is_small
    ]
    if len(parts) < 2:
        return []
    parts.sort(key=lambda one: -amount(one.value))
    moved = [one for one in parts if is_comparable and one.movement.is_clear]
    fallen = [one for one in moved if one.movement.direction == "down"]
    risen = [one for one in moved if one.movement.direction == "up"]
    figures = desk.ledger.by("satisfaction_rate", "dimension")
    ranked = ranking(desk.ledger, [figure for figure in figures if figure.slice["dimension"] != OVERALL])
    chart = dimensions_chart(desk, rate, parts, ranked.worst, fallen, risen)
    table = dimensions_table(desk, rate, parts)
    text = desk.paragraph(
        "communication.dimensions",
        ranking=ranked,
        fallen=fallen,
        risen=risen,
        count=len(parts),
        has_last_year=is_comparable and any(one.movement.kind not in ("first_year", "small") for one in parts),
        chart=chart,
        table=table,
    )
    return [text, chart, table]


def importance(desk: Desk, rate: Finding) -> list[Block | None]:
    """How closely each dimension goes with the overall score, against its own score; nothing on too few answers."""
    held = drivers(desk.ledger.figures, desk.year)
    if len(held) < FEWEST_DIMENSIONS_DRAWN:
        return []
    points = frame(
        [
            {
                "label": desk.writer.spoken(one.dimension),
                "importance": one.importance.correlation,
                "performance": one.performance,
            }
            for one in held
        ]
    )
    is_first = (points["importance"] > points["importance"].mean()) & (
        points["performance"] < points["performance"].mean()
    )
    urgent = [str(name) for name in points.loc[is_first, "label"]]
    chart = desk.chart(
        "importance",
        charts.quadrant(points, desk.style),
        desk.say("communication.importance_title", urgent=urgent),
        desk.say("communication.importance_caption", rate=rate),
    )
    return [desk.paragraph("communication.importance", urgent=urgent, chart=chart), chart]


def representativeness(desk: Desk, response: Finding | None) -> Paragraph | None:
    """Whether households with unpaid fees answered as often as others; totals of at least 30 households only."""
    is_known = desk.ledger.has("household_collection_rate") and desk.ledger.figures.is_available(
        "household_collection_rate"
    )
    if response is None or not is_known:
        return None
    asked = {name: desk.chosen(f"households_asked:{name}", response, "count") for name in (ANSWERED, UNANSWERED)}
    if any(amount(number) < FEWEST_CASES for number in asked.values()):
        return None
    shares = {name: desk.chosen(f"unpaid_share:{name}", response, "rate") for name in asked}
    table = [
        (amount(asked[name]) * amount(shares[name]), amount(asked[name]) * (1 - amount(shares[name]))) for name in asked
    ]
    return desk.paragraph(
        "communication.representativeness",
        answered=asked[ANSWERED],
        unanswered=asked[UNANSWERED],
        answered_share=shares[ANSWERED],
        unanswered_share=shares[UNANSWERED],
        is_clear=probability(table) < SIGNIFICANCE,
    )


def dimensions_chart(
    desk: Desk,
    rate: Finding,
    parts: list[Finding],
    worst: Finding | None,
    fallen: list[Finding],
    risen: list[Finding],
) -> Chart:
    """Dots with intervals; last year below in grey."""
    rows = [row for one in parts for row in _two_years(desk, one)]
    return desk.chart(
        "dimensions",
        charts.dot_interval(frame(rows), desk.style),
        desk.say("communication.dimensions_title", worst=worst, fallen=fallen, risen=risen),
        desk.say("communication.dimensions_caption", rate=rate),
        height_millimetres=18 + 9 * len(parts),
    )


def _two_years(desk: Desk, one: Finding) -> list[dict[str, object]]:
    """A dimension's dot and interval, last year's before this year's."""
    where = one.address.where
    last_year = desk.ledger.figures.by(one.metric, desk.year - 1, "dimension") if one.previous else []
    held = next((figure for figure in last_year if dict(figure.slice) == where and figure.value is not None), None)
    rows: list[dict[str, object]] = []
    if held is not None:
        before = {"value": float(held.value or 0), "low": held.low, "high": held.high}
        rows.append({"label": one.name, "period": str(desk.year - 1), "text": desk.text(one.previous), **before})
    now = {"value": amount(one.value), "low": amount(one.low), "high": amount(one.high)}
    return [*rows, {"label": one.name, "period": str(desk.year), "text": desk.text(one.value), **now}]


def dimensions_table(desk: Desk, rate: Finding, parts: list[Finding]) -> Table:
    """Answers, rate beside last year, change and score by dimension."""
    rows = []
    for one in (*parts, rate):
        score = desk.finding("satisfaction_score", **one.address.where)
        rows.append(
            [
                desk.name(one.name) if one is not rate else desk.plain(desk.label("overall")),
                desk.cell(one.n),
                desk.rate_cell(one),
                desk.cell(one.previous if one.movement.kind not in ("small", "first_year") else None),
                desk.cell(
                    one.change if one.movement.kind not in ("small", "first_year") else None, "signed bare points"
                ),
                desk.cell(score and score.value, "bare score"),
            ]
        )
    columns = [
        ("column_dimension", "left"),
        ("column_answers", "right"),
        ("column_dimension_rate", "right"),
        ("column_previous_rate", "right"),
        ("column_change_points", "right"),
        ("column_score", "right"),
    ]
    return desk.table(
        "dimensions_table",
        desk.say("communication.survey_table_title"),
        columns,
        rows,
        note=desk.say("communication.survey_table_note"),
        total_rows=1,
    )


def projects(desk: Desk) -> Paragraph | None:
    """Whether a project stands out from the others."""
    ranked = desk.ranking("satisfaction_rate", "community")
    return desk.paragraph("communication.projects", ranking=ranked) if len(ranked.findings) > 1 else None
