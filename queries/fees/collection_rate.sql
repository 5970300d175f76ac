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
details       = { due_amount = "sum", waived_amount = "sum", overpaid_amount = "sum" }
requires      = ["bills.amount_due", ["payments.amount", "bills.amount_paid"]]
definition.zh = """收费期间在统计期内开始的账单，截至统计日收回（含冲抵、扣除退款）的金额除以应收减减免。每张账单的收回额以其应收减减免为限，多收部分另列，预缴以后年度的不计；没有日期的减免、冲抵和收款自账单生成时计入。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """Paid or offset by the as-of date, less refunds, on bills whose fee period begins in the period, divided by what is due on them less waivers. Each bill counts up to its dues; what is paid beyond is shown apart, and prepayments for later years do not count. Waivers, offsets and payments without a date count from the bill's birth. Property service fees only; other classes of fees are seen by the slice fee_class."""
--- */
with payments_known as (
    select
        bill_id,
        sum(amount) as paid
    from warehouse.payments
    where
        paid_on is null
        or paid_on < $as_of
    group by bill_id
),

known_bills as (
    select
        bills.*,
        case when bills.waived_on is null or bills.waived_on < $as_of then bills.amount_waived else 0 end as waived,
        coalesce(payments_known.paid, 0)
        + case when bills.offset_on is null or bills.offset_on < $as_of then bills.amount_offset else 0 end as settled
    from warehouse.bills as bills
    left join payments_known on bills.bill_id = payments_known.bill_id
    where
        bills.period_start >= $start
        and bills.period_start < $end
)

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
    least(settled, greatest(amount_due - waived, 0)) as numerator,
    greatest(amount_due - waived, 0) as denominator,
    amount_due as due_amount,
    waived as waived_amount,
    greatest(settled - greatest(amount_due - waived, 0), 0) as overpaid_amount
from known_bills
