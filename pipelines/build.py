"""data/raw → data/property.duckdb. `load` is a pure function of the exports, the settings, the key and the day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from pipelines.account import SheetRead, contracts_read, register_sheets, row_accounts, write_account
from pipelines.checks import refuse_failures, run_checks, stored_results
from pipelines.contracts import Contract, load_contracts
from pipelines.coverage import provided_fields, write_coverage, write_provided_fields, years_covered
from pipelines.deduplication import exports_ranked, keep_latest, nothing_received
from pipelines.due_times import write_service_levels
from pipelines.errors import SettingInvalid
from pipelines.file_changes import unchanged_files
from pipelines.files import find_files
from pipelines.issues import issue_summaries, write_issues
from pipelines.privacy import pseudonym_key
from pipelines.progress import NO_PROGRESS, Progress
from pipelines.reading import Exports, read_exports
from pipelines.reading_functions import define_functions, set_words
from pipelines.report import CheckResult, LoadReport, describe
from pipelines.sentinels import set_sentinels_aside
from pipelines.service_levels import ServiceLevel, service_levels
from pipelines.stage import literal
from pipelines.swap import private_folder, put_in_place
from pipelines.unchanged import is_warehouse_current, record_inputs
from pipelines.unknown_words import refuse_unknown_words
from pipelines.working_days import write_calendar
from pipelines.working_time import WorkingHours, working_hours
from workspace import Workspace

__all__ = ["LoadReport", "describe", "load"]

HERE = Path(__file__).parent
MEMORY_SCHEMAS = ("received", "usable", "ranked", "keyed", "superseded", "latest", "staging")
MEMORY_LIMIT = "1200MB"  # of the engine; what does not fit goes to the private folder
BYTES_WORTH_A_SECOND_THREAD = 500_000  # below this, sharing a statement out between threads takes longer than it
BYTES_WORTH_OPTIMIZING = 50_000  # below this, planning a statement better takes longer than running it as it is
SEARCH_PATH = ",".join(["memory.main", *(f"memory.{schema}" for schema in MEMORY_SCHEMAS), "property.warehouse"])
# One staging query each; the scores look at the surveys.
STAGED = (
    "tickets", "bills", "bill_adjustments", "payments", "surveys", "survey_scores", "inspections", "maintenance",
    "incidents", "vendor_reviews", "trainings", "services",
)  # fmt: skip
# The tables of the warehouse and the kinds that feed them, in this order: tickets, inspections, maintenance and
# incidents look at assets, reopenings at ticket_events, derived payments at bills, answers at responses.
ENTITIES = {
    "communities": {"communities"},
    "assets": {"assets"},
    "tickets": {"tickets"},
    "ticket_events": {"ticket_events"},
    "reopenings": {"tickets"},
    "backlog_identity": {"tickets"},
    "ticket_pauses": {"ticket_events"},
    "bills": {"bills"},
    "bill_adjustments": {"bill_adjustments", "bills"},
    "payments": {"payments", "bills"},
    "bill_states": {"bills"},
    "near_duplicates": {"tickets"},
    "fee_gaps": {"bills"},
    "survey_responses": {"surveys"},
    "survey_answers": {"surveys"},
    "inspections": {"inspections"},
    "maintenance": {"maintenance"},
    "incidents": {"incidents"},
    "vendor_reviews": {"vendor_reviews"},
    "activities": {"activities"},
    "notices": {"notices"},
    "trainings": {"trainings"},
    "services": {"services"},
    "facts": {"facts"},
    "initiatives": {"initiatives"},
}


def load(workspace: Workspace, progress: Progress = NO_PROGRESS) -> LoadReport:
    """Builds a new warehouse from all exports under data/raw and puts it in the place of the old one.

    Raises subclasses of AnnualReportError, each with place, value and next step; the old warehouse then stays.
    """
    _check_settings(workspace.settings)
    contracts = load_contracts()
    levels = service_levels(workspace.settings, contracts["tickets"])
    hours = working_hours(workspace.settings)
    paths = find_files(workspace.raw)
    with private_folder(workspace) as private:
        if is_warehouse_current(workspace, paths):
            return _last_report(workspace, contracts)
        new = private / workspace.database.name
        with unchanged_files(paths, workspace.raw), loading_connection(new, private, workspace) as connection:
            _spare_what_does_not_pay(connection, sum(path.stat().st_size for path in paths))
            exports = Exports(paths, workspace, contracts, private)
            with _second_session(connection, workspace) as second:
                read = read_exports((connection, second), exports, progress)
            register_sheets(connection, read)
            refuse_unknown_words(connection, contracts, workspace.own_settings_text)
            with progress.building():
                _write_warehouse(connection, contracts, read, levels, hours)
            report = _report(connection, workspace, contracts)
        put_in_place(new, workspace.database)
        record_inputs(workspace, read)
    return report


def _check_settings(settings: Mapping[str, Any]) -> None:
    """Raises SettingInvalid for values that the load reads and that have a wrong type."""
    share = settings["survey"]["satisfied_share_of_scale"]
    minutes = settings["load"]["near_duplicate_minutes"]
    words = settings["survey"]["overall_dimensions"]
    fees = settings["fees"]
    if not _is_number(share) or not 0 < share < 1:
        raise _setting_invalid("[survey] satisfied_share_of_scale", share, "0.4")
    for wave, score in settings["survey"]["satisfied_from"].items():
        if not _is_number(score):
            raise _setting_invalid(f"[survey.satisfied_from] {wave}", score, "4")
    if not _is_number(minutes) or minutes < 0:
        raise _setting_invalid("[load] near_duplicate_minutes", minutes, "10")
    if not isinstance(words, list):
        raise _setting_invalid("[survey] overall_dimensions", words, '["总体"]')
    for table, example in (("classes", "物业费"), ("unit_classes", "空置")):
        for name, words_of_class in fees[table].items():
            if not isinstance(words_of_class, list) or not all(isinstance(word, str) for word in words_of_class):
                raise _setting_invalid(f"[fees.{table}] {name}", words_of_class, f'{name} = ["{example}"]')


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _setting_invalid(place: str, value: Any, example: str) -> SettingInvalid:
    return SettingInvalid(
        f"settings.toml 中 {place} 的值 {value} 不能用，应写成 {example} 的样子。请改正后重新加载。",
        f"{place} in settings.toml is {value}, which cannot be used; write it like {example} and load again.",
    )


# The loading connection


@contextmanager
def loading_connection(new: Path, private: Path, workspace: Workspace) -> Iterator[DuckDBPyConnection]:
    """An in-memory database for all that comes before the warehouse, with the new database file attached."""
    # type_pushdown would turn try_cast over an all-text read_csv into a strict parse that stops at the first bad cell
    configuration: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(private / "spill"),
        "memory_limit": MEMORY_LIMIT,
        "disabled_optimizers": "type_pushdown",
    }
    connection = duckdb.connect(":memory:", config=configuration)
    try:
        # no log of the writes: the new file takes the old one's place when it is whole, or not at all
        connection.execute(f"attach {literal(str(new))} as property (recovery_mode no_wal_writes)")
        connection.execute("create schema property.warehouse")
        for schema in MEMORY_SCHEMAS:
            connection.execute(f"create schema memory.{schema}")
        connection.execute(f"set search_path = '{SEARCH_PATH}'")
        define_functions(connection)
        set_words(connection, workspace.settings, pseudonym_key(workspace.key_file))
        connection.execute(_fee_class_macro(workspace.settings["fees"]["classes"]))
        connection.execute(_unit_class_macro(workspace.settings["fees"]["unit_classes"]))
        yield connection
        connection.execute("detach property")
    finally:
        connection.close()


def _spare_what_does_not_pay(connection: DuckDBPyConnection, size_bytes: int) -> None:
    """Leave out of a small load what only helps large ones."""
    if size_bytes < BYTES_WORTH_A_SECOND_THREAD:
        connection.execute("set threads = 1")
    if size_bytes < BYTES_WORTH_OPTIMIZING:
        connection.execute("set enable_optimizer = false")


@contextmanager
def _second_session(connection: DuckDBPyConnection, workspace: Workspace) -> Iterator[DuckDBPyConnection]:
    """Another session of the same database; path and variables belong to a session."""
    with connection.cursor() as second:
        second.execute(f"set search_path = '{SEARCH_PATH}'")
        set_words(second, workspace.settings, pseudonym_key(workspace.key_file))
        yield second


def _fee_class_macro(classes: Mapping[str, Sequence[str]]) -> str:
    """Words found in a fee item decide its class; an export without fee items bills the property fee."""
    return (
        "create macro fee_class(item) as case when not getvariable('has_fee_items') then 'property' "
        f"when item is null then 'other' {_first_class_found('item', classes)} else 'other' end"
    )


def _unit_class_macro(classes: Mapping[str, Sequence[str]]) -> str:
    """Words found in a home's state tell who has to pay for it; all others are occupied."""
    return (
        "create macro unit_class(state) as case when state is null then 'unknown' "
        f"{_first_class_found('state', classes)} else 'occupied' end"
    )


def _first_class_found(text: str, classes: Mapping[str, Sequence[str]]) -> str:
    """The branches of a case expression: the first class with a word that is found in `text`."""
    found = {
        name: " or ".join(f"contains(lower({text}), {literal(word.lower())})" for word in words)
        for name, words in classes.items()
    }
    return " ".join(f"when {condition} then {literal(name)}" for name, condition in found.items() if condition)


# From received rows to the warehouse


def _write_warehouse(
    connection: DuckDBPyConnection,
    contracts: Mapping[str, Contract],
    read: Sequence[SheetRead],
    levels: Sequence[ServiceLevel],
    hours: WorkingHours,
) -> None:
    provided = provided_fields(read)
    connection.execute("set variable has_fee_items = ?", [("bills", "fee_item") in provided])
    connection.execute("set variable has_payments = ?", [any(sheet.kind == "payments" for sheet in read)])
    set_sentinels_aside(connection, contracts)
    _keep_latest_rows(connection, contracts)
    for name in STAGED:
        connection.execute(f"create view staging.{name} as {_query('staging', name)}")
    _write_entities(connection, {read_sheet.kind for read_sheet in read})
    write_provided_fields(connection, contracts, provided)
    write_coverage(connection, contracts)
    write_calendar(connection, years_covered(connection, dt.date.today().year), hours)
    write_service_levels(connection, levels, hours, {field for kind, field in provided if kind == "tickets"})
    write_account(connection, contracts)
    write_issues(connection, contracts, read)


def _keep_latest_rows(connection: DuckDBPyConnection, contracts: Mapping[str, Contract]) -> None:
    received = contracts_read(connection, contracts)
    for contract in received:
        connection.execute(exports_ranked(contract))
        keep_latest(connection, contract)
    connection.execute(";".join(nothing_received(each) for each in contracts.values() if each not in received))


def _write_entities(connection: DuckDBPyConnection, kinds: Collection[str | None]) -> None:
    for entity, sources in ENTITIES.items():
        is_fed = not sources.isdisjoint(kinds)
        connection.execute(_filled_table(entity) if is_fed else _empty_table(connection, entity))


def _filled_table(entity: str) -> str:
    return f"create table warehouse.{entity} as {_query('warehouse', entity)}"


@cache
def _empty_tables() -> dict[str, str]:
    """Statements of tables that no export feeds, by name: planning the query of one takes longer than making it."""
    return {}


def _empty_table(connection: DuckDBPyConnection, entity: str) -> str:
    known = _empty_tables()
    if entity not in known:
        rows = connection.execute(f"describe {_query('warehouse', entity)}").fetchall()
        known[entity] = f"create table warehouse.{entity} ({', '.join(f'{name} {kind}' for name, kind, *_ in rows)})"
    return known[entity]


def _query(folder: str, name: str) -> str:
    return (HERE / folder / f"{name}.sql").read_text(encoding="utf-8")


# The report


def _report(connection: DuckDBPyConnection, workspace: Workspace, contracts: Mapping[str, Contract]) -> LoadReport:
    checks = run_checks(connection)
    report = _load_report(connection, workspace, contracts, checks)
    refuse_failures(checks)
    return report


def _last_report(workspace: Workspace, contracts: Mapping[str, Contract]) -> LoadReport:
    """What the load that made the present warehouse reported."""
    with duckdb.connect(workspace.database, read_only=True) as connection:
        return _load_report(connection, workspace, contracts, stored_results(connection))


def _load_report(
    connection: DuckDBPyConnection,
    workspace: Workspace,
    contracts: Mapping[str, Contract],
    checks: tuple[CheckResult, ...],
) -> LoadReport:
    return LoadReport(
        database=workspace.database,
        files=row_accounts(connection),
        issues=issue_summaries(connection),
        checks=checks,
        row_counts={entity: _count(connection, entity) for entity in ENTITIES},
        kind_titles={contract.kind: contract.title for contract in contracts.values()},
    )


def _count(connection: DuckDBPyConnection, entity: str) -> int:
    ((count,),) = connection.execute(f"select count(*) from warehouse.{entity}").fetchall()
    return int(count)
