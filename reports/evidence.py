"""What stands behind each printed number, for the page whose numbers can be opened.

An answer says of a number what `annual-report explain` says of its figure, and lists the first of the rows counted.
Columns that tell persons apart are left out, bill numbers are masked, and a report for owners lists no rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from queries.availability import kinds_behind
from queries.explain import explanation_of, files_behind, first_rows
from queries.explanation_text import digits, files_in_words, parameters_in_words
from queries.privacy import PERSON_SLICES
from reports.derivations import BLANK, Ledger
from reports.desk import Desk
from reports.document import Document
from reports.evidence_facts import FactWriter
from reports.factcheck import printed_figures, texts
from reports.facts import facts_of
from reports.measures import measures
from reports.numbers import FACTS, Address, printed
from workspace import Workspace

if TYPE_CHECKING:
    from queries.explain import SourceFile
    from queries.figure import Figure
    from queries.figures import Figures

MOST_ROWS = 50
FEWEST_ROWS = 5
MOST_ROWS_OF_ALL = 20_000  # together with everything else about 5 MB of the page
ACCOUNT = "data"
TARGETS = "targets"
INITIATIVES = "initiatives"
MEASURE = "initiative"
REGISTER_STATISTICS = ("register", "estates")
REGISTER_COLUMNS = (
    "community",
    "business_type",
    "households",
    "occupied_households",
    "area_m2",
    "valid_from",
    "valid_to",
)
OWNERS = "owners"
TOTALS_ONLY = frozenset({"special_group_households", "certified_share"})
UNLISTED_COLUMNS = frozenset(
    {
        *PERSON_SLICES,
        "department",
        "cluster",
        "pair",
        "set_apart",
        "fee_class",
        "answer_pattern",
        "occasion",
        "milestone",
    }
)
MASKED_FOLDER = "fees"
SHOWN_OF_KEY = 4
DETAILS = ("details", "previous_details", "detail_change", "detail_share")
ACCOUNT_COLUMNS = ("path", "sheet", "rows_read", "kept", "duplicate", "total", "not_data", "quarantined")


@dataclass(frozen=True)
class Rows:
    """The first rows counted, as texts under the names of their columns; `note` says how many there are in all."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True)
class Answer:
    """What a reader sees who opens a number: what it is, the facts of its figure, rows, statement and files."""

    title: str
    scope: str
    facts: tuple[tuple[str, str], ...]
    rows: Rows
    statement: str = ""
    parameters: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """The answers to all numbers of a document, by address, and which statistic of the figure each number is."""

    answers: Mapping[Address, Answer]
    statistics: Mapping[Address, str]


NO_EVIDENCE = Evidence({}, {})


def gather(document: Document, figures: Figures, workspace: Workspace) -> Evidence:
    """The evidence for every number that the document prints, each figure's gathered once."""
    addresses = printed_addresses(document)
    desk = Desk(figures, workspace, document.year)
    gatherer = _Gatherer(desk, _cap(len({_of_figure(address) for address in addresses})))
    answers = {address: gatherer.answer(address) for address in addresses}
    statistics = {address: gatherer.statistic(address) for address in addresses}
    return Evidence({address: answer for address, answer in answers.items() if answer is not None}, statistics)


def printed_addresses(document: Document) -> tuple[Address, ...]:
    """The addresses of the numbers that the document prints, in order, each once."""
    found = (figure.address for _, text in texts(document) if "<data" in text for figure in printed_figures(text))
    return tuple(dict.fromkeys(found))


def _cap(figures: int) -> int:
    """How many rows each figure may list, so that the page stays small however many figures it has."""
    return max(FEWEST_ROWS, min(MOST_ROWS, MOST_ROWS_OF_ALL // max(figures, 1)))


def _of_figure(address: Address) -> Address:
    """The address under which the answer is kept: numbers of one figure share it, those of the year before too."""
    return address.of("previous" if address.statistic.startswith("previous") else "value")


class _Gatherer:
    """Answers for one report, each figure asked for once."""

    def __init__(self, desk: Desk, most_rows: int) -> None:
        self._desk = desk
        self._ledger: Ledger = desk.ledger
        self._figures = desk.ledger.figures
        self._language = desk.language
        self._facts = FactWriter(desk.language, desk.writer.word)
        self._most_rows = most_rows
        self._lists_rows = desk.setting("audience") != OWNERS
        self._files: dict[tuple[str, ...], tuple[SourceFile, ...]] = {}
        self._further: Mapping[str, Callable[[Address], Answer]] = {
            ACCOUNT: self._answer_of_account,
            TARGETS: self._answer_of_targets,
            FACTS: self._answer_of_fact,
            INITIATIVES: lambda address: self._answer_of_measures,
        }
        self._cells: dict[tuple[type, Any], str] = {}
        self._answers: dict[Address, Answer | None] = {}
        self._accounts: dict[Address, Answer] = {}

    def answer(self, address: Address) -> Answer | None:
        """What stands behind a number; None where its metric is not one of the catalogue."""
        if MEASURE in address.where:
            return self._answer_of_measures
        if address.statistic.partition(":")[0] in REGISTER_STATISTICS:
            return self._answer_of_register(address)
        if address.metric in self._further:
            return self._further[address.metric](address)
        key = _of_figure(address)
        if key not in self._answers:
            figure = self._figure(key)
            self._answers[key] = None if figure is None else self._answer_of_figure(figure)
        return self._answers[key]

    def statistic(self, address: Address) -> str:
        """Which number of its figure it is: 上年数值, 分子, 与目标的差额; empty for the figure's own value."""
        name, _, argument = address.statistic.partition(":")
        if name == "value":
            return ""
        known = self._word("statistic", name)
        return known.format(self._column(argument)) if name in DETAILS else known

    def _figure(self, address: Address) -> Figure | None:
        if not self._ledger.has(address.metric):
            return None
        figure = self._ledger.at(address)
        is_previous = address.statistic == "previous"
        return _of_year_before(figure) if figure is not None and is_previous else figure

    def _answer_of_figure(self, figure: Figure) -> Answer:
        metric = self._figures.catalog[figure.metric]
        kinds = kinds_behind(metric)
        if kinds not in self._files:
            self._files[kinds] = files_behind(self._figures, metric)
        explanation = explanation_of(self._figures, figure, self._files[kinds])
        return Answer(
            title=metric.title.text(self._language),
            scope=self._scope(figure.slice, figure.period),
            facts=self._facts.facts(figure, metric),
            rows=self._rows(figure),
            statement=explanation.sql,
            parameters=parameters_in_words(explanation),
            files=files_in_words(explanation, self._language),
        )

    def _rows(self, figure: Figure) -> Rows:
        if not self._lists_rows or figure.metric in TOTALS_ONLY:
            return Rows((), (), self._words("rows_withheld").format(self._count(figure.n)))
        columns, rows = first_rows(self._figures, figure, self._most_rows)
        held = {
            name: [row[place] for row in rows] for place, name in enumerate(columns) if name not in UNLISTED_COLUMNS
        }
        if self._figures.catalog[figure.metric].path.parent.name == MASKED_FOLDER:
            held["evidence_id"] = [_masked(key) for key in held["evidence_id"]]
        return self._listed(held, len(rows), figure.n)

    def _answer_of_account(self, address: Address) -> Answer:
        """The lines of the row account, the issues or the checks that a number of the data statement counts."""
        name, _, argument = address.statistic.partition(":")
        key = Address(ACCOUNT, "", address.slice, address.statistic if name == "check" else name)
        if key not in self._accounts:
            lines = self._account_lines(name, argument, address.where)
            self._accounts[key] = self._answer_of_lines("data_statement", "account_definition", "", lines)
        return self._accounts[key]

    def _account_lines(self, name: str, argument: str, where: Mapping[str, str]) -> pd.DataFrame:
        if name == "check":
            held, where = self._ledger.checks, {"name": argument}
            columns = ["rows_found", f"sentence_{self._language}"]
        elif name == "issues":
            held, columns = self._ledger.issues, ["path", "sheet", "row_number", f"sentence_{self._language}"]
        else:
            held, columns = self._ledger.account, list(ACCOUNT_COLUMNS)
        return _kept(held, where, columns)

    def _answer_of_register(self, address: Address) -> Answer:
        """The lines of the register of communities."""
        lines = _kept(self._ledger.communities, address.where, REGISTER_COLUMNS)
        return self._answer_of_lines("scope", "register_definition", address.period, lines)

    def _answer_of_targets(self, address: Address) -> Answer:
        """The targets of the year, of which the number counts those of one verdict."""
        lines = pd.DataFrame([self._target_line(figure) for _, figure in self._ledger.targets])
        return self._answer_of_lines("targets", "targets_definition", address.period, lines)

    def _answer_of_fact(self, address: Address) -> Answer:
        """The line that a person entered, with its source; the person is not named."""
        held = (fact for fact in facts_of(self._figures, self._desk.year) if fact.address.where == address.where)
        columns = ("name", "value", "unit", "source", "recorded_on", "note")
        lines = pd.DataFrame([{name: getattr(fact, name) for name in columns} for fact in held])
        return self._answer_of_lines("facts", "facts_definition", address.period, lines)

    @cached_property
    def _answer_of_measures(self) -> Answer:
        """The measures of the year with what each was about."""
        held = measures(self._ledger)
        columns = ("name", "started_on", "title", "scope", "note")
        lines = pd.DataFrame([{name: getattr(measure, name) for name in columns} for measure in held])
        return self._answer_of_lines("initiatives", "initiatives_definition", str(self._desk.year), lines)

    def _answer_of_lines(self, title: str, definition: str, scope: str, lines: pd.DataFrame) -> Answer:
        first = lines.head(self._most_rows)
        held = {str(name): first[name].tolist() for name in first.columns}
        explained = ((self._words("definition"), self._words(definition)),)
        return Answer(self._desk.label(title), scope, explained, self._listed(held, len(first), len(lines)))

    def _target_line(self, figure: Figure) -> dict[str, str]:
        title = self._figures.catalog[figure.metric].title.text(self._language)
        scope = self._scope(figure.slice, figure.period)
        return {"metric": title, "slice": scope, "verdict": self._word("verdict_words", figure.status)}

    def _listed(self, held: Mapping[str, list[Any]], listed: int, count: int) -> Rows:
        """Rows, given by column, as texts without the columns that say nothing; `count` is how many there are."""
        cells_of = {name: [self._cell(value) for value in values] for name, values in held.items()}
        blank = {"", self._desk.writer.spoken(BLANK)}
        kept = [name for name, cells in cells_of.items() if set(cells) - blank]
        rows = tuple(zip(*(cells_of[name] for name in kept), strict=True))
        return Rows(tuple(self._column(name) for name in kept), rows, self._note(listed, count))

    def _note(self, listed: int, count: int) -> str:
        if count == 0:
            return self._words("no_rows")
        phrase = "rows_first" if listed < count else "rows_all"
        return self._words(phrase).format(self._count(count), self._count(listed))

    def _cell(self, value: Any) -> str:
        key = (type(value), value)
        if key not in self._cells:
            self._cells[key] = self._written(value)
        return self._cells[key]

    def _written(self, value: Any) -> str:
        if pd.isna(value):
            return ""
        if isinstance(value, datetime):
            return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, Decimal):
            return printed(value, "minus cents", self._language)
        return digits(value) if isinstance(value, float) else self._desk.writer.spoken(str(value))

    def _column(self, name: str) -> str:
        """The heading of a column of evidence; of one without a word of its own, its name."""
        word = self._word("evidence_column", name)
        return word.replace("_", " ") if word == name else word

    def _scope(self, where: Mapping[str, str], period: str) -> str:
        """What a figure is kept to, in words: 报修 · 水电燃气 · 2025-07."""
        parts = [self._desk.writer.spoken(value) for value in where.values()]
        return " · ".join([*parts, period])

    def _count(self, number: int) -> str:
        return printed(number, "count", self._language)

    def _words(self, key: str) -> str:
        return self._word("evidence", key)

    def _word(self, group: str, code: str) -> str:
        return self._desk.writer.word(group, code)


def _of_year_before(figure: Figure) -> Figure | None:
    """The figure of the year before, as far as the year's own figure knows it."""
    if figure.previous_n is None or figure.previous_as_of is None:
        return None
    year = str(int(figure.period[:4]) - 1)
    return replace(
        figure,
        period=year + figure.period[4:],
        as_of=figure.previous_as_of,
        value=figure.previous,
        n=figure.previous_n,
        numerator=figure.previous_numerator,
        denominator=figure.previous_denominator,
        details=figure.previous_details,
        low=None,
        high=None,
        previous=None,
        change=None,
        change_low=None,
        change_high=None,
        target=None,
        status="no_target",
    )


def _kept(held: pd.DataFrame, where: Mapping[str, str], columns: Iterable[str]) -> pd.DataFrame:
    """The rows that fit `where`, with those of the columns that there are."""
    for name, value in where.items():
        held = held[held[name].astype(str) == value]
    return held[[name for name in columns if name in held.columns]]


def _masked(key: str) -> str:
    """A bill's number, of which so much is left that it can be told from others; the rest often names the home."""
    return f"{key[:SHOWN_OF_KEY]}****"
