"""Honest time: what was not yet known is ignored, what nothing dates is said, and open tickets add up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random

import pytest

from pipelines.build import load
from queries.catalog import Metric, load_catalog
from queries.figures import Figure, Figures, open_figures
from tests.queries.cut_exports import cut_rows, write_exports_cut
from tests.queries.world import SAMPLE_FOLDER, LoadedSample
from workspace import open_workspace

HALF_YEAR = date(2025, 6, 30)
CATALOG = load_catalog()
UNDATED_COLUMNS = (
    "visit_count", "follow_up_count", "evidence_count", "reopened_count", "paused_minutes", "is_false_alarm",
    "is_justified", "is_fixed_first_time", "cost", "parts_replaced", "is_closed_undated", "is_reopened_undated",
    "is_rated_undated", "needs_met",
)  # fmt: skip
"""Of the tickets and their service levels; what a boolean of that name says holds for the rows where it is true."""

IDENTITY = "month_start, community, opening, opened, reopened, closed, cancelled, closing, gap, closed_undated"


# Seen from an earlier day


@pytest.fixture(scope="module")
def cut_sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Figures]:
    """The figures of the sample's exports as they would have been on 30 June 2025."""
    folder = tmp_path_factory.mktemp("cut")
    raw = folder / "data" / "raw"
    raw.mkdir(parents=True)
    write_exports_cut(SAMPLE_FOLDER, raw, HALF_YEAR)
    workspace = open_workspace(folder)
    load(workspace)
    with open_figures(workspace) as figures:
        yield figures


def said(figure: Figure) -> tuple[object, ...]:
    return figure.period, figure.value, figure.n, figure.numerator, figure.denominator


def test_a_figure_as_of_june_is_the_one_that_files_of_june_give(sample: LoadedSample, cut_sample: Figures) -> None:
    """For every metric, unless the figure says that it is as of the day of the export."""
    whole = {metric: sample.figures.of(metric, 2025, as_of=HALF_YEAR) for metric in CATALOG}
    dated = {metric: figure for metric, figure in whole.items() if not figure.is_as_exported}
    cut = {metric: cut_sample.of(metric, 2025, as_of=HALF_YEAR) for metric in dated}
    assert [metric for metric, figure in dated.items() if said(figure) != said(cut[metric])] == []


@pytest.mark.parametrize("metric", ["closure_within_30_days", "backlog", "arrears_amount"])
def test_so_is_each_month(sample: LoadedSample, cut_sample: Figures, metric: str) -> None:
    """At a fixed age, or as the stock of its own end."""
    whole, cut = (figures.by(metric, 2025, "month", as_of=HALF_YEAR) for figures in (sample.figures, cut_sample))
    assert len(whole) == 6
    assert list(map(said, whole)) == list(map(said, cut))


@pytest.mark.parametrize("level", ["urgent_repair_response", "utility_emergency_resolution", "fire_alarm_arrival"])
def test_a_level_that_needs_no_count_is_dated(sample: LoadedSample, cut_sample: Figures, level: str) -> None:
    """Photos and visits have no dates, and make the attainment of all levels one of the export's day; not of these."""
    whole, cut = (
        figures.of("service_level_attainment", 2025, {"level": level}, HALF_YEAR)
        for figures in (sample.figures, cut_sample)
    )
    assert whole.n > 30
    assert said(whole) == said(cut)


def test_exempt_are_the_metrics_whose_header_names_an_undated_field_that_the_exports_have(
    sample: LoadedSample,
) -> None:
    """The rest of the tickets' metrics is dated, as far as the sample leaves no date out."""
    exempt = {name for name in CATALOG if sample.figures.of(name, 2025, as_of=HALF_YEAR).is_as_exported}
    assert exempt <= {name for name, metric in CATALOG.items() if metric.undated}
    assert {name for name in exempt if CATALOG[name].path.parent.name == "tickets"} == {
        "false_alarm_rate", "fault_interval", "first_time_fix_rate", "follow_up_attainment", "repair_cost",
        "response_attainment", "service_level_attainment", "vendor_attainment",
    }  # fmt: skip


def test_rows_and_moments_of_later_days_are_cut() -> None:
    """By day, whether written with words, as text or as the days of a spreadsheet (45839 is 1 July 2025)."""
    header = ["工单编号", "报事时间", "关闭时间", "工单状态", "照片数"]
    rows = [
        ["工单明细表", "", "", "", ""],
        header,
        ["T1", "2025-06-30 23:59", "2025/7/1", "已关闭", "2"],
        ["T2", "２０２５年６月１日", "2025.6.30 08:00", "已关闭", ""],
        ["T3", "45839.5", "", "处理中", ""],
    ]
    assert cut_rows(rows, HALF_YEAR) == [*rows[:2], ["T1", "2025-06-30 23:59", "", "", "2"], rows[3]]


@pytest.mark.parametrize(
    "metric", [each for each in CATALOG.values() if "tickets" in each.tables], ids=lambda m: m.name
)
def test_a_metric_that_reads_an_undated_field_says_so(metric: Metric) -> None:
    """In its header where the figure rests on the field, else in its definition, for what stands beside."""
    read = [name for name in UNDATED_COLUMNS if re.search(rf"\b{name}\b", metric.sql)]
    assert not read or metric.undated or "按导出时状态" in metric.definition.zh


# Reopenings, and open tickets that add up

REOPENED = {
    "tickets": """
ticket_id,opened_at,kind,status,closure_type,resolved_at,closed_at,cancelled_at,community,reopened_at,reopened_count
T1,2025-01-10 08:00,repair,closed,normal,2025-01-19 08:00,2025-01-20 08:00,,A,,
T2,2025-01-15 08:00,repair,closed,normal,2025-04-01 08:00,2025-04-02 08:00,,A,,1
T3,2025-02-01 08:00,repair,cancelled,withdrawn,,,2025-03-03 08:00,A,,
T4,2025-03-01 08:00,repair,open,,,,,A,,
T5,2025-01-05 08:00,repair,closed,normal,2025-04-30 08:00,2025-05-01 08:00,,A,,1
T6,2025-02-01 08:00,repair,closed,normal,,,,B,,
T7,2025-02-01 08:00,repair,open,,,2025-02-10 08:00,,B,2025-04-10 08:00,1
T8,2025-04-01 08:00,repair,closed,normal,2025-04-20 08:00,2025-04-21 08:00,,B,2025-04-15 08:00,2
T9,2025-05-01 08:00,repair,closed,normal,2025-05-02 08:00,,,B,,1
""",
    "ticket_events": """
ticket_id,at,event,old_value
T2,2025-02-10 08:00,closed,resolved
T2,2025-03-05 08:00,reopened,closed
T2,2025-04-02 08:00,closed,resolved
T5,2025-03-10 08:00,reopened,closed
T9,2025-05-03 08:00,closed,resolved
""",
}


def identity(figures: Figures) -> dict[str, list[tuple[int, ...]]]:
    """The table's rows, community by community; the first figure is the month."""
    rows = figures.connection.execute(f"select {IDENTITY} from warehouse.backlog_identity order by 1, 2").fetchall()
    listed: dict[str, list[tuple[int, ...]]] = {}
    for month, community, *counts in rows:
        listed.setdefault(community, []).append((month.month, *counts))
    return listed


def test_opening_and_what_comes_and_goes_make_the_closing(figures_of: Callable[..., Figures]) -> None:
    """In A: T2 was closed in February, reopened in March, closed in April. T5 was reopened in March, from a closing
    that nothing dates, which leaves a gap of one. In B: T6, closed at an unknown moment, stands apart. T7 was closed in
    February and reopened in April. T8 was reopened while it was only resolved, which changes nothing. T9 has the time
    of its closing from the flow record.
    """
    listed = identity(figures_of(REOPENED))
    assert listed["A"] == [
        (1, 0, 3, 0, 1, 0, 2, 0, 0),
        (2, 2, 1, 0, 1, 0, 2, 0, 0),
        (3, 2, 1, 2, 0, 1, 3, 1, 0),
        (4, 3, 0, 0, 1, 0, 2, 0, 0),
        (5, 2, 0, 0, 1, 0, 1, 0, 0),
    ]
    assert listed["B"] == [
        (1, 0, 0, 0, 0, 0, 0, 0, 0),
        (2, 0, 1, 0, 1, 0, 0, 0, 1),
        (3, 0, 0, 0, 0, 0, 0, 0, 0),
        (4, 0, 1, 1, 1, 0, 1, 0, 0),
        (5, 1, 1, 0, 1, 0, 1, 0, 0),
    ]


def test_reopenings_without_their_dates_are_listed(figures_of: Callable[..., Figures]) -> None:
    """T5's closing before it was reopened, one of T8's two reopenings, and T9's."""
    figures = figures_of(REOPENED)
    found = figures.connection.execute(
        "select key, detail_en from warehouse.check_rows where name = 'reopenings_without_dates' order by key"
    ).fetchall()
    assert found == [
        ("T5", "0 times of reopening and 1 of the closing before are missing"),
        ("T8", "1 times of reopening and 0 of the closing before are missing"),
        ("T9", "1 times of reopening and 0 of the closing before are missing"),
    ]
    assert figures.of("reopen_rate", 2025).is_as_exported
    assert figures.of("reopen_rate", 2025).details["reopened_undated_count"] == 1


def backlog_of_months(figures: Figures, community: str, year: int) -> list[int]:
    return [int(figure.value or 0) for figure in figures.by("backlog", year, "month", {"community": community})]


def test_the_closing_of_every_month_and_community_is_the_backlog(sample: LoadedSample) -> None:
    """The sample has no gap, and its identity ends each month with what the metric counts."""
    listed = identity(sample.figures)
    assert sorted(listed) == ["听澜别院", "澄江苑", "澄江里"]
    for community, rows in listed.items():
        assert [row[-2] for row in rows] == [0] * 24
        counted = [count for year in (2024, 2025) for count in backlog_of_months(sample.figures, community, year)]
        assert [row[6] for row in rows] == counted


def muddled_exports(seed: int = 1) -> dict[str, str]:
    """150 tickets of the first half of 2025 with closings, reopenings and states that follow from nothing."""
    random = Random(seed)

    def moment(chance: float) -> str:
        day = datetime(2025, 1, 1) + timedelta(hours=random.randrange(24 * 240))
        return f"{day:%Y-%m-%d %H:%M}" if random.random() < chance else ""

    tickets = ["ticket_id,opened_at,kind,status,closed_at,cancelled_at,reopened_at,community"]
    events = ["ticket_id,at,event,old_value"]
    for number in range(150):
        status = random.choice(("open", "resolved", "closed", "closed", "cancelled"))
        moments = f"{moment(0.6)},{moment(0.3)},{moment(0.2)}"
        tickets.append(f"T{number},{moment(1)},repair,{status},{moments},{random.choice('AB')}")
        for _ in range(random.randrange(5)):
            event, old = random.choice((("closed", ""), ("reopened", "closed"), ("reopened", ""), ("cancelled", "")))
            events.append(f"T{number},{moment(1)},{event},{old}")
    return {"tickets": "\n".join(tickets), "ticket_events": "\n".join(events)}


def test_however_muddled_the_dates_are_every_gap_is_explained(figures_of: Callable[..., Figures]) -> None:
    """The load's own check holds, and the identity ends each month with what the metric counts."""
    figures = figures_of(muddled_exports())
    ((unexplained, gaps, reopened),) = figures.connection.execute(
        "select count(*) filter (gap <> reopened_undated), sum(gap), sum(reopened) from warehouse.backlog_identity"
    ).fetchall()
    assert unexplained == 0
    assert 0 < gaps < reopened
    for community, rows in identity(figures).items():
        assert [row[6] for row in rows] == backlog_of_months(figures, community, 2025)[: len(rows)]
