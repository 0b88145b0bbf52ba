"""The frozen model of a mapping: what RML and YARRRML have in common.

Names follow the RML ontology (w3id.org/rml): triples map, subject map, predicate-object map, term map, expression map.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from pathlib import Path

from iomld.location import SourceLocation
from iomld.sources import LogicalSource

__all__ = [
    "Call",
    "Constant",
    "Expression",
    "Gather",
    "Join",
    "Mapping",
    "PredicateObjectMap",
    "RefObjectMap",
    "Reference",
    "Target",
    "Template",
    "TermMap",
    "TriplesMap",
    "View",
    "ViewField",
    "ViewJoin",
]


@dataclass(frozen=True)
class Constant:
    """A term that is the same for every record, spelt as in N-Quads."""

    term: str


@dataclass(frozen=True)
class Reference:
    """A column, JSONPath or XPath."""

    name: str


@dataclass(frozen=True)
class Template:
    """Text with references in it."""

    parts: tuple[str | Reference, ...]


@dataclass(frozen=True)
class Call:
    """A function with its inputs: parameter IRI and the map that gives its value."""

    function: str
    inputs: tuple[tuple[str, TermMap], ...]
    output: str | None
    location: SourceLocation = field(compare=False)


Expression = Constant | Reference | Template | Call


@dataclass(frozen=True)
class Gather:
    """Terms gathered into a list or container (RML-CC)."""

    maps: tuple[TermMap | RefObjectMap, ...]
    kind: str
    allow_empty: bool = False
    cartesian: bool = False


@dataclass(frozen=True)
class Target:
    """A file that takes the quads of the term maps that name it, in place of the output (RML-IO, logical target).

    :param path: its name; a template where each record says to which file its quads go
    :param serialization: local name of the W3C's format IRI: ``N-Quads``, ``Turtle`` …
    """

    path: str | Template
    folder: Path
    serialization: str
    location: SourceLocation = field(compare=False)
    encoding: str = "utf-8"
    compression: str | None = None


@dataclass(frozen=True)
class TermMap:
    """An expression and the kind of term that it makes.

    :param term_type: ``iri``, ``uri``, ``unsafe-iri``, ``unsafe-uri``, ``blank``, ``literal``
    :param conditions: calls that must all be true for the term to be made
    """

    expression: Expression | None
    term_type: str
    location: SourceLocation = field(compare=False)
    language: TermMap | None = None
    datatype: TermMap | None = None
    conditions: tuple[Call, ...] = ()
    gather: Gather | None = None
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Join:
    """A join condition: both expressions give the same text."""

    child: TermMap
    parent: TermMap
    location: SourceLocation = field(compare=False)


@dataclass(frozen=True)
class RefObjectMap:
    """The subjects of another triples map as objects."""

    parent: str
    joins: tuple[Join, ...]
    location: SourceLocation = field(compare=False)
    conditions: tuple[Call, ...] = ()


@dataclass(frozen=True)
class PredicateObjectMap:
    """Predicates and objects, each with each.

    :param inverse: whether the objects are the subjects of the statements, and the subject their object
    """

    predicates: tuple[TermMap, ...]
    objects: tuple[TermMap | RefObjectMap, ...]
    graphs: tuple[TermMap, ...]
    location: SourceLocation = field(compare=False)
    conditions: tuple[Call, ...] = ()
    inverse: bool = False


@dataclass(frozen=True)
class ViewField:
    """A field of a logical view: an expression, or an iteration over the parts of a value."""

    name: str
    location: SourceLocation = field(compare=False)
    expression: Expression | None = None
    iterator: str | None = None
    formulation: str | None = None
    fields: tuple[ViewField, ...] = ()


@dataclass(frozen=True)
class ViewJoin:
    """A left or inner join of a logical view with another."""

    view: View
    joins: tuple[Join, ...]
    fields: tuple[ViewField, ...]
    inner: bool
    location: SourceLocation = field(compare=False)


@dataclass(frozen=True)
class View:
    """A logical view (RML-LV): a flat relation of fields over another source or view."""

    on: LogicalSource | View
    fields: tuple[ViewField, ...]
    joins: tuple[ViewJoin, ...]
    location: SourceLocation = field(compare=False)


@dataclass(frozen=True)
class TriplesMap:
    """How records make subjects and what is said of them."""

    id: str
    name: str
    source: LogicalSource | View
    subject: TermMap
    classes: tuple[str, ...]
    graphs: tuple[TermMap, ...]
    predicate_objects: tuple[PredicateObjectMap, ...]
    base: str | None
    location: SourceLocation = field(compare=False)


@dataclass(frozen=True)
class Mapping:
    """All triples maps of all documents, with the prefixes in which people read them."""

    triples_maps: tuple[TriplesMap, ...]
    prefixes: MappingType[str, str]
    base: str | None = None
