"""Small companies of CSV text, loaded as a user's exports would be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from pipelines.build import load
from queries.figures import Figures, open_figures
from tests.queries.world import LoadedSample, Tables
from workspace import Workspace, open_workspace

Loader = Callable[..., Workspace]


def write_company(folder: Path, exports: Mapping[str, str], settings: str = "") -> Workspace:
    """A workspace in `folder` with one CSV file for each kind of export, loaded."""
    raw = folder / "data" / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    for kind, text in exports.items():
        (raw / f"{kind}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    (folder / "settings.toml").write_text(settings, encoding="utf-8")
    workspace = open_workspace(folder)
    load(workspace)
    return workspace


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Loader:
    """Loads exports, given as CSV text by kind, into a workspace of their own; the same ones only once."""

    @cache
    def loaded(exports: tuple[tuple[str, str], ...], settings: str) -> Workspace:
        return write_company(tmp_path_factory.mktemp("company"), dict(exports), settings)

    return lambda exports, settings="": loaded(tuple(sorted(exports.items())), settings)


@pytest.fixture
def figures_of(company: Loader) -> Iterator[Callable[..., Figures]]:
    """The figures of exports, given as CSV text by kind."""
    with ExitStack() as stack:
        yield lambda exports, settings="", as_of=None: stack.enter_context(
            open_figures(company(exports, settings), as_of)
        )


@pytest.fixture(scope="session")
def sample(loaded_sample: Path) -> Iterator[LoadedSample]:
    """The committed sample, loaded once."""
    with open_figures(open_workspace(loaded_sample)) as figures:
        yield LoadedSample(figures, Tables(figures.connection))
