"""Files as parsed, kept by content: what one load has read of a file, the next takes from here if nothing changed.

`data/.cache/<name of the file, hashed>/` holds the Parquet file of each sheet and manifest.json, which says what the
file and its sheets are. There are pseudonyms and masked text in it, as in the warehouse, and never a raw cell.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from pipelines.account import SheetRead
from pipelines.contracts import Contract
from pipelines.headers import Column, DimensionColumn, Recognition
from pipelines.received import Received
from pipelines.sheets import MergedCells, Sheet, SheetDetails, UnreadCell, content_digest
from workspace import Workspace

CACHE_FOLDER = ".cache"
MANIFEST = "manifest.json"
PARQUET_MAGIC = b"PAR1"
HERE = Path(__file__).parent
CODE = ("*.py", "*.sql", "*.toml", "*/*.toml", "*/*.sql")


@dataclass(frozen=True)
class ParsedFiles:
    """The cache of a workspace. `fingerprint` stands for everything but the file that decides how it is parsed."""

    folder: Path
    fingerprint: str
    contracts: Mapping[str, Contract]

    def find(self, path: Path, name: str) -> list[SheetRead] | None:
        """What an earlier load has read of the file `name` at `path`; None if the file or its reading has changed."""
        entry = self._entry(name)
        manifest = _manifest(entry / MANIFEST)
        if manifest is None or manifest["fingerprint"] != self.fingerprint:
            return None
        if manifest["size_bytes"] != path.stat().st_size or manifest["digest"] != content_digest(path):
            return None
        if not all(_is_whole(entry / sheet["received"]["file"]) for sheet in manifest["sheets"] if sheet["received"]):
            return None
        return [self._sheet_read(sheet, entry) for sheet in manifest["sheets"]]

    def keep(self, name: str, reads: Sequence[SheetRead]) -> list[SheetRead]:
        """Moves the rows of a file into the cache, whole or not at all; returns its sheets with their new place."""
        new = self.folder / f"{self._entry(name).name}.new"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True, mode=0o700)
        for read in reads:
            if read.received is not None:
                shutil.move(read.received.path, new / read.received.path.name)
        sheets = [_as_json(read) for read in reads]
        manifest = {
            "fingerprint": self.fingerprint,
            "digest": reads[0].sheet.digest,
            "size_bytes": reads[0].sheet.size_bytes,
            "sheets": sheets,
        }
        (new / MANIFEST).write_text(
            json.dumps(
                manifest,
                ensure_ascii=False,
            ),
            encoding="utf-8",
        )
        shutil.rmtree(self._entry(name), ignore_errors=True)
        new.rename(self._entry(name))
        return [self._sheet_read(sheet, self._entry(name)) for sheet in sheets]

    def holds(self, received: Received) -> bool:
        """Whether rows are in the cache already."""
        return received.path.is_relative_to(self.folder)

    def forget_others(self, names: Iterable[str]) -> None:
        """Removes what belongs to no file of these names: files that are gone, and what a crash left."""
        kept = {self._entry(name) for name in names}
        for entry in self.folder.iterdir() if self.folder.is_dir() else ():
            if entry not in kept and entry.is_dir():
                shutil.rmtree(entry)

    def _entry(self, name: str) -> Path:
        return self.folder / hashlib.sha256(name.encode()).hexdigest()[:24]

    def _sheet_read(self, source: Mapping[str, Any], entry: Path) -> SheetRead:
        received = source["received"]
        return SheetRead(
            sheet=Sheet(**_sheet(source["sheet"])),
            recognition=_recognition(source["recognition"], self.contracts),
            exported_at=_moment(source["exported_at"]),
            claimed_end=dt.date.fromisoformat(source["claimed_end"]) if source["claimed_end"] else None,
            constants=tuple(source["constants"]),
            received=Received(entry / received["file"], tuple(received["fields"]), received["has_composed_key"])
            if received
            else None,
        )


def parsed_files(workspace: Workspace, contracts: Mapping[str, Contract]) -> ParsedFiles:
    """The cache of `workspace` for the settings, the key and the program as they are now."""
    folder = workspace.database.parent / CACHE_FOLDER
    return ParsedFiles(folder, reading_fingerprint(workspace), contracts)


def reading_fingerprint(workspace: Workspace) -> str:
    """Stands for the program, its contracts, the key of the pseudonyms and the user's mappings."""
    mapping = json.dumps(workspace.settings.get("mapping", {}), sort_keys=True, default=str)
    key = hashlib.sha256(workspace.key_file.read_bytes()).hexdigest() if workspace.key_file.exists() else ""
    return hashlib.sha256("\n".join([program_digest(), duckdb.__version__, mapping, key]).encode()).hexdigest()


@cache
def program_digest() -> str:
    """The sha256 of everything in this room that decides what is read and made of it."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in CODE for path in HERE.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_whole(path: Path) -> bool:
    """Whether a Parquet file has its end; after a power cut it may not."""
    try:
        with path.open("rb") as file:
            file.seek(-len(PARQUET_MAGIC), os.SEEK_END)
            return file.read() == PARQUET_MAGIC
    except OSError:
        return False


def _manifest(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    except (FileNotFoundError, ValueError):
        return None


def _as_json(read: SheetRead) -> dict[str, Any]:
    sheet, recognition, received = read.sheet, read.recognition, read.received
    kept = ("path", "sheet", "digest", "size_bytes", "encoding", "width", "row_count")
    return {
        "sheet": {name: getattr(sheet, name) for name in kept} | {"details": dataclasses.asdict(sheet.details)},
        "recognition": recognition
        and {
            "kind": recognition.contract.kind,
            "header_row": recognition.header_row,
            "columns": [dataclasses.asdict(column) for column in recognition.columns],
            "dimensions": [dataclasses.asdict(dimension) for dimension in recognition.dimensions],
            "unmapped": list(recognition.unmapped),
        },
        "exported_at": read.exported_at and read.exported_at.isoformat(),
        "claimed_end": read.claimed_end and read.claimed_end.isoformat(),
        "constants": list(read.constants),
        "received": received
        and {
            "file": received.path.name,
            "fields": list(received.fields),
            "has_composed_key": received.has_composed_key,
        },
    }


def _recognition(source: Mapping[str, Any] | None, contracts: Mapping[str, Contract]) -> Recognition | None:
    if source is None:
        return None
    return Recognition(
        contract=contracts[source["kind"]],
        header_row=source["header_row"],
        columns=tuple(Column(**column) for column in source["columns"]),
        dimensions=tuple(DimensionColumn(**dimension) for dimension in source["dimensions"]),
        unmapped=tuple(source["unmapped"]),
    )


def _sheet(source: Mapping[str, Any]) -> dict[str, Any]:
    return dict(source) | {"details": _details(source["details"]), "relation": "", "preview": ()}


def _details(source: Mapping[str, Any]) -> SheetDetails:
    return SheetDetails(
        **dict(source)
        | {
            "unread_cells": tuple(UnreadCell(**cell) for cell in source["unread_cells"]),
            "merged_cells": tuple(MergedCells(**cells) for cells in source["merged_cells"]),
        }
    )


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
