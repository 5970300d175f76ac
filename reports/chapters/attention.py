"""What deserves attention: the findings that got better or worse, missed targets, and what readers must decide.

The three sentences below the cards, the section on gaps and the plan lines all draw on these lists.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from reports.desk import Desk
from reports.findings import Finding

# Lifts where there are any: they are what owners mean by a fault.
FAULT_INTERVAL: tuple[tuple[str, dict[str, str]], ...] = (
    ("fault_interval", {"system": "电梯"}),
    ("fault_interval", {}),
)
WATCHED: tuple[tuple[str, dict[str, str]], ...] = (
    ("resolved_within_24_hours", {"kind": "repair"}),
    ("resolution_time", {"kind": "repair"}),
    ("closure_rate", {}),
    ("backlog", {}),
    ("full_loop_rate", {}),
    ("first_response_time", {}),
    ("response_attainment", {}),
    ("resolution_attainment", {}),
    ("first_time_fix_rate", {}),
    ("rework_rate", {}),
    ("repeat_fault_rate", {}),
    ("collection_rate", {}),
    ("arrears_recovery_rate", {}),
    ("arrears_amount", {}),
    ("satisfaction_rate", {}),
    ("survey_response_rate", {}),
)
# How much a missed target matters: first people's safety, then money, then what owners feel; all else after them.
SAFETY = ("fault_interval", "critical_failures", "incident_response_attainment", "incident_handling_time")
SAFETY_LEVELS = ("urgent", "utility_emergency", "emergency")
FELT_BY_OWNERS = (
    "satisfaction_rate",
    "satisfaction_score",
    "nps",
    "complaints_per_100_households",
    "repeat_complaint_rate",
    "rework_rate",
    "repeat_fault_rate",
    "first_time_fix_rate",
)
CLEAR_CHANGE_OF_MONEY_RATE = 0.01
CLEAR_RELATIVE_CHANGE = 0.05


def watched(desk: Desk) -> tuple[Finding, ...]:
    """The main figures that better or worse can be said of, and the dimensions of satisfaction."""
    held = [*(desk.finding(metric, **where) for metric, where in WATCHED), desk.first_finding(FAULT_INTERVAL)]
    dimensions = desk.findings("satisfaction_rate", "dimension")
    return tuple(one for one in (*held, *dimensions) if one is not None and one.value is not None)


def improved(desk: Desk) -> tuple[Finding, ...]:
    """What got better beyond chance (or, for money, by a point or 5 %), the largest change first."""
    return tuple(sorted(_moved(desk, "better"), key=_weight, reverse=True))


def worsened(desk: Desk) -> tuple[Finding, ...]:
    """What got worse beyond chance (or, for money, by a point or 5 %), the largest change first."""
    return tuple(sorted(_moved(desk, "worse"), key=_weight, reverse=True))


def missed(desk: Desk) -> tuple[Finding, ...]:
    """The targets that were missed, those that matter most first, among equals the farthest."""
    held = [one for one in desk.targets() if one.is_missed and one.target is not None and one.judged is not None]
    return tuple(sorted(held, key=lambda one: (importance(one), -_shortfall(one))))


def importance(one: Finding) -> int:
    """0 for safety and emergencies, 1 for money, 2 for what owners feel, 3 for all else."""
    if one.metric in SAFETY or one.address.where.get("level", "").startswith(SAFETY_LEVELS):
        return 0
    if one.base == "money" or one.unit == "yuan":
        return 1
    return 2 if one.metric in FELT_BY_OWNERS else 3


def _moved(desk: Desk, quality: str) -> Iterator[Finding]:
    for one in watched(desk):
        movement = one.movement
        is_large = movement.kind == "clear" or (movement.kind == "census" and _weight(one) >= 1)
        if is_large and movement.quality == quality:
            yield one


def _weight(one: Finding) -> float:
    """The change in units of what counts as a clear one: a point for rates, 5 % for the rest."""
    if one.change is None:
        return 0.0
    if one.unit in ("percent",):
        return one.change.magnitude / CLEAR_CHANGE_OF_MONEY_RATE
    if one.unit in ("score", "points"):
        return one.change.magnitude
    return one.growth.magnitude / CLEAR_RELATIVE_CHANGE if one.growth else 0.0


def margin(one: Finding) -> float:
    """How far the judged value lies from its target, in points of a rate or relative to the target elsewhere."""
    assert one.target is not None and one.judged is not None
    apart = abs(float(one.judged.value) - float(one.target.value))
    return apart if one.unit == "percent" or not one.target.value else apart / abs(float(one.target.value))


def _shortfall(one: Finding) -> float:
    """How far the judged value lies from the target, relative to the target."""
    assert one.target is not None and one.judged is not None
    wanted = float(one.target.value)
    return abs(float(one.judged.value) - wanted) / abs(wanted) if wanted else 0.0


def can_judge(desk: Desk) -> bool:
    """Whether there is a target or a last year to judge by."""
    return bool(desk.targets()) or has_last_year(desk)


def has_last_year(desk: Desk) -> bool:
    """Whether any main figure has a value of last year beside it."""
    return any(one.previous is not None for one in watched(desk))


def oldest_arrears(desk: Desk) -> Finding | None:
    """The arrears of more than three years, where there are any."""
    held = next((one for one in desk.findings("arrears_amount", "ageing") if one.name == "over_3_years"), None)
    return held if held is not None and held.value is not None and held.value.value else None


def sentences(desk: Desk) -> tuple[Markup, ...]:
    """At most three: what got better, what got worse or was missed, what the reader is asked to decide."""
    written = (_better(desk), _worse(desk), _decision(desk))
    return tuple(sentence for sentence in written if sentence)


def _better(desk: Desk) -> Markup:
    held = [(one, desk.subject(one)) for one in improved(desk)[:2]]
    if held:
        return desk.say("cards.better", first=held[0], second=held[1] if len(held) > 1 else None)
    return desk.say("cards.nothing_better") if has_last_year(desk) else Markup("")


def _worse(desk: Desk) -> Markup:
    fallen, short = worsened(desk), missed(desk)
    if fallen or short:
        return desk.say(
            "cards.worse",
            fallen=(fallen[0], desk.subject(fallen[0])) if fallen else None,
            short=short[0] if short else None,
            short_subject=desk.subject(short[0]) if short else "",
            thing=desk.thing(short[0]) if short else "",
            short_count=desk.target_count("missed"),
        )
    return desk.say("cards.nothing_worse", has_targets=bool(desk.targets())) if has_last_year(desk) else Markup("")


def _decision(desk: Desk) -> Markup:
    oldest = oldest_arrears(desk)
    if oldest is not None:
        return desk.say("cards.decide_arrears", oldest=oldest)
    short = missed(desk)
    if short:
        return desk.say("cards.decide_missed", f=short[0], subject=desk.subject(short[0]))
    return Markup("") if desk.targets() else desk.say("cards.decide_targets")
