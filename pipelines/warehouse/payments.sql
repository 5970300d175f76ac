-- one row per payment; without an export of payments, one per bill that says what was paid on it
with received as (
    select
        *,
        false as is_derived
    from staging.payments
),

derived as (
    select
        bill_id || '/paid' as payment_id,
        bill_id,
        last_paid_on as paid_on,
        amount_paid_reported as amount,
        payment_channel as channel,
        amount_paid_reported < 0 as is_refund,
        source_file_id,
        source_row,
        true as is_derived
    from staging.bills
    where
        amount_paid_reported <> 0
        and not getvariable('has_payments')
),

payments as (
    select * from received
    union all by name
    select * from derived
)

select
    payment_id,
    bill_id,
    paid_on,
    cast(amount as decimal(18, 2)) as amount,
    channel,
    is_refund,
    is_derived,
    source_file_id,
    source_row
from payments
order by
    bill_id,
    paid_on,
    payment_id
