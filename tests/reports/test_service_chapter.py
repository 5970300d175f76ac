"""The chapter 核心服务执行: reception, repair times, vendors and events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from chapter_alone import alone, said
from chapter_states import ALL_KINDS, EMPTY, states
from fake_figures import FakeFigures, Scenario

from queries.limits import MonthlyLimits, MonthPoint
from reports import charts, derivations
from reports.chapters import service
from reports.charts.style import HouseFigure
from reports.document import Document, Table
from reports.factcheck import check
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
    return alone(figures, service.compose), figures


def with_evidence(monkeypatch: pytest.MonkeyPatch, metric: str, rows: list[dict[str, Any]]) -> None:
    """The rows behind one metric, in place of the invented ones."""
    usual = FakeFigures.evidence

    def evidence(self: FakeFigures, name: str, *arguments: Any, **options: Any) -> pd.DataFrame:
        return pd.DataFrame(rows) if name == metric else usual(self, name, *arguments, **options)

    monkeypatch.setattr(FakeFigures, "evidence", evidence)


def with_figures(monkeypatch: pytest.MonkeyPatch, metric: str, by_slice: dict[str, dict[str, Any]]) -> None:
    """Figures of one metric with other fields, by the value of their only slice; "" is the whole."""
    usual = FakeFigures._figure

    def figure(self: FakeFigures, name: str, period: str, where: dict[str, str]) -> Any:
        made = usual(self, name, period, where)
        fields = by_slice.get(next(iter(where.values()), "")) if name == metric and len(where) < 2 else None
        return made if fields is None or "-" in period else replace(made, **fields)

    monkeypatch.setattr(FakeFigures, "_figure", figure)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_gives_clean_provable_words(language: Language) -> None:
    """No rule of prose broken, no slot empty, every number derived again."""
    for scenario in states() if language == "zh" else states()[::2]:
        held, figures = document(scenario, language)
        assert not EMPTY.search(said(held)), (scenario, EMPTY.search(said(held)))
        check(held, figures)  # type: ignore[arg-type]


def answered(hour: int, in_time: int, late: int) -> list[dict[str, Any]]:
    """Tickets of one hour of the day, so many answered in time and so many late."""
    at = pd.Timestamp(2025, 3, 4, hour)
    return [
        {"evidence_id": f"{hour}-{n}", "occurred_at": at, "numerator": int(n < in_time), "denominator": 1}
        for n in range(in_time + late)
    ]


@pytest.mark.parametrize(
    ("night", "ending"),
    [((30, 30), "夜间低 45.0 个百分点"), ((57, 3), "两者之差未超出正常波动")],
)
def test_the_night_is_held_against_working_hours(
    monkeypatch: pytest.MonkeyPatch, night: tuple[int, int], ending: str
) -> None:
    """30 of 60 at night against 95 of 100 by day differ; 57 of 60 do not."""
    with_evidence(monkeypatch, "response_attainment", [*answered(23, *night), *answered(10, 95, 5)])
    words = said(document()[0])
    assert "工作时间（9—18 时）受理 100 件，为 95.0%" in words
    assert ending in words


def test_few_tickets_at_night_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """29 tickets of the night are too few."""
    with_evidence(monkeypatch, "response_attainment", [*answered(23, 20, 9), *answered(10, 95, 5)])
    assert "工作时间（" not in said(document()[0])


def test_months_beyond_the_limits_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """July above, February below; without limits nothing is said of usual variation."""
    points = [MonthPoint(f"2025-{month:02d}", 10.0, 10, 5, 8, 12, None, False, False) for month in range(1, 13)]
    points[6] = replace(points[6], reason="above")
    points[1] = replace(points[1], reason="below")
    assert "正常波动的范围" not in said(document()[0])
    monkeypatch.setattr(
        derivations,
        "monthly_limits",
        lambda figures, metric, year: MonthlyLimits(metric, year, "ratio_to_last_year", None, (), tuple(points)),
    )
    words = said(document()[0])
    assert "2 月的受理量低于正常波动的范围，7 月的受理量高于正常波动的范围。" in words


def test_the_months_of_the_spring_festival_are_taken_together() -> None:
    """January and February in one number, beside last year's."""
    assert "1 月和 2 月合并受理" in said(document()[0])


def test_the_most_frequent_inquiries_are_named_with_their_numbers() -> None:
    """At most three subjects, each with count and share."""
    words = said(document()[0])
    sentence = next(line for line in words.split("\n") if "问得最多的是" in line)
    assert sentence.count("占") == 3


def test_reviews_that_failed_name_the_vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    """9 of 12 passed by one, 12 of 12 by the other: three reviews, one vendor."""
    passed = {
        "": {"value": 21 / 24, "n": 24, "numerator": 21, "denominator": 24},
        "项目工程班": {"value": 1.0, "n": 12, "numerator": 12, "denominator": 12},
        "通渠管道工程": {"value": 0.75, "n": 12, "numerator": 9, "denominator": 12},
    }
    with_figures(monkeypatch, "vendor_pass_rate", passed)
    words = said(document()[0])
    assert "第三方单位考核 24 项次，达标 21 项次" in words
    assert "未达标的 3 项次均为通渠管道工程。" in words


def test_penalties_stand_in_the_table_only_where_the_figures_hold_them() -> None:
    """A report that hides the metric has neither the sentence nor the column."""
    held, figures = document()
    assert any("扣款" in column.heading for column in vendors_table(held).columns)
    figures.catalog = type(figures.catalog)(  # type: ignore[misc]
        {name: metric for name, metric in figures.catalog.items() if name != "vendor_penalties"}
    )
    without = alone(figures, service.compose)
    assert not any("扣款" in column.heading for column in vendors_table(without).columns)
    assert "扣款" not in said(without)


def vendors_table(held: Document) -> Table:
    blocks = [block for chapter in held.chapters for section in chapter.sections for block in section.blocks]
    return next(block for block in blocks if isinstance(block, Table) and "第三方" in block.title)


def test_the_same_event_in_two_projects_is_one_bar(
    monkeypatch: pytest.MonkeyPatch, drawn: dict[str, pd.DataFrame]
) -> None:
    """10 and 5 households of one event are 15; households and attendances are told apart."""
    rows = [("中秋邻里宴", 10), ("中秋邻里宴", 5), ("植树护绿", 12), ("消防体验日", 3)]
    at = pd.Timestamp(2025, 9, 14)
    with_evidence(
        monkeypatch,
        "activity_count",
        [
            {"evidence_id": str(n), "occurred_at": at, "name": name, "attended_households": came}
            for n, (name, came) in enumerate(rows)
        ],
    )
    details = {"attended_households": 30, "person_times": 70, "persons": 60}
    with_figures(monkeypatch, "activity_count", {"": {"value": 4, "n": 4, "details": details}})
    held, figures = document()
    assert drawn["horizontal_bars"][["label", "value"]].to_numpy().tolist() == [
        ["中秋邻里宴", 15.0],
        ["植树护绿", 12.0],
        ["消防体验日", 3.0],
    ]
    assert "参加的住户 30 户次，到场 70 人次" in said(held)
    check(held, figures)  # type: ignore[arg-type]


def test_events_alone_make_a_chapter() -> None:
    """Without tickets the chapter speaks of events only."""
    held, _ = document(Scenario(2, kinds=("activities", "services")))
    assert [section.title for section in held.chapters[0].sections] == ["业主活动支持"]
