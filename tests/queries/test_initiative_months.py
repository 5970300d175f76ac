"""The months beside a measure: the treated part and its comparison, this year and the year before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from queries.catalog import load_catalog
from queries.engine import Total
from queries.figures import Figures
from queries.initiative_months import InitiativeMonth, events_per_exposure, initiative_months, is_time_between_events
from queries.initiatives import Initiative, judge_initiative

Open = Callable[..., Figures]
HEADER = "ticket_id,opened_at,kind,category,status,closure_type,community,building,resolved_at,closed_at"


def ticket(year: int, month: int, building: str, day: int, is_closed: bool) -> str:
    opened, end = f"{year}-{month:02d}-{day:02d} 08:00", f"{year}-{month:02d}-{day:02d} 12:00"
    state = f"closed,normal,甲苑,{building},{end},{end}" if is_closed else f"open,,甲苑,{building},,"
    return f"{building}{opened},{opened},repair,水,{state}"


TICKETS = "\n".join(
    [HEADER]
    + [
        ticket(year, month, building, day, day <= (3 if (year, building) == (2025, "3号楼") else 2))
        for year in (2024, 2025)
        for month in range(1, 13)
        for building in ("1号楼", "2号楼", "3号楼")
        for day in range(1, 5)
    ]
)


def test_each_month_stands_beside_the_same_month_of_last_year(figures_of: Open) -> None:
    """Building 3 closes 3 of 4 after 2 of 4; the two others 4 of 8 in both years; the months end with the as-of."""
    figures = figures_of({"tickets": TICKETS})
    measure = Initiative("换阀门", date(2025, 3, 1), "closure_rate", "3号楼", None)
    result = judge_initiative(figures, measure, 2025, date(2025, 9, 30))
    months = initiative_months(figures, result, 2025, date(2025, 9, 30))
    assert [month.month for month in months] == list(range(1, 10))
    assert set(months) == {InitiativeMonth(number, 0.75, 0.5, 0.5, 0.5) for number in range(1, 10)}


def test_nothing_is_drawn_where_nothing_was_compared(figures_of: Open) -> None:
    """A measure for a figure that is none of the catalogue has no months."""
    figures = figures_of({"tickets": TICKETS})
    measure = Initiative("新表单", date(2025, 3, 1), "好评数", None, None)
    assert initiative_months(figures, judge_initiative(figures, measure, 2025), 2025) == ()


def test_a_month_without_faults_has_none_per_hundred_days() -> None:
    """The time between faults of a month without one is unknown; its faults per 100 asset-days are 0, not missing."""
    metric = load_catalog()["fault_interval"]
    assert is_time_between_events(metric)
    assert events_per_exposure(metric, Total(0, None, 120, 0)) == 0
    assert events_per_exposure(metric, Total(3, 40.0, 120, 3)) == pytest.approx(2.5)
    assert events_per_exposure(metric, Total(0, None, 0, 0)) is None
