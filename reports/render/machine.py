"""What a machine needs to render a report, and the command that mends what it lacks."""

from __future__ import annotations

import ctypes.util
from dataclasses import dataclass

from reports.render.fonts import chinese_font
from workspace import Sentence


@dataclass(frozen=True)
class MachineFinding:
    """One thing that a report needs, whether it is there, and the sentence to print."""

    is_present: bool
    sentence: Sentence


def examine() -> list[MachineFinding]:
    """Look for the system libraries and the Chinese font; every absence names its remedy."""
    return [
        _library("pango-1.0", "libpango-1.0-0", "Pango", "PDF 排版", "sets the PDF"),
        _library("pangoft2-1.0", "libpangoft2-1.0-0", "PangoFT2", "PDF 排版", "sets the PDF"),
        _library("harfbuzz-subset", "libharfbuzz-subset0", "HarfBuzz subset", "字体子集化", "subsets the fonts"),
        _font(),
    ]


def _library(name: str, package: str, title: str, purpose_zh: str, purpose_en: str) -> MachineFinding:
    found = ctypes.util.find_library(name)
    if found:
        return MachineFinding(True, Sentence(f"{title}（{purpose_zh}）：{found}", f"{title} ({purpose_en}): {found}"))
    return MachineFinding(
        False,
        Sentence(
            f"缺少 {title}（{purpose_zh}）。补救：apt-get install -y {package}",
            f"{title} ({purpose_en}) is missing. Remedy: apt-get install -y {package}",
        ),
    )


def _font() -> MachineFinding:
    font = chinese_font()
    if not font.is_packaged:
        return MachineFinding(True, Sentence(f"中文字体：{font.family}", f"Chinese font: {font.family}"))
    return MachineFinding(
        False,
        Sentence(
            f"没有系统中文字体，报告改用自带的 {font.family}（无粗体）。补救：apt-get install -y fonts-noto-cjk",
            f"No Chinese system font; reports use the packaged {font.family}, which has no bold. "
            "Remedy: apt-get install -y fonts-noto-cjk",
        ),
    )
