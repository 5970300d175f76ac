"""The wording, phrase by phrase: hundreds of findings through the sentences that compare, judge and plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from fake_figures import FakeFigures, Scenario
from jinja2 import FileSystemLoader

from queries.figures import Figure
from reports.derivations import Ledger
from reports.desk import Label
from reports.findings import Finding, finding
from reports.narrative import EmptySlot, UnlicensedWord, Writer, spaced, tidied
from reports.prose_rules import TAGS
from workspace import Language

METRICS = {  # metric: value, size of a change that counts, target
    "closure_rate": (0.90, 0.05, 0.92),
    "rework_rate": (0.06, 0.02, 0.05),
    "collection_rate": (0.94, 0.02, 0.95),
    "resolution_time": (9.6, 4.0, 8.0),
    "ticket_volume": (412, 74, 400),
    "backlog": (61, 38, 50),
    "arrears_amount": (2_124_000.0, 241_000.0, 2_000_000.0),
    "satisfaction_score": (79.4, 2.3, 80.0),
    "fault_interval": (101.0, 23.6, 90.0),
}
MOVES = {"up": 1.0, "down": -1.0, "slight up": 0.05, "slight down": -0.05, "flat": 0.3, "equal": 0.0}
RISE = re.compile(r"提高|增加|增长|延长|up by|longer by")
FALL = re.compile(r"下降|减少|缩短|down by|shorter by")
SEE = Label("figure-1-1", "图 1-1")


def findings() -> Iterator[tuple[str, Finding]]:
    """Every metric, moved every way, large and small, with and without last year and a target."""
    ledger = Ledger(FakeFigures(Scenario()), 2025)
    for name, move, cases, target in product(
        METRICS, (*MOVES, "first year", "zero"), (500, 17), ("none", "met", "missed")
    ):
        held = finding(ledger, figure(name, move, cases, target))
        if held is not None:
            yield move, held


def figure(name: str, move: str, cases: int, target: str) -> Figure:
    """One figure of a metric that moved so."""
    from fake_figures import catalog

    metric = catalog()[name]
    value, step, wanted = METRICS[name]
    change = step * MOVES.get(move, 1.0)
    change = float(round(change)) if metric.unit == "count" else change
    doubt = step if move == "flat" else abs(change) / 2
    previous = 0 if move == "zero" else value - change
    held = Figure(
        metric=name, period="2025", slice={}, as_of=date(2025, 12, 31), unit=metric.unit, value=value, n=cases,
        numerator=round(value * cases) if metric.aggregate == "ratio" else None,
        denominator=cases if metric.aggregate == "ratio" else None,
        previous=previous, previous_n=cases, change=value - previous if move == "zero" else change,
        change_low=change - doubt, change_high=change + doubt,
        is_duration=metric.aggregate == "duration", details={"p90": 52.0, "restricted_mean_hours": 25.1},
    )  # fmt: skip
    if move == "first year":
        held = replace(held, previous=None, previous_n=None, change=None, change_low=None, change_high=None)
    if target == "none":
        return held
    is_met = target == "met"
    better = metric.better if metric.better != "neutral" else "higher"
    limit = value * (0.97 if (better == "higher") == is_met else 1.03)
    return replace(
        held, target=limit if is_met else wanted if (wanted > value) == (better == "higher") else limit, status=target
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("phrase", ["full_rate", "than_last_year", "against_target"])
def test_comparisons_are_grammatical_and_agree_with_the_numbers(language: Language, phrase: str) -> None:
    """A rise is never called a fall; nothing is empty; the linter passes all of it."""
    writer = Writer(language, 2025)
    for move, held in findings():
        slots = {
            "f": held,
            **({"subject": "指标" if language == "zh" else "The figure"} if phrase == "full_rate" else {}),
        }
        text = TAGS.sub("", writer.say(f"phrases.{phrase}", **slots))
        if phrase == "than_last_year" and "up" in move:
            assert not FALL.search(text), (held.metric, move, text)
        if phrase == "than_last_year" and "down" in move:
            assert not RISE.search(text), (held.metric, move, text)
        assert "None" not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_gaps_and_plan_lines_are_whole_sentences(language: Language) -> None:
    """Every missed target and every worsened figure gives a gap that ends as a sentence, and an aim without a stop."""
    writer = Writer(language, 2025)
    see = SEE if language == "zh" else Label("figure-1-1", "Figure 1-1")
    for _, held in findings():
        slots = {"f": held, "subject": held.title, "worst": None, "cited": see}
        if held.is_missed and held.distance is not None:
            gap = writer.paragraph(
                "results.gap",
                **slots,
                thing="件" if language == "zh" else "ticket/tickets",
                worst_thing=None,
                months=[],
                is_first=False,
            )
            assert gap is not None
        if held.previous is not None and held.judged is not None:
            aim = replace(held.previous, limit=None)
            line = writer.say(
                "results.plan_aim", family="", f=held, subject=held.title, aim=aim, is_reached=False, count=None
            )
            assert line and not line.striptags().endswith(("。", "."))


def test_a_small_group_lists_counts_only() -> None:
    """Below thirty cases there is no rate and no comparison."""
    held = next(held for _, held in findings() if held.metric == "closure_rate" and held.is_small)
    text = Writer("zh", 2025).say("phrases.full_rate", f=held, subject="闭环率").striptags()
    assert "%" not in text
    assert "样本不足，只列件数" in text


def test_a_first_year_is_said_once_and_not_in_every_sentence() -> None:
    """In a report without last year the clause is silent; with one missing figure it speaks."""
    held = next(held for move, held in findings() if move == "first year")
    assert Writer("zh", 2025, is_first_year=True).say("phrases.than_last_year", f=held) == ""
    assert "上年无同口径数据，不作比较" in Writer("zh", 2025).say("phrases.than_last_year", f=held)


def test_an_empty_slot_is_an_error() -> None:
    """A template that asks for a number that is not there stops the build instead of printing a hole."""
    with pytest.raises(EmptySlot):
        Writer("zh", 2025).say("phrases.cell", number=None, form=None)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_degree_needs_a_finding_that_bears_it_out(language: Language, tmp_path: Path) -> None:
    """A template cannot say 明显 of a change within chance, nor of nothing at all; it may say that nothing is 明显."""
    writer = Writer(language, 2025)
    wording = {"zh": "明显提高", "en": "clearly up"}[language]
    (tmp_path / "bold.jinja").write_text(f"{{% macro said(f) %}}{wording}{{% endmacro %}}", encoding="utf-8")
    writer._environment.loader = FileSystemLoader(tmp_path)
    held = {one.movement.kind: one for _, one in findings()}
    assert writer.say("bold.said", f=held["clear"])
    for kind in ("flat", "slight", "census", "equal"):
        with pytest.raises(UnlicensedWord, match=wording.split()[0][:2]):
            writer.say("bold.said", f=held[kind])
    with pytest.raises(UnlicensedWord):
        writer.say("bold.said", f=None)
    assert Writer(language, 2025).say("cards.nothing_worse", has_targets=True)


def test_lists_are_joined_as_each_language_does() -> None:
    """甲、乙、丙 in Chinese; A, B and C in English."""
    periods = ["2025-05", "2025-06", "2025-07"]
    assert Writer("zh", 2025)._months(periods).striptags() == "5 月、6 月、7 月"
    assert Writer("en", 2025)._months(periods).striptags() == "May, June and July"
    assert Writer("en", 2025)._months(periods[:1]).striptags() == "May"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("共<data>5 件</data>，占<data>3%</data>以上", "共 <data>5 件</data>，占 <data>3%</data> 以上"),
        ("为 <data>不足 0.1%</data>", "为<data>不足 0.1%</data>"),
        ('<span class="name">Call</span> <data>3</data>', '<span class="name">Call</span> <data>3</data>'),
        ('见<span class="name">3号楼</span>', '见 <span class="name">3号楼</span>'),
        ("， 其中", "，其中"),
    ],
)
def test_chinese_and_latin_stand_a_space_apart(text: str, expected: str) -> None:
    """One space between the two, none beside Chinese punctuation, and names keep their own spelling."""
    assert spaced(text) == expected


def test_english_stops_stand_close() -> None:
    """Line breaks of a template leave no space before a stop."""
    assert tidied("It rose\n  , by 3 .", "en") == "It rose, by 3."
