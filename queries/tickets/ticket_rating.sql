/* ---
title         = { zh = "工单评价平均分", en = "Mean ticket rating" }
section       = "satisfaction.follow_up"
unit          = "points"
better        = "higher"
aggregate     = "mean"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["system_default"]
requires      = ["tickets.rating"]
definition.zh = """统计期内受理的工单的业主评价平均分。自动关闭时由系统默认给出的评价不计入并另列；没有评价时间的按导出时状态计。"""
definition.en = """Mean of the owners' ratings of the tickets opened in the period. Ratings that the system gives by default on automatic closing are left out and shown apart; ratings without a time are as they were on the day of the export."""
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
    case when is_default_rating then 'system_default' end as set_apart,
    rating as value
from warehouse.tickets
where
    opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
    and rating is not null
    and (rated_at is null or rated_at < $as_of)
