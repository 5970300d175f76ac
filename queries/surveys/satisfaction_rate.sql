/* ---
title         = { zh = "总体满意率", en = "Satisfaction rate" }
section       = "satisfaction.survey"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "households"
basis         = "flow"
slices        = ["dimension", "wave", "community", "business_type", "channel", "answer_pattern", "occasion"]
headline      = { dimension = "overall", occasion = "survey" }
details       = { straight_line_count = "sum", straight_line_satisfied_count = "sum" }
requires      = ["surveys.score"]
definition.zh = """统计期内发出（没有发出时间的按答卷时间）的调查，截至统计日收回的有效评分中，该次调查认定为满意的比例（缺省为五级中的前两级，其他分制取最高的四成）。以总体一项为准，各分项另看。整卷同分的答卷（至少五题，分数全同）照常计入，件数及其中满意的件数另列；也可剔除它们另看。带有工单编号的答卷是对单件工单的评价，不计入，另看。"""
definition.en = """Share of the valid scores, of surveys sent in the period (answered, where no sending time is given) and answered by the as-of date, that the wave declares as satisfied (by default the top two of five, the top 40 % of another scale). The overall question only; other questions are counted apart. Straight-line answers (five questions or more, all with the same score) count, their number and how many of them are satisfied are shown beside, and they can be left out. An answer that names a ticket rates that ticket: it does not count here and is counted apart."""
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
    question,
    scale_max,
    case when is_satisfied then 1 else 0 end as numerator,
    1 as denominator,
    case when answer_pattern = 'straight_line' then 1 else 0 end as straight_line_count,
    case when answer_pattern = 'straight_line' and is_satisfied then 1 else 0 end as straight_line_satisfied_count
from warehouse.survey_answers
where
    surveyed_at >= $start
    and surveyed_at < $end
    and coalesce(answered_at, surveyed_at) < $as_of
