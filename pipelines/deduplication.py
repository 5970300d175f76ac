"""One row per business key over all files: the newest export wins."""

from __future__ import annotations

from pipelines.contracts import Contract


def exports_ranked(contract: Contract) -> str:
    """The statement that ranks the files of a kind, oldest first, by what they know and then by name.

    What a file knows: the export time in its title lines, else its newest event.
    """
    events = ", ".join(field.name for field in contract.events)
    newest = f"max(greatest({events}))" if events else "null"
    return (
        f"create table ranked.{contract.kind} as "
        f"with newest as (select source_file_id, cast({newest} as timestamp) as newest_event_at "
        f"from received.{contract.kind} where outcome = 'kept' group by source_file_id) "
        "select file_id, row_number() over "
        "(order by coalesce(exported_at, newest_event_at) nulls first, path, sheet) as rank "
        "from sheets_read left join newest on file_id = source_file_id "
        f"where kind = '{contract.kind}'"
    )


def latest_rows(contract: Contract) -> str:
    """The statement that keeps of each business key the row of the newest export."""
    events = [field.name for field in contract.events]
    newest = f"greatest({', '.join(events)}) desc nulls last, " if events else ""
    return (
        f"create table latest.{contract.kind} as "
        f"with numbered as ({_numbered(contract)}) "
        f"select numbered.* from numbered inner join ranked.{contract.kind} as exports "
        "on numbered.source_file_id = exports.file_id "
        f"qualify row_number() over (partition by {', '.join(_key(contract))} "
        f"order by exports.rank desc, {newest}source_row) = 1"
    )


def _numbered(contract: Contract) -> str:
    """Payments without an id are told apart by their running number on the same bill, day and amount of one file."""
    kept = f"from received.{contract.kind} where outcome = 'kept'"
    if contract.kind != "payments":
        return f"select * {kept}"
    return (
        "select *, case when payment_id is null then row_number() over "
        "(partition by source_file_id, bill_id, paid_on, amount, payment_id order by source_row) end as running_number "
        f"{kept}"
    )


def _key(contract: Contract) -> list[str]:
    if contract.kind == "payments":
        return ["payment_id", *(f"case when payment_id is null then {part} end" for part in _PAYMENT_PARTS)]
    if contract.kind == "surveys":
        return [
            "coalesce(wave, cast(year(coalesce(sent_at, answered_at)) as varchar), '')",
            "response_id",
            "coalesce(dimension, '')",
        ]
    return list(contract.business_key)


_PAYMENT_PARTS = ("bill_id", "paid_on", "amount", "running_number")
