/* ---
title         = { zh = "返修率", en = "Rework rate" }
section       = "repairs_and_complaints.repeat_faults"
unit          = "percent"
better        = "lower"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "category", "subcategory", "priority", "channel", "business_type", "vendor", "handler"]
set_apart     = ["no_usable_place", "not_yet_due"]
parameters    = { repeat_window_days = 30 }
requires      = ["tickets.kind", "tickets.resolved_at"]
definition.zh = """统计期内受理、已修复、部位明确且修复后已满 30 天的报修中，30 天内同一部位同一子类再次报修的比例，计在前一次工单的月份、维修单位和处理人名下。修复后未满 30 天的和部位不明的另列。"""
definition.en = """Share of the repairs opened in the period, resolved, at a usable place and with 30 full days since, whose fault recurred within 30 days; charged to the month, vendor and handler of the first ticket. Unfinished windows and repairs without a usable place are shown apart."""
--- */
with repairs as (
    select
        *,
        case when subcategory = '未填' then category else subcategory end as fault
    from warehouse.tickets
    where
        kind = 'repair'
        and opened_at < $as_of
        and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
),

in_sequence as (
    select
        *,
        lead(opened_at) over (
            partition by place_id, fault order by opened_at, ticket_id
        ) as next_opened_at
    from repairs
)

select
    ticket_id as evidence_id,
    opened_at as occurred_at,
    community,
    building,
    category,
    subcategory,
    priority,
    channel,
    business_type,
    vendor,
    handler,
    cluster_id as cluster,
    case
        when place_id is null then 'no_usable_place'
        when date_diff('second', resolved_at, $as_of) < $repeat_window_days * 86400 then 'not_yet_due'
    end as set_apart,
    case
        when
            next_opened_at >= resolved_at
            and date_diff('second', resolved_at, next_opened_at) <= $repeat_window_days * 86400
            then 1
        else 0
    end as numerator,
    1 as denominator
from in_sequence
where
    opened_at >= $start
    and opened_at < $end
    and resolved_at < $as_of
