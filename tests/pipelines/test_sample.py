"""The sample exports: reproducible, small, dirty in the agreed ways, and true to the story built into them."""

import datetime as dt
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import fastexcel
import pandas as pd
import pytest

from pipelines.contracts import load_contracts
from pipelines.files import open_sheets
from pipelines.headers import recognise
from pipelines.mapping import FileMapping
from pipelines.sample import SAMPLE_SETTINGS, RawNotEmpty, write_sample, write_sample_workspace
from pipelines.sample.adjustments import simulate_adjustments
from pipelines.sample.community_life import simulate_activities, simulate_notices, simulate_services
from pipelines.sample.company import HIGH_RISE, SHOPS, VILLAS, Company, build_company
from pipelines.sample.emergencies import simulate_emergencies
from pipelines.sample.fees import PARKING, SERVICE, simulate_fees
from pipelines.sample.flow import simulate_flow
from pipelines.sample.records import FACTS, INITIATIVES
from pipelines.sample.routine import simulate_inspections, simulate_maintenance
from pipelines.sample.survey import simulate_survey
from pipelines.sample.tickets import EvenDraws, Ticket, known_by, simulate_tickets
from pipelines.sample.training import simulate_training
from pipelines.sample.vendor_marks import simulate_reviews
from workspace import create_workspace, open_workspace

ROOT = Path(__file__).parents[2]
LARGEST_BYTES = 3_600_000
CANCELLED = ("duplicate", "misdial", "withdrawn")
FORCED = ("forced", "unhandled")


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's exports."""
    folder = tmp_path_factory.mktemp("raw")
    write_sample(folder)
    return folder


@pytest.fixture(scope="module")
def company() -> Company:
    return build_company(Random(7))


@pytest.fixture(scope="module")
def tickets(company: Company) -> pd.DataFrame:
    """One row a ticket, with the fields of the simulation; unlike the sample's own seed, so that no luck helps."""
    rows = [
        {
            "year": ticket.opened_at.year,
            "opened_at": ticket.opened_at,
            "kind": ticket.request.kind,
            "category": ticket.request.category,
            "is_urgent": ticket.request.is_urgent,
            "vendor": ticket.request.vendor.name if ticket.request.vendor else None,
            "asset": ticket.request.place.asset.asset_id if ticket.request.place.asset else None,
            "responded_at": ticket.responded_at,
            "resolved_at": ticket.resolved_at,
            "followed_up_at": ticket.followed_up_at,
            "closed_at": ticket.closed_at,
            "closure_type": ticket.closure_type,
            "words": ticket.description,
        }
        for ticket in simulate_tickets(Random(7), company)
    ]
    frame = pd.DataFrame(rows)
    for name in [name for name in frame.columns if name.endswith("_at")]:
        frame[name] = pd.to_datetime(frame[name])
    return frame


@pytest.fixture(scope="module")
def bills_and_payments(company: Company) -> tuple[pd.DataFrame, pd.DataFrame]:
    bills, payments = simulate_fees(Random(7), company)
    return pd.DataFrame(bills), pd.DataFrame(payments)


def cells(path: Path, sheet: int = 0) -> list[list[str | None]]:
    """All cells of a sheet as text, row by row."""
    table = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_arrow()
    return [list(row.values()) for row in table.to_pylist()]


def content(path: Path) -> dict[str, bytes]:
    """A workbook's parts by name, or a text file's bytes: what does not depend on the compressor."""
    if path.suffix != ".xlsx":
        return {"": path.read_bytes()}
    with zipfile.ZipFile(path) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def by_year(tickets: pd.DataFrame, share: pd.Series) -> tuple[float, float]:
    """The mean of a column of yes and no in 2024 and in 2025."""
    means = share.astype(float).groupby(tickets.loc[share.index, "year"]).mean()
    return means[2024], means[2025]


# files


def test_the_sample_stays_small(raw: Path) -> None:
    """All files together are smaller than the bound for the repository."""
    assert sum(path.stat().st_size for path in raw.iterdir()) < LARGEST_BYTES


def test_the_committed_exports_are_what_the_sample_writes(raw: Path) -> None:
    """data/raw of the repository holds exactly the sample's files, part by part."""
    committed = ROOT / "data" / "raw"
    names = sorted(path.name for path in committed.iterdir() if not path.name.startswith("."))
    assert names == sorted(path.name for path in raw.iterdir())
    for name in names:
        assert content(committed / name) == content(raw / name), name


def test_the_committed_settings_are_those_of_the_sample() -> None:
    """settings.toml of the repository is the sample company's."""
    assert (ROOT / "settings.toml").read_bytes() == SAMPLE_SETTINGS.read_bytes()


def test_the_files_come_in_the_encodings_of_real_exports(raw: Path) -> None:
    """UTF-8 with and without BOM, GB18030 and XLSX are all there."""
    assert (raw / "项目一览.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert "设备编号" in (raw / "设备台账.csv").read_text(encoding="utf-8")
    assert "报修单号" in (raw / "工单_2025年1-3月.csv").read_bytes().decode("gb18030")
    assert zipfile.is_zipfile(raw / "工单_2025年.xlsx")


def test_every_kind_has_an_export_that_is_recognised(raw: Path, tmp_path: Path) -> None:
    """All eighteen kinds are told from the headers of the sample's files."""
    contracts = load_contracts()
    sheets = [sheet for path in sorted(raw.iterdir()) for sheet in open_sheets(path, raw, tmp_path)]
    found = [recognise(sheet, FileMapping(), contracts) for sheet in sheets]
    assert {each.contract.kind for each in found if each} == set(contracts)
    assert [sheet.sheet for sheet, each in zip(sheets, found, strict=True) if each is None] == ["填报说明"]


# dirt


def test_title_lines_totals_and_notes_stand_around_the_data(raw: Path) -> None:
    """An export begins with its title and export time, and ends with a total and a remark."""
    rows = cells(raw / "工单_2024年.xlsx")
    assert "导出时间：2026-01-05" in str(rows[1][0])
    assert rows[2][0] == "工单编号"
    assert rows[-2][0] == "合计"
    assert str(rows[-1][0]).startswith("注：")


def test_cells_are_typed_in_every_common_way(raw: Path) -> None:
    """Dates in five spellings, full-width digits, currency signs and words for nothing all occur."""
    of_2025 = {cell for row in cells(raw / "工单_2025年.xlsx") for cell in row if cell}
    of_2024 = {cell for row in cells(raw / "工单_2024年.xlsx") for cell in row if cell}
    assert any("年" in cell and cell.startswith("2025年") and ":" in cell for cell in of_2025)
    assert any(cell.startswith("2025/") and "午" in cell for cell in of_2025)
    assert any(cell.startswith("2025.") and ":" in cell for cell in of_2025)
    assert any(cell.startswith(("457", "458")) and "." in cell for cell in of_2025)
    assert "１" in of_2025 and "无" in of_2025
    assert {"￥1,234.50", "--", "/", "两次", "约50"} <= of_2024


def test_a_few_required_dates_cannot_be_read(raw: Path) -> None:
    """Each big export holds a row that has to be quarantined."""
    assert any("待补录" in row for row in cells(raw / "工单_2024年.xlsx"))
    assert any("2025-11-31 10:20" in row for row in cells(raw / "工单_2025年.xlsx"))
    assert any("2025-06-31" in row for row in cells(raw / "应收账单_2025年.xlsx"))


def test_rows_repeat_within_a_file_and_between_files(raw: Path) -> None:
    """Some tickets are exported twice in one file, and the first-quarter export overlaps the full year."""
    full = [str(row[0]) for row in cells(raw / "工单_2025年.xlsx")]
    quarter = (raw / "工单_2025年1-3月.csv").read_bytes().decode("gb18030").splitlines()
    numbers = [line.split(",")[0] for line in quarter if line.startswith("GD")]
    assert len(full) - len(set(full)) >= 2
    assert set(numbers) <= set(full)
    assert len(numbers) > 1000


def test_phone_numbers_belong_to_nobody(raw: Path) -> None:
    """Every phone number lies in a range that no carrier has; some stand in the middle of a description."""
    rows = cells(raw / "工单_2025年.xlsx")
    phone, description = rows[2].index("联系电话"), rows[2].index("问题描述")
    assert {str(row[phone])[:3] for row in rows[3:] if row[phone]} == {"154"}
    assert sum("联系" in str(row[description]) and "154" in str(row[description]) for row in rows[3:]) == 2


# story


def test_every_household_is_billed(company: Company, bills_and_payments: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """The households of the list of communities are those that get a service bill every quarter."""
    service = bills_and_payments[0].query("fee_item == @SERVICE")
    community = service["home"].map(lambda home: home["community"])
    quarters = service["bill_id"].groupby([community, service["period_start"]]).nunique()
    for name, households in ((HIGH_RISE, 1404), (VILLAS, 84), (SHOPS, 112)):
        homes = company.homes_of(name)
        assert len(homes) == households
        assert 0.75 * households < sum(home.is_occupied for home in homes) < households
        assert {quarters[name, dt.date(2025, month, 1)] for month in (1, 4, 7, 10)} == {households}


def test_the_list_of_communities_counts_the_same_households(raw: Path) -> None:
    """项目一览 shows per community all homes, fewer occupied ones, and their total."""
    rows = [line.split(",") for line in (raw / "项目一览.csv").read_text(encoding="utf-8-sig").splitlines()[1:]]
    assert [(row[0], int(row[2])) for row in rows] == [(HIGH_RISE, 1404), (VILLAS, 84), (SHOPS, 112), ("合计", 1600)]
    assert all(int(row[3]) < int(row[2]) for row in rows[:-1])


def test_the_high_rise_pays_most(bills_and_payments: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Of some 7 million yuan of service fees a year it owes two thirds; a villa owes more than a shop or a flat."""
    bills = bills_and_payments[0]
    of_2025 = bills[(bills["fee_item"] == SERVICE) & bills["period_start"].map(lambda day: day.year == 2025)]
    community = of_2025["home"].map(lambda home: home["community"])
    yuan = of_2025["due_cents"].groupby(community).sum() / 100
    assert 6_500_000 < yuan.sum() < 7_500_000
    assert 0.6 < yuan[HIGH_RISE] / yuan.sum() < 0.75
    assert yuan[VILLAS] / 84 > yuan[SHOPS] / 112 > yuan[HIGH_RISE] / 1404 > 3000


def test_about_five_thousand_tickets_a_year_around_the_clock(tickets: pd.DataFrame) -> None:
    """Both years are full, the night shift has work, and storms and frost bring more of it."""
    assert tickets.groupby("year").size().between(4800, 5300).all()
    hour = tickets["opened_at"].dt.hour
    assert 0.05 < ((hour >= 22) | (hour < 7)).mean() < 0.15
    leaks = tickets[tickets["category"] == "外墙渗漏"]["opened_at"].dt.month
    assert leaks.isin([6, 7, 8]).sum() > 3 * leaks.isin([1, 2, 12]).sum()
    assert set(tickets[tickets["category"] == "暴雨积水"]["opened_at"].dt.month) <= {6, 7, 8}


def test_most_things_are_better_in_2025(tickets: pd.DataFrame) -> None:
    """Closure, the full loop, repair within a day and complaints all improve by more than chance would explain."""
    valid = tickets[~tickets["closure_type"].isin(CANCELLED)]
    year_end = pd.to_datetime({"year": valid["year"] + 1, "month": 1, "day": 1})
    is_closed = (valid["closed_at"] < year_end) & ~valid["closure_type"].isin(FORCED)
    is_followed_up = is_closed & (valid["followed_up_at"] < year_end)
    repairs = valid[(valid["kind"] == "repair") & (valid["opened_at"].dt.month < 12)]
    is_quick = repairs["resolved_at"] - repairs["opened_at"] <= pd.Timedelta(hours=24)
    for share, gain in ((is_closed, 0.012), (is_followed_up, 0.05), (is_quick, 0.06)):
        before, after = by_year(valid, share)
        assert after - before > gain


def test_complaints_fall_and_stay_plausible(tickets: pd.DataFrame, company: Company) -> None:
    """Out of a hundred households 8 to 20 complaints come in a year, and fewer in 2025."""
    complaints = tickets[tickets["kind"] == "complaint"].groupby("year").size() / len(company.homes) * 100
    assert complaints.between(8, 20).all()
    assert complaints[2025] < 0.87 * complaints[2024]


def test_lifts_run_longer_between_faults(tickets: pd.DataFrame) -> None:
    """The 26 lifts are reported on far less often; four weak ones improve in the second half of 2025."""
    lifts = tickets[tickets["category"] == "电梯"]
    assert lifts["asset"].nunique() == 26
    since_last = lifts.groupby("asset")["opened_at"].diff()
    faults = lifts[~(since_last <= pd.Timedelta(hours=24))].groupby("year").size()
    assert 26 * 366 / faults[2024] < 80
    assert 26 * 365 / faults[2025] > 90


def test_one_vendor_is_worse_than_its_competitor(tickets: pd.DataFrame) -> None:
    """Drains that the bad vendor cleared come back as repeats several times as often."""
    repeats = tickets["words"].str.contains("上次修过又坏了")
    share = repeats.groupby(tickets["vendor"]).mean()
    assert share["捷达疏通服务部"] > 2 * share["通渠管道工程"]


def test_inquiries_and_attitude_complaints_are_unchanged(tickets: pd.DataFrame) -> None:
    """Neither differs by more than a few between the years."""
    inquiries = tickets[tickets["kind"] == "inquiry"].groupby("year").size()
    attitude = tickets[tickets["category"] == "服务态度类"].groupby("year").size()
    assert abs(inquiries[2025] / inquiries[2024] - 1) < 0.02
    assert abs(attitude[2025] - attitude[2024]) <= 3


def test_tickets_cross_the_years(tickets: pd.DataFrame) -> None:
    """Some tickets of December 2024 are closed in 2025, and some are still open at the end of 2025."""
    of_2024 = tickets[tickets["year"] == 2024]
    assert (of_2024["closed_at"] >= "2025-01-01").sum() > 30
    is_done = tickets["closed_at"].notna() | tickets["closure_type"].isin(CANCELLED)
    assert 30 < (~is_done).sum() < 130
    assert tickets["closed_at"].max() < pd.Timestamp("2026-01-01")


@pytest.mark.parametrize(
    ("item", "collected", "recovered"),
    [(SERVICE, (0.9286, 0.9437), (0.4145, 0.3828)), (PARKING, (0.957, 0.966), (0.52, 0.53))],
)
def test_fees_of_the_year_come_in_better_and_old_debts_worse(
    bills_and_payments: tuple[pd.DataFrame, pd.DataFrame],
    item: str,
    collected: tuple[float, float],
    recovered: tuple[float, float],
) -> None:
    """Collection of service fees rises by 1.5 points while recovery of their arrears falls by 3 points."""
    bills, payments = bills_and_payments
    bills = bills[bills["fee_item"] == item].set_index("bill_id")
    started = bills["period_start"].map(lambda day: day.year)
    for year, rate, recovery in zip((2024, 2025), collected, recovered, strict=True):
        paid = paid_by(bills, payments, dt.date(year, 12, 31))
        paid_before = paid_by(bills, payments, dt.date(year - 1, 12, 31))
        payable = bills["due_cents"] - bills["waived_cents"]
        new, old = started == year, started < year
        assert (paid + bills["offset_cents"])[new].sum() / payable[new].sum() == pytest.approx(rate, abs=0.002)
        opening = (payable - bills["offset_cents"] - paid_before)[old].sum()
        assert (paid - paid_before)[old].sum() / opening == pytest.approx(recovery, abs=0.002)


def paid_by(bills: pd.DataFrame, payments: pd.DataFrame, day: dt.date) -> pd.Series:
    """Cents paid on each bill by the end of a day, never more than the bill asks for."""
    paid = payments[payments["paid_on"] <= day].groupby("bill_id")["cents"].sum().reindex(bills.index).fillna(0)
    return paid.clip(upper=bills["due_cents"] - bills["waived_cents"] - bills["offset_cents"])


def test_fees_hold_every_way_of_settling_a_bill(bills_and_payments: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Waivers, offsets, instalments, refunds, part payments, prepayments and debts of over three years occur."""
    bills, payments = bills_and_payments
    open_cents = bills["due_cents"] - bills["waived_cents"] - bills["offset_cents"] - bills["paid_cents"]
    assert (bills["waived_cents"] > 0).any() and (bills["offset_cents"] > 0).any() and bills["is_instalment"].any()
    assert (payments["cents"] < 0).any()
    assert ((open_cents > 0) & (bills["paid_cents"] > 0)).any()
    assert (open_cents < 0).sum() == 4
    assert (bills["period_start"] == dt.date(2026, 1, 1)).any()
    assert open_cents[bills["due_on"] < dt.date(2022, 12, 31)].sum() > 0


def test_only_greening_falls_in_the_survey(company: Company) -> None:
    """Overall, service and repair rise, cleaning and security stay, greening falls by more than chance explains."""
    rates, variances = {}, {}
    for year in (2024, 2025):
        answers = [each.scores for each in simulate_survey(Random(7), company, year) if each.answered_at]
        scores = pd.DataFrame(answers).astype(float)
        rates[year] = (scores >= 4).sum() / scores.notna().sum()
        variances[year] = rates[year] * (1 - rates[year]) / scores.notna().sum()
    change = rates[2025] - rates[2024]
    margin = 1.96 * (variances[2024] + variances[2025]) ** 0.5
    assert change["绿化养护"] == pytest.approx(-0.053, abs=0.01)
    assert change["绿化养护"] + margin["绿化养护"] < -0.005
    assert (change[["总体满意度", "客服接待", "维修服务"]] > 0.03).all()
    assert (change[["环境保洁", "秩序维护"]].abs() < 0.015).all()


@pytest.mark.parametrize(("year", "answered_share"), [(2024, 0.531), (2025, 0.5796)])
def test_only_occupied_households_are_surveyed(company: Company, year: int, answered_share: float) -> None:
    """No household gets two invitations, no empty one gets any, and over half of them answer."""
    invitations = simulate_survey(Random(7), company, year)
    invited = {each.home for each in invitations}
    assert len(invitations) == len(invited) <= len(company.occupied_homes())
    assert all(home.is_occupied for home in invited)
    answered = sum(each.answered_at is not None for each in invitations)
    assert answered / len(invitations) == pytest.approx(answered_share, abs=0.001)


@pytest.fixture(scope="module")
def desk_tickets(company: Company) -> dict[str, Ticket]:
    """The tickets of the simulation by their numbers."""
    return {ticket.ticket_id: ticket for ticket in simulate_tickets(Random(7), company)}


def test_flow_records_tell_what_the_tickets_tell(desk_tickets: dict[str, Ticket]) -> None:
    """Milestones agree to the minute; pauses end before the repair does; all that was reopened is there."""
    events = simulate_flow(Random(7), list(desk_tickets.values()))
    by_ticket: dict[str, dict[str, list[dt.datetime]]] = {}
    for event in events:
        by_ticket.setdefault(event.ticket_id, {}).setdefault(event.event, []).append(event.at)
    assert {number for number, ticket in desk_tickets.items() if ticket.reopened_at} <= set(by_ticket)
    for number, at in by_ticket.items():
        ticket = desk_tickets[number]
        assert at["登记"] == [ticket.opened_at]
        assert at.get("派单", [None]) == [ticket.dispatched_at]
        assert at.get("重开", [None]) == [ticket.reopened_at]
        assert at.get("完成", [None])[-1] == ticket.resolved_at
        assert at.get("关闭", [None]) == [ticket.closed_at]
        if "恢复" in at:
            assert ticket.opened_at < at["挂起"][0] < at["恢复"][0] < at["完成"][0]
    still_paused = [number for number, at in by_ticket.items() if "挂起" in at and "恢复" not in at]
    assert still_paused and all(desk_tickets[number].resolved_at is None for number in still_paused)


def test_adjustments_add_up_to_what_the_bills_say(company: Company) -> None:
    """Waivers and offsets of each bill come to its own sums, on its own days."""
    bills, _ = simulate_fees(Random(7), company)
    of_bill: dict[tuple[str, str], int] = {}
    for each in simulate_adjustments(Random(7), bills):
        of_bill[each.bill.bill_id, each.kind] = of_bill.get((each.bill.bill_id, each.kind), 0) + each.cents
        assert each.adjusted_on == (each.bill.waived_on if each.kind == "减免" else each.bill.offset_on)
    assert of_bill == {
        **{(bill.bill_id, "减免"): bill.waived_cents for bill in bills if bill.waived_on},
        **{(bill.bill_id, "冲抵"): bill.offset_cents for bill in bills if bill.offset_on},
    }


def test_emergencies_are_those_of_the_tickets(company: Company, desk_tickets: dict[str, Ticket]) -> None:
    """Each storm and outage has the number that its tickets carry; a stopped lift runs again when it is repaired."""
    emergencies = simulate_emergencies(Random(7), company, list(desk_tickets.values()))
    shared = {each.number for each in emergencies if each.asset is None}
    assert shared == {ticket.request.incident_id for ticket in desk_tickets.values() if ticket.request.incident_id}
    stops = [each for each in emergencies if each.asset]
    repaired_at = {ticket.resolved_at for ticket in desk_tickets.values()}
    assert stops and all(each.ended_at in repaired_at for each in stops)
    years = [each.started_at.year for each in stops]
    assert years.count(2025) < years.count(2024)


@pytest.mark.parametrize(
    ("share", "before", "after"),
    [("inspected", 0.957, 0.984), ("maintained", 0.968, 0.988), ("attended", 0.598, 0.672), ("passed", 0.935, 0.978)],
)
def test_routine_work_is_better_in_2025(company: Company, share: str, before: float, after: float) -> None:
    """Inspections, maintenance, activities and courses come close to the shares built into each year."""
    rates = SHARES[share](company)
    assert rates[2024] == pytest.approx(before, abs=0.02)
    assert rates[2025] == pytest.approx(after, abs=0.02)


def mean_by_year(rows: Iterable[tuple[dt.date, float, float]]) -> dict[int, float]:
    """Rows of a day, a part and a whole: the parts divided by the wholes of each year."""
    frame = pd.DataFrame([(day.year, part, whole) for day, part, whole in rows], columns=["year", "part", "whole"])
    sums = frame.groupby("year").sum()
    return (sums["part"] / sums["whole"]).to_dict()


SHARES: dict[str, Callable[[Company], dict[int, float]]] = {
    "inspected": lambda _: mean_by_year(
        (each.planned_on, each.done_at is not None, 1) for each in simulate_inspections(Random(7))
    ),
    "maintained": lambda company: mean_by_year(
        (each.planned_on, each.done_at is not None, 1) for each in simulate_maintenance(Random(7), company)
    ),
    "attended": lambda _: mean_by_year(
        (each.held_on, each.attended, each.invited) for each in simulate_activities(Random(7))
    ),
    "passed": lambda _: mean_by_year((each.trained_on, each.is_passed, 1) for each in simulate_training(Random(7))),
}


def test_the_bad_vendor_fails_its_reviews() -> None:
    """What it repairs comes back, and its marks say so; the others pass nearly always."""
    reviews = simulate_reviews(Random(7))
    failed = [each.vendor.name for each in reviews if not each.is_passed]
    assert failed.count("捷达疏通服务部") > 0.8 * len(failed)
    assert all((each.penalty_yuan > 0) != each.is_passed for each in reviews)


def test_parts_stay_below_their_wholes(company: Company) -> None:
    """Nobody comes uninvited, no notice is read before it is delivered, persons do not exceed person-times."""
    for activity in simulate_activities(Random(7)):
        assert activity.attended <= activity.invited
        assert activity.persons <= activity.person_times
    for notice in simulate_notices(Random(7), company):
        assert (notice.read or 0) <= notice.delivered <= notice.targeted


def test_special_care_goes_to_few_households(company: Company) -> None:
    """A few households get a good third of the services, and each belongs to one group."""
    services = simulate_services(Random(7), company)
    groups = {each.home: each.group for each in services if each.group}
    assert len({(each.home, each.group) for each in services if each.group}) == len(groups) < 80
    assert 0.3 < sum(each.group is not None for each in services) / len(services) < 0.55


def test_initiatives_name_metrics_and_places_that_exist() -> None:
    """Each starts in 2025; one figure by hand lacks its source, which the load must say."""
    assert all(each.started_on.year == 2025 for each in INITIATIVES)
    assert {each.scope for each in INITIATIVES} == {None, HIGH_RISE, "捷达疏通服务部", "3号楼、7号楼"}
    assert sum(fact.source is None for fact in FACTS) == 1


# building blocks


def test_even_draws_leave_no_gaps() -> None:
    """Of fifty draws on a subject each fiftieth of the range gets one."""
    even = EvenDraws(Random(1))
    assert sorted(int(even.draw("subject") * 50) for _ in range(50)) == list(range(50))


def test_an_export_shows_nothing_that_happens_after_it(company: Company) -> None:
    """A ticket closed in the end was still open when an earlier export was made."""
    moment = dt.datetime(2025, 6, 30, 23, 59)
    late = next(
        ticket
        for ticket in simulate_tickets(Random(7), company)
        if ticket.opened_at < moment and ticket.resolved_at and ticket.resolved_at > moment and ticket.closed_at
    )
    seen = known_by(late, moment)
    assert (late.status, seen.status) == ("已关闭", "处理中")
    assert (seen.resolved_at, seen.closed_at, seen.rating, seen.closure_type) == (None, None, None, None)


def test_the_sample_fills_an_empty_workspace_and_no_other(raw: Path, tmp_path: Path) -> None:
    """A new workspace gets settings and exports, the same bytes each time; a second attempt names the folder."""
    workspace = open_workspace(create_workspace(tmp_path))
    assert len(write_sample_workspace(workspace)) == 23
    assert {path.name: path.read_bytes() for path in workspace.raw.iterdir()} == {
        path.name: path.read_bytes() for path in raw.iterdir()
    }
    assert "澄屿物业" in workspace.settings_file.read_text(encoding="utf-8")
    with pytest.raises(RawNotEmpty, match="data/raw"):
        write_sample_workspace(workspace)
