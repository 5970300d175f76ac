"""The lines of a delimited text file, looked at in one pass over its bytes.

Counts the rows apart from the reader that the account is compared with, and tells whether DuckDB can read the file as
it stands: quotation marks at the edges of cells alone, no blank lines between rows, line feeds as line ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

LONGEST_ROW_BYTES = 2_000_000  # what DuckDB takes for one row
QUOTE, LINE_FEED, CARRIAGE_RETURN = ord('"'), ord("\n"), ord("\r")
Positions = npt.NDArray[np.intp]


class EndlessRow(Exception):
    """A row goes on beyond what a row can be; `row_number` counts from 1."""

    def __init__(self, row_number: int) -> None:
        super().__init__(row_number)
        self.row_number = row_number


def _refuse_other_encodings(lines: bytes) -> None:
    """Raises UnicodeError where the bytes are no UTF-8; Arrow's validation is faster than decoding."""
    ends = pa.py_buffer(np.array([0, len(lines)], dtype=np.int32))
    try:
        pa.StringArray.from_buffers(1, ends, pa.py_buffer(lines)).validate(full=True)
    except pa.ArrowInvalid as error:
        raise UnicodeError("no UTF-8") from error


@dataclass
class Lines:
    """What is known of the UTF-8 text seen so far; `feed` takes its bytes block by block, `close` ends it.

    `row_count` leaves blank lines at the end of the file out.
    """

    delimiter: str
    row_count: int = 0
    has_quoted_line_ends: bool = False
    has_stray_quotes: bool = False
    has_blank_lines: bool = False
    has_bare_carriage_returns: bool = False
    _rest: bytes = b""
    _is_quoted: bool = False
    _quoted_bytes: int = 0
    _blank_lines_at_end: int = 0

    @property
    def can_be_read_in_place(self) -> bool:
        """Whether DuckDB sees the same rows as a person."""
        return not (self.has_stray_quotes or self.has_blank_lines or self.has_bare_carriage_returns)

    def feed(self, block: bytes) -> None:
        """Looks at the next bytes, as far as they are whole lines. Raises EndlessRow, UnicodeError."""
        seen = self._rest + block
        cut = seen.rfind(b"\n") + 1 or (seen.rfind(b"\r") + 1 if len(seen) > LONGEST_ROW_BYTES else 0)
        self._rest = seen[cut:]
        if cut:
            self._look(seen[:cut])
        if max(len(self._rest), self._quoted_bytes) > LONGEST_ROW_BYTES:
            raise EndlessRow(self.row_count + self._blank_lines_at_end + 1)

    def close(self) -> None:
        """Ends the file: a last row without a line end counts too."""
        if self._rest:
            self._look(self._rest + b"\n")
        self._rest = b""

    def _look(self, lines: bytes) -> None:
        _refuse_other_encodings(lines)
        data = np.frombuffer(lines, dtype=np.uint8)
        quotes = self._quotes(data) if b'"' in lines else np.empty(0, dtype=np.intp)
        if b"\r" in lines:
            self._look_at_carriage_returns(data, quotes)
        ends = np.flatnonzero(data == LINE_FEED)
        is_quoted = self._within(quotes, ends)
        self.has_quoted_line_ends |= bool(is_quoted.any())
        self._count(data, ends[~is_quoted])
        self._is_quoted ^= len(quotes) % 2 == 1
        # after a stray mark nobody knows what is quoted: the file is written anew, and that finds a cell without an end
        is_endless = self._is_quoted and not self.has_stray_quotes
        self._quoted_bytes = self._quoted_bytes + len(lines) if is_endless else 0

    def _quotes(self, data: npt.NDArray[np.uint8]) -> Positions:
        """Where quotation marks stand; an opening one follows a delimiter, a closing one goes before one."""
        quotes = np.flatnonzero(data == QUOTE)
        opening = quotes[int(self._is_quoted) :: 2]
        closing = quotes[1 - int(self._is_quoted) :: 2]
        edges = np.array([ord(self.delimiter), LINE_FEED, CARRIAGE_RETURN, QUOTE], dtype=np.uint8)
        # every block begins and ends with a line, so what stands before its first byte is the line feed at its end
        is_plain = np.isin(data[opening - 1], edges).all() and np.isin(data[closing + 1], edges).all()
        self.has_stray_quotes |= not bool(is_plain)
        return quotes

    def _within(self, quotes: Positions, positions: Positions) -> npt.NDArray[np.bool_]:
        """Which of the positions stand inside a quoted cell."""
        is_within: npt.NDArray[np.bool_] = (np.searchsorted(quotes, positions) + int(self._is_quoted)) % 2 == 1
        return is_within

    def _look_at_carriage_returns(self, data: npt.NDArray[np.uint8], quotes: Positions) -> None:
        returns = np.flatnonzero(data[:-1] == CARRIAGE_RETURN)
        bare = returns[data[returns + 1] != LINE_FEED]
        is_quoted = self._within(quotes, bare)
        self.has_quoted_line_ends |= bool(is_quoted.any())
        self.has_bare_carriage_returns |= not bool(is_quoted.all())

    def _count(self, data: npt.NDArray[np.uint8], ends: Positions) -> None:
        """Counts rows; blank lines count once a filled one follows."""
        if not len(ends):
            return
        starts = np.concatenate(([0], ends[:-1] + 1))
        lengths = ends - starts
        is_filled = (lengths > 1) | ((lengths == 1) & (data[starts] != CARRIAGE_RETURN))
        is_filled[0] |= self._is_quoted
        filled = np.flatnonzero(is_filled)
        if not len(filled):
            self._blank_lines_at_end += len(ends)
            return
        last = int(filled[-1]) + 1
        self.has_blank_lines |= self._blank_lines_at_end > 0 or last > len(filled)
        self.row_count += self._blank_lines_at_end + last
        self._blank_lines_at_end = len(ends) - last
