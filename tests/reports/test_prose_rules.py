"""The linter of the prose: what it refuses and what it lets pass."""

from __future__ import annotations

import pytest
from chapter_alone import plain
from markupsafe import Markup

from reports.document import Chapter, Chart, Cover, Document, KeyFigures, Paragraph, Section
from reports.narrative import Writer
from reports.numbers import Address, Quantity, shown
from reports.page_rules import require_conventions
from reports.prose_rules import ProseRuleBroken, heading_violations, require_clean, violations
from workspace import Language

BROKEN = """
满意率显著提高。 | 圆满完成各项任务。 | 收缴率再创新高。 | 各项均超行业标准。 | 全年零故障。 | 为业主赋能。
打造一站式服务。 | 公司高度重视回访。 | 形成良好局面。 | 通过加派人手，实现了提速。 | 闭环率提高得益于回访。
使得返修减少。 | 不仅件数少，而且办得快。 | 与此同时，投诉减少。 | 综上所述，成效较好。 | 数据显示，投诉减少。
客服部对投诉进行了处理。 | 对 3 起投诉作出答复。 | 报修呈现下降趋势。 | 在投诉方面，件数减少。
对于投诉，逐起回访。 | 基于工单统计。 | 作为重点工作。 | 相比于上年。 | 该指标为 3 件。
满意率的平均值为 80%。 | 95% 置信区间较宽。 | 投诉下降 2 倍。 | 投诉减少了 1 倍。 | 工单翻了 1.5 番。
工单闭环率较上年提高 3.1%。 | 闭环率提高 2.1 百分点。 | 约 100 余件。 | 近 98.2%。 | 超过 90% 以上。
100 件左右。 | 回访有待加强。 | 存在一定差距。 | 个别工单超时。 | 部分业主不满。 | 恶意欠费 3 户。
无理投诉 3 起。 | 今年受理工单 5 件。 | 去年为 3 件。 | 最近投诉多。 | 目前有 3 件。 | 投诉减少——主要是电梯。
成绩喜人！ | 难道不应改进？ | 首先核实。 | 我们受理 5 件。 | 25 年受理 3 件。 | 2025/7/12 停电。
截至 7.12 日。 | 百分之五。 | 1-3 月较多。 | 下午受理较多。 | 受理工单 5 件,其中报修 3 件。
受理工单 5 件，，其中报修 3 件。 | 受理工单 5 件。。 | 工单（）较多。 | 有工单 5 件、。 | 受理投诉 412 件。
受理工单 5 起。 | 12 件投诉。 | 收到建议 3 件。 | 发生故障 3 件。 | 开展演练 3 场。 | 电梯 3 个。
账单 3 张。 | 账单 3 件。 | 管理项目 3 家。 | 举办业主活动 3 次。 | 收回问卷 30 件。 | 发现问题 3 个。
考核 3 次。 | 较上年提高 −3.0 个百分点。 | 较上年增加 0 件。 | 受理工单 None 件。 | 处理 urgent_repair 一项。
较上年提高提高。 | ，其中 5 件。 | 没有写完
"""
CLEAN = [
    "2025 年受理工单 5,126 件，较上年增加 223 件，增长 4.5%。",
    "工单闭环率为 97.0%，较上年提高 2.1 个百分点（95% 区间 1.1～3.1 个百分点）。",
    "投诉 412 起，较上年减少 74 起，折合每百户 10.7 起。",
    "收回问卷 1,104 份，回收率为 46.0%。",
    "差值的 95% 区间为 −0.1 至 6.4 个百分点，包含零。",
    "7—12 月故障 6 次，平均 123 天一次（见图 3-5）。",
    "年初设定的 18 项目标，达成 12 项；通知 84 条，应通知 3,000 户次。",
    "超过 7 天才修复的 68 件，占件数的 2.3%，却占全部用时的 41.2%。",
    "以这 22 台作对照，7 月 12 日 19:30 停电，12 个月中有 9 个月达标。",
]
IN_ENGLISH = """
It improved significantly. | An outstanding year. | We closed 5 tickets. | It rose due to training.
A rising trend. | It rose by 3 percent. | It doesn't matter. | It rose，clearly. | It rose.. It fell.
It rose.It fell. | The the rate rose. | It was 工单. | It rose by −3. | 1 tickets remain.
On 2025-07-12 it fell. | It fell! | Furthermore, it fell. | The code is urgent_repair. | It fell ( ) again.
no end
"""


def sentences(text: str) -> list[str]:
    """The examples of a table, one between two bars."""
    return [one.strip() for line in text.strip().splitlines() for one in line.split(" | ")]


@pytest.mark.parametrize("sentence", sentences(BROKEN))
def test_a_forbidden_sentence_is_refused(sentence: str) -> None:
    """Each row of the avoid-list and of the conventions has a rule that catches its example."""
    with pytest.raises(ProseRuleBroken) as refusal:
        require_clean(sentence, "zh", is_whole_sentence=True)
    assert sentence.rstrip("。") in refusal.value.sentence.zh


@pytest.mark.parametrize("sentence", CLEAN)
def test_sentences_of_the_house_pass(sentence: str) -> None:
    """The example paragraphs of the style guide break no rule."""
    assert not list(violations(sentence, "zh", is_whole_sentence=True))


def test_names_from_the_data_are_not_judged() -> None:
    """A shop may be called 一站式服务中心; the data's own words are not the report's prose."""
    require_clean('<span class="name">一站式服务中心</span>的工单最多。', "zh", is_whole_sentence=True)
    require_clean('<span class="name">工单</span> brought most.', "en", is_whole_sentence=True)


@pytest.mark.parametrize("sentence", sentences(IN_ENGLISH))
def test_english_has_rules_of_its_own(sentence: str) -> None:
    """No boast, no cause, no Chinese, no doubled word or stop, numbers and dates in English form."""
    with pytest.raises(ProseRuleBroken):
        require_clean(sentence, "en", is_whole_sentence=True)


def test_english_of_the_house_passes() -> None:
    """Percentage points, plain verbs, whole sentences."""
    require_clean("The closure rate was 97.0%, up by 2.1 percentage points.", "en", is_whole_sentence=True)


def number(value: float, form: str, statistic: str) -> Markup:
    """A number of a figure as a sentence prints it."""
    return shown(Quantity(value, form, Address("closure_rate", "2025", (), statistic)))


@pytest.mark.parametrize(
    ("before", "value", "form", "statistic"),
    [
        ("较上年增加 ", 0.02, "points", "change"),
        ("较上年提高 ", 12, "count 件", "change"),
        ("较上年增加 ", 3.5, "in_hours", "change"),
        ("较上年提高 ", 12000, "in_wan", "change"),
        ("较上年增加 ", 0.1, "growth", "growth"),
        ("较上年提高到 ", 0.02, "points", "change"),
        ("较上年提高了 ", 0.97, "rate", "value"),
    ],
)
def test_a_verb_suits_the_kind_of_figure(before: str, value: float, form: str, statistic: str) -> None:
    """率提高、件数增加、时长延长、百分比增长; 提高到 takes a level, 提高 a difference."""
    with pytest.raises(ProseRuleBroken):
        require_clean(before + number(value, form, statistic) + "。", "zh", is_whole_sentence=True)


def test_the_right_verbs_pass() -> None:
    """A rate that rises, a number of tickets that grows, a level that is reached."""
    text = f"率提高 {number(0.02, 'points', 'change')}，件数增加 {number(3, 'count 件', 'change')}，"
    require_clean(f"{text}增长 {number(0.1, 'growth', 'growth')}，率提高到 {number(0.9, 'rate', 'value')}。", "zh")


def test_a_heading_ends_without_a_stop() -> None:
    """Titles state a message and carry no full stop."""
    assert [broken.words for broken in heading_violations("电话受理占三成。", "zh")] == ["。"]
    assert not list(heading_violations("电话受理占三成", "zh"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_fixed_words_keep_the_rules(language: Language) -> None:
    """Headings and columns are words of the report too."""
    writer = Writer(language, 2025)
    for key in ("title", "overview", "service", "requests", "communication", "results", "plan", "key_figures"):
        assert not list(heading_violations(writer.label(key), language)), key


def document(*blocks: Paragraph | Chart, numbers: tuple[str, ...] = ("",)) -> Document:
    """A document of one chapter, its sections numbered so, the blocks in the first."""
    sections = tuple(
        Section(f"s{place}", held, "日常接待", blocks if not place else ()) for place, held in enumerate(numbers)
    )
    return Document(
        language="zh",
        year=2025,
        accent="#1f5f6b",
        cover=Cover("", "", "", "", "", ""),
        key_figures=KeyFigures("", (), (), Markup("")),
        chapters=(Chapter("c", "01", "核心服务执行", sections),),
        appendices=(),
    )


CHART = Chart("figure-1-1", "图 1-1", Markup("电话受理占三成"), Markup("共 3 件。"), "", None)  # type: ignore[arg-type]
CITING = Paragraph(Markup('电话最多（见<a class="reference" href="#figure-1-1">图 1-1</a>）。'))


def test_a_figure_is_cited_before_it_appears() -> None:
    """In the text above it; below is too late."""
    require_conventions(document(CITING, CHART))
    with pytest.raises(ProseRuleBroken, match="图 1-1"):
        require_conventions(document(CHART, CITING))


def test_only_levels_of_several_items_are_numbered() -> None:
    """One section bears no number; two bear （一） and （二）."""
    require_conventions(document(numbers=("（一）", "（二）")))
    for wrong in (("（一）",), ("（一）", "")):
        with pytest.raises(ProseRuleBroken):
            require_conventions(document(numbers=wrong))


def test_a_figure_entered_by_hand_is_marked() -> None:
    """Without 〔人工填报〕 in the same paragraph the report is not built."""
    entered = shown(Quantity(22, "count 人", Address("facts", "2025", (), "hand_entered:headcount")))
    require_conventions(document(Paragraph(Markup("年末在岗 ") + entered + Markup("〔人工填报〕。"))))
    with pytest.raises(ProseRuleBroken, match="人工填报"):
        require_conventions(document(Paragraph(Markup("年末在岗 ") + entered + Markup("。"))))
    assert plain(entered) == "22 人"
