"""Every sheet under data/raw, recognised and read into the received tables of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue

from duckdb import ConversionException, DuckDBPyConnection, InvalidInputException, IOException

from pipelines.account import SheetRead, export_moment
from pipelines.cache import ParsedFiles, parsed_files
from pipelines.claims import claimed_end
from pipelines.contracts import Contract, load_common_words
from pipelines.errors import FileUnreadable, UnknownFile
from pipelines.faults import cause_of
from pipelines.file_changes import unchanged_files
from pipelines.files import open_sheets
from pipelines.headers import Recognition, check_mapping, recognise
from pipelines.mapping import FileMapping, mapping_for
from pipelines.merged_cells import with_merged_cells_filled
from pipelines.progress import Progress
from pipelines.received import Received, received_view, receiving_statement
from pipelines.sheets import Sheet
from pipelines.stage import DATE_TYPES, YEAR_LAST, Reading, received_fields
from workspace import Workspace


@dataclass(frozen=True)
class _Opened:
    """A sheet that no earlier load has read, and the user's word on it."""

    read: SheetRead
    mapping: FileMapping


@dataclass(frozen=True)
class Exports:
    """The files under data/raw, and where what is read of them goes."""

    paths: Sequence[Path]
    workspace: Workspace
    contracts: Mapping[str, Contract]
    private: Path

    def name(self, path: Path) -> str:
        """A file's name as messages and the warehouse give it."""
        return path.relative_to(self.workspace.raw).as_posix()


def read_exports(sessions: Sequence[DuckDBPyConnection], exports: Exports, progress: Progress) -> list[SheetRead]:
    """Reads every file that has changed since the last load, takes the others from the cache, and accounts for all.

    All sheets are recognised before the first is read, so that an unknown file stops the load before any work. Makes
    `received.<kind>` of every kind.

    Raises UnknownFile, RequiredColumnMissing, MappingInvalid, FileUnreadable.
    """
    cache = parsed_files(exports.workspace, exports.contracts)
    with unchanged_files(exports.paths, exports.workspace.raw):  # else the cache would keep rows of another content
        reads = _reads(sessions, exports, cache, progress)
    reads = _kept(cache, reads)
    for contract in exports.contracts.values():
        parts = [read.received for read in reads if read.kind == contract.kind and read.received is not None]
        sessions[0].execute(received_view(contract, parts))
    cache.forget_others(exports.name(path) for path in exports.paths)
    return reads


def _reads(
    sessions: Sequence[DuckDBPyConnection], exports: Exports, cache: ParsedFiles, progress: Progress
) -> list[SheetRead]:
    """All sheets with their rows, from the cache or newly read."""
    known = {exports.name(path): cache.find(path, exports.name(path)) for path in exports.paths}
    opened = [
        _opened(sessions[0], sheet, exports)
        for path in exports.paths
        if known[exports.name(path)] is None
        for sheet in open_sheets(path, exports.workspace.raw, exports.private)
    ]
    _refuse_unknown_files(opened)
    reads = _with_copies_told(
        read
        for path in exports.paths
        for read in known[exports.name(path)]
        or [each.read for each in opened if each.read.sheet.path == exports.name(path)]
    )
    mappings = {(each.read.sheet.path, each.read.sheet.sheet): each.mapping for each in opened}
    return _rows_read(sessions, reads, mappings, exports.private, progress)


def _opened(connection: DuckDBPyConnection, sheet: Sheet, exports: Exports) -> _Opened:
    mapping = mapping_for(sheet.path, exports.workspace.settings, exports.contracts, sheet.sheet)
    recognition = recognise(sheet, mapping, exports.contracts)
    if recognition is not None:
        check_mapping(sheet, mapping, recognition)
    header_row = recognition.header_row if recognition else 1
    read = SheetRead(
        sheet,
        recognition,
        exported_at=export_moment(connection, sheet, header_row),
        claimed_end=claimed_end(sheet, header_row),
        constants=tuple(mapping.constants),
    )
    return _Opened(read, mapping)


def _with_copies_told(reads: Iterable[SheetRead]) -> list[SheetRead]:
    """Of sheets with the same content the first one counts; the others name it."""
    first_with: dict[tuple[str, str], SheetRead] = {}
    told: list[SheetRead] = []
    for read in reads:
        original = first_with.setdefault((read.sheet.digest, read.sheet.sheet), read)
        if original is not read:
            own = replace(read.sheet, copy_number=len(told))
            read = replace(read, sheet=own, copy_of=original, received=None)
        told.append(read)
    return told


def _rows_read(
    sessions: Sequence[DuckDBPyConnection],
    reads: Sequence[SheetRead],
    mappings: Mapping[tuple[str, str], FileMapping],
    folder: Path,
    progress: Progress,
) -> list[SheetRead]:
    """The sheets with their rows. Each session reads a sheet at a time: a small one keeps one core busy at most."""
    idle: SimpleQueue[DuckDBPyConnection] = SimpleQueue()
    for session in sessions:
        idle.put(session)

    def rows_of(read: SheetRead) -> SheetRead:
        mapping = mappings.get((read.sheet.path, read.sheet.sheet))
        if mapping is None or read.recognition is None or read.copy_of is not None:
            return read
        session = idle.get()
        try:
            with progress.reading(session, read.sheet):
                return replace(read, received=_received(session, read.sheet, read.recognition, mapping, folder))
        finally:
            idle.put(session)

    largest_first = sorted(range(len(reads)), key=lambda position: -reads[position].sheet.size_bytes)
    with ThreadPoolExecutor(max_workers=len(sessions)) as pool, _interrupted_together(sessions):
        done = dict(zip(largest_first, pool.map(rows_of, (reads[each] for each in largest_first)), strict=True))
    return [done[position] for position in range(len(reads))]


def _kept(cache: ParsedFiles, reads: Sequence[SheetRead]) -> list[SheetRead]:
    """Puts the files that were read now into the cache; a copy of another file is looked at anew each time."""
    kept: list[SheetRead] = []
    for name, group in groupby(reads, key=lambda read: read.sheet.path):
        sheets = list(group)
        is_new = any(read.received and not cache.holds(read.received) for read in sheets)
        has_copies = any(read.copy_of is not None for read in sheets)
        kept += cache.keep(name, sheets) if is_new and not has_copies else sheets
    return kept


@contextmanager
def _interrupted_together(sessions: Sequence[DuckDBPyConnection]) -> Iterator[None]:
    """Ends the statements of all sessions when one has failed or the user has pressed Ctrl-C."""
    try:
        yield
    except BaseException:
        for session in sessions:
            session.interrupt()
        raise


def _refuse_unknown_files(opened: Sequence[_Opened]) -> None:
    """A sheet that is no export is passed over, a whole file that holds none is refused."""
    known = {each.read.sheet.path for each in opened if each.read.recognition is not None}
    for each in opened:
        sheet = each.read.sheet
        if sheet.path not in known:
            seen = next((row for row in sheet.preview if any(cell.strip() for cell in row)), ())
            raise UnknownFile(
                f"{sheet.path} 无法识别是哪一类导出（首行为：{_cells_shown(seen, '、')}）。请把它移出 data/raw，"
                f"或运行 annual-report inspect data/raw/{sheet.path} --save 让程序拟出各列的对应，"
                f'或在 settings.toml 写 [mapping."{sheet.path}"] kind = "tickets" 并指明各字段的表头。',
                f"{sheet.path} is no kind of export that is known (first row: {_cells_shown(seen, ', ')}). Move it out "
                f"of data/raw, let annual-report inspect data/raw/{sheet.path} --save propose a mapping, "
                f'or name its kind and headers in settings.toml under [mapping."{sheet.path}"].',
            )


def _cells_shown(row: Sequence[str], joint: str) -> str:
    """A header row as a person would quote it; of a row that holds numbers, and so data, only the shape is shown."""
    cells = [cell.strip()[:12] for cell in row if cell.strip()][:6]
    is_data = any(re.search(r"\d{3}", cell) for cell in cells)
    return joint.join(re.sub(r"\w" if is_data else r"\d", "*", cell) for cell in cells) or "—"


def _received(
    connection: DuckDBPyConnection, sheet: Sheet, recognition: Recognition, mapping: FileMapping, folder: Path
) -> Received:
    path = folder / f"{sheet.file_id}.parquet"
    if sheet.table is not None:
        connection.register(sheet.relation, with_merged_cells_filled(sheet, recognition))
    try:
        order = mapping.date_order or date_order(connection, sheet, recognition)
        reading = Reading(sheet, recognition, mapping, order)
        connection.execute(receiving_statement(reading, load_common_words(), path))
        return Received(path, received_fields(reading), bool(reading.key_places))
    except (ConversionException, InvalidInputException, IOException) as error:
        if cause_of(error) is not None:
            raise
        raise _unreadable(sheet, error) from None  # the cause may quote raw cells
    finally:
        if sheet.table is not None:
            connection.unregister(sheet.relation)


def _unreadable(sheet: Sheet, error: Exception) -> FileUnreadable:
    line = re.search(r"Line: (\d+)", str(error))
    row = line.group(1) if line else "?"
    return FileUnreadable(
        f"{sheet.place} 第 {row} 行附近无法读取：引号不成对、列数过多或一行过长。请检查该行，或另存为 XLSX 后重试。",
        f"{sheet.place} cannot be read near row {row}: an unpaired quotation mark, too many cells or an endless line. "
        "Look at that row, or save the file as XLSX and try again.",
    )


def date_order(connection: DuckDBPyConnection, sheet: Sheet, recognition: Recognition) -> str | None:
    """Whether 5/3/2025 is a day or a month first, decided by all dates of the sheet; None where they do not tell."""
    indexes = [
        column.index for column in recognition.columns if recognition.contract.fields[column.field].type in DATE_TYPES
    ]
    cells = [row[index] for row in sheet.preview[recognition.header_row :] for index in indexes if index < len(row)]
    if not any(re.match(YEAR_LAST, cell) for cell in cells):
        return None
    parts = [r"'^\s*(\d{1,2})[-/.]\d{1,2}[-/.]\d{4}'", r"'^\s*\d{1,2}[-/.](\d{1,2})[-/.]\d{4}'"]
    largest = ", ".join(
        _largest([f"try_cast(regexp_extract(c{index}, {part}, 1) as integer)" for index in indexes]) for part in parts
    )
    ((first, second),) = connection.execute(f"select {largest} from {sheet.relation}").fetchall()
    if (first > 12) == (second > 12):
        return None
    return "day_first" if first > 12 else "month_first"


def _largest(numbers: Sequence[str]) -> str:
    return f"greatest({', '.join(f'max({number})' for number in numbers)}, 0)"
