-- one row per ticket
with tickets as not materialized (
    select * from staging.tickets
),

assets as (
    select * from warehouse.assets
),

places as (
    select
        place_key,
        row_number() over (order by place_key) as place_id
    from tickets
    where place_key is not null
    group by place_key
),

-- a report is looked at with those of the same person, place and category alone, which most reports have none of
repeated_reports as (
    select hash(place_key, category, subcategory, reporter) as report_hash
    from tickets
    where
        place_key is not null
        and reporter is not null
    group by report_hash
    having count(*) > 1
),

reports_compared as (
    select
        ticket_id,
        opened_at,
        lag(opened_at) over (
            partition by place_key, category, subcategory, reporter
            order by opened_at, ticket_id
        ) as same_report_before
    from tickets
    where
        place_key is not null
        and reporter is not null
        and hash(place_key, category, subcategory, reporter) in (
            select repeated_reports.report_hash from repeated_reports
        )
),

near_duplicates as (
    select ticket_id
    from reports_compared
    where date_diff('second', same_report_before, opened_at) <= 60 * getvariable('near_duplicate_minutes')
),

placed_tickets as (
    select
        tickets.*,
        places.place_id,
        coalesce(assets.system, '未填') as system,
        near_duplicates.ticket_id is not null as is_near_duplicate,
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
    left join places on tickets.place_key = places.place_key
    left join assets on tickets.asset_id = assets.asset_id
    left join near_duplicates on tickets.ticket_id = near_duplicates.ticket_id
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
    is_near_duplicate,
    source_file_id,
    source_row
from placed_tickets
order by
    opened_at,
    ticket_id
