"""What people write themselves: paragraphs beside or in place of the generated ones, kept on every build.

One file a section, made on request and never written again by the program. A figure cited by name is printed as any
other and proved by the fact check; digits typed by hand are marked as such, for nothing proves them. The numbers over
which a text was written are kept in `confirmed.json` beside it: when one has changed, the text is marked for review.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Literal

from markupsafe import Markup, escape

from reports.citations import CITATION, CitationWrong, citation_of, cited
from reports.derivations import Ledger
from reports.document import Block, Chapter, Chart, Document, Paragraph, Section, Table
from reports.factcheck import PrintedFigure, printed_figures, texts
from reports.file_names import safe_name
from reports.narrative import tidied
from reports.numbers import shown
from workspace import AnnualReportError, Language, Sentence, Workspace

CONFIRMED = "confirmed.json"
MODES = ("follow", "replace")
MOST_CHANGES_LISTED = 5
FRONT = re.compile(r"\A---[ \t]*\n(?P<lines>.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
SENTENCES: Mapping[Language, re.Pattern[str]] = {
    "zh": re.compile(r"[^。！？；]+[。！？；]*"),
    "en": re.compile(r".+?(?:[.!?;](?=\s|$)|$)", re.DOTALL),
}
STOP = re.compile(r"[。！？；.!?;]*$")
NUMBER = re.compile(r"\d+")
LAST_ORDINAL = re.compile(r"-\d+$")
Mode = Literal["follow", "replace"]
Wish = Literal["use", "write", "confirm"]
Values = dict[str, str]


class CommentaryWrong(AnnualReportError):
    """A commentary file cannot be used as it stands."""

    def __init__(self, path: Path, line: int, zh: str, en: str) -> None:
        super().__init__(f"{path.name} 第 {line} 行：{zh}", f"{path.name}, line {line}: {en}")


class CommentaryNotWritable(AnnualReportError):
    """The folder of the commentary cannot be written."""


@dataclass(frozen=True)
class Passage:
    """One paragraph as typed, and the line on which it begins."""

    text: str
    line: int


@dataclass(frozen=True)
class Commentary:
    """One file: for which section, in which language, whether it replaces or follows, and what it says."""

    path: Path
    section: str
    language: str
    mode: Mode
    passages: tuple[Passage, ...]

    @property
    def key(self) -> str:
        """Under which its confirmed values are kept."""
        return f"{self.language}:{self.section}"


@dataclass(frozen=True)
class Change:
    """A number under a text that is not what it was when the text was confirmed."""

    path: Path
    citation: str
    before: str
    now: str


@dataclass(frozen=True)
class Remarks:
    """A document with what people wrote, what they should look at again, and what goes beside their files.

    `written` are the files made for texts to come, `unused` those whose section the report does not have.
    """

    document: Document
    written: tuple[Path, ...] = ()
    changes: tuple[Change, ...] = ()
    unused: tuple[Path, ...] = ()
    confirmed: Mapping[str, Values] = field(default_factory=dict)


def folder_of(workspace: Workspace, year: int, name: str | None = None) -> Path:
    """Where the texts for a report are: those for a community's own report in a folder of its `name`."""
    folder = workspace.root / "commentary" / str(year)
    return folder / name if name else folder


def remarked(document: Document, ledger: Ledger, folder: Path, wish: Wish = "use") -> Remarks:
    """The document with the texts found in `folder`; with the wish `write` files are made for the other sections."""
    written = write_files(document, ledger, folder) if wish == "write" else []
    return replace(with_commentary(document, ledger, folder, wish), written=tuple(written))


def with_commentary(document: Document, ledger: Ledger, folder: Path, wish: Wish = "use") -> Remarks:
    """The document with the texts found in `folder`; with the wish `confirm` none is left for review.

    Raises CommentaryWrong for a file that cannot be used as it stands, naming its line.
    """
    held = [one for one in read_folder(folder) if one.language == document.language and one.passages]
    known = {} if wish == "confirm" else _read_confirmed(folder)
    editor = _Editor(document, ledger, known)
    chapters = tuple(editor.chapter(chapter, held) for chapter in document.chapters)
    here = {section_key(section) for section in _sections(document)}
    return Remarks(
        document=replace(document, chapters=chapters),
        changes=tuple(editor.changes),
        unused=tuple(one.path for one in held if one.section not in here),
        confirmed={**_read_confirmed(folder), **editor.confirmed},
    )


def section_key(section: Section) -> str:
    """What a section is known by on every build: its anchor, or its title where the anchor merely counts."""
    return section.title if LAST_ORDINAL.search(section.anchor) else section.anchor


def _sections(document: Document) -> Iterator[Section]:
    return chain.from_iterable(chapter.sections for chapter in document.chapters)


# reading


def read_folder(folder: Path) -> list[Commentary]:
    """The files of a folder in the order of their names. Raises CommentaryWrong, also for two files of one section."""
    held: dict[str, Commentary] = {}
    for path in sorted(folder.glob("*.md")):
        one = read_file(path)
        if one.key in held:
            other = held[one.key].path.name
            raise CommentaryWrong(
                path,
                1,
                f"与 {other} 写的是同一节（{one.section}）。请合并为一个文件。",
                f"{other} is about the same section ({one.section}). Merge the two files.",
            )
        held[one.key] = one
    return list(held.values())


def read_file(path: Path) -> Commentary:
    """One file taken apart. Raises CommentaryWrong."""
    text = _text(path).replace("\r\n", "\n")
    front = FRONT.match(text)
    if front is None:
        raise CommentaryWrong(
            path,
            1,
            "开头缺少两行 --- 之间的设置（section、language、mode）。请照新生成的文件补上。",
            "the settings between two lines --- (section, language, mode) are missing. Add them as in a new file.",
        )
    settings = _settings(path, front["lines"] or "")
    body = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text[front.end() :])
    first_line = text[: front.end()].count("\n") + 1
    _require_closed(path, body, first_line)
    return Commentary(
        path=path,
        section=settings["section"],
        language=settings["language"],
        mode="replace" if settings["mode"] == "replace" else "follow",
        passages=tuple(_passages(body, first_line)),
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CommentaryWrong(
            path, 1, "不是 UTF-8 编码。请另存为 UTF-8 后重试。", "is not UTF-8. Save it as UTF-8 and try again."
        ) from error


def _settings(path: Path, lines: str) -> dict[str, str]:
    settings = {"section": "", "language": "zh", "mode": "follow"}
    for number, line in enumerate(lines.splitlines(), start=2):
        name, _, value = (part.strip() for part in line.partition(":"))
        if name and name not in settings:
            raise _unknown(path, number, name, tuple(settings))
        if name == "mode" and value not in MODES:
            raise _unknown(path, number, value, MODES)
        settings |= {name: value} if name else {}
    return settings


def _unknown(path: Path, line: int, given: str, valid: Sequence[str]) -> CommentaryWrong:
    near = difflib.get_close_matches(given, valid, n=1, cutoff=0)[0]
    return CommentaryWrong(
        path,
        line,
        f"不认识 {given!r}。可用的有 {'、'.join(valid)}，最接近的是 {near}。",
        f"{given!r} is unknown. Valid: {', '.join(valid)}; the nearest is {near}.",
    )


def _require_closed(path: Path, body: str, first_line: int) -> None:
    """A comment or a citation that does not end would swallow or print what no one meant."""
    rest = CITATION.sub(lambda citation: " " * len(citation[0]), body)
    for mark, end in (("<!--", "-->"), ("{{", "}}"), ("}}", "{{")):
        place = rest.find(mark)
        if place >= 0:
            line = first_line + rest[:place].count("\n")
            raise CommentaryWrong(path, line, f"{mark} 没有对应的 {end}。请补上。", f"{mark} has no {end}. Add it.")


def _passages(body: str, first_line: int) -> Iterator[Passage]:
    start = 0
    for gap in chain(BLANK_LINES.finditer(body), [None]):
        text = body[start : gap.start() if gap else len(body)]
        if text.strip():
            begins = start + len(text) - len(text.lstrip())
            yield Passage(text.strip(), first_line + body[:begins].count("\n"))
        start = gap.end() if gap else start


# placing


class _Editor:
    """Puts the texts into the sections, and notes which numbers stand under them."""

    def __init__(self, document: Document, ledger: Ledger, known: Mapping[str, Values]) -> None:
        self.language: Language = document.language
        self.labels = document.labels
        self.ledger = ledger
        self.known = known
        self.changes: list[Change] = []
        self.confirmed: dict[str, Values] = {}

    def chapter(self, chapter: Chapter, held: Sequence[Commentary]) -> Chapter:
        """The chapter with the texts of its sections."""
        by_section = {one.section: one for one in held}
        sections = (
            self._section(section, by_section[section_key(section)]) if section_key(section) in by_section else section
            for section in chapter.sections
        )
        return replace(chapter, sections=tuple(sections))

    def _section(self, section: Section, written: Commentary) -> Section:
        paragraphs = [self._paragraph(passage, written) for passage in written.passages]
        if self._reviewed(section, written, paragraphs):
            paragraphs[-1] = replace(paragraphs[-1], text=_before_stop(paragraphs[-1].text, self._mark("to_review")))
        if written.mode == "follow":
            return replace(section, blocks=_after_prose(section.blocks, paragraphs))
        return replace(section, blocks=tuple(self._in_place_of_prose(section.blocks, paragraphs)))

    def _paragraph(self, passage: Passage, written: Commentary) -> Paragraph:
        """The passage with its figures, its typed digits marked sentence by sentence."""
        figures: list[Markup] = []

        def held_apart(citation: re.Match[str]) -> str:
            figures.append(self._figure(citation, passage, written))
            return f"\x00{chr(0xE000 + len(figures) - 1)}\x00"

        text = CITATION.sub(held_apart, passage.text.replace("\x00", ""))
        marked = "".join(self._sentence(sentence) for sentence in SENTENCES[self.language].findall(text))
        for position, figure in enumerate(figures):
            marked = marked.replace(f"\x00{chr(0xE000 + position)}\x00", figure)
        return Paragraph(tidied(marked, self.language), is_hand_entered=True)

    def _sentence(self, sentence: str) -> str:
        stop = STOP.search(sentence.rstrip())
        end = stop.start() if stop else len(sentence)
        words, rest = _escaped(sentence[:end]), _escaped(sentence[end:])
        typed = NUMBER.sub(lambda number: f'<span class="entered">{number[0]}</span>', words)
        return typed + (str(self._mark("hand_entered")) if typed != words else "") + rest

    def _figure(self, citation: re.Match[str], passage: Passage, written: Commentary) -> Markup:
        try:
            return shown(cited(self.ledger, citation[1].strip()), None, self.language)
        except CitationWrong as error:
            line = passage.line + passage.text[: citation.start()].count("\n")
            raise CommentaryWrong(written.path, line, error.sentence.zh, error.sentence.en) from error

    def _mark(self, label: str) -> Markup:
        return Markup('<span class="mark">{}</span>').format(self.labels[label])

    def _reviewed(self, section: Section, written: Commentary, paragraphs: Sequence[Paragraph]) -> bool:
        """Whether a number under the text has changed since it was confirmed; without a record it is confirmed now."""
        now = _values(chain(_figures_of(section), *(printed_figures(paragraph.text) for paragraph in paragraphs)))
        before = self.known.get(written.key)
        self.confirmed[written.key] = {**now, **(before or {})}
        changes = [
            Change(written.path, citation, before[citation], number)
            for citation, number in now.items()
            if before is not None and before.get(citation, number) != number
        ]
        self.changes += changes
        return bool(changes)

    def _in_place_of_prose(self, blocks: Sequence[Block], paragraphs: Sequence[Paragraph]) -> Iterator[Block]:
        """The texts where the first generated paragraph stood; what it cited is cited behind them."""
        numbered = [block for block in blocks if isinstance(block, Chart | Table)]
        yield from paragraphs[:-1]
        yield replace(paragraphs[-1], text=_before_stop(paragraphs[-1].text, self._references(numbered)))
        yield from (block for block in blocks if not isinstance(block, Paragraph))

    def _references(self, numbered: Sequence[Chart | Table]) -> Markup:
        if not numbered:
            return Markup("")
        links = [
            Markup('<a class="reference" href="#{}">{}</a>').format(one.anchor, one.label.replace(" ", "\u00a0"))
            for one in numbered
        ]
        opening, joint, closing = ("（见", "、", "）") if self.language == "zh" else (" (see ", ", ", ")")
        return Markup(opening) + Markup(joint).join(links) + Markup(closing)


def _before_stop(text: Markup, addition: Markup) -> Markup:
    """The text with an addition before the stop that ends it."""
    stop = STOP.search(str(text))
    end = stop.start() if stop else len(text)
    return Markup(str(text)[:end]) + addition + Markup(str(text)[end:])


def _escaped(words: str) -> str:
    """Escaped text without numeric entities, whose digits no one typed."""
    return str(escape(words)).replace("&#34;", "&quot;").replace("&#39;", "&apos;")


def _after_prose(blocks: Sequence[Block], paragraphs: Sequence[Paragraph]) -> tuple[Block, ...]:
    """The texts behind the last generated paragraph."""
    prose = [position for position, block in enumerate(blocks) if isinstance(block, Paragraph)]
    place = prose[-1] + 1 if prose else 0
    return (*blocks[:place], *paragraphs, *blocks[place:])


def _figures_of(section: Section) -> Iterator[PrintedFigure]:
    return chain.from_iterable(printed_figures(text) for _, text in texts(section))


def _values(figures: Iterator[PrintedFigure]) -> Values:
    """What each number is printed as, by its citation; in the first form that the section has it in."""
    held: Values = {}
    for figure in figures:
        held.setdefault(citation_of(figure.address), figure.text.replace("\u00a0", " "))
    return held


# what lies beside the texts


def _read_confirmed(folder: Path) -> dict[str, Values]:
    path = folder / CONFIRMED
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
    except ValueError as error:
        raise CommentaryWrong(
            path,
            getattr(error, "lineno", 1),
            "不是有效的 JSON。请改正；删去此文件，则视为全部已复核。",
            "is no valid JSON. Mend it; without this file everything counts as reviewed.",
        ) from error


def keep_confirmed(remarks: Remarks, folder: Path) -> None:
    """Write the confirmed values beside the texts, where they are not there yet. Raises CommentaryNotWritable."""
    if remarks.confirmed and dict(remarks.confirmed) != _read_confirmed(folder):
        text = json.dumps(remarks.confirmed, ensure_ascii=False, indent=1, sort_keys=True)
        _write(folder / CONFIRMED, text + "\n")


def write_files(document: Document, ledger: Ledger, folder: Path) -> list[Path]:
    """A file for each section that has none yet, with the generated text in a comment; none is ever overwritten."""
    known = {one.key for one in read_folder(folder)}
    written = []
    for chapter in document.chapters:
        for ordinal, section in enumerate(chapter.sections, start=1):
            path = folder / f"{chapter.number}-{ordinal}-{safe_name(section.title)}.md"
            if f"{document.language}:{section_key(section)}" not in known and not path.exists():
                _write(path, new_file(section, ledger, document.language))
                written.append(path)
    return written


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommentaryNotWritable(
            f"无法写入 {path}：{error.strerror}。请检查磁盘空间和目录权限。",
            f"{path} cannot be written: {error.strerror}. Check disk space and permissions.",
        ) from error


HEAD = """\
---
section: {section}
language: {language}
mode: follow
---
<!--
"""
GUIDE = Sentence(
    """\
在本注释之后写正文，空行分段。mode: follow 表示接在自动生成的文字之后，replace 表示替换它。
引用数值写成 {{{{{example}}}}}，每次生成时取最新数；直接键入的数字不会更新，印出时注明“人工填报”。
本文件不会被程序改写。文字所依据的数变了，印出时注明“待复核”；核对后运行 annual-report build --year {year} --confirm。

建立本文件时自动生成的文字：

{text}

可引用的数值：

{numbers}
-->

""",
    """\
Write below this comment, with a blank line between paragraphs. mode: follow puts the text behind the generated one,
replace puts it in its place. Cite a figure as {{{{{example}}}}}; it is taken anew on every build. Digits typed by hand
stay as they are and are marked as entered by hand. The program never writes this file again. When a number under the
text changes, the text is marked for review; check it and run annual-report build --year {year} --confirm.

The text that was generated when this file was made:

{text}

Figures that can be cited:

{numbers}
-->

""",
)


def new_file(section: Section, ledger: Ledger, language: Language) -> str:
    """A commentary file without a text: the settings, and a comment that explains and shows the generated text."""
    prose = [block.text for block in section.blocks if isinstance(block, Paragraph)]
    numbers = dict(_citable(prose, ledger))
    guide = GUIDE.text(language).format(
        year=ledger.year,
        example=next(iter(numbers), f"closure_rate.{ledger.year}"),
        text="\n\n".join(_plain(text) for text in prose),
        numbers="\n".join(f"{{{{{citation}}}}}  {words}" for citation, words in numbers.items()),
    )
    return HEAD.format(section=section_key(section), language=language) + guide


def _citable(prose: Sequence[Markup], ledger: Ledger) -> Iterator[tuple[str, str]]:
    """The numbers of the prose that can be cited, with what they are."""
    for figure in chain.from_iterable(printed_figures(text) for text in prose):
        citation = citation_of(figure.address)
        try:
            cited(ledger, citation)
        except CitationWrong:
            continue
        title = ledger.figures.catalog[figure.address.metric].title.text(ledger.figures.language)
        yield citation, f"{title} {figure.text}".replace("\u00a0", " ")


def _plain(text: Markup) -> str:
    return text.striptags().replace("\u00a0", " ").replace("--", "- -")


# what the build says about it


def notes_on(remarks: Remarks) -> list[Sentence]:
    """What the user should know: files made, texts to look at again, files whose section the report does not have."""
    notes = [Sentence(f"已建立 {path.name}", f"Made {path.name}") for path in remarks.written]
    for path in dict.fromkeys(change.path for change in remarks.changes):
        own = [change for change in remarks.changes if change.path == path]
        notes.append(
            Sentence(
                f"待复核 {path.name}：{_listed(own, '；', '由', '变为')}{_further(own, '；另有', '个数变化')}",
                f"To review {path.name}: {_listed(own, '; ', 'from', 'to')}{_further(own, '; further changes:', '')}",
            )
        )
    notes += [
        Sentence(
            f"未采用 {path.name}：本次报告没有它所写的一节", f"Not used {path.name}: the report has no such section"
        )
        for path in remarks.unused
    ]
    return notes


def _listed(changes: Sequence[Change], joint: str, before: str, now: str) -> str:
    shown_changes = changes[:MOST_CHANGES_LISTED]
    return joint.join(f"{one.citation} {before} {one.before} {now} {one.now}" for one in shown_changes)


def _further(changes: Sequence[Change], opening: str, closing: str) -> str:
    more = len(changes) - MOST_CHANGES_LISTED
    return f"{opening} {more} {closing}".rstrip() if more > 0 else ""
