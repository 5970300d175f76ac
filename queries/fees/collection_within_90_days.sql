/* ---
title         = { zh = "期满后 90 天内收缴率", en = "Collected within 90 days of the period's end" }
section       = "overview.fees"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "money"
basis         = "flow"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
set_apart     = ["too_young", "period_end_unknown"]
details       = { due_amount = "sum", waived_amount = "sum" }
parameters    = { collection_window_days = 90 }
requires      = ["bills.amount_due", "bills.period_end", ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """收费期间在统计期内开始的账单，到收费期间末日后第 90 天为止收回（含冲抵、扣除退款）的金额除以应收减减免；减免也算到同一天。每张账单都在同样的账龄上计算，月份之间可以相比；截至统计日期满不足 90 天的账单、没有期间末日的账单另列。每张账单的收回额以其应收减减免为限，多收部分另列，预缴以后年度的不计；没有日期的减免、冲抵和收款自账单生成时计入，核销不算减免。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """Paid or offset up to the 90th day after the last day of the fee period, less refunds, on bills whose fee period begins in the period, divided by what is due on them less what had been waived by that same day. Every bill is seen at the same age, so months can be compared; bills whose period ended less than 90 days before the as-of date, and those without a last day, are shown apart. Each bill counts up to its dues; what is paid beyond is shown apart, and prepayments for later years do not count. Waivers, offsets and payments without a date count from the bill's birth; a write-off is no waiver. Property service fees only; other classes of fees are counted apart."""
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
    case
        when period_end is null then 'period_end_unknown'
        when date_diff('day', period_end, cast($as_of as date)) <= $collection_window_days then 'too_young'
    end as set_apart
from warehouse.bill_states
where
    period_start >= $start
    and period_start < $end
    -- the bill's last movement of its window, and the next one after it
    and moved_on < $as_of
    and coalesce(date_diff('day', period_end, moved_on), 0) <= $collection_window_days
    and (
        next_moved_on >= $as_of
        or coalesce(date_diff('day', period_end, next_moved_on), 0) > $collection_window_days
    )
