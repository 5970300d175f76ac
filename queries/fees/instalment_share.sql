/* ---
title         = { zh = "分期缴费占比", en = "Share under instalments" }
section       = "overview.fees"
unit          = "percent"
better        = "neutral"
aggregate     = "ratio"
base          = "money"
basis         = "flow"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
details       = { instalment_bill_count = "sum", instalment_collected_amount = "sum" }
requires      = ["bills.amount_due", "bills.is_instalment"]
undated       = ["bills.is_instalment"]
definition.zh = """收费期间在统计期内开始的账单中，登记为分期缴费的账单的应收减减免金额占比；分期账单的笔数和其中已收回的金额另列。是否分期按导出时状态。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """Of what is due, less waivers, on bills whose fee period begins in the period, the share on bills registered as paid by instalments; their number and what has been collected on them are shown apart. Whether a bill is paid by instalments is as of the export. Property service fees only; other classes of fees are seen by the slice fee_class."""
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
        bills.period_start >= $start
        and bills.period_start < $end
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
    case when is_instalment then dues else 0 end as numerator,
    dues as denominator,
    case when is_instalment then 1 else 0 end as instalment_bill_count,
    case when is_instalment then collected else 0 end as instalment_collected_amount
from capped_bills
