/* ---
title         = { zh = "突发事件起数", en = "Incidents" }
section       = "overview.emergencies"
unit          = "count"
better        = "lower"
aggregate     = "count"
basis         = "flow"
slices        = ["category", "incident_level", "community", "building", "system"]
details       = { affected_households = "sum", people_trapped = "sum", injured = "sum" }
requires      = [["incidents.kind", "incidents.is_incident"]]
definition.zh = """统计期内发生的突发事件起数，可按类型细分；演练不计。影响户数是各起相加（户次），被困、受伤人数另列。"""
definition.en = """Incidents that happened in the period, and can be split by type; drills do not count. Households affected are added up over incidents; people trapped and injured are shown beside."""
--- */
select
    incident_id as evidence_id,
    started_at as occurred_at,
    category,
    incident_level,
    community,
    building,
    system,
    coalesce(affected_households, 0) as affected_households,
    coalesce(people_trapped, 0) as people_trapped,
    coalesce(injured, 0) as injured
from warehouse.incidents
where
    kind = 'incident'
    and started_at >= $start
    and started_at < $end
