"""The product as an installed package, away from its source tree."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOADED_DISTRIBUTIONS = """
import sys
from importlib.metadata import packages_distributions
import annual_report, pipelines.build, pipelines.inspection, pipelines.sample, queries.figures, queries.explain
import reports.build, reports.render.html, reports.render.pdf, reports.render.press, reports.render.machine
import reports.analysis, reports.render.slides, reports.render.word, reports.render.workbook, reports.review_files
distributions = packages_distributions()
loaded = {name.split(".")[0] for name in sys.modules}
print(*sorted({each for name in loaded for each in distributions.get(name, ())}))
"""


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `annual-report` program of a wheel in an environment that has the dependencies, but not the source tree.

    A line in a .pth file lends the packages that are installed here; the link to the source tree among them is not
    followed from there.
    """
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT, folder=folder)
    environment = folder / "environment"
    venv.create(environment)
    run(*pip, "--python", environment / "bin" / "python", "install", "--no-deps", *folder.glob("*.whl"), folder=folder)
    (site_packages,) = (environment / "lib").glob("python*/site-packages")
    (site_packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return environment / "bin" / "annual-report"


def test_the_program_needs_no_package_beyond_the_lock(installed: Path, tmp_path: Path) -> None:
    """Whatever its modules import is locked for those who only make reports."""
    printed = run(installed.with_name("python"), "-c", LOADED_DISTRIBUTIONS, folder=tmp_path).stdout
    locked = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    loaded = {name.lower().replace("_", "-") for name in printed.split()}
    assert {"duckdb", "pandas", "jinja2", "annual-report"} <= loaded
    assert loaded - locked - {"setuptools", "pip"} == {"annual-report"}  # those two belong to every environment


def test_an_installed_wheel_makes_the_sample_report_in_another_folder(installed: Path, tmp_path: Path) -> None:
    """init, sample, load and build need nothing of the source tree."""
    run(installed, "init", "company", folder=tmp_path)
    run(installed, "-C", "company", "sample", folder=tmp_path)
    run(installed, "-C", "company", "load", folder=tmp_path)
    printed = run(installed, "-C", "company", "build", "--year", "2025", folder=tmp_path).stdout
    output = tmp_path / "company" / "reports" / "output" / "2025"
    assert (output / "annual-report.pdf").read_bytes().startswith(b"%PDF-")
    assert "年度工作总结" in (output / "annual-report.html").read_text(encoding="utf-8")
    assert "受理工单" in printed
