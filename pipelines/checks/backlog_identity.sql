/* ---
severity = "fail"
sentence.zh = "有 {count} 个项目月份的未结工单对不上：月初＋受理＋重开－关闭－撤销不等于月末。"
sentence.en = "{count} months of a community in which open tickets do not add up: opening + opened + reopened - closed - cancelled is not closing."
--- */
select
    concat(community, ' ', strftime(month_start, '%Y-%m')) as row_id,
    concat(
        '月初 ', opening, '，受理 ', opened, '，重开 ', reopened, '，关闭 ', closed, '，撤销 ', cancelled,
        '，月末 ', closing, '，相差 ', gap
    ) as detail_zh,
    concat(
        'opening ', opening, ', opened ', opened, ', reopened ', reopened, ', closed ', closed,
        ', cancelled ', cancelled, ', closing ', closing, ': a gap of ', gap
    ) as detail_en
from warehouse.backlog_identity
where gap <> reopened_undated
