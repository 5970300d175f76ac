/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单状态为已关闭，却没有关闭或完成时间，按导出时状态计为闭环。"
sentence.en = "{count} tickets are closed without a closing or resolution time; they count as closed as of the export."
--- */
select
    ticket_id,
    concat('登记于 ', strftime(opened_at, '%Y-%m-%d %H:%M'), '，没有关闭时间') as detail_zh,
    concat('opened ', strftime(opened_at, '%Y-%m-%d %H:%M'), ', no closing time') as detail_en
from warehouse.tickets
where is_closed_undated
