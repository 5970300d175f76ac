/* ---
title         = { zh = "业主活动场次", en = "Activities" }
section       = "core_services.activities"
unit          = "count"
better        = "neutral"
aggregate     = "count"
basis         = "flow"
slices        = ["category", "community"]
details       = { attended_households = "sum", persons = "sum", person_times = "sum" }
requires      = ["activities.held_on"]
definition.zh = """统计期内举办的业主活动场次；同一活动在几个项目各办一场的按几场计。参与户数、人数、人次是三个不同的数，各自按场相加，同一户参加两场计两次。"""
definition.en = """Activities for residents held in the period; the same activity in several communities counts once in each. Households attending, persons and attendances are three different figures, each added up over the activities: who comes to two counts twice."""
--- */
select
    activity_id as evidence_id,
    cast(held_on as timestamp) as occurred_at,
    name,
    category,
    community,
    coalesce(attended_households, 0) as attended_households,
    coalesce(persons, 0) as persons,
    coalesce(person_times, 0) as person_times
from warehouse.activities
where
    held_on >= $start
    and held_on < $end
