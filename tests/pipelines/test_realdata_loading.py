"""Real public exports load with a few lines of settings, and agree with figures computed by other code."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.pipelines.conftest import Estate

REAL_DATA = Path(os.environ.get("ANNUAL_REPORT_REAL_DATA", Path(__file__).parents[3] / "shared" / "realdata"))

pytestmark = pytest.mark.skipif(not REAL_DATA.is_dir(), reason="the folder of real public exports is absent")


def take(estate: Estate, folder: str, pattern: str) -> dict[str, Any]:
    """Copies the exports of a folder into the estate; returns its reference figures."""
    for path in sorted((REAL_DATA / folder).glob(pattern)):
        shutil.copyfile(path, estate.raw / path.name)
    reference: dict[str, Any] = json.loads((REAL_DATA / folder / "reference.json").read_text(encoding="utf-8"))
    return reference


BOSTON = """
[mapping."*.csv"]
kind = "tickets"
ignore = ["on_time", "ontime", "department", "neighborhood", "case_title"]
ticket_id = "case_enquiry_id"
opened_at = "open_dt"
closed_at = "closed_dt"
status = "case_status"
category = "type"
place = "location"
channel = "source"
[mapping."*.csv".constant]
community = "Boston"
"""


def test_four_years_of_city_tickets(estate: Estate) -> None:
    """Tickets, closed ones and those closed in their own year, each year."""
    years = take(estate, "boston311_animal", "*_reports.csv")["years"]
    estate.settings(BOSTON)
    estate.load()
    found = estate.rows(
        "select year(opened_at), count(*), count(closed_at), count(*) filter (year(closed_at) = year(opened_at)), "
        "count(*) filter (place is null) from warehouse.tickets group by all order by 1"
    )
    assert found == [
        (int(year), each["tickets"], each["closed"], each["closed_in_year"], each["location_blank"])
        for year, each in years.items()
    ]


@pytest.mark.parametrize(
    ("name", "tickets"),
    [
        ("boston311-100.csv", 100),
        ("boston311-dmy-100.csv", 100),
        ("boston311-100-notime.csv", 100),
        ("boston311-100-with-nonascii.csv", 100),
        ("boston311-100-20dupes-random.csv", 80),
    ],
)
def test_dirty_variants_of_one_export(estate: Estate, name: str, tickets: int) -> None:
    """Day-first dates, no times, repeated rows and blanks as a space."""
    take(estate, "boston311_qsv_100", name)
    estate.settings(BOSTON)
    estate.load()
    assert estate.rows("select count(*), min(opened_at)::date::varchar from warehouse.tickets") == [
        (tickets, "2022-01-01")
    ]


def test_three_years_of_a_wide_survey(estate: Estate) -> None:
    """Mean and top two boxes of the overall score, with the codes for no answer left out."""
    years = take(estate, "sfo_customer_survey", "*.csv")["years"]
    estate.settings(
        """
        [mapping."*.csv"]
        kind = "surveys"
        file_name = '^(?P<year>[0-9]{4})_'
        response_id = ["*RESPNUM", "RESPNUM"]
        [mapping."*.csv".constant]
        wave = "{year}"
        answered_at = "{year}-05-15"
        [mapping."*.csv".no_answer]
        score = ["0", "6", "Blank"]
        [mapping."*.csv".dimensions]
        overall = "Q7ALL"
        """
    )
    estate.load()
    found = estate.rows(
        "select wave, count(*), round(avg(score), 6), round(avg(is_satisfied::integer), 6) "
        "from warehouse.survey_answers where dimension = 'overall' group by wave order by wave"
    )
    assert found == [
        (year, each["valid_1_to_5"], each["mean_score"], each["top2box_share_4_5"]) for year, each in years.items()
    ]
    responses = dict(estate.rows("select wave, count(*) from warehouse.survey_responses group by wave"))
    assert responses == {year: each["responses"] for year, each in years.items()}


def test_bills_and_payments_to_the_cent(estate: Estate) -> None:
    """Totals due by year of issue and totals paid by year of payment."""
    reference = take(estate, "italy_traffic_fines", "*.csv")
    estate.settings(
        """
        [mapping."fines_bills*.csv"]
        kind = "bills"
        amount_due = "total_due"
        period_start = "issue_date"
        [mapping."fines_payments*.csv"]
        kind = "payments"
        """
    )
    estate.load()
    due = estate.rows(
        "select year(period_start)::varchar, count(*), sum(amount_due)::double "
        "from warehouse.bills group by 1 order by 1"
    )
    assert due == [(year, each["bills"], float(each["total_due"])) for year, each in reference["by_issue_year"].items()]
    paid = estate.rows(
        "select year(paid_on)::varchar, count(*), sum(amount)::varchar from warehouse.payments group by 1 order by 1"
    )
    assert paid == [(year, each["payments"], each["paid"]) for year, each in reference["by_payment_year"].items()]
