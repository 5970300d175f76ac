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
definition.zh = """截至统计日已受理、尚未关闭也未撤销的工单件数；按月时为各月月末数。其中超过处理时限的件数和最长未结天数另列。关闭时间不明的不计入。"""
definition.en = """Tickets opened and neither closed nor cancelled by the as-of date; by month, at each month's end. Those beyond their time of resolution and the longest time open are shown beside. Tickets closed at an unknown moment are left out."""
--- */
with resolution_levels as (
    select
        ticket_id,
        max(case when due_at < $as_of and (reached_at is null or reached_at >= $as_of) then 1 else 0 end) as is_overdue
    from warehouse.ticket_service_levels
    where milestone = 'resolved_at'
    group by ticket_id
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
from warehouse.tickets as tickets
left join resolution_levels on tickets.ticket_id = resolution_levels.ticket_id
where
    tickets.opened_at < $as_of
    and (tickets.closed_at is null or tickets.closed_at >= $as_of)
    and not tickets.is_closed_undated
    and not (
        tickets.is_cancelled
        and coalesce(tickets.cancelled_at, tickets.closed_at, tickets.opened_at) < $as_of
    )
