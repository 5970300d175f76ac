/* ---
title         = { zh = "培训合格率（按人）", en = "Persons who passed their training" }
section       = "overview.team"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "stock"
slices        = ["community", "department"]
set_apart     = ["without_result"]
details       = { attendance_count = "sum", passed_attendance_count = "sum" }
requires      = [["trainings.is_passed", "trainings.pass_mark"]]
definition.zh = """自年初到统计日参加过培训的人中，所学课程全部合格的人数比例，每人只计一次（人，不是人次）；同一课程补考合格算合格。没有结果的按成绩是否达到合格线判定；没有任何结果的人另列、不计入。参训人次和合格人次另列。按月时是从年初到该月月末的累计。"""
definition.en = """Share of the persons trained between the start of the year and the as-of date who passed every course that they sat, each person counted once; a course passed at a later attempt is passed. Where no result is given, the score is held against the pass mark; persons without any result are shown apart. Attendances and those of them passed are shown beside. A month's figure runs from the start of the year to its end."""
--- */
with attendances as (
    select
        *,
        case when is_passed then 1 when not is_passed then 0 end as passed_count
    from warehouse.trainings
    where
        trained_on >= $start
        and trained_on < $end
),

courses as (
    select
        person,
        min(nullif(community, '未填')) as community,
        min(nullif(department, '未填')) as department,
        min(trained_on) as trained_on,
        max(passed_count) as is_course_passed,
        count(*) as attendance_count,
        coalesce(sum(passed_count), 0) as passed_attendance_count
    from attendances
    group by
        person,
        course
)

select
    person as evidence_id,
    cast(min(trained_on) as timestamp) as occurred_at,
    coalesce(min(community), '未填') as community,
    coalesce(min(department), '未填') as department,
    case when count(is_course_passed) = 0 then 'without_result' end as set_apart,
    min(is_course_passed) as numerator,
    1 as denominator,
    sum(attendance_count) as attendance_count,
    sum(passed_attendance_count) as passed_attendance_count
from courses
group by person
