"""The chapter on results: targets by how much they matter, gaps taken apart, a plan with a number on every line."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import duckdb
import pytest
from chapter_alone import alone, plain, said
from fake_figures import EVERYTHING, FakeFigures, Scenario, workspace

from queries.decomposition import Weighted, decompose_weighted
from reports import charts, derivations
from reports.chapters import hand_entered, results
from reports.charts.style import HouseFigure
from reports.desk import Desk
from reports.document import Document, Table
from reports.factcheck import check
from reports.facts import facts_of, role_of
from workspace import Language

WITH_FACTS = (*EVERYTHING, "facts")


@pytest.fixture(autouse=True)
def without_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are tested here."""
    for name in charts.__all__:
        if name != "ChartStyle":
            monkeypatch.setattr(charts, name, lambda *arguments, **options: HouseFigure())


def chapter(scenario: Scenario, language: Language = "zh") -> tuple[Document, FakeFigures]:
    figures = FakeFigures(scenario, language)
    return alone(figures, results.compose, first=6), figures


def table(document: Document, title: str) -> Table:
    """The table whose title holds these words."""
    blocks = [block for section in document.chapters[0].sections for block in section.blocks]
    return next(block for block in blocks if isinstance(block, Table) and title in plain(block.title))


def with_facts(figures: FakeFigures, *facts: tuple[int, str, float, str]) -> FakeFigures:
    """The figures with a warehouse that holds these facts: year, name, value, unit."""
    connection = duckdb.connect()
    connection.execute("create schema warehouse")
    connection.execute(
        "create table warehouse.facts (year integer, name text, value double, unit text, community text, source text,"
        " person text, recorded_on date, note text, source_file_id bigint, source_row bigint)"
    )
    for row, (year, name, value, unit) in enumerate(facts):
        connection.execute(
            "insert into warehouse.facts values (?, ?, ?, ?, '未填', '总结第 3 页', 'f0e1', ?, null, 1, ?)",
            [year, name, value, unit, date(2026, 1, 6), row],
        )
    figures.connection = connection
    return figures


def test_missed_targets_stand_first_by_how_much_they_matter() -> None:
    """Emergencies before money, money before what owners feel, that before the rest; then the targets that were met."""
    weights = {
        **dict.fromkeys(("电梯平均故障间隔", "紧急维修 30 分钟响应及时率"), 0),
        **dict.fromkeys(("欠费金额", "当年收缴率"), 1),
        **dict.fromkeys(("返修率", "总体满意率"), 2),
        **dict.fromkeys(("报修平均处理周期", "工单闭环率"), 3),
    }
    document, figures = chapter(Scenario(3, targets="missed"))
    rows = [(plain(row[0]), plain(row[-1])) for row in table(document, "目标完成情况").rows]
    missed = [weights[name] for name, verdict in rows if verdict == "▲ 未达标"]
    assert missed == sorted(missed)
    assert {0, 2, 3} <= set(missed)
    assert [verdict for _, verdict in rows[: len(missed)]] == ["▲ 未达标"] * len(missed)
    check(document, figures)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_plan_line_has_a_number_and_a_basis(language: Language) -> None:
    """Each line says to what number, by which post, until when and on which table or chart it rests."""
    for seed in range(4):
        document, figures = chapter(Scenario(seed, "down", targets="mixed"), language)
        plan = next(
            block
            for block in document.chapters[0].sections[-1].blocks
            if isinstance(block, Table) and block.label.endswith("-2")
        )
        assert plan.rows
        for task, aim, duty, deadline, basis in plan.rows:
            assert re.search(r"\d", plain(aim)), plain(aim)
            assert "2026" in plain(deadline)
            assert plain(duty)
            assert plain(basis)
            assert "停水" not in plain(task)
            assert "停电" not in plain(task)
        check(document, figures)


def test_the_proposed_targets_follow_the_rule() -> None:
    """A missed target is proposed again; no target asks for more than what was reached."""
    document, figures = chapter(Scenario(3, targets="missed"))
    rows = table(document, "指标目标建议").rows
    assert rows
    for _, target, _, proposed, why in rows:
        assert (plain(target) == plain(proposed)) == ("沿用" in plain(why))
    check(document, figures)


def test_the_change_is_taken_apart_by_level_and_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    """A from 50 % to 60 % and B from 90 % to 90 %, A's share from 50 % to 25 %: level +3.75, mix +8.75 points."""
    now = {"甲苑": Weighted(Fraction(60), Fraction(100)), "乙苑": Weighted(Fraction(270), Fraction(300))}
    earlier = {"甲苑": Weighted(Fraction(100), Fraction(200)), "乙苑": Weighted(Fraction(180), Fraction(200))}
    held = decompose_weighted("closure_rate", "community", now, earlier)
    assert held is not None
    assert (float(held.rate_effect), float(held.mix_effect)) == (0.0375, 0.0875)
    monkeypatch.setattr(derivations, "decompose", lambda *arguments: held)
    figures = FakeFigures(Scenario(1, "up", targets="missed"))
    desk = Desk(figures, workspace(), 2025)
    finding = desk.finding("closure_rate")
    assert finding is not None
    assert finding.change is not None
    same = replace(finding, change=replace(finding.change, value=0.125), judged=finding.value)
    drawn = results.contribution_chart(desk, same)
    assert drawn is not None
    assert "主要来自项目构成的变化" in plain(drawn.title)
    sentence = plain(results.contribution_sentence(desk, same, drawn))
    assert "+3.8 个百分点来自各项目自身水平的变化，+8.8 个百分点来自项目构成的变化" in sentence


def test_a_change_that_its_parts_do_not_add_up_to_is_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are printed only where they add up to the change that the report prints."""
    desk = Desk(FakeFigures(Scenario(1, "up")), workspace(), 2025)
    one = {"甲苑": Weighted(Fraction(1), Fraction(2)), "乙苑": Weighted(Fraction(1), Fraction(4))}
    monkeypatch.setattr(
        derivations, "decompose", lambda *arguments: decompose_weighted("closure_rate", "community", one, one)
    )
    finding = desk.finding("closure_rate")
    assert finding is not None
    assert results.decomposed_by(desk, finding) is None


def test_a_benchmark_stands_beside_its_target_with_its_source() -> None:
    """行业基准 81.5 % beside the target of the same figure, marked 〔人工填报〕; its number passes the fact check."""
    figures = with_facts(
        FakeFigures(Scenario(1, targets="met", kinds=WITH_FACTS)), (2025, "行业基准:业主满意率", 0.815, "%")
    )
    document = alone(figures, results.compose, first=6)
    targets = table(document, "目标完成情况")
    assert "对照值" in [column.heading for column in targets.columns]
    row = next(row for row in targets.rows if "满意率" in plain(row[0]))
    assert "行业 81.5%" in [plain(cell) for cell in row]
    assert "对照值〔人工填报〕：总体满意率 81.5%，来源为总结第 3 页" in plain(targets.note)
    assert 'class="figure hand_entered"' in targets.note
    check(document, figures)


def test_what_last_years_report_printed_is_told_where_it_differs() -> None:
    """Last year's report said 12.3 %; this one recounts; the note gives both. An equal value needs no note."""
    figures = FakeFigures(Scenario(1, targets="met", kinds=WITH_FACTS))
    previous = figures.of("closure_rate", 2025).previous
    assert previous is not None
    other = with_facts(figures, (2024, "上年报告:工单闭环率", 0.123, "%"))
    targets = table(alone(other, results.compose, first=6), "目标完成情况")
    assert "上年（重算）" in [column.heading for column in targets.columns]
    assert "上年（按本年口径重算）：上年报告的工单闭环率为 12.3%〔人工填报，总结第 3 页〕，本报告重算为" in plain(
        targets.note
    )
    equal = with_facts(figures, (2024, "上年报告:工单闭环率", float(previous), "%"))
    assert "上年报告的" not in plain(table(alone(equal, results.compose, first=6), "目标完成情况").note)


def test_facts_are_listed_without_the_person() -> None:
    """Every fact of the year with its source; the person's pseudonym is nowhere."""
    figures = with_facts(
        FakeFigures(Scenario(1, kinds=WITH_FACTS)),
        (2025, "客服部年末在岗人数", 22, "人"),
        (2025, "公共区域经营收益", 386000, "元"),
    )
    desk = Desk(figures, workspace(), 2025)
    listed = hand_entered.facts_table(desk)
    assert listed is not None
    assert [plain(row[2]) for row in listed.rows] == ["22 人", "38.6 万元"]
    assert "f0e1" not in str(listed.rows)
    assert [fact.source for fact in facts_of(figures, 2025)] == ["总结第 3 页", "总结第 3 页"]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("上年报告数：工单闭环率", ("last_report", "closure_rate")),
        ("行业基准:物业费收缴率", ("industry", "collection_rate")),
        ("合同约定 24 小时内修复率", ("contract", "resolved_within_24_hours")),
        ("industry benchmark: Satisfaction rate", ("industry", "satisfaction_rate")),
        ("行业协会会费", None),
        ("客服部离职人数", None),
    ],
)
def test_the_name_of_a_fact_says_what_it_is_held_against(name: str, role: tuple[str, str] | None) -> None:
    """An opening word and a metric's title, or a common other name of it; anything else is a figure of its own."""
    figures = with_facts(FakeFigures(Scenario(kinds=WITH_FACTS)), (2025, name, 1, "%"))
    (fact,) = facts_of(figures, 2025)
    assert role_of(fact, figures.catalog) == role


def test_a_target_for_a_slice_is_not_held_against_the_whole() -> None:
    """A benchmark of the whole stands beside the target of the whole, not beside that of one service level."""
    figures = with_facts(
        FakeFigures(Scenario(1, targets="met", kinds=WITH_FACTS)), (2025, "合同约定响应及时率", 0.9, "%")
    )
    assert "对照值" not in [c.heading for c in table(alone(figures, results.compose, first=6), "目标完成情况").columns]


def test_without_targets_and_gaps_the_chapter_still_has_a_plan() -> None:
    """The first year of a company that set no targets: it is asked to set some."""
    document, figures = chapter(Scenario(2, has_last_year=False))
    assert "没有设定目标" in said(document)
    assert any("设定目标" in plain(row[0]) for row in table(document, "下一年度工作计划").rows)
    check(document, figures)
