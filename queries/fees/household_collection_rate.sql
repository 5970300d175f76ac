/* ---
title         = { zh = "按户收缴率", en = "Households paid in full" }
section       = "overview.fees"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "households"
basis         = "stock"
slices        = ["community", "building", "business_type", "fee_class", "unit_state"]
headline      = { fee_class = "property" }
set_apart     = ["nothing_due", "household_unknown"]
details       = { part_payer_count = "sum", non_payer_count = "sum" }
requires      = ["bills.amount_due", ["bills.room", "bills.owner_name"], ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """年初至统计日开始的收费期间所涉及的户中，截至统计日全部付清（含冲抵）的户数占比；只付一部分的和分文未付的户数另列，不计入分子。应收减减免为零的户、账单上没有房号和业主的另列，不计入分母。按月时为年初至月末累计。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """Of the households billed for fee periods that began between the start of the year and the as-of date, the share that had paid (or offset) all of it by then. Those that paid a part and those that paid nothing are shown apart and are in no numerator. Households that owe nothing after waivers, and bills without a room or an owner, are shown apart and in no denominator. By month: from the start of the year to each month's end. Property service fees only; other classes of fees are counted apart."""
--- */
with households as (
    select
        concat_ws('/', community, building, unit, coalesce(household, bill_id), fee_class) as evidence_id,
        min(period_start) as first_period_start,
        community,
        building,
        max(business_type) as business_type,
        fee_class,
        -- the state on the household's latest bill
        substr(max(concat(cast(period_start as varchar), unit_state)), 11) as unit_state,
        count(household) as named_bill_count,
        sum(dues) as dues,
        sum(collected) as collected
    from warehouse.bill_states
    where
        moved_on < $as_of
        and next_moved_on >= $as_of
        and period_start >= $start
        and period_start < $end
    group by
        community,
        building,
        unit,
        coalesce(household, bill_id),
        fee_class
)

select
    evidence_id,
    cast(first_period_start as timestamp) as occurred_at,
    community,
    building,
    business_type,
    fee_class,
    unit_state,
    community || ' ' || building as cluster,
    case when named_bill_count > 0 then evidence_id end as pair,
    case when collected >= dues then 1 else 0 end as numerator,
    1 as denominator,
    case when collected > 0 and collected < dues then 1 else 0 end as part_payer_count,
    case when collected <= 0 and collected < dues then 1 else 0 end as non_payer_count,
    case
        when named_bill_count = 0 then 'household_unknown'
        when dues <= 0 then 'nothing_due'
    end as set_apart
from households
