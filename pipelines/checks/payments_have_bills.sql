/* ---
severity = "warn"
sentence.zh = "有 {count} 笔实收找不到对应的账单，不计入收缴。"
sentence.en = "{count} payments have no bill; they count in no collection rate."
--- */
select payments.payment_id
from warehouse.payments
left join warehouse.bills on payments.bill_id = bills.bill_id
where bills.bill_id is null
