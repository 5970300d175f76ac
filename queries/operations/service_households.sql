/* ---
title         = { zh = "便民服务户数", en = "Households served" }
section       = "core_services.activities"
unit          = "count"
better        = "neutral"
aggregate     = "count"
basis         = "stock"
slices        = ["community"]
set_apart     = ["unknown_household"]
details       = { service_times = "sum" }
requires      = [["services.room", "services.owner_name"]]
definition.zh = """自年初到统计日接受过便民或特殊群体服务的户数，同一户无论几次只计一户（户，不是户次）；服务户次另列。因为去重，按月时是从年初到该月月末的累计，各月不能相加。没有房号也没有姓名的服务记录认不出是哪一户，另列。"""
definition.en = """Households that were given a service between the start of the year and the as-of date, each counted once however often; the number of services is shown beside. As households are counted once, a month's figure runs from the start of the year to its end, and months do not add up. Services without a room or a name belong to no household that can be told and are shown apart."""
--- */
with services as (
    select *
    from warehouse.services
    where
        served_on >= $start
        and served_on < $end
)

select
    household as evidence_id,
    cast(min(served_on) as timestamp) as occurred_at,
    min(community) as community,
    cast(null as varchar) as set_apart,
    sum(service_count) as service_times
from services
where household is not null
group by household
union all
select
    service_id as evidence_id,
    cast(served_on as timestamp) as occurred_at,
    community,
    'unknown_household' as set_apart,
    service_count as service_times
from services
where household is null
