"""The notebooks: they run on the sample, store nothing, and print what the report prints."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from reports.analysis import open_analysis

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
SENTENCES = {
    "01_first_look": ("closure_rate",),
    "02_repeat_faults_and_lifts": ("rework_rate", "repeat_fault_rate"),
    "03_collections_and_arrears": ("collection_rate", "arrears_recovery_rate"),
    "04_satisfaction_drivers": ("satisfaction_rate", "survey_response_rate"),
}


def test_there_are_four() -> None:
    """First look, repeat faults, collections, satisfaction."""
    assert [path.stem for path in NOTEBOOKS] == list(SENTENCES)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_is_stored_in_a_notebook(path: Path) -> None:
    """No output, no execution count, nothing about a machine."""
    held = json.loads(path.read_text(encoding="utf-8"))
    assert set(held["metadata"]) == {"kernelspec", "language_info"}
    assert held["metadata"]["language_info"] == {"name": "python"}
    for cell in held["cells"]:
        assert cell["metadata"] == {}
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_reads_as_a_tutorial_in_both_languages(path: Path) -> None:
    """Every heading is followed by Chinese prose or a line in English; the checks within are asserted, not claimed."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    assert len(texts) >= 5
    for text in texts:
        assert re.search(r"^#+ .*[\u4e00-\u9fff]", text) and re.search(r"^\*[A-Z].*\.\*$", text, re.MULTILINE), text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_prints_what_the_report_says(
    path: Path, loaded_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first cell to the last, with charts, and without a full identity of anyone."""
    monkeypatch.setenv("ANNUAL_REPORT_WORKSPACE", str(loaded_sample))
    monkeypatch.setenv("PYTHONPATH", str(FOLDER.parent))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    ).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    printed = "\n".join(map(_text, outputs))
    with open_analysis(loaded_sample, 2025) as year:
        for metric in SENTENCES[path.stem]:
            assert year.sentence(metric) in printed
    assert any("application/vnd.plotly.v1+json" in output.get("data", {}) for output in outputs)
    assert not re.search(r"1[3-9]\d{9}(?!\d)|\d{17}[\dX]", printed)
    assert str(loaded_sample) not in printed


def _text(output: Any) -> str:
    """What an output shows as text."""
    return str(output.get("text") or output.get("data", {}).get("text/plain", ""))
