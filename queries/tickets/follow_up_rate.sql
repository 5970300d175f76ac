/* ---
title         = { zh = "回访率", en = "Follow-up rate" }
section       = "satisfaction.follow_up"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
details       = { attempt_count = "sum" }
parameters    = { follow_up_kinds = ["repair", "complaint"] }
requires      = ["tickets.followed_up_at", "tickets.resolved_at"]
undated       = ["tickets.is_rated_undated"]
definition.zh = """统计期内受理、已处理完成、应当回访的工单中，截至统计日已回访并有记录的比例。应回访的类别在设置中规定，匿名的和业主已自行评价的不必回访；拨打次数按导出时状态另列。"""
definition.en = """Share of the tickets opened in the period, resolved and due for follow-up that had been followed up by the as-of date. Which kinds are due is set in the settings; anonymous ones and those that the owner has already rated are not. Attempts are shown apart, as they were on the day of the export."""
--- */
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
    case when followed_up_at < $as_of then 1 else 0 end as numerator,
    1 as denominator,
    coalesce(follow_up_count, 0) as attempt_count
from warehouse.tickets
where
    opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
    and resolved_at < $as_of
    and array_contains($follow_up_kinds, kind)
    and not coalesce(is_anonymous, false)
    and (
        rating is null
        or is_default_rating
        or rated_at >= $as_of
        or rated_at >= followed_up_at
    )
