/* ---
title         = { zh = "第三方时限达标率", en = "Service levels attained by vendors" }
section       = "repairs_and_complaints.repeat_faults"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["vendor", "level", "milestone", "community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "system"]
set_apart     = ["not_computable", "unrecorded", "not_yet_due"]
parameters    = { vendor_own_teams = ["项目工程班", "工程部", "物业工程部", "自有班组", "自修", "own team"] }
requires      = ["tickets.vendor", "ticket_service_levels.is_computable"]
undated       = ["ticket_service_levels.has_needs"]
definition.zh = """统计期内受理、交第三方单位处理的工单所适用的各项服务时限中，按时完成的比例；计法同服务时限达标率。没有填写单位的和本企业班组（在设置中列明）处理的不计入。时限所要求的照片数、上门次数按导出时状态。"""
definition.en = """Share of all service levels of the tickets opened in the period and given to a vendor that were attained, counted as in service levels attained. Tickets without a vendor and those of own teams, listed in the settings, are left out. Counts of photos or visits that a level asks for are as they were on the day of the export."""
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
    tickets.system,
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
    and tickets.vendor <> '未填'
    and not array_contains($vendor_own_teams, tickets.vendor)
