/* ---
severity = "warn"
sentence.zh = "运营类数据有 {count} 个主键在仓库中不唯一，明细中无法区分。"
sentence.en = "{count} keys of operations data are not unique in the warehouse; their rows cannot be told apart."
--- */
with keys as (
    select 'ticket_events/' || event_id as row_id from warehouse.ticket_events
    union all
    select 'bill_adjustments/' || adjustment_id as row_id from warehouse.bill_adjustments
    union all
    select 'inspections/' || inspection_id as row_id from warehouse.inspections
    union all
    select 'maintenance/' || maintenance_id as row_id from warehouse.maintenance
    union all
    select 'incidents/' || incident_id as row_id from warehouse.incidents
    union all
    select 'vendor_reviews/' || review_id as row_id from warehouse.vendor_reviews
    union all
    select 'activities/' || activity_id as row_id from warehouse.activities
    union all
    select 'notices/' || notice_id as row_id from warehouse.notices
    union all
    select 'trainings/' || training_id as row_id from warehouse.trainings
    union all
    select 'services/' || service_id as row_id from warehouse.services
)

select row_id
from keys
group by row_id
having count(*) > 1
