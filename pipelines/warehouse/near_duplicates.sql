-- one row per ticket that looks like a repetition of an earlier one, with that earlier one
with tickets as (
    select * from warehouse.tickets
),

reports as (
    select distinct
        place_id,
        category,
        subcategory,
        reporter
    from tickets
    where is_near_duplicate
),

compared as (
    select
        tickets.*,
        lag(tickets.ticket_id) over (
            partition by tickets.place_id, tickets.category, tickets.subcategory, tickets.reporter
            order by tickets.opened_at, tickets.ticket_id
        ) as earlier_ticket_id,
        lag(tickets.opened_at) over (
            partition by tickets.place_id, tickets.category, tickets.subcategory, tickets.reporter
            order by tickets.opened_at, tickets.ticket_id
        ) as earlier_opened_at
    from tickets
    inner join reports
        on
            tickets.place_id = reports.place_id
            and tickets.category = reports.category
            and tickets.subcategory = reports.subcategory
            and tickets.reporter = reports.reporter
)

select
    ticket_id,
    opened_at,
    earlier_ticket_id,
    earlier_opened_at,
    date_diff('second', earlier_opened_at, opened_at) / 60.0 as minutes_between,
    community,
    place_label,
    category,
    subcategory
from compared
where is_near_duplicate
order by
    opened_at,
    ticket_id
