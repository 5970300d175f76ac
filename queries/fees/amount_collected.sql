/* ---
title         = { zh = "收回金额", en = "Amount collected" }
section       = "overview.fees"
unit          = "yuan"
better        = "higher"
aggregate     = "sum"
basis         = "flow"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
details       = { overpaid_amount = "sum" }
requires      = ["bills.amount_due", ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """收费期间在统计期内开始的账单，截至统计日收回（含冲抵、扣除退款）的金额。每张账单的收回额以其应收减减免为限，多收部分另列，预缴以后年度的不计；没有日期的减免、冲抵和收款自账单生成时计入，核销不算减免。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """What had been paid or offset by the as-of date, less refunds, on bills whose fee period begins in the period. Each bill counts up to its dues; what is paid beyond is shown apart, and prepayments for later years do not count. Waivers, offsets and payments without a date count from the bill's birth; a write-off is no waiver. Property service fees only; other classes of fees are counted apart."""
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
    collected as value,
    settled - collected as overpaid_amount
from warehouse.bill_states
where
    moved_on < $as_of
    and next_moved_on >= $as_of
    and period_start >= $start
    and period_start < $end
