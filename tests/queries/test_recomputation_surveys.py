"""The survey metrics and the ticket rating computed a second time, in plain pandas, from the sample's warehouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from tests.queries.world import ASKED, Answer, LoadedSample, World, check_recomputed, share


def known_answers(world: World, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of surveys sent (else answered) in the period, which had been answered by then; no ticket's rating."""
    answered_at = rows.answered_at.fillna(rows.surveyed_at)
    return rows[world.within(rows.surveyed_at) & world.known(answered_at) & rows.ticket_id.isna()]


def overall_answers(world: World) -> pd.DataFrame:
    return known_answers(world, world.tables["survey_answers"].query("dimension == 'overall'"))


def satisfaction_score(world: World) -> Answer:
    answers = overall_answers(world)
    return ((answers.score - 1) / (answers.scale_max - 1) * 100).mean(), len(answers)


def survey_responses(world: World) -> pd.DataFrame:
    responses = world.tables["survey_responses"]
    return responses[world.within(responses.surveyed_at) & responses.ticket_id.isna()]


def survey_response_rate(world: World) -> Answer:
    """Of the waves that tell who did not answer."""
    everything = world.tables["survey_responses"]
    waves = everything[~everything.is_answered].wave.unique()
    sent = survey_responses(world)
    sent = sent[sent.wave.isin(waves)]
    return share(sent.is_answered & world.known(sent.answered_at.fillna(sent.surveyed_at)))


def nps(world: World) -> Answer:
    """Percentage of promoters less percentage of detractors."""
    given = known_answers(world, world.tables["survey_responses"]).nps.astype(float).dropna()
    given = given[given.between(0, 10)]
    return 100 * ((given >= 9).mean() - (given <= 6).mean()), len(given)


def survey_household_coverage(world: World) -> Answer:
    communities = world.tables["communities"]
    answered = known_answers(world, world.tables["survey_responses"])
    answered = answered[answered.is_answered & answered.community.isin(communities.community)]
    return answered.room.nunique(), communities.occupied_households.fillna(communities.households).sum()


def ticket_rating(world: World) -> Answer:
    """Without the five stars given at the moment at which the system closed the ticket by itself."""
    tickets = world.tickets
    at_closing = tickets.rated_at.isna() | ((tickets.rated_at - tickets.closed_at).abs() <= pd.Timedelta(seconds=60))
    is_default = (tickets.closure_type == "timeout") & (tickets.rating == 5) & at_closing
    rated = tickets[tickets.rating.notna() & ~is_default & (tickets.rated_at.isna() | world.known(tickets.rated_at))]
    return rated.rating.mean(), len(rated)


RECOMPUTED: dict[str, Callable[[World], Answer]] = {
    "satisfaction_rate": lambda world: share(overall_answers(world).score >= 4),
    "satisfaction_score": satisfaction_score,
    "survey_response_rate": survey_response_rate,
    "nps": nps,
    "survey_household_coverage": survey_household_coverage,
    "ticket_rating": ticket_rating,
}


@pytest.mark.parametrize(("year", "last_day"), ASKED, ids=str)
@pytest.mark.parametrize("metric", sorted(RECOMPUTED))
def test_pandas_gives_the_same_survey_figure(sample: LoadedSample, metric: str, year: int, last_day: date) -> None:
    """Counts exactly, the rest to 1e-9."""
    check_recomputed(sample, RECOMPUTED[metric], metric, year, last_day)


def test_straight_lines_are_told_from_the_scores(sample: LoadedSample) -> None:
    """Five questions or more with one and the same score; the figure without them is what the rest gives."""
    world = World(sample.tables, 2025, pd.Timestamp("2026-01-01"))
    scores = known_answers(world, sample.tables["survey_answers"])
    by_response = scores.groupby(["wave", "response_id"]).score
    is_straight = (by_response.transform("size") >= 5) & (by_response.transform("nunique") == 1)
    varied = scores[~is_straight & (scores.dimension == "overall")]
    figure = sample.figures.of("satisfaction_rate", 2025, {"answer_pattern": "varied"}, date(2025, 12, 31))
    assert (figure.numerator, figure.denominator) == share(varied.score >= 4)
