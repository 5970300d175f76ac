-- one row per response and dimension with a valid score
with scored as (
    select
        response_id,
        wave,
        scale_max as stated_scale_max,
        source_file_id,
        unnest(dimensions) as dimension,
        unnest(scores) as score
    from staging.surveys
),

scaled as (
    select
        response_id,
        wave,
        case
            when list_contains(getvariable('overall_dimensions'), lower(dimension)) then 'overall'
            else dimension
        end as dimension,
        score,
        coalesce(
            stated_scale_max,
            case
                when max(score) over (partition by source_file_id) <= 5 then 5
                when max(score) over (partition by source_file_id) <= 10 then 10
                else 100
            end
        ) as scale_max
    from scored
),

valid as (
    select
        response_id,
        wave,
        dimension,
        max(score) as score,
        max(scale_max) as scale_max
    from scaled
    where
        score <= scale_max
        and score >= case when scale_max = 5 then 1 else 0 end
    group by
        response_id,
        wave,
        dimension
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
