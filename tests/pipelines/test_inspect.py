"""`inspect` says what a file is and what stands in the way, shows nobody's data, and saves what it found."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from annual_report import app
from pipelines.errors import SettingInvalid, UnknownFile, UnknownWords
from pipelines.inspection import InspectedSheet, inspect_files
from pipelines.inspection_text import describe_inspection
from pipelines.report import display_width
from pipelines.saved_mappings import save_mappings
from pipelines.settings_lines import Table, with_tables
from tests.pipelines.conftest import Estate

TICKETS = "工单编号,报修时间,工单类型,状态,小区,报修人,联系电话,房号,费用（元）,天气\n"
FOREIGN = "报障流水编码,报障登记时刻,小区,住户称呼,联络电话号,当前处置状态,心情\n"


def foreign(year: int) -> str:
    rows = "".join(f"A{day},{year}-03-0{day} 08:00,云栖苑,张三{day},1391234567{day},处理中,好\n" for day in range(1, 7))
    return FOREIGN + rows


def inspected(estate: Estate, *names: str) -> list[InspectedSheet]:
    files = inspect_files([estate.raw / name for name in names], estate.workspace)
    return [sheet for file in files for sheet in file.sheets]


def told(estate: Estate, *names: str, language: str = "zh") -> str:
    files = inspect_files([estate.raw / name for name in names], estate.workspace)
    return describe_inspection(files, "en" if language == "en" else "zh")


def run(estate: Estate, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(estate.root), *arguments])


def tree(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_file_is_told_with_kind_encoding_header_and_fields(estate: Estate) -> None:
    """Kind, encoding, rows, header row, then a line a column: number, header, field, sample, confidence."""
    estate.write(
        "工单.csv",
        "2025年工单\n" + TICKETS + "T1,2025-03-05 08:00,报修,已关闭,云栖苑,张三,13912345678,3-1-301,80,晴\n",
        "gb18030",
    )
    text = told(estate, "工单.csv")
    for word in ("工单（tickets）", "gb18030", "3 行", "表头在第 2 行"):
        assert word in text
    (line,) = [line for line in text.splitlines() if "费用（元）" in line]
    assert re.split(r"\s{2,}", line.strip()) == ["9", "费用（元）", "cost 费用", "80", "去括号 0.95"]
    (line,) = [line for line in text.splitlines() if "天气" in line]
    assert "未用" in line


def test_columns_of_a_workbook_have_letters(estate: Estate) -> None:
    """A, B, … AA as the spreadsheet shows them."""
    estate.write_workbook(
        "工单.xlsx", {"明细": [["工单编号", "报修时间"], ["T1", "2025-03-05"]], "说明": [["填报说明"]]}
    )
    text = told(estate, "工单.xlsx")
    assert re.search(r"^ +B +报修时间 +opened_at", text, re.MULTILINE)
    assert "工单.xlsx〔说明〕\n  未识别" in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobodys_data_is_shown(estate: Estate, language: str) -> None:
    """Names, phones, rooms, ids and whatever stands in unknown columns are masked, in words too."""
    secrets = ("欧阳建国", "13912345678", "1502", "110101199003077777", "浙A12345")
    estate.write(
        "工单.csv",
        "工单编号,报修时间,报修人,联系电话,房号,问题描述,处理人,身份证号,车牌,业主签字\n"
        "GD20250001,2025-03-05,欧阳建国,13912345678,1502,欧阳建国家漏水请打13912345678,欧阳建国,110101199003077777,"
        "浙A12345,欧阳建国\n",
    )
    estate.write("陌生.csv", FOREIGN + "A1,2025-03-05 08:00,云栖苑,欧阳建国,13912345678,1502,浙A12345\n" * 3)
    text = told(estate, "工单.csv", "陌生.csv", language=language)
    for secret in (*secrets, "GD20250001"):
        assert secret not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_fits_a_hundred_columns(estate: Estate, language: str) -> None:
    """Chinese counts double; long headers and samples are cut, and every line of a table starts its columns alike."""
    estate.write("工单.csv", "工单编号,报修时间," + "很长的表头" * 12 + "\nT1,2025-03-05,一\n")
    lines = told(estate, "工单.csv", language=language).splitlines()
    assert max(map(display_width, lines)) <= 100
    table = [line for line in lines if re.match(r" +(\d|列|Col)", line)]
    starts = {display_width(line[: re.search(r"(?<=\s\s)\S", line[6:]).start() + 6]) for line in table}  # type: ignore[union-attr]
    assert len(starts) == 1


def test_what_stands_in_the_way_is_told(estate: Estate) -> None:
    """Unknown words with their number, cells that cannot be read, and columns for which a better one stands there."""
    estate.write(
        "工单.csv",
        "工单编号,报修时间,受理时间,创建时间,状态\nT1,2025-03-05,2025-03-05,2025-03-05,挂单\n"
        "T2,昨天,2025-03-05,2025-03-05,挂单\n",
    )
    text = told(estate, "工单.csv")
    assert "词典中没有 1 个词：挂单 ×2" in text
    assert "“报修时间”列：1 处不是可识别的日期" in text
    assert re.search(r"创建时间 +未用；opened_at 另有列", text)


def test_a_duration_is_not_guessed_to_be_a_moment(estate: Estate) -> None:
    """Resolution time (in hrs) is left unused, and never saved as the moment of resolution."""
    estate.write("t.csv", "Ticket ID,Created time,Resolution time (in hrs)\nT1,2025-03-05 10:00,3.5\n")
    (sheet,) = inspected(estate, "t.csv")
    guess = sheet.columns[2].guess
    assert sheet.columns[2].fields == () and (guess is None or guess.field.type != "timestamp")


def test_a_missing_required_column_is_told_with_a_guess(estate: Estate) -> None:
    """The table shows which column might be meant."""
    estate.write(
        "工单.csv", "工单编号,状态,小区,问题描述,报障登记时刻\n" + "T1,已关闭,云栖苑,灯坏,2025-03-05 08:00\n" * 4
    )
    (sheet,) = inspected(estate, "工单.csv")
    assert not sheet.is_recognised
    assert [field.name for field in sheet.missing] == ["opened_at"]
    guess = sheet.columns[4].guess
    assert guess is not None and guess.field.name == "opened_at" and guess.is_good


def test_an_unreadable_file_does_not_hide_the_others(estate: Estate) -> None:
    """Exit code 1, each file told."""
    estate.write("坏.xlsx", b"PK\x03\x04 this is no workbook")
    estate.write("菜单.csv", "菜名,价格\n豆腐,3\n")
    estate.write("工单.csv", TICKETS + "T1,2025-03-05,报修,已关闭,云栖苑,,,,,\n")
    done = run(estate, "inspect", *(str(estate.raw / name) for name in ("坏.xlsx", "菜单.csv", "工单.csv")))
    assert done.exit_code == 1
    for words in ("坏.xlsx 无法打开", "菜单.csv\n  未识别", "工单（tickets）"):
        assert words in done.output
    assert run(estate, "inspect", "data/raw/工单.csv").exit_code == 0


def test_inspecting_writes_nothing(estate: Estate, tmp_path: Path) -> None:
    """No warehouse, no key, no settings; a file may lie anywhere."""
    outside = tmp_path / "工单.csv"
    outside.write_bytes((TICKETS + "T1,2025-03-05,报修,已关闭,云栖苑,,,,,\n").encode("gb18030"))
    before = tree(tmp_path)
    assert run(estate, "inspect", str(outside)).exit_code == 0
    assert tree(tmp_path) == before


def test_a_foreign_export_loads_once_its_mapping_is_saved_and_so_does_the_next_years(estate: Estate) -> None:
    """Refused at first; the saved guesses name its headers under a glob that finds the export of 2026 too."""
    estate.write("报障_2025年.csv", foreign(2025))
    with pytest.raises(UnknownFile):
        estate.load()
    done = run(estate, "inspect", "data/raw/报障_2025年.csv", "--save")
    assert '[mapping."报障_*年.csv"]' in done.output
    estate.load()
    assert estate.value("select count(*) from warehouse.tickets") == 6
    estate.write("报障_2026年.csv", foreign(2026).replace("A", "B"))
    estate.load()
    assert estate.value("select count(*) from warehouse.tickets") == 12


def test_the_users_correction_of_a_guess_stays(estate: Estate) -> None:
    """A line that the user has changed is the user's; saving again adds nothing to it."""
    estate.write("报障_2025年.csv", foreign(2025))
    run(estate, "inspect", "data/raw/报障_2025年.csv", "--save")
    path = estate.root / "settings.toml"
    corrected = re.sub(r"reporter_name = .*", 'description = "心情"', path.read_text(encoding="utf-8"))
    corrected = corrected.replace("# 未对应 / unmapped: 心情\n", "")
    path.write_text(corrected, encoding="utf-8")
    run(estate, "inspect", "data/raw/报障_2025年.csv", "--save")
    settings = tomllib.loads(path.read_text(encoding="utf-8"))
    assert settings["mapping"]["报障_*年.csv"]["description"] == "心情"


def test_saving_keeps_what_the_user_wrote_and_twice_changes_nothing(estate: Estate) -> None:
    """Comments, order and own lines stay; new keys go into the table that is there."""
    own = (
        '# 我的设置\n[report]\norganisation = "澄屿"   # 单位\n\n'
        '[mapping."工单_*年.csv"]   # 客服系统\nstatus = "状态"\n\n# 目标\n[[target]]\nmetric = "closure_rate"\n'
        "year = 2025\nvalue = 0.9\n"
    )
    estate.settings(own)
    estate.write("工单_2025年.csv", TICKETS + "T1,2025-03-05,报修,已关闭,云栖苑,,,,,\n")
    files = inspect_files([estate.raw / "工单_2025年.csv"], estate.workspace)
    save_mappings(files, estate.workspace)
    first = (estate.root / "settings.toml").read_text(encoding="utf-8")
    kept = iter(first.splitlines())
    assert all(line in kept for line in own.splitlines())
    assert tomllib.loads(first)["mapping"]["工单_*年.csv"]["ticket_id"] == "工单编号"
    assert first.index("ticket_id") < first.index("# 目标")
    again = inspect_files([estate.raw / "工单_2025年.csv"], estate.workspace)
    assert "未改动" in save_mappings(again, estate.workspace).zh
    assert (estate.root / "settings.toml").read_text(encoding="utf-8") == first


def test_sheets_of_one_workbook_get_a_mapping_each(estate: Estate) -> None:
    """Tickets and bills of one file do not share their headers; the file still loads."""
    estate.write_workbook(
        "年报_2025.xlsx",
        {
            "工单": [["工单编号", "报修时间", "小区"], ["T1", "2025-03-05", "云栖苑"]],
            "应收": [["账单编号", "账期", "应收金额", "小区"], ["B1", "2025-01", 100, "云栖苑"]],
        },
    )
    run(estate, "inspect", "data/raw/年报_2025.xlsx", "--save")
    settings = tomllib.loads((estate.root / "settings.toml").read_text(encoding="utf-8"))
    assert set(settings["mapping"]) == {"年报_*.xlsx〔工单〕", "年报_*.xlsx〔应收〕"}
    estate.load()
    assert estate.value("select count(*) from warehouse.tickets") == 1
    assert estate.value("select count(*) from warehouse.bills") == 1


def test_files_of_two_kinds_that_differ_in_digits_alone_keep_their_names(estate: Estate) -> None:
    """export_*.csv would give the bills the mapping of the tickets."""
    estate.write("export_1.csv", "工单编号,报修时间\nT1,2025-03-05\n")
    estate.write("export_2.csv", "账单编号,账期,应收金额\nB1,2025-01,100\n")
    run(estate, "inspect", "data/raw/export_1.csv", "data/raw/export_2.csv", "--save")
    settings = tomllib.loads((estate.root / "settings.toml").read_text(encoding="utf-8"))
    assert set(settings["mapping"]) == {"export_1.csv", "export_2.csv"}
    estate.load()


def test_a_wide_survey_keeps_its_dimensions(estate: Estate) -> None:
    """The score columns are saved by the name of their dimension."""
    estate.write("满意度_2025.csv", "答卷编号,提交时间,总体满意度,保洁满意度\n1,2025-06-01,5,4\n")
    run(estate, "inspect", "data/raw/满意度_2025.csv", "--save")
    settings = tomllib.loads((estate.root / "settings.toml").read_text(encoding="utf-8"))
    assert settings["mapping"]["满意度_*.csv"]["dimensions"] == {"总体": "总体满意度", "保洁": "保洁满意度"}
    estate.load()
    assert estate.value("select count(*) from warehouse.survey_answers") == 2


def test_settings_that_leave_no_place_are_not_touched() -> None:
    """An inline table cannot be added to; the lines are told instead."""
    own = 'mapping = { "工单.csv" = { kind = "tickets" } }\n'
    with pytest.raises(SettingInvalid, match="ticket_id"):
        with_tables(own, [Table(("mapping", "工单.csv"), {"ticket_id": "编号"}, {})])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_lines_are_added_in_the_files_own_line_ends(newline: str) -> None:
    own = newline.join(["[report]", "organisation = '澄屿'", ""])
    text = with_tables(own, [Table(("mapping", "a.csv"), {"kind": "tickets"}, {})])
    assert text == newline.join([own.rstrip(), "", '[mapping."a.csv"]', 'kind = "tickets"', ""])


# Unknown words


def lines_to_paste(refusal: UnknownWords) -> str:
    """The TOML that the message prints, cut out as a person would."""
    text = refusal.sentence.zh
    return text[text.index("[mapping.") :]


@pytest.fixture
def unknown(estate: Estate) -> Estate:
    """Two files with words that no dictionary knows."""
    header = "工单编号,报修时间,工单类型,状态\n"
    estate.write(
        "工单_2024年.csv",
        header + "T1,2024-03-05,入户巡视,挂单\nT2,2024-03-06,报修,挂单\nT3,2024-03-07,报修,已关闭了\n",
    )
    estate.write("投诉.csv", "投诉编号,投诉日期,状态\nC1,2025-03-05,甲方确认中\n")
    return estate


def test_unknown_words_of_all_files_are_listed_with_their_rows(unknown: Estate) -> None:
    """File, column, word, number of rows and the first of them, in both languages."""
    with pytest.raises(UnknownWords) as refusal:
        unknown.load()
    sentence = refusal.value.sentence
    for words in (
        "投诉.csv 的“状态”列：“甲方确认中” 1 行（如第 2 行）",
        "“挂单” 2 行（如第 2、3 行）",
        "“入户巡视” 1 行",
    ):
        assert words in sentence.zh
    assert "“挂单” in 2 rows (such as 2, 3)" in sentence.en


def test_the_lines_that_the_refusal_prints_make_the_load_pass(unknown: Estate) -> None:
    """Pasted as printed: one table header for each pattern and field, a line a word."""
    with pytest.raises(UnknownWords) as refusal:
        unknown.load()
    lines = lines_to_paste(refusal.value)
    assert lines.count("[mapping.") == 3
    unknown.settings('[report]\nlanguage = "zh"\n\n' + lines)
    unknown.load()
    assert unknown.rows("select ticket_id, status from warehouse.tickets where ticket_id = 'T3'") == [("T3", "closed")]


def test_a_similar_word_is_proposed_with_its_code_and_another_is_marked(unknown: Estate) -> None:
    """已关闭了 is closed for sure; a word like none gets a code that the user has to check."""
    with pytest.raises(UnknownWords) as refusal:
        unknown.load()
    lines = lines_to_paste(refusal.value).splitlines()
    assert '"已关闭了" = "closed"' in lines
    assert any(line.startswith('"挂单" = ') and "check" in line for line in lines)


def test_a_word_and_its_opposite_are_not_taken_for_each_other(estate: Estate) -> None:
    """未办结了 is like 已办结 and means the contrary."""
    estate.write("工单.csv", "工单编号,报修时间,状态\nT1,2025-03-05,尚未办结\n")
    with pytest.raises(UnknownWords) as refusal:
        estate.load()
    assert '"尚未办结" = "closed"' not in lines_to_paste(refusal.value)


def test_words_of_last_year_stay_when_this_years_are_added(unknown: Estate) -> None:
    """Where settings.toml has the table already, the lines are to go below its header; nothing is named twice."""
    unknown.settings('[mapping."工单_*年.csv".words.status]\n"挂单" = "open"\n')
    with pytest.raises(UnknownWords) as refusal:
        unknown.load()
    lines = lines_to_paste(refusal.value)
    tomllib.loads((unknown.root / "settings.toml").read_text(encoding="utf-8") + lines)


def test_personal_data_in_a_column_of_states_is_not_printed(estate: Estate) -> None:
    """Such a word cannot be mapped; the message says so."""
    estate.write("工单.csv", "工单编号,报修时间,状态\nT1,2025-03-05,待联系13912345678\n")
    with pytest.raises(UnknownWords) as refusal:
        estate.load()
    assert "13912345678" not in refusal.value.sentence.zh
    assert "ignore" in refusal.value.sentence.zh and "[mapping." not in refusal.value.sentence.zh


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("工单_2025年.xlsx", "工单_*年.xlsx"), ("报表[1].csv", "报表[[]*].csv"), ("2025.xlsx", "2025.xlsx")],
)
def test_a_name_becomes_a_pattern(name: str, pattern: str) -> None:
    """Runs of digits become a star; a name of digits alone stays, since its pattern would find every file."""
    from pipelines.mapping import pattern_for

    make: Callable[[str], str] = pattern_for
    assert make(name) == pattern
