-- one row per review of a vendor: whether it was passed, by its result or else by score and pass mark
with reviews as (
    select * from latest.vendor_reviews
)

select
    concat_ws('/', vendor, month, community, item) as review_id,
    vendor,
    month as period_start,
    coalesce(community, '未填') as community,
    coalesce(item, '未填') as item,
    score,
    pass_mark,
    coalesce(is_passed, score >= pass_mark) as is_passed,
    -- some systems write deductions as negative amounts
    abs(coalesce(penalty, 0)) as penalty,
    reviewed_on,
    reviewer,
    note,
    source_file_id,
    source_row
from reviews
