"""What a load did: the account of every row, and how it is printed for a person."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipelines.messages import OUTCOMES
from workspace import Language, Sentence

if TYPE_CHECKING:
    from pipelines.sheets import Sheet

Severity = Literal["fail", "warn", "note"]
MOST_ISSUES_PRINTED = 12
TEXT_COLUMNS = 2


@dataclass(frozen=True)
class RowAccount:
    """What became of the rows of one sheet; the five outcomes add up to `rows_read`."""

    file_id: int
    path: str
    sheet: str
    kind: str | None
    rows_read: int
    kept: int
    duplicate: int
    total: int
    not_data: int
    quarantined: int

    @property
    def outcomes(self) -> tuple[int, ...]:
        """The five outcomes in the order of messages.OUTCOMES."""
        return (self.kept, self.duplicate, self.total, self.not_data, self.quarantined)


@dataclass(frozen=True)
class Issue:
    """One thing in doubt and its place; without a `sheet` it concerns all exports of a kind."""

    code: str
    sentence: Sentence
    severity: Severity = "note"
    sheet: Sheet | None = None
    row_number: int | None = None
    field: str | None = None
    masked_value: str | None = None


@dataclass(frozen=True)
class IssueSummary:
    """The issues of one kind in one sheet: how many, and the first of them in words."""

    path: str
    sheet: str
    severity: Severity
    code: str
    count: int
    sentence: Sentence


@dataclass(frozen=True)
class CheckResult:
    """One check of the finished warehouse."""

    name: str
    severity: Severity
    rows_found: int
    sentence: Sentence


@dataclass(frozen=True)
class LoadReport:
    """What a load read, kept and could not use. `row_counts` holds the rows of each warehouse table."""

    database: Path
    files: tuple[RowAccount, ...]
    issues: tuple[IssueSummary, ...]
    checks: tuple[CheckResult, ...]
    row_counts: dict[str, int]
    kind_titles: dict[str, Sentence]


WORDS = {
    "file": Sentence("文件", "File"),
    "kind": Sentence("种类", "Kind"),
    "rows": Sentence("读入行", "Rows read"),
    "sum": Sentence("合计", "All"),
    "passed_over": Sentence("未读", "passed over"),
    "issues": Sentence("需要留意", "To note"),
    "more": Sentence(
        "另有 {count} 类问题，运行 annual-report check 查看。", "{count} more kinds of issues: run annual-report check."
    ),
    "checks": Sentence(
        "数据检查：{passed} 项通过，{found} 项有提示。", "Checks: {passed} passed, {found} with remarks."
    ),
    "all_accounted": Sentence(
        "每一行都有去向：读入 {rows} 行，五项相加相符。",
        "Every row is accounted for: {rows} read, the five outcomes add up.",
    ),
}


def describe(report: LoadReport, language: Language) -> str:
    """The row account, issues and checks of a load as text for a terminal."""
    parts = [_account_table(report, language)]
    rows = sum(account.rows_read for account in report.files)
    parts.append(WORDS["all_accounted"].text(language).format(rows=f"{rows:,}"))
    if report.issues:
        parts.append(_issues(report.issues, language, MOST_ISSUES_PRINTED))
    parts.append(_checks(report.checks, language))
    return "\n\n".join(parts)


def _account_table(report: LoadReport, language: Language) -> str:
    outcomes = [sentence.text(language) for sentence in OUTCOMES.values()]
    heading = [WORDS[name].text(language) for name in ("file", "kind", "rows")] + outcomes
    rows = [_account_row(account, report, language) for account in report.files]
    sums = [sum(account.rows_read for account in report.files)]
    sums += [sum(column) for column in zip(*(account.outcomes for account in report.files), strict=True)]
    footer = [WORDS["sum"].text(language), "", *(f"{number:,}" for number in sums)]
    return _aligned([heading, *rows, footer])


def _account_row(account: RowAccount, report: LoadReport, language: Language) -> list[str]:
    name = f"{account.path} [{account.sheet}]" if account.sheet else account.path
    title = report.kind_titles.get(account.kind or "", WORDS["passed_over"]).text(language)
    return [name, title, *(f"{number:,}" for number in (account.rows_read, *account.outcomes))]


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(display_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(_cells(row, widths)) for row in rows]
    rule = "─" * display_width(lines[0])
    return "\n".join(line.rstrip() for line in (lines[0], rule, *lines[1:-1], rule, lines[-1]))


def _cells(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """File and kind aligned left, numbers right."""
    for column, (text, width) in enumerate(zip(row, widths, strict=True)):
        padding = " " * (width - display_width(text))
        yield text + padding if column < TEXT_COLUMNS else padding + text


def display_width(text: str) -> int:
    """Columns of a terminal that `text` takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _issues(issues: Sequence[IssueSummary], language: Language, most: int) -> str:
    lines = [f"{WORDS['issues'].text(language)}:" if language == "en" else f"{WORDS['issues'].text(language)}："]
    lines += [f"  · {issue.sentence.text(language)}" for issue in issues[:most]]
    if len(issues) > most:
        lines.append("  " + WORDS["more"].text(language).format(count=len(issues) - most))
    return "\n".join(lines)


def _checks(checks: Sequence[CheckResult], language: Language) -> str:
    found = [check for check in checks if check.rows_found]
    line = WORDS["checks"].text(language).format(passed=len(checks) - len(found), found=len(found))
    return "\n".join([line, *(f"  · {check.sentence.text(language)}" for check in found)])
