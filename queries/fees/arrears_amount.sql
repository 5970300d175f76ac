/* ---
title         = { zh = "欠费金额", en = "Arrears" }
section       = "overview.fees"
unit          = "yuan"
better        = "lower"
aggregate     = "sum"
basis         = "stock"
slices        = ["ageing", "community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
set_apart     = ["due_date_unknown"]
details       = { developer_held_amount = "sum", vacant_amount = "sum" }
requires      = ["bills.amount_due", ["bills.due_on", "bills.period_end"], ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """未收余额中截至统计日已过应缴日期的部分；没有应缴日期的账单以收费期间末日为准，两者都没有的另列。账龄按统计日减应缴日期的天数：不超过 90 天、91—180 天、181—365 天、1—2 年（366—730 天）、2—3 年（731—1095 天）、3 年以上。按月时为月末数。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """The part of the balance whose due date has passed by the as-of date; where a bill has none, the end of its fee period; bills with neither are shown apart. Ageing is the number of days from the due date to the as-of date: up to 90 days, 91–180, 181–365, 1–2 years (366–730 days), 2–3 years (731–1,095 days), over 3 years. By month: at each month's end. Property service fees only; other classes of fees are counted apart."""
--- */
with past_due as (
    select
        *,
        -- the as-of is the midnight after the last day known
        date_diff('day', due_on, cast($as_of as date)) - 1 as days_past_due
    from warehouse.bill_states
    where
        moved_on < $as_of
        and next_moved_on >= $as_of
        and period_start < $as_of
        and amount_open <> 0
        and (
            due_on is null
            or due_on < cast($as_of as date)
        )
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
        when due_on is null then 'due_date_unknown'
        when days_past_due <= 90 then 'up_to_90_days'
        when days_past_due <= 180 then '91_to_180_days'
        when days_past_due <= 365 then '181_to_365_days'
        when days_past_due <= 730 then '1_to_2_years'
        when days_past_due <= 1095 then '2_to_3_years'
        else 'over_3_years'
    end as ageing,
    amount_open as value,
    days_past_due,
    case when due_on is null then 'due_date_unknown' end as set_apart,
    case when unit_class = 'developer_held' then amount_open else 0 end as developer_held_amount,
    case when unit_class = 'vacant' then amount_open else 0 end as vacant_amount
from past_due
