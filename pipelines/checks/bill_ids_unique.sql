/* ---
severity = "fail"
sentence.zh = "有 {count} 个账单编号在仓库中不唯一。"
sentence.en = "{count} bill ids are not unique in the warehouse."
--- */
select bill_id
from warehouse.bills
group by bill_id
having count(*) > 1
