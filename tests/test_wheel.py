"""The product as an installed package, away from its source tree."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `annual-report` program of a wheel installed into an empty environment with the locked dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT, folder=folder)
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    pip = (environment / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check")
    run(*pip, "install", "--no-deps", "--require-hashes", "-r", ROOT / "requirements.lock", folder=folder)
    run(*pip, "install", "--no-deps", *folder.glob("*.whl"), folder=folder)
    return environment / "bin" / "annual-report"


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
