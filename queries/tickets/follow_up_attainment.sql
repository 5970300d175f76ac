/* ---
title         = { zh = "跟踪走访达标率", en = "Visits as often as demanded" }
section       = "repairs_and_complaints.complaints"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "category", "subcategory", "channel", "business_type"]
set_apart     = ["not_yet_due", "unrecorded"]
details       = { visit_total = "sum" }
parameters    = { follow_up_visit_categories = ["邻里纠纷类"], follow_up_least_visits = 3 }
requires      = ["tickets.visit_count", "tickets.kind", ["tickets.resolved_at", "tickets.closed_at"]]
undated       = ["tickets.visit_count"]
definition.zh = """统计期内受理、要求多次上门协调的投诉（默认为邻里纠纷，类别和次数在设置中规定）中，截至统计日已办结且上门不少于规定次数（默认 3 次）的比例。未办结而次数未满的另列；已办结而没有次数的为未记录，另列；强制结单的计入分母，没有次数的按未达标计；撤单不计入。上门次数按导出时状态。"""
definition.en = """Share of the complaints opened in the period that call for several visits (neighbour disputes unless the settings say otherwise) and are settled by the as-of date that had enough of them, three unless the settings say otherwise. Unsettled ones with fewer visits so far and settled ones without a number are shown apart; forced closures without a number are missed; cancelled ones are left out. The number of visits is as it was on the day of the export."""
--- */
select
    ticket_id as evidence_id,
    opened_at as occurred_at,
    community,
    building,
    category,
    subcategory,
    channel,
    business_type,
    cluster_id as cluster,
    case
        when visit_count >= $follow_up_least_visits then null
        when is_force_closed and closed_at < $as_of then null
        when resolved_at < $as_of or closed_at < $as_of then case when visit_count is null then 'unrecorded' end
        else 'not_yet_due'
    end as set_apart,
    case when visit_count >= $follow_up_least_visits then 1 else 0 end as numerator,
    1 as denominator,
    coalesce(visit_count, 0) as visit_total
from warehouse.tickets
where
    kind = 'complaint'
    and array_contains($follow_up_visit_categories, category)
    and opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
