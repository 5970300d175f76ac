-- one row per adjustment: what it takes off the bill is positive
with adjustments as (
    select * from latest.bill_adjustments
)

select
    coalesce(adjustment_id, concat_ws('/', bill_id, adjusted_on, kind, amount, running_number)) as adjustment_id,
    bill_id,
    adjusted_on,
    kind,
    -- a system that writes deductions as negative amounts does so throughout its export; a lone one is a reversal
    case when sum(amount) over (partition by source_file_id) < 0 then -amount else amount end as amount,
    coalesce(fee_item, '未填') as fee_item,
    coalesce(community, '未填') as community,
    reason,
    approved_by,
    source_file_id,
    source_row
from adjustments
