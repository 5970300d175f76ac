-- one row per response and dimension with a valid score
with valid as (
    select
        response_id,
        wave,
        dimension_of_report as dimension,
        min(dimension) as question,
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
),

compared as (
    select
        *,
        count(*) over (partition by wave, response_id) as score_count,
        min(score) over (partition by wave, response_id) as lowest_score,
        max(score) over (partition by wave, response_id) as highest_score
    from valid
),

patterns as (
    select
        *,
        score_count >= 5 and lowest_score = highest_score as is_straight_line
    from compared
)

select
    patterns.response_id,
    patterns.wave,
    patterns.dimension,
    patterns.question,
    patterns.score,
    patterns.scale_max,
    coalesce(
        patterns.score >= getvariable('satisfied_from')[patterns.wave],
        patterns.score > patterns.scale_max * (1 - getvariable('satisfied_share_of_scale'))
    ) as is_satisfied,
    (patterns.score - 1) / (patterns.scale_max - 1) * 100 as score_100,
    responses.community,
    responses.building,
    responses.room,
    responses.business_type,
    responses.channel,
    responses.ticket_id,
    responses.occasion,
    responses.surveyed_at,
    responses.answered_at,
    patterns.is_straight_line,
    case when patterns.is_straight_line then 'straight_line' else 'varied' end as answer_pattern
from patterns
inner join responses
    on
        patterns.wave = responses.wave
        and patterns.response_id = responses.response_id
order by
    patterns.wave,
    patterns.response_id,
    patterns.dimension
