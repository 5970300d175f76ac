-- one row per bill
-- amount_waived and amount_offset are what the bill itself states; what counts lies in bill_adjustments
select
    bill_id,
    fee_item,
    fee_class,
    community,
    building,
    business_type,
    unit,
    room,
    household,
    unit_state,
    unit_class,
    period_start,
    period_end,
    due_on,
    amount_due,
    cast(amount_waived as decimal(18, 2)) as amount_waived,
    waived_on,
    cast(amount_offset as decimal(18, 2)) as amount_offset,
    offset_on,
    amount_open_reported,
    amount_paid_reported,
    payment_channel,
    is_instalment,
    source_file_id,
    source_row
from staging.bills
order by
    period_start,
    bill_id
