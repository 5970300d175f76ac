"""What exports leave out without saying so: empty months, an early end, a cut at a limit of rows, a thin last year."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from duckdb import DuckDBPyConnection

from pipelines.account import SheetRead, contracts_read
from pipelines.contracts import Contract
from pipelines.report import Issue
from pipelines.sentinels import Sentinel, is_event, known_sentinels
from pipelines.sheets import Sheet
from workspace import Sentence

ROW_LIMITS = frozenset({65_535, 65_536, 1_048_575, 1_048_576})
ALL_YEAR_KINDS = ("tickets", "ticket_events", "bills", "payments", "inspections")
WITNESSES = frozenset(ALL_YEAR_KINDS) - {"bills"}  # bills are written ahead of the time that they cover
MOMENTS = {"bills": "period_start", "surveys": "coalesce(sent_at, answered_at)"}
LAST_DAYS = {"bills": "period_end"}
FEWEST_MONTHS = 4
SMALLEST_SHARE_OF_MONTHS = 0.75
FEWEST_ROWS_A_MONTH = 30  # of older years; the last two are looked at whatever their size
LONGEST_SLACK_DAYS = 7
FEWEST_ROWS_TO_COMPARE = 20
THIN_SHARE = 0.4


@dataclass(frozen=True)
class _Course:
    """When the rows of one kind happened: how many by month and on which days, and the last day of each file."""

    contract: Contract
    rows_by_month: Mapping[dt.date, int]
    days: Sequence[dt.date]
    last_day_by_file: Mapping[int, dt.date]

    @property
    def is_witness(self) -> bool:
        """Whether rows of this kind show how far the exports of all kinds should go."""
        return self.contract.kind in WITNESSES

    @property
    def last_day(self) -> dt.date | None:
        """The newest day over all files."""
        return max(self.last_day_by_file.values(), default=None)

    @property
    def slack_days(self) -> int:
        """Days without a row that are ordinary for the kind: its longest pause in its last year, a week at most."""
        if not self.days:
            return 0
        recent = [day for day in self.days if day > self.days[-1] - dt.timedelta(days=365)]
        pauses = ((later - earlier).days for earlier, later in pairwise(recent))
        return min(max(pauses, default=LONGEST_SLACK_DAYS), LONGEST_SLACK_DAYS)

    def reaches(self, day: dt.date, own: dt.date | None) -> bool:
        """Whether rows that end on `own` go as far as `day`, an ordinary pause aside."""
        return own is not None and own >= day - dt.timedelta(days=self.slack_days)


def completeness_issues(
    connection: DuckDBPyConnection, contracts: Mapping[str, Contract], sheets: Sequence[SheetRead]
) -> Iterator[Issue]:
    """Warnings of what may be missing, each with its place, its value and what to do."""
    reads = {read.file_id: read for read in sheets if read.recognition is not None and read.copy_of is None}
    sentinels = known_sentinels(connection)
    held = contracts_read(connection, contracts)
    courses = [course for contract in held if (course := _course(connection, contract, sentinels))]
    yield from _row_limits(reads.values())
    last_year = max((day.year for course in courses if course.is_witness and (day := course.last_day)), default=None)
    for course in courses:
        yield from _empty_months(course)
        yield from _thin_last_year(course, last_year)
    yield from _early_ends_of_files(courses, reads)
    yield from _early_ends_of_kinds(courses)
    for sentinel in sentinels:
        yield _sentinel_issue(reads[sentinel.file_id], contracts[sentinel.kind], sentinel)


# When things happened


def _course(connection: DuckDBPyConnection, contract: Contract, sentinels: Sequence[Sentinel]) -> _Course | None:
    """None for a kind without rows or without moments."""
    kind = contract.kind
    by_default = sorted(contract.events, key=lambda field: not field.is_required)
    moment = MOMENTS.get(kind) or next((field.name for field in by_default), None)
    if moment is None:
        return None
    days = connection.execute(
        f"select cast({moment} as date) as day, count(*) from latest.{kind} "
        f"where {is_event(kind, moment, sentinels)} group by day order by day"
    ).fetchall()
    last_days = connection.execute(
        f"select source_file_id, cast(max({LAST_DAYS.get(kind, moment)}) as date) from usable.{kind} "
        f"where {is_event(kind, moment, sentinels)} group by source_file_id"
    ).fetchall()
    by_month: Counter[dt.date] = Counter()
    for day, count in days:
        by_month[day.replace(day=1)] += count
    reached = {file_id: day for file_id, day in last_days if day is not None}
    return _Course(contract, by_month, [day for day, _ in days], reached) if days else None


# Months


def _empty_months(course: _Course) -> Iterator[Issue]:
    """Months without a row in a kind whose work goes on all year and that has rows in most months of the same one."""
    if course.contract.kind not in ALL_YEAR_KINDS:
        return
    first, last = min(course.rows_by_month), max(course.rows_by_month)
    years = [
        year
        for year in range(first.year, last.year + 1)
        if _is_monthly(course, _months(first, last, year), is_recent=year >= last.year - 1)
    ]
    if not years:
        return
    empty = [
        month
        for year in range(years[0], years[-1] + 1)
        for month in _months(first, last, year)
        if month not in course.rows_by_month
    ]
    if empty:
        title, spans = course.contract.title, _spans(empty)
        yield Issue(
            "empty_months",
            Sentence(
                f"{title.zh}在 {'、'.join(spans)} 没有一行，前后各月都有。请核对这些月份是否漏导，补齐后重新加载。",
                f"{title.en.capitalize()} have no row in {', '.join(spans)}, though the months around have. "
                "Check whether these months were left out, add them and load again.",
            ),
            severity="warn",
        )


def _months(first: dt.date, last: dt.date, year: int) -> list[dt.date]:
    """The months of a year that lie between two months, both included."""
    return [month for number in range(1, 13) if first <= (month := dt.date(year, number, 1)) <= last]


def _is_monthly(course: _Course, months: Sequence[dt.date], *, is_recent: bool) -> bool:
    counts = [course.rows_by_month[month] for month in months if month in course.rows_by_month]
    is_dense = is_recent or sum(counts) >= FEWEST_ROWS_A_MONTH * len(counts)
    return len(months) >= FEWEST_MONTHS and len(counts) >= SMALLEST_SHARE_OF_MONTHS * len(months) and is_dense


def _spans(months: Sequence[dt.date]) -> list[str]:
    """Months in a row as one span: 2025-03, 2025-07～2025-09."""
    spans: list[list[dt.date]] = []
    for month in months:
        if spans and (month - spans[-1][-1]).days <= 31:
            spans[-1].append(month)
        else:
            spans.append([month])
    return ["～".join(f"{month:%Y-%m}" for month in dict.fromkeys((span[0], span[-1]))) for span in spans]


def _thin_last_year(course: _Course, last_year: int | None) -> Iterator[Issue]:
    """A last year with far fewer rows a month than the year before, over the months from its first row to its last.

    Bills of a year that has hardly begun are no thin year: no year after the last one of all events is looked at.
    """
    year = min(max(course.rows_by_month).year, last_year or dt.date.max.year)
    (rows, rate), (rows_before, rate_before) = (_rows_a_month(course, one) for one in (year, year - 1))
    if rows_before < FEWEST_ROWS_TO_COMPARE or rate >= THIN_SHARE * rate_before:
        return
    title = course.contract.title
    yield Issue(
        "thin_last_year",
        Sentence(
            f"{title.zh} {year} 年有 {rows:,} 行，平均每月 {rate:.1f} 行，不到上年（{rows_before:,} 行，每月 "
            f"{rate_before:.1f} 行）的四成。请核对 {year} 年的导出是否只含部分项目、部分状态或被截断。",
            f"{title.en.capitalize()} have {rows:,} rows in {year}, {rate:.1f} a month, less than two fifths of the "
            f"year before ({rows_before:,} rows, {rate_before:.1f} a month). Check whether the export of {year} was "
            "filtered or cut.",
        ),
        severity="warn",
    )


def _rows_a_month(course: _Course, year: int) -> tuple[int, float]:
    counts = {month.month: count for month, count in course.rows_by_month.items() if month.year == year}
    rows = sum(counts.values())
    return rows, rows / (max(counts) - min(counts) + 1) if counts else 0.0


# Limits of rows


def _row_limits(reads: Iterable[SheetRead]) -> Iterator[Issue]:
    """Sheets with as many rows as a worksheet of Excel can hold, the header counted or not."""
    for read in reads:
        assert read.recognition is not None
        below_header = read.sheet.row_count - read.recognition.header_row
        for count in (count for count in (read.sheet.row_count, below_header) if count in ROW_LIMITS):
            yield Issue("row_limit", _row_limit(read.sheet, count), severity="warn", sheet=read.sheet)
            break


def _row_limit(sheet: Sheet, count: int) -> Sentence:
    return Sentence(
        f"{sheet.place} 恰好 {count:,} 行，是 Excel 一张表的行数上限，后面的数据可能被截断。"
        "请按月或按项目分段重新导出。",
        f"{sheet.place} has exactly {count:,} rows, as many as a worksheet of Excel holds: what follows may be cut "
        "off. Export it again in parts, by month or by community.",
    )


# Early ends


def _early_ends_of_files(courses: Sequence[_Course], reads: Mapping[int, SheetRead]) -> Iterator[Issue]:
    """Files whose name, sheet or title claims a time that their rows do not reach."""
    for course in courses:
        for file_id, day in sorted(course.last_day_by_file.items(), key=lambda item: reads[item[0]].sheet.place):
            read = reads[file_id]
            claimed = read.claimed_end
            if course.contract.kind not in ALL_YEAR_KINDS or claimed is None or claimed >= dt.date.today():
                continue
            if not course.reaches(claimed, day):
                yield Issue("ends_early", _early_end_of_file(read.sheet, day, claimed), "warn", sheet=read.sheet)


def _early_end_of_file(sheet: Sheet, day: dt.date, claimed: dt.date) -> Sentence:
    return Sentence(
        f"{sheet.place} 按名称或标题应到 {claimed}，最新一行却在 {day}。请核对导出时所选的日期范围，或重新导出。",
        f"{sheet.place} should reach {claimed} by its name or title, but its newest row is of {day}. "
        "Check the dates chosen for the export, or export it again.",
    )


def _early_ends_of_kinds(courses: Sequence[_Course]) -> Iterator[Issue]:
    """Kinds that stop before the end of a year to which another kind goes on."""
    watched = [course for course in courses if course.contract.kind in ALL_YEAR_KINDS]
    ends = {course.contract.kind: _last_whole_year(course) for course in watched if course.contract.kind in WITNESSES}
    for course in watched:
        others = {kind: year for kind, year in ends.items() if year and kind != course.contract.kind}
        if not others or course.last_day is None:
            continue
        witness = max(others, key=lambda kind: others[kind])
        if not course.reaches(dt.date(others[witness], 12, 31), course.last_day):
            other = next(each for each in watched if each.contract.kind == witness)
            yield Issue("ends_early", _early_end_of_kind(course, other, others[witness]), severity="warn")


def _last_whole_year(course: _Course) -> int | None:
    """The last year to whose end the rows go."""
    if course.last_day is None:
        return None
    year = course.last_day.year
    return year if course.reaches(dt.date(year, 12, 31), course.last_day) else year - 1


def _early_end_of_kind(course: _Course, other: _Course, year: int) -> Sentence:
    title, witness = course.contract.title, other.contract.title
    return Sentence(
        f"{title.zh}最新到 {course.last_day}，而{witness.zh}已覆盖 {year} 年全年。"
        f"请补导此后的{title.zh}，否则当年数字偏低。",
        f"{title.en.capitalize()} end on {course.last_day}, while {witness.en} cover all of {year}. Export the "
        f"{title.en} after {course.last_day} too, else the year's figures are too low.",
    )


# Moments that stand for an absent one


def _sentinel_issue(read: SheetRead, contract: Contract, sentinel: Sentinel) -> Issue:
    column = read.recognition.column(sentinel.field) if read.recognition else None
    header = column.header if column else sentinel.field
    moment = f"{sentinel.moment:%Y-%m-%d}" if sentinel.moment.time() == dt.time() else f"{sentinel.moment}"
    share = f"{sentinel.same_count:,} / {sentinel.value_count:,}"
    zh = "按空值处理，不计入时长" if sentinel.is_set_aside else "照原样保留，不作为数据截止日"
    en = "they are taken as empty, in no duration" if sentinel.is_set_aside else "they stay, but end no period"
    return Issue(
        "sentinel_date",
        Sentence(
            f"{read.sheet.place} 的“{header}”有 {share} 个值同为 {moment}，疑为系统代填，{zh}。请核对该列。",
            f"{header} of {read.sheet.place} is {moment} in {share} values, which looks filled in by a system; {en}. "
            "Look at that column.",
        ),
        severity="warn",
        sheet=read.sheet,
        field=sentinel.field,
    )
