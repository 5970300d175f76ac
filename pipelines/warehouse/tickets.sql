-- one row per ticket
with tickets as (
    select * from staging.tickets
),

assets as (
    select * from warehouse.assets
),

placed as (
    select
        tickets.*,
        coalesce(assets.system, '未填') as system,
        case
            when tickets.asset_id is not null then 'asset|' || tickets.asset_id
            when tickets.room is not null then 'room|' || tickets.room
            else public_place_key(tickets.community, tickets.building, tickets.unit, tickets.place)
        end as place_key,
        concat_ws(
            ' ',
            nullif(tickets.community, '未填'),
            nullif(tickets.building, '未填'),
            case
                when tickets.asset_id is not null then coalesce(assets.name, tickets.asset_id)
                when tickets.room is not null then '****'
                else tickets.place
            end
        ) as full_label
    from tickets
    left join assets on tickets.asset_id = assets.asset_id
),

numbered as (
    select
        *,
        case when place_key is not null then dense_rank() over (order by place_key nulls last) end as place_id,
        lag(opened_at) over (
            partition by place_key, category, subcategory, reporter
            order by opened_at, ticket_id
        ) as same_report_before
    from placed
)

select
    ticket_id,
    opened_at,
    kind,
    category,
    subcategory,
    priority,
    status,
    closure_type,
    community,
    building,
    business_type,
    channel,
    vendor,
    handler,
    unit,
    room,
    place,
    cast(place_id as integer) as place_id,
    case when place_key is not null then full_label end as place_label,
    asset_id,
    system,
    incident_id,
    reporter,
    description,
    dispatched_at,
    responded_at,
    arrived_at,
    diagnosed_at,
    plan_issued_at,
    rectified_at,
    interviewed_at,
    resolved_at,
    followed_up_at,
    closed_at,
    cancelled_at,
    clock_started_at,
    reopened_at,
    rated_at,
    is_closed_undated,
    is_force_closed,
    is_closed_by_timeout,
    is_cancelled,
    is_never_a_fault,
    paused_minutes,
    visit_count,
    follow_up_count,
    evidence_count,
    reopened_count,
    is_fixed_first_time,
    is_false_alarm,
    is_justified,
    is_anonymous,
    rating,
    is_default_rating,
    cost,
    parts_replaced,
    coalesce(
        place_key is not null
        and reporter is not null
        and date_diff('second', same_report_before, opened_at) <= 60 * getvariable('near_duplicate_minutes'),
        false
    ) as is_near_duplicate,
    source_file_id,
    source_row
from numbered
order by
    opened_at,
    ticket_id
