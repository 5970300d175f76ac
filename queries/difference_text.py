"""A difference between two runs in words, for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from queries.difference import MOST_EXAMPLES, Difference, Effect, FigureChange
from queries.engine import Number
from queries.explanation_text import digits, in_words
from workspace import Language

_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "zh": {
        "heading": "{before} → {after}：{changed} 项数值有变化，{unchanged} 项没有变化。",
        "scope": "范围（项目进退）",
        "corrected_data": "更正数据",
        "new_data": "新数据",
        "definition": "口径或参数",
        "composition": "构成（各项目所占份额）",
        "performance": "各项目自身的变化",
        "rows": "{} 行",
        "added": "新增",
        "removed": "撤去",
        "changed": "更正",
        "more": "{}，共 {} 行",
        "joint": "、",
        "points": "个百分点",
        "colon": "：",
    },
    "en": {
        "heading": "{before} → {after}: {changed} figures changed, {unchanged} did not.",
        "scope": "scope (communities that joined or left)",
        "corrected_data": "corrected data",
        "new_data": "new data",
        "definition": "definition or parameters",
        "composition": "mix (the communities' shares)",
        "performance": "the communities' own change",
        "rows": "{} rows",
        "added": "added",
        "removed": "removed",
        "changed": "changed",
        "more": "{}, {} rows in all",
        "joint": ", ",
        "points": "percentage points",
        "colon": ": ",
    },
}


def describe(difference: Difference, language: Language, *, with_all_rows: bool = False) -> str:
    """A heading, then each changed figure with its causes and the first, or all, of the rows behind them."""
    words = _WORDS[language]
    heading = words["heading"].format(
        before=difference.before,
        after=difference.after,
        changed=len(difference.changes),
        unchanged=difference.unchanged,
    )
    blocks = ["\n".join(_lines(change, language, with_all_rows)) for change in difference.changes]
    return "\n\n".join([heading, *blocks])


def _lines(change: FigureChange, language: Language, with_all_rows: bool) -> Iterator[str]:
    before, after = (in_words(value, change.unit, language) for value in (change.before, change.after))
    yield f"{change.title}  {change.metric}  {before} → {after}"
    yield from (f"  {_effect(effect, change.unit, language)}" for effect in change.effects)
    for name in ("added", "removed", "changed"):
        ids: tuple[str, ...] = getattr(change.rows, name)
        if ids:
            yield f"  {_WORDS[language][name]}{_WORDS[language]['colon']}{_listed(ids, language, with_all_rows)}"


def _effect(effect: Effect, unit: str, language: Language) -> str:
    words = _WORDS[language]
    parts = [words[effect.cause]]
    if effect.effect is not None:
        sign = "+" if effect.effect >= 0 else "−"
        parts.append(sign + _change_in_words(abs(effect.effect), unit, language))
    if effect.rows:
        parts.append(words["rows"].format(f"{effect.rows:,}"))
    return "  ".join(parts)


def _change_in_words(value: float, unit: str, language: Language) -> str:
    """A change of a rate in percentage points, a whole count without decimals."""
    if unit == "percent":
        return f"{digits(value * 100)} {_WORDS[language]['points']}"
    return in_words(round(value) if unit == "count" and value.is_integer() else value, unit, language)


def _listed(ids: tuple[str, ...], language: Language, with_all_rows: bool) -> str:
    words = _WORDS[language]
    shown = words["joint"].join(ids if with_all_rows else ids[:MOST_EXAMPLES])
    return shown if with_all_rows or len(ids) <= MOST_EXAMPLES else words["more"].format(shown, f"{len(ids):,}")


def as_json(difference: Difference) -> dict[str, Any]:
    """The difference as an object of plain values."""
    return {
        "before": difference.before,
        "after": difference.after,
        "unchanged": difference.unchanged,
        "changes": [
            {
                "metric": change.metric,
                "title": change.title,
                "unit": change.unit,
                "before": _plain(change.before),
                "after": _plain(change.after),
                "effects": [
                    {"cause": effect.cause, "effect": effect.effect, "rows": effect.rows} for effect in change.effects
                ],
                "added": list(change.rows.added),
                "removed": list(change.rows.removed),
                "changed": list(change.rows.changed),
            }
            for change in difference.changes
        ],
    }


def _plain(value: Number | None) -> int | float | None:
    return value if value is None or isinstance(value, int) else float(value)
