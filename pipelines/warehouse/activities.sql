-- one row per activity
select
    coalesce(activity_id, concat_ws('/', held_on, community, name)) as activity_id,
    name,
    held_on,
    coalesce(category, '未填') as category,
    coalesce(community, '未填') as community,
    place,
    invited_households,
    attended_households,
    persons,
    person_times,
    cost,
    organiser,
    note,
    source_file_id,
    source_row
from latest.activities
order by
    held_on,
    activity_id
