"""What changed between two reports written as JSON (build --format json), as far as the files tell.

The rows behind the figures are not at hand, so each change has the one cause that the files bear out: other rules of
counting, other communities, more rows from other exports, or else corrected data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from queries.comparison import COMMUNITY
from queries.difference import Cause, Difference, Effect, FigureChange
from workspace import Language

COUNTED = ("value", "n", "numerator", "denominator")


def between_reports(before: Mapping[str, Any], after: Mapping[str, Any], language: Language) -> Difference:
    """Every figure (year, month, slice) that is not the same in both reports. Raises KeyError for another JSON."""
    one, other = _Report(before), _Report(after)
    changes, unchanged = [], 0
    for key in dict.fromkeys([*one.figures, *other.figures]):
        earlier, later = one.figures.get(key, {}), other.figures.get(key, {})
        if all(earlier.get(name) == later.get(name) for name in COUNTED):
            unchanged += 1
            continue
        metric, period, where = key
        title = " ".join(part for part in (other.title(metric, language) or metric, period, where) if part)
        unit = str(later.get("unit") or earlier.get("unit"))
        effects = (Effect(_cause(one, other, metric, earlier, later), None),)
        changes.append(FigureChange(metric, title, unit, earlier.get("value"), later.get("value"), effects))
    return Difference(one.as_of, other.as_of, tuple(changes), unchanged)


class _Report:
    """A report as JSON: its figures by metric, period and slice, its definitions, its exports."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        self.figures: dict[tuple[str, str, str], Mapping[str, Any]] = {
            (one["metric"], one["period"], _slice_text(one["slice"])): one for one in held["figures"]
        }
        self.definitions = {one["metric"]: one for one in held["definitions"]}
        self.exports = held["exports"]
        self.as_of = str(held["report"]["as_of"])
        self.communities = {one["slice"][COMMUNITY] for one in held["figures"] if COMMUNITY in one["slice"]}

    def title(self, metric: str, language: Language) -> str:
        """The title of a metric; empty where the report does not define it."""
        return str(self.definitions.get(metric, {}).get("title", {}).get(language, ""))

    def rules(self, metric: str) -> tuple[Any, Any]:
        """What decides how a metric is counted."""
        held = self.definitions.get(metric, {})
        return held.get("sql_sha256"), json.dumps(held.get("parameters"), sort_keys=True)


def _slice_text(where: Mapping[str, str]) -> str:
    return " ".join(f"{name}={where[name]}" for name in sorted(where))


def _cause(one: _Report, other: _Report, metric: str, earlier: Mapping[str, Any], later: Mapping[str, Any]) -> Cause:
    if one.rules(metric) != other.rules(metric):
        return "definition"
    if one.communities != other.communities:
        return "scope"
    has_grown = (later.get("n") or 0) > (earlier.get("n") or 0)
    return "new_data" if has_grown and one.exports != other.exports else "corrected_data"
