/* ---
title         = { zh = "欠费账龄", en = "Ageing of arrears" }
section       = "overview.fees"
unit          = "yuan"
better        = "lower"
aggregate     = "sum"
basis         = "stock"
slices        = ["ageing", "community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
set_apart     = ["due_date_unknown"]
details       = { over_1_year_amount = "sum", over_3_years_amount = "sum", longest_days_past_due = "max" }
requires      = ["bills.amount_due", ["bills.due_on", "bills.period_end"], ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """欠费金额按账龄的分布，各账龄之和等于欠费金额；一年以上和三年以上的合计另列。账龄按统计日减应缴日期的天数：不超过 90 天、91—180 天、181—365 天、1—2 年（366—730 天）、2—3 年（731—1095 天）、3 年以上；没有应缴日期的账单以收费期间末日为准，两者都没有的另列。按月时为月末数。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """The arrears by their age; the ages add up to the arrears. Those over one year and over three years are also shown as sums. Ageing is the number of days from the due date to the as-of date: up to 90 days, 91–180, 181–365, 1–2 years (366–730 days), 2–3 years (731–1,095 days), over 3 years; where a bill has no due date, from the end of its fee period; bills with neither are shown apart. By month: at each month's end. Property service fees only; other classes of fees are counted apart."""
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
    case when due_on is null then 'due_date_unknown' end as set_apart,
    case when days_past_due > 365 then amount_open else 0 end as over_1_year_amount,
    case when days_past_due > 1095 then amount_open else 0 end as over_3_years_amount,
    days_past_due as longest_days_past_due
from past_due
