"""The command line as a person or another program meets it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
JSON_KEYS = [
    "metric", "period", "slice", "as_of", "value", "unit", "n", "numerator", "denominator", "low", "high", "previous",
    "change", "target", "status",
]  # fmt: skip
TICKETS = "工单编号,报修时间,工单类型,工单状态,关闭时间,项目\n"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "annual_report", "-C", str(folder), *arguments],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@pytest.fixture
def company(loaded_sample: Path) -> Path:
    """The committed sample, loaded."""
    return loaded_sample


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    assert run(tmp_path, "init", ".").returncode == 0
    return tmp_path


def assert_told(done: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    """The exit code, a Chinese sentence with these words, and no traceback."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert re.search("[\u4e00-\u9fff]", done.stderr)
    for word in words:
        assert word in done.stderr, done.stderr


def test_load_prints_an_account_that_adds_up(company: Path) -> None:
    """kept + duplicate + total + not data + quarantined is the number of rows, as printed."""
    printed = run(company, "load").stdout
    assert "隔离" in printed and "工单" in printed


def test_metrics_prints_one_object_a_metric_with_exactly_the_agreed_keys(company: Path) -> None:
    """JSON holds a list and nothing else; durations carry an extra p90."""
    rows = json.loads(run(company, "metrics", "--year", "2025", "--format", "json").stdout)
    assert len(rows) == len({row["metric"] for row in rows}) >= 20
    for row in rows:
        assert [key for key in row if key != "p90"] == JSON_KEYS
        assert row["slice"] == {} and row["period"] == "2025"
    durations = [row["metric"] for row in rows if "p90" in row]
    assert "resolution_time" in durations and "closure_rate" not in durations


def test_metrics_by_month_lists_twelve_periods_and_no_total(company: Path) -> None:
    """With --by there is one object per value."""
    rows = json.loads(
        run(company, "metrics", "ticket_volume", "--year", "2025", "--by", "month", "--format", "json").stdout
    )
    assert [row["period"] for row in rows] == [f"2025-{month:02d}" for month in range(1, 13)]
    year = json.loads(run(company, "metrics", "ticket_volume", "--year", "2025", "--format", "json").stdout)
    assert sum(row["value"] for row in rows) == year[0]["value"]


def test_metrics_by_a_slice_adds_up_to_the_year(company: Path) -> None:
    """The slices of a count partition it; kinds are contract codes."""
    rows = json.loads(
        run(company, "metrics", "ticket_volume", "--year", "2025", "--by", "kind", "--format", "json").stdout
    )
    year = json.loads(run(company, "metrics", "ticket_volume", "--year", "2025", "--format", "json").stdout)
    assert sum(row["value"] for row in rows) == year[0]["value"]
    assert {"repair", "complaint"} <= {row["slice"]["kind"] for row in rows}


def test_as_of_is_the_last_day_known(company: Path) -> None:
    """--as-of 2025-06-30 includes that day, and months that had not begun are not listed."""
    rows = json.loads(
        run(
            company, "metrics", "ticket_volume", "--year", "2025", "--as-of", "2025-06-30", "--by", "month",
            "--format", "json",
        ).stdout
    )  # fmt: skip
    assert [row["period"] for row in rows] == [f"2025-{month:02d}" for month in range(1, 7)]
    assert {row["as_of"] for row in rows} == {"2025-06-30"}


def test_explain_rows_recount_to_the_printed_number(company: Path) -> None:
    """One line a row, with the full ticket number, as many as the figure counts."""
    (figure,) = json.loads(run(company, "metrics", "closure_rate", "--year", "2025", "--format", "json").stdout)
    plain = run(company, "explain", "closure_rate", "--year", "2025").stdout
    with_rows = run(company, "explain", "closure_rate", "--year", "2025", "--rows").stdout
    rows = with_rows.removeprefix(plain).strip().splitlines()[1:]
    assert len(rows) == figure["n"] == figure["denominator"]


def test_csv_of_metrics_reads_back(company: Path) -> None:
    """One line a figure under one header line."""
    lines = run(company, "metrics", "closure_rate", "backlog", "--year", "2025", "--format", "csv").stdout.splitlines()
    assert lines[0].startswith("metric,period,slice")
    assert [line.split(",")[0] for line in lines[1:]] == ["closure_rate", "backlog"]


def test_building_again_gives_the_same_bytes(company: Path, built_sample: Path, tmp_path: Path) -> None:
    """PDF and HTML hold no clock and no random id, and are the same with a second process as without."""
    done = run(company, "build", "--year", "2025", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    for name in ("annual-report.pdf", "annual-report.html"):
        assert (tmp_path / name).read_bytes() == (built_sample / name).read_bytes()


def test_a_folder_without_exports_says_where_to_put_them(empty: Path) -> None:
    assert_told(run(empty, "load"), 1, "data/raw")


def test_an_unknown_file_alone_is_refused_by_name(empty: Path) -> None:
    (empty / "data" / "raw" / "菜单.csv").write_text("菜名,价格\n豆腐,3\n", encoding="utf-8")
    assert_told(run(empty, "load"), 1, "菜单.csv")


def test_a_missing_required_column_names_the_field_and_the_file(empty: Path) -> None:
    (empty / "data" / "raw" / "工单.csv").write_text("工单编号,工单状态,工单类型\nA1,已关闭,报修\n", encoding="utf-8")
    assert_told(run(empty, "load"), 1, "工单.csv", "报修时间")


def test_a_corrupt_workbook_leaves_the_last_good_warehouse(empty: Path) -> None:
    """The message names the file; the figures of before can still be read."""
    raw = empty / "data" / "raw"
    (raw / "工单.csv").write_text(
        TICKETS + "A1,2025-01-02 08:00,报修,已关闭,2025-01-02 09:00,云栖苑\n", encoding="utf-8"
    )
    assert run(empty, "load").returncode == 0
    before = (empty / "data" / "property.duckdb").read_bytes()
    (raw / "坏.xlsx").write_bytes(b"PK\x03\x04 this is no workbook")
    assert_told(run(empty, "load"), 1, "坏.xlsx")
    assert (empty / "data" / "property.duckdb").read_bytes() == before


def test_an_unreadable_required_date_is_quarantined_and_the_load_goes_on(empty: Path) -> None:
    (empty / "data" / "raw" / "工单.csv").write_text(
        TICKETS + "A1,2025-01-02 08:00,报修,已关闭,,云栖苑\nA2,昨天下午,报修,处理中,,云栖苑\n", encoding="utf-8"
    )
    done = run(empty, "load")
    assert done.returncode == 0, done.stderr
    (figure,) = json.loads(run(empty, "metrics", "ticket_volume", "--year", "2025", "--format", "json").stdout)
    assert figure["value"] == 1


def test_a_year_without_data_names_the_years_that_have_some(company: Path) -> None:
    assert_told(run(company, "build", "--year", "1999"), 2, "1999", "2025")


def test_asking_before_loading_says_to_load(empty: Path) -> None:
    done = run(empty, "metrics", "--year", "2025")
    assert "annual-report load" in done.stderr and done.returncode != 0 and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("metrics", "closure_rat", "--year", "2025"), "closure_rate"),
        (("metrics", "closure_rate", "--year", "2025", "--by", "weather"), "weather"),
        (("metrics", "closure_rate", "--year", "2025", "--where", "priority"), "k=v"),
        (("metrics", "closure_rate", "--year", "2025", "--as-of", "30.6.2025"), "2025-06-30"),
        (("build", "--year", "2025", "--format", "docm"), "docm"),
        (("metrics", "--yaer", "2025"), "--year"),
        (("explain", "closure_rate", "--year", "2025", "--where", "weather=wet"), "weather"),
    ],
)
def test_wrong_use_is_told_with_the_value_and_the_way_out(company: Path, arguments: tuple[str, ...], word: str) -> None:
    """Exit code 2, a sentence, no traceback."""
    assert_told(run(company, *arguments), 2, word)


def test_sample_refuses_a_folder_that_holds_exports(company: Path) -> None:
    """Nobody's exports are ever overwritten."""
    assert_told(run(company, "sample"), 2, "data/raw")
