"""What became of every row, file by file: the tables that the data statement is made from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from duckdb import DuckDBPyConnection

from pipelines.contracts import Contract
from pipelines.errors import RowsUnaccounted
from pipelines.headers import Column, Recognition
from pipelines.messages import REASONS
from pipelines.report import IssueSummary, RowAccount
from pipelines.sheets import Sheet
from pipelines.stage import literal
from workspace import Sentence

MOST_HEADERS = 12
LONGEST_HEADER = 30
EXPORT_MOMENT = re.compile(
    r"(?:导出时间|导出日期|生成时间|报表日期|报表时间|制表日期|制表时间|打印时间|打印日期|导出于|"
    r"exported (?:at|on)|export date|export time|generated (?:at|on)|report date)\s*[::]?\s*(\d{4}[^,;，；|)）]{4,24})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SheetRead:
    """One sheet of one file and what it was taken for.

    `constants` are the fields that the user's settings fill; `copy_of` is the file with the same bytes read instead.
    """

    sheet: Sheet
    recognition: Recognition | None
    exported_at: datetime | None
    constants: tuple[str, ...] = ()
    copy_of: SheetRead | None = None

    @property
    def kind(self) -> str | None:
        """The kind of export, or None where the sheet was passed over."""
        return self.recognition.contract.kind if self.recognition else None

    @property
    def file_id(self) -> int:
        """The number of the sheet in the warehouse."""
        return self.sheet.file_id


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
        "copy_of integer)"
    )
    connection.executemany(
        "insert into sheets_read values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                read.file_id, read.sheet.path, read.sheet.sheet, read.kind, read.sheet.digest, read.sheet.size_bytes,
                read.sheet.encoding, read.recognition.header_row if read.recognition else None, read.sheet.row_count,
                read.exported_at, read.copy_of.file_id if read.copy_of else None,
            )
            for read in sheets
        ],
    )  # fmt: skip


def write_account(connection: DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Writes warehouse.source_files, row_account, quarantine and the issues of rows."""
    connection.execute(_reasons_table())
    connection.execute(
        "create table warehouse.source_files as select file_id, path, sheet, kind, sha256, size_bytes, encoding, "
        "header_row, row_count, exported_at from sheets_read order by path, sheet"
    )
    connection.execute(_row_account(contracts.values()))
    connection.execute(_problems(contracts.values()))
    connection.execute(QUARANTINE)
    connection.execute(ISSUES)


def _reasons_table() -> str:
    rows = ", ".join(f"({literal(code)}, {literal(text.zh)}, {literal(text.en)})" for code, text in REASONS.items())
    return f"create table reasons as select * from (values {rows}) as reasons (code, reason_zh, reason_en)"


def _row_account(contracts: Iterable[Contract]) -> str:
    received = " union all ".join(
        f"select source_file_id, outcome, 1 as is_received, 0 as is_latest from received.{contract.kind} "
        f"union all select source_file_id, 'kept', 0, 1 from latest.{contract.kind}"
        for contract in contracts
    )
    return f"""
        create table warehouse.row_account as
        with outcomes as ({received}),
        counted as (
            select
                source_file_id,
                sum(is_latest) as kept,
                count(*) filter (outcome = 'kept' and is_received = 1) - sum(is_latest) as duplicate,
                count(*) filter (outcome = 'total') as total,
                count(*) filter (outcome = 'not_data') as not_data,
                count(*) filter (outcome = 'quarantined') as quarantined
            from outcomes
            group by source_file_id
        )
        select
            file_id, path, sheet, kind,
            row_count as rows_read,
            cast(case when copy_of is null then coalesce(kept, 0) else 0 end as bigint) as kept,
            cast(coalesce(duplicate + case when copy_of is null then 0 else kept end, 0) as bigint) as duplicate,
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


SCORES_OFF_SCALE = """
    insert into warehouse.issues
    select
        file_id, path, sheet, cast(source_row as integer), dimension, cast(score as varchar), 'warn', 'score_off_scale',
        format('{}{} 第 {} 行“{}”：{:g} 不在 {:g} 分制之内，不计入。', path,
            case when sheet <> '' then '〔' || sheet || '〕' else '' end, source_row, dimension, score, scale_max),
        format('{}{} row {}, {}: {:g} is not on a scale of {:g}; left out.', path,
            case when sheet <> '' then ' [' || sheet || ']' else '' end, source_row, dimension, score, scale_max)
    from staging.survey_scores
    inner join sheets_read on source_file_id = file_id
    where not is_on_scale
    order by path, sheet, source_row, dimension
"""


def add_sheet_issues(connection: DuckDBPyConnection, sheets: Sequence[SheetRead]) -> None:
    """Lists sheets passed over, copies of other files, columns in doubt or not used, and impossible scores."""
    rows = []
    connection.execute(SCORES_OFF_SCALE)
    for read in sheets:
        if read.copy_of is not None:
            sentence = Sentence(
                f"{read.sheet.place} 与 {read.copy_of.sheet.place} 内容完全相同，只读一次。",
                f"{read.sheet.place} has the same content as {read.copy_of.sheet.place}; it is read once.",
            )
            rows.append((read, "copy_of_another_file", sentence))
        elif read.recognition is None:
            sentence = Sentence(
                f"{read.sheet.place} 不是导出数据，已略过。", f"{read.sheet.place} is no export and was passed over."
            )
            rows.append((read, "passed_over", sentence))
    rows += [
        (read, "ambiguous_header", _ambiguous_header(read.sheet, column))
        for read in sheets
        for column in _ambiguous_events(read)
    ]
    rows += [(read, code, sentence) for read in sheets for code, sentence in _columns_in_doubt(read)]
    for read, code, sentence in rows:
        connection.execute(
            "insert into warehouse.issues values (?, ?, ?, null, null, null, 'note', ?, ?, ?)",
            [read.file_id, read.sheet.path, read.sheet.sheet, code, sentence.zh, sentence.en],
        )


def _columns_in_doubt(read: SheetRead) -> Iterator[tuple[str, Sentence]]:
    """Columns that were taken for dimensions by their cells, and those that serve no field."""
    if read.recognition is None or read.copy_of is not None:
        return
    guessed = [column.header for column in read.recognition.dimensions if column.is_guessed]
    unused = [header for header in read.recognition.unmapped if header]
    if guessed:
        yield "taken_as_dimension", _taken_as_dimension(read.sheet, guessed)
    if unused:
        yield "unused_columns", _unused_columns(read.sheet, unused)


def _taken_as_dimension(sheet: Sheet, headers: Sequence[str]) -> Sentence:
    return Sentence(
        f"{sheet.place} 的“{_first_of(headers, '、')}”列只有 1–5 分，按满意度维度使用；若不对，请在 settings.toml 的 "
        "[mapping] 里写入 ignore。",
        f"Column {_first_of(headers, ', ')} of {sheet.place} holds scores of 1–5 alone and is taken as a dimension; "
        "if that is wrong, name it under ignore in settings.toml.",
    )


def _unused_columns(sheet: Sheet, headers: Sequence[str]) -> Sentence:
    return Sentence(
        f"{sheet.place} 有 {len(headers)} 列没有用到：{_first_of(headers, '、')}。"
        "需要时请在 settings.toml 的 [mapping] 里指明字段。",
        f"{sheet.place} has columns that serve no field: {_first_of(headers, ', ')} ({len(headers)} in all). "
        "Name their fields under [mapping] in settings.toml if you need them.",
    )


def _first_of(headers: Sequence[str], joint: str) -> str:
    shown = joint.join(" ".join(header.split())[:LONGEST_HEADER] for header in headers[:MOST_HEADERS])
    return shown + "…" * (len(headers) > MOST_HEADERS)


def _ambiguous_events(read: SheetRead) -> list[Column]:
    """Columns of moments whose header is taken for a milestone because no plainer one is there."""
    if read.recognition is None or read.copy_of is not None:
        return []
    fields = read.recognition.contract.fields
    return [column for column in read.recognition.columns if column.is_ambiguous and fields[column.field].is_event]


def _ambiguous_header(sheet: Sheet, column: Column) -> Sentence:
    return Sentence(
        f"{sheet.place} 的“{column.header}”列按 {column.field} 使用；若不对，请在 settings.toml 的 [mapping] 里写明。",
        f"Column “{column.header}” of {sheet.place} is taken as {column.field}; if that is wrong, say so "
        "under [mapping] in settings.toml.",
    )


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


def issue_summaries(connection: DuckDBPyConnection) -> tuple[IssueSummary, ...]:
    """Issues and quarantined rows by sheet, field and reason, the most frequent first."""
    rows = connection.execute(
        """
        with listed as (
            select path, sheet, field, severity, code, sentence_zh, sentence_en, row_number from warehouse.issues
            union all
            select path, sheet, field, 'warn', 'quarantined',
                concat(path, case when sheet <> '' then '〔' || sheet || '〕' else '' end, ' 第 ', row_number,
                    ' 行未纳入（隔离）：', reason_zh, coalesce('（' || nullif(masked_value, '') || '）', ''), '。'),
                concat(path, case when sheet <> '' then ' [' || sheet || ']' else '' end, ' row ', row_number,
                    ' quarantined: ', reason_en, coalesce(' (' || nullif(masked_value, '') || ')', ''), '.'), row_number
            from warehouse.quarantine
        )
        select path, sheet, severity, code, count(*) as issue_count,
            arg_min(sentence_zh, coalesce(row_number, 0)), arg_min(sentence_en, coalesce(row_number, 0))
        from listed
        group by path, sheet, field, severity, code
        order by severity desc, issue_count desc, path, sheet, field, code
        """
    ).fetchall()
    return tuple(_summary(*row) for row in rows)


def _summary(path: str, sheet: str, severity: str, code: str, count: int, zh: str, en: str) -> IssueSummary:
    more_zh = f"（共 {count:,} 处同类）" if count > 1 else ""
    more_en = f" ({count:,} of this kind)" if count > 1 else ""
    return IssueSummary(path, sheet, severity, code, count, Sentence(zh + more_zh, en + more_en))  # type: ignore[arg-type]
