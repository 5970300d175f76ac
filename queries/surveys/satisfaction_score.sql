/* ---
title         = { zh = "满意度得分", en = "Satisfaction score" }
section       = "satisfaction.survey"
unit          = "score"
better        = "higher"
aggregate     = "mean"
basis         = "flow"
slices        = ["dimension", "wave", "community", "business_type", "channel", "answer_pattern", "occasion"]
headline      = { dimension = "overall", occasion = "survey" }
details       = { score_over_maximum = "mean", straight_line_count = "sum" }
requires      = ["surveys.score"]
definition.zh = """统计期内发出（没有发出时间的按答卷时间）的调查，截至统计日收回的有效评分折成百分的平均分：（评分 − 1）÷（满分 − 1）× 100，最低一级为 0 分、最高一级为 100 分。评分 ÷ 满分的平均值另列，供与沿用该算法的旧报告核对。以总体一项为准，各分项另看；整卷同分的答卷也可剔除后另看；对单件工单的评价另看。"""
definition.en = """Mean of the valid scores, of surveys sent in the period (answered, where no sending time is given) and answered by the as-of date, on a scale of 100: (score − 1) ÷ (maximum − 1) × 100, so that the lowest answer is 0 and the highest 100. The mean of score ÷ maximum is shown beside, for older reports that used it. The overall question only; other questions and ratings of single tickets are counted apart, and straight-line answers can be left out."""
--- */
select
    wave || ' ' || response_id || ' ' || dimension as evidence_id,
    surveyed_at as occurred_at,
    dimension,
    wave,
    community,
    business_type,
    channel,
    answer_pattern,
    occasion,
    community || ' ' || building || ' ' || cast(cast(date_trunc('month', surveyed_at) as date) as varchar) as cluster,
    community || ' ' || building || ' ' || room as pair,
    score_100 as value,
    score / nullif(scale_max, 0) as score_over_maximum,
    case when answer_pattern = 'straight_line' then 1 else 0 end as straight_line_count
from warehouse.survey_answers
where
    surveyed_at >= $start
    and surveyed_at < $end
    and coalesce(answered_at, surveyed_at) < $as_of
