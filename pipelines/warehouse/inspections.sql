-- one row per inspection that was due, at one place and of one item
with inspections as (
    select * from staging.inspections
),

assets as (
    select * from warehouse.assets
)

select
    inspections.inspection_id,
    inspections.task_id,
    inspections.planned_on,
    inspections.done_at,
    inspections.is_completed,
    inspections.is_completed and count(inspections.done_at) over () = 0 as is_completion_undated,
    inspections.is_cancelled,
    inspections.community,
    inspections.building,
    inspections.area,
    coalesce(inspections.system, assets.system, '未填') as system,
    inspections.item,
    inspections.asset_id,
    inspections.inspector,
    inspections.finding_count,
    inspections.rectified_count,
    inspections.finding,
    inspections.rectified_at,
    inspections.rectified_count > 0 and count(inspections.rectified_at) over () = 0 as is_rectification_undated,
    inspections.rectification_due_on,
    inspections.source_file_id,
    inspections.source_row
from inspections
left join assets on inspections.asset_id = assets.asset_id
order by
    inspections.planned_on,
    inspections.inspection_id
