/* ---
title         = { zh = "未结工单", en = "Open tickets" }
section       = "overview.tickets"
unit          = "count"
better        = "lower"
aggregate     = "count"
basis         = "stock"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
details       = { overdue_count = "sum", longest_open_days = "max" }
requires      = [["tickets.closed_at", "tickets.status"]]
undated       = ["tickets.is_closed_undated"]
definition.zh = """截至统计日已受理、尚未关闭也未撤销的工单件数，关闭后又重开的计入；按月时为各月月末数。其中超过处理时限的件数和最长未结天数另列。关闭时间不明的不计入。"""
definition.en = """Tickets opened and neither closed nor cancelled by the as-of date, with those reopened after their closing; by month, at each month's end. Those beyond their time of resolution and the longest time open are shown beside. Tickets closed at an unknown moment are left out."""
--- */
with resolution_levels as (
    select
        ticket_id,
        max(case when due_at < $as_of and (reached_at is null or reached_at >= $as_of) then 1 else 0 end) as is_overdue
    from warehouse.ticket_service_levels
    where milestone = 'resolved_at'
    group by ticket_id
),

reopenings as (
    select
        ticket_id,
        max(case when reopened_at < $as_of then reopened_at end) as reopened_at,
        max(case when left_at < $as_of and reopened_at >= $as_of then 1 else 0 end) as is_away
    from warehouse.reopenings
    group by ticket_id
),

tickets as (
    select
        *,
        case when is_cancelled then coalesce(cancelled_at, closed_at, opened_at) end as withdrawn_at
    from warehouse.tickets
    where
        opened_at < $as_of
        and not is_closed_undated
)

select
    tickets.ticket_id as evidence_id,
    tickets.opened_at as occurred_at,
    tickets.community,
    tickets.building,
    tickets.kind,
    tickets.category,
    tickets.subcategory,
    tickets.priority,
    tickets.channel,
    tickets.business_type,
    tickets.vendor,
    coalesce(resolution_levels.is_overdue, 0) as overdue_count,
    date_diff('second', tickets.opened_at, $as_of) / 86400.0 as longest_open_days
from tickets
left join resolution_levels on tickets.ticket_id = resolution_levels.ticket_id
left join reopenings on tickets.ticket_id = reopenings.ticket_id
where
    (
        tickets.closed_at is null
        or tickets.closed_at >= $as_of
        or tickets.closed_at <= reopenings.reopened_at
    )
    and (
        tickets.withdrawn_at is null
        or tickets.withdrawn_at >= $as_of
        or tickets.withdrawn_at <= reopenings.reopened_at
    )
    and coalesce(reopenings.is_away, 0) = 0
