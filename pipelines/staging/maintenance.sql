-- one row per maintenance that was due: whether it was done
with maintenance as (
    select * from latest.maintenance
),

judged as (
    select
        *,
        coalesce(status = 'cancelled', false) as is_cancelled,
        coalesce(status = 'done', false) or done_at is not null as is_done
    from maintenance
)

select
    concat_ws(
        '/',
        coalesce(maintenance_id, concat_ws('/', planned_on, community, building, asset_name, running_number)),
        asset_id,
        item
    ) as maintenance_id,
    maintenance_id as task_id,
    planned_on,
    done_at,
    is_done and not is_cancelled as is_completed,
    is_cancelled,
    community,
    building,
    asset_id,
    asset_name,
    system,
    coalesce(item, '未填') as item,
    coalesce(vendor, '未填') as vendor,
    coalesce(maintained_by, '未填') as maintained_by,
    cost,
    source_file_id,
    source_row
from judged
