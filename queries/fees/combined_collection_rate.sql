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
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """当年收缴率与清欠率的分子之和除以分母之和：年初至统计日在当年账单和往年欠费上收回的金额，除以当年应收减减免与年初未收余额减本年减免之和。按月时为年初至月末累计。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """The numerators of the collection rate and the arrears recovery rate added up, divided by both denominators added up. By month: from the start of the year to each month's end. Property service fees only; other classes of fees are counted apart."""
--- */
with bills_seen as (
    select
        states.*,
        case
            when states.dues < 0 then greatest(least(opening.settled, 0), states.dues)
            else least(opening.settled, states.dues)
        end as collected_before,
        -- what is paid on a bill after its write-off is owed again
        greatest(least(opening.written_off, states.dues - states.collected), 0) as still_written_off
    from warehouse.bill_states as states
    inner join warehouse.bill_states as opening on states.bill_number = opening.bill_number
    where
        states.moved_on < $as_of
        and states.next_moved_on >= $as_of
        and states.period_start < $end
        -- no movement is known before its time, even where the year has not begun
        and opening.moved_on < least($start, $as_of)
        and opening.next_moved_on >= least($start, $as_of)
),

shares as (
    select
        *,
        case when period_start >= $start then collected else collected - collected_before end as received,
        case when period_start >= $start then dues else dues - collected_before - still_written_off end as receivable
    from bills_seen
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
    received as numerator,
    receivable as denominator
from shares
where
    receivable <> 0
    or received <> 0
