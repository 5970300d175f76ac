/* ---
title         = { zh = "重复投诉率", en = "Repeat complaint rate" }
section       = "repairs_and_complaints.complaints"
unit          = "percent"
better        = "lower"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "category", "subcategory", "channel", "business_type", "handler"]
set_apart     = ["no_usable_place"]
parameters    = { repeat_window_days = 30 }
requires      = ["tickets.kind"]
definition.zh = """统计期内受理、住户或部位明确的投诉中，同一住户或同一部位就同一子类（无子类的按类别）在前一次之后 30 天内再次投诉的比例。前一次的认定和 30 天的起算同重复报修率，跨年追溯。住户和部位不明的另列；撤单不计入。"""
definition.en = """Share of the complaints opened in the period from a known home or place that came within 30 days after the previous one of the same subcategory (category where there is none) from there. Which one is the previous, and from when the 30 days run, is as in the repeat fault rate, across the year boundary. Complaints without a usable place are shown apart; cancelled ones are left out."""
--- */
with complaints as (
    select
        *,
        case when subcategory = '未填' then category else subcategory end as matter
    from warehouse.tickets
    where
        kind = 'complaint'
        and opened_at < $as_of
        and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
),

in_sequence as (
    select
        *,
        lag(opened_at) over (
            partition by place_id, matter order by opened_at, ticket_id
        ) as previous_opened_at,
        lag(resolved_at) over (
            partition by place_id, matter order by opened_at, ticket_id
        ) as previous_resolved_at
    from complaints
)

select
    ticket_id as evidence_id,
    opened_at as occurred_at,
    community,
    building,
    category,
    subcategory,
    channel,
    business_type,
    handler,
    cluster_id as cluster,
    case
        when place_label like '%*%' then place_label || ' ' || cast(place_id as varchar)
        else place_label
    end as place_label,
    case when place_id is null then 'no_usable_place' end as set_apart,
    case
        when
            date_diff(
                'second',
                case when previous_resolved_at < opened_at then previous_resolved_at else previous_opened_at end,
                opened_at
            ) <= $repeat_window_days * 86400
            then 1
        else 0
    end as numerator,
    1 as denominator
from in_sequence
where
    opened_at >= $start
    and opened_at < $end
