/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单重开过，但重开或重开前关闭的时间不全，其间按未结计；逐月未结工单的差额见表 backlog_identity。"
sentence.en = "{count} tickets were reopened, but a time of reopening, or of the closing before it, is missing; meanwhile they count as open. See backlog_identity for the gap by month."
--- */
with dated as (
    select
        ticket_id,
        count(*) as dated_count,
        count(case when was_out and left_at is null then 1 end) as closings_missing
    from warehouse.reopenings
    group by ticket_id
),

compared as (
    select
        tickets.ticket_id,
        greatest(coalesce(tickets.reopened_count, 0) - coalesce(dated.dated_count, 0), 0) as reopenings_missing,
        coalesce(dated.closings_missing, 0) as closings_missing
    from warehouse.tickets
    left join dated on tickets.ticket_id = dated.ticket_id
    where
        tickets.reopened_count > 0
        or dated.ticket_id is not null
)

select
    ticket_id,
    concat('缺 ', reopenings_missing, ' 次重开时间、', closings_missing, ' 次重开前的关闭时间') as detail_zh,
    concat(
        reopenings_missing, ' times of reopening and ', closings_missing, ' of the closing before are missing'
    ) as detail_en
from compared
where reopenings_missing + closings_missing > 0
