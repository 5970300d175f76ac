"""Exports of systems that nobody here has seen: surveys with notes, fees without numbers, English helpdesks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pipelines.errors import MappingInvalid, SettingInvalid
from tests.pipelines.conftest import Estate

SCORES = "select response_id, dimension, score, scale_max from warehouse.survey_answers order by 1, 2"
WIDE = "答卷编号,提交时间,小区,总体满意度,维修服务,保洁\n"


def test_a_note_below_a_survey_is_no_response(estate: Estate) -> None:
    """A sentence alone in its row, in the column of the ids, was typed by a person."""
    estate.write(
        "满意度.csv",
        WIDE
        + "1,2025-06-01,云栖苑,5,4,3\n注：评分 5 为很满意，1 为很不满意。,,,,,\n—以下无正文—,,,,,\n"
        + "制表人：小王,,,,,审核：老李\n",
    )
    estate.load()
    assert estate.rows("select response_id from warehouse.survey_responses") == [("1",)]
    assert estate.account() == {"满意度.csv": (5, 1, 0, 0, 4, 0)}


def test_an_invitation_that_has_only_its_number_stays(estate: Estate) -> None:
    """A bare number in the column of the ids is an unanswered invitation, no note."""
    estate.write("满意度.csv", WIDE + "1,2025-06-01,云栖苑,5,4,3\n2,,,,,\n")
    estate.load()
    assert estate.rows("select response_id, is_answered from warehouse.survey_responses order by 1") == [
        ("1", True),
        ("2", False),
    ]


def test_one_stray_score_does_not_change_the_scale(estate: Estate) -> None:
    """One 6 among scores up to 5 is a bad value, left out and listed; the scale stays five."""
    rows = "".join(f"{number},2025-06-01,云栖苑,5,4,3\n" for number in range(1, 11))
    estate.write("满意度.csv", WIDE + rows + "11,2025-06-01,云栖苑,4,6,3\n")
    estate.load()
    assert estate.rows("select distinct scale_max from warehouse.survey_answers") == [(5.0,)]
    assert estate.rows("select dimension, score from warehouse.survey_answers where response_id = '11' order by 1") == [
        ("overall", 4.0),
        ("保洁", 3.0),
    ]
    assert estate.rows("select row_number, field, severity from warehouse.issues where code = 'score_off_scale'") == [
        (12, "维修服务", "warn")
    ]


def test_a_scale_of_ten_is_still_seen(estate: Estate) -> None:
    """Where many scores lie above five, the scale is ten."""
    estate.write("满意度.csv", WIDE + "1,2025-06-01,云栖苑,9,4,8\n2,2025-06-01,云栖苑,5,4,3\n")
    estate.load()
    assert estate.rows("select distinct scale_max from warehouse.survey_answers") == [(10.0,)]


def test_a_column_of_scores_under_a_new_name_is_a_dimension(estate: Estate) -> None:
    """A wide survey's column that holds nothing but scores is a dimension, and is named among the notes."""
    rows = "".join(f"{number},云栖苑,{number % 5 + 1},4,{5 - number % 5},{number % 2 + 1}\n" for number in range(1, 8))
    estate.write("满意度.csv", "答卷编号,小区,总体满意度,维修服务,快递代收体验,性别\n" + rows)
    estate.load()
    assert estate.rows("select distinct dimension from warehouse.survey_answers order by 1") == [
        ("overall",),
        ("快递代收体验",),
        ("维修服务",),
    ]
    notes = dict(estate.rows("select code, sentence_zh from warehouse.issues where severity = 'note'"))
    assert "快递代收体验" in notes["taken_as_dimension"]
    assert "性别" in notes["unused_columns"]


def test_columns_that_serve_no_field_are_listed(estate: Estate) -> None:
    """No column is dropped in silence."""
    estate.write("工单.csv", "工单编号,报修时间,天气,心情\nT1,2025-03-05,晴,好\n")
    estate.load()
    ((sentence,),) = estate.rows("select sentence_zh from warehouse.issues where code = 'unused_columns'")
    assert "天气、心情" in sentence


def test_questions_of_a_form_are_read(estate: Estate) -> None:
    """Numbered questions: 您对保洁服务的满意度 scores 保洁服务; 1、您所在的小区 is the community."""
    estate.write(
        "问卷.csv",
        "序号,提交答卷时间,1、您所在的小区,2、您的房号,3、您对物业服务的总体满意度,4、您对保洁服务的满意度\n"
        "1,2025/6/1 10:00:00,云栖苑,3-1-301,很满意,一般\n",
    )
    estate.load()
    assert estate.rows(SCORES) == [("1", "overall", 5.0, 5.0), ("1", "保洁服务", 3.0, 5.0)]
    assert estate.rows("select community, room is not null from warehouse.survey_responses") == [("云栖苑", True)]


FEE_HISTORY = (
    "房屋,收费项目,缴费周期,开始时间,结束时间,缴费时间,应缴金额,实缴金额,收银员,,\n"
    "1-1-1001,物业费,12,42370,42736,42736,1000,1000,张三,,\n"
    "1-1-1001,物业费,12,42736,43101,42736,1000,1000,张三,说明：,\n"
    "1-1-1002,物业费,12,42370,42736,,1000,,张三,房屋,请填写房屋编号\n"
    ",,,,,,,,,结束时间,时间格式为 YYYY-MM-DD\n"
)


def test_a_fee_history_without_bill_numbers_loads(estate: Estate) -> None:
    """Place, fee item and period make the key; no part of it can be read in the key."""
    estate.write("缴费历史.csv", FEE_HISTORY)
    estate.load()
    assert estate.account() == {"缴费历史.csv": (5, 3, 0, 0, 2, 0)}
    assert estate.rows("select count(distinct bill_id), sum(amount_due) from warehouse.bills") == [(3, Decimal(3000))]
    assert estate.rows("select sum(amount), min(paid_on), max(paid_on) from warehouse.payments") == [
        (Decimal(2000), dt.date(2017, 1, 1), dt.date(2017, 1, 1))
    ]
    assert not any("1001" in bill for (bill,) in estate.rows("select bill_id from warehouse.bills"))


def test_periods_written_as_serial_numbers_are_days(estate: Estate) -> None:
    """42736 is the first of January 2017, not June of the year 4273; 201703 is a month."""
    estate.write("账单.csv", "账单编号,应收金额,开始日期,结束日期\nB1,1,42736,43101\nB2,1,201703,201704\n")
    estate.load()
    assert estate.rows("select period_start, period_end from warehouse.bills order by bill_id") == [
        (dt.date(2017, 1, 1), dt.date(2018, 1, 1)),
        (dt.date(2017, 3, 1), dt.date(2017, 4, 30)),
    ]


def test_a_fee_history_twice_gives_each_bill_once(estate: Estate) -> None:
    """The key made from a row is the same in every export; equal rows of one file stay two."""
    estate.write("缴费历史.csv", FEE_HISTORY)
    estate.write("缴费历史2.csv", FEE_HISTORY + "1-1-1003,停车费,12,42370,42736,,100,,,,\n" * 2)
    estate.load()
    assert estate.value("select sum(amount_due) from warehouse.bills") == Decimal(3200)


def test_a_fee_history_of_cars_is_keyed_by_plates(estate: Estate) -> None:
    """A plate stands for the place, and is personal."""
    estate.write("车辆缴费历史.csv", FEE_HISTORY.replace("房屋", "车牌号", 1).replace("1-1-1001", "浙A12345"))
    estate.load()
    assert estate.value("select count(*) from warehouse.bills where household is not null") == 3
    assert "A12345" not in estate.contents()


def test_a_fee_history_row_without_a_place_is_quarantined(estate: Estate) -> None:
    """Without a place there is no key: the row is listed with the reason."""
    estate.write("缴费历史.csv", FEE_HISTORY.replace("1-1-1002", ""))
    estate.load()
    assert estate.rows("select row_number, field from warehouse.quarantine") == [(4, "bill_id")]


def test_a_unit_in_the_cell_goes_before_the_header(estate: Estate) -> None:
    """0.01万 under 金额（万元） is one hundred yuan."""
    estate.write("账单.csv", "账单编号,账期,应收金额（万元）\nB1,2025-01,0.01万\nB2,2025-01,0.01\n")
    estate.load()
    assert estate.rows("select amount_due from warehouse.bills order by bill_id") == [(Decimal(100),), (Decimal(100),)]


def test_waivers_written_as_deductions_reduce_the_bill(estate: Estate) -> None:
    """（50.00） in the column of waivers is a waiver of fifty."""
    estate.write("账单.csv", "账单编号,账期,应收金额,减免金额,抵扣金额\nB1,2025-01,300,（50.00）,-20\n")
    estate.load()
    assert estate.rows("select amount_waived, amount_offset from warehouse.bills") == [(Decimal(50), Decimal(20))]


def test_ids_that_a_spreadsheet_zero_filled_are_no_keys(estate: Estate) -> None:
    """Every id of the file ends in zeros after its fifteenth digit: two tickets would become one."""
    estate.write_workbook(
        "工单.xlsx",
        {"工单": [["工单编号", "报修时间"], [202503050000001001, "2025-03-06"], [202503050000001002, "2025-03-07"]]},
    )
    estate.load()
    assert estate.account()["工单.xlsx/工单"] == (3, 0, 0, 0, 1, 2)


def test_long_ids_that_are_whole_are_kept(estate: Estate) -> None:
    """An id of eighteen digits that happens to end in zeros is whole where its neighbours are."""
    estate.write("工单.csv", "工单编号,报修时间\n202503050000001000,2025-03-06\n202503050000001001,2025-03-07\n")
    estate.load()
    assert estate.value("select count(*) from warehouse.tickets") == 2


def test_an_address_that_is_a_room_is_a_place_of_its_own(estate: Estate) -> None:
    """Two rooms in the column of addresses are scrubbed to the same words, but are two places."""
    estate.write(
        "工单.csv",
        "工单编号,报修时间,小区,地址\nT1,2025-03-05,云栖苑,3-1-301\nT2,2025-03-06,云栖苑,3-1-302\n"
        "T3,2025-03-07,云栖苑,3-1-301\nT4,2025-03-07,云栖苑,大堂\n",
    )
    estate.load()
    places = [place for (place,) in estate.rows("select place_id from warehouse.tickets order by ticket_id")]
    assert places[0] == places[2]
    assert len(set(places)) == 3
    assert "1-301" not in estate.contents()


def test_ranks_before_words_are_read(estate: Estate) -> None:
    """1 - Critical is urgent, 4 - Low is routine, Solved (Permanently) is a normal closure."""
    estate.write(
        "incident.csv",
        "Number,Opened,Priority,State,Close code,Type\n"
        "INC1,2025-03-01,1 - Critical,Closed,Solved (Permanently),Problem\n"
        "INC2,2025-03-02,4 - Low,In Progress,,Incident\n",
    )
    estate.load()
    assert estate.rows("select priority, closure_type, kind from warehouse.tickets order by ticket_id") == [
        ("urgent", "normal", "repair"),
        ("routine", "未填", "repair"),
    ]


def test_a_phone_number_is_no_rating(estate: Estate) -> None:
    """A number that no scale reaches is listed, masked, and not kept: it may be personal."""
    estate.write("工单.csv", "工单编号,报修时间,评分\nT1,2025-03-05,13912345678\nT2,2025-03-05,5\n")
    estate.load()
    assert estate.rows("select rating from warehouse.tickets order by ticket_id") == [(None,), (5.0,)]
    ((sentence,),) = estate.rows("select sentence_zh from warehouse.issues where field = 'rating'")
    assert "12345678" not in sentence


TICKET = "工单编号,报修时间,小区,状态\nT1,2025-03-05 10:00,云栖苑,已关闭\n"
TABLE = '[mapping."工单.csv"]\n'


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        (TABLE + "file_name = '(?P<year>[0-9'\n", "file_name"),
        (TABLE + "file_name = 5\n", "file_name"),
        (TABLE + "[mapping.'工单.csv'.constant]\ncommunity = '{year}'\n", "{year}"),
        (TABLE + "[mapping.'工单.csv'.constant]\ncommunity = '{'\n", "{"),
        (TABLE + "[mapping.'工单.csv'.constant]\ncommunity = '{0.__class__}'\n", "{0.__class__}"),
        (TABLE + "kind = ['tickets']\n", "kind"),
        (TABLE + "category = { a = 1 }\n", "category"),
        ("mapping = 'x'\n", "mapping"),
        ("[mapping]\n'工单.csv' = 'tickets'\n", "工单.csv"),
        (TABLE + "constant = 'x'\n", "constant"),
        (TABLE + "words = 'x'\n", "words"),
        (TABLE + "dimensions = 'x'\n", "dimensions"),
        (TABLE + "[mapping.'工单.csv'.words]\nstatus = 'closed'\n", "status"),
        (TABLE + "[mapping.'工单.csv'.words.status]\n'已关闭' = 5\n", "已关闭"),
        (TABLE + "[mapping.'工单.csv'.words.status]\n'已关闭' = 'closd'\n", "closd"),
        (TABLE + "[mapping.'工单.csv'.words.category]\n'水' = { a = 1 }\n", "水"),
    ],
)
def test_a_mistake_in_the_mapping_is_named(estate: Estate, settings: str, value: str) -> None:
    """A wrong type, pattern, place holder or code is named with the place where it stands."""
    estate.write("工单.csv", TICKET)
    estate.settings(settings)
    with pytest.raises(MappingInvalid) as refusal:
        estate.load()
    assert "mapping" in refusal.value.sentence.zh
    assert value in refusal.value.sentence.zh


def test_a_dimension_whose_column_is_missing_is_named(estate: Estate) -> None:
    """A misspelt header of a dimension must not leave the dimension out in silence."""
    estate.write("满意度.csv", WIDE + "1,2025-06-01,云栖苑,5,4,3\n")
    estate.settings("[mapping.'满意度.csv'.dimensions]\noverall = '总体满意'\n")
    with pytest.raises(MappingInvalid, match="总体满意"):
        estate.load()


def test_one_header_to_ignore_may_stand_without_a_list(estate: Estate) -> None:
    """ignore = "状态" is that header, not its letters."""
    estate.write("工单.csv", TICKET)
    estate.settings(TABLE + 'ignore = "状态"\n')
    estate.load()
    assert estate.value("select status from warehouse.tickets") == "未填"


@pytest.mark.parametrize(
    ("settings", "value"),
    [
        ("[load]\nnear_duplicate_minutes = 'x'\n", "near_duplicate_minutes"),
        ("[survey]\nsatisfied_share_of_scale = '四成'\n", "四成"),
        ("[fees.classes]\nproperty = '物业费'\n", "property"),
    ],
)
def test_a_setting_of_a_wrong_type_is_named(estate: Estate, settings: str, value: str) -> None:
    """A text where a number belongs, or a word where a list belongs (its letters would each match)."""
    estate.write("工单.csv", TICKET)
    estate.settings(settings)
    with pytest.raises(SettingInvalid) as refusal:
        estate.load()
    assert value in refusal.value.sentence.zh
