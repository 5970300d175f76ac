/* ---
title         = { zh = "核销金额", en = "Amount written off" }
section       = "overview.fees"
unit          = "yuan"
better        = "neutral"
aggregate     = "sum"
basis         = "stock"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
requires      = ["bills.amount_due", "bill_adjustments.amount", ["payments.amount", "bills.amount_paid"]]
undated       = ["payments.is_derived", "bill_adjustments.is_undated"]
definition.zh = """截至统计日已核销、未再收回的金额，每张账单以核销前的未收金额为限；已从未收余额和欠费中剔除，但不减少当年收缴率的分母，也不算收回。按月时为月末数。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """What had been written off by the as-of date and has not been paid since, each bill up to what was open on it. It has left the balance and the arrears, but neither lowers the denominator of the collection rate nor counts as collected. By month: at each month's end. Property service fees only; other classes of fees are seen by the slice fee_class."""
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
    least(written_off, dues - collected) as value
from capped_bills
where least(written_off, dues - collected) > 0
