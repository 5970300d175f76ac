"""The command line: the table of contents of the product.

Exit codes: 0 done; 1 a file, a check or the fact check says no; 2 wrong use. Messages are in the language of the
report.
"""

from __future__ import annotations

import csv
import json
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer
from typer.exceptions import TyperException

from workspace import (
    AnnualReportError,
    Language,
    Workspace,
    WrongUse,
    create_workspace,
    open_workspace,
)

if TYPE_CHECKING:
    from queries.figures import Figure, Figures
    from reports.commentary import Wish
    from reports.document import Document
    from reports.formats import Layout
    from reports.many import Order
    from reports.render.press import Press

GRAINS = ("month", "quarter")
REVIEW_FORMATS = ("pdf", "html", "pptx")
OUTPUT_FORMATS = ("pdf", "html", "pptx", "xlsx", "docx", "json")


@dataclass(frozen=True)
class Session:
    """What every command starts from: the folder named by -C."""

    root: Path

    def workspace(self) -> Workspace:
        """The opened workspace; its settings are read anew."""
        return open_workspace(self.root)


class Program(typer.core.TyperGroup):
    """Turns an error that the user can mend into its sentence and its exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(ctx)
        except AnnualReportError as error:
            typer.echo(error.sentence.text(_language(ctx)), err=True)
            raise typer.Exit(error.exit_code) from error


app = typer.Typer(
    name="annual-report",
    help="由工单、收费、满意度导出数据生成物业客服年度工作总结。",
    cls=Program,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

YearOption = Annotated[int, typer.Option("--year", help="统计年度，例如 2025。", min=1900, max=9998)]
AsOfOption = Annotated[str | None, typer.Option("--as-of", help="截至日（含当日），例如 2025-06-30。")]
WhereOption = Annotated[list[str] | None, typer.Option("--where", help="筛选条件 k=v，可重复。")]


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("-C", help="工作目录，默认为当前目录。")] = Path(),
) -> None:
    """由工单、收费、满意度导出数据生成物业客服年度工作总结。"""
    context.obj = Session(folder)
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command("init")
def init_workspace(
    context: typer.Context, folder: Annotated[Path, typer.Argument(metavar="DIR", help="新工作目录。")]
) -> None:
    """新建工作目录，含 settings.toml 和 data/raw。"""
    created = create_workspace(cast(Session, context.obj).root / folder)
    typer.echo(f"已建立工作目录 {created}。请把导出文件放入 {created / 'data' / 'raw'}，再运行 annual-report load。")


@app.command("sample")
def write_sample_exports(context: typer.Context) -> None:
    """在空的 data/raw 中写入两年示例数据。"""
    from pipelines.sample import write_sample_workspace

    workspace = cast(Session, context.obj).workspace()
    for path in write_sample_workspace(workspace):
        typer.echo(workspace.relative(path))


@app.command("inspect")
def inspect_exports(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="要查看的导出文件，可多个。")],
    save: Annotated[bool, typer.Option("--save", help="把识别出的对应写入 settings.toml。")] = False,
) -> None:
    """查看每个文件是什么：种类、编码、表头、各列对应的字段、问题。"""
    from pipelines.inspection import inspect_files
    from pipelines.inspection_text import describe_inspection
    from pipelines.saved_mappings import save_mappings

    workspace = cast(Session, context.obj).workspace()
    inspected = inspect_files([path if path.exists() else workspace.root / path for path in files], workspace)
    typer.echo(describe_inspection(inspected, workspace.language))
    if save:
        typer.echo("\n" + save_mappings(inspected, workspace).text(workspace.language))
    if not all(file.is_understood for file in inspected):
        raise typer.Exit(1)


@app.command("load")
def load_exports(context: typer.Context) -> None:
    """读取 data/raw，更新数据仓库，打印每个文件的行数去向。"""
    from pipelines.build import describe, load
    from pipelines.progress import shown_progress

    workspace = cast(Session, context.obj).workspace()
    with shown_progress(workspace.language) as progress:
        report = load(workspace, progress)
    typer.echo(describe(report, workspace.language))


@app.command("check")
def check_data(
    context: typer.Context,
    export: Annotated[
        Path | None, typer.Option("--export", help="把逐行清单写入此目录（CSV，可用 Excel 打开）。")
    ] = None,
) -> None:
    """打印数据质量问题和被隔离的行。"""
    from pipelines.quality import describe_quality, read_quality
    from pipelines.quality_export import export_quality

    workspace = cast(Session, context.obj).workspace()
    typer.echo(describe_quality(read_quality(workspace), workspace.language))
    for path in export_quality(workspace, export) if export else ():
        typer.echo(path)


@app.command("metrics")
def print_metrics(
    context: typer.Context,
    year: YearOption,
    names: Annotated[list[str] | None, typer.Argument(metavar="METRIC", help="指标名，默认全部。")] = None,
    by: Annotated[str | None, typer.Option("--by", help="按切片字段、month 或 quarter 分列。")] = None,
    where: WhereOption = None,
    as_of: AsOfOption = None,
    output_format: Annotated[Literal["table", "json", "csv"], typer.Option("--format", help="输出格式。")] = "table",
) -> None:
    """打印指标数值。"""
    workspace = cast(Session, context.obj).workspace()
    with _open_figures(workspace, as_of) as figures:
        chosen = _chosen_metrics(figures, names or [], by)
        conditions = _conditions(where or [])
        figures.require_known_values(chosen, year, conditions)
        rows = [row for name in chosen for row in _figures_of(figures, name, year, by, conditions)]
        _PRINTERS[output_format](rows, figures)


@app.command("explain")
def explain_metric(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="METRIC", help="指标名。")],
    year: YearOption,
    month: Annotated[int | None, typer.Option("--month", help="月份 1–12。", min=1, max=12)] = None,
    quarter: Annotated[int | None, typer.Option("--quarter", help="季度 1–4。", min=1, max=4)] = None,
    where: WhereOption = None,
    as_of: AsOfOption = None,
    rows: Annotated[bool, typer.Option("--rows", help="逐行列出计入该数的记录。")] = False,
) -> None:
    """说明一个数的口径、SQL、分子分母、区间和来源文件。"""
    from queries.explain import explain, rows_behind
    from queries.explanation_text import describe, rows_as_text

    _require_one_period(month, quarter)
    workspace = cast(Session, context.obj).workspace()
    with _open_figures(workspace, as_of) as figures:
        explanation = explain(figures, name, year, month, _conditions(where or []), quarter)
        typer.echo(describe(explanation, workspace.language))
        if rows:
            typer.echo(rows_as_text(rows_behind(figures, explanation)))


@app.command("build")
def build_report(
    context: typer.Context,
    year: YearOption,
    as_of: AsOfOption = None,
    formats: Annotated[
        str, typer.Option("--format", help="输出格式，以逗号分隔：pdf、html、pptx、xlsx、docx、json。")
    ] = "pdf,html",
    language: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="报告语言。")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="输出目录，默认 reports/output/年度。")] = None,
    archive: Annotated[
        bool, typer.Option("--archive", help="PDF 存为 PDF/A-3a，内附指标数据、口径、SQL 和数据说明。")
    ] = False,
    commentary: Annotated[
        bool, typer.Option("--commentary", help="为还没有的各节建立补充文字的文件（commentary/年度）。")
    ] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="人工文字已按本次数值复核。")] = False,
    layout: Annotated[
        Literal["report", "deck"], typer.Option("--layout", help="PDF 的版式：report 为 A4 报告，deck 为 16:9 幻灯片。")
    ] = "report",
    by: Annotated[
        Literal["community"] | None, typer.Option("--by", help="community：全公司一份，另为每个项目各一份。")
    ] = None,
) -> None:
    """生成年度工作总结（PDF、HTML、幻灯片、工作簿、Word 文档）。"""
    wanted = _chosen_formats(formats)
    if archive:
        _require_report_as_pdf(wanted, layout)
    workspace = cast(Session, context.obj).workspace()
    if language:
        workspace = workspace.in_language(language)
    folder = out or workspace.output(year)
    wish: Wish = "confirm" if confirm else "write" if commentary else "use"
    if by:
        from reports.many import Order

        with _open_figures(workspace, as_of) as figures:
            _build_many(figures, workspace, Order(year, wanted, folder, archive, wish, layout))
        return
    with _press(wanted, layout) as press, _open_figures(workspace, as_of) as figures:
        from reports.build import build  # only now: the press loads its own part meanwhile

        built = build(
            figures, workspace, year, wanted, folder, press, is_archive=archive, commentary=wish, layout=layout
        )
    for path in built.paths:
        typer.echo(workspace.relative(path.resolve()))
    for note in built.notes:
        typer.echo(note.text(workspace.language))
    typer.echo(_key_figures_as_text(built.document))


def _build_many(figures: Figures, workspace: Workspace, order: Order) -> None:
    """The company's report and one a community; a failed one is listed at the end, and the exit code is then 1."""
    from reports.many import build_by_community, failures_as_text

    failed = []
    for outcome in build_by_community(figures, workspace, order):
        for path in outcome.paths:
            typer.echo(workspace.relative(path.resolve()))
        for note in outcome.notes:
            typer.echo(note.text(workspace.language))
        failed += [outcome] if outcome.failure else []
    if failed:
        typer.echo(failures_as_text(failed, workspace.language), err=True)
        raise typer.Exit(1)


@app.command("review")
def review_period(
    context: typer.Context,
    period: Annotated[str, typer.Option("--period", help="月、季度或半年：2025-07、2025-Q3、2025-H1。")],
    as_of: AsOfOption = None,
    formats: Annotated[str, typer.Option("--format", help="输出格式，以逗号分隔：pdf、html、pptx。")] = "pdf,html",
    language: Annotated[Literal["zh", "en"] | None, typer.Option("--lang", help="语言。")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="输出目录，默认 reports/output/期间。")] = None,
) -> None:
    """生成月度、季度或半年的指标回顾（不超过四页）。"""
    from reports.review import last_day, output_folder, read_period
    from reports.review_files import build_review

    wanted = _chosen_formats(formats, REVIEW_FORMATS)
    asked = read_period(period)
    workspace = cast(Session, context.obj).workspace()
    if language:
        workspace = workspace.in_language(language)
    with _open_figures(workspace, as_of, last_day(asked)) as figures:
        for path in build_review(figures, workspace, asked, wanted, out or output_folder(workspace, asked)):
            typer.echo(workspace.relative(path.resolve()))


@app.command("diff")
def compare_runs(
    context: typer.Context,
    before: Annotated[str, typer.Argument(metavar="A", help="先前的：工作目录、.duckdb 文件、.json 报告或年度。")],
    after: Annotated[str, typer.Argument(metavar="B", help="后来的，与 A 同类。")],
    year: Annotated[
        int | None, typer.Option("--year", help="比较两个数据仓库时的统计年度。", min=1900, max=9998)
    ] = None,
    rows: Annotated[bool, typer.Option("--rows", help="列出全部增减和更正的记录编号。")] = False,
    output_format: Annotated[Literal["table", "json"], typer.Option("--format", help="输出格式。")] = "table",
) -> None:
    """比较两次的数值：哪些变了，因为范围、更正、新数据、口径还是业务本身。"""
    from queries.difference_text import as_json, describe
    from reports.runs import compare

    workspace = cast(Session, context.obj).workspace()
    difference = compare(before, after, workspace, year)
    if output_format == "json":
        typer.echo(json.dumps(as_json(difference), ensure_ascii=False, indent=2))
    else:
        typer.echo(describe(difference, workspace.language, with_all_rows=rows))


@app.command("doctor")
def examine_machine(context: typer.Context) -> None:
    """检查本机缺少的组件，并给出补救命令。"""
    from reports.render.machine import examine

    findings = examine()
    language = cast(Session, context.obj).workspace().language
    for finding in findings:
        typer.echo(f"{'✓' if finding.is_present else '✗'} {finding.sentence.text(language)}")
    if not all(finding.is_present for finding in findings):
        raise typer.Exit(1)


class StopRequest:
    """Ctrl-C or SIGTERM: work stops where it is and is cleared away; a second signal ends the process at once."""

    def __init__(self) -> None:
        self.signal_number = 0

    def listen(self) -> None:
        """Take both signals from now on."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def _stop(self, number: int, frame: object) -> None:
        self.signal_number = number
        signal.signal(number, signal.SIG_DFL)
        raise KeyboardInterrupt


def main() -> None:
    """Run the program; ends the process with its exit code, 128 + its number after a signal."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    request = StopRequest()
    request.listen()
    code = _run(request)
    if request.signal_number:
        typer.echo("已按要求停止；数据库完好，未写完的内容已清除。需要时重新运行同一命令。", err=True)
        code = 128 + request.signal_number
    sys.exit(code if isinstance(code, int) else 0)


def _run(request: StopRequest) -> Any:
    """The exit code of the command that was named; what the user can do about an error is on stderr."""
    try:
        return app(standalone_mode=False)
    except TyperException as error:
        typer.echo(f"命令有误：{_usage_sentence(error)}运行 annual-report --help 查看用法。", err=True)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except Exception as error:
        if request.signal_number:  # DuckDB reports an interruption as an error of its own
            return 1
        if sys.flags.dev_mode:
            raise
        typer.echo(
            f"程序内部出错（{type(error).__name__}），数据未受影响。请用 python -X dev -m annual_report 重新运行，"
            "并把显示的内容交给维护人员。",
            err=True,
        )
        return 1


def _usage_sentence(error: TyperException) -> str:
    """What is wrong with the command line. Typer's error classes are private, so they are told apart by name."""
    parameter = getattr(error, "param", None)
    named = str(parameter.opts[0]) if parameter is not None else ""
    match type(error).__name__:
        case "NoSuchOption":
            near = "、".join(sorted(getattr(error, "possibilities", None) or ()))
            return f"没有选项 {getattr(error, 'option_name', '')}。" + (f"相近的选项：{near}。" if near else "")
        case "MissingParameter":
            return f"缺少 {named}。"
        case "BadParameter":
            return f"{named} 的值不能用（{error.message.rstrip('.')}）。"
        case _:
            return error.format_message()


def _language(context: Any) -> Language:
    try:
        return cast(Session, context.obj).workspace().language if context.obj else "zh"
    except AnnualReportError:
        return "zh"


def _open_figures(workspace: Workspace, as_of: str | None, until: date | None = None) -> Figures:
    from queries.figures import open_figures

    return open_figures(workspace, _day(as_of) if as_of else None, until=until)


def _press(formats: Sequence[str], layout: Layout) -> AbstractContextManager[Press | None]:
    """A second process for the report as PDF where one is asked for and the machine has a processor for it."""
    from reports.render.press import Press, is_worthwhile

    return Press() if "pdf" in formats and layout == "report" and is_worthwhile() else nullcontext()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUse(
            f"--as-of 的值 {text!r} 不是日期。请写成 2025-06-30 的样子。",
            f"--as-of {text!r} is not a date. Write it like 2025-06-30.",
        ) from error


def _conditions(pairs: Sequence[str]) -> dict[str, str]:
    conditions = {}
    for pair in pairs:
        key, separator, value = pair.partition("=")
        if not separator or not key:
            raise WrongUse(
                f"--where 的值 {pair!r} 不是 k=v 的形式。例如 --where priority=urgent。",
                f"--where {pair!r} is not of the form k=v. For example --where priority=urgent.",
            )
        conditions[key.strip()] = value.strip()
    return conditions


def _require_one_period(month: int | None, quarter: int | None) -> None:
    if month is not None and quarter is not None:
        raise WrongUse(
            "--month 和 --quarter 只能用一个。请去掉其一。",
            "Only one of --month and --quarter may be given. Leave one out.",
        )


def _chosen_formats(text: str, offered: Sequence[str] = OUTPUT_FORMATS) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [name for name in wanted if name not in offered]
    if unknown or not wanted:
        raise WrongUse(
            f"--format 的值 {text!r} 不可用。可选：{'、'.join(offered)}，以逗号分隔。",
            f"--format {text!r} is not available. Choose from {', '.join(offered)}, separated by commas.",
        )
    return wanted


def _require_report_as_pdf(formats: Sequence[str], layout: Layout) -> None:
    if "pdf" not in formats or layout == "deck":
        raise WrongUse(
            f"--archive 只用于 A4 报告的 PDF，而 --format 为 {','.join(formats)}，--layout 为 {layout}。"
            "请在 --format 中加上 pdf、去掉 --layout deck，或去掉 --archive。",
            f"--archive is for the report as PDF, and --format is {','.join(formats)}, --layout {layout}. "
            "Ask for pdf in the layout report, or leave out --archive.",
        )


def _chosen_metrics(figures: Figures, names: Sequence[str], by: str | None) -> list[str]:
    """The named metrics, or all of them: with `by` a slice, those that have it."""
    if names:
        return [figures.catalog[name].name for name in names]
    has_slice = [metric.name for metric in figures.catalog.values() if by is None or by in (*GRAINS, *metric.slices)]
    if not has_slice:
        raise WrongUse(
            f"没有指标可按 {by!r} 分列。请用 annual-report metrics --year … 查看指标，或改用 month、quarter。",
            f"No metric can be split by {by!r}. Use month, quarter or a slice that a metric's header names.",
        )
    return has_slice


def _figures_of(figures: Figures, name: str, year: int, by: str | None, where: dict[str, str]) -> Sequence[Figure]:
    return figures.by(name, year, by, where) if by else [figures.of(name, year, where)]


def _print_json(rows: Sequence[Figure], figures: Figures) -> None:
    typer.echo(json.dumps([row.to_json() for row in rows], ensure_ascii=False, indent=2))


def _print_csv(rows: Sequence[Figure], figures: Figures) -> None:
    records = [row.to_json() | {"slice": json.dumps(dict(row.slice), ensure_ascii=False)} for row in rows]
    columns = list(dict.fromkeys(key for record in records for key in record))
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)


def _print_table(rows: Sequence[Figure], figures: Figures) -> None:
    from reports.tables import figures_as_text

    typer.echo(figures_as_text(rows, figures))


_PRINTERS: dict[str, Callable[[Sequence[Figure], Figures], None]] = {
    "json": _print_json,
    "csv": _print_csv,
    "table": _print_table,
}


def _key_figures_as_text(document: Document) -> str:
    from reports.tables import key_figures_as_text

    return key_figures_as_text(document)


if __name__ == "__main__":
    main()
