"""What became of every row, file by file: the tables that the data statement is made from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from duckdb import DuckDBPyConnection

from pipelines.contracts import Contract
from pipelines.errors import RowsUnaccounted
from pipelines.headers import Recognition
from pipelines.messages import REASONS
from pipelines.received import Received
from pipelines.report import RowAccount
from pipelines.sheets import Sheet
from pipelines.stage import literal

RUNNING_NUMBER = "序号"
EXPORT_MOMENT = re.compile(
    r"(?:导出时间|导出日期|生成时间|报表日期|报表时间|制表日期|制表时间|打印时间|打印日期|导出于|"
    r"exported (?:at|on)|export date|export time|generated (?:at|on)|report date)\s*[::]?\s*(\d{4}[^,;，；|)）]{4,24})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SheetRead:
    """One sheet of one file and what it was taken for.

    `claimed_end` is the last day that the titles or the names claim to reach, `constants` are the fields that the
    user's settings fill; `copy_of` is the file with the same bytes read instead, `received` are the rows.
    """

    sheet: Sheet
    recognition: Recognition | None
    exported_at: datetime | None
    claimed_end: date | None = None
    constants: tuple[str, ...] = ()
    copy_of: SheetRead | None = None
    received: Received | None = None

    @property
    def kind(self) -> str | None:
        """The kind of export, or None where the sheet was passed over."""
        return self.recognition.contract.kind if self.recognition else None

    @property
    def file_id(self) -> int:
        """The number of the sheet in the warehouse."""
        return self.sheet.file_id

    @property
    def has_running_numbers(self) -> bool:
        """Whether the answers of a survey have no ids, but are numbered within the file: 序号, no."""
        column = self.recognition.column("response_id") if self.recognition else None
        return column is not None and (column.is_ambiguous or RUNNING_NUMBER in column.header)


def export_moment(connection: DuckDBPyConnection, sheet: Sheet, header_row: int) -> datetime | None:
    """The export time that the title lines above the header print, if any."""
    titles = " ".join(cell for row in sheet.preview[: header_row - 1] for cell in row if cell)
    found = EXPORT_MOMENT.search(unicodedata.normalize("NFKC", titles))
    if found is None:
        return None
    text = found.group(1)
    for end in (len(text), *(len(part) for part in (text[:19], text[:16], text[:10]))):
        ((moment,),) = connection.execute("select parsed_timestamp(cleaned(?), null)", [text[:end].strip()]).fetchall()
        if moment is not None:
            return moment  # type: ignore[no-any-return]
    return None


def register_sheets(connection: DuckDBPyConnection, sheets: Sequence[SheetRead]) -> None:
    """Makes the table of what was read, which ranking and account join."""
    connection.execute(
        "create table sheets_read (file_id integer, path varchar, sheet varchar, kind varchar, sha256 varchar, "
        "size_bytes bigint, encoding varchar, header_row integer, row_count bigint, exported_at timestamp, "
        "copy_of integer, read_from varchar, has_running_numbers boolean)"
    )
    connection.executemany(
        "insert into sheets_read values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                read.file_id, read.sheet.path, read.sheet.sheet, read.kind, read.sheet.digest, read.sheet.size_bytes,
                read.sheet.encoding, read.recognition.header_row if read.recognition else None, read.sheet.row_count,
                read.exported_at, read.copy_of.file_id if read.copy_of else None,
                (read.copy_of or read).sheet.path, read.has_running_numbers,
            )
            for read in sheets
        ],
    )  # fmt: skip


def contracts_read(connection: DuckDBPyConnection, contracts: Mapping[str, Contract]) -> list[Contract]:
    """The contracts of the kinds that some sheet holds; to ask the others anything would be asked in vain."""
    rows = connection.execute("select distinct kind from sheets_read where kind is not null").fetchall()
    kinds = {kind for (kind,) in rows}
    return [contract for contract in contracts.values() if contract.kind in kinds]


def write_account(connection: DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Writes warehouse.source_files, row_account, quarantine and the issues of rows."""
    read = contracts_read(connection, contracts)
    connection.execute(_reasons_table())
    connection.execute(
        "create table warehouse.source_files as select file_id, path, sheet, kind, sha256, size_bytes, encoding, "
        "header_row, row_count, exported_at, read_from from sheets_read order by path, sheet"
    )
    connection.execute(_row_account(read))
    connection.execute(_problems(read))
    connection.execute(QUARANTINE)
    connection.execute(ISSUES)


def _reasons_table() -> str:
    rows = ", ".join(f"({literal(code)}, {literal(text.zh)}, {literal(text.en)})" for code, text in REASONS.items())
    return f"create table reasons as select * from (values {rows}) as reasons (code, reason_zh, reason_en)"


def _row_account(contracts: Iterable[Contract]) -> str:
    """What the reading made of each row, and which of the kept rows a newer one supersedes."""
    outcomes = " union all ".join(
        f"select source_file_id, outcome, count(*) as row_count from received.{contract.kind} group by all "
        f"union all select source_file_id, 'superseded', count(*) from superseded.{contract.kind} group by all"
        for contract in contracts
    )
    return f"""
        create table warehouse.row_account as
        with counted as (
            select
                source_file_id,
                coalesce(sum(row_count) filter (outcome = 'kept'), 0) as usable,
                coalesce(sum(row_count) filter (outcome = 'superseded'), 0) as superseded,
                coalesce(sum(row_count) filter (outcome = 'total'), 0) as total,
                coalesce(sum(row_count) filter (outcome = 'not_data'), 0) as not_data,
                coalesce(sum(row_count) filter (outcome = 'quarantined'), 0) as quarantined
            from ({outcomes})
            group by source_file_id
        )
        select
            file_id, path, sheet, kind,
            row_count as rows_read,
            cast(case when copy_of is null then coalesce(usable - superseded, 0) else 0 end as bigint) as kept,
            cast(coalesce(case when copy_of is null then superseded else usable end, 0) as bigint) as duplicate,
            cast(coalesce(total, 0) as bigint) as total,
            cast(case when kind is null then row_count else coalesce(not_data, 0) end as bigint) as not_data,
            cast(coalesce(quarantined, 0) as bigint) as quarantined
        from sheets_read
        left join counted on source_file_id = coalesce(copy_of, file_id)
        order by path, sheet
    """


def _problems(contracts: Iterable[Contract]) -> str:
    listed = " union all ".join(
        f"select source_file_id, source_row, {_required(contract)} as required_fields, outcome, "
        f"unnest(problems, recursive := true) from received.{contract.kind} where len(problems) > 0"
        for contract in contracts
    )
    return (
        "create table problems as "
        "select file_id, path, sheet, cast(source_row as integer) as row_number, field, header, "
        "masked as masked_value, code, outcome = 'quarantined' and list_contains(required_fields, field) as is_fatal, "
        f"reason_zh, reason_en from ({listed}) "
        "inner join sheets_read on source_file_id = file_id inner join reasons using (code)"
    )


def _required(contract: Contract) -> str:
    return "[" + ", ".join(literal(field.name) for field in contract.required) + "]"


QUARANTINE = """
    create table warehouse.quarantine as
    select
        file_id, path, sheet, row_number, field, masked_value,
        header || '：' || reason_zh as reason_zh,
        header || ': ' || reason_en as reason_en
    from problems
    where is_fatal
    order by path, sheet, row_number, field
"""
ISSUES = """
    create table warehouse.issues as
    select
        file_id, path, sheet, row_number, field, masked_value,
        'warn' as severity,
        code,
        concat(path, case when sheet <> '' then '〔' || sheet || '〕' else '' end, ' 第 ', row_number, ' 行',
            case when header <> '' then '“' || header || '”' else '' end, '：', ltrim(masked_value || ' '), reason_zh,
            case when field <> '' then '，按空值处理' else '' end, '。') as sentence_zh,
        concat(path, case when sheet <> '' then ' [' || sheet || ']' else '' end, ' row ', row_number,
            case when header <> '' then ', ' || header else '' end, ': ', ltrim(masked_value || ' '),
            case when field <> '' then 'is ' else '' end, reason_en,
            case when field <> '' then '; taken as empty' else '' end, '.') as sentence_en
    from problems
    where not is_fatal
    order by path, sheet, row_number, field
"""


def row_accounts(connection: DuckDBPyConnection) -> tuple[RowAccount, ...]:
    """The row account of every sheet. Raises RowsUnaccounted where the five outcomes do not add up."""
    rows = connection.execute(
        "select file_id, path, sheet, kind, rows_read, kept, duplicate, total, not_data, quarantined "
        "from warehouse.row_account order by path, sheet"
    ).fetchall()
    accounts = tuple(RowAccount(*row) for row in rows)
    for account in accounts:
        if sum(account.outcomes) != account.rows_read:
            raise _unaccounted(account)
    return accounts


def _unaccounted(account: RowAccount) -> RowsUnaccounted:
    accounted = sum(account.outcomes)
    return RowsUnaccounted(
        f"{account.path} 有 {account.rows_read} 行，只查明 {accounted} 行的去向，未加载；原有数据库未改动。"
        "请检查文件中是否有未成对的引号，或另存为 XLSX 后重试。",
        f"{account.path} has {account.rows_read} rows but only {accounted} are accounted for; nothing was loaded. "
        "Look for a quotation mark without its partner, or save the file as XLSX and try again.",
    )
