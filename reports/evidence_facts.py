"""The facts of one figure, as the panel behind a number lists them: in the words and roundings of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from reports.derivations import judged_statistic
from reports.numbers import FORM_OF_UNIT, JOINT, Number, printed
from workspace import Language

if TYPE_CHECKING:
    from queries.catalog import Metric
    from queries.figure import Figure

DIFFERENCES = {"rate": "points"}
HOURS = ("p90", "restricted_mean_hours")
UNSAID = ("design_effect",)

Word = Callable[[str, str], str]


@dataclass(frozen=True)
class FactWriter:
    """Writes the facts of figures in one language; `word` gives the fixed word of a group for a code."""

    language: Language
    word: Word

    def facts(self, figure: Figure, metric: Metric) -> tuple[tuple[str, str], ...]:
        """Each fact with its name, in the order in which a reader asks; what does not apply is left out."""
        written = self._facts(figure, metric)
        return tuple((self.word("evidence", name), text.replace(JOINT, " ")) for name, text in written if text)

    def _facts(self, figure: Figure, metric: Metric) -> Iterator[tuple[str, str]]:
        form = FORM_OF_UNIT[figure.unit]
        yield "definition", metric.definition.text(self.language).strip()
        yield "value", self._value(figure)
        yield "parts", self._parts(figure, metric)
        yield "interval", self._range(figure.low, figure.high, f"minus {form}")
        yield "previous_value", self._previous(figure)
        yield "change", self._change(figure)
        yield "target", self._target(figure)
        yield "details", self._details(figure)
        yield "method", self.word("evidence", f"aggregate_{metric.aggregate}")
        yield "as_of", self._day(figure.as_of)

    def _value(self, figure: Figure) -> str:
        counted = self._words("rows_counted").format(printed(figure.n, "count", self.language))
        return self._joined(self._printed(figure.value, f"minus {FORM_OF_UNIT[figure.unit]}", figure.target), counted)

    def _parts(self, figure: Figure, metric: Metric) -> str:
        if figure.numerator is None or figure.denominator is None:
            return ""
        form = "cents" if metric.base == "money" else "count"
        return f"{self._printed(figure.numerator, form)} ÷ {self._printed(figure.denominator, form)}"

    def _previous(self, figure: Figure) -> str:
        if figure.previous is None or figure.previous_as_of is None:
            return ""
        value = self._printed(figure.previous, f"minus {FORM_OF_UNIT[figure.unit]}")
        return self._joined(value, self._words("until").format(self._day(figure.previous_as_of)))

    def _change(self, figure: Figure) -> str:
        if figure.change is None:
            return ""
        form = FORM_OF_UNIT[figure.unit]
        form = f"signed {DIFFERENCES.get(form, form)}"
        bounds = self._range(figure.change_low, figure.change_high, form)
        return self._joined(
            self._printed(figure.change, form), self._words("interval_of").format(bounds) if bounds else ""
        )

    def _target(self, figure: Figure) -> str:
        if figure.target is None:
            return ""
        statistic = judged_statistic(figure).removeprefix("details:")
        of_statistic = "" if statistic == "value" else self.word("evidence_column", statistic)
        value = self._printed(figure.target, f"short {FORM_OF_UNIT[figure.unit]}")
        return self._joined(value, of_statistic, self.word("verdict_words", figure.status))

    def _details(self, figure: Figure) -> str:
        held = (
            self._words("detail").format(self._column(name), self._detail(name, value))
            for name, value in figure.details.items()
            if value is not None and name not in UNSAID
        )
        return self._words("detail_joint").join(held)

    def _detail(self, name: str, value: Any) -> str:
        if name in HOURS:
            return self._printed(value, "hours")
        return self._printed(value, "cents" if name.endswith(("_amount", "_yuan")) else "count")

    def _range(self, low: Number | None, high: Number | None, form: str) -> str:
        if low is None or high is None:
            return ""
        joint = self._words("to_negative" if low < 0 else "to")
        return f"{self._printed(low, form)}{joint}{self._printed(high, form)}"

    def _printed(self, value: Number | None, form: str, limit: float | None = None) -> str:
        return self._words("missing") if value is None else printed(value, form, self.language, limit)

    def _joined(self, *texts: str) -> str:
        return self._words("joint").join(text for text in texts if text)

    def _day(self, day: date) -> str:
        return self._words("day").format(day)

    def _column(self, name: str) -> str:
        word = self.word("evidence_column", name)
        return word.replace("_", " ") if word == name else word

    def _words(self, key: str) -> str:
        return self.word("evidence", key)
