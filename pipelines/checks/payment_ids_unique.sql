/* ---
severity = "fail"
sentence.zh = "有 {count} 个实收编号在仓库中不唯一。"
sentence.en = "{count} payment ids are not unique in the warehouse."
--- */
select payment_id
from warehouse.payments
group by payment_id
having count(*) > 1
