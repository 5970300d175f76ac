/* ---
title         = { zh = "第三方考核扣款", en = "Penalties of vendors" }
section       = "core_services.vendors"
unit          = "yuan"
better        = "neutral"
aggregate     = "sum"
basis         = "flow"
slices        = ["vendor", "item", "community"]
details       = { penalised_count = "sum" }
requires      = ["vendor_reviews.penalty"]
undated       = ["vendor_reviews.is_review_undated"]
definition.zh = """考核期在统计期内的第三方考核的扣款合计（元）；有扣款的项次另列。考核期整个归入它开始的那一天；考核完成日期在统计日之后的不计，没有考核完成日期的按导出时状态计。证据行是全部考核，没有扣款的为 0。"""
definition.en = """Sum of the penalties in the reviews of vendors for the period, in yuan; the number of reviews with a penalty is shown beside. A review period belongs whole to the day on which it starts. Reviews completed after the as-of date do not count; those without a day of completion are as they were on the day of the export. The evidence is every review, 0 where there was no penalty."""
--- */
select
    review_id as evidence_id,
    cast(period_start as timestamp) as occurred_at,
    vendor,
    item,
    community,
    penalty as value,
    case when penalty > 0 then 1 else 0 end as penalised_count
from warehouse.vendor_reviews
where
    period_start >= $start
    and period_start < $end
    and (reviewed_on is null or reviewed_on < $as_of)
