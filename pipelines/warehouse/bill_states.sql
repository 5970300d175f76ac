-- one row per bill and span of days in which nothing about it moved: no payment, waiver, offset or write-off
-- A moment sees the row with moved_on < moment and next_moved_on >= moment, exactly one of each bill. The first row of a
-- bill begins on the first day of the calendar and holds what has no date; the last row ends on the last day.
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

-- a number stands for the bill while its days are put in order, and where a metric looks at two moments
numbers as (
    select
        bill_id,
        amount_due,
        row_number() over (order by period_start, bill_id) as bill_number
    from warehouse.bills
),

bill_movements as (
    select
        numbers.bill_number,
        movements.moved_on,
        movements.settled,
        movements.waived,
        movements.written_off
    from movements
    inner join numbers on movements.bill_id = numbers.bill_id
    union all
    select
        bill_number,
        null as moved_on,
        0 as settled,
        0 as waived,
        0 as written_off
    from numbers
),

days as (
    select
        bill_number,
        coalesce(moved_on, date '0001-01-01') as moved_on,
        sum(settled) as settled,
        sum(waived) as waived,
        sum(written_off) as written_off
    from bill_movements
    group by all
),

sums as (
    select
        bill_number,
        moved_on,
        lead(moved_on, 1, date '9999-12-31') over by_day as next_moved_on,
        sum(settled) over by_day as settled,
        sum(waived) over by_day as waived,
        sum(written_off) over by_day as written_off
    from days
    window by_day as (partition by bill_number order by moved_on)
),

with_dues as (
    select
        sums.*,
        numbers.bill_id,
        case
            when numbers.amount_due < 0 then numbers.amount_due
            else greatest(numbers.amount_due - sums.waived, 0)
        end as dues
    from sums
    inner join numbers on sums.bill_number = numbers.bill_number
),

-- a bill counts up to its dues; one of a negative amount reverses another, and what is paid back on it counts
with_collected as (
    select
        *,
        case
            when dues < 0 then greatest(least(settled, 0), dues)
            else least(settled, dues)
        end as collected
    from with_dues
),

-- what was written off and has been paid since is not written off
states as (
    select * replace (greatest(least(written_off, dues - collected), 0) as written_off)
    from with_collected
)

select
    cast(states.bill_number as integer) as bill_number,
    bills.bill_id,
    bills.fee_item,
    bills.fee_class,
    bills.community,
    bills.building,
    bills.business_type,
    bills.unit,
    bills.household,
    bills.unit_state,
    bills.unit_class,
    bills.period_start,
    bills.period_end,
    bills.due_on,
    bills.payment_channel,
    bills.is_instalment,
    states.moved_on,
    states.next_moved_on,
    bills.amount_due,
    cast(states.dues as decimal(18, 2)) as dues,
    cast(states.settled as decimal(18, 2)) as settled,
    cast(states.collected as decimal(18, 2)) as collected,
    cast(states.written_off as decimal(18, 2)) as written_off,
    cast(states.dues - states.collected - states.written_off as decimal(18, 2)) as amount_open
from states
inner join warehouse.bills as bills on states.bill_id = bills.bill_id
order by
    states.bill_number,
    states.moved_on
