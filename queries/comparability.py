"""Whether the satisfaction of a year may be compared with that of the year before: FIGURES, section 4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from queries.figures import Figures
from workspace import Sentence

LOWEST_RESPONSE_RATE: Final = 0.30
LARGEST_CHANGE_OF_RESPONSE_RATE: Final = 0.10
_ROUNDING: Final = 1e-9

NO_EARLIER_SURVEY: Final = Sentence(
    "上年没有可比的调查评分，不作比较。", "There are no survey scores of the year before to compare with."
)
OTHER_SCALE: Final = Sentence(
    "两年调查的分制不同，不作比较。", "The two surveys scored on different scales, so they are not compared."
)
OTHER_WORDING: Final = Sentence(
    "两年调查的题目措辞不同（上年“{earlier}”，本年“{now}”），不作比较。",
    'The two surveys worded the question differently ("{earlier}" the year before, "{now}" now), so they are not'
    " compared.",
)
FEW_ANSWERED: Final = Sentence(
    "本年或上年的问卷回收率低于 30%，不作比较。",
    "Fewer than 30 % of the questionnaires came back this year or the year before, so they are not compared.",
)
RESPONSE_CHANGED: Final = Sentence(
    "两年的问卷回收率相差超过 10 个百分点，不作比较。",
    "The response rates of the two years differ by more than 10 percentage points, so they are not compared.",
)


@dataclass(frozen=True)
class Comparability:
    """Whether two years may be compared; `reason` says why not and is None where they may."""

    reason: Sentence | None

    @property
    def is_comparable(self) -> bool:
        """Whether nothing speaks against it."""
        return self.reason is None


def comparable(figures: Figures, year: int, dimension: str = "overall", as_of: date | None = None) -> Comparability:
    """Whether the scores of one question in `year` may be compared with those of the year before, at the same age.

    They may not where there are none of the year before, where scale or wording have changed, where fewer than 30 % of
    the questionnaires came back in either year, or where that share has changed by more than 10 points: then others
    answer. A response rate that is not available speaks neither for nor against.
    """
    now, earlier = _answers(figures, year, dimension, as_of)
    reasons = (_other_questions(now, earlier), _other_response(figures, year, as_of))
    return Comparability(next((reason for reason in reasons if reason is not None), None))


def _answers(figures: Figures, year: int, dimension: str, as_of: date | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scores of this year and of the year before, as the satisfaction rate counts them."""
    where = {"dimension": dimension}
    figure = figures.of("satisfaction_rate", year, where, as_of)
    earlier = figures.evidence("satisfaction_rate", year - 1, where, as_of=figure.previous_as_of)
    return figures.evidence("satisfaction_rate", year, where, as_of=figure.as_of), earlier


def _other_questions(now: pd.DataFrame, earlier: pd.DataFrame) -> Sentence | None:
    """What is different about the questions asked; nothing where this year has no answers at all."""
    if now.empty:
        return None
    if earlier.empty:
        return NO_EARLIER_SURVEY
    if set(now["scale_max"]) != set(earlier["scale_max"]):
        return OTHER_SCALE
    if _wordings(now) != _wordings(earlier):
        return _with_wordings(_wordings(now), _wordings(earlier))
    return None


def _wordings(answers: pd.DataFrame) -> frozenset[str]:
    return frozenset(str(question).casefold() for question in answers["question"])


def _with_wordings(now: frozenset[str], earlier: frozenset[str]) -> Sentence:
    words = {"now": "、".join(sorted(now)), "earlier": "、".join(sorted(earlier))}
    return Sentence(OTHER_WORDING.zh.format(**words), OTHER_WORDING.en.format(**words))


def _other_response(figures: Figures, year: int, as_of: date | None) -> Sentence | None:
    """What is different about who answered; nothing where the export does not tell."""
    response = figures.of("survey_response_rate", year, as_of=as_of)
    rates = [float(rate) for rate in (response.value, response.previous) if rate is not None]
    if any(rate < LOWEST_RESPONSE_RATE - _ROUNDING for rate in rates):
        return FEW_ANSWERED
    if len(rates) == 2 and abs(rates[0] - rates[1]) > LARGEST_CHANGE_OF_RESPONSE_RATE + _ROUNDING:
        return RESPONSE_CHANGED
    return None
