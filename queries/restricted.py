"""Figures of a part: of one community, or without what their reader must not see.

Whoever asks restricted figures need not know it. A hidden metric is not in their catalogue, a hidden slice not among a
metric's slices, and the rows of another community are in no total. The evidence behind them is that of the whole,
gathered once however many parts are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

import pandas as pd

from queries.catalog import Catalog, Metric
from queries.engine import GroupKey, Total
from queries.figures import Figures, Question
from queries.naming import BLANK
from queries.period import Period
from queries.targets import Target

COMMUNITY: Final = "community"
DATED_BY: Final[Mapping[str, str]] = {
    "tickets": "opened_at",
    "bills": "period_start",
    "survey_responses": "surveyed_at",
}
"""The tables that tell in which years a community was there, and the column that dates their rows."""


@dataclass(frozen=True)
class Restriction:
    """What is left of the whole: the rows of `community` (None: of all), less the metrics and slices hidden.

    `slices_by_folder` hides slices of the metrics of one folder, such as the buildings of everything about fees;
    `facts` hides hand-entered figures by their name.
    """

    community: str | None = None
    metrics: frozenset[str] = frozenset()
    slices: frozenset[str] = frozenset()
    slices_by_folder: Mapping[str, frozenset[str]] = field(default_factory=dict)
    facts: re.Pattern[str] | None = None

    @property
    def scope(self) -> dict[str, str]:
        """What every question is kept to."""
        return {} if self.community is None else {COMMUNITY: self.community}

    def hidden_slices(self, metric: Metric) -> frozenset[str]:
        """The slices, which are columns of the evidence too, that must not be seen of `metric`."""
        return self.slices | self.slices_by_folder.get(metric.path.parent.name, frozenset())

    def catalog(self, whole: Catalog) -> Catalog:
        """The metrics that are left, each with the slices that are left."""
        kept = (metric for metric in whole.values() if self._keeps(metric))
        return Catalog({metric.name: self._narrowed(metric) for metric in kept})

    def targets(self, whole: list[Target], catalog: Catalog) -> list[Target]:
        """The targets set for this part, as those of its whole; a target of the company is none of a community."""
        return [
            replace(target, where={name: value for name, value in target.where.items() if name not in self.scope})
            for target in whole
            if target.metric in catalog
            and self.scope.items() <= target.where.items()
            and set(target.where) <= set(catalog[target.metric].slices)
        ]

    def cannot_split(self, metric: Metric) -> bool:
        """Whether a metric that may be seen is left out because it does not tell communities apart."""
        return metric.name not in self.metrics and not set(self.scope) <= set(metric.slices)

    def _keeps(self, metric: Metric) -> bool:
        return metric.name not in self.metrics and not self.cannot_split(metric)

    def _narrowed(self, metric: Metric) -> Metric:
        hidden = self.hidden_slices(metric)
        return replace(metric, slices=tuple(name for name in metric.slices if name not in hidden))


class RestrictedFigures(Figures):
    """The figures that a restriction leaves of `whole`, over its connection: close the whole, not the part."""

    def __init__(self, whole: Figures, restriction: Restriction) -> None:
        self.restriction = restriction
        self.connection = whole.connection
        self.language = whole.language
        self.engine = whole.engine
        self.availability = whole.availability
        self.catalog = restriction.catalog(whole.catalog)
        self.targets = restriction.targets(whole.targets, self.catalog)
        self.left_out = tuple(metric for metric in whole.catalog.values() if restriction.cannot_split(metric))
        self._smallest_shown = whole._smallest_shown
        self._as_of = whole._as_of
        self._until = whole._until

    def question(
        self, name: str, year: int, where: Mapping[str, str] | None, as_of: date | None, sliced_by: str = ""
    ) -> Question:
        """What is asked, kept to the restriction's community, of which `where` says nothing."""
        asked = super().question(name, year, where, as_of, sliced_by)
        return replace(asked, filter={**asked.filter, **self.restriction.scope})

    def evidence(
        self,
        metric: str,
        year: int,
        where: Mapping[str, str] | None = None,
        month: int | None = None,
        as_of: date | None = None,
    ) -> pd.DataFrame:
        """The rows that a figure counts, without the columns that are hidden."""
        rows = super().evidence(metric, year, where, month, as_of)
        hidden = self.restriction.hidden_slices(self.catalog[metric])
        return rows[[name for name in rows.columns if name not in hidden]]

    def years(self) -> list[int]:
        """The years in which the part had tickets, fee periods or surveys."""
        return list(self._years)

    def communities(self) -> pd.DataFrame:
        """The register of the communities that are left."""
        rows = super().communities()
        kept = self.restriction.community
        return rows if kept is None else rows[rows[COMMUNITY] == kept]

    def values_of_hidden_slices(self) -> frozenset[str]:
        """The names that no text of this part may hold: of the slices hidden everywhere, as tickets know them."""
        columns = {row[0] for row in self.connection.execute("describe warehouse.tickets").fetchall()}
        found: set[str] = set()
        for name in sorted(self.restriction.slices & columns):
            rows = self.connection.execute(f"select distinct {name} from warehouse.tickets").fetchall()
            found |= {str(row[0]) for row in rows if row[0]}
        return frozenset(found - {BLANK})

    def _earlier(self, question: Question, period: Period, key: GroupKey) -> Total | None:
        """The total of the year before; None where the part was not there yet."""
        is_known = period.year - 1 in self._years
        return super()._earlier(question, period, key) if is_known else None

    @cached_property
    def _years(self) -> tuple[int, ...]:
        if self.restriction.community is None:
            return tuple(super().years())
        found: set[int] = set()
        for table, dated in DATED_BY.items():
            sql = f"select distinct year({dated}) from warehouse.{table} where community = $community"
            rows = self.connection.execute(sql, self.restriction.scope).fetchall()
            found |= {int(row[0]) for row in rows if row[0] is not None}
        return tuple(sorted(found))
