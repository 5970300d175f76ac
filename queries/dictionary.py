"""Writes the dictionary of metrics, queries/README.md, from the metric files: `python -m queries.dictionary`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from queries.catalog import OWN_FOLDER, Catalog, Metric, load_catalog

DICTIONARY: Final = OWN_FOLDER / "README.md"
_PREFACE: Final = """# Metrics

Generated from the headers of the .sql files in this folder by `python -m queries.dictionary`; do not edit.

A metric is one .sql file. It selects evidence, one row per thing counted; its header says how the rows are
aggregated. The columns are `evidence_id` (the business key), `occurred_at`, the slices, and by aggregate: ratio
`numerator`, `denominator`; sum, mean, median `value`; duration `hours`, `ended`. A row whose `set_apart` is not
null is counted under that reason only. `$start` is the start of the year, `$as_of` the exclusive midnight up to
which facts are known, `$end` the earlier of `$as_of` and the period's end.

| key | meaning |
|---|---|
| title, definition | what it is called and what it means, in zh and en |
| section | where it stands in the report |
| unit, better | percent, hours, days, count, yuan, score or points; whether higher or lower is better, or neutral |
| aggregate | count, sum, mean, median, ratio or duration (Kaplan–Meier) |
| base | of a ratio: events or households (Wilson interval), money (no interval), exposure (Poisson interval) |
| basis | flow: rows by occurred_at; stock: evaluated at each period's own end |
| slices | the columns by which it may be split or filtered |
| headline | slice values that the figure keeps to unless the question names others |
| set_apart | the reasons for which rows are shown but not counted |
| details | columns shown beside the figure: name = sum or max |
| parameters | values that the SQL names as $name, which settings may override |
| requires | fields that an export must provide; of a list within the list, any one; else not_available |
| undated | fields without a date; where exports have one, the figure is as of the day of the export, 按导出时状态 |
"""


def dictionary(catalog: Catalog) -> str:
    """The dictionary of every metric in `catalog`, as Markdown."""
    return _PREFACE + "".join(_entry(metric) for metric in catalog.values())


def _entry(metric: Metric) -> str:
    facts = [
        f"unit {metric.unit}",
        f"better {metric.better}",
        metric.aggregate + (f" of {metric.base}" if metric.base else ""),
        metric.basis,
    ]
    lines = [
        f"\n## {metric.name}",
        f"\n**{metric.title.zh} · {metric.title.en}** ({', '.join(facts)})",
        f"\n{metric.definition.zh}",
        f"\n{metric.definition.en}",
        f"\n- section: {metric.section}",
        f"- slices: {', '.join(metric.slices) or 'none'}",
    ]
    lines += [f"- {name}: {text}" for name, text in _options(metric).items() if text]
    return "\n".join(lines) + "\n"


def _options(metric: Metric) -> Mapping[str, str]:
    return {
        "headline": ", ".join(f"{name} = {value}" for name, value in metric.headline.items()),
        "set apart": ", ".join(metric.set_apart),
        "details": ", ".join(f"{name} ({how})" for name, how in metric.details.items()),
        "parameters": ", ".join(f"{name} = {value}" for name, value in metric.parameters.items()),
        "requires": ", ".join(" or ".join(entry) for entry in metric.requires),
        "undated": ", ".join(metric.undated),
    }


def write_dictionary(path: Path = DICTIONARY) -> None:
    """Write the dictionary of this room's metrics to `path`."""
    path.write_text(dictionary(load_catalog()), encoding="utf-8")


if __name__ == "__main__":
    write_dictionary()
