"""The metrics of operations computed a second time, in plain pandas, from the warehouse of the sample."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from tests.queries.world import ASKED, DAY, Answer, LoadedSample, World, cents, check_recomputed, seconds, share


def rows(world: World, table: str, moment: str) -> pd.DataFrame:
    """The rows of `table` whose `moment` lies in the period."""
    frame = world.tables[table]
    return frame[world.within(pd.to_datetime(frame[moment]))]


def completion_rate(table: str) -> Callable[[World], Answer]:
    def compute(world: World) -> Answer:
        planned = rows(world, table, "planned_on").query("not is_cancelled")
        return share(planned.is_completed & (planned.done_at.isna() | world.known(planned.done_at)))

    return compute


def finding_rectified_rate(world: World) -> Answer:
    inspections = world.tables["inspections"].query("finding_count > 0 and not is_cancelled")
    found = inspections[world.within(inspections.done_at.fillna(pd.to_datetime(inspections.planned_on)))]
    is_late = found.rectified_at.notna() & ~world.known(found.rectified_at)
    rectified = np.minimum(found.rectified_count, found.finding_count)[~is_late]
    return int(rectified.sum()), int(found.finding_count.sum())


def incidents(world: World, kind: str) -> pd.DataFrame:
    return rows(world, "incidents", "started_at").query(f"kind == '{kind}'")


def critical_failures(world: World) -> Answer:
    return int(incidents(world, "incident").is_critical.eq(True).sum()), None


def incident_response_attainment(world: World) -> Answer:
    happened = incidents(world, "incident")
    minutes = seconds(happened.responded_at.where(world.known(happened.responded_at)), happened.started_at) / 60
    unrecorded = happened.responded_at.isna() & world.known(happened.ended_at)
    not_yet_due = minutes.isna() & (world.as_of - happened.started_at <= pd.Timedelta(minutes=30))
    return share((minutes <= 30)[~unrecorded & ~not_yet_due & ~(minutes < 0)])


def incident_handling_time(world: World) -> Answer:
    """With every incident over, the median is the middle one, or the lower of the two in the middle."""
    happened = incidents(world, "incident")
    happened = happened[happened.ended_at.notna()]
    assert world.known(happened.ended_at).all()
    hours = seconds(happened.ended_at, happened.started_at) / 3600
    return hours.quantile(0.5, interpolation="lower"), len(hours)


def vendor_reviews(world: World) -> pd.DataFrame:
    reviews = rows(world, "vendor_reviews", "period_start")
    return reviews[reviews.reviewed_on.isna() | world.known(pd.to_datetime(reviews.reviewed_on))]


def activity_participation_rate(world: World) -> Answer:
    held = rows(world, "activities", "held_on").dropna(subset=["invited_households", "attended_households"])
    attended = np.minimum(held.attended_households, held.invited_households)
    return int(attended.sum()), int(held.invited_households.sum())


def notice_rate(number: str) -> Callable[[World], Answer]:
    def compute(world: World) -> Answer:
        sent = rows(world, "notices", "sent_on").dropna(subset=["target_households", number])
        return int(np.minimum(sent[number], sent.target_households).sum()), int(sent.target_households.sum())

    return compute


def service_households(world: World) -> Answer:
    return rows(world, "services", "served_on").household.nunique(), None


def special_group_households(world: World) -> Answer:
    served = rows(world, "services", "served_on")
    return served[served.resident_group != "未填"].household.nunique(), None


def training_pass_rate(world: World) -> Answer:
    """Person by person: every course with a result has been passed at least once."""
    people = {
        person: all(course.is_passed.eq(True).any() for _, course in graded.groupby("course"))
        for person, graded in rows(world, "trainings", "trained_on").dropna(subset=["is_passed"]).groupby("person")
    }
    return sum(people.values()), len(people)


def certified_share(world: World) -> Answer:
    """Person by person: of every course that leads to a certificate there is one that is still valid."""
    trainings = world.tables["trainings"]
    certifying = trainings[trainings.is_certified.notna() & world.known(pd.to_datetime(trainings.trained_on))]
    last_day = world.as_of - DAY
    people = {
        person: all(
            (course.is_certified.eq(True) & (pd.to_datetime(course.certificate_expires_on) >= last_day)).any()
            for _, course in sat.groupby("course")
        )
        for person, sat in certifying.groupby("person")
    }
    return sum(people.values()), len(people)


RECOMPUTED: dict[str, Callable[[World], Answer]] = {
    "inspection_completion_rate": completion_rate("inspections"),
    "finding_rectified_rate": finding_rectified_rate,
    "maintenance_completion_rate": completion_rate("maintenance"),
    "critical_failures": critical_failures,
    "incident_count": lambda world: (len(incidents(world, "incident")), None),
    "incident_response_attainment": incident_response_attainment,
    "incident_handling_time": incident_handling_time,
    "drills": lambda world: (len(incidents(world, "drill")), None),
    "vendor_pass_rate": lambda world: share(vendor_reviews(world).is_passed.dropna().astype(bool)),
    "vendor_penalties": lambda world: (cents(vendor_reviews(world).penalty).sum() / 100, None),
    "activity_count": lambda world: (len(rows(world, "activities", "held_on")), None),
    "activity_participation_rate": activity_participation_rate,
    "notice_reach_rate": notice_rate("delivered_households"),
    "notice_read_rate": notice_rate("read_households"),
    "service_households": service_households,
    "special_group_households": special_group_households,
    "training_pass_rate": training_pass_rate,
    "certified_share": certified_share,
    "tickets_with_parts": lambda world: (int(world.tickets.parts_replaced.notna().sum()), None),
}


@pytest.mark.parametrize(("year", "last_day"), ASKED, ids=str)
@pytest.mark.parametrize("metric", sorted(RECOMPUTED))
def test_pandas_gives_the_same_figure_of_operations(
    sample: LoadedSample, metric: str, year: int, last_day: date
) -> None:
    """Counts and money exactly, the rest to 1e-9."""
    check_recomputed(sample, RECOMPUTED[metric], metric, year, last_day)


def test_the_hours_of_stopped_equipment_add_up(sample: LoadedSample) -> None:
    """As the export gives them, for what was running again by the end of the year."""
    world = World(sample.tables, 2025, pd.Timestamp("2026-01-01"))
    stopped = incidents(world, "incident").query("is_critical == True")
    figure = sample.figures.of("critical_failures", 2025, as_of=date(2025, 12, 31))
    assert figure.details["stop_hours"] == pytest.approx(stopped.stop_hours.sum())
    assert figure.details["longest_stop_hours"] == pytest.approx(stopped.stop_hours.max())
