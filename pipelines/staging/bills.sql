-- one row per bill: fee class, household and amounts as the warehouse names them
with bills as (
    select * from latest.bills
)

select
    bill_id,
    coalesce(fee_item, '未填') as fee_item,
    fee_class(fee_item) as fee_class,
    coalesce(community, '未填') as community,
    coalesce(building, '未填') as building,
    coalesce(business_type, '未填') as business_type,
    unit,
    room,
    coalesce(room, owner_name) as household,
    coalesce(unit_state, '未填') as unit_state,
    unit_class(unit_state) as unit_class,
    period_start,
    period_end,
    coalesce(due_on, period_end) as due_on,
    amount_due,
    -- some systems write deductions as negative amounts
    abs(coalesce(amount_waived, 0)) as amount_waived,
    waived_on,
    abs(coalesce(amount_offset, 0)) as amount_offset,
    offset_on,
    amount_open as amount_open_reported,
    amount_paid as amount_paid_reported,
    last_paid_on,
    coalesce(payment_channel, '未填') as payment_channel,
    coalesce(is_instalment, false) as is_instalment,
    source_file_id,
    source_row
from bills
