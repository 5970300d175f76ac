/* ---
title         = { zh = "核销金额", en = "Amount written off" }
section       = "overview.fees"
unit          = "yuan"
better        = "neutral"
aggregate     = "sum"
basis         = "stock"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
requires      = ["bills.amount_due", "bill_adjustments.amount", ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """截至统计日已核销、未再收回的金额，每张账单以核销前的未收金额为限；已从未收余额和欠费中剔除，但不减少当年收缴率的分母，也不算收回。按月时为月末数。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """What had been written off by the as-of date and has not been paid since, each bill up to what was open on it. It has left the balance and the arrears, but neither lowers the denominator of the collection rate nor counts as collected. By month: at each month's end. Property service fees only; other classes of fees are counted apart."""
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
    written_off as value
from warehouse.bill_states
where
    moved_on < $as_of
    and next_moved_on >= $as_of
    and period_start < $as_of
    and written_off > 0
