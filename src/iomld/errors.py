"""The tree of errors.

::

    IomldError                 id, message, location, hint; exit code 70 unless a subclass says otherwise
    ├─ UsageError              2   the command or call cannot be understood
    ├─ InputError              3   what the user gave is wrong
    │  ├─ ProjectError             project file, folder layout
    │  ├─ SourceError              a table or other logical source: its file, header, rows, cells
    │  ├─ TermError                an IRI, literal, CURIE or date is malformed
    │  ├─ MappingError             a mapping document
    │  ├─ LinkError                link tables, authority files, review files
    │  ├─ ShapesError              a shapes graph
    │  ├─ DataError                RDF data that cannot be read
    │  └─ QueryError               a query or its parameters
    ├─ OutsideError            4   network, endpoint, port, disk, missing optional part
    └─ Mistakes                    several of the above, reported together

:class:`QueryWarning` is no error: what the command line tells as a warning about a query, from Python.

Raising and rendering are apart: nothing here prints (see ``iomld.cli.console``).
Every ``id`` is a heading in ``docs/errors.md``.
"""

from __future__ import annotations

import copyreg
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from iomld.location import SourceLocation

__all__ = [
    "DataError",
    "InputError",
    "IomldError",
    "LinkError",
    "MappingError",
    "Mistakes",
    "OutsideError",
    "ProjectError",
    "QueryError",
    "QueryWarning",
    "ShapesError",
    "SourceError",
    "TermError",
    "UsageError",
    "nearest",
    "raise_all",
]


class IomldError(Exception):
    """An error with a place and a cure.

    :param id: stable name of the kind of error, a heading of ``docs/errors.md`` (``cell-not-a-date``)
    :param message: what was found and what was expected, one sentence, no full stop needed
    :param location: where to look, if known
    :param hint: what to do about it
    """

    exit_code: ClassVar[int] = 70

    def __init__(
        self,
        id: str,
        message: str,
        *,
        location: SourceLocation | None = None,
        hint: str | None = None,
    ) -> None:
        message = _visible(message)
        super().__init__(message)
        self.id = id
        self.message = message
        self.location = location
        self.hint = hint and _visible(hint)

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message}{hint}"

    def __reduce__(self) -> tuple[Any, ...]:
        # An exception is copied by a call with its args, which hold the message alone.
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


def _visible(text: str) -> str:
    """A message in which no sign of a found value is invisible: such a sign is shown by its code.

    That is: control and format characters everywhere (line breaks, and tabs beside them, lay out the message itself),
    and at the ends of a quoted value the spaces that are no plain ones.

    >>> _visible("unknown state “PRT\u200b”, “\u00a0PRT”")
    'unknown state “PRT\\\\u200b”, “\\\\u00a0PRT”'
    """
    if text.isprintable():  # spaces but the plain one are not
        return text
    kept = "\n\t" if "\n" in text else ""
    shown = "".join(_code(char) if char not in kept and _is_invisible(char) else char for char in text)
    return re.sub(r"(?<=“)[^\S \n]+|[^\S \n]+(?=”)", lambda match: "".join(map(_code, match[0])), shown)


def _is_invisible(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] == "C" or category in ("Zl", "Zp")


def _code(char: str) -> str:
    return char.encode("unicode_escape").decode() if ord(char) > 0xFF or char < " " else f"\\u{ord(char):04x}"


class UsageError(IomldError):
    """The command or call cannot be understood."""

    exit_code = 2


class InputError(IomldError):
    """What the user gave is wrong."""

    exit_code = 3


class ProjectError(InputError):
    """The project file or the layout of its folders."""


class SourceError(InputError):
    """A logical source: its file, header, rows or cells."""


class TermError(InputError):
    """An IRI, literal, CURIE or date that is malformed."""


class MappingError(InputError):
    """A mapping document."""


class LinkError(InputError):
    """A link table, an authority file or a review file."""


class ShapesError(InputError):
    """A shapes graph."""


class DataError(InputError):
    """RDF data that cannot be read."""


class QueryError(InputError):
    """A query or its parameters."""


class QueryWarning(UserWarning):
    """Something about a query that whoever asks should know: a term, thing or variable that nothing knows.

    ``warnings.simplefilter("error", iomld.QueryWarning)`` makes errors of them, ``"ignore"`` silences them.
    """


class OutsideError(IomldError):
    """The outside world: network, endpoint, port, disk, a missing optional part."""

    exit_code = 4


class Mistakes(IomldError):
    """Several errors found in one run; the exit code is that of the gravest."""

    def __init__(self, errors: Sequence[IomldError]) -> None:
        self.errors = tuple(errors)
        count = len(self.errors)
        super().__init__("mistakes", f"{count} mistake{'s' if count != 1 else ''} found")
        self.exit_code = max((error.exit_code for error in self.errors), default=3)  # type: ignore[misc]

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


def raise_all(errors: Iterable[IomldError]) -> None:
    """Raise nothing, the one error, or :class:`Mistakes` with all of them (duplicates dropped, order kept)."""
    seen: dict[str, IomldError] = {}
    for error in errors:
        for single in error.errors if isinstance(error, Mistakes) else (error,):
            seen.setdefault(f"{single.id} {single}", single)
    if len(seen) == 1:
        raise next(iter(seen.values()))
    if seen:
        raise Mistakes(list(seen.values()))


def nearest(name: str, known: Iterable[str], *, count: int = 3) -> str | None:
    """A hint that offers the known names most like the given one, or None where nothing is near.

    >>> nearest("Austrai", ["Australia", "Austria", "Belgium"])
    'did you mean Australia or Austria?'
    """
    import difflib

    by_folded: dict[str, str] = {}
    for candidate in known:
        by_folded.setdefault(candidate.casefold(), candidate)
    found = difflib.get_close_matches(name.casefold(), by_folded, n=count, cutoff=0.6)
    if not found:
        return None
    likeness = [difflib.SequenceMatcher(None, folded, name.casefold()).ratio() for folded in found]
    names = [by_folded[one] for one, ratio in zip(found, likeness, strict=True) if ratio > likeness[0] - 0.15]
    return f"did you mean {' or '.join([', '.join(names[:-1]), names[-1]] if names[:-1] else names)}?"
