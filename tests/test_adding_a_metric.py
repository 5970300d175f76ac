"""Adding a metric is adding one file: everything that prints figures knows it at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annual_report import app
from queries import catalog

ROOT = Path(__file__).parent.parent
PROGRAM = ("annual_report.py", "workspace.py", "settings.default.toml", "pipelines", "queries", "reports")
NEW_METRIC = '''/* ---
title         = { zh = "夜间工单占比", en = "Share of night tickets" }
section       = "core_services.reception"
unit          = "percent"
better        = "neutral"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community"]
definition.zh = """统计期内受理的工单中，二十二时以后受理的比例。"""
definition.en = """Share of the tickets opened in the period that were opened after ten in the evening."""
--- */
select
    ticket_id as evidence_id,
    opened_at as occurred_at,
    community,
    case when extract(hour from opened_at) >= 22 then 1 else 0 end as numerator,
    1 as denominator
from warehouse.tickets
where
    opened_at >= $start
    and opened_at < $end
'''
TICKETS = """ticket_id,opened_at,kind,status,community
T1,2025-03-01 23:00,repair,open,A
T2,2025-03-02 09:00,repair,open,A
T3,2025-03-03 10:00,repair,open,B
T4,2025-04-04 22:30,repair,open,B
"""
IN_PYTHON = """
from queries.ask import metric, metrics
from queries.catalog import load_catalog
from queries.dictionary import dictionary

months = metric("night_share", "company").year(2025).by("month")
print(months["value"].to_json())
print("night_share" in metrics().index, "## night_share" in dictionary(load_catalog()))
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the program beside a company of four tickets, two of them at night."""
    for name in PROGRAM:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "output"))
        else:
            shutil.copy(source, tmp_path)
    raw = tmp_path / "company" / "data" / "raw"
    raw.mkdir(parents=True)
    (raw / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    return tmp_path


def run(copied: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One Python process in the copy, with the copy's own modules."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=copied, env={**os.environ, "PYTHONPATH": str(copied)}, capture_output=True, text=True, encoding="utf-8",
        check=False,
    )  # fmt: skip


def told(copied: Path, *arguments: str) -> str:
    """What a command of the copied program prints."""
    done = run(copied, "-m", "annual_report", "-C", "company", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_file_is_in_the_table_the_report_the_explanation_the_notebook_and_the_dictionary(copied: Path) -> None:
    """Two of four tickets came at night: one of three in March, the one in April."""
    (copied / "queries" / "tickets" / "night_share.sql").write_text(NEW_METRIC, encoding="utf-8")
    told(copied, "load")

    (line,) = [line for line in told(copied, "metrics", "--year", "2025").splitlines() if "night_share" in line]
    assert line.split()[:4] == ["夜间工单占比", "night_share", "2025", "50.0%"] and line.endswith(" 4")
    assert "分子 ÷ 分母：2 ÷ 4" in told(copied, "explain", "night_share", "--year", "2025")

    done = run(copied, "-c", IN_PYTHON)
    assert done.stdout.splitlines()[1] == "True True", done.stderr
    values = json.loads(done.stdout.splitlines()[0])
    assert [values["2025-03"], values["2025-04"]] == pytest.approx([1 / 3, 1])

    told(copied, "build", "--year", "2025", "--format", "html", "--out", "out")
    report = (copied / "out" / "annual-report.html").read_text(encoding="utf-8")
    assert "夜间工单占比" in report and "二十二时以后受理的比例" in report
    assert 'data-metric="night_share"' in report


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("section  ", "sectoin  ", ("第 3 行", "sectoin", "section")),
        ('"percent"', '"procent"', ("第 4 行", "unit", "procent", "percent")),
        ("$start", "$strat", ("第 21 行", "$strat", "$start")),
    ],
)
def test_a_mistake_in_the_file_is_told_with_file_line_key_and_remedy(
    right: str, wrong: str, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1 and one sentence, whichever command meets it."""
    (tmp_path / "night_share.sql").write_text(NEW_METRIC.replace(right, wrong), encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "property.duckdb").touch()
    monkeypatch.setattr(catalog, "OWN_FOLDER", tmp_path)
    for command in (("metrics",), ("explain", "night_share"), ("build", "--format", "html")):
        done = CliRunner().invoke(app, ["-C", str(tmp_path), *command, "--year", "2025"])
        assert done.exit_code == 1 and isinstance(done.exception, SystemExit)
        assert len(done.stderr.splitlines()) == 1
        for word in ("night_share.sql", *words):
            assert word in done.stderr, done.stderr
