"""Targets: what may be set, who wins on the line, how far it is in things, and what is said of a narrow win."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from queries.catalog import load_catalog
from queries.engine import Total
from queries.figure import Figure
from queries.targets import Target, TargetWrong, check_target, read_targets
from queries.verdicts import distance, is_narrow, status

CATALOG = load_catalog()
SHARE = Figure("closure_rate", "2025", {}, date(2025, 12, 31), "percent", 0.97, 500, 485, 500, target=0.98)


def refused(metric: str, **keys: Any) -> str:
    """What is said of a target with these keys, in both languages."""
    with pytest.raises(TargetWrong) as caught:
        (target,) = read_targets({"target": [{"metric": metric, "year": 2025, "value": 0.9, **keys}]})
        check_target(target, CATALOG[metric])
    return f"{caught.value.sentence.zh} {caught.value.sentence.en}"


def test_a_target_names_a_statistic_that_its_metric_has() -> None:
    """A share of a duration, the p90 of a share: refused with the nearest valid name."""
    assert "最接近的是 mean" in refused("resolution_time", statistic="share")
    assert "nearest is share" in refused("closure_rate", statistic="p90")
    for metric, statistic in (("resolution_time", "p90"), ("closure_rate", "share"), ("satisfaction_score", "mean")):
        check_target(Target(metric, 2025, 0.9, statistic=statistic), CATALOG[metric])


def test_a_slip_of_the_keyboard_in_a_target_is_told() -> None:
    """Keys, grains, directions and numbers."""
    assert "最接近的是 grain" in refused("closure_rate", grian="month")
    assert "nearest is month" in refused("closure_rate", grain="months")
    assert "nearest is at_least" in refused("closure_rate", direction="at least")
    assert "'98%'" in refused("closure_rate", value="98%")
    assert "2025.5" in refused("closure_rate", year=2025.5)
    assert "'urgent'" in refused("closure_rate", where="urgent")


def test_what_is_neither_good_nor_bad_needs_a_direction() -> None:
    """A ticket volume may be a ceiling or a floor; a closure rate is never a ceiling."""
    assert "direction" in refused("ticket_volume")
    assert "at_least" in refused("closure_rate", direction="at_most")
    ceiling = Target("ticket_volume", 2025, 100, direction="at_most")
    check_target(ceiling, CATALOG["ticket_volume"])
    assert status(CATALOG["ticket_volume"], True, Total(100, 100), ceiling) == "met"
    assert status(CATALOG["ticket_volume"], True, Total(101, 101), ceiling) == "missed"


def test_the_point_value_decides_on_the_line() -> None:
    """29 of 100 meet 29 %, although 0.29 × 100 is a little less than 29 in binary; 9 of 100 do not pass 9 %."""
    closure, rework = CATALOG["closure_rate"], CATALOG["rework_rate"]
    assert status(closure, True, Total(100, 0.29, 29, 100), Target("closure_rate", 2025, 0.29)) == "met"
    assert status(rework, True, Total(100, 0.09, 9, 100), Target("rework_rate", 2025, 0.09)) == "met"
    assert status(rework, True, Total(100, 0.10, 10, 100), Target("rework_rate", 2025, 0.09)) == "missed"


def test_money_is_compared_to_the_cent() -> None:
    """950,000.10 of 1,000,000.11 yuan lack half a cent of 95 %: missed."""
    due, paid = Decimal("1000000.11"), Decimal("950000.10")
    total = Total(40, float(paid) / float(due), paid, due)
    assert status(CATALOG["collection_rate"], True, total, Target("collection_rate", 2025, 0.95)) == "missed"
    enough = replace(total, numerator=Decimal("950000.11"))
    assert status(CATALOG["collection_rate"], True, enough, Target("collection_rate", 2025, 0.95)) == "met"


def test_the_distance_is_in_tickets_in_yuan_or_in_hours() -> None:
    """差 5 件 to 98 % of 500; 差 5.1 万元; 1.1 hours; and 3 repeats too many above 5 % of 59, which allow 2."""
    assert distance(SHARE, CATALOG["closure_rate"], SHARE.value) == 5
    money = replace(SHARE, metric="collection_rate", numerator=Decimal("899000"), denominator=Decimal("1000000"))
    assert distance(replace(money, target=0.95), CATALOG["collection_rate"], 0.899) == Decimal("51000")
    hours = replace(SHARE, metric="resolution_time", numerator=None, denominator=None, target=24)
    assert distance(hours, CATALOG["resolution_time"], 25.1) == pytest.approx(1.1)
    repeats = replace(SHARE, metric="rework_rate", numerator=5, denominator=59, target=0.05)
    assert distance(repeats, CATALOG["rework_rate"], 5 / 59) == 3


def test_only_a_met_target_whose_interval_reaches_beyond_it_is_narrow() -> None:
    """Met at 98.2 % with an interval from 97.5 %: 余量小. Missed is missed, however near."""
    closure = CATALOG["closure_rate"]
    met = replace(SHARE, value=0.982, low=0.975, high=0.988, status="met")
    assert is_narrow(met, closure)
    assert not is_narrow(replace(met, low=0.981), closure)
    assert not is_narrow(replace(met, status="missed"), closure)
    below = replace(met, metric="rework_rate", value=0.04, low=0.03, high=0.06, target=0.05)
    assert is_narrow(below, CATALOG["rework_rate"])
    duration = replace(met, metric="resolution_time", target_statistic="mean", value=9, low=8, high=10, target=24)
    assert not is_narrow(duration, CATALOG["resolution_time"])
