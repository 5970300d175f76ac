"""The targets proposed for the next year: one rule, whose numbers can be followed by eye."""

from __future__ import annotations

import pytest

from queries.next_targets import Standing, fewer_by_a_third, proposed_target


def test_a_missed_target_is_kept() -> None:
    """94.4 % against 95 %: the next year has 95 % again."""
    assert proposed_target(Standing("percent", "ratio", 0.944, 0.95, 0.929, "missed")) == 0.95


def test_a_narrow_margin_and_a_year_without_a_verdict_keep_the_target() -> None:
    """What chance may have met, and what could not be judged, is asked for again."""
    assert proposed_target(Standing("percent", "ratio", 0.966, 0.95, 0.92, "met", is_narrow=True)) == 0.95
    assert proposed_target(Standing("percent", "ratio", 1.0, 0.95, 0.92, "insufficient")) == 0.95


@pytest.mark.parametrize(
    ("unit", "reached", "target", "proposed"),
    [
        ("percent", 0.869, 0.85, 0.855),  # the middle is 85.95 %
        ("percent", 0.977, 0.97, 0.97),  # the middle is 97.35 %, less than half a point away
        ("percent", 0.03, 0.05, 0.04),  # lower is better
        ("hours", 26.2, 30, 28.5),  # the middle is 28.1 hours, rounded back towards 30
        ("days", 113, 90, 101),
        ("yuan", 1_100_000, 1_300_000, 1_200_000),
    ],
)
def test_a_target_met_clearly_moves_halfway(unit: str, reached: float, target: float, proposed: float) -> None:
    """Half of the margin is asked for, rounded back towards the target, never beyond what was reached."""
    assert proposed_target(Standing(unit, "ratio", reached, target, None, "met")) == pytest.approx(proposed)


def test_minutes_are_rounded_as_minutes() -> None:
    """A target of half an hour, reached in 22 minutes: 26 minutes, not half an hour again."""
    proposed = proposed_target(Standing("hours", "duration", 22 / 60, 0.5, None, "met"))
    assert proposed is not None
    assert proposed * 60 == pytest.approx(26)


def test_without_a_target_a_rate_returns_and_a_count_falls_by_a_third() -> None:
    """A rate goes back to last year's; 68 tickets become 45, 517,000 yuan 340,000, and 4,500 yuan 3,000."""
    assert proposed_target(Standing("percent", "ratio", 0.764, None, 0.816)) == 0.816
    assert proposed_target(Standing("percent", "ratio", 0.764)) is None
    assert proposed_target(Standing("yuan", "sum", 517_000)) == 340_000
    assert fewer_by_a_third(68) == 45
    assert fewer_by_a_third(4_500, "yuan") == 3_000
