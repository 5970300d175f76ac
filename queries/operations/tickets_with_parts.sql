/* ---
title         = { zh = "更换零件的工单", en = "Tickets with parts replaced" }
section       = "core_services.repairs"
unit          = "count"
better        = "neutral"
aggregate     = "count"
basis         = "flow"
slices        = ["part_name", "community", "building", "category", "subcategory", "system", "vendor"]
details       = { cost_yuan = "sum", cost_recorded_count = "sum" }
requires      = ["tickets.parts_replaced"]
undated       = ["tickets.parts_replaced"]
definition.zh = """统计期内受理的工单中登记了更换零件的件数；可按零件名称细分，名称照登记的写法。零件登记没有日期，按导出时状态。登记了费用的件数和费用合计（元）另列。撤单不计。"""
definition.en = """Tickets opened in the period for which replaced parts are recorded; they can be split by part, named as written. Parts are undated and as they were on the day of the export. How many of them have a cost, and its sum in yuan, are shown beside. Cancelled tickets do not count."""
--- */
select
    ticket_id as evidence_id,
    opened_at as occurred_at,
    parts_replaced as part_name,
    community,
    building,
    category,
    subcategory,
    system,
    vendor,
    coalesce(cost, 0) as cost_yuan,
    case when cost is not null then 1 else 0 end as cost_recorded_count
from warehouse.tickets
where
    parts_replaced is not null
    and opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
