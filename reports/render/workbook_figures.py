"""The long sheets of the workbook: every figure by month and by slice, and what each metric means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from queries.catalog import Metric
from queries.figure import Figure
from reports.charts.style import VERDICT_SHAPES
from reports.derivations import Ledger
from reports.render.spreadsheet_cells import Cell
from reports.render.workbook_sheet import Book
from workspace import Language

if TYPE_CHECKING:
    from queries.figures import Figures

FORMATS = {
    "percent": "0.0%",
    "hours": "#,##0.00",
    "days": "#,##0.0",
    "count": "#,##0.##",
    "yuan": "#,##0.00",
    "score": "0.00",
    "points": "0.00",
}
_NUMBERS = ("value", "previous", "low", "high", "target")
_COLUMNS = (
    "value",
    "unit",
    "previous",
    "target",
    "verdict",
    "numerator",
    "denominator",
    "rows",
    "low",
    "high",
    "as_of",
)


def write_figures(book: Book, ledger: Ledger, language: Language, words: Mapping[str, str]) -> None:
    """The sheets by month, by slice and of the definitions."""
    catalog = ledger.figures.catalog
    metrics = [metric for metric in catalog.values() if ledger.figures.is_available(metric.name)]
    months = [(metric, figure) for metric in metrics for figure in ledger.by(metric.name, "month")]
    _figure_sheet(book, words["by_month"], ("period",), months, language, words)
    slices = [(metric, figure) for metric in metrics for figure in _of_slices(ledger, metric)]
    _figure_sheet(book, words["by_slice"], ("slice", "slice_value"), slices, language, words)
    _definition_sheet(book, metrics, ledger.figures, words)


def _of_slices(ledger: Ledger, metric: Metric) -> Iterator[Figure]:
    for name in metric.slices:
        yield from ledger.by(metric.name, name)


def _figure_sheet(
    book: Book,
    name: str,
    keys: tuple[str, ...],
    figures: Iterable[tuple[Metric, Figure]],
    language: Language,
    words: Mapping[str, str],
) -> None:
    """One row a figure: metric, month or slice, value, last year, target, verdict, parts, interval, as-of."""
    sheet = book.sheet(name)
    headings = ["name", "metric", *keys, *_COLUMNS]
    aligns = ["left"] * (2 + len(keys)) + ["right"] * len(_COLUMNS)
    for text in ("unit", "verdict", "as_of"):
        aligns[headings.index(text)] = "left"
    sheet.header([words[one] for one in headings], aligns)
    for metric, figure in figures:
        place = [figure.period] if keys == ("period",) else [text for pair in figure.slice.items() for text in pair]
        names = [Cell(metric.title.text(language)), Cell(metric.name), *(Cell(str(text)) for text in place)]
        sheet.line([*names, *_cells(figure, words)], aligns)
    last = max(sheet.row - 1, 1)
    sheet.worksheet.freeze_panes(1, 2)
    sheet.worksheet.repeat_rows(0)
    sheet.worksheet.autofilter(0, 0, last, len(headings) - 1)
    sheet.colour_verdicts(1, last, len(headings))
    sheet.finish()


def _cells(figure: Figure, words: Mapping[str, str]) -> list[Cell]:
    form = FORMATS[figure.unit]
    held = {name: _number(getattr(figure, name), form) for name in _NUMBERS}
    verdict = f"{VERDICT_SHAPES[figure.status]} {words[figure.status]}"
    held |= {
        "unit": Cell(words[figure.unit]),
        "verdict": Cell(verdict),
        "numerator": _number(figure.numerator, "#,##0.##"),
        "denominator": _number(figure.denominator, "#,##0.##"),
        "rows": _number(figure.n, "#,##0"),
        "as_of": Cell(figure.as_of.isoformat()),
    }
    return [held[name] for name in _COLUMNS]


def _number(value: object, form: str) -> Cell:
    if value is None or value != value:
        return Cell("")
    number = float(value)  # type: ignore[arg-type]
    return Cell(number, form.replace(".##", "") if number.is_integer() else form)


def _definition_sheet(book: Book, metrics: Iterable[Metric], figures: Figures, words: Mapping[str, str]) -> None:
    sheet = book.sheet(words["definitions"])
    headings = ("metric", "title_zh", "title_en", "unit", "better", "definition", "sql")
    aligns = ["left"] * len(headings)
    sheet.header([words[one] for one in headings], aligns)
    for metric in metrics:
        definition = metric.definition.text(figures.language)
        folder_and_file = "/".join(("queries", *metric.path.parts[-2:]))
        texts = (metric.name, metric.title.zh, metric.title.en, words[metric.unit], words[metric.better], definition)
        sheet.line([Cell(text) for text in (*texts, folder_and_file)], aligns)
    sheet.worksheet.freeze_panes(1, 1)
    sheet.worksheet.repeat_rows(0)
    sheet.finish()
