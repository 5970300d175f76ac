"""The simulated service desk: requests are worked on, and some come back."""

from __future__ import annotations

import datetime as dt
import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from statistics import NormalDist

from pipelines.sample.company import (
    CLERKS,
    MECHANICS,
    NIGHT_SHIFT,
    OWN_TEAM,
    Company,
)
from pipelines.sample.courses import TICKETS, Attainment, TicketCourse
from pipelines.sample.faults import (
    ASSET_PARTS,
    HOME_CLOSINGS,
    OPENINGS,
    PUBLIC_CLOSINGS,
)
from pipelines.sample.requests import NIGHT_ENDS, Places, Request, RequestStream, is_night, minutes

PAUSE_BEFORE_AUTOMATIC_CLOSING = dt.timedelta(days=7)
END_OF_2025 = dt.datetime(2025, 12, 31, 23, 59)


@dataclass(slots=True)
class Ticket:
    """One ticket, filled in while it is worked on. Field names are those of the tickets contract.

    `first_resolved_at` is known to the flow record alone: the ticket system keeps the last resolution.
    """

    request: Request
    ticket_id: str = ""
    description: str = ""
    handler: str | None = None
    closure_type: str | None = None
    dispatched_at: dt.datetime | None = None
    responded_at: dt.datetime | None = None
    arrived_at: dt.datetime | None = None
    diagnosed_at: dt.datetime | None = None
    plan_issued_at: dt.datetime | None = None
    rectified_at: dt.datetime | None = None
    interviewed_at: dt.datetime | None = None
    resolved_at: dt.datetime | None = None
    first_resolved_at: dt.datetime | None = None
    followed_up_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    cancelled_at: dt.datetime | None = None
    clock_started_at: dt.datetime | None = None
    reopened_at: dt.datetime | None = None
    rated_at: dt.datetime | None = None
    rating: int | None = None
    visit_count: int | None = None
    follow_up_count: int | None = None
    evidence_count: int | None = None
    reopened_count: int | None = None
    is_false_alarm: bool | None = None
    is_justified: bool | None = None
    is_anonymous: bool | None = None
    cost: float | None = None
    parts_replaced: str | None = None

    @property
    def opened_at(self) -> dt.datetime:
        """The moment of the report."""
        return self.request.opened_at

    @property
    def status(self) -> str:
        """The word of the ticket system for how far the ticket has come."""
        if self.cancelled_at:
            return "已撤销"
        if self.closed_at:
            return "已关闭"
        if self.resolved_at:
            return "已完成"
        return "处理中" if self.dispatched_at else "待派单"


MOMENTS = tuple(name for name in Ticket.__dataclass_fields__ if name.endswith("_at"))


def known_by(ticket: Ticket, moment: dt.datetime) -> Ticket:
    """The ticket as an export of `moment` would show it: nothing that happened later."""
    later = {name: None for name in MOMENTS if (at := getattr(ticket, name)) is not None and at > moment}
    if not later:
        return ticket
    if {"closed_at", "cancelled_at"} & later.keys():
        later |= {"closure_type": None}
    if "resolved_at" in later:
        later |= dict.fromkeys(("visit_count", "evidence_count", "cost", "parts_replaced", "is_false_alarm"))
    if "followed_up_at" in later:
        later |= {"follow_up_count": None}
    if "rated_at" in later:
        later |= {"rating": None}
    if "reopened_at" in later:
        later |= {"reopened_count": None}
    return replace(ticket, **later)  # type: ignore[arg-type]


def simulate_tickets(random: Random, company: Company) -> list[Ticket]:
    """All tickets of 2024 and 2025 in order of their report, as known at the end of 2025."""
    desk, places = ServiceDesk(random, EvenDraws(random)), Places(random, company)
    requests = [request for year in TICKETS for request in RequestStream(random, company, year, places)]
    tickets = sorted(desk.work_off(requests), key=lambda ticket: ticket.opened_at)
    _number(tickets)
    return [known_by(ticket, END_OF_2025) for ticket in tickets]


def _number(tickets: Sequence[Ticket]) -> None:
    day, number = None, 0
    for ticket in tickets:
        number = number + 1 if ticket.opened_at.date() == day else 1
        day = ticket.opened_at.date()
        ticket.ticket_id = f"GD{day:%Y%m%d}{number:04d}"


def minutes_within(draw: float, attainment: Attainment) -> float:
    """Log-normal minutes of which the attainment's share lies within its limit, for a uniform draw."""
    deviation = NormalDist().inv_cdf(draw) - attainment.deviation_at_limit
    return attainment.limit_minutes * math.exp(attainment.spread * deviation)


@dataclass(frozen=True)
class EvenDraws:
    """Uniform numbers that leave no gaps: of fifty draws on a subject, one lies in each fiftieth.

    With independent draws a class of a hundred tickets would miss its year's share by several points.
    """

    random: Random
    decks: dict[str, list[float]] = field(default_factory=dict)

    def draw(self, subject: str) -> float:
        """The next number between 0 and 1 for a subject."""
        deck = self.decks.setdefault(subject, [])
        if not deck:
            deck += [(step + self.random.uniform(0.001, 0.999)) / 50 for step in range(50)]
            self.random.shuffle(deck)
        return deck.pop()


@dataclass(frozen=True)
class ServiceDesk:
    """Works requests off; what was repaired badly, or takes too long, is reported again."""

    random: Random
    even: EvenDraws

    def work_off(self, requests: Sequence[Request]) -> Iterator[Ticket]:
        """A ticket for each request and for each repeat that follows from it."""
        waiting = deque(requests)
        while waiting:
            request = waiting.popleft()
            ticket = self._worked(request)
            yield ticket
            waiting.extend(repeat for repeat in self._repeats(ticket) if repeat.opened_at <= END_OF_2025)

    def _course(self, request: Request) -> TicketCourse:
        return TICKETS[request.opened_at.year]

    def _worked(self, request: Request) -> Ticket:
        course = self._course(request)
        ticket = Ticket(request, description=self._description(request), handler=self._handler(request))
        if request.kind == "complaint":
            ticket.is_anonymous = self.random.random() < 0.11
            ticket.is_justified = self._happens(ticket.request, "justified", course.justified)
        fate = "duplicate" if request.is_duplicate else self._fate(request, course)
        if fate in ("duplicate", "misdial", "withdrawn"):
            self._cancel(ticket, fate)
            return ticket
        self._dispatch(ticket)
        if fate in ("forced", "unhandled"):
            self._close_by_force(ticket, fate)
        else:
            self._resolve(ticket, course, is_stuck=fate == "stuck")
            self._close(ticket, course)
        return ticket

    def _fate(self, request: Request, course: TicketCourse) -> str:
        patience = 0.3 if request.is_urgent else 0.8 if request.kind != "repair" else 1.2
        chances = {
            "forced": course.forced * patience,
            "unhandled": course.unhandled * patience,
            "stuck": course.stuck * patience if request.kind in ("repair", "complaint") else 0,
            "duplicate": 0.006,
            "misdial": 0.005,
            "withdrawn": 0.009,
        }
        draw = self.even.draw(f"{request.opened_at.year} fate {request.kind} {request.is_urgent}")
        for fate, chance in chances.items():
            draw -= chance
            if draw < 0:
                return fate
        return "normal"

    def _happens(self, request: Request, what: str, chance: float) -> bool:
        """Whether something happens to a ticket, by the chance that its year and category have for it."""
        return self.even.draw(f"{request.opened_at.year} {what} {request.category}") < chance

    def _takes(self, request: Request, milestone: str) -> float:
        """The minutes to a milestone, as the year's attainment of its service level has them."""
        draw = self.even.draw(f"{request.opened_at.year} {milestone}")
        return minutes_within(draw, self._course(request).attainments[milestone])

    def _description(self, request: Request) -> str:
        opening = self.random.choice(OPENINGS.get(request.channel, ("",)))
        where = request.place.public or ""
        if request.kind not in ("repair", "complaint"):
            return f"{opening}{request.words}"
        closing = self.random.choice(PUBLIC_CLOSINGS if where else HOME_CLOSINGS)
        return f"{opening}{where}{'' if where.endswith('层') or not where else '，'}{request.words}{closing}"

    def _handler(self, request: Request) -> str:
        if is_night(request.opened_at):
            return self.random.choice(NIGHT_SHIFT)
        return self.random.choice(MECHANICS if request.kind == "repair" else CLERKS)

    def _dispatch(self, ticket: Ticket) -> None:
        if self.random.random() >= 0.006:
            typical = 2 if ticket.request.is_urgent else 6
            ticket.dispatched_at = self._later(ticket.opened_at, typical * math.exp(self.random.gauss(0, 0.5)))

    def _cancel(self, ticket: Ticket, fate: str) -> None:
        ticket.cancelled_at = self._later(ticket.opened_at, self.random.uniform(6, 240))
        ticket.closure_type = fate

    def _close_by_force(self, ticket: Ticket, fate: str) -> None:
        ticket.responded_at = self._later(ticket.opened_at, self.random.uniform(30, 300))
        ticket.closed_at = self._later(ticket.opened_at, self.random.uniform(3, 20) * 1440)
        ticket.closure_type = fate

    def _resolve(self, ticket: Ticket, course: TicketCourse, *, is_stuck: bool) -> None:
        work = {"repair": self._repair, "complaint": self._settle_complaint}.get(ticket.request.kind, self._answer)
        work(ticket, course)
        if is_stuck:
            ticket.resolved_at = self._later(ticket.opened_at, self.random.uniform(38, 190) * 1440)
        if ticket.request.resolved_with:
            ticket.resolved_at = max(ticket.request.resolved_with, self._later(ticket.opened_at, 5))
        if self.random.random() < 0.012:
            ticket.responded_at = None

    def _repair(self, ticket: Ticket, course: TicketCourse) -> None:
        request = ticket.request
        start, pace = self._work_begins(request), self._night_pace(request)
        arrives_in = 0.0
        if request.category == "消防报警":
            arrives_in = pace * self._takes(request, "fire_arrival")
            responds_in = arrives_in * self.random.uniform(0.25, 0.6)
        else:
            responds_in = pace * self._takes(request, self._response(request))
        responded_at = self._later(start, responds_in)
        resolved_at = max(self._repaired_at(ticket, course, start), self._later(responded_at, 4))
        on_the_way = (resolved_at - responded_at).total_seconds() / 60 * self.random.uniform(0.25, 0.8)
        arrived_at = self._later(start, arrives_in) if arrives_in else self._later(responded_at, on_the_way)
        ticket.responded_at, ticket.resolved_at = responded_at, resolved_at
        ticket.arrived_at = min(arrived_at, resolved_at)
        ticket.clock_started_at = request.storm.ended_at if request.storm else None
        self._record_repair(ticket, course)

    def _work_begins(self, request: Request) -> dt.datetime:
        """Routine repairs that come in at night wait for the morning."""
        if request.is_urgent or not is_night(request.opened_at):
            return request.opened_at
        morning = request.opened_at.replace(hour=8, minute=0)
        return morning if request.opened_at.hour < NIGHT_ENDS else morning + dt.timedelta(days=1)

    def _night_pace(self, request: Request) -> float:
        return 1.3 if is_night(request.opened_at) else 0.97

    def _response(self, request: Request) -> str:
        if not request.is_urgent:
            return "routine_response"
        return "utility_response" if request.category == "水电燃气" else "urgent_response"

    def _repaired_at(self, ticket: Ticket, course: TicketCourse, start: dt.datetime) -> dt.datetime:
        request = ticket.request
        if request.storm:
            return max(request.storm.ended_at + minutes(self._takes(request, "drained")), start)
        if request.is_urgent and request.category == "水电燃气":
            return start + minutes(self._takes(request, "utility_restored"))
        return start + minutes(60 * self._repair_hours(request) * course.repair_speed)

    def _repair_hours(self, request: Request) -> float:
        vendor = request.vendor or OWN_TEAM
        if request.fault is None:
            median, spread = (0.8, 0.5) if request.subcategory == "困人" else (5.5, 0.9)
        elif request.is_urgent:
            median, spread = min(request.fault.hours, 3.0), 0.7
        else:
            median, spread = request.fault.hours, request.fault.spread
        return median * vendor.slowness * math.exp(self.random.gauss(0, spread))

    def _record_repair(self, ticket: Ticket, course: TicketCourse) -> None:
        request = ticket.request
        vendor = request.vendor or OWN_TEAM
        needs_more = self._happens(request, "second visit", course.second_visit * min(vendor.rework, 2.5))
        ticket.visit_count = self.random.choice((2, 2, 3)) if needs_more else 1
        if request.category == "消防报警":
            ticket.is_false_alarm = self._happens(request, "false alarm", course.false_alarm)
        parts = request.fault.parts if request.fault else ASSET_PARTS[request.category]
        if parts and self.random.random() < 0.34:
            ticket.parts_replaced = self.random.choice(parts)
            typical_yuan = 420 if request.place.asset else 46
            ticket.cost = round(typical_yuan * math.exp(self.random.gauss(0, 0.7)), 1)

    def _settle_complaint(self, ticket: Ticket, course: TicketCourse) -> None:
        settle = {
            "设施设备类": self._settle_facility_complaint,
            "环境卫生类": self._settle_environment_complaint,
            "邻里纠纷类": self._settle_neighbour_dispute,
            "服务态度类": self._settle_attitude_complaint,
        }
        settle[ticket.request.category](ticket, course)

    def _settle_facility_complaint(self, ticket: Ticket, course: TicketCourse) -> None:
        start = ticket.opened_at
        diagnosed_in = self._takes(ticket.request, "facility_diagnosis")
        diagnosed_at = self._later(start, diagnosed_in)
        if self.random.random() < 0.3:
            ticket.plan_issued_at = self._later(diagnosed_at, 60 * self.random.uniform(8, 44))
        hours = 20 * course.repair_speed * math.exp(self.random.gauss(0, 1.0))
        ticket.responded_at = self._later(start, diagnosed_in * self.random.uniform(0.1, 0.35))
        ticket.arrived_at = self._later(start, diagnosed_in * self.random.uniform(0.45, 0.8))
        ticket.diagnosed_at = diagnosed_at
        ticket.resolved_at = self._later(ticket.plan_issued_at or diagnosed_at, 60 * hours)

    def _settle_environment_complaint(self, ticket: Ticket, course: TicketCourse) -> None:
        start = ticket.opened_at
        arrives_in = self._takes(ticket.request, "environment_arrival")
        rectified_in = self._takes(ticket.request, "environment_rectified")
        ticket.responded_at = self._later(start, arrives_in * self.random.uniform(0.2, 0.6))
        ticket.arrived_at = self._later(start, arrives_in)
        ticket.rectified_at = self._later(start, max(rectified_in, arrives_in + 8))
        ticket.resolved_at = self._later(ticket.rectified_at, self.random.uniform(5, 50))
        is_photographed = self._happens(ticket.request, "photographed", course.photographed)
        ticket.evidence_count = self.random.randint(1, 4) if is_photographed else 0

    def _settle_neighbour_dispute(self, ticket: Ticket, course: TicketCourse) -> None:
        ticket.responded_at = self._later(ticket.opened_at, self._takes(ticket.request, "mediation"))
        days = 4.5 * (0.5 + course.repair_speed / 2) * math.exp(self.random.gauss(0, 0.6))
        ticket.resolved_at = self._later(ticket.responded_at, 1440 * days)
        has_three = self._happens(ticket.request, "three mediations", course.three_mediations)
        ticket.visit_count = self.random.randint(3, 4) if has_three else self.random.randint(1, 2)

    def _settle_attitude_complaint(self, ticket: Ticket, course: TicketCourse) -> None:
        start = ticket.opened_at
        interviewed_at = self._later(start, self.random.uniform(60, 480))
        if self._happens(ticket.request, "interviewed the same day", course.interviewed_same_day):
            interviewed_at = min(interviewed_at, start.replace(hour=23, minute=59))
        else:
            interviewed_at = max(interviewed_at, self._later(start.replace(hour=9, minute=0), 1440))
        ticket.interviewed_at = interviewed_at
        ticket.responded_at = min(self._later(start, self.random.uniform(8, 90)), interviewed_at)
        ticket.resolved_at = self._later(interviewed_at, 60 * self.random.uniform(2, 40))

    def _answer(self, ticket: Ticket, course: TicketCourse) -> None:
        responds_in = self._takes(ticket.request, "inquiry_response")
        ticket.responded_at = self._later(ticket.opened_at, responds_in)
        ticket.resolved_at = self._later(ticket.responded_at, 55 * math.exp(self.random.gauss(0, 1.5)))

    def _close(self, ticket: Ticket, course: TicketCourse) -> None:
        assert ticket.resolved_at is not None
        if ticket.request.kind in ("repair", "complaint") and self._happens(
            ticket.request, "reopened", course.reopened
        ):
            ticket.first_resolved_at = ticket.resolved_at
            ticket.reopened_at = self._later(ticket.resolved_at, 60 * self.random.uniform(20, 120))
            ticket.reopened_count = 1
            ticket.resolved_at = self._later(ticket.reopened_at, 60 * self.random.uniform(2, 40))
        if self.random.random() < course.left_unclosed and not ticket.request.is_urgent:
            ticket.closed_at = self._later(ticket.resolved_at, 1440 * self.random.uniform(150, 380))
            ticket.closure_type = "normal"
            return
        if self.random.random() < course.timed_out:
            ticket.closure_type = "timeout"
            ticket.closed_at = ticket.rated_at = ticket.resolved_at + PAUSE_BEFORE_AUTOMATIC_CLOSING
            ticket.rating = 5
            return
        self._follow_up(ticket, course)
        waited = 60 * self.random.uniform(0.1, 5) if ticket.followed_up_at else 60 * self.random.uniform(24, 90)
        ticket.closed_at = self._later(ticket.followed_up_at or ticket.resolved_at, waited)
        ticket.closure_type = "normal"
        self._rate(ticket, course)

    def _follow_up(self, ticket: Ticket, course: TicketCourse) -> None:
        assert ticket.resolved_at is not None
        share = course.followed_up * (0.35 if ticket.is_anonymous else 1.02)
        if self._happens(ticket.request, "followed up", min(share, 0.99)):
            attempts = self.random.choices((1, 2, 3), (80, 15, 5))[0]
            waited = 60 * 14 * math.exp(self.random.gauss(0, 0.9)) * attempts**0.5
            ticket.followed_up_at = self._later(ticket.resolved_at, waited)
            ticket.follow_up_count = attempts

    def _rate(self, ticket: Ticket, course: TicketCourse) -> None:
        if ticket.is_anonymous or self.random.random() >= course.rated:
            return
        assert ticket.closed_at is not None
        shift = ticket.request.vendor.rating_shift if ticket.request.vendor else 0.0
        is_content = self._happens(ticket.request, "rated well", course.rated_well + 0.18 * shift)
        scores, weights = ((5, 4), (72, 28)) if is_content else ((3, 2, 1), (6, 3, 2))
        ticket.rating = self.random.choices(scores, weights)[0]
        ticket.rated_at = self._later(ticket.closed_at, self.random.uniform(3, 2800))

    def _repeats(self, ticket: Ticket) -> Iterator[Request]:
        request = ticket.request
        if request.kind != "repair" or request.place.asset or request.storm or ticket.resolved_at is None:
            return
        course, vendor = self._course(request), request.vendor or OWN_TEAM
        if self.even.draw(f"{request.opened_at.year} reworked {vendor.name}") < course.reworked * vendor.rework:
            recurs_at = self._later(ticket.resolved_at, self.random.uniform(1.2, 26) * 1440)
            yield self._again(request, recurs_at, "上次修过又坏了，")
        hours_open = (ticket.resolved_at - request.opened_at).total_seconds() / 3600
        if hours_open > 20 and not request.resolved_with and self.random.random() < course.chased * 2.4:
            asked_at = request.opened_at + minutes(self.random.uniform(0.35, 0.9) * min(hours_open, 24 * 29) * 60)
            yield replace(self._again(request, asked_at, "催单："), resolved_with=ticket.resolved_at)
        if not request.is_duplicate and not request.resolved_with and self.random.random() < 0.009:
            repeat = replace(request, opened_at=request.opened_at + minutes(self.random.uniform(2, 16)))
            yield replace(repeat, is_duplicate=self.random.random() < 0.7, resolved_with=ticket.resolved_at)

    def _again(self, request: Request, at: dt.datetime, opening: str) -> Request:
        by_day = at if 7 <= at.hour < 22 else at.replace(hour=19)
        opened_at = max(by_day, at)
        words = request.words if request.words.startswith(opening) else opening + request.words
        return replace(request, opened_at=opened_at, words=words, incident_id=None, is_urgent=False)

    def _later(self, moment: dt.datetime, wait_minutes: float) -> dt.datetime:
        return (moment + minutes(wait_minutes)).replace(second=0, microsecond=0)
