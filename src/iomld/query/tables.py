"""Tables for people: on a terminal fitted to its width, elsewhere whole."""

from __future__ import annotations

import unicodedata

from iomld.query.answers import Solutions
from iomld.query.misspelt import shortened
from iomld.terms import PrefixMap, parse_term

__all__ = ["shown", "table"]

_NARROW = 6  # columns narrower than this tell nothing: rows are then shown one below the other


def shown(spelt: str | None, prefixes: PrefixMap, base: str = "") -> str:
    """A term as people read it: IRIs relative to the base or as CURIEs, literals without quotes."""
    if spelt is None:
        return ""
    term = parse_term(spelt)
    if term.kind == "iri":
        return shortened(term.value, base=base, prefixes=prefixes)
    # A control character could move the cursor or change the colours of a terminal.
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in term.value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in text)


def _fitted(text: str, width: int) -> str:
    found = len(text) if text.isascii() else _width(text)
    if found > width:
        while text and _width(text) > width - 1:
            text = text[:-1]
        text += "…"
        found = _width(text)
    return text + " " * (width - found)


def _widths(wanted: list[int], room: int) -> list[int]:
    """Widths that fill the room: a column that needs less than its share gives the rest to the others."""
    widths = wanted[:]
    share = room // len(widths)
    for _ in widths:
        wide = [width for width in wanted if width > share]
        rest = room - sum(width for width in wanted if width <= share)
        if not wide or rest // len(wide) <= share:
            break
        share = rest // len(wide)
    widths = [min(width, max(share, 1)) for width in wanted]
    spare = room - sum(widths)
    for index, width in enumerate(wanted):
        more = min(spare, width - widths[index])
        widths[index] += more
        spare -= more
    return widths


def table(solutions: Solutions, prefixes: PrefixMap, base: str = "", *, columns: int | None = None) -> str:
    """Solutions as a table; as records, one below the other, where the columns would be too narrow to read.

    :param columns: width in characters; None cuts nothing
    """
    if not solutions.variables:
        return _count(solutions)
    rows = [[shown(term, prefixes, base) for term in row] for row in solutions.rows]
    names = solutions.variables
    wanted = [max([_width(name), *(_width(row[index]) for row in rows)]) for index, name in enumerate(names)]
    widths = wanted
    if columns is not None:
        room = columns - 2 * (len(names) - 1)
        widths = _widths(wanted, room) if room > 0 else [0]
        if any(width < min(_NARROW, need) for width, need in zip(widths, wanted, strict=False)):
            return _records(names, rows, columns) + _count(solutions)
    lines = ["  ".join(_fitted(name, width) for name, width in zip(names, widths, strict=True)).rstrip()]
    lines.append("  ".join("─" * width for width in widths))
    lines += ["  ".join(_fitted(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n" + _count(solutions)


def _records(names: tuple[str, ...], rows: list[list[str]], available: int) -> str:
    left = max(map(_width, names))
    lines = []
    for row in rows:
        for name, cell in zip(names, row, strict=True):
            if cell:
                lines.append(f"{_fitted(name, left)}  {_fitted(cell, max(available - left - 2, 10)).rstrip()}")
        lines.append("")
    return "\n".join(lines) + ("\n" if lines else "")


def _count(solutions: Solutions) -> str:
    count = len(solutions.rows)
    return f"{count:,} row{'s' if count != 1 else ''}{'' if solutions.complete else ', and more'}\n"
