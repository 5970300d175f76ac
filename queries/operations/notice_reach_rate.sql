/* ---
title         = { zh = "通知触达率", en = "Households reached by notices" }
section       = "satisfaction.notices"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "households"
basis         = "flow"
slices        = ["channel", "category", "community"]
set_apart     = ["not_recorded"]
requires      = ["notices.target_households", "notices.delivered_households"]
undated       = ["notices.delivered_households"]
definition.zh = """统计期内发出的通知，送达户数之和除以应通知户数之和，均为户次：一户收到两条通知计两次，同一通知经两个渠道发出的各计一次。送达不等于已读，已读另有指标。送达或应通知户数没有填的通知另列、不计入。户数没有日期，按导出时状态。"""
definition.en = """Households to which the notices sent in the period were delivered, divided by the households that they were meant for, both added up over the notices: a household that gets two counts twice, and a notice sent over two channels counts once for each. Delivered is not read, which is a figure of its own. Notices without either number are shown apart. The numbers are undated and as they were on the day of the export."""
--- */
select
    notice_id as evidence_id,
    cast(sent_on as timestamp) as occurred_at,
    channel,
    category,
    community,
    notice_id as cluster,
    case when target_households is null or delivered_households is null then 'not_recorded' end as set_apart,
    least(delivered_households, target_households) as numerator,
    target_households as denominator
from warehouse.notices
where
    sent_on >= $start
    and sent_on < $end
