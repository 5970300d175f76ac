-- one row per pause of a ticket: from being put on hold to the next event that shows that its work goes on
with events as (
    select * from warehouse.ticket_events
),

tickets as (
    select * from warehouse.tickets
),

paused_tickets as (
    select distinct ticket_id
    from events
    where
        event = 'paused'
        or new_value = 'paused'
),

changes as (
    select
        ticket_id,
        event_at,
        event = 'paused' or coalesce(new_value = 'paused', false) as is_stop,
        event in ('resumed', 'started', 'resolved', 'reopened', 'closed', 'cancelled')
        or coalesce(old_value = 'paused' and new_value <> 'paused', false) as is_start
    from events
    where ticket_id in (select paused_tickets.ticket_id from paused_tickets)
),

-- a ticket that is done is no longer on hold, whether or not somebody wrote that down
ends as (
    select
        ticket_id,
        unnest([resolved_at, closed_at, cancelled_at]) as event_at,
        false as is_stop,
        true as is_start
    from tickets
    where ticket_id in (select paused_tickets.ticket_id from paused_tickets)
),

-- a moment that both stops and starts the clock leaves it as it was
moments as (
    select
        ticket_id,
        event_at,
        bool_or(is_stop) as is_stop
    from (
        select * from changes
        where is_stop <> is_start
        union all
        select * from ends
        where event_at is not null
    ) as all_changes
    group by
        ticket_id,
        event_at
    having bool_or(is_stop) <> bool_or(is_start)
),

turns as (
    select
        ticket_id,
        event_at,
        is_stop
    from moments
    qualify is_stop <> lag(is_stop, 1, false) over (partition by ticket_id order by event_at)
),

spans as (
    select
        ticket_id,
        event_at as paused_at,
        lead(event_at) over (partition by ticket_id order by event_at) as resumed_at,
        is_stop
    from turns
)

select
    ticket_id,
    paused_at,
    resumed_at
from spans
where is_stop
order by
    ticket_id,
    paused_at
