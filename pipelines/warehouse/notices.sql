-- one row per notice and, where the export tells them apart, community and channel
select
    concat_ws('/', coalesce(notice_id, concat_ws(' ', sent_on, title)), community, channel) as notice_id,
    title,
    sent_on,
    coalesce(category, '未填') as category,
    coalesce(channel, '未填') as channel,
    coalesce(community, '未填') as community,
    target_households,
    delivered_households,
    read_households,
    sender,
    note,
    source_file_id,
    source_row
from latest.notices
order by
    sent_on,
    notice_id
