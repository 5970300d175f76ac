"""What pictures plot: each number remembers its quantity and is derived again before anything is written."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest
from fake_figures import FakeFigures, Scenario, workspace

from reports.annual import compose
from reports.charts.plotted import Place, PlottedNumber, PlottedText, at, plotted_in
from reports.document import Chart, Document
from reports.factcheck import FactCheckFailed, check
from reports.numbers import Address, Quantity
from reports.render import layout
from reports.render.pictures import Specification, specified

YUAN = Quantity(125_000, "money", Address("arrears_amount", "2025"))


@cache
def report() -> tuple[Document, FakeFigures]:
    """A report with every kind of data, and the figures behind it."""
    figures = FakeFigures(Scenario(7, "up", "normal", targets="mixed"))
    return compose(figures, workspace("zh"), 2025), figures


def chart_of(name: str) -> Chart:
    """The first chart that plots this metric."""
    document, _ = report()
    return next(
        chart
        for chart in layout.charts_of(document)
        if any(plotted.quantity.address.metric == name for plotted in chart.plotted)
    )


def edited(chart: Chart, place: Place, value: object) -> Document:
    """The report with another value at a place of a picture."""
    picture = json.loads(specified(chart.picture).json)
    at(picture, place[:-1])[place[-1]] = value
    changed = replace(chart, picture=Specification(json.dumps(picture), None))
    document, _ = report()
    chapters = tuple(
        replace(
            chapter,
            sections=tuple(
                replace(section, blocks=tuple(changed if block is chart else block for block in section.blocks))
                for section in chapter.sections
            ),
        )
        for chapter in document.chapters
    )
    return replace(document, chapters=chapters)


def test_the_pictures_of_a_report_are_proved() -> None:
    """Most charts plot quantities, and all of these are what the figures say."""
    document, figures = report()
    held = list(layout.charts_of(document))
    assert sum(bool(chart.plotted) for chart in held) >= len(held) // 2
    check(document, figures)


def test_an_edited_bar_fails_naming_chart_printed_and_true_value() -> None:
    """One ticket more in a bar of the monthly volumes."""
    _, figures = report()
    chart = chart_of("ticket_volume")
    plotted = next(one for one in chart.plotted if one.factor == 1)
    true = int(plotted.quantity.value)
    with pytest.raises(FactCheckFailed) as failure:
        check(edited(chart, plotted.place, true + 1), figures)
    sentence = str(failure.value)
    assert chart.label in sentence
    assert f"「{true + 1:,}」" in sentence and f"「{true:,}」" in sentence


def test_an_edited_label_fails() -> None:
    """A label beside a bar that says another number than the figure."""
    _, figures = report()
    chart = next(one for one in layout.charts_of(report()[0]) if any(plotted.form for plotted in one.plotted))
    plotted = next(one for one in chart.plotted if one.form)
    with pytest.raises(FactCheckFailed, match="99 件"):
        check(edited(chart, plotted.place, "99 件"), figures)


def test_a_removed_number_fails() -> None:
    """A bar that is gone is no bar that agrees."""
    _, figures = report()
    chart = chart_of("ticket_volume")
    with pytest.raises(FactCheckFailed):
        check(edited(chart, chart.plotted[0].place, None), figures)


def test_a_scaled_number_remembers_its_scale() -> None:
    """125,000 yuan drawn as −12.5 units of ten thousand."""
    drawn = -(PlottedNumber.of(YUAN) / 10_000)
    assert (drawn, drawn.quantity, drawn.factor) == (-12.5, YUAN, -0.0001)


def test_what_is_plotted_is_found_with_its_place() -> None:
    """Values of traces and texts of labels, not the positions beside them."""
    drawn, text = PlottedNumber.of(YUAN), PlottedText.of(YUAN, "wan", "zh")
    picture = {"data": [{"x": [0, 1], "y": [3.0, drawn]}], "layout": {"annotations": [{"text": text, "y": 1}]}}
    places = {plotted.place: plotted.factor or plotted.form for plotted in plotted_in(picture)}
    assert places == {("data", 0, "y", 1): 1.0, ("layout", "annotations", 0, "text"): "wan"}
