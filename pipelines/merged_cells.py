"""Cells that a spreadsheet merges downwards: the value of the first one holds for all of them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.headers import Recognition
from pipelines.sheets import MergedCells, Sheet

# An amount that covers three rows is not three amounts, and one id cannot be the key of three rows.
NEVER_REPEATED = frozenset({"identifier", "money", "number", "integer", "minutes", "score"})
ROWS_OF_A_BATCH = 30_720


def with_merged_cells_filled(sheet: Sheet, recognition: Recognition) -> pa.Table:
    """The table of a sheet, each merged cell below the header repeated in the rows that it covers.

    The sheet is one that was read into memory. Ids, numbers and amounts are not repeated. The table comes in batches,
    of which each core takes one at a time.
    """
    table = sheet.table
    assert table is not None
    fields = recognition.contract.fields
    repeated = {column.index for column in recognition.columns if fields[column.field].type not in NEVER_REPEATED}
    ranges: dict[int, list[MergedCells]] = {}
    for cells in sheet.details.merged_cells:
        if cells.column in repeated and cells.first_row > recognition.header_row:
            ranges.setdefault(cells.column, []).append(cells)
    for column, merged in ranges.items():
        table = table.set_column(column, f"c{column}", _filled(table.column(column), merged))
    return pa.Table.from_batches(table.to_batches(max_chunksize=ROWS_OF_A_BATCH), schema=table.schema)


def _filled(column: pa.ChunkedArray, merged: Sequence[MergedCells]) -> pa.Array:
    sources = list(range(len(column)))
    for cells in merged:
        rows = slice(cells.first_row - 1, min(cells.last_row, len(sources)))
        sources[rows] = [cells.first_row - 1] * len(sources[rows])
    return pc.take(column, pa.array(sources, pa.int64())).combine_chunks()
