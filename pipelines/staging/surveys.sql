-- one row per survey row as received: an answer to one dimension, to all of them, or an unanswered invitation
with surveys as (
    select * from latest.surveys
)

select
    response_id,
    coalesce(wave, cast(year(coalesce(sent_at, answered_at)) as varchar), '未填') as wave,
    coalesce(community, '未填') as community,
    coalesce(building, '未填') as building,
    coalesce(business_type, '未填') as business_type,
    coalesce(channel, '未填') as channel,
    room,
    ticket_id,
    sent_at,
    answered_at,
    dimensions_of(answers) as dimensions,
    scores_of(answers) as scores,
    scale_max,
    nps,
    comment,
    source_file_id,
    source_row
from surveys
