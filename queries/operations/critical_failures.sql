/* ---
title         = { zh = "关键设备停运次数", en = "Failures of critical equipment" }
section       = "overview.facilities"
unit          = "count"
better        = "lower"
aggregate     = "count"
basis         = "flow"
slices        = ["community", "building", "system", "category"]
details       = { stop_hours = "sum", longest_stop_hours = "max", stop_hours_unknown_count = "sum", people_trapped = "sum" }
requires      = [["incidents.is_critical", "incidents.stop_hours", "incidents.stop_minutes"]]
definition.zh = """统计期内发生的关键设备停运事件的次数，演练不计。导出数据标明关键设备的以标注为准；完全没有标注的，停运时长大于零的事件都算。停运小时（合计、最长）截至统计日：有停运时长的用它，没有的由发生到恢复计算，到统计日尚未恢复的算到统计日；无法得知时长的次数另列。被困人数另列。"""
definition.en = """Failures of critical equipment that happened in the period; drills do not count. What the export marks as critical is; where nothing is marked, every incident counts in which equipment stood still. The hours out of service (sum and longest) are those by the as-of date: as the export gives them, else from beginning to end, and up to the as-of date where it was not back in service by then; failures of unknown length are counted beside, as are the people trapped."""
--- */
with marks as (
    select count(is_critical) as mark_count
    from warehouse.incidents
),

failures as (
    select
        incidents.*,
        case
            when incidents.ended_at >= $as_of then date_diff('second', incidents.started_at, $as_of) / 3600.0
            when incidents.stop_hours is not null then incidents.stop_hours
            when incidents.ended_at >= incidents.started_at
                then date_diff('second', incidents.started_at, incidents.ended_at) / 3600.0
        end as hours_by_then
    from warehouse.incidents as incidents
    cross join marks
    where
        incidents.kind = 'incident'
        and incidents.started_at >= $start
        and incidents.started_at < $end
        and case
            when marks.mark_count > 0 then coalesce(incidents.is_critical, false)
            else coalesce(incidents.stop_hours > 0, false)
        end
)

select
    incident_id as evidence_id,
    started_at as occurred_at,
    community,
    building,
    system,
    category,
    coalesce(hours_by_then, 0) as stop_hours,
    coalesce(hours_by_then, 0) as longest_stop_hours,
    case when hours_by_then is null then 1 else 0 end as stop_hours_unknown_count,
    coalesce(people_trapped, 0) as people_trapped
from failures
