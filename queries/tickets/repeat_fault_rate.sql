/* ---
title         = { zh = "重复报修率", en = "Repeat fault rate" }
section       = "repairs_and_complaints.repeat_faults"
unit          = "percent"
better        = "lower"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["no_usable_place"]
parameters    = { repeat_window_days = 30 }
requires      = ["tickets.kind"]
definition.zh = """统计期内受理、部位明确的报修中，同一部位同一子类（无子类的按类别）在前一次之后 30 天（30×86,400 秒）内再次报修的比例。前一次指同一部位上最近一次较早的受理，跨年追溯；前一次已在本次受理前修复的，从修复时起算，否则从其受理时起算。部位不明的另列；撤单不计入。"""
definition.en = """Share of the repairs opened in the period at a usable place that came within 30 days (30 × 86,400 seconds) after the previous repair of the same subcategory (category where there is none) at the same place. The previous one is the latest earlier opening there, across the year boundary; the window runs from its resolution if that lies before this opening, else from its opening. Repairs without a usable place are shown apart; cancelled ones are left out."""
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
        lag(resolved_at) over (
            partition by place_id, fault order by opened_at, ticket_id
        ) as previous_resolved_at
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
