"""DECK → a presentation: native charts and tables, the message as each slide's title, definitions in the notes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Inches, Pt

from reports.charts.style import INK, SOFT_INK, VERDICT_SHAPES, mixed
from reports.deck import Deck, Slide
from reports.document import Card, Document
from reports.numbers import JOINT, MISSING
from reports.render import layout
from reports.render.office_package import describe_file, repeatable, xml_text
from reports.render.slide_charts import add_chart
from reports.render.slide_tables import add_table
from reports.render.slide_template import HEIGHT_INCHES, WIDTH_INCHES, colour_of, layout_for, open_presentation
from reports.render.slide_texts import Box, fitting_size, that_fit
from reports.render.spreadsheet_cells import plain

LATIN_FONT, CHINESE_FONT = "Arial", "Microsoft YaHei"
MARGIN = 0.6
TITLE = Box(MARGIN, 0.42, WIDTH_INCHES - 2 * MARGIN, 0.95)
CONTENT = Box(MARGIN, 1.5, WIDTH_INCHES - 2 * MARGIN, 5.3)
FOOT = Box(MARGIN, 7.0, WIDTH_INCHES - 2 * MARGIN, 0.3)
TEXT_SHARE = 0.31  # of the width, beside a chart
GAP = 0.3
TITLE_SIZES, TEXT_SIZES, ROOMY_SIZES = (26, 24, 22, 20, 18, 16), (16, 15, 14, 13, 12), (22, 20, 18, 16, 14, 12)
PARAGRAPH_GAP = 9.0
EMU_PER_INCH = 914_400


def render_slides(deck: Deck, template: Path | None = None) -> bytes:
    """The deck as a .pptx file, on the company's template where one is given; the same deck gives the same bytes.

    Raises slide_template.TemplateUnusable.
    """
    writer = _Writer(deck, template)
    writer.write()
    content = io.BytesIO()
    writer.presentation.save(content)
    return repeatable(content.getvalue())


class _Writer:
    """The presentation being written; all places are laid out for 13.333 × 7.5 inches and scaled to the template."""

    def __init__(self, deck: Deck, template: Path | None) -> None:
        document = deck.document
        self.deck, self.document = deck, document
        self.words: Mapping[str, str] = {**document.labels, **layout.layout_words(document.language)}
        self.presentation = open_presentation(template)
        self.has_template = template is not None
        self.scale = (
            self.presentation.slide_width / EMU_PER_INCH / WIDTH_INCHES,
            self.presentation.slide_height / EMU_PER_INCH / HEIGHT_INCHES,
        )
        author = " ".join(part for part in (document.cover.organisation, document.cover.department) if part)
        title = layout.full_title(document)
        describe_file(self.presentation.core_properties, title, author, document.year, document.language)

    def write(self) -> None:
        """Every slide in its order."""
        layouts = {kind: layout_for(self.presentation, kind) for kind in ("cover", "plain")}
        for number, slide in enumerate(self.deck.slides, start=1):
            drawn = self.presentation.slides.add_slide(layouts["cover" if slide.kind == "cover" else "plain"])
            for place in list(drawn.placeholders):
                if place != drawn.shapes.title:
                    place._element.getparent().remove(place._element)
            _FILLERS[slide.kind](self, drawn, slide)
            if slide.kind != "cover":
                self._foot(drawn, number)
            if slide.notes:
                drawn.notes_slide.notes_text_frame.text = xml_text("\n".join(slide.notes))

    # kinds of slides

    def cover(self, drawn: Any, slide: Slide) -> None:
        """Organisation, title, period; who speaks and when."""
        cover = self.document.cover
        self._title(drawn, layout.full_title(self.document), Box(MARGIN + 0.3, 2.2, 12.0, 1.3), (44, 40, 36, 32, 28))
        self._band(drawn, Box(0, 0, 0.28, HEIGHT_INCHES))
        self._text(
            drawn, [f"{cover.organisation} {cover.department}".strip()], Box(MARGIN + 0.3, 1.5, 12.0, 0.6), (20, 18, 16)
        )
        self._text(drawn, [plain_text(cover.period)], Box(MARGIN + 0.3, 3.6, 12.0, 0.5), (18, 16), SOFT_INK)
        speaker = f"{self.words['speaker']}{cover.presenter}" if cover.presenter else ""
        foot = [text for text in (speaker, cover.date) if text]
        if foot:
            self._text(drawn, foot, Box(MARGIN + 0.3, 5.7, 12.0, 0.9), (18, 16), gap=4)

    def contents(self, drawn: Any, slide: Slide) -> None:
        """The parts of the report, one a line."""
        self._title(drawn, self.words["contents"])
        box = Box(CONTENT.left + 0.4, CONTENT.top, CONTENT.width - 0.8, CONTENT.height)
        self._text(drawn, slide.sentences, box, (26, 24, 22, 20, 18, 16), gap=18)

    def divider(self, drawn: Any, slide: Slide) -> None:
        """The number and name of a part on a ground of the accent, its sections below."""
        self._band(drawn, Box(0, 0, WIDTH_INCHES, HEIGHT_INCHES), at_back=True)
        self._text(drawn, [slide.number], Box(1.2, 1.5, 3.0, 1.2), (60,), "#ffffff", is_bold=True)
        self._title(drawn, slide.title, Box(1.2, 2.75, 11.0, 1.0), (40, 36, 32, 28, 24), "#ffffff")
        if slide.sentences:
            ground = mixed(self.document.accent, "#ffffff", 0.22)
            self._text(drawn, slide.sentences, Box(1.2, 3.95, 11.0, 3.0), (20, 18, 16, 14), ground, gap=6)

    def cards(self, drawn: Any, slide: Slide) -> None:
        """The twelve figures: a column a question, a card a figure."""
        self._title(drawn, slide.title)
        count = max(len(slide.cards), 1)
        width = (CONTENT.width - GAP * (count - 1)) / count
        for column, row in enumerate(slide.cards):
            left = CONTENT.left + column * (width + GAP)
            head = Box(left, CONTENT.top - 0.1, width, 0.4)
            self._text(drawn, [row.question], head, (15, 14, 13, 12, 11, 10), self.document.accent, is_bold=True)
            for position, card in enumerate(row.cards):
                self._card(drawn, card, Box(left, CONTENT.top + 0.4 + position * 1.68, width, 1.56))

    def figure(self, drawn: Any, slide: Slide) -> None:
        """A chart with its sentences beside it, or a table with them above."""
        title = slide.title if slide.part[1] == 1 else f"{slide.title}（{slide.part[0]}/{slide.part[1]}）"
        if self.document.language == "en":
            title = title.replace("（", " (").replace("）", ")")
        self._title(drawn, title)
        if slide.table is not None:
            self._table(drawn, slide)
        elif slide.chart is not None and slide.chart.series is not None:
            self._chart(drawn, slide)

    def text(self, drawn: Any, slide: Slide) -> None:
        """Sentences, one a paragraph."""
        self._title(drawn, slide.title)
        box = Box(CONTENT.left + 0.1, CONTENT.top + 0.1, CONTENT.width - 0.6, CONTENT.height - 0.3)
        if slide.is_hand_entered:
            self._band(drawn, Box(CONTENT.left, box.top, 0.06, box.height * 0.6))
            box = Box(box.left + 0.2, box.top, box.width - 0.2, box.height)
        self._text(drawn, slide.sentences, box, ROOMY_SIZES, gap=14)

    # parts of slides

    def _chart(self, drawn: Any, slide: Slide) -> None:
        chart = slide.chart
        assert chart is not None and chart.series is not None
        text_width = CONTENT.width * TEXT_SHARE if slide.sentences else 0.0
        room = Box(CONTENT.left, CONTENT.top, CONTENT.width - text_width - (GAP if text_width else 0), CONTENT.height)
        frame = add_chart(drawn, chart.series, self._scaled(room), self.document.accent)
        _describe(frame, chart.label, chart.alternative_text)
        if slide.sentences:
            left = CONTENT.left + CONTENT.width - text_width
            self._text(
                drawn, slide.sentences, Box(left, CONTENT.top + 0.2, text_width, CONTENT.height - 0.4), TEXT_SIZES
            )

    def _table(self, drawn: Any, slide: Slide) -> None:
        table = slide.table
        assert table is not None
        used = (
            self._text(drawn, slide.sentences[:2], Box(CONTENT.left, CONTENT.top - 0.1, CONTENT.width, 1.1), TEXT_SIZES)
            if slide.sentences
            else 0.0
        )
        top = CONTENT.top + (used + 0.15 if used else 0.0)
        room = Box(CONTENT.left, top, CONTENT.width, CONTENT.top + CONTENT.height - top)
        frame = add_table(drawn, table, self._scaled(room), self.document.accent, set_fonts)
        _describe(frame, table.label, plain(table.title))

    def _card(self, drawn: Any, card: Card, box: Box) -> None:
        """Name, value, verdict, and how it compares."""
        self._band(drawn, Box(box.left, box.top, box.width, box.height), "#f3f5f6")
        inner = box.width - 0.3
        left = box.left + 0.15
        self._text(drawn, [card.name], Box(left, box.top + 0.08, inner, 0.3), (12, 11, 10, 9, 8))
        self._text(
            drawn,
            [plain(card.value)],
            Box(left, box.top + 0.38, inner, 0.5),
            (24, 22, 20, 18, 16),
            self.document.accent,
            is_bold=True,
        )
        word = card.verdict_text.replace(JOINT, " ").lstrip("".join(VERDICT_SHAPES.values()) + " ")
        verdict = " ".join(part for part in (VERDICT_SHAPES[card.verdict], word, plain(card.distance)) if part)
        compared = [(self.words["previous_year"], card.previous), (self.words["change"], card.change)]
        told = "  ".join(f"{name} {plain(value)}" for name, value in compared if value)
        target = (
            f"{self.words['target']} {plain(card.target)}  {verdict}"
            if plain(card.target) not in ("", MISSING)
            else verdict
        )
        self._text(
            drawn,
            [text for text in (told, target) if text],
            Box(left, box.top + 0.92, inner, 0.58),
            (11, 10, 9, 8),
            SOFT_INK,
            gap=2,
        )

    def _title(
        self, drawn: Any, text: str, box: Box = TITLE, sizes: Sequence[float] = TITLE_SIZES, colour: str = ""
    ) -> None:
        """The slide's title in its own placeholder."""
        title = drawn.shapes.title
        held = xml_text(text)
        if not self.has_template or box is not TITLE:
            _place(title, self._scaled(box))
        frame = title.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if box is TITLE else MSO_ANCHOR.TOP
        frame.text = held
        size = fitting_size([held], box, sizes, is_bold=True)
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.LEFT
        self._set_run(paragraph, size, colour or INK, is_bold=True)

    def _text(
        self,
        drawn: Any,
        texts: Sequence[str],
        box: Box,
        sizes: Sequence[float],
        colour: str = INK,
        *,
        gap: float = PARAGRAPH_GAP,
        is_bold: bool = False,
    ) -> float:
        """Paragraphs in the largest size that fits; what has no room at the smallest stays in the notes.

        Returns the height that they take, in inches.
        """
        from reports.render.slide_texts import height

        held = [xml_text(plain_text(text)) for text in texts]
        size = fitting_size(held, box, sizes, gap=gap, is_bold=is_bold)
        held = that_fit(held, box, size, gap=gap)
        shape = drawn.shapes.add_textbox(0, 0, 0, 0)
        _place(shape, self._scaled(box))
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        for position, text in enumerate(held):
            paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
            paragraph.text = text
            paragraph.space_after = Pt(gap if position < len(held) - 1 else 0)
            self._set_run(paragraph, size, colour, is_bold=is_bold)
        return height(held, size, box.width, gap=gap, is_bold=is_bold)

    def _set_run(self, paragraph: Any, size: float, colour: str, *, is_bold: bool) -> None:
        for run in paragraph.runs:
            run.font.size, run.font.bold = Pt(size * min(self.scale)), is_bold
            run.font.color.rgb = colour_of(colour)
            set_fonts(run, self.document)

    def _band(self, drawn: Any, box: Box, colour: str = "", *, at_back: bool = False) -> None:
        """A plain ground of one colour."""
        from pptx.enum.shapes import MSO_SHAPE

        shape = drawn.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, 0, 0)
        _place(shape, self._scaled(box))
        shape.fill.solid()
        shape.fill.fore_color.rgb = colour_of(colour or self.document.accent)
        shape.line.fill.background()
        shape.shadow.inherit = False
        if at_back:
            drawn.shapes._spTree.insert(2, shape._element)

    def _foot(self, drawn: Any, number: int) -> None:
        """The organisation at the left, the page number at the right."""
        is_dark = any(shape.width == self.presentation.slide_width for shape in drawn.shapes if shape.top == 0)
        colour = "#ffffff" if is_dark else SOFT_INK
        self._text(
            drawn,
            [self.document.cover.organisation or " "],
            Box(FOOT.left, FOOT.top, 9.0, FOOT.height),
            (10, 9),
            colour,
        )
        box = Box(FOOT.left + FOOT.width - 1.0, FOOT.top, 1.0, FOOT.height)
        shape = drawn.shapes.add_textbox(0, 0, 0, 0)
        _place(shape, self._scaled(box))
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        red_green_blue = colour.lstrip("#").upper()
        paragraph._p.append(
            parse_xml(
                f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
                f'<a:rPr lang="en-US" sz="1000"><a:solidFill><a:srgbClr val="{red_green_blue}"/></a:solidFill></a:rPr>'
                f"<a:t>{number}</a:t></a:fld>"
            )
        )

    def _scaled(self, box: Box) -> Box:
        across, down = self.scale
        return Box(box.left * across, box.top * down, box.width * across, box.height * down)


_FILLERS = {
    "cover": _Writer.cover,
    "contents": _Writer.contents,
    "divider": _Writer.divider,
    "cards": _Writer.cards,
    "figure": _Writer.figure,
    "text": _Writer.text,
}


def plain_text(text: str) -> str:
    """A text whose numbers may part from their units only by a plain space."""
    return text.replace(JOINT, " ")


def set_fonts(run: Any, document: Document) -> None:
    """One font for Latin letters and one for Chinese, and the language for the spelling check."""
    run.font.name = LATIN_FONT
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "zh-CN" if document.language == "zh" else "en-GB")
    for old in properties.findall(qn("a:ea")):
        properties.remove(old)
    latin = properties.find(qn("a:latin"))
    latin.addnext(parse_xml(f'<a:ea {nsdecls("a")} typeface="{CHINESE_FONT}"/>'))


def _place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (
        Inches(box.left),
        Inches(box.top),
        Inches(box.width),
        Inches(box.height),
    )


def _describe(frame: Any, name: str, text: str) -> None:
    """What a reader who does not see the chart is told."""
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("name", xml_text(name))
    properties.set("descr", xml_text(text))
