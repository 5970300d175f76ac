/* ---
title         = { zh = "工单重开率", en = "Reopen rate" }
section       = "repairs_and_complaints.closure"
unit          = "percent"
better        = "lower"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor", "handler"]
details       = { reopening_count = "sum", reopened_undated_count = "sum" }
requires      = [["tickets.resolved_at", "tickets.closed_at"], ["tickets.reopened_at", "tickets.reopened_count", "ticket_events.event"]]
undated       = ["tickets.is_reopened_undated"]
definition.zh = """统计期内受理、截至统计日处理完成或关闭过的工单中，此后又重开的比例。一件工单重开几次都只计一件，次数另列。重开时间取自流转记录，没有时取工单的重开时间；只有次数而没有时间的按导出时状态计入并另列。"""
definition.en = """Share of the tickets opened in the period, and resolved or closed at some time by the as-of date, that were reopened after it. A ticket counts once however often it was reopened; the number of reopenings is shown beside. Times come from the flow record, else from the ticket's own time of reopening; tickets with a count and no time count as on the day of the export and are shown apart."""
--- */
with reopenings as (
    select
        ticket_id,
        count(*) as reopening_count
    from warehouse.reopenings
    where reopened_at < $as_of
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
    tickets.handler,
    tickets.cluster_id as cluster,
    case when reopenings.ticket_id is not null or tickets.is_reopened_undated then 1 else 0 end as numerator,
    1 as denominator,
    coalesce(reopenings.reopening_count, 0) as reopening_count,
    case when reopenings.ticket_id is null and tickets.is_reopened_undated then 1 else 0 end as reopened_undated_count
from warehouse.tickets as tickets
left join reopenings on tickets.ticket_id = reopenings.ticket_id
where
    tickets.opened_at >= $start
    and tickets.opened_at < $end
    and not (
        tickets.is_cancelled
        and coalesce(tickets.cancelled_at, tickets.closed_at, tickets.opened_at) < $as_of
    )
    and (
        tickets.resolved_at < $as_of
        or tickets.closed_at < $as_of
        or tickets.is_closed_undated
        or reopenings.ticket_id is not null
    )
