/* ---
title         = { zh = "服务时限达标率", en = "Service levels attained" }
section       = "repairs_and_complaints.complaints"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["level", "milestone", "community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
set_apart     = ["not_computable", "unrecorded", "not_yet_due"]
requires      = ["ticket_service_levels.is_computable"]
undated       = ["ticket_service_levels.has_needs"]
definition.zh = """统计期内受理的工单所适用的各项服务时限中，按时完成的比例；一件工单有几项时限就计几次，按时限细分时各项单列。撤单不计入；未到时限又未完成的另列，逾期未完成的为未达标；已处理而没有该环节时间的响应为未记录，另列；缺少所需时间的不可计算，另列。流转记录载明的挂起时段不计时；时限另有次数要求（如留存照片）的，次数按导出时状态，不足的不算达标。"""
definition.en = """Share of all service levels of the tickets opened in the period that were attained; a ticket counts once for each of its levels, and the levels can be seen one by one. Cancelled tickets are left out. What is neither done nor due yet is shown apart; open and overdue is missed. Responses missing from resolved tickets are unrecorded and shown apart, as is what cannot be computed for want of a time. Pauses dated in the ticket events do not count; where a level also needs a count (such as a photo), the count is as of the day of the export, and one too low is no attainment."""
--- */
select
    levels.ticket_id || ' ' || levels.level as evidence_id,
    tickets.opened_at as occurred_at,
    levels.level,
    levels.milestone,
    tickets.community,
    tickets.building,
    tickets.kind,
    tickets.category,
    tickets.subcategory,
    tickets.priority,
    tickets.channel,
    tickets.business_type,
    tickets.vendor,
    tickets.cluster_id as cluster,
    case
        when not levels.is_computable or levels.started_at >= $as_of then 'not_computable'
        when levels.reached_at < $as_of then null
        when levels.is_unrecorded and tickets.resolved_at < $as_of then 'unrecorded'
        when levels.is_paused or levels.due_at >= $as_of then 'not_yet_due'
    end as set_apart,
    case
        when
            levels.needs_met
            and levels.reached_at < $as_of
            and (levels.is_paused or levels.reached_at <= levels.due_at)
            then 1
        else 0
    end as numerator,
    1 as denominator
from warehouse.ticket_service_levels as levels
inner join warehouse.tickets as tickets on levels.ticket_id = tickets.ticket_id
where
    tickets.opened_at >= $start
    and tickets.opened_at < $end
    and not (
        tickets.is_cancelled
        and coalesce(tickets.cancelled_at, tickets.closed_at, tickets.opened_at) < $as_of
    )
