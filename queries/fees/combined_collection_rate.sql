/* ---
title         = { zh = "综合收缴率", en = "Combined collection rate" }
section       = "overview.fees"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "money"
basis         = "stock"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
requires      = ["bills.amount_due", ["payments.amount", "bills.amount_paid"]]
definition.zh = """当年收缴率与清欠率的分子之和除以分母之和：年初至统计日在当年账单和往年欠费上收回的金额，除以当年应收减减免与年初未收余额减本年减免之和。按月时为年初至月末累计。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """The numerators of the collection rate and the arrears recovery rate added up, divided by both denominators added up. By month: from the start of the year to each month's end. Property service fees only; other classes of fees are seen by the slice fee_class."""
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
    where bills.period_start < $end
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
    collectable as denominator
from shares
where
    collectable <> 0
    or collected <> 0
