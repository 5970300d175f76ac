"""`explain`: a printed number back to its rows. That they recount for every metric is part of test_examples.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from annual_report import app
from queries.explain import PeriodNotBegun, explain, rows_behind
from queries.explanation_text import describe, digits, in_words, rows_as_text
from queries.figures import Figures, open_figures
from queries.header import CHOICES
from tests.queries.conftest import Loader
from tests.queries.recount import kaplan_meier_median, require_recount
from workspace import Language, Workspace

EXPORTS = {
    "tickets": """
ticket_id,opened_at,kind,status,resolved_at,closed_at,community,building,room,reporter_name,reporter_phone
T1,2024-06-02 08:00,repair,closed,2024-06-03 08:00,2024-06-03 08:00,A,1,301,王建国,13812345678
T2,2025-06-02 08:00,repair,closed,2025-06-03 08:00,2025-06-03 08:00,A,1,301,王建国,13812345678
T3,2025-06-05 08:00,repair,open,,,B,2,402,李秀英,13987654321
T4,2025-06-09 08:00,complaint,closed,2025-07-01 20:00,2025-07-03 08:00,B,2,402,李秀英,13987654321
T5,2025-07-02 08:00,repair,closed,2025-07-02 20:00,2025-07-02 21:00,B's,3,503,赵磊,13711112222
""",
    "bills": """
bill_id,amount_due,period_start,due_on,fee_item,community,owner_name
B1,1100.50,2025-01-01,2025-01-31,物业服务费,A,王建国
B2,200.00,2025-02-01,2025-02-28,物业服务费,B,李秀英
""",
    "payments": """
bill_id,paid_on,amount
B1,2025-03-01,1100.50
""",
}
SETTINGS = """
[[target]]
metric = "closure_rate"
year = 2025
value = 0.9
"""


@pytest.fixture(scope="module")
def workspace(company: Loader) -> Workspace:
    """Five tickets of three communities, two bills, one payment, one target."""
    return company(EXPORTS, SETTINGS)


@pytest.fixture
def figures(workspace: Workspace) -> Iterator[Figures]:
    """The company's figures."""
    with open_figures(workspace) as opened:
        yield opened


def text(figures: Figures, language: Language, metric: str, *period: int | None, **where: str) -> str:
    """What `explain` prints."""
    return describe(explain(figures, metric, 2025, *(period or (None,)), where), language)


def test_a_chinese_explanation_names_everything_behind_the_number(figures: Figures) -> None:
    """Definition, value with its rows and verdict, parts, interval, target, last year, files, parameters, SQL."""
    told = text(figures, "zh", "closure_rate")
    for words in (
        "工单闭环率  closure_rate  2025\n口径：统计期内受理的工单中",
        "数值：75%，计入 4 行，",
        "算法：numerator 之和 ÷ denominator 之和",
        "分子 ÷ 分母：3 ÷ 4",
        "95% 区间：",
        "目标：90%",
        "上年同期：100% = 1 ÷ 1（截至 2024-07-03）",
        "变化：-25 个百分点",
        "截至日（含）：2025-07-03",
        "  tickets.csv  纳入 5 行  sha256 ",
        "  $as_of = 2025-07-04 00:00:00",
        "from warehouse.tickets",
    ):
        assert words in told, words
    assert re.search(r"sha256 [0-9a-f]{12}$", told, re.MULTILINE)


def test_an_english_explanation_has_no_unit_codes_and_no_chinese(figures: Figures) -> None:
    """Units are words; what remains in Chinese is the data's own."""
    for metric, words in (
        ("closure_rate", "Value: 75%, 4 rows counted, "),
        ("amount_due", "Value: 1,300.50 yuan, 2 rows counted"),
        ("resolution_time", "Value: 24 hours"),
        ("ticket_volume", "Value: 4, 4 rows counted"),
    ):
        told = text(figures, "en", metric).split("SQL (")[0]
        assert words in told, told
        assert "percent," not in told and not re.search("[\u4e00-\u9fff]", told.replace("未填", ""))


def test_a_slice_is_bound_as_a_parameter(figures: Figures) -> None:
    """A quotation mark in the data does not end the SQL."""
    told = text(figures, "zh", "closure_rate", community="B's")
    assert "范围：community = B's" in told and "community = $where_community" in told and "分子 ÷ 分母：1 ÷ 1" in told


def test_months_and_quarters_are_explained_as_well(figures: Figures) -> None:
    """A flow's rows of June, and of the third quarter; one that has not begun is refused."""
    june = explain(figures, "closure_rate", 2025, 6)
    assert list(rows_behind(figures, june)["evidence_id"]) == ["T2", "T3", "T4"]
    third = explain(figures, "closure_rate", 2025, quarter=3)
    assert list(rows_behind(figures, third)["evidence_id"]) == ["T5"] and third.figure.period == "2025-Q3"
    with pytest.raises(PeriodNotBegun, match="2025-07-03"):
        explain(figures, "closure_rate", 2025, quarter=4)


def test_every_metric_of_one_company_recounts(figures: Figures) -> None:
    """Also where an export lacks what the metric needs, and there is nothing to count."""
    for metric in figures.catalog:
        require_recount(figures, explain(figures, metric, 2025))


def test_a_metric_that_cannot_be_computed_has_no_rows(figures: Figures) -> None:
    """Rows of tickets without a response say nothing about responses."""
    explanation = explain(figures, "first_response_time", 2025)
    assert "不可计算" in describe(explanation, "zh") and rows_behind(figures, explanation).empty


def test_rows_hold_the_business_key_and_no_person(figures: Figures) -> None:
    """Names, telephone and room numbers are nowhere; ticket numbers are whole; one row a line."""
    for metric in ("ticket_volume", "repeat_fault_rate", "amount_due", "balance"):
        rows = rows_as_text(rows_behind(figures, explain(figures, metric, 2025)))
        assert not re.search("王建国|李秀英|1381234|1398765|301|402|503", rows), metric
    lines = rows_as_text(rows_behind(figures, explain(figures, "ticket_volume", 2025))).splitlines()
    assert [line.split("\t")[0] for line in lines] == ["evidence_id", "T2", "T3", "T4", "T5"]


def test_numbers_are_exact_enough_to_be_checked() -> None:
    """Four decimals, never a whole number that is not one; money to the cent."""
    assert [digits(value) for value in (0.5, 1 / 3, 99.99999, 1234567, None)] == [
        "0.5", "0.3333", "99.99999", "1,234,567", "—",
    ]  # fmt: skip
    assert in_words(0.982142857, "percent", "zh") == "98.2143%"
    assert in_words(1234.5, "yuan", "en") == "1,234.50 yuan"
    assert all(unit not in in_words(2.5, unit, "zh") for unit in CHOICES["unit"])


def test_the_recount_of_a_duration_is_kaplan_meiers(figures: Figures) -> None:
    """Of four tickets two end within 24 hours, so half are done after 24."""
    rows = rows_behind(figures, explain(figures, "resolution_time", 2025))
    assert sorted(rows["hours"])[:2] == [12, 24] and kaplan_meier_median(rows) == 24


def test_the_command_takes_a_month_or_a_quarter(workspace: Workspace) -> None:
    """Both at once is wrong use; `--rows` lists the rows of the quarter."""
    asked = ["-C", str(workspace.root), "explain", "closure_rate", "--year", "2025"]
    told = CliRunner().invoke(app, [*asked, "--quarter", "2", "--where", "community=B", "--rows"])
    assert told.exit_code == 0 and [line[:2] for line in told.stdout.splitlines()[-2:]] == ["T3", "T4"]
    both = CliRunner().invoke(app, [*asked, "--quarter", "2", "--month", "6"])
    assert both.exit_code == 2 and "--quarter" in both.stderr


def test_the_rows_of_a_person_with_few_cases_are_not_listed(company: Loader) -> None:
    """As in a table by handler: of 7, 6 and 2 tickets the 2 are hidden, and the 6 so that none can subtract."""
    lines = ["ticket_id,opened_at,kind,status,closed_at,reopened_count,handler"]
    for name, count in (("王强", 7), ("赵磊", 6), ("李静", 2)):
        days = [f"2025-03-{day:02d}" for day in range(1, count + 1)]
        lines += [f"{name}{day},{day} 09:00,repair,closed,{day} 12:00,0,{name}" for day in days]
    with open_figures(company({"tickets": "\n".join(lines) + "\n"})) as held:
        names = held.evidence("reopen_rate", 2025).groupby("handler").size()
        shown = {
            size: len(rows_behind(held, explain(held, "reopen_rate", 2025, where={"handler": str(name)})))
            for name, size in names.items()
        }
        assert shown == {7: 7, 6: 0, 2: 0}
