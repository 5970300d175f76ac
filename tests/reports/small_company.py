"""A small company whose year can be added up by eye, loaded from exports like any other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.build import load
from queries.figures import Figures, open_figures
from reports.annual import compose
from reports.document import Document
from workspace import Workspace, open_workspace

KINDS = ("repair", "repair", "complaint")
SETTINGS = """
[report]
organisation = "云栖物业服务有限公司"
department = "客户服务部"

[[target]]
metric = "closure_rate"
year = 2025
value = 0.9
"""


def tickets() -> str:
    """72 tickets a year, six a month, alternately in two communities; each ninth one is not closed."""
    lines = ["ticket_id,opened_at,kind,category,status,resolved_at,closed_at,community,priority"]
    for year in (2024, 2025):
        for number in range(72):
            day = f"{year}-{1 + number // 6:02d}-{1 + number % 6:02d}"
            status, end = ("open", "") if number % 9 == 0 else ("closed", f"{day} 15:00")
            place, kind = "东园西园"[number % 2 * 2 :][:2], KINDS[number % 3]
            lines.append(f"T{year}-{number},{day} 09:00,{kind},水电燃气,{status},{end},{end},{place},urgent")
    return "\n".join(lines)


def bills() -> str:
    """Forty bills of 100.10 yuan a year; the last four of each year are unpaid."""
    rows = [
        f"A{number}-{year},物业服务费,东园,{100 + number},{year}-01-01,{year}-12-31,{year}-03-31,100.10"
        for year in (2024, 2025)
        for number in range(40)
    ]
    return "\n".join(["bill_id,fee_item,community,room,period_start,period_end,due_on,amount_due", *rows])


def payments() -> str:
    """The payments of those bills."""
    rows = [f"P{n}-{year},A{n}-{year},{year}-04-01,100.10" for year in (2024, 2025) for n in range(36)]
    return "\n".join(["payment_id,bill_id,paid_on,amount", *rows])


@dataclass(frozen=True)
class SmallCompany:
    """The loaded workspace, its figures, and the report of 2025."""

    workspace: Workspace
    figures: Figures
    document: Document


@contextmanager
def small_company(folder: Path) -> Iterator[SmallCompany]:
    """The company in `folder`, loaded and its report composed."""
    raw = folder / "data" / "raw"
    raw.mkdir(parents=True)
    for name, text in (("tickets", tickets()), ("bills", bills()), ("payments", payments())):
        (raw / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    (folder / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    workspace = open_workspace(folder)
    load(workspace)
    with open_figures(workspace) as figures:
        yield SmallCompany(workspace, figures, compose(figures, workspace, 2025))
