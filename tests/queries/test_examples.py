"""Every metric has a worked example, small enough to add up by eye, and computes it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from queries.catalog import load_catalog
from queries.figures import Figure, Figures, open_figures
from tests.queries.conftest import write_company
from tests.queries.recount import require_every_recount

EXAMPLES = Path(__file__).parent / "examples"
METRICS = sorted(load_catalog())


def found(figure: Figure, name: str) -> Any:
    """A field of the figure, or one of its details; money as a number."""
    value = getattr(figure, name) if hasattr(figure, name) else figure.details[name]
    return float(value) if isinstance(value, Decimal) else value


def check(figure: Figure, expected: Mapping[str, Any]) -> None:
    assert {name: found(figure, name) for name in expected} == pytest.approx(dict(expected), rel=1e-12), figure


def key_of(figure: Figure, split: str) -> str:
    return figure.period if split in ("month", "quarter") else figure.slice[split]


def check_question(figures: Figures, metric: str, question: Mapping[str, Any]) -> None:
    where, as_of = question.get("where"), question["as_of"]
    if "by" not in question:
        figure = figures.of(metric, question["year"], where, as_of)
        check(figure, question["expected"])
        assert figure.status == question.get("status", figure.status)
        assert [name for name in question.get("missing", []) if found(figure, name) is not None] == []
        return
    listed = {
        key_of(figure, question["by"]): figure
        for figure in figures.by(metric, question["year"], question["by"], where, as_of)
    }
    for key, expected in question["expected"].items():
        check(listed[key], expected)


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_has_an_example_and_computes_it(metric: str, tmp_path: Path) -> None:
    """The rows and the figures of tests/queries/examples/<metric>.toml agree, and so does `explain --rows`."""
    path = EXAMPLES / f"{metric}.toml"
    assert path.is_file(), f"{metric} has no worked example {path}"
    example = tomllib.loads(path.read_text(encoding="utf-8"))
    workspace = write_company(tmp_path, example["exports"], example.get("settings", ""))
    with open_figures(workspace) as figures:
        for question in example["figure"]:
            check_question(figures, metric, question)
            require_every_recount(figures, metric, question["year"], question["as_of"], question.get("where", {}))


def test_no_example_is_left_without_a_metric() -> None:
    """An example whose metric is gone is dead weight."""
    assert sorted(path.stem for path in EXAMPLES.glob("*.toml")) == METRICS
