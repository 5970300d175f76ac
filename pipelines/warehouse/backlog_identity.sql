-- one row per month and community: opening + opened + reopened - closed - cancelled = closing, or the gap between them
-- A gap is a ticket reopened after a closing that nothing dates. Tickets closed at an unknown moment stand apart.
with reopenings as (
    select * from warehouse.reopenings
),

last_reopenings as (
    select
        ticket_id,
        max(reopened_at) as reopened_at,
        max(case when left_at is not null then reopened_at end) as returned_at
    from reopenings
    group by ticket_id
),

tickets as (
    select
        ticket_id,
        community,
        opened_at,
        closed_at,
        is_cancelled,
        is_closed_undated,
        case when is_cancelled then coalesce(cancelled_at, closed_at, opened_at) end as cancelled_at
    from warehouse.tickets
    where opened_at < getvariable('day_after_loading')
),

last_spans as (
    select
        tickets.ticket_id,
        tickets.community,
        tickets.is_cancelled,
        coalesce(last_reopenings.returned_at, tickets.opened_at) as entered_at,
        least(
            case
                when last_reopenings.reopened_at is null or tickets.closed_at > last_reopenings.reopened_at
                    then tickets.closed_at
            end,
            case
                when last_reopenings.reopened_at is null or tickets.cancelled_at > last_reopenings.reopened_at
                    then tickets.cancelled_at
            end
        ) as left_at
    from tickets
    left join last_reopenings on tickets.ticket_id = last_reopenings.ticket_id
    where not tickets.is_closed_undated
),

-- the stretches of time for which tickets were open
spans as (
    select
        community,
        is_cancelled,
        entered_at,
        case when left_at < entered_at then entered_at else left_at end as left_at
    from last_spans
    union all
    select
        reopenings.community,
        false as is_cancelled,
        coalesce(
            lag(reopenings.reopened_at) over (partition by reopenings.ticket_id order by reopenings.reopened_at),
            tickets.opened_at
        ) as entered_at,
        reopenings.left_at
    from reopenings
    inner join tickets on reopenings.ticket_id = tickets.ticket_id
    where
        reopenings.left_at is not null
        and not tickets.is_closed_undated
),

movements as (
    select
        community,
        date_trunc('month', opened_at) as month_start,
        case when is_closed_undated then 'closed_undated' else 'opened' end as movement,
        count(*) as tickets
    from tickets
    group by all
    union all
    select
        community,
        date_trunc('month', left_at) as month_start,
        case when is_cancelled then 'cancelled' else 'closed' end as movement,
        count(*) as tickets
    from spans
    where left_at < getvariable('day_after_loading')
    group by all
    union all
    select
        reopenings.community,
        date_trunc('month', reopenings.reopened_at) as month_start,
        case when reopenings.left_at is null then 'reopened_undated' else 'reopened' end as movement,
        count(*) as tickets
    from reopenings
    inner join tickets on reopenings.ticket_id = tickets.ticket_id
    where
        reopenings.was_out
        and reopenings.reopened_at < getvariable('day_after_loading')
        and not tickets.is_closed_undated
    group by all
),

horizon as (
    select
        min(month_start) as first_month,
        max(month_start) as last_month
    from movements
),

standing as (
    select
        spans.community,
        unnest(
            range(
                date_trunc('month', spans.entered_at),
                coalesce(
                    least(date_trunc('month', spans.left_at), horizon.last_month + interval '1' month),
                    horizon.last_month + interval '1' month
                ),
                interval '1' month
            )
        ) as month_start
    from spans
    cross join horizon
    where
        spans.left_at is null
        or date_trunc('month', spans.left_at) > date_trunc('month', spans.entered_at)
),

communities as (
    select distinct community
    from movements
),

months as (
    select
        communities.community,
        unnest(range(horizon.first_month, horizon.last_month + interval '1' month, interval '1' month)) as month_start
    from horizon
    cross join communities
),

parts as (
    select * from movements
    union all
    select
        community,
        month_start,
        'closing' as movement,
        count(*) as tickets
    from standing
    group by
        community,
        month_start
),

counted as (
    select
        months.month_start,
        months.community,
        sum(case when parts.movement = 'opened' then parts.tickets else 0 end) as opened,
        sum(case when parts.movement in ('reopened', 'reopened_undated') then parts.tickets else 0 end) as reopened,
        sum(case when parts.movement = 'closed' then parts.tickets else 0 end) as closed,
        sum(case when parts.movement = 'cancelled' then parts.tickets else 0 end) as cancelled,
        sum(case when parts.movement = 'closing' then parts.tickets else 0 end) as closing,
        sum(case when parts.movement = 'reopened_undated' then parts.tickets else 0 end) as reopened_undated,
        sum(case when parts.movement = 'closed_undated' then parts.tickets else 0 end) as closed_undated
    from months
    left join parts
        on
            months.community = parts.community
            and months.month_start = parts.month_start
    group by
        months.month_start,
        months.community
),

with_opening as (
    select
        *,
        coalesce(lag(closing) over (partition by community order by month_start), 0) as opening
    from counted
)

select
    cast(month_start as date) as month_start,
    community,
    cast(opening as integer) as opening,
    cast(opened as integer) as opened,
    cast(reopened as integer) as reopened,
    cast(closed as integer) as closed,
    cast(cancelled as integer) as cancelled,
    cast(closing as integer) as closing,
    cast(opening + opened + reopened - closed - cancelled - closing as integer) as gap,
    cast(reopened_undated as integer) as reopened_undated,
    cast(closed_undated as integer) as closed_undated
from with_opening
order by
    month_start,
    community
