"""Answers that are merely numbered 1, 2, 3, … in their file: which files hold the same survey, and which another.

Two surveys of one year, both numbered from one and without a wave, would pass for one survey exported twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from duckdb import DuckDBPyConnection

SMALLEST_SHARE_ALIKE = 0.9
NUMBERED = """
    select
        source_file_id as file_id,
        concat_ws('|', response_id, dimension) as number,
        coalesce(answered_at, sent_at) as moment,
        concat_ws('|', answered_at, sent_at, answers, nps) as content
    from received.surveys
    where
        outcome = 'kept'
        and wave is null
        and source_file_id in (select sheets_read.file_id from sheets_read where has_running_numbers)
"""


def renumbered_response(connection: DuckDBPyConnection) -> str | None:
    """The expression that tells the answers of different surveys apart: 17 of the second one is 17/2.

    None where nothing needs telling apart. Files hold the same survey unless they give other answers under the same
    numbers.
    """
    surveys = _surveys(_files(connection), _conflicts(connection))
    later = [(file_id, ordinal) for ordinal, files in enumerate(surveys, start=1) for file_id in files if ordinal > 1]
    if not later:
        return None
    branches = " ".join(f"when {file_id} then '{ordinal}'" for file_id, ordinal in later)
    return f"concat_ws('/', response_id, case when wave is null then case source_file_id {branches} end end)"


def _files(connection: DuckDBPyConnection) -> list[int]:
    """The files in question, the earliest answers first and then by content, whatever the files are called."""
    rows = connection.execute(
        f"""
        select file_id from ({NUMBERED}) group by file_id
        order by min(moment) nulls last, md5(string_agg(number || content, ';' order by number, content)), file_id
        """
    ).fetchall()
    return [file_id for (file_id,) in rows]


def _conflicts(connection: DuckDBPyConnection) -> frozenset[tuple[int, int]]:
    """Pairs of files with other answers under the same numbers; without any moment, all but equal files are other."""
    rows = connection.execute(
        f"""
        with numbered as (select *, count(*) over (partition by file_id) as row_count from ({NUMBERED})),
        pairs as (
            select
                one.file_id as one_id,
                other.file_id as other_id,
                count(*) as shared,
                count(*) filter (one.content = other.content) as alike,
                count(*) filter (one.content = other.content and one.moment is not null) as alike_with_moment,
                greatest(any_value(one.row_count), any_value(other.row_count)) as row_count
            from numbered as one
            inner join numbered as other on one.number = other.number and one.file_id <> other.file_id
            group by one.file_id, other.file_id
        )
        select one_id, other_id from pairs
        where alike < {SMALLEST_SHARE_ALIKE} * shared or (alike_with_moment = 0 and alike < row_count)
        """
    ).fetchall()
    return frozenset(rows)


def _surveys(files: Sequence[int], conflicts: Collection[tuple[int, int]]) -> list[list[int]]:
    """The files by survey: each joins the first survey in which it contradicts no other."""
    surveys: list[list[int]] = []
    for file_id in files:
        fitting = (survey for survey in surveys if not any((file_id, other) in conflicts for other in survey))
        survey = next(fitting, None)
        if survey is None:
            surveys.append([file_id])
        else:
            survey.append(file_id)
    return surveys
