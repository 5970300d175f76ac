/* ---
title         = { zh = "净推荐值", en = "Net promoter score" }
section       = "satisfaction.survey"
unit          = "points"
better        = "higher"
aggregate     = "mean"
basis         = "flow"
slices        = ["wave", "community", "business_type", "channel", "occasion"]
headline      = { occasion = "survey" }
set_apart     = ["off_scale"]
details       = { promoter_count = "sum", passive_count = "sum", detractor_count = "sum" }
requires      = ["surveys.nps"]
definition.zh = """统计期内发出（没有发出时间的按答卷时间）的调查，截至统计日收回的推荐意愿（0—10 分）中，推荐者（9—10 分）的百分比减去贬损者（0—6 分）的百分比，取值 −100 至 100 分。计算时推荐者记 100，中立者（7—8 分）记 0，贬损者记 −100，取平均。三类人数另列；不在 0—10 之间的另列、不计入。对单件工单的评价另看。"""
definition.en = """Percentage of promoters (9 to 10) less the percentage of detractors (0 to 6) among the answers on a scale of 0 to 10 to whether one would recommend, of surveys sent in the period (answered, where no sending time is given) and answered by the as-of date: −100 to 100. It is the mean of 100 for a promoter, 0 for a passive answer (7 to 8) and −100 for a detractor. The three numbers are shown beside; answers off the scale are shown apart. Ratings of single tickets are counted apart."""
--- */
select
    wave || ' ' || response_id as evidence_id,
    surveyed_at as occurred_at,
    wave,
    community,
    business_type,
    channel,
    occasion,
    community || ' ' || building || ' ' || cast(cast(date_trunc('month', surveyed_at) as date) as varchar) as cluster,
    community || ' ' || building || ' ' || room as pair,
    case when nps < 0 or nps > 10 then 'off_scale' end as set_apart,
    case when nps >= 9 then 100 when nps >= 7 then 0 else -100 end as value,
    case when nps >= 9 then 1 else 0 end as promoter_count,
    case when nps >= 7 and nps < 9 then 1 else 0 end as passive_count,
    case when nps < 7 then 1 else 0 end as detractor_count
from warehouse.survey_responses
where
    nps is not null
    and surveyed_at >= $start
    and surveyed_at < $end
    and coalesce(answered_at, surveyed_at) < $as_of
