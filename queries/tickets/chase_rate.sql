/* ---
title         = { zh = "催单率", en = "Chase rate" }
section       = "repairs_and_complaints.repeat_faults"
unit          = "percent"
better        = "lower"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["no_usable_place"]
parameters    = { repeat_window_days = 30 }
requires      = ["tickets.kind", "tickets.resolved_at"]
definition.zh = """统计期内受理、部位明确的报修中，前一次尚未修复又重复报修（催单）的比例。同一部位、同一子类和 30 天的规则同重复报修率。"""
definition.en = """Share of the repairs opened in the period at a usable place that were repeats while the previous one was still open. Place, subcategory and the 30 days are as in the repeat fault rate."""
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
        lag(opened_at) over (
            partition by place_id, fault order by opened_at, ticket_id
        ) as previous_opened_at,
        lag(coalesce(resolved_at, closed_at)) over (
            partition by place_id, fault order by opened_at, ticket_id
        ) as previous_ended_at
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
    cluster_id as cluster,
    case when place_id is null then 'no_usable_place' end as set_apart,
    case
        when
            date_diff('second', previous_opened_at, opened_at) <= $repeat_window_days * 86400
            and (previous_ended_at is null or previous_ended_at > opened_at)
            then 1
        else 0
    end as numerator,
    1 as denominator
from in_sequence
where
    opened_at >= $start
    and opened_at < $end
