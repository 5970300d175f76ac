-- one row per year, figure that no system holds and, where it is told apart, community
select
    cast(year(facts.year) as integer) as year,
    name,
    -- 80.6 % as a share has no exact binary form
    round(value, 8) as value,
    unit,
    coalesce(community, '未填') as community,
    source,
    person,
    recorded_on,
    note,
    source_file_id,
    source_row
from latest.facts
order by
    year,
    name,
    community
