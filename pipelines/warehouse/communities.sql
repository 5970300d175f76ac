-- one row per community and span of time in which its size held
select
    community,
    households,
    occupied_households,
    area_m2,
    coalesce(business_type, '未填') as business_type,
    valid_from,
    valid_to
from latest.communities
order by
    community asc,
    valid_from asc nulls first
