"""What the exports provide: which fields, and which span of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from duckdb import DuckDBPyConnection

from pipelines.account import SheetRead
from pipelines.contracts import Contract

FEWEST_FOR_SENTINEL = 20
SENTINEL_SHARE = 0.2


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

    Left out as no events: moments after the day of loading, and any one moment that fills more than a fifth of a
    field in a file, which is a placeholder.
    """
    kinds = " union all ".join(_coverage(contract) for contract in contracts.values())
    connection.execute(f"create table warehouse.coverage as {kinds}")


def _coverage(contract: Contract) -> str:
    kind = contract.kind
    source = (
        "(select bill_id, paid_on, source_file_id from warehouse.payments)" if kind == "payments" else f"latest.{kind}"
    )
    count = f"(select count(*) from {source})"
    if not contract.events:
        never = "cast(null as timestamp)"
        return f"select '{kind}' as kind, {never} as first_event_at, {never} as newest_event_at, {count} as row_count"
    events = " union all ".join(
        f"select source_file_id, '{field.name}' as field, cast({field.name} as timestamp) as event_at "
        f"from {source} where {field.name} is not null"
        for field in contract.events
    )
    return f"""
        select '{kind}' as kind, min(event_at) as first_event_at, max(event_at) as newest_event_at, {count} as row_count
        from (
            select event_at, count(*) over (partition by source_file_id, field, event_at) as same,
                count(*) over (partition by source_file_id, field) as all_of_field
            from ({events})
        )
        where event_at < getvariable('day_after_loading') and event_at >= timestamp '1990-01-01'
            and (all_of_field < {FEWEST_FOR_SENTINEL} or same <= {SENTINEL_SHARE} * all_of_field)
    """


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
