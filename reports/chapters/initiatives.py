"""Chapter: 质量改进措施. One section a measure: what was done, before and after, the comparison, the verdict."""

from __future__ import annotations

from calendar import monthrange
from functools import partial

from markupsafe import Markup

from queries.initiative_months import InitiativeMonth, initiative_months
from queries.initiatives import Limitation
from reports import charts
from reports.charts.effects import Start
from reports.desk import Desk, amount, frame
from reports.document import Chapter, Chart, Section, Table
from reports.measures import VERDICTS, Measure
from reports.numbers import Quantity

FEWEST_OF_A_TABLE = 2
FEWEST_MONTHS_DRAWN = 3
PERCENT = 100
# The limitation that a reader must know first; what lies in the verdict itself is not said again.
ORDER_OF_LIMITATIONS: tuple[Limitation, ...] = (
    "unknown_metric",
    "metric_not_available",
    "metric_not_comparable",
    "unmatched_scope",
    "fewer_than_three_months",
    "no_year_before",
    "no_comparison",
    "money_has_no_interval",
    "small_numbers",
    "few_comparison_slices",
)


def compose(desk: Desk, ordinal: int) -> Chapter | None:
    """The chapter, or None where no measure of the year was recorded."""
    sections = [partial(section_of, measure=measure) for measure in desk.measures]
    return desk.chapter("initiatives", ordinal, (overview, *sections)) if sections else None


def overview(desk: Desk) -> Section | None:
    """All measures in one table, where there is more than one."""
    if len(desk.measures) < FEWEST_OF_A_TABLE:
        return None
    table = overview_table(desk)
    counts = {verdict: desk.measure_count(verdict) for verdict in VERDICTS}
    text = desk.paragraph("initiatives.overview", total=desk.measure_count("all"), table=table, **counts)
    return desk.section("initiatives_overview", [text, table])


def overview_table(desk: Desk) -> Table:
    """One line a measure: start, place, metric, both values and the verdict."""
    columns = [
        ("column_initiative", "left"),
        ("column_started", "left"),
        ("column_scope", "left"),
        ("column_metric", "left"),
        ("column_same_months_before", "right"),
        ("column_after", "right"),
        ("column_conclusion", "left"),
    ]
    return desk.table(
        "initiatives_table",
        desk.say("initiatives.table_title"),
        columns,
        [_row(desk, measure) for measure in desk.measures],
        note=desk.say("initiatives.table_note"),
    )


def _row(desk: Desk, one: Measure) -> list[Markup]:
    return [
        desk.name(one.name),
        desk.say("initiatives.started", started=one.started_on),
        desk.name(one.scope) if one.scope else desk.plain(desk.label("everywhere")),
        desk.name(one.title),
        desk.cell(one.treated.before if one.treated else None),
        desk.cell(one.treated.after if one.treated else None),
        desk.plain(desk.writer.word("conclusions", one.verdict)),
    ]


def section_of(desk: Desk, measure: Measure) -> Section:
    """One measure: the words, the months beside their comparison, the effect with its interval."""
    months = initiative_months(desk.ledger.figures, desk.ledger.initiatives[measure.ordinal - 1], desk.year)
    lines = lines_chart(desk, measure, months) if _is_drawn(months) else None
    bar = effect_chart(desk, measure) if measure.has_interval else None
    if measure.metric and measure.metric not in desk.used_metrics:
        desk.used_metrics.append(measure.metric)
    return desk.titled_section(
        f"initiative-{measure.ordinal}",
        measure.name,
        [
            desk.paragraph("initiatives.done", m=measure),
            desk.paragraph("initiatives.compared", m=measure, unit=_unit(desk, measure), lines=lines, bar=bar),
            desk.paragraph("initiatives.concluded", m=measure, limitation=limitation(measure)),
            lines,
            bar,
        ],
    )


def limitation(measure: Measure) -> str:
    """The one limitation to be said, by name; what follows from the verdict where there is no other."""
    held = next((name for name in ORDER_OF_LIMITATIONS if name in measure.limitations), "")
    return held or ("within_chance" if measure.verdict == "insufficient_evidence" else "groups_differ")


def _is_drawn(months: tuple[InitiativeMonth, ...]) -> bool:
    known = [month for month in months if month.treated is not None]
    return len(known) >= FEWEST_MONTHS_DRAWN


def _unit(desk: Desk, measure: Measure) -> str:
    """The measure word of what the metric counts."""
    if measure.kind == "events" or measure.metric is None:
        return desk.label("unit_faults")
    folder = desk.ledger.figures.catalog[measure.metric].path.parent.name
    return desk.label({"tickets": "unit_tickets", "surveys": "unit_answers"}.get(folder, "unit_faults"))


def lines_chart(desk: Desk, measure: Measure, months: tuple[InitiativeMonth, ...]) -> Chart:
    """The treated part and its comparison by month, last year in grey, the start marked."""
    panels = [(desk.label("treated_part" if measure.scope else "everywhere"), "treated")]
    panels += [(desk.label("comparison_part"), "comparison")] if measure.comparison else []
    factor = _per_hour(measure) if measure.kind == "duration" else 1.0
    rows = [
        {
            "panel": title,
            "month": month.month,
            "value": _times(getattr(month, name), factor),
            "previous": _times(getattr(month, f"{name}_before"), factor),
        }
        for title, name in panels
        for month in months
    ]
    return desk.chart(
        f"initiative_{measure.metric}",
        charts.before_and_after(frame(rows), desk.style, _start(desk, measure)),
        title=desk.say("initiatives.lines_title", m=measure, unit=_unit(desk, measure)),
        caption=desk.say("initiatives.lines_caption", m=measure, as_of=desk.as_of, scale=_scale(measure)),
    )


def _scale(measure: Measure) -> str:
    return measure.treated.after.form if measure.treated and measure.treated.after else ""


def _per_hour(measure: Measure) -> float:
    """How many of the unit in which the durations are printed make an hour."""
    return {"minutes": 60.0, "in_days": 1 / 24}.get(_scale(measure), 1.0)


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _start(desk: Desk, measure: Measure) -> Start | None:
    """The mark on the axis; none where the measure began before the year."""
    day = measure.started_on
    if day.year != desk.year:
        return None
    position = day.month + (day.day - 1) / monthrange(day.year, day.month)[1]
    return Start(position, desk.label("start_mark"))


def effect_chart(desk: Desk, measure: Measure) -> Chart:
    """The effect with its interval beside the line of no effect."""
    row = {
        "label": desk.label("net_effect" if measure.comparison else "change_on_last_year"),
        "value": _drawn(measure.effect),
        "low": _drawn(measure.low),
        "high": _drawn(measure.high),
        "text": desk.text(measure.effect, f"signed {measure.effect.form}") if measure.effect else "",
        "as_share": measure.effect is not None and measure.effect.form == "growth",
    }
    return desk.chart(
        f"effect_{measure.metric}",
        charts.effect_interval(frame([row]), desk.style, no_effect=desk.label("no_effect")),
        title=desk.say("initiatives.effect_title", m=measure),
        caption=desk.say("initiatives.effect_caption", m=measure),
    )


def _drawn(number: Quantity | None) -> float | None:
    """A number on the axis: points of a rate as points, all else as it is."""
    if number is None:
        return None
    return amount(number) * (PERCENT if number.form == "points" else 1)
