/* ---
title         = { zh = "未收余额", en = "Balance outstanding" }
section       = "overview.fees"
unit          = "yuan"
better        = "lower"
aggregate     = "sum"
basis         = "stock"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
details       = { developer_held_amount = "sum", vacant_amount = "sum" }
requires      = ["bills.amount_due", ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """截至统计日收费期间已开始的全部账单的未收金额：应收减减免、冲抵、收款和核销，不论是否到期；多收的账单不抵减其他账单，金额为负的冲红账单相抵；核销金额另成指标，开发商自持和空置房屋的部分另列。按月时为月末数。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """What is still open at the as-of date on all bills whose fee period has begun: due less waived, offset, paid and written off, whether past due or not. Overpaid bills do not offset others; bills of a negative amount, which reverse others, do. What is written off is a metric of its own; developer-held and vacant homes are shown apart. By month: at each month's end. Property service fees only; other classes of fees are seen by the slice fee_class."""
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
        sum(written_off) as written_off
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
        coalesce(known.written_off, 0) as written_off,
        case
            when bills.amount_due < 0 then bills.amount_due
            else greatest(bills.amount_due - coalesce(known.waived, 0), 0)
        end as dues
    from warehouse.bills as bills
    left join known on bills.bill_id = known.bill_id
    where
        bills.period_start < $as_of
),

capped_bills as (
    select
        *,
        case
            when dues < 0 then greatest(least(settled, 0), dues)
            else least(settled, dues)
        end as collected
    from known_bills
),

open_bills as (
    select
        *,
        dues - collected - greatest(least(written_off, dues - collected), 0) as amount_open
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
    amount_open as value,
    case when unit_class = 'developer_held' then amount_open else 0 end as developer_held_amount,
    case when unit_class = 'vacant' then amount_open else 0 end as vacant_amount
from open_bills
where amount_open <> 0
