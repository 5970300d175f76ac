"""The chapter 年度工作概述: what each section says, in which order, and that it says nothing where data are missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from chapter_alone import alone, said
from chapter_states import ALL_KINDS, EMPTY, states
from fake_figures import FakeFigures, Scenario

from queries.comparison import LikeForLike, ManagedSpan
from reports import charts, derivations
from reports.chapters import overview, team
from reports.charts.style import HouseFigure
from reports.document import Chart, Document, Table
from reports.factcheck import check
from reports.facts import Fact
from workspace import Language


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, pd.DataFrame]:
    """The rows of each chart by the name of its kind, nothing drawn."""
    held: dict[str, pd.DataFrame] = {}
    for name in charts.__all__:
        if name != "ChartStyle":

            def keep(rows: pd.DataFrame, *arguments: Any, name: str = name, **options: Any) -> HouseFigure:
                held[name] = rows
                return HouseFigure()

            monkeypatch.setattr(charts, name, keep)
    return held


def document(scenario: Scenario | None = None, language: Language = "zh") -> tuple[Document, FakeFigures]:
    figures = FakeFigures(scenario or Scenario(2, kinds=ALL_KINDS), language)
    return alone(figures, overview.compose), figures


def titles(held: Document) -> list[str]:
    return [section.title for chapter in held.chapters for section in chapter.sections]


def with_evidence(monkeypatch: pytest.MonkeyPatch, metric: str, rows: list[dict[str, Any]]) -> None:
    """The rows behind one metric, in place of the invented ones."""
    usual = FakeFigures.evidence

    def evidence(self: FakeFigures, name: str, *arguments: Any, **options: Any) -> pd.DataFrame:
        return pd.DataFrame(rows) if name == metric else usual(self, name, *arguments, **options)

    monkeypatch.setattr(FakeFigures, "evidence", evidence)


def with_detail(monkeypatch: pytest.MonkeyPatch, metric: str, **fields: Any) -> None:
    """One metric's figure of the year with other fields."""
    usual = FakeFigures._figure

    def figure(self: FakeFigures, name: str, period: str, where: dict[str, str]) -> Any:
        made = usual(self, name, period, where)
        return replace(made, **fields) if name == metric and not where and "-" not in period else made

    monkeypatch.setattr(FakeFigures, "_figure", figure)


def attended(numbers: list[int]) -> list[dict[str, Any]]:
    """One incident a number: 1 attended in time, 0 too late."""
    return [
        {
            "evidence_id": f"E{position}",
            "occurred_at": pd.Timestamp(2025, 7, 12 + position, 22),
            "category": "电梯困人",
            "community": "云栖苑",
            "building": "3号楼",
            "numerator": number,
            "denominator": 1,
        }
        for position, number in enumerate(numbers)
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_gives_clean_provable_words(language: Language) -> None:
    """No rule of prose broken, no slot empty, every number derived again."""
    for scenario in states() if language == "zh" else states()[::2]:
        held, figures = document(scenario, language)
        assert not EMPTY.search(said(held)), (scenario, EMPTY.search(said(held)))
        check(held, figures)  # type: ignore[arg-type]


def test_the_sections_stand_in_their_order() -> None:
    """Core tasks first, then the scope; the team needs facts or trainings."""
    held, _ = document()
    assert titles(held) == [
        "核心任务：工单与投诉",
        "核心任务：巡检与设施",
        "核心任务：费用收缴",
        "核心任务：应急响应",
        "服务范围与对象覆盖",
        "团队配置与职责分工",
    ]


def test_sections_without_data_are_left_out() -> None:
    """With tickets alone there are no facilities, no fees, no emergencies and no team."""
    held, _ = document(Scenario(2, kinds=("tickets",)))
    assert titles(held) == ["核心任务：工单与投诉", "服务范围与对象覆盖"]


def test_failures_of_equipment_are_counted_never_boasted_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """A year without a failure on record says just that, with last year's number."""
    with_detail(monkeypatch, "critical_failures", value=0, n=0, previous=4, change=-4)
    words = said(document()[0])
    assert "没有关键设备停运的记录，上年为 4 次" in words
    assert "零故障" not in words


def test_hours_out_of_service_are_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sum in hours, the longest failure, last year's sum."""
    with_detail(
        monkeypatch,
        "critical_failures",
        details={"stop_hours": 186.4, "longest_stop_hours": 12.5, "stop_hours_unknown_count": 2},
        previous_details={"stop_hours": 240.0},
    )
    words = said(document()[0])
    assert "停用合计 186.4 小时，上年为 240.0 小时；最长的一次停用 12.5 小时" in words
    assert "另有 2 次没有登记停用时长" in words


def test_findings_left_open_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found, rectified, open, and of these beyond their limit."""
    with_detail(
        monkeypatch,
        "finding_rectified_rate",
        value=68 / 76,
        n=64,
        numerator=68,
        denominator=76,
        details={"overdue_count": 5},
    )
    assert "巡检发现问题 76 处，已整改 68 处" in said(document()[0])
    assert "尚有 8 处没有整改，其中 5 处已超过整改期限" in said(document()[0])


def test_incidents_that_missed_the_limit_are_told_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Day, type and building; never a flat."""
    with_evidence(monkeypatch, "incident_response_attainment", attended([1, 0, 1, 0]))
    with_detail(monkeypatch, "incident_response_attainment", value=0.5, n=4, numerator=2, denominator=4)
    words = said(document()[0])
    assert "超过到场时限的 2 起是 7 月 13 日的电梯困人（云栖苑 3号楼）；7 月 15 日的电梯困人（云栖苑 3号楼）。" in words


def test_many_late_incidents_become_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a sentence can hold stand in a table, one a line."""
    with_evidence(monkeypatch, "incident_response_attainment", attended([0] * 6))
    with_detail(monkeypatch, "incident_response_attainment", value=0.0, n=6, numerator=0, denominator=6)
    held, _ = document()
    tables = [block for chapter in held.chapters for one in chapter.sections for block in one.blocks]
    late = [block for block in tables if isinstance(block, Table) and "超过到场时限" in block.title]
    assert [len(block.rows) for block in late] == [6]


def test_the_timeline_marks_what_came_too_late(monkeypatch: pytest.MonkeyPatch, drawn: dict[str, pd.DataFrame]) -> None:
    """Incidents are dots, those too late triangles, drills ticks in a lane of their own."""
    with_evidence(monkeypatch, "incident_response_attainment", attended([1, 0, 1]))
    with_evidence(monkeypatch, "incident_count", attended([1, 1, 1]))
    with_evidence(monkeypatch, "drills", attended([1, 1]))
    document()
    assert drawn["year_timeline"]["mark"].tolist() == ["dot", "missed", "dot", "tick", "tick"]


def test_payers_and_instalments_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Households in full, in part and not at all; instalments only where there are some."""
    with_detail(
        monkeypatch,
        "household_collection_rate",
        value=0.9,
        n=1000,
        numerator=900,
        denominator=1000,
        details={"part_payer_count": 60, "non_payer_count": 40},
    )
    with_detail(monkeypatch, "instalment_share", numerator=0, value=0.0)
    words = said(document()[0])
    assert "应缴 1,000 户，全部付清 900 户" in words
    assert "只付一部分的 60 户，完全未付的 40 户" in words
    assert "分期" not in words


def test_homes_that_nobody_lives_in_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the arrears, the developer's homes and vacant ones; nothing written off, nothing said of it."""
    with_detail(
        monkeypatch,
        "arrears_amount",
        value=200_000.0,
        details={"developer_held_amount": 25_000, "vacant_amount": 130_000},
    )
    with_detail(monkeypatch, "written_off_amount", value=0.0, n=0, previous=None)
    words = said(document()[0])
    assert "属开发商自持房屋的 2.5 万元，属空置房屋的 13.0 万元" in words
    assert "核销" not in words


def test_the_register_is_a_table_with_a_total() -> None:
    """Two projects: 1,200 and 84 households are 1,284; a missing area is a dash."""
    held, _ = document()
    tables = [block for chapter in held.chapters for one in chapter.sections for block in one.blocks]
    register = next(block for block in tables if isinstance(block, Table) and "在管项目" in block.title)
    words = [[cell.striptags() for cell in row] for row in register.rows]
    assert words[0][2] == "1,200" and words[1][3] == "—" and words[2][2] == "1,284"
    assert "在管项目 2 个，共 1,284 户" in said(held)
    assert "两年在管的项目相同" in said(held)


def test_projects_that_joined_are_named_and_left_out_of_the_same_scope(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others compare by themselves."""

    def changed(figures: FakeFigures, metric: str, year: int) -> LikeForLike:
        whole = figures.of(metric, year)
        same = replace(whole, value=300, n=300, previous=340, change=-40, change_low=-60.0, change_high=-20.0)
        joined = ManagedSpan("听澜别院", date(2025, 4, 1), None, "register")
        return LikeForLike(whole, same, ("云栖苑",), (joined,), ())

    monkeypatch.setattr(derivations, "like_for_like", changed)
    held, figures = document()
    assert "新接的项目为听澜别院（2025 年 4 月 1 日起）" in said(held)
    assert "两年均在管的 1 个项目受理工单 300 件，上年为 340 件，减少 40 件" in said(held)
    check(held, figures)  # type: ignore[arg-type]


def test_few_households_in_special_care_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the smallest group of the settings not even the total stands in the report."""
    with_detail(monkeypatch, "special_group_households", value=4, n=4)
    assert "特殊群体" not in said(document()[0])
    with_detail(monkeypatch, "special_group_households", value=5, n=5)
    assert "特殊群体家庭 5 户" in said(document()[0])


def with_facts(monkeypatch: pytest.MonkeyPatch, **values: float) -> None:
    """Facts of the year entered by hand."""
    facts = tuple(Fact(name, value, "人", "人事台账", date(2026, 1, 5), 2025) for name, value in values.items())
    monkeypatch.setattr(team, "facts_of", lambda figures, year: facts if year == 2025 else ())
    monkeypatch.setattr("reports.facts.facts_of", lambda figures, year: facts if year == 2025 else ())


def test_the_load_of_each_person_follows_from_facts_and_register(monkeypatch: pytest.MonkeyPatch) -> None:
    """1,284 households and 20 persons are 64.2 to each; marked as entered by hand, with its source."""
    with_facts(monkeypatch, 年末在岗人数=20, 离职人数=2)
    held, figures = document()
    assert "年末在岗 20 人〔人工填报〕" in said(held)
    assert "平均每人服务 64.2 户" in said(held)
    assert "离职 2 人。人数取自人事台账。" in said(held)
    check(held, figures)  # type: ignore[arg-type]


def test_a_post_of_one_person_has_no_bar(monkeypatch: pytest.MonkeyPatch, drawn: dict[str, pd.DataFrame]) -> None:
    """Butlers and technicians are drawn, the one manager is not."""
    with_facts(monkeypatch, **{"岗位人数:管家": 6, "岗位人数:维修技工": 10, "岗位人数:项目经理": 1})
    document()
    assert drawn["horizontal_bars"]["label"].tolist() == ["维修技工", "管家"]
    assert drawn["horizontal_bars"]["value"].round(1).tolist() == [128.4, 214.0]


def test_charts_stand_after_the_sentences_that_cite_them() -> None:
    """No chart without an earlier reference."""
    held, _ = document()
    for chapter in held.chapters:
        for section in chapter.sections:
            cited = ""
            for block in section.blocks:
                if isinstance(block, Chart | Table):
                    assert f"#{block.anchor}" in cited, block.label
                else:
                    cited += str(getattr(block, "text", ""))
