/* ---
severity = "warn"
sentence.zh = "有 {count} 处时间晚于加载当日，不作为数据截止日。请核对年份是否录错。"
sentence.en = "{count} times lie after the day of loading and end no period; check for slips in the year."
--- */
with suspects as (
    select *
    from warehouse.tickets
    where
        greatest(
            opened_at, dispatched_at, responded_at, arrived_at, diagnosed_at, plan_issued_at, rectified_at,
            interviewed_at, resolved_at, followed_up_at, closed_at, cancelled_at, clock_started_at, reopened_at,
            rated_at
        ) >= getvariable('day_after_loading')
),

tickets as (
    unpivot suspects
    on opened_at, dispatched_at, responded_at, arrived_at, diagnosed_at, plan_issued_at, rectified_at, interviewed_at,
    resolved_at, followed_up_at, closed_at, cancelled_at, clock_started_at, reopened_at, rated_at
    into name field value event_at
),

events as (
    select
        ticket_id as row_id,
        field,
        event_at
    from tickets
    union all
    select
        payment_id as row_id,
        'paid_on' as field,
        cast(paid_on as timestamp) as event_at
    from warehouse.payments
    union all
    select
        response_id as row_id,
        'answered_at' as field,
        answered_at as event_at
    from warehouse.survey_responses
    union all
    select
        response_id as row_id,
        'sent_at' as field,
        sent_at as event_at
    from warehouse.survey_responses
    union all
    select
        bill_id as row_id,
        'waived_on' as field,
        cast(waived_on as timestamp) as event_at
    from warehouse.bills
    union all
    select
        bill_id as row_id,
        'offset_on' as field,
        cast(offset_on as timestamp) as event_at
    from warehouse.bills
)

select
    row_id,
    concat(field, ' ', strftime(event_at, '%Y-%m-%d %H:%M')) as detail_zh,
    concat(field, ' ', strftime(event_at, '%Y-%m-%d %H:%M')) as detail_en
from events
where event_at >= getvariable('day_after_loading')
