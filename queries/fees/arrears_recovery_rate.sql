/* ---
title         = { zh = "清欠率", en = "Arrears recovery rate" }
section       = "overview.fees"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "money"
basis         = "stock"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
details       = { opening_amount = "sum", waived_amount = "sum", written_off_amount = "sum" }
requires      = ["bills.amount_due", ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """收费期间在年初以前开始的账单，年初至统计日收回（含冲抵、扣除退款）的金额，除以年初未收余额减本年减免。按月时为年初至月末累计。没有日期的减免、冲抵和收款自账单生成时计入，不算本年。年初以前核销的不在年初余额内，核销后又收回的同时计入分子和分母；本年核销不减少分母，另列。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """Paid or offset between the start of the year and the as-of date, less refunds, on bills whose fee period began before the year, divided by what was open on them at the start of the year less what was waived this year. By month: from the start of the year to each month's end. Waivers, offsets and payments without a date count from the bill's birth, not in this year. What was written off before the year is not in the opening balance; where it is paid after all, it counts above and below the line. What is written off this year leaves the denominator as it is and is shown apart. Property service fees only; other classes of fees are seen by the slice fee_class."""
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
    where bills.period_start < $start
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

written_off_bills as (
    select
        *,
        greatest(least(written_off_before, unpaid_before), 0) as given_up_before,
        -- what is paid on a bill after its write-off is owed again
        greatest(least(written_off_before, unpaid_before, dues - collected), 0) as still_given_up,
        greatest(least(written_off, dues - collected), 0) as given_up
    from capped_bills
),

shares as (
    select
        *,
        collected - collected_before as recovered,
        dues - collected_before - still_given_up as recoverable,
        unpaid_before - given_up_before as opening_amount,
        unpaid_before - (dues - collected_before) as waived_amount,
        given_up - given_up_before as written_off_amount
    from written_off_bills
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
    recovered as numerator,
    recoverable as denominator,
    opening_amount,
    waived_amount,
    written_off_amount
from shares
where
    recoverable <> 0
    or recovered <> 0
    or opening_amount <> 0
    or written_off_amount <> 0
