/* ---
severity = "warn"
sentence.zh = "有 {count} 笔实收找不到对应的账单，共 {amount} 元，不计入收缴。请补导这些账单。"
sentence.en = "{count} payments have no bill, {amount} yuan in all; they count in no collection rate. Export the bills too."
--- */
select
    payments.payment_id,
    payments.amount,
    concat_ws('，', '账单 ' || payments.bill_id, payments.paid_on, payments.amount || ' 元') as detail_zh,
    concat_ws(', ', 'bill ' || payments.bill_id, payments.paid_on, payments.amount || ' yuan') as detail_en
from warehouse.payments
left join warehouse.bills on payments.bill_id = bills.bill_id
where bills.bill_id is null
