"""Measures that were taken: where, when, compared with what, and what may be said of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, datetime

import pytest

from queries.catalog import load_catalog
from queries.effects import BeforeAndAfter, effect_of
from queries.engine import Total
from queries.figures import Figures
from queries.initiatives import (
    Initiative,
    InitiativeResult,
    judge_initiative,
    judge_initiatives,
    metric_named,
    months_after,
    months_compared,
    recorded_initiatives,
)
from queries.intervals import Sample, share
from queries.period import Period
from queries.scopes import EVERYWHERE, Place, find_place

Open = Callable[..., Figures]
CATALOG = load_catalog()
HEADER = "ticket_id,opened_at,kind,category,status,closure_type,community,building,resolved_at,closed_at"
BUILDINGS = ("1号楼", "2号楼", "3号楼", "11号楼")


def ticket(year: int, month: int, building: str, day: int, is_closed: bool) -> str:
    opened, end = f"{year}-{month:02d}-{day:02d} 08:00", f"{year}-{month:02d}-{day:02d} 12:00"
    state = f"closed,normal,甲苑,{building},{end},{end}" if is_closed else f"open,,甲苑,{building},,"
    return f"{building}{opened},{opened},repair,水,{state}"


def tickets(closed_of_eight: Callable[[int, str], int]) -> str:
    """Eight tickets a month in each building, so many of them closed, by year and building."""
    rows = [
        ticket(year, month, building, day, day <= closed_of_eight(year, building))
        for year in (2024, 2025)
        for month in range(1, 13)
        for building in BUILDINGS
        for day in range(1, 9)
    ]
    return "\n".join([HEADER, *rows])


BETTER_IN_3 = tickets(lambda year, building: 7 if (year, building) == (2025, "3号楼") else 4)
BETTER_EVERYWHERE = tickets(lambda year, _: 4 if year == 2024 else 6)
RECORDED = """
name,started_on,metric,where
换阀门,2025-07-01,工单闭环率,3号楼
换水泵,2025-06-01,closure_rate,1号楼
油漆,2025-06-01,返修率,2号楼
秋季检查,2024-10-01,closure_rate,3号楼
冬季检查,2024-10-02,closure_rate,3号楼
明年的事,2026-01-01,closure_rate,3号楼
"""


def judged(
    figures: Figures, started_on: str, metric: str, scope: str | None, last_day: str = "2025-12-31"
) -> InitiativeResult:
    """The verdict on one measure, with no others taken, by what is known in the year of `last_day`."""
    known = date.fromisoformat(last_day)
    initiative = Initiative("措施", date.fromisoformat(started_on), metric, scope, None)
    return judge_initiative(figures, initiative, known.year, known)


def share_of(closed: int, of: int) -> Total:
    return Total(of, closed / of, closed, of)


def test_the_worked_example_of_rates(figures_of: Open) -> None:
    """July to December: building 3 from 24 to 42 of 48, the three others 72 of 144 in both years.

    37.5 points more than the others, with the four Wilson margins added as squares.
    """
    result = judged(figures_of({"tickets": BETTER_IN_3}), "2025-07-01", "工单闭环率", "3号楼")
    assert (result.verdict, result.direction, result.limitations) == ("improved", "better", ())
    assert (result.metric, result.place) == ("closure_rate", Place("building", ("3号楼",)))
    assert result.months == tuple(f"2025-{month:02d}" for month in range(7, 13))
    assert result.comparison_values == ("11号楼", "1号楼", "2号楼")
    groups = [each for each in (result.treated, result.comparison) if each]
    parts = [(total.numerator, total.denominator) for each in groups for total in (each.before, each.after)]
    assert parts == [(24, 48), (42, 48), (72, 144), (72, 144)]
    assert result.effect is not None
    assert (result.effect.scale, result.effect.value) == ("difference", pytest.approx(0.375))
    after, before, others = share(42, 48), share(24, 48), share(72, 144)
    assert after.low and before.high and others.low and others.high
    below = math.hypot(42 / 48 - after.low, before.high - 0.5, others.high - 0.5, 0.5 - others.low)
    assert result.effect.low == pytest.approx(0.375 - below)


def test_the_worked_example_of_the_lifts() -> None:
    """Faults of 4 lifts from 17 to 6, of 22 others from 34 to 38: about seven tenths fewer, 11 to 89 %."""
    treated = BeforeAndAfter(after=Total(6, 736 / 6, 736, 6), before=Total(17, 736 / 17, 736, 17))
    others = BeforeAndAfter(after=Total(38, 4048 / 38, 4048, 38), before=Total(34, 4048 / 34, 4048, 34))
    effect = effect_of(CATALOG["fault_interval"], treated, others)
    assert effect is not None and effect.low is not None and effect.high is not None
    assert effect.is_clear and effect.scale == "ratio"
    fewer = [1 - 1 / ratio for ratio in (effect.value, effect.low, effect.high)]
    assert fewer == pytest.approx([1 - 6 / 17 * 34 / 38, 0.11, 0.89], abs=0.005)


def test_without_a_comparison_a_change_is_not_attributable(figures_of: Open) -> None:
    """Taken everywhere: a clear change is no proof, and as many tickets as before are no change."""
    figures = figures_of({"tickets": BETTER_EVERYWHERE})
    rate = judged(figures, "2025-05-01", "closure_rate", None)
    assert (rate.verdict, rate.limitations, rate.place) == ("changed_not_attributable", ("no_comparison",), EVERYWHERE)
    volume = judged(figures, "2025-05-01", "ticket_volume", "全部项目")
    assert (volume.verdict, volume.limitations) == ("insufficient_evidence", ("no_comparison",))


def test_a_rise_that_all_buildings_share_is_no_effect(figures_of: Open) -> None:
    """From 4 to 6 of 8 everywhere: the building treated did no better than the others."""
    result = judged(figures_of({"tickets": BETTER_EVERYWHERE}), "2025-07-01", "closure_rate", "3号楼")
    assert (result.verdict, result.limitations) == ("insufficient_evidence", ())
    assert result.effect is not None and result.effect.value == pytest.approx(0)


def test_a_place_that_did_worse_than_the_others_has_not_improved(figures_of: Open) -> None:
    """Buildings 1, 2 and 11 stood still while 3 rose: clearly worse, said with its direction and never 有改善."""
    result = judged(figures_of({"tickets": BETTER_IN_3}), "2025-07-01", "closure_rate", "1号楼、2号楼、11号楼")
    assert (result.verdict, result.direction) == ("changed_not_attributable", "worse")
    assert result.limitations == ("few_comparison_slices",)


def test_fewer_than_thirty_cases_say_nothing_about_a_rate(figures_of: Open) -> None:
    """By the end of September building 3 has 24 tickets, whatever became of them."""
    result = judged(figures_of({"tickets": BETTER_IN_3}), "2025-07-01", "closure_rate", "3号楼", "2025-09-30")
    assert (result.verdict, result.limitations) == ("insufficient_evidence", ("small_numbers",))
    assert result.effect is not None and result.effect.is_clear


@pytest.mark.parametrize(
    ("started_on", "metric", "scope", "last_day", "limitation"),
    [
        ("2025-02-01", "幸福指数", "3号楼", "2025-12-31", "unknown_metric"),
        ("2025-02-01", "closure_rate", "4号楼和3号楼", "2025-12-31", "unmatched_scope"),
        ("2025-10-02", "closure_rate", "3号楼", "2025-12-31", "fewer_than_three_months"),
        ("2025-09-01", "30 天内闭环率", "3号楼", "2025-12-10", "fewer_than_three_months"),
        ("2024-02-01", "closure_rate", "3号楼", "2024-12-31", "no_year_before"),
        ("2025-02-01", "未结工单", "3号楼", "2025-12-31", "metric_not_comparable"),
        ("2025-02-01", "当年收缴率", None, "2025-12-31", "metric_not_available"),
    ],
)
def test_what_cannot_be_judged_names_its_reason(
    figures_of: Open, started_on: str, metric: str, scope: str | None, last_day: str, limitation: str
) -> None:
    """Unknown words, too short a time (a rate that ripens in 30 days needs as many more), no year before, a stock."""
    result = judged(figures_of({"tickets": BETTER_IN_3}), started_on, metric, scope, last_day)
    assert (result.verdict, result.limitations) == ("insufficient_evidence", (limitation,))
    assert result.place.unmatched == (("4号楼",) if limitation == "unmatched_scope" else ())


def test_recorded_measures_are_judged_beside_places_that_none_of_them_treated(figures_of: Open) -> None:
    """Those of 2025, and the one of 2 October 2024 that had not had three months by the end of 2024.

    Buildings 1 and 3 were treated for the same metric, so each is compared with 2 and 11; 2 was for another.
    """
    figures = figures_of({"tickets": BETTER_IN_3, "initiatives": RECORDED}, as_of=date(2025, 12, 31))
    assert len(recorded_initiatives(figures)) == 6
    compared = {each.initiative.name: each.comparison_values for each in judge_initiatives(figures, 2025)}
    assert list(compared) == ["冬季检查", "换水泵", "油漆", "换阀门"]
    assert compared["换阀门"] == compared["换水泵"] == ("11号楼", "2号楼")


def test_money_changes_without_an_interval(figures_of: Open) -> None:
    """Building 1 pays 100 of 100 after 50, building 2 the same 50: 50 points more, a census and no proof."""
    rows = ["bill_id,fee_item,community,building,period_start,amount_due,amount_paid,last_paid_on"]
    rows += [
        f"{year}-{month}-{building},物业服务费,甲苑,{building},{year}-{month:02d}-01,100,{paid},{year}-{month:02d}-10"
        for year, paid_in in ((2024, {"1号楼": 50, "2号楼": 50}), (2025, {"1号楼": 100, "2号楼": 50}))
        for month in range(1, 13)
        for building, paid in paid_in.items()
    ]
    result = judged(figures_of({"bills": "\n".join(rows)}), "2025-07-01", "collection_rate", "1号楼")
    assert (result.verdict, result.direction) == ("changed_not_attributable", "better")
    assert result.limitations == ("few_comparison_slices", "money_has_no_interval")
    assert result.effect is not None
    assert (result.effect.value, result.effect.low, result.effect.is_clear) == (pytest.approx(0.5), None, False)


VALUES = {
    "community": ["甲苑", "乙苑"],
    "building": ["1号楼", "11号楼", "3号楼", "7号楼"],
    "vendor": ["快修 公司"],
    "system": ["电梯"],
    "category": ["电梯", "水"],
}


@pytest.mark.parametrize(
    ("scope", "place"),
    [
        (None, EVERYWHERE),
        ("全部项目", EVERYWHERE),
        ("甲苑", Place("community", ("甲苑",))),
        ("3号楼、7号楼", Place("building", ("3号楼", "7号楼"))),
        ("3号楼和 7号楼", Place("building", ("3号楼", "7号楼"))),
        ("11号楼", Place("building", ("11号楼",))),
        ("甲苑3号楼", Place("building", ("3号楼",), {"community": ("甲苑",)})),
        ("快修 公司", Place("vendor", ("快修 公司",))),
        ("3号楼电梯", Place("building", ("3号楼",), {"system": ("电梯",)})),
        ("21号楼", Place(unmatched=("21号楼",))),
        ("3号楼的水泵", Place(unmatched=("的", "泵"))),
        ("东区", Place(unmatched=("东区",))),
    ],
)
def test_the_words_of_a_scope_are_values_of_slices(scope: str | None, place: Place) -> None:
    """Whole values alone, in any order and with any of the usual signs between them; every word must fit."""
    assert find_place(scope, VALUES) == place


def test_a_metric_is_named_by_title_or_name() -> None:
    """As typed, whatever the blanks and capitals."""
    for words in ("工单闭环率", " ticket closure  RATE", "closure_rate"):
        assert metric_named(CATALOG, words) is CATALOG["closure_rate"]
    assert metric_named(CATALOG, "闭环") is None


def labels(months: Iterable[Period]) -> list[str]:
    return [month.label for month in months]


def test_the_months_after_are_whole_and_their_baseline_is_not_what_led_to_the_measure() -> None:
    """Begun on 15 June: July on. Begun on 1 January 2025: October to December 2024 are no baseline.

    So of 2025 only January to September are compared; begun in November 2024, November to July.
    """
    year_end, record = datetime(2026, 1, 1), Period(2023, month=1)
    assert labels(months_compared(date(2025, 6, 15), year_end, record))[0] == "2025-07"
    assert labels(months_compared(date(2025, 6, 1), year_end, record))[0] == "2025-06"
    january = labels(months_compared(date(2025, 1, 1), year_end, record))
    assert (january[0], january[-1]) == ("2025-01", "2025-09")
    november = labels(months_compared(date(2024, 11, 1), year_end, record))
    assert (november[0], november[-1]) == ("2024-11", "2025-07")
    assert labels(months_compared(date(2025, 6, 1), datetime(2025, 9, 15), record)) == ["2025-06", "2025-07", "2025-08"]
    assert labels(months_compared(date(2025, 6, 1), year_end, Period(2024, month=9)))[0] == "2025-09"
    assert len(months_after(date(2024, 1, 1), year_end)) == 12


def test_a_comparison_whose_parts_vary_widens_the_interval() -> None:
    """Three buildings that went +20, 0 and −20 points: their Q over 2 widens the variance, equal ones do not."""
    metric = CATALOG["closure_rate"]
    treated = BeforeAndAfter(share_of(130, 200), share_of(100, 200))
    others = BeforeAndAfter(share_of(300, 600), share_of(300, 600))
    unlike = [BeforeAndAfter(share_of(100 + change, 200), share_of(100, 200)) for change in (40, 0, -40)]
    calm = effect_of(metric, treated, others, [BeforeAndAfter(share_of(100, 200), share_of(100, 200))] * 3)
    wide = effect_of(metric, treated, others, unlike)
    assert calm is not None and wide is not None
    assert calm.widening == 1 and calm.is_clear
    assert wide.widening > 10 and not wide.is_clear
    assert calm.low is not None and wide.low is not None
    assert wide.value - wide.low == pytest.approx((calm.value - calm.low) * math.sqrt(wide.widening))


def test_means_and_counts_have_their_own_scales() -> None:
    """A mean by difference, with Student's margins; a count by ratio, with √(1/a + 1/b) on the logarithm; 0 never."""
    score, volume = CATALOG["satisfaction_score"], CATALOG["ticket_volume"]
    now, then = (Total(50, mean, sample=Sample(mean, 10.0, 50)) for mean in (85.0, 80.0))
    mean = effect_of(score, BeforeAndAfter(now, then), None)
    assert mean is not None and (mean.scale, mean.value) == ("difference", 5)
    count = effect_of(volume, BeforeAndAfter(Total(50, 50), Total(100, 100)), None)
    assert count is not None and count.low is not None
    assert (count.scale, count.value) == ("ratio", pytest.approx(0.5))
    assert math.log(0.5 / count.low) == pytest.approx(1.96 * math.sqrt(1 / 50 + 1 / 100), abs=1e-4)
    assert effect_of(volume, BeforeAndAfter(Total(0, 0), Total(100, 100)), None) is None


def test_lifts_are_compared_with_lifts(figures_of: Open) -> None:
    """Building 3 has a lift, as buildings 1 and 2; the pump house, which never failed before, is no comparison."""
    assets = ["asset_id,system,community,building,in_service_on"]
    assets += [f"L{number},电梯,甲苑,{number}号楼,2020-01-01" for number in (1, 2, 3)]
    assets += ["P9,水泵,甲苑,泵房,2020-01-01"]
    faults = ["ticket_id,opened_at,kind,category,status,community,building,asset_id,resolved_at,closed_at"]
    for year, asset, building, days in (
        (2024, "L1", "1号楼", 20), (2024, "L2", "2号楼", 20), (2024, "L3", "3号楼", 20), (2024, "P9", "泵房", 1),
        (2025, "L1", "1号楼", 20), (2025, "L2", "2号楼", 20), (2025, "L3", "3号楼", 4), (2025, "P9", "泵房", 28),
    ):  # fmt: skip
        for day in range(1, days + 1):
            moment = f"{year}-{7 + day % 6:02d}-{1 + day // 6 * 5:02d}"
            times = f"{moment} 08:00,repair,设备,closed,甲苑,{building},{asset},{moment} 09:00,{moment} 09:00"
            faults.append(f"{asset}-{year}-{day},{times}")
    figures = figures_of({"assets": "\n".join(assets), "tickets": "\n".join(faults)})
    result = judged(figures, "2025-07-01", "fault_interval", "3号楼")
    assert result.place.within == {"system": ("电梯",)}
    assert result.comparison_values == ("1号楼", "2号楼")
    assert result.verdict == "improved"
