/* ---
title         = { zh = "持证率（按人）", en = "Persons certified" }
section       = "overview.team"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "stock"
slices        = ["community", "department"]
details       = { certificate_count = "sum", expired_count = "sum" }
requires      = [["trainings.is_certified", "trainings.certificate_expires_on"]]
definition.zh = """截至统计日参加过取证课程的人中，所参加的取证课程都持有有效证书的人数比例，每人只计一次。往年取得、统计日仍在有效期内的证书有效；没有有效期的视为长期有效。不发证的课程不计。有效证书数、已过期而未续的证书数另列。"""
definition.en = """Share of the persons who had sat a course leading to a certificate by the as-of date who hold a valid one of every such course that they sat, each person counted once. A certificate of an earlier year counts while it is valid on the as-of date; one without an expiry date does not expire. Courses that lead to no certificate do not count. Valid certificates and those expired without renewal are shown beside."""
--- */
with attempts as (
    select
        person,
        course,
        trained_on,
        nullif(community, '未填') as community,
        nullif(department, '未填') as department,
        case when coalesce(is_certified, certificate_expires_on is not null) then 1 else 0 end as is_awarded,
        case when date_diff('day', certificate_expires_on, cast($as_of as date)) > 1 then 0 else 1 end as is_unexpired
    from warehouse.trainings
    where
        trained_on < $end
        and (is_certified is not null or certificate_expires_on is not null)
),

courses as (
    select
        person,
        course,
        min(community) as community,
        min(department) as department,
        max(trained_on) as trained_on,
        max(is_awarded) as is_ever_awarded,
        max(is_awarded * is_unexpired) as is_valid
    from attempts
    group by
        person,
        course
)

select
    person as evidence_id,
    cast(max(trained_on) as timestamp) as occurred_at,
    coalesce(min(community), '未填') as community,
    coalesce(min(department), '未填') as department,
    min(is_valid) as numerator,
    1 as denominator,
    sum(is_valid) as certificate_count,
    sum(is_ever_awarded - is_valid) as expired_count
from courses
group by person
