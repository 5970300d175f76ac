"""DOCUMENT → one HTML file: opens from disk without a network, live charts, light and dark.

Everything is inside the file. The Content-Security-Policy allows the scripts of this file by their hashes and nothing
else, so text from the data can neither run nor load anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache

from markupsafe import Markup

from reports.charts.style import FONT_FAMILY, dark_colours, mixed
from reports.document import Document
from reports.render import layout, pictures

_UNSAFE_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def render_html(document: Document) -> str:
    """The report as one HTML page; the same document gives the same text."""
    layout.require_colour(document.accent)
    scripts = [_plotly(), layout.layout_file("report.js")]
    return layout.page(
        document,
        "screen",
        content_security_policy=_policy(scripts),
        stylesheet=Markup(_stylesheet(document)),
        scripts=[Markup(script) for script in scripts],
        chart_data=Markup(_chart_data(document)),
        density="",
    )


def script_hash(script: str) -> str:
    """The source expression by which a Content-Security-Policy allows this script."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _policy(scripts: list[str]) -> str:
    allowed = " ".join(script_hash(script) for script in scripts)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {allowed}",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "font-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _stylesheet(document: Document) -> str:
    dark = mixed(document.accent, "#ffffff", 0.45)
    variables = f":root {{ --accent: {document.accent}; --accent-dark: {dark}; --font: {FONT_FAMILY}; }}\n"
    return variables + layout.layout_file("screen.css")


def _chart_data(document: Document) -> str:
    """The charts' specifications by anchor, the dark colours and the metrics' titles, safe inside a script element."""
    charts = {chart.anchor: json.loads(pictures.specified(chart.picture).json) for chart in layout.charts_of(document)}
    content = {
        "charts": charts,
        "dark": dark_colours(document.accent),
        "metrics": dict(document.metric_titles),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "".join(_UNSAFE_IN_SCRIPT.get(character, character) for character in text)


@lru_cache(maxsize=1)
def _plotly() -> str:
    """Plotly's own script from the installed package, once per process."""
    from plotly.offline import get_plotlyjs

    script: str = get_plotlyjs().replace("\r\n", "\n")
    if "</script" in script.lower():
        raise ValueError("the installed plotly.js cannot stand inside a script element")
    return script
