"""Figures cited by name in what people write: {{closure_rate.2025.community=云栖苑.previous}}.

A citation is a metric and, after dots and in any order, a period (2025, 2025-07, 2025-Q3; the report's year by
default), slices (kind=repair; "…" around a value with a dot in it) and one statistic (value by default; previous,
change, target, n, …).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from reports.derivations import Ledger
from reports.findings import Finding, finding
from reports.numbers import Address, Quantity
from workspace import AnnualReportError

CITATION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
PART = re.compile(r'(?:"[^"]*"|[^."])+')
PERIOD = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]|Q[1-4]))?")
VALUE = "value"


class CitationWrong(AnnualReportError):
    """A citation names what is not there."""


@dataclass(frozen=True)
class Citation:
    """A citation taken apart."""

    metric: str
    period: str
    statistic: str = VALUE
    where: Mapping[str, str] = field(default_factory=dict)


def cited(ledger: Ledger, text: str) -> Quantity:
    """The number that a citation (without its braces) names. Raises CitationWrong."""
    citation = _read(ledger, text)
    held = _finding(ledger, citation)
    numbers = _numbers(held)
    if citation.statistic not in numbers:
        raise _unknown("统计量", "statistic", citation.statistic, numbers)
    number = numbers[citation.statistic]
    if number is None:
        raise CitationWrong(
            f"{citation.metric} 没有 {citation.statistic} 这个数（如未设目标、没有上年数）。"
            "请改用别的数或删去这处引用。",
            f"{citation.metric} has no {citation.statistic} (no target or no last year, say). Cite another number.",
        )
    return number


def citation_of(address: Address) -> str:
    """An address as it would be cited, without braces."""
    slices = [f'{name}="{value}"' if "." in value else f"{name}={value}" for name, value in address.slice]
    statistic = address.statistic.removeprefix("details:").replace("previous_details:", "previous_")
    return ".".join([address.metric, address.period, *slices, *([] if statistic == VALUE else [statistic])])


def _read(ledger: Ledger, text: str) -> Citation:
    metric, *parts = [part.strip() for part in PART.findall(text)] or [""]
    catalog = ledger.figures.catalog
    if metric not in catalog:
        raise _unknown("指标", "metric", metric, catalog)
    slices = dict(_slice(part) for part in parts if "=" in part)
    others = [part for part in parts if "=" not in part]
    periods = [part for part in others if PERIOD.fullmatch(part)]
    statistics = [part for part in others if part not in periods]
    if len(periods) > 1 or len(statistics) > 1:
        raise CitationWrong(
            f"引用 {text} 写了不止一个期间或统计量。期间写成 2025、2025-07 或 2025-Q3，统计量只写一个。",
            f"{text} names more than one period or statistic. Write one period (2025, 2025-07, 2025-Q3).",
        )
    for name in slices:
        if name not in catalog[metric].slices:
            raise _unknown("切片", "slice", name, catalog[metric].slices)
    return _in_report_year(
        ledger, Citation(metric, "".join(periods) or str(ledger.year), "".join(statistics) or VALUE, slices)
    )


def _slice(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return name.strip(), value.strip().strip('"“”')


def _in_report_year(ledger: Ledger, citation: Citation) -> Citation:
    """The year before is what the report's own year has as its previous value."""
    year = int(citation.period[:4])
    if year == ledger.year:
        return citation
    if year == ledger.year - 1 and citation.statistic == VALUE:
        period = f"{ledger.year}{citation.period[4:]}"
        return Citation(citation.metric, period, "previous", citation.where)
    raise CitationWrong(
        f"引用的期间 {citation.period} 不在本报告内。可引用 {ledger.year} 年和上年的数值。",
        f"The period {citation.period} is not in this report. Cite figures of {ledger.year} and of the year before.",
    )


def _finding(ledger: Ledger, citation: Citation) -> Finding:
    for name, value in citation.where.items():
        others = {other: given for other, given in citation.where.items() if other != name}
        known = [figure.slice[name] for figure in ledger.by(citation.metric, name, others)]
        if value not in known:
            raise _unknown(f" {name} 值", f"value of {name}", value, known)
    address = Address(citation.metric, citation.period, tuple(citation.where.items()))
    held = finding(ledger, ledger.at(address))
    if held is not None:
        return held
    raise CitationWrong(
        f"{citation.metric} 在 {citation.period} 没有数值（导出数据未提供，或该期没有事项）。请删去这处引用。",
        f"{citation.metric} has no value for {citation.period}. Remove this citation.",
    )


def _numbers(held: Finding) -> dict[str, Quantity | None]:
    """Everything that a finding says in numbers, by the name under which it is cited."""
    plain = {each.name: getattr(held, each.name) for each in fields(held) if "Quantity" in str(each.type)}
    named = {name: number for name, number in plain.items() if number is None or isinstance(number, Quantity)}
    return {**named, **{name.replace(" ", "_"): number for name, number in held.details}}


def _unknown(zh: str, en: str, given: str, known: Iterable[str]) -> CitationWrong:
    near = difflib.get_close_matches(given, list(known), n=1, cutoff=0)
    return CitationWrong(
        f"没有名为 {given} 的{zh}。" + (f"最接近的是 {near[0]}。" if near else ""),
        f"There is no {en} called {given}." + (f" The nearest is {near[0]}." if near else ""),
    )
