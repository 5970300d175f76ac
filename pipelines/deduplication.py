"""One row per business key over all files: the newest export wins."""

from __future__ import annotations

from duckdb import DuckDBPyConnection

from pipelines.contracts import Contract

RUNNING_NUMBER = "running_number"


def exports_ranked(contract: Contract) -> str:
    """The statement that ranks the files of a kind, oldest first, by what they know and then by name.

    What a file knows: the export time in its title lines, else its newest event.
    """
    events = ", ".join(
        f"case when {field.name} < getvariable('day_after_loading') then {field.name} end" for field in contract.events
    )
    newest = f"max(greatest({events}))" if events else "null"
    return (
        f"create table ranked.{contract.kind} as "
        f"with newest as (select source_file_id, cast({newest} as timestamp) as newest_event_at "
        f"from usable.{contract.kind} group by source_file_id) "
        "select file_id, row_number() over "
        "(order by coalesce(exported_at, newest_event_at) nulls first, path, sheet) as rank "
        "from sheets_read left join newest on file_id = source_file_id "
        f"where kind = '{contract.kind}'"
    )


def nothing_received(contract: Contract) -> str:
    """The statement that makes `latest.<kind>` of a kind that no export holds."""
    return f"create view latest.{contract.kind} as {_keyed(contract)}"


def keep_latest(connection: DuckDBPyConnection, contract: Contract) -> None:
    """Makes `latest.<kind>`: of each business key the row of the newest export.

    Keys that occur once, mostly all, need no ranking: only rows of the others are compared, and the superseded ones
    are named in `superseded.<kind>`.
    """
    kind = contract.kind
    connection.execute(f"create view keyed.{kind} as {_keyed(contract)}")
    connection.execute(f"create table superseded.{kind} as {_superseded(contract)}")
    connection.execute(
        f"create view latest.{kind} as select * from keyed.{kind} "
        f"where (source_file_id, source_row) not in (select (source_file_id, source_row) from superseded.{kind})"
    )


def _superseded(contract: Contract) -> str:
    """Rows of a key that another row of the same key goes before."""
    kind, key = contract.kind, ", ".join(_key(contract))
    events = [field.name for field in contract.events]
    newest = f"greatest({', '.join(events)}) desc nulls last, " if events else ""
    return (
        f"with repeated as (select hash({key}) as key_hash from keyed.{kind} group by key_hash having count(*) > 1) "
        f"select source_file_id, source_row from keyed.{kind} as rows "
        f"inner join ranked.{kind} as exports on rows.source_file_id = exports.file_id "
        f"where hash({key}) in (select key_hash from repeated) "
        f"qualify row_number() over (partition by {key} order by exports.rank desc, {newest}source_row) > 1"
    )


def _keyed(contract: Contract) -> str:
    """Rows without an id are told apart by their running number among the equal ones of one file."""
    kind, row_id = contract.kind, contract.business_key[0]
    if RUNNING_NUMBER not in contract.key_without_id:
        return f"select * from usable.{kind}"
    parts = [*contract.business_key, *(part for part in contract.key_without_id if part != RUNNING_NUMBER)]
    return (
        f"select *, case when {row_id} is null then row_number() over "
        f"(partition by source_file_id, {', '.join(parts)} order by source_row) end as {RUNNING_NUMBER} "
        f"from usable.{kind}"
    )


def _key(contract: Contract) -> list[str]:
    row_id = contract.business_key[0]
    if contract.key_without_id:
        stand_ins = [f"case when {row_id} is null then {part} end" for part in contract.key_without_id]
        return [*contract.business_key, *stand_ins]
    if contract.kind == "surveys":
        return [
            "coalesce(wave, cast(year(coalesce(sent_at, answered_at)) as varchar), '')",
            "response_id",
            "coalesce(dimension, '')",
        ]
    return list(contract.business_key)
