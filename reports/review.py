"""The KPI review of a month, quarter or half-year: scorecard, changes and their source, what is open, what is due.

Four pages at most. Everything is seen on the last day of the period, or on the last day known, whichever is earlier:
the period beside the one before and beside the same one of last year at the same age, and the year to date, which is
what targets of the year are judged by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from queries.decomposition import Weighted, decompose_weighted
from queries.figure import Figure
from queries.figures import Figures
from queries.initiatives import Initiative, recorded_initiatives
from queries.naming import driver, is_blank
from queries.period import Period, months
from reports import charts
from reports.chapters.key_figures import REPAIR, ROWS, CardPlan, change_text, name_text
from reports.charts.plotted import PlottedNumber
from reports.desk import RIPENING, Desk, amount, frame
from reports.document import Chapter, Chart, Cover, Document, KeyFigures, Paragraph, Section, Table
from reports.findings import Finding, finding
from reports.narrative import capitalised
from reports.numbers import MISSING, Address
from workspace import Workspace, WrongUse

MOST_CHANGES, MOST_OPEN, MOST_OLDEST, MOST_ACTIONS = 8, 6, 3, 12
FEWEST_MONTHS_DRAWN = 3
DRIVING_SLICES = ("category", "dimension", "fee_item", "community")
LAYOUT_WORDS = ("contents", "figure", "table", "note", "source", "search", "previous_year", "change", "target", "page")


class PeriodUnreadable(WrongUse):
    """What was given as a period is none."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"--period 的值 {text!r} 不是期间。请写成 2025-07（月）、2025-Q3（季度）或 2025-H1（半年）的样子。",
            f"--period {text!r} is no period. Write it like 2025-07 (month), 2025-Q3 (quarter) or 2025-H1 (half-year).",
        )


class PeriodWithoutData(WrongUse):
    """The period begins after everything that was loaded."""

    def __init__(self, period: Period, known: date | None) -> None:
        last = known.isoformat() if known else "—"
        super().__init__(
            f"{period.label} 没有数据，数据截至 {last}。请改用更早的期间，或把新的导出文件放入 data/raw 后运行 "
            "annual-report load。",
            f"There are no data for {period.label}; they end on {last}. Ask for an earlier period, or put newer "
            "exports into data/raw and run annual-report load.",
        )


def read_period(text: str) -> Period:
    """The month, quarter or half-year that a user named. Raises PeriodUnreadable."""
    try:
        period = Period.named(text)
    except ValueError as error:
        raise PeriodUnreadable(text) from error
    most = {"month": 12, "quarter": 4, "half": 2, "year": 0}[period.grain]
    ordinal = next((part for part in (period.month, period.quarter, period.half) if part is not None), 0)
    if not 1 <= ordinal <= most or not 1900 <= period.year <= 9998 or period.label != text:
        raise PeriodUnreadable(text)
    return period


def last_day(period: Period) -> date:
    """The last day of a period."""
    return (period.end - timedelta(days=1)).date()


def compose_review(figures: Figures, workspace: Workspace, period: Period) -> Document:
    """The review of one period; `figures` are those known on its last day. Raises PeriodWithoutData."""
    review = _Review(Desk(figures, workspace, period.year), period)
    if not any(figures.catalog[line.now.metric].basis == "flow" for line in review.lines):
        raise PeriodWithoutData(period, review.desk.as_of if figures.years() else None)
    desk = review.desk
    pages = (_scorecard(review), _changes(review), _open_items(review), _actions(review))
    words = {key: desk.label(key) for key in LAYOUT_WORDS}
    label = str(desk.say("review.period", label=period.label).striptags())
    return Document(
        language=desk.language,
        year=period.year,
        accent=str(workspace.settings["report"]["accent"]),
        cover=Cover(
            organisation=desk.setting("organisation"),
            department=desk.setting("department"),
            title=desk.label("review"),
            period=capitalised(label),
            presenter="",
            date="",
        ),
        key_figures=KeyFigures("", (), (), Markup("")),
        chapters=tuple(pages),
        appendices=(),
        labels=words,
        metric_titles={name: metric.title.text(desk.language) for name, metric in sorted(figures.catalog.items())},
        form="review",
    )


@dataclass(frozen=True)
class _Line:
    """One figure of the scorecard: its name, and the finding of the period, of the one before, and of the year."""

    name: str
    now: Finding
    before: Finding | None
    year: Finding | None

    @property
    def judged(self) -> Finding | None:
        """What the target is about: the period where it has one of its own, else the year to date.

        Money of the year comes in until its end, so a target for it is not judged before.
        """
        if self.now.target:
            return self.now
        held = self.year
        is_too_early = held is not None and held.base == "money" and held.as_of < date(held.as_of.year, 12, 31)
        return held if held and held.target and not is_too_early else None


class _Review:
    """What the pages share."""

    def __init__(self, desk: Desk, period: Period) -> None:
        self.desk = desk
        self.period = period

    @cached_property
    def lines(self) -> list[_Line]:
        """The figures of the key-figures page that the period has."""
        plans = (plan for _, row in ROWS for plan in row)
        return [line for plan in plans if (line := self._line(plan)) is not None]

    def _line(self, plan: CardPlan) -> _Line | None:
        for metric, where in plan.choices:
            now = self.at(metric, self.period, where)
            if now is not None and now.value is not None and now.cases:
                before = self.at(metric, self.period.before(), where)
                name = name_text(self.desk, plan, now)
                return _Line(name, now, before, self.desk.finding(metric, **where))
        return None

    def at(self, metric: str, period: Period, where: Mapping[str, str] | None = None) -> Finding | None:
        """The finding of a period; None where the data cannot give it."""
        ledger = self.desk.ledger
        if not ledger.has(metric) or not ledger.figures.is_available(metric):
            return None
        address = Address(metric, period.label, tuple((where or {}).items()))
        return finding(ledger, ledger.at(address))

    def is_unripe(self, held: Finding) -> bool:
        """Whether the last cases of the period are too young for what the metric measures."""
        if held.metric not in RIPENING:
            return False
        window = int(self.desk.parameter(held.metric, RIPENING[held.metric]) or 0)
        return last_day(Period.named(held.address.period)) + timedelta(days=window) > held.as_of

    @cached_property
    def is_partial(self) -> bool:
        """Whether the data end before the period does."""
        return max(line.now.as_of for line in self.lines) < last_day(self.period)

    @cached_property
    def clear(self) -> list[_Line]:
        """The figures that moved beyond chance since the same period of last year."""
        moved = [line for line in self.lines if line.now.movement.is_clear or line.now.movement.kind == "slight"]
        return [line for line in moved if not self.is_unripe(line.now)][:MOST_CHANGES]

    @property
    def end(self) -> Period:
        """The last month of the period."""
        return months(self.period.year)[last_day(self.period).month - 1]


# pages


def _scorecard(review: _Review) -> Chapter:
    desk = review.desk
    volume = review.at("ticket_volume", review.period)
    judged = [line.judged for line in review.lines if line.judged]
    missed = [line.name for line in review.lines if line.judged and line.judged.is_missed]
    text = desk.paragraph(
        "review.headline", label=review.period.label, volume=volume, missed=missed, has_targets=bool(judged)
    )
    columns = [
        ("column_metric", "left"),
        ("column_this_period", "right"),
        ("column_period_before", "right"),
        ("column_same_last_year", "right"),
        ("column_change_on_last_year", "right"),
        ("column_year_to_date", "right"),
        ("column_target", "right"),
        ("column_verdict", "centre"),
        ("column_signal", "left"),
    ]
    note = desk.say(
        "review.scorecard_note",
        label=review.period.label,
        before=review.period.before().label,
        as_of=max(line.now.as_of for line in review.lines),
        is_partial=review.is_partial,
        has_targets=bool(judged),
    )
    rows = [_score(review, line) for line in review.lines]
    table = desk.table("scorecard", desk.say("review.scorecard_title"), columns, rows, note)
    return _page(desk, 1, "scorecard", [text, table, *_trends(review)])


def _trends(review: _Review) -> list[Chart | None]:
    """The months of the year so far: how much came in, and how fast it was done."""
    desk = review.desk
    return [_trend(desk, "ticket_volume", {}), _trend(desk, "resolved_within_24_hours", REPAIR)]


def _trend(desk: Desk, metric: str, where: Mapping[str, str]) -> Chart | None:
    year, listed = desk.finding(metric, **where), desk.months(metric, where)
    if year is None or year.value is None or len(listed) < FEWEST_MONTHS_DRAWN:
        return None
    rows = [
        {
            "month": int(month.address.period[-2:]),
            "value": amount(month.value),
            "previous": amount(month.previous) if month.previous else None,
            "n": month.cases,
            "is_hatched": desk.is_unripe(month),
        }
        for month in listed
    ]
    target = PlottedNumber.of(year.target) if year.target else None
    is_count = year.unit == "count"
    drawn = (
        charts.monthly_bars(frame(rows), desk.style)
        if is_count
        else charts.monthly_dots(frame(rows), desk.style, target)
    )
    title = desk.say("review.trend_title", f=year, subject=desk.subject(year), last=listed[-1].address.period)
    caption = desk.say("review.trend_caption", f=year, as_of=year.as_of)
    return desk.chart(f"trend_{metric}", drawn, title, caption, height_millimetres=40)


def _score(review: _Review, line: _Line) -> list[Markup]:
    desk, now, judged = review.desk, line.now, line.judged
    target = judged or (line.year if line.year and line.year.target else None)
    is_unripe = review.is_unripe(now)
    unripe = desk.say("review.unripe")
    change = Markup(MISSING) if is_unripe else change_text(desk, now, desk.thing(now))
    return [
        desk.name(line.name),
        unripe if is_unripe else _value(desk, now),
        _value(desk, line.before),
        Markup(MISSING) if is_unripe else desk.cell(now.previous),
        change,
        _value(desk, line.year),
        desk.cell(target.target, f"short {target.target.form}") if target and target.target else Markup(MISSING),
        desk.verdict_cell(judged or now) if judged or not target else desk.say("review.judged_at_year_end"),
        _signal(review, now),
    ]


def _value(desk: Desk, held: Finding | None) -> Markup:
    """The value; of a share of too few cases the counts alone."""
    if held is None:
        return Markup(MISSING)
    is_few = held.unit == "percent" and held.base != "money" and held.is_small
    if is_few and held.numerator is not None and held.denominator is not None:
        return desk.say("review.counts", f=held)
    return desk.cell(held.value)


def _signal(review: _Review, now: Finding) -> Markup:
    """The months of the period that lie outside what the earlier ones let expect."""
    limits = review.desk.ledger.monthly_limits(now.metric, now.address.where)
    inside = [
        (point.period, point.reason)
        for point in limits.points
        if point.reason and review.period.start <= Period.named(point.period).start < review.period.end
    ]
    return review.desk.say("review.signal", months=inside) if inside else Markup(MISSING)


def _changes(review: _Review) -> Chapter:
    desk = review.desk
    names = [line.name for line in review.clear]
    text = desk.paragraph("review.changes", clear=names, count=len(names))
    columns = [
        ("column_metric", "left"),
        ("column_this_period", "right"),
        ("column_same_last_year", "right"),
        ("column_change_on_last_year", "right"),
        ("column_driver", "left"),
    ]
    rows = [
        [
            desk.name(line.name),
            _value(desk, line.now),
            desk.cell(line.now.previous),
            change_text(desk, line.now, desk.thing(line.now)),
            _driver(review, line.now),
        ]
        for line in review.clear
    ]
    title, note = desk.say("review.changes_title"), desk.say("review.changes_note")
    table = desk.table("changes", title, columns, rows, note) if rows else None
    return _page(desk, 2, "changes", [text, table])


def _driver(review: _Review, held: Finding) -> Markup:
    """The slice that the change mostly comes from, where one stands out."""
    desk, metric = review.desk, review.desk.ledger.figures.catalog[held.metric]
    for name in DRIVING_SLICES:
        if name not in metric.slices or name in held.address.where:
            continue
        parts = list(_parts(review, held, name))
        chosen = _foremost(parts, held)
        if chosen is not None and (shown := finding(desk.ledger, chosen)) is not None and shown.previous is not None:
            return desk.say("review.driver", f=shown)
    return desk.say("review.no_driver")


def _parts(review: _Review, held: Finding, name: str) -> Iterator[Figure]:
    """The period's figure of each value of a slice."""
    ledger = review.desk.ledger
    for listed in ledger.by(held.metric, name, held.address.where):
        where = {**held.address.where, name: str(listed.slice[name])}
        figure = ledger.at(Address(held.metric, review.period.label, tuple(where.items())))
        if figure is not None and figure.value is not None and figure.previous is not None:
            yield figure


def _foremost(parts: Sequence[Figure], held: Finding) -> Figure | None:
    """A count's slice that moved otherwise than the rest; a share's that weighs most in the change and moved itself."""
    if held.aggregate == "count":
        return driver(parts)
    if held.aggregate == "sum":
        return max(
            (one for one in parts if not is_blank(one)), key=lambda one: abs(float(one.change or 0)), default=None
        )
    if held.aggregate != "ratio":
        return None
    now, earlier = ({one.slice[list(one.slice)[-1]]: _weight(one, when) for one in parts} for when in ("", "previous_"))
    whole = decompose_weighted(held.metric, "", now, earlier)
    if whole is None or not whole.parts:
        return None
    best = max(whole.parts, key=lambda part: abs(part.effect))
    figure = next(one for one in parts if one.slice[list(one.slice)[-1]] == best.slice_value)
    moved = figure.change_low is not None and figure.change_high is not None
    is_clear = moved and (figure.change_low or 0) * (figure.change_high or 0) > 0
    return figure if is_clear or held.base == "money" else None


def _weight(figure: Figure, when: str) -> Weighted:
    amount, weight = getattr(figure, f"{when}numerator"), getattr(figure, f"{when}denominator")
    return Weighted(Fraction(amount or 0), Fraction(weight or 0))


def _open_items(review: _Review) -> Chapter:
    desk = review.desk
    backlog = review.at("backlog", review.end)
    text = desk.paragraph(
        "review.open_items", label=review.period.label, backlog=backlog, oldest=_oldest(review) if backlog else []
    )
    columns = [
        ("column_item", "left"),
        ("column_at_end", "right"),
        ("column_at_end_last_year", "right"),
        ("column_overdue", "right"),
        ("column_longest", "right"),
    ]
    owed = ("arrears_amount", "arrears_ageing") if desk.audience.shows_arrears_on_the_key_page else ()
    rows = [*_open_rows(review, "backlog", "category"), *(row for one in owed for row in _owed_rows(review, one))]
    table = desk.table("open_items", desk.say("review.open_title"), columns, rows) if rows else None
    return _page(desk, 3, "open_items", [text, table])


def _open_rows(review: _Review, metric: str, split: str) -> Iterator[list[Markup]]:
    whole = review.at(metric, review.end)
    if whole is None:
        return
    yield _stock_row(review.desk, whole, review.desk.name(whole.title))
    names = [str(figure.slice[split]) for figure in review.desk.ledger.by(metric, split)]
    held = [one for name in names if (one := review.at(metric, review.end, {split: name})) is not None]
    held.sort(key=lambda one: -float(one.value.value if one.value else 0))
    for one in held[:MOST_OPEN]:
        yield _stock_row(review.desk, one, Markup("　") + review.desk.name(one.name))


def _owed_rows(review: _Review, metric: str) -> Iterator[list[Markup]]:
    if metric == "arrears_amount":
        whole = review.at(metric, review.end)
        if whole is not None:
            yield _stock_row(review.desk, whole, review.desk.name(whole.title))
        return
    for figure in review.desk.ledger.by(metric, "ageing") if review.desk.ledger.has(metric) else ():
        part = review.at(metric, review.end, {"ageing": str(figure.slice["ageing"])})
        if part is not None:
            yield _stock_row(review.desk, part, Markup("　") + review.desk.name(part.name))


def _stock_row(desk: Desk, held: Finding, name: Markup) -> list[Markup]:
    overdue, longest = held.detail("overdue_count"), held.detail("longest_open_days")
    return [name, desk.cell(held.value), desk.cell(held.previous), desk.cell(overdue), desk.cell(longest)]


@dataclass(frozen=True)
class _OpenTicket:
    """A ticket that is still open."""

    id: str
    category: str
    day: date


def _oldest(review: _Review) -> list[_OpenTicket]:
    figures = review.desk.ledger.figures
    rows = figures.evidence("backlog", review.period.year, month=review.end.month)
    if "category" not in rows:
        return []
    held = rows.sort_values(["occurred_at", "evidence_id"]).head(MOST_OLDEST)
    columns = zip(held["evidence_id"], held["category"], held["occurred_at"], strict=True)
    return [_OpenTicket(str(id), str(category), at.date()) for id, category, at in columns]


def _actions(review: _Review) -> Chapter:
    desk = review.desk
    missed = [(line.name, line.judged) for line in review.lines if line.judged and line.judged.is_missed]
    measures = [one for one in _measures(review) if one.started_on <= last_day(review.period)]
    text = desk.paragraph("review.actions", missed=missed, measures=measures)
    columns = [
        ("column_item", "left"),
        ("column_target", "right"),
        ("column_actual_value", "right"),
        ("column_gap", "right"),
        ("column_remark", "left"),
    ]
    rows = [_missed_row(desk, name, held) for name, held in missed if held is not None]
    rows += [_measure_row(desk, one) for one in measures]
    table = desk.table("actions", desk.say("review.actions_title"), columns, rows[:MOST_ACTIONS]) if rows else None
    return _page(desk, 4, "actions", [text, table])


def _measures(review: _Review) -> list[Initiative]:
    figures = review.desk.ledger.figures
    return recorded_initiatives(figures) if figures.provided("initiatives") else []


def _missed_row(desk: Desk, name: str, held: Finding) -> list[Markup]:
    target = desk.cell(held.target, f"short {held.target.form}") if held.target else Markup(MISSING)
    form = f"count {desk.thing(held)}" if held.distance and held.distance.form == "count" else None
    gap = desk.say("review.gap", f=held, form=form) if held.distance else Markup(MISSING)
    return [desk.name(name), target, desk.cell(held.judged), gap, Markup(MISSING)]


def _measure_row(desk: Desk, one: Initiative) -> list[Markup]:
    remark = desk.say("review.measure", one=one, scope=one.scope)
    return [desk.name(one.name), Markup(MISSING), Markup(MISSING), Markup(MISSING), remark]


def _page(desk: Desk, ordinal: int, key: str, blocks: Sequence[Paragraph | Chart | Table | None]) -> Chapter:
    title = desk.label(key)
    section = Section(f"{key}-page", "", title, tuple(block for block in blocks if block is not None))
    return Chapter(key.replace("_", "-"), f"{ordinal:02d}", title, (section,))


def output_folder(workspace: Workspace, period: Period) -> Path:
    """The folder of one period's finished reviews."""
    return workspace.root / "reports" / "output" / period.label
