"""The archive copy: PDF/A-3a with its evidence inside, from which every headline can be worked out again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import pdfua
import pikepdf
import pytest
from demo_document import sparse_document
from pypdf import PdfReader
from small_company import SmallCompany

from annual_report import _require_report_as_pdf
from queries.figures import Figures
from reports.archive import collect, machine_readable
from reports.audience import OWNERS, seen_by
from reports.document import Document
from reports.numbers import printed
from reports.render.attachments import Archive, Attachment
from reports.render.pdf import render_pdf
from workspace import Workspace, WrongUse


@dataclass(frozen=True)
class Archived:
    """A report, what its archive copy is made of, and the copy."""

    document: Document
    workspace: Workspace
    figures: Figures
    archive: Archive
    pdf: bytes

    @cached_property
    def files(self) -> dict[str, bytes]:
        """What a reader extracts."""
        return {name: content[0] for name, content in PdfReader(io.BytesIO(self.pdf)).attachments.items()}

    def json(self, name: str) -> Any:
        """An extracted file, read strictly."""
        return json.loads(self.files[name], parse_constant=pytest.fail)


@pytest.fixture(scope="module")
def archived(company: SmallCompany) -> Archived:
    """The archive copy of a small company's year."""
    archive = collect(company.document, company.figures, company.workspace)
    pdf = render_pdf(company.document, archive)
    return Archived(company.document, company.workspace, company.figures, archive, pdf)


def plain(text: str) -> str:
    """Text without spaces, as a reader compares it."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def recomputed(headline: Mapping[str, Any], evidence: bytes) -> Decimal:
    """A headline from the columns of its evidence, by its recipe: a sum, or a sum over another."""
    rows = list(csv.DictReader(io.StringIO(evidence.decode("utf-8"))))
    sums = [sum(Decimal(row[name]) for row in rows) for name in re.findall(r"sum\((\w+)\)", headline["recipe"])]
    return sums[0] / sums[1] if len(sums) == 2 else sums[0]


def test_extracting_the_files_reproduces_every_headline(archived: Archived) -> None:
    """Each card's number follows from its evidence, is the value in figures.json, and stands on the page."""
    figures = {
        (figure["metric"], figure["period"], json.dumps(figure["slice"], sort_keys=True)): figure
        for figure in archived.json("figures.json")
    }
    page = plain(PdfReader(io.BytesIO(archived.pdf)).pages[2].extract_text())
    headlines = archived.json("headlines.json")
    assert {one["card"] for one in headlines} == {
        card.name for row in archived.document.key_figures.rows for card in row.cards
    }
    for headline in headlines:
        key = (headline["metric"], headline["period"], json.dumps(headline["slice"], sort_keys=True))
        value = recomputed(headline, archived.files[headline["evidence"]])
        assert float(value) == pytest.approx(float(figures[key][headline["statistic"]]), rel=1e-12)
        text = printed(value, headline["format"], "zh", headline["limit"])
        assert text == headline["printed"]
        assert plain(headline["card"]) in page and plain(text) in page


def test_headlines_are_those_of_the_year(archived: Archived) -> None:
    """72 tickets, 24 of them complaints, 8 open; of 40 bills 36 were paid, and so the year before."""
    values = {one["card"]: recomputed(one, archived.files[one["evidence"]]) for one in archived.json("headlines.json")}
    assert values["受理工单"] == 72
    assert values["投诉"] == 24
    assert values["当年收缴率"] == Decimal("0.9")
    assert values["年末欠费"] == 8 * Decimal("100.10")


def test_evidence_names_no_flat_and_no_bill(archived: Archived) -> None:
    """It is added up by month and community: a bill's number often spells the flat."""
    for name, content in archived.files.items():
        if name.startswith("evidence-"):
            assert "A1-2025" not in content.decode("utf-8")
            columns = set(content.decode("utf-8").splitlines()[0].split(","))
            assert columns <= {"month", "community", "n", "numerator", "denominator", "value"}


def test_figures_hold_the_year_its_months_and_its_slices(archived: Archived) -> None:
    """Both forms hold the same figures, each once; the months add up to the year."""
    figures = archived.json("figures.json")
    rows = list(csv.DictReader(io.StringIO(archived.files["figures.csv"].decode("utf-8"))))
    keys = [(one["metric"], one["period"], json.dumps(one["slice"], ensure_ascii=False)) for one in figures]
    assert keys == [(row["metric"], row["period"], row["slice"]) for row in rows]
    assert len(keys) == len(set(keys))
    volumes = [one for one in figures if one["metric"] == "ticket_volume"]
    assert sum(one["value"] for one in volumes if one["period"].startswith("2025-")) == 72
    assert {one["value"] for one in volumes if one["slice"] == {"community": "东园"}} == {36}


def test_manifest_names_every_file_with_its_hash(archived: Archived) -> None:
    """Also the exports, the settings, the day, and the version of the program."""
    manifest, files = archived.json("manifest.json"), archived.files
    listed = {one["name"]: one["sha256"] for one in manifest["attachments"]}
    assert listed == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"
    }
    exports = archived.workspace.raw
    assert manifest["exports"] == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in exports.iterdir()
    }
    assert manifest["report"]["as_of"] == "2025-12-31"
    assert manifest["settings"]["report"]["organisation"] == "云栖物业服务有限公司"
    assert set(manifest["program"]) == {"annual-report", "duckdb", "plotly", "weasyprint"}


def test_sql_and_definition_of_each_metric_are_there(archived: Archived) -> None:
    """The attached SQL, its parameters bound, selects as many rows as the figure counts."""
    defined = {one["metric"] for one in archived.json("definitions.json")}
    assert {name for name in archived.files if name.startswith("sql-")} == {f"sql-{name}.sql" for name in defined}
    sql = archived.files["sql-ticket_volume.sql"].decode("utf-8")
    bound = dict(re.findall(r"^-- \$(\w+) = (.*)$", sql, re.MULTILINE))
    rows = archived.figures.connection.execute(sql, bound).fetchall()
    assert len(rows) == 72


def test_data_statement_accounts_for_each_row(archived: Archived) -> None:
    """144 tickets, 80 bills and 72 payments were read and kept."""
    rows = archived.json("data-statement.json")["rows"]
    assert {row["path"]: row["kept"] for row in rows} == {"tickets.csv": 144, "bills.csv": 80, "payments.csv": 72}


def test_the_same_report_gives_the_same_copy(archived: Archived) -> None:
    """Collected and set anew, byte by byte: no clock and no random id is in it."""
    again = collect(archived.document, archived.figures, archived.workspace)
    assert again == archived.archive
    assert render_pdf(archived.document, again) == archived.pdf


def test_the_copy_is_small(archived: Archived) -> None:
    """All files together take less than two megabytes in the PDF."""
    assert len(archived.pdf) < 2_000_000


def test_owners_find_inside_only_what_they_may_see(archived: Archived) -> None:
    """A slice or a metric that the report for owners does not know is not inside it either."""
    archive = collect(archived.document, seen_by(archived.figures, OWNERS), archived.workspace)
    figures = json.loads(next(held.content for held in archive.attachments if held.name == "figures.json"))
    assert not [one for one in figures if one["metric"] == "arrears_amount" and "building" in one["slice"]]
    assert not [one for one in figures if one["metric"] == "vendor_penalties"]
    assert any("community" in one["slice"] for one in figures)


# the form of the file


def test_the_copy_claims_pdf_a_3a_and_pdf_ua_1(archived: Archived) -> None:
    """Title, organisation and conformance in the metadata; the claim of PDF/UA is described, as PDF/A asks."""
    with pikepdf.open(io.BytesIO(archived.pdf)) as file:
        metadata = file.Root.Metadata.read_bytes().decode("utf-8")
        assert re.search(r'pdfaid:part="3" pdfaid:conformance="A"', metadata)
        assert 'pdfuaid:part="1"' in metadata and "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" in metadata
        assert "云栖物业服务有限公司 客户服务部 2025 年度工作总结" in metadata
        assert file.Root.Lang == "zh-CN"
        assert file.Root.MarkInfo.Marked
        assert file.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert not file.is_encrypted and "/ID" in file.trailer
        assert file.check_pdf_syntax() == []


def test_the_tags_of_the_copy_are_sound(archived: Archived) -> None:
    """PDF/UA-1 without an error."""
    findings = pdfua.validate(io.BytesIO(archived.pdf)).findings
    assert [one for one in findings if str(one.severity).lower().endswith("error")] == []


def test_each_file_is_associated_once(archived: Archived) -> None:
    """With a kind of relationship, a media type, a size and one date: what PDF/A-3 asks of an embedded file."""
    with pikepdf.open(io.BytesIO(archived.pdf)) as file:
        associated = [str(one.UF) for one in file.Root.AF]
        names = [str(name) for name in file.Root.Names.EmbeddedFiles.Names[::2]]
        assert associated == names == sorted(archived.files)
        for one in file.Root.AF:
            stream = one.EF.F
            assert str(one.AFRelationship) in ("/Data", "/Source")
            assert str(stream.Subtype) in ("/application/json", "/text/csv", "/application/sql")
            assert str(stream.Params.ModDate) == str(stream.Params.CreationDate) == "D:20251231000000Z"
            assert int(stream.Params.Size) == len(stream.read_bytes())
            assert str(one.Desc)


def test_every_font_of_the_copy_is_embedded_and_says_its_characters(archived: Archived) -> None:
    """Level A: each font has its outlines and a map to Unicode; nothing runs when the file is opened."""
    with pikepdf.open(io.BytesIO(archived.pdf)) as file:
        fonts = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        below = [font.DescendantFonts[0].FontDescriptor for font in fonts if "/DescendantFonts" in font]
        assert below and all({"/FontFile2", "/FontFile3"} & set(one.keys()) for one in below)
        assert all("/ToUnicode" in font for font in fonts if "/DescendantFonts" in font)
        assert "/OpenAction" not in file.Root and "/JavaScript" not in file.Root.Names


def test_a_file_keeps_its_bytes_and_its_name() -> None:
    """Whatever is in it: text of another script, nothing, or bytes that are no text."""
    held = [
        Attachment("b.csv", "text/csv", "乙", "Data", "一,二\n".encode()),
        Attachment("a.bin", "application/octet-stream", "甲", "Supplement", bytes(range(256))),
        Attachment("c.json", "application/json", "丙", "Data", b""),
    ]
    document = replace(sparse_document(), chapters=())
    pdf = render_pdf(document, Archive(date(2025, 12, 31), tuple(held)))
    found = {name: content[0] for name, content in PdfReader(io.BytesIO(pdf)).attachments.items()}
    assert found == {one.name: one.content for one in held}


def test_an_archive_without_a_pdf_is_wrong_use() -> None:
    """The sentence names the option and what to add."""
    with pytest.raises(WrongUse, match=r"--archive.*pdf"):
        _require_report_as_pdf(("html",), "report")
    _require_report_as_pdf(("pdf", "html"), "report")


def test_slides_are_no_archive() -> None:
    """The archive is the report as it is handed in."""
    with pytest.raises(WrongUse, match="--layout"):
        _require_report_as_pdf(("pdf",), "deck")


def test_the_report_as_json_is_the_same_each_time_and_names_its_rules(company: SmallCompany) -> None:
    """No clock in it; each definition carries the hash of its SQL and the parameters that applied."""
    one, other = (machine_readable(company.document, company.figures, company.workspace) for _ in range(2))
    assert one == other
    held = json.loads(one)
    closure = next(definition for definition in held["definitions"] if definition["metric"] == "closure_rate")
    assert re.fullmatch("[0-9a-f]{64}", closure["sql_sha256"])
    (year,) = [f for f in held["figures"] if (f["metric"], f["period"], f["slice"]) == ("closure_rate", "2025", {})]
    assert (year["numerator"], year["denominator"]) == (64, 72)
