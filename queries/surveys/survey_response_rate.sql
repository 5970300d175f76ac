/* ---
title         = { zh = "问卷回收率", en = "Survey response rate" }
section       = "satisfaction.survey"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "households"
basis         = "flow"
slices        = ["wave", "community", "business_type", "channel"]
requires      = ["survey_responses.has_invitations"]
definition.zh = """统计期内发出的问卷中，截至统计日收回的比例。导出数据不含未答的邀请时不可计算，不按 100% 计。"""
definition.en = """Share of the questionnaires sent in the period that had been answered by the as-of date. Not available where the export holds no unanswered invitations; never taken as 100 %."""
--- */
select
    response_id as evidence_id,
    surveyed_at as occurred_at,
    wave,
    community,
    business_type,
    channel,
    case when is_answered and coalesce(answered_at, surveyed_at) < $as_of then 1 else 0 end as numerator,
    1 as denominator
from warehouse.survey_responses
where
    surveyed_at >= $start
    and surveyed_at < $end
    and has_invitations
