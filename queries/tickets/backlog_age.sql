/* ---
title         = { zh = "未结工单已历时间", en = "Age of open tickets" }
section       = "overview.tickets"
unit          = "days"
better        = "lower"
aggregate     = "median"
basis         = "stock"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
details       = { over_7_days_count = "sum", over_30_days_count = "sum", over_90_days_count = "sum", longest_open_days = "max" }
requires      = [["tickets.closed_at", "tickets.status"]]
undated       = ["tickets.is_closed_undated"]
definition.zh = """截至统计日未结工单自受理起已历天数的中位数；按月时为各月月末数。超过 7 天、30 天、90 天的件数和最长天数另列。未结工单的范围同“未结工单”，重开的从最初受理时起算。"""
definition.en = """Median of the days since opening of the tickets that are open at the as-of date; by month, at each month's end. Those open for more than 7, 30 and 90 days and the longest time are shown beside. Which tickets are open is as in the number of open tickets; reopened ones count from their first opening."""
--- */
with reopenings as (
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
    date_diff('second', tickets.opened_at, $as_of) / 86400.0 as value,
    case when date_diff('second', tickets.opened_at, $as_of) > 7 * 86400 then 1 else 0 end as over_7_days_count,
    case when date_diff('second', tickets.opened_at, $as_of) > 30 * 86400 then 1 else 0 end as over_30_days_count,
    case when date_diff('second', tickets.opened_at, $as_of) > 90 * 86400 then 1 else 0 end as over_90_days_count,
    date_diff('second', tickets.opened_at, $as_of) / 86400.0 as longest_open_days
from tickets
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
