/* ---
title         = { zh = "减免率", en = "Waiver rate" }
section       = "overview.fees"
unit          = "percent"
better        = "neutral"
aggregate     = "ratio"
base          = "money"
basis         = "flow"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
details       = { waived_bill_count = "sum" }
requires      = ["bills.amount_due", ["bills.amount_waived", "bill_adjustments.amount"]]
undated       = ["bill_adjustments.is_undated"]
definition.zh = """收费期间在统计期内开始的账单，截至统计日减免的金额除以应收金额；每张账单的减免以其应收为限，没有日期的减免自账单生成时计入，冲抵和核销不算减免。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """What had been waived by the as-of date on bills whose fee period begins in the period, divided by the amount due on them. A bill's waiver counts up to its amount due, one without a date from the bill's birth; offsets and write-offs are no waivers. Property service fees only; other classes of fees are counted apart."""
--- */
with waivers as (
    select
        bill_id,
        sum(amount) as waived
    from warehouse.bill_adjustments
    where
        kind = 'waiver'
        and (
            adjusted_on is null
            or adjusted_on < $as_of
        )
    group by bill_id
),

waived_bills as (
    select
        bills.*,
        case
            when bills.amount_due < 0 then 0
            else least(coalesce(waivers.waived, 0), bills.amount_due)
        end as waived
    from warehouse.bills as bills
    left join waivers on bills.bill_id = waivers.bill_id
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
    waived as numerator,
    amount_due as denominator,
    case when waived > 0 then 1 else 0 end as waived_bill_count
from waived_bills
