/* ---
title         = { zh = "特殊群体服务户数", en = "Households in special care served" }
section       = "overview.scope"
unit          = "count"
better        = "neutral"
aggregate     = "count"
basis         = "stock"
set_apart     = ["unknown_household"]
details       = { service_times = "sum" }
requires      = ["services.resident_group", ["services.room", "services.owner_name"]]
definition.zh = """自年初到统计日接受过服务的特殊群体（独居老人、残障人士等）的户数，同一户只计一户；服务户次另列。只给合计，不按群体、项目或楼栋细分，以免认出具体的人。按月时是从年初到该月月末的累计，各月不能相加。"""
definition.en = """Households of residents in special care (elderly people living alone, disabled people and so on) that were given a service between the start of the year and the as-of date, each counted once; the number of services is shown beside. A total only, with no group, community or building, lest somebody be recognised. A month's figure runs from the start of the year to its end, and months do not add up."""
--- */
with services as (
    select *
    from warehouse.services
    where
        is_special_group
        and served_on >= $start
        and served_on < $end
)

select
    household as evidence_id,
    cast(min(served_on) as timestamp) as occurred_at,
    cast(null as varchar) as set_apart,
    sum(service_count) as service_times
from services
where household is not null
group by household
union all
select
    service_id as evidence_id,
    cast(served_on as timestamp) as occurred_at,
    'unknown_household' as set_apart,
    service_count as service_times
from services
where household is null
