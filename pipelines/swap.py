"""A new database beside the old one, put in its place in one step or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import LoadInProgress
from pipelines.faults import faults_told
from workspace import Workspace

PRIVATE_FOLDER = ".loading"
LOCK_FILE = ".loading.lock"
OWNER_ONLY = 0o600


@contextmanager
def private_folder(workspace: Workspace) -> Iterator[Path]:
    """An empty folder beside the database that only its owner may enter; it is removed at the end.

    What a crash left in it is removed first. Raises LoadInProgress while another load holds it, and what the machine
    refuses meanwhile as the errors of `faults_told`.
    """
    data = workspace.database.parent
    with faults_told(workspace):
        data.mkdir(parents=True, exist_ok=True)
        with _lock(data / LOCK_FILE):
            folder = data / PRIVATE_FOLDER
            _remove(folder)
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                _remove(folder)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Holds the lock of the workspace; the system lets go of it when the process ends, however it ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LoadInProgress(
                "另一个加载正在进行。请等它结束后重试；原有数据库未改动。",
                "Another load of this workspace is running. Try again when it has ended; the database is unchanged.",
            ) from error
        yield


def put_in_place(new: Path, database: Path) -> None:
    """Replaces the database by the new one; a crash or a power cut leaves one of the two whole.

    The file keeps the permissions that the old one had; the first one belongs to its owner alone.
    """
    new.chmod(stat.S_IMODE(database.stat().st_mode) if database.exists() else OWNER_ONLY)
    _write_through(new)
    new.replace(database)
    _write_through(database.parent)


def _write_through(path: Path) -> None:
    """Waits until a file or folder is on the disk itself."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
