"""A table of text as it stands in a file, before anybody knows what it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyarrow as pa

PREVIEW_ROWS = 60


@dataclass(frozen=True)
class Sheet:
    """One table of text as it stands in a file.

    `relation` is what a FROM clause reads: columns c0, c1, … in the order of the file, all text. `preview` holds the
    first rows with their row numbers counted from 1; `row_count` counts every row, blank ones too.
    """

    path: str
    sheet: str
    digest: str
    size_bytes: int
    encoding: str
    relation: str
    width: int
    row_count: int
    preview: tuple[tuple[str, ...], ...] = field(repr=False)  # raw cells must not reach a traceback
    table: pa.Table | None = field(default=None, repr=False)
    copy_number: int = 0

    @cached_property
    def file_id(self) -> int:
        """A number that depends on the content alone, so that other files do not change it."""
        return int(hashlib.sha256(f"{self.digest}/{self.sheet}/{self.copy_number}".encode()).hexdigest()[:7], 16)

    @property
    def place(self) -> str:
        """File and sheet as a person would name them."""
        return f"{self.path}〔{self.sheet}〕" if self.sheet else self.path


def content_digest(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
