r"""Regular expressions that people wrote, for RE2, turned into those of Java that mean the same.

Java tries one way after the other, and takes time and stack without bounds where a group is repeated whose parts can
match in several ways; and it knows letters of upper and lower case by another table. Such expressions are not turned,
so that RE2, which does neither, is asked instead. The others mean the same but for characters that are younger than one
of the two: a letter that was added to Unicode last year is none to a Java of the year before.

Source: RE2, "Syntax"; Java, class ``java.util.regex.Pattern``.
"""

from __future__ import annotations

import re

__all__ = ["for_java"]

# A class begins with its bracket, a caret, and a bracket that closes nothing.
_TOKEN = re.compile(r"\\[pP]\{[A-Za-z]+\}|\\x\{[0-9A-Fa-f]+\}|\\.|\[\^?\]?|.", re.S)
_FLAGS = re.compile(r"\(\?([a-z]+)\)")
_REPEATED = re.compile(r"[*+{]")
# RE2 counts no code point without an assignment among the others (C).
_OTHERS = {r"\p{C}": r"\p{Cc}\p{Cf}\p{Co}", r"\P{C}": r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{Cn}"}


def for_java(pattern: str) -> str | None:
    r"""The expression for Java; None where it is not certain to mean the same, or to come to an end.

    >>> for_java(r"^a.&[&]$")
    '\\Aa[^\\n]&[\\&]\\z'
    >>> for_java("(a|b)*") is None
    True
    """
    flags = _FLAGS.match(pattern)
    letters = flags[1] if flags else ""
    if set(letters) - set("ms"):
        return None
    out: list[str] = []
    in_class = False
    at = flags.end() if flags else 0
    while at < len(pattern):
        match = _TOKEN.match(pattern, at)
        assert match is not None
        piece, at = match[0], match.end()
        if in_class:
            in_class = piece != "]"
            out.append(_OTHERS.get(piece, "\\" + piece if piece in "&[" else piece))
        elif piece in _OTHERS:
            out.append(f"[{_OTHERS[piece]}]")
        elif piece[0] == "[":
            in_class = True
            out.append(piece.replace("]", "\\]"))
        elif piece == ")" and _REPEATED.match(pattern, at):
            return None
        else:
            out.append(_outside(piece, letters))
    return "".join(out)


def _outside(piece: str, flags: str) -> str:
    """A piece that stands in no class."""
    if piece == ".":
        return "(?s:.)" if "s" in flags else r"[^\n]"
    if piece == "^":
        return r"(?<![^\n])" if "m" in flags else r"\A"
    if piece == "$":
        return r"(?![^\n])" if "m" in flags else r"\z"
    return piece
