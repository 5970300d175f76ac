/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单只有挂起时长，流转记录中没有挂起的起止时间，时限未扣除这些时长。"
sentence.en = "{count} tickets have paused minutes but no dated pause in the ticket events; their time limits were not moved."
--- */
select
    ticket_id,
    concat('挂起 ', cast(round(paused_minutes) as integer), ' 分钟') as detail_zh,
    concat('paused for ', cast(round(paused_minutes) as integer), ' minutes') as detail_en
from warehouse.tickets
where
    paused_minutes > 0
    and ticket_id in (select levels.ticket_id from warehouse.ticket_service_levels as levels)
    and ticket_id not in (select pauses.ticket_id from warehouse.ticket_pauses as pauses)
