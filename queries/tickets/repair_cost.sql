/* ---
title         = { zh = "维修费用", en = "Cost of repairs" }
section       = "core_services.repairs"
unit          = "yuan"
better        = "neutral"
aggregate     = "sum"
basis         = "flow"
slices        = ["community", "building", "category", "subcategory", "priority", "channel", "business_type", "vendor", "system"]
details       = { repairs_with_cost_count = "sum", highest_cost_yuan = "max" }
requires      = ["tickets.cost", "tickets.kind"]
undated       = ["tickets.cost"]
definition.zh = """统计期内受理的报修所记费用的合计，按导出时状态，不论是否付款；没有记费用的报修不计入，撤单不计入。记有费用的件数和最高一笔另列。"""
definition.en = """Sum of the costs recorded on the repairs opened in the period, as they were on the day of the export, paid or not. Repairs without a recorded cost and cancelled ones are left out. How many had a cost, and the highest, are shown beside."""
--- */
select
    ticket_id as evidence_id,
    opened_at as occurred_at,
    community,
    building,
    category,
    subcategory,
    priority,
    channel,
    business_type,
    vendor,
    system,
    cast(cost as decimal(18, 2)) as value,
    case when cost > 0 then 1 else 0 end as repairs_with_cost_count,
    cast(cost as decimal(18, 2)) as highest_cost_yuan
from warehouse.tickets
where
    kind = 'repair'
    and cost is not null
    and opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
