"""The workbook: numbers as numbers, sums that hold, nothing that a cell could run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import fastexcel
import openpyxl
import pytest
from demo_document import full_document
from fake_figures import EVERYTHING, FakeFigures, Scenario
from markupsafe import Markup
from small_company import SmallCompany

from reports.derivations import Ledger, derive
from reports.document import Chapter, Column, Document, Section, Table
from reports.factcheck import printed_figures
from reports.numbers import Address, Quantity, shown
from reports.render.spreadsheet_cells import Cell, cell, plain
from reports.render.workbook import render_workbook

ADDRESS = Address("closure_rate", "2025")


@pytest.fixture(scope="module")
def book(company: SmallCompany) -> Any:
    """The small company's workbook as openpyxl reads it, formulas by their values."""
    return openpyxl.load_workbook(io.BytesIO(render_workbook(company.document, company.figures)), data_only=True)


def printed_cell(value: float, form: str, **given: Any) -> Cell:
    """The cell for a number of the report."""
    return cell(shown(Quantity(value, form, ADDRESS, **given)), "zh")


@pytest.mark.parametrize(
    ("value", "form", "content", "number_format"),
    [
        (0.95437, "rate", 0.95437, "#,##0.0%"),
        (1.0, "rate", 1.0, "#,##0%"),
        (4812, "count 件", 4812, '#,##0"\u00a0件"'),
        (
            0.0213,
            "signed points",
            2.13,
            '"+"#,##0.0"\u00a0个百分点";"−"#,##0.0"\u00a0个百分点";#,##0.0"\u00a0个百分点"',
        ),
        (-62, "signed count 起", -62, '#,##0"\u00a0起";"−"#,##0"\u00a0起"'),
        (1_138_579.31, "money", 113.857931, '#,##0.0"\u00a0万元"'),
        (1_138_579.31, "bare cents", 1_138_579.31, "#,##0.00"),
        (1_138_579.31, "wan", 113.857931, "#,##0.00"),
        (0.5, "hours", 30.0, '#,##0"\u00a0分钟"'),
        (9.6, "hours", 9.6, '#,##0.0"\u00a0小时"'),
        (96.0, "hours", 4.0, '#,##0.0"\u00a0天"'),
        (-3.0, "count 件", 3.0, '#,##0"\u00a0件"'),
        (0.0003, "rate", 0.0003, '"不足\u00a00.1%"'),
    ],
)
def test_a_printed_number_is_a_number_in_the_printed_unit(
    value: float, form: str, content: float, number_format: str
) -> None:
    """The value is not rounded; the format shows what the report prints."""
    held = printed_cell(value, form)
    assert held.content == pytest.approx(content, rel=1e-12)
    assert held.number_format == number_format


def test_a_target_keeps_the_decimals_that_its_verdict_needs() -> None:
    """97.96 % against 98 % is not shown as 98.0 %."""
    assert printed_cell(0.9796, "rate", limit=0.98).number_format == "#,##0.00%"


def test_words_around_a_number_make_a_text() -> None:
    """A cell is a number only where it is nothing else."""
    text = shown(Quantity(6, "count 件", ADDRESS)) + Markup("（待复核）")
    assert cell(text, "zh") == Cell("6 件（待复核）")


def test_every_card_is_a_row_of_numbers(book: Any, company: SmallCompany) -> None:
    """Name and value of each key figure, the value as the figures have it."""
    sheet = book.worksheets[0]
    rows = {row[1].value: row for row in sheet.iter_rows(min_row=4) if row[1].value}
    ledger = Ledger(company.figures, company.document.year)
    cards = [card for row in company.document.key_figures.rows for card in row.cards]
    assert set(rows) == {card.name for card in cards}
    for card in cards:
        (figure, *_) = printed_figures(card.value)
        true = derive(ledger, figure.address)
        assert true is not None
        stands = rows[card.name][2]
        assert isinstance(stands.value, int | float)
        scale = {"money": 1e-4}.get(figure.form, 1) if float(true) >= 10_000 else 1
        assert float(stands.value) == pytest.approx(float(true) * scale, rel=1e-12), card.name


def test_each_month_of_each_metric_has_its_figure(book: Any, company: SmallCompany) -> None:
    """Six tickets a month, of which one is open in eight of the twelve months."""
    rows = list(book["逐月数据"].iter_rows(min_row=2, values_only=True))
    months = {row[2]: row for row in rows if row[1] == "ticket_volume"}
    assert {month: row[3] for month, row in months.items()} == {f"2025-{month:02d}": 6 for month in range(1, 13)}
    closure = [row for row in rows if row[1] == "closure_rate"]
    assert (sum(row[8] for row in closure), sum(row[9] for row in closure)) == (64, 72)
    assert all(row[3] == row[8] / row[9] for row in closure)


def test_slices_add_up_to_the_year(book: Any) -> None:
    """Tickets by community: 36 and 36 of 72."""
    rows = book["分项数据"].iter_rows(min_row=2, values_only=True)
    places = {row[3]: row[4] for row in rows if row[1] == "ticket_volume" and row[2] == "community"}
    assert places == {"东园": 36, "西园": 36}


def one_table(rows: list[tuple[Markup, ...]], total_rows: int = 0) -> Document:
    """A report with one table."""
    columns = (Column("项目"), Column("件数", "right"))
    table = Table("t", "表 1-1", Markup("各项目"), columns, tuple(rows), total_rows=total_rows)
    chapter = Chapter("c", "01", "概述", (Section("s", "", "概述", (table,)),))
    return replace(full_document(), chapters=(chapter,), appendices=())


def formulas(document: Document) -> Iterator[tuple[str, str]]:
    """The formulas of the chapter's sheet with their places."""
    figures: Any = FakeFigures(Scenario(1, "up", "normal", True, EVERYTHING))
    held = openpyxl.load_workbook(io.BytesIO(render_workbook(document, figures)))
    for row in held["01 概述"].iter_rows():
        yield from ((one.coordinate, one.value) for one in row if one.data_type == "f")


def test_a_total_that_is_the_sum_of_its_column_is_a_live_sum() -> None:
    """2 + 3 = 5 becomes a formula; a rate that does not add up stays a number."""
    counts = [shown(Quantity(number, "count", ADDRESS)) for number in (2, 3, 5)]
    rates = [shown(Quantity(number, "rate", ADDRESS)) for number in (0.5, 0.25, 0.3)]
    names = [Markup("甲"), Markup("乙"), Markup("合计")]
    adding = one_table(list(zip(names, counts, strict=True)), total_rows=1)
    apart = one_table(list(zip(names, rates, strict=True)), total_rows=1)
    assert list(formulas(adding)) == [("B8", "=SUM(B6:B7)")]
    assert list(formulas(apart)) == []


def test_no_text_from_the_data_becomes_a_formula_or_a_link() -> None:
    """Whatever a name begins with, it is a text; characters that XML refuses do no harm."""
    hostile = ["=cmd|'/c calc'!A1", "+1+1", "-2", "@SUM(A1)", "\t=1", "http://example.com", "甲\x01乙", "{=1}"]
    document = one_table([(Markup("<span>{}</span>").format(text), Markup("1")) for text in hostile])
    document = replace(document, cover=replace(document.cover, organisation="云\x02栖&P"))
    assert list(formulas(document)) == []
    figures: Any = FakeFigures(Scenario(1, "up", "normal", True, EVERYTHING))
    content = render_workbook(document, figures)
    held = openpyxl.load_workbook(io.BytesIO(content))["01 概述"]
    texts = [held.cell(row, 1) for row in range(6, 6 + len(hostile))]
    assert all(one.data_type == "s" and one.hyperlink is None for one in texts)
    assert texts[0].value == hostile[0]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if "externalLink" in name]


def test_two_libraries_read_the_same(company: SmallCompany) -> None:
    """fastexcel and openpyxl agree on every sheet and on the numbers of the first one."""
    content = render_workbook(company.document, company.figures)
    one = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    other = fastexcel.read_excel(content)
    assert other.sheet_names == one.sheetnames
    first = other.load_sheet(0, header_row=2).to_pandas()
    values = [row[1].value for row in one.worksheets[0].iter_rows(min_row=4) if row[1].value]
    assert list(first.iloc[: len(values), 1]) == values


def test_the_same_report_gives_the_same_bytes(company: SmallCompany) -> None:
    """No clock and no random id in the file."""
    assert render_workbook(company.document, company.figures) == render_workbook(company.document, company.figures)


def test_charts_are_native_and_headers_stay_in_view(book: Any, company: SmallCompany) -> None:
    """Each chart of the report is one of the spreadsheet's own, with the numbers in cells; sheets print on A4."""
    charts = sum(
        1 for chapter in company.document.chapters for section in chapter.sections for block in section.blocks
        if hasattr(block, "picture")
    )  # fmt: skip
    assert charts > 3
    assert sum(len(sheet._charts) for sheet in book.worksheets) == charts
    for sheet in book.worksheets:
        assert sheet.freeze_panes is not None
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"


def test_tables_hold_what_the_report_prints(book: Any, company: SmallCompany) -> None:
    """Each table's title stands in the sheet of its chapter, with as many rows below it."""
    for chapter in company.document.chapters:
        tables = [b for section in chapter.sections for b in section.blocks if isinstance(b, Table)]
        for table in tables:
            sheet = book[f"{chapter.number} {chapter.title}"]
            heading = f"{table.label} {plain(table.title)}"
            (top,) = [row[0].row for row in sheet.iter_rows() if row[0].value == heading]
            names = [sheet.cell(top + 2 + index, 1).value for index in range(len(table.rows))]
            assert names == [plain(row[0]) for row in table.rows]
