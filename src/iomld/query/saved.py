"""Saved queries: SPARQL in ``.rq`` files, described by a header of ``#+`` lines.

The header is YAML, in the style known from grlc::

    #+ summary: Who takes part in which process
    #+ description: One row per process, participant and role.
    #+ params:
    #+   process: {type: iri, default: null, description: only this process}
    #+ multiple: [pinpoints]
    #+ tags: [contract]
    #+ expect: {rows: 12}

``multiple`` names the columns in which several values are joined by ``|``; ``expect`` gives the rows (or their number)
that the answer over the project's data must have, read from the documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iomld.errors import QueryError, nearest, raise_all
from iomld.location import SourceLocation
from iomld.query.scope import scope
from iomld.yamltext import yaml_value

__all__ = ["TYPES", "Parameter", "SavedQuery", "described", "load_all", "load_query", "saved_files"]

_MEMBERS = ("summary", "question", "description", "params", "multiple", "tags", "expect", "joins")
#: members of another kind than text: that kind, and how it is written
_KINDS: Mapping[str, tuple[type, str]] = {
    "params": (dict, "a parameter a line, such as process: {type: iri}"),
    "multiple": (list, "a list of columns, such as [pinpoints]"),
    "tags": (list, "a list of tags, such as [contract]"),
    "expect": (dict, "what is expected, such as {rows: 12}"),
}
TYPES = ("iri", "string", "integer", "decimal", "boolean", "date", "language")


@dataclass(frozen=True)
class Parameter:
    """A variable that the caller may bind.

    :param type: ``iri``, ``string``, ``integer``, ``decimal``, ``boolean``, ``date`` or ``language``
    :param default: value as text, bound where the caller gives none; None leaves the variable free
    """

    name: str
    type: str = "string"
    default: str | None = None
    description: str = ""


@dataclass(frozen=True)
class SavedQuery:
    """A query with its description; ``text`` is the SPARQL, header included (it is a comment)."""

    name: str
    file: Path
    text: str
    summary: str = ""
    question: str = ""
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    multiple: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    expect: Mapping[str, Any] = field(default_factory=dict)


def saved_files(folder: Path) -> dict[str, Path]:
    """The files of the saved queries below a folder, by name, sorted."""
    return {path.stem: path for path in sorted(folder.rglob("*.rq"))}


def load_all(folder: Path) -> dict[str, SavedQuery]:
    """All saved queries below a folder, by name, sorted."""
    return {name: load_query(path) for name, path in saved_files(folder).items()}


def load_query(path: Path) -> SavedQuery:
    """Read one saved query.

    :raises QueryError: ``query-missing``, ``query-not-utf8``, ``query-header`` with the line
    """
    place = SourceLocation(str(path))
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        hint = "'iomld query --list' shows the saved queries"
        raise QueryError("query-missing", "there is no such file", location=place, hint=hint) from None
    except UnicodeDecodeError as error:
        raise QueryError("query-not-utf8", "the file is not UTF-8", location=place) from error
    return described(text, path)


def described(text: str, path: Path) -> SavedQuery:
    """A query from its text, which may begin with a header.

    :param path: names the query, and stands in messages
    """
    lines = [(n, line[2:].removeprefix(" ")) for n, line in enumerate(text.splitlines(), 1) if line.startswith("#+")]
    header = _Header(path, lines)
    parameters = tuple(header.parameters())
    header.refuse_unreached(parameters, text)
    return SavedQuery(
        name=path.stem,
        file=path,
        text=text,
        summary=str(header.members.get("summary", "")),
        question=str(header.members.get("question", "")),
        description=str(header.members.get("description", "")),
        parameters=parameters,
        multiple=tuple(header.members.get("multiple") or ()),
        tags=tuple(header.members.get("tags") or ()),
        expect=header.members.get("expect") or {},
    )


class _Header:
    """The ``#+`` lines of a query, read as YAML."""

    def __init__(self, path: Path, lines: list[tuple[int, str]]) -> None:
        self._path = path
        self._lines = lines
        self.members: dict[str, Any] = self._read() if lines else {}
        errors: list[QueryError] = []
        for member, value in self.members.items():
            if member not in _MEMBERS:
                hint = nearest(str(member), _MEMBERS) or f"known are {', '.join(_MEMBERS)}"
                errors.append(self._wrong(f"unknown member “{member}”", str(member), hint))
            elif member in _KINDS and value is not None and not isinstance(value, _KINDS[member][0]):
                errors.append(self._wrong(f"{member}: {value!r} is not {_KINDS[member][1]}", member))
        raise_all(errors)

    def _read(self) -> dict[str, Any]:
        def wrong(message: str, line: int | None, hint: str | None) -> QueryError:
            number = self._lines[min(line - 1, len(self._lines) - 1) if line else 0][0]
            place = SourceLocation(str(self._path), line=number)
            told, cure = f"the header is not YAML: {message}", hint or "each #+ line holds 'member: value'"
            return QueryError("query-header", told, location=place, hint=cure)

        header = yaml_value("\n".join(line for _, line in self._lines), wrong) or {}
        if not isinstance(header, dict):
            raise self._wrong("the header holds no members", "")
        return header

    def _wrong(self, message: str, member: str, hint: str | None = None) -> QueryError:
        key = re.compile(rf"(^|\W){re.escape(member)}[\"']?\s*:")
        found = (number for number, content in self._lines if member and key.search(content))
        line = next(found, self._lines[0][0])
        return QueryError("query-header", message, location=SourceLocation(str(self._path), line=line), hint=hint)

    def parameters(self) -> Iterator[Parameter]:
        for name, given in (self.members.get("params") or {}).items():
            about = given if isinstance(given, dict) else {"type": given}
            type, default = str(about.get("type", "string")), about.get("default")
            if type not in TYPES:
                raise self._wrong(
                    f"parameter {name}: unknown type “{type}”", str(name), f"types are {', '.join(TYPES)}"
                )
            if isinstance(default, list | dict):
                message = f"parameter {name}: the default {default!r} is not one value"
                raise self._wrong(message, str(name), "write one value, such as default: 12")
            # YAML has values of its own for true and false, which SPARQL spells as YAML does
            text = str(default).lower() if isinstance(default, bool) else None if default is None else str(default)
            yield Parameter(str(name), type, text, str(about.get("description", "")))

    def refuse_unreached(self, parameters: Sequence[Parameter], text: str) -> None:
        """Refuse parameters whose value would change nothing.

        :param text: of the query; where it holds no query form, that is told when it is asked
        """
        found = scope(text) if parameters else None
        if found is None:
            return
        raise_all(
            self._wrong(
                f"parameter {one.name}: "
                + (
                    f"no value reaches ?{one.name} where it stands: in a sub-select that does not select it, "
                    "in a FILTER of an inner group, or behind AS"
                    if one.name in found.named
                    else f"?{one.name} is no variable of the pattern"
                ),
                one.name,
                "select it in the sub-select (and group by it), or move the FILTER to the outermost group"
                if one.name in found.named
                else nearest(one.name, found.reached) or f"they are {', '.join(found.reached) or 'none'}",
            )
            for one in parameters
            if one.name not in found.reached
        )
