/* ---
title         = { zh = "多收金额", en = "Amount overpaid" }
section       = "overview.fees"
unit          = "yuan"
better        = "neutral"
aggregate     = "sum"
basis         = "stock"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
requires      = ["bills.amount_due", ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """截至统计日收费期间已开始的账单上，收款和冲抵超过应收减减免的金额；不计入任何收缴率的分子。按月时为月末数。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """What had been paid or offset beyond the dues, by the as-of date, on bills whose fee period has begun; in no rate's numerator. By month: at each month's end. Property service fees only; other classes of fees are counted apart."""
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
    settled - collected as value
from warehouse.bill_states
where
    moved_on < $as_of
    and next_moved_on >= $as_of
    and period_start < $as_of
    and settled <> collected
