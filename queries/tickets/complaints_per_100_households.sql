/* ---
title         = { zh = "每百户投诉", en = "Complaints per 100 households" }
section       = "repairs_and_complaints.complaints"
unit          = "count"
better        = "lower"
aggregate     = "ratio"
base          = "exposure"
basis         = "flow"
slices        = ["community"]
set_apart     = ["community_without_households"]
details       = { justified_count = "sum", incident_count = "sum", justified_incident_count = "sum" }
requires      = ["tickets.kind", "communities.households"]
definition.zh = """统计期内受理的投诉件数除以服务的百户·年：户数按项目在管天数折算，月度数已折成年率。撤单不计入；没有户数的项目的投诉另列。其中有效投诉（按导出时状态）的件数，以及同一事件（如一次停电）的投诉合为一起后的起数和有效起数另列。证据行包括每个项目每月的户数和每起投诉。"""
definition.en = """Complaints opened in the period per 100 household-years served; households count for the days on which their community was managed, so that a month is given as a yearly rate. Cancelled ones are left out; complaints of communities without a number of households are shown apart. Complaints found justified, as of the day of the export, and complaints with those about one incident (one power cut) counted once, all and justified, are shown beside. The evidence is one row for each community and month and one for each complaint."""
--- */
with months as (
    select make_date(cast(extract(year from $start) as integer), listed.month_number, 1) as first_day
    from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as listed (month_number)
),

served as (
    select
        communities.community,
        communities.households,
        months.first_day,
        date_diff(
            'day',
            greatest(months.first_day, coalesce(communities.valid_from, months.first_day)),
            least(
                cast(months.first_day + interval '1' month as date),
                cast($end as date),
                coalesce(communities.valid_to, cast($end as date))
            )
        ) as days_served,
        date_diff('day', cast($start as date), cast($start as date) + interval '1' year) as days_in_year
    from warehouse.communities as communities
    cross join months
    where communities.households > 0
),

known_communities as (
    select distinct community
    from served
    where days_served > 0
),

complaints as (
    select
        ticket_id,
        opened_at,
        community,
        case when is_justified then 1 else 0 end as justified_count,
        row_number() over (
            partition by coalesce('incident ' || incident_id, 'ticket ' || ticket_id)
            order by opened_at, ticket_id
        ) as position_in_incident,
        row_number() over (
            partition by coalesce('incident ' || incident_id, 'ticket ' || ticket_id), is_justified
            order by opened_at, ticket_id
        ) as position_in_finding
    from warehouse.tickets
    where
        kind = 'complaint'
        and opened_at >= $start
        and opened_at < $end
        and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
)

select
    community || ' ' || cast(first_day as varchar) as evidence_id,
    cast(first_day as timestamp) as occurred_at,
    community,
    cast(null as varchar) as set_apart,
    0 as numerator,
    cast(households * days_served / nullif(100.0 * days_in_year, 0) as decimal(38, 18)) as denominator,
    0 as justified_count,
    0 as incident_count,
    0 as justified_incident_count
from served
where days_served > 0
union all
select
    complaints.ticket_id as evidence_id,
    complaints.opened_at as occurred_at,
    complaints.community,
    case when known_communities.community is null then 'community_without_households' end as set_apart,
    1 as numerator,
    cast(0 as decimal(38, 18)) as denominator,
    complaints.justified_count,
    case when complaints.position_in_incident = 1 then 1 else 0 end as incident_count,
    case
        when complaints.position_in_finding = 1 then complaints.justified_count
        else 0
    end as justified_incident_count
from complaints
left join known_communities on complaints.community = known_communities.community
