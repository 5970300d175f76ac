-- one row per payment: refunds negative
with payments as (
    select * from latest.payments
)

select
    coalesce(payment_id, concat_ws('/', bill_id, paid_on, amount, running_number)) as payment_id,
    bill_id,
    paid_on,
    case when is_refund then -abs(amount) else amount end as amount,
    coalesce(channel, '未填') as channel,
    coalesce(is_refund, amount < 0) as is_refund,
    source_file_id,
    source_row
from payments
