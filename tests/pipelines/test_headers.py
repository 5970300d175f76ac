"""Header rows of common systems map unaided, and a header's neighbours decide what it means."""

from __future__ import annotations

import pytest

from pipelines.contracts import load_contracts
from pipelines.headers import Recognition, recognise
from pipelines.mapping import FileMapping
from pipelines.sheets import Sheet


def recognised(header: str, *rows: str, name: str = "export.csv") -> Recognition | None:
    """What a sheet with this header row (cells parted by blanks) is taken for."""
    preview = tuple(tuple(row.split(" ")) for row in (header, *rows))
    sheet = Sheet(name, "", "0" * 64, 0, "utf-8", "", len(preview[0]), len(preview), preview)
    return recognise(sheet, FileMapping(), load_contracts())


def fields(header: str, *rows: str) -> dict[str, str]:
    """By header: the field that it serves."""
    recognition = recognised(header, *rows)
    assert recognition is not None
    return {column.header: column.field for column in recognition.columns}


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        (
            "tickets",
            "工单编号 工单类型 一级分类 二级分类 优先级 工单状态 报修时间 派单时间 接单时间 到场时间 完成时间 "
            "回访时间 关闭时间",
        ),
        ("tickets", "报事编号 报事类型 报事内容 报事人 联系电话 报事时间 处理人 处理完成时间 状态 评价"),
        ("tickets", "单号 项目名称 楼栋 单元 房号 报修人 联系方式 报修内容 提交时间 维修人员 完工时间 结单时间 满意度"),
        ("tickets", "投诉编号 投诉时间 投诉类型 投诉人 投诉内容 投诉渠道 是否有效 处理结果 结案时间 回访日期"),
        (
            "tickets",
            "Ticket_ID Created_At Category Sub_Category Priority Status Assigned_To Resolved_At Closed_At Rating",
        ),
        ("tickets", "WorkOrderNo RequestDate Building Unit Trade Vendor CompletionDate Cost"),
        ("bills", "账单编号 收费项目 应收金额 费用开始时间 费用结束时间 应缴日期 实收金额 欠费金额 房号 业主姓名"),
        ("bills", "应收单号 费项 账期 应收 减免 实收 未收 小区 楼栋 房间号 业主"),
        ("bills", "invoice_no amount_due period_start due_date balance owner unit_number"),
        ("payments", "流水号 账单编号 缴费日期 缴费金额 支付方式 是否退款"),
        ("payments", "收据号 应收单号 收款日期 实收金额 收款方式"),
        ("payments", "payment_id bill_id paid_on amount channel"),
        ("surveys", "问卷编号 批次 小区 楼栋 房号 发放时间 回收时间 总体满意度 保洁满意度 绿化满意度"),
        ("surveys", "答卷编号 调查批次 维度 得分 提交时间"),
        ("surveys", "response_id wave sent_at answered_at overall cleaning security nps comment"),
        ("communities", "项目名称 总户数 入住户数 建筑面积 业态 接管日期"),
        ("assets", "设备编号 设备名称 所属系统 所属项目 楼栋 投用日期"),
    ],
)
def test_common_headers_map_unaided(kind: str, header: str) -> None:
    """Every column of these header rows serves a field of the right kind."""
    recognition = recognised(header)
    assert recognition is not None
    assert (recognition.contract.kind, recognition.unmapped) == (kind, ())


@pytest.mark.parametrize("kind", list(load_contracts()))
def test_the_names_of_the_contract_are_headers(kind: str) -> None:
    """A file with the contract's own field names needs no mapping."""
    names = list(load_contracts()[kind].fields)
    recognition = recognised(" ".join(names))
    assert recognition is not None
    assert recognition.contract.kind == kind
    assert {column.field for column in recognition.columns} == set(names)


def test_the_time_of_acceptance_depends_on_its_neighbours() -> None:
    """受理时间 is the opening, unless 报修时间 stands beside it."""
    assert fields("工单编号 受理时间 状态")["受理时间"] == "opened_at"
    assert fields("工单编号 报修时间 受理时间 状态") == {
        "工单编号": "ticket_id", "报修时间": "opened_at", "受理时间": "responded_at", "状态": "status",
    }  # fmt: skip


def test_a_project_is_a_community_and_a_fee_project_a_fee() -> None:
    """项目 and 收费项目 stand in the same export."""
    mapped = fields("账单编号 项目 收费项目 应收金额 账期")
    assert (mapped["项目"], mapped["收费项目"]) == ("community", "fee_item")


def test_units_in_brackets_are_stripped_and_kept_as_factors() -> None:
    """暂停时长（小时） is in minutes after reading, 费用（元） as it is."""
    recognition = recognised("工单编号 报修时间 暂停时长（小时） 费用(元)")
    assert recognition is not None
    paused, cost = recognition.column("paused_minutes"), recognition.column("cost")
    assert paused is not None and cost is not None
    assert (paused.factor, cost.factor) == (60, 1)


def test_free_text_under_the_name_of_a_dictionary_is_left_alone() -> None:
    """A closure reason that holds sentences is no closure type."""
    rows = ["T1 2025-03-05 已上门更换水龙头"] * 6
    assert "关闭原因" not in fields("工单编号 报修时间 关闭原因", *rows)
    assert fields("工单编号 报修时间 关闭原因", *rows, "T7 2025-03-05 重复工单")["关闭原因"] == "closure_type"


def test_a_wide_survey_names_its_dimensions() -> None:
    """The word before 满意度 is the dimension."""
    recognition = recognised("答卷编号 提交时间 总体满意度 保洁服务满意度 绿化(1-5分)")
    assert recognition is not None
    assert [each.dimension for each in recognition.dimensions] == ["总体", "保洁服务", "绿化"]


def test_the_header_is_found_below_title_lines() -> None:
    """Titles above it do not count as header."""
    recognition = recognised("云栖苑2025年工单", "导出时间:2025-07-01", "工单编号 报修时间 状态")
    assert recognition is not None
    assert recognition.header_row == 3


def test_notes_are_no_export() -> None:
    """A sheet of explanations has no kind."""
    assert recognised("本表由系统导出", "项目 说明", "状态 含义") is None


def test_a_duration_is_no_moment() -> None:
    """Resolution Time (hours) says how long, not when."""
    mapped = fields("Ticket_ID Created_Time Resolved_Time Resolution_Time_(hours)".replace("_(", "("))
    assert "ResolutionTime(hours)" not in mapped and "Resolution_Time(hours)" not in mapped


def test_numbers_under_the_name_of_a_moment_are_left_alone() -> None:
    """Minutes in a column called Resolution_time are no dates."""
    rows = [f"T{number} 2025-03-0{number} {number}5.5" for number in range(1, 7)]
    assert "Resolution_time" not in fields("Ticket_ID Created_at Resolution_time", *rows)


def test_the_meaning_of_codes_in_a_header_is_no_part_of_it() -> None:
    """状态:0-未处理,1-已处理 is the status."""
    assert fields("工单编号 报修时间 状态:0-未处理,1-已处理")["状态:0-未处理,1-已处理"] == "status"


def test_a_unit_without_a_room_is_an_apartment() -> None:
    """In English exports Unit names the home; where a room stands beside it, it is the unit of the building."""
    assert fields("Ticket_ID Created_at Unit")["Unit"] == "room"
    assert fields("Ticket_ID Created_at Unit Room")["Unit"] == "unit"


def test_a_custom_field_goes_after_a_field_of_the_system() -> None:
    """Issue Type is the kind even where a custom field is called Request Type."""
    mapped = fields("Issue_key Created Issue_Type Customfield(Request_Type)")
    assert mapped["Issue_Type"] == "kind"


def test_questions_of_a_form_find_their_fields() -> None:
    """A matrix question scores its item, the readiness to recommend is the NPS, an open question a comment."""
    recognition = recognised(
        "序号 提交答卷时间 1、您居住的小区是? 2、请对以下服务打分—保洁服务 2、请对以下服务打分—秩序维护 "
        "3、您有多大可能向亲友推荐? 4、您还有什么意见或建议?"
    )
    assert recognition is not None
    assert [each.dimension for each in recognition.dimensions] == ["保洁服务", "秩序维护"]
    assert {column.field: column.header for column in recognition.columns} == {
        "response_id": "序号", "answered_at": "提交答卷时间", "community": "1、您居住的小区是?",
        "nps": "3、您有多大可能向亲友推荐?", "comment": "4、您还有什么意见或建议?",
    }  # fmt: skip


def test_english_questions_name_their_dimension() -> None:
    """How satisfied are you with the cleaning service? scores cleaning service."""
    header = ("Respondent ID", "How satisfied are you with the cleaning service?", "Overall, how satisfied are you?")
    sheet = Sheet("export.csv", "", "0" * 64, 0, "utf-8", "", 3, 1, (header,))
    recognition = recognise(sheet, FileMapping(), load_contracts())
    assert recognition is not None
    assert [each.dimension for each in recognition.dimensions] == ["cleaning service", "overall"]
