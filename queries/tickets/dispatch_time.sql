/* ---
title         = { zh = "派单时长", en = "Time to dispatch" }
section       = "core_services.reception"
unit          = "hours"
better        = "lower"
aggregate     = "duration"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["unrecorded", "left_undated"]
requires      = ["tickets.dispatched_at"]
undated       = ["tickets.is_closed_undated"]
definition.zh = """统计期内受理的工单从受理到派单的小时数，日历时钟，按 Kaplan–Meier 估计；尚未派单的按截至统计日仍在等待计，撤回和强制结单的按离开时刻截断；重复和误拨不计入。已响应、已处理或已关闭而没有派单时间的为未记录，另列。"""
definition.en = """Hours from opening to dispatch, by the calendar clock, estimated by Kaplan–Meier. Tickets not dispatched yet count as waiting until the as-of date, withdrawn and force-closed ones until they left; duplicates and misdials are left out. Tickets responded to, resolved or closed without a recorded dispatch are unrecorded and shown apart."""
--- */
with tickets as (
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
        resolved_at,
        closed_at,
        is_closed_undated,
        dispatched_at,
        responded_at,
        is_cancelled or is_force_closed as has_left,
        case
            when is_cancelled then coalesce(cancelled_at, closed_at)
            when is_force_closed then coalesce(closed_at, resolved_at)
        end as left_at
    from warehouse.tickets
    where
        opened_at >= $start
        and opened_at < $end
        and not (is_never_a_fault and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
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
    case
        when has_left and left_at is null then 'left_undated'
        when dispatched_at < $as_of or left_at < $as_of then null
        when responded_at < $as_of or resolved_at < $as_of then 'unrecorded'
        when closed_at < $as_of or is_closed_undated then 'unrecorded'
    end as set_apart,
    case
        when dispatched_at < $as_of then date_diff('second', opened_at, dispatched_at)
        when left_at < $as_of then date_diff('second', opened_at, left_at)
        else date_diff('second', opened_at, $as_of)
    end / 3600.0 as hours,
    case when dispatched_at < $as_of then 1 else 0 end as ended
from tickets
