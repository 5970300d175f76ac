/* ---
title         = { zh = "受理工单", en = "Tickets received" }
section       = "overview.tickets"
unit          = "count"
better        = "neutral"
aggregate     = "count"
basis         = "flow"
slices        = ["community", "building", "kind", "category", "subcategory", "priority", "channel", "business_type", "vendor", "system"]
definition.zh = """统计期内受理的工单件数，不含截至统计日已知为重复、误拨或撤回的工单。"""
definition.en = """Tickets opened in the period, less those known by the as-of date to be duplicates, mistaken or withdrawn."""
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
    system
from warehouse.tickets
where
    opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
