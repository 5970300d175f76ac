/* ---
severity = "warn"
sentence.zh = "有 {count} 条活动、通知或巡检的部分大于整体（如参与户数多于邀请户数），请核对。"
sentence.en = "{count} activities, notices or inspections have a part above its whole, such as more homes present than invited."
--- */
select activity_id as row_id
from warehouse.activities
where attended_households > invited_households
union all
select notice_id as row_id
from warehouse.notices
where
    delivered_households > target_households
    or read_households > delivered_households
union all
select inspection_id as row_id
from warehouse.inspections
where rectified_count > finding_count
