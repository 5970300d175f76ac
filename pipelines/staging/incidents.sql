-- one row per incident or drill: which of the two, and how long equipment stood still
with incidents as (
    select * from latest.incidents
)

select
    coalesce(
        incident_id,
        concat_ws('/', started_at, community, building, asset_id, category, title, drill_name)
    ) as incident_id,
    case
        when kind is not null then kind
        when drill_name is not null then 'drill'
        when regexp_matches(lower(concat_ws(' ', title, category)), '演练|演习|\bdrill|\bexercise') then 'drill'
        else 'incident'
    end as kind,
    coalesce(category, '未填') as category,
    coalesce(title, drill_name) as title,
    coalesce(level, '未填') as incident_level,
    started_at,
    responded_at,
    ended_at,
    community,
    building,
    place,
    system,
    asset_id,
    is_critical,
    coalesce(stop_hours, stop_minutes / 60) as stop_hours,
    people_trapped,
    injured,
    affected_households,
    participants,
    description,
    cause,
    response,
    evaluation,
    handler,
    source_file_id,
    source_row
from incidents
