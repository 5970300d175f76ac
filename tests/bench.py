"""`make bench`: the whole line against its two floors, measured in turn in one run.

The floors are a bare WeasyPrint rendering of the finished page and a bare DuckDB read of the same files, each in a
process of its own, start-up included. The ratio is what counts: machines differ, ratios differ less.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
RUNS = 3
HIGHEST_RATIO = 3.0

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
FINISHED_PAGE = """
import sys
from pathlib import Path
from queries.figures import open_figures
from reports.annual import compose
from reports.render.pdf import print_page
from workspace import open_workspace
workspace = open_workspace(Path(sys.argv[1]))
with open_figures(workspace) as figures:
    Path(sys.argv[2]).write_text(print_page(compose(figures, workspace, 2025)), encoding="utf-8")
"""


def seconds(*command: str | Path) -> float:
    """How long one process takes from start to end."""
    started = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Print the medians and the ratio; exit 1 where the ratio is above the bound."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        company = folder / "company"
        shutil.copytree(ROOT / "data" / "raw", company / "data" / "raw")
        shutil.copy(ROOT / "settings.toml", company)
        program = (sys.executable, "-m", "annual_report", "-C", company)
        seconds(*program, "load")
        page = folder / "page.html"
        seconds(sys.executable, "-c", FINISHED_PAGE, company, page)
        rows = [_one_run(folder, company, page, program) for _ in range(RUNS)]
    load, build, read, pdf = (median(column) for column in zip(*rows, strict=True))
    ratio = median((row[0] + row[1]) / (row[2] + row[3]) for row in rows)
    print(f"load {load:.2f} s   build {build:.2f} s   together {load + build:.2f} s")
    print(f"bare DuckDB read {read:.2f} s   bare WeasyPrint {pdf:.2f} s")
    print(f"ratio {ratio:.2f} (at most {HIGHEST_RATIO:.1f})")
    sys.exit(ratio > HIGHEST_RATIO)


def _one_run(folder: Path, company: Path, page: Path, program: tuple[str | Path, ...]) -> tuple[float, ...]:
    return (
        seconds(*program, "load"),
        seconds(*program, "build", "--year", "2025"),
        seconds(sys.executable, "-c", BARE_READ, company / "data" / "raw", folder),
        seconds(sys.executable, "-c", BARE_PDF, page, folder / "page.pdf"),
    )


if __name__ == "__main__":
    main()
