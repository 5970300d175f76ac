"""What is asked for comes back: as-of, comparison, slices, availability, targets, the shape of the JSON."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from queries.catalog import OWN_FOLDER, load_catalog
from queries.dictionary import dictionary
from queries.engine import UnknownSlice
from queries.evidence import MetricSqlWrong
from queries.explain import explain
from queries.explanation_text import describe, rows_as_text
from queries.figures import Figures, NoWarehouse, open_figures
from queries.intervals import share
from queries.period import Period
from queries.slice_values import UnknownSliceValue
from queries.targets import TargetWrong
from tests.queries.conftest import Loader
from workspace import open_workspace

Open = Callable[..., Figures]
HEADER = "ticket_id,opened_at,kind,category,priority,status,closure_type,community,resolved_at,closed_at"
TICKETS = (
    HEADER
    + """
T1,2024-03-01 08:00,repair,水,urgent,closed,normal,A,2024-03-01 09:00,2024-03-02 08:00
T2,2024-08-01 08:00,repair,水,routine,closed,normal,A,2024-08-01 10:00,2024-08-20 08:00
T3,2025-02-01 08:00,repair,水,urgent,closed,normal,A,2025-02-01 09:00,2025-02-02 08:00
T4,2025-06-29 08:00,complaint,电,routine,closed,normal,B,2025-07-01 09:00,2025-07-02 08:00
T5,2025-09-01 08:00,repair,电,routine,open,,B,,
"""
)
BILLS = """
bill_id,fee_item,community,period_start,period_end,due_on,amount_due
B1,物业服务费,A,2025-01-01,2025-03-31,2025-02-15,100.10
B2,物业服务费,A,2025-04-01,2025-06-30,2025-05-15,100.20
"""
PAYMENTS = """
payment_id,bill_id,paid_on,amount
P1,B1,2025-02-10,100.10
P2,B2,2025-07-02,50.10
"""


def many_tickets(year: int, number: int, closed: int) -> str:
    rows = [
        f"{year}-{position},{year}-03-01 08:00,repair,水,routine,"
        + (f"closed,normal,A,{year}-03-01 09:00,{year}-03-02 08:00" if position < closed else "open,,A,,")
        for position in range(number)
    ]
    return HEADER + "\n" + "\n".join(rows)


def test_the_default_as_of_is_the_newest_event_of_the_kinds_that_a_metric_reads(figures_of: Open) -> None:
    """Tickets to 1 September, payments to 2 July: each metric says up to when it sees."""
    figures = figures_of({"tickets": TICKETS, "bills": BILLS, "payments": PAYMENTS})
    assert figures.of("closure_rate", 2025).as_of == date(2025, 9, 1)
    assert figures.of("collection_rate", 2025).as_of == date(2025, 7, 2)
    assert figures.of("amount_due", 2025).as_of == date(2025, 7, 2)
    assert figures.of("closure_rate", 2024).as_of == date(2024, 12, 31)


def test_an_as_of_includes_its_day_and_the_year_before_has_the_same(figures_of: Open) -> None:
    """T4, opened on 29 June and closed on 2 July, is open on 30 June; of 2024 only T1 had been opened by 30 June."""
    figures = figures_of({"tickets": TICKETS})
    june = figures.of("closure_rate", 2025, as_of=date(2025, 6, 30))
    assert (june.numerator, june.denominator, june.as_of) == (1, 2, date(2025, 6, 30))
    assert (june.previous_numerator, june.previous_denominator) == (1, 1)
    assert june.previous_as_of == date(2024, 6, 30)
    july = figures.of("closure_rate", 2025, as_of=date(2025, 7, 2))
    assert (july.numerator, july.denominator) == (2, 2)


def test_an_as_of_for_all_figures_is_kept_by_each(figures_of: Open) -> None:
    """open_figures(…, as_of) is what --as-of gives."""
    figures = figures_of({"tickets": TICKETS}, as_of=date(2025, 6, 30))
    assert figures.of("backlog", 2025).value == 1
    assert [figure.period for figure in figures.by("backlog", 2025, "month")][-1] == "2025-06"


def test_a_stock_is_seen_at_each_periods_own_end_and_a_flow_at_the_years(figures_of: Open) -> None:
    """At the end of June T4 is open; June's closure rate, seen at the year's end, has it closed."""
    figures = figures_of({"tickets": TICKETS})
    backlog = {figure.period: figure for figure in figures.by("backlog", 2025, "month")}
    assert (backlog["2025-06"].value, backlog["2025-06"].as_of) == (1, date(2025, 6, 30))
    closure = {figure.period: figure for figure in figures.by("closure_rate", 2025, "month")}
    assert (closure["2025-06"].value, closure["2025-06"].as_of) == (1.0, date(2025, 9, 1))
    assert figures.by("backlog", 2025, "quarter")[1].value == 1


def test_every_month_that_has_begun_is_listed_even_without_rows(figures_of: Open) -> None:
    """January to September; a count of nothing is 0, a rate of nothing has no value."""
    figures = figures_of({"tickets": TICKETS})
    volumes = figures.by("ticket_volume", 2025, "month")
    assert [figure.value for figure in volumes] == [0, 1, 0, 0, 0, 1, 0, 0, 1]
    assert figures.by("closure_rate", 2025, "month")[0].value is None


def test_the_first_year_has_no_previous_value(figures_of: Open) -> None:
    """Nothing was recorded in 2023, which is not the same as 0; in 2024 nothing happened in February, which is 0."""
    figures = figures_of({"tickets": TICKETS})
    first = figures.of("ticket_volume", 2024)
    assert (first.value, first.previous, first.change, first.previous_n) == (2, None, None, None)
    november = figures.by("ticket_volume", 2024, "month")[10]
    assert november.previous is None
    assert figures.by("ticket_volume", 2025, "month")[6].previous == 0


def test_a_slice_has_one_figure_a_value_in_order_and_no_total(figures_of: Open) -> None:
    """Sorted by value; `where` stands in the slice of each."""
    figures = figures_of({"tickets": TICKETS})
    assert [figure.slice for figure in figures.by("ticket_volume", 2025, "community")] == [
        {"community": "A"},
        {"community": "B"},
    ]
    urgent = figures.by("ticket_volume", 2025, "community", {"priority": "routine"})
    assert [(figure.slice, figure.value) for figure in urgent] == [({"priority": "routine", "community": "B"}, 2)]


def test_an_unknown_slice_is_wrong_use_and_names_the_valid_ones(figures_of: Open) -> None:
    """In `by`, in `where` and in a target."""
    figures = figures_of({"tickets": TICKETS})
    with pytest.raises(UnknownSlice, match="community") as caught:
        figures.by("closure_rate", 2025, "weather")
    assert caught.value.exit_code == 2
    with pytest.raises(UnknownSlice, match="weather"):
        figures.of("closure_rate", 2025, {"weather": "wet"})


def test_the_json_has_exactly_the_agreed_keys(figures_of: Open) -> None:
    """Durations carry a p90 besides; money and dates are plain."""
    figures = figures_of({"tickets": TICKETS, "bills": BILLS, "payments": PAYMENTS})
    keys = [
        "metric", "period", "slice", "as_of", "value", "unit", "n", "numerator", "denominator", "low", "high",
        "previous", "change", "target", "status",
    ]  # fmt: skip
    rate = figures.of("closure_rate", 2025, {"community": "A"}).to_json()
    assert list(rate) == keys
    assert rate | {"low": None, "high": None} == {
        "metric": "closure_rate", "period": "2025", "slice": {"community": "A"}, "as_of": "2025-09-01",
        "value": 1.0, "unit": "percent", "n": 1, "numerator": 1, "denominator": 1, "low": None, "high": None,
        "previous": 1.0, "change": 0.0, "target": None, "status": "insufficient",
    }  # fmt: skip
    assert set(figures.of("resolution_time", 2025).to_json()) == {*keys, "p90"}
    assert figures.of("amount_collected", 2025).value == Decimal("150.20")
    assert figures.of("amount_collected", 2025).to_json()["value"] == 150.2


def test_what_no_export_provides_is_not_available_rather_than_zero(figures_of: Open) -> None:
    """No column for dispatch or follow-up, no bills, no surveys."""
    figures = figures_of({"tickets": TICKETS})
    for metric in ("full_loop_rate", "collection_rate", "amount_due", "satisfaction_rate", "survey_response_rate"):
        figure = figures.of(metric, 2025)
        assert (figure.status, figure.value, figure.n) == ("not_available", None, 0), metric
        assert not figures.is_available(metric)
        assert figures.by(metric, 2025, "month")[0].status == "not_available"
    assert figures.provided("tickets") and not figures.provided("bills")


def test_answers_without_invitations_have_no_response_rate(figures_of: Open) -> None:
    """It would always be 100 %."""
    answers = "response_id,answered_at,dimension,score\nR1,2025-11-01,overall,5\nR2,2025-11-02,overall,4\n"
    figures = figures_of({"surveys": answers})
    assert figures.of("survey_response_rate", 2025).status == "not_available"
    assert figures.of("satisfaction_rate", 2025).value == 1


def test_bills_without_any_payment_data_have_no_collection_rate(figures_of: Open) -> None:
    """No payments and no amount paid: unknown, not 0 %."""
    assert figures_of({"bills": BILLS}).of("collection_rate", 2025).status == "not_available"


TARGETS = """
[[target]]
metric = "closure_rate"
year = 2025
value = 0.9

[[target]]
metric = "closure_rate"
where = { priority = "urgent" }
grain = "month"
year = 2025
value = 0.98

[[target]]
metric = "resolution_time"
statistic = "mean"
year = 2025
value = 24

[[target]]
metric = "backlog"
year = 2025
value = 3
"""


@pytest.mark.parametrize(("closed", "status"), [(36, "met"), (35, "missed")])
def test_a_target_is_met_or_missed_by_the_value_itself(figures_of: Open, closed: int, status: str) -> None:
    """36 of 40 are 90 %; one fewer is not."""
    figures = figures_of({"tickets": many_tickets(2025, 40, closed)}, TARGETS)
    figure = figures.of("closure_rate", 2025, as_of=date(2025, 12, 31))
    assert (figure.target, figure.status) == (0.9, status)


def test_a_target_names_its_statistic_and_better_its_direction(figures_of: Open) -> None:
    """4 of 40 open: a mean of 0.9 × 1 + 0.1 × 720 hours is above 24 although the median is 1; 4 open exceed 3."""
    figures = figures_of({"tickets": many_tickets(2025, 40, 36)}, TARGETS)
    duration = figures.of("resolution_time", 2025, as_of=date(2025, 12, 31))
    assert duration.value == 1
    assert duration.details["restricted_mean_hours"] == pytest.approx(0.9 * 1 + 0.1 * 720)
    assert (duration.target, duration.target_statistic, duration.status) == (24, "mean", "missed")
    judged = {target.metric: verdicts for target, verdicts in figures.judged_targets(2025) if target.grain == "year"}
    assert judged["resolution_time"][0].status == "missed"


def test_the_order_of_statuses(figures_of: Open) -> None:
    """not_available before insufficient before no_target before the verdict."""
    few = figures_of({"tickets": many_tickets(2025, 29, 29)}, TARGETS)
    assert few.of("full_loop_rate", 2025).status == "not_available"
    assert few.of("closure_rate", 2025).status == "insufficient"
    assert few.of("closure_rate", 2025).value == 1


def test_a_target_is_for_its_slice_grain_and_year_only(figures_of: Open) -> None:
    """The yearly target does not judge months, nor the urgent one all tickets."""
    figures = figures_of({"tickets": many_tickets(2025, 40, 40)}, TARGETS)
    march = figures.by("closure_rate", 2025, "month")[2]
    assert (march.target, march.status) == (None, "no_target")
    urgent = figures.by("closure_rate", 2025, "month", {"priority": "urgent"})[2]
    assert urgent.target == 0.98
    by_priority = figures.by("closure_rate", 2025, "priority")
    assert [figure.target for figure in by_priority] == [None]


def test_a_target_that_its_metric_cannot_have_is_refused(company: Loader) -> None:
    """A statistic or grain that does not exist, with the valid ones."""
    workspace = company(
        {"tickets": TICKETS}, '[[target]]\nmetric = "closure_rate"\nyear = 2025\nvalue = 1\nstatistic = "p90"'
    )
    with pytest.raises(TargetWrong, match="share"):
        open_figures(workspace)


def test_settings_override_a_parameter(figures_of: Open) -> None:
    """T2 was closed after 19 days: within 30, not within 10."""
    settings = "[parameters]\nclosure_window_days = 10\n"
    assert figures_of({"tickets": TICKETS}, settings).of("closure_within_30_days", 2024).numerator == 1


def test_before_the_first_load_the_next_step_is_named(tmp_path: Path) -> None:
    """annual-report load."""
    with pytest.raises(NoWarehouse, match="annual-report load"):
        open_figures(open_workspace(tmp_path))


def test_the_evidence_recounts_to_the_figure(figures_of: Open) -> None:
    """For the year, a month of a flow, a month of a stock, and a slice."""
    figures = figures_of({"tickets": TICKETS, "bills": BILLS, "payments": PAYMENTS})
    for metric, month, where in (
        ("closure_rate", None, {}),
        ("closure_rate", 6, {}),
        ("backlog", 6, {}),
        ("closure_rate", None, {"community": "A"}),
        ("collection_rate", None, {}),
    ):
        figure = (
            figures.of(metric, 2025, where)
            if month is None
            else figures.of_part(metric, Period(2025, month=month), where)
        )
        rows = figures.evidence(metric, 2025, where, month)
        assert len(rows) == figure.n, metric
        if figure.numerator is not None:
            assert rows.numerator.sum() == pytest.approx(float(figure.numerator))


def test_explain_names_definition_parts_files_and_sql(figures_of: Open) -> None:
    """In the report's language, with the whole business key on every row."""
    figures = figures_of({"tickets": TICKETS})
    explanation = explain(figures, "closure_rate", 2025, where={"community": "B"})
    text = describe(explanation, "zh")
    for words in (
        "工单闭环率",
        "截至日",
        "2025-09-01",
        "tickets.csv",
        "$as_of = 2025-09-02",
        "community = 'B'",
        "from warehouse",
    ):
        assert words in text
    lines = rows_as_text(figures.evidence("closure_rate", 2025, {"community": "B"})).splitlines()
    assert [line.split("\t")[0] for line in lines] == ["evidence_id", "T4", "T5"]


def test_a_new_metric_file_shows_up_everywhere(company: Loader, tmp_path: Path) -> None:
    """One file in a copy of the catalogue: figures, slices, months and the dictionary know it."""
    folder = tmp_path / "catalogue"
    shutil.copytree(OWN_FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    source = (folder / "tickets" / "ticket_volume.sql").read_text(encoding="utf-8")
    (folder / "operations").mkdir(exist_ok=True)
    (folder / "operations" / "complaint_volume.sql").write_text(
        source.replace("and opened_at < $end", "and opened_at < $end and kind = 'complaint'"), encoding="utf-8"
    )
    catalog = load_catalog(folder)
    assert "complaint_volume" in catalog and "## complaint_volume" in dictionary(catalog)
    with open_figures(company({"tickets": TICKETS}), catalog=catalog) as figures:
        assert figures.of("complaint_volume", 2025).value == 1
        assert figures.by("complaint_volume", 2025, "month")[5].value == 1
        assert figures.by("complaint_volume", 2025, "community")[0].slice == {"community": "B"}


def test_sql_that_lacks_a_column_of_its_header_says_which(company: Loader, tmp_path: Path) -> None:
    """File and column, not a traceback of the database."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    source = (OWN_FOLDER / "tickets" / "ticket_volume.sql").read_text(encoding="utf-8")
    (folder / "broken.sql").write_text(source.replace("    vendor,\n", ""), encoding="utf-8")
    with (
        open_figures(company({"tickets": TICKETS}), catalog=load_catalog(folder)) as figures,
        pytest.raises(MetricSqlWrong, match=r"broken\.sql.*vendor"),
    ):
        figures.of("broken", 2025)


def opened(month: str, place: str, closed: int, still_open: int, more: str = ",") -> list[str]:
    """Tickets of one month and building, a minute apart; `more` is their incident and handler."""
    rows = []
    for number in range(closed + still_open):
        day, minute = f"{number % 20 + 1:02}", f"{number:02}"
        end = f"{month}-{day} 09:{minute}"
        state = f"closed,normal,A,{place},{end},{end}" if number < closed else f"open,,A,{place},,"
        rows.append(f"{month}-{place}-{number},{month}-{day} 08:{minute},repair,水,urgent,{state},{more}")
    return rows


PLACED = "ticket_id,opened_at,kind,category,priority,status,closure_type,community,building,resolved_at,closed_at,"
INCIDENTS = "\n".join(
    [
        PLACED + "incident_id,handler",
        *opened("2025-01", "1", 10, 0, ",王强"),
        *opened("2025-02", "1", 10, 0, "停电 1,李敏"),
        *opened("2025-02", "2", 0, 5, "停电 2,李敏"),
        *opened("2025-02", "3", 0, 5, "停电 2,赵刚"),
        *opened("2025-03", "1", 8, 0, ",王强"),
        *opened("2025-03", "2", 2, 0, ",孙丽"),
    ]
)


def test_an_interval_is_that_of_the_clusters_and_not_of_the_tickets(figures_of: Open) -> None:
    """40 tickets in five clusters: 10, 10, 8 and 2 closed; 10 of two buildings open for one power cut.

    p = 30 ÷ 40; residuals 2.5² + 2.5² + 7.5² + 2² + 0.5² = 73, times 5 ÷ 4 and ÷ 7.5 make a design effect of 12.17.
    """
    figures = figures_of({"tickets": INCIDENTS})
    closure = figures.of("closure_rate", 2025)
    effect = 73 * 5 / 4 / 7.5
    assert closure.details["clusters"] == 5
    assert closure.details["design_effect"] == pytest.approx(effect)
    expected = share(30 / effect, 40 / effect)
    assert (closure.low, closure.high) == pytest.approx((expected.low, expected.high))
    buildings = {figure.slice["building"]: figure for figure in figures.by("closure_rate", 2025, "building")}
    assert buildings["1"].details == closure.details | {
        "clusters": 3,
        "design_effect": 1,
        **{name: 0 for name in closure.details if name.endswith("_count")},
    }
    months = figures.by("closure_rate", 2025, "month")
    assert [month.details["clusters"] for month in months] == [1, 2, 2]


def test_a_value_that_nobody_has_is_no_zero(figures_of: Open) -> None:
    """A slip of the keyboard names the values there are, the nearest first; a code that is merely absent gives 0."""
    figures = figures_of({"tickets": TICKETS})
    with pytest.raises(UnknownSliceValue, match="repair") as caught:
        figures.require_known_values(["closure_rate"], 2025, {"kind": "repiar"})
    assert caught.value.exit_code == 2
    assert caught.value.known == ("repair", "complaint")
    figures.require_known_values(["closure_rate"], 2025, {"kind": "praise", "community": "B"})
    figures.require_known_values(["closure_rate"], 2024, {})
    figures.require_known_values(["closure_rate"], 2019, {"community": "C"})
    assert figures.of("closure_rate", 2025, {"kind": "praise"}).n == 0


def test_handlers_with_few_tickets_are_hidden_and_not_found_by_subtraction(company: Loader, tmp_path: Path) -> None:
    """孙丽 has 2 tickets and 赵刚 5; hidden together, so that the total less the others tells neither."""
    folder = tmp_path / "catalogue"
    folder.mkdir()
    source = (OWN_FOLDER / "tickets" / "ticket_volume.sql").read_text(encoding="utf-8")
    (folder / "volume.sql").write_text(
        source.replace('"vendor"', '"vendor", "handler"').replace("    vendor,\n", "    vendor,\n    handler,\n"),
        encoding="utf-8",
    )
    with open_figures(company({"tickets": INCIDENTS}), catalog=load_catalog(folder)) as figures:
        assert sorted(figure.n for figure in figures.by("volume", 2025, "handler")) == [15, 18]
        counts = figures.evidence("volume", 2025).handler.value_counts()
        asked = {size: figures.of("volume", 2025, {"handler": name}) for name, size in counts.items()}
        assert {size: figure.n for size, figure in asked.items()} == {18: 18, 15: 15, 5: 0, 2: 0}
        assert asked[2].value is None


MONTHLY = """
[[target]]
metric = "closure_rate"
grain = "month"
year = 2025
value = 0.98
"""
TWO_WINTERS = "\n".join(
    [
        PLACED + "incident_id,handler",
        *opened("2024-11", "1", 20, 0),
        *opened("2025-01", "1", 19, 0),
        *opened("2025-02", "1", 20, 0),
        *opened("2025-03", "1", 19, 1),
        *opened("2025-04", "1", 55, 2),
    ]
)


def test_a_month_of_few_tickets_is_judged_by_twelve_months(figures_of: Open) -> None:
    """Of 20 tickets in March one is open, which is 95 %; since November, when the exports begin, it is one of 79.

    April has 57 tickets, of which one may stay open (57 × 2 % ≥ 1): it is judged alone, and missed.
    """
    figures = figures_of({"tickets": TWO_WINTERS}, MONTHLY)
    ((_, months),) = figures.judged_targets(2025)
    january, _, march, april = months
    assert january.rolling is not None
    assert (january.rolling.n, january.status) == (39, "met")
    assert march.value == 0.95
    assert march.is_judged_rolling
    assert march.rolling is not None
    assert (march.rolling.period, march.rolling.numerator, march.rolling.n) == ("2024-11/2025-03", 78, 79)
    assert march.status == march.rolling.status == "met"
    assert (april.rolling, april.status) == (None, "missed")
    assert [figure.status for figure in figures.by("closure_rate", 2025, "month")] == ["met", "met", "met", "missed"]


def test_a_slice_that_had_nothing_last_year_had_none_of_it(figures_of: Open) -> None:
    """The exports cover 2024, so community B had 0 tickets then, and 0 yuan; nothing at all is known of 2023."""
    figures = figures_of({"tickets": TICKETS, "bills": BILLS, "payments": PAYMENTS})
    (_, b) = figures.by("ticket_volume", 2025, "community")
    assert (b.slice, b.value, b.previous, b.previous_n) == ({"community": "B"}, 2, 0, 0)
    assert figures.by("ticket_volume", 2024, "community")[0].previous is None
    assert figures.of("amount_due", 2025).previous is None
    quarters = figures.by("amount_due", 2026, "quarter", as_of=date(2026, 12, 31))
    assert [quarter.previous for quarter in quarters] == [Decimal("100.10"), Decimal("100.20"), 0, 0]


CUT = {"opened_at", "resolved_at", "closed_at"}


def cut(text: str, last_day: str) -> str:
    """The export as it would have been at the end of `last_day`: later rows and later moments are not yet there."""
    header, *rows = text.strip().splitlines()
    names = header.split(",")
    kept = []
    for row in rows:
        cells = dict(zip(names, row.split(","), strict=True))
        if cells["opened_at"][:10] > last_day:
            continue
        later = {name for name in CUT if cells[name][:10] > last_day}
        cells |= dict.fromkeys(later, "")
        if "closed_at" in later:
            cells |= {"status": "open", "closure_type": ""}
        kept.append(",".join(cells[name] for name in names))
    return "\n".join([header, *kept])


@pytest.mark.parametrize(
    "metric",
    [
        "ticket_volume", "closure_rate", "closure_within_30_days", "resolution_time", "resolved_within_24_hours",
        "backlog", "repeat_fault_rate",
    ],
)  # fmt: skip
@pytest.mark.parametrize("last_day", ["2025-06-30", "2025-07-01"])
def test_what_was_not_yet_known_is_ignored(company: Loader, metric: str, last_day: str) -> None:
    """A figure as of a day from all files equals the one from files cut on that day."""
    asked = date.fromisoformat(last_day)
    with open_figures(company({"tickets": TICKETS})) as figures:
        whole = figures.of(metric, 2025, as_of=asked)
    with open_figures(company({"tickets": cut(TICKETS, last_day)})) as figures:
        from_cut = figures.of(metric, 2025, as_of=asked)
    assert whole.to_json() == from_cut.to_json()
    assert whole.details == from_cut.details


FEES = """
bill_id,fee_item,community,period_start,period_end,due_on,amount_due,amount_waived,waived_on,amount_offset,offset_on,是否分期
B1,物业服务费,A,2024-07-01,2024-12-31,2024-08-15,500.00,20.00,2025-03-01,10.00,2025-08-01,
B2,物业服务费,A,2025-01-01,2025-03-31,2025-02-15,500.00,30.00,2025-07-01,15.00,2025-04-01,是
B3,物业服务费,B,2025-07-01,2025-12-31,2025-08-15,500.00,,,,,
B4,物业服务费,B,2025-01-01,2025-03-31,2025-02-15,500.00,40.00,2025-05-01,,,
"""
FEES_ON_30_JUNE = """
bill_id,fee_item,community,period_start,period_end,due_on,amount_due,amount_waived,waived_on,amount_offset,offset_on,是否分期
B1,物业服务费,A,2024-07-01,2024-12-31,2024-08-15,500.00,20.00,2025-03-01,,,
B2,物业服务费,A,2025-01-01,2025-03-31,2025-02-15,500.00,,,15.00,2025-04-01,是
B4,物业服务费,B,2025-01-01,2025-03-31,2025-02-15,500.00,40.00,2025-05-01,,,
"""
RECEIPTS = "payment_id,bill_id,paid_on,amount,channel\nP1,B1,2025-06-30,100.00,现金\nP2,B2,2025-02-10,200.00,微信"
LATER_RECEIPTS = "\nP3,B1,2025-07-01,70.00,微信\nP4,B2,2025-12-01,100.00,现金\nP5,B3,2025-08-01,500.00,微信"


@pytest.mark.parametrize("metric", sorted(name for name in load_catalog() if load_catalog()[name].base == "money"))
def test_fees_as_of_a_day_ignore_what_came_later(company: Loader, metric: str) -> None:
    """Later payments, waivers, offsets and bills, as if the files had been cut on 30 June."""
    asked = date(2025, 6, 30)
    with open_figures(company({"bills": FEES, "payments": RECEIPTS + LATER_RECEIPTS})) as figures:
        whole = figures.of(metric, 2025, as_of=asked)
    with open_figures(company({"bills": FEES_ON_30_JUNE, "payments": RECEIPTS})) as figures:
        from_cut = figures.of(metric, 2025, as_of=asked)
    assert whole.to_json() == from_cut.to_json()
    assert whole.numerator or metric not in ("collection_rate", "arrears_recovery_rate", "combined_collection_rate")


def test_every_rate_of_money_keeps_its_identity_with_the_amounts(company: Loader) -> None:
    """Opening + due − waived − collected − recovered = closing, to the cent."""
    asked = date(2025, 12, 31)
    with open_figures(company({"bills": FEES, "payments": RECEIPTS + LATER_RECEIPTS})) as figures:
        collection = figures.of("collection_rate", 2025, as_of=asked)
        recovery = figures.of("arrears_recovery_rate", 2025, as_of=asked)
        combined = figures.of("combined_collection_rate", 2025, as_of=asked)
        balance = figures.of("balance", 2025, as_of=asked)
        assert figures.of("amount_collected", 2025, as_of=asked).value == collection.numerator
        assert figures.of("amount_due", 2025, as_of=asked).value == collection.details["due_amount"]
    assert (combined.numerator, combined.denominator) == (
        collection.numerator + recovery.numerator,
        collection.denominator + recovery.denominator,
    )
    assert recovery.details["opening_amount"] == balance.previous
    flows = collection.details["due_amount"] - collection.details["waived_amount"] - recovery.details["waived_amount"]
    assert balance.previous + flows - combined.numerator == balance.value
