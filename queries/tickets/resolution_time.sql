/* ---
title         = { zh = "处理时长", en = "Time to resolution" }
section       = "core_services.repairs"
unit          = "hours"
better        = "lower"
aggregate     = "duration"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["unrecorded", "left_undated"]
requires      = ["tickets.resolved_at"]
undated       = ["tickets.is_closed_undated"]
definition.zh = """统计期内受理的工单从受理到处理完成的小时数，日历时钟，按 Kaplan–Meier 估计中位数和九成用时：未完成的按截至统计日仍在办理计，撤回和强制结单的按离开时刻截断；重复和误拨不计入。已关闭而没有处理完成时间的为未记录，另列，不以关闭时间代替。"""
definition.en = """Hours from opening to resolution of the tickets opened in the period, by the calendar clock; median and 90th percentile by Kaplan–Meier. Open tickets count as lasting longer than until the as-of date, withdrawn and force-closed ones as longer than until they left; duplicates and misdials are left out. Tickets closed without a time of resolution are unrecorded and shown apart: the time of closing never replaces it."""
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
        when resolved_at < $as_of or left_at < $as_of then null
        when closed_at < $as_of or is_closed_undated then 'unrecorded'
    end as set_apart,
    case
        when left_at < $as_of then date_diff('second', opened_at, left_at)
        when resolved_at < $as_of then date_diff('second', opened_at, resolved_at)
        else date_diff('second', opened_at, $as_of)
    end / 3600.0 as hours,
    case
        when left_at < $as_of then 0
        when resolved_at < $as_of then 1
        else 0
    end as ended
from tickets
