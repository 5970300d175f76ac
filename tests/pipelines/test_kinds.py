"""The kinds around tickets, fees and surveys: each is told from its headers and lands in a table of its own."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pipelines import errors
from pipelines.build import ENTITIES, HERE
from pipelines.contracts import load_contracts
from pipelines.headers import Recognition, recognise
from pipelines.mapping import FileMapping
from pipelines.sheets import Sheet
from tests.pipelines.conftest import Estate

HEADERS = [
    ("ticket_events", "工单编号 操作时间 操作类型 操作人 变更前状态 变更后状态 备注"),
    ("ticket_events", "工单号 流转环节 处理人 开始时间 处理意见"),
    ("ticket_events", "工单号 变更时间 原状态 新状态 操作人"),
    ("ticket_events", "Ticket ID,Action,Performed By,Timestamp,Old Value,New Value,Comment"),
    ("ticket_events", "ticket_id,at,event,by,old_value,new_value"),
    ("bill_adjustments", "减免单号 账单编号 减免类型 减免金额（元） 减免日期 减免原因 审批人"),
    ("bill_adjustments", "账单号 收费项目 调整类型 调整金额 调整日期 经办人"),
    ("bill_adjustments", "bill_id,on,kind,amount"),
    (
        "bill_adjustments",
        "Adjustment No,Invoice No,Adjustment Type,Adjustment Amount,Effective Date,Approved By,Reason",
    ),
    ("inspections", "巡检单号 计划日期 实际完成时间 项目名称 巡检区域 巡检人 状态 发现问题数 已整改数"),
    ("inspections", "序号 巡检日期 巡检路线 巡检人员 巡检结果 问题描述 整改情况 整改完成时间"),
    ("inspections", "任务编号 计划时间 完成时间 状态 执行人 巡检点位"),
    ("inspections", "Inspection ID,Scheduled Date,Completed On,Site,Location,Inspected By,Result,Issues Found"),
    ("inspections", "Route,Planned Date,Completion Date,Building,Inspector,Status,Findings,Rectified On"),
    ("maintenance", "维保单号 设备编号 设备名称 保养内容 计划保养日期 实际完成时间 维保单位 维保人员 状态"),
    ("maintenance", "电梯编号 所属项目 维保类型 维保日期 维保公司 是否完成"),
    ("maintenance", "PM No,Asset ID,Equipment Name,Scheduled Date,Completed On,Contractor,Technician,Status"),
    ("maintenance", "Asset No,Maintenance Type,Due Date,Completion Date,Service Provider,Total Cost"),
    ("incidents", "突发事件编号 事件类型 发生时间 发生地点 事件经过 处置措施 恢复时间 停运小时数 被困人数 受伤人数"),
    ("incidents", "演练名称 演练日期 演练地点 参加人数 演练负责人 演练评估"),
    ("incidents", "事件等级 事件名称 事发时间 结束时间 影响户数 现场负责人"),
    (
        "incidents",
        "Incident Number,Incident Type,Occurred At,Restored At,Location,Downtime Hours,Persons Trapped,Injuries",
    ),
    ("incidents", "Drill Name,Drill Date,Location,Participants,Person In Charge"),
    ("vendor_reviews", "供应商名称 考核月份 考核项目 考核得分 合格分 考核结果 扣款金额"),
    ("vendor_reviews", "序号 外包单位 评价周期 服务质量得分 人员管理得分 安全得分 总分 评价等级 罚款"),
    ("vendor_reviews", "Vendor,Review Month,Service,Score,Pass Mark,Result,Penalty Amount"),
    ("vendor_reviews", "Contractor,Evaluation Period,Total Score,Grade,Deduction,Assessor"),
    ("activities", "活动编号 活动名称 活动时间 活动地点 邀请户数 参与户数 参与人数 参与人次 费用"),
    ("activities", "序号 活动主题 举办日期 小区 参加人数 负责人"),
    ("activities", "Event Name,Event Date,Venue,Households Invited,Households Attended,Attendees,Cost"),
    ("activities", "Activity,Date Held,Community,Persons,Organiser"),
    ("notices", "通知标题 发布日期 发布渠道 项目 应通知户数 送达户数 已读户数 发布人"),
    ("notices", "公告编号 公告名称 推送时间 推送方式 推送户数 触达户数 阅读户数"),
    ("notices", "Notice Title,Published On,Channel,Site,Households Targeted,Delivered,Read"),
    ("notices", "Message ID,Subject,Sent At,Recipients,Households Delivered"),
    ("trainings", "工号 姓名 部门 培训课程 培训日期 学时 考核成绩 是否合格 是否取证"),
    ("trainings", "序号 学员姓名 培训主题 培训时间 讲师 考试得分 考试结果"),
    ("trainings", "Employee ID,Employee Name,Course,Training Date,Hours,Score,Passed,Certified"),
    ("trainings", "Trainee,Course Title,Date Completed,Result,Certificate Expiry,Instructor"),
    ("services", "服务日期 服务项目 楼栋 房号 业主姓名 联系电话 特殊群体类别 服务人员"),
    ("services", "服务编号 服务时间 便民服务项目 小区 服务人次"),
    ("services", "Service Date,Service,Community,Building,Room,Resident,Group,Provided By"),
    ("services", "Date Served,Service Item,Site,Flat,Beneficiary,Quantity"),
    ("facts", "年度 指标名称 数值 单位 数据来源 填报人 填报日期"),
    ("facts", "统计年度 数据项 填报值 计量单位 来源 提供人 录入日期 备注"),
    ("facts", "year,name,value,unit,source,person,recorded_on"),
    ("facts", "Reporting Year,Indicator,Reported Value,Unit,Data Source,Responsible Person,Date Recorded"),
    ("initiatives", "措施名称 启动日期 对应指标 适用范围 责任人 备注"),
    ("initiatives", "专项名称 实施时间 改善指标 涉及范围 牵头人 具体做法"),
    ("initiatives", "name,started_on,metric,where,owner,note"),
    ("initiatives", "Initiative,Start Date,Target Metric,Applies To,Lead,Description"),
]
NEIGHBOURS = [  # what looks like one of the kinds above, and is none of them
    ("tickets", "事件编号 事件类型 发生时间 报事人 联系电话 处理人 完成时间 回访时间 关闭时间"),
    ("tickets", "工单编号 报修时间 设备编号 维保单位 处理人 完成时间 状态 是否完成"),
    ("tickets", "服务单号 服务类型 提交时间 房号 业主姓名 服务内容 处理人 完成时间"),
    ("tickets", "Incident Number,Opened,Priority,State,Category,Assigned To,Resolved,Closed"),
    ("bills", "账单编号 费用名称 应收金额 减免金额 减免日期 减免原因 账期 房号"),
    ("payments", "账单编号 类型 金额 日期"),
    ("payments", "收款单号 账单编号 收款日期 收款金额 交易类型 经办人"),
    ("surveys", "问卷编号 调查批次 项目 活动满意度 保洁满意度 维修满意度 通知及时性评分"),
    ("surveys", "Response ID,Survey,Community,Question,Score,Comments"),
    ("assets", "设备编号 设备名称 系统 项目 楼栋 投用日期 维保单位 下次保养日期"),
    ("communities", "项目名称 总户数 入住户数 建筑面积 业态 接管日期"),
]


USED_BY_NONE = {"序号", "服务质量得分", "人员管理得分", "安全得分"}


def recognised(header: str, name: str = "export.csv") -> Recognition:
    """What a sheet with this header row is taken for; cells are parted by commas, else by blanks."""
    cells = tuple(header.split("," if "," in header else " "))
    sheet = Sheet(name, "", "0" * 64, 0, "utf-8", "", len(cells), 1, (cells,))
    recognition = recognise(sheet, FileMapping(), load_contracts())
    assert recognition is not None
    return recognition


@pytest.mark.parametrize(("kind", "header"), HEADERS)
def test_a_kind_is_told_from_its_headers_alone(kind: str, header: str) -> None:
    """Headers decide, whatever the file is called, and every column of use serves a field."""
    recognition = recognised(header)
    assert recognition.contract.kind == kind
    assert set(recognition.unmapped) <= USED_BY_NONE


@pytest.mark.parametrize(("kind", "header"), NEIGHBOURS)
def test_a_kind_leaves_its_neighbours_their_sheets(kind: str, header: str) -> None:
    """Words shared with tickets, bills, payments, surveys and registers do not turn those into something else."""
    assert recognised(header).contract.kind == kind


def test_the_name_of_a_file_decides_between_kinds_that_share_their_headers() -> None:
    """A plan with nothing but dates, community and state may be of inspections or of maintenance."""
    header = "任务编号 计划日期 完成时间 项目 专业 执行人 状态"
    assert recognised(header, "巡检计划.csv").contract.kind == "inspections"
    assert recognised(header, "设备保养计划.csv").contract.kind == "maintenance"


# One table each


def test_ticket_events_keep_states_and_hide_handlers(estate: Estate) -> None:
    """What stood there before and after is a code where it is a state, else the pseudonym of whoever it names."""
    estate.write(
        "流转记录.csv",
        "工单编号,操作时间,操作,操作人,变更前,变更后\n"
        "T1,2025-03-05 09:00,挂起,江海生,处理中,挂起\n"
        "T1,2025-03-05 11:00,转派,江海生,江海生,白永利\n"
        "T1,2025-03-05 11:00,转派,江海生,江海生,白永利\n",
    )
    estate.load()
    first, second = estate.rows(
        "select event, event_at, old_value, new_value, changed_by from warehouse.ticket_events order by event_at"
    )
    assert first[:4] == ("paused", dt.datetime(2025, 3, 5, 9), "open", "paused")
    assert second[0] == "transferred"
    assert second[2] == second[4] != second[3]
    assert "江海生" not in str(second) and "白永利" not in str(second)
    assert estate.account() == {"流转记录.csv": (4, 2, 1, 0, 1, 0)}


def test_adjustments_without_numbers_are_told_apart(estate: Estate) -> None:
    """Two equal waivers of one day are two; the same file again adds none."""
    rows = "账单编号,调整类型,调整金额,调整日期\nB1,减免,50,2025-03-05\nB1,减免,50,2025-03-05\nB1,核销,-,2025-03-06\n"
    estate.write("减免.csv", rows)
    estate.write("减免（重发）.csv", rows + "B2,预存抵扣,30,2025-04-01\n")
    estate.load()
    assert estate.rows("select bill_id, kind, amount from warehouse.bill_adjustments order by adjustment_id") == [
        ("B1", "waiver", Decimal("50.00")),
        ("B1", "waiver", Decimal("50.00")),
        ("B2", "offset", Decimal("30.00")),
    ]


def test_adjustments_written_as_deductions_turn_positive(estate: Estate) -> None:
    """Where a file's amounts are negative on the whole, a positive one is a reversal."""
    estate.write(
        "减免.csv",
        "账单编号,调整类型,调整金额,调整日期\nB1,减免,-50,2025-03-05\nB2,减免,-80,2025-03-05\nB1,减免,20,2025-03-09\n",
    )
    estate.load()
    assert estate.rows("select bill_id, amount from warehouse.bill_adjustments order by adjusted_on, bill_id") == [
        ("B1", Decimal("50.00")),
        ("B2", Decimal("80.00")),
        ("B1", Decimal("-20.00")),
    ]


def test_an_unknown_kind_of_adjustment_stops_the_load(estate: Estate) -> None:
    """Nobody can guess whether money was given away or moved."""
    estate.write("减免.csv", "账单编号,调整类型,调整金额,调整日期\nB1,神游,50,2025-03-05\n")
    with pytest.raises(errors.UnknownWords) as refusal:
        estate.load()
    assert "神游" in str(refusal.value.sentence.zh)
    assert "waiver" in str(refusal.value.sentence.zh)


def test_inspections_count_what_was_done_found_and_put_right(estate: Estate) -> None:
    """Done is what has a time or says so; a finding is put right once it has a date."""
    estate.write(
        "巡检.csv",
        "巡检单号,计划日期,完成时间,项目,巡检区域,状态,存在问题,整改完成时间\n"
        "X1,2025-03-03,2025-03-03 09:00,澄江苑,泵房,已完成,无,\n"
        "X2,2025-03-04,2025-03-05 10:00,澄江苑,车库,逾期,灯坏,2025-03-08\n"
        "X3,2025-03-05,,澄江苑,泵房,未完成,,\n"
        "X4,2025-03-06,,,泵房,已取消,,\n",
    )
    estate.load()
    assert estate.rows(
        "select task_id, is_completed, is_cancelled, community, finding_count, rectified_count "
        "from warehouse.inspections order by planned_on"
    ) == [
        ("X1", True, False, "澄江苑", 0, 0),
        ("X2", True, False, "澄江苑", 1, 1),
        ("X3", False, False, "澄江苑", 0, 0),
        ("X4", False, True, "未填", 0, 0),
    ]


def test_names_are_taken_out_of_what_was_written_about_them(estate: Estate) -> None:
    """The inspector's own name in a remark is hidden like the name in its column."""
    estate.write("巡检.csv", "计划日期,巡检区域,巡检人,存在问题\n2025-03-03,泵房,江海生,江海生报告阀门渗漏\n")
    estate.load()
    assert estate.value("select finding from warehouse.inspections") == "**报告阀门渗漏"
    assert "江海生" not in estate.contents()


def test_one_task_may_cover_several_places(estate: Estate) -> None:
    """Rows of one task at different places are inspections of their own."""
    estate.write("巡检.csv", "巡检单号,计划日期,巡检区域\nX1,2025-03-03,泵房\nX1,2025-03-03,车库\nX1,2025-03-03,车库\n")
    estate.load()
    assert estate.rows("select inspection_id from warehouse.inspections order by 1") == [("X1/泵房",), ("X1/车库",)]


def test_maintenance_takes_place_and_system_from_the_register(estate: Estate) -> None:
    """An export of maintenance often has the asset's number and nothing else."""
    estate.write("设备台账.csv", "设备编号,系统,项目,设备名称\nDT-01,电梯,澄江苑,1号客梯\n")
    estate.write(
        "维保.csv",
        "维保单号,设备编号,计划日期,完成日期,维保单位\nW1,DT-01,2025-03-01,2025-03-02,甲\nW2,DT-09,2025-03-01,,甲\n",
    )
    estate.load()
    assert estate.rows(
        "select task_id, system, community, asset_name, vendor, is_completed from warehouse.maintenance order by 1"
    ) == [("W1", "电梯", "澄江苑", "1号客梯", "甲", True), ("W2", "未填", "未填", None, "甲", False)]


def test_drills_are_told_from_incidents(estate: Estate) -> None:
    """By their column or by their title; time out of service reads alike in minutes and hours."""
    estate.write_workbook(
        "应急.xlsx",
        {
            "突发事件": [
                ["事件编号", "事件类型", "发生时间", "恢复时间", "停运时长（分钟）", "被困人数"],
                ["SJ1", "电梯困人", "2025-03-05 09:00", "2025-03-05 10:30", 90, 2],
            ],
            "演练": [["演练名称", "演练日期", "参加人数"], ["消防疏散", "2025-06-14", 40]],
            "其他": [["事件名称", "发生时间", "地点"], ["防汛演练", "2025-06-20", "地库"]],
        },
    )
    estate.load()
    assert estate.rows(
        "select kind, category, stop_hours, people_trapped, participants from warehouse.incidents order by started_at"
    ) == [
        ("incident", "电梯困人", 1.5, 2, None),
        ("drill", "未填", None, None, 40),
        ("drill", "未填", None, None, None),
    ]


def test_a_review_is_passed_by_its_result_else_by_its_mark(estate: Estate) -> None:
    """合格 goes before the score; without either nobody knows. Later marks of the same month replace earlier ones."""
    estate.write(
        "考核.csv",
        "供应商,考核月份,得分,合格分,考核结果,扣款（元）\n"
        "甲,2025年3月,80,85,合格,\n乙,2025-03,80,85,,1000\n丙,2025.3,80,,,\n",
    )
    estate.write("考核_复核（导出于2026）.csv", "导出时间：2026-01-05\n供应商,考核月份,得分,合格分\n乙,2025-03,90,85\n")
    estate.load()
    assert estate.rows(
        "select vendor, period_start, is_passed, penalty from warehouse.vendor_reviews order by vendor"
    ) == [
        ("丙", dt.date(2025, 3, 1), None, Decimal("0.00")),
        ("乙", dt.date(2025, 3, 1), True, Decimal("0.00")),
        ("甲", dt.date(2025, 3, 1), True, Decimal("0.00")),
    ]


def test_activities_and_notices_keep_households_persons_and_times_apart(estate: Estate) -> None:
    """Each has its own column; what was not counted stays empty, and a part above its whole is pointed out."""
    estate.write(
        "活动.csv",
        "活动名称,活动日期,邀请户数,参与户数,参与人数,参与人次\n灯谜,2025-02-12,100,60,90,120\n茶会,2025-05-01,10,12,,\n",
    )
    estate.write(
        "通知.csv",
        "通知标题,发布日期,渠道,应通知户数,送达户数,已读户数\n停水,2025-03-01,APP,100,98,70\n停水,2025-03-01,张贴,100,,\n",
    )
    report = estate.load()
    assert estate.rows(
        "select name, invited_households, attended_households, persons, person_times from warehouse.activities "
        "order by held_on"
    ) == [("灯谜", 100, 60, 90, 120), ("茶会", 10, 12, None, None)]
    assert estate.rows(
        "select channel, target_households, delivered_households, read_households from warehouse.notices "
        "order by channel"
    ) == [("APP", 100, 98, 70), ("张贴", 100, None, None)]
    assert {check.name: check.rows_found for check in report.checks}["parts_within_wholes"] == 1


def test_a_training_is_a_person_and_a_course(estate: Estate) -> None:
    """Two people of one name are two by their numbers; names and numbers are pseudonyms."""
    estate.write(
        "培训.csv",
        "工号,姓名,培训课程,培训日期,考核成绩,合格线,是否取证\n"
        "001,王伟,消防,2025-06-07,90,80,是\n002,王伟,消防,2025-06-07,70,80,否\n001,王伟,礼仪,2025-01-16,,,\n",
    )
    estate.load()
    assert estate.rows(
        "select course, is_passed, is_certified from warehouse.trainings order by course, score desc"
    ) == [("消防", True, True), ("消防", False, False), ("礼仪", None, None)]
    assert estate.value("select count(distinct person) from warehouse.trainings") == 2
    assert "王伟" not in estate.contents() and "'001'" not in estate.contents()


def test_services_count_households_and_special_groups(estate: Estate) -> None:
    """One household served twice is one household; equal rows of one file are two services."""
    estate.write(
        "便民服务.csv",
        "服务日期,服务项目,项目,楼栋,房号,业主姓名,联系电话,人群类别\n"
        "2025-03-05,代买药品,澄江苑,3号楼,30871,李桂芳,15400000001,独居老人\n"
        "2025-03-05,代买药品,澄江苑,3号楼,30871,李桂芳,15400000001,独居老人\n"
        "2025-03-06,磨刀,澄江苑,3号楼,302,何立新,15400000002,普通业主\n",
    )
    estate.load()
    assert estate.rows(
        "select count(*), count(distinct household), sum(cast(is_special_group as integer)), sum(service_count) "
        "from warehouse.services"
    ) == [(3, 2, 2, 3)]
    for raw_value in ("李桂芳", "30871", "15400000001"):
        assert raw_value not in estate.contents()


# Figures by hand


FACTS = "年度,指标名称,数值,单位,数据来源,填报人,填报日期\n2025,在岗人数,22,人,花名册,周敏,2026-01-06\n"


def test_a_figure_by_hand_needs_its_source_its_person_and_its_day(estate: Estate) -> None:
    """Each of the three is asked for, with the reason; the figure that has all is kept."""
    estate.write(
        "人工填报.csv",
        FACTS
        + "2025,节电量,12600,千瓦时,无,周敏,2026-01-06\n2025,锦旗,17,面,登记簿,,2026-01-06\n"
        + "2025,志愿时长,300,小时,居委会,周敏,\n",
    )
    estate.load()
    assert estate.rows("select year, name, value, unit, source from warehouse.facts") == [
        (2025, "在岗人数", 22.0, "人", "花名册")
    ]
    quarantined = estate.rows("select row_number, field, reason_zh, reason_en from warehouse.quarantine order by 1")
    assert [(row, field) for row, field, *_ in quarantined] == [(3, "source"), (4, "person"), (5, "recorded_on")]
    assert quarantined[0][2].startswith("数据来源：为空；手工填报的数字须同时写明来源、填报人和填报日期")
    assert all("nobody could check it" in reason for *_, reason in quarantined)


def test_a_sheet_of_figures_without_a_column_of_sources_is_refused(estate: Estate) -> None:
    """The message names the column that is missing."""
    estate.write("人工填报.csv", "年度,指标名称,数值,单位,填报人,填报日期\n2025,在岗人数,22,人,周敏,2026-01-06\n")
    with pytest.raises(errors.RequiredColumnMissing) as refusal:
        estate.load()
    assert "数据来源（source）" in refusal.value.sentence.zh


def test_a_figure_recorded_again_replaces_the_earlier_one(estate: Estate) -> None:
    """Of two rows with one year and name the one recorded later stands; shares and 万 read as numbers."""
    estate.write(
        "人工填报.csv",
        FACTS + "2025年度,在岗人数,2.1万,人,花名册（更正）,周敏,2026-02-01\n2024,满意率,80.6%,%,总结,周敏,2026-01-06\n",
    )
    estate.load()
    assert estate.rows("select year, name, value from warehouse.facts order by year") == [
        (2024, "满意率", 0.806),
        (2025, "在岗人数", 21000.0),
    ]


def test_initiatives_name_their_metric_and_where(estate: Estate) -> None:
    """A measure for two figures is two rows; an empty range means everywhere; the owner is a pseudonym."""
    estate.write(
        "改进措施.csv",
        "措施名称,开始日期,对应指标,适用范围,责任人\n双人值守,2025-01-01,响应及时率,,周敏\n双人值守,2025-01-01,回访率,澄江苑,周敏\n",
    )
    estate.load()
    assert estate.rows("select name, started_on, metric, scope from warehouse.initiatives order by metric") == [
        ("双人值守", dt.date(2025, 1, 1), "响应及时率", None),
        ("双人值守", dt.date(2025, 1, 1), "回访率", "澄江苑"),
    ]
    assert "周敏" not in estate.contents()


# All kinds at once


def test_registers_are_compared_with_what_they_belong_to(estate: Estate) -> None:
    """A waiver that a bill does not know, and steps of a ticket that is not there, are pointed out."""
    estate.write("账单.csv", "账单编号,应收金额,减免金额,账期\nB1,100,30,2025-03\nB2,100,,2025-03\n")
    estate.write("减免.csv", "账单编号,调整类型,调整金额,调整日期\nB1,减免,30,2025-03-05\nB2,减免,12.5,2025-03-05\n")
    estate.write("工单.csv", "工单编号,报修时间\nT1,2025-03-05\n")
    estate.write("流转.csv", "工单编号,操作时间,操作\nT1,2025-03-05,派单\nT2,2025-03-05,派单\nT2,2025-03-06,完成\n")
    checks = {check.name: check for check in estate.load().checks}
    assert checks["adjustments_differ_from_bills"].rows_found == 1
    assert "12.50" in checks["adjustments_differ_from_bills"].sentence.zh
    assert checks["ticket_events_have_tickets"].rows_found == 1
    assert checks["event_ids_unique"].rows_found == 0


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_table_says_what_one_row_is(entity: str) -> None:
    """The grain stands in the first line of its query."""
    assert (HERE / "warehouse" / f"{entity}.sql").read_text(encoding="utf-8").startswith("-- one row per ")
