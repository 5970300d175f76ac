"""Moments that a system wrote in place of a time: found before any duration is computed, and set aside.

A bulk closing at the end of the year, or a column filled with one date, would otherwise pass for thousands of real
times. `usable.<kind>` is what the export says without them; everything after the reading looks there.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from pipelines.account import contracts_read
from pipelines.contracts import Contract, Field
from pipelines.running_numbers import renumbered_response

FEWEST_VALUES = 20
LARGEST_SHARE = 0.2
WATCHED_KINDS = frozenset({"tickets", "bills", "payments", "surveys"})
KINDS_WITH_DURATIONS = frozenset({"tickets"})
# One moment for many rows is the rule: all invitations go out together, and rain ends for everybody at once.
SHARED_MOMENTS = frozenset({("surveys", "sent_at"), ("tickets", "clock_started_at")})
SHORTEST_SPAN_DAYS = 31  # an export of dates alone over fewer days repeats each of them
SMALLEST_SHARE_OF_STARTS = 0.5  # what began in one moment may well end in one
QUANTILES = tuple(step / 20 for step in range(21))
FEWEST_QUANTILES_ALIKE = 3  # of those twenty-one, what a share of a fifth cannot stay below
ROWS_READ_WHOLE = 200_000
ONE_ROW_IN = 16


@dataclass(frozen=True)
class Sentinel:
    """One moment that fills more than a fifth of a field in a file.

    `is_set_aside` says that the field is empty in `usable.<kind>` where it holds the moment.
    """

    kind: str
    file_id: int
    field: str
    moment: dt.datetime
    same_count: int
    value_count: int
    is_set_aside: bool


def set_sentinels_aside(connection: DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Makes the table `sentinels` and, for each kind, the view `usable.<kind>` of kept rows without them."""
    connection.execute(
        "create table sentinels (kind varchar, file_id integer, field varchar, moment timestamp, same_count bigint, "
        "value_count bigint, is_set_aside boolean)"
    )
    watched = {contract.kind for contract in contracts_read(connection, contracts)} & WATCHED_KINDS
    for contract in contracts.values():
        found = list(_sentinels(connection, contract)) if contract.kind in watched else []
        for each in found:
            connection.execute("insert into sentinels values (?, ?, ?, ?, ?, ?, ?)", list(vars(each).values()))
        connection.execute(_usable_view(connection, contract, found))


def known_sentinels(connection: DuckDBPyConnection) -> tuple[Sentinel, ...]:
    """Every sentinel of this load, by kind, file, field and moment."""
    rows = connection.execute("select * from sentinels order by kind, file_id, field, moment").fetchall()
    return tuple(Sentinel(*row) for row in rows)


def is_event(kind: str, field: str, sentinels: Iterable[Sentinel]) -> str:
    """The condition that a field's moment is one at which something happened: no sentinel, no day still to come."""
    conditions = [f"{field} >= timestamp '1990-01-01'", f"{field} < getvariable('day_after_loading')"]
    conditions += [
        f"not (source_file_id = {each.file_id} and {field} = timestamp '{each.moment}')"
        for each in sentinels
        if (each.kind, each.field) == (kind, field)
    ]
    return " and ".join(conditions)


# Finding them


def _sentinels(connection: DuckDBPyConnection, contract: Contract) -> Iterator[Sentinel]:
    """Candidates from the quantiles of each field, then the exact count of each candidate."""
    fields = [field for field in contract.events if (contract.kind, field.name) not in SHARED_MOMENTS]
    if not fields:
        return
    for file_id, *quantiles in connection.execute(_quantiles(contract, fields)).fetchall():
        for field, values in zip(fields, quantiles, strict=True):
            alike = Counter(values or ())
            for moment in sorted(value for value, count in alike.items() if count >= FEWEST_QUANTILES_ALIKE):
                sentinel = _counted(connection, contract, field, file_id, moment)
                if sentinel is not None:
                    yield sentinel


def _quantiles(contract: Contract, fields: Sequence[Field]) -> str:
    """A moment in more than a fifth of the values stands at several quantiles; of a large file some rows tell that."""
    lists = ", ".join(f"quantile_disc(cast({field.name} as timestamp), {list(QUANTILES)})" for field in fields)
    small = f"select file_id from sheets_read where row_count <= {ROWS_READ_WHOLE}"
    return (
        f"select source_file_id, {lists} from received.{contract.kind} where outcome = 'kept' "
        f"and (source_file_id in ({small}) or hash(source_row) % {ONE_ROW_IN} = 0) "
        "group by source_file_id order by source_file_id"
    )


def _counted(
    connection: DuckDBPyConnection, contract: Contract, field: Field, file_id: int, moment: dt.datetime
) -> Sentinel | None:
    start = contract.events[0].name
    ((value_count, same_count, start_count, has_time, days),) = connection.execute(
        f"""
        select
            count({field.name}),
            count(*) filter ({field.name} = $moment),
            count(distinct {start}) filter ({field.name} = $moment),
            bool_or(cast({field.name} as timestamp) <> date_trunc('day', {field.name})),
            date_diff('day', min({start}), max({start}))
        from received.{contract.kind} where outcome = 'kept' and source_file_id = $file_id
        """,
        {"moment": moment, "file_id": file_id},
    ).fetchall()
    is_short = not has_time and (days or 0) <= SHORTEST_SPAN_DAYS
    if value_count < FEWEST_VALUES or same_count <= LARGEST_SHARE * value_count or is_short:
        return None
    began_together = start_count < SMALLEST_SHARE_OF_STARTS * same_count
    has_durations = contract.kind in KINDS_WITH_DURATIONS and not field.is_required
    is_set_aside = has_durations and not began_together
    return Sentinel(contract.kind, file_id, field.name, moment, same_count, value_count, is_set_aside)


# What is left


def _usable_view(connection: DuckDBPyConnection, contract: Contract, found: Iterable[Sentinel]) -> str:
    replaced = _without_sentinels(found)
    if contract.kind == "surveys":
        renumbered = renumbered_response(connection)
        replaced |= {"response_id": renumbered} if renumbered else {}
    replacing = ", ".join(f"{expression} as {name}" for name, expression in replaced.items())
    columns = f"* replace ({replacing})" if replaced else "*"
    return (
        f"create view usable.{contract.kind} as select {columns} from received.{contract.kind} where outcome = 'kept'"
    )


def _without_sentinels(found: Iterable[Sentinel]) -> dict[str, str]:
    conditions: dict[str, list[str]] = {}
    for each in found:
        if each.is_set_aside:
            same = f"(source_file_id = {each.file_id} and {each.field} = timestamp '{each.moment}')"
            conditions.setdefault(each.field, []).append(same)
    return {field: f"case when {' or '.join(same)} then null else {field} end" for field, same in conditions.items()}
