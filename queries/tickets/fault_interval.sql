/* ---
title         = { zh = "平均故障间隔", en = "Days between faults" }
section       = "repairs_and_complaints.repeat_faults"
unit          = "days"
better        = "higher"
aggregate     = "ratio"
base          = "exposure"
basis         = "flow"
slices        = ["system", "community", "building"]
set_apart     = ["not_registered"]
details       = { unregistered_asset_months = "sum" }
parameters    = { same_fault_hours = 24 }
requires      = ["tickets.asset_id", "tickets.kind"]
undated       = ["tickets.is_false_alarm", "tickets.is_closed_undated"]
definition.zh = """统计期内在册设备的运行天数除以故障次数，单位为台·天／次。故障未修复期间或修复后 24 小时内的再次报修并为一次故障；误报和撤单不计。没有设备台账时仅含有故障记录的设备。有台账时，不在册设备的故障另列。是否误报按导出时状态。证据行包括每台设备每月的运行天数和每次故障。"""
definition.en = """Days that the registered assets were in service in the period, divided by their faults. Reports while a fault is open, or within 24 hours after it was resolved, are one fault; false alarms and cancelled tickets do not count. Without a register of assets only those with faults are covered; with one, faults of unregistered assets are shown apart. Which alarms are false is as it was on the day of the export. The evidence is one row for each asset and month in service and one for each fault."""
--- */
with reports as (
    select
        ticket_id,
        asset_id,
        system,
        community,
        building,
        opened_at,
        case
            when coalesce(resolved_at, closed_at) < $as_of then coalesce(resolved_at, closed_at)
            when is_closed_undated then opened_at
            else $as_of
        end as ended_at
    from warehouse.tickets
    where
        kind = 'repair'
        and asset_id is not null
        and not coalesce(is_false_alarm, false)
        and opened_at < $as_of
        and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
),

in_sequence as (
    select
        *,
        max(ended_at) over (
            partition by asset_id
            order by opened_at, ticket_id
            rows between unbounded preceding and 1 preceding
        ) as earlier_ended_at
    from reports
),

faults as (
    select *
    from in_sequence
    where
        opened_at >= $start
        and opened_at < $end
        and (
            earlier_ended_at is null
            or date_diff('second', earlier_ended_at, opened_at) > $same_fault_hours * 3600
        )
),

known_assets as (
    select
        asset_id,
        system,
        community,
        building,
        in_service_on,
        0 as is_unregistered
    from warehouse.assets
    union all
    select
        asset_id,
        min(system) as system,
        min(community) as community,
        min(building) as building,
        cast(null as date) as in_service_on,
        1 as is_unregistered
    from faults
    where not exists (select 1 from warehouse.assets)
    group by asset_id
),

months as (
    select make_date(cast(extract(year from $start) as integer), listed.month_number, 1) as first_day
    from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as listed (month_number)
),

running as (
    select
        known_assets.*,
        months.first_day,
        date_diff(
            'day',
            greatest(months.first_day, coalesce(known_assets.in_service_on, months.first_day)),
            least(cast(months.first_day + interval '1' month as date), cast($end as date))
        ) as running_days
    from known_assets
    cross join months
)

select
    asset_id || ' ' || cast(first_day as varchar) as evidence_id,
    cast(first_day as timestamp) as occurred_at,
    asset_id,
    system,
    community,
    building,
    cast(null as varchar) as set_apart,
    running_days as numerator,
    0 as denominator,
    is_unregistered as unregistered_asset_months
from running
where running_days > 0
union all
select
    faults.ticket_id as evidence_id,
    faults.opened_at as occurred_at,
    faults.asset_id,
    coalesce(known_assets.system, faults.system) as system,
    coalesce(known_assets.community, faults.community) as community,
    coalesce(known_assets.building, faults.building) as building,
    case when known_assets.asset_id is null then 'not_registered' end as set_apart,
    0 as numerator,
    1 as denominator,
    0 as unregistered_asset_months
from faults
left join known_assets on faults.asset_id = known_assets.asset_id
