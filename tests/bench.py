"""`make bench`: the whole line against its floors, measured in turn in one run.

The floors are a bare WeasyPrint rendering of the finished page, a bare drawing of its charts and a bare DuckDB read of
the same files, each in a process of its own, start-up included. The ratio is what counts: machines differ, ratios
differ less. Many reports in one run are measured against one report of the same company.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb

from reports.formats import FORMATS

ROOT = Path(__file__).parent.parent
RUNS = 3
HIGHEST_RATIO = 3.0
HIGHEST_BUILD_RATIO = 1.5  # build of PDF and HTML ÷ (bare WeasyPrint + charts drawn)
HIGHEST_MANY_RATIO = 12.0  # one report for each of 21 communities and the company's ÷ the company's alone
COMMUNITIES_FROM_ONE = 7  # the sample has three
MOST_OF_SUM = 0.7  # of the time that the forms take one by one

BARE_READ = """
import sys, duckdb, fastexcel
from pathlib import Path
connection = duckdb.connect()
for path in sorted(Path(sys.argv[1]).iterdir()):
    if path.suffix == ".xlsx":
        book = fastexcel.read_excel(path)
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, dtypes="string").to_arrow()
            connection.execute("create or replace table read_back as select * from sheet")
    elif path.suffix == ".csv":
        encoding = "utf-8"
        try:
            path.read_text(encoding)
        except UnicodeDecodeError:
            text = path.read_bytes().decode("gb18030")
            path = Path(sys.argv[2]) / path.name
            path.write_text(text)
        connection.execute(
            "create or replace table read_back as select * from read_csv(?, all_varchar = true, header = false, "
            "null_padding = true, strict_mode = false)", [str(path)])
"""
BARE_PDF = """
import sys
from weasyprint import HTML
HTML(filename=sys.argv[1]).write_pdf(sys.argv[2], pdf_variant="pdf/ua-1")
"""
BARE_CHARTS = """
import json, sys
from pathlib import Path
from reports.render.pictures import Specification, svg
for text, width, height in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
    svg(Specification(text, None), width, height)
"""
FINISHED_PAGE = """
import json, sys
from pathlib import Path
from queries.figures import open_figures
from reports.annual import compose
from reports.render import layout
from reports.render.pdf import print_page
from reports.render.pictures import height_millimetres as height, specified
from workspace import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
with open_figures(workspace) as figures:
    document = compose(figures, workspace, 2025)
Path(sys.argv[2]).write_text(print_page(document), encoding="utf-8")
charts = [
    (specified(chart.picture).json, layout.TEXT_WIDTH_MILLIMETRES, height(chart.picture, chart.height_millimetres))
    for chart in layout.charts_of(document)
]
Path(sys.argv[3]).write_text(json.dumps(charts), encoding="utf-8")
"""


def seconds(*command: str | Path) -> float:
    """How long one process takes from start to end."""
    started = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Print the medians and the ratios; exit 1 where one is above its bound."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        company = folder / "company"
        shutil.copytree(ROOT / "data" / "raw", company / "data" / "raw")
        shutil.copy(ROOT / "settings.toml", company)
        program = (sys.executable, "-m", "annual_report", "-C", company)
        seconds(*program, "load")
        seconds(sys.executable, "-c", FINISHED_PAGE, company, folder / "page.html", folder / "charts.json")
        rows = [_one_run(folder, company, program) for _ in range(RUNS)]
        alone, together = _formats(company, program)
        one, many = _many(company, program)
    is_slow = [_line_is_slow(rows), _build_is_slow(rows), _together_is_slow(alone, together), _many_are_slow(one, many)]
    sys.exit(any(is_slow))


def _one_run(folder: Path, company: Path, program: tuple[str | Path, ...]) -> dict[str, float]:
    return {
        "load": seconds(*program, "load"),
        "build": seconds(*program, "build", "--year", "2025"),
        "both": seconds(*program, "build", "--year", "2025", "--format", "pdf,html"),
        "read": seconds(sys.executable, "-c", BARE_READ, company / "data" / "raw", folder),
        "pdf": seconds(sys.executable, "-c", BARE_PDF, folder / "page.html", folder / "page.pdf"),
        "charts": seconds(sys.executable, "-c", BARE_CHARTS, folder / "charts.json"),
    }


def _formats(company: Path, program: tuple[str | Path, ...]) -> tuple[dict[str, float], float]:
    """The seconds of each form alone, and of all of them in one command, which composes and draws once."""
    command = (*program, "build", "--year", "2025", "--format")
    return {form: seconds(*command, form) for form in FORMATS}, seconds(*command, ",".join(FORMATS))


def _together_is_slow(alone: dict[str, float], together: float) -> bool:
    for form, took in alone.items():
        print(f"{form:5} alone                         {took:6.2f} s")
    share = together / sum(alone.values())
    print(f"all forms in one command            {together:6.2f} s = {share:.2f} of one by one (at most {MOST_OF_SUM})")
    return share > MOST_OF_SUM


def _many(company: Path, program: tuple[str | Path, ...]) -> tuple[float, float]:
    """The seconds of one report, and of one for each of 21 communities, of a company of the same size."""
    _divide(company / "data" / "property.duckdb")
    command = (*program, "build", "--year", "2025", "--format", "pdf,html")
    return seconds(*command), seconds(*command, "--by", "community")


def _divide(database: Path) -> None:
    """Divide each community of a loaded warehouse into seven, building by building."""
    with duckdb.connect(database) as connection:
        columns = connection.execute(
            "select table_name, list(column_name) from information_schema.columns "
            "where table_schema = 'warehouse' group by table_name having list_contains(list(column_name), 'community')"
        ).fetchall()
        for table, names in columns:
            if table != "communities":
                key = "coalesce(building, '')" if "building" in names else "rowid"
                part = f"hash({key}) % {COMMUNITIES_FROM_ONE}"
                connection.execute(f"update warehouse.{table} set community = community || ' ' || {part}")
        connection.execute(
            "create or replace table warehouse.communities as select * replace (community || ' ' || part as community) "
            f"from warehouse.communities, range({COMMUNITIES_FROM_ONE}) as parts (part)"
        )


def _line_is_slow(rows: list[dict[str, float]]) -> bool:
    load, build, read, pdf = (median(row[name] for row in rows) for name in ("load", "build", "read", "pdf"))
    ratio = median((row["load"] + row["build"]) / (row["read"] + row["pdf"]) for row in rows)
    print(f"load {load:.2f} s   build {build:.2f} s   together {load + build:.2f} s")
    print(f"bare DuckDB read {read:.2f} s   bare WeasyPrint {pdf:.2f} s")
    print(f"ratio {ratio:.2f} (at most {HIGHEST_RATIO:.1f})")
    return ratio > HIGHEST_RATIO


def _build_is_slow(rows: list[dict[str, float]]) -> bool:
    both, charts = (median(row[name] for row in rows) for name in ("both", "charts"))
    ratio = median(row["both"] / (row["pdf"] + row["charts"]) for row in rows)
    print(f"build of PDF and HTML {both:.2f} s   bare drawing of the charts {charts:.2f} s")
    print(f"ratio to bare WeasyPrint and drawing {ratio:.2f} (at most {HIGHEST_BUILD_RATIO:.1f})")
    return ratio > HIGHEST_BUILD_RATIO


def _many_are_slow(one: float, many: float) -> bool:
    print(f"one report {one:.2f} s   reports of 21 communities and the company {many:.2f} s")
    print(f"ratio {many / one:.2f} (at most {HIGHEST_MANY_RATIO:.1f})")
    return many / one > HIGHEST_MANY_RATIO


if __name__ == "__main__":
    main()
