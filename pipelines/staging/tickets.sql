-- one row per ticket: codes, states and persons as the warehouse names them
with tickets as (
    select * from latest.tickets
)

select
    ticket_id,
    opened_at,
    coalesce(kind, '未填') as kind,
    coalesce(category, '未填') as category,
    coalesce(subcategory, '未填') as subcategory,
    coalesce(priority, '未填') as priority,
    case
        when status is not null then status
        when closed_at is not null then 'closed'
        when cancelled_at is not null then 'cancelled'
        when resolved_at is not null then 'resolved'
        else '未填'
    end as status,
    coalesce(closure_type, '未填') as closure_type,
    coalesce(community, '未填') as community,
    coalesce(building, '未填') as building,
    unit,
    room,
    place,
    case
        when asset_id is not null then 'asset|' || asset_id
        when room is not null then 'room|' || room
        else public_place_key(coalesce(community, '未填'), coalesce(building, '未填'), unit, place)
    end as place_key,
    asset_id,
    incident_id,
    coalesce(business_type, '未填') as business_type,
    coalesce(channel, '未填') as channel,
    coalesce(vendor, '未填') as vendor,
    coalesce(handler, '未填') as handler,
    reporter_name as reporter,
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
    case when status = 'closed' then coalesce(closed_at, resolved_at) else closed_at end as closed_at,
    coalesce(status = 'closed' and closed_at is null and resolved_at is null, false) as is_closed_undated,
    cancelled_at,
    clock_started_at,
    reopened_at,
    rated_at,
    coalesce(closure_type in ('forced', 'unhandled'), false) as is_force_closed,
    coalesce(closure_type = 'timeout', false) as is_closed_by_timeout,
    coalesce(status = 'cancelled' or closure_type in ('duplicate', 'misdial', 'withdrawn'), false) as is_cancelled,
    coalesce(closure_type in ('duplicate', 'misdial'), false) as is_never_a_fault,
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
    coalesce(
        closure_type = 'timeout' and rating = 5
        and (rated_at is null or abs(date_diff('second', closed_at, rated_at)) <= 60),
        false
    ) as is_default_rating,
    cost,
    parts_replaced,
    source_file_id,
    source_row
from tickets
