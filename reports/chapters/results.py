"""Chapter: 成果与未来计划. Targets, gaps and where they lie, next year's plan line by line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from reports import charts
from reports.chapters import attention, hand_entered, next_year
from reports.derivations import BLANK
from reports.desk import Desk, amount, frame
from reports.document import Block, Chapter, Chart, Section, Table
from reports.findings import Finding
from reports.narrative import capitalised
from reports.numbers import MISSING, Quantity

MOST_GAPS = 4
MOST_NARROW = 3
GAPS_A_PARAGRAPH = 3
MOST_LATE_MONTHS = 4
MOST_CONTRIBUTIONS_DRAWN = 2
FEWEST_PARTS = 2
MOST_PARTS = 12
PERCENT = 100
SAME_CHANGE = 1e-9
SLICES_EXAMINED = ("category", "community", "vendor", "subcategory")
SLICES_DECOMPOSED = ("community", "category", "business_type", "vendor")
ORDER_OF_VERDICTS = ("missed", "narrow", "met", "insufficient", "not_available", "no_target")


def compose(desk: Desk, ordinal: int) -> Chapter | None:
    """The chapter; there is always a plan."""
    return desk.chapter("results", ordinal, (targets, gaps, next_year.plan))


def targets(desk: Desk) -> Section | None:
    """目标完成情况: how many, the missed ones one by one, the met ones with little margin."""
    if not desk.targets():
        return desk.section("targets", [desk.paragraph("results.no_targets")])
    table = targets_table(desk)
    narrow = sorted((one for one in desk.targets() if one.is_narrow), key=attention.margin)[:MOST_NARROW]
    text = desk.paragraph(
        "results.targets",
        total=desk.target_count("all"),
        met=desk.target_count("met"),
        missed_count=desk.target_count("missed"),
        insufficient=desk.target_count("insufficient"),
        missed=[(one, desk.subject(one), desk.thing(one)) for one in attention.missed(desk)],
        narrow=[(one, desk.subject(one), desk.thing(one)) for one in narrow],
        narrow_count=desk.target_count("narrow"),
        table=table,
    )
    return desk.section("targets", [text, table])


def targets_table(desk: Desk) -> Table:
    """All targets, the missed ones first: target, actual, distance in things, verdict; benchmarks where there are."""
    held, benchmarks = ordered_targets(desk), hand_entered.benchmarks(desk)
    beside = {one.metric: benchmarks[one.metric] for one in held if _is_whole(one) and one.metric in benchmarks}
    restated = {one.metric: one for one in held if hand_entered.restated(desk, one) is not None}
    columns = [
        ("column_metric", "left"),
        ("column_target", "right"),
        ("column_actual", "right"),
        ("column_previous_restated" if restated else "column_previous", "right"),
        ("column_difference", "right"),
        *([("column_benchmark", "right")] if beside else []),
        ("column_verdict", "centre"),
    ]
    return desk.table(
        "targets_table",
        desk.say("results.targets_table_title"),
        columns,
        [_target_row(desk, one, beside) for one in held],
        note=desk.say(
            "results.targets_table_note",
            benchmarks=[(desk.subject(one), beside[one.metric]) for one in held if one.metric in beside],
            restated=[(desk.subject(one), one, hand_entered.restated(desk, one)) for one in restated.values()],
        ),
    )


def ordered_targets(desk: Desk) -> tuple[Finding, ...]:
    """Missed ones by how much they matter, then those met with little margin, then the rest as in the settings."""
    missed = list(attention.missed(desk))

    def place(one: Finding) -> tuple[int, int]:
        verdict = "narrow" if one.is_narrow else one.verdict
        return ORDER_OF_VERDICTS.index(verdict), missed.index(one) if one in missed else 0

    return tuple(sorted(desk.targets(), key=place))


def _is_whole(one: Finding) -> bool:
    return not one.address.slice


def _target_row(desk: Desk, one: Finding, beside: Mapping[str, hand_entered.Beside]) -> list[Markup]:
    is_value = (one.judged is not None and one.judged == one.value) or one.unit != "hours"
    benchmark = beside.get(one.metric) if _is_whole(one) else None
    compared = [desk.say("results.benchmark_cell", one=benchmark) if benchmark else Markup(MISSING)]
    return [
        desk.name(capitalised(desk.subject(one))),
        desk.cell(one.target, f"short {one.target.form}" if one.target else None),
        desk.cell(one.judged),
        desk.cell(one.previous if is_value else desk.previous_judged(one)),
        _distance_cell(desk, one),
        *(compared if beside else []),
        desk.verdict_cell(one) + Markup(desk.label("narrowly") if one.is_narrow else ""),
    ]


def _distance_cell(desk: Desk, one: Finding) -> Markup:
    """How far a target was missed, or by how little it was met."""
    if one.distance is None or not (one.is_missed or one.is_narrow):
        return Markup(MISSING)
    form = one.distance.form if one.distance.form != "count" else f"count {desk.thing(one)}"
    return desk.say("results.distance_cell", f=one, form=form)


def gaps(desk: Desk) -> Section | None:
    """存在的问题与差距: how large, in which slice or month, what changed since last year, what of causes is known."""
    missed = attention.missed(desk)[:MOST_GAPS]
    seen = {(one.metric, one.address.slice) for one in missed}
    worse = [one for one in attention.worsened(desk) if (one.metric, one.address.slice) not in seen]
    held = (*missed, *worse[: MOST_GAPS - len(missed) + 1])
    if held:
        blocks = [block for block in _gap_blocks(desk, held) if block is not None]
        return desk.section("gaps", [*blocks, causes(desk, held)])
    if not attention.can_judge(desk):
        return desk.section("gaps", [])
    return desk.section("gaps", [desk.paragraph("results.no_gaps", has_targets=bool(desk.targets()))])


def _gap_blocks(desk: Desk, held: Sequence[Finding]) -> list[Block | None]:
    """A gap whose change was taken apart has a paragraph and a chart of its own; the others share paragraphs."""
    blocks: list[Block | None] = []
    waiting: list[Markup] = []
    drawn = 0
    for one in held:
        chart = contribution_chart(desk, one) if drawn < MOST_CONTRIBUTIONS_DRAWN else None
        words = missed_sentences(desk, one) if one.is_missed else worsened_sentences(desk, one)
        if chart is None:
            waiting.append(words)
            continue
        drawn += 1
        blocks += [desk.together(part) for part in _in_threes(waiting)]
        waiting = []
        blocks += [desk.together([words, contribution_sentence(desk, one, chart)]), chart]
    return [*blocks, *(desk.together(part) for part in _in_threes(waiting))]


def _in_threes(texts: list[Markup]) -> list[list[Markup]]:
    """Paragraphs of at most three gaps each."""
    return [texts[start : start + GAPS_A_PARAGRAPH] for start in range(0, len(texts), GAPS_A_PARAGRAPH)]


def causes(desk: Desk, held: Sequence[Finding]) -> Block | None:
    """What is known of the causes: nothing that was not verified; measures already taken are cited."""
    taken = [(desk.subject(one), cited) for one in held if (cited := desk.cited(f"initiative_{one.metric}"))]
    return desk.paragraph("results.causes", taken=taken)


def missed_sentences(desk: Desk, one: Finding) -> Markup:
    """One missed target: its distance, the slice that stands out, the months in which it gathers."""
    late = [
        month
        for month in desk.months(one.metric, one.address.where)
        if one.base == "events" and one.better == "higher" and month.lacking is not None and month.lacking.value
    ]
    return desk.say(
        "results.gap",
        f=one,
        subject=desk.subject(one),
        thing=desk.thing(one),
        worst=worst_slice(desk, one),
        worst_thing=None,
        months=late if 0 < len(late) <= MOST_LATE_MONTHS else [],
        cited=next_year.evidence(desk, one),
        is_first=False,
    )


def worsened_sentences(desk: Desk, one: Finding) -> Markup:
    """One figure that got worse without missing a target."""
    return desk.say(
        "results.gap_worsened",
        f=one,
        subject=desk.subject(one),
        worst=worst_slice(desk, one),
        cited=next_year.evidence(desk, one),
    )


def worst_slice(desk: Desk, one: Finding) -> Finding | None:
    """The slice that is worse than all the others beyond chance, from the first slice that has one."""
    if one.aggregate != "ratio" or one.base in ("money", "exposure"):
        return None
    for split in SLICES_EXAMINED:
        if split not in one.address.where:
            worst = desk.ranking(one.metric, split, one.address.where).worst
            if worst is not None:
                return worst
    return None


def decomposed_by(desk: Desk, one: Finding) -> str | None:
    """The slice by which the change of a rate or mean is taken apart; None where there is nothing to take apart."""
    is_weighted = one.aggregate in ("ratio", "mean") and one.judged == one.value
    if not is_weighted or one.change is None or one.movement.kind not in ("clear", "slight", "census", "plain"):
        return None
    known = desk.ledger.figures.catalog[one.metric].slices
    for split in SLICES_DECOMPOSED:
        if split not in known or split in one.address.where:
            continue
        held = desk.ledger.decomposition(one.metric, split, one.address.where)
        is_the_same = held is not None and math.isclose(held.total, float(one.change.value), abs_tol=SAME_CHANGE)
        if held is not None and is_the_same and FEWEST_PARTS <= len(held.parts) <= MOST_PARTS:
            return split
    return None


def contribution_chart(desk: Desk, one: Finding) -> Chart | None:
    """What each slice adds to the change since last year, by its own level and by its share."""
    split = decomposed_by(desk, one)
    held = desk.ledger.decomposition(one.metric, split, one.address.where) if split else None
    if held is None or split is None or one.change is None:
        return None
    scale = PERCENT if one.change.form == "points" else 1
    parts = sorted(held.parts, key=lambda part: (part.slice_value == BLANK, -part.share))
    rows = [
        {
            "label": desk.writer.spoken(part.slice_value),
            **{
                name: amount(desk.chosen(f"decomposition_part:{split}.{name}.{part.slice_value}", one, one.change.form))
                * scale
                for name in ("rate", "mix")
            },
            "text": "",
        }
        for part in parts
    ]
    return desk.chart(
        f"contributions_{one.metric}",
        charts.contribution_bars(frame(rows), desk.style, (desk.label("own_level"), desk.label("mix"))),
        title=desk.say("results.contributions_title", **_contributions(desk, one, split)),
        caption=desk.say("results.contributions_caption", f=one, as_of=one.as_of),
    )


def contribution_sentence(desk: Desk, one: Finding, chart: Chart) -> Markup:
    """How much of the change lies in the slices' own levels and how much in their shares."""
    split = decomposed_by(desk, one)
    return desk.say("results.contributions", chart=chart, **_contributions(desk, one, split)) if split else Markup("")


def _contributions(desk: Desk, one: Finding, split: str) -> dict[str, str | Quantity | Finding | None]:
    form = one.change.form if one.change else "points"
    parts = {name: desk.chosen(f"decomposition:{split}.{name}", one, form) for name in ("rate", "mix", "moved")}
    return {"f": one, "subject": desk.subject(one), "slices": desk.writer.word("slice", split), **parts}
