"""`make bench`, third part: every metric on 1 and 10 million tickets and bills against bare DuckDB.

The warehouse is that of the committed sample, whose tickets, bills and what belongs to them are multiplied: each copy
has its own ids, places, households and moments. Every metric is asked for the year, its months and all its slices,
in two years. The floor is what a person would write by hand: the metric's SQL, for each as-of that is asked for,
aggregated once without slices. Both are measured in the same run under the same memory limit, so the ratio counts.

`python tests/bench_metrics.py 1000000` measures that size alone.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from pipelines.build import load  # noqa: E402
from queries.catalog import Metric  # noqa: E402
from queries.engine import counted_condition  # noqa: E402
from queries.figures import Figures, open_figures  # noqa: E402
from queries.period import Period, Window, months  # noqa: E402
from workspace import Workspace, open_workspace  # noqa: E402

SIZES = (1_000_000, 10_000_000)
YEAR = 2025
MEMORY_LIMIT = "4GB"
HIGHEST_RATIO = 4.0
LONGEST_SECONDS = 15.0
LISTED = 5
COMMUNITIES_FROM_ONE = 7  # the sample has three, so that there are about twenty


@dataclass(frozen=True)
class Multiplied:
    """A table of which copies are made: how it is ordered, and from which of its moments the others are counted."""

    name: str
    order: str
    began: str = ""


OF_TICKETS = (
    Multiplied("tickets", "opened_at, ticket_id", "opened_at"),
    Multiplied("ticket_service_levels", "ticket_id", "started_at"),
    Multiplied("ticket_events", "event_at, event_id", "event_at"),
    Multiplied("ticket_pauses", "ticket_id", "paused_at"),
    Multiplied("reopenings", "ticket_id", "reopened_at"),
    Multiplied("assets", "asset_id"),
)
OF_BILLS = (
    Multiplied("bills", "period_start, bill_id"),
    Multiplied("bill_adjustments", "bill_id"),
    Multiplied("payments", "bill_id, paid_on, payment_id"),
    Multiplied("bill_states", "period_start, bill_id, moved_on"),
)
# What names a thing of one copy: texts are given the copy's number, numbers a range of their own.
IDENTITIES = (
    "ticket_id", "asset_id", "incident_id", "reporter", "event_id", "bill_id", "household", "adjustment_id",
    "payment_id", "place_id", "bill_number",
)  # fmt: skip
BARE_AGGREGATES: Mapping[str, str] = {
    "count": "count(*)",
    "sum": "count(*), sum(value)",
    "mean": "count(*), avg(value), stddev_samp(value)",
    "median": "count(*), median(value)",
    "ratio": "count(*), sum(numerator), sum(denominator)",
    "duration": "count(*), median(hours), sum(ended)",
}


@dataclass(frozen=True)
class Timing:
    """Seconds that one metric takes: asked through the product, and its evidence aggregated in bare DuckDB."""

    metric: str
    product_seconds: float
    bare_seconds: float


def main(sizes: Sequence[int]) -> None:
    """Print the ratio and the slowest metrics of each size; exit 1 where a bound is passed."""
    failures = [failure for size in sizes for failure in _measured(size)]
    for failure in failures:
        print(f"TOO SLOW: {failure}")
    sys.exit(bool(failures))


def _measured(size: int) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        workspace = _company(Path(name))
        seconds = _multiply(workspace.database, size)
        megabytes = workspace.database.stat().st_size / 1e6
        print(f"{size:,} tickets and bills, written in {seconds:.0f} s, {megabytes:,.0f} MB", flush=True)
        timings = _timings(workspace)
    return _judged(size, timings)


def _judged(size: int, timings: Sequence[Timing]) -> list[str]:
    product, bare = sum(one.product_seconds for one in timings), sum(one.bare_seconds for one in timings)
    print(f"  {len(timings)} metrics: {product:.1f} s, bare DuckDB {bare:.1f} s, ratio {product / bare:.2f}")
    slowest = sorted(timings, key=lambda one: one.product_seconds, reverse=True)
    for one in slowest[:LISTED]:
        print(f"  {one.metric:<32} {one.product_seconds:6.2f} s, bare {one.bare_seconds:6.2f} s")
    failures = [f"{size:,}: ratio {product / bare:.2f} > {HIGHEST_RATIO}"] if product > HIGHEST_RATIO * bare else []
    return failures + [
        f"{size:,}: {one.metric} {one.product_seconds:.1f} s > {LONGEST_SECONDS} s"
        for one in slowest
        if one.product_seconds > LONGEST_SECONDS
    ]


# The warehouse


def _company(folder: Path) -> Workspace:
    """The committed sample, loaded in `folder`."""
    shutil.copytree(ROOT / "data" / "raw", folder / "data" / "raw")
    shutil.copy(ROOT / "settings.toml", folder)
    workspace = open_workspace(folder)
    load(workspace)
    return workspace


def _multiply(database: Path, size: int) -> float:
    """Multiply the rows of a loaded warehouse until it holds `size` tickets and bills; the seconds that it took."""
    started = time.perf_counter()
    with duckdb.connect(database) as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        for tables in (OF_TICKETS, OF_BILLS):
            (rows,) = connection.execute(f"select count(*) from warehouse.{tables[0].name}").fetchone() or (1,)
            for table in tables:
                connection.execute(_multiplied(connection, table, rows, size))
        connection.execute(
            "create or replace table warehouse.communities as "
            f"select * replace (community || ' ' || part as community) from warehouse.communities, {_parts()}"
        )
        connection.execute(f"update warehouse.coverage set row_count = row_count * {size} // 10000 where row_count > 0")
    return time.perf_counter() - started


def _parts() -> str:
    return f"range({COMMUNITIES_FROM_ONE}) as parts (part)"


def _multiplied(connection: duckdb.DuckDBPyConnection, table: Multiplied, rows: int, size: int) -> str:
    """The statement that replaces a table by as many copies of itself as make `size` of `rows`."""
    described = connection.execute(f"describe warehouse.{table.name}").fetchall()
    columns = {name: kind for name, kind, *_ in described}
    part = f"copy % {COMMUNITIES_FROM_ONE}"
    parts = {"community": f"community || ' ' || {part}", "cluster_id": f"cast(cluster_id + {part} * {rows} as integer)"}
    changed = {name: expression for name, expression in parts.items() if name in columns}
    changed |= {name: _renamed(name, kind, rows) for name, kind in columns.items() if name in IDENTITIES}
    if table.began:
        changed |= {name: _moved(name, table.began) for name, kind in columns.items() if kind == "TIMESTAMP"}
    replaced = ", ".join(f"{expression} as {name}" for name, expression in changed.items())
    copies = f"range({max(1, size // rows)}) as copies (copy)"
    return (
        f"create or replace table warehouse.{table.name} as "
        f"select * replace ({replaced}) from warehouse.{table.name}, {copies} order by {table.order}"
    )


def _renamed(column: str, kind: str, rows: int) -> str:
    return f"{column} || '-' || copy" if kind == "VARCHAR" else f"cast({column} + copy * {rows} as integer)"


def _moved(column: str, began: str) -> str:
    """A moment of one copy: up to a day later, and as long after the beginning as 0.75 to 1.25 of the original."""
    drawn = "hash(ticket_id, copy)"
    spent = f"date_diff('second', {began}, {column}) * (0.75 + {drawn} % 1000 / 2000.0)"
    return f"{began} + to_seconds(cast({drawn} % 86400 + {spent} as bigint))"


# The measurement


def _timings(workspace: Workspace) -> list[Timing]:
    with _limited_figures(workspace) as figures:
        metrics = [metric for metric in figures.catalog.values() if figures.is_available(metric.name)]
    return [_timing(workspace, metric) for metric in metrics]


@contextmanager
def _limited_figures(workspace: Workspace) -> Iterator[Figures]:
    with open_figures(workspace) as figures:
        figures.connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        yield figures


def _timing(workspace: Workspace, metric: Metric) -> Timing:
    with _limited_figures(workspace) as figures:
        started = time.perf_counter()
        _ask_for_everything(figures, metric)
        product = time.perf_counter() - started
        windows = _windows(figures, metric)
    with _limited_figures(workspace) as figures:
        started = time.perf_counter()
        for window in windows:
            _aggregate_once(figures, metric, window)
        bare = time.perf_counter() - started
    return Timing(metric.name, product, bare)


def _ask_for_everything(figures: Figures, metric: Metric) -> None:
    """The year, the months and every slice; the year before comes with each of them."""
    figures.of(metric.name, YEAR)
    for split in ("month", *metric.slices):
        figures.by(metric.name, YEAR, split)


def _windows(figures: Figures, metric: Metric) -> list[Window]:
    """The evidence that the questions need: two years of a flow, every month's end of two years of a stock."""
    this_year = figures.question(metric.name, YEAR, None, None)
    return [
        question.window(period)
        for question in (this_year, this_year.year_before())
        for period in (months(question.year) if metric.is_stock else [Period(question.year)])
    ]


def _aggregate_once(figures: Figures, metric: Metric, window: Window) -> None:
    figures.connection.execute(
        f"select {BARE_AGGREGATES[metric.aggregate]} from ({metric.sql}) as evidence where {counted_condition(metric)}",
        figures.engine.parameters(metric, window),
    ).fetchall()


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or SIZES)
