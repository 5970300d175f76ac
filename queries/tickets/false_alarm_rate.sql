/* ---
title         = { zh = "消防误报率", en = "False alarm rate" }
section       = "repairs_and_complaints.repeat_faults"
unit          = "percent"
better        = "lower"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["community", "building", "category", "subcategory", "priority", "channel", "business_type", "vendor", "system"]
set_apart     = ["unrecorded"]
parameters    = { alarm_categories = ["消防报警"] }
requires      = ["tickets.is_false_alarm"]
undated       = ["tickets.is_false_alarm"]
definition.zh = """统计期内受理的报警（默认为消防报警类）中，经核实为误报的比例。没有填写是否误报的为未记录，另列；撤单不计入。是否误报按导出时状态。"""
definition.en = """Share of the alarms opened in the period (fire alarms unless the settings say otherwise) that proved false. Alarms without a finding are unrecorded and shown apart; cancelled tickets are left out. Which alarms are false is as it was on the day of the export."""
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
    cluster_id as cluster,
    case when is_false_alarm is null then 'unrecorded' end as set_apart,
    case when is_false_alarm then 1 else 0 end as numerator,
    1 as denominator
from warehouse.tickets
where
    (array_contains($alarm_categories, category) or is_false_alarm)
    and opened_at >= $start
    and opened_at < $end
    and not (is_cancelled and coalesce(cancelled_at, closed_at, opened_at) < $as_of)
