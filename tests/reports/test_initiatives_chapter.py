"""The chapter on measures: before and after, the comparison, one of three verdicts, one limitation; all proved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from chapter_alone import alone, said
from fake_figures import EVERYTHING, FakeFigures, Scenario
from markupsafe import Markup

from queries.catalog import Metric
from queries.effects import BeforeAndAfter, Effect, effect_of
from queries.engine import Total
from queries.initiative_months import InitiativeMonth
from queries.initiatives import Initiative, InitiativeResult, Limitation, Verdict
from queries.scopes import EVERYWHERE, Place
from reports import charts, derivations
from reports.annual import CHAPTERS
from reports.chapters import initiatives, results
from reports.chapters.initiatives import ORDER_OF_LIMITATIONS
from reports.charts.style import HouseFigure
from reports.document import Document, Paragraph, Table
from reports.factcheck import FactCheckFailed, check
from reports.measures import relative
from workspace import Language

IN_BUILDING = Place("building", ("3号楼",))
OTHERS = ("1号楼", "2号楼", "5号楼")
MONTHS = tuple(f"2025-{month:02d}" for month in range(7, 13))


def total(numerator: float, denominator: float) -> Total:
    return Total(int(denominator), numerator / denominator if denominator else None, numerator, denominator)


def lasting(hours: float, cases: int = 100) -> Total:
    return Total(cases, hours)


def faults(count: int, asset_days: int) -> Total:
    return Total(asset_days, asset_days / count if count else None, asset_days, count)


def result(
    metric: str,
    treated: BeforeAndAfter,
    comparison: BeforeAndAfter | None,
    verdict: Verdict,
    effect: Effect | None,
    *limitations: Limitation,
    direction: str | None = "better",
) -> InitiativeResult:
    return InitiativeResult(
        initiative=Initiative(
            "更换曳引轮", date(2025, 7, 1), metric, "3号楼" if comparison else None, "四台全部更换。"
        ),
        verdict=verdict,
        limitations=limitations,
        metric=metric,
        place=IN_BUILDING if comparison else EVERYWHERE,
        months=MONTHS,
        treated=treated,
        comparison=comparison,
        comparison_values=OTHERS if comparison else (),
        effect=effect,
        direction=direction,
    )


LIFTS = result(
    "fault_interval",
    BeforeAndAfter(faults(4, 736), faults(22, 736)),
    BeforeAndAfter(faults(63, 6256), faults(77, 6256)),
    "improved",
    Effect("ratio", 4.5, 1.5, 13.5),
    "small_numbers",
)
FOLLOW_UP = result(
    "follow_up_rate",
    BeforeAndAfter(total(900, 1000), total(800, 1000)),
    None,
    "changed_not_attributable",
    Effect("difference", 0.1, 0.07, 0.13),
    "no_comparison",
)
RESPONSE = result(
    "first_response_time",
    BeforeAndAfter(lasting(0.4), lasting(0.5)),
    BeforeAndAfter(lasting(0.4), lasting(0.5)),
    "insufficient_evidence",
    Effect("ratio", 0.95, 0.8, 1.1),
    "few_comparison_slices",
)
WORSE = result(
    "closure_rate",
    BeforeAndAfter(total(600, 1000), total(800, 1000)),
    BeforeAndAfter(total(800, 1000), total(800, 1000)),
    "changed_not_attributable",
    Effect("difference", -0.2, -0.25, -0.15),
    direction="worse",
)
UNKNOWN = InitiativeResult(
    Initiative("推广新表单", date(2025, 3, 1), "好评数", None, None), "insufficient_evidence", ("unknown_metric",)
)


@pytest.fixture(autouse=True)
def without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are tested here."""
    for name in charts.__all__:
        if name != "ChartStyle":
            monkeypatch.setattr(charts, name, lambda *arguments, **options: HouseFigure())
    values = [InitiativeMonth(month, 0.9, 0.8, 0.7, 0.6) for month in range(1, 13)]
    monkeypatch.setattr(
        initiatives, "initiative_months", lambda figures, one, year: tuple(values) if one.treated else ()
    )


def composed(
    monkeypatch: pytest.MonkeyPatch, *results: InitiativeResult, language: Language = "zh"
) -> tuple[Document, FakeFigures]:
    """The chapter of a year with these measures."""
    monkeypatch.setattr(derivations, "judge_initiatives", lambda figures, year: list(results))
    figures = FakeFigures(Scenario(kinds=(*EVERYTHING, "initiatives"), targets="mixed"), language)
    return alone(figures, initiatives.compose, first=5), figures


def test_measures_stand_before_the_results_and_have_a_section_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Theirs is the last chapter but one; each is under its own name."""
    assert CHAPTERS[-2:] == (initiatives, results)
    document, _ = composed(monkeypatch, LIFTS, FOLLOW_UP)
    (chapter,) = document.chapters
    assert (chapter.number, chapter.title) == ("05", "质量改进措施")
    assert [section.title for section in chapter.sections] == ["措施与结论一览", "更换曳引轮", "更换曳引轮"]


def test_without_measures_there_is_no_chapter() -> None:
    """A report without recorded measures has no empty chapter about them."""
    assert not alone(FakeFigures(Scenario()), initiatives.compose).chapters


def test_an_improvement_is_told_with_its_comparison_and_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """4 faults after 22; elsewhere 63 after 77: the faults fell by 1 − 1 ÷ 4.5 = 77.8 %, from 33.3 % to 92.6 %."""
    document, figures = composed(monkeypatch, LIFTS)
    text = said(document)
    assert "自 2025 年 7 月 1 日起在 3号楼实行，做法是：四台全部更换〔人工填报〕" in text
    assert "7—12 月，实施范围内发生故障 4 次，上年同期 22 次，折合平均 184 天一次，上年同期 33.5 天一次" in text
    assert "同期未实施的 3 处作对照，故障由上年同期的 77 次减少到 63 次。" in text
    assert "扣除对照的变化，实施范围内的故障次数下降 77.8%，95% 区间 33.3%～92.6%" in text
    assert "结论：有改善。故障次数少，区间宽，幅度还要再看半年。" in text
    check(document, figures)


def test_without_a_comparison_only_the_same_months_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """90 % after 80 %: 10 points more, but nothing says that the measure did it."""
    text = said(composed(monkeypatch, FOLLOW_UP)[0])
    assert "回访率为 90.0%（1,000 件中 900 件），上年同期为 80.0%（1,000 件中 800 件），提高 10.0 个百分点" in text
    assert "95% 区间 7.0～13.0 个百分点" in text
    assert "结论：有变化、不能归因。各项目同时实行，没有可作对照的部分" in text
    assert "使" not in text
    assert "通过" not in text


def test_a_difference_within_chance_is_given_without_a_direction(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interval reaches from 20 % less to 10 % more: no verb, and the verdict is 证据不足."""
    text = said(composed(monkeypatch, RESPONSE)[0])
    assert "首次响应时长差值为 −5.0%，95% 区间 −20.0% 至 10.0%" in text
    assert "结论：证据不足。差值没有超出正常波动；可作对照的只有 3 处" in text


def test_a_clear_worsening_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """20 points fewer closed than elsewhere: the direction is said in the verdict."""
    text = said(composed(monkeypatch, WORSE)[0])
    assert "下降 20.0 个百分点，95% 区间 15.0～25.0 个百分点" in text
    assert "结论：有变化、不能归因。变化的方向是变差，宜先查明原因，再定是否继续。" in text


def test_a_measure_whose_metric_is_unknown_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """No number, no chart, one sentence with the way out."""
    document, figures = composed(monkeypatch, UNKNOWN)
    assert "登记的指标“好评数”不在本报告的指标之内" in said(document)
    check(document, figures)


def test_the_overview_counts_the_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three measures, one of each verdict, in one table."""
    document, figures = composed(monkeypatch, LIFTS, FOLLOW_UP, RESPONSE)
    section = document.chapters[0].sections[0]
    assert "共 3 项，有改善的 1 项，有变化、不能归因的 1 项，证据不足的 1 项" in said(document)
    table = next(block for block in section.blocks if isinstance(block, Table))
    assert [row[-1] for row in table.rows] == ["有改善", "有变化、不能归因", "证据不足"]
    check(document, figures)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("one", [LIFTS, FOLLOW_UP, RESPONSE, WORSE])
def test_every_verdict_reads_well_with_every_limitation(
    monkeypatch: pytest.MonkeyPatch, one: InitiativeResult, language: Language
) -> None:
    """Kinds, verdicts and limitations in all combinations: no rule broken, no slot empty, every number proved."""
    verdicts: tuple[Verdict, ...] = ("improved", "changed_not_attributable", "insufficient_evidence")
    none: tuple[Limitation, ...] = ()
    several = [
        replace(one, verdict=verdict, limitations=limitations)
        for verdict, limitations in product(verdicts, (none, *((name,) for name in ORDER_OF_LIMITATIONS)))
        if one.initiative.scope or "unmatched_scope" not in limitations
    ]
    document, figures = composed(monkeypatch, *several, UNKNOWN, language=language)
    assert "None" not in said(document)
    assert "  " not in said(document)
    check(document, figures)


def test_a_number_changed_by_hand_fails_the_fact_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The printed 77.8 % is derived again from the effect; 78.8 % fails and both are named."""
    document, figures = composed(monkeypatch, LIFTS)
    chapter = document.chapters[0]
    section = chapter.sections[-1]
    blocks = tuple(
        replace(block, text=Markup(str(block.text).replace(">77.8%<", ">78.8%<")))
        if isinstance(block, Paragraph)
        else block
        for block in section.blocks
    )
    forged = replace(chapter, sections=(*chapter.sections[:-1], replace(section, blocks=blocks)))
    with pytest.raises(FactCheckFailed) as failed:
        check(replace(document, chapters=(forged,)), figures)
    assert "78.8%" in failed.value.sentence.en
    assert "77.8%" in failed.value.sentence.en


def test_fewer_events_are_a_share_of_events_not_of_days() -> None:
    """A time between faults that is four times as long means three quarters fewer faults; bounds change places."""
    metric: Metric = FakeFigures(Scenario()).catalog["fault_interval"]
    assert relative(Effect("ratio", 4.0, 2.0, 8.0), metric) == (-0.75, -0.875, -0.5)


def test_the_effect_of_counts_is_a_share_more_or_less() -> None:
    """Half as many as elsewhere is 50 % fewer."""
    metric = FakeFigures(Scenario()).catalog["repeat_fault_count"]
    halved = BeforeAndAfter(Total(50, 50), Total(100, 100))
    effect = effect_of(metric, halved, BeforeAndAfter(Total(80, 80), Total(80, 80)))
    assert effect is not None
    assert relative(effect, metric)[0] == pytest.approx(-0.5)
