/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单只有流转记录，没有工单本身。请补导这些工单。"
sentence.en = "{count} tickets have flow records but are not among the tickets. Export those tickets too."
--- */
select distinct ticket_events.ticket_id
from warehouse.ticket_events
left join warehouse.tickets on ticket_events.ticket_id = tickets.ticket_id
where tickets.ticket_id is null
