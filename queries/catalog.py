"""The catalogue of metrics: one .sql file each, found by looking into the folders of this room."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from queries.header import MetricHeaderWrong, read_header
from workspace import AnnualReportError, Sentence, WrongUse

OWN_FOLDER: Final = Path(__file__).parent
PERIOD_PARAMETERS: Final = frozenset({"start", "end", "as_of"})
_COMMENT_OR_TEXT: Final = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_PARAMETER: Final = re.compile(r"\$([a-z_][a-z0-9_]*)")
_TABLE: Final = re.compile(r"\bwarehouse\.([a-z_]+)")


class MetricNameTwice(AnnualReportError):
    """Two files define a metric of the same name."""


class UnknownMetric(WrongUse):
    """A metric was asked for that no file defines."""


@dataclass(frozen=True)
class Metric:
    """One metric: what its header declares, and the SQL that selects its evidence, one row per thing counted.

    `headline` restricts the figure where the question names no other value of that slice (for example the
    overall dimension of a survey). `set_apart` lists the reasons for which a row is shown but not counted.
    `details` are evidence columns printed beside the figure, each with how it is aggregated.
    `requires` lists fields that an export must provide; of the fields in one entry, any one will do.
    `undated` lists fields on which the figure rests and which nothing dates: they are as they were on the day of the
    export, so that where an export provides one, the figure cannot be seen as of an earlier day.
    """

    name: str
    path: Path
    title: Sentence
    section: str
    unit: str
    better: str
    aggregate: str
    base: str | None
    basis: str
    slices: tuple[str, ...]
    headline: Mapping[str, str]
    set_apart: tuple[str, ...]
    details: Mapping[str, str]
    definition: Sentence
    parameters: Mapping[str, Any]
    requires: tuple[tuple[str, ...], ...]
    undated: tuple[str, ...]
    sql: str

    @cached_property
    def parameter_names(self) -> frozenset[str]:
        """The parameters that the SQL names, outside comments and quoted text."""
        return frozenset(_PARAMETER.findall(_COMMENT_OR_TEXT.sub(" ", self.sql)))

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """The warehouse tables that the SQL reads, in alphabetical order."""
        return tuple(sorted(set(_TABLE.findall(_COMMENT_OR_TEXT.sub(" ", self.sql)))))

    @property
    def is_stock(self) -> bool:
        """Whether each period is evaluated at its own end."""
        return self.basis == "stock"


class Catalog(Mapping[str, Metric]):
    """The metrics by name. Asking for an unknown one raises UnknownMetric with the nearest name."""

    def __init__(self, metrics: Mapping[str, Metric]) -> None:
        self._metrics = dict(metrics)

    def __getitem__(self, name: str) -> Metric:
        if name not in self._metrics:
            raise _unknown(name, list(self._metrics))
        return self._metrics[name]

    def __contains__(self, name: object) -> bool:
        return name in self._metrics

    def __iter__(self) -> Iterator[str]:
        return iter(self._metrics)

    def __len__(self) -> int:
        return len(self._metrics)


def load_catalog(folder: Path | None = None) -> Catalog:
    """Every metric below `folder` (default: this room), ordered by folder and name.

    Raises MetricHeaderWrong for a faulty header, MetricNameTwice for two files of one name.
    """
    metrics: dict[str, Metric] = {}
    for path in sorted((folder or OWN_FOLDER).rglob("*.sql")):
        metric = read_metric(path)
        if metric.name in metrics:
            other = metrics[metric.name].path
            raise MetricNameTwice(
                f"指标 {metric.name} 有两个文件：{other} 和 {path}。请改名或删去其一。",
                f"Two files define {metric.name}: {other} and {path}. Rename or remove one.",
            )
        metrics[metric.name] = metric
    return Catalog(metrics)


def read_metric(path: Path) -> Metric:
    """The metric that the file at `path` defines; its name is the file's name. Raises MetricHeaderWrong."""
    header, sql = read_header(path)
    metric = Metric(
        name=path.stem,
        path=path,
        title=header.title,
        section=header.section,
        unit=header.unit,
        better=header.better,
        aggregate=header.aggregate,
        base=header.base,
        basis=header.basis,
        slices=header.slices,
        headline=header.headline,
        set_apart=header.set_apart,
        details=header.details,
        definition=header.definition,
        parameters=header.parameters,
        requires=header.requires,
        undated=header.undated,
        sql=sql,
    )
    _check_parameters(metric)
    return metric


def _check_parameters(metric: Metric) -> None:
    declared = PERIOD_PARAMETERS | set(metric.parameters)
    for name in sorted(metric.parameter_names - declared):
        content = metric.path.read_text(encoding="utf-8").splitlines()
        line = next(number for number, text in enumerate(content, start=1) if f"${name}" in text)
        nearest = difflib.get_close_matches(name, sorted(declared), n=1, cutoff=0)[0]
        raise MetricHeaderWrong(
            metric.path,
            line,
            f"参数 ${name} 没有在 parameters 中声明。最接近的参数是 ${nearest}。",
            f"the parameter ${name} is not declared under parameters. The nearest is ${nearest}.",
        )


def _unknown(name: str, names: list[str]) -> UnknownMetric:
    nearest = difflib.get_close_matches(name, names, n=1, cutoff=0)
    hint_zh = f"最接近的是 {nearest[0]}。" if nearest else ""
    hint_en = f" The nearest is {nearest[0]}." if nearest else ""
    return UnknownMetric(f"没有名为 {name} 的指标。{hint_zh}", f"There is no metric called {name}.{hint_en}")
