/* ---
title         = { zh = "线上缴费占比", en = "Share paid online" }
section       = "overview.fees"
unit          = "percent"
better        = "higher"
aggregate     = "ratio"
base          = "money"
basis         = "flow"
slices        = ["community", "building", "business_type", "fee_class", "fee_item", "unit_state", "payment_channel"]
headline      = { fee_class = "property" }
set_apart     = ["refund", "channel_unknown"]
parameters    = { fees_online_channels = ["微信", "支付宝", "APP", "小程序", "网银", "线上", "online"] }
requires      = [["payments.amount", "bills.amount_paid"], ["payments.channel", "bills.payment_channel"], ["payments.paid_on", "bills.last_paid_on"]]
undated       = ["payments.is_derived"]
definition.zh = """统计期内收到的款项中，经线上渠道缴纳的金额占比，不论款项属于哪一年的账单；哪些渠道算线上由设置中的词语规定。退款和没有记录渠道的收款另列，不计入分子和分母。只含物业服务费；停车费等其他费类按费类细分另看。"""
definition.en = """Of what was received in the period, for bills of whatever year, the share that came through online channels; words in the settings say which those are. Refunds and payments without a recorded channel are shown apart and in neither part. Property service fees only; other classes of fees are counted apart."""
--- */
with online_words as (select unnest($fees_online_channels) as word),

channels as (
    select distinct channel
    from warehouse.payments
),

online_channels as (
    select distinct channels.channel
    from channels
    inner join online_words on contains(lower(channels.channel), lower(online_words.word))
)

select
    payments.payment_id as evidence_id,
    cast(payments.paid_on as timestamp) as occurred_at,
    bills.community,
    bills.building,
    bills.business_type,
    bills.fee_class,
    bills.fee_item,
    bills.unit_state,
    payments.channel as payment_channel,
    case when online_channels.channel is null then 0 else payments.amount end as numerator,
    payments.amount as denominator,
    case
        when payments.amount < 0 then 'refund'
        when payments.channel = '未填' then 'channel_unknown'
    end as set_apart
from warehouse.payments as payments
inner join warehouse.bills as bills on payments.bill_id = bills.bill_id
left join online_channels on payments.channel = online_channels.channel
where
    payments.paid_on >= $start
    and payments.paid_on < $end
