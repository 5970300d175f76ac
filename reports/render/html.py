"""DOCUMENT → one HTML file: opens from disk without a network, live charts, light and dark.

Everything is inside the file. The Content-Security-Policy allows the scripts of this file by their hashes and nothing
else, so text from the data can neither run nor load anything.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache

from markupsafe import Markup

from reports.charts.style import FONT_FAMILY, dark_colours, mixed
from reports.document import Document
from reports.evidence import NO_EVIDENCE, Answer, Evidence
from reports.numbers import Address
from reports.render import layout, pictures

SCRIPTS = ("report.js", "search.js", "evidence.js")
STYLE_SHEETS = ("screen.css", "evidence.css")
_UNSAFE_IN_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def render_html(document: Document, evidence: Evidence = NO_EVIDENCE) -> str:
    """The report as one HTML page, in which a number opens what stands behind it; the same input, the same text."""
    layout.require_colour(document.accent)
    scripts = [layout.layout_file(name) for name in SCRIPTS]
    return layout.page(
        document,
        "screen",
        content_security_policy=_policy([*scripts, _plotly()]),
        stylesheet=Markup(_stylesheet(document)),
        scripts=[Markup(script) for script in scripts],
        chart_library=Markup(_plotly()),
        page_data=Markup(_page_data(document)),
        evidence_data=Markup(_script_safe({"titles": dict(document.metric_titles), **_evidence_content(evidence)})),
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
    return variables + "\n".join(layout.layout_file(name) for name in STYLE_SHEETS)


def _page_data(document: Document) -> str:
    """The charts' specifications by anchor and the dark colours."""
    charts = {chart.anchor: json.loads(pictures.specified(chart.picture).json) for chart in layout.charts_of(document)}
    return _script_safe({"charts": charts, "dark": dark_colours(document.accent)})


def _script_safe(content: Mapping[str, object]) -> str:
    """JSON that can stand inside a script element, whatever its texts are."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.translate(_UNSAFE_IN_SCRIPT)


class _Texts:
    """Texts under numbers, each kept once: most cells and statements stand behind many figures."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))

    def all(self, texts: Iterable[str]) -> list[int]:
        """The numbers of several texts."""
        return [self.number(text) for text in texts]


def _evidence_content(evidence: Evidence) -> dict[str, object]:
    """The evidence as the page's script reads it: addresses lead to answers, answers to texts by number."""
    texts = _Texts()
    places: dict[int, int] = {}
    answers: list[dict[str, object]] = []
    for answer in evidence.answers.values():
        if id(answer) not in places:
            places[id(answer)] = len(answers)
            answers.append(_answer_content(answer, texts))
    addresses = {
        _address_key(address): [places[id(answer)], texts.number(evidence.statistics[address])]
        for address, answer in evidence.answers.items()
    }
    return {"addresses": addresses, "answers": answers, "texts": list(texts.numbers)}


def _answer_content(answer: Answer, texts: _Texts) -> dict[str, object]:
    return {
        "title": texts.number(answer.title),
        "scope": texts.number(answer.scope),
        "facts": [texts.all(fact) for fact in answer.facts],
        "columns": texts.all(answer.rows.columns),
        "rows": [texts.all(row) for row in answer.rows.rows],
        "note": texts.number(answer.rows.note),
        "statement": texts.number(answer.statement),
        "parameters": texts.all(answer.parameters),
        "files": texts.all(answer.files),
    }


def _address_key(address: Address) -> str:
    """An address as the script puts it together from the attributes of a `<data>` element."""
    where = json.dumps(address.where, ensure_ascii=False, sort_keys=True)
    return "\n".join((address.metric, address.period, where, address.statistic))


@lru_cache(maxsize=1)
def _plotly() -> str:
    """Plotly's own script from the installed package, once per process."""
    from plotly.offline import get_plotlyjs

    script: str = get_plotlyjs().replace("\r\n", "\n")
    if "</script" in script.lower():
        raise ValueError("the installed plotly.js cannot stand inside a script element")
    return script
