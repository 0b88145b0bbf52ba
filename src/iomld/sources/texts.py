"""The text of a document, cut into the units that its facts cite.

Which parts a text has, and what their units begin with, stands in ``structure.toml`` beside the document's tables::

    text = "paper.txt"                   # file name in the folder of texts
    noise = ['^Page \\d+$']               # lines that are no text
    [footnotes]
    block = '…'                          # regular expression of a run of footnotes
    unit = 'body/footnote-{}'            # pinpoint below the document; {} is the number
    begin = '(?m)^{} '                   # what a footnote begins with
    [[part]]
    begin = '(?m)^Annex$'                # where the part begins; '' for the beginning of the text
    unit = 'annex/para-{}'
    number = '(?m)^{}\\. '                # what unit number {} begins with; numbers run from 1
    item = '(?m)^\\({}\\) '               # optional: items (i), (ii) … within a unit
    sub = true                           # optional: units 7.1, 7.2 … within 7
    # or, for units without numbers: names = […], starts = [regular expressions, one a name]

Footnotes are taken out first, so that a paragraph that one of them cuts in two is whole again. A heading between two
units belongs to the second.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from iomld.errors import IomldError, SourceError, nearest, raise_all
from iomld.location import SourceLocation, line_in_toml
from iomld.sources.files import shown

__all__ = ["cut", "normalize", "readings", "repair"]

_HYPHEN = re.compile(r"(?<=[^\W\d_])-[ \t]*\n\s*(?=[^\W\d_])")
# The mark of a footnote: a superscript, or one or two digits right behind a word (“parties2”) or behind what ends a
# sentence (“parties.2 ”); not digits behind digits (“7.1”, “(2006)76”).
_MARK = re.compile(
    r"<sup>\d{1,2}</sup>|[⁰¹²³⁴-⁹]+|(?<=[^\W\d])\d{1,2}(?=[\s,.;:)\]”]|$)"
    r"|(?<=[^\W\d][)”’»])\d{1,2}(?=[\s,.;:]|$)|(?:(?<=[^\W\d][.,;:])|(?<=[^\W\d][.)][”)]))\d{1,2}(?=\s|$)"
)

_PLAIN = str.maketrans("’‘“”«»–—", '\'\'""""--')
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")


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


def cut(structure: Path, folder: Path, *, root: Path, listed: Collection[str] = ()) -> dict[str, str]:
    """The text of each unit of a document, by its pinpoint below the document (``body/para-6``).

    :param structure: the document's ``structure.toml``
    :param folder: where the texts lie
    :param listed: units that the document is known to have: where one of them is not found, the next one is looked for
    :returns: units in the order of the text, unrepaired
    :raises SourceError: ``structure-malformed``, ``text-missing``, ``text-unit-missing``
    """
    label = shown(structure, root)
    described = _structure(structure, label)
    try:
        text = (folder / described["text"]).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SourceError(
            "text-missing",
            f"the text {described['text']} cannot be read: {reason}",
            location=SourceLocation(str(folder)),
            hint="give the folder that holds the documents as plain text",
        ) from error
    return _units(text, described, label, frozenset(listed))


def _structure(file: Path, label: str) -> dict[str, Any]:
    """What a ``structure.toml`` says; all of its mistakes where it has some."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        described = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        what = "TOML" if isinstance(error, tomllib.TOMLDecodeError) else "UTF-8"
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        raise SourceError(
            "structure-malformed",
            f"not {what}: {str(error).partition(' (at')[0]}",
            location=SourceLocation(label, line=line, column=column),
        ) from error
    raise_all(
        SourceError(
            "structure-malformed", message, location=SourceLocation(label, line=line_in_toml(text, path)), hint=hint
        )
        for path, message, hint in _mistakes(described)
    )
    return described


#: what each member holds: a text, a pattern, a pattern with {} for the number, a list of them …
_MEMBERS = {"text": "text", "noise": "patterns", "footnotes": "table", "part": "tables"}
_FOOTNOTES = {"block": "pattern", "unit": "numbered", "begin": "numbered pattern"}
_PART = {
    "begin": "pattern", "unit": "numbered", "number": "numbered pattern", "item": "numbered pattern", "sub": "switch",
    "names": "texts", "starts": "patterns",
}  # fmt: skip
_EXPECTED = {
    "text": "a text",
    "texts": "a list of texts",
    "pattern": "a regular expression",
    "patterns": "a list of regular expressions",
    "numbered": "a text in which {} stands for the number",
    "numbered pattern": "a regular expression in which {} stands for the number, and {{ for a brace",
    "switch": "true or false",
    "table": "a table, such as [footnotes]",
    "tables": "an array of tables, such as [[part]]",
}
_Mistake = tuple[tuple[str | int, ...], str, str | None]


def _mistakes(described: dict[str, Any]) -> Iterator[_Mistake]:
    yield from _members(described, _MEMBERS, ("text", "part"), ())
    if isinstance(footnotes := described.get("footnotes"), dict):
        yield from _members(footnotes, _FOOTNOTES, tuple(_FOOTNOTES), ("footnotes",))
    parts = described.get("part")
    for index, part in enumerate(parts if isinstance(parts, list) and _is_of("tables", parts) else ()):
        units = ("starts",) if "starts" in part else ("number",)
        yield from _members(part, _PART, ("begin", "unit", *units), ("part", index))
        names, starts = part.get("names"), part.get("starts")
        if isinstance(names, list) and isinstance(starts, list) and len(names) != len(starts):
            yield ("part", index, "names"), f"there are {len(names)} names and {len(starts)} starts", "one name a start"


def _members(
    found: dict[str, Any], known: dict[str, str], needed: tuple[str, ...], path: tuple[str | int, ...]
) -> Iterator[_Mistake]:
    for name in needed:
        if name not in found:
            yield (*path, name), f"member “{name}” is missing", f"it is {_EXPECTED[known[name]]}"
    for name, value in found.items():
        if name not in known:
            yield (*path, name), f"unknown member “{name}”", nearest(name, known) or f"known are {', '.join(known)}"
        elif not _is_of(known[name], value):
            shown = name if isinstance(value, dict | list) else f"{name} = {value!r}"
            yield (*path, name), f"{shown} is not {_EXPECTED[known[name]]}", None


def _is_of(kind: str, value: object) -> bool:
    match kind:
        case "table":
            return isinstance(value, dict)
        case "tables":
            return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
        case "switch":
            return isinstance(value, bool)
        case "texts" | "patterns":
            return isinstance(value, list) and all(_is_of(kind.removesuffix("s"), each) for each in value)
    if not isinstance(value, str):
        return False
    try:
        if "numbered" in kind:
            value = value.format("1")
        if "pattern" in kind:
            re.compile(value)
    except (ValueError, LookupError, re.error):  # braces that hold something else than nothing
        return False
    return True


def _units(text: str, described: dict[str, Any], label: str, listed: frozenset[str]) -> dict[str, str]:
    units: dict[str, str] = {}
    blocks = ""
    if notes := described.get("footnotes"):
        blocks = "".join(match[0] + "\n" for match in re.finditer(notes["block"], text))
        text = re.sub(notes["block"], "", text)
    for line in described.get("noise", ()):
        text, blocks = (re.sub(f"(?m){line}", "", each) for each in (text, blocks))
    if notes:
        footnotes = _numbered(blocks, notes["unit"], notes["begin"], listed)
        units |= {notes["unit"].format(number): footnote for number, footnote in footnotes.items()}
    parts = described["part"]
    begins: list[int] = []
    errors: list[IomldError] = []
    for part in parts:
        if match := re.search(part["begin"], text):
            begins.append(match.start())
        else:
            errors.append(_missing("part", part["begin"], label))
    raise_all(errors)
    for part, start, end in zip(parts, begins, [*begins[1:], len(text)], strict=True):
        units |= _part(text[start:end], part, label, listed)
    return units


def _missing(what: str, begin: str, label: str) -> SourceError:
    return SourceError(
        "text-unit-missing",
        f"no {what} begins with {begin}",
        location=SourceLocation(label),
        hint="correct the regular expression, or use the text that it was written for",
    )


def _part(text: str, part: dict[str, Any], label: str, listed: frozenset[str]) -> dict[str, str]:
    if "starts" in part:
        names = part.get("names") or [str(number + 1) for number in range(len(part["starts"]))]
        places = []
        position = 0
        errors: list[IomldError] = []
        for start in part["starts"]:
            match = re.compile(start, re.M).search(text, position)
            if match is None:
                errors.append(_missing("unit", start, label))
                continue
            places.append(match.start())
            position = match.start() + 1
        raise_all(errors)
        ends = [*places[1:], len(text)]
        return {
            part["unit"].format(name): text[begin:end] for name, begin, end in zip(names, places, ends, strict=True)
        }
    units: dict[str, str] = {}
    within: dict[str, str] = {}
    unit, begin = part["unit"], part["number"]
    numbered = _numbered(text, unit, begin, listed)
    for number, body in numbered.items():
        pinpoint = unit.format(number)
        units[pinpoint] = body
        if part.get("sub"):
            parts = _numbered(body, unit, begin, listed, f"{number}.", headed=False)
            within |= {unit.format(each): found for each, found in parts.items()}
        if item := part.get("item"):
            following = str(int(number) + 1)  # where it is not found, its items stand in this one
            swallowed = following not in numbered and unit.format(following) in listed
            for name, found in _items(body, item, pinpoint, listed):
                if not swallowed or f"{pinpoint}/{name}" in listed:
                    within[f"{pinpoint}/{name}"] = found
    return units | within


def _numbered(
    text: str, unit: str, begin: str, listed: frozenset[str], prefix: str = "", *, headed: bool = True
) -> dict[str, str]:
    """Units by running numbers: number 2 is looked for behind number 1, so that a year is no number.

    :returns: text by number
    """
    numbers = (f"{prefix}{number}" for number in itertools.count(1))
    places = _places(text, begin, numbers, _numbers(unit, prefix, listed))
    units = {}
    heading = ""
    if places and headed:
        heading = text[: places[0][1]]
        if places[0][0] != f"{prefix}1":  # the first one is not there: what stands here may be its text
            heading = _without_heading(heading)[1]
    ends = [*(place for _, place in places[1:]), len(text)][: len(places)]
    for (number, start), end in zip(places, ends, strict=True):
        body, next_heading = _without_heading(text[start:end])
        units[number] = f"{heading}\n{body}"
        heading = next_heading
    return units


def _numbers(unit: str, prefix: str, listed: frozenset[str]) -> set[str]:
    """The numbers of the listed units whose pinpoints are of the form ``unit``."""
    before, *others = map(re.escape, unit.format("\n").split("\n"))
    form = re.compile(before + rf"({re.escape(prefix)}\d+)" + r"\1".join(others)) if others else None
    return {match[1] for pinpoint in listed if form and (match := form.fullmatch(pinpoint))}


def _places(text: str, begin: str, names: Iterable[str], listed: set[str]) -> list[tuple[str, int]]:
    """Where units begin, each behind the one before it.

    :param names: in their order
    :param listed: names that are known: where one is not found, the next one of these is looked for
    """
    places: list[tuple[str, int]] = []
    position, missing = 0, False
    ahead = set(listed)
    for name in names:
        if not missing or name in ahead:
            if match := re.compile(begin.format(re.escape(name))).search(text, position):
                places.append((name, match.start()))
                position, missing = match.end(), False
            else:
                missing = True
        ahead.discard(name)
        if missing and not ahead:
            break
    return places


def _without_heading(text: str) -> tuple[str, str]:
    """A unit, and the heading of the next one that trails it: blocks that end like no sentence."""
    blocks = re.split(r"(?:\n\s*\n|\n(?= \S))", text)
    kept = len(blocks)
    while kept > 1 and not _ends_a_sentence(blocks[kept - 1]):
        kept -= 1
    return "\n\n".join(blocks[:kept]), "\n\n".join(blocks[kept:])


def _ends_a_sentence(block: str) -> bool:
    """Whether the last sign, behind it perhaps a quote mark, a bracket or the mark of a footnote, ends a sentence."""
    end = re.sub(r"(?<=\D)\d{1,2}$", "", block.strip())
    if re.search(r"(?:^|\W)(?:\w\.){2,}$", end):  # “U.S.A.”: an abbreviation
        return False
    return bool(re.search(r"[.;:!?]\W*$", end))


def _items(text: str, begin: str, pinpoint: str, listed: frozenset[str]) -> Iterator[tuple[str, str]]:
    places = _places(text, begin, _ROMAN, {name for name in _ROMAN if f"{pinpoint}/{name}" in listed})
    ends = [*(place for _, place in places[1:]), len(text)][: len(places)]
    for (name, start), end in zip(places, ends, strict=True):
        yield name, text[start:end]
