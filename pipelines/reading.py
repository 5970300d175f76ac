"""Every sheet under data/raw, recognised and read into the received tables of its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any

from duckdb import ConversionException, DuckDBPyConnection, InvalidInputException, IOException

from pipelines.account import SheetRead, export_moment
from pipelines.contracts import Contract, load_common_words
from pipelines.errors import FileUnreadable, UnknownFile, UnknownWords
from pipelines.headers import Recognition, check_mapping, recognise
from pipelines.mapping import FileMapping, mapping_for
from pipelines.sheets import Sheet
from pipelines.stage import DATE_TYPES, YEAR_LAST, Reading, reading_statement

MOST_WORDS_NAMED = 8


@dataclass(frozen=True)
class _Recognised:
    read: SheetRead
    mapping: FileMapping


def read_sheets(
    sessions: Sequence[DuckDBPyConnection],
    sheets: Sequence[Sheet],
    settings: Mapping[str, Any],
    contracts: Mapping[str, Contract],
) -> list[SheetRead]:
    """Recognises all sheets first, then reads them, so that an unknown file stops the load before any work.

    Each session reads a sheet at a time: the statement of one sheet keeps the order of its rows and one core busy.

    Raises UnknownFile, RequiredColumnMissing, MappingInvalid, FileUnreadable.
    """
    recognised = _recognised(sessions[0], sheets, settings, contracts)
    _refuse_unknown_files(recognised)
    idle: SimpleQueue[DuckDBPyConnection] = SimpleQueue()
    for session in sessions:
        idle.put(session)
    largest_first = sorted(recognised, key=lambda each: each.read.sheet.size_bytes, reverse=True)
    with ThreadPoolExecutor(max_workers=len(sessions)) as pool:
        list(pool.map(lambda each: _read_with(idle, each), largest_first))
    return [each.read for each in recognised]


def _read_with(idle: SimpleQueue[DuckDBPyConnection], each: _Recognised) -> None:
    if each.read.recognition is None or each.read.copy_of is not None:
        return
    session = idle.get()
    try:
        _read(session, each.read.sheet, each.read.recognition, each.mapping)
    finally:
        idle.put(session)


def _recognised(
    connection: DuckDBPyConnection,
    sheets: Sequence[Sheet],
    settings: Mapping[str, Any],
    contracts: Mapping[str, Contract],
) -> list[_Recognised]:
    first_with: dict[tuple[str, str], SheetRead] = {}
    recognised: list[_Recognised] = []
    for sheet in sheets:
        mapping = mapping_for(sheet.path, settings, contracts)
        recognition = recognise(sheet, mapping, contracts)
        if recognition is not None:
            check_mapping(sheet, mapping, recognition)
        exported_at = export_moment(connection, sheet, recognition.header_row) if recognition else None
        original = first_with.get((sheet.digest, sheet.sheet))
        own = sheet if original is None else replace(sheet, copy_number=len(recognised))
        read = SheetRead(own, recognition, exported_at, tuple(mapping.constants), copy_of=original)
        first_with.setdefault((sheet.digest, sheet.sheet), read)
        recognised.append(_Recognised(read, mapping))
    return recognised


def _refuse_unknown_files(recognised: Sequence[_Recognised]) -> None:
    """A sheet that is no export is passed over, a whole file that holds none is refused."""
    known = {each.read.sheet.path for each in recognised if each.read.recognition is not None}
    for each in recognised:
        sheet = each.read.sheet
        if sheet.path not in known:
            seen = next((row for row in sheet.preview if any(cell.strip() for cell in row)), ())
            raise UnknownFile(
                f"{sheet.path} 无法识别是哪一类导出（首行为：{_cells_shown(seen, '、')}）。请把它移出 data/raw，"
                f'或在 settings.toml 写 [mapping."{sheet.path}"] kind = "tickets" 并指明各字段的表头。',
                f"{sheet.path} is no kind of export that is known (first row: {_cells_shown(seen, ', ')}). Move it out "
                f'of data/raw, or name its kind and headers in settings.toml under [mapping."{sheet.path}"].',
            )


def _cells_shown(row: Sequence[str], joint: str) -> str:
    """A header row as a person would quote it; digits are hidden, since the row may hold data."""
    shown = [re.sub(r"\d", "*", cell.strip())[:12] for cell in row if cell.strip()][:6]
    return joint.join(shown) or "—"


def _read(connection: DuckDBPyConnection, sheet: Sheet, recognition: Recognition, mapping: FileMapping) -> None:
    if sheet.table is not None:
        connection.register(sheet.relation, sheet.table)
    try:
        order = mapping.date_order or _date_order(connection, sheet, recognition)
        connection.execute(reading_statement(Reading(sheet, recognition, mapping, order), load_common_words()))
    except (ConversionException, InvalidInputException, IOException) as error:
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


def _date_order(connection: DuckDBPyConnection, sheet: Sheet, recognition: Recognition) -> str | None:
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


def refuse_unknown_words(connection: DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Raises UnknownWords with the words, where they stand, and the lines to add to settings.toml."""
    for contract in contracts.values():
        for field in contract.fields.values():
            if field.stops_on_unknown:
                _refuse_unknown_words(connection, contract, field.name)


def _refuse_unknown_words(connection: DuckDBPyConnection, contract: Contract, field: str) -> None:
    rows = connection.execute(
        f"""
        with problems as (
            select source_file_id, source_row, outcome, unnest(problems, recursive := true)
            from received.{contract.kind}
        )
        select source_file_id, any_value(header), masked, count(*), list_sort(list(source_row))[:3]
        from problems where field = ? and code = 'unknown_word' and outcome = 'kept'
        group by source_file_id, masked order by source_file_id, count(*) desc, masked
        """,
        [field],
    ).fetchall()
    if rows:
        file_id = rows[0][0]
        ((path, sheet),) = connection.execute(
            f"select path, sheet from sheets_read where file_id = {file_id}"
        ).fetchall()
        place = f"{path}〔{sheet}〕" if sheet else path
        raise _unknown_words(place, path, field, [row[1:] for row in rows if row[0] == file_id])


def _unknown_words(place: str, path: str, field: str, words: Sequence[tuple[str, str, int, list[int]]]) -> UnknownWords:
    header = words[0][0]
    named = words[:MOST_WORDS_NAMED]
    zh = "；".join(f"“{word}” {count} 行（如第 {'、'.join(map(str, rows))} 行）" for _, word, count, rows in named)
    en = "; ".join(f"“{word}” in {count} rows (such as {', '.join(map(str, rows))})" for _, word, count, rows in named)
    code = "repair" if field == "kind" else "open"
    file_name = path.rsplit("/", 1)[-1]
    lines = f'[mapping."{file_name}".words.{field}] "{named[0][1]}" = "{code}"'
    return UnknownWords(
        f"{place} 的“{header}”列有词典中没有的词：{zh}。请在 settings.toml 为每个词加一行，例如 {lines}，再重新加载。",
        f"Column “{header}” of {place} has words that no dictionary knows: {en}. Add a line for each to settings.toml, "
        f"such as {lines}, and load again.",
    )
