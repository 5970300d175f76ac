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
definition.en = """Of what is due, less waivers, on bills whose fee period begins in the period, the share on bills registered as paid by instalments; their number and what has been collected on them are shown apart. Whether a bill is paid by instalments is as of the export. Property service fees only; other classes of fees are counted apart."""
--- */
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
from warehouse.bill_states
where
    moved_on < $as_of
    and next_moved_on >= $as_of
    and period_start >= $start
    and period_start < $end
