"""The definitions as a whole: safe divisions, a current dictionary, bases that fit their units."""

from __future__ import annotations

import re

import pytest

from queries.catalog import load_catalog
from queries.dictionary import DICTIONARY, dictionary

CATALOG = load_catalog()


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_every_division_is_by_a_number_or_through_nullif(name: str) -> None:
    """No division can fail or differ between engines."""
    code = re.sub(r"'[^']*'", "''", CATALOG[name].sql)
    assert all(divisor.startswith("nullif") or divisor[0].isdigit() for divisor in re.findall(r"/\s*(\S+)", code))


def test_the_dictionary_is_current() -> None:
    """queries/README.md is what `python -m queries.dictionary` writes."""
    assert DICTIONARY.read_text(encoding="utf-8") == dictionary(CATALOG)


def test_percentages_are_ratios_and_money_has_no_events() -> None:
    """The base of a ratio decides its interval, so it must fit the unit."""
    for metric in CATALOG.values():
        if metric.unit == "percent":
            assert metric.base in ("events", "households", "money"), metric.name
        if metric.path.parent.name == "fees":
            assert metric.base in (None, "money", "households"), metric.name
