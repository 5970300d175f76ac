-- one row per adjustment of a bill: a waiver, an offset or a write-off
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
    source_file_id,
    source_row
from staging.bill_adjustments
order by
    adjusted_on,
    adjustment_id
