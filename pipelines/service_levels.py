"""Service levels from the settings → which level applies to which ticket, and when it falls due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.contracts import Contract
from pipelines.errors import ServiceLevelInvalid
from pipelines.stage import literal
from workspace import Sentence

CONDITIONS = (
    "kind",
    "category",
    "subcategory",
    "priority",
    "community",
    "building",
    "business_type",
    "channel",
    "vendor",
    "system",
)
LEVEL_COLUMNS = {
    "name": "varchar", "title_zh": "varchar", "title_en": "varchar", "from_milestone": "varchar",
    "to_milestone": "varchar", "minutes": "integer",
}  # fmt: skip
# Stages that come before any repair: empty although the ticket is resolved means that nobody wrote them down.
STAGES_BEFORE_RESOLUTION = ("dispatched_at", "responded_at", "arrived_at", "diagnosed_at")


@dataclass(frozen=True)
class ServiceLevel:
    """A time limit from one milestone to another. `minutes` is None where the limit is the end of the same day."""

    name: str
    title: Sentence
    where: Mapping[str, str]
    from_milestone: str
    to_milestone: str
    minutes: int | None


def service_levels(settings: Mapping[str, Any], tickets: Contract) -> list[ServiceLevel]:
    """The [[service_level]] tables of the settings. Raises ServiceLevelInvalid, naming the level and the key."""
    milestones = tuple(field.name for field in tickets.events)
    return [_service_level(source, milestones) for source in settings.get("service_level", ())]


def _service_level(source: Mapping[str, Any], milestones: tuple[str, ...]) -> ServiceLevel:
    name = str(source.get("name", "?"))
    for key in ("name", "title", "from", "to"):
        if key not in source:
            raise _invalid(name, key, f"缺少 {key}，请补上", f"{key} is missing; add it")
    for key in ("from", "to"):
        if source[key] not in milestones:
            known = ", ".join(milestones)
            raise _invalid(
                name, key, f"没有节点 {source[key]}，可用的有：{known}", f"no milestone {source[key]}; known: {known}"
            )
    for condition in source.get("where", {}):
        if condition not in CONDITIONS:
            known = ", ".join(CONDITIONS)
            raise _invalid(
                name,
                "where",
                f"不能按 {condition} 限定，可用的有：{known}",
                f"no condition {condition}; known: {known}",
            )
    if source.get("clock", "calendar") != "calendar":
        raise _invalid(
            name, "clock", "目前只支持日历时间（clock = \"calendar\"），请改用它或删去这一行",
            'only clock = "calendar" is supported; use it or delete the line',
        )  # fmt: skip
    if ("minutes" in source) == bool(source.get("same_day", False)):
        raise _invalid(
            name, "minutes", "minutes 与 same_day 须写且只写一个", "give either minutes or same_day, not both"
        )
    return ServiceLevel(
        name=name,
        title=Sentence(**source["title"]),
        where={key: str(value) for key, value in source.get("where", {}).items()},
        from_milestone=source["from"],
        to_milestone=source["to"],
        minutes=int(source["minutes"]) if "minutes" in source else None,
    )


def _invalid(name: str, key: str, zh: str, en: str) -> ServiceLevelInvalid:
    return ServiceLevelInvalid(
        f"设置中的服务时限 {name} 的 {key} 有误：{zh}。", f"Service level {name} in the settings, {key}: {en}."
    )


def service_levels_table(levels: Sequence[ServiceLevel]) -> str:
    """The select behind warehouse.service_levels."""
    rows = ", ".join(
        f"({literal(level.name)}, {literal(level.title.zh)}, {literal(level.title.en)}, "
        f"{literal(level.from_milestone)}, {literal(level.to_milestone)}, {_number(level.minutes)})"
        for level in levels
    )
    typed = ", ".join(f"cast({name} as {sql_type}) as {name}" for name, sql_type in LEVEL_COLUMNS.items())
    if not rows:
        nothing = ", ".join(f"cast(null as {sql_type}) as {name}" for name, sql_type in LEVEL_COLUMNS.items())
        return f"select {nothing} where false"
    return f"select {typed} from (values {rows}) as levels ({', '.join(LEVEL_COLUMNS)})"


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)


def ticket_service_levels_table(levels: Sequence[ServiceLevel], provided: frozenset[str]) -> str:
    """The select behind warehouse.ticket_service_levels; `provided` are the ticket fields that some export has.

    Of the levels between the same two milestones the one with the most conditions applies; at ties the later one in
    the settings, which is the user's own.
    """
    selects = [_applications(level, position, provided) for position, level in enumerate(levels)]
    if not selects:
        return _no_applications()
    return (
        f"with applications as ({' union all '.join(selects)}) "
        "select ticket_id, level, milestone, started_at, due_at, reached_at, is_unrecorded, is_computable "
        "from applications qualify row_number() over (partition by ticket_id, start_milestone, milestone "
        "order by condition_count desc, position desc) = 1 order by ticket_id, level"
    )


def _applications(level: ServiceLevel, position: int, provided: frozenset[str]) -> str:
    start, end = level.from_milestone, level.to_milestone
    where = " and ".join(f"{key} = {literal(value)}" for key, value in level.where.items()) or "true"
    is_early = end in STAGES_BEFORE_RESOLUTION
    unrecorded = f"{end} is null and resolved_at is not null" if is_early else "false"
    computable = {start, end} <= provided
    return (
        f"select ticket_id, {literal(level.name)} as level, {literal(start)} as start_milestone, "
        f"{literal(end)} as milestone, {start} as started_at, {_due(level)} as due_at, {end} as reached_at, "
        f"{unrecorded} as is_unrecorded, {str(computable).lower()} as is_computable, "
        f"{len(level.where)} as condition_count, {position} as position "
        f"from warehouse.tickets where {where}"
    )


def _due(level: ServiceLevel) -> str:
    start = level.from_milestone
    if level.minutes is None:
        return f"date_trunc('day', {start})::timestamp + interval 1 day - interval 1 second"
    return f"{start} + interval {level.minutes} minute"


def _no_applications() -> str:
    return (
        "select null::varchar as ticket_id, null::varchar as level, null::varchar as milestone, "
        "null::timestamp as started_at, null::timestamp as due_at, null::timestamp as reached_at, "
        "false as is_unrecorded, false as is_computable where false"
    )
