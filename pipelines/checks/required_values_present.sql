/* ---
severity = "fail"
sentence.zh = "有 {count} 行缺少必需的值却进入了仓库。"
sentence.en = "{count} rows without a required value reached the warehouse."
--- */
select ticket_id as row_id
from warehouse.tickets
where ticket_id is null or opened_at is null
union all
select bill_id as row_id
from warehouse.bills
where bill_id is null or amount_due is null or period_start is null
union all
select payment_id as row_id
from warehouse.payments
where bill_id is null or amount is null
