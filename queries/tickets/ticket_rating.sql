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
undated       = ["tickets.is_rated_undated"]
definition.zh = """统计期内受理的工单的业主评价平均分。系统自动关闭工单时默认给出的五星（与关闭同时，或没有评价时间）不计入，件数另列；其余没有评价时间的按导出时状态计。只取工单导出数据中的评价：满意度调查另有指标，其中带工单编号的答卷也另列。"""
definition.en = """Mean of the owners' ratings of the tickets opened in the period. The five stars that the system gives by default when it closes a ticket by itself (at that moment, or without a time) are left out and counted apart; other ratings without a time are as they were on the day of the export. Only ratings in the export of tickets: surveys have figures of their own, and answers to them that name a ticket are shown apart there."""
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
    case when is_default_rating then 'system_default' end as set_apart,
    rating as value
from warehouse.tickets
where
    opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
    and rating is not null
    and (rated_at is null or rated_at < $as_of)
