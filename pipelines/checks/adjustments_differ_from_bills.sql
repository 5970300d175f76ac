/* ---
severity = "warn"
sentence.zh = "有 {count} 笔账单的减免或冲抵金额与减免冲抵台账的合计不符，相差共 {amount} 元，按两者中较大的计入。"
sentence.en = "{count} bills whose waivers or offsets differ from the register of adjustments, by {amount} yuan; the larger sum counts."
--- */
with registered as (
    select
        bill_id,
        coalesce(sum(case when kind = 'waiver' then amount end), 0) as amount_waived,
        coalesce(sum(case when kind = 'offset' then amount end), 0) as amount_offset
    from warehouse.bill_adjustments
    where
        kind <> 'write_off'
        and not is_derived
    group by bill_id
),

compared as (
    select
        bills.bill_id,
        bills.amount_waived + bills.amount_offset as stated,
        registered.amount_waived + registered.amount_offset as registered
    from warehouse.bills
    inner join registered on bills.bill_id = registered.bill_id
    where
        bills.amount_waived <> registered.amount_waived
        or bills.amount_offset <> registered.amount_offset
)

select
    bill_id,
    registered - stated as amount,
    concat('账单 ', stated, ' 元，台账 ', registered, ' 元') as detail_zh,
    concat('bill ', stated, ' yuan, register ', registered, ' yuan') as detail_en
from compared
