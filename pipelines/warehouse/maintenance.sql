-- one row per maintenance that was due, of one asset and item
with maintenance as (
    select * from staging.maintenance
),

assets as (
    select * from warehouse.assets
)

select
    maintenance.maintenance_id,
    maintenance.task_id,
    maintenance.planned_on,
    maintenance.done_at,
    maintenance.is_completed,
    maintenance.is_completed and count(maintenance.done_at) over () = 0 as is_completion_undated,
    maintenance.is_cancelled,
    coalesce(maintenance.community, assets.community, '未填') as community,
    coalesce(maintenance.building, assets.building, '未填') as building,
    maintenance.asset_id,
    coalesce(maintenance.asset_name, assets.name) as asset_name,
    coalesce(maintenance.system, assets.system, '未填') as system,
    maintenance.item,
    maintenance.vendor,
    maintenance.maintained_by,
    maintenance.cost,
    maintenance.source_file_id,
    maintenance.source_row
from maintenance
left join assets on maintenance.asset_id = assets.asset_id
order by
    maintenance.planned_on,
    maintenance.maintenance_id
