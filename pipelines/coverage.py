"""What the exports provide: which fields, and which span of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from duckdb import DuckDBPyConnection

from pipelines.account import SheetRead, contracts_read
from pipelines.contracts import Contract
from pipelines.sentinels import Sentinel, is_event, known_sentinels


def provided_fields(sheets: Sequence[SheetRead]) -> frozenset[tuple[str, str]]:
    """(kind, field) for which some export that was read has a column or a constant."""
    provided = {
        (read.recognition.contract.kind, field)
        for read in sheets
        if read.recognition is not None
        for field in (*(column.field for column in read.recognition.columns), *read.constants)
    }
    if any(read.recognition and read.recognition.dimensions for read in sheets):
        provided |= {("surveys", "dimension"), ("surveys", "score")}
    return frozenset(provided | _derived_payments(provided))


def _derived_payments(provided: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without an export of payments, a bill's own amount paid serves."""
    if ("payments", "amount") in provided or ("bills", "amount_paid") not in provided:
        return set()
    stand_ins = {"amount_paid": "amount", "last_paid_on": "paid_on", "payment_channel": "channel", "bill_id": "bill_id"}
    return {("payments", stand_in) for field, stand_in in stand_ins.items() if ("bills", field) in provided}


def write_provided_fields(
    connection: DuckDBPyConnection, contracts: Mapping[str, Contract], provided: frozenset[tuple[str, str]]
) -> None:
    """Writes warehouse.provided_fields: every field of every contract, provided or not."""
    rows = ", ".join(
        f"('{contract.kind}', '{field}', {str((contract.kind, field) in provided).lower()})"
        for contract in contracts.values()
        for field in contract.fields
    )
    connection.execute(
        f"create table warehouse.provided_fields as select * from (values {rows}) as fields (kind, field, is_provided)"
    )


def write_coverage(connection: DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    """Writes warehouse.coverage: first and newest event of each kind, and how many rows it keeps.

    Left out as no events: moments after the day of loading, and moments that stand for an absent one.
    """
    sentinels = known_sentinels(connection)
    kinds_read = {contract.kind for contract in contracts_read(connection, contracts)}
    watched = {*kinds_read, "payments"}
    kinds = " union all ".join(
        _coverage(contract, sentinels) for contract in contracts.values() if contract.kind in watched
    )
    connection.execute(f"create table warehouse.coverage as {kinds}")
    absent = ", ".join(f"('{kind}', null, null, 0)" for kind in contracts if kind not in watched)
    if absent:
        connection.execute(f"insert into warehouse.coverage values {absent}")


def _no_coverage(kind: str, row_count: str) -> str:
    never = "cast(null as timestamp)"
    return (
        f"select '{kind}' as kind, {never} as first_event_at, {never} as newest_event_at, "
        f"cast({row_count} as bigint) as row_count"
    )


def _coverage(contract: Contract, sentinels: Sequence[Sentinel]) -> str:
    kind, fields = contract.kind, [field.name for field in contract.events]
    source = f"latest.{kind}"
    if kind == "payments":  # those made from bills count too
        source, fields = "warehouse.payments", ["paid_on"]
    if not fields:
        return _no_coverage(kind, f"(select count(*) from {source})")
    events = {field: f"filter ({is_event(kind, field, sentinels)})" for field in fields}
    first = ", ".join(f"cast(min({field}) {happened} as timestamp)" for field, happened in events.items())
    newest = ", ".join(f"cast(max({field}) {happened} as timestamp)" for field, happened in events.items())
    return (
        f"select '{kind}' as kind, least({first}) as first_event_at, greatest({newest}) as newest_event_at, "
        f"count(*) as row_count from {source}"
    )


def years_covered(connection: DuckDBPyConnection, this_year: int) -> range:
    """The calendar years of all events, periods and due dates, and the year after them."""
    ((first, last),) = connection.execute(
        """
        select year(min(day)), year(max(day)) from (
            select first_event_at as day from warehouse.coverage
            union all select newest_event_at from warehouse.coverage
            union all select min(period_start) from warehouse.bills
            union all select max(coalesce(due_on, period_start)) from warehouse.bills
        ) where day between date '1990-01-01' and date '2100-01-01'
        """
    ).fetchall()
    return range(first or this_year, min(last or this_year, this_year + 1) + 2)
