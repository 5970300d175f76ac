/* ---
title         = { zh = "第三方考核达标率", en = "Vendor reviews passed" }
section       = "core_services.vendors"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "events"
basis         = "flow"
slices        = ["vendor", "item", "community"]
set_apart     = ["without_result"]
details       = { score = "mean" }
requires      = [["vendor_reviews.is_passed", "vendor_reviews.pass_mark"]]
undated       = ["vendor_reviews.is_review_undated"]
definition.zh = """考核期在统计期内的第三方考核（项次）中，结果合格的比例；没有结果的按得分是否达到合格线判定，两者都没有的另列、不计入。考核期整个归入它开始的那一天；考核完成日期在统计日之后的不计，没有考核完成日期的按导出时状态计。平均得分另列。"""
definition.en = """Share of the reviews of vendors for the period that were passed; where no result is given, the score is held against the pass mark, and reviews with neither are shown apart. A review period belongs whole to the day on which it starts. Reviews completed after the as-of date do not count; those without a day of completion are as they were on the day of the export. The mean score is shown beside."""
--- */
select
    review_id as evidence_id,
    cast(period_start as timestamp) as occurred_at,
    vendor,
    item,
    community,
    vendor || ' ' || cast(period_start as varchar) as cluster,
    case when is_passed is null then 'without_result' end as set_apart,
    case when is_passed then 1 else 0 end as numerator,
    1 as denominator,
    score
from warehouse.vendor_reviews
where
    period_start >= $start
    and period_start < $end
    and (reviewed_on is null or reviewed_on < $as_of)
