/* ---
title         = { zh = "问卷回收率", en = "Survey response rate" }
section       = "satisfaction.survey"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "households"
basis         = "flow"
slices        = ["wave", "community", "business_type", "channel", "occasion"]
headline      = { occasion = "survey" }
set_apart     = ["without_invitations"]
details       = { valid_count = "sum" }
requires      = ["survey_responses.has_invitations"]
definition.zh = """统计期内发出的问卷（分母，即发出数）中，截至统计日收回的比例（分子，即收回数）；其中至少有一题有效评分的为有效问卷，另列。一次调查的导出数据不含未答的邀请时，无从知道发出多少：该次调查的答卷另列，不按 100% 计；全部调查都没有未答邀请时不可计算。对单件工单的评价另看。"""
definition.en = """Share of the questionnaires sent in the period (the denominator) that had been answered by the as-of date (the numerator); those with at least one valid score are shown beside as valid. Where the export of a wave holds no unanswered invitations, nobody knows how many were sent: its answers are shown apart and never taken as 100 %, and without any unanswered invitation the figure is not available. Ratings of single tickets are counted apart."""
--- */
with responses as (
    select
        *,
        case when is_answered and coalesce(answered_at, surveyed_at) < $as_of then 1 else 0 end as answered_count
    from warehouse.survey_responses
    where
        surveyed_at >= $start
        and surveyed_at < $end
)

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
    case when not has_invitations then 'without_invitations' end as set_apart,
    answered_count as numerator,
    1 as denominator,
    case when has_valid_score then answered_count else 0 end as valid_count
from responses
