"""Which field a column might serve whose header nobody knows: by the likeness of words and the shape of the cells."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.cell_evidence import LIKE_A_MOMENT, MOMENT_TYPES
from pipelines.contracts import Contract, Field, load_common_words
from pipelines.header_words import names_duration, normalised, without_brackets
from pipelines.headers import Recognition
from pipelines.sheets import Sheet

LEAST_LIKENESS = 0.45
GOOD_LIKENESS = 0.7
SHAPE_AGREES = 0.15
SHAPE_DISAGREES = 0.5
SEARCH_ROWS = 10
FEWEST_CELLS = 3
AMOUNT = re.compile(r"[-+(]?[¥$]?[-+]?[\d,]+(?:\.\d+)?%?\)?(?:万|亿)?元?")
PHONE = re.compile(r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-?\d{7,8}")
IDENTIFIER = re.compile(r"(?=.*\d)[\w-]{3,40}")
SHAPES_OF_TYPES = {
    "timestamp": "moment", "date": "moment", "period_start": "moment", "period_end": "moment",
    "money": "amount", "number": "amount", "minutes": "amount", "integer": "amount", "score": "amount",
    "phone": "phone", "yes_no": "yes_no", "identifier": "identifier",
}  # fmt: skip


@dataclass(frozen=True)
class Guess:
    """A field that a column might serve. `likeness` runs from 0 to 1; `shape` says what the cells look like."""

    index: int
    field: Field
    likeness: float
    shape: str
    is_own_word: bool = False

    @property
    def is_good(self) -> bool:
        """Whether the guess is worth writing into the settings."""
        return self.likeness >= GOOD_LIKENESS


def guesses(
    contract: Contract, header: Sequence[str], free: Iterable[int], taken: Iterable[str], rows: Sequence[Sequence[str]]
) -> Mapping[int, Guess]:
    """By column: the likeliest of the fields not yet served, each field given once, the likeliest pair first."""
    served = set(taken)
    candidates = [
        guess
        for index in free
        for field in contract.fields.values()
        if field.name not in served and (guess := _guess(index, header[index], field, _cells(rows, index)))
    ]
    found: dict[int, Guess] = {}
    for guess in sorted(candidates, key=lambda each: (-each.likeness, each.index)):
        if guess.index not in found and guess.field.name not in served:
            found[guess.index] = guess
            served.add(guess.field.name)
    return found


def guessed_reading(sheet: Sheet, contracts: Iterable[Contract]) -> Recognition | None:
    """A sheet of no known kind, read as the kind whose fields its header is most like; None where it is like none.

    The reading has no columns of its own: every one of them is still to be guessed.
    """
    best: tuple[float, Recognition] | None = None
    for row, header in enumerate(sheet.preview[:SEARCH_ROWS], start=1):
        names = [index for index, cell in enumerate(header) if cell.strip()]
        if len(names) < FEWEST_CELLS or not _reads_as_header(header[index] for index in names):
            continue
        for contract in contracts:
            found = guesses(contract, header, names, (), sheet.preview[row:])
            good = sum(guess.likeness for guess in found.values() if guess.is_good)
            has_required = any(guess.field.is_required for guess in found.values() if guess.is_good)
            if good >= 2 * GOOD_LIKENESS and has_required and (best is None or good > best[0]):
                unmapped = tuple(header[index].strip() for index in names)
                best = (good, Recognition(contract, row, (), (), unmapped))
    return best[1] if best else None


def shape_of(cells: Sequence[str]) -> str:
    """What the cells of a column look like: moment, phone, amount, yes_no, identifier or an empty text."""
    filled = [unicodedata.normalize("NFKC", cell).strip() for cell in cells if cell.strip()]
    if len(filled) < FEWEST_CELLS:
        return ""
    words = load_common_words()
    tests = {
        "phone": lambda cell: PHONE.fullmatch(cell) is not None,
        "moment": lambda cell: LIKE_A_MOMENT.search(cell) is not None,
        "yes_no": lambda cell: cell.lower() in words.yes or cell.lower() in words.no,
        "amount": lambda cell: AMOUNT.fullmatch(cell) is not None,
        "identifier": lambda cell: IDENTIFIER.fullmatch(cell) is not None,
    }
    for shape, fits in tests.items():
        if all(map(fits, filled)) and (shape != "identifier" or len(set(filled)) == len(filled)):
            return shape
    return ""


def _cells(rows: Sequence[Sequence[str]], index: int) -> list[str]:
    return [row[index] for row in rows if index < len(row)]


def _guess(index: int, header: str, field: Field, cells: Sequence[str]) -> Guess | None:
    likeness = _likeness(without_brackets(header), field.headers + field.ambiguous_headers)
    is_duration = field.type in MOMENT_TYPES and names_duration(header)
    if likeness < LEAST_LIKENESS or is_duration:
        return None
    shape = shape_of(cells)
    if field.type == "code":
        known = {*(field.words or {}), *(field.words or {}).values()}
        agrees: bool | None = any(cell.strip().lower() in known for cell in cells)
    else:
        expected = SHAPES_OF_TYPES.get(field.type, "")
        agrees = None if not shape else (shape == expected if expected or shape in ("moment", "phone") else None)
    if agrees is not None:
        likeness = min(likeness + SHAPE_AGREES, 1) if agrees else likeness * SHAPE_DISAGREES
    is_own_word = without_brackets(header) in _words(field.headers)
    return Guess(index, field, likeness, shape, is_own_word) if likeness >= LEAST_LIKENESS else None


def _reads_as_header(cells: Iterable[str]) -> bool:
    """Names of columns seldom have digits; rows of data do."""
    with_digits = [any(character.isdigit() for character in cell) for cell in cells]
    return sum(with_digits) <= len(with_digits) / 4


@cache
def _likeness(header: str, headers: tuple[str, ...]) -> float:
    near = difflib.get_close_matches(header, _words(headers), n=1, cutoff=LEAST_LIKENESS)
    return difflib.SequenceMatcher(None, header, near[0]).ratio() if near else 0


@cache
def _words(headers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(normalised, headers)))
