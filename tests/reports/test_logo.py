"""The logo of the cover: embedded when it is harmless, refused in words when it is not."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path

import pytest
from demo_document import sparse_document
from PIL import Image
from pypdf import PdfReader

from reports.document import Document
from reports.logo import LARGEST_BYTES, LogoUnusable, logo_address
from reports.render.html import render_html
from reports.render.pdf import render_pdf
from workspace import PACKAGED_DEFAULTS, Workspace, open_workspace

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
CLEAN = (
    f'<svg {NAMESPACES} viewBox="0 0 40 20"><defs><linearGradient id="a"/></defs>'
    '<rect fill="url(#a)" width="40" height="20"/></svg>'
)


def workspace(folder: Path, logo: str) -> Workspace:
    """A workspace whose settings name a logo."""
    (folder / "settings.toml").write_text(f'[report]\nlogo = "{logo}"\n', encoding="utf-8")
    return open_workspace(folder)


def picture(form: str, size: tuple[int, int] = (60, 20)) -> bytes:
    """A grey picture with, in a PNG, a transparent ground."""
    file = io.BytesIO()
    Image.new("RGBA" if form == "PNG" else "RGB", size, "#808080").save(file, form)
    return file.getvalue()


def refused(folder: Path, content: bytes, name: str = "logo.svg") -> str:
    """What is said about a logo of this content."""
    (folder / name).write_bytes(content)
    with pytest.raises(LogoUnusable) as caught:
        logo_address(workspace(folder, name))
    assert name in caught.value.sentence.zh and name in caught.value.sentence.en
    return caught.value.sentence.zh


def test_no_logo_is_the_default(tmp_path: Path) -> None:
    """The packaged settings name none."""
    assert 'logo = ""' in PACKAGED_DEFAULTS.read_text(encoding="utf-8")
    assert logo_address(open_workspace(tmp_path)) == ""


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("logo.png", picture("PNG"), "image/png"),
        ("标志.jpg", picture("JPEG"), "image/jpeg"),
        ("logo.svg", CLEAN.encode(), "image/svg+xml"),
        ("wrongly-named.png", picture("JPEG"), "image/jpeg"),
    ],
)
def test_a_picture_is_carried_as_it_is(tmp_path: Path, name: str, content: bytes, media_type: str) -> None:
    """Its bytes decide what it is, not its name."""
    (tmp_path / name).write_bytes(content)
    kind, _, encoded = logo_address(workspace(tmp_path, name)).partition(";base64,")
    assert kind == f"data:{media_type}"
    assert base64.b64decode(encoded) == content


@pytest.mark.parametrize(
    "part",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<image xlink:href="https://example.invalid/x.png"/>',
        '<image href="file:///etc/hostname"/>',
        '<a href="javascript:alert(1)"/>',
        '<rect style="fill: url(https://example.invalid/x)"/>',
        "<style>@import 'https://example.invalid/x.css';</style>",
        "<style>rect { background: url( 'x.png' ) }</style>",
        "<foreignObject/>",
        '<set attributeName="href" to="https://example.invalid"/>',
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    ],
)
def test_an_svg_that_runs_or_loads_something_is_refused(tmp_path: Path, part: str) -> None:
    """Scripts, handlers, links to elsewhere, in elements, attributes and styles."""
    told = refused(tmp_path, f"<svg {NAMESPACES}>{part}</svg>".encode())
    assert "脚本或外部引用" in told


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>',
        b'<?xml-stylesheet href="https://example.invalid/x.css"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        '<!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg"/>'.encode("utf-16-le"),
        b"<svg",
        b"<html><body/></html>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n broken",
        picture("PNG")[:60],
        b"",
    ],
)
def test_what_is_no_sound_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    """Declared entities and style sheets, damaged files, other formats."""
    assert "不能使用" in refused(tmp_path, content)


def test_a_logo_too_large_is_refused_with_its_size(tmp_path: Path) -> None:
    """In bytes and in pixels, with the limit."""
    assert f"{LARGEST_BYTES + 1:,}" in refused(tmp_path, b" " * (LARGEST_BYTES + 1))
    assert "5000 × 4000" in refused(tmp_path, picture("PNG", (5000, 4000)), "logo.png")


def test_a_logo_outside_the_workspace_is_refused(tmp_path: Path) -> None:
    """A path may not lead out, nor to nothing."""
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "logo.png").write_bytes(picture("PNG"))
    with pytest.raises(LogoUnusable, match="不在工作目录内"):
        logo_address(workspace(inner, "../logo.png"))
    with pytest.raises(LogoUnusable, match="找不到"):
        logo_address(workspace(inner, "logo.png"))


def document(logo: bytes, media_type: str) -> Document:
    """A short report with a logo."""
    short = replace(sparse_document(), chapters=(), appendices=())
    address = f"data:{media_type};base64,{base64.b64encode(logo).decode()}"
    return replace(short, cover=replace(short.cover, organisation="云栖物业", logo=address))


def test_the_logo_stands_on_the_cover_with_the_organisation_as_its_text() -> None:
    """In print and on the screen; PDF/A forbids that a picture be smoothed."""
    pdf = PdfReader(io.BytesIO(render_pdf(document(picture("PNG"), "image/png"))))
    held = {name: one.get_object() for name, one in pdf.pages[0]["/Resources"]["/XObject"].items()}
    (name,) = (name for name, one in held.items() if one["/Subtype"] == "/Image")
    drawn = [name.encode() in page.get_contents().get_data() for page in pdf.pages]
    assert drawn == [True, False, False]
    assert str(held[name]["/Interpolate"]) == "False"
    html = render_html(document(CLEAN.encode(), "image/svg+xml"))
    assert '<img class="cover-logo" src="data:image/svg+xml;base64,' in html and 'alt="云栖物业"' in html


def test_a_drawn_logo_is_printed_without_a_warning() -> None:
    """An SVG stays a drawing."""
    pdf = PdfReader(io.BytesIO(render_pdf(document(CLEAN.encode(), "image/svg+xml"))))
    assert len(pdf.pages) == 3
