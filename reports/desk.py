"""Where chapters are put together: findings at hand, numbers of figures and tables, the writer.

A chapter asks the desk for findings, hands it words and pictures, and gets back numbered blocks. Sections without
a single block, and chapters without a section, vanish; what vanished is remembered for the appendix.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup

from reports.audience import audience_of, community_of
from reports.charts import ChartStyle
from reports.charts.plotted import PlottedNumber, PlottedText, plotted_in
from reports.charts.style import HouseFigure
from reports.derivations import BLANK, Ledger
from reports.document import NO_TEXT, Block, Chapter, Chart, Column, Paragraph, Section, Table
from reports.findings import Finding, Ranking, finding, found, quantity, ranking
from reports.measures import Measure, measures
from reports.narrative import Writer, spaced
from reports.numbers import JOINT, MISSING, THOUSAND, WAN, Address, Quantity
from workspace import Language, Workspace

if TYPE_CHECKING:
    from queries.catalog import Metric
    from queries.figures import Figures

CHINESE_ORDINALS = "一二三四五六七八九十"
VERDICT_SHAPES = {"met": "●", "missed": "▲", "no_target": "○", "insufficient": MISSING, "not_available": MISSING}
THINGS = {
    "satisfaction_rate": "answers",
    "satisfaction_score": "answers",
    "survey_response_rate": "answers",
    "nps": "answers",
    "complaints_per_100_households": "complaints",
    "repeat_complaint_rate": "complaints",
    "follow_up_attainment": "complaints",
    "incident_count": "incidents",
    "incident_response_attainment": "incidents",
    "household_collection_rate": "households",
    "survey_household_coverage": "households",
    "service_households": "households",
    "special_group_households": "households",
    "activity_participation_rate": "households",
    "notice_reach_rate": "household_times",
    "notice_read_rate": "household_times",
    "activity_count": "activities",
    "critical_failures": "faults",
    "fault_interval": "faults",
    "drills": "drills",
    "inspection_completion_rate": "inspections",
    "maintenance_completion_rate": "inspections",
    "finding_rectified_rate": "findings",
    "vendor_pass_rate": "reviews",
    "certified_share": "persons",
    "training_pass_rate": "persons",
}
THINGS_OF_KIND = {"complaint": "complaints", "suggestion": "suggestions"}
RIPENING = {
    "closure_within_30_days": "closure_window_days",
    "rework_rate": "repeat_window_days",
    "first_time_fix_rate": "repeat_window_days",
}
MAIN_METRICS = ("ticket_volume", "amount_due", "collection_rate", "satisfaction_rate")


@dataclass
class _Numbering:
    """Ordinals given out so far."""

    chapter: str = "1"
    charts: int = 0
    tables: int = 0
    cited: dict[str, Chart | Table] = field(default_factory=dict)


@dataclass(frozen=True)
class Label:
    """A number given to a chart or table before it is drawn, so that a sentence can cite it first."""

    anchor: str
    label: str


class Desk:
    """Everything a chapter needs, for one report."""

    def __init__(
        self,
        figures: Figures,
        workspace: Workspace,
        year: int,
        on_chart: Callable[[Chart], None] | None = None,
    ) -> None:
        self.workspace = workspace
        self.year = year
        self.ledger = Ledger(figures, year)
        self.audience = audience_of(workspace)
        self.community = community_of(figures)
        self.language: Language = workspace.language
        self.style = ChartStyle(str(workspace.settings["report"]["accent"]), self.language)
        is_first_year = year - 1 not in figures.years()
        codes = {**self.level_titles, **self.overall_word}
        self.writer = Writer(
            self.language, year, is_first_year, codes, self.is_whole_year, self._reworded, self.community
        )
        self.used_metrics: list[str] = []
        self.absent_sections: list[str] = []
        self._numbering = _Numbering()
        self._on_chart = on_chart

    # findings

    def finding(self, metric: str, **where: str) -> Finding | None:
        """The year's finding, or None where the data cannot give it."""
        return self._noted(finding(self.ledger, self.ledger.of(metric, where)))

    def first_finding(self, choices: Iterable[tuple[str, Mapping[str, str]]]) -> Finding | None:
        """The year's finding of the first metric and slice that the data can give, or None."""
        return next((one for metric, where in choices if (one := self.finding(metric, **where)) is not None), None)

    def findings(self, metric: str, split: str, where: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
        """One finding per value of a slice, largest first; blanks last."""
        held = found(self.ledger, self.ledger.by(metric, split, where))
        return tuple(sorted(held, key=lambda one: (one.name == BLANK, -_size(one), one.name)))

    def months(self, metric: str, where: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
        """One finding per month that has one, January first."""
        return found(self.ledger, self.ledger.by(metric, "month", where))

    def ranking(self, metric: str, split: str, where: Mapping[str, str] | None = None) -> Ranking:
        """The slices of a ratio, with the best and worst one where chance does not explain them."""
        return ranking(self.ledger, self.ledger.by(metric, split, where))

    def number(self, metric: str, statistic: str, form: str, **where: str) -> Quantity | None:
        """A number derived from a metric's figures, such as a share or a count of months."""
        if not self.ledger.has(metric):
            return None
        return quantity(self.ledger, Address(metric, str(self.year), _pairs(where), statistic), form)

    def account_number(self, statistic: str, form: str = "count", **where: str) -> Quantity | None:
        """A number of the data account: rows read, kept, quarantined; files."""
        return quantity(self.ledger, Address("data", str(self.year), _pairs(where), statistic), form)

    def chosen(self, statistic: str, held: Finding, form: str) -> Quantity | None:
        """Another number of the figure behind a finding."""
        return quantity(self.ledger, held.address.of(statistic), form)

    def provided(self, kind: str) -> bool:
        """Whether an export of this kind was loaded."""
        return bool(self.ledger.figures.provided(kind))

    def target_count(self, verdict: str) -> Quantity | None:
        """How many of the year's targets have a verdict; `all` counts every one."""
        return quantity(self.ledger, Address("targets", str(self.year), (), f"targets:{verdict}"), "count")

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """The measures taken, with their verdicts, in the order of their start."""
        return measures(self.ledger)

    def measure_count(self, verdict: str) -> Quantity | None:
        """How many measures have a verdict; `all` counts every one."""
        return quantity(self.ledger, Address("initiatives", str(self.year), (), f"initiatives:{verdict}"), "count")

    def targets(self) -> tuple[Finding, ...]:
        """The findings that have a target, in the order of the settings."""
        held = (finding(self.ledger, figure) for _, figure in self.ledger.targets)
        return tuple(one for one in held if one is not None)

    def previous_judged(self, held: Finding) -> Quantity | None:
        """Last year's value of the statistic that the target is about."""
        if held.judged is None:
            return None
        statistic = held.judged.address.statistic.replace("details", "previous_details")
        return self.chosen(statistic, held, held.judged.form)

    def issue_count(self, severity: str, code: str, path: str) -> Quantity | None:
        """How many issues of one code a file has."""
        where = {"severity": severity, "code": code, "path": path}
        return self.account_number("issues", **{name: str(value) for name, value in where.items()})

    def is_partial(self, month: Finding) -> bool:
        """Whether the data end within this month."""
        year, ordinal = int(month.address.period[:4]), int(month.address.period[-2:])
        return (year, ordinal) == (self.as_of.year, self.as_of.month) and self.as_of.day < monthrange(year, ordinal)[1]

    def is_unripe(self, month: Finding) -> bool:
        """Whether the month is younger than the age at which its metric measures; its last cases were not yet due."""
        if month.metric not in RIPENING:
            return self.is_partial(month)
        window = int(self.parameter(month.metric, RIPENING[month.metric]) or 0)
        year, ordinal = int(month.address.period[:4]), int(month.address.period[-2:])
        last_day = date(year, ordinal, monthrange(year, ordinal)[1])
        return last_day + timedelta(days=window) > self.as_of

    def levels(self, metric: str, where: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
        """The service levels of a metric in the order of the settings, those without a case left out."""
        held = [self._level(one) for one in found(self.ledger, self.ledger.by(metric, "level", where))]
        order = list(self.level_titles)
        return tuple(sorted(held, key=lambda one: order.index(one.name) if one.name in order else len(order)))

    def _level(self, held: Finding) -> Finding:
        """The same level from the metric on which its target is set, where it counts the same cases."""
        for metric in ("response_attainment", "resolution_attainment", "service_level_attainment"):
            other = self.finding(metric, level=held.address.where["level"])
            if other is not None and other.target is not None and other.cases == held.cases:
                return other
        return held

    def metric(self, name: str) -> Metric:
        """A metric of the catalogue. Raises UnknownMetric."""
        return self.ledger.figures.catalog[name]

    def parameter(self, metric: str, name: str) -> Any:
        """A parameter that the metric's header declares, as the settings override it; None where it has none."""
        if not self.ledger.has(metric):
            return None
        declared = self.ledger.figures.catalog[metric].parameters.get(name)
        return self.workspace.settings.get("parameters", {}).get(name, declared)

    def thing(self, held: Finding) -> str:
        """The measure word of what a finding counts."""
        unit = THINGS_OF_KIND.get(held.address.where.get("kind", "")) or THINGS.get(held.metric, "tickets")
        return self.label(f"unit_{unit}")

    def _noted(self, held: Finding | None) -> Finding | None:
        if held is not None and held.metric not in self.used_metrics:
            self.used_metrics.append(held.metric)
        return held

    @cached_property
    def as_of(self) -> date:
        """The last day known of the report: the latest of its main figures."""
        held = (self.ledger.of(metric) for metric in MAIN_METRICS)
        days = [figure.as_of for figure in held if figure is not None and figure.status != "not_available"]
        return max(days, default=date(self.year, 12, 31))

    @property
    def is_whole_year(self) -> bool:
        """Whether the data reach the last day of the year, so that its end may be spoken of."""
        return self.as_of >= date(self.year, 12, 31)

    @property
    def last_month(self) -> int:
        """The last month of the year that the data reach."""
        return self.as_of.month if self.as_of.year == self.year else 12

    # words

    def _reworded(self, text: str) -> str:
        return self.audience.worded(text, self.language)

    def say(self, phrase: str, **slots: Any) -> Markup:
        """A title, a caption or a cell in words."""
        return self.writer.say(phrase, **slots)

    def paragraph(self, phrase: str, **slots: Any) -> Paragraph | None:
        """A paragraph, or None when there is nothing to say."""
        return self.writer.paragraph(phrase, **slots)

    def label(self, key: str) -> str:
        """A fixed word of the report."""
        return self.writer.label(key)

    def setting(self, key: str) -> str:
        """A word of [report] in the settings."""
        return str(self.workspace.settings["report"].get(key, ""))

    def subject(self, held: Finding) -> str:
        """What a finding is about, in plain words: its slice and the metric's title."""
        words = self._subject(held)
        return str(spaced(words)) if self.language == "zh" else words[:1].lower() + words[1:]

    def _subject(self, held: Finding) -> str:
        where = held.address.where
        if "level" in where:
            return self.label("of_level").format(self.writer.spoken(where["level"]))
        if "dimension" in where:
            return self.label("of_dimension").format(self.writer.spoken(where["dimension"]))
        title = self.writer.word("title_of_statistic", f"{held.metric}.{held.statistic}")
        title = held.title if "." in title else title
        words = self.label("joint").join(self.writer.spoken(value) for value in where.values())
        return self.label("with_slice").format(words, title) if words else title

    @property
    def overall_word(self) -> dict[str, str]:
        """The word for the overall dimension of a survey."""
        return {"overall": "总体" if self.language == "zh" else "overall"}

    @cached_property
    def level_titles(self) -> dict[str, str]:
        """The titles of the service levels, by name."""
        levels = self.workspace.settings.get("service_level", [])
        return {str(level["name"]): str(level["title"][self.language]) for level in levels}

    @property
    def money_unit(self) -> int:
        """Yuan per unit of a table or chart of money: ten thousand, in English a thousand."""
        return WAN if self.language == "zh" else THOUSAND

    def plain(self, text: str) -> Markup:
        """A fixed word as a cell."""
        return Markup("{}").format(text)

    def rate_cell(self, held: Finding | None, form: str | None = None) -> Markup:
        """A finding's value as a cell; an em dash where its cases are too few for a rate."""
        is_too_small = held is not None and held.unit == "percent" and held.base != "money" and held.is_small
        return self.cell(None if held is None or is_too_small else held.value, form)

    def verdict_cell(self, held: Finding) -> Markup:
        """The verdict as a cell: its shape and its word."""
        return self.plain(f"{VERDICT_SHAPES[held.verdict]} {self.writer.word('verdict_words', held.verdict)}")

    def name(self, text: str) -> Markup:
        """A word of the data as a cell."""
        return Markup(self.writer.say("phrases.named", text=text))

    def cell(self, number: Quantity | None, form: str | None = None) -> Markup:
        """A number as a cell of a table; an em dash where there is none."""
        return Markup(MISSING) if number is None else self.writer.say("phrases.cell", number=number, form=form)

    def text(self, number: Quantity | None, form: str | None = None) -> str:
        """A number as plain text for a label in a chart; empty where there is none."""
        if number is None:
            return ""
        return PlottedText.of(number, form or number.form, self.language)

    # numbered blocks

    def next_chart(self) -> Label:
        """The number of the next chart, given out now."""
        self._numbering.charts += 1
        return self._next("figure", self._numbering.charts)

    def next_table(self) -> Label:
        """The number of the next table, given out now."""
        self._numbering.tables += 1
        return self._next("table", self._numbering.tables)

    def _next(self, kind: str, ordinal: int) -> Label:
        number = f"{self._numbering.chapter}-{ordinal}"
        return Label(f"{kind}-{number.lower()}", f"{self.label(kind)} {number}")

    def chart(
        self, key: str, picture: HouseFigure, title: Markup, caption: Markup, height_millimetres: int = 72
    ) -> Chart:
        """A numbered chart; `key` is the name under which plan lines cite it."""
        given = self.next_chart()
        spoken = Markup(f"{title.striptags()}。{caption.striptags()}" if self.language == "zh" else "")
        spoken = spoken or Markup(f"{title.striptags()}. {caption.striptags()}")
        chart = Chart(
            anchor=given.anchor,
            label=given.label,
            title=title,
            caption=caption,
            alternative_text=str(spoken).replace(JOINT, " "),
            picture=picture,
            height_millimetres=height_millimetres,
            plotted=plotted_in(picture.to_plotly_json()),
            series=picture.series,
        )
        self._numbering.cited[key] = chart
        if self._on_chart:
            self._on_chart(chart)
        return chart

    def table(
        self,
        key: str,
        title: Markup,
        columns: Sequence[tuple[str, str]],
        rows: Sequence[Sequence[Markup]],
        note: Markup = NO_TEXT,
        total_rows: int = 0,
    ) -> Table:
        """A numbered table; columns are label keys with an alignment."""
        given = self.next_table()
        table = Table(
            anchor=given.anchor,
            label=given.label,
            title=title,
            columns=tuple(Column(self.label(heading), align) for heading, align in columns),  # type: ignore[arg-type]
            rows=tuple(tuple(row) for row in rows),
            note=note,
            total_rows=total_rows,
        )
        self._numbering.cited[key] = table
        return table

    def cited(self, *keys: str) -> Chart | Table | None:
        """The first of the named charts and tables that the report holds."""
        return next((self._numbering.cited[key] for key in keys if key in self._numbering.cited), None)

    # sections and chapters

    def section(self, key: str, blocks: Sequence[Block | None]) -> Section | None:
        """A section of the blocks that exist; None, and remembered as absent, without any."""
        held = tuple(block for block in blocks if block is not None)
        if not held:
            self.absent_sections.append(key)
            return None
        return Section(anchor=key.replace("_", "-"), number="", title=self.label(key), blocks=held)

    def together(self, texts: Sequence[Markup]) -> Paragraph | None:
        """One paragraph of several phrases that are whole sentences; None without any."""
        held = [text for text in texts if text]
        return Paragraph(Markup("" if self.language == "zh" else " ").join(held)) if held else None

    def titled_section(self, anchor: str, title: str, blocks: Sequence[Block | None]) -> Section:
        """A section under a title of the data's own, such as the name of a measure."""
        held = tuple(block for block in blocks if block is not None)
        return Section(anchor=anchor, number="", title=title, blocks=held)

    def chapter(self, key: str, ordinal: int, sections: Sequence[Callable[[Desk], Section | None]]) -> Chapter | None:
        """A chapter of the sections that have something to say; None without any."""
        self._numbering = _Numbering(str(ordinal), cited=self._numbering.cited)
        held = [section for compose in sections if (section := compose(self)) is not None]
        return _chapter(key, f"{ordinal:02d}", self.label(key), held, self.language) if held else None

    def appendix(self, key: str, letter: str, blocks: Callable[[Desk], Sequence[Block | None]]) -> Chapter:
        """An appendix with one unnumbered section."""
        self._numbering = _Numbering(letter, cited=self._numbering.cited)
        section = self.section(key, blocks(self))
        number = self.label("appendix_number").format(letter)
        return Chapter(f"appendix-{letter.lower()}", number, self.label(key), (section,) if section else ())


def _chapter(key: str, number: str, title: str, sections: Sequence[Section], language: Language) -> Chapter:
    if len(sections) > 1:
        sections = [
            Section(section.anchor, _ordinal(position, language), section.title, section.blocks)
            for position, section in enumerate(sections)
        ]
    return Chapter(f"chapter-{key.replace('_', '-')}", number, title, tuple(sections))


def _ordinal(position: int, language: Language) -> str:
    return f"（{_chinese(position + 1)}）" if language == "zh" else f"({position + 1}) "


def _chinese(number: int) -> str:
    """A number below a hundred in Chinese characters: 七, 十二, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    of_tens = "" if tens == 0 else "十" if tens == 1 else f"{CHINESE_ORDINALS[tens - 1]}十"
    return f"{of_tens}{CHINESE_ORDINALS[ones - 1] if ones else ''}"


def _pairs(where: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(where.items())


def _size(held: Finding) -> float:
    """What a list of slices is ordered by: cases, or the amount where a sum is measured."""
    if held.unit in ("yuan", "count") and held.value is not None:
        return float(held.value.value)
    return float(held.cases)


def frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of a chart as the tidy frame that reports.charts takes; each number remembers its quantity."""
    return pd.DataFrame(list(rows), dtype=object)


def present(held: Sequence[object | None]) -> bool:
    """Whether at least one of them is there."""
    return any(one is not None for one in held)


def amount(number: Quantity | None) -> float:
    """A number for a chart or an ordering; zero where there is none."""
    return 0.0 if number is None else PlottedNumber.of(number)
