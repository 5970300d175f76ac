-- one row per ticket
with tickets as not materialized (
    select
        *,
        -- what goes right or wrong together: the tickets of an incident, else those of a building and month
        coalesce(
            'incident ' || incident_id,
            concat_ws(' ', community, building, year(opened_at), month(opened_at))
        ) as cluster_key
    from staging.tickets
),

assets as (
    select * from warehouse.assets
),

-- the flow record dates closings and reopenings that the ticket itself does not, or not the last of them
flows as (
    select
        ticket_id,
        max(case when event = 'closed' then event_at end) as closed_at,
        max(case when event = 'reopened' then event_at end) as reopened_at
    from latest.ticket_events
    where event in ('closed', 'reopened')
    group by ticket_id
),

places as (
    select
        place_key,
        row_number() over (order by place_key) as place_id
    from tickets
    where place_key is not null
    group by place_key
),

clusters as (
    select
        cluster_key,
        row_number() over (order by cluster_key) as cluster_id
    from tickets
    group by cluster_key
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
        tickets.*
        replace (
            case
                when tickets.status = 'closed' then greatest(tickets.closed_at, flows.closed_at)
                else tickets.closed_at
            end as closed_at,
            tickets.is_closed_undated and flows.closed_at is null as is_closed_undated
        ),
        coalesce(tickets.reopened_count > 0, false)
        and coalesce(tickets.reopened_at, flows.reopened_at) is null as is_reopened_undated,
        tickets.rating is not null and tickets.rated_at is null as is_rated_undated,
        places.place_id,
        clusters.cluster_id,
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
    left join clusters on tickets.cluster_key = clusters.cluster_key
    left join flows on tickets.ticket_id = flows.ticket_id
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
    cast(cluster_id as integer) as cluster_id,
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
    is_reopened_undated,
    is_rated_undated,
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
