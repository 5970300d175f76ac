"""What all tests share."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.build import load
from queries.figures import open_figures
from reports.build import build
from reports.formats import FORMATS, file_name
from workspace import open_workspace

ROOT = Path(__file__).parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The wheel test takes longest and runs alone: first, so that the other worker has the rest meanwhile."""
    items.sort(key=lambda item: "test_wheel" not in item.nodeid)


@pytest.fixture(scope="session")
def loaded_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the committed sample, loaded once for all workers. Nobody may write to it."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    folder = shared / "loaded-sample"
    with _alone(shared / "loaded-sample.lock"):
        if not (folder / "data" / "property.duckdb").exists():
            shutil.copytree(ROOT / "data" / "raw", folder / "data" / "raw")
            shutil.copy(ROOT / "settings.toml", folder)
            load(open_workspace(folder))
    return folder


@pytest.fixture(scope="session")
def built_sample(loaded_sample: Path) -> Path:
    """The folder that holds the sample's report of 2025 in every form, built once for all workers."""
    folder = loaded_sample.with_name("built-sample")
    with _alone(loaded_sample.with_name("built-sample.lock")):
        if not (folder / file_name(FORMATS[-1])).exists():
            workspace = open_workspace(loaded_sample)
            with open_figures(workspace) as figures:
                build(figures, workspace, 2025, FORMATS, folder)
    return folder


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """While one worker is inside, the others wait."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
