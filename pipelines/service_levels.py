"""Service levels as the settings give them: which tickets, from which milestone to which, within what time."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pipelines.contracts import Contract
from pipelines.errors import ServiceLevelInvalid
from pipelines.stage import literal
from workspace import Sentence

Clock = Literal["calendar", "business"]
CLOCKS = ("calendar", "business")
REQUIRED = ("name", "title", "from", "to")
KEYS = (*REQUIRED, "where", "minutes", "same_day", "clock", "needs")
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
    "to_milestone": "varchar", "minutes": "integer", "clock": "varchar", "needs": "varchar",
}  # fmt: skip


@dataclass(frozen=True)
class ServiceLevel:
    """A time limit from one milestone to another.

    `minutes` is None where the limit is the end of the same day. `where` gives each condition its values, any of which
    fits. `needs` are counts of the ticket that it must reach to attain the level, each with the least that will do.
    """

    name: str
    title: Sentence
    where: Mapping[str, tuple[str, ...]]
    from_milestone: str
    to_milestone: str
    minutes: int | None
    clock: Clock = "calendar"
    needs: Mapping[str, int] = field(default_factory=dict)

    @property
    def milestones(self) -> tuple[str, str]:
        """The pair of milestones; of the levels of a pair one applies to a ticket."""
        return self.from_milestone, self.to_milestone

    @property
    def fields(self) -> frozenset[str]:
        """The ticket fields without which the level cannot be computed."""
        return frozenset({*self.milestones, *self.needs})


def service_levels(settings: Mapping[str, Any], tickets: Contract) -> list[ServiceLevel]:
    """The [[service_level]] tables of the settings. Raises ServiceLevelInvalid, naming the level and the key."""
    levels = [_service_level(source, tickets) for source in settings.get("service_level", ())]
    names = [level.name for level in levels]
    for name in names:
        if names.count(name) > 1:
            raise _invalid(name, "name", "有两项时限同名，请改名", "two levels have this name; rename one")
    return levels


def _service_level(source: Mapping[str, Any], tickets: Contract) -> ServiceLevel:
    name = str(source.get("name", "?"))
    _check_keys(name, source)
    _check_title(name, source["title"])
    _check_milestones(name, source, [event.name for event in tickets.events])
    _check_clock(name, source)
    _check_limit(name, source)
    return ServiceLevel(
        name=name,
        title=Sentence(**source["title"]),
        where=_conditions(name, source.get("where", {}), tickets),
        from_milestone=source["from"],
        to_milestone=source["to"],
        minutes=source.get("minutes"),
        clock=source.get("clock", "calendar"),
        needs=_needs(name, source.get("needs", {}), tickets),
    )


def _check_keys(name: str, source: Mapping[str, Any]) -> None:
    for key in REQUIRED:
        if key not in source:
            raise _invalid(name, key, f"缺少 {key}，请补上", f"{key} is missing; add it")
    for key in source:
        if key not in KEYS:
            nearest = difflib.get_close_matches(key, KEYS, n=1, cutoff=0)[0]
            raise _invalid(
                name, key, f"没有这个键，最接近的是 {nearest}，请改正", f"no such key; the nearest is {nearest}"
            )


def _check_title(name: str, title: Any) -> None:
    if not isinstance(title, Mapping) or set(title) != {"zh", "en"}:
        raise _invalid(
            name, "title", '应写成 { zh = "…", en = "…" }，请改正', 'write it like { zh = "…", en = "…" }'
        )  # fmt: skip


def _check_milestones(name: str, source: Mapping[str, Any], milestones: Sequence[str]) -> None:
    for key in ("from", "to"):
        if source[key] not in milestones:
            _refuse_unknown(name, key, "节点", "milestone", source[key], milestones)


def _check_clock(name: str, source: Mapping[str, Any]) -> None:
    if source.get("clock", "calendar") not in CLOCKS:
        _refuse_unknown(name, "clock", "计时方式", "clock", source["clock"], CLOCKS)


def _check_limit(name: str, source: Mapping[str, Any]) -> None:
    if ("minutes" in source) == (source.get("same_day", False) is True):
        raise _invalid(
            name, "minutes", "minutes 与 same_day 须写且只写一个", "give either minutes or same_day, not both"
        )
    if "minutes" in source and not _is_count(source["minutes"]):
        raise _invalid(
            name,
            "minutes",
            f"{source['minutes']} 不是正整数，请改正",
            f"{source['minutes']} is no whole number above 0; correct it",
        )


def _conditions(name: str, where: Mapping[str, Any], tickets: Contract) -> dict[str, tuple[str, ...]]:
    conditions = {}
    for condition, value in where.items():
        if condition not in CONDITIONS:
            _refuse_unknown(name, "where", "条件", "condition", condition, CONDITIONS)
        values = tuple(map(str, value)) if isinstance(value, list) else (str(value),)
        codes = (
            sorted(set((tickets.fields[condition].words or {}).values())) if condition in ("kind", "priority") else ()
        )
        for each in values:
            if codes and each not in codes:
                _refuse_unknown(name, "where", f"{condition} 的值", f"{condition}", each, codes)
        conditions[condition] = values
    return conditions


def _needs(name: str, needs: Mapping[str, Any], tickets: Contract) -> dict[str, int]:
    counts = [each.name for each in tickets.fields.values() if each.type == "integer"]
    for need, least in needs.items():
        if need not in counts:
            _refuse_unknown(name, "needs", "计数字段", "count", need, counts)
        if not _is_count(least):
            raise _invalid(
                name,
                "needs",
                f"{need} 的值 {least} 不是正整数，请改正",
                f"{need} = {least} is no whole number above 0; correct it",
            )
    return dict(needs)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _refuse_unknown(name: str, key: str, zh: str, en: str, value: Any, known: Iterable[str]) -> None:
    """Raises ServiceLevelInvalid with what could have been written."""
    listed = ", ".join(known)
    raise _invalid(name, key, f"没有{zh} {value}，可用的有：{listed}", f"no {en} {value}; known: {listed}")


def _invalid(name: str, key: str, zh: str, en: str) -> ServiceLevelInvalid:
    return ServiceLevelInvalid(
        f"设置中的服务时限 {name} 的 {key} 有误：{zh}。", f"Service level {name} in the settings, {key}: {en}."
    )


def service_levels_table(levels: Sequence[ServiceLevel]) -> str:
    """The select behind warehouse.service_levels."""
    typed = ", ".join(f"cast({name} as {sql_type}) as {name}" for name, sql_type in LEVEL_COLUMNS.items())
    if not levels:
        nothing = ", ".join(f"cast(null as {sql_type}) as {name}" for name, sql_type in LEVEL_COLUMNS.items())
        return f"select {nothing} where false"
    rows = ", ".join(f"({', '.join(map(_literal, _row(level)))})" for level in levels)
    return f"select {typed} from (values {rows}) as levels ({', '.join(LEVEL_COLUMNS)})"


def _row(level: ServiceLevel) -> tuple[str | int | None, ...]:
    needs = ", ".join(f"{need} >= {least}" for need, least in level.needs.items())
    return (level.name, level.title.zh, level.title.en, *level.milestones, level.minutes, level.clock, needs or None)


def _literal(value: str | int | None) -> str:
    if value is None:
        return "null"
    return literal(value) if isinstance(value, str) else str(value)
