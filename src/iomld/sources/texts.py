"""Texts taken from pages: the damage that extraction does, undone; how they are compared."""

from __future__ import annotations

import re

__all__ = ["normalize", "readings", "repair"]

_HYPHEN = re.compile(r"(?<=[^\W\d_])-[ \t]*\n\s*(?=[^\W\d_])")
# The mark of a footnote: a superscript, or one or two digits right behind a word (“parties2”) or behind what ends a
# sentence (“parties.2 ”); not digits behind digits (“7.1”, “(2006)76”).
_MARK = re.compile(
    r"<sup>\d{1,2}</sup>|[⁰¹²³⁴-⁹]+|(?<=[^\W\d])\d{1,2}(?=[\s,.;:)\]”]|$)"
    r"|(?<=[^\W\d][)”’»])\d{1,2}(?=[\s,.;:]|$)|(?:(?<=[^\W\d][.,;:])|(?<=[^\W\d][.)][”)]))\d{1,2}(?=\s|$)"
)

_PLAIN = str.maketrans("’‘“”«»–—", '\'\'""""--')


def repair(text: str) -> str:
    """Undo the damage of extraction from a page: spaces after apostrophes and inside words, lines cut for the page.

    >>> repair("l’ OIM met en œ uvre\\n“ les droits”")
    'l’OIM met en œuvre “les droits”'
    """
    text = re.sub(r"([A-Za-zÀ-ÿ])([’']) (?=[A-Za-zÀ-ÿœŒ])", _closed, text)
    text = re.sub(r"([œŒ]) (?=[a-zà-ÿ])", r"\1", text)
    text = re.sub(r"([“(«]) +", r"\1", text)
    text = re.sub(r" +([”)»])", r"\1", text)
    text = re.sub(r"(?<=[^\W\d_])-[ \t]*\n\s*(?=[^\W\d_])", "-", text)
    return re.sub(r"\s+", " ", text).strip()


def _closed(match: re.Match[str]) -> str:
    # "migrants’  rights" is a plural, "l’ OIM" and "IOM’ s" are damage: an s alone, or a letter or qu- before it
    letter, apostrophe = match.groups()
    after = match.string[match.end() : match.end() + 2]
    if letter in "sS" and not re.match(r"s\b", after):
        before = match.string[max(0, match.start() - 1) : match.start()]
        if before.isalpha():
            return f"{letter}{apostrophe} "
    return letter + apostrophe


def normalize(text: str) -> str:
    """A text as it is compared: repaired, no markup, quotes and dashes of one sort, case folded."""
    text = re.sub(r"\]\([^()\s]*\)|\\(?=[^\w\s])", "", text)  # [text](target) and \( of Markdown
    text = repair(text)
    text = text.translate(_PLAIN)
    text = re.sub(r"[\"*_\\\[\]�]|<[^<>]*>", " ", text)
    return re.sub(r"\s+", " ", text).strip().casefold()


def readings(text: str) -> str:
    """A text normalized, one line for each way in which it may be read.

    The page does not tell whether a hyphen at the end of a line belongs to the word, nor whether a figure behind a
    word is the mark of a footnote: both readings stand, so that none has to be guessed.

    >>> readings("the par-\\nties2")
    'the par-ties2\\nthe par-ties\\nthe parties2\\nthe parties'
    """
    found: dict[str, None] = {}
    for hyphens in (text, _HYPHEN.sub("", text)):
        for marks in (hyphens, _MARK.sub("", hyphens)):
            found[normalize(marks)] = None
    return "\n".join(found)
