"""Full reports from public exports that nobody here made, against figures computed by separate code.

Each workspace is a settings.toml under tests/realdata and the exports of ../shared/realdata, which the project does
not copy. Where a definition differs by design, the test says how beside the comparison.
"""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.build import load
from queries.figures import Figures, open_figures
from reports.build import Built, build
from workspace import Workspace, open_workspace

HERE = Path(__file__).parent
EXPORTS = HERE.parent.parent / "shared" / "realdata"
MARKUP = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", re.DOTALL)

pytestmark = pytest.mark.skipif(not EXPORTS.is_dir(), reason="the public exports lie outside the project")

MakeWorkspace = Callable[[str, str, str], Workspace]


@pytest.fixture(scope="module")
def make_workspace(tmp_path_factory: pytest.TempPathFactory) -> MakeWorkspace:
    """A loaded workspace: the named settings over the exports of a folder that fit a pattern."""

    def make(settings: str, exports: str, pattern: str) -> Workspace:
        root = tmp_path_factory.mktemp(settings)
        shutil.copy(HERE / "realdata" / settings / "settings.toml", root)
        (root / "data" / "raw").mkdir(parents=True)
        for path in (EXPORTS / exports).glob(pattern):
            shutil.copy(path, root / "data" / "raw")
        workspace = open_workspace(root)
        load(workspace)
        return workspace

    return make


def reference(exports: str) -> Any:
    return json.loads((EXPORTS / exports / "reference.json").read_text(encoding="utf-8"))


def page_text(built: Built) -> str:
    """The words of the HTML report, without scripts."""
    (path,) = (path for path in built.paths if path.suffix == ".html")
    return MARKUP.sub(" ", path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def boston(make_workspace: MakeWorkspace) -> Iterator[tuple[Workspace, Figures]]:
    workspace = make_workspace("boston_animal_control", "boston311_animal", "*.csv")
    with open_figures(workspace) as figures:
        yield workspace, figures


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2021])
def test_boston_tickets_and_closures_agree(boston: tuple[Workspace, Figures], year: int) -> None:
    """closed_in_year is the closure rate's numerator as of 31 December: not yet known closings do not count."""
    _, figures = boston
    expected = reference("boston311_animal")["years"][str(year)]
    assert figures.of("ticket_volume", year).value == expected["tickets"]
    closure = figures.of("closure_rate", year)
    assert closure.numerator == expected["closed_in_year"]
    assert closure.denominator == expected["tickets"]


@pytest.mark.parametrize("year", [2018, 2019, 2020, 2021])
def test_boston_closed_share_agrees_when_every_closing_is_known(boston: tuple[Workspace, Figures], year: int) -> None:
    """The reference counts closings of any later day: an as-of after the last of them gives the same share."""

    _, figures = boston
    expected = reference("boston311_animal")["years"][str(year)]
    closure = figures.of("closure_rate", year, as_of=date(2030, 1, 1))
    assert closure.numerator == expected["closed"]
    assert closure.value == pytest.approx(expected["closed_share"], abs=5e-7)


@pytest.mark.parametrize("year", [2018, 2019, 2020])
def test_boston_median_differs_by_design(boston: tuple[Workspace, Figures], year: int) -> None:
    """The reference takes the median of closed tickets only. Ours counts open ones as not yet ended; with more than
    half open, half of the tickets have not ended and there is no median.

    These exports have no column for the moment of resolution, so resolution_time is not available: closing is
    never put in its place in silence.
    """
    _, figures = boston
    expected = reference("boston311_animal")["years"][str(year)]
    assert expected["closed_share"] < 0.5 and expected["median_hours"] is not None
    figure = figures.of("resolution_time", year)
    assert figure.value is None and figure.status == "not_available"


def test_boston_makes_a_full_report_without_chapters_on_fees_or_surveys(
    boston: tuple[Workspace, Figures], tmp_path: Path
) -> None:
    """Tickets alone give a report; what is missing is named 未提供 and has no section."""
    workspace, figures = boston
    built = build(figures, workspace, 2021, ("pdf", "html"), tmp_path)
    text = page_text(built)
    assert "4,106" in text
    assert "未提供" in text
    for word in ("收缴率为", "当年应收", "满意率为", "欠费余额"):
        assert word not in text, word


@pytest.fixture(scope="module")
def airport(make_workspace: MakeWorkspace) -> Iterator[tuple[Workspace, Figures]]:
    workspace = make_workspace("airport_survey", "sfo_customer_survey", "*.csv")
    with open_figures(workspace) as figures:
        yield workspace, figures


@pytest.mark.parametrize("year", [2014, 2015, 2016])
def test_airport_satisfaction_agrees(airport: tuple[Workspace, Figures], year: int) -> None:
    """Top two of five is the satisfaction rate; the mean score is scaled from 1–5 to 0–100 by (score − 1) ÷ 4."""
    _, figures = airport
    expected = reference("sfo_customer_survey")["years"][str(year)]
    rate = figures.of("satisfaction_rate", year)
    assert rate.denominator == expected["valid_1_to_5"]
    assert rate.value == pytest.approx(expected["top2box_share_4_5"], abs=5e-7)
    score = figures.of("satisfaction_score", year).value
    assert score is not None
    assert float(score) / 100 * 4 + 1 == pytest.approx(expected["mean_score"], abs=5e-7)


def test_airport_response_rate_is_not_made_up(airport: tuple[Workspace, Figures]) -> None:
    """An export of answers alone says nothing about who was asked."""
    _, figures = airport
    assert figures.of("survey_response_rate", 2016).status == "not_available"


def test_airport_makes_a_full_report_without_chapters_on_tickets_or_fees(
    airport: tuple[Workspace, Figures], tmp_path: Path
) -> None:
    workspace, figures = airport
    text = page_text(build(figures, workspace, 2016, ("pdf", "html"), tmp_path))
    assert "81.0%" in text
    for word in ("受理工单", "报修", "收缴率"):
        assert word not in text.split("附录")[0], word


@pytest.fixture(scope="module")
def fines(make_workspace: MakeWorkspace) -> Iterator[tuple[Workspace, Figures]]:
    workspace = make_workspace("traffic_fines", "italy_traffic_fines", "*.csv")
    with open_figures(workspace) as figures:
        yield workspace, figures


@pytest.mark.parametrize("year", [2006, 2007, 2008, 2009])
def test_fines_due_agree_to_the_cent(fines: tuple[Workspace, Figures], year: int) -> None:
    _, figures = fines
    expected = reference("italy_traffic_fines")["by_issue_year"][str(year)]
    due = figures.of("amount_due", year)
    assert due.value == Decimal(expected["total_due"])
    assert due.n == expected["bills"]


@pytest.mark.parametrize("year", [2006, 2007, 2008, 2009, 2010, 2011])
def test_fines_paid_agree_to_the_cent_before_overpayments_are_set_apart(
    fines: tuple[Workspace, Figures], year: int
) -> None:
    """Every payment of the year is in the warehouse to the cent; the collected amount leaves overpayments out."""
    _, figures = fines
    expected = reference("italy_traffic_fines")["by_payment_year"][str(year)]
    paid = figures.connection.execute(
        "select sum(amount), count(*) from warehouse.payments where year(paid_on) = ?", [year]
    ).fetchone()
    assert paid == (Decimal(expected["paid"]), expected["payments"])
    collected = figures.of("amount_collected", year).value
    assert collected is not None and collected <= Decimal(expected["paid"])


@pytest.mark.parametrize("year", [2006, 2007, 2008])
def test_fines_collection_rate_agrees_when_every_payment_is_known(fines: tuple[Workspace, Figures], year: int) -> None:
    """With an as-of after the last payment the rate is the reference's share capped at each bill's dues."""

    _, figures = fines
    expected = reference("italy_traffic_fines")["by_issue_year"][str(year)]
    rate = figures.of("collection_rate", year, as_of=date(2030, 1, 1))
    assert rate.value == pytest.approx(expected["collection_rate_ever_capped_at_due"], abs=5e-7)


def test_fines_make_a_full_report_without_chapters_on_tickets_or_surveys(
    fines: tuple[Workspace, Figures], tmp_path: Path
) -> None:
    workspace, figures = fines
    text = page_text(build(figures, workspace, 2007, ("pdf", "html"), tmp_path))
    assert "收缴率" in text
    for word in ("受理工单", "报修", "满意率"):
        assert word not in text.split("附录")[0], word
