"""Numbers and texts on their way into a picture, which remember the quantities that they show.

A chart puts them wherever Plotly wants them. `plotted_in` finds them there, so that the fact check can derive each one
again and compare it with what the picture holds at its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from reports.numbers import JOINT, Quantity, printed
from workspace import Language

Place = tuple[str | int, ...]


class PlottedNumber(float):
    """A quantity's value times a factor: yuan in units of ten thousand, shares in points."""

    quantity: Quantity
    factor: float

    @classmethod
    def of(cls, quantity: Quantity, factor: float = 1.0) -> Self:
        """The number to be drawn for a quantity."""
        drawn = cls(float(quantity.value) * factor)
        drawn.quantity, drawn.factor = quantity, factor
        return drawn

    def __mul__(self, other: float) -> PlottedNumber:
        return PlottedNumber.of(self.quantity, self.factor * float(other))

    def __truediv__(self, other: float) -> PlottedNumber:
        return PlottedNumber.of(self.quantity, self.factor / float(other))

    def __neg__(self) -> PlottedNumber:
        return PlottedNumber.of(self.quantity, -self.factor)

    def __deepcopy__(self, held: Mapping[int, Any]) -> Self:
        return self


class PlottedText(str):
    """A quantity as a label prints it."""

    quantity: Quantity
    form: str

    @classmethod
    def of(cls, quantity: Quantity, form: str, language: Language) -> Self:
        """The label of a quantity."""
        text = cls(label_text(quantity, form, language))
        text.quantity, text.form = quantity, form
        return text

    def __deepcopy__(self, held: Mapping[int, Any]) -> Self:
        return self


@dataclass(frozen=True)
class Plotted:
    """What a picture shows at a place: a quantity's value times the factor, or its text in the form."""

    place: Place
    quantity: Quantity
    factor: float | None = None
    form: str | None = None


def label_text(quantity: Quantity, form: str, language: Language) -> str:
    """A quantity as plain text."""
    return printed(quantity.value, form, language, quantity.limit).replace(JOINT, " ")


def plotted_in(picture: Mapping[str, Any]) -> tuple[Plotted, ...]:
    """Everything in a picture's JSON that came from a quantity: values of traces, lines and labels."""
    layout = picture["layout"]
    shown = {"data": picture["data"], "layout": {key: layout.get(key, ()) for key in ("shapes", "annotations")}}
    return tuple(_found(shown, ()))


def _found(held: Any, place: Place) -> Iterator[Plotted]:
    if isinstance(held, PlottedNumber):
        yield Plotted(place, held.quantity, factor=held.factor)
    elif isinstance(held, PlottedText):
        yield Plotted(place, held.quantity, form=held.form)
    elif isinstance(held, Mapping):
        for key, value in held.items():
            yield from _found(value, (*place, key))
    elif isinstance(held, list | tuple):
        for position, value in enumerate(held):
            yield from _found(value, (*place, position))


def at(picture: Mapping[str, Any], place: Place) -> Any:
    """What a picture's JSON holds at a place; None where the place is gone."""
    held: Any = picture
    for key in place:
        try:
            held = held[key]
        except (KeyError, IndexError, TypeError):
            return None
    return held
