"""Design effects and pairs: the sums by hand, and as the engine takes them from evidence."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from queries.catalog import Metric, read_metric
from queries.change import change_interval, effect_of_clusters, value_interval
from queries.clusters import ClusterSums, PairSums, correlation, design_effect_of_share, variance_of_share
from queries.engine import MONTH, Engine, GroupKey, Total
from queries.intervals import Sample, mean_change, share, share_change
from queries.period import Period, Window

METRIC = """/* ---
title         = { zh = "率", en = "Rate" }
section       = "test"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community"]
definition.zh = "测试。"
definition.en = "A test."
--- */
select
    evidence_id,
    occurred_at,
    community,
    cluster,
    pair,
    done as numerator,
    1 as denominator
from warehouse.answers
where occurred_at >= $start and occurred_at < $end
"""
ANSWERS = """
insert into warehouse.answers values
    ('a1', timestamp '2025-03-01', 'A', 7, 'p1', 1),
    ('a2', timestamp '2025-03-02', 'A', 7, 'p2', 1),
    ('a3', timestamp '2025-03-03', 'A', 8, 'p3', 0),
    ('b1', timestamp '2025-04-01', 'B', null, 'p4', 1),
    ('b2', timestamp '2025-04-02', 'B', null, null, 0),
    ('c1', timestamp '2024-03-01', 'A', 5, 'p1', 1),
    ('c2', timestamp '2024-03-02', 'A', 5, 'p2', 0),
    ('c3', timestamp '2024-03-03', 'A', 6, 'p4', 0)
"""


@pytest.fixture
def metric(tmp_path: Path) -> Metric:
    """A share of answers with clusters and pairs."""
    path = tmp_path / "rate.sql"
    path.write_text(METRIC, encoding="utf-8")
    return read_metric(path)


@pytest.fixture
def engine() -> Engine:
    """An engine over eight answers of two years."""
    connection = duckdb.connect()
    connection.execute("create schema warehouse")
    connection.execute(
        "create table warehouse.answers"
        " (evidence_id varchar, occurred_at timestamp, community varchar, cluster integer, pair varchar, done integer)"
    )
    connection.execute(ANSWERS)
    return Engine(connection, {})


def year(number: int) -> Window:
    return Window(Period(number), Period(number).end)


def test_four_buildings_of_which_one_fails_are_three_cases() -> None:
    """10 of 10 thrice and 0 of 10: residuals 3 × 2.5² + 7.5² = 75, times 4 ÷ 3 is 100; 40 × 0.75 × 0.25 is 7.5."""
    sums = ClusterSums(4, 3 * 10**2, 3 * 10 * 10, 4 * 10**2)
    assert sums.variance(30, 40) == pytest.approx(100 / 40**2)
    assert design_effect_of_share(sums, 30, 40) == pytest.approx(100 / 7.5)


def test_a_design_effect_that_cannot_be_told_is_one() -> None:
    """One cluster; no variation at all; clusters more even than chance."""
    assert design_effect_of_share(ClusterSums(1, 25, 50, 100), 5, 10) == 1
    assert design_effect_of_share(ClusterSums(2, 50, 50, 50), 10, 10) == 1
    assert design_effect_of_share(ClusterSums(2, 50, 100, 200), 10, 20) == 1


def test_the_interval_is_that_of_the_effective_number_of_cases(metric: Metric) -> None:
    """40 cases with a design effect of 40 ÷ 3 are believed as 3 of them."""
    total = Total(40, 0.75, 30, 40, clusters=ClusterSums(4, 300, 300, 400))
    assert effect_of_clusters(total) == pytest.approx(40 / 3)
    assert value_interval(metric, total) == share(30 / effect_of_clusters(total), 40 / effect_of_clusters(total))


def test_the_engine_adds_up_clusters_and_takes_rows_without_one_alone(engine: Engine, metric: Metric) -> None:
    """Clusters 7 (2 of 2), 8 (0 of 1) and two rows alone: Σ y² = 4 + 0 + 1 + 0, Σ x y = 4 + 1, Σ x² = 4 + 1 + 1 + 1."""
    assert engine.cluster_sums(metric, year(2025), {}) == {GroupKey(): ClusterSums(4, 5, 5, 7)}
    assert engine.cluster_sums(metric, year(2025), {}, "community") == {
        GroupKey("community", "A"): ClusterSums(2, 4, 4, 5),
        GroupKey("community", "B"): ClusterSums(2, 1, 1, 2),
    }
    months = engine.cluster_sums(metric, year(2025), {}, MONTH)
    assert months[GroupKey(MONTH, 3)] == ClusterSums(2, 4, 4, 5)
    assert engine.cluster_sums(metric, year(2025), {"community": "A"}) == {GroupKey(): ClusterSums(2, 4, 4, 5)}
    assert engine.cluster_sums(metric, year(2023), {}) == {}


def test_the_engine_finds_who_answered_in_both_years(engine: Engine, metric: Metric) -> None:
    """p1 (1, 1), p2 (1, 0) and p4 (1, 0): Σ now × earlier = 1; in community A p1 and p2 alone."""
    assert engine.pair_sums(metric, year(2025), year(2024), {}) == {GroupKey(): PairSums(3, 1, 3, 1, 3)}
    pairs = engine.pair_sums(metric, year(2025), year(2024), {}, "community")
    assert pairs == {GroupKey("community", "A"): PairSums(2, 1, 2, 1, 2)}


def test_all_in_both_years_is_the_paired_difference() -> None:
    """30 yes-yes, 10 yes-no, 2 no-yes, 8 no-no: φ = (30 × 8 − 10 × 2) ÷ √(40 × 10 × 32 × 18)."""
    pairs = PairSums(50, 30, 40, 32, 50)
    variances = variance_of_share(40, 50), variance_of_share(32, 50)
    phi = (30 * 8 - 10 * 2) / (40 * 10 * 32 * 18) ** 0.5
    assert correlation(pairs.covariance((40, 50), (32, 50)), *variances) == pytest.approx(phi)
    paired, strangers = share_change(40, 50, 32, 50, phi), share_change(40, 50, 32, 50)
    assert paired.low is not None and strangers.low is not None
    assert strangers.low < 0 < paired.low


def test_half_in_both_years_counts_half(metric: Metric) -> None:
    """The same table among 50 of 100: the correlation of the two shares is half of φ."""
    half = PairSums(50, 30, 40, 32, 50)
    variances = variance_of_share(80, 100), variance_of_share(64, 100)
    phi = (30 * 8 - 10 * 2) / (40 * 10 * 32 * 18) ** 0.5
    assert correlation(half.covariance((80, 100), (64, 100)), *variances) == pytest.approx(phi / 2)
    now, earlier = Total(100, 0.8, 80, 100), Total(100, 0.64, 64, 100)
    ours, expected = change_interval(metric, now, earlier, True, half), share_change(80, 100, 64, 100, phi / 2)
    assert (ours.low, ours.high) == pytest.approx((expected.low, expected.high))


def test_values_that_move_together_differ_with_certainty() -> None:
    """Two means of perfectly correlated scores have the margin of the difference of their margins: here none."""
    now, earlier = Sample(80, 10, 25), Sample(75, 10, 25)
    assert mean_change(now, earlier, 1.0).low == pytest.approx(5)
    apart = mean_change(now, earlier)
    assert apart.low is not None and apart.low < 0
