"""The text of a document, cut into the units that its facts cite (see :mod:`iomld.sources.structure`).

Footnotes are taken out first, so that a paragraph that one of them cuts in two is whole again. A heading between two
units belongs to the second.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from iomld.errors import IomldError, SourceError, raise_all
from iomld.location import SourceLocation
from iomld.sources.files import shown
from iomld.sources.structure import read_structure

__all__ = ["cut"]

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")


def cut(structure: Path, folder: Path, *, root: Path, listed: Collection[str] = ()) -> dict[str, str]:
    """The text of each unit of a document, by its pinpoint below the document (``body/para-6``).

    :param structure: the document's ``structure.toml``
    :param folder: where the texts lie
    :param listed: units that the document is known to have: where one of them is not found, the next one is looked for
    :returns: units in the order of the text, unrepaired
    :raises SourceError: ``structure-malformed``, ``text-missing``, ``text-unit-missing``
    """
    label = shown(structure, root)
    described = read_structure(structure, label)
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
