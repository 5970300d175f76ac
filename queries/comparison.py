"""Like compared with like: the communities managed in both years, and the days around 春节 in both years."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal

from queries.catalog import Metric
from queries.change import change_interval, cluster_details, difference, value_interval
from queries.engine import NOTHING, Total, empty_total, unknown_slice
from queries.figure import Figure
from queries.figures import Figures, Question
from queries.period import ONE_DAY, Period, last_day_known
from queries.spring_festival import spring_festival
from queries.subsets import Span, Subset, total_of, totals_by
from workspace import WrongUse

COMMUNITY: Final = "community"
UNKNOWN: Final = "未填"
QUIET_TIME: Final = timedelta(days=92)
"""Without a ticket or a bill for longer than a quarter, a community was not managed."""
FESTIVAL_WEEKS: Final = 4
WEEK: Final = "week_from_spring_festival"


class NotAlignable(WrongUse):
    """A metric was to be compared by the weeks around 春节 that has no weeks of its own."""


@dataclass(frozen=True)
class ManagedSpan:
    """When a community was managed: from `since` until before `until`; None where it was longer than is recorded.

    `known_from` tells whether the register of communities says so, or the first and last of its tickets and bills.
    """

    community: str
    since: date | None
    until: date | None
    known_from: Literal["register", "records"]


@dataclass(frozen=True)
class LikeForLike:
    """The figure of all communities, and that of the same ones: those managed throughout both years.

    `communities` are these; `joined` and `left` were managed in a part of the two years only. Rows without a
    community are in both figures. Where nobody joined or left, `same` is `total`.
    """

    total: Figure
    same: Figure
    communities: tuple[str, ...]
    joined: tuple[ManagedSpan, ...]
    left: tuple[ManagedSpan, ...]


@dataclass(frozen=True)
class AlignedWeek:
    """A week counted from the day of 春节, on which week 0 begins; `figure` holds the same week of the year before."""

    week: int
    first_day: date
    figure: Figure


@dataclass(frozen=True)
class SpringFestivalComparison:
    """A metric around 春节, compared with the days equally far from 春节 of the year before.

    `weeks` are those recorded in both years, `window` all of them together, None where there are none; amounts of money
    and rates over exposure have no weeks, for their evidence is dated by the month.
    `january_february` is 1—2 月 as one, which holds 春节 in every year; None before the end of February.
    """

    festival: date
    previous_festival: date
    weeks: tuple[AlignedWeek, ...]
    window: Figure | None
    january_february: Figure | None


def like_for_like(
    figures: Figures, metric: str, year: int, where: Mapping[str, str] | None = None, as_of: date | None = None
) -> LikeForLike:
    """The figure of the year, and the same of the communities that were managed throughout both years.

    Raises UnknownMetric, and UnknownSlice where the metric is not known by community.
    """
    question = figures.question(metric, year, where, as_of)
    if COMMUNITY not in question.metric.slices:
        raise unknown_slice(question.metric, COMMUNITY)
    start, end = Period(year - 1).start.date(), min(Period(year).end, question.as_of).date()
    spans = managed_spans(figures, last_day_known(question.as_of))
    joined = tuple(span for span in spans if span.since is not None and start < span.since < end)
    left = tuple(span for span in spans if span.until is not None and start < span.until < end)
    moved = tuple(sorted({span.community for span in (*joined, *left)}))
    total = figures.of(metric, year, where, as_of)
    return LikeForLike(
        total=total,
        same=_same(figures, question, total, moved) if moved else total,
        communities=tuple(
            span.community for span in spans if span.community not in moved and _reaches_into(span, start, end)
        ),
        joined=joined,
        left=left,
    )


def managed_spans(figures: Figures, last_day: date) -> tuple[ManagedSpan, ...]:
    """When each community was managed as far as known on `last_day`, by name.

    What the register of communities leaves open is told by tickets and bills: a community that is in none of them for
    the first quarter of their record joined with its first, and one that is in none for the last left after its last.
    """
    registered = _registered(figures)
    recorded = _recorded(figures, last_day)
    return tuple(registered.get(name) or recorded[name] for name in sorted({*registered, *recorded}))


def spring_festival_aligned(
    figures: Figures,
    metric: str,
    year: int,
    where: Mapping[str, str] | None = None,
    as_of: date | None = None,
    weeks: int = FESTIVAL_WEEKS,
) -> SpringFestivalComparison:
    """`metric` in the `weeks` before 春节 and the `weeks` from its day on, beside the year before; and 1—2 月 as one.

    Raises UnknownMetric, UnknownSlice, SpringFestivalUnknown, and NotAlignable for a stock.
    """
    question = figures.question(metric, year, where, as_of)
    _refuse_a_stock(question)
    festival, previous_festival = spring_festival(year), spring_festival(year - 1)
    # Each year is seen equally long after its own 春节, so that what ripens with time is as old in both.
    before = replace(question.year_before(), as_of=question.as_of - (festival - previous_festival))
    known = [
        week
        for week in range(-weeks, weeks)
        if _has_days(question.metric)
        and _is_recorded(figures, question, _weeks_from(festival, week, week + 1))
        and _is_recorded(figures, before, _weeks_from(previous_festival, week, week + 1))
    ]
    window = None
    if known:
        span, earlier = (_weeks_from(day, known[0], known[-1] + 1) for day in (festival, previous_festival))
        window = _figure(figures, Subset(question, span), Subset(before, earlier), _label(span))
    return SpringFestivalComparison(
        festival=festival,
        previous_festival=previous_festival,
        weeks=tuple(_aligned_weeks(figures, known, (question, festival), (before, previous_festival))),
        window=window,
        january_february=_january_february(figures, question),
    )


def _aligned_weeks(
    figures: Figures, weeks: Sequence[int], now: tuple[Question, date], before: tuple[Question, date]
) -> Iterator[AlignedWeek]:
    """Each of the `weeks`, from one pass over each year; a year is a question and its day of 春节."""
    if not weeks:
        return
    totals, earlier = (_totals_by_week(figures, *year, weeks) for year in (now, before))
    question, festival = now
    for week in weeks:
        span, nothing = _weeks_from(festival, week, week + 1), empty_total(question.metric)
        compared = totals.get(str(week), nothing), earlier.get(str(week), nothing)
        yield AlignedWeek(week, span.start.date(), _compared(question, before[0], *compared, _label(span)))


def _totals_by_week(figures: Figures, question: Question, festival: date, weeks: Sequence[int]) -> dict[str, Total]:
    days = f"date_diff('day', date '{festival}', cast(occurred_at as date))"
    number = {WEEK: f"cast(floor({days} / 7.0) as integer)"}
    span = _weeks_from(festival, weeks[0], weeks[-1] + 1)
    return totals_by(figures, Subset(question, span, added=number), WEEK)


def _january_february(figures: Figures, question: Question) -> Figure | None:
    span, earlier = (Span(datetime(year, 1, 1), datetime(year, 3, 1)) for year in (question.year, question.year - 1))
    if span.end > question.as_of:
        return None
    label = f"{question.year}-01/{question.year}-02"
    return _figure(figures, Subset(question, span), Subset(question.year_before(), earlier), label)


def _weeks_from(festival: date, first: int, end: int) -> Span:
    midnight = datetime.combine(festival, time())
    return Span(midnight + timedelta(weeks=first), midnight + timedelta(weeks=end))


def _label(span: Span) -> str:
    return f"{span.start.date()}/{last_day_known(span.end)}"


def _is_recorded(figures: Figures, question: Question, span: Span) -> bool:
    first, _ = figures.availability.span(question.metric)
    return first is not None and first.date() <= span.start.date() and span.end <= question.as_of


def _has_days(metric: Metric) -> bool:
    """Whether the evidence is dated by the day; exposure comes by the month, and money by billing periods."""
    return metric.base not in ("exposure", "money") and metric.unit != "yuan"


def _refuse_a_stock(question: Question) -> None:
    if question.metric.is_stock:
        name = question.metric.name
        raise NotAlignable(
            f"指标 {name} 是时点数，不能按春节前后各周比较。请改用统计一段时间的指标。",
            f"{name} is taken at a moment and has no weeks around the Spring Festival. Ask for a metric of a period.",
        )


def _same(figures: Figures, question: Question, total: Figure, moved: tuple[str, ...]) -> Figure:
    left_out = {COMMUNITY: moved}
    now, before = Subset(question, left_out=left_out), Subset(question.year_before(), left_out=left_out)
    return _figure(figures, now, before, total.period)


def _figure(figures: Figures, now: Subset, before: Subset, period: str) -> Figure:
    """The total of `now`, compared with that of `before`."""
    if not figures.is_available(now.question.metric.name):
        return replace(_compared(now.question, before.question, NOTHING, None, period), status="not_available")
    earlier = total_of(figures, before) if _has_begun(figures, before) else None
    return _compared(now.question, before.question, total_of(figures, now), earlier, period)


def _compared(question: Question, before: Question, total: Total, earlier: Total | None, period: str) -> Figure:
    """The figure of `total`, compared with `earlier`; it has no target."""
    metric = question.metric
    interval, change = value_interval(metric, total), change_interval(metric, total, earlier, is_headline=True)
    return Figure(
        metric=metric.name,
        period=period,
        slice=dict(question.where),
        as_of=last_day_known(question.as_of),
        unit=metric.unit,
        value=total.value,
        n=total.n,
        numerator=total.numerator,
        denominator=total.denominator,
        low=interval.low,
        high=interval.high,
        previous=None if earlier is None else earlier.value,
        previous_n=None if earlier is None else earlier.n,
        previous_numerator=None if earlier is None else earlier.numerator,
        previous_denominator=None if earlier is None else earlier.denominator,
        previous_details={} if earlier is None else _details(earlier),
        previous_as_of=last_day_known(before.as_of),
        change=None if earlier is None else difference(total.value, earlier.value),
        change_low=change.low,
        change_high=change.high,
        details=_details(total),
        is_duration=metric.aggregate == "duration",
    )


def _details(total: Total) -> Mapping[str, Any]:
    return {**total.details, **cluster_details(total)}


def _has_begun(figures: Figures, subset: Subset) -> bool:
    """Whether anything had been recorded by the end of the subset's time."""
    end = subset.span.end if subset.span else Period(subset.question.year).end
    first, _ = figures.availability.span(subset.question.metric)
    return first is not None and first < end


def _reaches_into(span: ManagedSpan, start: date, end: date) -> bool:
    return (span.since is None or span.since < end) and (span.until is None or span.until > start)


def _registered(figures: Figures) -> dict[str, ManagedSpan]:
    """The spans that the register dates: from a community's first row to its last."""
    rows = figures.connection.execute(
        "select community, valid_from, valid_to from warehouse.communities where community != $unknown"
        " order by community, valid_from nulls first, valid_to nulls last",
        {"unknown": UNKNOWN},
    ).fetchall()
    spans: dict[str, ManagedSpan] = {}
    for name, since, until in rows:
        begun = spans[name].since if name in spans else since
        spans[name] = ManagedSpan(name, begun, until, "register")
    return {name: span for name, span in spans.items() if span.since is not None or span.until is not None}


def _recorded(figures: Figures, last_day: date) -> dict[str, ManagedSpan]:
    """The spans that tickets and bills tell; either is enough to show that a community was managed."""
    spans: dict[str, ManagedSpan] = {}
    for sql in _RECORDS:
        rows = figures.connection.execute(sql, {"unknown": UNKNOWN, "last_day": last_day}).fetchall()
        for name, since, until in _spans_of_record(rows):
            known = spans.get(name)
            if known is not None:
                since = None if since is None or known.since is None else min(since, known.since)
                until = None if until is None or known.until is None else max(until, known.until)
            spans[name] = ManagedSpan(name, since, until, "records")
    return spans


_RECORDS: Final = (
    "select community, min(cast(opened_at as date)), max(cast(opened_at as date)) from warehouse.tickets"
    " where community != $unknown and opened_at < cast($last_day as date) + interval '1' day group by community",
    "select community, min(period_start), max(least(coalesce(period_end, period_start), cast($last_day as date)))"
    " from warehouse.bills where community != $unknown and period_start <= cast($last_day as date) group by community",
)
"""Each community's first and last day in a record, as far as known on $last_day."""


def _spans_of_record(rows: list[tuple[str, date, date]]) -> Iterable[tuple[str, date | None, date | None]]:
    oldest = min((first for _, first, _ in rows), default=date.max)
    newest = max((last for _, _, last in rows), default=date.min)
    for name, first, last in rows:
        was_there = first - oldest <= QUIET_TIME
        is_there = newest - last <= QUIET_TIME
        yield name, None if was_there else first, None if is_there else last + ONE_DAY
