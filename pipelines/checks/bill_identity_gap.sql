/* ---
severity = "warn"
sentence.zh = "有 {count} 笔账单的应收与实收、冲抵、减免、欠费之和不符，差额合计 {amount} 元，最大一笔 {largest} 元。"
sentence.en = "{count} bills whose due differs from paid + offset + waived + open: {amount} yuan in all, {largest} at most."
--- */
select
    bill_id,
    gap as amount,
    concat(
        '应收 ', amount_due, '，减免 ', amount_waived, '，冲抵 ', amount_offset, '，实收 ', amount_paid,
        case
            when amount_paid_reported <> amount_paid then concat('（账单所载实收 ', amount_paid_reported, '）')
            else ''
        end,
        coalesce('，欠费 ' || cast(amount_open_reported as varchar), ''),
        '，相差 ', gap, ' 元'
    ) as detail_zh,
    concat(
        'due ', amount_due, ', waived ', amount_waived, ', offset ', amount_offset, ', paid ', amount_paid,
        case
            when amount_paid_reported <> amount_paid then concat(' (the bill says ', amount_paid_reported, ')')
            else ''
        end,
        coalesce(', open ' || cast(amount_open_reported as varchar), ''),
        ': a gap of ', gap, ' yuan'
    ) as detail_en
from warehouse.fee_gaps
