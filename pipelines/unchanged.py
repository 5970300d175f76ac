"""Whether anything that a load depends on has changed since the warehouse was made."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.account import SheetRead
from pipelines.cache import CACHE_FOLDER, reading_fingerprint
from pipelines.sheets import content_digest
from workspace import Workspace

RECORD = "loaded.json"


def is_warehouse_current(workspace: Workspace, paths: Sequence[Path]) -> bool:
    """Whether the warehouse is what a load of `paths` would make: same files, settings, program, holidays, key and day.

    A file counts as the same if its bytes are; its times do not matter.
    """
    record = _record(workspace)
    if record is None or record["conditions"] != _conditions(workspace) or record["database"] != _database(workspace):
        return False
    sizes = {path.relative_to(workspace.raw).as_posix(): path.stat().st_size for path in paths}
    if sizes != {name: size for name, (size, _) in record["files"].items()}:
        return False
    with ThreadPoolExecutor() as pool:
        digests = dict(zip(sizes, pool.map(content_digest, paths), strict=True))
    return digests == {name: digest for name, (_, digest) in record["files"].items()}


def record_inputs(workspace: Workspace, reads: Sequence[SheetRead]) -> None:
    """Notes what the present warehouse was made from."""
    record = {
        "conditions": _conditions(workspace),
        "database": _database(workspace),
        "files": {read.sheet.path: (read.sheet.size_bytes, read.sheet.digest) for read in reads},
    }
    path = _path(workspace)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    new.replace(path)


def _path(workspace: Workspace) -> Path:
    return workspace.database.parent / CACHE_FOLDER / RECORD


def _record(workspace: Workspace) -> Mapping[str, Any] | None:
    try:
        return json.loads(_path(workspace).read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    except (FileNotFoundError, ValueError):
        return None


def _conditions(workspace: Workspace) -> str:
    settings = json.dumps(workspace.settings, sort_keys=True, default=str)
    today, holidays = dt.date.today().isoformat(), version("chinesecalendar")
    return hashlib.sha256("\n".join([reading_fingerprint(workspace), settings, today, holidays]).encode()).hexdigest()


def _database(workspace: Workspace) -> list[int] | None:
    """What tells the database file from another one that somebody put in its place."""
    if not workspace.database.is_file():
        return None
    status = workspace.database.stat()
    return [status.st_ino, status.st_size, status.st_mtime_ns]
