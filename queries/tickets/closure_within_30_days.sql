/* ---
title         = { zh = "30 天内闭环率", en = "Closed within 30 days" }
section       = "repairs_and_complaints.closure"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["not_yet_due", "closed_undated"]
parameters    = { closure_window_days = 30 }
requires      = ["tickets.closed_at"]
undated       = ["tickets.is_closed_undated"]
definition.zh = """统计期内受理、到统计日已满 30 天的工单中，受理满 30 天时已关闭的比例，关闭后又重开的按未关闭计。未满 30 天的不论是否关闭都不计入并另列，因此各月同龄可比；关闭时间不明的另列；强制结单只计入分母。"""
definition.en = """Share of the tickets opened in the period, and at least 30 days old by the as-of date, that were closed 30 days after their opening and not reopened by then. Younger ones stay out, closed or not, and are shown apart, so that every month is seen at the same age. Closures at an unknown moment are shown apart; forced closures count in the denominator only."""
--- */
with reopenings as (
    select
        reopenings.ticket_id,
        max(
            case
                when
                    reopenings.reopened_at < $as_of
                    and date_diff('second', tickets.opened_at, reopenings.reopened_at) <= $closure_window_days * 86400
                    then reopenings.reopened_at
            end
        ) as reopened_at,
        max(
            case
                when
                    reopenings.left_at < $as_of
                    and date_diff('second', tickets.opened_at, reopenings.left_at) <= $closure_window_days * 86400
                    then reopenings.left_at
            end
        ) as left_at
    from warehouse.reopenings as reopenings
    inner join warehouse.tickets as tickets on reopenings.ticket_id = tickets.ticket_id
    group by reopenings.ticket_id
),

tickets as (
    select
        tickets.*,
        case
            when
                tickets.closed_at < $as_of
                and date_diff('second', tickets.opened_at, tickets.closed_at) <= $closure_window_days * 86400
                and (reopenings.reopened_at is null or tickets.closed_at > reopenings.reopened_at)
                then 1
            when reopenings.left_at > reopenings.reopened_at then 1
            when reopenings.left_at is not null and reopenings.reopened_at is null then 1
            else 0
        end as is_closed
    from warehouse.tickets as tickets
    left join reopenings on tickets.ticket_id = reopenings.ticket_id
    where
        tickets.opened_at >= $start
        and tickets.opened_at < $end
        and not (
            tickets.is_cancelled
            and coalesce(tickets.cancelled_at, tickets.closed_at, tickets.opened_at) < $as_of
        )
)

select
    ticket_id as evidence_id,
    opened_at as occurred_at,
    community,
    building,
    kind,
    category,
    subcategory,
    priority,
    channel,
    business_type,
    vendor,
    cluster_id as cluster,
    case
        when date_diff('second', opened_at, $as_of) < $closure_window_days * 86400 then 'not_yet_due'
        when is_closed_undated and not is_force_closed then 'closed_undated'
    end as set_apart,
    case when is_force_closed then 0 else is_closed end as numerator,
    1 as denominator
from tickets
