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

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from iomld.errors import QueryError, nearest
from iomld.location import SourceLocation

__all__ = ["Parameter", "SavedQuery", "load_all", "load_query"]

_MEMBERS = ("summary", "description", "params", "multiple", "tags", "expect", "joins")
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
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    multiple: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    expect: Mapping[str, Any] = field(default_factory=dict)


def load_all(folder: Path) -> dict[str, SavedQuery]:
    """All saved queries below a folder, by name, sorted."""
    return {path.stem: load_query(path) for path in sorted(folder.rglob("*.rq"))}


def load_query(path: Path) -> SavedQuery:
    """Read one saved query.

    :raises QueryError: ``query-missing``, ``query-header`` with the line
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise QueryError(
            "query-missing", "there is no such file", location=SourceLocation(str(path)), hint="'iomld query --list' shows the saved queries"
        ) from None
    except UnicodeDecodeError as error:
        raise QueryError("query-not-utf8", "the file is not UTF-8", location=SourceLocation(str(path))) from error
    lines = [(number, line[2:].removeprefix(" ")) for number, line in enumerate(text.splitlines(), 1) if line.startswith("#+")]
    return _described(path, text, lines)


def _described(path: Path, text: str, lines: list[tuple[int, str]]) -> SavedQuery:
    header: dict[str, Any] = {}
    if lines:
        import yaml

        try:
            header = yaml.safe_load("\n".join(line for _, line in lines)) or {}
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = lines[mark.line][0] if mark and mark.line < len(lines) else lines[-1][0]
            raise QueryError(
                "query-header",
                f"the header is not YAML: {error.problem}",
                location=SourceLocation(str(path), line=line),
                hint="each #+ line holds 'member: value'",
            ) from error
    if not isinstance(header, dict):
        raise QueryError("query-header", "the header holds no members", location=SourceLocation(str(path), line=lines[0][0]))
    for member in header:
        if member not in _MEMBERS:
            line = next((number for number, content in lines if content.startswith(str(member))), lines[0][0])
            raise QueryError(
                "query-header",
                f"unknown member “{member}”",
                location=SourceLocation(str(path), line=line),
                hint=nearest(str(member), _MEMBERS) or f"known are {', '.join(_MEMBERS)}",
            )
    parameters = []
    for name, about in (header.get("params") or {}).items():
        about = about if isinstance(about, dict) else {"type": about}
        if about.get("type", "string") not in TYPES:
            raise QueryError(
                "query-header",
                f"parameter {name}: unknown type “{about['type']}”",
                location=SourceLocation(str(path), line=lines[0][0]),
                hint=f"types are {', '.join(TYPES)}",
            )
        default = about.get("default")
        parameters.append(
            Parameter(
                str(name),
                about.get("type", "string"),
                None if default is None else str(default),
                str(about.get("description", "")),
            )
        )
    return SavedQuery(
        name=path.stem,
        file=path,
        text=text,
        summary=str(header.get("summary", "")),
        description=str(header.get("description", "")),
        parameters=tuple(parameters),
        multiple=tuple(header.get("multiple") or ()),
        tags=tuple(header.get("tags") or ()),
        expect=header.get("expect") or {},
    )
