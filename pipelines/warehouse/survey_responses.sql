-- one row per invitation, answered or not
with surveys as (
    select * from staging.surveys
),

responses as (
    select
        response_id,
        wave,
        arg_min(community, (community = '未填', source_file_id, source_row)) as community,
        arg_min(building, (building = '未填', source_file_id, source_row)) as building,
        arg_min(business_type, (business_type = '未填', source_file_id, source_row)) as business_type,
        arg_min(channel, (channel = '未填', source_file_id, source_row)) as channel,
        min(room) as room,
        min(ticket_id) as ticket_id,
        min(sent_at) as sent_at,
        max(answered_at) as answered_at,
        max(nps) as nps,
        string_agg(distinct comment, '；' order by comment) as comment,
        coalesce(sum(len(scores)), 0) > 0 as has_scores,
        -- an answer that names a ticket rates that ticket and is no part of a survey
        case when count(ticket_id) > 0 then 'ticket' else 'survey' end as occasion,
        arg_min(source_file_id, (source_file_id, source_row)) as source_file_id,
        arg_min(source_row, (source_file_id, source_row)) as source_row
    from surveys
    group by
        response_id,
        wave
),

valid as (
    select distinct
        wave,
        response_id
    from staging.survey_scores
    where is_on_scale
),

answered as (
    select
        responses.*,
        responses.has_scores or responses.nps is not null or responses.answered_at is not null as is_answered,
        valid.response_id is not null as has_valid_score
    from responses
    left join valid
        on
            responses.wave = valid.wave
            and responses.response_id = valid.response_id
)

select
    response_id,
    wave,
    community,
    building,
    business_type,
    channel,
    room,
    ticket_id,
    sent_at,
    answered_at,
    occasion,
    is_answered,
    has_valid_score,
    -- a sending time alone does not help: an export of answers has one too, and would always give 100 %
    bool_or(not is_answered) over (partition by wave, occasion) as has_invitations,
    coalesce(sent_at, answered_at) as surveyed_at,
    nps,
    comment,
    source_file_id,
    source_row
from answered
order by
    wave,
    response_id
