/* ---
title         = { zh = "工单闭环率", en = "Ticket closure rate" }
section       = "repairs_and_complaints.closure"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
details       = { force_closed_count = "sum", closed_by_timeout_count = "sum", closed_undated_count = "sum" }
requires      = [["tickets.closed_at", "tickets.status"]]
undated       = ["tickets.is_closed_undated"]
definition.zh = """统计期内受理的工单中，截至统计日已关闭的比例，关闭后又重开的按未关闭计。截至统计日已知为重复、误拨或撤回的不计入；强制结单和未处理即结单的计入分母、不计入分子；超时自动结单计入分子并另列；关闭时间不明的按导出时状态计入分子并另列。"""
definition.en = """Share of the tickets opened in the period that had been closed by the as-of date and not reopened since. Tickets known by then to be duplicates, mistaken or withdrawn are left out. Forced closures and closures without handling count in the denominator only. Closures by timeout count and are shown apart; so do closures at an unknown moment, which are as they were on the day of the export."""
--- */
with reopenings as (
    select
        ticket_id,
        max(case when reopened_at < $as_of then reopened_at end) as reopened_at,
        max(case when left_at < $as_of then left_at end) as left_at
    from warehouse.reopenings
    group by ticket_id
),

tickets as (
    select
        tickets.*,
        case
            when
                tickets.closed_at < $as_of
                and (reopenings.reopened_at is null or tickets.closed_at > reopenings.reopened_at)
                then 1
            when reopenings.left_at > reopenings.reopened_at then 1
            when reopenings.left_at is not null and reopenings.reopened_at is null then 1
            else 0
        end as is_closed
    from warehouse.tickets as tickets
    left join reopenings on tickets.ticket_id = reopenings.ticket_id
    where
        tickets.opened_at >= $start
        and tickets.opened_at < $end
        and not (
            tickets.is_cancelled
            and coalesce(tickets.cancelled_at, tickets.closed_at, tickets.opened_at) < $as_of
        )
)

select
    ticket_id as evidence_id,
    opened_at as occurred_at,
    community,
    building,
    kind,
    category,
    subcategory,
    priority,
    channel,
    business_type,
    vendor,
    cluster_id as cluster,
    case
        when is_force_closed then 0
        when is_closed = 1 or is_closed_undated then 1
        else 0
    end as numerator,
    1 as denominator,
    case when is_force_closed and (is_closed = 1 or is_closed_undated) then 1 else 0 end as force_closed_count,
    case when is_closed_by_timeout and is_closed = 1 then 1 else 0 end as closed_by_timeout_count,
    case when is_closed_undated and not is_force_closed then 1 else 0 end as closed_undated_count
from tickets
