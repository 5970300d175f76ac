"""The simulated flow record: every step of the tickets that were paused, transferred or reopened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from pipelines.sample.company import CLERKS, MECHANICS
from pipelines.sample.requests import minutes
from pipelines.sample.tickets import END_OF_2025, Ticket

PAUSED_SHARE = 0.16  # of the jobs that take long
PAUSED_SHARE_OF_OPEN = 0.8
LONG_JOB_MINUTES = 8 * 60
ONE_MINUTE = dt.timedelta(minutes=1)
TRANSFERRED_SHARE = 0.05
PAUSE_REASONS = ("等待配件到货", "业主要求改期上门", "需厂家配合", "等待楼上住户配合", "雨天无法施工")


@dataclass(frozen=True)
class TicketEvent:
    """One step of a ticket. `old` and `new` are states, or the handlers between whom it was transferred."""

    ticket_id: str
    at: dt.datetime
    event: str
    by: str
    old: str | None = None
    new: str | None = None
    note: str | None = None


def simulate_flow(random: Random, tickets: Sequence[Ticket]) -> list[TicketEvent]:
    """The steps of the exceptional tickets, ticket by ticket in order of time."""
    return [event for ticket in tickets for event in sorted(_steps(random, ticket), key=lambda event: event.at)]


def _steps(random: Random, ticket: Ticket) -> list[TicketEvent]:
    pause = _pause(random, ticket)
    predecessor = _predecessor(random, ticket)
    if pause is None and predecessor is None and ticket.reopened_at is None:
        return []
    clerk, handler = random.choice(CLERKS), ticket.handler or random.choice(MECHANICS)
    return [
        *_beginning(random, ticket, clerk, handler, predecessor),
        *_pausing(ticket, handler, pause, random.choice(PAUSE_REASONS)),
        *_ending(ticket, clerk, handler),
    ]


def _pause(random: Random, ticket: Ticket) -> tuple[dt.datetime, dt.datetime | None] | None:
    """From when to when the work stood still, before any reopening; most jobs open at the end still stand still."""
    began_at, ended_at = ticket.arrived_at or ticket.responded_at, ticket.first_resolved_at or ticket.resolved_at
    if began_at is None or (ticket.closed_at and ended_at is None):
        return None
    share = PAUSED_SHARE if ended_at else PAUSED_SHARE_OF_OPEN
    length = ((ended_at or END_OF_2025) - began_at) / ONE_MINUTE
    if length < LONG_JOB_MINUTES or random.random() >= share:
        return None
    paused_at = began_at + minutes(length * random.uniform(0.05, 0.3))
    return paused_at, paused_at + minutes(length * random.uniform(0.2, 0.6)) if ended_at else None


def _predecessor(random: Random, ticket: Ticket) -> str | None:
    """Who had the ticket before it was transferred to its handler."""
    is_transferred = random.random() < TRANSFERRED_SHARE and ticket.handler in MECHANICS
    if not is_transferred or ticket.dispatched_at is None or ticket.responded_at is None:
        return None
    return random.choice([name for name in MECHANICS if name != ticket.handler])


def _beginning(
    random: Random, ticket: Ticket, clerk: str, handler: str, predecessor: str | None
) -> Iterator[TicketEvent]:
    number = ticket.ticket_id
    yield TicketEvent(number, ticket.opened_at, "登记", clerk, new="待派单")
    if ticket.dispatched_at:
        yield TicketEvent(number, ticket.dispatched_at, "派单", clerk, "待派单", predecessor or handler)
        if predecessor and ticket.responded_at:
            wait = (ticket.responded_at - ticket.dispatched_at).total_seconds() / 60
            handed_over_at = ticket.dispatched_at + minutes(wait * random.uniform(0.2, 0.8))
            yield TicketEvent(
                number, handed_over_at, "转派", predecessor, predecessor, handler, "手头有急修，转同事处理"
            )
    if ticket.responded_at:
        yield TicketEvent(number, ticket.responded_at, "接单", handler, "已派单", "处理中")
    if ticket.arrived_at:
        yield TicketEvent(number, ticket.arrived_at, "到场", handler)


def _pausing(
    ticket: Ticket, handler: str, pause: tuple[dt.datetime, dt.datetime | None] | None, reason: str
) -> Iterator[TicketEvent]:
    if pause:
        paused_at, resumed_at = pause
        yield TicketEvent(ticket.ticket_id, paused_at, "挂起", handler, "处理中", "挂起", reason)
        if resumed_at:
            yield TicketEvent(ticket.ticket_id, resumed_at, "恢复", handler, "挂起", "处理中")


def _ending(ticket: Ticket, clerk: str, handler: str) -> Iterator[TicketEvent]:
    number = ticket.ticket_id
    if ticket.first_resolved_at and ticket.reopened_at:
        yield TicketEvent(number, ticket.first_resolved_at, "完成", handler, "处理中", "已完成")
        yield TicketEvent(number, ticket.reopened_at, "重开", clerk, "已完成", "处理中", "业主反映问题未解决")
    if ticket.resolved_at:
        yield TicketEvent(number, ticket.resolved_at, "完成", handler, "处理中", "已完成")
    if ticket.followed_up_at:
        yield TicketEvent(number, ticket.followed_up_at, "回访", clerk)
    if ticket.closed_at:
        yield TicketEvent(
            number, ticket.closed_at, "关闭", clerk, "已完成" if ticket.resolved_at else "处理中", "已关闭"
        )
