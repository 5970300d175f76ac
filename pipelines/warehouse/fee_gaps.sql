-- one row per bill whose own file and the payments do not agree
-- due = paid + offset + waived + open; what is paid beyond a bill's dues is overpaid and no gap
-- a system may leave what it has written off in the open amount or take it out: neither is a gap
with adjusted as (
    select
        bill_id,
        sum(case when kind = 'waiver' then amount else 0 end) as amount_waived,
        sum(case when kind = 'offset' then amount else 0 end) as amount_offset,
        sum(case when kind = 'write_off' then amount else 0 end) as amount_written_off
    from warehouse.bill_adjustments
    group by bill_id
),

paid as (
    select
        bill_id,
        sum(amount) as amount_paid
    from warehouse.payments
    group by bill_id
),

joined as (
    select
        bills.* exclude (amount_waived, amount_offset),
        coalesce(adjusted.amount_waived, 0) as amount_waived,
        coalesce(adjusted.amount_offset, 0) as amount_offset,
        coalesce(adjusted.amount_written_off, 0) as amount_written_off,
        coalesce(paid.amount_paid, 0) as amount_paid
    from warehouse.bills
    left join adjusted on bills.bill_id = adjusted.bill_id
    left join paid on bills.bill_id = paid.bill_id
),

balances as (
    select
        *,
        amount_due - amount_waived - amount_offset - amount_paid as amount_open
    from joined
),

identities as (
    select
        *,
        amount_open - coalesce(amount_open_reported, amount_open) as gap_with_overpaid,
        case
            when amount_open_reported is null then 0
            when amount_due - amount_waived - amount_offset >= 0 then greatest(amount_open, 0) - amount_open_reported
            else amount_open - amount_open_reported
        end as gap_without_overpaid,
        case
            when amount_open_reported is null then 0
            else greatest(amount_open - amount_written_off, 0) - amount_open_reported
        end as gap_without_written_off,
        coalesce(amount_paid_reported, amount_paid) - amount_paid as gap_of_paid
    from balances
),

gaps as (
    select
        *,
        case
            when amount_written_off <> 0 and gap_without_written_off = 0 then 0
            when abs(gap_with_overpaid) <= abs(gap_without_overpaid) then gap_with_overpaid
            else gap_without_overpaid
        end as gap_of_open
    from identities
)

select
    bill_id,
    community,
    fee_item,
    period_start,
    amount_due,
    cast(amount_waived as decimal(18, 2)) as amount_waived,
    cast(amount_offset as decimal(18, 2)) as amount_offset,
    cast(amount_paid as decimal(18, 2)) as amount_paid,
    amount_paid_reported,
    amount_open_reported,
    cast(case when abs(gap_of_paid) > abs(gap_of_open) then gap_of_paid else gap_of_open end as decimal(18, 2)) as gap,
    source_file_id,
    source_row
from gaps
where
    gap_of_open <> 0
    or gap_of_paid <> 0
order by
    abs(gap) desc,
    bill_id
