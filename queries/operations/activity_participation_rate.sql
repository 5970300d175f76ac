/* ---
title         = { zh = "活动参与率", en = "Activity participation rate" }
section       = "core_services.activities"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "households"
basis         = "flow"
slices        = ["category", "community"]
set_apart     = ["without_households"]
details       = { uninvited_households = "sum", persons = "sum", person_times = "sum" }
requires      = ["activities.invited_households", "activities.attended_households"]
definition.zh = """统计期内各场业主活动的参与户数之和除以邀请户数之和，均为户次：同一户参加两场计两次。参与多于邀请的，超出部分另列、不计入，因此不会超过 100%。邀请户数或参与户数没有填的场次另列、不计入。人数与人次另列，不与户数混用。"""
definition.en = """Households attending the activities of the period divided by the households invited, both added up over the activities: a household that comes to two counts twice. Where more came than were invited, those beyond are shown beside and do not count, so that no rate passes 100 %. Activities without either number are shown apart. Persons and attendances are shown beside and never mixed with households."""
--- */
select
    activity_id as evidence_id,
    cast(held_on as timestamp) as occurred_at,
    category,
    community,
    activity_id as cluster,
    case
        when invited_households is null or attended_households is null then 'without_households'
    end as set_apart,
    least(attended_households, invited_households) as numerator,
    invited_households as denominator,
    greatest(attended_households - invited_households, 0) as uninvited_households,
    coalesce(persons, 0) as persons,
    coalesce(person_times, 0) as person_times
from warehouse.activities
where
    held_on >= $start
    and held_on < $end
