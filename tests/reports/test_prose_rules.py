"""The linter of the prose: what it refuses and what it lets pass."""

from __future__ import annotations

import pytest

from reports.prose_rules import ProseRuleBroken, require_clean, violations

BROKEN = [
    "满意率显著提高。",
    "圆满完成各项任务。",
    "工单闭环率较上年提高 3.1%。",
    "闭环率提高 2.1 百分点。",
    "今年受理工单 5 件。",
    "去年为 3 件。",
    "受理工单 5 件,其中报修 3 件。",
    "受理投诉 412 件。",
    "收回问卷 30 件。",
    "较上年提高 −3.0 个百分点。",
    "受理工单 5 件，，其中报修 3 件。",
    "受理工单 5 件。。",
    "受理工单 None 件。",
    "成绩喜人！",
    "工单（）较多。",
    "较上年增加 0 件。",
    "报修呈现下降趋势。",
]
CLEAN = [
    "2025 年受理工单 5,126 件，较上年增加 223 件，增长 4.5%。",
    "工单闭环率为 97.0%，较上年提高 2.1 个百分点（95% 区间 1.1～3.1 个百分点）。",
    "投诉 412 起，较上年减少 74 起。",
    "收回问卷 1,104 份，回收率为 46.0%。",
    "差值的 95% 区间为 −0.1 至 6.4 个百分点，包含零。",
    "7—12 月故障 6 次，平均 123 天一次（见图 3-5）。",
]


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_forbidden_sentence_is_refused(sentence: str) -> None:
    """Each rule of the avoid-list and of the conventions catches its example."""
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


def test_english_has_rules_of_its_own() -> None:
    """No boast, no Chinese punctuation, no doubled stop."""
    for sentence in ("It improved significantly.", "It rose，clearly.", "It rose.. It fell."):
        with pytest.raises(ProseRuleBroken):
            require_clean(sentence, "en", is_whole_sentence=True)
    require_clean("The closure rate was 97.0%, up by 2.1 percentage points.", "en", is_whole_sentence=True)
