"""The conventions that only the whole document can break: headings, levels, references, marks of hand-entered figures.

A sentence is judged where it is written (reports.prose_rules); this is judged once the chapters stand together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from reports.document import Block, Card, Chapter, Chart, Document, NumberedList, Paragraph, Section, Table
from reports.prose_rules import ProseRuleBroken, Violation, heading_violations, plain_words
from workspace import Language

REFERENCE = re.compile(r'<a class="reference" href="#([^"]+)"')
HAND_ENTERED = 'class="figure hand_entered"'
MARKS: dict[Language, str] = {"zh": "人工填报", "en": "entered by hand"}


def require_conventions(document: Document) -> None:
    """Raise ProseRuleBroken naming the first words of the document that break a convention."""
    for words, broken in broken_conventions(document):
        raise ProseRuleBroken(plain_words(words, document.language), broken)


def broken_conventions(document: Document) -> Iterator[tuple[str, Violation]]:
    """The words of the document that break a convention, with the reason."""
    for chapter in (*document.chapters, *document.appendices):
        yield from _levels(chapter, document.language)
        for section in chapter.sections:
            yield from _headings(section, document.language)
            yield from _unmarked(section.blocks, document.language)
    yield from _cited_too_late(document)
    yield from _unmarked([card for row in document.key_figures.rows for card in row.cards], document.language)


def _levels(chapter: Chapter, language: Language) -> Iterator[tuple[str, Violation]]:
    """A level that has one item only is not numbered; one that has several is."""
    is_one = len(chapter.sections) == 1
    for section in chapter.sections:
        if bool(section.number) == is_one:
            reason = (
                "只有一项的层次不编号，有几项的须编号"
                if language == "zh"
                else "only levels of several items are numbered"
            )
            yield section.title, Violation(section.number or section.title, reason)


def _headings(section: Section, language: Language) -> Iterator[tuple[str, Violation]]:
    """Titles of charts and tables; a section may bear a name from the data, which is not judged."""
    for block in section.blocks:
        if isinstance(block, Chart | Table):
            yield from ((block.title, broken) for broken in heading_violations(block.title, language))


def _cited_too_late(document: Document) -> Iterator[tuple[str, Violation]]:
    """A figure or table is cited in a sentence before it appears."""
    cited: set[str] = set()
    for chapter in (*document.chapters, *document.appendices):
        for block in (block for section in chapter.sections for block in section.blocks):
            if isinstance(block, Chart | Table) and block.anchor not in cited:
                reason = "图表出现之前正文没有引用" if document.language == "zh" else "shown before a sentence cites it"
                yield f"{block.label} {block.title}", Violation(block.label, reason)
            cited |= set(REFERENCE.findall("".join(_words(block))))


def _unmarked(
    held: Iterator[Block] | tuple[Block, ...] | list[Card], language: Language
) -> Iterator[tuple[str, Violation]]:
    """A figure entered by hand stands without its mark."""
    for one in held:
        words = "".join(_words(one))
        if HAND_ENTERED in words and MARKS[language] not in words:
            reason = "人工填报的数没有注明" if language == "zh" else "a figure entered by hand without its mark"
            yield words, Violation(MARKS[language], reason)


def _words(one: Block | Card) -> Iterator[str]:
    match one:
        case Paragraph():
            yield one.text
        case NumberedList():
            yield from one.items
        case Table():
            yield from (one.title, one.note, *(column.heading for column in one.columns))
            yield from (cell for row in one.rows for cell in row)
        case Chart():
            yield from (one.title, one.caption)
        case Card():
            yield from (text for text in vars(one).values() if isinstance(text, Markup))
