"""Whose name a name is: the rows of a table of names, each with the IRI of its thing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from iomld.errors import IomldError, LinkError, UsageError, nearest, raise_all
from iomld.linking.tables import read_table
from iomld.location import SourceLocation

__all__ = ["bearers"]

_FIELD = re.compile(r"\{([^{}]*)\}")


def bearers(path: Path, column: str, subject: str, *, base: str, wanted: Collection[str]) -> dict[str, str]:
    """The IRI of the thing that bears each name of a table.

    :param column: of the names
    :param subject: template of the IRIs, ``id/state/{key}``: values are encoded as in a template of a mapping; a column
        alone, ``{iri}``, holds IRIs or paths below the base
    :param base: what relative IRIs are put behind
    :param wanted: names that somebody asks for; others may be shared
    :raises UsageError: ``subject-template``
    :raises LinkError: ``link-name-shared`` where one name is that of two things; those of the table
    """
    rows = read_table(path, [column])
    fields = _FIELD.findall(subject)
    known = list(rows[0].cells) if rows else [column]
    if not fields or re.search(r"[{}]", _FIELD.sub("", subject)):
        raise UsageError(
            "subject-template",
            f"the subject “{subject}” names no column",
            hint="write the IRI with a column in braces: id/state/{key}",
        )
    for each in fields:
        if each not in known:
            raise UsageError(
                "subject-template",
                f"the subject “{subject}” asks for the column “{each}”, which {path} does not have",
                hint=nearest(each, known) or f"its columns are {', '.join(known)}",
            )
    safe = {} if subject == f"{{{fields[0]}}}" else _encoded({cells[each] for _, cells in rows for each in fields})
    found: dict[str, tuple[str, int]] = {}
    errors: list[IomldError] = []
    for number, cells in rows:
        name = cells[column]
        if name not in wanted or not all(cells[each] for each in fields):
            continue
        iri = _FIELD.sub(lambda match, cells=cells: safe.get(cells[match[1]], cells[match[1]]), subject)  # type: ignore[misc]
        iri = iri if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", iri) else base + iri
        first, row = found.setdefault(name, (iri, number))
        if first != iri:
            errors.append(
                LinkError(
                    "link-name-shared",
                    f"“{name}” is the name of {iri} here, and of {first} in row {row}: a decision cannot tell which",
                    location=SourceLocation(str(path), row=number, field=column),
                    hint="give one of them a fuller name, and decide again",
                )
            )
    raise_all(errors)
    return {name: iri for name, (iri, _) in found.items()}


def _encoded(values: Collection[str]) -> Mapping[str, str]:
    """Values as a template of a mapping has them."""
    import duckdb

    from iomld.engine import prepare

    connection = duckdb.connect()
    prepare(connection)
    listed: Sequence[str] = sorted(values)
    rows = connection.execute("SELECT v, iomld_iri_safe(v) FROM (SELECT unnest($1) AS v)", [listed]).fetchall()
    return dict(rows)
