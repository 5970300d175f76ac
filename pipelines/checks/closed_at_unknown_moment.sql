/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单状态为已关闭，却没有关闭或完成时间，按导出时状态计为闭环。"
sentence.en = "{count} tickets are closed without a closing or resolution time; they count as closed as of the export."
--- */
select ticket_id
from warehouse.tickets
where is_closed_undated
