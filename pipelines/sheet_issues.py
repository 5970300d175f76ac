"""What is to be said of whole sheets: copies, sheets passed over, columns in doubt and columns not used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.account import SheetRead
from pipelines.headers import Column
from pipelines.report import Issue
from pipelines.sheets import Sheet
from workspace import Sentence

MOST_HEADERS = 12
LONGEST_HEADER = 30


def sheet_issues(sheets: Sequence[SheetRead]) -> Iterator[Issue]:
    """Sheets passed over, copies of other files, columns in doubt or not used."""
    for read in sheets:
        if read.copy_of is not None:
            yield Issue("copy_of_another_file", _copy(read.sheet, read.copy_of.sheet), sheet=read.sheet)
        elif read.recognition is None:
            yield Issue("passed_over", _passed_over(read.sheet), sheet=read.sheet)
        else:
            for code, sentence in _columns_in_doubt(read):
                yield Issue(code, sentence, sheet=read.sheet)


def _copy(sheet: Sheet, original: Sheet) -> Sentence:
    return Sentence(
        f"{sheet.place} 与 {original.place} 内容完全相同，只读一次。",
        f"{sheet.place} has the same content as {original.place}; it is read once.",
    )


def _passed_over(sheet: Sheet) -> Sentence:
    return Sentence(f"{sheet.place} 不是导出数据，已略过。", f"{sheet.place} is no export and was passed over.")


def _columns_in_doubt(read: SheetRead) -> Iterator[tuple[str, Sentence]]:
    """Columns whose header could mean something else, that were taken for dimensions, or that serve no field."""
    assert read.recognition is not None
    for column in _ambiguous_events(read):
        yield "ambiguous_header", _ambiguous_header(read.sheet, column)
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
    assert read.recognition is not None
    fields = read.recognition.contract.fields
    return [column for column in read.recognition.columns if column.is_ambiguous and fields[column.field].is_event]


def _ambiguous_header(sheet: Sheet, column: Column) -> Sentence:
    return Sentence(
        f"{sheet.place} 的“{column.header}”列按 {column.field} 使用；若不对，请在 settings.toml 的 [mapping] 里写明。",
        f"Column “{column.header}” of {sheet.place} is taken as {column.field}; if that is wrong, say so "
        "under [mapping] in settings.toml.",
    )
