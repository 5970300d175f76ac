"""How numbers are printed: units, decimals, commas, signs, and roundings that never contradict a verdict."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.numbers import JOINT, Address, Quantity, format_plain, printed, shown


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.982, "rate", "98.2%"),
        (1.0, "rate", "100%"),
        (0.0, "rate", "0%"),
        (0.99996, "rate", "99.9%"),
        (0.0003, "rate", "不足 0.1%"),
        (0.98, "short rate", "98%"),
        (0.021, "points", "2.1 个百分点"),
        (-0.046, "points", "4.6 个百分点"),
        (-0.046, "signed points", "−4.6 个百分点"),
        (0.0002, "points", "不足 0.1 个百分点"),
        (-0.001, "minus bare points", "−0.1"),
        (0.064, "minus points", "6.4 个百分点"),
        (5126, "count 件", "5,126 件"),
        (15.999999999999998, "count", "16"),
        (16.04, "count", "16.0"),
        (Decimal("12"), "count 起", "12 起"),
        (-88, "signed count 起", "−88 起"),
        (0, "signed count 起", "0 起"),
        (0.62, "hours", "37 分钟"),
        (0.01, "hours", "不足 1 分钟"),
        (9.6, "hours", "9.6 小时"),
        (71.9, "hours", "71.9 小时"),
        (100, "hours", "4.2 天"),
        (24, "short in_hours", "24 小时"),
        (88.2, "in_hours", "88.2 小时"),
        (101.2, "days", "101 天"),
        (77.42, "days", "77.4 天"),
        (3584.16, "money", "3,584.16 元"),
        (3584, "money", "3,584 元"),
        (12_864_000, "money", "1,286.4 万元"),
        (528_640_000, "money", "5.29 亿元"),
        (3584.16, "in_wan", "0.4 万元"),
        (1_286_400.5, "cents", "1,286,400.50"),
        (1_286_400.5, "wan", "128.64"),
        (84.06, "score", "84.1 分"),
        (0.045, "growth", "4.5%"),
    ],
)
def test_a_number_is_printed_in_the_form_of_its_kind(value: float, form: str, text: str) -> None:
    """Prose has one decimal for rates and hours, thousands commas, a real minus, and its unit beside it."""
    assert printed(value, form).replace(JOINT, " ") == text


@pytest.mark.parametrize(
    ("value", "limit", "text"),
    [
        (0.9796, 0.98, "97.96%"),
        (0.97996, 0.98, "97.996%"),
        (0.98, 0.98, "98.0%"),
        (0.9804, 0.98, "98.04%"),
        (0.9496, 0.95, "94.96%"),
        (0.0504, 0.05, "5.04%"),
        (0.9, 0.95, "90.0%"),
        (0.9996, 1.0, "99.9%"),
    ],
)
def test_a_rounded_value_stays_on_its_side_of_the_target(value: float, limit: float, text: str) -> None:
    """97.96 % against 98 % is missed, so it is never printed as 98.0 %."""
    assert printed(value, "rate", limit=limit) == text


def test_number_and_unit_are_never_on_two_lines() -> None:
    """Between a number and its unit stands a no-break space."""
    assert printed(12, "count 件") == f"12{JOINT}件"


def test_a_shown_number_names_where_it_came_from() -> None:
    """The element carries metric, period, slice and statistic, so that it can be derived again."""
    address = Address("closure_rate", "2025", (("kind", "repair"),), "value")
    element = shown(Quantity(0.97, "rate", address, limit=0.96))
    assert 'data-metric="closure_rate"' in element
    assert 'data-slice="{&#34;kind&#34;: &#34;repair&#34;}"' in element
    assert element.endswith(">97.0%</data>")


def test_english_counts_have_a_singular() -> None:
    """One is singular, all else plural."""
    assert printed(1, "count ticket/tickets", "en").replace(JOINT, " ") == "1 ticket"
    assert printed(2, "count ticket/tickets", "en").replace(JOINT, " ") == "2 tickets"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(None, "percent", "—"), (0.982, "percent", "98.2%"), (-12, "count", "−12"), (9.6, "hours", "9.6 小时")],
)
def test_a_terminal_shows_the_same_numbers(value: float | None, unit: str, text: str) -> None:
    """The tables of the command line print what the report prints."""
    assert format_plain(value, unit, "zh") == text
