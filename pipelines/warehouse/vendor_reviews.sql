-- one row per vendor and period reviewed and, where the export tells them apart, community and service
select
    review_id,
    vendor,
    period_start,
    community,
    item,
    score,
    pass_mark,
    is_passed,
    cast(penalty as decimal(18, 2)) as penalty,
    reviewed_on,
    count(reviewed_on) over () = 0 as is_review_undated,
    reviewer,
    note,
    source_file_id,
    source_row
from staging.vendor_reviews
order by
    period_start,
    review_id
