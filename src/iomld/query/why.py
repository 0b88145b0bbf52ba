"""From a fact to what it rests on: the mapping rule, the cell, the paragraph."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from iomld.errors import QueryError, nearest
from iomld.graph import Quads, reopen
from iomld.terms import PrefixMap, iri, parse_term

__all__ = ["Making", "Reason", "Use", "expand", "explain", "unsaid", "where_used"]

_DERIVED = "<http://www.w3.org/ns/prov#wasDerivedFrom>"
_SCHEMES = ("mailto", "tag", "urn")  # of IRIs that could be taken for CURIEs
_PINPOINT = "<https://w3id.org/iomld/ns#pinpoint>"


@dataclass(frozen=True)
class Making:
    """One way in which a triple was made: the rule, where it stands, and the cell or row that it read."""

    rule: str
    rule_location: str
    location: str


@dataclass(frozen=True)
class Reason:
    """A triple, with how it was made and the paragraphs that its subject rests on."""

    subject: str
    predicate: str
    object: str
    origins: tuple[Making, ...]
    pinpoints: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


class Use(NamedTuple):
    """A triple made from a row."""

    row: int
    subject: str
    predicate: str
    object: str
    rule: str


def expand(name: str, *, base: str, prefixes: PrefixMap) -> str:
    """An IRI from its full form, a CURIE, or a form relative to the base; ``a`` is rdf:type."""
    if name == "a":
        return prefixes.expand("rdf:type")
    name = name.removeprefix("<").removesuffix(">")
    prefix, colon, _ = name.partition(":")
    if colon and prefix in prefixes:
        return prefixes.expand(name)
    return name if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", name) else base + name


def unsaid(
    relation: Path, subject: str, predicate: str | None, object: str | None, *, base: str, prefixes: PrefixMap
) -> tuple[str, str | None]:
    """What is not said where :func:`explain` finds nothing, and the nearest of what is.

    :raises TermError: ``unknown-prefix``
    """
    for name in filter(None, (subject, predicate)):
        prefix, colon, local = name.partition(":")
        if colon and re.fullmatch(r"[A-Za-z][\w.\-]*", prefix) and prefix not in _SCHEMES and local[:2] != "//":
            prefixes.expand(name)
    connection = reopen(relation).connection
    spelt = iri(expand(subject, base=base, prefixes=prefixes))

    def told(term: str) -> str:
        shown = _shown(term, prefixes)
        return shown[1:-1].removeprefix(base) if shown.startswith("<") else shown

    def among(column: str, condition: str, values: list[str]) -> list[str]:
        query = f"SELECT DISTINCT {column} FROM quad WHERE {condition} ORDER BY ALL"
        return [told(row[0]) for row in connection.execute(query, values).fetchall()]

    predicates = among("predicate", "subject = $1", [spelt])
    if not predicates:
        folder = re.sub(r"[^/#]*>$", "", spelt)
        known = among("subject", "starts_with(subject, $1)", [folder])
        return f"nothing is said of {subject}", nearest(told(spelt), known)
    assert predicate is not None  # else there are reasons
    property = iri(expand(predicate, base=base, prefixes=prefixes))
    if told(property) not in predicates:
        hint = nearest(told(property), predicates) or f"it has {', '.join(predicates)}"
        return f"nothing is said of {subject} by {predicate}", hint
    values = among("object", "subject = $1 AND predicate = $2", [spelt, property])
    hint = nearest(str(object), values) or f"it is {', '.join(values[:3])}{', …' if values[3:] else ''}"
    return f"nothing is said of {subject} by {predicate} with the value {object}", hint


def explain(
    relation: Path, subject: str, predicate: str | None, object: str | None, *, base: str, prefixes: PrefixMap
) -> list[Reason]:
    """Why each triple of a subject, narrowed by predicate and object, is there; empty where none is.

    :param object: an IRI in any form of :func:`expand`, or the lexical form of a literal
    """
    quads = reopen(relation)
    spelt = iri(expand(subject, base=base, prefixes=prefixes))
    spelt_predicate = iri(expand(predicate, base=base, prefixes=prefixes)) if predicate else None
    found: dict[tuple[str, str], list[Making]] = {}
    for (_, made_predicate, made_object, _), origin in quads.origins(spelt, spelt_predicate):
        if object is not None and not _is(made_object, object, base, prefixes):
            continue
        makings = found.setdefault((made_predicate, made_object), [])
        rule = origin.rule
        if rule is not None:
            makings.append(Making(rule.name, str(rule.location), str(origin.location or "")))
        else:
            makings.append(Making("read as it stands", "", str(origin.location or origin.file or "")))
    reasons = []
    for (made_predicate, made_object), makings in found.items():
        cited = tuple(_pinpoints(quads, spelt, made_predicate, made_object))
        shown_subject, shown_predicate, shown_object = (
            _shown(term, prefixes) for term in (spelt, made_predicate, made_object)
        )
        reasons.append(Reason(shown_subject, shown_predicate, shown_object, tuple(dict.fromkeys(makings)), cited))
    return reasons


def where_used(relation: Path, file: str, row: int | None, *, prefixes: PrefixMap) -> list[Use]:
    """The triples made from a table, or from one row of it.

    :param file: path as the project shows it, or the end of one
    :raises QueryError: ``unknown-source`` with the nearest tables
    """
    quads = reopen(relation)
    indexes = [index for index, source in enumerate(quads.sources) if f"/{source}".endswith(f"/{file.lstrip('./')}")]
    if not indexes:
        raise QueryError(
            "unknown-source",
            f"no triple is made from “{file}”",
            hint=nearest(file, quads.sources) or "give the path as the project shows it: mappings/tables/…",
        )
    rows = quads.connection.execute(
        """
        SELECT DISTINCT row, subject, predicate, object, rule FROM quad
        WHERE list_contains($1, source) AND ($2 IS NULL OR row = $2) ORDER BY ALL
        """,
        [indexes, row],
    ).fetchall()
    return [
        Use(
            row,
            _shown(subject, prefixes),
            _shown(predicate, prefixes),
            _shown(object, prefixes),
            quads.rules[rule].name if rule is not None else "",
        )
        for row, subject, predicate, object, rule in rows
    ]


def _is(spelt: str, wanted: str, base: str, prefixes: PrefixMap) -> bool:
    term = parse_term(spelt)
    if term.kind == "iri":
        return term.value == expand(wanted, base=base, prefixes=prefixes)
    return wanted in (term.value, spelt)


def _shown(spelt: str, prefixes: PrefixMap) -> str:
    term = parse_term(spelt)
    return (prefixes.compress(term.value) or spelt) if term.kind == "iri" else spelt


def _pinpoints(quads: Quads, subject: str, predicate: str, object: str) -> list[str]:
    """Pinpoints cited by the row that made the triple; by the subject as a whole where the row cites none."""
    rows = quads.connection.execute(
        """
        WITH made AS (
          SELECT DISTINCT source, row FROM quad WHERE subject = $1 AND predicate = $2 AND object = $3
        ), cited AS (
          SELECT object FROM quad NATURAL JOIN made WHERE subject = $1 AND predicate = $4
        ), chosen AS (
          SELECT object FROM cited
          UNION
          SELECT object FROM quad WHERE subject = $1 AND predicate = $4 AND NOT EXISTS (FROM cited)
        )
        SELECT DISTINCT quad.object FROM quad JOIN chosen ON quad.subject = chosen.object
        WHERE quad.predicate = $5 ORDER BY 1
        """,
        [subject, predicate, object, _DERIVED, _PINPOINT],
    ).fetchall()
    return [parse_term(row[0]).value for row in rows]
