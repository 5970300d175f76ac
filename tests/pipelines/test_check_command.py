"""What `annual-report check` prints for a person, and what it writes for Excel."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annual_report import app
from pipelines.errors import FolderNotWritable, NothingLoaded
from pipelines.quality import describe_quality, read_quality
from pipelines.quality_export import export_quality
from tests.pipelines.conftest import Estate

TICKETS = (
    "工单编号,报修时间,小区,房号,一级分类,报修人,完成时间,备用\n"
    "D1,2025-01-01 08:00,云栖苑,1-1-101,水,张三丰,昨天,\n"
    "D2,2025-01-01 08:04,云栖苑,1-1-101,水,张三丰,今天,\n"
    "D3,昨天,云栖苑,1-1-102,水,李四光,,\n"
    "D4,2025-01-03 08:00,云栖苑,1-1-103,水,李四光,2025-01-02 08:00,\n"
    "D5,2025-01-03 08:00,云栖苑,1-1-104,电,李四光,明天,\n"
    "D6,2025-01-03 08:00,云栖苑,1-1-105,电,李四光,后天下午,\n"
    "D7,2025-01-03 08:00,云栖苑,1-1-106,电,李四光,改天,\n"
)
BILLS = "账单编号,应收金额,欠费金额,账期\nB1,100,70,2025-01\nB2,100,100,2025-01\n"
PAYMENTS = "账单编号,缴费日期,缴费金额\nB1,2025-02-01,20\nB9,2025-02-01,5\n"


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    """A ticket without a day, five unreadable resolutions, a near-duplicate and a gap, loaded."""
    estate = Estate(tmp_path_factory.mktemp("doubtful"))
    estate.raw.mkdir(parents=True)
    estate.write("工单.csv", TICKETS)
    estate.write("账单.csv", BILLS)
    estate.write("收款.csv", PAYMENTS)
    estate.load()
    return estate


def printed(estate: Estate, language: str) -> list[str]:
    """The lines that `check` prints."""
    workspace = estate.workspace.in_language(language)  # type: ignore[arg-type]
    return describe_quality(read_quality(workspace), workspace.language).splitlines()


def rows_of(path: Path) -> list[list[str]]:
    """The cells of an exported file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


# For a person


def test_the_gravest_comes_first(doubtful: Estate) -> None:
    """Rows left out, then what is to be checked, then what is for information."""
    lines = printed(doubtful, "zh")
    assert lines[0] == "读入 3 个文件，14 行：纳入 10，重复 0，合计行 0，非数据 3，隔离 1。"
    headings = [line for line in lines if line[:2] in ("一、", "二、", "三、")]
    assert headings == ["一、不能用（1 行没有纳入）", "二、需要核对（5 类）", "三、供参考（1 类）"]
    place = lines.index("一、不能用（1 行没有纳入）")
    assert lines[place + 1 : place + 3] == ["  · 工单.csv 报修时间：不是可识别的日期", "      第 4 行（**）"]


def test_issues_of_a_kind_show_their_first_examples_and_their_number(doubtful: Estate) -> None:
    """Five unreadable cells of one column: the first in words, two more by row, and how many are left."""
    lines = printed(doubtful, "zh")
    place = next(number for number, line in enumerate(lines) if "“完成时间”" in line)
    assert lines[place] == "  · 工单.csv 第 2 行“完成时间”：** 不是可识别的日期，按空值处理。"
    assert lines[place + 1] == "      第 3 行（**），第 6 行（**），另有 2 处"


def test_near_duplicates_are_printed_as_pairs(doubtful: Estate) -> None:
    """Both ticket numbers, the minutes between, the masked place."""
    assert "      D2  D1（2025-01-01 08:00）之后 4 分钟，云栖苑 1 ****，水" in printed(doubtful, "zh")


def test_the_fee_gap_is_printed_in_yuan_with_its_bills(doubtful: Estate) -> None:
    """100 = 20 paid + 70 open leaves 10; a payment of 5 has no bill."""
    lines = printed(doubtful, "zh")
    gap = next(number for number, line in enumerate(lines) if "差额合计" in line)
    assert lines[gap].endswith("差额合计 10.00 元，最大一笔 10.00 元。")
    assert lines[gap + 1].startswith("      B1  应收 100.00") and lines[gap + 1].endswith("相差 10.00 元")
    assert any("共 5.00 元，不计入收缴" in line for line in lines)


def test_checks_name_the_rows_that_they_found(doubtful: Estate) -> None:
    """Resolved the day before it was opened."""
    assert "      D4  修复 2025-01-02 08:00，早于登记 2025-01-03 08:00" in printed(doubtful, "zh")


def test_the_same_in_english(doubtful: Estate) -> None:
    """Headings, sentences and details; no Chinese but the words of the data."""
    lines = printed(doubtful, "en")
    assert lines[0] == "3 files with 14 rows: 10 kept, 0 duplicate, 0 total, 3 not data, 1 quarantined."
    assert "1. Not usable (1 rows left out)" in lines
    assert "      D4  resolved_at 2025-01-02 08:00 is before opened_at 2025-01-03 08:00" in lines


def test_a_clean_load_says_so(estate: Estate) -> None:
    """Three sections without an entry."""
    estate.write("工单.csv", "工单编号,报修时间\nT1,2025-03-05\n")
    estate.load()
    assert printed(estate, "zh").count("  没有。") == 3


def test_no_personal_value_is_printed_or_exported(doubtful: Estate, tmp_path: Path) -> None:
    """Names and rooms stay out of both."""
    texts = printed(doubtful, "zh")
    texts += [path.read_text(encoding="utf-8-sig") for path in export_quality(doubtful.workspace, tmp_path / "out")]
    for secret in ("张三丰", "李四光", "1-1-10"):
        assert not any(secret in text for text in texts)


def test_asking_before_loading_says_to_load(estate: Estate) -> None:
    """There is no database yet."""
    with pytest.raises(NothingLoaded):
        read_quality(estate.workspace)


# For Excel


def test_the_export_has_a_file_for_each_list(doubtful: Estate, tmp_path: Path) -> None:
    """Named and headed in the language of the report; the folder is made."""
    zh = export_quality(doubtful.workspace, tmp_path / "new" / "zh")
    en = export_quality(doubtful.workspace.in_language("en"), tmp_path / "new" / "en")
    assert [path.stem for path in zh] == ["文件", "行数去向", "隔离", "问题", "检查", "近似重复", "收费差额"]
    assert [path.stem for path in en] == [
        "files", "row_account", "quarantine", "issues", "checks", "near_duplicates", "fee_gaps",
    ]  # fmt: skip
    assert rows_of(zh[1])[0] == ["文件", "工作表", "种类", "读入行", "纳入", "重复", "合计行", "非数据", "隔离"]
    assert rows_of(en[1])[0][:4] == ["File", "Sheet", "Kind", "Rows read"]


def test_every_row_is_in_the_export(doubtful: Estate, tmp_path: Path) -> None:
    """What the terminal shortens is written in full: five issues of one column, the pair, the gap."""
    _, account, quarantine, issues, checks, pairs, gaps = (
        rows_of(path)[1:] for path in export_quality(doubtful.workspace, tmp_path)
    )
    assert ["工单.csv", "", "工单", "8", "6", "0", "0", "1", "1"] in account
    assert quarantine == [["工单.csv", "", "4", "opened_at", "**", "报修时间：不是可识别的日期"]]
    assert [row[3] for row in issues if row[6] == "unreadable_date"] == ["2", "3", "6", "7", "8"]
    assert [row[:3] + row[4:5] for row in checks if row[0] == "near_duplicates"] == [
        ["near_duplicates", "需要核对", "1", "D2"]
    ]
    assert pairs == [
        ["D1", "2025-01-01 08:00:00", "D2", "2025-01-01 08:04:00", "4", "云栖苑", "云栖苑 1 ****", "水", "未填"]
    ]
    assert [(row[0], row[4], row[10]) for row in gaps] == [("B1", "100.00", "10.00")]


def test_the_files_open_in_excel(doubtful: Estate, tmp_path: Path) -> None:
    """A byte order mark, so that Chinese is read as such, and lines that end in CR LF."""
    for path in export_quality(doubtful.workspace, tmp_path):
        content = path.read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n") and content.count(b"\n") == content.count(b"\r\n")


def test_no_cell_is_a_formula(estate: Estate, tmp_path: Path) -> None:
    """Ids that begin with =, +, - or @ get an apostrophe; a negative number stays a number."""
    header = "账单编号,应收金额,实收金额,欠费金额,账期\n"
    ids = ["=cmd()", "+1x", "-2+3", "@SUM", "-5"]
    estate.write("账单.csv", header + "".join(f"{bill},100,100,10,2025-01\n" for bill in ids))
    estate.load()
    *_, gaps = export_quality(estate.workspace, tmp_path)
    rows = rows_of(gaps)[1:]
    assert sorted(row[0] for row in rows) == ["'+1x", "'-2+3", "'=cmd()", "'@SUM", "-5"]
    assert {row[10] for row in rows} == {"-10.00"}


def test_an_earlier_export_is_overwritten_and_other_files_stay(doubtful: Estate, tmp_path: Path) -> None:
    """Only the files of the export itself are written anew."""
    (tmp_path / "隔离.csv").write_text("old")
    (tmp_path / "notes.txt").write_text("mine")
    export_quality(doubtful.workspace, tmp_path)
    assert rows_of(tmp_path / "隔离.csv")[0][0] == "文件"
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_the_command_prints_the_paths_that_it_wrote(doubtful: Estate, tmp_path: Path) -> None:
    """Seven paths after the account, relative ones as the user named the folder."""
    done = CliRunner().invoke(app, ["-C", str(doubtful.root), "check", "--export", str(tmp_path)])
    assert done.exit_code == 0
    assert done.output.splitlines()[-7:] == [str(path) for path in export_quality(doubtful.workspace, tmp_path)]


def test_a_folder_that_is_a_file_is_told(doubtful: Estate, tmp_path: Path) -> None:
    """A sentence with the path and what to do, no traceback."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(FolderNotWritable, match="taken"):
        export_quality(doubtful.workspace, tmp_path / "taken")
