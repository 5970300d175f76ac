/* ---
title         = { zh = "满意度得分", en = "Satisfaction score" }
section       = "satisfaction.survey"
unit          = "score"
better        = "higher"
aggregate     = "mean"
basis         = "flow"
slices        = ["dimension", "wave", "community", "business_type", "channel"]
headline      = { dimension = "overall" }
details       = { straight_line_count = "sum" }
requires      = ["surveys.score"]
definition.zh = """统计期内发出（没有发出时间的按答卷时间）的调查，截至统计日收回的有效评分折成百分的平均分：（评分 − 1）÷（满分 − 1）× 100。总体一项为准，各分项另行列出。"""
definition.en = """Mean of the valid scores, of surveys sent in the period (answered, where no sending time is given) and answered by the as-of date, on a scale of 100: (score − 1) ÷ (maximum − 1) × 100. The overall question only; other questions are seen by the slice dimension."""
--- */
select
    response_id || ' ' || dimension as evidence_id,
    surveyed_at as occurred_at,
    dimension,
    wave,
    community,
    business_type,
    channel,
    score_100 as value,
    case when is_straight_line then 1 else 0 end as straight_line_count
from warehouse.survey_answers
where
    surveyed_at >= $start
    and surveyed_at < $end
    and coalesce(answered_at, surveyed_at) < $as_of
