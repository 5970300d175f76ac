/* ---
title         = { zh = "清欠率", en = "Arrears recovery rate" }
section       = "overview.fees"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "money"
basis         = "stock"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
details       = { opening_amount = "sum", waived_amount = "sum" }
requires      = ["bills.amount_due", ["payments.amount", "bills.amount_paid"]]
definition.zh = """收费期间在年初以前开始的账单，年初至统计日收回（含冲抵、扣除退款）的金额，除以年初未收余额减本年减免。按月时为年初至月末累计。没有日期的减免、冲抵和收款自账单生成时计入，不算本年。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """Paid or offset between the start of the year and the as-of date, less refunds, on bills whose fee period began before the year, divided by what was open on them at the start of the year less what was waived this year. By month: from the start of the year to each month's end. Waivers, offsets and payments without a date count from the bill's birth, not in this year. Property service fees only; other classes of fees are seen by the slice fee_class."""
--- */
with payments_known as (
    select
        bill_id,
        sum(amount) as paid,
        sum(case when paid_on is null or paid_on < $start then amount else 0 end) as paid_before
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
        case when bills.waived_on is null or bills.waived_on < $start then bills.amount_waived else 0 end
            as waived_before,
        coalesce(payments_known.paid, 0)
        + case when bills.offset_on is null or bills.offset_on < $as_of then bills.amount_offset else 0 end as settled,
        case
            when bills.period_start >= $start then 0
            else
                coalesce(payments_known.paid_before, 0)
                + case when bills.offset_on is null or bills.offset_on < $start then bills.amount_offset else 0 end
        end as settled_before
    from warehouse.bills as bills
    left join payments_known on bills.bill_id = payments_known.bill_id
    where bills.period_start < $start
),

shares as (
    select
        *,
        greatest(amount_due - waived_before - settled_before, 0) as opening_amount,
        least(settled, greatest(amount_due - waived, 0))
        - least(settled_before, greatest(amount_due - waived, 0)) as collected,
        greatest(amount_due - waived, 0) - least(settled_before, greatest(amount_due - waived, 0)) as collectable
    from known_bills
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
    collected as numerator,
    collectable as denominator,
    opening_amount,
    opening_amount - collectable as waived_amount
from shares
where
    collectable <> 0
    or collected <> 0
    or opening_amount <> 0
