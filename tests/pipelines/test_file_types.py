"""Content decides what a file is: workbooks of every make, web pages and XML under any ending, and what is no table."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from pipelines import errors
from pipelines.files import open_sheets
from pipelines.sheets import Sheet
from tests.pipelines.conftest import Estate
from workspace import AnnualReportError

FIXTURES = Path(__file__).parent / "fixtures"
Cells = list[list[str | None]]


def sheets(estate: Estate, name: str) -> list[Sheet]:
    """The sheets of one file under data/raw."""
    return open_sheets(estate.raw / name, estate.raw, estate.root)


def cells(sheet: Sheet) -> Cells:
    """Every cell of a sheet that was read into memory."""
    assert sheet.table is not None
    return [list(row) for row in zip(*(column.to_pylist() for column in sheet.table.columns), strict=True)]


def cells_of_page(estate: Estate, body: str) -> Cells:
    """Every cell of the one table of a page."""
    estate.write("工单.xls", f"<html><body>{body}</body></html>")
    (sheet,) = sheets(estate, "工单.xls")
    return cells(sheet)


def refusal(estate: Estate, name: str, kind: type[AnnualReportError]) -> str:
    """The Chinese sentence with which a file is refused."""
    with pytest.raises(kind) as raised:
        sheets(estate, name)
    assert name in raised.value.sentence.zh and name in raised.value.sentence.en
    return raised.value.sentence.zh


# Workbooks


TICKETS_OF_FIXTURE = [
    ("00123", dt.datetime(2025, 3, 5, 9, 30), dt.datetime(2025, 3, 5, 11), "云栖苑", Decimal("1234.50"), "厨房漏水"),
    ("101002296910", dt.datetime(2025, 3, 6, 8, 5), None, "未填", None, "灯不亮"),
]


@pytest.mark.parametrize("name", ["工单.xls", "工单.xlsx", "工单.csv"])
def test_a_binary_workbook_of_old_excel_loads_under_any_name(estate: Estate, name: str) -> None:
    """BIFF8: real dates, dates typed as text, long ids, an error value that is listed with its cell."""
    shutil.copy(FIXTURES / "tickets.xls", estate.raw / name)
    estate.load()
    selected = (
        "select ticket_id, opened_at, resolved_at, community, cost, description from warehouse.tickets order by 2"
    )
    assert estate.rows(selected) == TICKETS_OF_FIXTURE
    assert estate.rows("select distinct encoding from warehouse.source_files") == [("xls",)]
    assert estate.rows("select row_number, sentence_zh from warehouse.issues where code = 'error_value'") == [
        (3, f"{name}〔工单〕 E3：单元格是错误值（如 #REF!、#N/A），按空值处理。请在表中改正后重新加载。")
    ]


def test_text_under_the_name_of_a_workbook_loads(estate: Estate) -> None:
    """Comma-separated text called .xlsx or .xls is read as what it is."""
    estate.write("一.xlsx", "工单编号,报修时间\nT1,2025-03-05\n", "gb18030")
    estate.write("二.xls", "工单编号\t报修时间\nT2\t2025-03-06\n")
    estate.load()
    assert estate.rows("select ticket_id from warehouse.tickets") == [("T1",), ("T2",)]
    assert estate.rows("select encoding from warehouse.source_files order by path") == [("gb18030",), ("utf-8",)]


OPEN_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">
<office:body><office:spreadsheet><table:table table:name="工单">
<table:table-row>
<table:table-cell office:value-type="string"><text:p>工单编号</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>报修时间</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>费用</text:p></table:table-cell>
</table:table-row>
<table:table-row>
<table:table-cell office:value-type="string"><text:p>T1</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2025-03-05T09:30:00">
 <text:p>5/3</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="12.5"><text:p>13</text:p></table:table-cell>
</table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>""".replace("\n", "")


def test_a_sheet_of_open_document_loads(estate: Estate) -> None:
    """.ods: the stored value counts, not the shown one."""
    with zipfile.ZipFile(estate.raw / "工单.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", OPEN_DOCUMENT)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    estate.load()
    assert estate.rows("select ticket_id, opened_at, cost from warehouse.tickets") == [
        ("T1", dt.datetime(2025, 3, 5, 9, 30), Decimal("12.50"))
    ]
    assert estate.value("select encoding from warehouse.source_files") == "ods"


def test_dates_of_a_workbook_that_counts_from_1904(estate: Estate) -> None:
    """Workbooks from old Macs number their days from another year."""
    with xlsxwriter.Workbook(str(estate.raw / "工单.xlsx"), {"date_1904": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["工单编号", "报修时间"])
        sheet.write(1, 0, "T1")
        sheet.write_datetime(
            1, 1, dt.datetime(2025, 3, 5, 9, 30), workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
    estate.load()
    assert estate.value("select opened_at from warehouse.tickets") == dt.datetime(2025, 3, 5, 9, 30)


# Web pages


def test_a_page_under_the_name_of_a_workbook_loads(estate: Estate) -> None:
    """What a web system exports: a table with a title, entities, nested tags, and gb2312 in the meta tag."""
    estate.write(
        "工单.xls",
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>x</title>'
        "<style>td { color: red }</style></head><body><h3>工单明细</h3><p>导出时间：2025-07-01 10:00:00</p>"
        "<table border=1><tr><th>工单编号</th><th>报修时间</th><th>项目</th><th>内容</th></tr>"
        "<tr><td style=\"mso-number-format:'\\@'\">00123</td><td>2025-03-05&nbsp;09:30:00</td><td><b>云栖苑</b></td>"
        "<td>厨房&lt;漏水&gt;，<br>已关&#24635;阀 &amp; 电</td></tr>"
        "<tr><td>T2<td>2025/3/6 上午8:05<td><span>云<i>栖</i>苑</span><td>镕</table></body></html>",
        "gb18030",
    )
    estate.load()
    assert estate.rows("select ticket_id, opened_at, community, description from warehouse.tickets") == [
        ("00123", dt.datetime(2025, 3, 5, 9, 30), "云栖苑", "厨房<漏水>，\n已关总阀 & 电"),
        ("T2", dt.datetime(2025, 3, 6, 8, 5), "云栖苑", "镕"),
    ]
    assert estate.rows("select encoding, header_row, row_count, exported_at from warehouse.source_files") == [
        ("html/gb18030", 3, 5, dt.datetime(2025, 7, 1, 10))
    ]


@pytest.mark.parametrize(
    ("encoding", "meta", "named"),
    [
        ("utf-8", "gb2312", "html/utf-8"),
        ("utf-8-sig", "utf-8", "html/utf-8-sig"),
        ("gb18030", "utf-8", "html/gb18030"),
        ("utf-16", "utf-16", "html/utf-16"),
        ("big5", "big5", "html/big5"),
    ],
)
def test_the_bytes_of_a_page_decide_its_encoding(estate: Estate, encoding: str, meta: str, named: str) -> None:
    """What the page declares is believed only where the bytes do not say otherwise."""
    page = f'<html><meta charset="{meta}"><table><tr><td>工<td>時</tr></table>'
    estate.write("工单.xls", page, encoding)
    (sheet,) = sheets(estate, "工单.xls")
    assert cells(sheet) == [["工", "時"]]
    assert sheet.encoding == named


def test_spans_put_a_value_into_the_first_cell(estate: Estate) -> None:
    """colspan and rowspan as in a workbook: the first cell holds the value, the covered ones are empty."""
    assert cells_of_page(
        estate,
        "<table><tr><th rowspan=2>账单编号<th colspan=2>费用<th rowspan='2'>账期</tr><tr><th>应收<th>实收</tr>"
        "<tr><td>B1<td>120<td>100<td>2025-01</tr></table>",
    ) == [
        ["账单编号", "费用", None, "账期"],
        [None, "应收", "实收", None],
        ["B1", "120", "100", "2025-01"],
    ]


def test_a_grouped_header_of_a_page_is_recognised(estate: Estate) -> None:
    """费用 stands over 应收 and 已收; the lower cells name the columns."""
    estate.write(
        "应收.xls",
        "<table><tr><th rowspan=2>账单编号<th colspan=2>费用（万元）<th rowspan='2'>账期</tr>"
        "<tr><th>应收金额<th>已缴金额</tr><tr><td>B1<td>120<td>100<td>2025-01</tr></table>",
    )
    estate.load()
    assert estate.rows("select bill_id, amount_due, amount_paid_reported, period_start from warehouse.bills") == [
        ("B1", Decimal(120), Decimal(100), dt.date(2025, 1, 1))
    ]


def test_excel_s_own_page_keeps_exact_numbers(estate: Estate) -> None:
    """x:num holds the number that the cell shows rounded; a shown date stays a date."""
    assert cells_of_page(
        estate,
        "<!--[if gte mso 9]><xml><x:ExcelWorkbook><table><tr><td>不显示</table></x:ExcelWorkbook></xml><![endif]-->"
        '<table x:str><col width=72><tr><td>电话<td>金额<td>时间<td>比例</tr><tr><td x:num="13812345678">1.38E+10'
        '<td x:num="1234.56">1,235<td x:num="45721.395833333336">2025/3/5 9:30<td x:num="0.985">98.5%</tr>'
        "<![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=72></td></tr><![endif]></table>",
    ) == [["电话", "金额", "时间", "比例"], ["13812345678", "1234.56", "2025/3/5 9:30", "98.5%"], [None] * 4]


def test_an_error_value_of_a_page_is_listed(estate: Estate) -> None:
    """#REF! in a page is as empty as in a workbook, and is named with its cell."""
    estate.write("工单.xls", "<table><tr><td>工单编号<td>报修时间<td>费用<tr><td>T1<td>2025-03-05<td>#REF!</table>")
    estate.load()
    assert estate.rows("select code, row_number, split_part(sentence_zh, '：', 1) from warehouse.issues") == [
        ("error_value", 2, "工单.xls C2")
    ]


def test_tables_of_a_page_are_sheets_unless_they_go_on(estate: Estate) -> None:
    """Pages of a print repeat the header or go on without one; a table of other columns is another sheet."""
    header = "<tr><th>工单编号<th>报修时间</tr>"
    estate.write(
        "工单.xls",
        f"<table>{header}<tr><td>T1<td>2025-03-05</tr></table><p>第 1 页</p>"
        f"<table>{header}<tr><td>T2<td>2025-03-06</tr></table><table><tr><td>T3<td>2025-03-07</tr></table>"
        "<table><tr><td>类型<td>件数<td>占比</tr><tr><td>报修<td>3<td>100%</tr></table><p>制表人：小王</p>",
    )
    first, second = sheets(estate, "工单.xls")
    assert (first.sheet, second.sheet) == ("表格 1", "表格 2")
    assert [row[0] for row in cells(first)] == ["工单编号", "T1", "第 1 页", "工单编号", "T2", "T3"]
    assert cells(second) == [["类型", "件数", "占比"], ["报修", "3", "100%"], ["制表人：小王", None, None]]
    estate.load()
    assert estate.account() == {"工单.xls/表格 1": (6, 3, 0, 0, 3, 0), "工单.xls/表格 2": (3, 0, 0, 0, 3, 0)}


def test_a_table_inside_the_cell_of_a_layout_is_found(estate: Estate) -> None:
    """Old systems lay a page out with tables; the innermost one is the export."""
    assert cells_of_page(
        estate, "<table><tr><td><table><tr><td>工单编号<td>报修时间<tr><td>T1<td>2025-03-05</table></td></tr></table>"
    ) == [["工单编号", "报修时间"], ["T1", "2025-03-05"]]


def test_a_web_archive_is_a_page(estate: Estate) -> None:
    """What Excel calls a single-file web page holds its page in quoted-printable or base64."""
    estate.write(
        "工单.xls",
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
        "<table><tr><td>=E5=B7=A5=E5=8D=95<td>a=3Db</tr></table>\r\n--b--\r\n",
    )
    (sheet,) = sheets(estate, "工单.xls")
    assert cells(sheet) == [["工单", "a=b"]]


def test_a_page_without_a_table_is_named(estate: Estate) -> None:
    """A session that had run out gives a login page instead of an export."""
    estate.write("工单.xls", "<!DOCTYPE html><html><body><form>请登录 <input name=user></form></body></html>")
    assert "其实是网页，里面没有表格" in refusal(estate, "工单.xls", errors.FileUnreadable)


# XML of Excel 2003


SPREADSHEET_XML = """<?xml version="1.0" encoding="{encoding}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="工单"><Table>
  <Row ss:Index="2"><Cell><Data ss:Type="String">工单编号</Data></Cell>
   <Cell><Data ss:Type="String">报修时间</Data></Cell>
   <Cell ss:Index="4"><Data ss:Type="String">上门次数</Data></Cell><Cell><Data ss:Type="String">费用</Data></Cell></Row>
  <Row ss:Hidden="1"><Cell><Data ss:Type="String">00123</Data></Cell>
   <Cell><Data ss:Type="DateTime">2025-03-05T09:30:00.000</Data></Cell>
   <Cell ss:Index="4"><Data ss:Type="Number">2</Data></Cell>
   <Cell ss:Formula="=RC[-1]*2"/></Row>
  <Row><Cell><Data ss:Type="String">T&amp;2</Data></Cell><Cell><Data ss:Type="String">2025年3月6日</Data></Cell>
   <Cell ss:Index="4"><Data ss:Type="Error">#REF!</Data></Cell>
   <Cell ss:Formula="=RC[-1]"><Data ss:Type="Number">12.5</Data></Cell></Row>
 </Table></Worksheet>
 <Worksheet ss:Name="说明"><Table><Row><Cell><Data ss:Type="String">由系统导出</Data></Cell></Row></Table></Worksheet>
</Workbook>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "utf-16"])
def test_xml_of_excel_2003_loads(estate: Estate, encoding: str) -> None:
    """Indexes that skip rows and cells, dates, formulas with and without a value, in any encoding."""
    estate.write("工单.xls", SPREADSHEET_XML.format(encoding=encoding), encoding)
    estate.load()
    assert estate.rows("select ticket_id, opened_at, visit_count, cost, source_row from warehouse.tickets") == [
        ("00123", dt.datetime(2025, 3, 5, 9, 30), 2, None, 3),
        ("T&2", dt.datetime(2025, 3, 6), None, Decimal("12.50"), 4),
    ]
    listed = "select code, row_number, regexp_extract(sentence_zh, '[^，：]*') from warehouse.issues order by code"
    assert estate.rows(listed) == [
        ("error_value", 4, "工单.xls〔工单〕 D4"),
        ("formula_without_value", 3, "工单.xls〔工单〕 E3"),
        ("hidden_rows_read", None, "工单.xls〔工单〕 有 1 行被隐藏（多半是筛选）"),
        ("passed_over", None, "工单.xls〔说明〕 不是导出数据"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        SPREADSHEET_XML.format(encoding="utf-8")[:900],
        SPREADSHEET_XML.format(encoding="utf-8").replace("?>\n<Work", '?>\n<!DOCTYPE x [<!ENTITY a "b">]>\n<Work'),
    ],
    ids=["cut short", "entities"],
)
def test_xml_that_is_cut_short_or_defines_entities_is_refused(estate: Estate, content: str) -> None:
    """A definition of entities can unpack to any size, and no spreadsheet needs one."""
    estate.write("工单.xls", content)
    assert "工单.xls 无法打开：XML" in refusal(estate, "工单.xls", errors.FileUnreadable)


# What is no table


def zipped(path: Path, *parts: str) -> None:
    """Writes a zip file with empty parts."""
    with zipfile.ZipFile(path, "w") as archive:
        for part in parts:
            archive.writestr(part, "")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n", " PDF 文档"),
        (b"\x89PNG\r\n\x1a\n", " PNG 图片"),
        (b"Rar!\x1a\x07\x00", " RAR 压缩包"),
        (b"SQLite format 3\x00", " SQLite 数据库"),
    ],
)
def test_a_foreign_file_under_the_name_of_an_export_is_named(estate: Estate, content: bytes, what: str) -> None:
    """The sentence says what the file really is."""
    estate.write("工单.xlsx", content)
    assert f"工单.xlsx 不是可识别的导出文件，而是{what}" in refusal(estate, "工单.xlsx", errors.UnknownFile)


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("word/document.xml", " Word 文档"),
        ("ppt/presentation.xml", " PowerPoint 演示文稿"),
        ("工单2025.csv", " ZIP 压缩包（内有 1 个文件，如 工单2025.csv）"),
    ],
)
def test_other_zipped_files_are_named(estate: Estate, part: str, what: str) -> None:
    """A document or an archive under the name of a workbook."""
    zipped(estate.raw / "工单.xlsx", part)
    assert f"而是{what}" in refusal(estate, "工单.xlsx", errors.UnknownFile)


def test_an_old_word_document_is_named(estate: Estate) -> None:
    """The container of old Office files says by its streams what it holds."""
    estate.write("工单.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument\0".encode("utf-16-le"))
    assert "而是 Word 文档" in refusal(estate, "工单.xls", errors.UnknownFile)


def test_a_workbook_with_a_password_is_refused(estate: Estate) -> None:
    """An encrypted XLSX is an old Office container with a stream of that name; an encrypted XLS says so itself."""
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    estate.write("工单.xlsx", magic + bytes(504) + "EncryptedPackage\0".encode("utf-16-le"))
    interface_record, password_record = b"\xe1\x00\x02\x00", b"\x2f\x00\x02\x00"
    estate.write("账单.xls", (FIXTURES / "tickets.xls").read_bytes().replace(interface_record, password_record))
    assert "请在 Excel 或 WPS 中解除密码后另存" in refusal(estate, "工单.xlsx", errors.FileUnreadable)
    assert "请在 Excel 或 WPS 中解除密码后另存" in refusal(estate, "账单.xls", errors.FileUnreadable)


@pytest.mark.parametrize("kept_share", [0.2, 0.5, 0.95])
def test_a_workbook_that_is_cut_short_is_refused(estate: Estate, kept_share: float) -> None:
    """A download that broke off lacks the directory at the end of the file."""
    path = estate.write_workbook("工单.xlsx", {"工单": [["工单编号", "报修时间"], ["T1", "2025-03-05"]]})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept_share)])
    assert "工单.xlsx 无法打开：文件不完整" in refusal(estate, "工单.xlsx", errors.FileUnreadable)


def test_a_damaged_old_workbook_is_refused(estate: Estate) -> None:
    """The reader of old workbooks may give up in its own way; the user gets a sentence all the same."""
    content = bytearray((FIXTURES / "tickets.xls").read_bytes())
    content[48:52] = (1_375_733).to_bytes(4, "little")  # where the directory of the container begins
    estate.write("工单.xls", bytes(content))
    assert "工单.xls 无法打开：工作簿已损坏" in refusal(estate, "工单.xls", errors.FileUnreadable)


def test_an_empty_file_is_refused(estate: Estate) -> None:
    """Zero bytes are what an export leaves that broke off."""
    estate.write("工单.csv", b"")
    assert "是空文件（0 字节）" in refusal(estate, "工单.csv", errors.FileUnreadable)


def test_bytes_that_are_no_text_are_refused(estate: Estate) -> None:
    """After a crash a file may be full of zeros."""
    estate.write("工单.csv", bytes(4096))
    assert "既不是文字也不是 Excel 工作簿" in refusal(estate, "工单.csv", errors.FileUnreadable)


@pytest.mark.parametrize("unpacked_bytes", [2 << 30, 5 << 30])
def test_a_workbook_that_would_unpack_to_no_end_is_refused_unopened(estate: Estate, unpacked_bytes: int) -> None:
    """The directory of the file says how large its parts are; nothing is unpacked."""
    path = estate.raw / "工单.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "")
        archive.writestr("xl/worksheets/sheet1.xml", " " * 1_000_000)
        archive.filelist[-1].file_size = unpacked_bytes
    sentence = refusal(estate, "工单.xlsx", errors.FileUnreadable)
    assert f"工单.xlsx 解压后有 {unpacked_bytes >> 30}.0 GiB" in sentence and "另存为 CSV" in sentence


def test_a_stray_cell_at_the_far_end_is_named(estate: Estate) -> None:
    """A blank typed into the last cell makes a rectangle of 17 billion cells that no reader can hold."""
    with xlsxwriter.Workbook(str(estate.raw / "工单.xlsx")) as workbook:
        sheet = workbook.add_worksheet("工单")
        sheet.write_row(0, 0, ["工单编号", "报修时间"])
        sheet.write(1_048_575, 16_383, " ")
    assert "工单.xlsx〔工单〕的单元格一直延伸到 XFD1048576" in refusal(estate, "工单.xlsx", errors.FileUnreadable)


# Encodings


TEXT = "工单编号\t报修时间\t项目\t内容\nT1\t2025-03-05 09:30\t云栖苑\t厨房漏水\nT2\t2025-03-06 10:00\t云栖苑\t灯不亮\n"


def test_every_encoding_gives_the_same_warehouse(new_estate: Callable[[str], Estate]) -> None:
    """Tab text of any encoding, UTF-16 with and without its mark, leaves no trace but the number of the file."""
    encoded = {
        "utf-8": TEXT.encode(),
        "utf-8-sig": TEXT.encode("utf-8-sig"),
        "gb18030": TEXT.encode("gb18030"),
        "utf-16-le, marked": b"\xff\xfe" + TEXT.encode("utf-16-le"),
        "utf-16-be, marked": b"\xfe\xff" + TEXT.encode("utf-16-be"),
        "utf-16-le": TEXT.encode("utf-16-le"),
        "utf-16-be": TEXT.encode("utf-16-be"),
    }
    contents = {}
    for name, content in encoded.items():
        estate = new_estate(name)
        estate.write("工单.txt", content)
        contents[name] = _contents(estate)
    assert [name for name, text in contents.items() if text != contents["utf-8"]] == []


def _contents(estate: Estate) -> str:
    estate.load()
    file_id = estate.value("select file_id from warehouse.source_files")
    return estate.contents().replace(str(file_id), "file")
