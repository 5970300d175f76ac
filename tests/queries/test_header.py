"""What is wrong with a metric file is said with file, line, key and the nearest valid key."""

from __future__ import annotations

from pathlib import Path

import pytest

from queries.catalog import MetricNameTwice, UnknownMetric, load_catalog, read_metric
from queries.header import MetricHeaderWrong

GOOD = """/* ---
title         = { zh = "工单", en = "Tickets" }
section       = "overview.tickets"
unit          = "count"
better        = "neutral"
aggregate     = "count"
basis         = "flow"
definition.zh = "件数"
definition.en = "Number"
--- */
select ticket_id as evidence_id, opened_at as occurred_at from warehouse.tickets where opened_at < $as_of
"""


def written(folder: Path, text: str, name: str = "metric") -> Path:
    path = folder / f"{name}.sql"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    """Name from the file, keys from the header, parameters and tables from the SQL."""
    metric = read_metric(written(tmp_path, GOOD, "volume"))
    assert (metric.name, metric.title.zh, metric.aggregate, metric.slices) == ("volume", "工单", "count", ())
    assert (metric.parameter_names, metric.tables) == ({"as_of"}, ("tickets",))


def test_a_header_names_the_fields_that_nothing_dates(tmp_path: Path) -> None:
    """In their order; none where the key is missing."""
    named = GOOD.replace('basis         = "flow"', 'basis = "flow"\nundated = ["tickets.cost", "tickets.visit_count"]')
    assert read_metric(written(tmp_path, named)).undated == ("tickets.cost", "tickets.visit_count")
    assert read_metric(written(tmp_path, GOOD)).undated == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('better        = "neutral"', 'beter = "neutral"', 5, ("beter", "better")),
        ('unit          = "count"', 'unit = "counts"', 4, ("unit", "counts", "count")),
        ('section       = "overview.tickets"\n', "", 2, ("section",)),
        ('definition.zh = "件数"\n', "", 8, ("definition", "zh")),
        ('"Number"', '"Number /* of tickets"', 9, ("/*", "definition.en")),
        ('"Number"', '"Number of tickets', 9, ("TOML",)),
        ('aggregate     = "count"', 'aggregate = "ratio"', 6, ("base",)),
        ('basis         = "flow"', 'basis = "flow"\nbase = "money"', 8, ("base",)),
        ('basis         = "flow"', 'basis = "flow"\nslices = ["month"]', 8, ("slices", "month")),
        ('basis         = "flow"', 'basis = "flow"\nslices = ["Kind"]', 8, ("slices", "Kind")),
        ('basis         = "flow"', 'basis = "flow"\nrequires = ["tickets"]', 8, ("requires", "kind.field")),
        ('basis         = "flow"', 'basis = "flow"\nundated = ["visit_count"]', 8, ("undated", "kind.field")),
        ('basis         = "flow"', 'basis = "flow"\nundate = ["tickets.cost"]', 8, ("undate", "undated")),
        ('basis         = "flow"', 'basis = "flow"\ndetails = { x = "avg" }', 8, ("details", "sum")),
        ("/* ---\n", "-- a comment\n", 1, ("/* ---",)),
        ("--- */\n", "", 10, ("--- */",)),
        ("$as_of", "$as_off", 11, ("$as_off", "$as_of")),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    """In Chinese and in English."""
    with pytest.raises(MetricHeaderWrong) as caught:
        read_metric(written(tmp_path, GOOD.replace(old, new)))
    sentence = caught.value.sentence
    assert caught.value.line == line
    assert "metric.sql" in sentence.zh and f"第 {line} 行" in sentence.zh
    assert f"metric.sql, line {line}" in sentence.en
    for word in words:
        assert word in sentence.en


def test_a_parameter_in_a_comment_or_in_quotes_is_none(tmp_path: Path) -> None:
    """Only parameters that the SQL really names are bound."""
    metric = read_metric(written(tmp_path, GOOD + "-- $other\n and kind <> '$price'\n"))
    assert metric.parameter_names == {"as_of"}


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """In whatever folders they stand."""
    for folder in ("fees", "tickets"):
        (tmp_path / folder).mkdir()
        written(tmp_path / folder, GOOD)
    with pytest.raises(MetricNameTwice):
        load_catalog(tmp_path)


def test_an_unknown_metric_is_answered_with_the_nearest_name() -> None:
    """closure_rat → closure_rate, as wrong use."""
    with pytest.raises(UnknownMetric, match="closure_rate") as caught:
        load_catalog()["closure_rat"]
    assert caught.value.exit_code == 2
