/* ---
title         = { zh = "30 天内闭环率", en = "Closed within 30 days" }
section       = "repairs_and_complaints.closure"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["not_yet_due", "closed_undated"]
parameters    = { closure_window_days = 30 }
requires      = ["tickets.closed_at"]
definition.zh = """统计期内受理、到统计日已满 30 天的工单中，受理后 30 天内关闭的比例。未满 30 天的不论是否关闭都不计入并另列，因此各月同龄可比；关闭时间不明的另列；强制结单只计入分母。"""
definition.en = """Share of the tickets opened in the period, and at least 30 days old by the as-of date, that were closed within 30 days. Younger ones stay out, closed or not, and are shown apart, so that every month is seen at the same age. Closures at an unknown moment are shown apart; forced closures count in the denominator only."""
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
    case
        when date_diff('second', opened_at, $as_of) < $closure_window_days * 86400 then 'not_yet_due'
        when is_closed_undated and not is_force_closed then 'closed_undated'
    end as set_apart,
    case
        when
            not is_force_closed
            and closed_at < $as_of
            and date_diff('second', opened_at, closed_at) <= $closure_window_days * 86400
            then 1
        else 0
    end as numerator,
    1 as denominator
from warehouse.tickets
where
    opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
