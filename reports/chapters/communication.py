"""Chapter: 沟通与满意度建设. The survey as a whole and by dimension; ratings and follow-up calls."""

from __future__ import annotations

import pandas as pd

from reports import charts
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame
from reports.document import Block, Chapter, Chart, Paragraph, Section, Table
from reports.findings import Finding, ranking

OVERALL = "overall"
LOWEST_RESPONSE = 0.3
LARGEST_CHANGE_OF_RESPONSE = 0.1
FEWEST_FOR_IMPORTANCE = 100
FEWEST_DIMENSIONS_DRAWN = 4


def compose(desk: Desk, ordinal: int) -> Chapter | None:
    """The chapter, or None without a survey, ratings or follow-up calls."""
    return desk.chapter("communication", ordinal, (satisfaction, follow_up))


def satisfaction(desk: Desk) -> Section | None:
    """满意度: sent and returned → overall → against last year → best and worst dimension → projects."""
    rate = desk.finding("satisfaction_rate")
    if rate is None:
        return None
    response = desk.finding("survey_response_rate")
    text = desk.paragraph(
        "communication.survey",
        response=response,
        rate=rate,
        score=desk.finding("satisfaction_score"),
        is_comparable=is_comparable(response),
    )
    caution = desk.paragraph("communication.caution", response=response) if response else None
    return desk.section("satisfaction", [text, *dimensions(desk, rate), projects(desk), caution])


def is_comparable(response: Finding | None) -> bool:
    """Whether two waves may be compared: not where too few answered, or far more or fewer than last year."""
    if response is None or response.value is None:
        return True
    has_jumped = response.change is not None and response.change.magnitude > LARGEST_CHANGE_OF_RESPONSE
    return float(response.value.value) >= LOWEST_RESPONSE and not has_jumped


def dimensions(desk: Desk, rate: Finding) -> list[Block | None]:
    """Each dimension with its interval, two years, and the table of rates and scores."""
    parts = [
        one
        for one in desk.findings("satisfaction_rate", "dimension")
        if one.name not in (OVERALL, BLANK) and not one.is_small
    ]
    if len(parts) < 2:
        return []
    parts.sort(key=lambda one: -amount(one.value))
    moved = (
        [one for one in parts if one.movement.is_clear] if is_comparable(desk.finding("survey_response_rate")) else []
    )
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
        has_last_year=any(one.movement.kind not in ("first_year", "small") for one in parts),
        chart=chart,
        table=table,
    )
    return [text, chart, table, *importance(desk, rate, parts)]


def importance(desk: Desk, rate: Finding, parts: list[Finding]) -> list[Block | None]:
    """How closely each dimension goes with the overall score, against its own score; nothing on too few answers."""
    rows = [row for one in parts if (row := _importance(desk, one)) is not None]
    if len(rows) < FEWEST_DIMENSIONS_DRAWN:
        return []
    points = frame(rows)
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


def _importance(desk: Desk, one: Finding) -> dict[str, object] | None:
    """A dimension's mean score and its correlation with the overall score among those who gave both."""
    own, overall = _scores(desk, one.name), _scores(desk, OVERALL)
    both = pd.concat([own, overall], axis=1, join="inner").dropna()
    score = desk.finding("satisfaction_score", **one.address.where)
    if len(both) < FEWEST_FOR_IMPORTANCE or score is None or min(both.nunique()) < 2:
        return None
    correlation = float(both.iloc[:, 0].corr(both.iloc[:, 1]))
    return {"label": desk.writer.spoken(one.name), "importance": correlation, "performance": amount(score.value)}


def _scores(desk: Desk, dimension: str) -> pd.Series[float]:
    """The scores of one dimension by response."""
    rows = desk.ledger.evidence("satisfaction_score", {"dimension": dimension})
    responses = rows["evidence_id"].str.removesuffix(f" {dimension}")
    scores = pd.Series(rows["value"].astype(float).to_numpy(), index=responses)
    return scores[~scores.index.duplicated()]


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


def follow_up(desk: Desk) -> Section | None:
    """评价与回访: to be called → reached → ratings, without those that the system gave."""
    called, rating = desk.finding("follow_up_rate"), desk.finding("ticket_rating")
    if called is None and rating is None:
        return None
    chart = follow_up_chart(desk, called)
    text = desk.paragraph(
        "communication.follow_up",
        follow_up=called,
        rating=rating,
        default_count=rating and rating.detail("system_default_count"),
        chart=chart,
    )
    return desk.section("follow_up", [text, chart])


def follow_up_chart(desk: Desk, called: Finding | None) -> Chart | None:
    """The follow-up rate by category, last year in grey."""
    parts = [one for one in desk.findings("follow_up_rate", "category") if one.name != BLANK and not one.is_small]
    ranked = desk.ranking("follow_up_rate", "category")
    if called is None or len(parts) < 3 or not ranked.is_named:
        return None
    parts.sort(key=lambda one: -amount(one.value))
    rows = [
        {
            "label": one.name,
            "value": amount(one.value),
            "previous": amount(one.previous) if one.previous and one.movement.kind != "small" else None,
            "text": desk.text(one.value),
        }
        for one in parts
    ]
    return desk.chart(
        "follow_up",
        charts.horizontal_bars(frame(rows), desk.style),
        desk.say("communication.follow_up_title", f=called, worst=ranked.worst),
        desk.say("communication.follow_up_caption", f=called),
        height_millimetres=min(110, 14 + 5 * len(rows)),
    )
