/* ---
title         = { zh = "全流程闭环率", en = "Full-loop rate" }
section       = "repairs_and_complaints.closure"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
details       = { closed_count = "sum", closed_without_dispatch_count = "sum", closed_without_resolution_count = "sum", closed_without_follow_up_count = "sum" }
requires      = ["tickets.dispatched_at", "tickets.resolved_at", "tickets.followed_up_at", ["tickets.closed_at", "tickets.status"]]
definition.zh = """统计期内受理的工单中，截至统计日派单、处理、回访、关闭四个环节都有记录的比例，关闭后又重开的按未关闭计。强制结单不计入分子。导出数据缺少任一环节的列时不可计算。"""
definition.en = """Share of the tickets opened in the period for which dispatch, resolution, follow-up and closure had all been recorded by the as-of date; one reopened since its closing is not closed. Forced closures are not in the numerator. Not available where the export has no column for one of the stages."""
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
),

stages as (
    select
        ticket_id,
        opened_at,
        community,
        building,
        kind,
        category,
        subcategory,
        priority,
        channel,
        business_type,
        vendor,
        cluster_id,
        case when dispatched_at < $as_of then 1 else 0 end as is_dispatched,
        case when resolved_at < $as_of then 1 else 0 end as is_resolved,
        case when followed_up_at < $as_of then 1 else 0 end as is_followed_up,
        case when is_force_closed then 0 else is_closed end as is_closed
    from tickets
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
    is_dispatched * is_resolved * is_followed_up * is_closed as numerator,
    cluster_id as cluster,
    1 as denominator,
    is_closed as closed_count,
    is_closed * (1 - is_dispatched) as closed_without_dispatch_count,
    is_closed * (1 - is_resolved) as closed_without_resolution_count,
    is_closed * (1 - is_followed_up) as closed_without_follow_up_count
from stages
