-- one row per response and dimension with a valid score
with valid as (
    select
        response_id,
        wave,
        dimension_of_report as dimension,
        max(score) as score,
        max(scale_max) as scale_max
    from staging.survey_scores
    where
        is_on_scale
    group by
        response_id,
        wave,
        dimension_of_report
),

responses as (
    select * from warehouse.survey_responses
)

select
    valid.response_id,
    valid.wave,
    valid.dimension,
    valid.score,
    valid.scale_max,
    valid.score > valid.scale_max * (1 - getvariable('satisfied_share_of_scale')) as is_satisfied,
    (valid.score - 1) / (valid.scale_max - 1) * 100 as score_100,
    responses.community,
    responses.building,
    responses.business_type,
    responses.channel,
    responses.ticket_id,
    responses.surveyed_at,
    responses.answered_at,
    count(*) over (partition by valid.wave, valid.response_id) >= 5
    and min(valid.score) over (partition by valid.wave, valid.response_id)
    = max(valid.score) over (partition by valid.wave, valid.response_id) as is_straight_line
from valid
inner join responses
    on
        valid.wave = responses.wave
        and valid.response_id = responses.response_id
order by
    valid.wave,
    valid.response_id,
    valid.dimension
