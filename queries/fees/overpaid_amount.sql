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
definition.en = """What had been paid or offset beyond the dues, by the as-of date, on bills whose fee period has begun; in no rate's numerator. By month: at each month's end. Property service fees only; other classes of fees are seen by the slice fee_class."""
--- */
with movements as (
    select
        bill_id,
        paid_on as moved_on,
        amount as settled,
        0 as waived
    from warehouse.payments
    union all
    select
        bill_id,
        adjusted_on as moved_on,
        case when kind = 'offset' then amount else 0 end as settled,
        case when kind = 'waiver' then amount else 0 end as waived
    from warehouse.bill_adjustments
),

known as (
    select
        bill_id,
        sum(settled) as settled,
        sum(waived) as waived
    from movements
    where
        moved_on is null
        or moved_on < $as_of
    group by bill_id
),

known_bills as (
    select
        bills.*,
        coalesce(known.settled, 0) as settled,
        case
            when bills.amount_due < 0 then bills.amount_due
            else greatest(bills.amount_due - coalesce(known.waived, 0), 0)
        end as dues
    from warehouse.bills as bills
    left join known on bills.bill_id = known.bill_id
    where
        bills.period_start < $as_of
),

capped_bills as (
    select
        *,
        case
            when dues < 0 then greatest(least(settled, 0), dues)
            else least(settled, dues)
        end as collected
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
    settled - collected as value
from capped_bills
where settled <> collected
