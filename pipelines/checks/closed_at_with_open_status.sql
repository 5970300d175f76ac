/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单有关闭时间，状态却是未完成。"
sentence.en = "{count} tickets have a closing time but an open status."
--- */
select
    ticket_id,
    concat('关闭时间 ', strftime(closed_at, '%Y-%m-%d %H:%M')) as detail_zh,
    concat('closed at ', strftime(closed_at, '%Y-%m-%d %H:%M')) as detail_en
from warehouse.tickets
where
    closed_at is not null
    and status = 'open'
