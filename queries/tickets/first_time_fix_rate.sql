/* ---
title         = { zh = "一次修复率", en = "First-time fix rate" }
section       = "core_services.repairs"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["no_usable_place", "not_yet_due"]
details       = { reported_count = "sum", reported_fixed_count = "sum" }
parameters    = { repeat_window_days = 30 }
requires      = ["tickets.kind", "tickets.resolved_at"]
undated       = ["tickets.visit_count", "tickets.is_reopened_undated"]
definition.zh = """统计期内受理、已修复、部位明确且修复后已满 30 天的报修中，一次修好的比例：没有重开、上门不超过一次（有记录时）、30 天内同一部位同一子类没有再报。修复后未满 30 天的和部位不明的另列；导出数据自带的“一次修复”为上报值，另列。上门次数和没有时间的重开按导出时状态。"""
definition.en = """Share of the repairs opened in the period, resolved, at a usable place and with 30 full days since, that were fixed at the first attempt: not reopened, at most one visit where visits are given, no recurrence within 30 days. Unfinished windows and repairs without a usable place are shown apart; a yes/no column of the export is shown beside as reported. Numbers of visits and reopenings without a time are as they were on the day of the export."""
--- */
with reopenings as (
    select distinct ticket_id
    from warehouse.reopenings
    where reopened_at < $as_of
),

repairs as (
    select
        tickets.*,
        reopenings.ticket_id is not null or tickets.is_reopened_undated as was_reopened,
        case when tickets.subcategory = '未填' then tickets.category else tickets.subcategory end as fault
    from warehouse.tickets as tickets
    left join reopenings on tickets.ticket_id = reopenings.ticket_id
    where
        tickets.kind = 'repair'
        and tickets.opened_at < $as_of
        and not (
            tickets.is_cancelled
            and coalesce(tickets.cancelled_at, tickets.closed_at, tickets.opened_at) < $as_of
        )
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
    cluster_id as cluster,
    case
        when place_id is null then 'no_usable_place'
        when date_diff('second', resolved_at, $as_of) < $repeat_window_days * 86400 then 'not_yet_due'
    end as set_apart,
    case
        when was_reopened then 0
        when visit_count > 1 then 0
        when
            next_opened_at >= resolved_at
            and date_diff('second', resolved_at, next_opened_at) <= $repeat_window_days * 86400
            then 0
        else 1
    end as numerator,
    1 as denominator,
    case when is_fixed_first_time is null then 0 else 1 end as reported_count,
    case when is_fixed_first_time then 1 else 0 end as reported_fixed_count
from in_sequence
where
    opened_at >= $start
    and opened_at < $end
    and resolved_at < $as_of
