-- one row per incident or drill
with incidents as (
    select * from staging.incidents
),

assets as (
    select * from warehouse.assets
)

select
    incidents.incident_id,
    incidents.kind,
    incidents.kind = 'incident' as is_incident,
    incidents.kind = 'drill' as is_drill,
    incidents.category,
    incidents.title,
    incidents.incident_level,
    incidents.started_at,
    incidents.responded_at,
    incidents.ended_at,
    coalesce(incidents.community, assets.community, '未填') as community,
    coalesce(incidents.building, assets.building, '未填') as building,
    incidents.place,
    coalesce(incidents.system, assets.system, '未填') as system,
    incidents.asset_id,
    incidents.is_critical,
    incidents.stop_hours,
    incidents.people_trapped,
    incidents.injured,
    incidents.affected_households,
    incidents.participants,
    incidents.description,
    incidents.cause,
    incidents.response,
    incidents.evaluation,
    incidents.handler,
    incidents.source_file_id,
    incidents.source_row
from incidents
left join assets on incidents.asset_id = assets.asset_id
order by
    incidents.started_at,
    incidents.incident_id
