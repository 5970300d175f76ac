"""Figures and key figures as text tables for a terminal or a pipe."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from queries.figures import Figure, Figures
from reports.document import Document
from reports.numbers import format_plain
from workspace import Language

MARKS = re.compile(r"<[^>]+>")
WIDE_ENOUGH_FOR_ANY_ROW = 1000
STATUS_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "met": "● 达标",
        "missed": "▲ 未达标",
        "no_target": "○ 未设目标",
        "insufficient": "— 样本不足",
        "not_available": "— 不可计算",
    },
    "en": {
        "met": "● met",
        "missed": "▲ missed",
        "no_target": "○ no target",
        "insufficient": "— too few",
        "not_available": "— not available",
    },
}
STATISTIC_WORDS: dict[Language, dict[str, str]] = {
    "zh": {"mean": "（平均）", "p90": "（九成）"},
    "en": {"mean": " (mean)", "p90": " (p90)"},
}
HEADINGS: dict[Language, tuple[str, ...]] = {
    "zh": ("指标", "期间", "切片", "数值", "上年", "目标", "判定", "行数"),
    "en": ("metric", "period", "slice", "value", "previous", "target", "status", "rows"),
}
CARD_HEADINGS: dict[Language, tuple[str, ...]] = {
    "zh": ("关键指标", "本年", "上年", "变化", "目标", "判定"),
    "en": ("key figure", "this year", "last year", "change", "target", "verdict"),
}


def figures_as_text(rows: Sequence[Figure], figures: Figures) -> str:
    """One line a figure: metric, period, slice, value, last year, target, status, evidence rows."""
    language = figures.language
    table = Table(box=None, pad_edge=False, header_style="bold")
    for position, heading in enumerate(HEADINGS[language]):
        table.add_column(heading, justify="right" if position in (3, 4, 5, 7) else "left", no_wrap=True)
    for figure in rows:
        title = figures.catalog[figure.metric].title.text(language)
        table.add_row(
            f"{title} {figure.metric}",
            figure.period,
            " ".join(f"{key}={value}" for key, value in figure.slice.items()),
            format_plain(figure.value, figure.unit, language),
            format_plain(figure.previous, figure.unit, language),
            _target(figure, language),
            STATUS_WORDS[language][figure.status],
            f"{figure.n:,}",
        )
    return _text(table)


def _target(figure: Figure, language: Language) -> str:
    """The target, with the statistic that it is about where that is not the printed value."""
    text = format_plain(figure.target, figure.unit, language)
    statistic = STATISTIC_WORDS[language].get(figure.target_statistic or "")
    return f"{text}{statistic}" if statistic else text


def key_figures_as_text(document: Document) -> str:
    """The cards of the key-figures page, one line each: name, value, last year, change, target, verdict."""
    table = Table(box=None, pad_edge=False)
    for position, heading in enumerate(CARD_HEADINGS[document.language]):
        table.add_column(heading, justify="right" if position in (1, 2, 3, 4) else "left", no_wrap=True)
    for row in document.key_figures.rows:
        for card in row.cards:
            cells = (card.value, card.previous, card.change, card.target)
            verdict = STATUS_WORDS[document.language][card.verdict]
            table.add_row(card.name, *(MARKS.sub("", cell) for cell in cells), verdict)
    return _text(table)


def _text(table: Table) -> str:
    width = None if sys.stdout.isatty() else WIDE_ENOUGH_FOR_ANY_ROW
    console = Console(file=io.StringIO(), width=width, color_system=None, highlight=False, markup=False)
    console.print(table)
    file = console.file
    assert isinstance(file, io.StringIO)
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines())
