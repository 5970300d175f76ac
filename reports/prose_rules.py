"""The avoid-list and the conventions of the prose, as rules that every generated sentence must pass.

Most rules look at the words only: names of the data and definitions are replaced by a neutral mark before a rule reads
the sentence. Two rules look at the numbers too: a verb must suit the kind of figure that follows it (件数增加、率提高、
时长缩短), and 提高到 takes a level where 提高 takes a difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from workspace import AnnualReportError, Language

HAN = "\u3400-\u9fff"
OWN_WORDS = re.compile(r'<span class="(?:name|definition)"[^>]*>.*?</span>', re.DOTALL)
TAGS = re.compile(r"<[^>]+>")
NAME_MARKS: Mapping[Language, str] = {"zh": "某某", "en": "Name"}
FIGURE = re.compile(r'<data class="figure[^"]*"[^>]*>')
ATTRIBUTE = re.compile(r'data-(statistic|format)="([^"]*)"')


@dataclass(frozen=True)
class Rule:
    """A pattern that must not occur, and why."""

    pattern: re.Pattern[str]
    reason: str


@dataclass(frozen=True)
class Violation:
    """A rule that a sentence breaks, and the words that break it."""

    words: str
    reason: str


class ProseRuleBroken(AnnualReportError):
    """A generated sentence breaks a rule of the house."""

    def __init__(self, sentence: str, broken: Violation) -> None:
        super().__init__(
            f"生成的句子不合行文规则：「{sentence}」中的「{broken.words}」——{broken.reason}。"
            "请修改 reports/templates 中的这一句。",
            f"A generated sentence breaks a rule: “{broken.words}” in “{sentence}”: {broken.reason}. "
            "Mend that sentence in reports/templates.",
        )


def _rule(pattern: str, reason: str) -> Rule:
    return Rule(re.compile(pattern), reason)


def _any_of(words: str) -> str:
    return "|".join(words.split())


CLAUSE = "[^，。；：]"
SPACE = "[ \u00a0]?"
NUMBER = rf"[\d,.]*\d{SPACE}"

AVOIDED_ZH = (
    (_any_of("显著 大幅 飞跃 极大 有力"), "没有检验依据的程度"),
    (_any_of("圆满 再创新高 突破历史 新台阶 历史新高 业绩 喜人 可喜 优异"), "自夸而没有数列"),
    (_any_of("行业领先 行业标准 业内领先 一流"), "没有载入可比的基准"),
    (_any_of("零故障 零投诉 零事故 零差错 零距离 百分百"), "一个反例即可推翻"),
    (_any_of("赋能 抓手 打造 助力 保驾护航 全方位 多维度 一站式 闭环管理 精细化 常态化"), "空话"),
    (_any_of("高度重视 深入推进 持续发力 稳步提升 扎实 不断加强 进一步 切实"), "没有内容"),
    (_any_of("良好局面 一致好评 广泛好评 良好口碑"), "无从证明"),
    (_any_of("得益于 使得 有效带动 有效提升 从而"), "没有证明的因果"),
    (_any_of("与此同时 值得一提 总的来说 综上 首先 其次 最后， 此外， 总之"), "套话衔接"),
    (_any_of("数据显示 由此可见 可以看出 不难看出"), "套话"),
    (_any_of("对于 基于 作为 相比于 相较于 而言 来说"), "译文腔"),
    (_any_of("进行了 作出 做出 予以 加以 开展了"), "空动词"),
    (_any_of("平均值 中位数 置信区间 样本量 均值 P90 p值"), "正文不用统计术语"),
    (_any_of("有待 存在一定 亟待 有所 个别"), "以虚词代替数字"),
    (_any_of("恶意 刁难 无理 老赖 钉子户"), "措辞有责任风险"),
    (_any_of("今年 去年 明年 最近 目前 近期 近日"), "日后读来日期会错"),
    (_any_of("我们 我司 本人 咱们"), "自称应为部门名称"),
    (_any_of("停水催 停电催 断水 断电 限水 限电"), "不得提议停水停电"),
    (_any_of("上午 下午 凌晨 晚上"), "时刻用 24 小时制"),
)
MOULDS_ZH = (
    (r"通过[^。；]{1,40}实现", "没有证明的因果"),
    (r"不仅[^。]{1,40}(?:而且|还|也)|不是[^。；]{1,30}而是|虽然[^。]{1,40}但", "成段套用的句式"),
    (rf"对{CLAUSE}{{1,20}}(?:进行|作出|予以|开展)", "空动词"),
    (rf"呈现?{CLAUSE}{{0,12}}(?:趋势|态势)|趋势|态势", "两个数不成趋势"),
    (rf"在{CLAUSE}{{1,12}}(?:方面|过程中)", "译文腔"),
    (r"(?<!应)该(?:项|指标|小区|项目|类|单位|部门|措施)", "译文腔"),
    (r"部分(?:业主|住户|工单|投诉|报修|项目|人员|设备|员工)", "以虚词代替数字"),
    (rf"(?:下降|减少|降低|缩短|少){CLAUSE}{{0,6}}倍|翻{CLAUSE}{{0,6}}番", "降幅不能以倍计"),
    (rf"约{SPACE}[\d,.]+{CLAUSE}{{0,4}}余|余件|将近|左右|大约|约{SPACE}\d|近{SPACE}\d", "含糊或重复的约数"),
    (
        rf"(?:超过|高于|多于){SPACE}{NUMBER}{CLAUSE}{{0,4}}以上|(?:低于|不足){SPACE}{NUMBER}{CLAUSE}{{0,4}}以下",
        "重复的约数",
    ),
    (rf"(?:率|占比){CLAUSE}*(?:提高|下降|上升|降低)(?:了)?{SPACE}[\d.]+%", "率之差应写个百分点"),
    (rf"[\d)]{SPACE}百分点", "百分点前应有「个」"),
    (r"百分之", "百分比用阿拉伯数字"),
    (
        rf"(?<!\d)\d{{2}}{SPACE}年(?!以|内|期)|20\d\d[/.]\d|20\d\d-\d|(?<![\d.])\d{{1,2}}\.\d{{1,2}}(?={SPACE}日)",
        "日期应写全",
    ),
    (rf"\d-\d(?={SPACE}[月时日年])|(?<!图\u00a0)(?<!表\u00a0)\b\d+~\d+", "区间号用错"),
)
RISING = "提高|上升|增加|增长|延长|多|高出"
FALLING = "下降|降低|减少|缩短|少|低"
SIGNS_ZH = (
    (rf"(?:{RISING}|{FALLING})(?:了)?{SPACE}[−-]\d", "动词与负号重复表示方向"),
    (rf"(?:{RISING}|{FALLING})(?:了)?{SPACE}0(?:\.0+)?{SPACE}[个件起次%]", "没有差值却用了增减动词"),
    (r"(?<![一二三四])(提高|下降|增加|减少|缩短|延长|达标|的目标)\1", "词语重复"),
)
PUNCTUATION_ZH = (
    (rf"[{HAN}][,;:?()](?=[{HAN}])|[{HAN}]\.(?=[{HAN}]|$)", "中文里用了半角标点"),
    (r"[，。；：、]{2}|（）|（[，。；：、见）]*）|[，、；：]）|（[，。；：、]|“”|《》", "标点重叠或空缺"),
    (r"”、“", "并列的引号之间不用顿号"),
    (r"！|!", "感叹号"),
    (r"？|\?", "反问"),
    (rf"——|[{HAN}]—[{HAN}]", "破折号插说"),
    (r" {2,}|[，。；：] | [，。；：]", "多余的空格"),
)
MEASURES = "项次|人次|户次|个(?!百分点|月)|件|起|次|条|份|台|处|场|笔|张|家|套|间|户|人|项"
MEASURE_WORDS = (
    ("工单|报修|咨询|表扬", "件"),
    ("投诉|纠纷|突发事件|困人事件", "起"),
    ("建议|意见", "条"),
    ("通知", "条|户次"),  # 应通知 12 户次
    ("故障", "次|项"),  # 前 10 项故障事项
    ("巡检|停运|演练|会议", "次"),
    ("回访", "次|件"),  # 已回访 12 件（工单）
    ("电梯|水泵", "台|次"),  # 电梯 12 次（停运）
    ("账单", "笔"),
    ("项目|小区", "个"),
    ("业主活动", "场"),
    ("问卷", "份"),
    ("问题", "处"),
    ("考核", "项次"),
    ("目标", "项"),
)
MEASURES_ZH = tuple(
    pair
    for things, right in MEASURE_WORDS
    for pair in (
        (rf"(?:{things}){SPACE}[\d,]+{SPACE}(?!{right})(?:{MEASURES})", f"量词应为「{right.replace('|', '」或「')}」"),
        (
            rf"\d{SPACE}(?!{right})(?:{MEASURES})(?:{things})(?![数率类时])",
            f"量词应为「{right.replace('|', '」或「')}」",
        ),
    )
)
BOTH = (
    (r"None|nan\b|Undefined", "an empty slot"),
    (r"[\U0001F300-\U0001FAFF]", "emoji"),
    (r"\b[a-z]+(?:_[a-z]+)+\b", "a code where a word should stand"),
)
AVOIDED_EN = (
    ("significant(?:ly)?|dramatic(?:ally)?|greatly|substantial(?:ly)?|sharply", "a degree that no test supports"),
    ("impressive|outstanding|excellent|remarkabl[ey]|successful(?:ly)?|proud(?:ly)?|delighted", "praise"),
    ("world-class|best-in-class|state-of-the-art|industry-leading|seamless(?:ly)?|robust", "slide talk"),
    ("empower(?:s|ed|ing)?|leverag(?:e|es|ed|ing)|stakeholders?|synerg(?:y|ies)", "slide talk"),
    ("furthermore|moreover|additionally|in conclusion|notably|it is worth noting|not only", "a joint without content"),
    ("thanks to|as a result of|due to", "a cause that nothing proves"),
    ("trend(?:s|ed|ing)?", "two numbers are no trend"),
    ("we|our|ours|us", "the department is named"),
    ("percent|per cent|pct", "% or percentage points"),
    ("nowadays|recently|currently", "slips when read later"),
    ("isn't|aren't|don't|doesn't|wasn't|weren't|can't|won't", "a contraction"),
)
SHAPE_EN = (
    (rf"[{HAN}]|[，。；：、（）]", "Chinese in English prose"),
    (r" {2,}| [,.;:)]|\( |,,|\.\.|,\.|;\.|:\.|\(\)|“”|‘’", "punctuation doubled, spaced or around nothing"),
    (r"[a-z%)][.;:][A-Z]", "a space is missing after a stop"),
    (r"!|\?", "exclamation or question"),
    (r"(?i)\b(?!name\b)([a-z]{2,}) \1\b", "a word said twice"),
    (
        r"(?:rose|fell|up|down|higher|lower|longer|shorter|increased|decreased) by [−-]",
        "verb and sign both give the direction",
    ),
    (
        r"(?<![\d.,])1[ \u00a0](?:tickets|complaints|repairs|bills|households|answers|events|cases|months|days)\b",
        "plural after one",
    ),
    (r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b", "a date is written out"),
    (r"(?:^|\. )(?:was|were|and|or) ", "a sentence without its subject"),
)
RULES_ZH = tuple(_rule(*pair) for pair in (*AVOIDED_ZH, *MOULDS_ZH, *SIGNS_ZH, *PUNCTUATION_ZH, *MEASURES_ZH, *BOTH))
RULES_EN = tuple(
    _rule(*pair) for pair in (*((rf"(?i)\b(?:{words})\b", reason) for words, reason in AVOIDED_EN), *SHAPE_EN, *BOTH)
)
OPENING_STOP = re.compile(r"[，。；：、）,.;:)]")
SENTENCE_ENDS: Mapping[Language, tuple[str, ...]] = {"zh": ("。", "：", "；"), "en": (".", ":", ";")}
HEADING_END = re.compile(r"[。，；：、.,;:]$")

VERB_ZH = re.compile(r"(提高|提升|上升|下降|降低|增加|减少|增长|延长|缩短)(了|到|至)?[ \u00a0]?$")
VERB_EN = re.compile(r"\b(up|down|longer|shorter) (by) $")
LENGTHS = ("hours", "minutes", "days", "in_hours", "in_days")
MONEY = ("money", "in_yuan", "in_wan", "in_yi", "wan", "cents")
VERBS_OF_FORM: Mapping[str, tuple[str, ...]] = {
    "points": ("提高", "下降"),
    "rate": ("提高", "下降"),
    "score": ("提高", "下降"),
    "count": ("增加", "减少"),
    "growth": ("增长", "下降", "延长", "缩短"),
    **dict.fromkeys(LENGTHS, ("延长", "缩短")),
    **dict.fromkeys(MONEY, ("增加", "减少")),
}
DIFFERENCES = ("change", "growth", "change_low", "change_high", "distance", "detail_change")
LEVELS = ("value", "previous", "target", "numerator", "denominator", "low", "high")
FLAGS = ("signed", "minus", "bare", "short")


def violations(text: str, language: Language, is_whole_sentence: bool = False) -> Iterator[Violation]:
    """What a text (with or without elements) breaks; whole sentences must also end as such."""
    plain = plain_words(text, language)
    for rule in RULES_ZH if language == "zh" else RULES_EN:
        for match in rule.pattern.finditer(plain):
            yield Violation(match.group(0), rule.reason)
    yield from _verbs(str(text), language)
    if is_whole_sentence:
        yield from _edges(plain, language)


def heading_violations(text: str, language: Language) -> Iterator[Violation]:
    """What a heading or the title of a chart or table breaks: it must not end as a sentence does."""
    yield from violations(text, language)
    if end := HEADING_END.search(plain_words(text, language)):
        yield Violation(end.group(0), "标题末尾不用标点" if language == "zh" else "a heading ends without a stop")


def _edges(plain: str, language: Language) -> Iterator[Violation]:
    if opening := OPENING_STOP.match(plain):
        yield Violation(opening.group(0), "以标点开头" if language == "zh" else "begins with a stop")
    if not plain.endswith(SENTENCE_ENDS[language]):
        yield Violation(plain[-8:], "句子没有结束" if language == "zh" else "the sentence does not end")


def _verbs(text: str, language: Language) -> Iterator[Violation]:
    """Verbs that do not suit the number after them: by the kind of figure, and level against difference."""
    for figure in FIGURE.finditer(text):
        before = plain_words(text[: figure.start()], language)[-16:]
        found = (VERB_ZH if language == "zh" else VERB_EN).search(before)
        if found is None:
            continue
        held = dict(ATTRIBUTE.findall(figure.group(0)))
        statistic = held.get("statistic", "").partition(":")[0]
        is_to_a_level = found[2] in ("到", "至")
        if statistic in (DIFFERENCES if is_to_a_level else LEVELS):
            reason = (
                "「到」后应为所达到的数，无「到」时应为差值" if language == "zh" else "a level where a change should be"
            )
            yield Violation(found[0].strip(), reason)
        suited = VERBS_OF_FORM.get(_form(held.get("format", "")), (found[1],))
        if language == "zh" and found[1] not in suited:
            yield Violation(found[1], f"这一类数应用「{'」「'.join(suited)}」")


def _form(attribute: str) -> str:
    return next((part for part in attribute.split() if part not in FLAGS), "")


def require_clean(text: str, language: Language, is_whole_sentence: bool = False) -> None:
    """Raise ProseRuleBroken naming the sentence and the rule, unless the text passes every rule."""
    broken = next(violations(text, language, is_whole_sentence), None)
    if broken is not None:
        raise ProseRuleBroken(plain_words(text, language), broken)


def plain_words(text: str, language: Language = "zh") -> str:
    """The words of a text: elements dropped, the data's own words and definitions replaced by a neutral mark."""
    return unescape(TAGS.sub("", OWN_WORDS.sub(NAME_MARKS[language], str(text))))
