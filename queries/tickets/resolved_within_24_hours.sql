/* ---
title         = { zh = "24 小时内修复率", en = "Resolved within 24 hours" }
section       = "core_services.repairs"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["not_yet_due", "negative", "unrecorded"]
parameters    = { resolution_window_hours = 24 }
requires      = ["tickets.resolved_at"]
undated       = ["tickets.is_closed_undated"]
definition.zh = """统计期内受理、到统计日已满 24 小时的工单中，受理后 24 小时内处理完成的比例。未满 24 小时的不计入并另列；已关闭而没有处理完成时间的为未记录，另列；强制结单只计入分母。"""
definition.en = """Share of the tickets opened in the period, and at least 24 hours old by the as-of date, that were resolved within 24 hours. Younger ones are shown apart; so are tickets closed without a time of resolution, which are unrecorded. Forced closures count in the denominator only."""
--- */
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
    cluster_id as cluster,
    case
        when date_diff('second', opened_at, $as_of) < $resolution_window_hours * 3600 then 'not_yet_due'
        when resolved_at < opened_at then 'negative'
        when resolved_at < $as_of or is_force_closed then null
        when closed_at < $as_of or is_closed_undated then 'unrecorded'
    end as set_apart,
    case
        when
            not is_force_closed
            and resolved_at < $as_of
            and date_diff('second', opened_at, resolved_at) <= $resolution_window_hours * 3600
            then 1
        else 0
    end as numerator,
    1 as denominator
from warehouse.tickets
where
    opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
