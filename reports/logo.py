"""The logo of the cover: a picture of the workspace, checked and carried inside the document.

It is embedded as a data: address, since a finished document loads nothing. An SVG with scripts or links to elsewhere is
refused rather than cleaned, so that what is printed is what was drawn.
"""

from __future__ import annotations

import base64
import io
import re
import warnings
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from workspace import AnnualReportError, Workspace

LARGEST_BYTES = 1_000_000
MOST_PIXELS = 16_000_000
SETTING = "report.logo"
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
_SVG = "{http://www.w3.org/2000/svg}svg"
_UNSAFE_ELEMENTS = {"script", "foreignObject", "iframe", "audio", "video", "handler", "listener", "set", "animate"}
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY", b"<?XML-STYLESHEET", b"\0")
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#|data:image/(?:png|jpeg))|@import|expression\(", re.IGNORECASE)
_INSIDE = re.compile(r"#|data:image/(?:png|jpeg);", re.IGNORECASE)


class LogoUnusable(AnnualReportError):
    """The picture named by report.logo cannot stand on the cover."""

    def __init__(self, name: str, zh: str, en: str) -> None:
        super().__init__(
            f"设置 {SETTING} 的图片“{name}”不能使用：{zh}。请改正后重试，或把 {SETTING} 留空。",
            f"The picture “{name}” of {SETTING} cannot be used: {en}. Mend it and try again, or leave {SETTING} empty.",
        )


def logo_address(workspace: Workspace) -> str:
    """The logo that the settings name as a data: address; empty where they name none. Raises LogoUnusable."""
    name = str(workspace.settings["report"].get("logo", ""))
    if not name:
        return ""
    content = _content(workspace, name)
    encoded = base64.b64encode(content).decode("ascii")
    return f"data:{_media_type(name, content)};base64,{encoded}"


def _content(workspace: Workspace, name: str) -> bytes:
    path = (workspace.root / name).resolve()
    if not path.is_relative_to(workspace.root.resolve()):
        raise LogoUnusable(name, "它不在工作目录内", "it lies outside the workspace")
    if not path.is_file():
        raise LogoUnusable(name, f"找不到 {path}", f"there is no file {path}")
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        zh = f"大小为 {size:,} 字节，上限为 {LARGEST_BYTES:,} 字节"
        raise LogoUnusable(name, zh, f"it has {size:,} bytes, and {LARGEST_BYTES:,} are allowed")
    return _read(path, name)


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise LogoUnusable(name, f"无法读取（{error.strerror}）", f"it cannot be read ({error.strerror})") from error


def _media_type(name: str, content: bytes) -> str:
    """What the bytes are, whatever the name says. Raises LogoUnusable for anything but a sound PNG, JPEG or SVG."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        _require_harmless(name, content)
        return "image/svg+xml"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=tuple(_MEDIA_TYPES)) as picture:
                _require_modest(name, picture)
                picture.verify()
                return _MEDIA_TYPES[str(picture.format)]
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise LogoUnusable(name, "它不是完好的 PNG、JPEG 或 SVG 图片", "it is no sound PNG, JPEG or SVG") from error


def _require_modest(name: str, picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        zh = f"有 {width} × {height} 个像素，上限为 {MOST_PIXELS:,} 个"
        raise LogoUnusable(name, zh, f"it has {width} × {height} pixels, and {MOST_PIXELS:,} are allowed")


def _require_harmless(name: str, content: bytes) -> None:
    """Raise LogoUnusable for an SVG that could run or load anything."""
    if any(word in content.upper() for word in _DECLARATIONS):
        raise LogoUnusable(
            name, "SVG 含有文档类型、实体、外部样式声明或空字符", "the SVG has declarations or is no UTF-8"
        )
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError) as error:
        raise LogoUnusable(name, f"SVG 不是合格的 XML（{error}）", f"the SVG is no sound XML ({error})") from error
    if root.tag != _SVG:
        raise LogoUnusable(name, "它不是 SVG 图片", "it is no SVG")
    for element in root.iter():
        found = _unsafe_part(element)
        if found:
            raise LogoUnusable(name, f"SVG 含有脚本或外部引用（{found}）", f"the SVG runs or loads something ({found})")


def _unsafe_part(element: ElementTree.Element) -> str:
    """What in an element could run or load something: the element, or one of its attributes; empty where nothing."""
    tag = element.tag.rpartition("}")[2]
    if tag in _UNSAFE_ELEMENTS:
        return f"<{tag}>"
    for attribute, value in element.attrib.items():
        plain = attribute.rpartition("}")[2].lower()
        is_link = plain in ("href", "src") and not _INSIDE.match(value.strip())
        if plain.startswith("on") or is_link or _OUTSIDE.search(value):
            return f"{tag} {plain}"
    return f"<{tag}>" if _OUTSIDE.search(element.text or "") else ""
