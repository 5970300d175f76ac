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
definition.zh = """截至统计日收费期间已开始的账单上，收款和冲抵超过应收减减免的金额；不计入任何收缴率的分子。按月时为月末数。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """What had been paid or offset beyond the dues, by the as-of date, on bills whose fee period has begun; in no rate's numerator. By month: at each month's end. Property service fees only; other classes of fees are seen by the slice fee_class."""
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
        bills.period_start < $as_of
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
    settled - greatest(amount_due - waived, 0) as value
from known_bills
where settled > greatest(amount_due - waived, 0)
