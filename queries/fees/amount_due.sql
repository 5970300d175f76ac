/* ---
title         = { zh = "应收金额", en = "Amount due" }
section       = "overview.fees"
unit          = "yuan"
better        = "neutral"
aggregate     = "sum"
basis         = "flow"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
requires      = ["bills.amount_due"]
definition.zh = """收费期间在统计期内开始的账单应收金额，减免前；一个收费期间整个归入其开始日所在的年份，金额为负的冲红账单相抵。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """Amounts billed on fee periods that begin in the period, before waivers; a fee period belongs whole to the year in which it begins, and bills of a negative amount, which reverse others, are set against them. Property service fees only; other classes of fees are counted apart."""
--- */
select
    bill_id as evidence_id,
    cast(period_start as timestamp) as occurred_at,
    community,
    building,
    business_type,
    fee_class,
    fee_item,
    unit_state,
    payment_channel,
    amount_due as value
from warehouse.bills
where
    period_start >= $start
    and period_start < $end
