"""The time that an export claims to cover, by its title lines, the name of its file or of its sheet."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath

from pipelines.sheets import Sheet

JOINT = r"\s*(?:至|到|~|—+|–|-|_)\s*"
NO_CLAIM = re.compile("导出|打印|生成|制表|报表日期|报表时间|export|printed|generated", re.IGNORECASE)
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def claimed_end(sheet: Sheet, header_row: int) -> dt.date | None:
    """The last day of the time that a title line, else the file's name, else the sheet's name speaks of."""
    titles = [cell for row in sheet.preview[: header_row - 1] for cell in row if not NO_CLAIM.search(cell)]
    for text in (*titles, PurePosixPath(sheet.path).stem, sheet.sheet):
        end = end_in(text)
        if end is not None:
            return end
    return None


def end_in(text: str) -> dt.date | None:
    """The last day of the time that `text` names: 2025年 → 31 December, 2025年1-3月 → 31 March; else None."""
    normal = unicodedata.normalize("NFKC", text).lower()
    for pattern, last_day in READINGS:
        found = pattern.search(normal)
        if found is not None:
            try:
                return last_day(*found.groups())
            except ValueError:
                return None
    return None


def _day(year: str, month: str, day: str) -> dt.date:
    return dt.date(int(year), int(month), int(day))


def _end_of_month(year: str, month: str) -> dt.date:
    days = calendar.monthrange(int(year), int(month))[1] if 1 <= int(month) <= 12 else 0
    return dt.date(int(year), int(month), days)


def _end_of_half(year: str, half: str) -> dt.date:
    return _end_of_month(year, "6" if half == "上" else "12")


def _end_of_quarter(year: str, quarter: str) -> dt.date:
    return _end_of_month(year, str(3 * int(QUARTERS.get(quarter, quarter))))


def _end_of_year(year: str) -> dt.date:
    return dt.date(int(year), 12, 31)


def _reading(pattern: str, last_day: Callable[..., dt.date]) -> tuple[re.Pattern[str], Callable[..., dt.date]]:
    return re.compile(pattern), last_day


READINGS = (
    _reading(rf"20\d\d[-./年]\d{{1,2}}[-./月]\d{{1,2}}日?{JOINT}(20\d\d)[-./年](\d{{1,2}})[-./月](\d{{1,2}})", _day),
    _reading(rf"(?<!\d)20\d{{6}}{JOINT}(20\d\d)(\d\d)(\d\d)(?!\d)", _day),
    _reading(rf"(?<!\d)20\d{{4}}{JOINT}(20\d\d)(\d\d)(?!\d)", _end_of_month),
    _reading(rf"20\d\d[-./年]\d{{1,2}}月?{JOINT}(20\d\d)[-./年](\d{{1,2}})(?!\d)", _end_of_month),
    _reading(rf"(20\d\d)\s*年?\s*\d{{1,2}}\s*月?{JOINT}(\d{{1,2}})\s*月", _end_of_month),
    _reading(r"(20\d\d)\s*年?\s*(上|下)半年", _end_of_half),
    _reading(r"(20\d\d)\s*年?\s*第?([一二三四1-4])季度?", _end_of_quarter),
    _reading(r"(20\d\d)\s*[-_ ]?q([1-4])(?!\d)", _end_of_quarter),
    _reading(r"(20\d\d)\s*年\s*(\d{1,2})\s*月", _end_of_month),
    _reading(rf"(?<!\d)20\d\d年?{JOINT}(20\d\d)(?!\d)(?![-./年]\d)", _end_of_year),
    _reading(r"(?<!\d)(20\d\d)(?!\d)(?![-./年]\s*\d)", _end_of_year),
)
