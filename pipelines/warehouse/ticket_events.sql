-- one row per change of a ticket
select
    concat_ws('/', ticket_id, event_at, event, new_value) as event_id,
    ticket_id,
    event_at,
    event,
    coalesce(changed_by, '未填') as changed_by,
    old_value,
    new_value,
    note,
    source_file_id,
    source_row
from latest.ticket_events
order by
    ticket_id asc,
    event_at asc,
    event asc,
    new_value asc nulls first
