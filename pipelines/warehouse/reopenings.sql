-- one row per dated reopening of a ticket, with the moment at which the ticket had been closed or cancelled before
with tickets as (
    select
        ticket_id,
        community,
        status,
        opened_at,
        reopened_at,
        closed_at,
        case when is_cancelled then coalesce(cancelled_at, closed_at, opened_at) end as cancelled_at
    from warehouse.tickets
),

reopening_events as (
    select
        ticket_id,
        event_at,
        max(case when old_value in ('closed', 'cancelled') then 1 else 0 end) as was_out
    from warehouse.ticket_events
    where event = 'reopened'
    group by
        ticket_id,
        event_at
),

-- a ticket's own time of reopening serves where the flow record has none
reopenings as (
    select * from reopening_events
    union all
    select
        tickets.ticket_id,
        tickets.reopened_at as event_at,
        0 as was_out
    from tickets
    left join reopening_events on tickets.ticket_id = reopening_events.ticket_id
    where
        tickets.reopened_at is not null
        and reopening_events.ticket_id is null
),

leavings as (
    select
        ticket_id,
        event_at
    from warehouse.ticket_events
    where event in ('closed', 'cancelled')
    union all
    select
        ticket_id,
        closed_at as event_at
    from tickets
    where closed_at is not null
    union all
    select
        ticket_id,
        cancelled_at as event_at
    from tickets
    where cancelled_at is not null
),

in_sequence as (
    select
        reopenings.*,
        tickets.community,
        tickets.opened_at,
        lag(reopenings.event_at) over (
            partition by reopenings.ticket_id order by reopenings.event_at
        ) as reopened_before_at
    from reopenings
    inner join tickets on reopenings.ticket_id = tickets.ticket_id
    where
        reopenings.event_at > tickets.opened_at
        -- a ticket that is closed has been closed again, at a moment unknown: it stays closed since the one known
        and not (tickets.status = 'closed' and tickets.closed_at <= reopenings.event_at)
)

select
    in_sequence.ticket_id,
    in_sequence.community,
    in_sequence.event_at as reopened_at,
    case
        when min(leavings.event_at) < in_sequence.opened_at then in_sequence.opened_at
        else min(leavings.event_at)
    end as left_at,
    count(leavings.event_at) > 0 or in_sequence.was_out = 1 as was_out
from in_sequence
left join leavings
    on
        in_sequence.ticket_id = leavings.ticket_id
        and in_sequence.event_at >= leavings.event_at
        and (in_sequence.reopened_before_at is null or in_sequence.reopened_before_at < leavings.event_at)
group by
    in_sequence.ticket_id,
    in_sequence.community,
    in_sequence.event_at,
    in_sequence.opened_at,
    in_sequence.was_out
order by
    in_sequence.ticket_id,
    in_sequence.event_at
