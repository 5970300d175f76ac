-- one row per measure taken, figure that it should move, and part of the estate where it was taken (null: everywhere)
select
    name,
    started_on,
    metric,
    scope,
    owner,
    note,
    source_file_id,
    source_row
from latest.initiatives
order by
    started_on asc,
    name asc,
    metric asc,
    scope asc nulls first
