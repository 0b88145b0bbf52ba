"""The closed intermediate form: shapes as frozen values, all that the engines need to know.

Nodes and predicates are spelt terms; a shape is named by its node in the shapes graph.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iomld.errors import ShapesError
from iomld.validation.paths import Path
from iomld.validation.triples import Triples
from iomld.validation.vocabulary import SH

__all__ = [
    "Class",
    "Closed",
    "Constraint",
    "Count",
    "Datatype",
    "HasValue",
    "In",
    "LanguageIn",
    "Length",
    "Logic",
    "NodeKind",
    "Pair",
    "Pattern",
    "Property",
    "Qualified",
    "Range",
    "Shape",
    "Shapes",
    "Sparql",
    "Target",
    "UniqueLang",
    "component_iri",
]


def component_iri(component: str) -> str:
    """The IRI of a constraint component, from its short name: ``MinCount``."""
    return component if ":" in component else f"{SH}{component}ConstraintComponent"


@dataclass(frozen=True, slots=True)
class Count:
    """``MinCount``, ``MaxCount``."""

    component: str
    limit: int


@dataclass(frozen=True, slots=True)
class Datatype:
    """The datatype (IRI, not spelt) that every value has, its lexical form being legal."""

    datatype: str
    component: str = "Datatype"


@dataclass(frozen=True, slots=True)
class Class:
    """The class that every value is an instance of."""

    iri: str
    component: str = "Class"


@dataclass(frozen=True, slots=True)
class NodeKind:
    """What kinds of term are allowed: the term of SHACL, and ``iri``, ``blank``, ``literal``."""

    term: str
    kinds: frozenset[str]
    component: str = "NodeKind"


@dataclass(frozen=True, slots=True)
class Length:
    """``MinLength``, ``MaxLength``, in characters."""

    component: str
    limit: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of XPath, and the same for the engine (RE2)."""

    pattern: str
    flags: str
    regex: str
    component: str = "Pattern"


@dataclass(frozen=True, slots=True)
class LanguageIn:
    """Language ranges, of which one matches each value."""

    ranges: tuple[str, ...]
    component: str = "LanguageIn"


@dataclass(frozen=True, slots=True)
class UniqueLang:
    """No two values in one language."""

    component: str = "UniqueLang"


@dataclass(frozen=True, slots=True)
class Pair:
    """``Equals``, ``Disjoint``, ``LessThan``, ``LessThanOrEquals``: the values against those of a predicate."""

    component: str
    predicate: str


@dataclass(frozen=True, slots=True)
class Range:
    """``MinInclusive``, ``MinExclusive``, ``MaxInclusive``, ``MaxExclusive``."""

    component: str
    bound: str


@dataclass(frozen=True, slots=True)
class HasValue:
    """A value that must be there."""

    term: str
    component: str = "HasValue"


@dataclass(frozen=True, slots=True)
class In:
    """The only values allowed."""

    terms: tuple[str, ...]
    component: str = "In"


@dataclass(frozen=True, slots=True)
class Closed:
    """The only predicates allowed."""

    predicates: frozenset[str]
    component: str = "Closed"


@dataclass(frozen=True, slots=True)
class Logic:
    """``Node``, ``Not``, ``And``, ``Or``, ``Xone`` over other shapes (one for the first two)."""

    component: str
    shapes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """A property shape that every value is a focus node of."""

    shape: str
    component: str = "Property"


@dataclass(frozen=True, slots=True)
class Qualified:
    """``QualifiedMinCount``, ``QualifiedMaxCount``: how many values conform to a shape, and to none of its siblings."""

    component: str
    shape: str
    limit: int
    siblings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sparql:
    """A SELECT query with its prefixes declared; a solution is a violation.

    :param messages: by language, those of the constraint, else those of its shape (SHACL, section 5.3.2)
    """

    node: str
    query: str
    messages: tuple[tuple[str, str], ...] = ()
    component: str = "SPARQL"


Constraint = (
    Count
    | Datatype
    | Class
    | NodeKind
    | Length
    | Pattern
    | LanguageIn
    | UniqueLang
    | Pair
    | Range
    | HasValue
    | In
    | Closed
    | Logic
    | Property
    | Qualified
    | Sparql
)


@dataclass(frozen=True, slots=True)
class Target:
    """``Class``, ``Node``, ``SubjectsOf`` or ``ObjectsOf``, and its term."""

    kind: str
    term: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape (no path) or a property shape.

    :param node: its node in the shapes graph
    :param named: its own IRI, or that of the nearest shape that holds it
    :param severity: IRI, not spelt
    :param messages: (language tag or the empty string, text)
    :param refused: why the compiler does not understand it, or None
    """

    node: str
    named: str
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: str
    messages: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]
    refused: str | None = None


@dataclass(frozen=True)
class Shapes:
    """A shapes graph, read and found well-formed.

    :param shapes: every shape by its node; deactivated ones are there and have no targets and constraints
    :param warnings: what deserves a look and is no error, such as a shape that checks nothing
    """

    triples: Triples
    shapes: Mapping[str, Shape]
    files: tuple[str, ...]
    warnings: tuple[ShapesError, ...] = ()

    def references(self, node: str) -> tuple[str, ...]:
        """The shapes that a shape refers to."""
        found: dict[str, None] = {}
        for constraint in self.shapes[node].constraints:
            match constraint:
                case Logic(_, members):
                    found.update(dict.fromkeys(members))
                case Property(shape):
                    found[shape] = None
                case Qualified(_, shape, _, siblings):
                    found.update(dict.fromkeys((shape, *siblings)))
                case _:
                    pass
        return tuple(found)
