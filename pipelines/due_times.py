"""Which service level applies to which ticket, when it falls due, and what pauses do to that."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from duckdb import DuckDBPyConnection

from pipelines.service_levels import ServiceLevel, service_levels_table
from pipelines.stage import literal
from pipelines.working_time import WorkingHours

# Stages that come before any repair: empty although the ticket is resolved means that nobody wrote them down.
STAGES_BEFORE_RESOLUTION = ("dispatched_at", "responded_at", "arrived_at", "diagnosed_at")


def write_service_levels(
    connection: DuckDBPyConnection, levels: Sequence[ServiceLevel], hours: WorkingHours, provided: Collection[str]
) -> None:
    """Writes warehouse.service_levels and warehouse.ticket_service_levels, one row a ticket and level.

    `provided` are the ticket fields that some export has. Reads warehouse.calendar and warehouse.ticket_pauses.
    """
    has_pauses = bool(connection.execute("select 1 from warehouse.ticket_pauses limit 1").fetchall())
    connection.execute(f"create table warehouse.service_levels as {service_levels_table(levels)}")
    connection.execute(
        f"create table warehouse.ticket_service_levels as {due_times(levels, hours, provided, has_pauses=has_pauses)}"
    )


def due_times(
    levels: Sequence[ServiceLevel], hours: WorkingHours, provided: Collection[str], *, has_pauses: bool
) -> str:
    """The select behind warehouse.ticket_service_levels; no step for a clock or pauses that no level meets.

    `due_at` is the moment at which the time is used up, all pauses known, which serves every earlier as-of as well: a
    pause that begins later moves nothing that was due before. It is null with `is_paused` where the clock stands still
    in a pause without an end, so that the level is not due, and null with `is_computable` false where it cannot be
    told. `is_unrecorded` says that the stage was not written down by the time of resolution, `needs_met` that the
    counts which the level needs, if it `has_needs`, are reached as they were on the day of the export.
    """
    has_business_clock = any(level.clock == "business" for level in levels)
    steps = {"applied": _applied(levels, provided)}
    if has_business_clock:
        steps["started"] = _started(hours)
    timed = list(steps)[-1]
    if has_pauses:
        steps |= {"stops": _stops(timed, hours, has_business_clock), "counted_stops": COUNTED_STOPS}
        steps |= {"standstills": STANDSTILLS, "limited": LIMITED.format(timed=timed)}
    due = _due(list(steps)[-1], hours, has_business_clock, has_pauses)
    return f"with {', '.join(f'{name} as ({step})' for name, step in steps.items())} {due}"


# Which level applies


def _applied(levels: Sequence[ServiceLevel], provided: Collection[str]) -> str:
    """One row a ticket and pair of milestones: the level with the most conditions, at ties the later in the settings.

    The rule is kept by leaving out, level by level, the tickets of those that go before it: no ranking of rows.
    """
    selects = [_application(level, position, levels, provided) for position, level in enumerate(levels)]
    return " union all ".join(selects) or NO_APPLICATION


def _application(level: ServiceLevel, position: int, levels: Sequence[ServiceLevel], provided: Collection[str]) -> str:
    """The tickets that a level applies to; `position` tells it from the others of the same ticket."""
    start, end = level.milestones
    is_early = end in STAGES_BEFORE_RESOLUTION
    needs = " and ".join(f"{need} >= {least}" for need, least in level.needs.items())
    columns = {
        "ticket_id": "ticket_id",
        "position": str(position),
        "level": literal(level.name),
        "milestone": literal(end),
        "started_at": start,
        "reached_at": end,
        "is_unrecorded": f"resolved_at is not null and ({end} is null or {end} > resolved_at)" if is_early else "false",
        "has_needs": _boolean(bool(needs)),
        "needs_met": f"coalesce({needs}, false)" if needs else "true",
        "is_provided": _boolean(level.fields <= set(provided)),
        "is_business": _boolean(level.clock == "business"),
        "limit_seconds": f"cast({_limit(level)} as bigint)",
    }
    selected = ", ".join(f"{expression} as {name}" for name, expression in columns.items())
    others = "".join(f" and not ({_fits(other)})" for other in _before(level, position, levels))
    return f"select {selected} from warehouse.tickets where {_fits(level)}{others}"


def _fits(level: ServiceLevel) -> str:
    conditions = (f"{key} in ({', '.join(map(literal, values))})" for key, values in level.where.items())
    return " and ".join(conditions) or "true"


def _before(level: ServiceLevel, position: int, levels: Sequence[ServiceLevel]) -> list[ServiceLevel]:
    """The levels of the same pair of milestones that win over this one where both fit."""
    rank = (len(level.where), position)
    return [
        other
        for place, other in enumerate(levels)
        if other.milestones == level.milestones and (len(other.where), place) > rank
    ]


def _limit(level: ServiceLevel) -> str:
    """Seconds; of a same-day level those left of the day, which the business clock tells later."""
    if level.minutes is not None:
        return str(60 * level.minutes)
    if level.clock == "business":
        return "null"
    start = level.from_milestone
    return f"date_diff('second', {start}, date_trunc('day', {start}) + interval 1 day) - 1"


def _boolean(value: bool) -> str:
    return str(value).lower()


NO_APPLICATION = (
    "select null::varchar as ticket_id, 0 as position, null::varchar as level, null::varchar as milestone, "
    "null::timestamp as started_at, null::timestamp as reached_at, false as is_unrecorded, false as has_needs, "
    "true as needs_met, false as is_provided, false as is_business, null::bigint as limit_seconds where false"
)


# What the business clock shows


def _started(hours: WorkingHours) -> str:
    """Adds what the business clock shows at the start; the same working day ends at the next whole day of it."""
    reading = hours.reading("started_at", "start_day")
    left_of_day = f"{hours.seconds} - {reading} % {hours.seconds}"
    return (
        "select applied.* replace "
        f"(case when is_business then coalesce(limit_seconds, {left_of_day}) else limit_seconds end as limit_seconds), "
        f"{reading} as started_reading from applied {_joined_day('start_day', 'started_at')}"
    )


def _joined_day(name: str, moment: str) -> str:
    """Only rows on the business clock meet a day: null equals none."""
    return (
        f"left join warehouse.calendar as {name} on case when is_business then cast({moment} as date) end = {name}.day"
    )


# What pauses do


def _stops(timed: str, hours: WorkingHours, has_business_clock: bool) -> str:
    """The pauses of each level's ticket that end after its start, in seconds of its clock since then."""
    stopped_at = "greatest(paused_at, started_at)"
    stopped_after, resumed_after = (f"date_diff('second', started_at, {each})" for each in (stopped_at, "resumed_at"))
    days = ""
    if has_business_clock:
        stopped_after = _by_clock(f"{hours.reading(stopped_at, 'stop_day')} - started_reading", stopped_after)
        resumed_after = _by_clock(f"{hours.reading('resumed_at', 'resume_day')} - started_reading", resumed_after)
        days = f"{_joined_day('stop_day', stopped_at)} {_joined_day('resume_day', 'resumed_at')}"
    return (
        f"select {timed}.ticket_id, position, limit_seconds, paused_at, resumed_at, "
        f"{stopped_after} as stopped_after, {resumed_after} as resumed_after "
        f"from {timed} inner join warehouse.ticket_pauses as pauses on {timed}.ticket_id = pauses.ticket_id "
        f"and (resumed_at is null or resumed_at > started_at) {days}"
    )


def _by_clock(business: str, calendar: str) -> str:
    return f"case when is_business then {business} else {calendar} end"


COUNTED_STOPS = """
    select
        *,
        stopped_after - coalesce(
            sum(resumed_after - stopped_after) over (
                partition by ticket_id, position order by paused_at rows between unbounded preceding and 1 preceding
            ),
            0
        ) as seconds_run
    from stops
"""
# A pause that begins when the time is already used up moves nothing.
STANDSTILLS = """
    select
        ticket_id,
        position,
        cast(coalesce(sum(resumed_after - stopped_after), 0) as bigint) as stood_seconds,
        bool_or(resumed_at is null) as is_paused
    from counted_stops
    where seconds_run < limit_seconds
    group by ticket_id, position
"""
LIMITED = """
    select
        {timed}.* replace (limit_seconds + coalesce(stood_seconds, 0) as limit_seconds),
        coalesce(is_paused, false) as is_paused
    from {timed}
    left join standstills on {timed}.ticket_id = standstills.ticket_id and {timed}.position = standstills.position
"""


# When it is due


def _due(source: str, hours: WorkingHours, has_business_clock: bool, has_pauses: bool) -> str:
    due_at, days = "started_at + to_seconds(limit_seconds)", ""
    if has_business_clock:
        reading = "(started_reading + limit_seconds)"
        due_at = _by_clock(hours.moment(reading, "due_day"), due_at)
        days = (
            "left join warehouse.calendar as due_day on due_day.is_working_day and due_day.working_day_number = "
            f"case when is_business then {hours.working_day_number(reading)} end"
        )
    if has_pauses:
        due_at = f"case when not is_paused then {due_at} end"
    paused = "is_paused" if has_pauses else "false"
    is_computable = f"is_provided and started_at is not null and ({due_at} is not null or {paused})"
    return (
        f"select ticket_id, level, milestone, started_at, {due_at} as due_at, reached_at, {paused} as is_paused, "
        f"is_unrecorded, has_needs, needs_met, {is_computable} as is_computable "
        f"from {source} {days} order by ticket_id, level"
    )
