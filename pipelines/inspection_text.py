"""An inspection as text for a terminal: at most a hundred columns wide, Chinese counted double."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipelines.contracts import Field
from pipelines.inspection import Certainty, InspectedColumn, InspectedFile, InspectedSheet
from pipelines.report import display_width
from pipelines.sheets import cell_reference
from workspace import Language, Sentence

WIDEST = (5, 22, 28, 16, 19)
GAP = "  "
INDENT = "  "
HEADINGS = (
    Sentence("列", "Col"), Sentence("表头", "Header"), Sentence("字段", "Field"),
    Sentence("样例（已遮蔽）", "Sample (masked)"),
    Sentence("把握", "Confidence"),
)  # fmt: skip
CERTAINTIES: Mapping[Certainty, Sentence] = {
    "settings": Sentence("按设置", "from settings"),
    "own_word": Sentence("同义词", "exact synonym"),
    "bare_word": Sentence("去括号", "bare word"),
    "both_ends": Sentence("起止同列", "both ends"),
    "question": Sentence("问句", "question"),
    "ambiguous": Sentence("多义，仅此列", "only candidate"),
    "dimension": Sentence("维度", "dimension"),
    "cells": Sentence("凭单元格", "by its cells"),
    "guess": Sentence("猜测", "guess"),
    "unknown": Sentence("—", "—"),
}
SHAPES = {
    "moment": Sentence("像时间", "looks like a date"),
    "amount": Sentence("像数值", "looks like a number"),
    "phone": Sentence("像电话", "looks like a phone"),
    "yes_no": Sentence("像是否", "looks like yes/no"),
    "identifier": Sentence("像编号", "looks like an id"),
}


def describe_inspection(files: Sequence[InspectedFile], language: Language) -> str:
    """Every file and sheet with its columns and problems."""
    return "\n\n".join("\n".join(_file_lines(file, language)) for file in files)


def _file_lines(file: InspectedFile, language: Language) -> Iterator[str]:
    if file.error is not None:
        yield file.name
        yield f"{INDENT}✗ {file.error.text(language)}"
    for position, sheet in enumerate(file.sheets):
        if position:
            yield ""
        yield from _sheet_lines(sheet, language)


def _sheet_lines(sheet: InspectedSheet, language: Language) -> Iterator[str]:
    yield sheet.sheet.place
    yield INDENT + _summary(sheet).text(language)
    if sheet.columns:
        rows = [[heading.text(language) for heading in HEADINGS]]
        rows += [_row(column, sheet, language) for column in sheet.columns]
        yield from _aligned(rows)
    problems = [*_missing(sheet.missing), *sheet.problems]
    for problem in problems:
        yield f"{INDENT}! {problem.text(language)}"


def _summary(sheet: InspectedSheet) -> Sentence:
    source = sheet.sheet
    size = f"{max(source.size_bytes / 1024, 1):,.0f} KB"
    about = Sentence(
        f"{source.encoding}，{size}，{source.row_count:,} 行", f"{source.encoding}, {size}, {source.row_count:,} rows"
    )
    if sheet.contract is None:
        return Sentence(f"未识别 · {about.zh}", f"not recognised · {about.en}")
    title = sheet.contract.title
    if sheet.is_recognised:
        kind = Sentence(f"{title.zh}（{sheet.contract.kind}）", f"{title.en} ({sheet.contract.kind})")
    else:
        kind = Sentence(
            f"像是{title.zh}（{sheet.contract.kind}），尚不能加载",
            f"like {title.en} ({sheet.contract.kind}), not yet loadable",
        )
    return Sentence(
        f"{kind.zh} · {about.zh} · 表头在第 {sheet.header_row} 行",
        f"{kind.en} · {about.en} · header in row {sheet.header_row}",
    )


def _missing(fields: Sequence[Field]) -> Iterator[Sentence]:
    if fields:
        yield Sentence(
            f"缺少必需的列：{'、'.join(f'{field.chinese_name}（{field.name}）' for field in fields)}",
            f"required columns missing: {', '.join(field.name for field in fields)}",
        )


def _row(column: InspectedColumn, sheet: InspectedSheet, language: Language) -> list[str]:
    is_workbook = sheet.sheet.table is not None
    place = cell_reference(column.index, 1)[:-1] if is_workbook else str(column.index + 1)
    certainty = CERTAINTIES[column.certainty].text(language)
    confidence = certainty if column.certainty == "unknown" else f"{certainty} {column.confidence:.2f}"
    return [place, column.header, _field(column).text(language), column.sample, confidence]


def _field(column: InspectedColumn) -> Sentence:
    if column.fields:
        return Sentence(
            *(", ".join(_named(field, is_chinese) for field in column.fields) for is_chinese in (True, False))
        )
    if column.dimension is not None:
        return Sentence(f"满意度维度 {column.dimension}", f"dimension {column.dimension}")
    if column.guess is not None:
        shape = SHAPES.get(column.guess.shape)
        field = column.guess.field
        return Sentence(
            f"？{_named(field, True)}" + (f"，{shape.zh}" if shape else ""),
            f"? {field.name}" + (f", {shape.en}" if shape else ""),
        )
    if column.also:
        names = ", ".join(field.name for field in column.also)
        return Sentence(f"未用；{names} 另有列", f"unused; {names} has another")
    return Sentence("未用", "unused")


def _named(field: Field, is_chinese: bool) -> str:
    return f"{field.name} {field.chinese_name}" if is_chinese and field.chinese_name != field.name else field.name


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cut = [[_cut(" ".join(cell.split()), width) for cell, width in zip(row, WIDEST, strict=True)] for row in rows]
    widths = [max(display_width(row[column]) for row in cut) for column in range(len(WIDEST))]
    for number, row in enumerate(cut):
        padded = (cell + " " * (width - display_width(cell)) for cell, width in zip(row, widths, strict=True))
        yield (INDENT + GAP.join(padded)).rstrip()
        if number == 0:
            yield INDENT + "─" * (sum(widths) + len(GAP) * (len(widths) - 1))


def _cut(text: str, width: int) -> str:
    if display_width(text) <= width:
        return text
    while display_width(text) > width - 1:
        text = text[:-1]
    return text + "…"
