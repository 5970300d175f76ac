"""Every metric's SQL can be carried to Spark by sqlglot, and holds nothing that Spark would read otherwise."""

from __future__ import annotations

import re
from functools import cache

import pytest
import sqlglot
from sqlglot import exp

from queries.catalog import load_catalog

CATALOG = load_catalog()
METRICS = sorted(CATALOG)
NOT_PORTABLE = (
    r"group by all", r"\bqualify\b", r"\btry_cast\b", r"\bpivot\b", r"\basof\b", r"\bexclude\b", r"\barg_max\b",
    r"\bquantile_cont\b", r"\bround\(", r"\bfilter \(", r"::", r"\brange between\b",
)  # fmt: skip
# Functions that sqlglot passes on by name because both engines have them with the same meaning.
SAME_IN_BOTH = {"MAKE_DATE"}


def carried_to_spark(sql: str) -> str:
    """The statement in Spark's dialect. Raises UnsupportedError where sqlglot knows no equivalent."""
    (statement,) = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
    return statement


@cache
def in_spark(name: str) -> str:
    """The metric's SQL in Spark's dialect."""
    return carried_to_spark(CATALOG[name].sql)


def unknown_functions(spark: str) -> set[str]:
    """The functions that sqlglot passes on without knowing what they do, but for those that mean the same in both."""
    tree = sqlglot.parse_one(spark, read="spark")
    return {call.name.upper() for call in tree.find_all(exp.Anonymous)} - SAME_IN_BOTH


@pytest.mark.parametrize("name", METRICS)
def test_the_sql_transpiles_to_spark_and_reads_back(name: str) -> None:
    """Spark's dialect parses what was written, and writes the same again."""
    tree = sqlglot.parse_one(in_spark(name), read="spark")
    assert tree.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE) == in_spark(name)


@pytest.mark.parametrize("name", METRICS)
def test_columns_tables_and_parameters_stay_what_they_are(name: str) -> None:
    """The parameters become Spark's named ones; evidence has the same columns from the same tables."""
    here, there = sqlglot.parse_one(CATALOG[name].sql, read="duckdb"), sqlglot.parse_one(in_spark(name), read="spark")
    assert here.named_selects == there.named_selects
    assert {table.sql() for table in here.find_all(exp.Table)} == {table.sql() for table in there.find_all(exp.Table)}
    assert {mark.name for mark in there.find_all(exp.Placeholder)} == CATALOG[name].parameter_names


@pytest.mark.parametrize("name", METRICS)
def test_no_function_is_passed_on_unknown(name: str) -> None:
    """A name that sqlglot does not know would reach Spark as it is, and fail there or mean something else."""
    assert unknown_functions(in_spark(name)) == set()


@pytest.mark.parametrize("name", METRICS)
def test_the_sql_keeps_to_the_portable_subset(name: str) -> None:
    """No construct that sqlglot translates approximately, or that other engines lack."""
    code = re.sub(r"--[^\n]*|'[^']*'", " ", CATALOG[name].sql.lower())
    assert [words for words in NOT_PORTABLE if re.search(words, code)] == []


def test_what_spark_lacks_is_noticed() -> None:
    """The tests above can fail: on a clause without an equivalent, and on a function of DuckDB's own."""
    with pytest.raises(sqlglot.errors.UnsupportedError):
        carried_to_spark("select a from t for update")
    assert unknown_functions(carried_to_spark("select age(a, b), coalesce(a, b) from t")) == {"AGE"}
