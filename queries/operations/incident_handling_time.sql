/* ---
title         = { zh = "突发事件处置用时", en = "Time to handle an incident" }
section       = "overview.emergencies"
unit          = "hours"
better        = "lower"
aggregate     = "duration"
basis         = "flow"
slices        = ["category", "incident_level", "community", "building", "system"]
set_apart     = ["unrecorded"]
requires      = ["incidents.ended_at"]
definition.zh = """统计期内发生的突发事件从发生到结束（恢复）的小时数；演练不计。一半的事件在中位数以内结束；到统计日尚未结束的按已历时截尾，不舍弃（Kaplan–Meier）。没有结束时间的另列为未记录。"""
definition.en = """Hours from the beginning of an incident of the period to its end; drills do not count. Half of them had ended within the median; those that had not ended by the as-of date are censored there and not dropped (Kaplan–Meier). Those without an end are shown apart as unrecorded."""
--- */
select
    incident_id as evidence_id,
    started_at as occurred_at,
    category,
    incident_level,
    community,
    building,
    system,
    case when ended_at is null then 'unrecorded' end as set_apart,
    date_diff('second', started_at, case when ended_at < $as_of then ended_at else $as_of end) / 3600.0 as hours,
    case when ended_at < $as_of then 1 else 0 end as ended
from warehouse.incidents
where
    kind = 'incident'
    and started_at >= $start
    and started_at < $end
