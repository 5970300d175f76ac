/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单带有晚于加载当日的时间。"
sentence.en = "{count} tickets have a time after the day of loading."
--- */
select ticket_id
from warehouse.tickets
where
    greatest(opened_at, dispatched_at, responded_at, arrived_at, resolved_at, closed_at)
    >= getvariable('day_after_loading')
