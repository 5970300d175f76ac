"""The metrics of fees that need more than a bill's own totals, computed a second time in plain pandas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from queries.figures import NATURAL_ORDER
from tests.queries.world import ASKED, DAY, Answer, LoadedSample, World, cents, check_recomputed

ONLINE = ("微信支付", "支付宝", "业主APP")
HOME = ["community", "building", "household"]


def collected(bills: pd.DataFrame) -> pd.Series:
    return np.minimum(bills.settled_now, bills.dues)


def collection_within_90_days(world: World) -> Answer:
    """Each bill at its own moment: the midnight after the 90th day since its period's last day."""
    bills = world.bills_of_year
    ripe_at = bills.period_end + 91 * DAY
    bills, ripe_at = bills[ripe_at <= world.as_of], ripe_at[ripe_at <= world.as_of]
    dues = (bills.due - world.adjusted(bills, "waiver", ripe_at)).clip(lower=0)
    settled = world.paid(bills, ripe_at) + world.adjusted(bills, "offset", ripe_at)
    return np.minimum(settled, dues).sum() / 100, dues.sum() / 100


def household_collection_rate(world: World) -> Answer:
    bills = world.bills_of_year
    homes = bills.assign(collected=collected(bills)).groupby(HOME)[["dues", "collected"]].sum()
    billed = homes[homes.dues > 0]
    return int((billed.collected == billed.dues).sum()), len(billed)


def arrears_ageing(world: World) -> Answer:
    bills = world.bills
    past_due = (bills.period_start < world.as_of) & (bills.due_on < world.as_of)
    return bills[past_due].open.sum() / 100, None


def waiver_rate(world: World) -> Answer:
    bills = world.bills_of_year
    return np.minimum(bills.waived_now, bills.due).sum() / 100, bills.due.sum() / 100


def online_payment_share(world: World) -> Answer:
    payments = world.tables["payments"]
    received = payments[
        world.within(payments.paid_on)
        & payments.bill_id.isin(world.bills.index)
        & (payments.amount > 0)
        & (payments.channel != "未填")
    ]
    online = received[received.channel.isin(ONLINE)]
    return cents(online.amount).sum() / 100, cents(received.amount).sum() / 100


def instalment_share(world: World) -> Answer:
    bills = world.bills_of_year
    return bills[bills.is_instalment].dues.sum() / 100, bills.dues.sum() / 100


def written_off_amount(world: World) -> Answer:
    written_off = world.tables["bill_adjustments"].query("kind == 'write_off'")
    return cents(written_off.amount[world.known(written_off.adjusted_on)]).sum() / 100, None


RECOMPUTED: dict[str, Callable[[World], Answer]] = {
    "collection_within_90_days": collection_within_90_days,
    "household_collection_rate": household_collection_rate,
    "arrears_ageing": arrears_ageing,
    "waiver_rate": waiver_rate,
    "online_payment_share": online_payment_share,
    "instalment_share": instalment_share,
    "written_off_amount": written_off_amount,
}


@pytest.mark.parametrize(("year", "last_day"), ASKED, ids=str)
@pytest.mark.parametrize("metric", sorted(RECOMPUTED))
def test_pandas_gives_the_same_figure(sample: LoadedSample, metric: str, year: int, last_day: date) -> None:
    """Counts and money exactly, the rest to 1e-9."""
    check_recomputed(sample, RECOMPUTED[metric], metric, year, last_day)


@pytest.mark.parametrize(("year", "last_day"), ASKED, ids=str)
def test_each_age_of_the_arrears_is_the_same(sample: LoadedSample, year: int, last_day: date) -> None:
    """To the cent, by the days between the due date and the last day known."""
    world = World(sample.tables, year, pd.Timestamp(last_day) + DAY)
    bills = world.bills[(world.bills.period_start < world.as_of) & (world.bills.due_on < world.as_of)]
    days = (pd.Timestamp(last_day) - bills.due_on).dt.days
    ages = pd.cut(days, [-1, 90, 180, 365, 730, 1095, np.inf], labels=NATURAL_ORDER["ageing"])
    expected = bills.open.groupby(ages, observed=True).sum()
    found = {
        figure.slice["ageing"]: round(float(figure.value) * 100)
        for figure in sample.figures.by("arrears_ageing", year, "ageing", as_of=last_day)
    }
    assert found == expected[expected > 0].to_dict()
