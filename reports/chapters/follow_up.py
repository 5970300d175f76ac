"""Section: 评价与回访. From tickets due for a call to owners who are satisfied; ratings without the system's own."""

from __future__ import annotations

from typing import Any

from reports import charts
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame
from reports.document import Chart, Section
from reports.findings import FEWEST_CASES, Finding

STARS = (5, 4, 3, 2, 1)
DEFAULT_STARS = 5
FEWEST_CATEGORIES = 3
MOST_CATEGORIES = 3


def follow_up(desk: Desk) -> Section | None:
    """评价与回访: to be called → reached → satisfied → ratings less those of the system → what is rated low."""
    called, rating = desk.finding("follow_up_rate"), desk.finding("ticket_rating")
    if called is None and rating is None:
        return None
    funnel = funnel_chart(desk, called, rating)
    bars = ratings_chart(desk, rating)
    chart = follow_up_chart(desk, called)
    calls = desk.paragraph(
        "follow_up.calls",
        follow_up=called,
        steps=_last_steps(desk, called, rating),
        funnel=funnel,
        chart=chart,
    )
    ratings = desk.paragraph(
        "follow_up.ratings",
        rating=rating,
        default_count=rating and rating.detail("system_default_count"),
        low=desk.chosen("rated_low", rating, "count") if rating else None,
        low_categories=_low_categories(desk, rating),
        chart=bars,
    )
    return desk.section("follow_up", [calls, funnel, chart, ratings, bars])


def _last_steps(desk: Desk, called: Finding | None, rating: Finding | None) -> dict[str, Any] | None:
    """How many of those reached rated afterwards, and how many of these are satisfied; None where too few rated."""
    if called is None or rating is None:
        return None
    rated = desk.chosen("rated_after_follow_up", called, "count")
    if amount(rated) < FEWEST_CASES:
        return None
    return {"rated": rated, "satisfied": desk.chosen("satisfied_after_follow_up", called, "count")}


def funnel_chart(desk: Desk, called: Finding | None, rating: Finding | None) -> Chart | None:
    """From tickets due for a call to satisfied owners; only the steps that the export has."""
    if called is None or called.is_small:
        return None
    attempted = desk.chosen("attempted", called, "count") if amount(called.detail("attempt_count")) else None
    last = _last_steps(desk, called, rating) or {}
    steps = {
        "step_due": called.denominator,
        "step_called": attempted,
        "step_reached": called.numerator,
        "step_rated": last.get("rated"),
        "step_satisfied": last.get("satisfied"),
    }
    shown = {step: number for step, number in steps.items() if number is not None}
    if len(shown) < FEWEST_CATEGORIES:
        return None
    unit = desk.label("count_of_cases")
    rows = [
        {"label": desk.label(step), "value": amount(number), "text": desk.text(number, unit)}
        for step, number in shown.items()
    ]
    return desk.chart(
        "follow_up_steps",
        charts.funnel_steps(frame(rows), desk.style),
        desk.say("follow_up.funnel_title", f=called),
        desk.say("follow_up.funnel_caption", f=called, has_ratings=bool(last)),
    )


def ratings_chart(desk: Desk, rating: Finding | None) -> Chart | None:
    """Ratings by stars; those that the system gave by default hatched."""
    if rating is None or amount(rating.n) < FEWEST_CASES:
        return None
    counts = {stars: desk.chosen(f"rated:{stars}", rating, "count") for stars in STARS}
    if sum(amount(number) for number in counts.values()) != amount(rating.n):
        return None  # another scale than five stars
    by_default = rating.detail("system_default_count")
    unit = desk.label("count_of_cases")
    rows = [
        {
            "label": desk.label("stars").format(stars),
            "value": amount(number),
            "hatched": amount(by_default) if stars == DEFAULT_STARS and by_default else None,
            "text": desk.text(number, unit),
        }
        for stars, number in counts.items()
    ]
    words = (desk.label("rating_by_owner"), desk.label("rating_by_system"))
    return desk.chart(
        "ratings",
        charts.rating_bars(frame(rows), desk.style, words),
        desk.say("follow_up.ratings_title", rating=rating),
        desk.say("follow_up.ratings_caption", rating=rating, by_default=by_default),
    )


def _low_categories(desk: Desk, rating: Finding | None) -> list[tuple[str, Any]]:
    """The categories with most ratings below satisfied, where there are enough of them."""
    if rating is None or amount(desk.chosen("rated_low", rating, "count")) < FEWEST_CASES:
        return []
    held = [
        (one.name, desk.chosen("rated_low", one, "count"))
        for one in desk.findings("ticket_rating", "category")
        if one.name != BLANK
    ]
    held.sort(key=lambda pair: (-amount(pair[1]), pair[0]))
    return [pair for pair in held[:MOST_CATEGORIES] if amount(pair[1])]


def follow_up_chart(desk: Desk, called: Finding | None) -> Chart | None:
    """The follow-up rate by category, last year in grey."""
    parts = [one for one in desk.findings("follow_up_rate", "category") if one.name != BLANK and not one.is_small]
    ranked = desk.ranking("follow_up_rate", "category")
    if called is None or len(parts) < FEWEST_CATEGORIES or not ranked.is_named:
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
        desk.say("follow_up.by_category_title", f=called, worst=ranked.worst),
        desk.say("follow_up.by_category_caption", f=called),
        height_millimetres=min(110, 14 + 5 * len(rows)),
    )
