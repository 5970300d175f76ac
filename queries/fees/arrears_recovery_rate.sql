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
definition.en = """Paid or offset between the start of the year and the as-of date, less refunds, on bills whose fee period began before the year, divided by what was open on them at the start of the year less what was waived this year. By month: from the start of the year to each month's end. Waivers, offsets and payments without a date count from the bill's birth, not in this year. What was written off before the year is not in the opening balance; where it is paid after all, it counts above and below the line. What is written off this year leaves the denominator as it is and is shown apart. Property service fees only; other classes of fees are counted apart."""
--- */
with bills_seen as (
    select
        states.*,
        opening.amount_open as opening_amount,
        opening.dues - opening.collected as unpaid_before,
        opening.written_off as written_off_before,
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
        and states.period_start < $start
        -- no movement is known before its time, even where the year has not begun
        and opening.moved_on < least($start, $as_of)
        and opening.next_moved_on >= least($start, $as_of)
),

shares as (
    select
        *,
        collected - collected_before as recovered,
        dues - collected_before - still_written_off as recoverable,
        unpaid_before - (dues - collected_before) as waived_amount,
        written_off - written_off_before as written_off_amount
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
