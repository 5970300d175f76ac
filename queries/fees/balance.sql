/* ---
title         = { zh = "未收余额", en = "Balance outstanding" }
section       = "overview.fees"
unit          = "yuan"
better        = "lower"
aggregate     = "sum"
basis         = "stock"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
details       = { developer_held_amount = "sum", vacant_amount = "sum" }
requires      = ["bills.amount_due", ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """截至统计日收费期间已开始的全部账单的未收金额：应收减减免、冲抵、收款和核销，不论是否到期；多收的账单不抵减其他账单，金额为负的冲红账单相抵；核销金额另成指标，开发商自持和空置房屋的部分另列。按月时为月末数。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """What is still open at the as-of date on all bills whose fee period has begun: due less waived, offset, paid and written off, whether past due or not. Overpaid bills do not offset others; bills of a negative amount, which reverse others, do. What is written off is a metric of its own; developer-held and vacant homes are shown apart. By month: at each month's end. Property service fees only; other classes of fees are counted apart."""
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
    amount_open as value,
    case when unit_class = 'developer_held' then amount_open else 0 end as developer_held_amount,
    case when unit_class = 'vacant' then amount_open else 0 end as vacant_amount
from warehouse.bill_states
where
    moved_on < $as_of
    and next_moved_on >= $as_of
    and period_start < $as_of
    and amount_open <> 0
