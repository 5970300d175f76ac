"""The key-figures page: twelve cards in four rows, three sentences, one line about the data (REPORT, section 1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from reports.chapters import attention, hand_entered
from reports.desk import Desk
from reports.document import Card, CardRow, KeyFigures, SparklinePoint
from reports.facts import UNKNOWN, facts_of
from reports.findings import Finding
from reports.narrative import capitalised
from reports.numbers import MISSING

FEWEST_POINTS_OF_A_LINE = 3
# What belongs to all owners: the income of common parts, and the fund for repairs.
FUNDS = (
    re.compile("公共.*收益|common.*income", re.IGNORECASE),
    re.compile("维修(?:资金|基金)|repair fund", re.IGNORECASE),
)
Note = Callable[[Desk, Finding], Markup]


@dataclass(frozen=True)
class CardPlan:
    """Which figure a card shows: the first of `choices` (metric, slice) that the data can give.

    `monthly` is the metric of the sparkline, where it is not the card's own one; "" for none: a rate that ripens with
    time would fall towards December for no other reason than its age.
    """

    choices: tuple[tuple[str, dict[str, str]], ...]
    unit: str = "tickets"
    monthly: str | None = None
    notes: tuple[Note, ...] = ()
    names: dict[str, str] = field(default_factory=dict)


def _note_of_kinds(desk: Desk, held: Finding) -> Markup:
    kinds = [one for one in desk.findings("ticket_volume", "kind") if one.name in ("repair", "inquiry")]
    return desk.say("cards.note_tickets", per_kind=kinds) if len(kinds) > 1 else Markup("")


def _note_per_household(desk: Desk, held: Finding) -> Markup:
    rate = desk.finding("complaints_per_100_households")
    return desk.say("cards.note_complaints", per_hundred=rate) if rate else Markup("")


def _note_of_backlog(desk: Desk, held: Finding) -> Markup:
    overdue = held.detail("overdue_count")
    oldest = held.detail("longest_open_days")
    return desk.say("cards.note_backlog", overdue=overdue, oldest=oldest)


def _note_of_months(desk: Desk, held: Finding) -> Markup:
    met, missed = desk.chosen("months_met", held, "count"), desk.chosen("months_judged", held, "count")
    return desk.say("cards.note_months", met=met, judged=missed) if missed and missed.value else Markup("")


def _note_of_durations(desk: Desk, held: Finding) -> Markup:
    duration = desk.finding("resolution_time", **held.address.where)
    if duration is None or duration.value is None:
        return Markup("")
    return desk.say("cards.note_durations", median=duration.value, p90=duration.detail("p90"))


def _note_of_closure(desk: Desk, held: Finding) -> Markup:
    closure = desk.finding("closure_rate") if held.metric == "full_loop_rate" else None
    return desk.say("cards.note_closure", closure=closure) if closure else Markup("")


def _note_of_faults(desk: Desk, held: Finding) -> Markup:
    return desk.say("cards.note_faults", faults=held.denominator) if held.denominator else Markup("")


def _note_of_window(desk: Desk, held: Finding) -> Markup:
    days = desk.parameter(held.metric, "repeat_window_days")
    return desk.say("cards.note_window", days=days) if days is not None else Markup("")


def _note_of_recovery(desk: Desk, held: Finding) -> Markup:
    old, combined = desk.finding("arrears_recovery_rate"), desk.finding("combined_collection_rate")
    return desk.say("cards.note_recovery", old=old, combined=combined)


def _note_of_answers(desk: Desk, held: Finding) -> Markup:
    response = desk.finding("survey_response_rate")
    return desk.say("cards.note_answers", response=response) if response else Markup("")


REPAIR = {"kind": "repair"}
ROWS: tuple[tuple[str, tuple[CardPlan, ...]], ...] = (
    (
        "question_volume",
        (
            CardPlan((("ticket_volume", {}),), notes=(_note_of_kinds,)),
            CardPlan(
                (("ticket_volume", {"kind": "complaint"}),),
                unit="complaints",
                notes=(_note_per_household,),
                names={"ticket_volume": "card_complaints"},
            ),
            CardPlan((("backlog", {}),), notes=(_note_of_backlog,)),
        ),
    ),
    (
        "question_speed",
        (
            CardPlan(
                (("response_attainment", {"level": "urgent_repair_response"}),),
                names={"response_attainment": "card_urgent_response"},
            ),
            CardPlan(
                (("resolution_attainment", {"level": "utility_emergency_resolution"}),),
                notes=(_note_of_months,),
                names={"resolution_attainment": "card_utility_restored"},
            ),
            CardPlan(
                (("resolved_within_24_hours", REPAIR), ("resolved_within_24_hours", {})), notes=(_note_of_durations,)
            ),
        ),
    ),
    (
        "question_quality",
        (
            CardPlan(
                (("full_loop_rate", {}), ("closure_rate", {})),
                monthly="",
                notes=(_note_of_closure,),
            ),
            CardPlan((("rework_rate", {}), ("repeat_fault_rate", {})), unit="repairs", notes=(_note_of_window,)),
            CardPlan(
                attention.FAULT_INTERVAL,
                unit="faults",
                monthly="",
                notes=(_note_of_faults,),
            ),
        ),
    ),
    (
        "question_outcome",
        (
            CardPlan((("collection_rate", {}),), unit="bills", monthly=""),
            CardPlan((("arrears_amount", {}),), unit="bills", monthly="arrears_amount", notes=(_note_of_recovery,)),
            CardPlan((("satisfaction_rate", {}),), unit="answers", monthly="", notes=(_note_of_answers,)),
        ),
    ),
)


def compose(desk: Desk) -> KeyFigures:
    """The page; a card without data is left out and its row closes up."""
    return KeyFigures(
        title=_title(desk),
        rows=tuple(row for question, plans in ROWS if (row := _row(desk, question, plans)) is not None),
        sentences=attention.sentences(desk),
        data_line=_data_line(desk),
    )


def _title(desk: Desk) -> str:
    """The title of the page, which names the community of a report about one."""
    community = desk.community
    return desk.label("key_figures_of_community").format(community) if community else desk.label("key_figures")


def _row(desk: Desk, question: str, plans: Sequence[CardPlan]) -> CardRow | None:
    composed = (_fund(desk) if _is_for_others(desk, plan) else _card(desk, plan) for plan in plans)
    cards = tuple(card for card in composed if card is not None)
    return CardRow(desk.label(_question(desk, question)), cards) if cards else None


def _question(desk: Desk, key: str) -> str:
    """The question of a row; where only fees or only a survey are known, the part of it that is answered."""
    if key != "question_outcome":
        return key
    has_fees, has_survey = desk.finding("collection_rate") is not None, desk.finding("satisfaction_rate") is not None
    return key if has_fees and has_survey else "question_fees" if has_fees else "question_survey"


def _is_for_others(desk: Desk, plan: CardPlan) -> bool:
    """Whether a card is about arrears, in whose place owners read of the common funds."""
    return plan.choices[0][0] == "arrears_amount" and not desk.audience.shows_arrears_on_the_key_page


def _fund(desk: Desk) -> Card | None:
    """维修与公共收益 as entered by hand; None where nobody entered any."""
    whole = desk.community or UNKNOWN
    held = [fact for fact in facts_of(desk.ledger.figures, desk.year) if fact.community == whole]
    income, repairs = (next((fact for fact in held if words.search(fact.name)), None) for words in FUNDS)
    chosen = income or repairs
    if chosen is None:
        return None
    before = next((fact for fact in facts_of(desk.ledger.figures, desk.year - 1) if fact.name == chosen.name), None)
    other = repairs if chosen is income else None
    return Card(
        name=chosen.name,
        value=desk.say("cards.fact", number=hand_entered.quantity_of(desk, chosen)),
        previous=desk.cell(hand_entered.quantity_of(desk, before) if before else None),
        change=Markup(MISSING),
        is_change_clear=False,
        target=Markup(MISSING),
        verdict="no_target",
        verdict_text=desk.writer.word("verdict_words", "no_target"),
        distance=Markup(""),
        note=desk.say(
            "cards.note_fund",
            source=chosen.source,
            other=other,
            number=hand_entered.quantity_of(desk, other) if other else None,
        ),
        n_text=Markup(""),
    )


def _card(desk: Desk, plan: CardPlan) -> Card | None:
    held = desk.first_finding(plan.choices)
    if held is None or held.value is None:
        return None
    unit = desk.label(f"unit_{plan.unit}")
    return Card(
        name=name_text(desk, plan, held),
        value=value_text(desk, held, unit),
        previous=desk.say("cards.previous", f=held, unit=unit) if held.previous else Markup(MISSING),
        change=change_text(desk, held, unit),
        is_change_clear=held.movement.is_clear or held.movement.kind in ("census", "plain"),
        target=desk.say("cards.target", f=held) if held.target else Markup(MISSING),
        verdict=held.verdict,
        verdict_text=desk.writer.word("verdict_words", held.verdict),
        distance=distance_text(desk, held, unit),
        note=_note(desk, plan, held),
        n_text=_cases(desk, held, unit),
        sparkline=_sparkline(desk, plan, held),
        sparkline_target=_limit(held),
    )


def _note(desk: Desk, plan: CardPlan, held: Finding) -> Markup:
    """The first note that has something to say; before it what last year's report printed, where it differs."""
    own = next((note for write in plan.notes if (note := write(desk, held))), Markup(""))
    beside = hand_entered.restated(desk, held)
    return own if beside is None else desk.say("cards.note_restated", beside=beside, own=own)


def value_text(desk: Desk, held: Finding, unit: str) -> Markup:
    """The value; of a rate on too few cases only the counts."""
    is_too_small = held.verdict == "insufficient" and held.unit == "percent" and held.denominator is not None
    return desk.say("cards.counts" if is_too_small else "cards.value", f=held, unit=unit)


def name_text(desk: Desk, plan: CardPlan, held: Finding) -> str:
    """The name of a card."""
    if "system" in held.address.where:
        return capitalised(desk.subject(held))
    return desk.label(plan.names.get(held.metric, f"card_{held.metric}"))


def change_text(desk: Desk, held: Finding, unit: str) -> Markup:
    """The change since last year, 持平 where it is within chance; an em dash where there is no comparison."""
    if held.change is None or held.movement.kind in ("first_year", "small", "unknown"):
        return Markup(MISSING)
    return desk.say("cards.change", f=held, unit=unit)


def distance_text(desk: Desk, held: Finding, unit: str) -> Markup:
    """How far a missed target is; silent where the target is about another statistic than the one shown."""
    is_about_the_value = held.judged is not None and held.judged.address == held.address
    if not held.is_missed or held.distance is None or not is_about_the_value:
        return Markup("")
    return desk.say("cards.over" if held.better == "lower" else "cards.distance", f=held, unit=unit)


def _cases(desk: Desk, held: Finding, unit: str) -> Markup:
    if held.base == "money" and held.denominator is not None:
        return desk.say("cards.money_base", due=held.denominator)
    cases = held.denominator if held.aggregate == "ratio" else held.n
    if held.base == "exposure" or held.aggregate in ("count", "sum") or cases is None:
        return Markup("")
    return desk.say("cards.cases", n=cases, unit=unit)


def _sparkline(desk: Desk, plan: CardPlan, held: Finding) -> tuple[SparklinePoint, ...]:
    metric = held.metric if plan.monthly is None else plan.monthly
    if not metric or held.verdict == "insufficient":
        return ()
    months = desk.months(metric, held.address.where)
    points = tuple(
        SparklinePoint(month.address.period, None if desk.is_unripe(month) else _number(month)) for month in months
    )
    return points if sum(point.value is not None for point in points) >= FEWEST_POINTS_OF_A_LINE else ()


def _number(month: Finding) -> float | None:
    return None if month.value is None else float(month.value.value)


def _limit(held: Finding) -> float | None:
    is_same_scale = held.target is not None and held.unit == "percent"
    return float(held.target.value) if is_same_scale and held.target is not None else None


def _data_line(desk: Desk) -> Markup:
    main = next((metric for metric in ("ticket_volume", "amount_due", "satisfaction_rate") if desk.finding(metric)), "")
    return desk.say(
        "cards.data_line",
        as_of=desk.as_of,
        communities=desk.number(main, "slices:community", "count") if main else None,
        kept=desk.account_number("rows:kept"),
        quarantined=desk.account_number("rows:quarantined"),
    )
