/* ---
severity = "warn"
sentence.zh = "有 {count} 笔账单的应收与减免、冲抵、实收、欠费之和不符。"
sentence.en = "{count} bills whose due differs from waived + offset + paid + open as reported."
--- */
select bill_id
from warehouse.bills
where
    amount_open_reported is not null
    and amount_paid_reported is not null
    and amount_due <> amount_waived + amount_offset + amount_paid_reported + amount_open_reported
