"""One report a community: its own figures, a folder of its own, and no failure that stops the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from queries.figures import Figures, open_figures
from queries.restricted import RestrictedFigures, Restriction
from queries.targets import Target
from reports import charts, many
from reports.annual import compose
from reports.audience import INTERNAL, seen_by
from reports.charts.style import HouseFigure
from reports.document import Document
from reports.factcheck import check, texts
from reports.file_names import safe_name, safe_names
from reports.many import Order, build_by_community, communities, failures_as_text
from reports.prose_rules import TAGS
from workspace import AnnualReportError, Workspace, open_workspace

SMALL = "听澜别院"


@pytest.fixture(scope="module")
def figures(loaded_sample: Path) -> Iterator[Figures]:
    """The figures of the sample's three communities."""
    with open_figures(open_workspace(loaded_sample)) as opened:
        yield opened


@pytest.fixture(scope="module")
def report(figures: Figures, loaded_sample: Path) -> Document:
    """The report of the smallest community, every number proved."""
    part = seen_by(figures, INTERNAL, SMALL)
    with pytest.MonkeyPatch.context() as patch:
        for name in charts.__all__:
            if name != "ChartStyle":
                patch.setattr(charts, name, lambda *given, **options: HouseFigure())
        document = compose(part, open_workspace(loaded_sample), 2025)
    check(document, part)
    return document


def test_a_communitys_figure_is_the_companys_slice(figures: Figures) -> None:
    """Same value, same year before, same interval, and no word of the community in the slice."""
    part = seen_by(figures, INTERNAL, SMALL)
    for metric in ("ticket_volume", "closure_rate", "collection_rate", "satisfaction_rate", "resolution_time"):
        own, slice_of_all = part.of(metric, 2025), figures.of(metric, 2025, {"community": SMALL})
        assert own.n > 0 and own.slice == {}
        for name in ("value", "n", "numerator", "denominator", "previous", "low", "high"):
            assert getattr(own, name) == getattr(slice_of_all, name), (metric, name)


def test_months_and_slices_add_up_within_the_community(figures: Figures) -> None:
    """The twelve months and the kinds are those of the community alone."""
    part = seen_by(figures, INTERNAL, SMALL)
    total = part.of("ticket_volume", 2025).n
    assert sum(figure.n for figure in part.by("ticket_volume", 2025, "month")) == total
    assert sum(figure.n for figure in part.by("ticket_volume", 2025, "kind")) == total
    assert [figure.slice["community"] for figure in part.by("ticket_volume", 2025, "community")] == [SMALL]
    assert set(part.evidence("ticket_volume", 2025)["community"]) == {SMALL}


def test_evidence_is_gathered_once_for_all_communities(figures: Figures) -> None:
    """Another community asks the same tables."""
    first, second = (seen_by(figures, INTERNAL, name) for name in communities(figures, 2025)[:2])
    first.of("closure_rate", 2025)
    tables = figures.engine.evidence.tables_made
    second.of("closure_rate", 2025)
    assert figures.engine.evidence.tables_made == tables


def test_what_cannot_be_split_is_left_out_by_name(figures: Figures) -> None:
    """Households in special care are told for the company only."""
    part = seen_by(figures, INTERNAL, SMALL)
    assert isinstance(part, RestrictedFigures)
    assert [metric.name for metric in part.left_out] == ["special_group_households"]
    assert "special_group_households" not in part.catalog


def test_a_community_is_judged_by_its_own_targets(figures: Figures) -> None:
    """The company's target is none of the community's; one set for its slice is, as that of its whole."""
    own = Target("closure_rate", 2025, 0.99, {"community": SMALL})
    kept = Restriction(community=SMALL).targets([Target("closure_rate", 2025, 0.97), own], figures.catalog)
    assert kept == [replace(own, where={})]


def test_a_community_that_is_new_has_no_year_before(figures: Figures) -> None:
    """Not a comparison with nothing, but none at all."""
    part = RestrictedFigures(figures, Restriction(community="新接项目"))
    assert part.years() == [] and part.of("ticket_volume", 2025).previous is None


def test_few_households_in_special_care_are_hidden_in_every_period(figures: Figures) -> None:
    """Below the threshold neither the year nor a month tells a number; from the threshold on both do."""
    shown = figures.of("special_group_households", 2025)
    months = figures.by("special_group_households", 2025, "month")
    assert shown.n >= 5 and shown.value == shown.n
    smallest = figures._smallest_shown
    try:
        figures._smallest_shown = shown.n + 1
        assert figures.of("special_group_households", 2025).value is None
        assert {figure.value for figure in figures.by("special_group_households", 2025, "month")} == {None}
        figures._smallest_shown = months[5].n
        kept = [figure.value is not None for figure in figures.by("special_group_households", 2025, "month")]
        assert kept[5] and not kept[0]
    finally:
        figures._smallest_shown = smallest


def test_the_report_names_its_community_and_no_other(report: Document, figures: Figures) -> None:
    """Cover, running head and key figures name it; the chapters tell of no other community."""
    assert report.cover.organisation.endswith(SMALL) and report.key_figures.title == f"{SMALL}年度关键数据"
    assert SMALL in report.key_figures.data_line
    told = "\n".join(TAGS.sub("", text) for chapter in report.chapters for text in _texts_of(report, chapter.anchor))
    assert [name for name in communities(figures, 2025) if name != SMALL and name in told] == []


def _texts_of(document: Document, anchor: str) -> list[str]:
    chosen = replace(document, chapters=tuple(one for one in document.chapters if one.anchor == anchor), appendices=())
    return [text for _, text in texts(chosen)]


def test_names_of_folders_are_safe_and_told_apart() -> None:
    """No path, no device, no forbidden sign, no two alike where capitals do not count."""
    assert safe_name("../../etc") == "_.._etc".strip(".") and safe_name("a/b:c*?") == "a_b_c_"
    assert safe_name("CON") == "_CON" and safe_name("..") == "_" and safe_name("") == "_"
    assert safe_name("云栖苑 一期") == "云栖苑一期" and len(safe_name("长" * 300)) == 40
    assert list(safe_names(["A/B", "a_b", "A_B"]).values()) == ["A_B", "a_b-2", "A_B-3"]
    assert safe_names(["annual-report.pdf", "annual-report.pdf "])["annual-report.pdf "] == "annual-report.pdf-2"


class AtOnce(Executor):
    """Does the work where it is asked for."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **options: Any) -> Future[Any]:
        """The result, or the error, at once."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given, **options))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def _at_once() -> Iterator[AtOnce]:
    yield AtOnce()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, figures: Figures, loaded_sample: Path, tmp_path: Path) -> Callable[[], Any]:
    """A run over the three communities in which composing and setting are stand-ins."""

    def composed(report: Any) -> Any:
        if report.community == SMALL:
            raise AnnualReportError("数据不足。", "Too few data.")
        return many._Composed(report.community, remarks=cast(Any, None))

    def kept(report: Any, ready: Any, contents: Any) -> many.Outcome:
        return many.Outcome(report.community, (report.folder / "annual-report.html",))

    def set_in_type(ready: Any, formats: Any) -> dict[str, bytes]:
        if ready == "澄江里":
            raise ZeroDivisionError
        return {}

    monkeypatch.setattr(many, "_typesetters", _at_once)
    monkeypatch.setattr(many._Report, "composed", composed)
    monkeypatch.setattr(many._Report, "kept", kept)
    monkeypatch.setattr(many, "_set", set_in_type)
    workspace: Workspace = open_workspace(loaded_sample)
    return lambda: list(build_by_community(figures, workspace, Order(2025, ("html",), tmp_path)))


def test_a_failing_community_does_not_stop_the_rest(run: Callable[[], Any], tmp_path: Path) -> None:
    """One fails while composed, one while set: both are told of with a reason, the others are made."""
    outcomes = {one.community: one for one in run()}
    assert set(outcomes) == {None, "听澜别院", "澄江苑", "澄江里"}
    assert outcomes[None].paths == (tmp_path / "annual-report.html",)
    assert outcomes["澄江苑"].paths == (tmp_path / "澄江苑" / "annual-report.html",)
    failed = [one for one in outcomes.values() if one.failure]
    told = failures_as_text(failed, "zh")
    assert told.startswith("有 2 份报告没有生成：")
    assert "  听澜别院：数据不足。" in told and "  澄江里：程序内部出错（ZeroDivisionError）" in told


def test_projects_are_held_against_their_expected_spread(figures: Figures, loaded_sample: Path) -> None:
    """The company's report has a funnel of its projects, and its table sets no rates of service side by side."""
    from reports.chapters.communities import differences, is_compared
    from reports.desk import Desk
    from reports.document import Chart

    desk = Desk(figures, open_workspace(loaded_sample), 2025)
    assert is_compared(desk)
    drawn = [block for block in differences(desk) if isinstance(block, Chart)]
    assert [chart.anchor for chart in drawn] == ["figure-1-1", "figure-1-2"]
    assert "在预期范围" in drawn[0].title
