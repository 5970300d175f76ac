"""Spacing between Chinese and Latin, and what is never torn apart."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from reports.render.typesetting import typeset


def kept(text: str) -> str:
    """What stands on one line."""
    return f'<span class="keep">{text}</span>'


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("受理5126件", "受理 " + kept("5126 件")),
        ("受理 5126 件", "受理 " + kept("5126 件")),
        ("7月12日", kept("7 月") + " " + kept("12 日")),
        ("业主App缴费", "业主 App 缴费"),
        ("（见图2-3）", "（见" + kept("图 2-3") + "）"),
        ("比上年−3件", "比上年 " + kept("−3 件")),
        ("全年，2025", "全年，2025"),
        ("within 24 hours", "within 24 hours"),
    ],
)
def test_space_between_chinese_and_latin(typed: str, printed: str) -> None:
    """One thin space, none beside full-width punctuation; a number stays with what it counts."""
    assert typeset(typed) == printed


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    """A unit of several characters is kept with its number, a range with both of its ends."""
    assert typeset("缩短9.2小时") == "缩短 " + kept("9.2 小时")
    assert typeset("差6.1～10.5，") == "差 " + kept("6.1～10.5") + "，"


def test_data_elements_are_left_alone() -> None:
    """The space stands outside the element; its attributes are those that the words wrote."""
    element = '<data class="figure" data-slice="{&#34;分类&#34;: &#34;A1类&#34;}">5,126 件</data>'
    assert typeset(Markup(f"受理{element}，")) == f"受理 {element}，"


def test_a_number_element_stays_with_the_words_after_it() -> None:
    """A bare number element and its unit, or the two ends of a range, stand on one line."""
    assert typeset(Markup("比<data>3</data>件多")) == "比 " + kept("<data>3</data> 件") + "多"
    assert typeset(Markup("<data>6</data>～<data>9%</data>，")) == kept("<data>6</data>～<data>9%</data>") + "，"


def test_no_other_space_is_left() -> None:
    """No-break spaces that the words wrote become ordinary ones: their element does not wrap anyway."""
    assert typeset(Markup("<data>9.6\u00a0小时</data>")) == "<data>9.6 小时</data>"


def test_plain_text_is_escaped() -> None:
    """A str is text, never markup."""
    assert typeset("<b>1件</b>") == f"&lt;b&gt;{kept('1 件')}&lt;/b&gt;"
