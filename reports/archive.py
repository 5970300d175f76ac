"""What an archive copy of the report carries inside, so that its headlines can be worked out again without the program.

Nothing in it names a flat or a person: the evidence of a headline is added up by month and community, because the keys
of bills often spell the flat. From the exports, known by their sha256, the attached SQL selects the rows themselves.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from queries.explain import evidence_sql
from queries.period import Period
from reports.derivations import Ledger
from reports.document import Document
from reports.factcheck import printed_figures
from reports.numbers import Address
from reports.render.attachments import Archive, Attachment
from workspace import Sentence, Workspace

if TYPE_CHECKING:
    import pandas

    from queries.catalog import Metric
    from queries.figure import Figure
    from queries.figures import Figures

PROGRAM = "annual-report"
LIBRARIES = ("duckdb", "plotly", "weasyprint")
SUMS = ("numerator", "denominator", "value")  # the columns of the evidence that add up
RECIPES = {
    "count": "sum(n)",
    "sum": "sum(value)",
    "mean": "sum(value) / sum(n)",
    "ratio": "sum(numerator) / sum(denominator)",
}
DESCRIPTIONS = {
    "figures": Sentence("全部指标：年度、各月、各切片", "Every figure: the year, its months, its slices"),
    "headlines": Sentence("关键指标及其算法", "The key figures and how each is worked out"),
    "evidence": Sentence("按月份和项目汇总的分子、分母", "Numerator and denominator by month and community"),
    "definitions": Sentence("指标口径", "Definitions of the metrics"),
    "sql": Sentence("选出所计记录的 SQL", "The SQL that selects the rows counted"),
    "data-statement": Sentence("数据来源、行数去向、问题与检查", "Files, account of rows, issues and checks"),
    "manifest": Sentence("清单：各文件的校验值、程序版本、设置", "Hashes of the files, program version, settings"),
}
# How files are read and which teams are the house's own: no figure needs it, and names may stand in it.
SETTINGS_OF_THE_HOUSE = frozenset({"mapping", "vendor", "target"})


@dataclass(frozen=True)
class Headline:
    """One number of the key-figures page: what is printed, where it comes from, how the evidence gives it."""

    card: str
    printed: str
    metric: str
    period: str
    slice: dict[str, str]
    statistic: str
    format: str
    limit: float | None
    recipe: str
    evidence: str


def collect(document: Document, figures: Figures, workspace: Workspace) -> Archive:
    """The files to embed in the archive copy of `document`, with a manifest that names each of them.

    `figures` are those that the audience of the report may see (reports.audience.seen_by).
    """
    ledger = Ledger(figures, document.year)
    headlines = list(_headlines(document, ledger))
    shown = _Shown(ledger, headlines)
    held = [
        _json(document, "headlines", [asdict(headline) for headline in headlines]),
        *_figures(document, shown),
        *_evidence(document, ledger, headlines),
        _json(document, "definitions", [_definition(metric, workspace.settings) for metric in shown.metrics]),
        *_sql(document, ledger, shown.metrics),
        _json(document, "data-statement", _data_statement(ledger)),
    ]
    day = max(figure.as_of for figure in shown.figures())
    manifest = _json(document, "manifest", _manifest(document, workspace, ledger, day, held))
    return Archive(day, (*held, manifest))


def machine_readable(document: Document, figures: Figures, workspace: Workspace) -> bytes:
    """The report as JSON: its figures, headlines and definitions, the exports behind them, the settings.

    Two of them can be compared by `annual-report diff`; the same report gives the same bytes.
    """
    ledger = Ledger(figures, document.year)
    headlines = list(_headlines(document, ledger))
    shown = _Shown(ledger, headlines)
    held = list(shown.figures())
    about = _manifest(document, workspace, ledger, max(figure.as_of for figure in held), [])
    del about["attachments"]
    content = about | {
        "definitions": [
            _definition(metric, workspace.settings) | {"sql_sha256": _sha256(metric.sql)} for metric in shown.metrics
        ],
        "headlines": [asdict(headline) for headline in headlines],
        "figures": [figure.to_json() | {"details": dict(figure.details)} for figure in held],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, default=_as_text) + "\n").encode("utf-8")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


# figures


class _Shown:
    """The figures that the archive holds: of each metric the year, its months and its slices."""

    def __init__(self, ledger: Ledger, headlines: Sequence[Headline]) -> None:
        self.ledger = ledger
        self.headlines = headlines
        self.metrics = [held for held in ledger.figures.catalog.values() if ledger.figures.is_available(held.name)]

    def figures(self) -> Iterator[Figure]:
        """Every figure once, headlines included."""
        seen = set()
        for figure in self._all():
            key = (figure.metric, figure.period, tuple(sorted(figure.slice.items())))
            if key not in seen:
                seen.add(key)
                yield figure

    def _all(self) -> Iterator[Figure]:
        for metric in self.metrics:
            yield from _known(self.ledger.of(metric.name))
            yield from self.ledger.by(metric.name, "month")
            for name in metric.slices:
                yield from self.ledger.by(metric.name, name)
        for headline in self.headlines:
            yield from _known(self.ledger.of(headline.metric, headline.slice))


def _known(figure: Figure | None) -> list[Figure]:
    return [] if figure is None else [figure]


def _figures(document: Document, shown: _Shown) -> Iterator[Attachment]:
    """The figures twice: for programs with every detail, for spreadsheets as `metrics --format csv` prints them."""
    figures = list(shown.figures())
    yield _json(document, "figures", [figure.to_json() | {"details": dict(figure.details)} for figure in figures])
    rows = [figure.to_json() | {"slice": json.dumps(dict(figure.slice), ensure_ascii=False)} for figure in figures]
    yield _csv(document, "figures", "figures", rows)


# headlines and their evidence


def _headlines(document: Document, ledger: Ledger) -> Iterator[Headline]:
    cards = [card for row in document.key_figures.rows for card in row.cards]
    for card in cards:
        proved = (one for one in printed_figures(card.value) if one.address.metric in ledger.figures.catalog)
        for number in proved:
            aggregate = ledger.figures.catalog[number.address.metric].aggregate
            yield Headline(
                card=card.name,
                printed=number.text,
                metric=number.address.metric,
                period=number.address.period,
                slice=number.address.where,
                statistic=number.address.statistic,
                format=number.form,
                limit=number.limit,
                recipe=_recipe(number.address, aggregate),
                evidence=_evidence_name(number.address),
            )


def _recipe(address: Address, aggregate: str) -> str:
    """How the columns of the evidence give the number."""
    return f"sum({address.statistic})" if address.statistic in SUMS[:2] else RECIPES.get(aggregate, "")


def _evidence_name(address: Address) -> str:
    """A file name of the metric and, where the headline is about a slice, its value as a short digest."""
    digest = hashlib.sha256(repr(address.slice).encode("utf-8")).hexdigest()[:8] if address.slice else ""
    return f"evidence-{'-'.join(part for part in (address.metric, digest) if part)}.csv"


def _evidence(document: Document, ledger: Ledger, headlines: Iterable[Headline]) -> Iterator[Attachment]:
    for headline in {headline.evidence: headline for headline in headlines}.values():
        rows = ledger.evidence(headline.metric, headline.slice)
        yield _csv(document, headline.evidence.removesuffix(".csv"), "evidence", _parts(rows))


def _parts(rows: pandas.DataFrame) -> list[dict[str, Any]]:
    """The evidence added up by month and community: the number of rows and the exact sums of what adds up."""
    rows = rows.assign(month=rows["occurred_at"].dt.strftime("%Y-%m"))
    keys = [name for name in ("month", "community") if name in rows]
    sums = [name for name in SUMS if name in rows]
    return [
        dict(zip(keys, key, strict=True)) | {"n": len(part)} | {name: _exact_sum(part[name]) for name in sums}
        for key, part in rows.groupby(keys, dropna=False)
    ]


def _exact_sum(numbers: Iterable[Any]) -> Decimal:
    """The sum without the rounding of doubles, so that yuan and fen survive."""
    return sum((Decimal(str(number)) for number in numbers if number == number), Decimal(0))


# definitions, SQL, data statement, manifest


def _definition(metric: Metric, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "metric": metric.name,
        "title": asdict(metric.title),
        "definition": asdict(metric.definition),
        "unit": metric.unit,
        "better": metric.better,
        "aggregate": metric.aggregate,
        "base": metric.base,
        "basis": metric.basis,
        "slices": metric.slices,
        "parameters": {**metric.parameters, **_overridden(metric, settings)},
    }


def _overridden(metric: Metric, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a metric that the settings give."""
    return {name: value for name, value in settings.get("parameters", {}).items() if name in metric.parameters}


def _sql(document: Document, ledger: Ledger, metrics: Iterable[Metric]) -> Iterator[Attachment]:
    """One file a metric: the statement that selects the year's rows, with what is bound to it above."""
    for metric in metrics:
        question = ledger.figures.question(metric.name, document.year, None, None)
        sql, parameters = evidence_sql(ledger.figures, question, Period(document.year))
        bound = "".join(f"-- ${name} = {_as_text(value)}\n" for name, value in parameters.items())
        title = metric.title.text(document.language)
        yield _attachment(
            document, f"sql-{metric.name}.sql", "sql", f"-- {title}\n{bound}{sql}\n", "application/sql", "Source"
        )


def _data_statement(ledger: Ledger) -> dict[str, Any]:
    figures = ledger.figures
    without_value = [name for name in figures.catalog if not figures.is_available(name)]
    return {
        "files": _records(figures.files()),
        "rows": _records(ledger.account),
        "issues": _records(_counted(ledger.issues, ["path", "severity", "code"])),
        "checks": _records(ledger.checks),
        "not_available": without_value,
    }


def _counted(rows: pandas.DataFrame, keys: list[str]) -> pandas.DataFrame:
    return rows.groupby(keys, dropna=False).size().rename("count").reset_index()


def _manifest(
    document: Document, workspace: Workspace, ledger: Ledger, day: date, held: Sequence[Attachment]
) -> dict[str, Any]:
    exports = {row["path"]: row["sha256"] for row in _records(ledger.figures.files())}
    return {
        "report": {
            "title": document.cover.title,
            "organisation": document.cover.organisation,
            "year": document.year,
            "language": document.language,
            "as_of": day,
        },
        "program": {PROGRAM: _version(PROGRAM), **{name: _version(name) for name in LIBRARIES}},
        "exports": exports,
        "settings": _settings_shown(workspace, ledger),
        "attachments": [
            {"name": one.name, "sha256": hashlib.sha256(one.content).hexdigest(), "bytes": len(one.content)}
            for one in sorted(held, key=lambda one: one.name)
        ],
    }


def _settings_shown(workspace: Workspace, ledger: Ledger) -> dict[str, Any]:
    """The settings behind the figures; of the targets those that the report's reader may see."""
    shown = {name: table for name, table in workspace.settings.items() if name not in SETTINGS_OF_THE_HOUSE}
    return {**shown, "target": [asdict(target) for target in ledger.figures.targets]}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


# how things are written


def _json(document: Document, name: str, content: object) -> Attachment:
    text = json.dumps(content, ensure_ascii=False, indent=1, default=_as_text)
    return _attachment(document, f"{name}.json", name, text + "\n", "application/json", "Data")


def _csv(document: Document, name: str, description: str, rows: Sequence[Mapping[str, Any]]) -> Attachment:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return _attachment(document, f"{name}.csv", description, text.getvalue(), "text/csv", "Data")


def _attachment(
    document: Document, name: str, description: str, text: str, media_type: str, relationship: Any
) -> Attachment:
    words = DESCRIPTIONS[description].text(document.language)
    return Attachment(name, media_type, words, relationship, text.encode("utf-8"))


def _records(rows: pandas.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): None if value != value else value for name, value in row.items()} for row in rows.to_dict("records")
    ]


def _as_text(value: object) -> Any:
    """A value that JSON has no word for: days and moments as ISO 8601, sums of money and numpy's numbers as numbers."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value.item() if hasattr(value, "item") else str(value)
