/* ---
title         = { zh = "突发事件到场及时率", en = "Incidents attended in time" }
section       = "overview.emergencies"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["category", "incident_level", "community", "building", "system"]
set_apart     = ["unrecorded", "not_yet_due", "finish_before_start"]
parameters    = { incident_response_minutes = 30 }
requires      = ["incidents.responded_at"]
definition.zh = """统计期内发生的突发事件中，在时限（缺省 30 分钟）内响应到场的比例；演练不计。没有到场时间而有结束时间的另列为未记录，到场早于发生的另列，均不计入；到统计日未满时限的尚未到期，另列；满了时限仍没有到场时间的算超时。"""
definition.en = """Share of the incidents of the period to which somebody had come within the time limit (30 minutes by default); drills do not count. Those that ended without a time of arrival are shown apart as unrecorded, those with an arrival before the beginning too; those for which the limit had not passed by the as-of date are not yet due; those without an arrival beyond the limit are missed."""
--- */
with incidents as (
    select
        *,
        case when responded_at < $as_of then date_diff('second', started_at, responded_at) end as response_seconds
    from warehouse.incidents
    where
        kind = 'incident'
        and started_at >= $start
        and started_at < $end
)

select
    incident_id as evidence_id,
    started_at as occurred_at,
    category,
    incident_level,
    community,
    building,
    system,
    case
        when response_seconds < 0 then 'finish_before_start'
        when response_seconds is null and responded_at is null and ended_at < $as_of then 'unrecorded'
        when
            response_seconds is null
            and date_diff('second', started_at, $as_of) <= $incident_response_minutes * 60
            then 'not_yet_due'
    end as set_apart,
    case when response_seconds <= $incident_response_minutes * 60 then 1 else 0 end as numerator,
    1 as denominator
from incidents
