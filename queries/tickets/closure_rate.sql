/* ---
title         = { zh = "工单闭环率", en = "Ticket closure rate" }
section       = "repairs_and_complaints.closure"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor"]
details       = { force_closed_count = "sum", closed_by_timeout_count = "sum", closed_undated_count = "sum" }
requires      = [["tickets.closed_at", "tickets.status"]]
definition.zh = """统计期内受理的工单中，截至统计日已关闭的比例。截至统计日已知为重复、误拨或撤回的不计入；强制结单和未处理即结单的计入分母、不计入分子；超时自动结单计入分子并另列；关闭时间不明的按导出时状态计入分子并另列。"""
definition.en = """Share of the tickets opened in the period that had been closed by the as-of date. Tickets known by then to be duplicates, mistaken or withdrawn are left out. Forced closures and closures without handling count in the denominator only. Closures by timeout count and are shown apart; so do closures at an unknown moment, which are as they were on the day of the export."""
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
    case
        when is_force_closed then 0
        when closed_at < $as_of or is_closed_undated then 1
        else 0
    end as numerator,
    1 as denominator,
    case when is_force_closed and (closed_at < $as_of or is_closed_undated) then 1 else 0 end as force_closed_count,
    case when is_closed_by_timeout and closed_at < $as_of then 1 else 0 end as closed_by_timeout_count,
    case when is_closed_undated and not is_force_closed then 1 else 0 end as closed_undated_count
from warehouse.tickets
where
    opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
