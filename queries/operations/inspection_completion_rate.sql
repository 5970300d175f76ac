/* ---
title         = { zh = "巡检完成率", en = "Inspection completion rate" }
section       = "overview.facilities"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "system", "area", "item"]
set_apart     = ["cancelled"]
details       = { on_time_count = "sum", undated_count = "sum" }
requires      = [["inspections.done_at", "inspections.status"]]
undated       = ["inspections.is_completion_undated"]
definition.zh = """计划日期在统计期内的巡检中，截至统计日已完成的比例。取消和免检的另列、不计入；逾期后补做的计入，其中计划当日及以前完成的件数另列。已完成但没有完成时间的按导出时状态计入，件数另列。"""
definition.en = """Share of the inspections planned for the period that had been done by the as-of date. Cancelled ones are shown apart; those made up for later count, and how many were done no later than their day is shown beside. Those done without a time count as they were on the day of the export, and their number is shown beside."""
--- */
with inspections as (
    select
        *,
        case when is_completed and (done_at is null or done_at < $as_of) then 1 else 0 end as completed_count
    from warehouse.inspections
    where
        planned_on >= $start
        and planned_on < $end
)

select
    inspection_id as evidence_id,
    cast(planned_on as timestamp) as occurred_at,
    community,
    building,
    system,
    area,
    item,
    community || ' ' || building || ' ' || cast(cast(date_trunc('month', planned_on) as date) as varchar) as cluster,
    case when is_cancelled then 'cancelled' end as set_apart,
    completed_count as numerator,
    1 as denominator,
    case when cast(done_at as date) <= planned_on then completed_count else 0 end as on_time_count,
    case when done_at is null then completed_count else 0 end as undated_count
from inspections
