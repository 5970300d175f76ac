-- one row per adjustment of a bill: a waiver, an offset or a write-off
-- the register's rows, and one more for what a bill itself states beyond them: on the bill's own date, or undated
with registered as (
    select
        *,
        false as is_derived
    from staging.bill_adjustments
),

stated as (
    select
        bill_id,
        'waiver' as kind,
        amount_waived as amount,
        waived_on as adjusted_on,
        fee_item,
        community,
        source_file_id,
        source_row
    from staging.bills
    where amount_waived > 0
    union all
    select
        bill_id,
        'offset' as kind,
        amount_offset as amount,
        offset_on as adjusted_on,
        fee_item,
        community,
        source_file_id,
        source_row
    from staging.bills
    where amount_offset > 0
),

registered_sums as (
    select
        bill_id,
        kind,
        sum(amount) as amount
    from registered
    group by
        bill_id,
        kind
),

derived as (
    select
        stated.bill_id || '/' || stated.kind as adjustment_id,
        stated.bill_id,
        stated.adjusted_on,
        stated.kind,
        stated.amount - coalesce(registered_sums.amount, 0) as amount,
        stated.fee_item,
        stated.community,
        stated.source_file_id,
        stated.source_row,
        true as is_derived
    from stated
    left join registered_sums
        on
            stated.bill_id = registered_sums.bill_id
            and stated.kind = registered_sums.kind
    where stated.amount > coalesce(registered_sums.amount, 0)
),

adjustments as (
    select * from registered
    union all by name
    select * from derived
)

select
    adjustment_id,
    bill_id,
    adjusted_on,
    kind,
    cast(amount as decimal(18, 2)) as amount,
    fee_item,
    community,
    reason,
    approved_by,
    adjusted_on is null as is_undated,
    is_derived,
    source_file_id,
    source_row
from adjustments
order by
    adjusted_on,
    adjustment_id
