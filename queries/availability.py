"""Which export kinds a metric reads, whether they are there, and up to when they reach."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import duckdb

from queries.catalog import Metric

PRESENT_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "tickets": ("tickets",),
    "ticket_service_levels": ("tickets",),
    "reopenings": ("tickets", "ticket_events"),
    "bills": ("bills",),
    "payments": ("payments", "bills"),
    "bill_adjustments": ("bill_adjustments", "bills"),
    "bill_states": ("bills", "payments", "bill_adjustments"),
    "survey_responses": ("surveys",),
    "survey_answers": ("surveys",),
    "inspections": ("inspections",),
    "maintenance": ("maintenance",),
    "incidents": ("incidents",),
    "vendor_reviews": ("vendor_reviews",),
    "activities": ("activities",),
    "notices": ("notices",),
    "trainings": ("trainings",),
    "services": ("services",),
}
"""The kinds that fill a warehouse table; any one of them is enough."""

DATING_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "tickets": ("tickets", "ticket_events"),
    "ticket_service_levels": ("tickets", "ticket_events"),
    "reopenings": ("tickets", "ticket_events"),
    "bills": ("bills", "payments", "bill_adjustments"),
    "payments": ("bills", "payments", "bill_adjustments"),
    "bill_adjustments": ("bills", "payments", "bill_adjustments"),
    "bill_states": ("bills", "payments", "bill_adjustments"),
    "survey_responses": ("surveys",),
    "survey_answers": ("surveys",),
    "inspections": ("inspections",),
    "maintenance": ("maintenance",),
    "incidents": ("incidents",),
    "vendor_reviews": ("vendor_reviews",),
    "activities": ("activities",),
    "notices": ("notices",),
    "trainings": ("trainings",),
    "services": ("services",),
}
"""The kinds whose events tell how far a table reaches. A bill's own events are its adjustments and payments."""


class Availability:
    """What the loaded exports provide."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        rows = connection.execute(
            "select kind, first_event_at, newest_event_at, row_count from warehouse.coverage"
        ).fetchall()
        self._spans = {kind: (first, newest) for kind, first, newest, _ in rows}
        self.row_count = sum(row_count for _, _, _, row_count in rows)
        self._kinds = {kind for kind, _, _, row_count in rows if row_count}
        fields = connection.execute("select kind, field, is_provided from warehouse.provided_fields").fetchall()
        self._fields = {f"{kind}.{name}": is_provided for kind, name, is_provided in fields}
        self._conditions: dict[str, bool] = {}
        self._metrics: dict[str, bool] = {}

    def has_kind(self, kind: str) -> bool:
        """Whether an export of `kind` has been loaded."""
        return kind in self._kinds

    def has_metric(self, metric: Metric) -> bool:
        """Whether the exports hold what `metric` reads and what its header requires."""
        if metric.name not in self._metrics:
            self._metrics[metric.name] = self._has(metric)
        return self._metrics[metric.name]

    def _has(self, metric: Metric) -> bool:
        reads = [PRESENT_KINDS[table] for table in metric.tables if table in PRESENT_KINDS]
        return all(any(map(self.has_kind, kinds)) for kinds in reads) and all(
            any(map(self._provides, alternatives)) for alternatives in metric.requires
        )

    def is_as_exported(self, metric: Metric) -> bool:
        """Whether a figure of `metric` rests on a field without a date, so that it is as of the day of the export."""
        return any(map(self._provides, metric.undated))

    def span(self, metric: Metric) -> tuple[datetime | None, datetime | None]:
        """The first and the newest event time of the kinds that `metric` reads."""
        kinds = {kind for table in metric.tables for kind in DATING_KINDS.get(table, ())}
        spans = [self._spans[kind] for kind in kinds if kind in self._spans]
        first = [moment for moment, _ in spans if moment is not None]
        newest = [moment for _, moment in spans if moment is not None]
        return min(first, default=None), max(newest, default=None)

    def _provides(self, requirement: str) -> bool:
        """Whether a contract's kind.field is provided, or a warehouse table.column is true in any row."""
        if requirement in self._fields:
            return bool(self._fields[requirement])
        if requirement not in self._conditions:
            self._conditions[requirement] = self._holds_anywhere(requirement)
        return self._conditions[requirement]

    def _holds_anywhere(self, requirement: str) -> bool:
        table, column = requirement.split(".")
        columns = self._connection.execute(
            "select data_type from information_schema.columns"
            " where table_schema = 'warehouse' and table_name = $table and column_name = $column",
            {"table": table, "column": column},
        ).fetchall()
        if columns != [("BOOLEAN",)]:
            return False
        return bool(self._connection.execute(f"select 1 from warehouse.{table} where {column} limit 1").fetchall())


def kinds_behind(metric: Metric) -> tuple[str, ...]:
    """The export kinds whose files can hold rows behind a figure of `metric`."""
    return tuple(sorted({kind for table in metric.tables for kind in PRESENT_KINDS.get(table, (table,))}))
