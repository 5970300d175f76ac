/* ---
title         = { zh = "欠费金额", en = "Arrears" }
section       = "overview.fees"
unit          = "yuan"
better        = "lower"
aggregate     = "sum"
basis         = "stock"
slices        = ["ageing", "community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
requires      = ["bills.amount_due", ["bills.due_on", "bills.period_end"], ["payments.amount", "bills.amount_paid"]]
definition.zh = """未收余额中截至统计日已过应缴日期的部分；没有应缴日期的账单以收费期间末日为准。账龄自应缴日期起算（不超过 90 天、91—180 天、181—365 天、1—2 年、2—3 年、3 年以上）。按月时为月末数。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """The part of the balance whose due date has passed by the as-of date; where a bill has none, the end of its fee period. Ageing runs from the due date (up to 90 days, 91–180, 181–365, 1–2 years, 2–3 years, over 3 years). By month: at each month's end. Property service fees only; other classes of fees are seen by the slice fee_class."""
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
),

past_due as (
    select
        *,
        amount_due - waived - settled as amount_open,
        date_diff('day', due_on, cast($as_of as date)) as days_past_due
    from known_bills
    where
        amount_due - waived - settled > 0
        and due_on < cast($as_of as date)
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
    case
        when days_past_due <= 90 then 'up_to_90_days'
        when days_past_due <= 180 then '91_to_180_days'
        when days_past_due <= 365 then '181_to_365_days'
        when days_past_due <= 730 then '1_to_2_years'
        when days_past_due <= 1095 then '2_to_3_years'
        else 'over_3_years'
    end as ageing,
    amount_open as value,
    days_past_due
from past_due
