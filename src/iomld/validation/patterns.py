"""Regular expressions of SPARQL (XPath) turned into those of the engine (RE2).

What XPath does not have is an error of the shapes: it would mean something else in every other validator.
What XPath has and RE2 has not (back-references) is left to pySHACL, spelt for Python's ``re``. A class subtracted from
another, which neither has, is written out as the characters that are left.

Source: XQuery 1.0 and XPath 2.0 Functions and Operators, section 7.6.1; XML Schema Part 2, Appendix F.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

__all__ = ["ForeignDialect", "NotTranslatable", "for_python", "translate"]


class ForeignDialect(ValueError):
    """The pattern is no regular expression of XPath."""


class NotTranslatable(ValueError):
    """The pattern is legal and beyond the engine."""


# XSD: \w is everything but punctuation, separators and others; \i and \c are the name characters of XML 1.0.
_NAME_START = (
    r":A-Z_a-z\x{C0}-\x{D6}\x{D8}-\x{F6}\x{F8}-\x{2FF}\x{370}-\x{37D}\x{37F}-\x{1FFF}\x{200C}-\x{200D}"
    r"\x{2070}-\x{218F}\x{2C00}-\x{2FEF}\x{3001}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFFD}\x{10000}-\x{EFFFF}"
)
_NAME = _NAME_START + r"\-.0-9\x{B7}\x{300}-\x{36F}\x{203F}-\x{2040}"
_CLASSES = {"d": r"\p{Nd}", "s": r" \t\n\r", "w": r"^\p{P}\p{Z}\p{C}", "i": _NAME_START, "c": _NAME}
_LITERAL_ESCAPES = set(r"nrt\|.?*+(){}-[]^$")
_QUANTIFIER = re.compile(r"[?*+]\??|\{\d+(?:,\d*)?\}\??")
_CATEGORIES = frozenset(
    [
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cn",
    ]
)
_END = 0x110000
_EVERY = frozenset(range(_END)) - frozenset(range(0xD800, 0xE000))
_MOST_REPEATS = 1000  # RE2's own limit
_PROPERTY = re.compile(r"\{(\^?)(Is[A-Za-z0-9\-]+|[A-Z][a-z]?)\}")


def _escape(pattern: str, at: int, *, in_class: bool) -> tuple[str, int]:
    """What an escape at ``at`` (behind the backslash) becomes, and where it ends."""
    if at >= len(pattern):
        raise ForeignDialect("it ends in a lone backslash")
    letter = pattern[at]
    if letter in _LITERAL_ESCAPES:
        return "\\" + letter, at + 1
    if letter.lower() in _CLASSES:
        content = _CLASSES[letter.lower()]
        negated = letter.isupper()
        if content.startswith("^"):
            content, negated = content[1:], not negated
        if not in_class:
            return f"[{'^' if negated else ''}{content}]", at + 1
        if not negated:
            return content, at + 1
        if letter == "w":  # a class may hold \\w: its members are spelt out as letters, marks, numbers and symbols
            return r"\p{L}\p{M}\p{N}\p{S}", at + 1
        if letter == "D":
            return r"\P{Nd}", at + 1
        if letter == "S":
            return r"\S\x{0B}\x{0C}", at + 1
        raise NotTranslatable(f"\\{letter} inside of brackets")
    if letter in "pP":
        match = _PROPERTY.match(pattern, at + 1)
        if match is None or match[1]:
            raise ForeignDialect(f"\\{letter} is not followed by a category as in \\p{{Lu}}")
        if match[2].startswith("Is"):
            raise NotTranslatable(f"the block \\p{{{match[2]}}}")
        if match[2] not in _CATEGORIES:
            raise ForeignDialect(f"\\{letter}{{{match[2]}}} names no category of Unicode")
        if match[2] == "Cn":
            raise NotTranslatable("the category Cn")
        return f"\\{letter}{{{match[2]}}}", match.end()
    if letter.isdigit() and not in_class:
        raise NotTranslatable(f"the back-reference \\{letter}")
    raise ForeignDialect(f"\\{letter} is no escape of XPath")


@cache
def _code_points(escape: str) -> frozenset[int]:
    """The characters of a class with a letter of its own: ``d``, ``W``, ``p{Lu}``."""
    letter, name = escape[0], escape[2:-1]
    if letter in "pP":
        found = {code for code in range(_END) if unicodedata.category(chr(code)).startswith(name)}
    elif letter in "wW":
        found = {code for code in range(_END) if unicodedata.category(chr(code))[0] not in "PZC"}
    elif letter in "dD":
        found = {code for code in range(_END) if unicodedata.category(chr(code)) == "Nd"}
    elif letter in "sS":
        found = set(map(ord, " \t\n\r"))
    else:
        content = re.sub(r"\\x\{(\w+)\}", lambda code: f"\\U{int(code[1], 16):08X}", _CLASSES[letter.lower()])
        member = re.compile(f"[{content}]")
        found = {code for code in range(_END) if member.match(chr(code))}
    return frozenset(_EVERY - found if letter.isupper() else found)


def _character(pattern: str, at: int) -> tuple[frozenset[int], int]:
    """A character of a class, or an escape that stands for several, and where it ends."""
    if pattern[at] != "\\":
        return frozenset({ord(pattern[at])}), at + 1
    _, end = _escape(pattern, at + 1, in_class=True)
    escape = pattern[at + 1 : end]
    if escape in _LITERAL_ESCAPES:
        return frozenset({ord({"n": "\n", "r": "\r", "t": "\t"}.get(escape, escape))}), end
    return _code_points(escape), end


def _difference(pattern: str, at: int, *, fold: bool) -> tuple[set[int], int]:
    """The characters of a class from its bracket on, less those of the class subtracted, and where it ends.

    :param fold: whether case does not count (flag i)
    """
    at += 1
    negated = pattern.startswith("^", at)
    start = at = at + negated
    found: set[int] = set()
    less: set[int] = set()
    while at < len(pattern) and not (pattern[at] == "]" and at > start):
        if pattern.startswith("-[", at) and at > start:
            less, at = _difference(pattern, at + 1, fold=fold)
            if not pattern.startswith("]", at):
                raise ForeignDialect("a class that is subtracted stands last in its brackets")
            break
        first, at = _character(pattern, at)
        if len(first) == 1 and pattern.startswith("-", at) and pattern[at + 1 : at + 2] not in ("", "[", "]"):
            last, at = _character(pattern, at + 1)
            first = frozenset(range(min(first), max(last) + 1))
        found |= first
    if at >= len(pattern):
        raise ForeignDialect("a bracket is never closed")
    if fold:
        found, less = _folded(found), _folded(less)
    return (set(_EVERY) - found if negated else found) - less, at + 1


def _folded(codes: set[int]) -> set[int]:
    variants = {form for code in codes for form in (chr(code).lower(), chr(code).upper())}
    return codes | {ord(form) for form in variants if len(form) == 1}


def _listed(codes: set[int]) -> str:
    """A class of RE2 that lists characters."""
    parts: list[list[int]] = []
    for code in sorted(codes & _EVERY):
        if parts and parts[-1][1] == code - 1:
            parts[-1][1] = code
        else:
            parts.append([code, code])
    content = "".join(f"\\x{{{first:X}}}-\\x{{{last:X}}}" for first, last in parts)
    return f"[{content}]" if content else r"[^\x{0}-\x{10FFFF}]"


def _brackets(pattern: str, at: int, fold: bool) -> tuple[str, int]:
    """A class from its bracket on, and where it ends."""
    opened = at
    out = "["
    at += 1
    if pattern.startswith("^", at):
        out += "^"
        at += 1
    start = at
    while at < len(pattern):
        letter = pattern[at]
        if letter == "]" and at > start:
            return out + "]", at + 1
        if letter == "\\":
            piece, at = _escape(pattern, at + 1, in_class=True)
            out += piece
            continue
        if letter == "[":
            if pattern.startswith("-", at - 1) and at - 1 > start:
                codes, end = _difference(pattern, opened, fold=fold)
                return _listed(codes), end
            raise ForeignDialect("an opening bracket inside of brackets is written \\[")
        if (
            letter == "-"
            and at > start
            and pattern[at - 1] > pattern[at + 1 : at + 2] > ""
            and _plain_range(pattern, at)
        ):
            raise ForeignDialect(f"the range {pattern[at - 1 : at + 2]} runs backwards")
        out += letter
        at += 1
    raise ForeignDialect("a bracket is never closed")


def _plain_range(pattern: str, at: int) -> bool:
    """Whether the hyphen at ``at`` joins two plain characters."""
    return pattern[at - 2 : at - 1] != "\\" and pattern[at + 1] not in "]\\[" and pattern[at - 1] not in "[]"


def translate(pattern: str, flags: str = "") -> str:
    """The pattern for RE2, which finds it anywhere in a text.

    :param flags: any of ``s``, ``m``, ``i``, ``x``, ``q``
    :raises ForeignDialect: if it is no regular expression of XPath
    :raises NotTranslatable: if RE2 has nothing like it

    >>> translate(r"^ACT-\\d$")
    '^ACT-[\\\\p{Nd}]$'
    """
    if set(flags) - set("smixq"):
        raise ForeignDialect(f"the flags “{flags}” are not among s, m, i, x, q")
    switches = "".join(sorted(set(flags) & set("smi")))
    head = f"(?{switches})" if switches else ""
    if "q" in flags:
        return head + re.sub(r"([\\.?*+(){}\[\]^$|])", r"\\\1", pattern)
    verbose = "x" in flags
    out: list[str] = []
    at = depth = 0
    while at < len(pattern):
        letter = pattern[at]
        if letter == "\\":
            piece, at = _escape(pattern, at + 1, in_class=False)
        elif letter == "[":
            piece, at = _brackets(pattern, at, "i" in flags)
        elif letter == "(" and pattern.startswith("?", at + 1) and not pattern.startswith("?:", at + 1):
            what = {"=": "look-ahead", "!": "look-ahead", "<": "look-behind or a named group", "P": "a named group"}
            raise ForeignDialect(f"{what.get(pattern[at + 2 : at + 3], 'an inline flag')} is not known to XPath")
        elif letter == "(" and pattern.startswith("?:", at + 1):
            # XPath 3 and every engine have groups without a number.
            depth += 1
            piece, at = "(?:", at + 3
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            if depth < 0:
                raise ForeignDialect("a parenthesis is closed that was not opened")
            piece, at = letter, at + 1
        elif letter in "?*+{":
            quantifier = _QUANTIFIER.match(pattern, at)
            if quantifier is None or not out or out[-1] in ("(", "(?:", "|", "^"):
                raise ForeignDialect(f"“{letter}” has nothing to repeat; write \\{letter} for the character")
            piece, at = quantifier.group(), quantifier.end()
            if any(int(number) > _MOST_REPEATS for number in re.findall(r"\d+", piece)):
                raise NotTranslatable(f"more than {_MOST_REPEATS} repeats")
            if at < len(pattern) and pattern[at] in "?*+{":
                raise ForeignDialect("a quantifier stands on a quantifier")
        elif letter in "]}":
            raise ForeignDialect(f"“{letter}” stands alone; write \\{letter} for the character")
        elif verbose and letter in " \t\n\r":
            piece, at = "", at + 1
        else:
            piece, at = letter, at + 1
        if piece:
            out.append(piece)
    if depth:
        raise ForeignDialect("a parenthesis is never closed")
    return head + "".join(out)


def for_python(pattern: str, flags: str = "") -> str:
    """The pattern for Python's ``re``, which pySHACL asks; flags are put inside.

    ``$`` is the end of the text, not also the place before a last line break; ``\\s`` is four characters.

    :raises ForeignDialect: if a class is no class of XPath
    :raises NotTranslatable: if Python has nothing like a class

    >>> for_python(r"^(a) \\1$", "x")
    '^(a)\\\\1\\\\Z'
    """
    switches = "".join(sorted(set(flags) & set("smi")))
    head = f"(?{switches})" if switches else ""
    if "q" in flags:
        return head + re.escape(pattern)
    out: list[str] = []
    at = 0
    while at < len(pattern):
        piece = pattern[at : at + 2] if pattern[at] == "\\" else pattern[at]
        end = at + len(piece)
        if piece == "[":
            listed, end = _brackets(pattern, at, "i" in flags)
            piece = pattern[at:end]
            if "-[" in re.sub(r"\\.", "  ", piece):
                piece = re.sub(r"\\x\{(\w+)\}", lambda code: f"\\U{int(code[1], 16):08X}", listed)
            else:
                piece = piece.replace(r"\s", r" \t\n\r")
        elif piece in (r"\s", r"\S"):
            piece = r"[ \t\n\r]" if piece == r"\s" else r"[^ \t\n\r]"
        elif piece == "$" and "m" not in flags:
            piece = r"\Z"
        elif "x" in flags and piece in " \t\n\r":
            piece = ""
        out.append(piece)
        at = end
    return head + "".join(out)
