/* ---
title         = { zh = "问卷覆盖户数占比", en = "Households covered by the survey" }
section       = "satisfaction.survey"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "households"
basis         = "stock"
slices        = ["community"]
set_apart     = ["unknown_household", "community_without_households"]
requires      = ["surveys.room", ["communities.occupied_households", "communities.households"]]
definition.zh = """自年初起发出（没有发出时间的按答卷时间）的调查，截至统计日答过卷的户数占入住户数的比例；没有入住户数的项目按总户数。同一户答几次卷只计一户，因此按月时是从年初到该月月末的累计，各月不能相加。没有房号的答卷、没有户数的项目的答卷另列。对单件工单的评价不计。证据行包括每个项目的户数和每个答卷户。"""
definition.en = """Households that had answered a survey sent since the start of the year (answered, where no sending time is given) by the as-of date, divided by the occupied households, or all households where the occupied ones are not given. A household that answers several times counts once, so that a month's figure runs from the start of the year to its end and months do not add up. Answers without a room, or of a community without a number of households, are shown apart; ratings of single tickets do not count. The evidence is one row for each community and one for each household."""
--- */
with served as (
    select
        community,
        max(coalesce(occupied_households, households)) as households
    from warehouse.communities
    where
        coalesce(occupied_households, households) > 0
        and (valid_from is null or valid_from < $end)
        and (valid_to is null or valid_to >= $end)
    group by community
),

answers as (
    select *
    from warehouse.survey_responses
    where
        occasion = 'survey'
        and is_answered
        and surveyed_at >= $start
        and surveyed_at < $end
        and coalesce(answered_at, surveyed_at) < $as_of
),

households as (
    select
        room,
        min(community) as community,
        min(surveyed_at) as surveyed_at
    from answers
    where room is not null
    group by room
)

select
    community as evidence_id,
    $start as occurred_at,
    community,
    cast(null as varchar) as set_apart,
    0 as numerator,
    households as denominator
from served
union all
select
    households.room as evidence_id,
    households.surveyed_at as occurred_at,
    households.community,
    case when served.community is null then 'community_without_households' end as set_apart,
    1 as numerator,
    0 as denominator
from households
left join served on households.community = served.community
union all
select
    wave || ' ' || response_id as evidence_id,
    surveyed_at as occurred_at,
    community,
    'unknown_household' as set_apart,
    1 as numerator,
    0 as denominator
from answers
where room is null
