"""Rows as received: what a reading statement made of a sheet, in one Parquet file a sheet, and all of a kind as a view.

The rows hold values, pseudonyms and masked text, never what stood in the file. Their number in the sheet is their
place in the Parquet file, which keeps the order of the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.contracts import CommonWords, Contract
from pipelines.stage import PROBLEM_TYPE, Reading, literal, reading_statement, received_columns

ROWS_OF_A_GROUP = 30_720  # small groups: each core writes its own while the others read on
# Bills without a number of their own: equal composed keys of one sheet are told apart by a running number.
NUMBERED_KEY = (
    "case when has_composed_key then concat_ws('/', bill_id, "
    "row_number() over (partition by source_file_id, bill_id order by source_row)) else bill_id end as bill_id"
)


@dataclass(frozen=True)
class Received:
    """The rows of one sheet: where they are, and which fields of the contract they have."""

    path: Path
    fields: tuple[str, ...]
    has_composed_key: bool


def receiving_statement(reading: Reading, words: CommonWords, path: Path) -> str:
    """The statement that reads a sheet into the Parquet file at `path`."""
    return (
        f"copy (select {reading.sheet.file_id} as source_file_id, {reading.recognition.header_row} as header_row, "
        f"{str(bool(reading.key_places)).lower()} as has_composed_key, * from ({reading_statement(reading, words)})) "
        f"to {literal(str(path))} "
        f"(format parquet, parquet_version v2, compression lz4_raw, row_group_size {ROWS_OF_A_GROUP})"
    )


def received_view(contract: Contract, parts: Sequence[Received]) -> str:
    """The statement that makes `received.<kind>`: every row of every sheet of the kind.

    Columns: source_file_id, source_row, outcome, problems and the fields of the contract. The header and the titles
    above it are rows too, of outcome not_data.
    """
    if not parts:
        return _empty_table(contract)
    present = {field for part in parts for field in part.fields}
    fields = [
        name if name in present else f"cast(null as {sql_type}) as {name}"
        for name, sql_type in received_columns(contract).items()
    ]
    paths = ", ".join(literal(str(part.path)) for part in parts)
    rows = (
        "select source_file_id, cast(file_row_number + 1 as integer) as source_row, "
        "case when file_row_number < header_row then 'not_data' else outcome end as outcome, "
        f"case when file_row_number >= header_row then problems end as problems, has_composed_key, {', '.join(fields)} "
        f"from read_parquet([{paths}], union_by_name = true)"
    )
    numbered = f" replace ({NUMBERED_KEY})" if any(part.has_composed_key for part in parts) else ""
    return f"create view received.{contract.kind} as select * exclude (has_composed_key){numbered} from ({rows})"


def _empty_table(contract: Contract) -> str:
    columns = ", ".join(f"{name} {sql_type}" for name, sql_type in received_columns(contract).items())
    return (
        f"create table received.{contract.kind} (source_file_id integer, source_row integer, outcome varchar, "
        f"problems {PROBLEM_TYPE}[], {columns})"
    )
