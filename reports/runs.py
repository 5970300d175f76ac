"""Two runs to be compared, as a user names them: two warehouses, two reports written as JSON, or two years."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from queries.catalog import load_catalog
from queries.difference import Difference, between_warehouses, between_years
from queries.difference_of_reports import between_reports
from queries.figures import Figures, open_figures
from workspace import Workspace, WrongUse, open_workspace

DATABASE, REPORT = ".duckdb", ".json"


class NotComparable(WrongUse):
    """What was named is no run, or the two are not of one sort."""


def compare(before: str, after: str, workspace: Workspace, year: int | None) -> Difference:
    """The difference between two runs of one sort.

    Raises NotComparable, queries.difference.YearsApart, queries.figures.NoWarehouse.
    """
    if before.isdigit() and after.isdigit():
        with open_figures(workspace) as figures:
            return between_years(figures, int(before), int(after))
    if before.endswith(REPORT) and after.endswith(REPORT):
        return between_reports(_report(before), _report(after), workspace.language)
    if REPORT in (Path(before).suffix, Path(after).suffix) or before.isdigit() or after.isdigit():
        raise NotComparable(
            f"{before} 与 {after} 不是同一类，无法比较。"
            "请给出两个工作目录、两个 .duckdb 文件、两个 .json 报告或两个年度。",
            f"{before} and {after} are not of one sort. Name two folders, two .duckdb files, two .json reports or two "
            "years.",
        )
    if year is None:
        raise NotComparable(
            "比较两个数据仓库要写明年度。请加上 --year，例如 --year 2025。",
            "Comparing two warehouses takes a year. Add --year, for example --year 2025.",
        )
    return _of_warehouses(before, after, workspace, year)


def _of_warehouses(before: str, after: str, workspace: Workspace, year: int) -> Difference:
    earlier, later = _workspace_of(before, workspace), _workspace_of(after, workspace)
    rules = {"parameters": earlier.settings.get("parameters", {})}
    by_earlier_rules = replace(later, settings={**later.settings, **rules})
    with (
        _figures(before, earlier) as first,
        _figures(after, by_earlier_rules) as second,
        _figures(after, later) as third,
    ):
        return replace(between_warehouses(first, second, third, year), before=before, after=after)


def _workspace_of(named: str, workspace: Workspace) -> Workspace:
    """The folder itself; a database file stands alone and is read by the settings of the current workspace."""
    if named.endswith(DATABASE):
        return workspace
    return open_workspace(Path(named)).in_language(workspace.language)


@contextmanager
def _figures(named: str, workspace: Workspace) -> Iterator[Figures]:
    if not named.endswith(DATABASE):
        with open_figures(workspace) as figures:
            yield figures
        return
    path = Path(named)
    if not path.is_file():
        raise NotComparable(
            f"找不到数据库文件 {named}。请检查路径。", f"There is no database file {named}. Check the path."
        )
    try:
        figures = Figures(duckdb.connect(path, read_only=True), workspace, load_catalog())
    except duckdb.Error as error:
        raise NotComparable(
            f"{named} 不是本程序写成的数据仓库（{type(error).__name__}）。请换成 load 生成的 .duckdb 文件。",
            f"{named} is no warehouse of this program ({type(error).__name__}). Name a .duckdb file that load wrote.",
        ) from error
    with figures:
        yield figures


def _report(named: str) -> Mapping[str, Any]:
    try:
        held = json.loads(Path(named).read_text(encoding="utf-8"))
        if not {"report", "definitions", "figures", "exports"} <= set(held):
            raise KeyError("figures")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotComparable(
            f"{named} 不是本程序写成的报告（{type(error).__name__}）。请用 build --format json 生成。",
            f"{named} is no report of this program ({type(error).__name__}). Write one with build --format json.",
        ) from error
    checked: Mapping[str, Any] = held
    return checked
