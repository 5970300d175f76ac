/* ---
severity = "warn"
sentence.zh = "有 {count} 份答卷既没有发放时间也没有答卷时间，无法归入年度，未计入任何满意度指标。"
sentence.en = "{count} survey answers have neither a sending nor an answering time; they belong to no year and count nowhere."
--- */
select
    response_id,
    concat('批次 ', wave, '，', community) as detail_zh,
    concat('wave ', wave, ', ', community) as detail_en
from warehouse.survey_responses
where
    is_answered
    and surveyed_at is null
