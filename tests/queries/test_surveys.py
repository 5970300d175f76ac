"""Surveys: what counts as sent and as satisfied, which years may be compared, and what satisfaction hangs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from queries.comparability import (
    FEW_ANSWERED,
    NO_EARLIER_SURVEY,
    OTHER_SCALE,
    RESPONSE_CHANGED,
    comparable,
)
from queries.drivers import correlation_interval, drivers, importance_of
from queries.figures import Figures

Loader = Callable[..., Figures]
HEADER = "wave,response_id,community,room,sent_at,answered_at,dimension,score,scale_max\n"


def wave(year: int, sent: int, answered: int, question: str = "总体", scale_max: int = 5) -> Iterator[str]:
    """One question a questionnaire, all scored 4; those beyond `answered` did not come back."""
    for number in range(sent):
        answer = f"{year}-11-03,{question},4,{scale_max}" if number < answered else ",,,"
        yield f"{year}年度,R{number},A,{number},{year}-11-01,{answer}\n"


def test_which_years_may_be_compared(figures_of: Loader) -> None:
    """Not those with another scale, another wording, few answers, or many more or fewer of them."""
    waves = (
        wave(2015, 4, 4),  # nobody who did not answer: how many were sent is not known
        wave(2016, 4, 4),
        wave(2018, 10, 5),
        wave(2019, 10, 6),
        wave(2020, 10, 6, scale_max=10),
        wave(2021, 10, 6, "整体", 10),
        wave(2022, 10, 8, "整体", 10),
        wave(2023, 10, 7, "整体", 10),
        wave(2024, 10, 2, "整体", 10),
    )
    figures = figures_of({"surveys": HEADER + "".join(line for one in waves for line in one)})
    reasons = {year: comparable(figures, year).reason for year in (2016, *range(2018, 2025))}
    wording = reasons.pop(2021)
    assert reasons == {
        2016: None,
        2018: NO_EARLIER_SURVEY,
        2019: None,  # 60 % against 50 %: ten points, not more
        2020: OTHER_SCALE,
        2022: RESPONSE_CHANGED,
        2023: None,
        2024: FEW_ANSWERED,
    }
    assert wording is not None
    assert wording.zh == "两年调查的题目措辞不同（上年“总体”，本年“整体”），不作比较。"
    assert not comparable(figures, 2021).is_comparable
    assert comparable(figures, 2019).is_comparable
    assert comparable(figures, 2020, as_of=date(2020, 6, 30)).is_comparable, "before the survey nothing is compared"


def test_a_sending_time_is_no_invitation(figures_of: Loader) -> None:
    """An export of answers alone has sending times too: the response is not available, and never 100 %."""
    figures = figures_of({"surveys": HEADER + "".join(wave(2025, 4, 4)) + "2025年度,R9,A,9,,,总体,4,5\n"})
    response = figures.of("survey_response_rate", 2025)
    assert (response.status, response.value) == ("not_available", None)
    assert figures.of("satisfaction_rate", 2025).denominator == 4
    checks = figures.checks().set_index("name")
    assert checks.loc["survey_answers_undated", "rows_found"] == 1, "an answer of no year is told, not lost"


def test_a_wave_declares_what_counts_as_satisfied(figures_of: Loader) -> None:
    """Its own lowest satisfied score, where settings give one; else the top 40 % of the scale."""
    surveys = HEADER + "".join([*wave(2024, 2, 2, scale_max=10), *wave(2025, 2, 2, scale_max=10)])
    settings = '[survey.satisfied_from]\n"2025年度" = 4\n'
    figures = figures_of({"surveys": surveys}, settings)
    assert [figures.of("satisfaction_rate", year).value for year in (2024, 2025)] == [0.0, 1.0]


def test_the_year_of_a_wave_is_nobodys_room(figures_of: Loader) -> None:
    """Who lives in room 202, or 2024, answers the wave 2024年度 with everybody else."""
    rows = [f"2024年度,R{room},A,{room},2024-11-01,2024-11-03,总体,5,5\n" for room in (202, 2024, 301)]
    figures = figures_of({"surveys": HEADER + "".join(rows), "communities": "community,households\nA,2\n"})
    assert [(figure.slice["wave"], figure.n) for figure in figures.by("satisfaction_rate", 2024, "wave")] == [
        ("2024年度", 3)
    ]
    covered = figures.of("survey_household_coverage", 2024)
    assert (covered.value, covered.low, covered.high) == (1.5, None, None), "a register that is too short is seen"


def scored(pairs: dict[tuple[int, int], int]) -> tuple[pd.Series, pd.Series]:
    """The scores of a dimension and the overall ones, from how often each pair of them was given."""
    given = [pair for pair, times in pairs.items() for _ in range(times)]
    return pd.Series([own for own, _ in given], dtype=float), pd.Series([whole for _, whole in given], dtype=float)


def test_importance_of_scores_that_can_be_added_up() -> None:
    """Always the same 1, opposite −1, all mixed 0; of a hundred pairs of which 80 agree and 20 do not, 0.6."""
    same = importance_of(*scored({(score, score): 20 for score in range(1, 6)}))
    opposite = importance_of(*scored({(score, 6 - score): 20 for score in range(1, 6)}))
    mixed = importance_of(*scored({(1, 1): 25, (1, 2): 25, (2, 1): 25, (2, 2): 25}))
    mostly = importance_of(*scored({(1, 1): 40, (2, 2): 40, (1, 2): 10, (2, 1): 10}))
    assert same and opposite and mixed and mostly
    assert [one.correlation for one in (same, opposite, mixed, mostly)] == pytest.approx([1, -1, 0, 0.6], abs=1e-12)
    assert (mixed.interval.low, mixed.interval.high) == pytest.approx((-0.19642, 0.19642), abs=1e-5)
    assert mostly.responses == 100


def test_importance_needs_a_hundred_responses_and_two_values() -> None:
    """Ninety-nine are too few, and where everybody gives the same score nothing goes together."""
    assert importance_of(*scored({(1, 1): 50, (2, 2): 49})) is None
    assert importance_of(*scored({(3, 1): 50, (3, 2): 50})) is None


def test_the_interval_of_importance_holds_the_truth_as_often_as_it_says() -> None:
    """Of 600 seeded surveys of 120 answers with a true rank correlation of 0.582, 93 to 97 in a hundred; as scipy's."""
    random = np.random.default_rng(20250101)
    linear = 0.6
    truth = 6 / np.pi * np.arcsin(linear / 2)
    held = 0
    for _ in range(600):
        scores = random.multivariate_normal([0, 0], [[1, linear], [linear, 1]], size=120)
        expected = stats.spearmanr(scores[:, 0], scores[:, 1]).statistic
        interval = correlation_interval(expected, 120)
        assert interval.low is not None and interval.high is not None
        held += interval.low <= truth <= interval.high
    found = importance_of(pd.Series(scores[:, 0]), pd.Series(scores[:, 1]))
    assert found is not None
    assert found.correlation == pytest.approx(expected, abs=1e-12)
    assert 0.93 <= held / 600 <= 0.97


def test_drivers_come_with_their_scores_the_most_important_first(figures_of: Loader) -> None:
    """Repairs go with the overall score, greening against it; cleaning has too few answers to say."""
    lines = []
    for number in range(100):
        overall = 1 + number % 5
        scores = {"总体": overall, "绿化": 6 - overall, "维修": min(overall + 1, 5)}
        scores |= {"保洁": 3 + number % 2} if number else {}
        lines += [
            f"2025,R{number},A,{number},2025-11-01,2025-11-03,{name},{score},5\n" for name, score in scores.items()
        ]
    figures = figures_of({"surveys": HEADER + "".join(lines)})
    found = drivers(figures, 2025)
    assert [driver.dimension for driver in found] == ["维修", "绿化"]
    assert found[0].performance == 70  # 25, 50, 75, 100 and 100
    assert found[1].importance.correlation == pytest.approx(-1)
    assert found[1].importance.responses == 100
    assert drivers(figures, 2025, {"community": "B"}) == []
