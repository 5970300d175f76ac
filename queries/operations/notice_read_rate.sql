/* ---
title         = { zh = "通知已读率", en = "Households that read notices" }
section       = "satisfaction.notices"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "households"
basis         = "flow"
slices        = ["channel", "category", "community"]
set_apart     = ["not_recorded"]
requires      = ["notices.target_households", "notices.read_households"]
undated       = ["notices.read_households"]
definition.zh = """统计期内发出、能知道是否已读的通知，已读户数之和除以应通知户数之和，均为户次。不知道谁读过的通知（如楼道张贴）没有已读户数，另列、不计入，不按未读计。户数没有日期，按导出时状态。"""
definition.en = """Households that read the notices sent in the period, divided by the households that these were meant for, both added up over the notices of which it is known who read them. Notices read by nobody knows whom, as posters are, have no such number: they are shown apart and not taken as unread. The numbers are undated and as they were on the day of the export."""
--- */
select
    notice_id as evidence_id,
    cast(sent_on as timestamp) as occurred_at,
    channel,
    category,
    community,
    notice_id as cluster,
    case when target_households is null or read_households is null then 'not_recorded' end as set_apart,
    least(read_households, target_households) as numerator,
    target_households as denominator
from warehouse.notices
where
    sent_on >= $start
    and sent_on < $end
