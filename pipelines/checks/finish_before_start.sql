/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单的响应、修复或关闭早于登记，时长不计。"
sentence.en = "{count} tickets were answered, resolved or closed before they were opened; no duration is taken from them."
--- */
select ticket_id
from warehouse.tickets
where
    responded_at < opened_at
    or resolved_at < opened_at
    or closed_at < opened_at
