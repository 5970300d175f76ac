"""Input that cannot be loaded: a sentence with place, value and next step, and the last warehouse untouched."""

from __future__ import annotations

import pytest

from pipelines import errors
from tests.pipelines.conftest import Estate
from workspace import AnnualReportError

GOOD = "工单编号,工单类型,报修时间,状态\nT1,报修,2025-03-05,处理中\n"


def refused(estate: Estate, kind: type[AnnualReportError]) -> str:
    """The Chinese sentence of the refusal; the warehouse loaded before must be the same afterwards."""
    before = estate.workspace.database.read_bytes() if estate.workspace.database.exists() else None
    with pytest.raises(kind) as raised:
        estate.load()
    after = estate.workspace.database.read_bytes() if estate.workspace.database.exists() else None
    assert before == after
    assert not (estate.root / "data" / ".loading").exists()
    assert raised.value.exit_code == 1
    return raised.value.sentence.zh


@pytest.fixture
def loaded(estate: Estate) -> Estate:
    """An estate with a good warehouse."""
    estate.write("工单.csv", GOOD)
    estate.load()
    return estate


def test_no_exports(estate: Estate) -> None:
    """An empty data/raw says where to put exports."""
    estate.write(".gitkeep", "")
    sentence = refused(estate, errors.NoExports)
    assert "里没有导出文件" in sentence and "annual-report sample" in sentence


def test_a_file_that_is_no_table(loaded: Estate) -> None:
    """A picture is named, with what is accepted."""
    loaded.write("照片.jpg", b"\xff\xd8\xff\xe0")
    assert refused(loaded, errors.UnknownFile).startswith("照片.jpg 不是可识别的导出文件")


def test_a_table_of_no_known_kind(loaded: Estate) -> None:
    """Its first row is quoted, and the line for settings.toml."""
    loaded.write("菜单.csv", "菜名,辣度,产地\n回锅肉,3,四川\n")
    sentence = refused(loaded, errors.UnknownFile)
    assert "菜单.csv 无法识别" in sentence and "菜名、辣度、产地" in sentence and '[mapping."菜单.csv"]' in sentence


def test_a_required_column_is_missing(loaded: Estate) -> None:
    """The missing field, the columns not recognised and the line to add."""
    loaded.write("新工单.csv", "工单编号,工单类型,内容,状态,何时\nT1,报修,漏水,处理中,2025-03-05\n")
    sentence = refused(loaded, errors.RequiredColumnMissing)
    assert "新工单.csv" in sentence and "opened_at" in sentence and "何时" in sentence
    assert '[mapping."新工单.csv"]\n    opened_at = "文件里的表头"' in sentence


def test_a_corrupt_workbook(loaded: Estate) -> None:
    """A truncated XLSX is refused by name."""
    path = loaded.write_workbook("应收.xlsx", {"应收": [["账单编号", "应收金额", "账期"], ["B1", "1", "2025-01"]]})
    path.write_bytes(path.read_bytes()[:500])
    assert "应收.xlsx 无法打开" in refused(loaded, errors.FileUnreadable)


def test_text_under_the_name_of_a_workbook(loaded: Estate) -> None:
    """It is read as text; where that is no export, its first row is quoted."""
    loaded.write("应收.xlsx", "这不是工作簿")
    assert "应收.xlsx 无法识别是哪一类导出（首行为：这不是工作簿）" in refused(loaded, errors.UnknownFile)


def test_unknown_words_of_kind_and_status_stop_the_load(loaded: Estate) -> None:
    """The words, the rows that have them and the line to add."""
    loaded.write(
        "新工单.csv", "工单编号,工单类型,报修时间,状态\nT2,神游,2025-03-05,处理中\nT3,神游,2025-03-06,处理中\n"
    )
    sentence = refused(loaded, errors.UnknownWords)
    assert "新工单.csv 的“工单类型”列" in sentence
    assert "“神游” 2 行（如第 2、3 行）" in sentence
    assert '[mapping."新工单.csv".words.kind]\n"神游" = "repair"' in sentence
    loaded.settings('[mapping."新工单.csv".words.kind]\n"神游" = "inquiry"\n')
    loaded.load()
    assert loaded.value("select kind from warehouse.tickets where ticket_id = 'T2'") == "inquiry"


def test_other_words_are_free_or_listed(estate: Estate) -> None:
    """An unknown channel is data; an unknown priority becomes 未填 and is listed."""
    estate.write("工单.csv", "工单编号,报修时间,渠道,优先级\nT1,2025-03-05,飞鸽传书,神速\nT2,2025-03-05,电话,紧急\n")
    estate.load()
    assert estate.rows("select channel, priority from warehouse.tickets") == [("飞鸽传书", "未填"), ("电话", "urgent")]
    assert estate.rows("select field, masked_value, code from warehouse.issues") == [
        ("priority", "神速", "unknown_word")
    ]


def test_a_mapping_to_a_header_that_is_not_there(loaded: Estate) -> None:
    """A typing error in settings.toml is not passed over."""
    loaded.settings('[mapping."工单.csv"]\ncategory = "分類"\n')
    assert "没有 settings.toml 为 category 指定的列 分類" in refused(loaded, errors.MappingInvalid)


def test_a_mapping_of_a_field_that_does_not_exist(loaded: Estate) -> None:
    """The known fields are listed."""
    loaded.settings('[mapping."工单.csv"]\nkind = "tickets"\ncategroy = "分类"\n')
    assert "未知的字段 categroy" in refused(loaded, errors.MappingInvalid)


def test_a_service_level_with_an_unknown_milestone(loaded: Estate) -> None:
    """The level and the key are named."""
    loaded.settings(
        '[[service_level]]\nname = "快"\ntitle = { zh = "快", en = "fast" }\n'
        'from = "opened_at"\nto = "seen_at"\nminutes = 5\n'
    )
    assert "服务时限 快 的 to 有误：没有节点 seen_at" in refused(loaded, errors.ServiceLevelInvalid)


def test_an_endless_row_is_refused_with_its_place(loaded: Estate) -> None:
    """A row of three megabytes is no row, nor does the message quote it."""
    loaded.write("新工单.csv", "工单编号,报修时间,内容\nT2,2025-03-05," + "漏" * 1_000_000 + "\n")
    assert "新工单.csv 第 2 行附近无法读取" in refused(loaded, errors.FileUnreadable)


def test_an_unpaired_quotation_mark_is_refused_or_accounted_for(loaded: Estate) -> None:
    """No row may vanish behind a quotation mark that is never shut."""
    loaded.write("新工单.csv", '工单编号,报修时间,内容\nT2,2025-03-05,"漏水\nT3,2025-03-06,噪声\nT4,2025-03-07,噪声\n')
    try:
        loaded.load()
    except AnnualReportError as error:
        assert "新工单.csv" in error.sentence.zh
    else:
        assert sum(loaded.account()["新工单.csv"][1:]) == loaded.account()["新工单.csv"][0]


def test_a_row_with_too_many_cells_is_listed(estate: Estate) -> None:
    """An unquoted comma shifts the cells behind it: the row is kept, with a remark."""
    estate.write("工单.csv", "工单编号,报修时间,内容,状态\nT1,2025-03-05,漏水,处理中,多\nT2,2025-03-06,噪声,处理中\n")
    estate.load()
    assert estate.rows("select row_number, code, sentence_zh from warehouse.issues") == [
        (2, "more_cells_than_header", "工单.csv 第 2 行：这一行的单元格比表头多，可能错位，请核对。")
    ]


def test_two_loads_at_once(loaded: Estate) -> None:
    """The second is told to wait."""
    from pipelines.swap import private_folder

    with private_folder(loaded.workspace), pytest.raises(errors.LoadInProgress) as raised:
        loaded.load()
    assert "另一个加载正在进行" in raised.value.sentence.zh
