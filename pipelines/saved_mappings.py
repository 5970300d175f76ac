"""An inspection as lines of settings.toml, under a name that finds the export of the next year too."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from pipelines.contracts import load_contracts
from pipelines.files import NOT_EXPORTS
from pipelines.header_words import as_compared
from pipelines.inspection import InspectedColumn, InspectedFile, InspectedSheet
from pipelines.mapping import pattern_for
from pipelines.settings_lines import Table, with_tables
from workspace import Sentence, Workspace


def save_mappings(files: Sequence[InspectedFile], workspace: Workspace) -> Sentence:
    """Adds to settings.toml what was recognised or well guessed; what the user wrote stays, twice changes nothing.

    Raises SettingInvalid where settings.toml leaves no place for the lines; it is then unchanged.
    """
    own = workspace.own_settings_text
    tables = [table for file in files for table in _tables(file, files, workspace)]
    new = with_tables(own, tables)
    if new == own:
        return Sentence(
            "settings.toml 已含这些对应，未改动。", "settings.toml holds these mappings already; unchanged."
        )
    _replace(workspace.settings_file, new)
    headers = "、".join(dict.fromkeys(table.header for table in tables))
    return Sentence(
        f"已写入 settings.toml：{headers}。请核对猜测的行，再运行 annual-report load。",
        f"Written to settings.toml: {headers}. Check the guessed lines, then run annual-report load.",
    )


def _tables(file: InspectedFile, files: Sequence[InspectedFile], workspace: Workspace) -> Iterator[Table]:
    understood = [sheet for sheet in file.sheets if sheet.contract is not None]
    is_alone = sum(bool(sheet.sheet.row_count) for sheet in file.sheets) == 1
    for sheet in understood:
        name = file.name.rsplit("/", 1)[-1]
        pattern = pattern_for(name) if _is_safe(sheet, name, files, workspace, is_alone) else name
        path = ("mapping", pattern if is_alone else f"{pattern}〔{pattern_for(sheet.sheet.sheet)}〕")
        columns = list(_nameable(sheet))
        yield Table(path, _values(sheet, columns), _remarks(columns), tuple(_comments(sheet, columns)))
        dimensions = {column.dimension: column.header for column in columns if column.dimension is not None}
        own = sheet.mapping.dimensions
        if dimensions and not own:
            yield Table((*path, "dimensions"), dimensions, {})


def _is_safe(
    sheet: InspectedSheet, name: str, files: Sequence[InspectedFile], workspace: Workspace, is_alone: bool
) -> bool:
    """Whether the pattern of a name finds no other file that is known to be of another kind."""
    pattern = pattern_for(name)
    assert sheet.contract is not None
    kinds = {
        other.contract.kind
        for file in files
        for other in file.sheets
        if other.contract is not None
        and fnmatch(file.name.rsplit("/", 1)[-1], pattern)
        and (is_alone or other.sheet.sheet == sheet.sheet.sheet)
    }
    others = {
        path.name
        for path in (workspace.raw.rglob("*") if workspace.raw.is_dir() else ())
        if path.is_file() and not path.name.startswith(NOT_EXPORTS) and fnmatch(path.name, pattern)
    } - {file.name.rsplit("/", 1)[-1] for file in files}
    return kinds == {sheet.contract.kind} and all(_is_of_kind(other, sheet.contract.kind) for other in others)


def _is_of_kind(name: str, kind: str) -> bool:
    """Whether a file that was not inspected could be of the kind, by its name: it names no other one."""
    named = {
        contract.kind
        for contract in load_contracts().values()
        if any(word in name.lower() for word in contract.name_words)
    }
    return not named or kind in named


def _nameable(sheet: InspectedSheet) -> Iterator[InspectedColumn]:
    """The columns whose header stands only once, or first, so that a line of the settings can name them."""
    seen: set[str] = set()
    for column in sheet.columns:
        if as_compared(column.header) not in seen:
            seen.add(as_compared(column.header))
            yield column


def _values(sheet: InspectedSheet, columns: Iterable[InspectedColumn]) -> Mapping[str, str]:
    assert sheet.contract is not None
    values = {"kind": sheet.contract.kind}
    for column in columns:
        fields = [field.name for field in column.fields]
        if column.guess is not None and column.guess.is_good:
            fields = [column.guess.field.name]
        values |= {name: column.header for name in fields if name not in sheet.mapping.headers}
    return values if sheet.mapping.kind is None else {key: text for key, text in values.items() if key != "kind"}


def _remarks(columns: Iterable[InspectedColumn]) -> Mapping[str, str]:
    return {
        column.guess.field.name: f"猜测 / guess {column.guess.likeness:.2f}"
        for column in columns
        if column.guess is not None and column.guess.is_good
    }


def _comments(sheet: InspectedSheet, columns: Iterable[InspectedColumn]) -> Iterator[str]:
    """One comment a column that serves nothing; the same at every inspection, so that it is not added twice."""
    for column in columns:
        is_used = column.fields or column.dimension is not None or (column.guess is not None and column.guess.is_good)
        if not is_used:
            yield f"# 未对应 / unmapped: {column.header}"


def _replace(path: Path, text: str) -> None:
    """Puts the new settings in the place of the old ones in one step."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if path.exists():
            Path(name).chmod(path.stat().st_mode)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
