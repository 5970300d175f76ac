"""The presentation that slides are added to: our own plain one, or the company's template file."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.util import Inches

from workspace import AnnualReportError

WIDTH_INCHES, HEIGHT_INCHES = 13.333, 7.5
MOST_BYTES = 300_000_000  # unpacked; a template with pictures has a few dozen million
_OUTSIDE = re.compile(rb"<Relationship [^>]*TargetMode=\"External\"[^>]*>")
_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)


class TemplateUnusable(AnnualReportError):
    """The presentation file that report.template names cannot serve as a template."""

    def __init__(self, path: Path, reason_zh: str, reason_en: str) -> None:
        super().__init__(
            f"设置 report.template 所指的 {path.name} 不能用作幻灯片模板：{reason_zh}。"
            "请换成 PowerPoint 的 .pptx 文件，或去掉这一行。",
            f"{path.name}, which report.template names, cannot serve as a template: {reason_en}. "
            "Name a .pptx file of PowerPoint, or remove the line.",
        )


def open_presentation(template: Path | None) -> Any:
    """An empty presentation. Raises TemplateUnusable."""
    if template is None:
        presentation = pptx.Presentation()
        presentation.slide_width, presentation.slide_height = Inches(WIDTH_INCHES), Inches(HEIGHT_INCHES)
        return presentation
    _require_readable(template)
    try:
        presentation = pptx.Presentation(str(template))
    except (PackageNotFoundError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise TemplateUnusable(template, "不是完好的 .pptx 文件", "it is no whole .pptx file") from error
    if not any(title_of(layout) is not None for layout in presentation.slide_layouts):
        raise TemplateUnusable(template, "没有带标题的版式", "no layout has a title")
    _remove_slides(presentation)
    return presentation


def layout_for(presentation: Any, kind: str) -> Any:
    """The layout for a kind of slide: by what it offers, for the names of layouts differ from language to language."""
    titled = [layout for layout in presentation.slide_layouts if title_of(layout) is not None]
    centred = [one for one in titled if title_of(one).placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE]
    if kind == "cover" and centred:
        return centred[0]
    plain = sorted((one for one in titled if one not in centred), key=lambda one: len(_others(one)))
    return (plain or titled)[0]


def title_of(layout: Any) -> Any:
    """The title of a layout; None without one."""
    return next((one for one in layout.placeholders if one.placeholder_format.type in _TITLES), None)


def _others(layout: Any) -> list[Any]:
    own = (*_TITLES, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
    return [one for one in layout.placeholders if one.placeholder_format.type not in own]


def _require_readable(template: Path) -> None:
    if not template.is_file():
        raise TemplateUnusable(template, "文件不存在", "there is no such file")
    try:
        with zipfile.ZipFile(template) as package:
            size = sum(part.file_size for part in package.infolist())
            names = package.namelist()
            is_linked = size <= MOST_BYTES and any(
                _links_outside(package.read(name)) for name in names if name.endswith(".rels")
            )
    except (zipfile.BadZipFile, OSError) as error:
        raise TemplateUnusable(template, "不是完好的 .pptx 文件", "it is no whole .pptx file") from error
    if size > MOST_BYTES:
        raise TemplateUnusable(template, "解压后过大", "it unpacks to too much")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise TemplateUnusable(template, "含有宏", "it holds macros")
    if is_linked:
        raise TemplateUnusable(template, "引用了文件以外的内容", "it links to what lies outside of the file")


def _links_outside(relations: bytes) -> bool:
    """Whether a part fetches anything from elsewhere when it is opened; a hyperlink waits to be clicked."""
    return any(b"hyperlink" not in one for one in _OUTSIDE.findall(relations))


def _remove_slides(presentation: Any) -> None:
    """Take a template's own slides away, together with their parts."""
    slides = presentation.slides._sldIdLst
    for slide in list(slides):
        presentation.part.drop_rel(slide.rId)
        slides.remove(slide)


def colour_of(colour: str) -> RGBColor:
    """A colour #rrggbb as the presentation writes it."""
    parsed: RGBColor = RGBColor.from_string(colour.lstrip("#").upper())
    return parsed
