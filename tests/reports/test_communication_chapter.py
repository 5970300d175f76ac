"""The chapter 沟通与满意度建设: the survey, ratings and follow-up calls, notices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from chapter_alone import alone, said
from chapter_states import ALL_KINDS, EMPTY, states
from fake_figures import FakeFigures, Scenario

from queries.comparability import RESPONSE_CHANGED, Comparability
from queries.drivers import Driver, Importance
from queries.intervals import Interval
from reports import charts
from reports.chapters import communication
from reports.charts.style import HouseFigure
from reports.document import Document
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
    return alone(figures, communication.compose), figures


def with_evidence(monkeypatch: pytest.MonkeyPatch, by_metric: dict[str, list[dict[str, Any]]]) -> None:
    """The rows behind some metrics, in place of the invented ones."""
    usual = FakeFigures.evidence

    def evidence(self: FakeFigures, name: str, *arguments: Any, **options: Any) -> pd.DataFrame:
        rows = by_metric.get(name)
        return usual(self, name, *arguments, **options) if rows is None else pd.DataFrame(rows)

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


def test_surveys_that_cannot_be_compared_say_why_and_compare_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason stands in the text; no dimension is said to have risen or fallen."""
    assert "明显提高" in said(document()[0])
    monkeypatch.setattr(communication, "comparable", lambda figures, year: Comparability(RESPONSE_CHANGED))
    survey = "\n".join(said(document()[0]).split("\n")[:3])
    assert "两年的问卷回收率相差超过 10 个百分点，不作比较。" in survey
    assert "提高" not in survey


def driver(dimension: str, performance: float, correlation: float) -> Driver:
    return Driver(dimension, performance, Importance(correlation, Interval(0, 1), 150))


def test_what_matters_and_is_rated_low_comes_first(
    monkeypatch: pytest.MonkeyPatch, drawn: dict[str, pd.DataFrame]
) -> None:
    """维修 goes with the whole more closely than the mean and is rated below the mean."""
    held = [driver("维修", 60, 0.8), driver("绿化", 70, 0.2), driver("保洁", 80, 0.3), driver("秩序", 90, 0.7)]
    monkeypatch.setattr(communication, "drivers", lambda figures, year: held)
    assert "维修得分低于各项平均，与总体评价的关系又较密切，宜优先改进" in said(document()[0])
    assert drawn["quadrant"]["importance"].tolist() == [0.8, 0.2, 0.3, 0.7]


def test_too_few_dimensions_have_no_scatter(monkeypatch: pytest.MonkeyPatch, drawn: dict[str, pd.DataFrame]) -> None:
    """Three points are no picture; where fewer than 100 answered there are none."""
    monkeypatch.setattr(communication, "drivers", lambda figures, year: [driver("维修", 60, 0.8)] * 3)
    document()
    assert "quadrant" not in drawn


def asked(answered: int, silent: int, unpaid_answered: int, unpaid_silent: int) -> dict[str, list[dict[str, Any]]]:
    """A survey and the fees of the same households."""
    at = pd.Timestamp(2025, 10, 1)
    households = [*range(answered), *range(1000, 1000 + silent)]
    unpaid = {*range(unpaid_answered), *range(1000, 1000 + unpaid_silent)}
    return {
        "survey_response_rate": [
            {
                "evidence_id": n,
                "occurred_at": at,
                "pair": f"甲 1号楼 h{n}",
                "numerator": int(n < 1000),
                "denominator": 1,
            }
            for n in households
        ],
        "household_collection_rate": [
            {
                "evidence_id": n,
                "occurred_at": at,
                "pair": f"甲/1号楼/1/h{n}/property",
                "numerator": int(n not in unpaid),
            }
            for n in households
        ],
    }


def test_who_did_not_answer_owes_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """60 of 200 silent households against 10 of 200: the survey may tell too little."""
    with_evidence(monkeypatch, asked(200, 200, 10, 60))
    held, figures = document()
    assert "未答卷的 200 户中，当年物业费未付清的占 30.0%；答卷的 200 户中占 5.0%。" in said(held)
    assert "可能反映不足" in said(held)
    check(held, figures)  # type: ignore[arg-type]


def test_chance_is_called_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """22 against 20 of 200."""
    with_evidence(monkeypatch, asked(200, 200, 20, 22))
    assert "两者之差未超出正常波动" in said(document()[0])


def test_small_groups_are_not_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """29 households that did not answer are too few."""
    with_evidence(monkeypatch, asked(200, 29, 20, 9))
    assert "未答卷的" not in said(document()[0])


def calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 tickets due, 80 called, 60 reached, 40 of these rated, 30 with four stars or more."""
    at = pd.Timestamp(2025, 5, 1)
    due = [
        {
            "evidence_id": f"T{n}",
            "occurred_at": at,
            "numerator": int(n < 60),
            "denominator": 1,
            "attempt_count": int(n < 80),
            "category": "给排水",
        }
        for n in range(100)
    ]
    ratings = [{"evidence_id": f"T{n}", "occurred_at": at, "value": 5.0 if n < 30 else 2.0} for n in range(40)]
    with_evidence(monkeypatch, {"follow_up_rate": due, "ticket_rating": ratings})
    parts = {"value": 0.6, "n": 100, "numerator": 60, "denominator": 100, "details": {"attempt_count": 80}}
    with_figures(monkeypatch, "follow_up_rate", {"": parts})
    with_figures(monkeypatch, "ticket_rating", {"": {"value": 4.25, "n": 40, "details": {"system_default_count": 7}}})


def test_the_funnel_runs_from_due_to_satisfied(monkeypatch: pytest.MonkeyPatch, drawn: dict[str, pd.DataFrame]) -> None:
    """Five steps, none of which is larger than the one before."""
    calls(monkeypatch)
    held, figures = document()
    assert drawn["funnel_steps"]["value"].tolist() == [100, 80, 60, 40, 30]
    assert "业主随后评价的 40 件，其中 4 星及以上的 30 件" in said(held)
    check(held, figures)  # type: ignore[arg-type]


def test_default_ratings_are_hatched_and_left_out(
    monkeypatch: pytest.MonkeyPatch, drawn: dict[str, pd.DataFrame]
) -> None:
    """Seven of the system stand behind the 30 of owners; the text says that they do not count."""
    calls(monkeypatch)
    words = said(document()[0])
    assert drawn["rating_bars"]["value"].tolist() == [30, 0, 0, 10, 0]
    assert drawn["rating_bars"]["hatched"].tolist()[0] == 7
    assert "系统自动给出的默认评价 7 件已剔除" in words
    assert "不满 4 星的评价 10 件" in words


def test_delivered_is_not_read(monkeypatch: pytest.MonkeyPatch, drawn: dict[str, pd.DataFrame]) -> None:
    """950 of 1,000 delivered, 600 of 800 read; the 50 not reached by their channels."""
    delivered = {
        "": {"value": 0.95, "n": 40, "numerator": 950, "denominator": 1000},
        "电话": {"value": 0.96, "n": 20, "numerator": 480, "denominator": 500},
        "前台": {"value": 0.94, "n": 20, "numerator": 470, "denominator": 500},
        "微信小程序": {"n": 0, "value": None, "status": "not_available"},
    }
    with_figures(monkeypatch, "notice_reach_rate", delivered)
    read = {"": {"value": 0.75, "n": 30, "numerator": 600, "denominator": 800}}
    with_figures(monkeypatch, "notice_read_rate", {**read, "前台": {"n": 0, "value": None, "status": "not_available"}})
    words = said(document()[0])
    assert "应通知 1,000 户次，送达 950 户次，触达率为 95.0%" in words
    assert "应通知 800 户次，已读 600 户次，已读率为 75.0%" in words
    assert "未送达 50 户次，其中前台 30 户次、电话 20 户次。" in words
    shown = drawn["share_dots"].set_index(["label", "series"])["text"]
    assert shown["前台", "送达"] == "94.0%" and shown["前台", "已读"] == "不可知"


def test_notices_alone_make_a_chapter() -> None:
    """Without surveys and tickets the chapter speaks of notices only."""
    held, _ = document(Scenario(2, kinds=("notices",)))
    assert [section.title for section in held.chapters[0].sections] == ["沟通触达"]
