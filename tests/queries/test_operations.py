"""Metrics of operations where an export leaves something out."""

from __future__ import annotations

from collections.abc import Callable

from queries.figures import Figures

Loader = Callable[..., Figures]


def test_an_absent_kind_is_not_available(figures_of: Loader) -> None:
    """With tickets alone no metric of surveys or operations says 0 or 100 %."""
    figures = figures_of({"tickets": "ticket_id,opened_at,kind\nT1,2025-03-01 08:00,repair\n"})
    names = [name for name, metric in figures.catalog.items() if metric.path.parent.name in ("surveys", "operations")]
    found = [figures.of(name, 2025) for name in names]
    assert len(found) >= 20
    assert {(figure.status, figure.value) for figure in found} == {("not_available", None)}


def test_a_list_of_drills_says_nothing_of_incidents(figures_of: Loader) -> None:
    """A register that holds drills alone is no proof of a year without incidents, nor of none with a stop."""
    figures = figures_of({"incidents": "演练名称,演练日期,项目\n消防疏散演练,2025-06-14,A\n"})
    assert figures.of("drills", 2025).value == 1
    assert figures.of("incident_count", 2025).status == "not_available"
    assert figures.of("critical_failures", 2025).status == "not_available"


def test_a_list_of_incidents_says_nothing_of_drills(figures_of: Loader) -> None:
    """And where nothing is marked as critical, every incident that stopped something counts."""
    incidents = "事件编号,事件类型,发生时间,停运小时数\nE1,停梯,2025-06-14 08:00,2.5\nE2,暴雨,2025-06-15 08:00,\n"
    figures = figures_of({"incidents": incidents})
    assert figures.of("drills", 2025).status == "not_available"
    assert figures.of("incident_count", 2025).value == 2
    stopped = figures.of("critical_failures", 2025)
    assert (stopped.value, stopped.details["stop_hours"]) == (1, 2.5)


def test_a_plan_without_results_gives_no_share(figures_of: Loader) -> None:
    """Inspections that neither say when nor whether they were done: no completion rate, nor one of rectification."""
    figures = figures_of({"inspections": "计划日期,巡检点,检查人,发现问题数\n2025-03-01,泵房,王,2\n"})
    assert figures.of("inspection_completion_rate", 2025).status == "not_available"
    assert figures.of("finding_rectified_rate", 2025).status == "not_available"


def test_completions_that_are_never_dated_are_as_exported(figures_of: Loader) -> None:
    """A status alone says nothing of when: the figure is that of the day of the export, and says so."""
    figures = figures_of({"inspections": "计划日期,巡检点,巡检状态\n2025-03-01,泵房,已完成\n2025-03-02,泵房,未完成\n"})
    completion = figures.of("inspection_completion_rate", 2025)
    assert (completion.numerator, completion.denominator, completion.is_as_exported) == (1, 2, True)
