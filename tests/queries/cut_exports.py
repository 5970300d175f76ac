"""The sample's exports as they would have been on an earlier day, cut cell by cell and apart from the loader.

Rows that begin later go. A moment that came later is blanked, and with it what came to be known then: a state, a
rating, an amount waived. What nothing dates stays as it is. A bill that has been paid is known before its period
begins.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import fastexcel

Row = list[str]

BEGINNINGS = {
    "报事时间", "报修时间", "操作时间", "账期开始", "收款日期", "调整日期", "发放日期", "计划日期",
    "发生时间", "演练日期", "考核月份", "活动日期", "发布日期", "培训日期", "服务日期",
}  # fmt: skip
STATES = ("工单状态", "状态", "任务状态", "关闭方式")
ANSWERS = ("总体满意度", "客服接待", "维修服务", "环境保洁", "秩序维护", "绿化养护", "推荐意愿", "意见建议")
MOMENTS: Mapping[str, tuple[str, ...]] = {
    "派单时间": (),
    "响应时间": (),
    "到场时间": (),
    "查明原因时间": (),
    "方案出具时间": (),
    "整改完成时间": (),
    "约谈时间": (),
    "雨停时间": (),
    "完成时间": STATES,
    "回访时间": (),
    "关闭时间": STATES,
    "撤单时间": STATES,
    "重开时间": ("重开次数",),
    "评价时间": ("满意度评分",),
    "减免日期": ("减免金额（元）",),
    "冲抵日期": ("冲抵金额（元）",),
    "答卷时间": ANSWERS,
    "恢复时间": ("停运小时数",),
}
"""A moment, and what came to be known at it."""


def write_exports_cut(raw: Path, target: Path, last_day: date) -> None:
    """Write every export of `raw` into `target` as CSV, as it would have been at the end of `last_day`."""
    sheets = dict(_sheets(raw))
    payments = [row for name, rows in sheets.items() if name.startswith("收款流水") for row in cut_rows(rows, last_day)]
    paid = {bill_id for _, bill_id, *_ in payments}
    for name, rows in sheets.items():
        kept = cut_rows(rows, last_day, paid if name.startswith("应收账单") else ())
        with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(kept)


def cut_rows(rows: Sequence[Row], last_day: date, known: Container[str] = ()) -> list[Row]:
    """The rows of one sheet without what came after `last_day`; those above and of the header as they are.

    A row whose first cell is among the `known` stays, whenever it begins.
    """
    position = next((place for place, row in enumerate(rows) if BEGINNINGS & set(row)), len(rows) - 1)
    header = rows[position]
    begins = [header.index(name) for name in BEGINNINGS & set(header)]
    return [
        *rows[: position + 1],
        *(
            _blanked(header, row, last_day)
            for row in rows[position + 1 :]
            if row[0] in known or not any(_is_later(row[place], last_day) for place in begins)
        ),
    ]


def _blanked(header: Row, row: Row, last_day: date) -> Row:
    later = [name for name in header if name in MOMENTS and _is_later(row[header.index(name)], last_day)]
    gone = {*later, *(known for name in later for known in MOMENTS[name])}
    return ["" if name in gone else cell for name, cell in zip(header, row, strict=True)]


def _is_later(cell: str, last_day: date) -> bool:
    moment = _read_moment(cell)
    return moment is not None and moment.date() > last_day


def _read_moment(cell: str) -> datetime | None:
    """A moment from its digits, or from the days that a spreadsheet counts; None where it is neither."""
    text = unicodedata.normalize("NFKC", cell)
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return datetime(1899, 12, 30) + timedelta(days=float(text))
    parts = [int(digits) for digits in re.findall(r"\d+", text)]
    try:
        return datetime(*(*parts, 1)[:3]) if len(parts) >= 2 else None
    except ValueError:
        return None


def _sheets(raw: Path) -> Iterator[tuple[str, list[Row]]]:
    for path in sorted(raw.iterdir()):
        if path.suffix == ".csv":
            yield path.stem, list(csv.reader(_decoded(path.read_bytes()).splitlines()))
            continue
        workbook = fastexcel.read_excel(path)
        for sheet in workbook.sheet_names:
            if not sheet.endswith("说明"):
                cells = workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_arrow()
                yield f"{path.stem}_{sheet}", [[cell or "" for cell in row.values()] for row in cells.to_pylist()]


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
