"""Figures → documents on disk: compose once, check every number, render each format asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from queries.figures import Figures
from reports.annual import compose
from reports.archive import collect
from reports.audience import audience_of, seen_by
from reports.commentary import Remarks, Wish, folder_of, keep_confirmed, notes_on, remarked
from reports.derivations import Ledger
from reports.document import Chart, Document
from reports.factcheck import check
from reports.formats import Layout, file_name, manuscript, render
from reports.render.glyphs import require_glyphs
from reports.render.press import Press
from workspace import AnnualReportError, Sentence, Workspace, WrongUse


class YearWithoutData(WrongUse):
    """No loaded event lies in the year asked for."""


class OutputNotWritable(AnnualReportError):
    """The folder of the documents cannot be written."""


@dataclass(frozen=True)
class Built:
    """The document that was composed and the files that hold it."""

    document: Document
    paths: tuple[Path, ...]
    notes: tuple[Sentence, ...] = ()


def build(
    figures: Figures,
    workspace: Workspace,
    year: int,
    formats: Sequence[str],
    folder: Path,
    press: Press | None = None,
    *,
    is_archive: bool = False,
    commentary: Wish = "use",
    layout: Layout = "report",
) -> Built:
    """Write the annual summary of `year` into `folder`, one file a format, named by formats.file_name.

    Every number is re-derived from the figures before anything is written. With a `press` the PDF is set by a second
    process meanwhile. The PDF of an archive is PDF/A-3a and carries its evidence inside. Raises YearWithoutData,
    GlyphsMissing, reports.factcheck.FactCheckFailed, OutputNotWritable.
    """
    figures = seen_by(figures, audience_of(workspace))
    require_events(figures, year)
    texts = folder_of(workspace, year)
    remarks = composed(figures, workspace, year, texts, commentary, press.draw if press else None)
    document = remarks.document
    archive = collect(document, figures, workspace) if is_archive else None
    if press:
        document = press.begin(document, archive)
    require_glyphs(document)
    check(document, figures)
    held = manuscript(document, figures, workspace, tuple(formats), layout, archive)
    contents = {name: render(name, held) for name in formats if name != "pdf"}
    if "pdf" in formats:  # last: a press is busy with it meanwhile
        contents["pdf"] = press.pdf(document, archive) if press else render("pdf", held)
    paths = tuple(written(folder / file_name(name, layout), contents[name]) for name in formats)
    keep_confirmed(remarks, texts)
    return Built(document, paths, tuple(notes_on(remarks)))


def composed(
    figures: Figures,
    workspace: Workspace,
    year: int,
    texts: Path,
    commentary: Wish,
    on_chart: Callable[[Chart], None] | None = None,
) -> Remarks:
    """The report of one year with what people wrote in the folder `texts`.

    Raises CommentaryWrong and what compose raises.
    """
    document = compose(figures, workspace, year, on_chart)
    return remarked(document, Ledger(figures, year), texts, commentary)


def require_events(figures: Figures, year: int) -> None:
    """Raise YearWithoutData unless something was loaded of the year."""
    years = figures.years()
    if year not in years:
        known = "、".join(str(known) for known in years) or "—"
        raise YearWithoutData(
            f"{year} 年没有数据，已加载数据的年份为：{known}。请改用 --year，或把该年的导出文件放入 data/raw 后运行 "
            "annual-report load。",
            f"There are no data for {year}; loaded data cover: {known}. Choose another --year, or put the exports of "
            "that year into data/raw and run annual-report load.",
        )


def written(path: Path, data: bytes) -> Path:
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
