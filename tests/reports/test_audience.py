"""What owners see: no vendor, no staff, no arrears by building, and their own words for things."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fake_figures import workspace as defaults

from queries.figures import open_figures
from queries.restricted import RestrictedFigures
from reports import charts
from reports.annual import compose
from reports.archive import collect
from reports.audience import INTERNAL, OWNERS, UnknownAudience, audience_of, facts_seen, seen_by
from reports.charts.style import HouseFigure
from reports.document import Document
from reports.evidence import gather
from reports.factcheck import check, texts
from reports.facts import facts_of
from reports.prose_rules import TAGS
from workspace import Workspace, open_workspace


@dataclass(frozen=True)
class Shown:
    """The owners' report of the sample with everything that travels in it."""

    document: Document
    figures: RestrictedFigures
    words: str
    everything: str


def of_owners(root: Path) -> Workspace:
    """The sample's workspace with the owners as audience."""
    opened = open_workspace(root)
    report = {**opened.settings["report"], "audience": "owners"}
    return replace(opened, settings={**opened.settings, "report": report})


@pytest.fixture(scope="module")
def shown(loaded_sample: Path) -> Iterator[Shown]:
    """Composed once, proved, with the rows behind the numbers and the attachments of an archive."""
    workspace = of_owners(loaded_sample)
    with pytest.MonkeyPatch.context() as patch, open_figures(workspace) as whole:
        drawn: list[object] = []

        def draw(*given: object, **options: object) -> HouseFigure:
            drawn.append(given)
            return HouseFigure()

        for name in charts.__all__:
            if name != "ChartStyle":
                patch.setattr(charts, name, draw)
        figures = seen_by(whole, audience_of(workspace))
        assert isinstance(figures, RestrictedFigures)
        document = compose(figures, workspace, 2025)
        check(document, figures)
        words = "\n".join(TAGS.sub("", text) for _, text in texts(document))
        answers = gather(document, figures, workspace)
        attached = [one.content.decode("utf-8") for one in collect(document, figures, workspace).attachments]
        charted = [frame.to_csv() for given in drawn for frame in given if hasattr(frame, "to_csv")]  # type: ignore[attr-defined]
        marked_up = [str(text) for _, text in texts(document)]
        yield Shown(document, figures, words, "\n".join([*marked_up, str(answers), *attached, *charted]))


def test_no_vendor_and_no_handler_is_named_anywhere(shown: Shown) -> None:
    """Neither in a text or a chart, nor in the rows behind a number, nor in a file attached."""
    own_teams = defaults().settings["vendor"]["own_teams"]  # no vendors, and part of the settings in the manifest
    hidden = shown.figures.values_of_hidden_slices() - set(own_teams)
    assert {"迅安电梯维保", "捷达疏通服务部"} < hidden
    assert [name for name in hidden if name in shown.everything] == []


def test_no_arrears_by_building_and_no_penalties(shown: Shown) -> None:
    """The slices and the metric are not to be had, so nothing can bring them back."""
    catalog = shown.figures.catalog
    assert not [
        name for name, metric in catalog.items() if metric.path.parent.name == "fees" and "building" in metric.slices
    ]
    assert (
        "vendor_penalties" not in catalog and "扣款" not in shown.words and "vendor_penalties" not in shown.everything
    )
    assert "building" not in shown.figures.evidence("arrears_amount", 2025)


def test_the_card_of_arrears_gives_way_to_the_common_funds(shown: Shown) -> None:
    """The sample's facts hold an income of common parts: it stands as the middle card, marked as entered by hand."""
    names = [card.name for card in shown.document.key_figures.rows[-1].cards]
    assert names == ["当年收缴率", "公共区域经营收益", "总体满意率"]
    card = shown.document.key_figures.rows[-1].cards[1]
    assert card.value.striptags().replace("\u00a0", " ") == "38.6 万元" and "人工填报" in card.note


def test_staff_is_not_told_of(shown: Shown) -> None:
    """No section about the team, no fact about posts, and no post in the plan."""
    titles = [section.title for chapter in shown.document.chapters for section in chapter.sections]
    assert "团队配置与职责分工" not in titles and "在岗人数" not in shown.words and "客服主管" not in shown.words


def test_projects_are_called_by_the_owners_word(shown: Shown) -> None:
    """小区 throughout the prose; 项目 remains in definitions only."""
    prose = [TAGS.sub("", text) for _, text in texts(shown.document) if 'class="definition"' not in text]
    left = [
        text for text in prose if "项目" in text.replace("项目标", "").replace("项目一览", "").replace("项目台账", "")
    ]
    assert left == []
    assert "小区" in shown.words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("各项目均达标", "各小区均达标"),
        ("四项目标", "四项目标"),
        ("收费项目", "收费项目"),
        ('分<span class="name">项目工程班</span>与项目', '分<span class="name">项目工程班</span>与小区'),
    ],
)
def test_only_the_reports_own_words_change(text: str, expected: str) -> None:
    """Names of the data, and words that merely contain the word, stay."""
    assert OWNERS.worded(text, "zh") == expected
    assert INTERNAL.worded(text, "zh") == text


def test_a_measure_word_changes_where_it_is_proved_too() -> None:
    """The form of a number and its text stay in step, so that the fact check agrees."""
    told = OWNERS.worded('<data data-format="count project/projects">3 projects</data>', "en")
    assert told == '<data data-format="count community/communities">3 communities</data>'


def test_an_unknown_audience_is_refused() -> None:
    """The error names the choices."""
    opened = defaults()
    wrong = replace(opened, settings={**opened.settings, "report": {"audience": "owner", "language": "zh"}})
    with pytest.raises(UnknownAudience, match="owners"):
        audience_of(wrong)


def test_the_internal_report_hides_nothing(loaded_sample: Path) -> None:
    """The very same figures, with vendors and staff facts."""
    with open_figures(open_workspace(loaded_sample)) as figures:
        assert seen_by(figures, INTERNAL) is figures
        facts = facts_of(figures, 2025)
        assert facts_seen(figures, facts) == facts
        assert any("人数" in fact.name for fact in facts)
        assert json.dumps([fact.name for fact in facts_of(seen_by(figures, OWNERS), 2025)]).count("人数") == 0
