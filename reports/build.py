"""Figures → documents on disk: compose once, check every number, render each format asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from queries.figures import Figures
from reports.annual import compose
from reports.document import Document
from reports.factcheck import check
from reports.render.press import Press
from workspace import AnnualReportError, Workspace, WrongUse


class YearWithoutData(WrongUse):
    """No loaded event lies in the year asked for."""


class OutputNotWritable(AnnualReportError):
    """The folder of the documents cannot be written."""


@dataclass(frozen=True)
class Built:
    """The document that was composed and the files that hold it."""

    document: Document
    paths: tuple[Path, ...]


def build(
    figures: Figures,
    workspace: Workspace,
    year: int,
    formats: Sequence[str],
    folder: Path,
    press: Press | None = None,
) -> Built:
    """Write the annual summary of `year` into `folder`, one file a format, named annual-report.<format>.

    Every number is re-derived from the figures before anything is written. With a `press` the PDF is set by a second
    process meanwhile. Raises YearWithoutData, reports.factcheck.FactCheckFailed, OutputNotWritable.
    """
    _require_events(figures, year)
    document = compose(figures, workspace, year, press.draw if press else None)
    if press:
        document = press.begin(document)
    check(document, figures)
    renderers = {"html": _html, "pdf": press.pdf if press else _pdf}  # in this order: a press is busy meanwhile
    contents = {name: render(document) for name, render in renderers.items() if name in formats}
    return Built(document, tuple(_written(folder / f"annual-report.{name}", contents[name]) for name in formats))


def _require_events(figures: Figures, year: int) -> None:
    years = figures.years()
    if year not in years:
        known = "、".join(str(known) for known in years) or "—"
        raise YearWithoutData(
            f"{year} 年没有数据，已加载数据的年份为：{known}。请改用 --year，或把该年的导出文件放入 data/raw 后运行 "
            "annual-report load。",
            f"There are no data for {year}; loaded data cover: {known}. Choose another --year, or put the exports of "
            "that year into data/raw and run annual-report load.",
        )


def _pdf(document: Document) -> bytes:
    from reports.render.pdf import render_pdf

    return render_pdf(document)


def _html(document: Document) -> bytes:
    from reports.render.html import render_html

    return render_html(document).encode("utf-8")


def _written(path: Path, data: bytes) -> Path:
    """`path`, replaced whole, so that a reader never meets half a document."""
    beside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputNotWritable(
            f"无法写入 {path}：{error.strerror}。请检查磁盘空间和目录权限，或用 --out 指定别的目录。",
            f"{path} cannot be written: {error.strerror}. Check disk space and permissions, or name another folder "
            "with --out.",
        ) from error
    return path
