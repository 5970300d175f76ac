"""Plotly figures as vector pictures without a browser.

plotly-mirage runs Plotly's own drawing code in a small JavaScript engine. Two things are put right here: its text
measuring knows Latin system fonts only, so the report's Chinese font answers instead; and the random ids of a drawing
are made repeatable, so that the same figure gives the same bytes.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from reports.render.fonts import chinese_font

if TYPE_CHECKING:
    from mirage.engine import MirageEngine
    from plotly.graph_objects import Figure as PlotlyFigure

PIXELS_PER_MILLIMETRE = 96 / 25.4
PRINT_DOTS_PER_INCH = 192
TALLEST_MILLIMETRES = 225  # with its title and caption below it a picture still fits on an A4 page
_LINE_HEIGHT = 1.3
_EMPTY_GROUP = re.compile(r"<(g|defs)(?: [^>]*)?></\1>|<path[^>]* d=\"M0,0\"[^>]*/>|<path class=\"[^\"]*\"/>")
_STYLE = re.compile(r' style="([^"]*)"')
_IDLE = {"opacity:1", "fill-opacity:1", "stroke-opacity:1", "white-space:pre", "vector-effect:none"}
_REPEATABLE_RANDOM = """
(function () {
    var state = 20250101;
    Math.random = function () {
        state = (state * 1103515245 + 12345) % 2147483648;
        return state / 2147483648;
    };
})();
"""


@dataclass(frozen=True)
class Specification:
    """All that drawing a figure takes: its JSON and its own height in pixels, if it has one; its SVG once drawn.

    Unlike Plotly's figure it passes between processes at little cost.
    """

    json: str
    height: float | None
    drawing: str | None = None


def specified(figure: PlotlyFigure | Specification) -> Specification:
    """The figure as data and layout, keys in a fixed order."""
    if isinstance(figure, Specification):
        return figure
    text = json.dumps(figure.to_plotly_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Specification(text, figure.layout.height)


def svg(figure: PlotlyFigure | Specification, width_mm: float, height_mm: float) -> str:
    """The figure as a standalone SVG document of that size, without scripts or links.

    The same figure and size give the same text. Raises RuntimeError where Plotly cannot draw the figure.
    """
    held = specified(figure)
    return held.drawing or _drawn(held.json, _pixels(width_mm), _pixels(height_mm))


def data_uri(figure: PlotlyFigure | Specification, width_mm: float, height_mm: float) -> str:
    """The SVG of `svg` as a data: address for an <img>."""
    encoded = base64.b64encode(svg(figure, width_mm, height_mm).encode("utf-8")).decode("ascii")
    return f"data:image/svg+xml;base64,{encoded}"


def png(figure: PlotlyFigure | Specification, width_mm: float, height_mm: float) -> bytes:
    """The SVG of `svg` as a PNG with PRINT_DOTS_PER_INCH, its texts in the report's font."""
    import resvg_py

    font = chinese_font()
    files = list(dict.fromkeys(str(face.path) for face in (font.regular, font.bold)))
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg(figure, width_mm, height_mm),
            zoom=PRINT_DOTS_PER_INCH / 96,
            background="#ffffff",
            skip_system_fonts=True,
            font_files=files,
            font_family=font.family,
        )
    )


def height_millimetres(figure: PlotlyFigure | Specification, wanted_mm: float) -> float:
    """The height of the picture: its own where its number of rows decides it, else `wanted_mm`; a page at most."""
    own = figure.height if isinstance(figure, Specification) else figure.layout.height
    height = wanted_mm if own is None else float(own) / PIXELS_PER_MILLIMETRE
    return min(height, TALLEST_MILLIMETRES)


def _pixels(millimetres: float) -> int:
    return round(millimetres * PIXELS_PER_MILLIMETRE)


@lru_cache(maxsize=256)
def _drawn(figure_json: str, width: int, height: int) -> str:
    parts = json.loads(figure_json)
    engine = _engine()
    engine.context.eval(_REPEATABLE_RANDOM)
    drawing = engine.render_svg(parts["data"], parts["layout"], width=width, height=height)
    return _slimmed(drawing).replace("<svg ", f'<svg viewBox="0 0 {width} {height}" ', 1)


def _slimmed(drawing: str) -> str:
    """The drawing without empty groups, and with attributes in place of inline styles: a third less to parse."""
    count = 1
    while count:
        drawing, count = _EMPTY_GROUP.subn("", drawing)
    return _STYLE.sub(_attributes, drawing)


def _attributes(match: re.Match[str]) -> str:
    pairs = (declaration.partition(":") for declaration in match[1].split(";"))
    named = ((name.strip(), value.strip()) for name, _, value in pairs)
    return "".join(f' {name}="{value}"' for name, value in named if name and f"{name}:{value}" not in _IDLE)


def warm_up() -> None:
    """Start the drawing engine, which otherwise the first drawing does."""
    _engine()


@lru_cache(maxsize=1)
def _engine() -> MirageEngine:
    """The engine, started once, with its measuring of texts replaced."""
    from mirage.engine import MirageEngine

    engine = MirageEngine()
    engine.context.add_callable("_measureTextRaw", _measured)
    return engine


@lru_cache(maxsize=4096)
def _measured(text: str, family: str, size: str, weight: str = "") -> str:
    """Width, height, ascent and descent of a line in pixels, in the form that the drawing engine asks for."""
    font = chinese_font()
    pixels = float(size)
    is_bold = weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)
    ascent, descent = font.ascent_and_descent
    scale = _LINE_HEIGHT / (ascent + descent)
    width = font.width(text, pixels, is_bold=is_bold)
    height = pixels * _LINE_HEIGHT
    return f"{width:.2f},{height:.2f},{pixels * ascent * scale:.2f},{pixels * descent * scale:.2f}"
