/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单与几分钟前同一人、同一处、同类的工单相近，疑似重复登记，未剔除。"
sentence.en = "{count} tickets look like repeats of one registered minutes before; they are kept."
--- */
select ticket_id
from warehouse.tickets
where is_near_duplicate
