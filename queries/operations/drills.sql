/* ---
title         = { zh = "应急演练次数", en = "Drills" }
section       = "overview.emergencies"
unit          = "count"
better        = "higher"
aggregate     = "count"
basis         = "flow"
slices        = ["category", "community"]
details       = { participant_times = "sum" }
requires      = [["incidents.kind", "incidents.is_drill"]]
definition.zh = """统计期内举行的应急演练次数；同一科目在几个项目各演练一次的按几次计。参加人次是各次相加。"""
definition.en = """Drills held in the period; the same drill in several communities counts once in each. Participants are added up over the drills."""
--- */
select
    incident_id as evidence_id,
    started_at as occurred_at,
    category,
    community,
    coalesce(participants, 0) as participant_times
from warehouse.incidents
where
    kind = 'drill'
    and started_at >= $start
    and started_at < $end
