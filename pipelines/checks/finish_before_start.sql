/* ---
severity = "warn"
sentence.zh = "有 {count} 处工单节点早于应在它之前的节点，相应时长不计。"
sentence.en = "{count} milestones of tickets lie before the ones that they follow; no duration is taken from them."
--- */
with suspects as (
    select *
    from warehouse.tickets
    where
        least(
            dispatched_at, responded_at, arrived_at, diagnosed_at, plan_issued_at, rectified_at, interviewed_at,
            resolved_at, followed_up_at, closed_at, cancelled_at, reopened_at
        ) < opened_at
        or arrived_at < dispatched_at
        or resolved_at < arrived_at
        or resolved_at < clock_started_at
        or closed_at < resolved_at
),

reached as (
    unpivot suspects
    on opened_at, dispatched_at, responded_at, arrived_at, diagnosed_at, plan_issued_at, rectified_at, interviewed_at,
    resolved_at, followed_up_at, closed_at, cancelled_at, reopened_at, clock_started_at
    into name milestone value reached_at
),

pairs as (
    select listed.*
    from (
        values
        ('opened_at', '登记', 'dispatched_at', '派单'),
        ('opened_at', '登记', 'responded_at', '响应'),
        ('opened_at', '登记', 'arrived_at', '到场'),
        ('opened_at', '登记', 'diagnosed_at', '查明'),
        ('opened_at', '登记', 'plan_issued_at', '出具方案'),
        ('opened_at', '登记', 'rectified_at', '整改'),
        ('opened_at', '登记', 'interviewed_at', '约谈'),
        ('opened_at', '登记', 'resolved_at', '修复'),
        ('opened_at', '登记', 'followed_up_at', '回访'),
        ('opened_at', '登记', 'closed_at', '关闭'),
        ('opened_at', '登记', 'cancelled_at', '撤销'),
        ('opened_at', '登记', 'reopened_at', '重开'),
        ('dispatched_at', '派单', 'arrived_at', '到场'),
        ('arrived_at', '到场', 'resolved_at', '修复'),
        ('clock_started_at', '计时开始', 'resolved_at', '修复'),
        ('resolved_at', '修复', 'closed_at', '关闭')
    ) as listed (earlier, earlier_word, later, later_word)
)

select
    earlier.ticket_id,
    concat(
        pairs.later_word, ' ', strftime(later.reached_at, '%Y-%m-%d %H:%M'), '，早于', pairs.earlier_word, ' ',
        strftime(earlier.reached_at, '%Y-%m-%d %H:%M')
    ) as detail_zh,
    concat(
        pairs.later, ' ', strftime(later.reached_at, '%Y-%m-%d %H:%M'), ' is before ', pairs.earlier, ' ',
        strftime(earlier.reached_at, '%Y-%m-%d %H:%M')
    ) as detail_en
from pairs
inner join reached as earlier on pairs.earlier = earlier.milestone
inner join reached as later
    on
        pairs.later = later.milestone
        and earlier.ticket_id = later.ticket_id
        and earlier.reached_at > later.reached_at
