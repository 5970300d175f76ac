"""One figure in one sentence: what a notebook prints of any metric, slice, month or quarter.

The clauses are those of the chapters (templates/<language>/phrases.jinja), so the numbers, the comparison with last
year and the words for it are the report's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from markupsafe import Markup

from queries.catalog import Metric
from queries.period import Period, last_day_known
from reports.desk import Desk
from reports.findings import FEWEST_CASES, Finding
from reports.numbers import Quantity


@dataclass(frozen=True)
class When:
    """The period of a figure as a sentence names it: `until` where its end, or an unfinished one, must be said."""

    year: int
    quarter: int | None = None
    month: str | None = None
    until: date | None = None

    @property
    def slots(self) -> dict[str, Any]:
        """What the templates take."""
        return {"year": self.year, "quarter": self.quarter, "month": self.month, "until": self.until}


def sentence(desk: Desk, held: Finding) -> Markup:
    """A finding in one sentence: the value, against last year, against its target.

    Raises ProseRuleBroken, UnlicensedWord.
    """
    text: Markup = desk.say(
        "figure.sentence",
        f=held,
        subject=subject(desk, held),
        period=when(Period.named(held.address.period), desk.metric(held.metric), held.as_of).slots,
        counted=counted(desk, held),
        thing=desk.thing(held),
        p90=held.detail("p90") if held.aggregate == "duration" else None,
        mean=_mean(held),
        is_too_small=is_too_small(held),
    )
    return text


def nothing(desk: Desk, metric: Metric, period: Period) -> Markup:
    """That the data cannot give the figure of this metric and period."""
    title = metric.title.text(desk.language)
    title = title if desk.language == "zh" else title[:1].lower() + title[1:]
    text: Markup = desk.say("figure.nothing", subject=title, period=when(period, metric, None).slots)
    return text


def when(period: Period, metric: Metric, as_of: date | None) -> When:
    """A stock is as of its day; so is what the data end in."""
    month = period.label if period.month else None
    is_unfinished = as_of is not None and as_of < last_day_known(period.end)
    return When(period.year, period.quarter, month, as_of if metric.is_stock or is_unfinished else None)


def subject(desk: Desk, held: Finding) -> str:
    """What a finding is about, as the report says it; tickets of one kind by the name of the kind."""
    where = held.address.where
    if held.metric == "ticket_volume" and set(where) == {"kind"}:
        return desk.label("received_of_kind").format(desk.writer.spoken(where["kind"]))
    return desk.subject(replace(held, statistic=""))


def counted(desk: Desk, held: Finding) -> str | None:
    """The form of the value where it needs a measure word; None for its own form."""
    if held.unit != "count":
        return None
    return f"{'count' if held.aggregate == 'count' else 'plain'} {desk.thing(held)}"


def is_too_small(held: Finding) -> bool:
    """Whether a rate stands on so few cases that only these may be told. Few events with many persons are enough."""
    is_rate_of_cases = held.unit == "percent" and held.base != "money"
    return is_rate_of_cases and held.denominator is not None and held.denominator.magnitude < FEWEST_CASES


def _mean(held: Finding) -> Quantity | None:
    """The mean of a duration, where the target is about it and not about the half."""
    is_about_another = held.judged is not None and held.judged.address != held.address
    return held.judged if held.aggregate == "duration" and is_about_another else None
