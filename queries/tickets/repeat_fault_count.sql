/* ---
title         = { zh = "重复报修", en = "Repeat faults" }
section       = "repairs_and_complaints.repeat_faults"
unit          = "count"
better        = "lower"
aggregate     = "count"
basis         = "flow"
slices        = ["community", "building", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
parameters    = { repeat_window_days = 30 }
requires      = ["tickets.kind"]
definition.zh = """统计期内受理的重复报修件数，即重复报修率的分子：同一部位同一子类（无子类的按类别）在前一次之后 30 天内再次报修。部位不明的和撤单的不计入。"""
definition.en = """Number of repeat repairs opened in the period, the numerator of the repeat fault rate: the same subcategory (category where there is none) at the same place within 30 days after the previous one. Repairs without a usable place and cancelled ones are left out."""
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
    case
        when place_label like '%*%' then place_label || ' ' || cast(place_id as varchar)
        else place_label
    end as place_label
from in_sequence
where
    opened_at >= $start
    and opened_at < $end
    and place_id is not null
    and date_diff(
        'second',
        case when previous_resolved_at < opened_at then previous_resolved_at else previous_opened_at end,
        opened_at
    ) <= $repeat_window_days * 86400
