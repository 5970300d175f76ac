/* ---
severity = "warn"
sentence.zh = "有 {count} 件工单与几分钟前同一人、同一处、同类的工单相近，疑似重复登记，未剔除。"
sentence.en = "{count} tickets look like repeats of one registered minutes before; they are kept."
--- */
select
    ticket_id,
    concat(
        earlier_ticket_id, '（', strftime(earlier_opened_at, '%Y-%m-%d %H:%M'), '）之后 ',
        cast(round(minutes_between) as integer), ' 分钟',
        coalesce('，' || place_label, ''), '，', category, coalesce('／' || nullif(subcategory, '未填'), '')
    ) as detail_zh,
    concat(
        cast(round(minutes_between) as integer), ' minutes after ', earlier_ticket_id, ' (',
        strftime(earlier_opened_at, '%Y-%m-%d %H:%M'), ')', coalesce(', ' || place_label, ''), ', ', category,
        coalesce('/' || nullif(subcategory, '未填'), '')
    ) as detail_en
from warehouse.near_duplicates
