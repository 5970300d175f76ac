-- one row per service: which household it was for, and whether for somebody who needs special care
with services as (
    select * from latest.services
)

select
    coalesce(
        service_id,
        concat_ws('/', served_on, item, community, room, owner_name, resident_group, running_number)
    ) as service_id,
    served_on,
    item,
    coalesce(community, '未填') as community,
    coalesce(building, '未填') as building,
    unit,
    room,
    coalesce(room, owner_name) as household,
    coalesce(resident_group, '未填') as resident_group,
    coalesce(
        not regexp_matches(lower(resident_group), '^(普通|一般|全体|业主|住户|居民|其他|general|all|ordinary|none|other)'),
        false
    ) as is_special_group,
    coalesce(service_count, 1) as service_count,
    coalesce(served_by, '未填') as served_by,
    fee,
    source_file_id,
    source_row
from services
