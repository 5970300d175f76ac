-- one row per bill whose own file and the payments do not agree
-- due = paid + offset + waived + open; what is paid beyond a bill's dues is overpaid and no gap
with bills as (
    select
        *,
        amount_due - amount_waived - amount_offset as dues
    from warehouse.bills
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
        bills.*,
        coalesce(paid.amount_paid, 0) as amount_paid
    from bills
    left join paid on bills.bill_id = paid.bill_id
),

identities as (
    select
        *,
        dues - amount_paid - coalesce(amount_open_reported, dues - amount_paid) as gap_with_overpaid,
        case
            when amount_open_reported is null then 0
            when dues >= 0 then dues - least(amount_paid, dues) - amount_open_reported
            else dues - amount_paid - amount_open_reported
        end as gap_without_overpaid,
        coalesce(amount_paid_reported, amount_paid) - amount_paid as gap_of_paid
    from joined
),

gaps as (
    select
        *,
        case
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
    amount_waived,
    amount_offset,
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
