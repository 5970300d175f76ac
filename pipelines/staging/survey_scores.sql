-- one row per response and dimension as scored: which scale it is on, and whether the score can be on it
-- One score in ten must lie above five before the scale is taken for more than five: a few are slips of the pen.
with scored as (
    select
        response_id,
        wave,
        scale_max as stated_scale_max,
        source_file_id,
        source_row,
        unnest(dimensions) as dimension,
        unnest(scores) as score
    from staging.surveys
),

compared as (
    select
        *,
        avg(case when score > 5 then 1.0 else 0.0 end) over (partition by source_file_id) as share_above_five,
        avg(case when score > 10 then 1.0 else 0.0 end) over (partition by source_file_id) as share_above_ten
    from scored
),

scaled as (
    select
        *,
        coalesce(
            stated_scale_max,
            case
                when share_above_ten >= 0.1 then 100
                when share_above_five >= 0.1 then 10
                else 5
            end
        ) as scale_max
    from compared
)

select
    response_id,
    wave,
    dimension,
    case
        when list_contains(getvariable('overall_dimensions'), lower(dimension)) then 'overall'
        else dimension
    end as dimension_of_report,
    score,
    scale_max,
    score <= scale_max and score >= case when scale_max = 5 then 1 else 0 end as is_on_scale,
    source_file_id,
    source_row
from scaled
