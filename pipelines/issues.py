"""Every issue of a load in one table: what rows, sheets, totals and spans of time leave in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from duckdb import DuckDBPyConnection

from pipelines.account import SheetRead
from pipelines.completeness import completeness_issues
from pipelines.contracts import Contract
from pipelines.report import Issue, IssueSummary
from pipelines.sheet_issues import sheet_issues
from pipelines.spreadsheet_issues import hidden_issues, write_unread_cells
from pipelines.totals import totals_issues
from pipelines.working_days import calendar_issues
from workspace import Sentence

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


def write_issues(
    connection: DuckDBPyConnection, contracts: Mapping[str, Contract], sheets: Sequence[SheetRead]
) -> None:
    """Adds to warehouse.issues, which holds those of rows, impossible scores and what sheets, totals and spans show."""
    connection.execute(SCORES_OFF_SCALE)
    write_unread_cells(connection, sheets)
    _insert(connection, sheet_issues(sheets))
    _insert(connection, hidden_issues(sheets))
    _insert(connection, totals_issues(connection, contracts, sheets))
    _insert(connection, completeness_issues(connection, contracts, sheets))
    _insert(connection, calendar_issues(connection))


def _insert(connection: DuckDBPyConnection, issues: Iterable[Issue]) -> None:
    for issue in issues:
        sheet = issue.sheet
        connection.execute(
            "insert into warehouse.issues values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                sheet.file_id if sheet else None, sheet.path if sheet else "", sheet.sheet if sheet else "",
                issue.row_number, issue.field, issue.masked_value, issue.severity, issue.code,
                issue.sentence.zh, issue.sentence.en,
            ],
        )  # fmt: skip


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
