/* ---
title         = { zh = "总体满意率", en = "Satisfaction rate" }
section       = "satisfaction.survey"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "households"
basis         = "flow"
slices        = ["dimension", "wave", "community", "business_type", "channel"]
headline      = { dimension = "overall" }
details       = { straight_line_count = "sum" }
requires      = ["surveys.score"]
definition.zh = """统计期内发出（没有发出时间的按答卷时间）的调查，截至统计日收回的有效评分中，该次调查认定为满意的比例（缺省为五级中的前两级）。总体一项为准，各分项另行列出；整卷同分的答卷计入并另列件数。"""
definition.en = """Share of the valid scores, of surveys sent in the period (answered, where no sending time is given) and answered by the as-of date, that the wave declares as satisfied (by default the top two of five). The overall question only; other questions are seen by the slice dimension. Straight-line answers count and their number is shown beside."""
--- */
select
    response_id || ' ' || dimension as evidence_id,
    surveyed_at as occurred_at,
    dimension,
    wave,
    community,
    business_type,
    channel,
    case when is_satisfied then 1 else 0 end as numerator,
    1 as denominator,
    case when is_straight_line then 1 else 0 end as straight_line_count
from warehouse.survey_answers
where
    surveyed_at >= $start
    and surveyed_at < $end
    and coalesce(answered_at, surveyed_at) < $as_of
