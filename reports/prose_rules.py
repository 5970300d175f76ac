"""The avoid-list and the conventions of the prose, as rules that every generated sentence must pass.

The rules look at the words only: figures, names of the data, definitions and references are replaced by neutral
marks before a rule reads the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workspace import AnnualReportError, Language

HAN = "\u3400-\u9fff"
OWN_WORDS = re.compile(r'<span class="(?:name|definition)"[^>]*>.*?</span>', re.DOTALL)
TAGS = re.compile(r"<[^>]+>")
NAME_MARK = "某某"

_AVOIDED_ZH = """
显著 大幅 圆满 再创新高 突破历史 新台阶 行业领先 行业标准 零故障 零投诉 零距离 赋能 抓手 打造
助力 保驾护航 全方位 多维度 一站式 高度重视 深入推进 持续发力 稳步提升 扎实开展 良好局面
一致好评 得益于 使得 有效带动 与此同时 值得一提 总的来说 综上所述 综上 趋势 态势 数据显示
由此可见 可以看出 对于 基于 相比于 平均值 中位数 置信区间 样本量 有待进一步 存在一定差距 恶意
刁难 无理 老赖 今年 去年 最近 目前 我们 首先 其次 最后 不仅 而且 业绩 喜人 进行了 作出
予以 停水催 停电催 断水 断电 将近 余件
"""
FORBIDDEN_ZH = tuple(_AVOIDED_ZH.split())
FORBIDDEN_EN = (
    "significantly",
    "dramatically",
    "impressive",
    "outstanding",
    "successfully",
    "empower",
    "leverage",
    "world-class",
    "furthermore",
    "moreover",
    "in conclusion",
    "our team",
)
RISING = "提高|上升|增加|增长|延长|多|高出"
FALLING = "下降|降低|减少|缩短|少|低"


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


def _rule(pattern: str, reason: str) -> Rule:
    return Rule(re.compile(pattern), reason)


MEASURE_WORDS = (
    ("投诉|纠纷|困人", "起", "件次条份"),
    ("工单|报修|咨询", "件", "起次条份"),
    ("问卷", "份", "件起条个"),
    ("电梯|水泵", "台", "个件"),
    ("项目|小区", "个", "件起"),
)
BOTH_RULES = (
    _rule(r"None|nan\b|Undefined", "an empty slot"),
    _rule(r"!|！", "exclamation mark"),
    _rule(r"[\U0001F300-\U0001FAFF]", "emoji"),
)
OPENING_STOP = re.compile(r"[，。；：、）,.;:)]")
RULES_ZH = (
    *(_rule(word, f"「{word}」在避用词之列") for word in FORBIDDEN_ZH),
    _rule(rf"[{HAN}][,;:?()](?=[{HAN}])|[{HAN}]\.(?=[{HAN}]|$)", "中文里用了半角标点"),
    _rule(r"[，。；：、]{2}|（）|（，|，）|。）|“”", "标点重叠或空缺"),
    _rule(r"(?:率|占比)[^，。；]*(?:提高|下降|上升|降低)(?:了)?[ \u00a0]?[\d.]+%", "率之差应写个百分点"),
    _rule(r"[\d)][ \u00a0]?百分点", "百分点前应有「个」"),
    _rule(rf"(?:{RISING}|{FALLING})(?:了)?[ \u00a0]?[−-]\d", "动词与负号重复表示方向"),
    _rule(rf"(?:{RISING}|{FALLING})(?:了)?[ \u00a0]?0(?:\.0+)?[ \u00a0]?[个件起次%]", "没有差值却用了增减动词"),
    _rule(r"\d-\d(?=[ \u00a0]?[月时日年])|(?<!图\u00a0)(?<!表\u00a0)\b\d+~\d+", "区间号用错"),
    _rule(r"(?<!\d)\d{2}年|20\d\d/\d|20\d\d\.\d", "年份应写全"),
    _rule(r"百分之|左右|大约|约\d", "含糊或重复的约数"),
    _rule(r" {2,}|[，。；：] | [，。；：]", "多余的空格"),
    *(
        _rule(rf"(?:{things})[ \u00a0]?[\d,]+[ \u00a0]?[{wrong}](?![次以内份])", f"量词应为「{right}」")
        for things, right, wrong in MEASURE_WORDS
    ),
)
RULES_EN = (
    *(_rule(rf"(?i)\b{word}\b", f"“{word}” is on the avoid-list") for word in FORBIDDEN_EN),
    _rule(r"[，。；：、（）]", "Chinese punctuation in English prose"),
    _rule(r" {2,}| [,.;:)]|\( |,,|\.\.|,\.", "punctuation doubled or spaced"),
    _rule(r"(?:rose|fell|up|down|increased|decreased) by −", "verb and sign both give the direction"),
    _rule(r"\b1 (?:tickets|complaints|repairs|months|bills|days|points)\b", "plural after one"),
)


def violations(text: str, language: Language, is_whole_sentence: bool = False) -> Iterator[Violation]:
    """What a text (with or without elements) breaks; whole sentences must also end as such."""
    plain = plain_words(text)
    for rule in (*BOTH_RULES, *(RULES_ZH if language == "zh" else RULES_EN)):
        for match in rule.pattern.finditer(plain):
            yield Violation(match.group(0), rule.reason)
    if is_whole_sentence and (opening := OPENING_STOP.match(plain)):
        yield Violation(opening.group(0), "以标点开头" if language == "zh" else "begins with a stop")
    ends = ("。", "：", "；") if language == "zh" else (".", ":", ";")
    if is_whole_sentence and not plain.endswith(ends):
        yield Violation(plain[-8:], "句子没有结束" if language == "zh" else "the sentence does not end")


def require_clean(text: str, language: Language, is_whole_sentence: bool = False) -> None:
    """Raise ProseRuleBroken naming the sentence and the rule, unless the text passes every rule."""
    broken = next(violations(text, language, is_whole_sentence), None)
    if broken is not None:
        sentence = plain_words(text)
        raise ProseRuleBroken(
            f"生成的句子不合行文规则：「{sentence}」中的「{broken.words}」——{broken.reason}。"
            "请修改 reports/templates 中的这一句。",
            f"A generated sentence breaks a rule: “{broken.words}” in “{sentence}”: {broken.reason}. "
            "Mend that sentence in reports/templates.",
        )


def plain_words(text: str) -> str:
    """The words of a text: elements dropped, the data's own words and definitions replaced by a neutral mark."""
    without = TAGS.sub("", OWN_WORDS.sub(NAME_MARK, str(text)))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        without = without.replace(entity, character)
    return without
