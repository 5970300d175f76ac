/* ---
title         = { zh = "当年收缴率", en = "Collection rate" }
section       = "overview.fees"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "money"
basis         = "flow"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
details       = { due_amount = "sum", waived_amount = "sum", overpaid_amount = "sum", written_off_amount = "sum", developer_held_due_amount = "sum", developer_held_collected_amount = "sum", vacant_due_amount = "sum", vacant_collected_amount = "sum" }
requires      = ["bills.amount_due", ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """收费期间在统计期内开始的账单，截至统计日收回（含冲抵、扣除退款）的金额除以应收减减免。每张账单的收回额以其应收减减免为限，多收部分另列，预缴以后年度的不计；没有日期的减免、冲抵和收款自账单生成时计入，核销不算减免、不减少分母，并与开发商自持、空置房屋的部分一起另列。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """Paid or offset by the as-of date, less refunds, on bills whose fee period begins in the period, divided by what is due on them less waivers. Each bill counts up to its dues; what is paid beyond is shown apart, and prepayments for later years do not count. Waivers, offsets and payments without a date count from the bill's birth; a write-off is no waiver and leaves the denominator as it is; it is shown apart, and so are developer-held and vacant homes. Property service fees only; other classes of fees are counted apart."""
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
    collected as numerator,
    dues as denominator,
    amount_due as due_amount,
    amount_due - dues as waived_amount,
    settled - collected as overpaid_amount,
    written_off as written_off_amount,
    case when unit_class = 'developer_held' then dues else 0 end as developer_held_due_amount,
    case when unit_class = 'developer_held' then collected else 0 end as developer_held_collected_amount,
    case when unit_class = 'vacant' then dues else 0 end as vacant_due_amount,
    case when unit_class = 'vacant' then collected else 0 end as vacant_collected_amount
from warehouse.bill_states
where
    moved_on < $as_of
    and next_moved_on >= $as_of
    and period_start >= $start
    and period_start < $end
