-- one row per inspection that was due: whether it was done, what it found, and what of that was put right
with inspections as (
    select * from latest.inspections
),

judged as (
    select
        *,
        coalesce(status = 'cancelled', false) as is_cancelled,
        coalesce(status = 'done', false) or done_at is not null as is_done,
        coalesce(
            finding_count,
            case
                when coalesce(has_finding, finding is not null) or is_rectified or rectified_at is not null then 1
                else 0
            end
        ) as findings
    from inspections
)

select
    concat_ws(
        '/',
        coalesce(inspection_id, concat_ws('/', planned_on, community, building, asset_id, running_number)),
        area,
        item
    ) as inspection_id,
    inspection_id as task_id,
    planned_on,
    done_at,
    is_done and not is_cancelled as is_completed,
    is_cancelled,
    coalesce(community, '未填') as community,
    coalesce(building, '未填') as building,
    coalesce(area, '未填') as area,
    system,
    coalesce(item, '未填') as item,
    asset_id,
    coalesce(inspector, '未填') as inspector,
    findings as finding_count,
    coalesce(rectified_count, case when is_rectified or rectified_at is not null then findings else 0 end)
        as rectified_count,
    finding,
    rectified_at,
    rectification_due_on,
    source_file_id,
    source_row
from judged
