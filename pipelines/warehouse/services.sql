-- one row per service given to a household
select
    service_id,
    served_on,
    item,
    community,
    building,
    unit,
    room,
    household,
    resident_group,
    is_special_group,
    service_count,
    served_by,
    fee,
    source_file_id,
    source_row
from staging.services
order by
    served_on,
    service_id
