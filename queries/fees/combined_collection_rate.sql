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
definition.en = """The numerators of the collection rate and the arrears recovery rate added up, divided by both denominators added up. By month: from the start of the year to each month's end. Property service fees only; other classes of fees are seen by the slice fee_class."""
--- */
with movements as (
    select
        bill_id,
        paid_on as moved_on,
        amount as settled,
        0 as waived,
        0 as written_off
    from warehouse.payments
    union all
    select
        bill_id,
        adjusted_on as moved_on,
        case when kind = 'offset' then amount else 0 end as settled,
        case when kind = 'waiver' then amount else 0 end as waived,
        case when kind = 'write_off' then amount else 0 end as written_off
    from warehouse.bill_adjustments
),

known as (
    select
        bill_id,
        sum(settled) as settled,
        sum(waived) as waived,
        sum(written_off) as written_off,
        sum(case when moved_on is null or moved_on < $start then settled else 0 end) as settled_before,
        sum(case when moved_on is null or moved_on < $start then waived else 0 end) as waived_before,
        sum(case when moved_on is null or moved_on < $start then written_off else 0 end) as written_off_before
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
        coalesce(known.settled_before, 0) as settled_before,
        coalesce(known.written_off, 0) as written_off,
        coalesce(known.written_off_before, 0) as written_off_before,
        case
            when bills.amount_due < 0 then bills.amount_due
            else greatest(bills.amount_due - coalesce(known.waived, 0), 0)
        end as dues,
        case
            when bills.amount_due < 0 then bills.amount_due
            else greatest(bills.amount_due - coalesce(known.waived_before, 0), 0)
        end as dues_before
    from warehouse.bills as bills
    left join known on bills.bill_id = known.bill_id
    where bills.period_start < $end
),

capped_bills as (
    select
        *,
        case when dues < 0 then greatest(least(settled, 0), dues) else least(settled, dues) end as collected,
        case when dues < 0 then greatest(least(settled_before, 0), dues) else least(settled_before, dues) end
            as collected_before,
        dues_before
        - case
            when dues_before < 0 then greatest(least(settled_before, 0), dues_before)
            else least(settled_before, dues_before)
        end as unpaid_before
    from known_bills
),

shares as (
    select
        *,
        case when period_start >= $start then collected else collected - collected_before end as received,
        case
            when period_start >= $start then dues
            -- what is paid on a bill after its write-off is owed again
            else dues - collected_before - greatest(least(written_off_before, unpaid_before, dues - collected), 0)
        end as receivable
    from capped_bills
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
