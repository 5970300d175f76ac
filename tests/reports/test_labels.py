"""The fixed words of the report: none is missing where the program may need it."""

from __future__ import annotations

import pytest
from fake_figures import catalog

from reports.narrative import Writer
from workspace import Language


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_parameter_of_a_metric_has_words(language: Language) -> None:
    """The table of parameters prints no name of the program."""
    named = Writer(language, 2025).dictionary("parameter")
    declared = {name for metric in catalog().values() for name in metric.parameters}
    assert declared - set(named) == set()
