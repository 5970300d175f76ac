/* ---
severity = "warn"
sentence.zh = "有 {count} 笔账单的减免或冲抵金额与减免冲抵台账的合计不符，相差共 {amount} 元，未作更正。"
sentence.en = "{count} bills whose waivers or offsets differ from the register of adjustments, by {amount} yuan; unchanged."
--- */
with adjusted as (
    select
        bill_id,
        sum(amount) as amount
    from warehouse.bill_adjustments
    where kind <> 'write_off'
    group by bill_id
),

compared as (
    select
        bills.bill_id,
        bills.amount_waived + bills.amount_offset as stated,
        adjusted.amount as registered
    from warehouse.bills
    inner join adjusted on bills.bill_id = adjusted.bill_id
)

select
    bill_id,
    registered - stated as amount,
    concat('账单 ', stated, ' 元，台账 ', registered, ' 元') as detail_zh,
    concat('bill ', stated, ' yuan, register ', registered, ' yuan') as detail_en
from compared
where registered <> stated
