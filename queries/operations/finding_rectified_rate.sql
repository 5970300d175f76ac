/* ---
title         = { zh = "巡检问题整改率", en = "Findings rectified" }
section       = "overview.facilities"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "system", "area", "item"]
details       = { overdue_count = "sum", undated_count = "sum" }
requires      = [["inspections.finding_count", "inspections.has_finding", "inspections.finding"], ["inspections.rectified_count", "inspections.is_rectified", "inspections.rectified_at"]]
undated       = ["inspections.is_rectification_undated"]
definition.zh = """统计期内巡检（按完成时间，没有的按计划日期）发现的问题（处）中，截至统计日已整改的比例。没有整改时间的按导出时状态计入，处数另列；超过整改期限而未整改的处数另列。证据行是有问题的巡检，一次巡检可有几处问题。"""
definition.en = """Share of the findings of inspections done in the period (by the day planned, where the time is not given) that had been rectified by the as-of date. Those rectified without a time count as they were on the day of the export, and their number is shown beside, as is that of the findings still open beyond their time limit. The evidence is one row for each inspection with findings, of which there may be several."""
--- */
with findings as (
    select
        *,
        coalesce(done_at, cast(planned_on as timestamp)) as found_at,
        case
            when rectified_at is null or rectified_at < $as_of then least(rectified_count, finding_count)
            else 0
        end as rectified_by_then
    from warehouse.inspections
    where
        finding_count > 0
        and not is_cancelled
)

select
    inspection_id as evidence_id,
    found_at as occurred_at,
    community,
    building,
    system,
    area,
    item,
    community || ' ' || building || ' ' || cast(cast(date_trunc('month', found_at) as date) as varchar) as cluster,
    rectified_by_then as numerator,
    finding_count as denominator,
    case when rectification_due_on < $as_of then finding_count - rectified_by_then else 0 end as overdue_count,
    case when rectified_at is null then rectified_by_then else 0 end as undated_count
from findings
where
    found_at >= $start
    and found_at < $end
