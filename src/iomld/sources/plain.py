"""Whether DuckDB reads a delimited file for what it is.

Three things it passes over without a word: blank lines, which count as rows, empty cells behind the last column,
which make a row too wide, and a last record that is longer than its longest line, which it may drop. The first two show
at the ends of lines, which are looked at all at once, by their last bytes; the third at the end of the file. An end
may also be innocent, such as that of a row whose last cell is empty; then the delimiters of the file are counted
against those of its table. And it takes the end of all lines from the first record, even from within its quotes, and
then may find no other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from iomld.engine import text
from iomld.sources.model import Dialect

if TYPE_CHECKING:
    import duckdb

__all__ = ["adds_up", "begins_late", "ends_of_lines", "has_blank_line", "may_be_too_wide", "spans_lines"]

_BLOCK = 1 << 18
_last = itemgetter(slice(-3, None))


def ends_of_lines(path: Path) -> set[bytes]:
    """The last three bytes of each line, without its line feed; none where carriage returns make a blank line."""
    ends: set[bytes] = set()
    rest = b""
    with open(path, "rb") as stream:
        while block := stream.read(_BLOCK):
            block = rest + block
            if b"\r" in block and b"\r\r" in block:
                ends.add(b"")
            lines = block.split(b"\n")
            rest = lines.pop()[-4:]
            ends.update(map(_last, lines))
    if rest:
        ends.add(_last(rest))
    return ends


def has_blank_line(ends: set[bytes]) -> bool:
    """Whether one of the lines that end like this is blank."""
    return b"" in ends or b"\r" in ends


def spans_lines(path: Path, dialect: Dialect) -> bool:
    """Whether a cell of the first record holds a line break."""
    with open(path, "rb") as stream:
        line = stream.readline(_BLOCK)
    quotes = line.count(dialect.quote.encode()) if dialect.quote else 0
    return quotes % 2 == 1 or b"\r" in line.rstrip(b"\r\n")


def may_be_too_wide(ends: set[bytes], dialect: Dialect) -> bool:
    """Whether one of the lines that end like this may have an empty cell behind its last column."""
    empty = (dialect.delimiter.encode()[-3:], 2 * (dialect.quote or dialect.delimiter).encode())
    return any(end.removesuffix(b"\r").endswith(empty) for end in ends)


def begins_late(path: Path, dialect: Dialect, most: int) -> bool:
    """Whether the last record of a file begins within its last bytes, for sure.

    :param most: how many bytes
    """
    size = path.stat().st_size
    if size <= most:
        return True
    with open(path, "rb") as stream:
        stream.seek(size - most)
        tail = stream.read().removesuffix(b"\n").removesuffix(b"\r")
    quote = dialect.quote.encode() if dialect.quote else None
    quotes, end = 0, len(tail)
    while (begin := tail.rfind(b"\n", 0, end)) >= 0:
        quotes += tail.count(quote, begin, end) if quote else 0
        if quotes % 2 == 0:  # as many open behind this line break as close
            return not quotes or not _goes_on(tail[begin + 1 :].decode(errors="replace"), dialect)
        end = begin
    return False


def _goes_on(lines: str, dialect: Dialect) -> bool:
    """Whether lines may also be read as what follows within a cell that is quoted."""
    quote = dialect.quote or ""
    try:
        for _ in csv.reader(
            io.StringIO(quote + lines, newline=""), delimiter=dialect.delimiter, quotechar=quote, strict=True
        ):
            pass
    except csv.Error:
        return False
    return True


def adds_up(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, header: Sequence[str], dialect: Dialect
) -> bool:
    """Whether a file has as many delimiters as its table has between cells and within them.

    :param table: what DuckDB has read of the file, in the columns ``c0``, ``c1`` …
    """
    delimiter = dialect.delimiter.encode()
    with open(path, "rb") as stream:
        blocks = iter(lambda: stream.read(_BLOCK), b"") if len(delimiter) == 1 else stream
        found: int = sum(block.count(delimiter) for block in blocks)
    [(rows,)] = connection.execute(f"SELECT count(*) FROM {table}").fetchall()
    found -= (len(header) - 1) * rows
    if dialect.header:
        found -= len(header) - 1 + sum(name.count(dialect.delimiter) for name in header)
    if found:
        mark = text(dialect.delimiter)
        within = " + ".join(
            f"coalesce(sum(strlen(c{index}) - strlen(replace(c{index}, {mark}, ''))) "
            f"FILTER (contains(c{index}, {mark})), 0)"
            for index in range(len(header))
        )
        [(inner,)] = connection.execute(f"SELECT {within} FROM {table}").fetchall()
        found -= int(inner) // len(delimiter)
    return found == 0
