"""A new database beside the old one, put in its place in one step or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import FolderNotWritable, LoadInProgress
from workspace import Workspace

PRIVATE_FOLDER = ".loading"
LOCK_FILE = ".loading.lock"


@contextmanager
def private_folder(workspace: Workspace) -> Iterator[Path]:
    """An empty folder beside the database that only its owner may enter; it is removed at the end.

    What a crash left in it is removed first. Raises LoadInProgress while another load holds it, FolderNotWritable.
    """
    data = workspace.database.parent
    try:
        data.mkdir(parents=True, exist_ok=True)
        with _lock(data / LOCK_FILE):
            folder = data / PRIVATE_FOLDER
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(mode=0o700)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except PermissionError as error:
        raise FolderNotWritable(
            f"文件夹 {data} 不可写，无法加载。请检查权限后重试；原有数据库未改动。",
            f"The folder {data} cannot be written to. Check its permissions and try again; the database is unchanged.",
        ) from error


@contextmanager
def _lock(path: Path) -> Iterator[None]:
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
    """Replaces the database by the new one; a crash leaves one of the two whole."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(database)
