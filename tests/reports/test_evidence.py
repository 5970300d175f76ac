"""What stands behind a printed number: small companies whose rows can be counted by eye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from demo_document import sparse_document
from markupsafe import Markup

from queries.catalog import load_catalog
from queries.figures import open_figures
from reports.derivations import _DERIVATIONS
from reports.document import Document, KeyFigures, Paragraph
from reports.evidence import UNLISTED_COLUMNS, Answer, Evidence, gather
from reports.narrative import Writer
from reports.numbers import Address, Quantity, shown
from tests.queries.conftest import write_company
from workspace import Language

TICKETS = """
工单编号,报修时间,工单类型,工单状态,关闭时间,项目,处理人
A1,2024-03-01 09:00,报修,已关闭,2024-03-02 09:00,甲苑,王小明
B1,2025-02-01 09:00,报修,已关闭,2025-02-02 09:00,甲苑,王小明
B2,2025-03-01 09:00,报修,已关闭,2025-03-02 09:00,甲苑,王小明
B3,2025-12-31 09:00,投诉,处理中,,乙苑,李小红
"""
BILLS = """
账单编号,应收金额,账期开始,项目,收费项目
WY251A010203,100.00,2025-01-01,甲苑,物业服务费
"""
SETTINGS = '[report]\nlanguage = "{language}"\naudience = "{audience}"\n'

CLOSED = Address("closure_rate", "2025")
VOLUME = Address("ticket_volume", "2025")
Gather = Callable[..., Evidence]


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Gather:
    """The evidence of a document that prints numbers at the given addresses, from the exports."""

    def evidence(
        *addresses: Address, language: Language = "zh", audience: str = "internal", **exports: str
    ) -> Evidence:
        folder = tmp_path_factory.mktemp("company")
        settings = SETTINGS.format(language=language, audience=audience)
        workspace = write_company(folder, exports or {"tickets": TICKETS, "bills": BILLS}, settings)
        with open_figures(workspace) as figures:
            return gather(printing(*addresses), figures, workspace)

    return evidence


def printing(*addresses: Address) -> Document:
    """A document with one paragraph of numbers."""
    text = Markup("，").join(shown(Quantity(0, "count", address)) for address in addresses)
    document = sparse_document()
    chapter = document.chapters[0]
    section = replace(chapter.sections[0], blocks=(Paragraph(text),))
    overview = KeyFigures("", (), (), Markup(""))
    return replace(document, key_figures=overview, chapters=(replace(chapter, sections=(section,)),))


def ids(answer: Answer) -> list[str]:
    place = answer.rows.columns.index("编号")
    return [row[place] for row in answer.rows.rows]


@pytest.fixture(scope="module")
def small(gathered: Gather) -> Evidence:
    """Numbers of three tickets of the year, one of the year before, and one bill."""
    return gathered(
        CLOSED,
        CLOSED.of("previous"),
        CLOSED.of("numerator"),
        CLOSED.of("details:force_closed_count"),
        Address("closure_rate", "2025-03"),
        Address("ticket_volume", "2025", (("kind", "complaint"),)),
        Address("amount_due", "2025"),
        Address("data", "2025", (), "rows:kept"),
    )


def test_an_answer_says_what_the_figure_is(small: Evidence) -> None:
    """Definition, value, the two numbers it is divided from, last year, the statement with what is bound to it."""
    answer = small.answers[CLOSED]
    facts = dict(answer.facts)
    assert answer.title == "工单闭环率"
    assert facts["口径"].startswith("统计期内受理的工单")
    assert facts["数值"] == "66.7%，计入 3 行"
    assert facts["分子 ÷ 分母"] == "2 ÷ 3"
    assert facts["上年同期"].startswith("100%，截至 2024 年")
    assert "from warehouse.tickets" in answer.statement
    assert "$start = 2025-01-01 00:00:00" in answer.parameters
    assert answer.files[0].startswith("tickets.csv")


def test_its_rows_are_those_that_it_counts(small: Evidence) -> None:
    """Of the year, of one month, of one slice; all of them where they are few."""
    assert ids(small.answers[CLOSED]) == ["B1", "B2", "B3"]
    assert small.answers[CLOSED].rows.note == "共 3 行"
    assert ids(small.answers[Address("closure_rate", "2025-03")]) == ["B2"]
    assert ids(small.answers[Address("ticket_volume", "2025", (("kind", "complaint"),))]) == ["B3"]


def test_last_years_number_shows_last_years_rows(small: Evidence) -> None:
    """A number of the year before is explained by that year's figure."""
    answer = small.answers[CLOSED.of("previous")]
    assert ids(answer) == ["A1"]
    assert answer.scope == "2024"
    assert dict(answer.facts)["数值"] == "100%，计入 1 行"


def test_numbers_of_one_figure_share_its_answer(small: Evidence) -> None:
    """Numerator and details are told apart by their statistic, not by another answer."""
    assert small.answers[CLOSED.of("numerator")] is small.answers[CLOSED]
    assert small.statistics[CLOSED] == ""
    assert small.statistics[CLOSED.of("numerator")] == "分子"
    assert small.statistics[CLOSED.of("previous")] == "上年数值"
    assert small.statistics[CLOSED.of("details:force_closed_count")] == "强制结单件数"


def test_long_lists_are_cut_and_say_so(gathered: Gather) -> None:
    """Of sixty rows the first fifty are there, with the number of all."""
    lines = [f"T{number:02d},2025-05-01 09:{number:02d},报修,处理中,,甲苑" for number in range(60)]
    tickets = "\n".join(["工单编号,报修时间,工单类型,工单状态,关闭时间,项目", *lines])
    answer = gathered(VOLUME, tickets=tickets).answers[VOLUME]
    assert ids(answer) == [f"T{number:02d}" for number in range(50)]
    assert answer.rows.note == "显示前 50 行，共 60 行"


def test_nothing_in_the_rows_names_a_person_or_a_flat(small: Evidence) -> None:
    """Handlers are not listed, not even as pseudonyms; of a bill's number only the beginning is left."""
    assert "处理人" not in small.answers[CLOSED].rows.columns
    assert "handler" in UNLISTED_COLUMNS
    assert ids(small.answers[Address("amount_due", "2025")]) == ["WY25****"]
    texts = str(small)
    assert "王小明" not in texts and "010203" not in texts


def test_owners_get_no_rows(gathered: Gather) -> None:
    """A report for owners says how many rows there are and lists none."""
    rows = gathered(VOLUME, audience="owners").answers[VOLUME].rows
    assert rows.rows == ()
    assert rows.note == "共 3 行，本版不列明细"


def test_numbers_of_the_account_lead_to_its_lines(small: Evidence) -> None:
    """Rows kept are listed by file."""
    rows = small.answers[Address("data", "2025", (), "rows:kept")].rows
    kept = rows.columns.index("纳入")
    assert {row[0]: row[kept] for row in rows.rows} == {"bills.csv": "1", "tickets.csv": "4"}


def test_english_answers_hold_no_chinese_of_ours(gathered: Gather) -> None:
    """Facts and headings are in the report's language; the data's own words stay."""
    answer = gathered(CLOSED, language="en").answers[CLOSED]
    ours = [answer.title, answer.scope, answer.rows.note, *answer.rows.columns, *(name for name, _ in answer.facts)]
    assert all(text.isascii() or "÷" in text for text in ours), ours
    assert dict(answer.facts)["Value"] == "66.7%, 3 rows counted"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_statistic_has_a_word(language: Language) -> None:
    """Whatever can be derived can be named when a reader opens it."""
    known = Writer(language, 2025)._labels["statistic"]
    assert not [name for name in _DERIVATIONS if name not in known and name != "value"]


def test_every_column_of_a_figures_details_has_a_chinese_word() -> None:
    """What a metric shows apart is not left in the words of its SQL."""
    known = Writer("zh", 2025)._labels["evidence_column"]
    names = {name for metric in load_catalog().values() for name in (*metric.details, *_set_apart(metric.set_apart))}
    assert not sorted(names - known.keys())


def _set_apart(reasons: tuple[str, ...]) -> list[str]:
    return [f"{reason}_count" for reason in reasons]


def test_both_languages_name_the_same_things() -> None:
    """The words of the page and of the panel are complete in English."""
    chinese, english = (Writer(language, 2025)._labels for language in ("zh", "en"))
    for group in ("layout", "evidence", "statistic"):
        assert chinese[group].keys() == english[group].keys()
