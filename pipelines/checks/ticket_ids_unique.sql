/* ---
severity = "fail"
sentence.zh = "有 {count} 个工单编号在仓库中不唯一。"
sentence.en = "{count} ticket ids are not unique in the warehouse."
--- */
select ticket_id
from warehouse.tickets
group by ticket_id
having count(*) > 1
