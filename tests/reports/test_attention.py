"""What the three sentences of the key-figures page, the gaps and the plan speak of."""

from __future__ import annotations

from fake_figures import FakeFigures, Scenario, workspace

from reports.chapters.attention import watched
from reports.desk import Desk


def test_the_sentences_speak_of_the_interval_that_the_card_shows() -> None:
    """Lifts where there are any: 113 days on the card and 110 days below it would read as an error."""
    desk = Desk(FakeFigures(Scenario()), workspace("zh"), 2025)
    (interval,) = (one for one in watched(desk) if one.metric == "fault_interval")
    assert interval.address.where == {"system": "电梯"}
