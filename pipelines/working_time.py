"""The hours of a working day, and in SQL the business clock that runs in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

from pipelines.errors import SettingInvalid

PLACE = "[calendar] working_hours"
SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–—~～至]\s*(\d{1,2}):([0-5]\d)")
SECONDS_OF_DAY = 86_400


@dataclass(frozen=True)
class WorkingHours:
    """The spans of a working day from second to second after midnight, in order and apart; at least one.

    The business clock counts the working seconds since the calendar's first day. SQL that a method returns names a
    row of warehouse.calendar by `day`.
    """

    spans: tuple[tuple[int, int], ...]

    @cached_property
    def seconds(self) -> int:
        """The working seconds of a working day."""
        return sum(end - start for start, end in self.spans)

    def reading(self, moment: str, day: str) -> str:
        """SQL for what the business clock shows at the timestamp `moment`, which is on `day`."""
        second = f"date_diff('second', cast({day}.day as timestamp), {moment})"
        worked = " + ".join(f"least(greatest({second} - {start}, 0), {end - start})" for start, end in self.spans)
        days_before = f"({day}.working_day_number - cast({day}.is_working_day as integer))"
        return f"({self.seconds} * {days_before} + case when {day}.is_working_day then {worked} else 0 end)"

    def working_day_number(self, reading: str) -> str:
        """SQL for the number of the working day on which the business clock comes to show `reading`, above 0."""
        return f"(({reading} + {self.seconds - 1}) // {self.seconds})"

    def moment(self, reading: str, day: str) -> str:
        """SQL for the first timestamp at which the business clock shows `reading`; `day` is its working day."""
        worked = f"({reading} - {self.seconds} * ({day}.working_day_number - 1))"
        ends = accumulate(end - start for start, end in self.spans)
        branches = " ".join(
            f"when {worked} <= {worked_by_end} then {end} - {worked_by_end} + {worked}"
            for (_, end), worked_by_end in zip(self.spans, ends, strict=True)
        )
        return f"(cast({day}.day as timestamp) + to_seconds(case {branches} end))"


def working_hours(settings: Mapping[str, Any]) -> WorkingHours:
    """The [calendar] working_hours of the settings. Raises SettingInvalid, naming the value."""
    texts = settings["calendar"]["working_hours"]
    if not isinstance(texts, list) or not texts:
        raise _invalid(texts, "请至少写一段", "give at least one span")
    spans = tuple(_span(text) for text in texts)
    _check_order(texts, spans)
    return WorkingHours(spans)


def _span(text: Any) -> tuple[int, int]:
    found = SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise _invalid(text, "不是“时:分-时:分”", "it is not hours:minutes-hours:minutes")
    hour, minute, end_hour, end_minute = map(int, found.groups())
    start, end = 3600 * hour + 60 * minute, 3600 * end_hour + 60 * end_minute
    if end > SECONDS_OF_DAY:
        raise _invalid(text, "一天到 24:00 为止", "a day ends at 24:00")
    if start >= end:
        raise _invalid(
            text,
            "开始不早于结束；跨零点的班次请写成两段，如 00:00-06:00 和 22:00-24:00",
            "it ends before it begins; write hours over midnight as two spans, such as 00:00-06:00 and 22:00-24:00",
        )
    return start, end


def _check_order(texts: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
    for (before, after), ((_, end), (start, _)) in zip(pairwise(texts), pairwise(spans), strict=True):
        if start < end:
            raise _invalid(
                f"{before}, {after}",
                "两段重叠或次序颠倒，请按先后排列、互不重叠",
                "the spans overlap or are out of order; write them one after the other",
            )


def _invalid(value: Any, zh: str, en: str) -> SettingInvalid:
    example = 'working_hours = ["09:00-12:00", "13:00-18:00"]'
    return SettingInvalid(
        f"settings.toml 中 {PLACE} 的值 {value} 不能用：{zh}。请改成 {example} 的样子后重新加载。",
        f"{PLACE} in settings.toml is {value}, which cannot be used: {en}. Write it like {example} and load again.",
    )
